// Package vector holds the float32 arithmetic that a dense network is trained with, as loops along a batch of samples.
//
// A matrix is a slice of rows, one row a feature, one column a sample; every row is as long as the batch, padded to a
// multiple of [Width]. Each function does its additions in one fixed order and rounds every product before it is added
// (the conversions float32(x*y) forbid fused multiply-add), so results are the same bits on every platform. A vector
// unit can keep that order: sums over a batch run in [Lanes] interleaved partial sums.
//
// The functions are written twice, in plain Go here and with SIMD in simd_amd64.go. The plain ones say what is computed;
// the others are used where the build and the machine allow.
package vector

import "math"

const (
	// Width is the multiple to which the rows of a matrix are padded.
	Width = 8
	// Lanes is how many partial sums a sum over a row is kept in: element k belongs to lane k mod Lanes.
	Lanes = 16
)

// Padded returns the length of a row that holds n samples.
func Padded(n int) int {
	unit := Width
	if simd && n > 2*Width {
		unit = 4 * Width // the SIMD kernels work on four vectors at a time, and on single ones only at the end of a row
	}
	return (n + unit - 1) / unit * unit
}

// Path says which kernels run: "simd" or "plain". Both return the same bits.
func Path() string {
	if simd {
		return "simd"
	}
	return "plain"
}

// Affine computes out = W·in + b: row j of out is bias[j] + Σᵢ weight[j][i]·(row i of in), added in the order of i.
func Affine(out, in, weight, bias []float32, stride int) {
	if simd {
		affineSIMD(out, in, weight, bias, stride)
		return
	}
	inputs := len(in) / stride
	for j, b := range bias {
		row := out[j*stride:][:stride]
		for k := range row {
			row[k] = b
		}
		addRows(row, in, weight[j*inputs:][:inputs])
	}
}

// BackAffine computes in = Wᵀ·out: row i of in is Σⱼ weight[j][i]·(row j of out), added to 0 in the order of j. It carries the
// gradient with respect to a layer's outputs back to its inputs.
func BackAffine(in, out, weight []float32, stride int) {
	if simd {
		backAffineSIMD(in, out, weight, stride, new(float32))
		return
	}
	clear(in)
	AddBackAffine(in, out, weight, stride)
}

// AddBackAffine adds Wᵀ·out to what is in in, as BackAffine adds it to 0.
func AddBackAffine(in, out, weight []float32, stride int) {
	if simd {
		backAffineSIMD(in, out, weight, stride, nil)
		return
	}
	inputs, outputs := len(in)/stride, len(out)/stride
	column := make([]float32, 0, 64) // stays on the stack for layers up to 64 wide
	for i := range inputs {
		column = column[:0]
		for j := range outputs {
			column = append(column, weight[j*inputs+i])
		}
		addRows(in[i*stride:][:stride], out, column)
	}
}

// addRows adds Σᵢ factor[i]·(row i of matrix) to sum, in the order of i.
func addRows(sum, matrix, factor []float32) {
	stride := len(sum)
	i := 0
	for ; i+4 <= len(factor); i += 4 { // four rows for each load and store of sum; the order stays
		f0, f1, f2, f3 := factor[i], factor[i+1], factor[i+2], factor[i+3]
		r0 := matrix[i*stride:][:stride]
		r1 := matrix[(i+1)*stride:][:stride]
		r2 := matrix[(i+2)*stride:][:stride]
		r3 := matrix[(i+3)*stride:][:stride]
		for k := range sum {
			s := sum[k] + float32(f0*r0[k])
			s += float32(f1 * r1[k])
			s += float32(f2 * r2[k])
			sum[k] = s + float32(f3*r3[k])
		}
	}
	for ; i < len(factor); i++ {
		f, row := factor[i], matrix[i*stride:][:stride]
		for k := range sum {
			sum[k] += float32(f * row[k])
		}
	}
}

// TanhRows replaces every x of the matrix by tanh x.
func TanhRows(matrix []float32) {
	if simd {
		tanhSIMD(matrix)
		return
	}
	for k, x := range matrix {
		matrix[k] = Tanh(x)
	}
}

// BackTanh multiplies delta by the slope of tanh, written in terms of its value: 1 − tanh².
func BackTanh(delta, tanh []float32) {
	if simd {
		backTanhSIMD(delta, tanh)
		return
	}
	tanh = tanh[:len(delta)]
	for k := range delta {
		delta[k] *= 1 - float32(tanh[k]*tanh[k])
	}
}

// Gradient computes the gradient of a loss with respect to a layer's weights and biases from delta, that with respect to
// its outputs: weight[j][i] = (row j of delta)·(row i of in), bias[j] = the sum of row j of delta.
func Gradient(weight, bias, delta, in []float32, stride int) {
	if simd {
		gradientSIMD(weight, bias, delta, in, stride)
		return
	}
	inputs := len(in) / stride
	for j := range bias {
		d := delta[j*stride:][:stride]
		bias[j] = Sum(d)
		for i := range inputs {
			weight[j*inputs+i] = Dot(d, in[i*stride:][:stride])
		}
	}
}

