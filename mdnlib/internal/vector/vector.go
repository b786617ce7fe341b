// Package vector holds the float32 arithmetic that a dense network is trained with, as loops along a batch of samples.
//
// A matrix is a slice of rows, one row a feature, one column a sample; every row is as long as [Padded] says for the batch. Each
// function does its additions in one fixed order and rounds every product before it is added (the conversions float32(x*y) forbid
// fused multiply-add), so results are the same bits on every platform. A vector unit can keep that order: sums over a batch run in
// [Lanes] interleaved partial sums.
//
// The functions are written twice: in plain Go here, in loss.go and in math.go, and with SIMD in kernels.go and kernels_loss.go. The
// plain ones say what is computed; the others are used where the build and the machine allow (README.md says which, and why).
package vector

import "math"

// Lanes is how many partial sums a sum over a row is kept in: element k belongs to lane k mod Lanes.
const Lanes = 16

// eightSums is room for eight sums: while they are in lanes, and after. Kernels are given it, as it would be cleared between them.
type eightSums struct {
	lanes  [8][Lanes]float32
	folded [8]float32
}

// Padded returns the length of a row that holds n samples: n in plain Go, and whole registers with SIMD.
func Padded(n int) int {
	if !fast {
		return n
	}
	unit := registerWidth()
	if n > Lanes && unit > 4 { // wide registers four at a time, as products take them
		unit = min(4*unit, 2*Lanes)
	}
	return (n + unit - 1) / unit * unit
}

// Panel returns how many columns the panels of a matrix for a batch have, but for the last one: with SIMD few enough to be near
// when the next layer reads what one has computed, and in plain Go, which waits for arithmetic alone, all of them.
func Panel(batch int) int {
	const columns = 64
	if fast && batch > columns {
		return columns
	}
	return Padded(batch)
}

// Path says which kernels run: "simd" or "plain". Both return the same bits.
func Path() string {
	if fast {
		return "simd"
	}
	return "plain"
}

// Affine computes out = W·in + b: row j of out is bias[j] + Σᵢ weight[j][i]·(row i of in), added in the order of i.
func Affine(out, in, weight, bias []float32, stride int) {
	if fast {
		affineSIMD(out, in, weight, bias, stride)
		return
	}
	inputs, outputs := len(in)/stride, len(bias)
	for j := 0; j < outputs; j += 2 {
		other := min(j+1, outputs-1) // a row without a partner is its own: computed twice, and stored twice the same
		addRows(out[j*stride:][:stride], out[other*stride:][:stride], bias[j], bias[other], in, weight[j*inputs:], weight[other*inputs:], inputs, 1)
	}
}

// AffineOne is Affine for one sample: out[j] is bias[j] + Σᵢ weight[j][i]·in[i], added in the order of i. There is nothing to compute
// side by side but the outputs, whose weights lie apart; so it is plain everywhere.
func AffineOne(out, in, weight, bias []float32) {
	n, j := len(in), 0
	for ; j+4 <= len(out); j += 4 { // four sums that need not wait for each other
		w0, w1, w2, w3 := weight[j*n:][:n], weight[(j+1)*n:][:n], weight[(j+2)*n:][:n], weight[(j+3)*n:][:n]
		s0, s1, s2, s3 := bias[j], bias[j+1], bias[j+2], bias[j+3]
		for i, x := range in {
			s0, s1 = s0+float32(w0[i]*x), s1+float32(w1[i]*x)
			s2, s3 = s2+float32(w2[i]*x), s3+float32(w3[i]*x)
		}
		out[j], out[j+1], out[j+2], out[j+3] = s0, s1, s2, s3
	}
	for ; j < len(out); j++ {
		s := bias[j]
		for i, w := range weight[j*n:][:n] {
			s += float32(w * in[i])
		}
		out[j] = s
	}
}

// BackAffine computes the rows from up to to of in = Wᵀ·out: row i of in is Σⱼ weight[j][i]·(row j of out), added to 0 in the order
// of j. It carries the gradient with respect to a layer's outputs back to its inputs.
func BackAffine(in, out, weight []float32, stride, from, to int) {
	if fast {
		backAffineSIMD(in, out, weight, stride, from, to)
		return
	}
	inputs, outputs := len(in)/stride, len(out)/stride
	for i := from; i < to; i += 2 {
		other := min(i+1, to-1)
		addRows(in[i*stride:][:stride], in[other*stride:][:stride], 0, 0, out, weight[i:], weight[other:], outputs, inputs)
	}
}

