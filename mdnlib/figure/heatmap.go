package figure

import (
	"fmt"
	"image"
	"image/color"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/palette/moreland"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"mdn/mdnlib"
)

// Density draws the density of y at every x as a heat map over a rectangle of x and y: the darker, the more probable. Each of its
// cells has the mean density of the y in it, so no peak is too narrow to be seen. Even steps of the colour look even, in grey
// as well. It stands for the root of the density, and goes up to the highest peak; but
// to no more than four times the peak that a tenth of the x stay below, so that low humps at one x are seen beside a high
// one at another, and whatever is above is as dark.
func (c *Chart) Density(name string, law mdnlib.Law, fromX, toX, fromY, toY float64) {
	const columns, rows = 400, 300
	for _, end := range []float64{fromX, toX, fromY, toY} {
		if !(math.Abs(end) <= farthest) || fromX >= toX || fromY >= toY {
			refuse(name, fmt.Errorf("its rectangle has x from %g to %g and y from %g to %g; "+
				"use ends that are %g or nearer to 0, the lower one first", fromX, toX, fromY, toY, farthest))
		}
	}
	h := &heatMap{
		low: plotter.XY{X: fromX, Y: fromY}, high: plotter.XY{X: toX, Y: toY},
		x: middles(fromX, toX, columns), y: middles(fromY, toY, rows),
	}
	edges := mdnlib.Grid(fromY, toY, rows+1)
	var peaks []float64
	for _, v := range h.x {
		distribution, column := law.At(v), make([]float64, rows)
		below := distribution.CDF(fromY)
		for i := range column {
			reached := distribution.CDF(edges[i+1])
			column[i] = max(0, reached-below) * rows / (toY - fromY) // no less, where the CDF is not quite monotone in its last digit
			below = reached
		}
		if floats.HasNaN(column) {
			refuse(name, plotter.ErrNaN)
		}
		h.density = append(h.density, column)
		peaks = append(peaks, slices.Max(column))
	}
	slices.Sort(peaks)
	h.darkest = min(peaks[columns-1], 4*peaks[columns/10])
	h.colours = fmt.Sprintf("from 0 (no colour) to %.3g", h.darkest)
	if h.darkest < peaks[columns-1] {
		h.colours += " and more"
	}
	c.parts = append(c.parts, part{name, name + ", " + h.colours, h})
}

// middles returns the middles of n equal parts.
func middles(from, to float64, n int) []float64 {
	half := (to - from) / float64(2*n)
	return mdnlib.Grid(from+half, to-half, n)
}

// heatMap is the mean density of cells that share out a rectangle.
type heatMap struct {
	low, high plotter.XY  // corners of the rectangle
	x, y      []float64   // the middles of the columns, and of a column's cells
	density   [][]float64 // a column for each x
	darkest   float64     // what is drawn in the darkest colour, and all above it
	colours   string      // what they stand for
}

// humps names the y at which a column is higher than on both sides, and at least a twentieth of its highest, as far as v shows them.
func (h *heatMap) humps(v view, column int) string {
	values := h.density[column]
	at := func(i int) float64 {
		if i < 0 || i >= len(values) {
			return 0
		}
		return values[i]
	}
	var humps []string
	least := slices.Max(values) / 20
	for i, density := range values {
		if density > at(i-1) && density >= at(i+1) && density >= least && v.bottom <= h.y[i] && h.y[i] <= v.top {
			humps = append(humps, number(h.y[i]))
		}
	}
	if len(humps) == 0 {
		return "no y in the chart"
	}
	return strings.Join(humps, " and ")
}

// seen returns the columns that v shows.
func (h *heatMap) seen(v view) (columns []int) {
	for i, x := range h.x {
		if v.containsX(x) {
			columns = append(columns, i)
		}
	}
	return columns
}

func (h *heatMap) describe(v view) words {
	w := words{kind: "a heat map", numbers: h.colours}
	columns := h.seen(v)
	if len(columns) == 0 {
		w.numbers = "outside of the chart"
		return w
	}
	var humps []string
	n := len(columns)
	for _, i := range slices.Compact([]int{0, n / 4, n / 2, 3 * n / 4, n - 1}) {
		humps = append(humps, fmt.Sprintf("at %s where %s = %s", h.humps(v, columns[i]), v.x, number(h.x[columns[i]])))
	}
	w.trend = "peaks " + strings.Join(humps, ", ")
	return w
}

