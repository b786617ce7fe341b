package mdnlib

import (
	"fmt"
	"math"
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

// mean returns the mean of score over the pairs.
func (d Data) mean(score func(x, y float64) float64) float64 {
	if err := d.Check(); err != nil {
		panic(fmt.Sprintf("mdnlib: cannot score: %v", err))
	}
	sum := 0.0
	for i := range d.X {
		sum += score(d.X[i], d.Y[i])
	}
	return sum / float64(d.Len())
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
		distribution := law(v)
		known, ok := distribution.(interface{ Entropy() float64 })
		if !ok {
			panic(fmt.Sprintf("mdnlib: NLLFloor needs the entropy of %T; give it a method Entropy() float64", distribution))
		}
		return known.Entropy()
	})
}

func meanOver(x []float64, f func(float64) float64) float64 {
	if len(x) == 0 {
		return math.NaN()
	}
	sum := 0.0
	for _, v := range x {
		sum += f(v)
	}
	return sum / float64(len(x))
}

// Cost returns what the law would score on the data by the loss that trains this model: [MSE] for a MeanHead, [NLL] for a
// GaussianHead. With the truth as the law it is the cost that training can come down to. What a [HeadFunc] would give a
// law that is not a network is not known, and Cost is NaN.
func (m *Model) Cost(law Law, d Data) float64 {
	switch m.head.(type) {
	case MeanHead:
		return MSE(law, d)
	case GaussianHead:
		return NLL(law, d)
	default:
		return math.NaN()
	}
}
