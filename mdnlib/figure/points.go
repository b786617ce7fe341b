package figure

import (
	"fmt"
	"image/color"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg/draw"

	"mdn/mdnlib"
)

// Points draws a dot for every pair.
func (c *Chart) Points(name string, style Style, data plotter.XYer) {
	c.add(name, &points{copyPairs(name, data), style.glyph()})
}

// copyPairs returns the pairs, which must be drawable.
func copyPairs(name string, data plotter.XYer) plotter.XYs {
	pairs, err := plotter.CopyXYs(data)
	if err == nil && len(pairs) == 0 {
		err = plotter.ErrNoData
	}
	if err != nil {
		refuse(name, err)
	}
	return pairs
}

// mustBeDrawable panics where there are no pairs, or some are not finite.
func mustBeDrawable(name string, data plotter.XYer) { copyPairs(name, data) }

// points are marks at pairs of x and y.
type points struct {
	plotter.XYs
	glyph draw.GlyphStyle
}

func (p *points) Plot(c draw.Canvas, plt *plot.Plot) {
	(&plotter.Scatter{XYs: p.XYs, GlyphStyle: p.glyph}).Plot(c, plt)
}

func (p *points) DataRange() (xmin, xmax, ymin, ymax float64) { return plotter.XYRange(p.XYs) }

// GlyphBoxes gives the marks at the edge of the chart their room.
func (p *points) GlyphBoxes(plt *plot.Plot) []plot.GlyphBox {
	return (&plotter.Scatter{XYs: p.XYs, GlyphStyle: p.glyph}).GlyphBoxes(plt)
}

// Thumbnail draws a mark that can be seen, however faint those in the chart are.
func (p *points) Thumbnail(c *draw.Canvas) {
	style := p.glyph
	solid := color.NRGBAModel.Convert(style.Color).(color.NRGBA)
	solid.A = max(solid.A, 0x60)
	style.Color, style.Radius = solid, max(style.Radius, 3)
	c.DrawGlyph(style, c.Center())
}

func (p *points) describe(v view) words {
	var seen plotter.XYs
	for _, pair := range p.XYs {
		if v.contains(pair.X, pair.Y) {
			seen = append(seen, pair)
		}
	}
	w := words{kind: "dots", numbers: count(len(p.XYs), "point")}
	switch outside := len(p.XYs) - len(seen); {
	case len(seen) == 0:
		w.numbers += ", none inside the chart"
		return w
	case outside > 0:
		w.numbers += fmt.Sprintf(", %d of them outside of the chart and the others with", outside)
	default:
		w.numbers += ","
	}
	low, high := extent(seen)
	w.numbers += fmt.Sprintf(" %s from %s to %s, %s from %s to %s", v.x, number(low.X), number(high.X), v.y, number(low.Y), number(high.Y))
	w.trend = drift(seen)
	return w
}

func (p *points) tables(name string, v view) []dataTable {
	return tabulatePairs(name, asDot, v, byX(p.XYs))
}

// groups are the marks of groups of points, which differ in shape as in colour.
var groups = []draw.GlyphStyle{
	{Color: color.NRGBA{R: 0x20, G: 0x20, B: 0x60, A: 0xc0}, Radius: 2.8, Shape: draw.CircleGlyph{}},
	{Color: color.NRGBA{R: 0x00, G: 0x98, B: 0x78, A: 0xd0}, Radius: 3.6, Shape: draw.PyramidGlyph{}},
	{Color: color.NRGBA{R: 0xd8, G: 0x8a, B: 0x00, A: 0xd0}, Radius: 2.8, Shape: draw.BoxGlyph{}},
	{Color: color.NRGBA{R: 0x60, G: 0x60, B: 0x60, A: 0xff}, Radius: 2.6, Shape: draw.CrossGlyph{}},
}

// Groups draws a mark for every pair of several groups, up to four, each with a colour and shape of its own.
func (c *Chart) Groups(names []string, data []mdnlib.Data) {
	if len(data) > len(groups) || len(names) != len(data) {
		panic(fmt.Sprintf("figure: Groups with %d names and %d groups; use as many of both, and up to %d",
			len(names), len(data), len(groups)))
	}
	for i, group := range data {
		if names[i] == "" {
			panic("figure: Groups with a name that is empty; every group needs one in the legend")
		}
		c.add(names[i], &points{copyPairs(names[i], group), groups[i]})
	}
}