// addRows computes two rows of sums, start + Σᵢ factor[i·step]·(row i of matrix) for n rows, each with a start and factors of its
// own, added in the order of i. The two may be one row with the same start and factors.
func addRows(sumA, sumB []float32, startA, startB float32, matrix, factorA, factorB []float32, n, step int) {
	stride := len(sumA)
	i := 0
	for ; i+4 <= n; i += 4 { // four rows for each load and store of the sums; the order stays
		addFour(sumA, sumB, i == 0, startA, startB, matrix[i*stride:],
			factorA[i*step], factorA[(i+1)*step], factorA[(i+2)*step], factorA[(i+3)*step],
			factorB[i*step], factorB[(i+1)*step], factorB[(i+2)*step], factorB[(i+3)*step])
	}
	for ; i < n; i++ {
		addOne(sumA, sumB, i == 0, startA, startB, matrix[i*stride:], factorA[i*step], factorB[i*step])
	}
}

// addFour adds the first four rows of the matrix, times a0 to a3 to sumA and times b0 to b3 to sumB. If first is true, these begin
// with their starts. It is a function of its own so that the compiler has registers for all that its loops need.
func addFour(sumA, sumB []float32, first bool, startA, startB float32, matrix []float32, a0, a1, a2, a3, b0, b1, b2, b3 float32) {
	n := len(sumA)
	sumB = sumB[:n]
	r0, r1, r2, r3 := matrix[:n], matrix[n:][:n], matrix[2*n:][:n], matrix[3*n:][:n]
	if first {
		for k := range n {
			s, t := plus(startA, startB, a0, b0, r0[k])
			s, t = plus(s, t, a1, b1, r1[k])
			s, t = plus(s, t, a2, b2, r2[k])
			sumA[k], sumB[k] = plus(s, t, a3, b3, r3[k])
		}
		return
	}
	for k := range n {
		s, t := plus(sumA[k], sumB[k], a0, b0, r0[k])
		s, t = plus(s, t, a1, b1, r1[k])
		s, t = plus(s, t, a2, b2, r2[k])
		sumA[k], sumB[k] = plus(s, t, a3, b3, r3[k])
	}
}

// addOne is addFour for one row.
func addOne(sumA, sumB []float32, first bool, startA, startB float32, matrix []float32, a, b float32) {
	n := len(sumA)
	sumB, row := sumB[:n], matrix[:n]
	if first {
		for k, r := range row {
			sumA[k], sumB[k] = plus(startA, startB, a, b, r)
		}
		return
	}
	for k, r := range row {
		sumA[k], sumB[k] = plus(sumA[k], sumB[k], a, b, r)
	}
}

// plus adds to each of two sums the product of r with its factor.
func plus(s, t, a, b, r float32) (float32, float32) { return s + float32(a*r), t + float32(b*r) }

// TanhRows replaces every x of the matrix by tanh x.
func TanhRows(matrix []float32) {
	if fast {
		tanhSIMD(matrix)
		return
	}
	tanhPlain(matrix, &tanhTable)
}

// BackTanh multiplies delta by the slope of tanh, written in terms of its value: 1 − tanh².
func BackTanh(delta, tanh []float32) {
	if fast {
		backTanhSIMD(delta, tanh)
		return
	}
	tanh = tanh[:len(delta)]
	for k := range delta {
		delta[k] *= 1 - float32(tanh[k]*tanh[k])
	}
}

