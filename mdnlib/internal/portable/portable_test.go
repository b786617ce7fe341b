package portable_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"mdn/mdnlib"
	"mdn/mdnlib/internal/portable"

	"gonum.org/v1/gonum/stat"
)

// TestLog compares the logarithm that costs are moved by with Go's, whose error is below a unit in the last place.
func TestLog(t *testing.T) {
	source := rand.New(rand.NewPCG(1, 1))
	for range 100_000 {
		x := math.Exp(1400*source.Float64() - 700)
		if source.IntN(2) == 0 {
			x = 0.5 + source.Float64()
		}
		if got, want := portable.Log(x), math.Log(x); math.Abs(got-want) > 4e-16*max(1, math.Abs(want)) {
			t.Fatalf("log %g is %.17g, want %.17g", x, got, want)
		}
	}
	if portable.Log(1) != 0 || math.Abs(portable.Log(5e-324)+1074*math.Ln2) > 3e-13 { // Go's is wrong there on amd64
		t.Errorf("log 1 is %g, log of the smallest number %g", portable.Log(1), portable.Log(5e-324))
	}
}

// TestMeanAndDeviation compares with gonum, which adds in another order.
func TestMeanAndDeviation(t *testing.T) {
	for _, values := range [][]float64{{3}, {1, 2, 4}, {1e6, 1e6 + 1, 1e6 + 5}, mdnlib.Sample(mdnlib.Quadratic(0.1), mdnlib.Grid(1, 5, 501), 1).Y} {
		mean, deviation := portable.MeanAndDeviation(values)
		wantMean, wantDeviation := stat.PopMeanStdDev(values, nil)
		if math.Abs(mean-wantMean) > 1e-15*math.Abs(wantMean)*10 || math.Abs(deviation-wantDeviation) > 1e-9*wantDeviation {
			t.Errorf("%d values: mean %.17g and deviation %.17g, want %.17g and %.17g", len(values), mean, deviation, wantMean, wantDeviation)
		}
	}
}
