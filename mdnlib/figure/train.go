package figure

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"os/signal"
	"slices"
	"strings"
	"time"

	"gonum.org/v1/plot/plotter"

	"mdn/mdnlib"
	"mdn/mdnlib/internal/memory"
	"mdn/mdnlib/internal/outlet"
)

// Train is mdnlib.Fit for people who watch. In a notebook it shows the cost falling while it trains, with the time left, and leaves
// the chart of the cost behind, with the truth's cost on the same data as a line to fall to (none if truth is nil). With
// Settings.Validation the held-out cost is there as well, and the epoch whose weights are kept. In a terminal it shows one line of
// progress, which is gone at the end; elsewhere it is silent.
//
// Ctrl-C, or Kernel > Interrupt, ends training early: Train says so, and returns what the model has learned until then.
func Train(m *mdnlib.Model, data mdnlib.Samples, s mdnlib.Settings, truth mdnlib.Law) (mdnlib.History, error) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()

	w := watch{picture: outlet.NewID(), caption: outlet.NewID(), start: time.Now(), floor: math.NaN(), unit: m.CostUnit()}
	if truth != nil && data.Check() == nil { // what is wrong with the data, Fit says
		w.floor = m.Cost(truth, data)
	}
	w.epochs = s.Epochs
	if w.epochs == 0 {
		w.epochs = mdnlib.DefaultEpochs
	}
	w.draw()
	outlet.Flush() // so that what training prints comes after it

	each := s.Each
	watched := func(e mdnlib.Epoch) {
		if each != nil {
			if outlet.At() == outlet.Terminal { // where it may print on the line of progress
				outlet.Clear(w.picture)
			}
			each(e)
		}
		w.costs = append(w.costs, e.Cost)
		if s.Validation > 0 {
			w.heldOut = append(w.heldOut, e.HeldOut)
		}
		if time.Since(w.drawn) >= redraw {
			w.draw()
		}
	}
	if each != nil || !memory.Enabled() { // what is remembered, nobody watches
		s.Each = watched
	}
	history, err := mdnlib.Fit(ctx, m, data, s)
	w.finish(history, m.Validation())
	if errors.Is(err, context.Canceled) {
		fmt.Printf("Interrupted after %d of %d epochs. The model is as trained so far.\n", len(history), w.epochs)
		err = nil
	}
	return history, err
}

// redraw is the time between two pictures of the progress.
const redraw = 200 * time.Millisecond

// watch shows training while it runs.
type watch struct {
	picture, caption outlet.ID
	epochs           int
	floor            float64 // the truth's cost, NaN if it is not known
	unit             string  // of the cost
	start, drawn     time.Time
	costs, heldOut   []float64
}

// status says how far training is: epoch, cost, time left.
func (w *watch) status() string {
	done := len(w.costs)
	if done == 0 {
		return fmt.Sprintf("training for %d epochs", w.epochs)
	}
	left := time.Duration(float64(time.Since(w.start)) / float64(done) * float64(w.epochs-done))
	heldOut := ""
	if w.heldOut != nil {
		heldOut = fmt.Sprintf(" · held-out cost %.4f", w.heldOut[done-1])
	}
	return fmt.Sprintf("epoch %d of %d · cost %.4f%s · %.1f s left", done, w.epochs, w.costs[done-1], heldOut, left.Seconds())
}

// draw shows the cost so far as a line in an SVG of its own: a chart of gonum/plot would take as long to draw as thousands of training
// steps. A terminal shows the status alone. What cannot be shown is lost without a word: training goes on.
func (w *watch) draw() {
	w.drawn = time.Now()
	const width, height, most = 640, 160, 320
	low, high := math.Inf(1), math.Inf(-1)
	for _, cost := range w.costs {
		low, high = min(low, cost), max(high, cost)
	}
	for _, cost := range w.heldOut {
		low = min(low, cost) // it may rise out of the picture
	}
	known := !math.IsNaN(w.floor) && !math.IsInf(w.floor, 0)
	if known {
		low = min(low, w.floor)
	}
	level := func(cost float64) float64 { return height - 6 - (height-12)*(cost-low)/max(high-low, 1e-9) }
	points := func(costs []float64) string {
		var line strings.Builder
		for i := range min(len(costs), most) {
			k := i * (len(costs) - 1) / max(min(len(costs), most)-1, 1)
			fmt.Fprintf(&line, "%.1f,%.1f ", float64(k)/float64(w.epochs)*width, level(costs[k]))
		}
		return line.String()
	}
	var heldOut string
	if w.heldOut != nil {
		heldOut = fmt.Sprintf(`<polyline points="%s" stroke="var(--chart-second,#008066)"/>`, points(w.heldOut))
	}
	var floor string
	if known && len(w.costs) > 0 {
		floor = fmt.Sprintf(`<path d="M0 %.1fH%d" stroke="var(--chart-floor,#767676)" stroke-dasharray="6 4"/>`, level(w.floor), width)
	}
	picture := fmt.Sprintf(`<svg role="img" aria-label="The cost so far" viewBox="0 0 %d %d" width="%d" `+
		`style="max-width:100%%;border:1px solid #aaa" fill="none" stroke-width="1.5">%s%s`+
		`<polyline points="%s" stroke="var(--chart-predicted,#e02a1b)"/></svg>`,
		width, height, width, floor, heldOut, points(w.costs))
	status := w.status()
	outlet.Update(w.picture, outlet.Thing{Kind: outlet.Progress, Data: map[string]any{"text/html": picture}, Terminal: status})
	outlet.Update(w.caption, outlet.Thing{Kind: outlet.Progress, Data: map[string]any{"text/markdown": "*" + status + "*"}})
}

