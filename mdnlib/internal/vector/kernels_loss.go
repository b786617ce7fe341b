//go:build goexperiment.simd && go1.27 && (arm64 || wasm)

package vector

import "simd/archsimd"

// The losses of loss.go on whole rows, padding included.

func gaussianSIMD(loss, gradientMu, gradientZ, mu, z, y []float32, share *float32) {
	one, half, halfLog2Pi, part := every(&lossConstants, 0), every(&lossConstants, 1), every(&lossConstants, 2), broadcast(share)
	sign := archsimd.BroadcastUint32x4(signBit)
	for k := 0; k < len(y); k += width {
		sigma, logSigma, slope := eluPlusOne(load(&z[0], k))
		r := load(&y[0], k).Sub(load(&mu[0], k)).Div(sigma)
		squared := r.Mul(r)
		store(half.Mul(squared).Add(logSigma).Add(halfLog2Pi), &loss[0], k)
		store(r.Div(sigma).ToBits().Xor(sign).BitsToFloat32().Mul(part), &gradientMu[0], k)
		store(one.Sub(squared).Mul(slope).Mul(part), &gradientZ[0], k)
	}
	clearUpper()
}

func mixtureSIMD(loss, gradientMu, gradientZ, gradientLogit, mu, z, logit, y []float32, scale *Scale, share *float32) {
	n := len(y)
	var zero archsimd.Float32x4
	one, half, halfLog2Pi, part := every(&lossConstants, 0), every(&lossConstants, 1), every(&lossConstants, 2), broadcast(share)
	for k := 0; k < n; k += width {
		largest := load(&logit[0], k)
		for c := k + n; c < len(logit); c += n {
			largest = larger(load(&logit[0], c), largest)
		}
		var sum archsimd.Float32x4
		for c := k; c < len(logit); c += n {
			sum = sum.Add(exp(load(&logit[0], c).Sub(largest)))
		}
		total := largest.Add(log(sum))

		target := load(&y[0], k)
		for c := k; c < len(mu); c += n {
			sigma, logSigma, slope := sigmaOf(scale, load(&z[0], c))
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
	clearUpper()
}

// larger returns x where it is larger than y, else y.
func larger(x, y archsimd.Float32x4) archsimd.Float32x4 { return x.IfElse(x.Greater(y), y) }

// sigmaOf is Scale.Sigma.
func sigmaOf(s *Scale, z archsimd.Float32x4) (sigma, logSigma, slope archsimd.Float32x4) {
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

func eluPlusOne(z archsimd.Float32x4) (sigma, logSigma, slope archsimd.Float32x4) {
	var zero archsimd.Float32x4
	one := every(&lossConstants, 0)
	positive := z.Greater(zero)
	above := z.Add(one)
	sigma = above.IfElse(positive, exp(z))
	logSigma = log(above).IfElse(positive, z)
	slope = one.Div(above).IfElse(positive, one)
	return
}

func softplus(z archsimd.Float32x4) (sigma, logSigma, slope archsimd.Float32x4) {
	var zero archsimd.Float32x4
	one, sign := every(&lossConstants, 0), archsimd.BroadcastUint32x4(signBit)
	positive := z.Greater(zero)
	t := exp(z.ToBits().Or(sign).BitsToFloat32())
	above := t.Add(one)
	share := one.IfElse(above.Equal(one), log(above).Div(above.Sub(one)))
	sum := z.Add(t.Mul(share))
	sigma = sum.IfElse(positive, t.Mul(share))
	logSigma = log(sum).IfElse(positive, z.Add(log(share)))
	slope = one.Div(above.Mul(sum)).IfElse(positive, one.Div(above.Mul(share)))
	return
}

// exp is Exp for x ≤ 0 and NaN; above, its value is not used.
func exp(x archsimd.Float32x4) archsimd.Float32x4 {
	c := &expConstants
	lowest, zero, one, round, perLn2 := every(c, 0), every(c, 1), every(c, 2), every(c, 3), every(c, 4)
	clamped := x.Max(lowest).Min(zero)
	shifted := clamped.Mul(perLn2).Add(round)
	k := shifted.Sub(round)
	r := clamped.Sub(k.Mul(every(c, 5)))
	r = r.Sub(k.Mul(every(c, 6)))
	p := every(c, 11).Mul(r).Add(every(c, 10))
	p = p.Mul(r).Add(every(c, 9))
	p = p.Mul(r).Add(every(c, 8))
	p = p.Mul(r).Add(every(c, 7))
	p = r.Mul(r).Mul(p).Add(r)
	p = p.Add(one)
	exponent := shifted.ToBits().BitsToInt32().Sub(round.ToBits().BitsToInt32())
	half := exponent.ShiftAllRight(1)
	unit := one.ToBits().BitsToInt32()
	first := half.ShiftAllLeft(23).Add(unit).ToBits().BitsToFloat32()
	second := exponent.Sub(half).ShiftAllLeft(23).Add(unit).ToBits().BitsToFloat32()
	return p.Mul(first).Mul(second).IfElse(x.Equal(x), x)
}

// log is Log for normal x > 0, Inf and NaN; for others, its value is not used.
func log(x archsimd.Float32x4) archsimd.Float32x4 {
	c := &logConstants
	one, half, largest, hi, lo := every(c, 0), every(c, 1), every(c, 2), every(c, 3), every(c, 4)
	offset := archsimd.BroadcastInt32x4(sqrtHalf)
	bits := x.ToBits().BitsToInt32().Sub(offset)
	k := bits.ShiftAllRight(23).ConvertToFloat32()
	f := bits.And(archsimd.BroadcastInt32x4(0x7fffff)).Add(offset).ToBits().BitsToFloat32().Sub(one)
	p := every(c, 12).Mul(f).Add(every(c, 11))
	p = p.Mul(f).Add(every(c, 10))
	p = p.Mul(f).Add(every(c, 9))
	p = p.Mul(f).Add(every(c, 8))
	p = p.Mul(f).Add(every(c, 7))
	p = p.Mul(f).Add(every(c, 6))
	p = p.Mul(f).Add(every(c, 5))
	square := f.Mul(f)
	p = p.Mul(f).Mul(square).Add(k.Mul(lo))
	p = p.Sub(half.Mul(square))
	result := f.Add(p).Add(k.Mul(hi))
	return result.IfElse(x.LessEqual(largest), x)
}
