//go:build goexperiment.simd && go1.26 && !go1.27

package vector

import (
	"math"
	"simd/archsimd"
	"unsafe"
)

// The functions here are those of simd_amd64.go that take nine tenths of a step, sixteen samples at a time, for rows whose
// length is a multiple of sixteen. A sum's sixteen lanes are one register here.

var avx512 = archsimd.X86.AVX2() && archsimd.X86.AVX512()

type f32x16 = archsimd.Float32x16

func load16(p *float32, k int) f32x16 {
	return archsimd.LoadFloat32x16((*[16]float32)(unsafe.Pointer(at(p, k))))
}

func store16(x f32x16, p *float32, k int) { x.Store((*[16]float32)(unsafe.Pointer(at(p, k)))) }

func broadcast16(x *float32) f32x16 {
	return archsimd.BroadcastInt32x16(*(*int32)(unsafe.Pointer(x))).AsFloat32x16()
}

func addRowsAVX512(sumA, sumB, startA, startB, matrix, factorA, factorB *float32, stride, n, step int) {
	k := 0
	for ; k+64 <= stride; k += 64 {
		a, b := at(sumA, k), at(sumB, k)
		var a0, a1, a2, a3, b0, b1, b2, b3 f32x16
		if startA != nil {
			a0, b0 = broadcast16(startA), broadcast16(startB)
			a1, a2, a3, b1, b2, b3 = a0, a0, a0, b0, b0, b0
		} else {
			a0, a1, a2, a3 = load16(a, 0), load16(a, 16), load16(a, 32), load16(a, 48)
			b0, b1, b2, b3 = load16(b, 0), load16(b, 16), load16(b, 32), load16(b, 48)
		}
		row, fa, fb := at(matrix, k), factorA, factorB
		for i := n; ; {
			x, y := broadcast16(fa), broadcast16(fb)
			r := load16(row, 0)
			a0, b0 = a0.Add(x.Mul(r)), b0.Add(y.Mul(r))
			r = load16(row, 16)
			a1, b1 = a1.Add(x.Mul(r)), b1.Add(y.Mul(r))
			r = load16(row, 32)
			a2, b2 = a2.Add(x.Mul(r)), b2.Add(y.Mul(r))
			r = load16(row, 48)
			a3, b3 = a3.Add(x.Mul(r)), b3.Add(y.Mul(r))
			if i--; i == 0 {
				break
			}
			row, fa, fb = at(row, stride), at(fa, step), at(fb, step)
		}
		store16(a0, a, 0)
		store16(a1, a, 16)
		store16(a2, a, 32)
		store16(a3, a, 48)
		store16(b0, b, 0)
		store16(b1, b, 16)
		store16(b2, b, 32)
		store16(b3, b, 48)
	}
	for ; k < stride; k += 16 {
		var a, b f32x16
		if startA != nil {
			a, b = broadcast16(startA), broadcast16(startB)
		} else {
			a, b = load16(sumA, k), load16(sumB, k)
		}
		row, fa, fb := at(matrix, k), factorA, factorB
		for i := n; ; {
			r := load16(row, 0)
			a, b = a.Add(broadcast16(fa).Mul(r)), b.Add(broadcast16(fb).Mul(r))
			if i--; i == 0 {
				break
			}
			row, fa, fb = at(row, stride), at(fa, step), at(fb, step)
		}
		store16(a, sumA, k)
		store16(b, sumB, k)
	}
}

// weightRowsAVX512 writes the dot products of the rows dA and dB with every one of the inputs rows of in, four or more.
func weightRowsAVX512(weightA, weightB, dA, dB, in *float32, inputs, stride int) {
	for i := 0; i < inputs; i += 4 {
		i = min(i, inputs-4) // the last four may have been computed already
		var a0, a1, a2, a3, b0, b1, b2, b3 f32x16
		x, y, r0 := dA, dB, at(in, i*stride)
		r1, r2, r3 := at(r0, stride), at(r0, 2*stride), at(r0, 3*stride)
		for k := stride; ; {
			d, e := load16(x, 0), load16(y, 0)
			r := load16(r0, 0)
			a0, b0 = a0.Add(d.Mul(r)), b0.Add(e.Mul(r))
			r = load16(r1, 0)
			a1, b1 = a1.Add(d.Mul(r)), b1.Add(e.Mul(r))
			r = load16(r2, 0)
			a2, b2 = a2.Add(d.Mul(r)), b2.Add(e.Mul(r))
			r = load16(r3, 0)
			a3, b3 = a3.Add(d.Mul(r)), b3.Add(e.Mul(r))
			if k -= 16; k == 0 {
				break
			}
			x, y, r0, r1, r2, r3 = at(x, 16), at(y, 16), at(r0, 16), at(r1, 16), at(r2, 16), at(r3, 16)
		}
		dots := fold8(a0, a1, a2, a3, b0, b1, b2, b3)
		storeFour(dots.GetLo(), at(weightA, i))
		storeFour(dots.GetHi(), at(weightB, i))
	}
}

