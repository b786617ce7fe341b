package mdnlib

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/stat/distuv"
)

// units say how the user's x and y become the numbers that a network sees, which it learns from best where they are about 0
// and spread by about 1: each less its shift, over its scale.
type units struct{ shiftX, scaleX, shiftY, scaleY float64 }

// plain leaves every number as it is.
var plain = units{scaleX: 1, scaleY: 1}

// standard returns the units in which the data has mean 0 and standard deviation 1. What does not vary keeps its scale.
func standard(d Data) units {
	measure := func(values []float64) (mean, deviation float64) {
		mean, deviation = meanAndDeviation(values)
		if !(deviation > 1e-12*math.Abs(mean)) { // less than the rounding of the mean
			deviation = 1
		}
		return mean, deviation
	}
	var u units
	u.shiftX, u.scaleX = measure(d.X)
	u.shiftY, u.scaleY = measure(d.Y)
	return u
}

// meanAndDeviation returns the mean of the values and their standard deviation. Those of gonum add in another order on each platform.
func meanAndDeviation(values []float64) (mean, deviation float64) {
	n := float64(len(values))
	for _, v := range values {
		mean += v / n
	}
	variance := 0.0
	for _, v := range values {
		variance += float64((v - mean) * (v - mean) / n)
	}
	return mean, math.Sqrt(variance)
}

// logOf returns the natural logarithm of a finite x > 0, to within some 2e-16 of it or of itself. Go's differs between platforms in
// the last bit, and costs would with it.
func logOf(x float64) float64 {
	// x = 2^exponent · f with √½ ≤ f < √2, and log f = 2·artanh s = 2(s + s³/3 + s⁵/5 + …) with s = (f − 1)/(f + 1).
	f, exponent := math.Frexp(x)
	if f < math.Sqrt2/2 {
		f, exponent = 2*f, exponent-1
	}
	s := (f - 1) / (f + 1)
	square, series := float64(s*s), 0.0
	for n := 25; n >= 1; n -= 2 {
		series = float64(series*square) + 1/float64(n)
	}
	return float64(float64(exponent)*math.Ln2) + float64(2*s*series)
}

// input returns what the network sees of x.
func (u units) input(x float64) float32 { return float32((x - u.shiftX) / u.scaleX) }

// target returns what the network sees of y.
func (u units) target(y float64) float32 { return float32((y - u.shiftY) / u.scaleY) }

// y returns the y that the network means by raw.
func (u units) y(raw float32) float64 { return u.shiftY + float64(u.scaleY*float64(raw)) }

// distribution returns d, which is of the y that the network sees, in the user's units. What is normal stays so, a point a
// point, and a mixture a mixture.
func (u units) distribution(d Distribution) Distribution {
	if u == plain {
		return d
	}
	r := rescaled{d, u}
	switch d := d.(type) {
	case PointMass:
		return PointMass(r.outside(float64(d)))
	case distuv.Normal:
		return Normal(r.outside(d.Mu), u.scaleY*d.Sigma)
	case Mixture:
		moved := Mixture{Weight: slices.Clone(d.Weight), Mu: slices.Clone(d.Mu), Sigma: slices.Clone(d.Sigma)}
		for k, mu := range d.Mu {
			moved.Mu[k] = r.outside(mu)
		}
		floats.Scale(u.scaleY, moved.Sigma)
		return moved
	}
	return r
}

// rescaled is the distribution of units.shiftY + units.scaleY·v, where v is distributed as the one inside. [CRPS] and
// [NLLFloor] look inside, for what that one may know of itself in closed form.
type rescaled struct {
	of    Distribution
	units units
}

func (r rescaled) inside(y float64) float64  { return (y - r.units.shiftY) / r.units.scaleY }
func (r rescaled) outside(v float64) float64 { return r.units.shiftY + float64(r.units.scaleY*v) }

func (r rescaled) LogProb(y float64) float64 {
	return r.of.LogProb(r.inside(y)) - math.Log(r.units.scaleY)
}
func (r rescaled) CDF(y float64) float64      { return r.of.CDF(r.inside(y)) }
func (r rescaled) Quantile(p float64) float64 { return r.outside(r.of.Quantile(p)) }
func (r rescaled) Mean() float64              { return r.outside(r.of.Mean()) }
func (r rescaled) StdDev() float64            { return r.units.scaleY * r.of.StdDev() }
