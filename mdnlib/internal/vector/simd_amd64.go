//go:build goexperiment.simd && go1.26 && !go1.27

package vector

import (
	"math"
	"simd/archsimd"
	"unsafe"
)

// The functions here do what their namesakes in vector.go and math.go do, eight samples at a time, in the same order of
// operations and with the same roundings, so that they return the same bits.
//
// None of them may hold a Go float, and each ends by clearing the upper halves of the registers: Go compiles scalar floats
// to instructions of the time before AVX, and each of those costs a hundred nanoseconds while those halves are in use. So
// numbers are broadcast from memory as integers.

var simd = archsimd.X86.AVX2()

type (
	f32x4 = archsimd.Float32x4
	f32x8 = archsimd.Float32x8
)

// at returns the address k floats after p. The exported functions have checked the lengths: a check at each load would cost
// as much as the arithmetic.
func at(p *float32, k int) *float32 { return (*float32)(unsafe.Add(unsafe.Pointer(p), 4*k)) }

func load(p *float32, k int) f32x8 {
	return archsimd.LoadFloat32x8((*[8]float32)(unsafe.Pointer(at(p, k))))
}

func store(x f32x8, p *float32, k int) { x.Store((*[8]float32)(unsafe.Pointer(at(p, k)))) }

// broadcast returns eight times *x.
func broadcast(x *float32) f32x8 {
	return archsimd.BroadcastInt32x8(*(*int32)(unsafe.Pointer(x))).AsFloat32x8()
}

// constant returns eight times a number known to the compiler, which then makes an integer of it. It belongs before a loop.
func constant(x float32) f32x8 {
	return archsimd.BroadcastUint32x8(math.Float32bits(x)).AsFloat32x8()
}

const signBit = 1 << 31

// A wide layer's matrix does not fit into the first-level cache, and would be read from further away for every pair of its
// outputs. So the products go block by block of its rows, which stay near while all outputs use them. The sums are added in the
// same order as without blocks.

// blockRows returns how many rows of the given length are a block: 16 KiB, half of the usual first-level cache.
func blockRows(stride int) int { return max(4, 4096/stride) }

func affineSIMD(out, in, weight, bias []float32, stride int) {
	inputs, outputs, block := len(in)/stride, len(bias), blockRows(stride)
	wide := avx512 && stride%16 == 0
	for i := 0; i < inputs; i += block {
		n := min(block, inputs-i)
		for j := 0; j < outputs; j += 2 {
			other := min(j+1, outputs-1) // a row without a partner is its own: computed twice, and stored twice the same
			startA, startB := &bias[j], &bias[other]
			if i > 0 {
				startA, startB = nil, nil
			}
			if wide {
				addRowsAVX512(&out[j*stride], &out[other*stride], startA, startB,
					&in[i*stride], &weight[j*inputs+i], &weight[other*inputs+i], stride, n, 1)
			} else {
				addRowsSIMD(&out[j*stride], &out[other*stride], startA, startB,
					&in[i*stride], &weight[j*inputs+i], &weight[other*inputs+i], stride, n, 1)
			}
		}
	}
	archsimd.ClearAVXUpperBits()
}

func backAffineSIMD(in, out, weight []float32, stride int) {
	start := new(float32) // the first block starts every sum at 0, the others go on
	inputs, outputs, block := len(in)/stride, len(out)/stride, blockRows(stride)
	wide := avx512 && stride%16 == 0
	for j := 0; j < outputs; j += block {
		n := min(block, outputs-j)
		for i := 0; i < inputs; i += 2 {
			other := min(i+1, inputs-1)
			if wide {
				addRowsAVX512(&in[i*stride], &in[other*stride], start, start,
					&out[j*stride], &weight[j*inputs+i], &weight[j*inputs+other], stride, n, inputs)
			} else {
				addRowsSIMD(&in[i*stride], &in[other*stride], start, start,
					&out[j*stride], &weight[j*inputs+i], &weight[j*inputs+other], stride, n, inputs)
			}
		}
		start = nil
	}
	archsimd.ClearAVXUpperBits()
}

