package figure

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"math"
	"slices"
	"testing"

	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"

	"mdn/mdnlib"
)

func post() (law mdnlib.Law, data mdnlib.Data) {
	law = mdnlib.Quadratic(0.1)
	return law, mdnlib.Sample(law, mdnlib.Repeat(mdnlib.Grid(1, 5, 21), 50), 1)
}

// said returns all that is said of a chart.
func said(c *Chart) string { return together(sentence(c.Title), c.Describe().String()) }

func picture(t *testing.T, c *Chart) image.Image {
	t.Helper()
	file, err := c.PNG()
	if err != nil {
		t.Fatal(err)
	}
	picture, err := png.Decode(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	return picture
}

// where returns the box around the picture's dots that have exactly the colour.
func where(picture image.Image, c color.NRGBA) (box image.Rectangle) {
	for y := range picture.Bounds().Dy() {
		for x := range picture.Bounds().Dx() {
			r, g, b, _ := picture.At(x, y).RGBA()
			if uint8(r>>8) == c.R && uint8(g>>8) == c.G && uint8(b>>8) == c.B {
				box = box.Union(image.Rect(x, y, x+1, y+1))
			}
		}
	}
	return box
}

// thickness returns how many dots in a column of a picture have the style's colour.
func thickness(picture image.Image, x int, style Style) (count int) {
	for y := range picture.Bounds().Dy() {
		r, g, b, _ := picture.At(x, y).RGBA()
		if uint8(r>>8) == style.Color.R && uint8(g>>8) == style.Color.G && uint8(b>>8) == style.Color.B {
			count++
		}
	}
	return count
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
	want := "A title. A chart of y (from −2 to 3) over x (from 0 to 3): line as a line, dot as a dot, lines as lines, level as a line, band as a band, " +
		"histogram as a histogram. line: from (0, 1) to (2, 2); dot: one point, (1, 2); lines: one from (0, 1) to (1, 2), " +
		"two from (0, 2) to (2, 3); level: level at 0.25; nowhere: nowhere finite, so not drawn; band: from −1 to 1 at x = 1 to −2 to 2 at x = 2; " +
		"histogram: 3 values from 1 to 3, mean 2, standard deviation 1, in 3 bins; empty: fewer than two finite values, so not drawn. " +
		"line: rises to (1, 3), then falls; lines: one rises, two rises; band: the width rises; histogram: highest, 0.5, from 1 to 1.667."
	if got := said(c); got != want {
		t.Errorf("description\n%s, want\n%s", got, want)
	}
	var entries []string
	for _, e := range c.entries() {
		entries = append(entries, e.name)
	}
	if want := []string{"line", "dot", "lines: one, two", "level", "band", "histogram"}; !slices.Equal(entries, want) {
		t.Errorf("the legend has %q, want %q", entries, want)
	}
	if _, err := c.PNG(); err != nil {
		t.Error(err)
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
	want := "A title. A chart of y (from 0 to 1) over x (from −1 to 1): x² as a line, √x as a line. " +
		"x²: from (−1, 1) to (−0.3, 0.09), nothing finite between x = −0.3 and 0, one point, (0, 0), " +
		"nothing finite between x = 0 and 0.3, from (0.3, 0.09) to (1, 1); √x: from (0, 0) to (1, 1). √x: rises."
	if got := said(c); got != want {
		t.Errorf("description\n%s, want\n%s", got, want)
	}
	if len(c.entries()) != 2 || len(c.tables(c.view())) != 2 {
		t.Errorf("there are %d entries in the legend and %d tables, want 2 of each", len(c.entries()), len(c.tables(c.view())))
	}
	canvas := vgimg.New(20, 10)
	c.entries()[0].thumbnail.Thumbnail(&draw.Canvas{Canvas: canvas, Rectangle: vg.Rectangle{Max: vg.Point{X: 20, Y: 10}}})
	if box := where(canvas.Image(), Predicted.Color); box.Dx() < 25 {
		t.Errorf("the legend shows something %d dots wide for the function, which is a line for most x", box.Dx())
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
	if want := "A title. A chart of y over x (from −1 to 1), with nothing drawn. nowhere: nowhere finite, so not drawn."; said(c) != want {
		t.Errorf("description %q, want %q", said(c), want)
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
	if _, _, bottom, _ := c.dataRange(); bars.Max.Y > line.Max.Y || bottom != 0 {
		t.Errorf("the bars end at dot %d from the top, and the line at 0 at %d; the axis begins at %g", bars.Max.Y, line.Max.Y, bottom)
	}
}

// TestRefuses asserts what is said about data that cannot be drawn.
func TestRefuses(t *testing.T) {
	const noLaw = "mdnlib: the law is nil; use a model's At, or a truth such as Quadratic(0.1)"
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
		{"no bins", func(c *Chart) { c.Histogram("histogram", Observed, []float64{1, 2}, 0) }, `figure: "histogram" has 0 bins; use 1 to 1000`},
		{"PIT without bins", func(*Chart) { PIT(mdnlib.Data{X: []float64{1}, Y: []float64{1}}, 0) }, `figure: "PIT" has 0 bins; use 1 to 1000`},
		{"no bars", func(c *Chart) { c.ErrorBars("bars", Predicted, mdnlib.Quadratic(0.1), nil) }, `figure: cannot draw "bars": plotter: no data points`},
		{"no law", func(c *Chart) { c.Mean("mean", Predicted, nil, 0, 1) }, noLaw},
		{"no law's intervals", func(c *Chart) { c.Bands("bands", Predicted, nil, 0, 1) }, noLaw},
		{"no law's limits", func(c *Chart) { c.Limits("limits", Predicted, nil, 0.9, 0, 1) }, noLaw},
		{"no law's density", func(c *Chart) { c.Density("density", nil, 0, 1, 0, 1) }, noLaw},
		{"no law's error bars", func(c *Chart) { c.ErrorBars("bars", Predicted, nil, []float64{1}) }, noLaw},
		{"no law's components", func(c *Chart) { c.Components("components", Predicted, nil, 0, 1, 2) }, noLaw},
		{"no model", func(*Chart) {
			Predictions(mdnlib.Data{X: []float64{1}, Y: []float64{1}}, mdnlib.Quadratic(0.1), nil, []float64{1})
		}, noLaw},
		{"a law without a distribution", func(c *Chart) {
			c.StdDev("deviation", Predicted, func(float64) mdnlib.Distribution { return nil }, 0, 1)
		}, "mdnlib: the law returned nil at x = 0; it has to return a distribution at every x that it is asked for"},
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
