package figure

import (
	"math"
	"strings"
	"testing"
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
		for _, tick := range ticks(test.from, test.to) {
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
