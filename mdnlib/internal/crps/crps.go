// Package crps computes the continuous ranked probability score of a distribution for one observed y, in y's units.
package crps

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/integrate/quad"
	"gonum.org/v1/gonum/mathext"
	"gonum.org/v1/gonum/stat/distuv"
)

// Normal returns the CRPS of a normal distribution (Gneiting and Raftery 2007, section 4.2).
func Normal(mu, sigma, y float64) float64 { return MeanDistance(y-mu, sigma) - sigma/math.SqrtPi }

// MeanDistance returns the mean of |v| where v is normal, with this mean and standard deviation.
func MeanDistance(mu, sigma float64) float64 {
	if sigma == 0 {
		return math.Abs(mu)
	}
	z := mu / sigma
	return float64(sigma*math.Sqrt(2/math.Pi)*math.Exp(-z*z/2)) + float64(mu*math.Erf(z/math.Sqrt2))
}

// StudentsT returns the CRPS of Student's t with Mu 0 and Sigma 1. With ½ a degree of freedom or less the tails are so heavy
// that it is infinite. The closed form is that of Jordan, Krüger and Lerch 2019, appendix A,
//
//	z(2F(z) − 1) + 2f(z)(ν + z²)/(ν−1) − 2√ν/(ν−1) · B(½, ν−½)/B(½, ν/2)²
//
// with 2f(0)ν taken out of the last two terms. They are then (e^(a(ν−1)) − 1)/(ν−1) with two values of a, and where ν is 1, and
// both terms are infinite, the difference of these: that is Cauchy's distribution.
func StudentsT(nu, z float64) float64 {
	if nu <= 0.5 {
		return math.Inf(1)
	}
	above1 := nu - 1
	atY := -math.Log1p(z*z/nu) / 2
	apart := (mathext.Lbeta(0.5, nu-0.5) - mathext.Lbeta(0.5, nu/2)) / above1
	if math.Abs(above1) < 1e-4 { // where that is 0/0, its series
		const zeta3 = 1.2020569031595942
		apart = -math.Ln2 + float64(above1*(math.Pi*math.Pi/8-float64(above1*7/4*zeta3)))
	}
	growth := func(a float64) float64 {
		if above1 == 0 {
			return a
		}
		return math.Expm1(a*above1) / above1
	}
	unit := distuv.StudentsT{Sigma: 1, Nu: nu}
	return float64(z*(float64(2*unit.CDF(z))-1)) + float64(2*unit.Prob(0)*nu*(growth(atY)-growth(apart)))
}

// Distribution is what Integrated needs of a distribution.
type Distribution interface {
	CDF(y float64) float64
	Quantile(p float64) float64
}

// Integrated returns the CRPS of any distribution by Gauss-Legendre quadrature, with 16 points in each interval between y and
// the quantiles at the shares that a normal distribution has below −6, −5, … 6. What lies beyond counts by the square of its share.
func Integrated(p Distribution, y float64) float64 {
	marks := []float64{y}
	for z := -6.0; z <= 6; z++ {
		marks = append(marks, p.Quantile(distuv.UnitNormal.CDF(z)))
	}
	slices.Sort(marks)
	sum := 0.0
	for i, low := range marks[:len(marks)-1] {
		sum += quad.Fixed(func(v float64) float64 {
			gap := p.CDF(v)
			if low >= y {
				gap = 1 - gap
			}
			return gap * gap
		}, low, marks[i+1], 16, quad.Legendre{}, 0)
	}
	return sum
}
