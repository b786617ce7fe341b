package figure

import (
	"fmt"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg/draw"
)

// Range fills the chart from one x to another, over its whole height.
func (c *Chart) Range(name string, style Style, from, to float64) {
	if err := plotter.CheckFloats(from, to); err != nil {
		refuse(name, err)
	}
	c.add(name, xRange{from, to, style})
}

// xRange is a part of the x axis.
type xRange struct {
	from, to float64
	style    Style
}

func (r xRange) Plot(c draw.Canvas, p *plot.Plot) {
	trX, _ := p.Transforms(&c)
	c.FillPolygon(r.style.Color, c.ClipPolygonX(box(trX(r.from), c.Min.Y, trX(r.to), c.Max.Y)))
}

func (r xRange) Thumbnail(c *draw.Canvas) {
	c.FillPolygon(r.style.Color, box(c.Min.X, c.Min.Y, c.Max.X, c.Max.Y))
}

func (r xRange) describe(v view) words {
	from, to := max(r.from, v.left), min(r.to, v.right)
	if from > to {
		return words{kind: "a range", numbers: "outside of the chart"}
	}
	return words{kind: "a range", numbers: fmt.Sprintf("%s from %s to %s", v.x, number(from), number(to))}
}

func (r xRange) tables(name string, v view) []dataTable {
	return tabulate(name, asStripe, []string{v.x + " from", "to"}, [][]float64{{r.from, r.to}})
}
