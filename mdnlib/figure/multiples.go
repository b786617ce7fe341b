package figure

import (
	"fmt"
	"image/color"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"mdn/mdnlib"
)

// What is observed, and what the law says, in a panel of [Multiples].
var (
	ObservedSmall = Style{Color: Observed.Color, Radius: 1}
	TruthThin     = Style{Color: Truth.Color, Width: 1.3}
)

// Multiples returns one chart of several, its panels, in rows of the given number of columns: on the same axes, so that they
// can be compared, with one legend and one description. Panels of it that have the names of their axes, and the styles of
// what they show, in common are the easiest to read. It sets the panels' ranges; give them a title each.
func Multiples(title string, columns int, panels ...*Chart) *Chart {
	if columns < 1 || len(panels) == 0 {
		panic(fmt.Sprintf("figure: %q has %d panels in %d columns; use 1 or more of each", title, len(panels), columns))
	}
	first := panels[0]
	c := New(title, "", "")
	c.HideAxes()
	c.Plot.X.Padding, c.Plot.Y.Padding = 0, 0
	x, y := first.Plot.X, first.Plot.Y
	var titles []string
	for _, panel := range panels {
		x.Min, x.Max = min(x.Min, panel.Plot.X.Min), max(x.Max, panel.Plot.X.Max)
		y.Min, y.Max = min(y.Min, panel.Plot.Y.Min), max(y.Max, panel.Plot.Y.Max)
		for _, e := range panel.entries {
			if !slices.ContainsFunc(c.entries, func(known entry) bool { return known.name == e.name }) {
				c.entries = append(c.entries, e)
			}
		}
		titles = append(titles, panel.Title.Text)
		c.details = append(c.details, panel.Title.Text+": "+strings.Join(panel.shown, "; "))
		for _, t := range panel.tables {
			t.Name = panel.Title.Text + ": " + t.Name
			c.tables = append(c.tables, t)
		}
	}
	for _, panel := range panels {
		panel.Plot.X.Min, panel.Plot.X.Max, panel.Plot.Y.Min, panel.Plot.Y.Max = x.Min, x.Max, y.Min, y.Max
	}
	rows := (len(panels) + columns - 1) / columns
	c.Height = vg.Length(rows)*1.9*vg.Inch + 1.1*vg.Inch
	c.add(multiples{columns, panels}, nil, "", fmt.Sprintf("%d panels, %s; in each, %s up from %s to %s over %s from %s to %s",
		len(panels), strings.Join(titles, ", "), first.Y.Label.Text, endOf(y, y.Min), endOf(y, y.Max),
		first.X.Label.Text, endOf(x, x.Min), endOf(x, x.Max)))
	return c
}

// endOf writes an end of an axis, as 0 where it cannot be told from 0.
func endOf(axis plot.Axis, v float64) string {
	if math.Abs(v) < 1e-6*(axis.Max-axis.Min) {
		v = 0
	}
	return number(v)
}

// multiples draws the panels.
type multiples struct {
	columns int
	panels  []*Chart
}

func (m multiples) Plot(canvas draw.Canvas, _ *plot.Plot) {
	canvas.SetColor(m.panels[0].BackgroundColor) // over the grid
	canvas.Fill(canvas.Path())
	var rows [][]*plot.Plot
	for i, panel := range m.panels {
		column := i % m.columns
		if column == 0 {
			rows = append(rows, make([]*plot.Plot, m.columns))
		}
		p := *panel.Plot
		margin := 0.03 * (p.Y.Max - p.Y.Min) // as Chart.Draw leaves
		p.Y.Min -= margin
		p.Y.Max += margin
		p.Title.TextStyle, p.Title.Padding = textStyle(12), 3
		p.Title.TextStyle.XAlign, p.Title.TextStyle.YAlign = draw.XCenter, draw.YBottom
		p.X.Padding, p.Y.Padding = 3, 3
		bottom := i+m.columns >= len(m.panels) // no panel is below it
		outermost(&p.X, bottom)
		outermost(&p.Y, column == 0)
		if !bottom {
			p.X.Tick.Label.Font.Size = 1 // and leaves no room for numbers that are not there
		}
		rows[len(rows)-1][column] = &p
	}
	tiles := draw.Tiles{Rows: len(rows), Cols: m.columns, PadX: 8, PadY: 6}
	for row, canvases := range plot.Align(rows, tiles, canvas) {
		for column, c := range canvases {
			if p := rows[row][column]; p != nil {
				drawPanel(p, c)
			}
		}
	}
}

// drawPanel draws a panel with its title over the middle of its data; plot.Plot has it over the middle of data and numbers.
func drawPanel(p *plot.Plot, canvas draw.Canvas) {
	data := p.DataCanvas(canvas)
	style, title := p.Title.TextStyle, p.Title.Text
	canvas.Max.Y -= style.Rectangle(title).Size().Y + p.Title.Padding
	p.Title.Text = ""
	p.Draw(canvas)
	canvas.FillText(style, vg.Point{X: data.Center().X, Y: canvas.Max.Y + p.Title.Padding}, title)
}

