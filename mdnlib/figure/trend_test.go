package figure

import (
	"math"
	"testing"

	"gonum.org/v1/plot/plotter"

	"mdn/mdnlib"
)

func TestTrend(t *testing.T) {
	graph := func(f func(x float64) float64) (points plotter.XYs) {
		for _, x := range mdnlib.Grid(0, 4, 201) {
			points = append(points, plotter.XY{X: x, Y: f(x)})
		}
		return points
	}
	for _, test := range []struct {
		name   string
		points plotter.XYs
		want   string
	}{
		{"nothing", nil, ""},
		{"a point", plotter.XYs{{X: 1, Y: 1}}, ""},
		{"level", graph(func(float64) float64 { return 3 }), ""},
		{"upright", plotter.XYs{{X: 1, Y: 1}, {X: 1, Y: 2}}, ""},
		{"backwards", plotter.XYs{{X: 1, Y: 1}, {X: 0, Y: 2}}, ""},
		{"line", graph(func(x float64) float64 { return 2 * x }), "rises"},
		{"decay", graph(func(x float64) float64 { return math.Exp(-x) }), "falls"},
		{"valley", graph(func(x float64) float64 { return (x - 1) * (x - 1) }), "falls to (1, 0), then rises"},
		{"hill", graph(func(x float64) float64 { return -(x - 3) * (x - 3) }), "rises to (3, 0), then falls"},
		{"waves", graph(func(x float64) float64 { return math.Cos(math.Pi * x) }), "goes up and down, and ends as high as it begins, lowest at (1, −1)"},
		{"rising waves", graph(func(x float64) float64 { return x + 2*math.Sin(math.Pi*x) }),
			"goes up and down, and ends higher than it begins, lowest at (1.44, −0.5246), highest at (2.56, 4.525)"},
		{"ripples of less than a hundredth", graph(func(x float64) float64 { return -x + 0.001*math.Sin(40*x) }), "falls"},
		{"as large as can be", plotter.XYs{{X: 0, Y: -math.MaxFloat64}, {X: 1, Y: math.MaxFloat64}}, "rises"},
	} {
		if got := trend(test.points); got != test.want {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
}

func TestDrift(t *testing.T) {
	var up, none plotter.XYs
	for i := range 20 {
		x := float64(i)
		up = append(up, plotter.XY{X: x, Y: -x})
		none = append(none, plotter.XY{X: x, Y: (x - 9.5) * (x - 9.5)})
	}
	if got, want := drift(up), "on the whole they fall, with a correlation of −1.00"; got != want {
		t.Errorf("points on a falling line: %q, want %q", got, want)
	}
	if drift(none) != "" || drift(up[:5]) != "" || drift(plotter.XYs{{X: 1}, {X: 1}, {X: 1}, {X: 1}, {X: 1}, {X: 1}, {X: 1}, {X: 1}, {X: 1}, {X: 1}}) != "" {
		t.Error("a parabola, five points, or points at one x have a trend")
	}
}

// TestWordsUnderEverySetting makes the charts of what a notebook may be set to at its extremes: no noise, one sample, a model that has
// gone astray. Every sentence has to stand, without a number that is none.
func TestWordsUnderEverySetting(t *testing.T) {
	exact := mdnlib.Quadratic(0)
	one := mdnlib.Data{X: []float64{2}, Y: []float64{1}}
	lost := func(float64) mdnlib.Distribution { return mdnlib.Normal(math.NaN(), math.NaN()) }
	for name, test := range map[string]struct {
		chart *Chart
		want  Description
	}{
		"one sample without noise": {Samples(one, exact), Description{
			What: "A chart of g(x) (from 0 to 2) over x (from 1 to 3): sampled data as dots, f(x) as a line.", Numbers: "sampled data: 1 point, x from 2 to 2, g(x) from 1 to 1; f(x): from (2, 1) to (2, 1)."}},
		"a lost model": {func() *Chart { c := New("σ", "x", "σ(x)"); c.StdDev("learned", Predicted, lost, 1, 5); return c }(), Description{
			What: "A chart of σ(x) over x (from −1 to 1), with nothing drawn.", Numbers: "learned: nowhere finite, so not drawn."}},
		"no noise": {Reliability(mdnlib.Sample(exact, mdnlib.Grid(1, 5, 9), 1), Prediction{"the truth", Predicted, exact}), Description{
			What: "A chart of share of y inside, % (from 0 to 100) over p, the level claimed, % (from 0 to 100): chance, 9 pairs as a band, right as a line, the truth as a line with dots.",
			Numbers: "chance, 9 pairs: along the diagonal, from 22.22 to 77.78 at 50 % and from 66.67 to 100 at 90 %; right: from (0, 0) to (100, 100); " +
				"the truth: 100 of the 50 % intervals hold, 100 of the 80 % and 100 of the 90 %.",
			Trend: "right: rises.", Point: "the truth: inside the band of chance at 7 of 20 levels, above it at 13: not sure enough."}},
		"no pairs at one edge": {PIT(one, 2, Prediction{"the truth", Predicted, exact}, Prediction{"lost", First, lost}), Description{
			What:    "A chart of density (from 0 to 2) over share of the prediction below y (PIT) (from 0 to 1): chance, 1 pair in 2 bins as a band, right as a line, the truth as a histogram, lost as a histogram.",
			Numbers: "chance, 1 pair in 2 bins: from 0 to 2; right: level at 1; the truth: 2 bins, 0 in the first, 2 in the middle, 2 in the last; lost: 2 bins, 0 in the first, 0 in the middle, 0 in the last, 1 of the y in none, since their prediction is not a number.",
			Point:   "the truth: inside the band of chance in 2 of 2 bins."}},
	} {
		if got := test.chart.Describe(); got != test.want {
			t.Errorf("%s:\n%+v, want\n%+v", name, got, test.want)
		}
		if n := len([]rune(test.chart.Name())); n > mostName {
			t.Errorf("%s: the short name has %d characters", name, n)
		}
		picture(t, test.chart)
	}
}

func TestName(t *testing.T) {
	long := New("This title goes on and on, and says more than any title has to, about what there is to see in the chart, which is rather little, all in all, as it turns out", "x", "y")
	if got := long.Name(); len([]rune(got)) > mostName || got[len(got)-len("chart,…"):] != "chart,…" && len(got) < 100 {
		t.Errorf("the short name is %q", got)
	}
	c := New("How many?", "x", "y")
	c.Line("a", First, mdnlib.Data{X: []float64{1, 2}, Y: []float64{1, 2}})
	c.Points("b", First, mdnlib.Data{X: []float64{1}, Y: []float64{1}})
	c.Lines("c", First, []string{"d", "e"}, []mdnlib.Data{{X: []float64{1}, Y: []float64{1}}, {X: []float64{1}, Y: []float64{1}}})
	if got, want := c.Name(), "How many? Lines and dots: y over x"; got != want {
		t.Errorf("the short name is %q, want %q", got, want)
	}
}
