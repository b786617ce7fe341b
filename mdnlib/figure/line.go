package figure

import (
	"fmt"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg/draw"

	"mdn/mdnlib"
)

// Line joins the pairs in their order. A single pair is a dot.
func (c *Chart) Line(name string, style Style, data plotter.XYer) {
	c.add(name, &line{copyPairs(name, data), style})
}

// line joins pairs of x and y.
type line struct {
	plotter.XYs
	style Style
}

func (l *line) Plot(c draw.Canvas, p *plot.Plot) {
	if dot := l.dot(); dot != nil {
		dot.Plot(c, p)
		return
	}
	(&plotter.Line{XYs: l.XYs, LineStyle: l.style.line()}).Plot(c, p)
}

// dot returns what a line of a single pair is drawn as, nil if there are more.
func (l *line) dot() *points {
	if len(l.XYs) > 1 {
		return nil
	}
	style := l.style
	style.Radius = max(style.Radius, 3)
	return &points{l.XYs, style.glyph()}
}

func (l *line) DataRange() (xmin, xmax, ymin, ymax float64) { return plotter.XYRange(l.XYs) }

// GlyphBoxes gives the line's width its room at the edge of the chart.
func (l *line) GlyphBoxes(p *plot.Plot) []plot.GlyphBox {
	if dot := l.dot(); dot != nil {
		return dot.GlyphBoxes(p)
	}
	return (&plotter.Line{XYs: l.XYs, LineStyle: l.style.line()}).GlyphBoxes(p)
}

func (l *line) Thumbnail(c *draw.Canvas) {
	if dot := l.dot(); dot != nil {
		dot.Thumbnail(c)
		return
	}
	(&plotter.Line{LineStyle: l.style.line()}).Thumbnail(c)
}

func (l *line) describe(v view) words {
	w := words{kind: "a line", numbers: lineNumbers(v, l.XYs), trend: lineTrend(v, l.XYs)}
	if len(l.XYs) == 1 {
		w.kind = "a dot"
	}
	return w
}

func (l *line) tables(name string, v view) []dataTable { return tabulatePairs(name, asLine, v, l.XYs) }

// Lines joins the pairs of several lines of one kind, which share a style and an entry in the legend: the kind, and their own names,
// which tell them apart in the description and in the tables. Without lines it draws nothing.
func (c *Chart) Lines(kind string, style Style, names []string, data []mdnlib.Data) {
	if len(names) != len(data) {
		panic(fmt.Sprintf("figure: %q has %d names for %d lines; give each line one", kind, len(names), len(data)))
	}
	if len(data) == 0 {
		return
	}
	several := &lines{names: names}
	for i, d := range data {
		several.lines = append(several.lines, &line{copyPairs(kind+", "+names[i], d), style})
	}
	c.parts = append(c.parts, part{kind, kind + ": " + strings.Join(names, ", "), several})
}

// lines are several lines of one kind.
type lines struct {
	names []string
	lines []*line
}

func (l *lines) Plot(c draw.Canvas, p *plot.Plot) {
	for _, one := range l.lines {
		one.Plot(c, p)
	}
}

func (l *lines) DataRange() (xmin, xmax, ymin, ymax float64) {
	var all plotter.XYs
	for _, one := range l.lines {
		all = append(all, one.XYs...)
	}
	return plotter.XYRange(all)
}

func (l *lines) GlyphBoxes(p *plot.Plot) (boxes []plot.GlyphBox) {
	for _, one := range l.lines {
		boxes = append(boxes, one.GlyphBoxes(p)...)
	}
	return boxes
}

func (l *lines) Thumbnail(c *draw.Canvas) { l.lines[len(l.lines)-1].Thumbnail(c) }

func (l *lines) describe(v view) words {
	var ends, trends []string
	for i, one := range l.lines {
		ends = append(ends, l.names[i]+" "+lineNumbers(v, one.XYs))
		if t := lineTrend(v, one.XYs); t != "" {
			trends = append(trends, l.names[i]+" "+t)
		}
	}
	kind := "lines"
	if len(l.lines) == 1 {
		kind = "a line"
	}
	return words{kind: kind, numbers: strings.Join(ends, ", "), trend: strings.Join(trends, ", ")}
}

func (l *lines) tables(name string, v view) (tables []dataTable) {
	for i, one := range l.lines {
		tables = append(tables, one.tables(name+", "+l.names[i], v)...)
	}
	return tables
}
