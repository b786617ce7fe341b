package figure

import (
	"cmp"
	"fmt"
	"image/color"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Bars draws a level bar for each value, from the top down, with a whisker of its standard error to either side, and the
// value in figures to the right. A value that is not finite has no bar, and says so; a standard error that is not finite has no whisker.
func (c *Chart) Bars(name string, style Style, labels []string, values, standardErrors []float64) {
	if len(values) == 0 || len(labels) != len(values) || len(standardErrors) != len(values) {
		panic(fmt.Sprintf("figure: %q has %d values, %d labels and %d standard errors; every bar needs one of each",
			name, len(values), len(labels), len(standardErrors)))
	}
	for i, standardError := range standardErrors {
		if standardError < 0 {
			refuse(name, fmt.Errorf("the standard error of %s is %g; use 0 or more, or NaN where it is not known", labels[i], standardError))
		}
	}
	c.Y.bars = slices.Clone(labels)
	c.add(name, &bars{labels: c.Y.bars, values: slices.Clone(values), errors: slices.Clone(standardErrors), style: style})
}

// bars draws one bar for each value, bar i about the height −i.
type bars struct {
	labels         []string
	values, errors []float64
	style          Style
	names          []string // that the axis has in place of the labels, with the figures under them: then they are not to the right
}

// narrow puts the figures under the labels. A row is as high as the longest of these.
func (b *bars) narrow() (layer, vg.Length) {
	narrow, lines := *b, 0
	narrow.names = nil
	for i, label := range b.labels {
		name := wrapped(textStyle(11), label, phoneWidth/3) + "\n" + b.figures(i)
		narrow.names, lines = append(narrow.names, name), max(lines, strings.Count(name, "\n")+1)
	}
	row := vg.Length(lines)*0.16*vg.Inch + 0.13*vg.Inch
	return &narrow, vg.Length(len(b.values))*row + 0.6*vg.Inch
}

const (
	barWidth   = 0.56           // of the space for a bar
	markHeight = 1.5 * barWidth // of what Marks draws across it
)

// figures returns value i with its standard error, or why there is none.
func (b *bars) figures(i int) string {
	switch value := b.values[i]; {
	case math.IsInf(value, 1):
		return "infinite"
	case math.IsInf(value, -1) || math.IsNaN(value):
		return "not known"
	case notFinite(b.errors[i]):
		return fixed(value)
	default:
		return fixed(value) + " ± " + fixed(b.errors[i])
	}
}

func (b *bars) Plot(canvas draw.Canvas, p *plot.Plot) {
	trX, trY := p.Transforms(&canvas)
	text := textStyle(11)
	text.XAlign, text.YAlign = draw.XRight, draw.YCenter
	room := canvas.Max.X // where the figures begin
	if b.names == nil {
		for i := range b.values {
			room = min(room, canvas.Max.X-2-text.Width(b.figures(i))-8)
		}
		canvas.SetColor(color.White) // no lines through the figures
		canvas.Fill(vg.Rectangle{Min: vg.Point{X: room, Y: canvas.Min.Y}, Max: canvas.Max}.Path())
	}
	for i, value := range b.values {
		middle := trY(-float64(i))
		if !canvas.ContainsY(middle) {
			continue
		}
		low, high := trY(-float64(i)-barWidth/2), trY(-float64(i)+barWidth/2)
		if !notFinite(value) {
			canvas.FillPolygon(b.style.Color, canvas.ClipPolygonXY(box(trX(0), low, trX(value), high)))
		}
		if b.names == nil {
			if !notFinite(value) && trX(value) > room { // a bar that the chart cuts off, below its figures
				canvas.FillPolygon(color.White, canvas.ClipPolygonXY(box(room, middle-9, canvas.Max.X, middle+9)))
			}
			canvas.FillText(text, vg.Point{X: canvas.Max.X - 2, Y: middle + text.FontExtents().Descent}, b.figures(i))
		}
		if notFinite(value) {
			continue
		}
		if notFinite(b.errors[i]) {
			continue
		}
		from, to, end := trX(value-b.errors[i]), trX(value+b.errors[i]), (high-low)/5
		canvas.StrokeLines(draw.LineStyle{Color: ink, Width: 1.2}, canvas.ClipLinesXY(
			[]vg.Point{{X: from, Y: middle}, {X: to, Y: middle}},
			[]vg.Point{{X: from, Y: middle - end}, {X: from, Y: middle + end}},
			[]vg.Point{{X: to, Y: middle - end}, {X: to, Y: middle + end}})...)
	}
}

// DataRange leaves room at the right for the figures.
func (b *bars) DataRange() (xmin, xmax, ymin, ymax float64) {
	for i, value := range b.values {
		if notFinite(value) {
			continue
		}
		xmin, xmax = min(xmin, value), max(xmax, value)
		if e := b.errors[i]; !notFinite(e) {
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

func (b *bars) describe(v view) words {
	w := words{kind: "bars"}
	var parts []string
	var finite []int
	for i, label := range b.labels {
		if !(v.bottom <= -float64(i) && -float64(i) <= v.top) {
			continue
		}
		said := label + " " + b.figures(i)
		if !notFinite(b.values[i]) {
			finite = append(finite, i)
			if !v.containsX(b.values[i]) {
				said += ", cut off"
			}
		}
		parts = append(parts, said)
	}
	w.numbers = strings.Join(parts, ", ")
	if outside := len(b.labels) - len(parts); outside > 0 {
		w.numbers = strings.Join(append(parts, count(outside, "more bar")+" outside of the chart"), ", ")
	}
	if len(finite) > 1 {
		byValue := func(i, k int) int { return cmp.Compare(b.values[i], b.values[k]) }
		all := ""
		if len(finite) < len(parts) {
			all = "of the finite ones "
		}
		w.trend = fmt.Sprintf("%slargest for %s, smallest for %s", all,
			b.labels[slices.MaxFunc(finite, byValue)], b.labels[slices.MinFunc(finite, byValue)])
	}
	return w
}

func (b *bars) tables(name string, v view) (tables []dataTable) {
	for i, label := range b.labels {
		for _, t := range tabulate(name+": "+label, asBar, []string{v.x, "standard error"}, [][]float64{{b.values[i], b.errors[i]}}) {
			t.bar = i
			tables = append(tables, t)
		}
	}
	return tables
}

func (b *bars) keyNumbers(name string, v view) *Table {
	t := NewTable("", Column{Name: name, Unit: v.x})
	for i, label := range b.labels {
		t.rows = append(t.rows, row{label, []cell{textCell(b.figures(i), b.values[i], b.errors[i])}})
	}
	return t
}

// Marks draws a value for each of the bars of [Chart.Bars], which has to come first, as an upright line across it, where it is finite.
func (c *Chart) Marks(name string, style Style, values []float64) {
	for _, p := range c.parts {
		if b, ok := p.layer.(*bars); ok && len(b.values) == len(values) {
			c.add(name, &barMarks{slices.Clone(values), style, b})
			return
		}
	}
	panic(fmt.Sprintf("figure: %q has %d values, and there are not as many bars; draw the bars first, and give a value for each",
		name, len(values)))
}

type barMarks struct {
	values []float64
	style  Style
	bars   *bars
}

func (m *barMarks) Plot(canvas draw.Canvas, p *plot.Plot) {
	trX, trY := p.Transforms(&canvas)
	for i, value := range m.values {
		if x := trX(value); !notFinite(value) && canvas.ContainsX(x) {
			line := []vg.Point{{X: x, Y: trY(-float64(i) - markHeight/2)}, {X: x, Y: trY(-float64(i) + markHeight/2)}}
			canvas.StrokeLines(m.style.line(), canvas.ClipLinesY(line)...)
		}
	}
}

func (m *barMarks) Thumbnail(c *draw.Canvas) {
	middle := c.Center()
	c.StrokeLine2(m.style.line(), middle.X, c.Min.Y, middle.X, c.Max.Y)
}

func (m *barMarks) describe(v view) words {
	var parts []string
	near, known := 0, 0
	for i, value := range m.values {
		if notFinite(value) {
			parts = append(parts, digits(value, 3))
			continue
		}
		said := fixed(value)
		if !v.containsX(value) {
			said += ", outside of the chart"
		}
		parts = append(parts, said)
		if bar, standardError := m.bars.values[i], m.bars.errors[i]; !notFinite(bar) && !notFinite(standardError) {
			known++
			if math.Abs(bar-value) <= 2*standardError {
				near++
			}
		}
	}
	w := words{kind: "lines across them", numbers: strings.Join(parts, ", ")}
	if known > 0 {
		w.point = fmt.Sprintf("%d of %d bars end within two standard errors of their lines", near, known)
	}
	return w
}

func (m *barMarks) tables(name string, v view) []dataTable {
	var rows [][]float64
	for i, value := range m.values {
		if v.containsX(value) {
			rows = append(rows, []float64{float64(i + 1), value})
		}
	}
	return tabulate(name, asMark, []string{"bar, from the top", v.x}, rows)
}

func (m *barMarks) keyNumbers(name string, v view) *Table {
	t := NewTable("", Column{Name: name, Unit: v.x, Decimals: 3})
	for i, label := range m.bars.labels {
		t.Row(label, m.values[i])
	}
	return t
}
