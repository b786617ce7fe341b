package figure

import (
	"fmt"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg/draw"

	"mdn/mdnlib"
)

// Limits draws the ends of the law's central interval that holds the share level of y, as two lines.
func (c *Chart) Limits(name string, style Style, law mdnlib.Law, level, from, to float64) {
	if !(level > 0 && level < 1) {
		refuse(name, fmt.Errorf("its level is %g; use a share between 0 and 1, such as 0.9", level))
	}
	var l limits
	for _, share := range []float64{(1 - level) / 2, (1 + level) / 2} {
		if end := newFunction(style, from, to, func(x float64) float64 { return law.At(x).Quantile(share) }); len(end.pieces) > 0 {
			l = append(l, end)
		}
	}
	if len(l) < 2 {
		c.add(name, note("an end of the interval is finite nowhere, so not drawn"))
		return
	}
	c.add(name, l)
}

// limits are two functions, the lower one and the upper one.
type limits []function

func (l limits) Plot(c draw.Canvas, p *plot.Plot) {
	for _, end := range l {
		end.Plot(c, p)
	}
}

func (l limits) DataRange() (xmin, xmax, ymin, ymax float64) {
	return plotter.XYRange(append(l[0].all(), l[1].all()...))
}

func (l limits) GlyphBoxes(p *plot.Plot) []plot.GlyphBox {
	return append(l[0].GlyphBoxes(p), l[1].GlyphBoxes(p)...)
}

func (l limits) Thumbnail(c *draw.Canvas) { l[0].Thumbnail(c) }

var limitNames = []string{"lower", "upper"}

func (l limits) describe(v view) words {
	var numbers, trends []string
	for i, end := range l {
		w := end.describe(v)
		numbers = append(numbers, limitNames[i]+" line "+w.numbers)
		if w.trend != "" {
			trends = append(trends, limitNames[i]+" line "+w.trend)
		}
	}
	return words{kind: "a pair of lines", numbers: strings.Join(numbers, ", "), trend: strings.Join(trends, ", ")}
}

func (l limits) tables(name string, v view) (tables []dataTable) {
	for i, end := range l {
		tables = append(tables, end.tables(name+", "+limitNames[i]+" line", v)...)
	}
	return tables
}
