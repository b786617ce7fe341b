// Package figure draws the charts of the notebooks on gonum/plot, describes each of them in words made from its data, and
// shows them, and training as it runs, inside a GoNB notebook.
package figure

import (
	"fmt"
	"image/color"
	"math"
	"slices"
	"strings"

	xfont "golang.org/x/image/font"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"mdn/mdnlib"
)

// Chart is a plot.Plot, to be adjusted as one, with a legend above the data instead of on it, and with a description.
type Chart struct {
	*plot.Plot
	Width, Height vg.Length

	top     float64  // the largest y of what was added
	entries []entry  // of the legend
	shown   []string // what is drawn, in words, in the order it was added
	tables  []table  // what is drawn, in numbers
	details []string // more of the same, for the description only: too long for a caption
}

type entry struct {
	name      string
	thumbnail plot.Thumbnailer
}

// Style is how one thing is drawn: what it does not use, it ignores.
type Style struct {
	Color  color.NRGBA
	Width  vg.Length // of lines
	Radius vg.Length // of points
	Dashes []vg.Length
}

// One style for one thing, the same in every chart: what was observed is blue, what is predicted red, what the law says
// magenta, as in the post, and its error bars dark blue. First, Second and Third are for curves that are none of these. The
// shades differ in lightness too, for print in grey and for the colour-blind.
var (
	Observed       = Style{Color: color.NRGBA{R: 0x1f, G: 0x5f, B: 0xd0, A: 0x70}, Radius: 2.6}
	ObservedFaint  = Style{Color: color.NRGBA{R: 0x1f, G: 0x5f, B: 0xd0, A: 0x1c}, Radius: 3.2}
	Measured       = Style{Color: color.NRGBA{R: 0x1f, G: 0x5f, B: 0xd0, A: 0xff}, Radius: 3.4}
	Truth          = Style{Color: color.NRGBA{R: 0xb0, G: 0x00, B: 0xa8, A: 0xff}, Width: 2}
	TrueSpread     = Style{Color: color.NRGBA{R: 0x0b, G: 0x2f, B: 0x9e, A: 0xff}, Width: 2.4, Radius: 3.4}
	Predicted      = Style{Color: color.NRGBA{R: 0xe0, G: 0x2a, B: 0x1b, A: 0xff}, Width: 1.6, Radius: 3.4}
	PredictedLight = Style{Color: color.NRGBA{R: 0xe0, G: 0x2a, B: 0x1b, A: 0x2e}, Width: 1}
	Floor          = Style{Color: color.NRGBA{R: 0x30, G: 0x30, B: 0x30, A: 0xff}, Width: 1.4, Dashes: []vg.Length{5, 3}}
	First          = Style{Color: color.NRGBA{R: 0x20, G: 0x20, B: 0x60, A: 0xff}, Width: 2}
	Second         = Style{Color: color.NRGBA{R: 0x00, G: 0x80, B: 0x66, A: 0xff}, Width: 2, Dashes: []vg.Length{8, 3}}
	Third          = Style{Color: color.NRGBA{R: 0xc8, G: 0x7a, B: 0x00, A: 0xff}, Width: 2, Dashes: []vg.Length{2, 3}}
)

// Dashed returns the style with its line broken into dashes.
func (s Style) Dashed() Style {
	s.Dashes = []vg.Length{6, 3}
	return s
}

func (s Style) line() draw.LineStyle {
	return draw.LineStyle{Color: s.Color, Width: s.Width, Dashes: s.Dashes}
}

func (s Style) glyph() draw.GlyphStyle {
	glyph := draw.GlyphStyle{Color: s.Color, Radius: s.Radius, Shape: draw.CircleGlyph{}}
	if s.Color.A == 0xff {
		glyph.Shape = ringedGlyph{}
	}
	return glyph
}

// ringedGlyph is a dot with a white ring, which sets it off from what it lies on, in print in grey as well.
type ringedGlyph struct{}

func (ringedGlyph) DrawGlyph(c *draw.Canvas, style draw.GlyphStyle, at vg.Point) {
	ring := style
	ring.Radius += 0.9
	c.SetColor(color.White)
	draw.CircleGlyph{}.DrawGlyph(c, ring, at)
	c.SetColor(style.Color)
	draw.CircleGlyph{}.DrawGlyph(c, style, at)
}

