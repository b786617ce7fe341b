package figure

import (
	"fmt"
	"image/color"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"mdn/mdnlib"
)

// Network draws a model as it is usually drawn: a column of circles for each layer, a line for each weight. The head's
// layers share the last column. Of a wide layer only some units are drawn, and of a deep network only some layers.
func Network(m *mdnlib.Model) *Chart {
	layers := m.Layers()
	n := &network{units: []int{layers[0].Inputs}, parameters: m.ParameterCount()}
	for l, layer := range layers {
		if l > len(m.Network().Hidden) {
			n.units[len(n.units)-1] += layer.Outputs // beside the head's first layer
			continue
		}
		n.units = append(n.units, layer.Outputs)
	}
	c := newDiagram("The network: "+strings.Join(n.names(" … "), " → "), n)
	c.Height = 3.4 * vg.Inch
	return c
}

// network is a model's layers: the input, the hidden ones, the output.
type network struct {
	units      []int // in each
	parameters int
}

// The most units of a layer, and the most layers, that are drawn all. Of more, some at both ends are drawn, with three dots between.
const (
	mostUnits, someUnits   = 16, 12
	mostLayers, someLayers = 9, 6
)

// drawn returns which of n things are drawn, with −1 where some are left out.
func drawn(n, most, some int) (which []int) {
	for i := range n {
		switch {
		case n <= most || i < some/2 || i >= n-some/2:
			which = append(which, i)
		case i == some/2:
			which = append(which, -1)
		}
	}
	return which
}

// names names the layers that are drawn, with a text where some are left out.
func (n *network) names(gap string) (names []string) {
	for _, layer := range drawn(len(n.units), mostLayers, someLayers) {
		switch layer {
		case -1:
			names = append(names, strings.TrimSpace(gap))
		case 0:
			names = append(names, "x")
		case len(n.units) - 1:
			names = append(names, fmt.Sprintf("%d out", n.units[layer]))
		default:
			names = append(names, fmt.Sprintf("%d × tanh", n.units[layer]))
		}
	}
	return names
}

func (n *network) Plot(canvas draw.Canvas, _ *plot.Plot) {
	layers := drawn(len(n.units), mostLayers, someLayers)
	circles := make([][]vg.Point, len(layers)) // of each layer that is drawn
	var dots []vg.Point                        // where something is left out
	size := canvas.Size()
	for column, layer := range layers {
		x := canvas.Min.X + size.X*vg.Length(2*column+1)/vg.Length(2*len(layers))
		if layer < 0 {
			for _, step := range []vg.Length{-8, 0, 8} {
				dots = append(dots, vg.Point{X: x + step, Y: canvas.Center().Y})
			}
			continue
		}
		units := drawn(n.units[layer], mostUnits, someUnits)
		for row, unit := range units {
			y := canvas.Max.Y - size.Y*vg.Length(2*row+1)/vg.Length(2*len(units))
			if unit < 0 {
				for _, step := range []vg.Length{-5, 0, 5} {
					dots = append(dots, vg.Point{X: x, Y: y + step})
				}
				continue
			}
			circles[column] = append(circles[column], vg.Point{X: x, Y: y})
		}
	}
	weight := draw.LineStyle{Color: color.NRGBA{R: 0x60, G: 0x60, B: 0x60, A: 0x50}, Width: 0.5}
	for column := range len(circles) - 1 {
		for _, a := range circles[column] {
			for _, b := range circles[column+1] {
				canvas.StrokeLine2(weight, a.X, a.Y, b.X, b.Y)
			}
		}
	}
	for column, points := range circles {
		style := TrueSpread // hidden
		switch column {
		case 0:
			style.Color = Observed.Color
			style.Color.A = 0xff
		case len(circles) - 1:
			style = Predicted
		}
		style.Radius = 6
		for _, at := range points {
			canvas.DrawGlyph(style.glyph(), at)
		}
	}
	for _, at := range dots {
		canvas.DrawGlyph(draw.GlyphStyle{Color: ink, Radius: 1.5, Shape: draw.CircleGlyph{}}, at)
	}
}

func (n *network) describe(view) words {
	var left []string // out
	if all, some := len(n.units), len(drawn(len(n.units), mostLayers, someLayers)); some < all {
		left = append(left, fmt.Sprintf("%d of %d layers drawn", someLayers, all))
	}
	known := map[int]bool{}
	for _, units := range n.units {
		if units > mostUnits && !known[units] {
			known[units] = true
			left = append(left, fmt.Sprintf("%d of %d units drawn in each layer of so many", someUnits, units))
		}
	}
	names := n.names("more layers")
	w := words{kind: "a network as columns of circles"}
	w.numbers = fmt.Sprintf("%d columns of circles, from left to right %s, each circle joined to all of the next column, "+
		"%d weights and biases in all", len(names), strings.Join(names, ", "), n.parameters)
	if len(left) > 0 {
		w.numbers += "; " + strings.Join(left, ", ")
	}
	return w
}

func (n *network) tables(string, view) []dataTable { return nil }
