package figure

import (
	"fmt"
	"strings"
	"unicode/utf8"
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
	axis := func(label string, log bool, from, to float64) string {
		if log {
			return fmt.Sprintf("%s (logarithmic, from %s to %s)", label, number(from), number(to))
		}
		return fmt.Sprintf("%s (from %s to %s)", label, near0(from, to-from), near0(to, to-from))
	}
	across := axis(v.x, v.logX, left, right)
	switch {
	case len(layers) == 0:
		return sentence("A chart of " + v.y + " over " + across + ", with nothing drawn")
	case c.Y.bars != nil:
		return sentence("A chart of " + across + ": " + shown)
	}
	return sentence("A chart of " + axis(v.y, v.logY, low, high) + " over " + across + ": " + shown)
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
