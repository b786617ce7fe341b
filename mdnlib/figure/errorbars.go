package figure

import (
	"fmt"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"mdn/mdnlib"
)

// ErrorBars draws the law's mean at each x as a dot, and a bar of one standard deviation to either side.
func (c *Chart) ErrorBars(name string, style Style, law mdnlib.Law, x []float64) {
	bars := &errorBars{style: style}
	for _, v := range x {
		d := law.At(v)
		bars.means = append(bars.means, plotter.XY{X: v, Y: d.Mean()})
		bars.sigmas = append(bars.sigmas, plotter.XY{X: v, Y: d.StdDev()})
	}
	mustBeDrawable(name, bars.means)
	mustBeDrawable(name, bars.sigmas)
	c.add(name, bars)
}

// errorBars draws dots with vertical bars.
type errorBars struct {
	means, sigmas plotter.XYs // at the same x
	style         Style
}

func (e *errorBars) Plot(c draw.Canvas, p *plot.Plot) {
	trX, trY := p.Transforms(&c)
	for i, at := range e.means {
		x, sigma := trX(at.X), e.sigmas[i].Y
		c.StrokeLines(e.style.line(), c.ClipLinesXY([]vg.Point{{X: x, Y: trY(at.Y - sigma)}, {X: x, Y: trY(at.Y + sigma)}})...)
		c.DrawGlyph(e.style.glyph(), vg.Point{X: x, Y: trY(at.Y)})
	}
}

func (e *errorBars) DataRange() (xmin, xmax, ymin, ymax float64) {
	low, high := extent(e.means)
	ymin, ymax = low.Y, high.Y
	for i, at := range e.means {
		ymin, ymax = min(ymin, at.Y-e.sigmas[i].Y), max(ymax, at.Y+e.sigmas[i].Y)
	}
	return low.X, high.X, ymin, ymax
}

func (e *errorBars) Thumbnail(c *draw.Canvas) {
	middle := c.Center()
	c.StrokeLine2(e.style.line(), middle.X, c.Min.Y, middle.X, c.Max.Y)
	c.DrawGlyph(e.style.glyph(), middle)
}

func (e *errorBars) describe(v view) words {
	w := words{kind: "error bars"}
	var means, sigmas plotter.XYs
	cut := 0
	for i, mean := range e.means {
		if !v.containsX(mean.X) {
			continue
		}
		means, sigmas = append(means, mean), append(sigmas, e.sigmas[i])
		if !v.contains(mean.X, mean.Y-e.sigmas[i].Y) || !v.contains(mean.X, mean.Y+e.sigmas[i].Y) {
			cut++
		}
	}
	if len(means) == 0 {
		w.numbers = fmt.Sprintf("mean ± standard deviation at %s, none inside the chart", count(len(e.means), "value"))
		return w
	}
	at := func(i int) string {
		return fmt.Sprintf("%s ± %s at %s = %s", number(means[i].Y), number(sigmas[i].Y), v.x, number(means[i].X))
	}
	w.numbers = fmt.Sprintf("mean ± standard deviation at %s, from %s to %s", count(len(means), "value"), at(0), at(len(means)-1))
	if outside := len(e.means) - len(means); outside > 0 {
		w.numbers += fmt.Sprintf(", %d more outside of the chart", outside)
	}
	if cut > 0 {
		w.numbers += fmt.Sprintf(", %d cut off", cut)
	}
	if t := trend(means); t != "" {
		w.trend = "the mean " + t
	}
	if t := trend(sigmas); t != "" {
		if w.trend != "" {
			w.trend += ", "
		}
		w.trend += "the standard deviation " + t
	}
	return w
}

func (e *errorBars) tables(name string, v view) []dataTable {
	var rows [][]float64
	for i, mean := range e.means {
		rows = append(rows, []float64{mean.X, mean.Y, e.sigmas[i].Y})
	}
	return tabulate(name, asSpread, []string{v.x, "mean", "standard deviation"}, rowsInX(v, rows))
}
