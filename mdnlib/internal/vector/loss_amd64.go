//go:build goexperiment.simd && go1.26 && !go1.27

package vector

import (
	"math"
	"simd/archsimd"
)

// The losses of loss.go, eight samples at a time, on whole rows, padding included.

func gaussianSIMD(loss, gradientMu, gradientZ, mu, z, y []float32, share *float32) {
	if avx512 && len(y)%16 == 0 {
		gaussianAVX512(loss, gradientMu, gradientZ, mu, z, y, share)
		return
	}
	one, half, halfLog2Pi, part := constant(1), constant(0.5), constant(HalfLog2Pi), broadcast(share)
	sign := archsimd.BroadcastUint32x8(signBit)
	for k := 0; k+8 <= len(y); k += 8 {
		sigma, logSigma, slope := eluPlusOne(load(&z[0], k))
		r := load(&y[0], k).Sub(load(&mu[0], k)).Div(sigma)
		squared := r.Mul(r)
		store(half.Mul(squared).Add(logSigma).Add(halfLog2Pi), &loss[0], k)
		store(r.Div(sigma).AsUint32x8().Xor(sign).AsFloat32x8().Mul(part), &gradientMu[0], k)
		store(one.Sub(squared).Mul(slope).Mul(part), &gradientZ[0], k)
	}
	archsimd.ClearAVXUpperBits()
}

func mixtureSIMD(loss, gradientMu, gradientZ, gradientLogit, mu, z, logit, y []float32, scale *Scale, share *float32) {
	n := len(y)
	var zero f32x8
	one, half, halfLog2Pi, part := constant(1), constant(0.5), constant(HalfLog2Pi), broadcast(share)
	for k := 0; k+8 <= n; k += 8 {
		largest := load(&logit[0], k)
		for c := k + n; c < len(logit); c += n {
			largest = larger(load(&logit[0], c), largest)
		}
		var sum f32x8
		for c := k; c < len(logit); c += n {
			sum = sum.Add(exp(load(&logit[0], c).Sub(largest)))
		}
		total := largest.Add(log(sum))

		target := load(&y[0], k)
		for c := k; c < len(mu); c += n {
			sigma, logSigma, slope := scale.simd(load(&z[0], c))
			r := target.Sub(load(&mu[0], c)).Div(sigma)
			squared := r.Mul(r)
			logJoint := load(&logit[0], c).Sub(total).Sub(half.Mul(squared)).Sub(logSigma)
			store(r.Div(sigma), &gradientMu[0], c)
			store(one.Sub(squared).Mul(slope), &gradientZ[0], c)
			store(logJoint, &gradientLogit[0], c)
		}

		largest = load(&gradientLogit[0], k)
		for c := k + n; c < len(mu); c += n {
			largest = larger(load(&gradientLogit[0], c), largest)
		}
		sum = zero
		for c := k; c < len(mu); c += n {
			likelihood := exp(load(&gradientLogit[0], c).Sub(largest))
			store(likelihood, &gradientLogit[0], c)
			sum = sum.Add(likelihood)
		}
		store(halfLog2Pi.Sub(largest.Add(log(sum))), &loss[0], k)
		for c := k; c < len(mu); c += n {
			prior := exp(load(&logit[0], c).Sub(total))
			posterior := load(&gradientLogit[0], c).Div(sum)
			store(zero.Sub(posterior.Mul(load(&gradientMu[0], c))).Mul(part), &gradientMu[0], c)
			store(posterior.Mul(load(&gradientZ[0], c)).Mul(part), &gradientZ[0], c)
			store(prior.Sub(posterior).Mul(part), &gradientLogit[0], c)
		}
	}
	archsimd.ClearAVXUpperBits()
}

// larger returns x where it is larger than y, else y.
func larger(x, y f32x8) f32x8 { return x.Merge(y, x.Greater(y)) }

func (s *Scale) simd(z f32x8) (sigma, logSigma, slope f32x8) {
	if s.Softplus {
		sigma, logSigma, slope = softplus(z)
	} else {
		sigma, logSigma, slope = eluPlusOne(z)
	}
	if s.hasFloor() {
		raised := sigma.Add(broadcast(&s.Floor))
		slope = slope.Mul(sigma.Div(raised))
		sigma, logSigma = raised, log(raised)
	}
	return
}

