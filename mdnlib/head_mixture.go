package mdnlib

import (
	"fmt"
	"math"

	"mdn/mdnlib/internal/portable"
	"mdn/mdnlib/internal/vector"

	"gonum.org/v1/gonum/floats"
)

// MixtureHead predicts a mixture of K normal distributions (Bishop 1994): raw outputs μ, z and a logit for each component,
// from a dense layer for all μ, one for all z and one for all logits; σ is made of z, and the weights are the logits'
// softmax. Its loss is the negative log likelihood in nats (eq. 29), by log-sum-exp. With K = 1 it trains as a
// [GaussianHead] does, to the bit.
type MixtureHead struct {
	K     int     `json:"k,omitempty"`     // number of components
	Scale Scale   `json:"scale,omitempty"` // how every σ is made of its z
	Floor float64 `json:"floor,omitempty"` // as a GaussianHead's
}

func init() { register[MixtureHead]() }

func (MixtureHead) name() string { return "mixture" }

func (h MixtureHead) check() error {
	if h.K < 1 {
		return fmt.Errorf("MixtureHead.K is %d; use 1 or more components", h.K)
	}
	return checkScale("MixtureHead", h.Scale, h.Floor)
}

func (h MixtureHead) layers() []int { return []int{h.K, h.K, h.K} }

// start spreads the biases of the means evenly over [−1, 1], as components that start alike are slow to part.
func (h MixtureHead) start(layers []Layer) {
	means := layers[0].Bias
	for k := range means {
		means[k] = float32(float64(2*k+1)/float64(h.K) - 1)
	}
}

func (h MixtureHead) loss(loss, gradient, raw, y []float32, _, batch int) {
	n := h.K * len(y)
	vector.Mixture(loss, gradient[:n], gradient[n:2*n], gradient[2*n:], raw[:n], raw[n:2*n], raw[2*n:], y,
		scale(h.Scale, h.Floor), 1/float32(batch))
}

func (MixtureHead) cost(losses []float64, u units) { floats.AddConst(portable.Log(u.scaleY), losses) }

func (MixtureHead) score(law Law, d Data) float64 { return NLL(law, d) }

func (MixtureHead) unit() string { return "nats" }

func (h MixtureHead) at(raw []float32, u units) Distribution {
	m := Mixture{Weight: make([]float64, h.K), Mu: make([]float64, h.K), Sigma: make([]float64, h.K)}
	scale := scale(h.Scale, h.Floor)
	for k := range h.K {
		sigma, _, _ := scale.Sigma(raw[h.K+k])
		m.Mu[k], m.Sigma[k], m.Weight[k] = u.y(raw[k]), float64(sigma)*u.scaleY, float64(raw[2*h.K+k])
	}
	total := floats.LogSumExp(m.Weight)
	for k, logit := range m.Weight {
		m.Weight[k] = math.Exp(logit - total)
	}
	return m
}

func (MixtureHead) mixable() {}
