package figure

import (
	"encoding/json"
	"fmt"
	"image/color"

	"gonum.org/v1/plot/plotter"
)

// A chart's drawings are finished, each on axes of its own. Who shows the charts of several runs side by side wants one pair of axes for
// all, and draws them again from the tables: so these say how their rows are drawn, and the chart says where its axes end.

// manner is how the rows of a table are drawn.
type manner struct {
	As     mark   `json:"as"`
	Color  string `json:"color"` // a value of CSS: var(--chart-truth,#b000a8)
	Dashed bool   `json:"dashed,omitempty"`
}

// redrawn is a layer whose tables have all that is drawn of it but what thinning has left out. The others have no axes in common, as
// diagrams and names of bars, or more in them than a table has, as a heat map.
type redrawn interface {
	// manner says how each of its tables is drawn; nil where what v shows of the layer is not what its tables have.
	manner(v view) *manner
}

func newManner(as mark, style Style) *manner {
	return &manner{As: as, Color: cssColor(style.Color), Dashed: len(style.Dashes) > 0}
}

// cssColor is a colour as the drawings have it, without its transparency.
func cssColor(c color.Color) string {
	solid := opaque(c)
	value := fmt.Sprintf("#%02x%02x%02x", solid.R, solid.G, solid.B)
	if name, ok := colourNames[solid]; ok {
		return "var(--" + name + "," + value + ")"
	}
	return value
}

func (p *points) manner(view) *manner       { return &manner{As: asDot, Color: cssColor(p.glyph.Color)} }
func (e *errorBars) manner(view) *manner    { return newManner(asSpread, e.style) }
func (b *intervalBars) manner(view) *manner { return newManner(asInterval, b.style) }
func (b *band) manner(view) *manner         { return &manner{As: asBand, Color: cssColor(b.color)} }
func (h histogram) manner(view) *manner     { return &manner{As: asBin, Color: cssColor(h.FillColor)} }
func (b *densityBars) manner(view) *manner  { return newManner(asBin, b.style) }
func (l *coverageLine) manner(view) *manner { return newManner(asDottedLine, l.style) }
func (l *lines) manner(v view) *manner      { return lineManner(v, l.lines) }
func (m means) manner(v view) *manner       { return lineManner(v, m) }

func (l *line) manner(v view) *manner {
	switch {
	case len(l.XYs) == 1:
		return newManner(asDot, l.style)
	case comesBack(v, l.XYs):
		return nil
	}
	return newManner(asLine, l.style)
}

// manner is nil for a function in several pieces, which one table has without the gaps.
func (f function) manner(v view) *manner {
	if len(f.pieces) > 1 {
		return nil
	}
	return f.pieces[0].manner(v)
}

func (l limits) manner(v view) *manner {
	if l[0].manner(v) == nil {
		return nil
	}
	return l[1].manner(v)
}

// lineManner is how lines of one style are drawn, nil where that is not possible of one of them.
func lineManner(v view, lines []*line) (common *manner) {
	for _, one := range lines {
		if common = one.manner(v); common == nil {
			return nil
		}
	}
	return common
}

// comesBack reports whether a line leaves what v shows and comes back: its table has only what is inside, and would be drawn with what
// is inside joined.
func comesBack(v view, pairs plotter.XYs) bool {
	entries, inside := 0, false
	for _, p := range pairs {
		if now := v.contains(p.X, p.Y); now != inside {
			if inside = now; inside {
				entries++
			}
		}
	}
	return entries > 1
}

// frame is what the axes of a chart measure, and where they end.
type frame struct {
	X axisEnds `json:"x"`
	Y axisEnds `json:"y"`
}

type axisEnds struct {
	Label string      `json:"label"`
	From  json.Number `json:"from"`
	To    json.Number `json:"to"`
}

// frame returns the chart's axes, nil where it has none, or logarithmic ones, which nobody draws again.
func (c *Chart) frame() *frame {
	if c.diagram || c.Y.bars != nil || c.X.Log || c.Y.Log {
		return nil
	}
	v := c.view()
	ends := func(label string, from, to float64) axisEnds {
		return axisEnds{label, json.Number(figures(from)), json.Number(figures(to))}
	}
	return &frame{ends(v.x, v.left, v.right), ends(v.y, v.bottom, v.top)}
}