var (
	sans = font.Font{Typeface: "Liberation", Variant: "Sans"}
	ink  = color.NRGBA{R: 0x22, G: 0x22, B: 0x22, A: 0xff}
	rule = color.NRGBA{R: 0xdd, G: 0xdd, B: 0xdd, A: 0xff}
)

func textStyle(size vg.Length) text.Style {
	return text.Style{Color: ink, Font: font.From(sans, size), Handler: plot.DefaultTextHandler}
}

// New returns an empty chart. The title says what there is to see; x and y name the axes, with their units.
func New(title, x, y string) *Chart {
	p := plot.New()
	p.Title.Text = title
	p.BackgroundColor = color.White
	for _, axis := range []struct {
		*plot.Axis
		label string
	}{{&p.X, x}, {&p.Y, y}} {
		label, tick := textStyle(12), textStyle(11)
		// plot.New has set how the texts sit on their axis.
		label.XAlign, label.YAlign = axis.Label.TextStyle.XAlign, axis.Label.TextStyle.YAlign
		label.Rotation = axis.Label.TextStyle.Rotation
		tick.XAlign, tick.YAlign = axis.Tick.Label.XAlign, axis.Tick.Label.YAlign
		axis.Label.Text, axis.Label.TextStyle, axis.Tick.Label = axis.label, label, tick
		axis.Label.Padding = 4
		axis.LineStyle = draw.LineStyle{Color: ink, Width: 0.8}
		axis.Tick.LineStyle = axis.LineStyle
		axis.Tick.Length = 4
		axis.Tick.Marker = plot.TickerFunc(ticks)
	}
	grid := plotter.NewGrid()
	grid.Horizontal = draw.LineStyle{Color: rule, Width: 0.7}
	grid.Vertical = grid.Horizontal
	p.Add(grid)
	return &Chart{Plot: p, Width: 7 * vg.Inch, Height: 4.6 * vg.Inch, top: math.Inf(-1)}
}

// ticks marks four to eight round values.
func ticks(from, to float64) []plot.Tick { return ticksAtMost(8, from, to) }

// ticksAtMost marks round values, at most so many intervals between them, and at least about half as many.
func ticksAtMost(intervals int, from, to float64) []plot.Tick {
	rough := (to - from) / float64(intervals)
	magnitude := math.Pow(10, math.Floor(math.Log10(rough)))
	step := 10 * magnitude
	for _, round := range []float64{1, 2, 2.5, 5} {
		if round*magnitude >= rough {
			step = round * magnitude
			break
		}
	}
	label := number
	if digits := 3 + int(math.Log10(max(math.Abs(from), math.Abs(to))/step)); digits > 4 { // as of years and their quarters
		label = func(v float64) string { return minus(fmt.Sprintf("%.*g", digits, v)) }
	}
	var marks []plot.Tick
	first := math.Ceil(from/step - 1e-9)
	for i := range intervals + 2 { // a count of its own: beyond 2⁵³ a float64 has no next whole number
		value := (first + float64(i)) * step
		if !(value <= to+step*1e-9) {
			break
		}
		if len(marks) == 0 || value > marks[len(marks)-1].Value {
			marks = append(marks, plot.Tick{Value: value, Label: label(value)})
		}
	}
	return marks
}

// number writes a value in four digits, a large one in whole numbers, with true minus signs.
func number(v float64) string {
	format := "%.4g"
	if math.Abs(v) >= 1e4 && math.Abs(v) < 1e7 {
		format = "%.0f"
	}
	return minus(fmt.Sprintf(format, v+0)) // + 0 turns −0 into 0
}

func minus(text string) string { return strings.ReplaceAll(text, "-", "−") }

// add puts a plotter into the chart. A plotter refuses data that cannot be drawn; that is the caller's mistake.
func (c *Chart) add(p plot.Plotter, err error, name, description string) {
	if err != nil {
		panic(fmt.Sprintf("figure: cannot draw %q: %v", name, err))
	}
	c.Plot.Add(p)
	c.top = c.Y.Max
	if thumbnail, ok := p.(plot.Thumbnailer); ok && name != "" {
		c.entries = append(c.entries, entry{name, thumbnail})
	}
	c.shown = append(c.shown, description)
}

