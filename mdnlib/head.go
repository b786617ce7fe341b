package mdnlib

import (
	"fmt"
	"math"

	"mdn/mdnlib/internal/vector"

	"gonum.org/v1/gonum/stat/distuv"
)

// Head says what a network's raw outputs mean: how many there are, the loss that trains them, and the distribution of y
// that they describe. The heads are [MeanHead], [GaussianHead], and a reader's own, made by [HeadFunc].
type Head interface {
	// layers returns the widths of the dense layers that compute the raw outputs, side by side.
	layers() []int

	// loss takes a batch whose first columns are samples and whose others are padding: row j of raw holds raw output j of
	// every column, y the targets, and rows are as long as y. It writes every sample's loss into loss (one row), and the
	// derivatives of the batch's mean loss by the raw outputs into gradient (rows as in raw). What it leaves in the
	// padding is of no account.
	loss(loss, gradient, raw, y []float32, samples int)

	// at returns the distribution that one sample's raw outputs describe.
	at(raw []float32) Distribution

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

func (MeanHead) loss(loss, gradient, raw, y []float32, samples int) {
	share := 1 / float32(samples)
	for k, target := range y {
		residual := raw[k] - target
		loss[k] = residual * residual
		gradient[k] = 2 * residual * share
	}
}

// at returns Normal{μ, Sigma}, or a PointMass at μ while Sigma is 0.
func (h MeanHead) at(raw []float32) Distribution {
	return Normal(float64(raw[0]), h.Sigma)
}

func (MeanHead) fitted(m *Model, data Data) Head {
	mse := MSE(m.At, data)
	if math.IsNaN(mse) || math.IsInf(mse, 0) {
		return MeanHead{} // training went astray, and no error bar describes it
	}
	return MeanHead{Sigma: math.Sqrt(mse)}
}

// GaussianHead predicts a normal distribution: raw outputs μ and z, from a dense layer each, with σ = elu(z) + 1 (Clevert
// et al. 2016, eq. 15, moved up to be positive). Its loss is the negative log likelihood in nats (Bishop 1994, eq. 23,
// with one component and one target):
//
//	−log N(y; μ, σ) = ½((y − μ)/σ)² + log σ + ½ log 2π
type GaussianHead struct{}

func (GaussianHead) layers() []int { return []int{1, 1} }

func (GaussianHead) loss(loss, gradient, raw, y []float32, samples int) {
	n := len(y)
	vector.Gaussian(loss, gradient[:n], gradient[n:], raw[:n], raw[n:], y, 1/float32(samples))
}

func (GaussianHead) at(raw []float32) Distribution {
	sigma, _, _ := vector.EluPlusOne(raw[1])
	return distuv.Normal{Mu: float64(raw[0]), Sigma: float64(sigma)}
}

func (h GaussianHead) fitted(*Model, Data) Head { return h }

// HeadFunc makes a head of the reader's own, of the given number of raw outputs, from a loss for one sample: loss returns
// it and writes its derivatives by the raw outputs into gradient. at says what distribution the raw outputs describe.
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

func (h *headFunc) loss(loss, gradient, raw, y []float32, samples int) {
	share := 1 / float64(samples)
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

func (h *headFunc) at(raw []float32) Distribution {
	column := make([]float64, len(raw))
	for j, r := range raw {
		column[j] = float64(r)
	}
	return h.distribution(column)
}

func (h *headFunc) fitted(*Model, Data) Head { return h }
