package figure

import (
	"bytes"
	"context"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/plot/plotter"

	"mdn/mdnlib"
)

func post() (law mdnlib.Law, data mdnlib.Data) {
	law = mdnlib.Quadratic(0.1)
	return law, mdnlib.Sample(law, mdnlib.Repeat(mdnlib.Grid(1, 5, 21), 50), 1)
}

// TestPostFigures draws the post's three figures and checks their size, that something is drawn in each colour, and that
// the description holds the data's numbers.
func TestPostFigures(t *testing.T) {
	law, data := post()
	model := mdnlib.New(mdnlib.Network{Hidden: []int{12, 12, 12}, Head: mdnlib.GaussianHead{}}, 1)
	grid, x := mdnlib.Grid(1, 5, 21), mdnlib.Grid(1.1, 4.9, 20)
	for _, test := range []struct {
		name   string
		chart  *Chart
		styles []Style
		want   []string
	}{
		{"samples", Samples(data, law), []Style{Truth},
			[]string{"sampled data: 1050 points, x from 1 to 5", "f(x): a line from (1, 4) to (5, 4), lowest at (3, 0)"}},
		{"predictions", Predictions(data, law, model.At, x), []Style{Truth, Predicted},
			[]string{"predicted values: 20 points, x from 1.1 to 4.9"}},
		{"distributions", Distributions(data, law, grid, model.At, x), []Style{Truth, Predicted, TrueSpread},
			[]string{"true distributions: mean ± standard deviation at 21 values, from 4 ± 0.1 at x = 1 to 4 ± 0.5 at x = 5", "predicted distributions: mean ± standard deviation at 20 values"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			for _, want := range append(test.want, test.chart.Title.Text) {
				if !strings.Contains(test.chart.Description(), want) {
					t.Errorf("the description %q does not say %q", test.chart.Description(), want)
				}
			}
			file, err := test.chart.PNG()
			if err != nil {
				t.Fatal(err)
			}
			picture, err := png.Decode(bytes.NewReader(file))
			if err != nil {
				t.Fatal(err)
			}
			if size := picture.Bounds().Size(); size.X != 2*672 || size.Y != 2*672 {
				t.Errorf("the picture has %v dots, want twice 672 × 672", size)
			}
			for _, style := range test.styles {
				count := 0
				for y := range picture.Bounds().Dy() {
					for x := range picture.Bounds().Dx() {
						r, g, b, _ := picture.At(x, y).RGBA()
						if uint8(r>>8) == style.Color.R && uint8(g>>8) == style.Color.G && uint8(b>>8) == style.Color.B {
							count++
						}
					}
				}
				if count < 200 {
					t.Errorf("%d dots have the colour %v", count, style.Color)
				}
			}
			again, err := test.chart.PNG()
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(file, again) {
				t.Error("drawn twice, the chart is two files")
			}
		})
	}
}

// TestEverythingIsDescribed puts each kind of thing into a chart and compares the whole description.
func TestEverythingIsDescribed(t *testing.T) {
	c := New("A title", "x", "y")
	c.Line("line", Predicted, plotter.XYs{{X: 0, Y: 1}, {X: 1, Y: 3}, {X: 2, Y: 2}})
	c.Line("dot", Predicted, plotter.XYs{{X: 1, Y: 2}})
	c.Lines("lines", First, []string{"one", "two"}, []mdnlib.Data{{X: []float64{0, 1}, Y: []float64{1, 2}}, {X: []float64{0, 2}, Y: []float64{2, 3}}})
	c.Lines("no lines", First, nil, nil)
	c.Function("level", Floor, 0, 1, func(float64) float64 { return 0.25 })
	c.Function("nowhere", Floor, 0, 1, func(float64) float64 { return math.Inf(-1) })
	c.Band("band", PredictedLight, 1, 2, func(x float64) float64 { return -x }, func(x float64) float64 { return x })
	c.Histogram("histogram", Observed, []float64{1, 2, 3, math.NaN()}, 3)
	c.Histogram("empty", Observed, []float64{1, math.NaN()}, 3)
	want := "A title. Shown: line: a line from (0, 1) to (2, 2), highest at (1, 3); dot: one point, (1, 2); lines: lines, of which one ends at (1, 2), two ends at (2, 3); level: a level line at 0.25; " +
		"nowhere: nowhere finite, so not drawn; band: a band from −1 to 1 at x = 1 to −2 to 2 at x = 2; " +
		"histogram: a histogram of 3 values from 1 to 3, mean 2, standard deviation 1; empty: fewer than two finite values, so not drawn."
	if got := c.Description(); got != want {
		t.Errorf("description\n%s, want\n%s", got, want)
	}
	var entries []string
	for _, e := range c.entries {
		entries = append(entries, e.name)
	}
	if want := []string{"line", "dot", "lines: one, two", "level", "band", "histogram"}; !slices.Equal(entries, want) {
		t.Errorf("the legend has %q, want %q", entries, want)
	}
	if _, err := c.PNG(); err != nil {
		t.Error(err)
	}
	c.Y.Max = 2.5
	if want := "; the vertical axis ends at 2.5."; !strings.HasSuffix(c.Description(), want) {
		t.Errorf("cut off, its description %q does not end in %q", c.Description(), want)
	}
}

