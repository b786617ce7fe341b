package figure

import (
	"errors"
	"fmt"
	"image/color"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"mdn/mdnlib"
)

// Components draws the components of a law that is a mixture at every x from one x to another: each one's mean as a line, which
// is the wider, and its mean ± so many standard deviations as a band, which is the darker, the more weight it has there; with 0
// deviations there are only the lines. Where a component has less than a hundredth of the weight it is not drawn. Its number,
// counted from 1, stands where its weight is largest, or, where another number is in the way, beside that on its line.
func (c *Chart) Components(name string, style Style, law mdnlib.Law, from, to, deviations float64) {
	if !(deviations >= 0) || math.IsInf(deviations, 1) {
		refuse(name, fmt.Errorf("its bands are ± %g standard deviations; use 0, for lines only, or more", deviations))
	}
	const points = 201
	p := &components{style: style, x: mdnlib.Grid(from, to, points), deviations: deviations}
	for _, x := range p.x {
		m, ok := law.At(x).(mdnlib.Mixture)
		if !ok || len(p.mixtures) > 0 && len(m.Weight) != len(p.mixtures[0].Weight) {
			refuse(name, errors.New("the law is not a mixture, of as many components at every x"))
		}
		if err := m.Check(); err != nil {
			refuse(name, err)
		}
		p.mixtures = append(p.mixtures, m)
	}
	c.add(name, p)
}

type components struct {
	style      Style
	x          []float64
	mixtures   []mdnlib.Mixture // at each x
	deviations float64          // from the mean to either side of a band; with 0 there are no bands
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
		c.FillPolygon(shade, c.ClipPolygonXY([]vg.Point{
			{X: left, Y: low(i)}, {X: right, Y: low(i + 1)}, {X: right, Y: high(i + 1)}, {X: left, Y: high(i)},
		}))
	}
	for k := range p.mixtures[0].Weight {
		edge := func(sign float64) func(i int) vg.Length {
			return func(i int) vg.Length { return trY(p.mixtures[i].Mu[k] + sign*p.deviations*p.mixtures[i].Sigma[k]) }
		}
		for i := range len(p.x) - 1 {
			if weight := p.mixtures[i].Weight[k]; weight >= least && p.deviations > 0 {
				strip(i, k, edge(-1), edge(1), 0.35*weight)
			}
		}
	}
	for k := range p.mixtures[0].Weight {
		line := func(sign vg.Length) func(i int) vg.Length {
			return func(i int) vg.Length {
				return trY(p.mixtures[i].Mu[k]) + sign*(0.3+3*vg.Length(p.mixtures[i].Weight[k]))
			}
		}
		for i := range len(p.x) - 1 {
			if p.mixtures[i].Weight[k] >= least {
				strip(i, k, line(-1), line(1), 1)
			}
		}
	}
	for _, l := range p.labels(c, plt) { // last, so that no line crosses them
		p.label(c, l)
	}
}

// label is a component's number, and where it stands.
type label struct {
	number int
	at     vg.Point
}

const labelRadius vg.Length = 9

// labels returns the numbers of the components that are drawn, each inside the plot and on its component's line: as near to where
// the weight is largest as it is clear of the others.
func (p *components) labels(c draw.Canvas, plt *plot.Plot) (labels []label) {
	trX, trY := plt.Transforms(&c)
	isClear := func(at vg.Point) bool {
		return !slices.ContainsFunc(labels, func(other label) bool {
			return math.Hypot(float64(at.X-other.at.X), float64(at.Y-other.at.Y)) < float64(2*labelRadius+1)
		})
	}
	for k := range p.mixtures[0].Weight {
		largest := 0
		for i, m := range p.mixtures {
			if m.Weight[k] > p.mixtures[largest].Weight[k] {
				largest = i
			}
		}
		if p.mixtures[largest].Weight[k] < least {
			continue
		}
		place := func(i int) (at vg.Point, good bool) {
			line := vg.Point{X: trX(p.x[i]), Y: trY(p.mixtures[i].Mu[k])}
			at.X = min(max(line.X, c.Min.X+labelRadius+1), c.Max.X-labelRadius-1)
			at.Y = min(max(line.Y, c.Min.Y+labelRadius+1), c.Max.Y-labelRadius-1)
			return at, p.mixtures[i].Weight[k] >= least && c.Contains(line) && isClear(at)
		}
		at, good := place(largest) // which it keeps where there is no good place
		for step := 1; step < len(p.x) && !good; step++ {
			for _, i := range []int{largest - step, largest + step} {
				if i < 0 || i >= len(p.x) || good {
					continue
				}
				if other, better := place(i); better {
					at, good = other, true
				}
			}
		}
		labels = append(labels, label{k + 1, at})
	}
	return labels
}

