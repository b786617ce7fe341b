package figure

import (
	"math"
	"testing"
)

// TestMarksNeedBars asserts what is said about marks that have no bars.
func TestMarksNeedBars(t *testing.T) {
	defer func() {
		want := `figure: "best" has 1 values, and there are not as many bars; draw the bars first, and give a value for each`
		if got := recover(); got != want {
			t.Errorf("panic %v, want %q", got, want)
		}
	}()
	New("", "", "").Marks("best", First, []float64{1})
}

func TestBars(t *testing.T) {
	c := New("A title", "nats", "")
	c.Bars("cost", Predicted, []string{"good", "bad", "endless", "single"}, []float64{-0.0001, 0.2, math.Inf(1), 123.4},
		[]float64{0.001, 0.01, math.NaN(), math.NaN()})
	c.Marks("best", First, []float64{0, 0.19, math.NaN(), 100})
	want := "A title. A chart of nats (from −0.0011 to 160.4): cost as bars, best as lines across them. cost: good 0.000 ± 0.001, bad 0.200 ± 0.010, endless infinite, single 123; " +
		"best: 0.000, 0.190, not known, 100. cost: largest for single, smallest for good. best: 2 of 2 bars end within two standard errors of it."
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
