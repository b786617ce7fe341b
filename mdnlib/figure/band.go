package figure

import (
	"fmt"
	"image/color"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg/draw"

	"mdn/mdnlib"
)

// Band fills the space between two functions of x.
func (c *Chart) Band(name string, style Style, from, to float64, low, high func(x float64) float64) {
	c.add(name, newBand(name, style, from, to, low, high))
}

// Bands draws what a law expects between two values of x: its central intervals that hold 90 % and 50 % of y.
func (c *Chart) Bands(name string, style Style, law mdnlib.Law, from, to float64) {
	between := func(name string, style Style, low, high float64) *band {
		quantile := func(share float64) func(float64) float64 {
			return func(x float64) float64 { return law.At(x).Quantile(share) }
		}
		return newBand(name, style, from, to, quantile(low), quantile(high))
	}
	style.Color.A = 0x38
	outer := name + ": 90 % of y"
	c.add(outer, between(outer, style, 0.05, 0.95))
	style.Color.A = 0x68
	inner := name + ": 50 % of y"
	half := between(inner, style, 0.25, 0.75)
	half.legend = style.Color
	half.legend.A = 0x89 // as it looks where it lies on the other
	c.add(inner, half)
}

// band is the space between two lines, at the same x.
type band struct {
	low, high     plotter.XYs
	color, legend color.NRGBA
}

func newBand(name string, style Style, from, to float64, low, high func(x float64) float64) *band {
	const points = 201
	b := &band{color: style.Color, legend: style.Color}
	for _, x := range mdnlib.Grid(from, to, points) {
		b.low = append(b.low, plotter.XY{X: x, Y: low(x)})
		b.high = append(b.high, plotter.XY{X: x, Y: high(x)})
	}
	mustBeDrawable(name, b.low)
	mustBeDrawable(name, b.high)
	return b
}

func (b *band) Plot(c draw.Canvas, p *plot.Plot) {
	outline := append(plotter.XYs{}, b.low...)
	for i := range b.high {
		outline = append(outline, b.high[len(b.high)-1-i])
	}
	fill(outline, b.color).Plot(c, p)
}

// fill is the area inside an outline.
func fill(outline plotter.XYs, c color.Color) *plotter.Polygon {
	return &plotter.Polygon{XYs: []plotter.XYs{outline}, Color: c}
}

func (b *band) DataRange() (xmin, xmax, ymin, ymax float64) {
	return plotter.XYRange(append(append(plotter.XYs{}, b.low...), b.high...))
}

func (b *band) Thumbnail(c *draw.Canvas) { fill(nil, b.legend).Thumbnail(c) }

func (b *band) describe(v view) words {
	w := words{kind: "a band"}
	var width plotter.XYs
	first, last, cut := -1, 0, false
	for i, low := range b.low {
		if !v.containsX(low.X) {
			continue
		}
		if first < 0 {
			first = i
		}
		last = i
		width = append(width, plotter.XY{X: low.X, Y: b.high[i].Y - low.Y})
		cut = cut || low.Y < v.bottom || b.high[i].Y > v.top
	}
	if first < 0 {
		w.numbers = "outside of the chart"
		return w
	}
	at := func(i int) string {
		return fmt.Sprintf("%s to %s at %s = %s", number(b.low[i].Y), number(b.high[i].Y), v.x, number(b.low[i].X))
	}
	w.numbers = fmt.Sprintf("from %s to %s", at(first), at(last))
	if cut {
		w.numbers += ", cut off above or below"
	}
	if t := trend(width); t != "" {
		w.trend = "the width " + t
	}
	return w
}

func (b *band) tables(name string, v view) []dataTable {
	var rows [][]float64
	for i, low := range b.low {
		rows = append(rows, []float64{low.X, low.Y, b.high[i].Y})
	}
	return tabulate(name, asBand, []string{v.x, "from", "to"}, rowsInX(v, rows))
}
