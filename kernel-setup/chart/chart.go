// Package chart draws small charts for the pages that show runs side by side, as <svg> elements in the colours of the page.
//
// The charts of notebooks are drawn by the package figure, which the command does not import: what is shown of a run is what the run has
// left in its record. gonum/plot's own pen for SVG, vgsvg, knows neither custom properties of CSS nor names for screen readers, and
// would make a chart of five dots ten times as large.
package chart

import (
	"cmp"
	"fmt"
	"html"
	"math"
	"slices"
	"strconv"
	"strings"

	"mdn/kernel-setup/record"
)

// A Chart is layers over two axes.
type Chart struct {
	Label         string  // what a screen reader says in place of the chart
	Width, Height float64 // in pixels
	X, Y          Axis
	Layers        []Layer
}

// An Axis is one of a chart's.
type Axis struct {
	Label    string
	From, To float64
	Log      bool      // both ends are above 0
	Marks    []float64 // where there are numbers; nil is at round ones
	Names    []string  // in place of numbers, of 0, 1, 2 and so on
}

// A Layer is rows that are drawn in one way. What their numbers are, record.Shape says.
type Layer struct {
	record.Drawn
	Rows [][]float64
	Name string // stands at the end of a line, "" where there is none
}

// Sideways are error bars along x: the columns are the mean, the deviation to either side of it, and y.
const Sideways record.Shape = "sideways error bars"

// Sizes in pixels of what the charts are made of.
const (
	letters   = 13.0 // the height of their letters
	wide      = 8.3  // the width of a letter, in the widest fonts that pages have
	lineWidth = 1.6
	mark      = 4.0 // the length of a mark on an axis
	gap       = 6.0
	inset     = 5.0 // from the ends of the x axis to the data, so that a dot there is whole
	dot       = 3.2 // the radius of one
	small     = 2.0 // and of one of many
	many      = 30  // dots
)

// The colours of what is not data.
const (
	ink   = "var(--chart-ink,#222)"
	grid  = "var(--chart-rule,#ddd)"
	paper = "var(--chart-paper,#fff)"
)

// SVG returns the chart as an element.
func (c Chart) SVG() string {
	p := c.pen()
	fmt.Fprintf(&p, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %s %s" role="img" aria-label="%s" font-size="%g" stroke-linejoin="round">`,
		digits(c.Width), digits(c.Height), html.EscapeString(c.Label), letters)
	p.axes(c)
	for _, l := range c.Layers {
		p.layer(l)
	}
	p.names(c.Layers, c.Width)
	p.WriteString("</svg>")
	return p.String()
}

