package figure

import (
	"math"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg/draw"

	"mdn/mdnlib"
)

// DensityCurve draws the density of a distribution over y from one value to another. Where it has no spread, all of it is at
// one point, and that is drawn as an upright line.
func (c *Chart) DensityCurve(name string, style Style, p mdnlib.Distribution, from, to float64) {
	if p.StdDev() == 0 {
		c.add(name, &upright{at: p.Mean(), style: style})
		return
	}
	y := mdnlib.Grid(from, to, 201)
	for _, share := range mdnlib.Grid(0.005, 0.995, 100) { // so that a narrow peak is not missed
		if quantile := p.Quantile(share); from < quantile && quantile < to {
			y = append(y, quantile)
		}
	}
	slices.Sort(y)
	var curve plotter.XYs
	for _, v := range y {
		if density := math.Exp(p.LogProb(v)); !notFinite(density) {
			curve = append(curve, plotter.XY{X: v, Y: density})
		}
	}
	if len(curve) == 0 {
		refuse(name, plotter.ErrNaN)
	}
	c.Line(name, style, curve)
}

// upright is a vertical line from the bottom of a chart to its top.
type upright struct {
	at    float64
	style Style
}

func (u *upright) Plot(c draw.Canvas, p *plot.Plot) {
	trX, _ := p.Transforms(&c)
	if x := trX(u.at); c.ContainsX(x) {
		c.StrokeLine2(u.style.line(), x, c.Min.Y, x, c.Max.Y)
	}
}

// DataRange is that of the place alone: a chart of any height shows it.
func (u *upright) DataRange() (xmin, xmax, ymin, ymax float64) {
	return u.at, u.at, math.Inf(1), math.Inf(-1)
}

func (u *upright) Thumbnail(c *draw.Canvas) {
	c.StrokeLine2(u.style.line(), c.Min.X, c.Center().Y, c.Max.X, c.Center().Y)
}

func (u *upright) describe(v view) words {
	w := words{kind: "an upright line", numbers: "all of it is at " + number(u.at)}
	if !v.containsX(u.at) {
		w.numbers += ", outside of the chart"
	}
	return w
}

func (u *upright) tables(name string, v view) []dataTable {
	return tabulate(name, asUpright, []string{"all of it at " + v.x}, rowsInX(v, [][]float64{{u.at}}))
}
