package figure

import (
	"fmt"
	"image"
	"image/color"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/palette/moreland"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"mdn/mdnlib"
)

// Density draws the density of y at every x as a heat map over a rectangle of x and y: the darker, the more probable. Each of its
// cells has the mean density of the y in it, so no peak is too narrow to be seen. Even steps of the colour look even, in grey
// as well. It stands for the root of the density, and goes up to the highest peak; but
// to no more than four times the peak that a tenth of the x stay below, so that low humps at one x are seen beside a high
// one at another, and whatever is above is as dark.
func (c *Chart) Density(name string, law mdnlib.Law, fromX, toX, fromY, toY float64) {
	const columns, rows = 400, 300
	h := &heatMap{low: plotter.XY{X: fromX, Y: fromY}, high: plotter.XY{X: toX, Y: toY}, y: middles(fromY, toY, rows)}
	x, edges := middles(fromX, toX, columns), mdnlib.Grid(fromY, toY, rows+1)
	var peaks []float64
	for _, v := range x {
		distribution, column := law(v), make([]float64, rows)
		below := distribution.CDF(fromY)
		for i := range column {
			reached := distribution.CDF(edges[i+1])
			column[i] = max(0, reached-below) * rows / (toY - fromY) // no less, where the CDF is not quite monotone in its last digit
			below = reached
		}
		if floats.HasNaN(column) {
			c.add(nil, plotter.ErrNaN, name, "")
		}
		h.density = append(h.density, column)
		peaks = append(peaks, slices.Max(column))
	}
	var table [][]float64
	for i, column := range h.density {
		table = append(table, []float64{x[i], h.y[floats.MaxIdx(column)], peaks[i]})
	}
	slices.Sort(peaks)
	h.darkest = min(peaks[columns-1], 4*peaks[columns/10])

	var humps []string
	for _, i := range []int{0, columns / 4, columns / 2, 3 * columns / 4, columns - 1} {
		humps = append(humps, fmt.Sprintf("at %s = %s it peaks at %s", c.X.Label.Text, number(x[i]), h.humps(i)))
	}
	name = fmt.Sprintf("%s, from 0 (white) to %.3g", name, h.darkest)
	if h.darkest < peaks[columns-1] {
		name += " and more"
	}
	c.add(h, nil, name, name+": "+strings.Join(humps, ", "))
	c.tabulate(name, []string{c.X.Label.Text, c.Y.Label.Text + " of the highest density", "density there"}, table)
}

// middles returns the middles of n equal parts.
func middles(from, to float64, n int) []float64 {
	half := (to - from) / float64(2*n)
	return mdnlib.Grid(from+half, to-half, n)
}

// heatMap is the mean density of cells that share out a rectangle.
type heatMap struct {
	low, high plotter.XY
	y         []float64   // the middles of a column's cells
	density   [][]float64 // a column for each x
	darkest   float64     // what is drawn in the darkest colour, and all above it
}

// humps names the y at which a column is higher than on both sides, and at least a twentieth of its highest.
func (h *heatMap) humps(column int) string {
	values := h.density[column]
	at := func(i int) float64 {
		if i < 0 || i >= len(values) {
			return 0
		}
		return values[i]
	}
	var humps []string
	for i, v := range values {
		if v > at(i-1) && v >= at(i+1) && v >= slices.Max(values)/20 {
			humps = append(humps, number(h.y[i]))
		}
	}
	if len(humps) == 0 {
		return "no y in the chart"
	}
	return strings.Join(humps, " and ")
}

// shades are the heat map's colours, from white to the darkest, in even steps of lightness.
var shades = func() []color.NRGBA {
	light, deep := color.NRGBA{R: 0xfa, G: 0xb0, B: 0x98, A: 0xff}, color.NRGBA{R: 0x8c, G: 0x0f, B: 0x08, A: 0xff}
	scale, err := moreland.NewLuminance([]color.Color{deep, Predicted.Color, light, color.White})
	if err != nil {
		panic(err)
	}
	scale.SetMin(-1)
	scale.SetMax(0)
	const steps = 32 // too many to be told apart, and few enough for the picture's palette
	shades := make([]color.NRGBA, steps)
	for i := range shades {
		shade, err := scale.At(-float64(i) / (steps - 1))
		if err != nil {
			panic(err)
		}
		shades[i] = color.NRGBAModel.Convert(shade).(color.NRGBA)
	}
	shades[0].A = 0 // which shows the chart's grid where there is nothing else
	return shades
}()

