package figure

import (
	"fmt"
	"math"
	"sort"

	"gonum.org/v1/gonum/stat/distuv"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"mdn/mdnlib"
)

// Prediction is a law under the name and in the style that charts show it.
type Prediction struct {
	Name  string
	Style Style
	Law   mdnlib.Law
}

// Reliability shows how many of the intervals hold that each law gives for the pairs: across, the level that it claims for
// its central interval; up, the share of the y inside, see [mdnlib.Coverage]. A law that is right lies on the diagonal, one
// that is too sure below it. At each level the grey band holds 95 % of what chance makes of a right law and as many pairs.
func Reliability(d mdnlib.Data, predictions ...Prediction) *Chart {
	c := square("Of the intervals that it calls p %, how many hold?", "share of y inside, %")
	c.X.Label = "p, the level claimed, %"
	c.X.Min, c.X.Max, c.Y.Min, c.Y.Max = 0, 100, 0, 100
	edge := func(quantile float64) func(level float64) float64 {
		return func(level float64) float64 { return 100 * chance(d.Len(), level/100, quantile) }
	}
	low, high := edge(0.025), edge(0.975)
	name := "chance, " + count(d.Len(), "pair")
	numbers := fmt.Sprintf("along the diagonal, from %s to %s at 50 %% and from %s to %s at 90 %%",
		number(low(50)), number(high(50)), number(low(90)), number(high(90)))
	c.add(name, chanceBand{newBand(name, Chance, 1, 99, low, high), numbers})
	c.Function("right", Floor, 0, 100, func(level float64) float64 { return level })
	for _, p := range predictions {
		l := &coverageLine{XYs: plotter.XYs{{X: 0, Y: 0}}, style: p.Style, low: low, high: high}
		for level := 5.0; level <= 100; level += 5 {
			level = min(level, 99) // the interval of level 100 % is everything
			l.XYs = append(l.XYs, plotter.XY{X: level, Y: 100 * mdnlib.Coverage(p.Law, d, level/100)})
		}
		l.XYs = append(l.XYs, plotter.XY{X: 100, Y: 100})
		for _, share := range mdnlib.PIT(p.Law, d) {
			if math.IsNaN(share) { // of a model that went astray
				l.lost++
			}
		}
		c.add(p.Name, l)
	}
	return c
}

// chance returns a quantile of the share of n independent trials that succeed, each with probability p.
func chance(n int, p, quantile float64) float64 {
	binomial := distuv.Binomial{N: float64(n), P: p}
	return float64(sort.Search(n, func(k int) bool { return binomial.CDF(float64(k)) >= quantile })) / float64(n)
}

// chanceBand is a band with words of its own.
type chanceBand struct {
	*band
	numbers string
}

func (b chanceBand) describe(view) words { return words{kind: "a band", numbers: b.numbers} }

// coverageLine joins the shares of y inside at the levels from 5 to 99 %, each with a dot, and the corners.
type coverageLine struct {
	plotter.XYs
	style     Style
	low, high func(level float64) float64 // the ends of what chance makes of a right law
	lost      int                         // how many predictions are not a number
}

func (l *coverageLine) Plot(c draw.Canvas, p *plot.Plot) {
	trX, trY := p.Transforms(&c)
	points := make([]vg.Point, len(l.XYs))
	for i, at := range l.XYs {
		points[i] = vg.Point{X: trX(at.X), Y: trY(at.Y)}
	}
	c.StrokeLines(l.style.line(), c.ClipLinesXY(points)...)
	dot := l.style
	dot.Radius = 3
	for _, at := range points[1 : len(points)-1] { // the ends are where every line starts and ends
		c.DrawGlyph(dot.glyph(), at)
	}
}

func (l *coverageLine) DataRange() (xmin, xmax, ymin, ymax float64) { return plotter.XYRange(l.XYs) }

func (l *coverageLine) Thumbnail(c *draw.Canvas) {
	middle := c.Center()
	c.StrokeLine2(l.style.line(), c.Min.X, middle.Y, c.Max.X, middle.Y)
	dot := l.style
	dot.Radius = 3
	c.DrawGlyph(dot.glyph(), middle)
}

func (l *coverageLine) describe(v view) words {
	w := words{kind: "a line with dots"}
	at := func(level int) string { return fmt.Sprintf("%s of the %d %%", number(l.XYs[level/5].Y), level) }
	w.numbers = fmt.Sprintf("%s intervals hold, %s and %s", at(50), at(80), at(90))
	if l.lost > 0 {
		w.numbers += fmt.Sprintf(", %d of the predictions are not a number", l.lost)
		return w
	}
	below, above, levels := 0, 0, l.XYs[1:len(l.XYs)-1]
	for _, dot := range levels {
		if dot.Y < l.low(dot.X)-1e-9 {
			below++
		} else if dot.Y > l.high(dot.X)+1e-9 {
			above++
		}
	}
	w.point = fmt.Sprintf("inside the band of chance at %d of %d levels", len(levels)-below-above, len(levels))
	switch {
	case below > len(levels)/2:
		w.point += fmt.Sprintf(", below it at %d: too sure", below)
	case above > len(levels)/2:
		w.point += fmt.Sprintf(", above it at %d: not sure enough", above)
	}
	return w
}

func (l *coverageLine) tables(name string, v view) []dataTable {
	return tabulatePairs(name, asLine, v, l.XYs)
}

func (l *coverageLine) keyNumbers(name string, _ view) *Table {
	t := NewTable("the level claimed", Column{Name: "share of y inside, " + name, Unit: "%", Decimals: Significant(4)})
	for _, level := range []int{50, 80, 90} {
		t.Row(fmt.Sprintf("%d %%", level), l.XYs[level/5].Y)
	}
	return t
}
