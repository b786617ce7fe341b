package figure

import (
	"math"
	"strings"
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
		"best: 0.000, 0.190, not known, 100. cost: of the finite ones largest for single, smallest for good. best: 2 of 2 bars end within two standard errors of their lines."
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

// TestBarsKeepTheirValues changes what was given after the bars were added, and gives errors that no whisker can show.
func TestBarsKeepTheirValues(t *testing.T) {
	labels, values, errors := []string{"one", "two"}, []float64{1, 2}, []float64{math.Inf(1), 0.5}
	c := New("A title", "nats", "")
	c.Bars("cost", Predicted, labels, values, errors)
	c.Marks("best", First, values)
	want := said(c)
	if !strings.Contains(want, "one 1.000, two 2.000 ± 0.500") || !strings.Contains(want, "A chart of nats (from 0 to 3.25)") {
		t.Errorf("it says %s", want)
	}
	labels[0], values[0], errors[1] = "other", 77, 3
	if got := said(c); got != want {
		t.Errorf("it says %s, and said %s", got, want)
	}
	c.X.Max = 1.5
	if got := said(c); !strings.Contains(got, "best: 1.000, 2.000, outside of the chart.") {
		t.Errorf("cut off, it says %s", got)
	}
}
