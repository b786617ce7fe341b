package figure

import (
	"fmt"
	"math"
	"strings"
	"unicode/utf8"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/plot/plotter"
)

// Description says in words what a chart shows, in the four levels of Lundgard and Satyanarayan 2022, "Accessible Visualization via
// Natural Language Descriptions": one sentence for each, "" where there is nothing to say.
type Description struct {
	What    string `json:"what"`    // the kind of chart, its axes with their units and ends, its layers
	Numbers string `json:"numbers"` // extents, counts, ends
	Trend   string `json:"trend"`   // what rises and falls, and where the lowest and the highest is
	Point   string `json:"point"`   // what to take from it, where the chart's maker knows
}

// String returns all of it.
func (d Description) String() string { return together(d.What, d.Numbers, d.Trend, d.Point) }

// together joins sentences, but for empty ones.
func together(sentences ...string) string {
	return strings.Join(strings.Fields(strings.Join(sentences, " ")), " ")
}

// sentence ends a text with a full stop, unless it ends itself or is empty.
func sentence(text string) string {
	if text == "" || strings.HasSuffix(text, ".") || strings.HasSuffix(text, "?") || strings.HasSuffix(text, "!") {
		return text
	}
	return text + "."
}

// Describe returns the description of the chart as it is now.
func (c *Chart) Describe() Description { return c.describe(c.view()) }

// describe returns the description of what v shows of the chart.
func (c *Chart) describe(v view) Description {
	var numbers, trends, points, layers []string
	for _, p := range c.parts {
		w := p.layer.describe(v)
		for _, said := range []struct {
			list *[]string
			text string
		}{{&numbers, w.numbers}, {&trends, w.trend}, {&points, w.point}} {
			if said.text != "" {
				*said.list = append(*said.list, named(p.name, said.text))
			}
		}
		switch {
		case w.kind != "" && p.name != "":
			layers = append(layers, p.name+" as "+w.kind)
		case w.kind != "":
			layers = append(layers, w.kind)
		}
	}
	d := Description{
		What:    c.what(v, layers),
		Numbers: sentence(strings.Join(numbers, "; ")),
		Trend:   sentence(strings.Join(trends, "; ")),
		Point:   sentence(strings.Join(points, "; ")),
	}
	if c.Point != "" {
		d.Point = sentence(c.Point)
	}
	return d
}

// named says something of what has a name.
func named(name, text string) string {
	if name == "" {
		return text
	}
	return name + ": " + text
}

// what says what kind of chart it is.
func (c *Chart) what(v view, layers []string) string {
	shown := strings.Join(layers, ", ")
	if several, ok := c.multiples(); ok {
		return "Several charts on the same axes: " + several.summary()
	}
	if c.diagram {
		return sentence("A diagram: " + shown)
	}
	from, to, bottom, top := c.dataRange()
	left, right, _ := c.X.ends(from, to)
	low, high, _ := c.Y.ends(bottom, top)
	axis := func(label string, from, to float64) string {
		return fmt.Sprintf("%s (from %s to %s)", label, near0(from, to-from), near0(to, to-from))
	}
	across := axis(v.x, left, right)
	switch {
	case len(layers) == 0:
		return sentence("A chart of " + v.y + " over " + across + ", with nothing drawn")
	case c.Y.bars != nil:
		return sentence("A chart of " + across + ": " + shown)
	}
	return sentence("A chart of " + axis(v.y, low, high) + " over " + across + ": " + shown)
}

// near0 writes a number, as 0 where it cannot be told from 0 on an axis of the length.
func near0(v, length float64) string {
	if math.Abs(v) < 1e-6*length {
		v = 0
	}
	return number(v)
}

// mostName is the length of a short name, in characters.
const mostName = 150

// Name returns the chart's short name: its title, and what kind of chart it is.
func (c *Chart) Name() string {
	v := c.view()
	var kinds []string
	count := map[string]int{}
	for _, p := range c.parts {
		kind := p.layer.describe(v).kind
		if kind == "" {
			continue
		}
		if count[plural(kind)]++; count[plural(kind)] == 1 {
			kinds = append(kinds, kind)
		}
	}
	for i, kind := range kinds {
		if count[plural(kind)] > 1 {
			kinds[i] = plural(kind)
		}
	}
	kind := enumerate(kinds)
	switch {
	case c.diagram || kind == "":
	case c.Y.bars != nil:
		kind += ": " + c.X.Label
	default:
		kind += ": " + c.Y.Label + " over " + c.X.Label
	}
	return shortened(together(sentence(c.Title), capital(kind)), mostName)
}

// plural returns a kind of layer as of several: "lines" of "a line".
func plural(kind string) string {
	switch kind {
	case "a line with dots":
		return "lines with dots"
	case "a pair of lines":
		return "pairs of lines"
	}
	for _, article := range []string{"a ", "an "} {
		if one, ok := strings.CutPrefix(kind, article); ok {
			return one + "s"
		}
	}
	return kind
}

// enumerate joins words as in "a, b and c".
func enumerate(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " and " + words[len(words)-1]
}

func capital(text string) string {
	_, size := utf8.DecodeRuneInString(text)
	return strings.ToUpper(text[:size]) + text[size:]
}

// shortened cuts a text off after a word, so that it has no more than so many characters.
func shortened(text string, most int) string {
	runes := []rune(text)
	if len(runes) <= most {
		return text
	}
	cut := string(runes[:most-1])
	if space := strings.LastIndex(cut, " "); space > 0 {
		cut = cut[:space]
	}
	return cut + "…"
}

