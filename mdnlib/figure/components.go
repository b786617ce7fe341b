package figure

import (
	"errors"
	"fmt"
	"image/color"
	"math"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"mdn/mdnlib"
)

// ComponentBands draws the components of a law that is a mixture at every x from one x to another: each one's mean as a line, which
// is the wider, and its mean ± standard deviation as a band, which is the darker, the more weight it has there. Its
// number, counted from 1, stands where its weight is largest.
func (c *Chart) ComponentBands(name string, style Style, law mdnlib.Law, from, to float64) {
	const points = 201
	p := &components{style: style, x: mdnlib.Grid(from, to, points)}
	for _, x := range p.x {
		m, ok := law(x).(mdnlib.Mixture)
		if !ok || len(p.mixtures) > 0 && len(m.Weight) != len(p.mixtures[0].Weight) {
			c.add(nil, errors.New("the law is not a mixture, of as many components at every x"), name, "")
		}
		if err := m.Check(); err != nil {
			c.add(nil, err, name, "")
		}
		p.mixtures = append(p.mixtures, m)
	}
	var parts []string
	for k := range p.mixtures[0].Weight {
		at := func(i int) string {
			m := p.mixtures[i]
			return fmt.Sprintf("%s ± %s with weight %.2f at %s = %s",
				number(m.Mu[k]), number(m.Sigma[k]), m.Weight[k], c.X.Label.Text, number(p.x[i]))
		}
		parts = append(parts, fmt.Sprintf("component %d from %s by %s to %s", k+1, at(0), at(points/2), at(points-1)))
	}
	c.add(p, nil, name, name+": "+strings.Join(parts, ", "))
	for k := range p.mixtures[0].Weight {
		var rows [][]float64
		for i, m := range p.mixtures {
			rows = append(rows, []float64{p.x[i], m.Mu[k], m.Sigma[k], m.Weight[k]})
		}
		c.tabulate(fmt.Sprintf("%s: component %d", name, k+1), []string{c.X.Label.Text, "mean", "standard deviation", "weight"}, rows)
	}
}

type components struct {
	style    Style
	x        []float64
	mixtures []mdnlib.Mixture // at each x
}

// least is the weight below which a component is not drawn: one in a hundred of the samples comes from it, or fewer.
const least = 0.01

func (p *components) Plot(c draw.Canvas, plt *plot.Plot) {
	trX, trY := plt.Transforms(&c)
	const dot = vg.Inch / (density * pixelsPerInch)
	snap := func(x vg.Length) vg.Length { return vg.Length(math.Round(float64(x/dot))) * dot } // lest bands overlap or part
	strip := func(i, k int, low, high func(i int) vg.Length, alpha float64) {
		shade := p.style.Color
		shade.A = uint8(math.Round(255 * alpha))
		left, right := snap(trX(p.x[i])), snap(trX(p.x[i+1]))
		c.FillPolygon(shade, c.ClipPolygonY([]vg.Point{
			{X: left, Y: low(i)}, {X: right, Y: low(i + 1)}, {X: right, Y: high(i + 1)}, {X: left, Y: high(i)},
		}))
	}
	for k := range p.mixtures[0].Weight {
		edge := func(sign float64) func(i int) vg.Length {
			return func(i int) vg.Length { return trY(p.mixtures[i].Mu[k] + sign*p.mixtures[i].Sigma[k]) }
		}
		for i := range len(p.x) - 1 {
			if weight := p.mixtures[i].Weight[k]; weight >= least {
				strip(i, k, edge(-1), edge(1), 0.35*weight)
			}
		}
	}
	var labels []vg.Point
	for k := range p.mixtures[0].Weight {
		line := func(sign vg.Length) func(i int) vg.Length {
			return func(i int) vg.Length {
				return trY(p.mixtures[i].Mu[k]) + sign*(0.3+3*vg.Length(p.mixtures[i].Weight[k]))
			}
		}
		largest := 0
		for i := range p.x {
			if i+1 < len(p.x) && p.mixtures[i].Weight[k] >= least {
				strip(i, k, line(-1), line(1), 1)
			}
			if p.mixtures[i].Weight[k] > p.mixtures[largest].Weight[k] {
				largest = i
			}
		}
		labels = append(labels, vg.Point{X: trX(p.x[largest]), Y: trY(p.mixtures[largest].Mu[k])})
	}
	for k, at := range labels { // last, so that no line crosses them
		p.label(c, at, fmt.Sprint(k+1))
	}
}

// label writes a component's number in a white disc on its line, inside the plot.
func (p *components) label(c draw.Canvas, at vg.Point, number string) {
	const radius = 8
	at.X = min(max(at.X, c.Min.X+radius+2), c.Max.X-radius-2)
	at.Y = min(max(at.Y, c.Min.Y+radius+2), c.Max.Y-radius-2)
	disc := draw.GlyphStyle{Color: p.style.Color, Radius: radius + 1, Shape: draw.CircleGlyph{}}
	c.DrawGlyph(disc, at)
	disc.Color, disc.Radius = color.White, radius-0.5
	c.DrawGlyph(disc, at)
	style := textStyle(12)
	style.XAlign, style.YAlign = draw.XCenter, draw.YCenter
	c.FillText(style, at, number)
}

func (p *components) DataRange() (xmin, xmax, ymin, ymax float64) {
	ymin, ymax = math.Inf(1), math.Inf(-1)
	for _, m := range p.mixtures {
		for k, weight := range m.Weight {
			if weight >= least {
				ymin, ymax = min(ymin, m.Mu[k]-m.Sigma[k]), max(ymax, m.Mu[k]+m.Sigma[k])
			}
		}
	}
	return p.x[0], p.x[len(p.x)-1], ymin, ymax
}

func (p *components) Thumbnail(c *draw.Canvas) {
	shade := p.style.Color
	shade.A = 0x40
	middle := c.Center().Y
	c.FillPolygon(shade, []vg.Point{c.Min, {X: c.Max.X, Y: c.Min.Y}, c.Max, {X: c.Min.X, Y: c.Max.Y}})
	c.FillPolygon(p.style.Color, []vg.Point{
		{X: c.Min.X, Y: middle - 0.3}, {X: c.Max.X, Y: middle - 3}, {X: c.Max.X, Y: middle + 3}, {X: c.Min.X, Y: middle + 0.3},
	})
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
		c.Points(names[i], Style{}, group)
		c.last().GlyphStyle = groups[i]
	}
}

// last returns the points that were added last.
func (c *Chart) last() *plotter.Scatter {
	return c.entries[len(c.entries)-1].thumbnail.(scatterOf).Scatter
}
