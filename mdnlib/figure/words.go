package figure

import (
	"fmt"
	"math"
	"strings"

	"gonum.org/v1/plot/plotter"
)

// near0 writes a number, as 0 where it cannot be told from 0 on an axis of the length.
func near0(v, length float64) string {
	if math.Abs(v) < 1e-6*length {
		v = 0
	}
	return number(v)
}

// number writes a value in four digits, a large one in whole numbers, with true minus signs.
func number(v float64) string { return minus(figures(v)) }

// figures is number as JSON has it.
func figures(v float64) string {
	format := "%.4g"
	if math.Abs(v) >= 1e4 && math.Abs(v) < 1e7 {
		format = "%.0f"
	}
	return fmt.Sprintf(format, v+0) // + 0 turns −0 into 0
}

// fixed writes a value with three decimals, so that several stand in line, and a large one with none.
func fixed(v float64) string {
	if math.Abs(v) >= 100 {
		return number(math.Round(v))
	}
	digits := fmt.Sprintf("%.3f", v)
	if digits == "-0.000" {
		return "0.000"
	}
	return minus(digits)
}

func minus(text string) string { return strings.ReplaceAll(text, "-", "−") }

// count writes a number of things: "1 point", "20 points".
func count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

func extent(points plotter.XYs) (low, high plotter.XY) {
	low.X, high.X, low.Y, high.Y = plotter.XYRange(points)
	return low, high
}