// Points draws a dot for every pair.
func (c *Chart) Points(name string, style Style, data plotter.XYer) {
	scatter, err := plotter.NewScatter(data)
	if err == nil && data.Len() == 0 {
		err = plotter.ErrNoData
	}
	if err != nil {
		c.add(nil, err, name, "")
	}
	scatter.GlyphStyle = style.glyph()
	low, high := extent(scatter.XYs)
	c.add(scatterOf{scatter}, nil, name, fmt.Sprintf("%s: %d points, %s from %s to %s, %s from %s to %s", name, data.Len(),
		c.X.Label.Text, number(low.X), number(high.X), c.Y.Label.Text, number(low.Y), number(high.Y)))
	c.tabulatePairs(name, byX(scatter.XYs))
}

// scatterOf is a scatter whose dot in the legend can be seen, however faint its dots are in the chart.
type scatterOf struct{ *plotter.Scatter }

func (s scatterOf) Thumbnail(c *draw.Canvas) {
	style := s.GlyphStyle
	solid := color.NRGBAModel.Convert(style.Color).(color.NRGBA)
	solid.A = max(solid.A, 0x60)
	style.Color, style.Radius = solid, max(style.Radius, 3)
	c.DrawGlyph(style, c.Center())
}

// Line joins the pairs in their order. A single pair is a dot.
func (c *Chart) Line(name string, style Style, data plotter.XYer) {
	line := c.pairs(name, data)
	c.add(styledLine(style, line), nil, name, name+": "+describeLine(line))
	c.tabulatePairs(name, line)
}

// pairs copies what a line joins.
func (c *Chart) pairs(name string, data plotter.XYer) plotter.XYs {
	line, err := plotter.CopyXYs(data)
	if err == nil && len(line) == 0 {
		err = plotter.ErrNoData
	}
	if err != nil {
		c.add(nil, err, name, "")
	}
	return line
}

// Lines joins the pairs of several lines of one kind, which share a style and an entry in the legend: the kind, and their own names,
// which tell them apart in the description and in the tables. Without lines it draws nothing.
func (c *Chart) Lines(kind string, style Style, names []string, lines []mdnlib.Data) {
	if len(names) != len(lines) {
		panic(fmt.Sprintf("figure: %q has %d names for %d lines; give each line one", kind, len(names), len(lines)))
	}
	if len(lines) == 0 {
		return
	}
	var ends []string
	for i, data := range lines {
		line := c.pairs(kind+", "+names[i], data)
		last := line[len(line)-1]
		ends = append(ends, fmt.Sprintf("%s ends at (%s, %s)", names[i], number(last.X), number(last.Y)))
		c.tabulatePairs(kind+", "+names[i], line)
		if i < len(lines)-1 {
			c.Plot.Add(styledLine(style, line))
		} else {
			c.add(styledLine(style, line), nil, kind+": "+strings.Join(names, ", "), kind+": lines, of which "+strings.Join(ends, ", "))
		}
	}
}

// styledLine draws a line, or a dot where it is a single pair.
func styledLine(style Style, line plotter.XYs) plot.Plotter {
	if len(line) == 1 {
		style.Radius = max(style.Radius, 3)
		return scatterOf{&plotter.Scatter{XYs: line, GlyphStyle: style.glyph()}}
	}
	return &plotter.Line{XYs: line, LineStyle: style.line()}
}