// outermost gives a panel's axis few marks, and takes its name and its numbers away unless they stand at the picture's edge.
func outermost(axis *plot.Axis, edge bool) {
	if !edge {
		axis.Label.Text = ""
	}
	axis.Tick.Marker = plot.TickerFunc(func(from, to float64) []plot.Tick {
		marks := ticksAtMost(5, from, to)
		for i := range marks {
			if !edge {
				marks[i].Label = " " // with no label at all it would have no line in the grid
			}
		}
		return marks
	})
}

// Bands draws what a law expects between two values of x: its central intervals that hold 90 % and 50 % of y.
func (c *Chart) Bands(name string, style Style, law mdnlib.Law, from, to float64) {
	quantile := func(share float64) func(float64) float64 {
		return func(x float64) float64 { return law(x).Quantile(share) }
	}
	style.Color.A = 0x38
	c.Band(name+": 90 % of y", style, from, to, quantile(0.05), quantile(0.95))
	style.Color.A = 0x68
	c.Band(name+": 50 % of y", style, from, to, quantile(0.25), quantile(0.75))
	style.Color.A = 0x89 // as it looks where it lies on the other
	c.entries[len(c.entries)-1].thumbnail = &plotter.Polygon{Color: style.Color}
}

// Limits draws the ends of the law's central interval that holds the share level of y, as two lines.
func (c *Chart) Limits(name string, style Style, law mdnlib.Law, level, from, to float64) {
	c.Function(name, style, from, to, func(x float64) float64 { return law(x).Quantile((1 - level) / 2) })
	entries := c.entries
	c.Function(name, style, from, to, func(x float64) float64 { return law(x).Quantile((1 + level) / 2) })
	c.entries = entries // the legend names both at once
}

