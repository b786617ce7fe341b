package mdnlib

import (
	"fmt"
	"math"

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

	// GaussianFirst is the number of epochs, the first of every training, in which each component is trained as a [GaussianHead]
	// is, as if it were alone, and their means are kept a little apart. They take over where the mean has been found. Otherwise, where
	// the mean moves more than y spreads, they part too early: each takes the x that it is nearest to, and is one bell curve
	// there. A tenth to a half of the epochs does, and such mixtures end nearer to those of [Laws] that are no bell curve. From a
	// few hundred samples they also learn luck sooner, so hold some out: Settings.Validation. With as many epochs as the training has, or
	// more, the components never part. K = 1 has no use for it.
	GaussianFirst int `json:"gaussianFirst,omitempty"`
}

func init() { register[MixtureHead]() }

func (MixtureHead) name() string { return "mixture" }

func (h MixtureHead) check() error {
	if h.K < 1 {
		return fmt.Errorf("MixtureHead.K is %d; use 1 or more components", h.K)
	}
	if h.GaussianFirst < 0 {
		return fmt.Errorf("MixtureHead.GaussianFirst is %d; use a number of epochs, or 0 for none", h.GaussianFirst)
	}
	return checkScale("MixtureHead", h.Scale, h.Floor)
}

func (h MixtureHead) layers() []int { return []int{h.K, h.K, h.K} }

// start spreads the biases of the means evenly over [−1, 1], as components that start alike are slow to part.
func (h MixtureHead) start(layers []Layer) {
	means := layers[0].Bias
	for c := range means {
		means[c] = h.place(c)
	}
}

// place returns where component c is among all, on [−1, 1].
func (h MixtureHead) place(c int) float32 { return float32(float64(2*c+1)/float64(h.K) - 1) }

func (h MixtureHead) loss(loss, gradient, raw, y []float32, _, batch int) {
	n := h.K * len(y)
	vector.Mixture(loss, gradient[:n], gradient[n:2*n], gradient[2*n:], raw[:n], raw[n:2*n], raw[2*n:], y,
		scale(h.Scale, h.Floor), 1/float32(batch))
}

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

func (h MixtureHead) opening() (Head, int) {
	if h.K == 1 {
		return h, 0
	}
	return alone{h}, h.GaussianFirst
}

// alone is a MixtureHead whose components do not share out the samples: each is trained by all of them, as a GaussianHead is. Its
// loss is the mean of theirs. Component c aims at y + place·apart·σ, with its own σ, so that its mean ends that far from y's.
type alone struct{ MixtureHead }

// apart is how far, in σ, the means of alone would be for a place of 1: those of two components are ± 0.75 σ. The means of the two
// halves of a bell are ± 0.80 σ, and it is as near to those of thirds and fifths.
const apart = 1.5

func (h alone) loss(loss, gradient, raw, y []float32, samples, batch int) {
	n, k := len(y), h.K
	bell, scale := GaussianHead{Scale: h.Scale, Floor: h.Floor}, scale(h.Scale, h.Floor)
	own, target, outputs, slopes := make([]float32, n), make([]float32, n), make([]float32, 2*n), make([]float32, 2*n)
	clear(loss)
	clear(gradient[2*k*n:]) // by the logits
	for c := range k {
		mu, z := c*n, (k+c)*n
		copy(outputs[:n], raw[mu:])
		copy(outputs[n:], raw[z:])
		for i := range target {
			sigma, _, _ := scale.Sigma(outputs[n+i])
			target[i] = y[i] + float32(apart*h.place(c)*sigma)
		}
		bell.loss(own, slopes, outputs, target, samples, k*batch)
		copy(gradient[mu:], slopes[:n])
		copy(gradient[z:], slopes[n:])
		for i := range loss {
			loss[i] += own[i] / float32(k)
		}
	}
}
