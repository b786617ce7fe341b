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

// constant returns eight times a number known to the compiler, which then makes an integer of it.
func constant(x float32) f32x8 {
	return archsimd.BroadcastUint32x8(math.Float32bits(x)).AsFloat32x8()
}

const signBit = 1 << 31

func affineSIMD(out, in, weight, bias []float32, stride int) {
	inputs := len(in) / stride
	for j := range bias {
		addRowsSIMD(&out[j*stride], &in[0], &weight[j*inputs], stride, inputs, 1, &bias[j])
	}
	archsimd.ClearAVXUpperBits()
}

func backAffineSIMD(in, out, weight []float32, stride int) {
	inputs, outputs := len(in)/stride, len(out)/stride
	for i := range inputs {
		addRowsSIMD(&in[i*stride], &out[0], &weight[i], stride, outputs, inputs, nil)
	}
	archsimd.ClearAVXUpperBits()
}

// addRowsSIMD adds Σᵢ factor[i·step]·(row i of matrix), for n rows, to the row sum, in the order of i. With start, the sum
// starts there instead. As many vectors as the post's batch of 50 has stay in registers all the way.
func addRowsSIMD(sum, matrix, factor *float32, stride, n, step int, start *float32) {
	k := 0
	for ; k+56 <= stride; k += 56 {
		var s0, s1, s2, s3, s4, s5, s6 f32x8
		if start != nil {
			s0 = broadcast(start)
			s1, s2, s3, s4, s5, s6 = s0, s0, s0, s0, s0, s0
		} else {
			s0, s1, s2, s3 = load(sum, k), load(sum, k+8), load(sum, k+16), load(sum, k+24)
			s4, s5, s6 = load(sum, k+32), load(sum, k+40), load(sum, k+48)
		}
		from, weight := k, 0
		for range n {
			f, row := broadcast(at(factor, weight)), at(matrix, from)
			from, weight = from+stride, weight+step
			s0 = s0.Add(f.Mul(load(row, 0)))
			s1 = s1.Add(f.Mul(load(row, 8)))
			s2 = s2.Add(f.Mul(load(row, 16)))
			s3 = s3.Add(f.Mul(load(row, 24)))
			s4 = s4.Add(f.Mul(load(row, 32)))
			s5 = s5.Add(f.Mul(load(row, 40)))
			s6 = s6.Add(f.Mul(load(row, 48)))
		}
		store(s0, sum, k)
		store(s1, sum, k+8)
		store(s2, sum, k+16)
		store(s3, sum, k+24)
		store(s4, sum, k+32)
		store(s5, sum, k+40)
		store(s6, sum, k+48)
	}
	for ; k+16 <= stride; k += 16 {
		var s0, s1 f32x8
		if start != nil {
			s0 = broadcast(start)
			s1 = s0
		} else {
			s0, s1 = load(sum, k), load(sum, k+8)
		}
		from, weight := k, 0
		for range n {
			f, row := broadcast(at(factor, weight)), at(matrix, from)
			from, weight = from+stride, weight+step
			s0 = s0.Add(f.Mul(load(row, 0)))
			s1 = s1.Add(f.Mul(load(row, 8)))
		}
		store(s0, sum, k)
		store(s1, sum, k+8)
	}
	if k < stride {
		var s f32x8
		if start != nil {
			s = broadcast(start)
		} else {
			s = load(sum, k)
		}
		for i := range n {
			s = s.Add(broadcast(at(factor, i*step)).Mul(load(matrix, i*stride+k)))
		}
		store(s, sum, k)
	}
}

// tanhConstants are the constants of Tanh, each eight times: there are more of them than registers, and what is loaded whole
// need not be put together again.
var tanhConstants = repeat(1, 2, roundToInt, tanhMiddle, tanhHighest, 2*log2e,
	power1, power2, power3, power4, power5, tanh0, tanh1, tanh2, tanh3, tanh4)

