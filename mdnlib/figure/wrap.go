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

// wrapLabels breaks the names of a plot's axes into lines as long as the axes on a canvas.
func wrapLabels(p *plot.Plot, canvas draw.Canvas) {
	data := p.DataCanvas(canvas).Size()
	p.X.Label.Text = wrapped(p.X.Label.TextStyle, p.X.Label.Text, data.X)
	p.Y.Label.Text = wrapped(p.Y.Label.TextStyle, p.Y.Label.Text, data.Y)
}
