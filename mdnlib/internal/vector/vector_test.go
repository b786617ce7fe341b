package vector

import (
	"math"
	"math/rand/v2"
	"testing"
)

// matrix returns rows × stride random numbers.
func matrix(source *rand.Rand, rows, stride int) []float32 {
	m := make([]float32, rows*stride)
	for k := range m {
		m[k] = float32(source.NormFloat64())
	}
	return m
}

func same(a, b float32) bool {
	return math.Float32bits(a) == math.Float32bits(b) || a != a && b != b
}

// The tests below write each definition out, one number at a time, and ask for its bits.

func TestAffine(t *testing.T) {
	source := rand.New(rand.NewPCG(1, 1))
	for _, shape := range [][3]int{{1, 12, 50}, {12, 12, 50}, {12, 1, 1}, {7, 33, 13}, {5, 3, 32}} {
		inputs, outputs, stride := shape[0], shape[1], Padded(shape[2])
		in, weight, bias := matrix(source, inputs, stride), matrix(source, outputs, inputs), matrix(source, outputs, 1)
		out := make([]float32, outputs*stride)
		Affine(out, in, weight, bias, stride)
		one, first := make([]float32, outputs), make([]float32, inputs)
		for i := range first {
			first[i] = in[i*stride]
		}
		AffineOne(one, first, weight, bias)
		for j, got := range one {
			if want := out[j*stride]; !same(got, want) {
				t.Errorf("shape %v: output %d of the first sample alone is %g, want %g", shape, j, got, want)
			}
		}
		for j := range outputs {
			for k := range stride {
				want := bias[j]
				for i := range inputs {
					want += float32(weight[j*inputs+i] * in[i*stride+k])
				}
				if got := out[j*stride+k]; !same(got, want) {
					t.Fatalf("shape %v: output %d of sample %d is %g, want %g", shape, j, k, got, want)
				}
			}
		}
	}
}

func TestBackAffine(t *testing.T) {
	source := rand.New(rand.NewPCG(2, 1))
	for _, shape := range [][3]int{{12, 12, 50}, {12, 2, 50}, {7, 33, 13}, {3, 70, 1}} {
		inputs, outputs, stride := shape[0], shape[1], Padded(shape[2])
		out, weight, in := matrix(source, outputs, stride), matrix(source, outputs, inputs), matrix(source, inputs, stride)
		BackAffine(in, out, weight, stride, 0, inputs) // over what is there
		for i := range inputs {
			for k := range stride {
				var sum float32
				for j := range outputs {
					sum += float32(weight[j*inputs+i] * out[j*stride+k])
				}
				if got := in[i*stride+k]; !same(got, sum) {
					t.Fatalf("shape %v: input %d of sample %d is %g, want %g", shape, i, k, got, sum)
				}
			}
		}
	}
}

// laneSum adds terms as the package promises: element k in lane k mod 16, then the lanes folded in half.
func laneSum(terms []float32) float32 {
	var lane [Lanes]float32
	for k, x := range terms {
		lane[k%Lanes] += x
	}
	for half := Lanes / 2; half > 0; half /= 2 {
		for l := range half {
			lane[l] += lane[l+half]
		}
	}
	return lane[0]
}

// lengths returns row lengths to test: with SIMD they are whole vectors.
func lengths() []int {
	step := 1
	if fast {
		step = registerWidth()
	}
	var all []int
	for n := step; n <= 5*Lanes; n += step {
		all = append(all, n)
	}
	return all
}

func TestSum(t *testing.T) {
	source := rand.New(rand.NewPCG(3, 1))
	for _, n := range lengths() {
		row := matrix(source, 1, n)
		if got, want := Sum(row), laneSum(row); !same(got, want) {
			t.Errorf("Sum of %d is %g, want %g", n, got, want)
		}
	}
}

