package mdnlib

import (
	"fmt"
	"math"

	"mdn/mdnlib/internal/portable"
	"mdn/mdnlib/internal/vector"

	"gonum.org/v1/gonum/stat/distuv"
)

// StudentHead predicts Student's t distribution, a bell curve with heavy tails: raw outputs μ and z, from a dense layer each, and its scale
// σ made of z, of which the standard deviation is √(ν/(ν − 2)) times as much. A value far away moves it less than one nearby does, which
// makes it the head for data with outliers (Lange, Little and Taylor 1989). Its loss is the negative log likelihood in nats:
//
//	−log t(y; μ, σ, ν) = ½(ν + 1)·log(1 + ((y − μ)/σ)²/ν) + log σ + log(√(νπ)·Γ(ν/2)/Γ((ν + 1)/2))
type StudentHead struct {
	// Nu is ν, the degrees of freedom, above 2, the same at every x: the fewer, the heavier the tails, and from 100 or so on it is a bell
	// curve. It is chosen as the number of components is, by what models cost on data held out: 3, 5 and 10 are worth a try.
	Nu float64 `json:"nu,omitempty"`

	Scale Scale   `json:"scale,omitempty"` // how σ is made of z
	Floor float64 `json:"floor,omitempty"` // as a GaussianHead's
}

func init() { register[StudentHead]() }

func (StudentHead) name() string { return "student" }

func (h StudentHead) check() error {
	if !(h.Nu > 2 && h.Nu <= 1e6) {
		return fmt.Errorf("StudentHead.Nu is %g; use more than 2 degrees of freedom, such as 5: with fewer the variance is infinite", h.Nu)
	}
	return checkScale("StudentHead", h.Scale, h.Floor)
}

func (StudentHead) layers() []int { return []int{1, 1} }

func (h StudentHead) loss(loss, gradient, raw, y []float32, _, batch int) {
	n, share, scale := len(y), 1/float32(batch), scale(h.Scale, h.Floor)
	nu, constant := float32(h.Nu), float32(float64(portable.Log(h.Nu*math.Pi)/2)-logGammaStep(h.Nu/2))
	for k, target := range y {
		sigma, logSigma, slope := scale.Sigma(raw[n+k])
		r := (target - raw[k]) / sigma
		square := float32(r * r)
		far := square / nu
		logFar := far // log(1 + far), where that rounds to 0
		if above := far + 1; above != 1 {
			logFar = float32(vector.Log(above)*far) / (above - 1) // the error of above cancels (Goldberg 1991, theorem 4)
		}
		loss[k] = float32((nu+1)/2*logFar) + logSigma + constant
		pull := (nu + 1) / (nu + square) // how much of r counts: 1 of a normal distribution's, for ν = ∞
		gradient[k] = -float32(pull*r) / sigma * share
		gradient[n+k] = float32((1-float32(pull*square))*slope) * share
	}
}

// logGammaStep returns log Γ(x + ½) − log Γ(x) for x > 0, to the same bits on every platform: by Γ(x + 1) = x·Γ(x) from an x so large
// that three terms of its expansion are enough (Tricomi and Erdélyi 1951).
func logGammaStep(x float64) float64 {
	below := 0.0
	for ; x < 30; x++ {
		below += portable.Log((x + 0.5) / x)
	}
	inverse := 1 / x
	square := float64(inverse * inverse)
	return float64(portable.Log(x)/2) - float64(inverse*(1./8-float64(square*(1./192-float64(square/640))))) - below
}

// at returns Student's t, or a PointMass at μ where z is so far below 0 that σ is less than float32 can hold.
func (h StudentHead) at(raw []float32, u units) Distribution {
	scale := scale(h.Scale, h.Floor)
	sigma, _, _ := scale.Sigma(raw[1])
	if sigma == 0 {
		return PointMass(u.y(raw[0]))
	}
	return studentsT{distuv.StudentsT{Mu: u.y(raw[0]), Sigma: float64(sigma) * u.scaleY, Nu: h.Nu}}
}

func (StudentHead) sigmas(d Distribution) []float64 { return []float64{d.StdDev()} }
