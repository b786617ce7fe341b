package mdnlib

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/integrate/quad"
	"gonum.org/v1/gonum/mathext"
	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

// MSE returns the mean squared error of the law's mean on the data, in y's units squared.
func MSE(law Law, d Data) float64 {
	return d.mean(func(x, y float64) float64 {
		residual := y - law(x).Mean()
		return residual * residual
	})
}

// NLL returns the law's mean negative log likelihood on the data, in nats. Lower is better, and on enough new data no law
// is below the truth's.
func NLL(law Law, d Data) float64 {
	return d.mean(func(x, y float64) float64 { return -law(x).LogProb(y) })
}

// each returns the score of every pair.
func (d Data) each(score func(x, y float64) float64) []float64 {
	if err := d.Check(); err != nil {
		panic(fmt.Sprintf("mdnlib: cannot score: %v", err))
	}
	scores := make([]float64, d.Len())
	for i := range scores {
		scores[i] = score(d.X[i], d.Y[i])
	}
	return scores
}

// mean returns the mean of score over the pairs.
func (d Data) mean(score func(x, y float64) float64) float64 {
	sum := 0.0
	for _, v := range d.each(score) {
		sum += v
	}
	return sum / float64(d.Len())
}

// CRPS returns the law's mean continuous ranked probability score on the data, in y's units: the squared gap between the
// CDF that was predicted and the step at the y that came, summed over all y (Gneiting and Raftery 2007, eq. 20 and 21,
// with the sign that makes it an error). Lower is better. For a law without spread it is the mean absolute error.
//
// It is in closed form for normal distributions, Student's t (infinite with ½ a degree of freedom or less), a [Mixture], a
// [PointMass], and any distribution that has a method CRPS(y float64) float64. For others it is integrated: to within 1e-6 of its
// value where the CDF is smooth and there is a standard deviation, 1e-5 where the tails are as heavy as those of Cauchy's
// distribution, and some 5e-3 where the CDF has steps. With tails heavier than that the integral comes out too small.
func CRPS(law Law, d Data) float64 {
	return d.mean(func(x, y float64) float64 { return crps(law(x), y) })
}

func crps(p Distribution, y float64) float64 {
	switch p := p.(type) {
	case interface{ CRPS(y float64) float64 }:
		return p.CRPS(y)
	case PointMass:
		return math.Abs(y - float64(p))
	case rescaled:
		return p.units.scaleY * crps(p.of, p.inside(y))
	case studentsT:
		return crps(p.StudentsT, y)
	case distuv.Normal: // Gneiting and Raftery 2007, section 4.2
		return meanDistance(y-p.Mu, p.Sigma) - p.Sigma/math.SqrtPi
	case distuv.StudentsT:
		return p.Sigma * studentsTCRPS(p.Nu, (y-p.Mu)/p.Sigma)
	}
	return integratedCRPS(p, y)
}

// studentsTCRPS returns the CRPS of Student's t with Mu 0 and Sigma 1. With ½ a degree of freedom or less the tails are so heavy
// that it is infinite. The closed form is that of Jordan, Krüger and Lerch 2019, appendix A,
//
//	z(2F(z) − 1) + 2f(z)(ν + z²)/(ν−1) − 2√ν/(ν−1) · B(½, ν−½)/B(½, ν/2)²
//
// with 2f(0)ν taken out of the last two terms. They are then (e^(a(ν−1)) − 1)/(ν−1) with two values of a, and where ν is 1, and
// both terms are infinite, the difference of these: that is Cauchy's distribution.
func studentsTCRPS(nu, z float64) float64 {
	if nu <= 0.5 {
		return math.Inf(1)
	}
	above1 := nu - 1
	atY := -math.Log1p(z*z/nu) / 2
	apart := (mathext.Lbeta(0.5, nu-0.5) - mathext.Lbeta(0.5, nu/2)) / above1
	if math.Abs(above1) < 1e-4 { // where that is 0/0, its series
		const zeta3 = 1.2020569031595942
		apart = -math.Ln2 + float64(above1*(math.Pi*math.Pi/8-float64(above1*7/4*zeta3)))
	}
	growth := func(a float64) float64 {
		if above1 == 0 {
			return a
		}
		return math.Expm1(a*above1) / above1
	}
	unit := distuv.StudentsT{Sigma: 1, Nu: nu}
	return float64(z*(float64(2*unit.CDF(z))-1)) + float64(2*unit.Prob(0)*nu*(growth(atY)-growth(apart)))
}

