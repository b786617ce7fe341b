package figure

import (
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// wrapped breaks a text into lines that are no wider than a width, where its words allow it.
func wrapped(style text.Style, words string, width vg.Length) string {
	if style.Width(words) <= width {
		return words
	}
	var lines []string
	for _, word := range strings.Fields(words) {
		if last := len(lines) - 1; last >= 0 && style.Width(lines[last]+" "+word) <= width {
			lines[last] += " " + word
		} else {
			lines = append(lines, word)
		}
	}
	return strings.Join(lines, "\n")
}

// wrapLabels breaks the names of the axes into lines that fit on a canvas. Beside a name longer than itself gonum shortens the axis; a
// narrow chart has no room for that, and its names have lines no longer than the axes are beside a short name.
func (c *Chart) wrapLabels(p *plot.Plot, canvas draw.Canvas) {
	x, y := p.X.Label.Text, p.Y.Label.Text
	room := canvas.Size()
	if c.X.narrow {
		p.X.Label.Text, p.Y.Label.Text = shortened(x, 1), shortened(y, 1)
		room = p.DataCanvas(canvas).Size()
	}
	p.X.Label.Text = wrapped(p.X.Label.TextStyle, x, room.X)
	p.Y.Label.Text = wrapped(p.Y.Label.TextStyle, y, room.Y)
}