// caption returns the words under the chart: all but its kind, and without what would be too long there.
func (c *Chart) caption() string {
	d := c.Describe()
	if several, ok := c.multiples(); ok {
		d.Numbers, d.Trend = several.summary(), ""
	}
	return together("Shown:", d.Numbers, d.Trend, d.Point)
}

// number writes a value in four digits, a large one in whole numbers, with true minus signs.
func number(v float64) string {
	format := "%.4g"
	if math.Abs(v) >= 1e4 && math.Abs(v) < 1e7 {
		format = "%.0f"
	}
	return minus(fmt.Sprintf(format, v+0)) // + 0 turns −0 into 0
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
	return minus(digits)
}

func minus(text string) string { return strings.ReplaceAll(text, "-", "−") }

// count writes a number of things: "1 point", "20 points".
func count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

func extent(points plotter.XYs) (low, high plotter.XY) {
	low.X, high.X, low.Y, high.Y = plotter.XYRange(points)
	return low, high
}

// lineNumbers says where a line goes, as far as v shows it.
func lineNumbers(v view, line plotter.XYs) string {
	if len(line) == 1 && v.contains(line[0].X, line[0].Y) {
		return fmt.Sprintf("one point, (%s, %s)", number(line[0].X), number(line[0].Y))
	}
	stretches := visible(v, line)
	if len(stretches) == 0 {
		return "outside of the chart"
	}
	var parts []string
	for _, s := range stretches {
		parts = append(parts, s.numbers(v))
	}
	const most = 4
	if more := len(parts) - most; more > 0 {
		parts = append(parts[:most], fmt.Sprintf("%d more pieces", more))
	}
	return strings.Join(parts, ", ")
}

// numbers says where the stretch begins and ends.
func (s stretch) numbers(v view) string {
	low, high := extent(s.points)
	at := func(p plotter.XY) string { return place(p, low, high) }
	end := func(edge string, p plotter.XY) string {
		switch edge {
		case "":
			return at(p)
		case "top", "bottom":
			return fmt.Sprintf("the %s edge at %s = %s", edge, v.x, number(p.X))
		}
		return fmt.Sprintf("the %s edge, at %s", edge, at(p))
	}
	first, last := s.points[0], s.points[len(s.points)-1]
	if low.Y == high.Y && low.X != high.X {
		return "level at " + number(first.Y)
	}
	return "from " + end(s.enters, first) + " to " + end(s.leaves, last)
}

// place writes a point of a line with that extent.
func place(p, low, high plotter.XY) string {
	return fmt.Sprintf("(%s, %s)", near0(p.X, max(high.X, -low.X)), near0(p.Y, max(high.Y, -low.Y)))
}

// lineTrend says whether what v shows of a line rises or falls, and where it turns.
func lineTrend(v view, line plotter.XYs) string {
	var seen plotter.XYs
	for _, s := range visible(v, line) {
		seen = append(seen, s.points...)
	}
	return trend(seen)
}

// trend says whether the points rise or fall from each to the next, and where they turn. Ups and downs of less than a hundredth of
// their range are not seen. Points that do not go from left to right have no trend.
func trend(points plotter.XYs) string {
	if len(points) < 2 {
		return ""
	}
	for i, p := range points[1:] {
		if p.X < points[i].X {
			return ""
		}
	}
	low, high := extent(points)
	if low.Y == high.Y || low.X == high.X {
		return ""
	}
	// One after the other, the points between which they rise and fall.
	enough := high.Y/100 - low.Y/100
	var turns plotter.XYs
	direction, lowest, highest := 0, points[0], points[0]
	for _, p := range points {
		if p.Y < lowest.Y {
			lowest = p
		}
		if p.Y > highest.Y {
			highest = p
		}
		switch {
		case direction >= 0 && highest.Y-p.Y > enough:
			if direction > 0 {
				turns = append(turns, highest)
			}
			direction, lowest = -1, p
		case direction <= 0 && p.Y-lowest.Y > enough:
			if direction < 0 {
				turns = append(turns, lowest)
			}
			direction, highest = 1, p
		}
	}
	at := func(p plotter.XY) string { return place(p, low, high) }
	switch {
	case len(turns) == 0 && direction > 0:
		return "rises"
	case len(turns) == 0:
		return "falls"
	case len(turns) == 1 && direction > 0:
		return "falls to " + at(turns[0]) + ", then rises"
	case len(turns) == 1:
		return "rises to " + at(turns[0]) + ", then falls"
	}
	first, last := points[0], points[len(points)-1]
	said := "goes up and down, and ends as high as it begins"
	if last.Y-first.Y > enough {
		said = "goes up and down, and ends higher than it begins"
	} else if first.Y-last.Y > enough {
		said = "goes up and down, and ends lower than it begins"
	}
	lowest, highest = first, first
	for _, p := range points {
		if p.Y < lowest.Y {
			lowest = p
		}
		if p.Y > highest.Y {
			highest = p
		}
	}
	if lowest.Y < min(first.Y, last.Y) {
		said += ", lowest at " + at(lowest)
	}
	if highest.Y > max(first.Y, last.Y) {
		said += ", highest at " + at(highest)
	}
	return said
}

// drift says whether scattered points rise or fall on the whole: where the correlation of their x and y is a half or more.
func drift(points plotter.XYs) string {
	if len(points) < 10 {
		return ""
	}
	var x, y []float64
	for _, p := range points {
		x, y = append(x, p.X), append(y, p.Y)
	}
	switch r := stat.Correlation(x, y, nil); {
	case r >= 0.5:
		return fmt.Sprintf("rise on the whole, with a correlation of %.2f", r)
	case r <= -0.5:
		return minus(fmt.Sprintf("fall on the whole, with a correlation of %.2f", r))
	}
	return ""
}