func (h *heatMap) tables(name string, v view) []dataTable {
	var rows [][]float64
	for _, i := range h.seen(v) {
		highest := floats.MaxIdx(h.density[i])
		rows = append(rows, []float64{h.x[i], h.y[highest], h.density[i][highest]})
	}
	return tabulate(name, asLine, []string{v.x, v.y + " of the highest density", "density there"}, rows)
}

// shades are the heat map's colours, from white to the darkest, in even steps of lightness.
var shades = func() []color.NRGBA {
	light, deep := color.NRGBA{R: 0xfa, G: 0xb0, B: 0x98, A: 0xff}, color.NRGBA{R: 0x8c, G: 0x0f, B: 0x08, A: 0xff}
	scale, err := moreland.NewLuminance([]color.Color{deep, Predicted.Color, light, color.White})
	if err != nil {
		panic(err)
	}
	scale.SetMin(-1)
	scale.SetMax(0)
	const steps = 32 // too many to be told apart, and few enough for the picture's palette
	shades := make([]color.NRGBA, steps)
	for i := range shades {
		shade, err := scale.At(-float64(i) / (steps - 1))
		if err != nil {
			panic(err)
		}
		shades[i] = color.NRGBAModel.Convert(shade).(color.NRGBA)
	}
	shades[0].A = 0 // which shows the chart's grid where there is nothing else
	return shades
}()

// shade returns the colour of a density.
func (h *heatMap) shade(density float64) color.NRGBA {
	if density >= h.darkest { // which is 0 where the law has nothing inside the rectangle
		if density == 0 {
			return shades[0]
		}
		return shades[len(shades)-1]
	}
	return shades[int(math.Sqrt(density/h.darkest)*float64(len(shades)))]
}

func (h *heatMap) Plot(c draw.Canvas, p *plot.Plot) {
	picture := image.NewNRGBA(image.Rect(0, 0, len(h.x), len(h.y)))
	low := plotter.XY{X: max(h.low.X, p.X.Min), Y: max(h.low.Y, p.Y.Min)} // of the rectangle, what the axes show
	high := plotter.XY{X: min(h.high.X, p.X.Max), Y: min(h.high.Y, p.Y.Max)}
	if low.X >= high.X || low.Y >= high.Y {
		return
	}
	columns, rows := h.cells(low.X, high.X, h.low.X, h.high.X, len(h.x)), h.cells(low.Y, high.Y, h.low.Y, h.high.Y, len(h.y))
	for x, column := range columns {
		for y, row := range rows {
			picture.SetNRGBA(x, len(rows)-1-y, h.shade(h.density[column][row]))
		}
	}
	trX, trY := p.Transforms(&c)
	c.DrawImage(vg.Rectangle{
		Min: vg.Point{X: trX(low.X), Y: trY(low.Y)},
		Max: vg.Point{X: trX(high.X), Y: trY(high.Y)},
	}, picture)
}

// cells returns which of n cells, from first to last, are at the middles of n equal parts from low to high.
func (h *heatMap) cells(low, high, first, last float64, n int) (cells []int) {
	for i := range n {
		share := (low - first + float64((high-low)*(float64(i)+0.5)/float64(n))) / (last - first)
		cells = append(cells, min(max(int(share*float64(n)), 0), n-1))
	}
	return cells
}

func (h *heatMap) DataRange() (xmin, xmax, ymin, ymax float64) {
	return h.low.X, h.high.X, h.low.Y, h.high.Y
}

// Thumbnail draws the colours from 0 to the darkest.
func (h *heatMap) Thumbnail(c *draw.Canvas) {
	scale := image.NewNRGBA(image.Rect(0, 0, len(shades), 1))
	for i, shade := range shades {
		scale.SetNRGBA(i, 0, shade)
	}
	c.DrawImage(c.Rectangle, scale)
	frame := draw.LineStyle{Color: frameColor, Width: 0.5}
	c.StrokeLines(frame, []vg.Point{c.Min, {X: c.Max.X, Y: c.Min.Y}, c.Max, {X: c.Min.X, Y: c.Max.Y}, c.Min})
}
