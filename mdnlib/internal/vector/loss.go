package vector

import "math"

// The losses of mixture density networks and their derivatives, for a batch. Rows are as long as y; a
// matrix has a row for each component.

// HalfLog2Pi is ½ log 2π.
const HalfLog2Pi = 0.91893853320467274178

// Gaussian computes the negative log likelihood of y under a normal distribution with mean mu and standard deviation
// σ = elu(z) + 1, and share times its derivatives by mu and z:
//
//	loss        = ½r² + log σ + ½ log 2π    with r = (y − mu)/σ
//	gradientMu  = −r/σ
//	gradientZ   = (1 − r²) · d log σ/dz
func Gaussian(loss, gradientMu, gradientZ, mu, z, y []float32, share float32) {
	n := len(y)
	loss, gradientMu, gradientZ, mu, z = loss[:n], gradientMu[:n], gradientZ[:n], mu[:n], z[:n]
	if fast {
		gaussianSIMD(loss, gradientMu, gradientZ, mu, z, y, &share)
		return
	}
	for k, target := range y {
		sigma, logSigma, slope := EluPlusOne(z[k])
		r := (target - mu[k]) / sigma
		square := float32(r * r)
		loss[k] = float32(0.5*square) + logSigma + HalfLog2Pi
		gradientMu[k] = -(r / sigma) * share
		gradientZ[k] = float32((1-square)*slope) * share
	}
}

// Mixture computes the negative log likelihood of y under a mixture of normal distributions, and share times its derivatives.
// Component c has the weight softmax(logit)_c, the mean mu_c and the standard deviation σ_c, which scale makes of z_c:
//
//	loss            = −log Σ_c weight_c · N(y; mu_c, σ_c)
//	gradientMu_c    = −π_c · r_c/σ_c                      with r_c = (y − mu_c)/σ_c
//	gradientZ_c     = π_c · (1 − r_c²) · d log σ_c/dz_c
//	gradientLogit_c = weight_c − π_c
//
// where π_c is the probability that y came from component c (Bishop 1994, eqs. 29 to 39). Sums of exponentials are taken
// relative to their largest term, so that none overflows and not all of them vanish. With one component it is Gaussian to the
// bit.
func Mixture(loss, gradientMu, gradientZ, gradientLogit, mu, z, logit, y []float32, scale Scale, share float32) {
	n, size := len(y), len(mu)
	loss, gradientMu, gradientZ, gradientLogit, z, logit = loss[:n], gradientMu[:size], gradientZ[:size], gradientLogit[:size], z[:size], logit[:size]
	if fast {
		mixtureSIMD(loss, gradientMu, gradientZ, gradientLogit, mu, z, logit, y, &scale, &share)
		return
	}
	for k, target := range y {
		largest := logit[k]
		for c := k + n; c < size; c += n {
			if logit[c] > largest {
				largest = logit[c]
			}
		}
		var sum float32
		for c := k; c < size; c += n {
			sum += Exp(logit[c] - largest)
		}
		total := largest + Log(sum)

		// What the derivatives are made of stays where they will be: r/σ, (1 − r²)·slope, log(weight · N · √2π).
		for c := k; c < size; c += n {
			sigma, logSigma, slope := scale.Sigma(z[c])
			r := (target - mu[c]) / sigma
			square := float32(r * r)
			gradientMu[c] = r / sigma
			gradientZ[c] = float32((1 - square) * slope)
			gradientLogit[c] = logit[c] - total - float32(0.5*square) - logSigma
		}

		largest = gradientLogit[k]
		for c := k + n; c < size; c += n {
			if gradientLogit[c] > largest {
				largest = gradientLogit[c]
			}
		}
		sum = 0
		for c := k; c < size; c += n {
			gradientLogit[c] = Exp(gradientLogit[c] - largest)
			sum += gradientLogit[c]
		}
		loss[k] = HalfLog2Pi - (largest + Log(sum))
		for c := k; c < size; c += n {
			prior := Exp(logit[c] - total)
			posterior := gradientLogit[c] / sum
			gradientMu[c] = (0 - float32(posterior*gradientMu[c])) * share
			gradientZ[c] = float32(posterior*gradientZ[c]) * share
			gradientLogit[c] = (prior - posterior) * share
		}
	}
}

// Scale is how a standard deviation σ is made of a raw output z, which may be negative.
type Scale struct {
	Softplus bool    // log(1 + eᶻ); otherwise elu(z) + 1
	Floor    float32 // added to it; 0 or a normal number
}

func (s *Scale) hasFloor() bool { return math.Float32bits(s.Floor) != 0 } // no comparison of floats, as SIMD code asks too

// Sigma returns σ, log σ, and the derivative of log σ by z.
func (s *Scale) Sigma(z float32) (sigma, logSigma, slope float32) {
	if s.Softplus {
		sigma, logSigma, slope = Softplus(z)
	} else {
		sigma, logSigma, slope = EluPlusOne(z)
	}
	if s.hasFloor() {
		raised := sigma + s.Floor
		slope *= sigma / raised
		sigma, logSigma = raised, Log(raised)
	}
	return
}

// EluPlusOne returns σ = elu(z) + 1, log σ, and the derivative of log σ by z. For z ≤ 0, σ is eᶻ and log σ is z: computed as
// elu(z) + 1, σ would round to 0 in float32 from z = −18 on.
func EluPlusOne(z float32) (sigma, logSigma, slope float32) {
	if z > 0 {
		sigma = z + 1
		return sigma, Log(sigma), 1 / sigma
	}
	return Exp(z), z, 1
}

// Softplus returns σ = log(1 + eᶻ), log σ, and the derivative of log σ by z. With t = e^−|z|, log(1 + t) = t·share has a
// share between log 2 and 1; log σ is then z + log share for z ≤ 0, which is right where σ itself rounds to 0.
func Softplus(z float32) (sigma, logSigma, slope float32) {
	t := Exp(math.Float32frombits(math.Float32bits(z) | 1<<31))
	above := t + 1
	share := float32(1)
	if above != 1 {
		share = Log(above) / (above - 1) // the error of above cancels (Goldberg 1991, theorem 4)
	}
	if z > 0 {
		sigma = z + float32(t*share)
		return sigma, Log(sigma), 1 / float32(above*sigma)
	}
	return t * share, z + Log(share), 1 / float32(above*share)
}