// Dot returns the sum of the products of two rows. Lengths are equal multiples of Width.
func Dot(a, b []float32) float32 {
	if len(a) < Lanes {
		return fold(dot8(a, b))
	}
	l0, l1, l2, l3, l4, l5, l6, l7 := dot8(a, b)
	h0, h1, h2, h3, h4, h5, h6, h7 := dot8(a[8:], b[8:])
	return fold(l0+h0, l1+h1, l2+h2, l3+h3, l4+h4, l5+h5, l6+h6, l7+h7)
}

// dot8 returns the sums of the products in the first eight of the Lanes.
func dot8(a, b []float32) (s0, s1, s2, s3, s4, s5, s6, s7 float32) {
	b = b[:len(a)]
	for k := 0; k+8 <= len(a); k += Lanes {
		x, y := (*[8]float32)(a[k:k+8]), (*[8]float32)(b[k:k+8])
		s0 += float32(x[0] * y[0])
		s1 += float32(x[1] * y[1])
		s2 += float32(x[2] * y[2])
		s3 += float32(x[3] * y[3])
		s4 += float32(x[4] * y[4])
		s5 += float32(x[5] * y[5])
		s6 += float32(x[6] * y[6])
		s7 += float32(x[7] * y[7])
	}
	return
}

// Sum returns the sum of a row. The length is a multiple of Width.
func Sum(a []float32) (sum float32) {
	if simd && len(a) > 0 {
		sumSIMD(&sum, a)
		return sum
	}
	if len(a) < Lanes {
		return fold(sum8(a))
	}
	l0, l1, l2, l3, l4, l5, l6, l7 := sum8(a)
	h0, h1, h2, h3, h4, h5, h6, h7 := sum8(a[8:])
	return fold(l0+h0, l1+h1, l2+h2, l3+h3, l4+h4, l5+h5, l6+h6, l7+h7)
}

// sum8 returns the sums in the first eight of the Lanes.
func sum8(a []float32) (s0, s1, s2, s3, s4, s5, s6, s7 float32) {
	for len(a) >= 8 {
		x := (*[8]float32)(a)
		s0, s1, s2, s3, s4, s5, s6, s7 = s0+x[0], s1+x[1], s2+x[2], s3+x[3], s4+x[4], s5+x[5], s6+x[6], s7+x[7]
		if len(a) < Lanes {
			break
		}
		a = a[Lanes:]
	}
	return
}

// fold adds the second half of the lanes to the first until one is left.
func fold(s0, s1, s2, s3, s4, s5, s6, s7 float32) float32 {
	s0, s1, s2, s3 = s0+s4, s1+s5, s2+s6, s3+s7
	s0, s1 = s0+s2, s1+s3
	return s0 + s1
}

// LargestMagnitude returns the largest |x| in a, NaN if there is one.
func LargestMagnitude(a []float32) float32 {
	// Without their sign bit, floats are ordered as their bits are: finite, then Inf, then NaN.
	var largest uint32
	if simd {
		whole := len(a) / Width * Width
		largest, a = largestMagnitudeSIMD(a[:whole]), a[whole:]
	}
	for _, x := range a {
		largest = max(largest, math.Float32bits(x)&^(1<<31))
	}
	return math.Float32frombits(largest)
}

// AdamStep holds what one step of Adam does to every parameter.
type AdamStep struct {
	Beta1, Beta2 float32 // decay rates of the moments
	New1, New2   float32 // 1 − Beta1, 1 − Beta2
	Rate         float32 // step size of this step, bias corrections included
	Epsilon      float32 // added to the root of the second moment
}

// Apply updates the moments with the gradient and the parameters with the moments:
//
//	mean   = Beta1·mean + New1·g
//	square = Beta2·square + (New2·g)·g
//	p     −= (Rate·mean) / (√square + Epsilon)
func (s *AdamStep) Apply(parameter, gradient, mean, square []float32) {
	n := len(parameter)
	gradient, mean, square = gradient[:n], mean[:n], square[:n]
	if simd {
		whole := n / Width * Width
		adamSIMD(s, parameter[:whole], gradient, mean, square)
		parameter, gradient, mean, square = parameter[whole:], gradient[whole:], mean[whole:], square[whole:]
	}
	for i, g := range gradient {
		m := float32(s.Beta1*mean[i]) + float32(s.New1*g)
		v := float32(s.Beta2*square[i]) + float32(float32(s.New2*g)*g)
		mean[i], square[i] = m, v
		root := float32(math.Sqrt(float64(v)))
		parameter[i] -= float32(s.Rate*m) / (root + s.Epsilon)
	}
}
