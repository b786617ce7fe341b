package mdnlib

import (
	"fmt"

	"mdn/mdnlib/internal/vector"
)

// GaussianHead predicts a normal distribution: raw outputs μ and z, from a dense layer each, and σ made of z. Its loss is the
// negative log likelihood in nats (Bishop 1994, eq. 23, with one component and one target):
//
//	−log N(y; μ, σ) = ½((y − μ)/σ)² + log σ + ½ log 2π
type GaussianHead struct {
	Scale Scale `json:"scale,omitempty"` // how σ is made of z

	// Floor is added to σ, so that σ cannot shrink to 0 around single samples: where the data has no noise, nothing else keeps
	// the loss from falling without end. It is in standard deviations of y where the model is trained with
	// Settings.Standardise, else in y's units. 0.05 is one to begin with: on eight files of 88 to 506 rows it moved the mean held-out
	// cost of good fits by 0.01 nats at most, and that of the worst from 64 to 5.7, where a bell curve that does not look at x costs
	// 4.9. None that leaves good fits alone mends all bad ones: that takes an [Ensemble] with Settings.Validation, whose mean
	// was below that bell curve's on every file.
	Floor float64 `json:"floor,omitempty"`

	// Beta between 0 and 1 trains with the β-NLL (Seitzer et al. 2022, eq. 5): each sample's gradient is multiplied by
	// σ^(2·Beta). At 0 the loss is the likelihood, which hardly moves μ where σ is large; at 1 μ follows the squared error. The
	// cost that training reports stays the NLL.
	Beta float64 `json:"beta,omitempty"`

	// MeanFirst is the number of epochs, the first of every training, in which the mean alone is trained, as if σ were 1:
	// a σ that is trained beside a mean still far off grows to cover its error (Nix and Weigend 1994; Sluijterman et al. 2023).
	// With as many as the training has, or more, σ is not trained at all.
	MeanFirst int `json:"meanFirst,omitempty"`
}

func init() { register[GaussianHead]() }

func (GaussianHead) name() string { return "gaussian" }

func (h GaussianHead) check() error {
	if !(h.Beta >= 0 && h.Beta <= 1) {
		return fmt.Errorf("GaussianHead.Beta is %g; use 0 for the likelihood, or a value up to 1", h.Beta)
	}
	if h.MeanFirst < 0 {
		return fmt.Errorf("GaussianHead.MeanFirst is %d; use a number of epochs, or 0 for none", h.MeanFirst)
	}
	return checkScale("GaussianHead", h.Scale, h.Floor)
}

func (GaussianHead) layers() []int { return []int{1, 1} }

func (h GaussianHead) loss(loss, gradient, raw, y []float32, _, batch int) {
	n, share := len(y), 1/float32(batch)
	if h.Scale == EluPlusOne && h.Floor == 0 {
		vector.Gaussian(loss, gradient[:n], gradient[n:], raw[:n], raw[n:], y, share)
	} else {
		certain, unused := make([]float32, n), make([]float32, n) // the logit of the one component, and the gradient by it
		vector.Mixture(loss, gradient[:n], gradient[n:], unused, raw[:n], raw[n:], certain, y, scale(h.Scale, h.Floor), share)
	}
	if h.Beta > 0 {
		scale := scale(h.Scale, h.Floor)
		for k := range y {
			_, logSigma, _ := scale.Sigma(raw[n+k])
			weight := vector.Exp(float32(2*h.Beta) * logSigma)
			gradient[k] *= weight
			gradient[n+k] *= weight
		}
	}
}

// at returns Normal{μ, σ}, or a PointMass at μ where z is so far below 0 that σ is less than float32 can hold.
func (h GaussianHead) at(raw []float32, u units) Distribution {
	scale := scale(h.Scale, h.Floor)
	sigma, _, _ := scale.Sigma(raw[1])
	return Normal(u.y(raw[0]), float64(sigma)*u.scaleY)
}

func (GaussianHead) sigmas(d Distribution) []float64 { return []float64{d.StdDev()} }

func (GaussianHead) mixable() {}

func (h GaussianHead) opening() (Head, int) { return meanAlone{h}, h.MeanFirst }

// meanAlone is a GaussianHead that trains its mean alone. Its loss is the same; its gradient is that of the squared error,
// halved, which is the negative log likelihood with σ = 1.
type meanAlone struct{ GaussianHead }

func (h meanAlone) loss(loss, gradient, raw, y []float32, samples, batch int) {
	h.GaussianHead.loss(loss, gradient, raw, y, samples, batch)
	share := 1 / float32(batch)
	for k, target := range y {
		gradient[k] = (raw[k] - target) * share
	}
	clear(gradient[len(y):])
}