// addRowsSIMD adds Σᵢ factor[i·step]·(row i of matrix), for n rows, to two rows of sums, each with factors of its own, in the
// order of i. With starts, the sums begin there instead. Two rows of sums share each load of a row, and four vectors of each
// stay in registers all the way.
//
// Addresses walk from row to row, because the compiler computes base + offset anew for every load; and they stop at the
// last row, because a pointer must not leave its array.
func addRowsSIMD(sumA, sumB, startA, startB, matrix, factorA, factorB *float32, stride, n, step int) {
	k := 0
	for ; k+32 <= stride; k += 32 {
		a, b := at(sumA, k), at(sumB, k)
		var a0, a1, a2, a3, b0, b1, b2, b3 f32x8
		if startA != nil {
			a0, b0 = broadcast(startA), broadcast(startB)
			a1, a2, a3, b1, b2, b3 = a0, a0, a0, b0, b0, b0
		} else {
			a0, a1, a2, a3 = load(a, 0), load(a, 8), load(a, 16), load(a, 24)
			b0, b1, b2, b3 = load(b, 0), load(b, 8), load(b, 16), load(b, 24)
		}
		row, fa, fb := at(matrix, k), factorA, factorB
		for i := n; ; {
			x, y := broadcast(fa), broadcast(fb)
			r := load(row, 0)
			a0, b0 = a0.Add(x.Mul(r)), b0.Add(y.Mul(r))
			r = load(row, 8)
			a1, b1 = a1.Add(x.Mul(r)), b1.Add(y.Mul(r))
			r = load(row, 16)
			a2, b2 = a2.Add(x.Mul(r)), b2.Add(y.Mul(r))
			r = load(row, 24)
			a3, b3 = a3.Add(x.Mul(r)), b3.Add(y.Mul(r))
			if i--; i == 0 {
				break
			}
			row, fa, fb = at(row, stride), at(fa, step), at(fb, step)
		}
		store(a0, a, 0)
		store(a1, a, 8)
		store(a2, a, 16)
		store(a3, a, 24)
		store(b0, b, 0)
		store(b1, b, 8)
		store(b2, b, 16)
		store(b3, b, 24)
	}
	for ; k < stride; k += 8 {
		var a, b f32x8
		if startA != nil {
			a, b = broadcast(startA), broadcast(startB)
		} else {
			a, b = load(sumA, k), load(sumB, k)
		}
		row, fa, fb := at(matrix, k), factorA, factorB
		for i := n; ; {
			r := load(row, 0)
			a, b = a.Add(broadcast(fa).Mul(r)), b.Add(broadcast(fb).Mul(r))
			if i--; i == 0 {
				break
			}
			row, fa, fb = at(row, stride), at(fa, step), at(fb, step)
		}
		store(a, sumA, k)
		store(b, sumB, k)
	}
}

// constants are numbers, each sixteen times: the compiler would put a broadcast together anew in every turn of a loop, and loads
// what lies ready.
type constants [16][16]float32

func repeat(numbers ...float32) (c constants) {
	for i, x := range numbers {
		for k := range c[i] {
			c[i][k] = x
		}
	}
	return c
}

func (c *constants) at(i int) f32x8 { return load(&c[i][0], 0) }

// tanhColumns is tanhTable with every interval's column at the low four bits of its number, which is all that a permutation looks
// at.
var tanhColumns = tanhByNumber()

func tanhByNumber() (columns [8][16]float32) {
	for row := range tanhTable {
		for i := range tanhTable[row] {
			columns[row][(tanhFirst+i)%16] = tanhTable[row][i]
		}
	}
	return columns
}

// tanhConstants are numbers that tanh broadcasts; the last two, the numbers of the first interval and of the last one below 2, are
// integers.
var tanhConstants = [4]float32{tanhHighest, 0.25, math.Float32frombits(tanhFirst), math.Float32frombits(255)}

func tanhSIMD(matrix []float32) {
	if avx512 && len(matrix)%16 == 0 {
		tanhAVX512(matrix)
		return
	}
	c := &tanhConstants
	highest, quarter, first, below2 := broadcast(&c[0]), broadcast(&c[1]), broadcast(&c[2]).AsInt32x8(), broadcast(&c[3]).AsInt32x8()
	sign := archsimd.BroadcastUint32x8(signBit)
	for k := 0; k+8 <= len(matrix); k += 8 {
		x := load(&matrix[0], k).AsUint32x8()
		magnitude := x.AndNot(sign).AsFloat32x8()
		a := highest.Min(magnitude)
		i := a.AsInt32x8().ShiftAllRight(tanhShift).Max(first)
		from2 := i.Greater(below2)
		r := a.Sub(tanhOf(0, i, from2))
		square := r.Mul(r)
		p := tanhOf(7, i, from2).Mul(r).Add(tanhOf(6, i, from2))
		p = p.Mul(square).Add(tanhOf(5, i, from2).Mul(r).Add(tanhOf(4, i, from2)))
		p = p.Mul(square).Add(tanhOf(3, i, from2).Mul(r).Add(tanhOf(2, i, from2)))
		start := tanhOf(1, i, from2).Merge(magnitude, magnitude.GreaterEqual(quarter)) // NaN is not, and stays NaN
		t := start.Add(p.Mul(r))
		store(t.AsUint32x8().Or(x.And(sign)).AsFloat32x8(), &matrix[0], k)
	}
	archsimd.ClearAVXUpperBits()
}