// label writes a component's number in a white disc.
func (p *components) label(c draw.Canvas, l label) {
	disc := draw.GlyphStyle{Color: p.style.Color, Radius: labelRadius, Shape: draw.CircleGlyph{}}
	c.DrawGlyph(disc, l.at)
	disc.Color, disc.Radius = color.White, labelRadius-1.5
	c.DrawGlyph(disc, l.at)
	style := textStyle(12)
	style.XAlign, style.YAlign = draw.XCenter, draw.YCenter
	c.FillText(style, l.at, fmt.Sprint(l.number))
}

func (p *components) DataRange() (xmin, xmax, ymin, ymax float64) {
	ymin, ymax = math.Inf(1), math.Inf(-1)
	for _, m := range p.mixtures {
		for k, weight := range m.Weight {
			if weight >= least {
				ymin, ymax = min(ymin, m.Mu[k]-p.deviations*m.Sigma[k]), max(ymax, m.Mu[k]+p.deviations*m.Sigma[k])
			}
		}
	}
	return p.x[0], p.x[len(p.x)-1], ymin, ymax
}

func (p *components) Thumbnail(c *draw.Canvas) {
	shade := p.style.Color
	shade.A = 0x40
	middle := c.Center().Y
	if p.deviations > 0 {
		c.FillPolygon(shade, []vg.Point{c.Min, {X: c.Max.X, Y: c.Min.Y}, c.Max, {X: c.Min.X, Y: c.Max.Y}})
	}
	c.FillPolygon(p.style.Color, []vg.Point{
		{X: c.Min.X, Y: middle - 0.3}, {X: c.Max.X, Y: middle - 3}, {X: c.Max.X, Y: middle + 3}, {X: c.Min.X, Y: middle + 0.3},
	})
}

func (p *components) describe(v view) words {
	w := words{kind: "bands and lines"}
	if p.deviations == 0 {
		w.kind = "lines of varying width"
	}
	var seen []int
	for i, x := range p.x {
		if v.containsX(x) {
			seen = append(seen, i)
		}
	}
	if len(seen) == 0 {
		w.numbers = "outside of the chart"
		return w
	}
	var numbers, trends []string
	for k := range p.mixtures[0].Weight {
		at := func(i int) string {
			m, band := p.mixtures[i], ""
			if p.deviations > 0 {
				band = " ± " + number(p.deviations*m.Sigma[k])
			}
			return fmt.Sprintf("%s%s with weight %.2f at %s = %s", number(m.Mu[k]), band, m.Weight[k], v.x, number(p.x[i]))
		}
		numbers = append(numbers, fmt.Sprintf("component %d from %s by %s to %s", k+1, at(seen[0]), at(seen[len(seen)/2]), at(seen[len(seen)-1])))
		var weight plotter.XYs
		for _, i := range seen {
			weight = append(weight, plotter.XY{X: p.x[i], Y: p.mixtures[i].Weight[k]})
		}
		if t := trend(weight); t != "" {
			trends = append(trends, fmt.Sprintf("the weight of component %d %s", k+1, t))
		}
	}
	w.numbers, w.trend = strings.Join(numbers, ", "), strings.Join(trends, ", ")
	return w
}

func (p *components) tables(name string, v view) (tables []dataTable) {
	for k := range p.mixtures[0].Weight {
		var rows [][]float64
		for i, m := range p.mixtures {
			rows = append(rows, []float64{p.x[i], m.Mu[k], m.Sigma[k], m.Weight[k]})
		}
		tables = append(tables, tabulate(fmt.Sprintf("%s: component %d", name, k+1), asComponent,
			[]string{v.x, "mean", "standard deviation", "weight"}, rowsInX(v, rows))...)
	}
	return tables
}
