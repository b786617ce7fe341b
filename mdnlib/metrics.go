package mdnlib

import (
	"fmt"
	"math"

	"mdn/mdnlib/internal/crps"
	"mdn/mdnlib/internal/portable"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

// MSE returns the mean squared error of the law's mean on the data, in y's units squared.
func MSE(law Law, d Data) float64 {
	return d.mean(func(x, y float64) float64 {
		residual := y - law.At(x).Mean()
		return residual * residual
	})
}

// NLL returns the law's mean negative log likelihood on the data, in nats. Lower is better, and on enough new data no law
// is below the truth's.
func NLL(law Law, d Data) float64 {
	return d.mean(func(x, y float64) float64 { return -law.At(x).LogProb(y) })
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

// CRPS returns the law's mean continuous ranked probability score on the data, in y's units: the squared difference between the
// predicted CDF and the step at the y that came, integrated over all y (Gneiting and Raftery 2007, eq. 20 and 21, with the sign
// that makes it an error). Lower is better. For a law without spread it is the mean absolute error.
//
// It is in closed form for normal distributions, Student's t (infinite with ½ a degree of freedom or less), a [Mixture], a
// [PointMass], and any distribution with a method CRPS(y float64) float64. For others it is integrated: to within 1e-6 of its value
// where the CDF is smooth and the standard deviation finite, 1e-5 with tails as heavy as those of Cauchy's distribution (with
// heavier ones it comes out too small), and some 5e-3 where the CDF has steps.
func CRPS(law Law, d Data) float64 {
	return d.mean(func(x, y float64) float64 { return crpsOf(law.At(x), y) })
}

func crpsOf(p Distribution, y float64) float64 {
	switch p := p.(type) {
	case interface{ CRPS(y float64) float64 }:
		return p.CRPS(y)
	case PointMass:
		return math.Abs(y - float64(p))
	case rescaled:
		return p.units.scaleY * crpsOf(p.of, p.inside(y))
	case studentsT:
		return crpsOf(p.StudentsT, y)
	case distuv.Normal:
		return crps.Normal(p.Mu, p.Sigma, y)
	case distuv.StudentsT:
		return p.Sigma * crps.StudentsT(p.Nu, (y-p.Mu)/p.Sigma)
	}
	return crps.Integrated(p, y)
}

// PIT returns the probability integral transform of every pair: the law's CDF at y (Dawid 1984; Gneiting, Balabdaoui and Raftery
// 2007). Those of the truth are uniform on [0, 1]. Many near 0 and 1 mean that the law's spread is too small, many in the middle
// that it is too large. Without noise they are 0 or 1.
func PIT(law Law, d Data) []float64 {
	return d.each(func(x, y float64) float64 { return law.At(x).CDF(y) })
}

// Coverage returns the share of the pairs whose y is inside the law's central interval of the given level, from
// Quantile((1−level)/2) to Quantile((1+level)/2). The truth's is the level, give or take chance. It panics unless the level is
// between 0 and 1.
func Coverage(law Law, d Data, level float64) float64 {
	low, high := interval(level)
	return d.mean(func(x, y float64) float64 {
		p := law.At(x)
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

// Sharpness returns the mean width of the law's central interval of the given level at x, in y's units. Of two laws of the right
// coverage, the one with narrower intervals is better. It panics unless the level is between 0 and 1.
func Sharpness(law Law, x []float64, level float64) float64 {
	low, high := interval(level)
	return meanOver(x, func(v float64) float64 {
		p := law.At(v)
		return p.Quantile(high) - p.Quantile(low)
	})
}

// MSEFloor returns the mean of the law's variance at x: no model's MSE on new samples there can be lower, on average.
func MSEFloor(law Law, x []float64) float64 {
	return meanOver(x, func(v float64) float64 {
		sigma := law.At(v).StdDev()
		return sigma * sigma
	})
}

// NLLFloor returns the mean of the law's entropy at x, in nats: no model's NLL on new samples there can be lower, on average.
// Without noise it is −Inf. It panics for a distribution without a method Entropy.
func NLLFloor(law Law, x []float64) float64 {
	return meanOver(x, func(v float64) float64 {
		distribution, stretch := law.At(v), 0.0
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

// remember returns f as a function that computes no value twice.
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

// MeanError returns the mean absolute error of the model's μ(x), in y's units.
func MeanError(model, truth Law, x []float64) float64 {
	return meanOver(x, func(v float64) float64 { return math.Abs(model.At(v).Mean() - truth.At(v).Mean()) })
}

// StdDevError returns the mean absolute error of the model's σ(x), in y's units.
func StdDevError(model, truth Law, x []float64) float64 {
	return meanOver(x, func(v float64) float64 { return math.Abs(model.At(v).StdDev() - truth.At(v).StdDev()) })
}

// Excess returns by how many nats the model's mean negative log likelihood on the pairs exceeds the truth's, and the
// standard error of that. On pairs that the truth has drawn and training has not seen, it estimates the mean of [KL] at
// their x, and its standard error is far smaller than that of either NLL: most of the chance in them is the same.
// Where the truth has no noise and the model some, it is +Inf, and its standard error NaN.
func Excess(model, truth Law, d Data) (nats, standardError float64) {
	return meanAndError(d.each(func(x, y float64) float64 { return logRatio(truth.At(x), model.At(x), y) }))
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

// KL returns the Kullback–Leibler divergence of the model from the truth, the mean of log p_true − log p_model where the truth
// draws y, in nats, averaged over x: what the model will cost above the floor on endless new data there. It is 0 where they agree.
//
// It is computed from 1024 of the truth's quantiles, at shares that lie as evenly spaced values from −8 to 8 do in a standard
// normal distribution. The error is below 1e-9 of the value between normal distributions, and up to some 1e-3 of it where the truth
// has humps far apart, or edges. KL is +Inf where the truth has a share or a point where the model has none, and NaN where what lies
// beyond the outermost quantiles may matter, as with Student's t of 2 degrees of freedom as the truth and a normal model.
func KL(model, truth Law, x []float64) float64 {
	return meanOver(x, func(v float64) float64 { return divergence(truth.At(v), model.At(v)) })
}

// divergence returns the mean of log p − log q over p.
func divergence(p, q Distribution) float64 {
	const quantiles, step = 1024, 16.0 / 1024
	sum, outermost := 0.0, 0.0
	for i := range quantiles {
		z := float64((float64(i)+0.5)*step) - 8
		term := float64(step * distuv.UnitNormal.Prob(z) * logRatio(p, q, p.Quantile(distuv.UnitNormal.CDF(z))))
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

// otherLoss is a head whose loss is not a negative log likelihood.
type otherLoss interface {
	cost(losses []float64, u units) // turns mean losses in the network's units into the user's, in place
	score(law Law, d Data) float64  // what any law scores by the loss
	unit() string                   // of the score
}

// inUserUnits turns mean losses in the network's units into the user's, in place.
func inUserUnits(head Head, losses []float64, u units) {
	if other, ok := head.(otherLoss); ok {
		other.cost(losses, u)
		return
	}
	floats.AddConst(portable.Log(u.scaleY), losses) // a density of y is one in the network's units over the scale
}

// Cost returns what the law would score on the data by the loss that trains this model: [MSE] for a MeanHead, [NLL] for a
// GaussianHead, a MixtureHead or a StudentHead. With the truth as the law it is the cost that training can come down to. On [Rows] the law is one of
// their numbers, as [Rows.Numbered] makes it. The cost is NaN for a [HeadFunc], whose loss takes raw outputs of a network, which a law
// has not.
func (m *Model) Cost(law Law, d Samples) float64 {
	m.mustBe()
	if head, ok := m.head.(otherLoss); ok {
		return head.score(law, d.pairs())
	}
	return NLL(law, d.pairs())
}

// CostUnit returns the unit of this model's cost: nats, or the square of y's units; "" for a [HeadFunc], whose unit is not known.
func (m *Model) CostUnit() string {
	m.mustBe()
	if head, ok := m.head.(otherLoss); ok {
		return head.unit()
	}
	return "nats"
}
