package figure

import (
	"fmt"
	"image/color"
	"math"
	"sort"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/stat/distuv"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"mdn/mdnlib"
)

// Chance is how a band is drawn in which a right model stays, but for luck; Observations how a range of x is that has data.
var (
	Chance       = Style{Color: color.NRGBA{R: 0x50, G: 0x50, B: 0x50, A: 0x38}}
	Observations = Style{Color: color.NRGBA{R: 0x1f, G: 0x5f, B: 0xd0, A: 0x1c}}
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
	c.X.Label.Text = "p, the level claimed, %"
	c.Plot.X.Min, c.Plot.X.Max, c.Plot.Y.Min, c.Plot.Y.Max = 0, 100, 0, 100
	edge := func(quantile float64) func(level float64) float64 {
		return func(level float64) float64 { return 100 * chance(d.Len(), level/100, quantile) }
	}
	c.Band(fmt.Sprintf("chance, %d pairs", d.Len()), Chance, 1, 99, edge(0.025), edge(0.975))
	c.shown[0] = fmt.Sprintf("chance, %d pairs: a band along the diagonal, from %s to %s at 50 %% and from %s to %s at 90 %%", d.Len(),
		number(edge(0.025)(50)), number(edge(0.975)(50)), number(edge(0.025)(90)), number(edge(0.975)(90)))
	c.Function("right", Floor, 0, 100, func(level float64) float64 { return level })
	for _, p := range predictions {
		line := plotter.XYs{{X: 0, Y: 0}}
		for level := 5.0; level <= 100; level += 5 {
			level = min(level, 99) // the interval of level 100 % is everything
			line = append(line, plotter.XY{X: level, Y: 100 * mdnlib.Coverage(p.Law, d, level/100)})
		}
		line = append(line, plotter.XY{X: 100, Y: 100})
		at := func(level int) string { return fmt.Sprintf("%s of the %d %%", number(line[level/5].Y), level) }
		c.add(dottedLine{line, p.Style}, nil, p.Name, fmt.Sprintf("%s: %s intervals hold, %s and %s", p.Name, at(50), at(80), at(90)))
		c.tabulatePairs(p.Name, line)
	}
	return c
}

// chance returns a quantile of the share of n independent trials that succeed, each with probability p.
func chance(n int, p, quantile float64) float64 {
	binomial := distuv.Binomial{N: float64(n), P: p}
	return float64(sort.Search(n, func(k int) bool { return binomial.CDF(float64(k)) >= quantile })) / float64(n)
}

// dottedLine joins points and marks each with a dot.
type dottedLine struct {
	plotter.XYs
	style Style
}

func (l dottedLine) Plot(c draw.Canvas, p *plot.Plot) {
	trX, trY := p.Transforms(&c)
	points := make([]vg.Point, len(l.XYs))
	for i, at := range l.XYs {
		points[i] = vg.Point{X: trX(at.X), Y: trY(at.Y)}
	}
	c.StrokeLines(l.style.line(), points)
	dot := l.style
	dot.Radius = 3
	for _, at := range points[1 : len(points)-1] { // the ends are where every line starts and ends
		c.DrawGlyph(dot.glyph(), at)
	}
}

func (l dottedLine) DataRange() (xmin, xmax, ymin, ymax float64) { return plotter.XYRange(l.XYs) }

func (l dottedLine) Thumbnail(c *draw.Canvas) {
	middle := c.Center()
	c.StrokeLine2(l.style.line(), c.Min.X, middle.Y, c.Max.X, middle.Y)
	dot := l.style
	dot.Radius = 3
	c.DrawGlyph(dot.glyph(), middle)
}

// PIT shows a histogram of each law's PIT, see [mdnlib.PIT], in equal bins of [0, 1], as a density: that of a right law is 1
// everywhere, give or take chance. A law that is too sure has more at both ends, one not sure enough more in the middle, one
// that is too high more on the left. In 19 of 20 bins chance leaves a right law in the grey band.
func PIT(d mdnlib.Data, bins int, predictions ...Prediction) *Chart {
	checkBins("PIT", bins)
	c := New("Where in its prediction did each y fall?", "share of the prediction below y (PIT)", "density")
	n, width := float64(d.Len()), 1/float64(bins)
	low, high := chance(d.Len(), width, 0.025)/width, chance(d.Len(), width, 0.975)/width
	level := func(v float64) func(float64) float64 { return func(float64) float64 { return v } }
	c.Plot.Y.Min = 0
	c.Band(fmt.Sprintf("chance, %d pairs in %d bins", d.Len(), bins), Chance, 0, 1, level(low), level(high))
	c.shown[0] = fmt.Sprintf("chance, %d pairs in %d bins: a band from %s to %s", d.Len(), bins, number(low), number(high))
	c.Function("right", Floor, 0, 1, level(1))
	for _, p := range predictions {
		bars := densityBars{make([]float64, bins), p.Style}
		for _, share := range mdnlib.PIT(p.Law, d) {
			if math.IsNaN(share) {
				continue // of a model that went astray
			}
			bars.density[min(int(share*float64(bins)), bins-1)] += 1 / (n * width)
		}
		outside := 0
		for _, v := range bars.density {
			if v < low-1e-9 || v > high+1e-9 {
				outside++
			}
		}
		c.add(bars, nil, p.Name, fmt.Sprintf("%s: %d bins, %s in the first, %s in the middle, %s in the last, %d of them outside the band", p.Name,
			bins, number(bars.density[0]), number(bars.density[bins/2]), number(bars.density[bins-1]), outside))
		var rows [][]float64
		for i, v := range bars.density {
			rows = append(rows, []float64{float64(i) * width, float64(i+1) * width, v})
		}
		c.tabulate(p.Name, []string{"PIT from", "to", "density"}, rows)
	}
	return c
}

