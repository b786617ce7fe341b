package mdnlib

import (
	"fmt"
	"math"
)

// MeanHead predicts the mean of y and nothing else. Its loss is the squared error (y − μ)².
type MeanHead struct {
	// Sigma is the one error bar that such a model can give, the same at every x, in y's units. Training ends by setting it to
	// the root of the mean squared error on the data; until then it is 0.
	Sigma float64 `json:"sigma,omitempty"`
}

func init() { register[MeanHead]() }

func (MeanHead) name() string { return "mean" }

func (h MeanHead) check() error {
	if !(h.Sigma >= 0) || math.IsInf(h.Sigma, 1) {
		return fmt.Errorf("MeanHead.Sigma is %g; use 0 or more", h.Sigma)
	}
	return nil
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

func (MeanHead) cost(losses []float64, u units) {
	for i := range losses {
		losses[i] = losses[i] * u.scaleY * u.scaleY
	}
}

func (MeanHead) score(law Law, d Data) float64 { return MSE(law, d) }

func (MeanHead) unit() string { return "y's units squared" }

// at returns Normal{μ, Sigma}, or a PointMass at μ while Sigma is 0.
func (h MeanHead) at(raw []float32, u units) Distribution { return Normal(u.y(raw[0]), h.Sigma) }

// sigmas returns none: Sigma is measured after training, and not learned.
func (MeanHead) sigmas(Distribution) []float64 { return nil }

func (MeanHead) finish(m *Model, data Rows) Head {
	sum := 0.0
	for i, p := range m.AtEachRow(data.X) {
		residual := data.Y[i] - p.Mean()
		sum += float64(residual * residual)
	}
	mse := sum / float64(data.Len())
	if math.IsNaN(mse) || math.IsInf(mse, 0) {
		return MeanHead{} // training diverged, and no error bar describes that
	}
	return MeanHead{Sigma: math.Sqrt(mse)}
}