// TestFunctionWithGaps draws a function that is not finite everywhere: nothing is drawn across a gap, which the description names,
// and the legend has one entry.
func TestFunctionWithGaps(t *testing.T) {
	c := New("A title", "x", "y")
	c.Function("x²", Predicted, -1, 1, func(x float64) float64 {
		if ax := math.Abs(x); ax > 0.005 && ax < 0.295 {
			return math.NaN()
		}
		return x * x
	})
	c.Function("√x", Second, -1, 1, math.Sqrt)
	want := "A title. Shown: x²: a line from (−1, 1) to (−0.3, 0.09), nothing finite between x = −0.3 and 0, one point, (0, 0), " +
		"nothing finite between x = 0 and 0.3, a line from (0.3, 0.09) to (1, 1); √x: a line from (0, 0) to (1, 1)."
	if got := c.Description(); got != want {
		t.Errorf("description\n%s, want\n%s", got, want)
	}
	if len(c.entries) != 2 || len(c.tables) != 2 {
		t.Errorf("there are %d entries in the legend and %d tables, want 2 of each", len(c.entries), len(c.tables))
	}
	if _, ok := c.entries[0].thumbnail.(*plotter.Line); !ok {
		t.Errorf("the legend shows a %T for the function, which is a line for most x", c.entries[0].thumbnail)
	}
	drawn := picture(t, c)
	columns := 0
	for x := range drawn.Bounds().Dx() {
		if thickness(drawn, x, Predicted) > 0 {
			columns++
		}
	}
	// The two lines cover 0.7 of the range of x; the dot and the legend's line less than a tenth of it, partly below them.
	if width := drawn.Bounds().Dx(); columns < width*55/100 || columns > width*80/100 {
		t.Errorf("the lines are in %d columns of dots of %d", columns, width)
	}
}

// TestNothingFinite draws a chart whose only function is finite nowhere.
func TestNothingFinite(t *testing.T) {
	c := New("A title", "x", "y")
	c.Function("nowhere", Floor, 0, 1, func(float64) float64 { return math.NaN() })
	if want := "A title. Shown: nowhere: nowhere finite, so not drawn."; c.Description() != want {
		t.Errorf("description %q, want %q", c.Description(), want)
	}
	picture(t, c)
}

// TestHistogramStandsOnZero checks that the bars begin where the axis says 0, as those of PIT do: the lowest dots of a chart with
// a line at 0 are the line's.
func TestHistogramStandsOnZero(t *testing.T) {
	c := New("A title", "x", "y")
	solid := First
	c.Histogram("histogram", solid, []float64{1, 1, 1, 3, 5}, 4)
	c.Line("0", Second, plotter.XYs{{X: 1, Y: 0}, {X: 5, Y: 0}})
	drawn := picture(t, c)
	bars, line := where(drawn, solid.Color), where(drawn, Second.Color)
	if bars.Max.Y > line.Max.Y || c.Y.Min != 0 {
		t.Errorf("the bars end at dot %d from the top, and the line at 0 at %d; the axis begins at %g", bars.Max.Y, line.Max.Y, c.Y.Min)
	}
}