// Function draws f between two values of x, as a line for every stretch of x on which it is finite.
func (c *Chart) Function(name string, style Style, from, to float64, f func(x float64) float64) {
	const points = 201
	var lines []plotter.XYs
	inGap := true
	for _, x := range mdnlib.Grid(from, to, points) {
		y := f(x)
		if notFinite(y) {
			inGap = true
			continue
		}
		if inGap {
			lines, inGap = append(lines, nil), false
		}
		lines[len(lines)-1] = append(lines[len(lines)-1], plotter.XY{X: x, Y: y})
	}
	if len(lines) == 0 {
		c.shown = append(c.shown, name+": nowhere finite, so not drawn")
		return
	}
	description := name + ": " + describeLine(lines[0])
	for i, line := range lines[1:] {
		before := lines[i][len(lines[i])-1]
		description += fmt.Sprintf(", nothing finite between %s = %s and %s, %s",
			c.X.Label.Text, number(before.X), number(line[0].X), describeLine(line))
	}
	c.tabulatePairs(name, slices.Concat(lines...))
	slices.SortStableFunc(lines, func(a, b plotter.XYs) int { return len(b) - len(a) })
	for _, line := range lines[1:] {
		c.Plot.Add(styledLine(style, line))
	}
	c.add(styledLine(style, lines[0]), nil, name, description) // the legend shows the longest of them
}

// Mean draws the law's mean between two values of x.
func (c *Chart) Mean(name string, style Style, law mdnlib.Law, from, to float64) {
	c.Function(name, style, from, to, func(x float64) float64 { return law(x).Mean() })
}

// StdDev draws the law's standard deviation between two values of x.
func (c *Chart) StdDev(name string, style Style, law mdnlib.Law, from, to float64) {
	c.Function(name, style, from, to, func(x float64) float64 { return law(x).StdDev() })
}

// ErrorBars draws the law's mean at each x as a dot, and a bar of one standard deviation to either side.
func (c *Chart) ErrorBars(name string, style Style, law mdnlib.Law, x []float64) {
	bars := &errorBars{style: style}
	var rows [][]float64
	for _, v := range x {
		d := law(v)
		bars.XYs = append(bars.XYs, plotter.XY{X: v, Y: d.Mean()})
		bars.sigma = append(bars.sigma, d.StdDev())
		rows = append(rows, []float64{v, d.Mean(), d.StdDev()})
	}
	if len(x) == 0 {
		c.add(nil, plotter.ErrNoData, name, "")
	}
	at := func(i int) string {
		return fmt.Sprintf("%s ± %s at %s = %s", number(bars.XYs[i].Y), number(bars.sigma[i]), c.X.Label.Text, number(x[i]))
	}
	c.add(bars, plotter.CheckFloats(bars.sigma...), name,
		fmt.Sprintf("%s: mean ± standard deviation at %d values, from %s to %s", name, len(x), at(0), at(len(x)-1)))
	c.tabulate(name, []string{c.X.Label.Text, "mean", "standard deviation"}, rows)
}

// errorBars draws dots with vertical bars.
type errorBars struct {
	plotter.XYs
	sigma []float64
	style Style
}

func (e *errorBars) Plot(c draw.Canvas, p *plot.Plot) {
	trX, trY := p.Transforms(&c)
	for i, at := range e.XYs {
		x := trX(at.X)
		c.StrokeLines(e.style.line(), c.ClipLinesY([]vg.Point{{X: x, Y: trY(at.Y - e.sigma[i])}, {X: x, Y: trY(at.Y + e.sigma[i])}})...)
		c.DrawGlyph(e.style.glyph(), vg.Point{X: x, Y: trY(at.Y)})
	}
}

func (e *errorBars) DataRange() (xmin, xmax, ymin, ymax float64) {
	low, high := extent(e.XYs)
	ymin, ymax = low.Y, high.Y
	for i, at := range e.XYs {
		ymin, ymax = min(ymin, at.Y-e.sigma[i]), max(ymax, at.Y+e.sigma[i])
	}
	return low.X, high.X, ymin, ymax
}

func (e *errorBars) Thumbnail(c *draw.Canvas) {
	middle := c.Center()
	c.StrokeLine2(e.style.line(), middle.X, c.Min.Y, middle.X, c.Max.Y)
	c.DrawGlyph(e.style.glyph(), middle)
}

