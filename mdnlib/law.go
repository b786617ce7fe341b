// Package mdnlib trains small dense networks that predict a distribution instead of a number: mixture density networks
// (Bishop 1994). It has data, networks, training, and scores of the predictions. What it calls the post is Taboola's article
// Predicting Probability Distributions, with its notebooks, whose example it repeats (README, Credit).
//
// A trained model and the truth behind the data are the same kind of thing, a distribution of y at every x. Both are a [Law], so
// every score and every chart takes either. Functions that compare the two take the model first, then the truth, then the data.
package mdnlib

// In these sources a product that something is added to stands in a conversion, float64(x*y) + z, so that no compiler fuses the two.

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// Distribution is a distribution of y at one x, in y's units. The continuous distributions of gonum's stat/distuv that
// have a quantile function are Distributions as they are.
type Distribution interface {
	distuv.LogProber       // LogProb(y): log density in nats
	distuv.Quantiler       // Quantile(p): the y below which lies the share p in [0, 1]
	CDF(y float64) float64 // the share of the distribution at or below y
	Mean() float64
	StdDev() float64
}

// Law gives the distribution of y at x. The truth behind a data set is a Law; so is a trained model, as [Model.At].
type Law func(x float64) Distribution

// At returns the distribution at x. It panics where there is no law, or where the law has no distribution.
func (l Law) At(x float64) Distribution {
	if l == nil {
		panic("mdnlib: the law is nil; use a model's At, or a truth such as Quadratic(0.1)")
	}
	d := l(x)
	if d == nil {
		panic(fmt.Sprintf("mdnlib: the law returned nil at x = %g; it has to return a distribution at every x that it is asked for", x))
	}
	return d
}

// Quadratic is the law behind the post's data: y is normal with mean x² − 6x + 9 and standard deviation noise·x. It panics
// when noise is negative, and at an x where noise·x is. [Laws] has others.
func Quadratic(noise float64) Law {
	if err := checkNoise("Quadratic", noise); err != nil {
		panic(fmt.Sprintf("mdnlib: %v", err))
	}
	return func(x float64) Distribution { return Normal(quadratic(x), growing("Quadratic", noise, x)) }
}

func checkNoise(law string, noise float64) error {
	if !(noise >= 0) || math.IsInf(noise, 1) {
		return fmt.Errorf("%s's noise is %g; use a finite number that is 0 or more", law, noise)
	}
	return nil
}

// quadratic is the mean of the post's law. The conversions forbid fused multiply-add, so that it is the same on every platform.
func quadratic(x float64) float64 { return float64(x*x) - float64(6*x) + 9 }

// growing is the standard deviation of the post's law, noise·x. It panics where that is negative.
func growing(law string, noise, x float64) float64 {
	sigma := noise * x
	if sigma < 0 {
		panic(fmt.Sprintf("mdnlib: %s's noise grows with x, so its standard deviation at x = %g would be %g; use x of 0 or more",
			law, x, sigma))
	}
	return sigma
}

// Normal is the normal distribution, and where sigma is 0 a [PointMass]: distuv's Normal answers NaN there.
func Normal(mu, sigma float64) Distribution {
	if sigma == 0 {
		return PointMass(mu)
	}
	return distuv.Normal{Mu: mu, Sigma: sigma}
}

// PointMass is the distribution of a y that has no noise: it is always that one value.
type PointMass float64

// LogProb is +Inf at the point, to the float32 precision of a sample, and −Inf everywhere else.
func (p PointMass) LogProb(y float64) float64 {
	if float32(y) == float32(p) {
		return math.Inf(1)
	}
	return math.Inf(-1)
}

// CDF is 0 below the point and 1 from it on.
func (p PointMass) CDF(y float64) float64 {
	if y < float64(p) {
		return 0
	}
	return 1
}

// Quantile is the point, whatever the share.
func (p PointMass) Quantile(float64) float64 { return float64(p) }

// Mean is the point.
func (p PointMass) Mean() float64 { return float64(p) }

// StdDev is 0.
func (p PointMass) StdDev() float64 { return 0 }

// Entropy is −Inf.
func (p PointMass) Entropy() float64 { return math.Inf(-1) }