// integratedCRPS returns the CRPS of any distribution: by Gauss and Legendre, with 16 points in each interval between its
// quantiles and y. The outermost quantiles, at the shares that a normal distribution has beyond 6 standard deviations,
// leave next to nothing out, unless the tails are heavier than Cauchy's: it is the squares of the shares beyond that count.
func integratedCRPS(p Distribution, y float64) float64 {
	marks := []float64{y}
	for z := -6.0; z <= 6; z++ {
		marks = append(marks, p.Quantile(normalCDF(z)))
	}
	slices.Sort(marks)
	sum := 0.0
	for i, low := range marks[:len(marks)-1] {
		sum += quad.Fixed(func(v float64) float64 {
			gap := p.CDF(v)
			if low >= y {
				gap = 1 - gap
			}
			return gap * gap
		}, low, marks[i+1], 16, quad.Legendre{}, 0)
	}
	return sum
}

func normalCDF(z float64) float64 { return math.Erfc(-z/math.Sqrt2) / 2 }

// PIT returns the probability integral transform of every pair: the share of the law at x that is at or below y (Dawid
// 1984; Gneiting, Balabdaoui and Raftery 2007). Where the law is the truth, they are uniform on [0, 1]; piled up at both
// ends they say that it is too sure, in the middle that it is not sure enough. Where it has no noise, they are 0 or 1.
func PIT(law Law, d Data) []float64 {
	return d.each(func(x, y float64) float64 { return law(x).CDF(y) })
}

// Coverage returns the share of the pairs whose y is inside the law's central interval of the given level, from
// Quantile((1−level)/2) to Quantile((1+level)/2). Where the law is right it is the level, give or take chance. It panics
// unless the level is between 0 and 1.
func Coverage(law Law, d Data, level float64) float64 {
	low, high := interval(level)
	return d.mean(func(x, y float64) float64 {
		p := law(x)
		share := p.CDF(y) // which says as much as the two quantiles, and is faster
		inside := low <= share && share <= high
		if !inside && math.IsInf(p.LogProb(y), 1) { // but at a point the CDF jumps, maybe across the interval
			inside = float32(p.Quantile(low)) <= float32(y) && float32(y) <= float32(p.Quantile(high))
		}
		if inside {
			return 1
		}
		return 0
	})
}

// interval returns the shares of a distribution below the two ends of its central interval.
func interval(level float64) (low, high float64) {
	if !(level > 0 && level < 1) {
		panic(fmt.Sprintf("mdnlib: an interval of level %g; use a share between 0 and 1, such as 0.9", level))
	}
	return (1 - level) / 2, (1 + level) / 2
}

// Sharpness returns the mean width of the law's central interval of the given level at x, in y's units. Of two laws that
// cover what they say, the one with narrower intervals says more. It panics unless the level is between 0 and 1.
func Sharpness(law Law, x []float64, level float64) float64 {
	low, high := interval(level)
	return meanOver(x, func(v float64) float64 {
		p := law(v)
		return p.Quantile(high) - p.Quantile(low)
	})
}

// MSEFloor returns what no model's mean squared error can be below, on average over samples drawn from the law at x: the
// mean of the law's variance there.
func MSEFloor(law Law, x []float64) float64 {
	return meanOver(x, func(v float64) float64 {
		sigma := law(v).StdDev()
		return sigma * sigma
	})
}

// NLLFloor returns what no model's negative log likelihood can be below, on average over samples drawn from the law at x:
// the mean of the law's entropy there, in nats. Without noise it is −Inf: there is no floor. It panics for a distribution
// that does not know its entropy.
func NLLFloor(law Law, x []float64) float64 {
	return meanOver(x, func(v float64) float64 {
		distribution, stretch := law(v), 0.0
		if r, ok := distribution.(rescaled); ok {
			distribution, stretch = r.of, math.Log(r.units.scaleY)
		}
		known, ok := distribution.(interface{ Entropy() float64 })
		if !ok {
			panic(fmt.Sprintf("mdnlib: NLLFloor needs the entropy of %T; give it a method Entropy() float64", distribution))
		}
		return known.Entropy() + stretch
	})
}

// meanOver returns the mean of f over x. Equal x share one evaluation.
func meanOver(x []float64, f func(float64) float64) float64 {
	if len(x) == 0 {
		return math.NaN()
	}
	f = remember(f)
	sum := 0.0
	for _, v := range x {
		sum += f(v)
	}
	return sum / float64(len(x))
}

// remember returns f as a function that keeps its values and never computes one twice.
func remember[T any](f func(x float64) T) func(x float64) T {
	known := make(map[float64]T)
	return func(x float64) T {
		value, ok := known[x]
		if !ok {
			value = f(x)
			known[x] = value
		}
		return value
	}
}