// Band fills the space between two functions of x.
func (c *Chart) Band(name string, style Style, from, to float64, low, high func(x float64) float64) {
	const points = 201
	x := mdnlib.Grid(from, to, points)
	outline := make(plotter.XYs, 0, 2*points)
	var rows [][]float64
	for _, v := range x {
		outline = append(outline, plotter.XY{X: v, Y: low(v)})
		rows = append(rows, []float64{v, low(v), high(v)})
	}
	for i := range x {
		v := x[points-1-i]
		outline = append(outline, plotter.XY{X: v, Y: high(v)})
	}
	polygon, err := plotter.NewPolygon(outline)
	if err != nil {
		c.add(nil, err, name, "")
	}
	polygon.Color, polygon.LineStyle.Width = style.Color, 0
	at := func(v float64) string {
		return fmt.Sprintf("%s to %s at %s = %s", number(low(v)), number(high(v)), c.X.Label.Text, number(v))
	}
	c.add(polygon, nil, name, fmt.Sprintf("%s: a band from %s to %s", name, at(from), at(to)))
	c.tabulate(name, []string{c.X.Label.Text, "from", "to"}, rows)
}

// Histogram draws how often the finite values fall into each of a number of equal bins, as a density: the bars' area is 1.
func (c *Chart) Histogram(name string, style Style, values []float64, bins int) {
	checkBins(name, bins)
	values = slices.DeleteFunc(slices.Clone(values), func(v float64) bool { return math.IsNaN(v) || math.IsInf(v, 0) })
	if len(values) < 2 {
		c.shown = append(c.shown, name+": fewer than two finite values, so not drawn")
		return
	}
	histogram, err := plotter.NewHist(plotter.Values(values), bins)
	if err != nil {
		c.add(nil, err, name, "")
	}
	histogram.Normalize(1)
	histogram.FillColor = style.Color
	histogram.LineStyle = draw.LineStyle{Color: color.White, Width: 0.6}
	mean, sigma := stat.MeanStdDev(values, nil)
	c.add(standingBars{histogram}, nil, name, fmt.Sprintf("%s: a histogram of %d values from %s to %s, mean %s, standard deviation %s", name,
		len(values), number(floats.Min(values)), number(floats.Max(values)), number(mean), number(sigma)))
	var rows [][]float64
	for _, bin := range histogram.Bins {
		rows = append(rows, []float64{bin.Min, bin.Max, bin.Weight})
	}
	c.tabulate(name, []string{c.X.Label.Text + " from", "to", c.Y.Label.Text}, rows)
}

func checkBins(name string, bins int) {
	if bins < 1 {
		panic(fmt.Sprintf("figure: %q has %d bins; use 1 or more", name, bins))
	}
}

// standingBars is a histogram whose bars stand on 0: those of a plotter.Histogram begin at the lower edge of the plot.
type standingBars struct{ *plotter.Histogram }

func (b standingBars) Plot(c draw.Canvas, p *plot.Plot) {
	trX, trY := p.Transforms(&c)
	for _, bin := range b.Bins {
		if bin.Weight == 0 {
			continue // its outline would hide the line of the grid
		}
		bar := box(trX(bin.Min), trY(0), trX(bin.Max), trY(bin.Weight))
		c.FillPolygon(b.FillColor, c.ClipPolygonXY(bar))
		c.StrokeLines(b.LineStyle, c.ClipLinesXY(append(bar, bar[0]))...)
	}
}

// Description says in words what the chart shows: its title, then each thing in it with its numbers.
func (c *Chart) Description() string {
	description := c.Title.Text
	if !strings.HasSuffix(description, "?") {
		description += "."
	}
	description += " " + c.caption()
	for _, detail := range c.details {
		description += " " + detail + "."
	}
	return description
}

// caption is the description without the title.
func (c *Chart) caption() string {
	shown := c.shown
	if c.Y.Max < c.top { // the caller has cut it off
		shown = append(slices.Clone(shown), "the vertical axis ends at "+number(c.Y.Max))
	}
	return "Shown: " + strings.Join(shown, "; ") + "."
}

// describeLine names a line's ends, and its lowest and highest point where they are not at an end.
func describeLine(line plotter.XYs) string {
	if len(line) == 1 {
		return fmt.Sprintf("one point, (%s, %s)", number(line[0].X), number(line[0].Y))
	}
	first, last := line[0], line[len(line)-1]
	lowest, highest := first, first
	at := func(p plotter.XY) string {
		if math.Abs(p.Y) < 1e-6*max(highest.Y, -lowest.Y) {
			p.Y = 0 // as far as anyone can see
		}
		return fmt.Sprintf("(%s, %s)", number(p.X), number(p.Y))
	}
	for _, p := range line {
		if p.Y < lowest.Y {
			lowest = p
		}
		if p.Y > highest.Y {
			highest = p
		}
	}
	if lowest.Y == highest.Y {
		return "a level line at " + number(first.Y)
	}
	s := fmt.Sprintf("a line from %s to %s", at(first), at(last))
	if lowest.Y < min(first.Y, last.Y) {
		s += ", lowest at " + at(lowest)
	}
	if highest.Y > max(first.Y, last.Y) {
		s += ", highest at " + at(highest)
	}
	return s
}

