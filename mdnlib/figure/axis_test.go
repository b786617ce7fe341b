package figure

import (
	"math"
	"strings"
	"testing"

	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"

	"mdn/mdnlib"
)

// TestTicks checks that labels tell the ticks apart where the axis is far from 0, and are short elsewhere.
func TestTicks(t *testing.T) {
	for _, test := range []struct {
		from, to float64
		want     string
	}{
		{2007, 2009, "2007 2007.25 2007.5 2007.75 2008 2008.25 2008.5 2008.75 2009"},
		{-2009, -2008, "−2009 −2008.8 −2008.6 −2008.4 −2008.2 −2008"},
		{1, 5, "1 1.5 2 2.5 3 3.5 4 4.5 5"},
		{0, 2000, "0 250 500 750 1000 1250 1500 1750 2000"},
		{-0.3, 0.3, "−0.3 −0.2 −0.1 0 0.1 0.2 0.3"},
		{5e15 - 1, 5e15 + 1, "4999999999999999 5000000000000000 5000000000000001"}, // where float64s are 1 apart
		{1e17, 1e17, ""},
	} {
		var labels []string
		for _, tick := range ticksAtMost(8, test.from, test.to) {
			labels = append(labels, tick.Label)
		}
		if got := strings.Join(labels, " "); got != test.want {
			t.Errorf("from %g to %g: %s, want %s", test.from, test.to, got, test.want)
		}
	}
}

// TestAxisEnds sets none, one or both ends of an axis whose data goes from one value to another.
func TestAxisEnds(t *testing.T) {
	unset := math.NaN()
	for _, test := range []struct {
		min, max, from, to, low, high float64
	}{
		{unset, unset, 1, 5, 1, 5},
		{0, unset, 1, 5, 0, 5},
		{unset, 3, 1, 5, 1, 3},
		{-1, 7, 1, 5, -1, 7},
		{unset, unset, 2, 2, 1, 3},                                   // all data at one value
		{unset, unset, 1e17, 1e17, 1e17 - 1e11, 1e17 + 1e11},         // where 1 more is the same number
		{unset, unset, math.Inf(1), math.Inf(-1), -1, 1},             // no data
		{unset, 0, 1, 5, -1, 0},                                      // all data beyond the end
		{9, unset, 1, 5, 9, 10},                                      //
		{unset, unset, -math.MaxFloat64, math.Inf(1), -1e307, 1e307}, // further than an axis goes
		{unset, unset, math.MaxFloat64, math.MaxFloat64, 9.99999e306, 1.000001e307},
	} {
		axis := Axis{Min: test.min, Max: test.max}
		if low, high, _ := axis.ends(test.from, test.to); math.Abs(low-test.low) > 1e-9*math.Abs(test.low) || math.Abs(high-test.high) > 1e-9*math.Abs(test.high) {
			t.Errorf("from %g to %g with Min %g and Max %g: the axis goes from %g to %g, want %g to %g", test.from, test.to, test.min, test.max,
				low, high, test.low, test.high)
		}
	}
}

// TestLogTicks checks the marks of logarithmic axes, from less than a power of ten to many.
func TestLogTicks(t *testing.T) {
	for _, test := range []struct {
		intervals int
		from, to  float64
		want      string
	}{
		{8, 50, 5000, "50 100 200 500 1000 2000 5000"},
		{5, 50, 5000, "100 300 1000 3000"},
		{8, 0.004, 0.6, "0.005 0.01 0.02 0.05 0.1 0.2 0.5"},
		{8, 1e-9, 1e9, "1e−09 1e−06 0.001 1 1000 1000000 1e+09"},
		{8, 3, 4, "3 3.2 3.4 3.6 3.8 4"},
	} {
		var labels []string
		for _, tick := range logTicksAtMost(test.intervals, test.from, test.to) {
			labels = append(labels, tick.Label)
		}
		if got := strings.Join(labels, " "); got != test.want {
			t.Errorf("from %g to %g: %s, want %s", test.from, test.to, got, test.want)
		}
	}
}