func repeat(constants ...float32) (table [16][8]float32) {
	for i, c := range constants {
		for k := range table[i] {
			table[i][k] = c
		}
	}
	return table
}

func tanhSIMD(matrix []float32) {
	c := &tanhConstants
	table := func(i int) f32x8 { return archsimd.LoadFloat32x8(&c[i]) }
	one, two, round, middle, highest, twoLog2e := table(0), table(1), table(2), table(3), table(4), table(5)
	p1, p2, p3, p4, p5 := table(6), table(7), table(8), table(9), table(10)
	t0, t1, t2, t3, t4 := table(11), table(12), table(13), table(14), table(15)
	sign := archsimd.BroadcastUint32x8(signBit)
	for k := 0; k+8 <= len(matrix); k += 8 {
		x := load(&matrix[0], k).AsUint32x8()
		a := x.AndNot(sign).AsFloat32x8()

		w := a.Min(highest).Mul(twoLog2e)
		shifted := w.Add(round)
		f := w.Sub(shifted.Sub(round))
		p := p5.Mul(f).Add(p4)
		p = p.Mul(f).Add(p3)
		p = p.Mul(f).Add(p2)
		p = p.Mul(f).Add(p1)
		p = p.Mul(f).Add(one)
		e := p.AsUint32x8().Add(shifted.AsUint32x8().ShiftAllLeft(23)).AsFloat32x8()
		far := one.Sub(two.Div(e.Add(one)))

		z := a.Mul(a)
		q := t4.Mul(z).Add(t3)
		q = q.Mul(z).Add(t2)
		q = q.Mul(z).Add(t1)
		q = q.Mul(z).Add(t0)
		near := a.Add(a.Mul(z.Mul(q)))

		t := far.Merge(near, a.GreaterEqual(middle)) // NaN is near
		store(t.AsUint32x8().Or(x.And(sign)).AsFloat32x8(), &matrix[0], k)
	}
	archsimd.ClearAVXUpperBits()
}

func backTanhSIMD(delta, tanh []float32) {
	one := constant(1)
	for k := 0; k+8 <= len(delta); k += 8 {
		t := load(&tanh[0], k)
		store(load(&delta[0], k).Mul(one.Sub(t.Mul(t))), &delta[0], k)
	}
	archsimd.ClearAVXUpperBits()
}

func gradientSIMD(weight, bias, delta, in []float32, stride int) {
	inputs, outputs := len(in)/stride, len(bias)
	j := 0
	for ; j+4 <= outputs; j += 4 {
		d := &delta[j*stride]
		storeFour(sum4(d, stride, stride), &bias[j])
		if inputs == 1 { // four outputs at a time, as there are no four inputs
			storeFour(dot4(&in[0], d, stride, stride), &weight[j])
			continue
		}
		for row := range 4 {
			weightRow(&weight[(j+row)*inputs], at(d, row*stride), &in[0], inputs, stride)
		}
	}
	for ; j < outputs; j++ {
		d := &delta[j*stride]
		storeFirst(sum4(d, stride, 0), &bias[j])
		weightRow(&weight[j*inputs], d, &in[0], inputs, stride)
	}
	archsimd.ClearAVXUpperBits()
}