func TestNumber(t *testing.T) {
	for value, want := range map[float64]string{0: "0", math.Copysign(0, -1): "0", 1.23456: "1.235", -12.3456: "−12.35", 1e-7: "1e−07", 12345: "12345", 20000: "20000", 1e8: "1e+08"} {
		if got := number(value); got != want {
			t.Errorf("number(%g) = %q, want %q", value, got, want)
		}
	}
}

func TestNetwork(t *testing.T) {
	c := Network(mdnlib.New(mdnlib.Network{Hidden: []int{12, 5}, Head: mdnlib.GaussianHead{}}, 1))
	for _, want := range []string{"x → 12 × tanh → 5 × tanh → 2 out", "101 weights and biases in all"} { // 24 + 65 + 12
		if !strings.Contains(c.Description(), want) {
			t.Errorf("the description %q does not say %q", c.Description(), want)
		}
	}
}

// TestRefuses asserts what is said about data that cannot be drawn.
func TestRefuses(t *testing.T) {
	for _, test := range []struct {
		name string
		draw func(*Chart)
		want string
	}{
		{"NaN", func(c *Chart) { c.Points("dots", Observed, plotter.XYs{{X: 1, Y: math.NaN()}}) }, `figure: cannot draw "dots": plotter: NaN data point`},
		{"no points", func(c *Chart) { c.Points("dots", Observed, plotter.XYs{}) }, `figure: cannot draw "dots": plotter: no data points`},
		{"no line", func(c *Chart) { c.Line("line", Predicted, plotter.XYs{}) }, `figure: cannot draw "line": plotter: no data points`},
		{"a line to NaN", func(c *Chart) { c.Line("line", Predicted, plotter.XYs{{X: 1, Y: math.NaN()}}) }, `figure: cannot draw "line": plotter: NaN data point`},
		{"no line of several", func(c *Chart) { c.Lines("lines", First, []string{"one"}, []mdnlib.Data{{}}) },
			`figure: cannot draw "lines, one": plotter: no data points`},
		{"lines without names", func(c *Chart) { c.Lines("lines", First, nil, []mdnlib.Data{{}}) },
			`figure: "lines" has 0 names for 1 lines; give each line one`},
		{"no density", func(c *Chart) { c.DensityCurve("curve", Predicted, mdnlib.Normal(math.NaN(), 1), 0, 1) },
			`figure: cannot draw "curve": plotter: NaN data point`},
		{"a range to NaN", func(c *Chart) { c.Range("range", Observations, 0, math.NaN()) }, `figure: cannot draw "range": plotter: NaN data point`},
		{"no bins", func(c *Chart) { c.Histogram("histogram", Observed, []float64{1, 2}, 0) }, `figure: "histogram" has 0 bins; use 1 or more`},
		{"PIT without bins", func(*Chart) { PIT(mdnlib.Data{X: []float64{1}, Y: []float64{1}}, 0) }, `figure: "PIT" has 0 bins; use 1 or more`},
		{"no bars", func(c *Chart) { c.ErrorBars("bars", Predicted, mdnlib.Quadratic(0.1), nil) }, `figure: cannot draw "bars": plotter: no data points`},
	} {
		func() {
			defer func() {
				if got := recover(); got != test.want {
					t.Errorf("%s: panic %v, want %q", test.name, got, test.want)
				}
			}()
			test.draw(New("", "x", "y"))
		}()
	}
}

// TestShowOutsideANotebook checks that Show writes a file, named after the title.
func TestShowOutsideANotebook(t *testing.T) {
	t.Chdir(t.TempDir())
	law, data := post()
	Show(Samples(data, law))
	if _, err := os.Stat("sampled-data-and-the-true-mean.png"); err != nil {
		files, _ := filepath.Glob("*")
		t.Errorf("%v; there are %v", err, files)
	}
}

