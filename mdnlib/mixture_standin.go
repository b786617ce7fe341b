package mdnlib

import (
	"math"

	"gonum.org/v1/gonum/integrate/quad"
	"gonum.org/v1/gonum/stat/distuv"
)

// Mixture stands in for the mixture of normals that is being written elsewhere. Delete this file at the merge.
type Mixture struct{ Weight, Mu, Sigma []float64 }

func (m Mixture) sum(f func(component distuv.Normal) float64) float64 {
	sum := 0.0
	for k, w := range m.Weight {
		sum += w * f(distuv.Normal{Mu: m.Mu[k], Sigma: m.Sigma[k]})
	}
	return sum
}

func (m Mixture) LogProb(y float64) float64 {
	return math.Log(m.sum(func(n distuv.Normal) float64 { return n.Prob(y) }))
}

func (m Mixture) CDF(y float64) float64 {
	return m.sum(func(n distuv.Normal) float64 { return n.CDF(y) })
}

func (m Mixture) Mean() float64 { return m.sum(distuv.Normal.Mean) }

func (m Mixture) StdDev() float64 {
	mean := m.Mean()
	return math.Sqrt(m.sum(func(n distuv.Normal) float64 { return n.Variance() + (n.Mu-mean)*(n.Mu-mean) }))
}

func (m Mixture) Quantile(p float64) float64 {
	low, high := math.Inf(1), math.Inf(-1)
	for k := range m.Weight {
		y := distuv.Normal{Mu: m.Mu[k], Sigma: m.Sigma[k]}.Quantile(p)
		low, high = math.Min(low, y), math.Max(high, y)
	}
	for range 200 {
		if middle := (low + high) / 2; m.CDF(middle) < p {
			low = middle
		} else {
			high = middle
		}
	}
	return (low + high) / 2
}

func (m Mixture) Entropy() float64 {
	mean, sigma := m.Mean(), m.StdDev()
	return quad.Fixed(func(y float64) float64 {
		log := m.LogProb(y)
		return -math.Exp(log) * log
	}, mean-8*sigma, mean+8*sigma, 400, nil, 0)
}