// sum8 returns the sums of eight rows.
func sum8(row *float32, stride int) f32x8 {
	var a0, a1, a2, a3, b0, b1, b2, b3 f32x16
	r0, r1, r2, r3 := row, at(row, stride), at(row, 2*stride), at(row, 3*stride)
	r4, r5, r6, r7 := at(row, 4*stride), at(row, 5*stride), at(row, 6*stride), at(row, 7*stride)
	for k := 0; k+16 <= stride; k += 16 {
		a0, b0 = a0.Add(load16(r0, k)), b0.Add(load16(r4, k))
		a1, b1 = a1.Add(load16(r1, k)), b1.Add(load16(r5, k))
		a2, b2 = a2.Add(load16(r2, k)), b2.Add(load16(r6, k))
		a3, b3 = a3.Add(load16(r3, k)), b3.Add(load16(r7, k))
	}
	return fold8(a0, a1, a2, a3, b0, b1, b2, b3)
}

// fold8 folds each of eight sums in half until one lane is left, two and then four of them in one register: those of a, then those
// of b.
func fold8(a0, a1, a2, a3, b0, b1, b2, b3 f32x16) f32x8 {
	c0, c1, c2, c3 := halvePair(a0, b0), halvePair(a1, b1), halvePair(a2, b2), halvePair(a3, b3)
	c01 := c0.SelectFromPairGrouped(0, 1, 4, 5, c1).Add(c0.SelectFromPairGrouped(2, 3, 6, 7, c1))
	c23 := c2.SelectFromPairGrouped(0, 1, 4, 5, c3).Add(c2.SelectFromPairGrouped(2, 3, 6, 7, c3))
	return c01.AddPairsGrouped(c23)
}

// halvePair folds a from sixteen lanes to eight and to four, and b as well; a's four come first.
func halvePair(a, b f32x16) f32x8 {
	a8, b8 := a.GetLo().Add(a.GetHi()), b.GetLo().Add(b.GetHi())
	return a8.Select128FromPair(0, 2, b8).Add(a8.Select128FromPair(1, 3, b8))
}

func tanhAVX512(matrix []float32) {
	t0, t1, t2, t3 := load16(&tanhColumns[0][0], 0), load16(&tanhColumns[1][0], 0), load16(&tanhColumns[2][0], 0), load16(&tanhColumns[3][0], 0)
	t4, t5, t6, t7 := load16(&tanhColumns[4][0], 0), load16(&tanhColumns[5][0], 0), load16(&tanhColumns[6][0], 0), load16(&tanhColumns[7][0], 0)
	c := &tanhConstants
	highest, quarter, first := broadcast16(&c[0]), broadcast16(&c[1]), broadcast16(&c[2]).AsInt32x16()
	sign := archsimd.BroadcastUint32x16(signBit)
	for k := 0; k+16 <= len(matrix); k += 16 {
		x := load16(&matrix[0], k).AsUint32x16()
		magnitude := x.AndNot(sign).AsFloat32x16()
		a := highest.Min(magnitude)
		i := a.AsInt32x16().ShiftAllRight(tanhShift).Max(first).AsUint32x16()
		r := a.Sub(t0.Permute(i))
		square := r.Mul(r)
		p := t7.Permute(i).Mul(r).Add(t6.Permute(i))
		p = p.Mul(square).Add(t5.Permute(i).Mul(r).Add(t4.Permute(i)))
		p = p.Mul(square).Add(t3.Permute(i).Mul(r).Add(t2.Permute(i)))
		start := t1.Permute(i).Merge(magnitude, magnitude.GreaterEqual(quarter)) // NaN is not, and stays NaN
		t := start.Add(p.Mul(r))
		store16(t.AsUint32x16().Or(x.And(sign)).AsFloat32x16(), &matrix[0], k)
	}
	archsimd.ClearAVXUpperBits()
}

