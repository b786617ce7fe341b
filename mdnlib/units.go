package mdnlib

import (
	"math"
	"slices"

	"mdn/mdnlib/internal/portable"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/stat/distuv"
)

// scaling says how the user's numbers of one input become those that a network sees, which it learns from best where they are about 0
// and spread by about 1: each less the shift, over the scale.
type scaling struct{ shift, scale float64 }

// units say the same of y.
type units struct{ shiftY, scaleY float64 }

// plain leaves every y as it is.
var plain = units{scaleY: 1}

// plainInputs leave every number of n inputs as it is.
func plainInputs(n int) []scaling { return slices.Repeat([]scaling{{scale: 1}}, n) }

// unscaled reports whether the network sees the user's numbers as they are.
func (m *Model) unscaled() bool {
	return m.units == plain && slices.Equal(m.inputs, plainInputs(len(m.inputs)))
}

// standard returns the scalings and units in which every column of the rows, and their y, have mean 0 and standard deviation 1. What
// does not vary keeps its scale.
func standard(r Rows) (inputs []scaling, u units) {
	measure := func(values []float64) (mean, deviation float64) {
		mean, deviation = portable.MeanAndDeviation(values)
		if !(deviation > 1e-12*math.Abs(mean)) { // less than the rounding of the mean
			deviation = 1
		}
		return mean, deviation
	}
	for j := range r.X[0] {
		shift, scale := measure(r.values(j))
		inputs = append(inputs, scaling{shift, scale})
	}
	u.shiftY, u.scaleY = measure(r.Y)
	return inputs, u
}

// input returns what the network sees of x.
func (s scaling) input(x float64) float32 { return float32((x - s.shift) / s.scale) }

// target returns what the network sees of y.
func (u units) target(y float64) float32 { return float32((y - u.shiftY) / u.scaleY) }

// y returns the user's y for a raw output.
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

// rescaled is the distribution of units.shiftY + units.scaleY·v, where v is distributed as of is. [CRPS] and [NLLFloor] use the
// closed forms of that one.
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