func eluPlusOne(z f32x8) (sigma, logSigma, slope f32x8) {
	var zero f32x8
	one := constant(1)
	positive := z.Greater(zero)
	above := z.Add(one)
	sigma = above.Merge(exp(z), positive)
	logSigma = log(above).Merge(z, positive)
	slope = one.Div(above).Merge(one, positive)
	return
}

func softplus(z f32x8) (sigma, logSigma, slope f32x8) {
	var zero f32x8
	one, sign := constant(1), archsimd.BroadcastUint32x8(signBit)
	positive := z.Greater(zero)
	t := exp(z.AsUint32x8().Or(sign).AsFloat32x8())
	above := t.Add(one)
	share := one.Merge(log(above).Div(above.Sub(one)), above.Equal(one))
	sum := z.Add(t.Mul(share))
	sigma = sum.Merge(t.Mul(share), positive)
	logSigma = log(sum).Merge(z.Add(log(share)), positive)
	slope = one.Div(above.Mul(sum)).Merge(one.Div(above.Mul(share)), positive)
	return
}

var (
	expConstants = repeat(expLowest, 0, 1, roundToInt, log2e, ln2Hi, ln2Lo, exp0, exp1, exp2, exp3, exp4)
	logConstants = repeat(1, 0.5, math.MaxFloat32, ln2Hi, ln2Lo, log0, log1, log2, log3, log4, log5, log6, log7)
)

// exp is Exp for x ≤ 0 and NaN; above, its value is not used.
func exp(x f32x8) f32x8 {
	c := &expConstants
	lowest, zero, one, round, perLn2 := c.at(0), c.at(1), c.at(2), c.at(3), c.at(4)
	clamped := x.Max(lowest).Min(zero)
	shifted := clamped.Mul(perLn2).Add(round)
	k := shifted.Sub(round)
	r := clamped.Sub(k.Mul(c.at(5)))
	r = r.Sub(k.Mul(c.at(6)))
	p := c.at(11).Mul(r).Add(c.at(10))
	p = p.Mul(r).Add(c.at(9))
	p = p.Mul(r).Add(c.at(8))
	p = p.Mul(r).Add(c.at(7))
	p = r.Mul(r).Mul(p).Add(r)
	p = p.Add(one)
	exponent := shifted.AsInt32x8().Sub(round.AsInt32x8())
	half := exponent.ShiftAllRight(1)
	first := half.ShiftAllLeft(23).Add(one.AsInt32x8()).AsFloat32x8()
	second := exponent.Sub(half).ShiftAllLeft(23).Add(one.AsInt32x8()).AsFloat32x8()
	return x.Merge(p.Mul(first).Mul(second), x.IsNaN())
}

// log is Log for normal x > 0, Inf and NaN; for others, its value is not used.
func log(x f32x8) f32x8 {
	c := &logConstants
	one, half, largest, hi, lo := c.at(0), c.at(1), c.at(2), c.at(3), c.at(4)
	offset := archsimd.BroadcastInt32x8(sqrtHalf)
	bits := x.AsInt32x8().Sub(offset)
	k := bits.ShiftAllRight(23).ConvertToFloat32()
	f := bits.And(archsimd.BroadcastInt32x8(0x7fffff)).Add(offset).AsFloat32x8().Sub(one)
	p := c.at(12).Mul(f).Add(c.at(11))
	p = p.Mul(f).Add(c.at(10))
	p = p.Mul(f).Add(c.at(9))
	p = p.Mul(f).Add(c.at(8))
	p = p.Mul(f).Add(c.at(7))
	p = p.Mul(f).Add(c.at(6))
	p = p.Mul(f).Add(c.at(5))
	square := f.Mul(f)
	p = p.Mul(f).Mul(square).Add(k.Mul(lo))
	p = p.Sub(half.Mul(square))
	result := f.Add(p).Add(k.Mul(hi))
	return result.Merge(x, x.LessEqual(largest))
}
