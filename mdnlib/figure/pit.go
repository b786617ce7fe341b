package figure

import (
	"fmt"
	"image/color"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"mdn/mdnlib"
)

// PIT shows a histogram of each law's PIT, see [mdnlib.PIT], in equal bins of [0, 1], as a density: that of a right law is 1
// everywhere, give or take chance. A law that is too sure has more at both ends, one not sure enough more in the middle, one
// that is too high more on the left. In 19 of 20 bins chance leaves a right law in the grey band.
func PIT(d mdnlib.Data, bins int, predictions ...Prediction) *Chart {
	checkBins("PIT", bins)
	c := New("Where in its prediction did each y fall?", "share of the prediction below y (PIT)", "density")
	n, width := float64(d.Len()), 1/float64(bins)
	low, high := chance(d.Len(), width, 0.025)/width, chance(d.Len(), width, 0.975)/width
	level := func(v float64) func(float64) float64 { return func(float64) float64 { return v } }
	c.Y.Min = 0
	name := fmt.Sprintf("chance, %s in %s", count(d.Len(), "pair"), count(bins, "bin"))
	c.add(name, chanceBand{newBand(name, Chance, 0, 1, level(low), level(high)), fmt.Sprintf("from %s to %s", number(low), number(high))})
	c.Function("right", Floor, 0, 1, level(1))
	for _, p := range predictions {
		bars := &densityBars{density: make([]float64, bins), style: p.Style, low: low, high: high}
		for _, share := range mdnlib.PIT(p.Law, d) {
			if math.IsNaN(share) { // of a model that went astray
				bars.lost++
				continue
			}
			bars.density[min(int(share*float64(bins)), bins-1)] += 1 / (n * width)
		}
		c.add(p.Name, bars)
	}
	return c
}

// densityBars are the bars of a histogram of equal bins on [0, 1]: their outline, and the area below in a lighter shade.
type densityBars struct {
	density   []float64
	style     Style
	low, high float64 // the ends of what chance makes of a right law
	lost      int     // how many y have no PIT
}

func (b *densityBars) Plot(c draw.Canvas, p *plot.Plot) {
	trX, trY := p.Transforms(&c)
	outline := []vg.Point{{X: trX(0), Y: trY(0)}}
	for i, v := range b.density {
		left, right := float64(i)/float64(len(b.density)), float64(i+1)/float64(len(b.density))
		outline = append(outline, vg.Point{X: trX(left), Y: trY(v)}, vg.Point{X: trX(right), Y: trY(v)})
	}
	outline = append(outline, vg.Point{X: trX(1), Y: trY(0)})
	c.FillPolygon(b.fill(), c.ClipPolygonXY(outline))
	c.StrokeLines(b.style.line(), c.ClipLinesXY(outline)...)
}

func (b *densityBars) fill() color.Color {
	light := b.style.Color
	light.A = 0x28
	return light
}

func (b *densityBars) DataRange() (xmin, xmax, ymin, ymax float64) {
	for _, v := range b.density {
		ymax = max(ymax, v)
	}
	return 0, 1, 0, ymax
}

func (b *densityBars) Thumbnail(c *draw.Canvas) {
	corners := []vg.Point{c.Min, {X: c.Min.X, Y: c.Max.Y}, c.Max, {X: c.Max.X, Y: c.Min.Y}}
	c.FillPolygon(b.fill(), corners)
	c.StrokeLines(b.style.line(), corners)
}

func (b *densityBars) describe(v view) words {
	w := words{kind: "a histogram"}
	n := len(b.density)
	w.numbers = fmt.Sprintf("%s, %s in the first, %s in the middle, %s in the last", count(n, "bin"),
		number(b.density[0]), number(b.density[n/2]), number(b.density[n-1]))
	outside, cut := 0, 0
	for _, density := range b.density {
		if density < b.low-1e-9 || density > b.high+1e-9 {
			outside++
		}
		if density > v.top {
			cut++
		}
	}
	if cut > 0 {
		w.numbers += fmt.Sprintf(", %d of them cut off at the top edge", cut)
	}
	if b.lost > 0 {
		w.numbers += fmt.Sprintf(", %d of the y in none, since their prediction is not a number", b.lost)
		return w
	}
	w.point = fmt.Sprintf("inside the band of chance in %d of %s", n-outside, count(n, "bin"))
	if first, last := b.density[0] > b.high+1e-9, b.density[n-1] > b.high+1e-9; first && last && n > 2 {
		w.point += ", above it at both ends: too sure"
	}
	return w
}

func (b *densityBars) tables(name string, v view) []dataTable {
	var rows [][]float64
	for i, density := range b.density {
		from, to := float64(i)/float64(len(b.density)), float64(i+1)/float64(len(b.density))
		if to > v.left && from < v.right {
			rows = append(rows, []float64{from, to, density})
		}
	}
	return tabulate(name, asBin, []string{"PIT from", "to", "density"}, rows)
}