// shade returns the colour of a density.
func (h *heatMap) shade(density float64) color.NRGBA {
	if density >= h.darkest { // which is 0 where the law has nothing inside the rectangle
		if density == 0 {
			return shades[0]
		}
		return shades[len(shades)-1]
	}
	return shades[int(math.Sqrt(density/h.darkest)*float64(len(shades)))]
}

func (h *heatMap) Plot(c draw.Canvas, p *plot.Plot) {
	picture := image.NewNRGBA(image.Rect(0, 0, len(h.density), len(h.y)))
	for x, column := range h.density {
		for y, density := range column {
			picture.SetNRGBA(x, len(column)-1-y, h.shade(density))
		}
	}
	trX, trY := p.Transforms(&c)
	c.DrawImage(vg.Rectangle{
		Min: vg.Point{X: trX(h.low.X), Y: trY(h.low.Y)},
		Max: vg.Point{X: trX(h.high.X), Y: trY(h.high.Y)},
	}, picture)
}

func (h *heatMap) DataRange() (xmin, xmax, ymin, ymax float64) {
	return h.low.X, h.high.X, h.low.Y, h.high.Y
}

// Thumbnail draws the colours from 0 to the darkest.
func (h *heatMap) Thumbnail(c *draw.Canvas) {
	const parts = 20
	width := c.Size().X / parts
	for i := range parts {
		left := c.Min.X + width*vg.Length(i)
		c.FillPolygon(shades[i*(len(shades)-1)/(parts-1)], []vg.Point{
			{X: left, Y: c.Min.Y}, {X: left + width, Y: c.Min.Y}, {X: left + width, Y: c.Max.Y}, {X: left, Y: c.Max.Y}})
	}
	frame := draw.LineStyle{Color: color.NRGBA{R: 0xaa, G: 0xaa, B: 0xaa, A: 0xff}, Width: 0.5}
	c.StrokeLines(frame, []vg.Point{c.Min, {X: c.Max.X, Y: c.Min.Y}, c.Max, {X: c.Min.X, Y: c.Max.Y}, c.Min})
}

// Intervals draws a bar for every interval of y that is given at each x: several, where a set of y is not in one piece.
func (c *Chart) Intervals(name string, style Style, x []float64, intervals func(x float64) [][2]float64) {
	b := &intervalBars{style: style}
	pieces := make([]int, len(x))
	for i, v := range x {
		for _, piece := range intervals(v) {
			b.XYs = append(b.XYs, plotter.XY{X: v, Y: piece[0]}, plotter.XY{X: v, Y: piece[1]})
			pieces[i]++
		}
	}
	if len(b.XYs) == 0 {
		c.add(nil, plotter.ErrNoData, name, "")
	}
	var counts []string
	for n := range slices.Max(pieces) + 1 {
		at := 0
		for _, count := range pieces {
			if count == n {
				at++
			}
		}
		if at > 0 {
			counts = append(counts, fmt.Sprintf("%d at %d", n, at))
		}
	}
	counts[0] += " of them"
	low, high := extent(b.XYs)
	c.add(b, plotter.CheckFloats(low.Y, high.Y), name,
		fmt.Sprintf("%s: intervals at %d values of %s, %s", name, len(x), c.X.Label.Text, strings.Join(counts, " and ")))
	var rows [][]float64
	for ends := b.XYs; len(ends) > 0; ends = ends[2:] {
		rows = append(rows, []float64{ends[0].X, ends[0].Y, ends[1].Y})
	}
	c.tabulate(name, []string{c.X.Label.Text, "from", "to"}, rows)
}

// intervalBars are vertical bars, each from one point to the next.
type intervalBars struct {
	plotter.XYs
	style Style
}

func (b *intervalBars) Plot(c draw.Canvas, p *plot.Plot) {
	trX, trY := p.Transforms(&c)
	for ends := b.XYs; len(ends) > 0; ends = ends[2:] {
		x := trX(ends[0].X)
		c.StrokeLines(b.style.line(), c.ClipLinesY([]vg.Point{{X: x, Y: trY(ends[0].Y)}, {X: x, Y: trY(ends[1].Y)}})...)
	}
}

func (b *intervalBars) DataRange() (xmin, xmax, ymin, ymax float64) { return plotter.XYRange(b.XYs) }

func (b *intervalBars) Thumbnail(c *draw.Canvas) {
	middle := c.Center().X
	c.StrokeLine2(b.style.line(), middle, c.Min.Y, middle, c.Max.Y)
}
