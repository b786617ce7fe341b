package figure

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg/draw"

	"mdn/mdnlib"
)

// Means draws the mean of every model of the ensemble as a line.
func (c *Chart) Means(style Style, e mdnlib.Ensemble, from, to float64) {
	const points = 201
	name := fmt.Sprintf("%d networks", len(e))
	grid := mdnlib.Grid(from, to, points)
	var m means
	for _, model := range e {
		var pairs plotter.XYs
		for k, p := range model.AtEach(grid) {
			pairs = append(pairs, plotter.XY{X: grid[k], Y: p.Mean()})
		}
		m = append(m, &line{copyPairs(name, pairs), style})
	}
	if len(m) == 0 {
		refuse(name, plotter.ErrNoData)
	}
	c.add(name, m)
}

// means are lines at the same x, one for each network.
type means []*line

func (m means) Plot(c draw.Canvas, p *plot.Plot) {
	for _, one := range m {
		one.Plot(c, p)
	}
}

func (m means) DataRange() (xmin, xmax, ymin, ymax float64) {
	var all plotter.XYs
	for _, one := range m {
		all = append(all, one.XYs...)
	}
	return plotter.XYRange(all)
}

func (m means) GlyphBoxes(p *plot.Plot) (boxes []plot.GlyphBox) {
	for _, one := range m {
		boxes = append(boxes, one.GlyphBoxes(p)...)
	}
	return boxes
}

func (m means) Thumbnail(c *draw.Canvas) { m[0].Thumbnail(c) }

func (m means) describe(v view) words {
	w := words{kind: "lines"}
	var apart plotter.XYs // the highest less the lowest at each x
	widest := plotter.XY{Y: math.Inf(-1)}
	for k, at := range m[0].XYs {
		if !v.containsX(at.X) {
			continue
		}
		low, high := math.Inf(1), math.Inf(-1)
		for _, one := range m {
			low, high = min(low, one.XYs[k].Y), max(high, one.XYs[k].Y)
		}
		apart = append(apart, plotter.XY{X: at.X, Y: high - low})
		if high-low > widest.Y {
			widest = apart[len(apart)-1]
		}
	}
	if len(apart) == 0 {
		w.numbers = "outside of the chart"
		return w
	}
	w.numbers = fmt.Sprintf("a line each from %s = %s to %s, furthest apart at %s, where they span %s",
		v.x, number(apart[0].X), number(apart[len(apart)-1].X), number(widest.X), number(widest.Y))
	if t := trend(apart); t != "" {
		w.trend = "the distance between highest and lowest " + t
	}
	return w
}

func (m means) tables(_ string, v view) (tables []dataTable) {
	for i, one := range m {
		tables = append(tables, one.tables(fmt.Sprintf("network %d of %d", i+1, len(m)), v)...)
	}
	return tables
}

// Spread shows an ensemble's standard deviation, split in noise and doubt, see [mdnlib.Ensemble.Spread], the truth's, and where
// the data is that the ensemble has learned from, if there is any.
func Spread(e mdnlib.Ensemble, truth mdnlib.Law, d mdnlib.Data, from, to float64) *Chart {
	c := New("What is noise, and what is not known", "x", "standard deviation of y")
	if d.Len() > 0 {
		c.Range("data", Observations, floats.Min(d.X), floats.Max(d.X))
	}
	c.StdDev("true", Truth.Dashed(), truth, from, to)
	c.Function("noise, as predicted", Predicted, from, to, func(x float64) float64 { noise, _ := e.Spread(x); return noise })
	c.Function("doubt", First, from, to, func(x float64) float64 { _, doubt := e.Spread(x); return doubt })
	return c
}
