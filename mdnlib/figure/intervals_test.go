package figure

import (
	"strings"
	"testing"
)

func TestIntervals(t *testing.T) {
	c := New("Bars", "x", "y")
	c.Intervals("bars", Predicted, []float64{1, 2, 3}, func(x float64) [][2]float64 {
		if x == 2 {
			return [][2]float64{{0, 1}, {2, 3}}
		}
		return [][2]float64{{0, x}}
	})
	if want := "bars: intervals at 3 values of x, 1 at 2 of them and 2 at 1"; !strings.Contains(said(c), want) {
		t.Errorf("the description %q does not say %q", said(c), want)
	}
	if _, _, low, high := c.dataRange(); low != 0 || high != 3 {
		t.Errorf("y goes from %g to %g, want 0 to 3", low, high)
	}
	if _, err := c.PNG(); err != nil {
		t.Error(err)
	}
}
