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

// wrapLabels breaks the names of a plot's axes into lines as long as the axes are on a canvas. How long they are is measured with
// names of one short line: for a long one gonum shortens the axis, so that the name fits beside it.
func wrapLabels(p *plot.Plot, canvas draw.Canvas) {
	x, y := p.X.Label.Text, p.Y.Label.Text
	p.X.Label.Text, p.Y.Label.Text = shortened(x, 1), shortened(y, 1)
	p.X.Label.Text = wrapped(p.X.Label.TextStyle, x, p.DataCanvas(canvas).Size().X)
	p.Y.Label.Text = wrapped(p.Y.Label.TextStyle, y, p.DataCanvas(canvas).Size().Y)
}
