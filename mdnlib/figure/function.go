package figure

import (
	"fmt"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg/draw"

	"mdn/mdnlib"
)

// Function draws f between two values of x, as a line for every stretch of x on which it is finite.
func (c *Chart) Function(name string, style Style, from, to float64, f func(x float64) float64) {
	if curve := newFunction(style, from, to, f); len(curve.pieces) > 0 {
		c.add(name, curve)
		return
	}
	c.add(name, note("nowhere finite, so not drawn"))
}

// Mean draws the law's mean between two values of x.
func (c *Chart) Mean(name string, style Style, law mdnlib.Law, from, to float64) {
	c.Function(name, style, from, to, func(x float64) float64 { return law.At(x).Mean() })
}

// StdDev draws the law's standard deviation between two values of x.
func (c *Chart) StdDev(name string, style Style, law mdnlib.Law, from, to float64) {
	c.Function(name, style, from, to, func(x float64) float64 { return law.At(x).StdDev() })
}

// function is the graph of a function: a line for every stretch of x on which it is finite, one at least.
type function struct {
	pieces []*line
}

func newFunction(style Style, from, to float64, f func(x float64) float64) (curve function) {
	const points = 201
	inGap := true
	for _, x := range mdnlib.Grid(from, to, points) {
		y := f(x)
		if notFinite(y) {
			inGap = true
			continue
		}
		if inGap {
			curve.pieces, inGap = append(curve.pieces, &line{style: style}), false
		}
		last := curve.pieces[len(curve.pieces)-1]
		last.XYs = append(last.XYs, plotter.XY{X: x, Y: y})
	}
	return curve
}

func (f function) Plot(c draw.Canvas, p *plot.Plot) {
	for _, piece := range f.pieces {
		piece.Plot(c, p)
	}
}

// all returns the points of all pieces.
func (f function) all() (all plotter.XYs) {
	for _, piece := range f.pieces {
		all = append(all, piece.XYs...)
	}
	return all
}

func (f function) DataRange() (xmin, xmax, ymin, ymax float64) { return plotter.XYRange(f.all()) }

func (f function) GlyphBoxes(p *plot.Plot) (boxes []plot.GlyphBox) {
	for _, piece := range f.pieces {
		boxes = append(boxes, piece.GlyphBoxes(p)...)
	}
	return boxes
}

// Thumbnail draws the longest piece's.
func (f function) Thumbnail(c *draw.Canvas) {
	slices.MaxFunc(f.pieces, func(a, b *line) int { return len(a.XYs) - len(b.XYs) }).Thumbnail(c)
}

func (f function) describe(v view) words {
	numbers := lineNumbers(v, f.pieces[0].XYs)
	for i, piece := range f.pieces[1:] {
		before := f.pieces[i].XYs[len(f.pieces[i].XYs)-1]
		numbers += fmt.Sprintf(", nothing finite between %s = %s and %s, %s",
			v.x, number(before.X), number(piece.XYs[0].X), lineNumbers(v, piece.XYs))
	}
	w := words{kind: "a line", numbers: numbers}
	if len(f.pieces) == 1 {
		w.trend = lineTrend(v, f.pieces[0].XYs)
	}
	return w
}

func (f function) tables(name string, v view) []dataTable {
	return tabulatePairs(name, asLine, v, f.all())
}
