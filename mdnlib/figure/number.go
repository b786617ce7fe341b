package figure

import (
	"fmt"
	"math"
	"strings"
)

// Number shows one key number, a result that a notebook draws a conclusion from, as "Final cost: 0.1233 nats". A whole number is
// written as it is, any other with 4 significant digits, those from 10,000 on as whole numbers; or with as many digits after the point as
// decimals says, see [Significant] too. To show several that belong together, use a [Table].
func Number(name string, value float64, unit string, decimals ...int) {
	NumberWithError(name, value, math.NaN(), unit, decimals...)
}

// NumberWithError shows one key number with its standard error, as "a line for each group: 2.339 ± 0.053 nats": the error with 2
// significant digits, and the number with as many digits after the point, unless decimals says how many.
func NumberWithError(name string, value, standardError float64, unit string, decimals ...int) {
	things, err := singleNumber(name, value, standardError, unit, decimals...).things()
	mustShow(name, things, err)
}

// singleNumber returns a table of one number.
func singleNumber(name string, value, standardError float64, unit string, decimals ...int) *Table {
	if len(decimals) > 1 {
		panic(fmt.Sprintf("figure: the number %q has %d counts of decimals; give one, or none", name, len(decimals)))
	}
	column := Column{Unit: unit, Decimals: Significant(4)}
	switch size := math.Abs(value); {
	case standardError > 0 && !math.IsInf(standardError, 1):
		column.Decimals = max(0, 1-int(math.Floor(math.Log10(standardError))))
	case value == math.Trunc(value) && size < 1e15 || size >= 1e4 && size < 1e7:
		column.Decimals = 0
	}
	if len(decimals) == 1 {
		column.Decimals = decimals[0]
	}
	t := NewTable("", column)
	t.Row(name, PlusMinus(value, standardError))
	t.single = true
	return t
}

// Significant is for the Decimals of a Column: so many significant digits, wherever the point is.
func Significant(digits int) int { return -digits }

// digits writes a number with so many decimals, or significant digits where they are negative.
func digits(v float64, decimals int) string {
	const most = 1e15 // beyond, a float64 has no more digits
	switch {
	case math.IsNaN(v):
		return "not known"
	case math.IsInf(v, 0):
		return minus(fmt.Sprintf("%+g", v))
	case decimals < 0:
		return minus(fmt.Sprintf("%.*g", -decimals, v+0))
	case math.Abs(v) >= most:
		return minus(fmt.Sprintf("%.4g", v))
	}
	text := fmt.Sprintf("%.*f", decimals, v)
	if strings.Trim(text, "-0.") == "" {
		text = strings.TrimPrefix(text, "-")
	}
	return minus(text)
}