// MeanError returns how far the model's mean is from the truth's at x: the mean absolute error of μ(x), in y's units. The truth
// comes first, as in [StdDevError], [Excess] and [KL]; here it is the same number the other way round.
func MeanError(truth, model Law, x []float64) float64 {
	return meanOver(x, func(v float64) float64 { return math.Abs(model(v).Mean() - truth(v).Mean()) })
}

// StdDevError returns how far the model's standard deviation is from the truth's at x: the mean absolute error of σ(x), in
// y's units. The truth comes first, as in [MeanError]; here, too, it is the same number the other way round.
func StdDevError(truth, model Law, x []float64) float64 {
	return meanOver(x, func(v float64) float64 { return math.Abs(model(v).StdDev() - truth(v).StdDev()) })
}

// Excess returns by how many nats the model's mean negative log likelihood on the pairs exceeds the truth's, and the
// standard error of that. On pairs that the truth has drawn and training has not seen, it estimates the mean of [KL] at
// their x, and its standard error is far smaller than that of either NLL: most of the chance in them is the same.
//
// The truth comes first, and the model second; in [Score] it is the other way round. The compiler does not notice a swap, since both
// are Laws: it flips the sign of the excess.
//
// Where the truth has no noise and the model some, it is +Inf, and its standard error NaN.
func Excess(truth, model Law, d Data) (nats, standardError float64) {
	return meanAndError(d.each(func(x, y float64) float64 { return logRatio(truth(x), model(x), y) }))
}

// logRatio returns log p(y) − log q(y). Where both are infinite, as where neither has noise, neither is ahead.
func logRatio(p, q Distribution, y float64) float64 {
	logP, logQ := p.LogProb(y), q.LogProb(y)
	if logP == logQ {
		return 0
	}
	return logP - logQ
}

func meanAndError(scores []float64) (mean, standardError float64) {
	mean, deviation := stat.MeanStdDev(scores, nil)
	return mean, stat.StdErr(deviation, float64(len(scores)))
}

// KL returns the Kullback–Leibler divergence from the truth to the model, in nats, its mean over x: what the model will
// cost above the floor on endless new data there. It is 0 where they agree.
//
// The truth comes first, and the model second; in [Score] it is the other way round. The compiler does not notice a swap, since both
// are Laws: it gives the divergence from the model to the truth, which is another number.
//
// It is the mean of log p_true − log p_model over 1024 of the truth's quantiles, at shares that lie as evenly spaced values
// from −8 to 8 do in a standard normal distribution. The error is below 1e-9 of the value from normal to normal, and up to
// some 1e-3 of it where the truth has humps far apart, or edges. KL is +Inf where the truth has a share or a point where the
// model has none. It is NaN where what lies beyond the outermost quantiles may matter: from Student's t with 2 degrees of
// freedom, say, to a normal distribution, where the divergence is infinite, but finitely many quantiles cannot show it.
func KL(truth, model Law, x []float64) float64 {
	return meanOver(x, func(v float64) float64 { return divergence(truth(v), model(v)) })
}

func divergence(p, q Distribution) float64 {
	const quantiles, step = 1024, 16.0 / 1024
	sum, outermost := 0.0, 0.0
	for i := range quantiles {
		z := float64((float64(i)+0.5)*step) - 8
		term := float64(step * distuv.UnitNormal.Prob(z) * logRatio(p, q, p.Quantile(normalCDF(z))))
		sum += term
		if i == 0 || i == quantiles-1 {
			outermost += math.Abs(term)
		}
	}
	if outermost > float64(1e-3*step*math.Abs(sum))+1e-12 && !math.IsInf(sum, 0) {
		return math.NaN()
	}
	return sum
}

// Cost returns what the law would score on the data by the loss that trains this model: [MSE] for a MeanHead, [NLL] for a
// GaussianHead or a MixtureHead. With the truth as the law it is the cost that training can come down to. What a [HeadFunc] would give a
// law that is not a network is not known, and Cost is NaN.
func (m *Model) Cost(law Law, d Data) float64 {
	switch m.head.(type) {
	case MeanHead:
		return MSE(law, d)
	case GaussianHead, MixtureHead:
		return NLL(law, d)
	default:
		return math.NaN()
	}
}

// CostUnit returns the unit of this model's cost: nats, or the square of y's units; "" for a [HeadFunc], which alone knows.
func (m *Model) CostUnit() string {
	switch m.head.(type) {
	case MeanHead:
		return "y's units squared"
	case GaussianHead, MixtureHead:
		return "nats"
	default:
		return ""
	}
}