// TestLogAxis draws y = 1/x on two logarithmic axes, where it is straight: the middle one of three points is in the middle of the drawing,
// and what is cut off is cut where the straight line leaves.
func TestLogAxis(t *testing.T) {
	c := New("A title", "x", "y")
	c.X.Log, c.Y.Log = true, true
	pairs := mdnlib.Data{X: []float64{1, 10, 100}, Y: []float64{1, 0.1, 0.01}}
	c.Line("a line", Predicted, pairs)
	v := c.view()
	if v.left != 1 || v.right != 100 || math.Abs(v.bottom/0.01-math.Pow(100, -0.03)) > 1e-9 || math.Abs(v.top-math.Pow(100, 0.03)) > 1e-9 {
		t.Errorf("the axes go from %g to %g and from %g to %g", v.left, v.right, v.bottom, v.top)
	}
	var canvas draw.Canvas = draw.New(vgimg.New(300, 300))
	trX, trY := c.plot(v).Transforms(&canvas)
	if x, y := trX(10), trY(0.1); math.Abs(float64(x-(trX(1)+trX(100))/2)) > 0.01 || math.Abs(float64(y-(trY(1)+trY(0.01))/2)) > 0.01 {
		t.Errorf("the middle one is at %g, %g", x, y)
	}
	if what := c.Describe().What; what != "A chart of y (logarithmic, from 0.01 to 1) over x (logarithmic, from 1 to 100): a line as a line." {
		t.Errorf("it says %q", what)
	}
	c.Y.Max = math.Sqrt(0.1) // where x is √10
	pieces := visible(c.view(), plotter.XYs{{X: 1, Y: 1}, {X: 100, Y: 0.01}})
	if len(pieces) != 1 || math.Abs(pieces[0].points[0].X-math.Sqrt(10)) > 1e-9 || pieces[0].enters != "top" {
		t.Errorf("what is seen is %+v", pieces)
	}
	drawings, err := c.SVG()
	if err != nil || !strings.Contains(drawings.Desk, `"logX":true,"logY":true`) {
		t.Errorf("the drawing does not say that its axes are logarithmic (%v)", err)
	}
	pairs.Y[2] = 0
	c = New("A title", "x", "y")
	c.Y.Log = true
	c.Line("a line", Predicted, pairs)
	const want = "the y axis is logarithmic and would have to show 0 or less; set its Min above 0"
	if _, err := c.PNG(); err == nil || err.Error() != want {
		t.Errorf("of a 0 it says %v, want %s", err, want)
	}
	c.Y.Min = 0.001
	if _, err := c.PNG(); err != nil {
		t.Error(err)
	}
	c.Y.Min = -1
	if _, err := c.PNG(); err == nil || err.Error() != "the y axis is logarithmic and has Min -1; use a number above 0" {
		t.Errorf("of a Min below 0 it says %v", err)
	}
}

// TestChartRefuses sets ends and sizes that cannot be drawn.
func TestChartRefuses(t *testing.T) {
	for _, test := range []struct {
		set  func(c *Chart)
		want string
	}{
		{func(c *Chart) { c.X.Min, c.X.Max = 3, 2 }, "the x axis goes from 3 to 2; use a Min below its Max"},
		{func(c *Chart) { c.Y.Max = math.Inf(1) }, "the y axis has Max +Inf; use a number from -1e+307 to 1e+307, or NaN for as far as the data goes"},
		{func(c *Chart) { c.Width = 0 }, "it is 0 by 331.2 points large; use sizes above 0, and up to 7200"},
	} {
		c := New("A title", "x", "y")
		test.set(c)
		if _, err := c.PNG(); err == nil || err.Error() != test.want {
			t.Errorf("error %v, want %q", err, test.want)
		}
	}
}
