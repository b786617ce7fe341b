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
// layers share the last column.
func Network(m *mdnlib.Model) *Chart {
	layers := m.Layers()
	columns := []int{layers[0].Inputs}
	parts := []string{"x"}
	for l, layer := range layers {
		if l > len(m.Network().Hidden) {
			columns[len(columns)-1] += layer.Outputs // beside the head's first layer
			continue
		}
		columns = append(columns, layer.Outputs)
		parts = append(parts, fmt.Sprintf("%d × tanh", layer.Outputs))
	}
	parts[len(parts)-1] = fmt.Sprintf("%d out", columns[len(columns)-1])

	c := New("The network: "+strings.Join(parts, " → "), "", "")
	c.HideAxes()
	c.Height = 3.4 * vg.Inch
	c.add(network(columns), nil, "", fmt.Sprintf("%d columns of circles, from left to right %s, each circle joined to all of the next column, %d weights and biases in all",
		len(columns), strings.Join(parts, ", "), m.ParameterCount()))
	c.Plot.X.Padding, c.Plot.Y.Padding = 0, 0
	return c
}

// network is the number of circles in each column.
type network []int

func (n network) Plot(canvas draw.Canvas, _ *plot.Plot) {
	canvas.SetColor(color.White) // over the grid
	canvas.Fill(canvas.Path())
	at := func(column, row int) vg.Point {
		size := canvas.Size()
		return vg.Point{
			X: canvas.Min.X + size.X*vg.Length(2*column+1)/vg.Length(2*len(n)),
			Y: canvas.Max.Y - size.Y*vg.Length(2*row+1)/vg.Length(2*n[column]),
		}
	}
	weight := draw.LineStyle{Color: color.NRGBA{R: 0x60, G: 0x60, B: 0x60, A: 0x50}, Width: 0.5}
	for column := range len(n) - 1 {
		for row := range n[column] {
			for next := range n[column+1] {
				a, b := at(column, row), at(column+1, next)
				canvas.StrokeLine2(weight, a.X, a.Y, b.X, b.Y)
			}
		}
	}
	for column, rows := range n {
		style := TrueSpread // hidden
		switch column {
		case 0:
			style.Color = Observed.Color
			style.Color.A = 0xff
		case len(n) - 1:
			style = Predicted
		}
		style.Radius = 6
		for row := range rows {
			canvas.DrawGlyph(style.glyph(), at(column, row))
		}
	}
}