// Gradient computes the gradient of a loss with respect to the weights and biases of a layer's outputs from up to to, from delta,
// that with respect to its outputs: weight[j][i] = (row j of delta)·(row i of in), bias[j] = the sum of row j of delta.
//
// With SIMD, rows may be longer than stride. Both matrices then consist of panels, one after the other, each a matrix of the next
// stride columns, the last of what is left; stride is a multiple of [Lanes].
func Gradient(weight, bias, delta, in []float32, stride, from, to int) {
	if fast {
		gradientSIMD(new(eightSums), weight, bias, delta, in, stride, from, to)
		return
	}
	for j := from; j < to; j++ {
		bias[j] = Sum(delta[j*stride:][:stride])
	}
	inputs := len(weight) / len(bias)
	if inputs == 1 { // a product's factors may change places, and dotRows likes many rows
		dotRows(weight[from:to], weight[from:to], in, in, delta[from*stride:])
		return
	}
	for j := from; j < to; j += 2 {
		other := min(j+1, to-1) // as in Affine
		dotRows(weight[j*inputs:][:inputs], weight[other*inputs:][:inputs], delta[j*stride:][:stride], delta[other*stride:][:stride], in)
	}
}

// dotRows writes the dot products of the rows a and b with every row of in. Products of one pair of rows are added in lanes,
// which are folded as Sum folds them.
func dotRows(toA, toB, a, b, in []float32) {
	stride := len(a)
	b = b[:stride]
	var lanes [6][Lanes]float32
	for i := 0; i < len(toA); i += 3 {
		// Three rows for each load of a and b. Near the end they are not all different.
		i1, i2 := min(i+1, len(toA)-1), min(i+2, len(toA)-1)
		r0, r1, r2 := in[i*stride:][:stride], in[i1*stride:][:stride], in[i2*stride:][:stride]
		for lane := range Lanes {
			var a0, a1, a2, b0, b1, b2 float32
			for k := lane; k < stride; k += Lanes {
				x, y := a[k], b[k]
				r := r0[k]
				a0, b0 = a0+float32(x*r), b0+float32(y*r)
				r = r1[k]
				a1, b1 = a1+float32(x*r), b1+float32(y*r)
				r = r2[k]
				a2, b2 = a2+float32(x*r), b2+float32(y*r)
			}
			lanes[0][lane], lanes[1][lane], lanes[2][lane] = a0, a1, a2
			lanes[3][lane], lanes[4][lane], lanes[5][lane] = b0, b1, b2
		}
		toA[i], toA[i1], toA[i2] = fold(&lanes[0]), fold(&lanes[1]), fold(&lanes[2])
		toB[i], toB[i1], toB[i2] = fold(&lanes[3]), fold(&lanes[4]), fold(&lanes[5])
	}
}

// Sum returns the sum of a row, in lanes. With SIMD the length is one that Padded returns.
func Sum(a []float32) (total float32) {
	if fast && len(a) > 0 {
		sumSIMD(new(eightSums), &total, a)
		return total
	}
	var lanes [Lanes]float32
	whole := len(a) / Lanes * Lanes
	for half := 0; half < Lanes; half += Lanes / 2 { // which stays in registers
		var s0, s1, s2, s3, s4, s5, s6, s7 float32
		for k := half; k < whole; k += Lanes {
			x := (*[Lanes / 2]float32)(a[k:])
			s0, s1, s2, s3 = s0+x[0], s1+x[1], s2+x[2], s3+x[3]
			s4, s5, s6, s7 = s4+x[4], s5+x[5], s6+x[6], s7+x[7]
		}
		sum := (*[Lanes / 2]float32)(lanes[half:])
		sum[0], sum[1], sum[2], sum[3], sum[4], sum[5], sum[6], sum[7] = s0, s1, s2, s3, s4, s5, s6, s7
	}
	for lane, x := range a[whole:] {
		lanes[lane] += x
	}
	return fold(&lanes)
}

// fold adds the second half of the lanes to the first until one is left.
func fold(s *[Lanes]float32) float32 {
	s0, s1, s2, s3 := s[0]+s[8], s[1]+s[9], s[2]+s[10], s[3]+s[11]
	s4, s5, s6, s7 := s[4]+s[12], s[5]+s[13], s[6]+s[14], s[7]+s[15]
	s0, s1, s2, s3 = s0+s4, s1+s5, s2+s6, s3+s7
	return (s0 + s2) + (s1 + s3)
}

// LargestMagnitude returns the largest |x| in a, NaN if there is one.
func LargestMagnitude(a []float32) float32 {
	// Without their sign bit, floats are ordered as their bits are: finite, then Inf, then NaN.
	var largest uint32
	if fast {
		whole := len(a) / Lanes * Lanes
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
	if fast {
		whole := n / Lanes * Lanes
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