// tanhOf returns a row of the table at the intervals of numbers i; from2 says which of them begin at 2 or above, and have their columns
// in the first half.
func tanhOf(row int, i archsimd.Int32x8, from2 archsimd.Mask32x8) f32x8 {
	t := &tanhColumns[row]
	at := i.AsUint32x8()
	return load(&t[0], 0).Permute(at).Merge(load(&t[8], 0).Permute(at), from2)
}

func backTanhSIMD(delta, tanh []float32) {
	if avx512 && len(delta)%16 == 0 {
		backTanhAVX512(delta, tanh)
		return
	}
	one := constant(1)
	for k := 0; k+8 <= len(delta); k += 8 {
		t := load(&tanh[0], k)
		store(load(&delta[0], k).Mul(one.Sub(t.Mul(t))), &delta[0], k)
	}
	archsimd.ClearAVXUpperBits()
}

func gradientSIMD(weight, bias, delta, in []float32, stride int) {
	biasGradient(bias, delta, stride)
	inputs, outputs, block := len(in)/stride, len(bias), blockRows(stride)
	if inputs == 1 { // four outputs at a time, as there are no four inputs: a product's factors may change places
		weightRow(&weight[0], &in[0], &delta[0], outputs, stride)
		archsimd.ClearAVXUpperBits()
		return
	}
	for i := 0; i < inputs; i += block {
		n, rows := min(block, inputs-i), &in[i*stride]
		j := 0
		if avx512 && stride%16 == 0 && n >= 4 {
			for ; j+2 <= outputs; j += 2 {
				weightRowsAVX512(&weight[j*inputs+i], &weight[(j+1)*inputs+i], &delta[j*stride], &delta[(j+1)*stride], rows, n, stride)
			}
		}
		for ; j < outputs; j++ {
			weightRow(&weight[j*inputs+i], &delta[j*stride], rows, n, stride)
		}
	}
	archsimd.ClearAVXUpperBits()
}

// biasGradient writes the sum of every row of delta.
func biasGradient(bias, delta []float32, stride int) {
	j := 0
	if avx512 && stride%16 == 0 {
		for ; j+8 <= len(bias); j += 8 {
			store(sum8(&delta[j*stride], stride), &bias[j], 0)
		}
	}
	for ; j+4 <= len(bias); j += 4 {
		storeFour(sum4(&delta[j*stride], stride, stride), &bias[j])
	}
	for ; j < len(bias); j++ {
		storeFirst(sum4(&delta[j*stride], stride, 0), &bias[j])
	}
}

// weightRow writes the dot products of the row d with every one of the inputs rows of in.
func weightRow(weight, d, in *float32, inputs, stride int) {
	i := 0
	for ; i+4 <= inputs; i += 4 {
		storeFour(dot4(d, at(in, i*stride), stride, stride), at(weight, i))
	}
	for ; i < inputs; i++ {
		storeFirst(dot4(d, at(in, i*stride), stride, 0), at(weight, i))
	}
}

func storeFour(x f32x4, to *float32) { x.Store((*[4]float32)(unsafe.Pointer(to))) }

// storeFirst writes the first of four lanes, as the integer that its bits are.
func storeFirst(x f32x4, to *float32) { *(*uint32)(unsafe.Pointer(to)) = x.AsUint32x4().GetElem(0) }

