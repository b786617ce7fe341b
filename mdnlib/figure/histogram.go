package figure

import (
	"fmt"
	"image/color"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg/draw"
)

// Histogram draws how often the finite values fall into each of a number of equal bins, as a density: the bars' area is 1.
func (c *Chart) Histogram(name string, style Style, values []float64, bins int) {
	checkBins(name, bins)
	values = slices.DeleteFunc(slices.Clone(values), notFinite)
	if len(values) < 2 {
		c.add(name, note("fewer than two finite values, so not drawn"))
		return
	}
	if low, high := floats.Min(values), floats.Max(values); high-low > farthest {
		refuse(name, fmt.Errorf("its values go from %g to %g; leave out those that are more than %g apart", low, high, farthest))
	}
	bars := &plotter.Histogram{FillColor: style.Color, LineStyle: draw.LineStyle{Color: color.White, Width: 0.6}}
	bars.Bins, bars.Width = binned(values, bins)
	bars.Normalize(1)
	c.add(name, histogram{bars, values})
}

// binned counts how many values are in each of n equal bins; if all are the same, there is one bin.
func binned(values []float64, n int) (bins []plotter.HistogramBin, width float64) {
	low, high := floats.Min(values), floats.Max(values)
	if width = (high - low) / float64(n); width == 0 {
		n, width = 1, 1
	}
	for i := range n {
		bins = append(bins, plotter.HistogramBin{Min: low + float64(float64(i)*width), Max: low + float64(float64(i+1)*width)})
	}
	for _, v := range values {
		bins[min(int((v-low)/width), n-1)].Weight++
	}
	return bins, width
}

// mostBins is how many bins a histogram may have; there are not many more dots across a chart.
const mostBins = 1000

func checkBins(name string, bins int) {
	if bins < 1 || bins > mostBins {
		panic(fmt.Sprintf("figure: %q has %d bins; use 1 to %d", name, bins, mostBins))
	}
}

// histogram is one whose bars stand on 0: those of a plotter.Histogram begin at the lower edge of the plot.
type histogram struct {
	*plotter.Histogram
	values []float64
}

func (h histogram) Plot(c draw.Canvas, p *plot.Plot) {
	trX, trY := p.Transforms(&c)
	for _, bin := range h.Bins {
		if bin.Weight == 0 {
			continue // its outline would hide the line of the grid
		}
		bar := box(trX(bin.Min), trY(0), trX(bin.Max), trY(bin.Weight))
		c.FillPolygon(h.FillColor, c.ClipPolygonXY(bar))
		c.StrokeLines(h.LineStyle, c.ClipLinesXY(append(bar, bar[0]))...)
	}
}

// seen returns the bins that v shows, at least in part.
func (h histogram) seen(v view) (bins []plotter.HistogramBin) {
	for _, bin := range h.Bins {
		if bin.Max > v.left && bin.Min < v.right {
			bins = append(bins, bin)
		}
	}
	return bins
}

func (h histogram) describe(v view) words {
	w := words{kind: "a histogram"}
	w.numbers = fmt.Sprintf("%d values from %s to %s", len(h.values), number(floats.Min(h.values)), number(floats.Max(h.values)))
	if mean, sigma := stat.MeanStdDev(h.values, nil); !notFinite(mean) && !notFinite(sigma) {
		w.numbers += fmt.Sprintf(", mean %s, standard deviation %s", number(mean), number(sigma))
	}
	w.numbers += ", in " + count(len(h.Bins), "bin")
	seen := h.seen(v)
	if outside := len(h.Bins) - len(seen); outside > 0 {
		w.numbers += fmt.Sprintf(", %d of them outside of the chart", outside)
	}
	cut := 0
	highest := plotter.HistogramBin{Weight: math.Inf(-1)}
	for _, bin := range seen {
		if bin.Weight > v.top {
			cut++
		}
		if bin.Weight > highest.Weight {
			highest = bin
		}
	}
	if cut > 0 {
		w.numbers += fmt.Sprintf(", %d of them cut off at the top edge", cut)
	}
	if len(seen) > 1 {
		w.trend = fmt.Sprintf("highest, %s, from %s to %s", number(highest.Weight), number(highest.Min), number(highest.Max))
	}
	return w
}

func (h histogram) tables(name string, v view) []dataTable {
	var rows [][]float64
	for _, bin := range h.seen(v) {
		rows = append(rows, []float64{bin.Min, bin.Max, bin.Weight})
	}
	return tabulate(name, asBin, []string{v.x + " from", "to", v.y}, rows)
}
