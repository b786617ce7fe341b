//go:build goexperiment.simd && go1.27 && (amd64 || arm64 || wasm)

package vector

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// FuzzSIMD compares the SIMD kernels with their plain twins, bit for bit, on random shapes and on values of every kind. One
// NaN is as good as another.
func FuzzSIMD(f *testing.F) {
	if !fast {
		f.Skip("this machine has no SIMD that the kernels can use")
	}
	for seed := range uint64(200) {
		f.Add(seed, uint8(seed), uint8(seed*7), uint8(seed*3), uint8(seed%5))
	}
	f.Fuzz(func(t *testing.T, seed uint64, inputs, outputs, batch, kind uint8) {
		source := rand.New(rand.NewPCG(seed, 1))
		in, out := int(inputs%40)+1, int(outputs%40)+1
		stride := (int(batch%17) + 1) * registerWidth()
		values := func(n int) []float32 { return strange(source, n, kind) }

		both := func(name string, results func() [][]float32) {
			t.Helper()
			fast = false
			plain := results()
			fast = true
			eachWidth(func() {
				simd := results()
				for i := range simd {
					for k := range simd[i] {
						if !same(simd[i][k], plain[i][k]) {
							t.Fatalf("%s, %d inputs, %d outputs, rows of %d: number %d of result %d is %g (%08x) with registers of %d and %g (%08x) without",
								name, in, out, stride, k, i, simd[i][k], math.Float32bits(simd[i][k]), registerWidth(), plain[i][k], math.Float32bits(plain[i][k]))
						}
					}
				}
			})
		}
		matrixIn, matrixOut := values(in*stride), values(out*stride)
		weight, bias := values(in*out), values(out)
		both("Affine", func() [][]float32 {
			result := make([]float32, out*stride)
			Affine(result, matrixIn, weight, bias, stride)
			return [][]float32{result}
		})
		both("BackAffine", func() [][]float32 {
			result := slices.Clone(matrixIn)
			BackAffine(result, matrixOut, weight, stride, 0, in)
			return [][]float32{result}
		})
		both("Gradient", func() [][]float32 {
			w, b := make([]float32, in*out), make([]float32, out)
			Gradient(w, b, matrixOut, matrixIn, stride, 0, out)
			return [][]float32{w, b}
		})
		both("Gradient of panels", func() [][]float32 {
			w, b := make([]float32, in*out), make([]float32, out)
			if fast {
				Gradient(w, b, panelled(matrixOut, out, stride, Lanes), panelled(matrixIn, in, stride, Lanes), Lanes, 0, out)
			} else {
				Gradient(w, b, matrixOut, matrixIn, stride, 0, out)
			}
			return [][]float32{w, b}
		})
		both("TanhRows", func() [][]float32 {
			result := slices.Clone(matrixIn)
			TanhRows(result)
			return [][]float32{result}
		})
		tanh := values(out * stride)
		both("BackTanh", func() [][]float32 {
			result := slices.Clone(matrixOut)
			BackTanh(result, tanh)
			return [][]float32{result}
		})
		both("Sum", func() [][]float32 { return [][]float32{{Sum(matrixOut)}} })
		both("LargestMagnitude", func() [][]float32 { return [][]float32{{LargestMagnitude(weight)}} })
		gradient, mean, square := values(in*out), values(in*out), values(in*out)
		step := AdamStep{Beta1: 0.9, New1: 0.1, Beta2: 0.999, New2: 0.001, Rate: 0.0003, Epsilon: 1e-8}
		both("AdamStep.Apply", func() [][]float32 {
			p, m, v := slices.Clone(weight), slices.Clone(mean), slices.Clone(square)
			step.Apply(p, gradient, m, v)
			return [][]float32{p, m, v}
		})
		muRow, zRow, y := values(stride), values(stride), values(stride)
		both("Gaussian", func() [][]float32 {
			loss, gradientMu, gradientZ := make([]float32, stride), make([]float32, stride), make([]float32, stride)
			Gaussian(loss, gradientMu, gradientZ, muRow, zRow, y, 0.02)
			return [][]float32{loss, gradientMu, gradientZ}
		})
		components := int(outputs%6) + 1
		mu, z, logit := values(components*stride), values(components*stride), values(components*stride)
		for _, scale := range []Scale{{}, {Softplus: true}, {Floor: 1e-3}, {Softplus: true, Floor: 1e-3}} {
			both(fmt.Sprintf("Mixture, %+v", scale), func() [][]float32 {
				loss, gradientMu := make([]float32, stride), make([]float32, len(mu))
				gradientZ, gradientLogit := make([]float32, len(mu)), make([]float32, len(mu))
				Mixture(loss, gradientMu, gradientZ, gradientLogit, mu, z, logit, y, scale, 0.02)
				return [][]float32{loss, gradientMu, gradientZ, gradientLogit}
			})
		}
	})
}

// panelled returns the matrix cut into panels of so many columns.
func panelled(matrix []float32, rows, stride, columns int) (panels []float32) {
	for start := 0; start < stride; start += columns {
		for j := range rows {
			panels = append(panels, matrix[j*stride+start:][:min(columns, stride-start)]...)
		}
	}
	return panels
}

// strange returns numbers of one kind: ordinary ones, some from the edges of float32 among them, any bits at all, numbers
// where the functions change from one piece to another, or subnormal ones.
func strange(source *rand.Rand, n int, kind uint8) []float32 {
	edges := []float32{0, float32(math.Copysign(0, -1)), 1, -1, 1e-45, -1e-45, 0x1p-126, math.MaxFloat32, -math.MaxFloat32,
		float32(math.Inf(1)), float32(math.Inf(-1)), float32(math.NaN()), 0.65, -0.65, 9.5, -9.5, -104.5, -87.3, 88.7, 1e6, -18}
	values := make([]float32, n)
	for i := range values {
		switch kind % 5 {
		case 0:
			values[i] = float32(source.NormFloat64())
		case 1:
			values[i] = float32(source.NormFloat64() * 10)
			if source.IntN(4) == 0 {
				values[i] = edges[source.IntN(len(edges))]
			}
		case 2:
			values[i] = math.Float32frombits(source.Uint32())
		case 3:
			values[i] = math.Float32frombits(math.Float32bits(edges[source.IntN(len(edges))]) + uint32(source.IntN(5)) - 2)
		case 4:
			values[i] = math.Float32frombits(source.Uint32() & 0x80ffffff)
		}
	}
	return values
}

// TestAgree checks that the comparison that a newer Go has to pass when a program starts passes here, and that a kernel whose bits are
// others does not.
func TestAgree(t *testing.T) {
	if !fast {
		t.Skip("this machine has no SIMD that the kernels can use")
	}
	if !agree() || !fast {
		t.Error("the kernels do not agree with their plain twins")
	}
	right := expConstants
	defer func() { expConstants = right }()
	expConstants[9][3] *= 1.01
	if agree() {
		t.Error("a wrong constant is not noticed")
	}
}
