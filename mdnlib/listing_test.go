package mdnlib

import (
	"math"
	"math/rand/v2"
	"os"
	"testing"

	"mdn/mdnlib/internal/listing"

	"gonum.org/v1/gonum/stat"
)

// TestNoInstructionFuses reads what the compiler has made of this package for platforms that can add to a product without rounding it
// first. Where it does, a conversion is missing, float64(x*y) + z, and results have other bits than on platforms that cannot.
func TestNoInstructionFuses(t *testing.T) {
	for _, settings := range [][]string{
		{"GOOS=linux", "GOARCH=arm64", "GOEXPERIMENT="},
		{"GOOS=linux", "GOARCH=amd64", "GOAMD64=v3", "GOEXPERIMENT="},
	} {
		instructions, err := listing.Compile(settings...)
		if err != nil {
			t.Fatal(err)
		}
		if len(instructions) < 10_000 {
			t.Errorf("%v: only %d instructions are read", settings, len(instructions))
		}
		for _, i := range instructions {
			if _, elsewhere := os.Stat(i.File); elsewhere == nil && i.Fused() { // of gonum some functions are inlined
				t.Errorf("%v: %s in %s contains %s %s", settings, i.Function, i.File, i.Name, i.Operands)
			}
		}
	}
}

// TestLogOf compares the logarithm that costs are moved by with Go's, whose error is below a unit in the last place.
func TestLogOf(t *testing.T) {
	source := rand.New(rand.NewPCG(1, 1))
	for range 100_000 {
		x := math.Exp(1400*source.Float64() - 700)
		if source.IntN(2) == 0 {
			x = 0.5 + source.Float64()
		}
		if got, want := logOf(x), math.Log(x); math.Abs(got-want) > 4e-16*max(1, math.Abs(want)) {
			t.Fatalf("log %g is %.17g, want %.17g", x, got, want)
		}
	}
	if logOf(1) != 0 || math.Abs(logOf(5e-324)+1074*math.Ln2) > 3e-13 { // Go's is wrong there on amd64
		t.Errorf("log 1 is %g, log of the smallest number %g", logOf(1), logOf(5e-324))
	}
}

// TestMeanAndDeviation compares with gonum, which adds in another order.
func TestMeanAndDeviation(t *testing.T) {
	for _, values := range [][]float64{{3}, {1, 2, 4}, {1e6, 1e6 + 1, 1e6 + 5}, Sample(Quadratic(0.1), Grid(1, 5, 501), 1).Y} {
		mean, deviation := meanAndDeviation(values)
		wantMean, wantDeviation := stat.PopMeanStdDev(values, nil)
		if math.Abs(mean-wantMean) > 1e-15*math.Abs(wantMean)*10 || math.Abs(deviation-wantDeviation) > 1e-9*wantDeviation {
			t.Errorf("%d values: mean %.17g and deviation %.17g, want %.17g and %.17g", len(values), mean, deviation, wantMean, wantDeviation)
		}
	}
}