func TestGradient(t *testing.T) {
	source := rand.New(rand.NewPCG(4, 1))
	for _, stride := range lengths() {
		for _, shape := range [][2]int{{5, 3}, {1, 4}, {4, 1}, {12, 2}} {
			inputs, outputs := shape[0], shape[1]
			delta, in := matrix(source, outputs, stride), matrix(source, inputs, stride)
			weight, bias := make([]float32, inputs*outputs), make([]float32, outputs)
			Gradient(weight, bias, delta, in, stride, 0, outputs)
			products := make([]float32, stride)
			for j := range outputs {
				row := delta[j*stride:][:stride]
				if want := laneSum(row); !same(bias[j], want) {
					t.Errorf("%d × %d, rows of %d: bias %d is %g, want %g", outputs, inputs, stride, j, bias[j], want)
				}
				for i := range inputs {
					for k, x := range in[i*stride:][:stride] {
						products[k] = row[k] * x
					}
					if got, want := weight[j*inputs+i], laneSum(products); !same(got, want) {
						t.Errorf("%d × %d, rows of %d: weight %d, %d is %g, want %g", outputs, inputs, stride, j, i, got, want)
					}
				}
			}
		}
	}
}

func TestTanhRows(t *testing.T) {
	source := rand.New(rand.NewPCG(5, 1))
	inf, nan := float32(math.Inf(1)), float32(math.NaN())
	for _, scale := range []float32{0.1, 1, 10} { // nearly all below ¼, some, nearly none
		x := matrix(source, 30, 32)
		for k := range x {
			x[k] *= scale
		}
		copy(x, []float32{0, float32(math.Copysign(0, -1)), inf, -inf, nan, 0.25, -0.25, 1, -6, tanhHighest, -tanhHighest, math.MaxFloat32})
		y := append([]float32(nil), x...)
		TanhRows(y)
		for k := range x {
			if want := Tanh(x[k]); !same(y[k], want) {
				t.Errorf("tanh %g is %g, want %g", x[k], y[k], want)
			}
		}
	}
}

func TestBackTanh(t *testing.T) {
	source := rand.New(rand.NewPCG(6, 1))
	y, delta := matrix(source, 3, 32), matrix(source, 3, 32)
	back := append([]float32(nil), delta...)
	BackTanh(back, y)
	for k := range y {
		if want := delta[k] * (1 - float32(y[k]*y[k])); !same(back[k], want) {
			t.Errorf("slope times %g is %g, want %g", delta[k], back[k], want)
		}
	}
}

func TestLargestMagnitude(t *testing.T) {
	inf, nan := float32(math.Inf(1)), float32(math.NaN())
	for _, test := range []struct {
		values []float32
		want   float32
	}{
		{nil, 0}, {[]float32{0, -3, 2}, 3}, {[]float32{1e-45, -1e-44}, 1e-44}, {[]float32{1, -inf, 2}, inf}, {[]float32{inf, nan, 2}, nan},
	} {
		if got := LargestMagnitude(test.values); !same(got, test.want) {
			t.Errorf("LargestMagnitude(%v) = %g, want %g", test.values, got, test.want)
		}
	}
}

// TestAdamStep compares one step with the same formula in float64.
func TestAdamStep(t *testing.T) {
	source := rand.New(rand.NewPCG(6, 1))
	const n = 40
	s := AdamStep{Beta1: 0.9, New1: 0.1, Beta2: 0.999, New2: 0.001, Rate: 0.01, Epsilon: 1e-8}
	parameter, gradient, mean, square := matrix(source, 1, n), matrix(source, 1, n), matrix(source, 1, n), matrix(source, 1, n)
	for i := range square {
		square[i] *= square[i]
	}
	was := append([]float32(nil), parameter...)
	wasMean, wasSquare := append([]float32(nil), mean...), append([]float32(nil), square...)
	s.Apply(parameter, gradient, mean, square)
	for i := range parameter {
		g := float64(gradient[i])
		m := 0.9*float64(wasMean[i]) + 0.1*g
		v := 0.999*float64(wasSquare[i]) + 0.001*g*g
		want := float64(was[i]) - 0.01*m/(math.Sqrt(v)+1e-8)
		if math.Abs(float64(parameter[i])-want) > 3e-7*max(1, math.Abs(want)) || math.Abs(float64(mean[i])-m) > 1e-6 || math.Abs(float64(square[i])-v) > 1e-6*max(1, v) {
			t.Errorf("parameter %g, mean %g, square %g; want %g, %g, %g", parameter[i], mean[i], square[i], want, m, v)
		}
	}
}
