package mdnlib

import (
	"fmt"
	"math"

	"mdn/mdnlib/internal/vector"

	"gonum.org/v1/gonum/floats"
)

// Head says what a network's raw outputs mean: how many there are, the loss that trains them, and the distribution of y
// that they describe. The heads are [MeanHead], [GaussianHead], [MixtureHead], and a reader's own, made by [HeadFunc].
type Head interface {
	// layers returns the widths of the dense layers that compute the raw outputs, side by side.
	layers() []int

	// loss takes a panel of a batch, whose first columns are samples and whose others are padding: row j of raw holds raw output
	// j of every column, y the targets, and rows are as long as y. It writes every sample's loss into loss (one row), and the
	// derivatives of the mean loss of the batch, which has so many samples, by the raw outputs into gradient (rows as in raw).
	// What it leaves in the padding is of no account.
	loss(loss, gradient, raw, y []float32, samples, batch int)

	// cost turns a mean loss in the network's units into one in the user's.
	cost(loss float64, u units) float64

	// at returns the distribution that one sample's raw outputs describe, in the user's units.
	at(raw []float32, u units) Distribution

	// check returns an error that names the first field with an impossible value, nil if there is none.
	check() error

	// fitted returns the head of the model trained on data.
	fitted(m *Model, data Data) Head
}

// MeanHead predicts the mean of y and nothing else. Its loss is the squared error (y − μ)².
type MeanHead struct {
	// Sigma is the one error bar that such a model can give, the same at every x, in y's units. Fit sets it to the root
	// of the mean squared error on the data; until then it is 0.
	Sigma float64
}

func (MeanHead) layers() []int { return []int{1} }

func (MeanHead) loss(loss, gradient, raw, y []float32, _, batch int) {
	share := 1 / float32(batch)
	for k, target := range y {
		residual := raw[k] - target
		loss[k] = residual * residual
		gradient[k] = 2 * residual * share
	}
}

func (MeanHead) cost(loss float64, u units) float64 { return loss * u.scaleY * u.scaleY }

// at returns Normal{μ, Sigma}, or a PointMass at μ while Sigma is 0.
func (h MeanHead) at(raw []float32, u units) Distribution { return Normal(u.y(raw[0]), h.Sigma) }

func (h MeanHead) check() error {
	if !(h.Sigma >= 0) || math.IsInf(h.Sigma, 1) {
		return fmt.Errorf("MeanHead.Sigma is %g; use 0 or more", h.Sigma)
	}
	return nil
}

func (MeanHead) fitted(m *Model, data Data) Head {
	sum := 0.0
	for i, p := range m.AtEach(data.X) {
		residual := data.Y[i] - p.Mean()
		sum += float64(residual * residual)
	}
	mse := sum / float64(data.Len())
	if math.IsNaN(mse) || math.IsInf(mse, 0) {
		return MeanHead{} // training went astray, and no error bar describes it
	}
	return MeanHead{Sigma: math.Sqrt(mse)}
}

// Scale says how a head makes a standard deviation, which is positive, of a raw output z.
type Scale int

const (
	EluPlusOne Scale = iota // elu(z) + 1, as the post does: eᶻ for z ≤ 0, z + 1 above (Clevert et al. 2016, eq. 15)
	Softplus                // log(1 + eᶻ) (Dugas et al. 2001), as smooth at 0 as everywhere
)