// finish replaces the progress by what is worth keeping: the chart of the cost in a notebook, nothing elsewhere.
func (w *watch) finish(history mdnlib.History, v mdnlib.Validation) {
	if outlet.At() != outlet.Notebook || len(history) == 0 {
		outlet.Clear(w.picture, w.caption)
		return
	}
	things, err := w.chart(history, v).things()
	for i, id := range []outlet.ID{w.picture, w.caption} {
		if err == nil {
			err = outlet.Update(id, things[i])
		}
	}
	if err == nil {
		err = outlet.Flush()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "figure: cannot show the cost:", err)
	}
}

// chart is the cost of every epoch, with the truth's cost as a line to fall to, and beside it the held-out cost, with a dot at the
// epoch kept.
func (w *watch) chart(history mdnlib.History, v mdnlib.Validation) *Chart {
	line := func(costs mdnlib.History) (pairs plotter.XYs) {
		for i, cost := range costs {
			if !math.IsNaN(cost) && !math.IsInf(cost, 0) { // held-out costs can be
				pairs = append(pairs, plotter.XY{X: float64(i), Y: cost})
			}
		}
		return pairs
	}
	c := New("The cost while training", "epoch", "cost")
	c.Line("cost of the network", Predicted, line(history))
	heldOut := line(v.Costs)
	if heldOut != nil {
		c.Line("cost on the samples held out", Style{Color: Second.Color, Width: Predicted.Width}, heldOut)
	}
	if !math.IsNaN(w.floor) {
		c.Function("cost of the truth on the same samples", Floor, 0, float64(len(history)), func(float64) float64 { return w.floor })
	}
	c.Y.Max = highest(history, w.floor)
	c.numbers = append(c.numbers, singleNumber("Final cost", history.Final(), math.NaN(), w.unit, 4))
	if heldOut != nil {
		c.Points("epoch kept", Measured, plotter.XYs{{X: float64(v.Kept), Y: v.Costs[v.Kept]}})
		c.Y.Max = max(c.Y.Max, rest(v)) // NaN stays NaN
		c.numbers = append(c.numbers, singleNumber("Lowest held-out cost", v.Costs[v.Kept], math.NaN(), w.unit, 4),
			singleNumber("Epoch kept", float64(v.Kept), math.NaN(), ""))
	}
	return c
}

// rest returns what nine tenths of the held-out costs do not exceed, from the epoch kept on: a model that has learned its samples by
// heart can cost any number of nats on others.
func rest(v mdnlib.Validation) float64 {
	costs := slices.Sorted(slices.Values(v.Costs[v.Kept:]))
	return costs[len(costs)*9/10]
}

// highest returns where the axis of the cost ends: where the distance that is left at the end of training, to the floor or to the lowest
// cost, is a twentieth of it. The first costs can be thousands of such distances away, and nobody could see it beside them. The last two
// thirds of training are always seen, and a line that has come into view stays there. NaN is as far as the data goes.
func highest(history mdnlib.History, floor float64) float64 {
	low := slices.Min(history)
	if floor < low && !math.IsInf(floor, -1) {
		low = floor
	}
	end := slices.Sorted(slices.Values(history[len(history)*9/10:]))
	top := max(low+20*(end[len(end)/2]-low), slices.Max(history[len(history)/3:]))
	for top < slices.Max(history) {
		seen := slices.IndexFunc(history, func(cost float64) bool { return cost <= top })
		reached := slices.Max(history[seen:])
		if reached <= top {
			return top
		}
		top = reached
	}
	return math.NaN()
}
