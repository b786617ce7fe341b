package figure

import (
	"math"
	"testing"
)

func TestBars(t *testing.T) {
	c := New("A title", "nats", "")
	c.Bars("cost", Predicted, []string{"good", "bad", "endless", "single"}, []float64{-0.0001, 0.2, math.Inf(1), 123.4},
		[]float64{0.001, 0.01, math.NaN(), math.NaN()})
	c.Marks("best", First, []float64{0, 0.19, math.NaN(), 100})
	want := "A title. A chart of nats (from −0.0011 to 160.4): cost as bars, best as lines across them. cost: good 0.000 ± 0.001, bad 0.200 ± 0.010, endless infinite, single 123; " +
		"best: 0.000, 0.190, none, 100. cost: largest for single, smallest for good. best: 2 of 2 bars end within two standard errors of it."
	if got := said(c); got != want {
		t.Errorf("description\n%s, want\n%s", got, want)
	}
	if where(picture(t, c), Predicted.Color).Empty() {
		t.Error("no bar is drawn")
	}

	nothing := New("A title", "nats", "")
	nothing.Bars("cost", Predicted, []string{"endless"}, []float64{math.Inf(1)}, []float64{math.NaN()})
	picture(t, nothing) // an axis of no length would panic
}
