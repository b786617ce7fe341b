//go:build goexperiment.simd && go1.27 && (amd64 || arm64 || wasm)

package vector

import (
	"math"
	"slices"
)

// agree reports whether the kernels return the bits of their plain twins for a layer of 5 × 7 and rows of 32.
// It is how a Go is tried that the tests have not been run with: the packages that the kernels are made of are an experiment still.
func agree() bool {
	if !fast {
		return false
	}
	quick := sample()
	fast = false
	defer func() { fast = true }()
	return slices.Equal(quick, sample())
}

// sample returns the bits of what every kernel makes of fixed numbers. Rows are as long as with SIMD in either case.
func sample() (bits []uint32) {
	const inputs, outputs, stride, size = 5, 7, 2 * Lanes, 3 * Lanes
	numbers := func(n int, scale float32) []float32 {
		values := make([]float32, n)
		for i := range values {
			values[i] = scale * (float32(i*7%23) - 10.5)
		}
		return values
	}
	in, weight, bias := numbers(inputs*stride, 0.1), numbers(inputs*outputs, 0.05), numbers(outputs, 0.2)
	out, back := make([]float32, outputs*stride), make([]float32, inputs*stride)
	Affine(out, in, weight, bias, stride)
	TanhRows(out)
	BackAffine(back, out, weight, stride, 0, inputs)
	BackTanh(back, in)
	slope, biasSlope := make([]float32, inputs*outputs), make([]float32, outputs)
	Gradient(slope, biasSlope, out, in, stride, 0, outputs)
	parameter, mean, square := numbers(size, 0.3), numbers(size, 0.01), make([]float32, size)
	step := AdamStep{Beta1: 0.9, New1: 0.1, Beta2: 0.999, New2: 0.001, Rate: 0.0003, Epsilon: 1e-8}
	step.Apply(parameter, numbers(size, 0.7), mean, square)
	results := [][]float32{out, back, slope, biasSlope, parameter, mean, square, {Sum(in[:stride]), LargestMagnitude(in)}}

	mu, z, logit, y := numbers(2*stride, 0.2), numbers(2*stride, 0.3), numbers(2*stride, 0.4), numbers(stride, 0.5)
	for range 6 {
		results = append(results, make([]float32, 2*stride))
	}
	loss, slopes := results[len(results)-6:], results[len(results)-4:]
	Gaussian(loss[0][:stride], slopes[0][:stride], slopes[0][stride:], mu[:stride], z[:stride], y, 0.02)
	Mixture(loss[0][stride:], slopes[1], slopes[2], slopes[3], mu, z, logit, y, Scale{}, 0.02)
	Mixture(loss[1][:stride], slopes[1], slopes[2], slopes[3], mu, z, logit, y, Scale{Softplus: true, Floor: 0.01}, 0.02)
	for _, values := range results {
		for _, x := range values {
			bits = append(bits, math.Float32bits(x))
		}
	}
	return bits
}