// TestTrainOutsideANotebook checks that Train is Fit, to the bit, and calls Each as Fit does.
func TestTrainOutsideANotebook(t *testing.T) {
	law, data := post()
	calls := 0
	s := mdnlib.Settings{Epochs: 5, Seed: 1, Each: func(mdnlib.Epoch) { calls++ }}
	watched, err := Train(mdnlib.New(mdnlib.Network{Hidden: []int{4}, Head: mdnlib.GaussianHead{}}, 1), data, s, law)
	if err != nil {
		t.Fatal(err)
	}
	if calls != 5 {
		t.Errorf("Each was called %d times, want 5", calls)
	}
	plain, err := mdnlib.Fit(context.Background(), mdnlib.New(mdnlib.Network{Hidden: []int{4}, Head: mdnlib.GaussianHead{}}, 1), data, s)
	if err != nil {
		t.Fatal(err)
	}
	for epoch := range plain {
		if watched[epoch] != plain[epoch] {
			t.Fatalf("cost of epoch %d is %g, and %g by Fit", epoch, watched[epoch], plain[epoch])
		}
	}
	if _, err := Train(mdnlib.New(mdnlib.Network{Hidden: []int{4}, Head: mdnlib.GaussianHead{}}, 1), mdnlib.Data{}, s, law); err == nil || !strings.Contains(err.Error(), "data has no samples") {
		t.Errorf("training without data: error %v", err)
	}
}

// TestNumbers compares the tables of a chart that has one of each kind, and checks how a long one is thinned.
func TestNumbers(t *testing.T) {
	c := New("A \"title\"", "x", "y")
	c.Points("points", Observed, plotter.XYs{{X: 2, Y: -1}, {X: 1, Y: 0.123456}})
	c.Band("band", PredictedLight, 1, 2, func(x float64) float64 { return -x }, func(x float64) float64 { return x })
	c.Histogram("histogram", Observed, []float64{1, 1, 1, 3}, 2)
	c.ErrorBars("bars", Predicted, mdnlib.Quadratic(0.1), []float64{1, 5})
	c.Lines("lines", First, []string{"one", "two"}, []mdnlib.Data{{X: []float64{0}, Y: []float64{1}}, {X: []float64{2}, Y: []float64{3}}})
	encoded, err := c.numbers()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`{"tables":[{"name":"points","columns":["x","y"],"rows":[[1,0.1235],[2,-1]],"of":2},`,
		`{"name":"band","columns":["x","from","to"],"rows":[[1,-1,1],[1.02,-1.02,1.02],`, `[2,-2,2]],"of":201},`,
		`{"name":"histogram","columns":["x from","to","y"],"rows":[[1,2,0.75],[2,3,0.25]],"of":2}`,
		`{"name":"bars","columns":["x","mean","standard deviation"],"rows":[[1,4,0.1],[5,4,0.5]],"of":2},`,
		`{"name":"lines, one","columns":["x","y"],"rows":[[0,1]],"of":1},{"name":"lines, two","columns":["x","y"],"rows":[[2,3]],"of":1}],` +
			`"title":"A \"title\""}`,
	} {
		if !strings.Contains(encoded, want) {
			t.Errorf("the numbers are\n%s, and lack\n%s", encoded, want)
		}
	}
	if rows := len(c.tables[1].Rows); rows < 40 || rows > mostRows+1 {
		t.Errorf("of 201 rows %d are kept", rows)
	}
	if encoded, err := New("empty", "", "").numbers(); err != nil || encoded != `{"tables":[],"title":"empty"}` {
		t.Errorf("a chart without data has the numbers %s (%v)", encoded, err)
	}
}

func ExampleShowReport() {
	model := func(float64) mdnlib.Distribution { return mdnlib.Normal(0, 1) }
	heldOut := mdnlib.Data{X: []float64{1, 2, 3, 4}, Y: []float64{-1, 0, 0, 1}}
	ShowReport(mdnlib.Score(model, nil, heldOut))
	// Output:
	// 4 held-out pairs                                     model
	// NLL, nats                                  1.1689 ± 0.1443
	// CRPS, y's units                                     0.4181
	// y inside the 50 % interval                          50.0 %
	// y inside the 90 % interval                         100.0 %
	// mean width of the 90 % interval                       3.29
}
