package vector

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// BenchmarkKernels times each part of a step of the post's network, layer by layer, for a batch of 50.
func BenchmarkKernels(b *testing.B) {
	source := rand.New(rand.NewPCG(1, 1))
	stride := Padded(50)
	run := func(name string, kernel func()) {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				kernel()
			}
		})
	}
	for _, layer := range []struct{ inputs, outputs int }{{1, 12}, {12, 12}, {12, 2}} {
		in, out := matrix(source, layer.inputs, stride), matrix(source, layer.outputs, stride)
		weight, bias := matrix(source, layer.outputs, layer.inputs), matrix(source, layer.outputs, 1)
		name := func(kernel string) string { return fmt.Sprintf("%s-%d-%d", kernel, layer.inputs, layer.outputs) }
		run(name("Affine"), func() { Affine(out, in, weight, bias, stride) })
		if layer.inputs > 1 {
			run(name("BackAffine"), func() { BackAffine(in, out, weight, stride, 0, layer.inputs) })
		}
		run(name("Gradient"), func() { Gradient(weight, bias, out, in, stride, 0, layer.outputs) })
	}
	rows, tanh := matrix(source, 12, stride), matrix(source, 12, stride)
	run("TanhRows", func() { TanhRows(tanh) })
	run("BackTanh", func() { BackTanh(rows, tanh) })
	row := func(i int) []float32 { return rows[i*stride:][:stride] }
	run("Gaussian", func() { Gaussian(row(0), row(1), row(2), row(3), row(4), row(5), 0.02) })
	run("Sum", func() { rows[0] = Sum(row(1)) })
	parameter, gradient := matrix(source, 1, 368), matrix(source, 1, 368)
	mean, square := make([]float32, 368), make([]float32, 368)
	run("LargestMagnitude", func() { rows[0] = LargestMagnitude(gradient) })
	step := AdamStep{Beta1: 0.9, New1: 0.1, Beta2: 0.999, New2: 0.001, Rate: 0.0003, Epsilon: 1e-8}
	run("Adam", func() { step.Apply(parameter, gradient, mean, square) })
}