// GaussianHead predicts a normal distribution: raw outputs μ and z, from a dense layer each, and σ made of z. Its loss is the
// negative log likelihood in nats (Bishop 1994, eq. 23, with one component and one target):
//
//	−log N(y; μ, σ) = ½((y − μ)/σ)² + log σ + ½ log 2π
type GaussianHead struct {
	Scale Scale // how σ is made of z

	// Floor is added to σ, so that it cannot collapse onto single samples: with no noise to learn, nothing else keeps the
	// loss from falling for ever. It is in standard deviations of y where the model is trained with Settings.Standardise,
	// else in y's units.
	Floor float64

	// Beta between 0 and 1 trains with the β-NLL (Seitzer et al. 2022, eq. 5): each sample's gradient is multiplied by
	// σ^(2·Beta). At 0 the loss is the likelihood, which hardly moves μ where σ is large; at 1 μ follows the squared error. The
	// cost that training reports stays the NLL.
	Beta float64
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

// onlyMean replaces the gradient by that of the squared error, halved, which is the negative log likelihood with σ = 1.
func (GaussianHead) onlyMean(gradient, raw, y []float32, batch int) {
	share := 1 / float32(batch)
	for k, target := range y {
		gradient[k] = (raw[k] - target) * share
	}
	clear(gradient[len(y):])
}

func (GaussianHead) cost(loss float64, u units) float64 { return loss + logOf(u.scaleY) }

// at returns Normal{μ, σ}, or a PointMass at μ where z is so far below 0 that σ is less than float32 can hold.
func (h GaussianHead) at(raw []float32, u units) Distribution {
	scale := scale(h.Scale, h.Floor)
	sigma, _, _ := scale.Sigma(raw[1])
	return Normal(u.y(raw[0]), float64(sigma)*u.scaleY)
}

func (h GaussianHead) check() error {
	if !(h.Beta >= 0 && h.Beta <= 1) {
		return fmt.Errorf("GaussianHead.Beta is %g; use 0 for the likelihood, or a value up to 1", h.Beta)
	}
	return checkScale("GaussianHead", h.Scale, h.Floor)
}

func (h GaussianHead) fitted(*Model, Data) Head { return h }

// MixtureHead predicts a mixture of K normal distributions (Bishop 1994): raw outputs μ, z and a logit for each component,
// from a dense layer for all μ, one for all z and one for all logits; σ is made of z, and the weights are the logits'
// softmax. Its loss is the negative log likelihood in nats (eq. 29), by log-sum-exp. With K = 1 it trains as a
// [GaussianHead] does, to the bit.
type MixtureHead struct {
	K     int     // number of components
	Scale Scale   // how every σ is made of its z
	Floor float64 // as a GaussianHead's
}

func (h MixtureHead) layers() []int { return []int{h.K, h.K, h.K} }

func (h MixtureHead) loss(loss, gradient, raw, y []float32, _, batch int) {
	n := h.K * len(y)
	vector.Mixture(loss, gradient[:n], gradient[n:2*n], gradient[2*n:], raw[:n], raw[n:2*n], raw[2*n:], y,
		scale(h.Scale, h.Floor), 1/float32(batch))
}

func (MixtureHead) cost(loss float64, u units) float64 { return loss + logOf(u.scaleY) }

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

func (h MixtureHead) check() error {
	if h.K < 1 {
		return fmt.Errorf("MixtureHead.K is %d; use 1 or more components", h.K)
	}
	return checkScale("MixtureHead", h.Scale, h.Floor)
}

func (h MixtureHead) fitted(*Model, Data) Head { return h }

func scale(s Scale, floor float64) vector.Scale {
	return vector.Scale{Softplus: s == Softplus, Floor: float32(floor)}
}

func checkScale(head string, s Scale, floor float64) error {
	if s != EluPlusOne && s != Softplus {
		return fmt.Errorf("%s.Scale is %d; use EluPlusOne or Softplus", head, s)
	}
	if floor != 0 && !(floor >= 1e-30 && floor <= 1e30) {
		return fmt.Errorf("%s.Floor is %g; use 0 for none, or a value such as 0.01", head, floor)
	}
	return nil
}

// HeadFunc makes a head of the reader's own, of the given number of raw outputs, from a loss for one sample: loss returns
// it and writes its derivatives by the raw outputs into gradient. at says what distribution the raw outputs describe.
//
// With Settings.Standardise both are in standard units: loss sees y less its mean and over its standard deviation, and what at
// returns is of that. [Model.At] gives the distribution in y's own units; the costs that training reports stay what loss returned,
// as nobody knows how a loss of any kind changes with the units.
//
// Training with it gives the same bits again on one platform; other platforms may differ in the last digits, as Go's math
// functions do.
func HeadFunc(outputs int, loss func(gradient, raw []float64, y float64) float64, at func(raw []float64) Distribution) Head {
	if outputs < 1 {
		panic(fmt.Sprintf("mdnlib: HeadFunc with %d outputs; use 1 or more", outputs))
	}
	if loss == nil || at == nil {
		panic("mdnlib: HeadFunc needs both functions, loss and at; one is nil")
	}
	return &headFunc{outputs: outputs, sampleLoss: loss, distribution: at}
}

type headFunc struct {
	outputs      int
	sampleLoss   func(gradient, raw []float64, y float64) float64
	distribution func(raw []float64) Distribution
}

// layers gives every output a dense layer of its own, as the post's μ and σ have.
func (h *headFunc) layers() []int {
	widths := make([]int, h.outputs)
	for j := range widths {
		widths[j] = 1
	}
	return widths
}

func (h *headFunc) loss(loss, gradient, raw, y []float32, samples, batch int) {
	share := 1 / float64(batch)
	column := make([]float64, h.outputs)
	slope := make([]float64, h.outputs)
	for k, target := range y[:samples] {
		for j := range column {
			column[j] = float64(raw[j*len(y)+k])
			slope[j] = 0
		}
		loss[k] = float32(h.sampleLoss(slope, column, float64(target)))
		for j := range slope {
			gradient[j*len(y)+k] = float32(slope[j] * share)
		}
	}
}

// cost is in the network's units: what kind of loss the reader's is, is not known.
func (h *headFunc) cost(loss float64, _ units) float64 { return loss }

func (h *headFunc) at(raw []float32, u units) Distribution {
	column := make([]float64, len(raw))
	for j, r := range raw {
		column[j] = float64(r)
	}
	return u.distribution(h.distribution(column))
}

func (h *headFunc) check() error { return nil }

func (h *headFunc) fitted(*Model, Data) Head { return h }
