package vector

import (
	"math"
	"testing"
)

var inf = float32(math.Inf(1))

// functions are checked against Go's in float64, whose errors are far below what a float32 can show.
var functions = []struct {
	name     string
	ours     func(float32) float32
	want     func(float64) float64
	low      float32 // the range that is checked, where the result is finite
	high     float32
	ulps     float64 // largest error allowed, in units of the last place of a float32
	windows  []float32
	odd      bool
	specials map[float32]float32
}{
	{"Exp", Exp, math.Exp, -103.9, 88.72, 1, []float32{-103, -87.4, -0.3466, -1e-3, 0.3466, 1.0397, 20, 88},
		false, map[float32]float32{0: 1, inf: inf, -inf: 0, 89: inf, -105: 0, -103.972: 1e-45}},
	{"Log", Log, math.Log, 1e-45, math.MaxFloat32, 1, []float32{1e-40, 0x1p-126, 0.7071, 0.999, 1.41421, 2.8284, 1e30},
		false, map[float32]float32{1: 0, inf: inf, 0: -inf}},
	{"Tanh", Tanh, math.Tanh, -12, 12, 1.5, []float32{1e-20, 1e-3, 0.2499, 0.3749, 0.4999, 0.6499, 0.7499, 0.9999, 1.4999, 1.9999, 2.9999, 3.9999,
		5.9999, 7.9999, 9.4999},
		true, map[float32]float32{0: 0, inf: 1, -inf: -1, 100: 1, -10: -1}},
}

// ulps is the distance of got from want in units of the last place of the float32 nearest to want.
func ulps(got float32, want float64) float64 {
	nearest := float32(want)
	unit := float64(math.Nextafter32(float32(math.Abs(float64(nearest))), inf)) - math.Abs(float64(nearest))
	return math.Abs(float64(got)-want) / unit
}

// TestErrors measures the largest error over floats spread evenly over the whole range, in their bits: as many between
// 2⁻⁴⁰ and 2⁻³⁹ as between 1 and 2.
func TestErrors(t *testing.T) {
	for _, f := range functions {
		worst, at := 0.0, float32(0)
		const stride = 509 // a prime, so that no bit pattern is left out
		for bits := uint64(0); bits < 1<<32; bits += stride {
			x := math.Float32frombits(uint32(bits))
			if !(x >= f.low && x <= f.high) {
				continue
			}
			if u := ulps(f.ours(x), f.want(float64(x))); u > worst {
				worst, at = u, x
			}
		}
		t.Logf("%s: largest error %.3f ulp, at %g", f.name, worst, at)
		if worst > f.ulps {
			t.Errorf("%s(%g) is off by %.3f ulp, want at most %g", f.name, at, worst, f.ulps)
		}
	}
}

// TestMonotone walks from float to float through windows, where the functions change from one piece to the next among
// them, and checks that none ever steps back.
func TestMonotone(t *testing.T) {
	for _, f := range functions {
		for _, start := range f.windows {
			x := start
			previous := f.ours(x)
			for range 200_000 {
				x = math.Nextafter32(x, inf)
				y := f.ours(x)
				if y < previous {
					t.Fatalf("%s steps back from %g to %g at %g", f.name, previous, y, x)
				}
				previous = y
			}
		}
	}
}

func TestSpecialValues(t *testing.T) {
	nan := float32(math.NaN())
	for _, f := range functions {
		for x, want := range f.specials {
			if got := f.ours(x); got != want {
				t.Errorf("%s(%g) = %g, want %g", f.name, x, got, want)
			}
		}
		if got := f.ours(nan); got == got {
			t.Errorf("%s(NaN) = %g", f.name, got)
		}
		if f.odd {
			for _, x := range []float32{0, 1e-45, 1e-10, 0.3, 0.65, 2, 9, inf} {
				if math.Float32bits(f.ours(-x)) != math.Float32bits(f.ours(x))^1<<31 {
					t.Errorf("%s is not odd at %g: %g and %g", f.name, x, f.ours(x), f.ours(-x))
				}
			}
		}
	}
	if got := Log(-1); got == got {
		t.Errorf("Log(-1) = %g, want NaN", got)
	}
}