func extent(points plotter.XYs) (low, high plotter.XY) {
	low.X, high.X, low.Y, high.Y = plotter.XYRange(points)
	return low, high
}

// Draw draws the title, the legend and the plot, from the top down.
func (c *Chart) Draw(canvas draw.Canvas) {
	canvas.SetColor(color.White)
	canvas.Fill(canvas.Path())
	canvas = draw.Crop(canvas, 8, -12, 8, -8)

	title := textStyle(14)
	title.Font.Weight = xfont.WeightBold
	title.XAlign, title.YAlign = draw.XCenter, draw.YTop
	canvas.FillText(title, vg.Point{X: canvas.Center().X, Y: canvas.Max.Y}, c.Title.Text)
	canvas.Max.Y -= title.Height(c.Title.Text) + 8

	canvas.Max.Y -= c.drawLegend(canvas)

	untitled := *c.Plot
	untitled.Title.Text = ""
	margin := 0.03 * (untitled.Y.Max - untitled.Y.Min) // keeps what is lowest and highest off the edge
	untitled.Y.Min -= margin
	untitled.Y.Max += margin
	untitled.Draw(canvas)
}

// drawLegend draws a framed legend at the upper centre, its entries side by side, and returns the height that it takes.
func (c *Chart) drawLegend(canvas draw.Canvas) vg.Length {
	if len(c.entries) == 0 {
		return 0
	}
	const (
		icon, gap, between = 20, 6, 20 // an entry's icon, the gap to its name, the space to the next entry
		padding, below     = 7, 10
	)
	style := textStyle(12.5)
	lineHeight := style.Height("Mg") + 4
	width := func(e entry) vg.Length { return icon + gap + style.Width(e.name) }

	// As few lines as the names fit on, each with the same number of columns.
	var columns []vg.Length
	var total vg.Length
	for lines := 1; lines <= len(c.entries); lines++ {
		columns = make([]vg.Length, (len(c.entries)+lines-1)/lines)
		for i, e := range c.entries {
			column := i % len(columns)
			columns[column] = max(columns[column], width(e))
		}
		total = between * vg.Length(len(columns)-1)
		for _, w := range columns {
			total += w
		}
		if total <= canvas.Size().X-2*padding {
			break
		}
	}
	lines := (len(c.entries) + len(columns) - 1) / len(columns)

	height := lineHeight*vg.Length(lines) + 2*padding
	left, top := canvas.Center().X-total/2, canvas.Max.Y
	frame := vg.Rectangle{
		Min: vg.Point{X: left - padding - 3, Y: top - height},
		Max: vg.Point{X: left + total + padding + 3, Y: top},
	}
	canvas.SetLineStyle(draw.LineStyle{Color: color.NRGBA{R: 0xaa, G: 0xaa, B: 0xaa, A: 0xff}, Width: 0.8})
	canvas.Stroke(frame.Path())
	x := left
	for i, e := range c.entries {
		column, line := i%len(columns), i/len(columns)
		if column == 0 {
			x = left
		}
		y := top - padding - lineHeight*(vg.Length(line)+0.5)
		box := draw.Canvas{Canvas: canvas.Canvas, Rectangle: vg.Rectangle{
			Min: vg.Point{X: x, Y: y - lineHeight/2 + 2},
			Max: vg.Point{X: x + icon, Y: y + lineHeight/2 - 2},
		}}
		e.thumbnail.Thumbnail(&box)
		capital := style.FontExtents().Ascent * 0.7
		canvas.FillText(style, vg.Point{X: x + icon + gap, Y: y - capital/2}, e.name)
		x += columns[column] + between
	}
	return height + below
}
