package figure

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"math"
	"strings"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"
	"gonum.org/v1/plot/plotter"

	"mdn/mdnlib"
)

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

// TestMultiples draws three panels in two columns, and checks that they share axes, legend and description, and that what
// has the same value has the same place in the panels of a row and of a column.
func TestMultiples(t *testing.T) {
	green, navy, brown := Second, First, Third
	green.Dashes, brown.Dashes = nil, nil
	var panels []*Chart
	for i, style := range []Style{green, navy, brown} {
		panel := New([]string{"one", "two", "three"}[i], "x", "y")
		panel.Line("all", Floor, plotter.XYs{{X: 0, Y: float64(i)}, {X: 4, Y: float64(i)}})
		panel.Line("", style, plotter.XYs{{X: 1, Y: 0.5}, {X: 3, Y: 0.5}})
		panels = append(panels, panel)
	}
	c := Multiples("A title", 2, panels...)
	want := "A title. Shown: 3 panels, one, two, three; in each, y up from 0 to 2 over x from 0 to 4." +
		" one: all: a level line at 0; : a level line at 0.5. two: all: a level line at 1; : a level line at 0.5." +
		" three: all: a level line at 2; : a level line at 0.5."
	if got := c.Description(); got != want {
		t.Errorf("description\n%s, want\n%s", got, want)
	}
	if strings.Contains(c.caption(), "level line") {
		t.Errorf("the caption %q repeats every panel", c.caption())
	}
	if len(c.entries) != 1 {
		t.Errorf("the legend has %d entries, want one for all panels", len(c.entries))
	}
	p := picture(t, c)
	one, two, three := where(p, green.Color), where(p, navy.Color), where(p, brown.Color)
	near := func(a, b int) bool { return max(a-b, b-a) <= 1 } // a dot of rounding
	if !near(one.Min.Y, two.Min.Y) || !near(one.Min.X, three.Min.X) ||
		!near(one.Dx(), two.Dx()) || !near(one.Dx(), three.Dx()) {
		t.Errorf("the same line is drawn at %v, %v beside it and %v below it", one, two, three)
	}
	if one.Max.X >= two.Min.X || one.Max.Y >= three.Min.Y {
		t.Errorf("the panels at %v, %v and %v overlap", one, two, three)
	}
}

func TestBandsAndLimits(t *testing.T) {
	c := New("A title", "x", "y")
	normal := func(x float64) mdnlib.Distribution { return mdnlib.Normal(0, x) }
	c.Bands("predicted", Predicted, normal, 1, 2)
	c.Limits("true", Truth, normal, 0.8, 1, 2)
	// The normal quantiles at 0.95, 0.75 and 0.9: 1.6449, 0.6745 and 1.2816 (Abramowitz and Stegun, table 26.5).
	want := "A title. Shown: predicted: 90 % of y: a band from −1.645 to 1.645 at x = 1 to −3.29 to 3.29 at x = 2; " +
		"predicted: 50 % of y: a band from −0.6745 to 0.6745 at x = 1 to −1.349 to 1.349 at x = 2; " +
		"true: a line from (1, −1.282) to (2, −2.563); true: a line from (1, 1.282) to (2, 2.563)."
	if got := c.Description(); got != want {
		t.Errorf("description\n%s, want\n%s", got, want)
	}
	if len(c.entries) != 3 {
		t.Errorf("the legend has %d entries, want 3", len(c.entries))
	}
	// The bands lie on one another, and the legend shows the inner one as it looks there.
	overlaid := where(picture(t, c), color.NRGBA{R: 0xef, G: 0x8d, B: 0x85})
	if overlaid.Empty() {
		t.Error("the inner band's colour, 0x89 parts of 0xff of the red on white, is not there")
	}
}

// TestDensityCurve asks for the peak of a density far narrower than the steps of an even grid, and for a point.
func TestDensityCurve(t *testing.T) {
	c := New("A title", "y", "density")
	c.DensityCurve("narrow", Predicted, distuv.Normal{Mu: 0.123, Sigma: 1e-3}, -5, 5)
	c.DensityCurve("point", Truth, mdnlib.PointMass(2), -5, 5)
	peak := 1 / (1e-3 * math.Sqrt(2*math.Pi))
	if c.Y.Max < 0.999*peak || c.Y.Max > 1.001*peak {
		t.Errorf("the peak is drawn at %g, want %g", c.Y.Max, peak)
	}
	if want := "; point: an upright line, all of it is at 2."; !strings.HasSuffix(c.Description(), want) {
		t.Errorf("the description %q does not end in %q", c.Description(), want)
	}
	if box := where(picture(t, c), Truth.Color); box.Dy() < 500 {
		t.Errorf("the upright line is %d dots long", box.Dy())
	}
}

func TestBars(t *testing.T) {
	c := New("A title", "nats", "")
	c.Bars("cost", Predicted, []string{"good", "bad", "endless", "single"}, []float64{-0.0001, 0.2, math.Inf(1), 123.4},
		[]float64{0.001, 0.01, math.NaN(), math.NaN()})
	c.Marks("best", First, []float64{0, 0.19, math.NaN(), 100})
	want := "A title. Shown: cost, as bars: good 0.000 ± 0.001, bad 0.200 ± 0.010, endless infinite, single 123; " +
		"best, as a line across each bar: 0.000, 0.190, none, 100."
	if got := c.Description(); got != want {
		t.Errorf("description\n%s, want\n%s", got, want)
	}
	if where(picture(t, c), Predicted.Color).Empty() {
		t.Error("no bar is drawn")
	}

	nothing := New("A title", "nats", "")
	nothing.Bars("cost", Predicted, []string{"endless"}, []float64{math.Inf(1)}, []float64{math.NaN()})
	picture(t, nothing) // an axis of no length would panic
}

func TestMultiplesRefuses(t *testing.T) {
	for _, test := range []struct {
		draw func()
		want string
	}{
		{func() { Multiples("nothing", 2) }, `figure: "nothing" has 0 panels in 2 columns; use 1 or more of each`},
		{func() { New("", "", "").Bars("bars", Predicted, []string{"one"}, []float64{1}, nil) },
			`figure: "bars" has 1 values, 1 labels and 0 standard errors; every bar needs one of each`},
	} {
		func() {
			defer func() {
				if got, _ := recover().(string); got != test.want {
					t.Errorf("panic %q, want %q", got, test.want)
				}
			}()
			test.draw()
		}()
	}
}