func backTanhAVX512(delta, tanh []float32) {
	one := constant16(1)
	for k := 0; k+16 <= len(delta); k += 16 {
		t := load16(&tanh[0], k)
		store16(load16(&delta[0], k).Mul(one.Sub(t.Mul(t))), &delta[0], k)
	}
	archsimd.ClearAVXUpperBits()
}

func gaussianAVX512(loss, gradientMu, gradientZ, mu, z, y []float32, share *float32) {
	one, half := constant16(1), constant16(0.5)
	halfLog2Pi, part := constant16(HalfLog2Pi), broadcast16(share)
	sign := archsimd.BroadcastUint32x16(signBit)
	for k := 0; k+16 <= len(y); k += 16 {
		sigma, logSigma, slope := eluPlusOne16(load16(&z[0], k))
		r := load16(&y[0], k).Sub(load16(&mu[0], k)).Div(sigma)
		squared := r.Mul(r)
		store16(half.Mul(squared).Add(logSigma).Add(halfLog2Pi), &loss[0], k)
		store16(r.Div(sigma).AsUint32x16().Xor(sign).AsFloat32x16().Mul(part), &gradientMu[0], k)
		store16(one.Sub(squared).Mul(slope).Mul(part), &gradientZ[0], k)
	}
	archsimd.ClearAVXUpperBits()
}

func eluPlusOne16(z f32x16) (sigma, logSigma, slope f32x16) {
	var zero f32x16
	one := constant16(1)
	positive := z.Greater(zero)
	above := z.Add(one)
	sigma = above.Merge(exp16(z), positive)
	logSigma = log16(above).Merge(z, positive)
	slope = one.Div(above).Merge(one, positive)
	return
}

// exp16 is exp.
func exp16(x f32x16) f32x16 {
	c := &expConstants
	lowest, zero, one, round, perLn2 := c.at16(0), c.at16(1), c.at16(2), c.at16(3), c.at16(4)
	clamped := x.Max(lowest).Min(zero)
	shifted := clamped.Mul(perLn2).Add(round)
	k := shifted.Sub(round)
	r := clamped.Sub(k.Mul(c.at16(5)))
	r = r.Sub(k.Mul(c.at16(6)))
	p := c.at16(11).Mul(r).Add(c.at16(10))
	p = p.Mul(r).Add(c.at16(9))
	p = p.Mul(r).Add(c.at16(8))
	p = p.Mul(r).Add(c.at16(7))
	p = r.Mul(r).Mul(p).Add(r)
	p = p.Add(one)
	exponent := shifted.AsInt32x16().Sub(round.AsInt32x16())
	half := exponent.ShiftAllRight(1)
	first := half.ShiftAllLeft(23).Add(one.AsInt32x16()).AsFloat32x16()
	second := exponent.Sub(half).ShiftAllLeft(23).Add(one.AsInt32x16()).AsFloat32x16()
	return x.Merge(p.Mul(first).Mul(second), x.IsNaN())
}

// log16 is log.
func log16(x f32x16) f32x16 {
	c := &logConstants
	one, half, largest, hi, lo := c.at16(0), c.at16(1), c.at16(2), c.at16(3), c.at16(4)
	offset := archsimd.BroadcastInt32x16(sqrtHalf)
	bits := x.AsInt32x16().Sub(offset)
	k := bits.ShiftAllRight(23).ConvertToFloat32()
	f := bits.And(archsimd.BroadcastInt32x16(0x7fffff)).Add(offset).AsFloat32x16().Sub(one)
	p := c.at16(12).Mul(f).Add(c.at16(11))
	p = p.Mul(f).Add(c.at16(10))
	p = p.Mul(f).Add(c.at16(9))
	p = p.Mul(f).Add(c.at16(8))
	p = p.Mul(f).Add(c.at16(7))
	p = p.Mul(f).Add(c.at16(6))
	p = p.Mul(f).Add(c.at16(5))
	square := f.Mul(f)
	p = p.Mul(f).Mul(square).Add(k.Mul(lo))
	p = p.Sub(half.Mul(square))
	result := f.Add(p).Add(k.Mul(hi))
	return result.Merge(x, x.LessEqual(largest))
}

// constant16 is constant.
func constant16(x float32) f32x16 {
	return archsimd.BroadcastUint32x16(math.Float32bits(x)).AsFloat32x16()
}

func (c *constants) at16(i int) f32x16 { return load16(&c[i][0], 0) }
