package figure

import (
	"strings"
	"testing"

	"gonum.org/v1/plot/plotter"

	"mdn/mdnlib"
)

// TestWordsFollowTheAxes sets the ends of the axes after the layers were added: words and tables are of what is visible then.
func TestWordsFollowTheAxes(t *testing.T) {
	c := New("A title", "x", "y")
	c.Points("dots", Observed, plotter.XYs{{X: 0, Y: 0}, {X: 1, Y: 1}, {X: 2, Y: 2}, {X: 3, Y: 3}})
	c.Line("line", Predicted, plotter.XYs{{X: 0, Y: 0}, {X: 3, Y: 3}})
	c.Line("hill", Predicted, plotter.XYs{{X: 0, Y: 0}, {X: 1, Y: 2}, {X: 2, Y: 0}})
	c.Function("square", First, 0, 3, func(x float64) float64 { return x * x })
	c.Band("band", PredictedLight, 0, 3, func(float64) float64 { return 0 }, func(x float64) float64 { return 2 * x })
	c.Range("range", Observations, 0.5, 3)
	c.Histogram("histogram", Observed, []float64{0, 1, 2, 3}, 3)
	c.ErrorBars("bars", Predicted, mdnlib.Quadratic(0.1), []float64{1, 2, 3})
	c.Intervals("intervals", Predicted, []float64{1, 3}, func(float64) [][2]float64 { return [][2]float64{{0, 3}} })
	c.Lines("lines", First, []string{"a", "b"}, []mdnlib.Data{{X: []float64{0, 2}, Y: []float64{0, 1}}, {X: []float64{2, 3}, Y: []float64{0, 1}}})
	c.X.Max, c.Y.Min, c.Y.Max = 1.5, 0, 1.5
	// The axes end where they are set to: the hill is at 1.5 where x is 0.75 and 1.25, the square where it is the root of 1.5.
	got := said(c)
	for _, want := range []string{
		"A chart of y (from 0 to 1.5) over x (from 0 to 1.5)",
		"dots: 4 points, 2 of them outside of the chart and the others with x from 0 to 1, y from 0 to 1;",
		"line: from (0, 0) to the right edge, at (1.5, 1.5);",
		"hill: from (0, 0) to the top edge at x = 0.75, from the top edge at x = 1.25 to the right edge, at (1.5, 1);",
		"square: from (0, 0) to the top edge at x = 1.225;",
		"band: from 0 to 0 at x = 0 to 0 to 3 at x = 1.5, cut off above or below;",
		"range: x from 0.5 to 1.5;",
		"in 3 bins, 1 of them outside of the chart;",
		"bars: mean ± standard deviation at 1 value, from 4 ± 0.1 at x = 1 to 4 ± 0.1 at x = 1, 2 more outside of the chart, 1 cut off;",
		"intervals: intervals at 1 value of x, 1 at 1 of them, together 3 long on average, at 1 more outside of the chart, 1 of the intervals cut off above or below;",
		"lines: a from (0, 0) to the right edge, at (1.5, 0.75), b outside of the chart.",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("the description\n%s\ndoes not say\n%s", got, want)
		}
	}
	for _, table := range c.tables(c.view()) {
		for _, row := range table.Rows {
			if x, err := row[0].Float64(); err != nil || x > 1.5 {
				t.Errorf("the table %q has a row for x = %s (%v)", table.Name, row[0], err)
			}
		}
	}
	c.X.Min, c.X.Max = 10, 11
	got = said(c)
	for _, want := range []string{"dots: 4 points, none inside the chart;", "line: outside of the chart;", "band: outside of the chart;", "range: outside of the chart;"} {
		if !strings.Contains(got, want) {
			t.Errorf("moved away, the description\n%s\ndoes not say\n%s", got, want)
		}
	}
	for _, table := range c.tables(c.view()) {
		if table.Name != "range" {
			t.Errorf("moved away, there is still a table %q", table.Name)
		}
	}
}

// TestClip cuts the line from (0, 0) to (4, 2) at rectangles.
func TestClip(t *testing.T) {
	p, q := plotter.XY{}, plotter.XY{X: 4, Y: 2}
	for _, test := range []struct {
		left, right, bottom, top float64
		from, to                 plotter.XY
		enters, leaves           string
		seen                     bool
	}{
		{-1, 5, -1, 5, p, q, "", "", true},
		{1, 3, -1, 5, plotter.XY{X: 1, Y: 0.5}, plotter.XY{X: 3, Y: 1.5}, "left", "right", true},
		{-1, 5, 0.5, 1, plotter.XY{X: 1, Y: 0.5}, plotter.XY{X: 2, Y: 1}, "bottom", "top", true},
		{3, 5, -1, 1, plotter.XY{}, plotter.XY{}, "", "", false},
		{-3, -1, -1, 5, plotter.XY{}, plotter.XY{}, "", "", false},
	} {
		v := view{left: test.left, right: test.right, bottom: test.bottom, top: test.top}
		from, to, enters, leaves, seen := clip(v, p, q)
		if seen != test.seen || seen && (from != test.from || to != test.to || enters != test.enters || leaves != test.leaves) {
			t.Errorf("in %+v: from %v (%s) to %v (%s), seen %v; want from %v (%s) to %v (%s), %v", v, from, enters, to, leaves, seen,
				test.from, test.enters, test.to, test.leaves, test.seen)
		}
	}
}
