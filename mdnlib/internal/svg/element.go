package svg

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// item is an element with what paints it, which it shares with its neighbours if they are painted alike.
type item struct {
	paint, opacity string
	element        element
}

// fewest is how many copies of one shape in a row get a marker: for fewer it would be longer than what it saves.
const fewest = 4

// elements returns what is drawn as elements, in the order of painting. Neighbours that are painted alike are one element where the
// picture stays the same. markers counts those that have an id.
func elements(drawn []mark, id string, markers *int) []item {
	signatures := make([]string, len(drawn))
	for i, m := range drawn {
		signatures[i] = m.signature()
	}
	var items []item
	for i := 0; i < len(drawn); {
		m := drawn[i]
		switch glyph, copies := repeated(drawn[i:], signatures[i:]); {
		case m.element.name != "":
			items = append(items, item{m.paint, m.opacity, m.element})
			i++
		case copies >= fewest:
			*markers++
			items = append(items, marked(drawn[i:][:glyph*copies], glyph, fmt.Sprintf("%s-%d", id, *markers))...)
			i += glyph * copies
		case m.shape.circle && m.filled:
			items = append(items, item{m.paint, m.opacity, circle(m.shape, m.shape.centre)})
			i++
		default:
			from := i
			for i++; i < len(drawn) && joins(drawn[from:i], drawn[i]); i++ {
				if _, copies := repeated(drawn[i:], signatures[i:]); copies >= fewest || drawn[i].shape.circle && drawn[i].filled {
					break
				}
			}
			var data pathWriter
			for _, m := range drawn[from:i] {
				data.add(&m.shape, 0)
			}
			items = append(items, item{m.paint, m.opacity, element{name: "path", attributes: attribute("d", data.String())}})
		}
	}
	return items
}

// joins reports whether a shape can be in one path with those before it. Where two would overlap, an area that is not opaque would be
// painted once and not twice, and one that is could have a hole. Opaque lines that cross look the same.
func joins(path []mark, m mark) bool {
	first := path[0]
	if m.paint != first.paint || m.opacity != first.opacity || m.element.name != "" {
		return false
	}
	if !m.filled && m.opacity == "" {
		return true
	}
	return !slices.ContainsFunc(path, func(before mark) bool { return before.box.overlaps(m.box) })
}

// signature says how an area is painted and what shape it has, wherever it lies. What is no area has none.
func (m mark) signature() string {
	switch {
	case !m.filled:
		return ""
	case m.shape.circle:
		return m.paint + m.opacity + " " + decimal(m.shape.radius, 2)
	default:
		return m.paint + m.opacity + " " + m.shape.data(m.shape.anchor())
	}
}

// repeated returns how many marks make a glyph, such as a dot on a larger white one, and how often the glyph comes in a row.
func repeated(drawn []mark, signatures []string) (glyph, copies int) {
	if !drawn[0].filled {
		return 1, 0
	}
	at := func(i int) dot { return round(drawn[i].shape.anchor()) }
	for glyph = 1; glyph < len(drawn) && drawn[glyph].filled && signatures[glyph] != signatures[0] && at(glyph) == at(0); glyph++ {
	}
	for end := glyph; end <= len(drawn); end += glyph {
		begin := end - glyph
		if !slices.Equal(signatures[begin:end], signatures[:glyph]) {
			break
		}
		for i := begin; i < end; i++ {
			if at(i) != at(begin) {
				return glyph, copies
			}
		}
		copies++
	}
	return glyph, copies
}

// marked returns a path with a marker (section 13.7) on each of its points. Each copy of the marker is painted by itself, so that
// opacities add up where copies overlap.
func marked(drawn []mark, glyph int, id string) []item {
	var content bytes.Buffer
	for _, m := range drawn[:glyph] {
		shape := element{name: "path", attributes: attribute("d", m.shape.data(m.shape.anchor()))}
		if m.shape.circle {
			shape = circle(m.shape, 0)
		}
		item{m.paint, m.opacity, shape}.write(&content)
	}
	var at []dot
	for i := 0; i < len(drawn); i += glyph {
		at = append(at, round(drawn[i].shape.anchor()))
	}
	if glyph == 1 { // in one colour the order makes no difference to the picture, and this one is short to write
		slices.SortFunc(at, func(a, b dot) int { return cmp.Or(a.x-b.x, a.y-b.y) })
	}
	data := pathWriter{keepsPoints: true}
	data.segment(segment{command: 'M'}, at[:1])
	for _, d := range at[1:] {
		data.lineTo(d)
	}
	marker := attribute("id", id) + attribute("markerUnits", "userSpaceOnUse") + attribute("overflow", "visible")
	return []item{
		{element: element{name: "marker", attributes: marker, content: content.String()}},
		{element: element{name: "path", attributes: attribute("fill", "none") +
			attribute("style", "marker:url(#"+id+")") + attribute("d", data.String())}},
	}
}

// circle returns a circle as seen from an origin about which it lies, or from the canvas's own.
func circle(s shape, centre complex128) element {
	var attributes string
	if at := round(centre); at != (dot{}) {
		coordinates := numbers([]int{at.x, at.y})
		attributes = attribute("cx", coordinates[0]) + attribute("cy", coordinates[1])
	}
	return element{name: "circle", attributes: attributes + attribute("r", decimal(s.radius, 2))}
}

// group are neighbours that are painted alike.
type group []item

// grouped puts neighbours together that are painted alike.
func grouped(items []item) []group {
	var groups []group
	for i, it := range items {
		if i > 0 && it.paint != "" && it.paint == items[i-1].paint {
			groups[len(groups)-1] = append(groups[len(groups)-1], it)
		} else {
			groups = append(groups, group{it})
		}
	}
	return groups
}

// write writes the elements, and around several of them a <g> with what they have in common.
func (g group) write(file *bytes.Buffer) {
	if len(g) == 1 {
		g[0].write(file)
		return
	}
	shared := g[0].paint
	oneOpacity := !slices.ContainsFunc(g, func(it item) bool { return it.opacity != g[0].opacity })
	if oneOpacity {
		shared += g[0].opacity
	}
	file.WriteString("<g" + shared + ">")
	for _, it := range g {
		it.paint = ""
		if oneOpacity {
			it.opacity = ""
		}
		it.write(file)
	}
	file.WriteString("</g>")
}

func (it item) write(file *bytes.Buffer) {
	start := "<" + it.element.name + it.paint + it.opacity + it.element.attributes
	if it.element.content == "" {
		file.WriteString(start + "/>")
		return
	}
	file.WriteString(strings.Join([]string{start, ">", it.element.content, "</", it.element.name, ">"}, ""))
}
