//go:build !(goexperiment.simd && go1.27 && (amd64 || arm64 || wasm))

package vector

// Without SIMD the functions of vector.go do all the work themselves.

const fast = false

func registerWidth() int { panic("vector: no SIMD") }

func affineSIMD(out, in, weight, bias []float32, stride int)         { panic("vector: no SIMD") }
func backAffineSIMD(in, out, weight []float32, stride, from, to int) { panic("vector: no SIMD") }
func tanhSIMD(matrix []float32)                                      { panic("vector: no SIMD") }
func backTanhSIMD(delta, tanh []float32)                             { panic("vector: no SIMD") }
func gradientSIMD(sums *eightSums, weight, bias, delta, in []float32, stride, from, to int) {
	panic("vector: no SIMD")
}
func largestMagnitudeSIMD(a []float32) (bits uint32)                    { panic("vector: no SIMD") }
func adamSIMD(s *AdamStep, parameter, gradient, mean, square []float32) { panic("vector: no SIMD") }
func sumSIMD(sums *eightSums, sum *float32, a []float32)                { panic("vector: no SIMD") }
func gaussianSIMD(loss, gradientMu, gradientZ, mu, z, y []float32, share *float32) {
	panic("vector: no SIMD")
}
func mixtureSIMD(loss, gradientMu, gradientZ, gradientLogit, mu, z, logit, y []float32, scale *Scale, share *float32) {
	panic("vector: no SIMD")
}