// weightRow writes the dot products of the row d with every row of in.
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
	k := 0
	for ; k+16 <= stride; k += 16 {
		x := load(d, k)
		low0 = low0.Add(x.Mul(load(r0, k)))
		low1 = low1.Add(x.Mul(load(r1, k)))
		low2 = low2.Add(x.Mul(load(r2, k)))
		low3 = low3.Add(x.Mul(load(r3, k)))
		x = load(d, k+8)
		high0 = high0.Add(x.Mul(load(r0, k+8)))
		high1 = high1.Add(x.Mul(load(r1, k+8)))
		high2 = high2.Add(x.Mul(load(r2, k+8)))
		high3 = high3.Add(x.Mul(load(r3, k+8)))
	}
	if k < stride {
		x := load(d, k)
		low0 = low0.Add(x.Mul(load(r0, k)))
		low1 = low1.Add(x.Mul(load(r1, k)))
		low2 = low2.Add(x.Mul(load(r2, k)))
		low3 = low3.Add(x.Mul(load(r3, k)))
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

// gaussianSIMD works on whole rows, padding included.
func gaussianSIMD(loss, gradientMu, gradientZ, mu, z, y []float32, share *float32) {
	var zero f32x8
	one, half, part := constant(1), constant(0.5), broadcast(share)
	sign := archsimd.BroadcastUint32x8(signBit)
	for k := 0; k+8 <= len(y); k += 8 {
		raw := load(&z[0], k)
		positive := raw.Greater(zero)
		above := raw.Add(one)
		sigma := above.Merge(exp(raw), positive)
		logSigma := log(above).Merge(raw, positive)
		slope := one.Div(above).Merge(one, positive)

		r := load(&y[0], k).Sub(load(&mu[0], k)).Div(sigma)
		squared := r.Mul(r)
		store(half.Mul(squared).Add(logSigma).Add(constant(HalfLog2Pi)), &loss[0], k)
		store(r.Div(sigma).AsUint32x8().Xor(sign).AsFloat32x8().Mul(part), &gradientMu[0], k)
		store(one.Sub(squared).Mul(slope).Mul(part), &gradientZ[0], k)
	}
	archsimd.ClearAVXUpperBits()
}

// exp is Exp for x ≤ 0 and NaN; above, its value is not used.
func exp(x f32x8) f32x8 {
	clamped := x.Max(constant(expLowest)).Min(constant(0))
	round := constant(roundToInt)
	shifted := clamped.Mul(constant(log2e)).Add(round)
	k := shifted.Sub(round)
	r := clamped.Sub(k.Mul(constant(ln2Hi)))
	r = r.Sub(k.Mul(constant(ln2Lo)))
	p := constant(exp4).Mul(r).Add(constant(exp3))
	p = p.Mul(r).Add(constant(exp2))
	p = p.Mul(r).Add(constant(exp1))
	p = p.Mul(r).Add(constant(exp0))
	p = r.Mul(r).Mul(p).Add(r)
	p = p.Add(constant(1))
	exponent := shifted.AsInt32x8().Sub(round.AsInt32x8())
	half := exponent.ShiftAllRight(1)
	offset := archsimd.BroadcastInt32x8(127)
	first := half.Add(offset).ShiftAllLeft(23).AsFloat32x8()
	second := exponent.Sub(half).Add(offset).ShiftAllLeft(23).AsFloat32x8()
	return x.Merge(p.Mul(first).Mul(second), x.IsNaN())
}

// log is Log for x ≥ 1, Inf and NaN; below, its value is not used.
func log(x f32x8) f32x8 {
	offset := archsimd.BroadcastInt32x8(sqrtHalf)
	bits := x.AsInt32x8().Sub(offset)
	k := bits.ShiftAllRight(23).ConvertToFloat32()
	f := bits.And(archsimd.BroadcastInt32x8(0x7fffff)).Add(offset).AsFloat32x8().Sub(constant(1))
	p := constant(log7).Mul(f).Add(constant(log6))
	p = p.Mul(f).Add(constant(log5))
	p = p.Mul(f).Add(constant(log4))
	p = p.Mul(f).Add(constant(log3))
	p = p.Mul(f).Add(constant(log2))
	p = p.Mul(f).Add(constant(log1))
	p = p.Mul(f).Add(constant(log0))
	square := f.Mul(f)
	p = p.Mul(f).Mul(square).Add(k.Mul(constant(ln2Lo)))
	p = p.Sub(constant(0.5).Mul(square))
	result := f.Add(p).Add(k.Mul(constant(ln2Hi)))
	return result.Merge(x, x.LessEqual(constant(math.MaxFloat32)))
}
