package figure

import (
	"fmt"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Intervals draws a bar for every interval of y that is given at each x: several, where a set of y is not in one piece.
func (c *Chart) Intervals(name string, style Style, x []float64, intervals func(x float64) [][2]float64) {
	b := &intervalBars{x: x, style: style}
	for _, v := range x {
		b.pieces = append(b.pieces, intervals(v))
	}
	mustBeDrawable(name, b.ends())
	c.add(name, b)
}

// intervalBars are vertical bars, any number at each x.
type intervalBars struct {
	x      []float64
	pieces [][][2]float64
	style  Style
}

// ends returns where the bars begin and end, one after the other.
func (b *intervalBars) ends() (ends plotter.XYs) {
	for i, x := range b.x {
		for _, piece := range b.pieces[i] {
			ends = append(ends, plotter.XY{X: x, Y: piece[0]}, plotter.XY{X: x, Y: piece[1]})
		}
	}
	return ends
}

func (b *intervalBars) Plot(c draw.Canvas, p *plot.Plot) {
	trX, trY := p.Transforms(&c)
	for ends := b.ends(); len(ends) > 0; ends = ends[2:] {
		x := trX(ends[0].X)
		c.StrokeLines(b.style.line(), c.ClipLinesXY([]vg.Point{{X: x, Y: trY(ends[0].Y)}, {X: x, Y: trY(ends[1].Y)}})...)
	}
}

func (b *intervalBars) DataRange() (xmin, xmax, ymin, ymax float64) { return plotter.XYRange(b.ends()) }

func (b *intervalBars) Thumbnail(c *draw.Canvas) {
	middle := c.Center().X
	c.StrokeLine2(b.style.line(), middle, c.Min.Y, middle, c.Max.Y)
}

func (b *intervalBars) describe(v view) words {
	w := words{kind: "upright bars"}
	at := map[int]int{} // at how many of the x so many pieces are
	seen, cut, length := 0, 0, 0.0
	for i, x := range b.x {
		if !v.containsX(x) {
			continue
		}
		seen++
		at[len(b.pieces[i])]++
		for _, piece := range b.pieces[i] {
			length += piece[1] - piece[0]
			if piece[0] < v.bottom || piece[1] > v.top {
				cut++
			}
		}
	}
	if seen == 0 {
		w.numbers = "outside of the chart"
		return w
	}
	var counts []string
	most := 0
	for _, pieces := range b.pieces {
		most = max(most, len(pieces))
	}
	for n := range most + 1 {
		if at[n] > 0 {
			counts = append(counts, fmt.Sprintf("%d at %d", n, at[n]))
		}
	}
	counts[0] += " of them"
	w.numbers = fmt.Sprintf("intervals at %s of %s, %s", count(seen, "value"), v.x, strings.Join(counts, " and "))
	if length /= float64(seen); !notFinite(length) {
		w.numbers += fmt.Sprintf(", together %s long on average", number(length))
	}
	if outside := len(b.x) - seen; outside > 0 {
		w.numbers += fmt.Sprintf(", at %d more outside of the chart", outside)
	}
	if cut > 0 {
		w.numbers += fmt.Sprintf(", %d of the intervals cut off above or below", cut)
	}
	return w
}

func (b *intervalBars) tables(name string, v view) []dataTable {
	var rows [][]float64
	for ends := b.ends(); len(ends) > 0; ends = ends[2:] {
		rows = append(rows, []float64{ends[0].X, ends[0].Y, ends[1].Y})
	}
	return tabulate(name, asInterval, []string{v.x, "from", "to"}, rowsInX(v, rows))
}