// DensityCurve draws the density of a distribution over y from one value to another. Where it has no spread, all of it is at
// one point, and that is drawn as an upright line.
func (c *Chart) DensityCurve(name string, style Style, p mdnlib.Distribution, from, to float64) {
	if p.StdDev() == 0 {
		c.add(&upright{at: p.Mean(), style: style}, nil, name,
			fmt.Sprintf("%s: an upright line, all of it is at %s", name, number(p.Mean())))
		c.tabulate(name, []string{"all of it at " + c.X.Label.Text}, [][]float64{{p.Mean()}})
		return
	}
	y := mdnlib.Grid(from, to, 201)
	for _, share := range mdnlib.Grid(0.005, 0.995, 100) { // so that a narrow peak is not missed
		if quantile := p.Quantile(share); from < quantile && quantile < to {
			y = append(y, quantile)
		}
	}
	slices.Sort(y)
	var line plotter.XYs
	for _, v := range y {
		if density := math.Exp(p.LogProb(v)); !math.IsInf(density, 0) && !math.IsNaN(density) {
			line = append(line, plotter.XY{X: v, Y: density})
		}
	}
	if len(line) == 0 {
		c.add(nil, plotter.ErrNaN, name, "")
	}
	c.Line(name, style, line)
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

func (u *upright) Thumbnail(c *draw.Canvas) {
	c.StrokeLine2(u.style.line(), c.Min.X, c.Center().Y, c.Max.X, c.Center().Y)
}

// Bars draws a level bar for each value, from the top down, with a whisker of its standard error to either side, and the
// value in figures to the right. A value that is not finite has no bar, and says so.
func (c *Chart) Bars(name string, style Style, labels []string, values, standardErrors []float64) {
	if len(values) == 0 || len(labels) != len(values) || len(standardErrors) != len(values) {
		panic(fmt.Sprintf("figure: %q has %d values, %d labels and %d standard errors; every bar needs one of each",
			name, len(values), len(labels), len(standardErrors)))
	}
	b := &bars{values: values, errors: standardErrors, style: style}
	var marks []plot.Tick
	var parts []string
	for i, label := range labels {
		marks = append(marks, plot.Tick{Value: -float64(i), Label: label})
		parts = append(parts, label+" "+b.figures(i))
	}
	c.Y.Tick.Marker, c.Y.Tick.Length, c.Y.LineStyle.Width = plot.ConstantTicks(marks), 0, 0
	c.add(b, nil, name, name+", as bars: "+strings.Join(parts, ", "))
	for i, label := range labels {
		c.tabulate(name+": "+label, []string{c.X.Label.Text, "standard error"}, [][]float64{{values[i], standardErrors[i]}})
	}
}

// bars draws one bar for each value, bar i about the height −i.
type bars struct {
	values, errors []float64
	style          Style
}

const barWidth = 0.56 // of the space for a bar

// figures returns value i with its standard error, or why there is none.
func (b *bars) figures(i int) string {
	switch value := b.values[i]; {
	case math.IsInf(value, 1):
		return "infinite"
	case math.IsInf(value, -1) || math.IsNaN(value):
		return "not known"
	case math.IsNaN(b.errors[i]):
		return fixed(value)
	default:
		return fixed(value) + " ± " + fixed(b.errors[i])
	}
}

// fixed writes a value with three decimals, so that several stand in line, and a large one with none.
func fixed(v float64) string {
	if math.Abs(v) >= 100 {
		return number(math.Round(v))
	}
	digits := fmt.Sprintf("%.3f", v)
	if digits == "-0.000" {
		return "0.000"
	}
	return strings.ReplaceAll(digits, "-", "−")
}

func (b *bars) Plot(canvas draw.Canvas, p *plot.Plot) {
	trX, trY := p.Transforms(&canvas)
	text := textStyle(11)
	text.XAlign, text.YAlign = draw.XRight, draw.YCenter
	grid := canvas.Rectangle
	grid.Min.X = canvas.Max.X
	for i := range b.values {
		grid.Min.X = min(grid.Min.X, canvas.Max.X-2-text.Width(b.figures(i))-8)
	}
	canvas.SetColor(color.White) // no lines through the figures
	canvas.Fill(grid.Path())
	for i, value := range b.values {
		middle := trY(-float64(i))
		canvas.FillText(text, vg.Point{X: canvas.Max.X - 2, Y: middle + text.FontExtents().Descent}, b.figures(i))
		if math.IsInf(value, 0) || math.IsNaN(value) {
			continue
		}
		low, high := trY(-float64(i)-barWidth/2), trY(-float64(i)+barWidth/2)
		canvas.FillPolygon(b.style.Color, canvas.ClipPolygonX(box(trX(0), low, trX(value), high)))
		if math.IsNaN(b.errors[i]) {
			continue
		}
		from, to, end := trX(value-b.errors[i]), trX(value+b.errors[i]), (high-low)/5
		canvas.StrokeLines(draw.LineStyle{Color: ink, Width: 1.2}, canvas.ClipLinesX(
			[]vg.Point{{X: from, Y: middle}, {X: to, Y: middle}},
			[]vg.Point{{X: from, Y: middle - end}, {X: from, Y: middle + end}},
			[]vg.Point{{X: to, Y: middle - end}, {X: to, Y: middle + end}})...)
	}
}

func box(left, bottom, right, top vg.Length) []vg.Point {
	return []vg.Point{{X: left, Y: bottom}, {X: right, Y: bottom}, {X: right, Y: top}, {X: left, Y: top}}
}

// DataRange leaves room at the right for the figures.
func (b *bars) DataRange() (xmin, xmax, ymin, ymax float64) {
	for i, value := range b.values {
		if math.IsInf(value, 0) || math.IsNaN(value) {
			continue
		}
		xmin, xmax = min(xmin, value), max(xmax, value)
		if e := b.errors[i]; !math.IsNaN(e) {
			xmin, xmax = min(xmin, value-e), max(xmax, value+e)
		}
	}
	if xmin == xmax {
		xmax = 1 // no bar at all
	}
	return xmin, xmax + 0.3*(xmax-xmin), -float64(len(b.values)) + 0.5, 0.5
}

func (b *bars) Thumbnail(c *draw.Canvas) {
	middle, half := c.Center().Y, c.Size().Y/4
	c.FillPolygon(b.style.Color, box(c.Min.X, middle-half, c.Max.X, middle+half))
}

// Marks draws a value for each of the bars of [Chart.Bars] as an upright line across it, where it is finite.
func (c *Chart) Marks(name string, style Style, values []float64) {
	var parts []string
	for _, value := range values {
		if math.IsNaN(value) || math.IsInf(value, 0) {
			parts = append(parts, "none")
			continue
		}
		parts = append(parts, fixed(value))
	}
	c.add(&barMarks{values, style}, nil, name, name+", as a line across each bar: "+strings.Join(parts, ", "))
	var rows [][]float64
	for i, value := range values {
		rows = append(rows, []float64{float64(i + 1), value})
	}
	c.tabulate(name, []string{"bar, from the top", c.X.Label.Text}, rows)
}

type barMarks struct {
	values []float64
	style  Style
}

func (m *barMarks) Plot(canvas draw.Canvas, p *plot.Plot) {
	trX, trY := p.Transforms(&canvas)
	for i, value := range m.values {
		if x := trX(value); !math.IsNaN(value) && !math.IsInf(value, 0) && canvas.ContainsX(x) {
			canvas.StrokeLine2(m.style.line(), x, trY(-float64(i)-barWidth*0.75), x, trY(-float64(i)+barWidth*0.75))
		}
	}
}

func (m *barMarks) Thumbnail(c *draw.Canvas) {
	middle := c.Center()
	c.StrokeLine2(m.style.line(), middle.X, c.Min.Y, middle.X, c.Max.Y)
}
