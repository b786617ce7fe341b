package figure

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Multiples returns one chart of several, its panels, in rows of the given number of columns: on the same axes, so that they
// can be compared, with one legend and one description. Panels of it that have the names of their axes, and the styles of
// what they show, in common are the easiest to read. Give the panels a title each. Their axes end where the data of all of them does, or
// where the first panel's are set to end. A panel cannot have [Chart.Bars], whose axis is of names.
func Multiples(title string, columns int, panels ...*Chart) *Chart {
	if columns < 1 || len(panels) == 0 {
		panic(fmt.Sprintf("figure: %q has %d panels in %d columns; use 1 or more of each", title, len(panels), columns))
	}
	for _, panel := range panels {
		if panel.Y.bars != nil {
			panic(fmt.Sprintf("figure: the panel %q of %q has bars, which have no axis in common with others; show it by itself", panel.Title, title))
		}
	}
	m := multiples{min(columns, len(panels)), slices.Clone(panels)}
	c := newDiagram(title, m)
	c.Height = m.height() + 1.1*vg.Inch
	return c
}

// multiples are several charts, the panels, on the same axes.
type multiples struct {
	columns int
	panels  []*Chart
}

// height is that of all rows.
func (m multiples) height() vg.Length {
	rows := (len(m.panels) + m.columns - 1) / m.columns
	return vg.Length(rows) * 1.9 * vg.Inch
}

func (m multiples) narrow() (layer, vg.Length) {
	m.columns = min(m.columns, 2)
	m.panels = slices.Clone(m.panels)
	for i, panel := range m.panels {
		narrow := *panel
		narrow.X.narrow = true
		m.panels[i] = &narrow
	}
	return m, m.height() + 0.3*vg.Inch
}

// multiples returns the panels of a chart that Multiples has made.
func (c *Chart) multiples() (m multiples, ok bool) {
	if c.diagram {
		m, ok = c.parts[0].layer.(multiples)
	}
	return m, ok
}

// view returns what a panel shows.
func (m multiples) view(panel *Chart) view {
	v := m.panels[0].viewOf(m.dataRange())
	v.x, v.y = panel.X.Label, panel.Y.Label
	return v
}

// dataRange returns how far the data of all panels goes.
func (m multiples) dataRange() (left, right, bottom, top float64) {
	left, right, bottom, top = math.Inf(1), math.Inf(-1), math.Inf(1), math.Inf(-1)
	for _, panel := range m.panels {
		xmin, xmax, ymin, ymax := panel.dataRange()
		left, right, bottom, top = min(left, xmin), max(right, xmax), min(bottom, ymin), max(top, ymax)
	}
	return left, right, bottom, top
}

// entries returns an entry for each name that a panel's legend has.
func (m multiples) entries() (entries []entry) {
	for _, panel := range m.panels {
		for _, e := range panel.entries() {
			if !slices.ContainsFunc(entries, func(known entry) bool { return known.name == e.name }) {
				entries = append(entries, e)
			}
		}
	}
	return entries
}

func (m multiples) Plot(canvas draw.Canvas, _ *plot.Plot) {
	var rows [][]*plot.Plot
	for i, panel := range m.panels {
		column := i % m.columns
		if column == 0 {
			rows = append(rows, make([]*plot.Plot, m.columns))
		}
		p := panel.plot(m.view(panel))
		p.Title.Text = panel.Title
		p.Title.TextStyle, p.Title.Padding = textStyle(12), 3
		p.Title.TextStyle.XAlign, p.Title.TextStyle.YAlign = draw.XCenter, draw.YBottom
		p.X.Padding, p.Y.Padding = 3, 3
		bottom := i+m.columns >= len(m.panels) // no panel is below it
		outermost(&p.X, bottom)
		outermost(&p.Y, column == 0)
		if !bottom {
			p.X.Tick.Label.Font.Size = 1 // and leaves no room for numbers that are not there
		}
		rows[len(rows)-1][column] = p
	}
	tiles := draw.Tiles{Rows: len(rows), Cols: m.columns, PadX: 8, PadY: 6}
	for row := range rows {
		for column, p := range rows[row] {
			if p != nil {
				m.panels[row*m.columns+column].wrapLabels(p, tiles.At(canvas, column, row))
			}
		}
	}
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

// summary says what all panels have in common.
func (m multiples) summary() string {
	var titles []string
	for _, panel := range m.panels {
		titles = append(titles, panel.Title)
	}
	first := m.panels[0]
	left, right, bottom, top := m.dataRange()
	left, right, _ = first.X.ends(left, right)
	bottom, top, _ = first.Y.ends(bottom, top)
	return fmt.Sprintf("%s, %s; in each, %s from %s to %s over %s from %s to %s.", count(len(titles), "panel"), strings.Join(titles, ", "),
		first.Y.Label, near0(bottom, top-bottom), near0(top, top-bottom), first.X.Label, near0(left, right-left), near0(right, right-left))
}

func (m multiples) describe(view) words {
	w := words{kind: fmt.Sprintf("%s: %s over %s", count(len(m.panels), "panel"), m.panels[0].Y.Label, m.panels[0].X.Label)}
	var numbers, trends, points []string
	for _, panel := range m.panels {
		d := panel.describe(m.view(panel))
		numbers = append(numbers, named(panel.Title, strings.TrimSuffix(d.Numbers, ".")))
		if d.Trend != "" {
			trends = append(trends, named(panel.Title, strings.TrimSuffix(d.Trend, ".")))
		}
		if d.Point != "" {
			points = append(points, named(panel.Title, strings.TrimSuffix(d.Point, ".")))
		}
	}
	w.numbers, w.trend, w.point = strings.Join(numbers, ". "), strings.Join(trends, ". "), strings.Join(points, ". ")
	return w
}

// tables are those of all panels, thinned: together they would be longer than anyone reads.
func (m multiples) tables(_ string, _ view) (tables []dataTable) {
	for _, panel := range m.panels {
		for _, t := range panel.tables(m.view(panel)) {
			t.Name = panel.Title + ": " + t.Name
			tables = append(tables, t.thinned(mostRows/3))
		}
	}
	return tables
}

// keyNumbers are those of all panels, under the panel's title.
func (m multiples) keyNumbers() (all []*Table) {
	for _, panel := range m.panels {
		for _, t := range panel.keyNumbers() {
			titled := *t
			if titled.Title = panel.Title; t.Title != "" {
				titled.Title = named(panel.Title, t.Title)
			}
			all = append(all, &titled)
		}
	}
	return all
}