// Sample returns what stands for a layer in a legend.
func (l Layer) Sample() string {
	const width, height = 28, 14
	p := pen{left: 2, right: width - 2, top: 1, bottom: height - 1, x: Axis{From: 0, To: 2}, y: Axis{From: 0, To: 2}}
	fmt.Fprintf(&p, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" aria-hidden="true">`, width, height, width, height)
	sample := Layer{Drawn: l.Drawn}
	switch l.As {
	case record.Line:
		sample.Rows = [][]float64{{0, 1}, {2, 1}}
	case record.LineWithDots:
		sample.Rows = [][]float64{{0, 1}, {1, 1}, {2, 1}}
	case record.Dots:
		sample.Rows = [][]float64{{1, 1}}
	case record.ErrorBars:
		sample.Rows = [][]float64{{1, 1, 1}}
	case record.UprightBars:
		sample.Rows = [][]float64{{1, 0, 2}}
	case record.Band:
		sample.Rows = [][]float64{{0, 0, 2}, {2, 0, 2}}
	case record.Histogram:
		sample.Rows = [][]float64{{0, 1, 1}, {1, 2, 2}}
	}
	p.layer(sample)
	p.WriteString("</svg>")
	return p.String()
}

// A pen writes elements. It knows where the data of a chart is on it.
type pen struct {
	strings.Builder
	left, right, top, bottom float64 // of the data, in pixels
	x, y                     Axis
	marksX, marksY           []tick
}

// A tick is a number, or a name, on an axis.
type tick struct {
	at   float64 // in pixels
	text string
}

// pen returns one that leaves the axes their room.
func (c Chart) pen() pen {
	p := pen{x: c.X, y: c.Y, top: gap, right: c.Width - 2*gap, bottom: c.Height - mark - letters - gap}
	if c.Y.Label != "" {
		p.top += letters + gap
	}
	if c.X.Label != "" {
		p.bottom -= letters + gap/2
	}
	for _, l := range c.Layers {
		if l.Name != "" {
			p.right = min(p.right, c.Width-gap-dot-length(l.Name))
		}
	}
	p.marksY = c.Y.ticks(p.bottom, p.top)
	p.left = gap + mark
	for _, t := range p.marksY {
		p.left = max(p.left, gap+mark+length(t.text))
	}
	p.marksX = withRoom(c.X.ticks(p.left+inset, p.right-inset))
	return p
}

// length is about how long a text is.
func length(text string) float64 { return wide * float64(len([]rune(text))) }

// place returns where a value is between two places.
func (a Axis) place(v, from, to float64) float64 {
	low, high := a.From, a.To
	if a.Log {
		v, low, high = math.Log(v), math.Log(low), math.Log(high)
	}
	return from + (to-from)*min(max((v-low)/(high-low), 0), 1)
}

func (p *pen) atX(v float64) float64 { return p.x.place(v, p.left+inset, p.right-inset) }
func (p *pen) atY(v float64) float64 { return p.y.place(v, p.bottom, p.top) }

// ticks returns what stands at the axis, between two places.
func (a Axis) ticks(from, to float64) (ticks []tick) {
	for i, name := range a.Names {
		ticks = append(ticks, tick{a.place(float64(i), from, to), name})
	}
	if a.Names != nil {
		return ticks
	}
	if a.Marks == nil {
		values, text := round(a.From, a.To)
		for _, v := range values {
			ticks = append(ticks, tick{a.place(v, from, to), text(v)})
		}
		return ticks
	}
	for _, v := range a.Marks {
		ticks = append(ticks, tick{a.place(v, from, to), Number(v)})
	}
	return ticks
}

// withRoom returns the first and the last of ticks along x, and those between that have room.
func withRoom(ticks []tick) []tick {
	if len(ticks) < 2 {
		return ticks
	}
	apart := func(a, b tick) bool { return math.Abs(b.at-a.at) > (length(a.text)+length(b.text))/2+gap/2 }
	kept, last := ticks[:1:1], ticks[len(ticks)-1]
	for _, t := range ticks[1 : len(ticks)-1] {
		if apart(kept[len(kept)-1], t) && apart(t, last) {
			kept = append(kept, t)
		}
	}
	return append(kept, last)
}

// round returns round values between two others, three at least, and how they are written.
func round(from, to float64) (values []float64, text func(float64) string) {
	magnitude := math.Pow(10, math.Ceil(math.Log10(to-from)))
	step := magnitude
	for i := 0; len(values) < 3; i++ {
		step, values = magnitude*[]float64{1, 0.5, 0.2}[i%3], nil
		if i%3 == 2 {
			magnitude /= 10
		}
		for k := math.Ceil(from/step - 1e-9); k*step <= to+step*1e-9; k++ {
			values = append(values, k*step)
		}
	}
	decimals := max(0, -int(math.Floor(math.Log10(step)+1e-9)))
	return values, func(v float64) string {
		if size := max(math.Abs(from), math.Abs(to)); size >= 1e6 || decimals > 6 {
			return Number(v)
		}
		return minus(strconv.FormatFloat(v+0, 'f', decimals, 64))
	}
}

// Number writes a number in as few digits as tell it from others, six at most, with a true minus sign.
func Number(v float64) string {
	return minus(strings.NewReplacer("e+0", "e", "e+", "e", "e-0", "e-").Replace(strconv.FormatFloat(v+0, 'g', 6, 64)))
}

func minus(text string) string { return strings.ReplaceAll(text, "-", "−") }

// digits writes a coordinate.
func digits(v float64) string { return strconv.FormatFloat(math.Round(10*v)/10+0, 'f', -1, 64) }

// path draws a path, given as what Printf takes, of places with one decimal.
func (p *pen) path(attributes string, points ...float64) {
	fmt.Fprintf(p, `<path %s d="`, attributes)
	for i := 0; i < len(points); i += 2 {
		command := "L"
		if i == 0 {
			command = "M"
		}
		p.WriteString(command + digits(points[i]) + " " + digits(points[i+1]))
	}
	p.WriteString(`"/>`)
}

func (p *pen) text(x, y float64, anchor, color, text string) {
	fmt.Fprintf(p, `<text x="%s" y="%s" fill="%s"`, digits(x), digits(y), color)
	if anchor != "start" {
		fmt.Fprintf(p, ` text-anchor="%s"`, anchor)
	}
	fmt.Fprintf(p, ">%s</text>", html.EscapeString(text))
}

// axes draws the axes with what stands at them.
func (p *pen) axes(c Chart) {
	const rule = `fill="none" stroke="` + grid + `"`
	const line = `fill="none" stroke="` + ink + `"`
	for _, t := range p.marksY {
		p.path(rule, p.left, t.at, p.right, t.at)
		p.text(p.left-mark-1, t.at+letters/3, "end", ink, t.text)
	}
	for _, t := range p.marksX {
		p.path(line, t.at, p.bottom, t.at, p.bottom+mark)
		end, half := "middle", length(t.text)/2
		at := min(max(t.at, half), c.Width-half)
		p.text(at, p.bottom+mark+letters, end, ink, t.text)
	}
	p.path(line, p.left, p.top, p.left, p.bottom, p.right, p.bottom)
	if c.Y.Label != "" {
		p.text(0, letters, "start", ink, c.Y.Label)
	}
	if c.X.Label != "" {
		p.text(p.right, c.Height-gap/2, "end", ink, c.X.Label)
	}
}

// layer draws the rows of a layer.
func (p *pen) layer(l Layer) {
	stroke := fmt.Sprintf(`fill="none" stroke="%s" stroke-width="%g"`, l.Color, lineWidth)
	switch l.As {
	case record.Dots:
		p.dots(l)
	case record.Line, record.LineWithDots:
		if l.Dashed {
			stroke += ` stroke-dasharray="6 3"`
		}
		var points []float64
		for _, row := range l.Rows {
			points = append(points, p.atX(row[0]), p.atY(row[1]))
		}
		p.path(stroke, points...)
		if l.As == record.LineWithDots {
			p.dots(l)
		}
	case record.ErrorBars:
		for _, row := range l.Rows {
			p.path(stroke, p.atX(row[0]), p.atY(row[1]-row[2]), p.atX(row[0]), p.atY(row[1]+row[2]))
		}
		p.dots(l)
	case Sideways:
		means := l
		means.Rows = nil
		for _, row := range l.Rows {
			p.path(stroke, p.atX(row[0]-row[1]), p.atY(row[2]), p.atX(row[0]+row[1]), p.atY(row[2]))
			means.Rows = append(means.Rows, []float64{row[0], row[2]})
		}
		p.dots(means)
	case record.UprightBars:
		for _, row := range l.Rows {
			p.path(stroke, p.atX(row[0]), p.atY(row[1]), p.atX(row[0]), p.atY(row[2]))
		}
	case record.Band:
		var low, high []float64
		for i, row := range l.Rows {
			back := l.Rows[len(l.Rows)-1-i]
			low, high = append(low, p.atX(row[0]), p.atY(row[1])), append(high, p.atX(back[0]), p.atY(back[2]))
		}
		p.path(fmt.Sprintf(`fill="%s" fill-opacity=".2"`, l.Color), append(low, high...)...)
	case record.Histogram:
		for _, row := range l.Rows {
			left, right, zero, top := p.atX(row[0]), p.atX(row[1]), p.atY(0), p.atY(row[2])
			p.path(fmt.Sprintf(`fill="%s" fill-opacity=".35" stroke="%s"`, l.Color, paper), left, zero, left, top, right, top, right, zero)
		}
	}
}

// dots draws a dot for each row; few ones are larger, with a ring that sets them off from what they lie on.
func (p *pen) dots(l Layer) {
	attributes := fmt.Sprintf(`stroke="%s" r="%g"`, paper, dot)
	if len(l.Rows) > many {
		attributes = fmt.Sprintf(`fill-opacity=".6" r="%g"`, small)
	}
	fmt.Fprintf(p, `<g fill="%s">`, l.Color)
	for _, row := range l.Rows {
		fmt.Fprintf(p, `<circle %s cx="%s" cy="%s"/>`, attributes, digits(p.atX(row[0])), digits(p.atY(row[1])))
	}
	p.WriteString("</g>")
}

// names writes the names of lines at their ends, so far from each other that they can be read.
func (p *pen) names(layers []Layer, width float64) {
	type name struct {
		at    float64
		layer Layer
	}
	var names []name
	for _, l := range layers {
		if l.Name != "" {
			names = append(names, name{p.atY(l.Rows[len(l.Rows)-1][1]), l})
		}
	}
	slices.SortStableFunc(names, func(a, b name) int { return cmp.Compare(a.at, b.at) })
	const apart = letters + 1
	for i := range names { // downwards
		lowest := p.top
		if i > 0 {
			lowest = names[i-1].at + apart
		}
		names[i].at = max(names[i].at, lowest)
	}
	limit := p.bottom
	for i := len(names) - 1; i >= 0; i-- { // and up again, where the last ones would be below the chart
		names[i].at = min(names[i].at, limit)
		limit = names[i].at - apart
	}
	for _, n := range names {
		p.text(p.right+dot+gap/2, n.at+letters/3, "start", n.layer.Color, n.layer.Name)
	}
}