// densityBars are the bars of a histogram of equal bins on [0, 1]: their outline, and the area below in a lighter shade.
type densityBars struct {
	density []float64
	style   Style
}

func (b densityBars) Plot(c draw.Canvas, p *plot.Plot) {
	trX, trY := p.Transforms(&c)
	outline := []vg.Point{{X: trX(0), Y: trY(0)}}
	for i, v := range b.density {
		left, right := float64(i)/float64(len(b.density)), float64(i+1)/float64(len(b.density))
		outline = append(outline, vg.Point{X: trX(left), Y: trY(v)}, vg.Point{X: trX(right), Y: trY(v)})
	}
	outline = append(outline, vg.Point{X: trX(1), Y: trY(0)})
	c.FillPolygon(b.fill(), outline)
	c.StrokeLines(b.style.line(), outline)
}

func (b densityBars) fill() color.Color {
	light := b.style.Color
	light.A = 0x28
	return light
}

func (b densityBars) DataRange() (xmin, xmax, ymin, ymax float64) {
	for _, v := range b.density {
		ymax = max(ymax, v)
	}
	return 0, 1, 0, ymax
}

func (b densityBars) Thumbnail(c *draw.Canvas) {
	corners := []vg.Point{c.Min, {X: c.Min.X, Y: c.Max.Y}, c.Max, {X: c.Max.X, Y: c.Min.Y}}
	c.FillPolygon(b.fill(), corners)
	c.StrokeLines(b.style.line(), corners)
}

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
	gap, err := plotter.NewPolygon(append(outline, plotter.XY{X: to}))
	if err == nil {
		gap.Color, gap.LineStyle.Width = PredictedLight.Color, 0
	}
	c.add(gap, err, "the gap, squared", "the gap, squared: an area of "+number(score))
	c.tabulatePairs("the gap, squared", outline)
	c.Function("CDF of the prediction", Predicted, from, to, p.CDF)
	came := Measured
	came.Width = 2
	c.Line(fmt.Sprintf("what came: y = %s", number(y)), came, plotter.XYs{{X: from, Y: 0}, {X: y, Y: 0}, {X: y, Y: 1}, {X: to, Y: 1}})
	return c
}

// Range fills the chart from one x to another, over its whole height.
func (c *Chart) Range(name string, style Style, from, to float64) {
	c.add(xRange{from, to, style}, plotter.CheckFloats(from, to), name, fmt.Sprintf("%s: %s from %s to %s", name, c.X.Label.Text, number(from), number(to)))
	c.tabulate(name, []string{c.X.Label.Text + " from", "to"}, [][]float64{{from, to}})
}

type xRange struct {
	from, to float64
	style    Style
}

func (r xRange) Plot(c draw.Canvas, p *plot.Plot) {
	trX, _ := p.Transforms(&c)
	left, right := max(trX(r.from), c.Min.X), min(trX(r.to), c.Max.X)
	c.FillPolygon(r.style.Color, []vg.Point{{X: left, Y: c.Min.Y}, {X: left, Y: c.Max.Y}, {X: right, Y: c.Max.Y}, {X: right, Y: c.Min.Y}})
}

func (r xRange) Thumbnail(c *draw.Canvas) {
	c.FillPolygon(r.style.Color, []vg.Point{c.Min, {X: c.Min.X, Y: c.Max.Y}, c.Max, {X: c.Max.X, Y: c.Min.Y}})
}

// Means draws the mean of every model of the ensemble as a line.
func (c *Chart) Means(style Style, e mdnlib.Ensemble, from, to float64) {
	const points = 201
	lines := make([]plotter.XYs, len(e))
	grid := mdnlib.Grid(from, to, points)
	for i, m := range e {
		for k, p := range m.AtEach(grid) {
			lines[i] = append(lines[i], plotter.XY{X: grid[k], Y: p.Mean()})
		}
	}
	apart, at := 0.0, from
	for k, x := range grid {
		low, high := math.Inf(1), math.Inf(-1)
		for _, line := range lines {
			low, high = min(low, line[k].Y), max(high, line[k].Y)
		}
		if high-low > apart {
			apart, at = high-low, x
		}
	}
	name := fmt.Sprintf("%d networks", len(e))
	for i, line := range lines {
		drawn, err := plotter.NewLine(line)
		if err != nil {
			c.add(nil, err, name, "")
		}
		drawn.LineStyle = style.line()
		c.tabulatePairs(fmt.Sprintf("network %d of %d", i+1, len(e)), line)
		if i > 0 {
			c.Plot.Add(drawn)
			continue
		}
		c.add(drawn, nil, name, fmt.Sprintf("%s: a line each from %s = %s to %s, furthest apart at %s, where they span %s", name,
			c.X.Label.Text, number(from), number(to), number(at), number(apart)))
	}
	c.top = c.Y.Max
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
