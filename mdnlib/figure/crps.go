package figure

import (
	"fmt"
	"image/color"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg/draw"

	"mdn/mdnlib"
)

// CRPS shows what the continuous ranked probability score of one prediction is, see [mdnlib.CRPS]: the gap between the CDF
// that was predicted and the step at the y that came, squared, and summed over all y. The sum is the filled area.
func CRPS(p mdnlib.Distribution, y float64) *Chart {
	score := mdnlib.CRPS(func(float64) mdnlib.Distribution { return p }, mdnlib.Data{X: []float64{0}, Y: []float64{y}})
	c := New(fmt.Sprintf("The CRPS of one prediction: an area of %s", number(score)), "y", "share at or below y")
	from, to := min(p.Quantile(0.001), y), max(p.Quantile(0.999), y)
	margin := 0.05 * (to - from)
	if margin == 0 {
		margin = 1 // a point, and y on it
	}
	from, to = from-margin, to+margin
	outline := plotter.XYs{{X: from}}
	for came, part := range [][]float64{mdnlib.Grid(from, y, 201), mdnlib.Grid(y, to, 201)} { // the step is 0, then 1
		for _, v := range part {
			gap := p.CDF(v) - float64(came)
			outline = append(outline, plotter.XY{X: v, Y: gap * gap})
		}
	}
	const name = "the gap, squared"
	gap := area{copyPairs(name, append(outline, plotter.XY{X: to})), PredictedLight.Color, score}
	c.add(name, gap)
	c.Function("CDF of the prediction", Predicted, from, to, p.CDF)
	came := Measured
	came.Width = 2
	c.Line(fmt.Sprintf("what came: y = %s", number(y)), came, plotter.XYs{{X: from, Y: 0}, {X: y, Y: 0}, {X: y, Y: 1}, {X: to, Y: 1}})
	return c
}

// area is a filled area of a known size.
type area struct {
	plotter.XYs
	color color.Color
	size  float64
}

func (a area) Plot(c draw.Canvas, p *plot.Plot) { fill(a.XYs, a.color).Plot(c, p) }

func (a area) DataRange() (xmin, xmax, ymin, ymax float64) { return plotter.XYRange(a.XYs) }

func (a area) Thumbnail(c *draw.Canvas) { fill(nil, a.color).Thumbnail(c) }

func (a area) describe(v view) words {
	w := words{kind: "an area", numbers: "an area of " + number(a.size)}
	for _, p := range a.XYs {
		if !v.contains(p.X, p.Y) {
			w.numbers += ", cut off by the chart's edges"
			break
		}
	}
	return w
}

func (a area) tables(name string, v view) []dataTable { return tabulatePairs(name, asLine, v, a.XYs) }
