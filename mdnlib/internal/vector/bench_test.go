package vector

import (
	"math/rand/v2"
	"testing"
)

// BenchmarkKernels times each part of a step for a layer of 12 × 12 and a batch of 50.
func BenchmarkKernels(b *testing.B) {
	source := rand.New(rand.NewPCG(1, 1))
	const width, batch = 12, 50
	stride := Padded(batch)
	in, out, rows := matrix(source, width, stride), matrix(source, width, stride), matrix(source, 8, stride)
	weight, bias := matrix(source, width, width), matrix(source, width, 1)
	parameters := [4][]float32{matrix(source, 1, 362), matrix(source, 1, 362), make([]float32, 362), make([]float32, 362)}
	step := AdamStep{Beta1: 0.9, New1: 0.1, Beta2: 0.999, New2: 0.001, Rate: 0.0003, Epsilon: 1e-8}
	row := func(i int) []float32 { return rows[i*stride:][:stride] }
	for _, kernel := range []struct {
		name string
		run  func()
	}{
		{"Affine", func() { Affine(out, in, weight, bias, stride) }},
		{"BackAffine", func() { BackAffine(out, in, weight, stride, 0, width) }},
		{"Gradient", func() { Gradient(weight, bias, out, in, stride, 0, width) }},
		{"TanhRows", func() { TanhRows(out) }},
		{"BackTanh", func() { BackTanh(out, in) }},
		{"Gaussian", func() { Gaussian(row(0), row(1), row(2), row(3), row(4), row(5), 0.02) }},
		{"Adam", func() { step.Apply(parameters[0], parameters[1], parameters[2], parameters[3]) }},
	} {
		b.Run(kernel.name, func(b *testing.B) {
			for b.Loop() {
				kernel.run()
			}
		})
	}
}