// dot4 returns the dot products of the row d with four rows, step apart.
func dot4(d, row *float32, stride, step int) f32x4 {
	var low0, low1, low2, low3, high0, high1, high2, high3 f32x8
	r0, r1, r2, r3 := row, at(row, step), at(row, 2*step), at(row, 3*step)
	for k := stride; ; {
		x := load(d, 0)
		low0 = low0.Add(x.Mul(load(r0, 0)))
		low1 = low1.Add(x.Mul(load(r1, 0)))
		low2 = low2.Add(x.Mul(load(r2, 0)))
		low3 = low3.Add(x.Mul(load(r3, 0)))
		if k == 8 {
			break
		}
		x = load(d, 8)
		high0 = high0.Add(x.Mul(load(r0, 8)))
		high1 = high1.Add(x.Mul(load(r1, 8)))
		high2 = high2.Add(x.Mul(load(r2, 8)))
		high3 = high3.Add(x.Mul(load(r3, 8)))
		if k -= 16; k == 0 {
			break
		}
		d, r0, r1, r2, r3 = at(d, 16), at(r0, 16), at(r1, 16), at(r2, 16), at(r3, 16)
	}
	return fold4(halve(low0.Add(high0)), halve(low1.Add(high1)), halve(low2.Add(high2)), halve(low3.Add(high3)))
}

// sum4 returns the sums of four rows, step apart.
func sum4(row *float32, stride, step int) f32x4 {
	var low0, low1, low2, low3, high0, high1, high2, high3 f32x8
	r0, r1, r2, r3 := row, at(row, step), at(row, 2*step), at(row, 3*step)
	k := 0
	for ; k+16 <= stride; k += 16 {
		low0, high0 = low0.Add(load(r0, k)), high0.Add(load(r0, k+8))
		low1, high1 = low1.Add(load(r1, k)), high1.Add(load(r1, k+8))
		low2, high2 = low2.Add(load(r2, k)), high2.Add(load(r2, k+8))
		low3, high3 = low3.Add(load(r3, k)), high3.Add(load(r3, k+8))
	}
	if k < stride {
		low0 = low0.Add(load(r0, k))
		low1 = low1.Add(load(r1, k))
		low2 = low2.Add(load(r2, k))
		low3 = low3.Add(load(r3, k))
	}
	return fold4(halve(low0.Add(high0)), halve(low1.Add(high1)), halve(low2.Add(high2)), halve(low3.Add(high3)))
}

func sumSIMD(sum *float32, a []float32) {
	storeFirst(sum4(&a[0], len(a), 0), sum)
	archsimd.ClearAVXUpperBits()
}

// halve adds lane l+4 to lane l.
func halve(x f32x8) f32x4 { return x.GetLo().Add(x.GetHi()) }

// fold4 folds each of four times four lanes, l+2 onto l and then 1 onto 0, and returns the four sums.
func fold4(a, b, c, d f32x4) f32x4 {
	ab := a.SelectFromPair(0, 1, 4, 5, b).Add(a.SelectFromPair(2, 3, 6, 7, b))
	cd := c.SelectFromPair(0, 1, 4, 5, d).Add(c.SelectFromPair(2, 3, 6, 7, d))
	return ab.SelectFromPair(0, 2, 4, 6, cd).Add(ab.SelectFromPair(1, 3, 5, 7, cd))
}

// largestMagnitudeSIMD returns the bits of the largest magnitude in a, whose length is a multiple of Width.
func largestMagnitudeSIMD(a []float32) (bits uint32) {
	sign := archsimd.BroadcastUint32x8(signBit)
	var largest archsimd.Uint32x8
	for k := 0; k+8 <= len(a); k += 8 {
		largest = largest.Max(load(&a[0], k).AsUint32x8().AndNot(sign))
	}
	var lanes [8]uint32
	largest.Store(&lanes)
	archsimd.ClearAVXUpperBits()
	for i := range lanes { // by index: ranging over a copy of the array copies it with legacy instructions
		bits = max(bits, lanes[i])
	}
	return bits
}

// adamSIMD applies a step to parameters whose number is a multiple of Width.
func adamSIMD(s *AdamStep, parameter, gradient, mean, square []float32) {
	beta1, new1 := broadcast(&s.Beta1), broadcast(&s.New1)
	beta2, new2 := broadcast(&s.Beta2), broadcast(&s.New2)
	rate, epsilon := broadcast(&s.Rate), broadcast(&s.Epsilon)
	for k := 0; k+8 <= len(parameter); k += 8 {
		g := load(&gradient[0], k)
		m := beta1.Mul(load(&mean[0], k)).Add(new1.Mul(g))
		v := beta2.Mul(load(&square[0], k)).Add(new2.Mul(g).Mul(g))
		store(m, &mean[0], k)
		store(v, &square[0], k)
		store(load(&parameter[0], k).Sub(rate.Mul(m).Div(v.Sqrt().Add(epsilon))), &parameter[0], k)
	}
	archsimd.ClearAVXUpperBits()
}
