package mdnlib

import (
	"math"
	"slices"
	"testing"
)

// TestEffect compares partial dependences with those known: of a law that adds what its columns do, each is what its own column does, up
// to the others' average.
func TestEffect(t *testing.T) {
	rows := Rows{Columns: []string{"mass", "kind=blue", "kind=red", "age"}}
	rows.X = [][]float64{{3, 1, 0, 10}, {1, 0, 1, 20}, {2, 0, 1, 60}}
	asked := 0
	law := func(row []float64) Distribution {
		asked++
		if row[1]+row[2] != 1 {
			t.Fatalf("a row of both kinds or of none: %v", row)
		}
		return Normal(row[0]*row[0]+100*row[1]+row[3], row[0]+row[2]+row[3]/10)
	}
	near := func(name string, got []float64, want func(k int) float64) {
		t.Helper()
		for k, v := range got {
			if math.Abs(v-want(k)) > 1e-12*math.Abs(want(k)) {
				t.Errorf("%s at %d is %g, want %g", name, k, v, want(k))
			}
		}
	}
	e := rows.Effect(law, "mass")
	if e.Column != "mass" || !slices.Equal(e.X, Grid(1, 3, 41)) || !slices.Equal(e.Observed, []float64{1, 2, 3}) || e.Words != nil || asked != 3*41 {
		t.Errorf("the effect is %+v, by %d questions", e, asked)
	}
	near("the mean", e.Mean, func(k int) float64 { return e.X[k]*e.X[k] + 100./3 + 30 })
	near("the standard deviation", e.StdDev, func(k int) float64 { return e.X[k] + 2./3 + 3 })

	e = rows.Effect(law, "kind")
	if !slices.Equal(e.Words, []string{"blue", "red"}) || !slices.Equal(e.X, []float64{0, 1}) || !slices.Equal(e.Observed, []float64{0, 1, 1}) {
		t.Errorf("the effect is %+v", e)
	}
	near("the mean", e.Mean, func(k int) float64 { return 14./3 + 100*float64(1-k) + 30 })
	near("the standard deviation", e.StdDev, func(k int) float64 { return 2 + float64(k) + 3 })
	if rows.X[0][1] != 1 || rows.X[1][0] != 1 {
		t.Errorf("the rows have changed to %v", rows.X)
	}
	if got, want := panics(func() { Rows{}.Effect(law, "mass") }), "mdnlib: there are no rows to average an effect over; use 1 or more"; got != want {
		t.Errorf("panic %q, want %q", got, want)
	}
	want := `mdnlib: there is no column "height"; the rows have "mass", "kind=blue", "kind=red", "age"`
	if got := panics(func() { rows.Effect(law, "height") }); got != want {
		t.Errorf("panic %q, want %q", got, want)
	}
}
