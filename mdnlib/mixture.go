package mdnlib

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"mdn/mdnlib/internal/crps"
	"mdn/mdnlib/internal/vector"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/integrate/quad"
	"gonum.org/v1/gonum/mathext"
)

// Mixture is a mixture of normal distributions: y is drawn from component k with probability Weight[k], and is then normal
// with mean Mu[k] and standard deviation Sigma[k]. So it can have several humps, and say that y has several answers.
//
// A component of weight 0 adds nothing, and one whose Sigma is 0 is a point, as [PointMass] is. To draw from a mixture,
// take its Quantile of a uniform random number; [Sample] does, for a law.
//
// Every method panics where [Mixture.Check] returns an error. Only where a parameter is not a finite number, as those of a network
// whose training diverged, does it return NaN, as distuv's do.
type Mixture struct {
	Weight []float64 // 0 or more each, and together 1 to within 1e-9
	Mu     []float64 // in y's units
	Sigma  []float64 // in y's units, 0 or more each
}

var errNotFinite = errors.New("use a finite number")

// Check returns an error that names the first impossible parameter, nil if there is none.
func (m Mixture) Check() error {
	if len(m.Mu) != len(m.Weight) || len(m.Sigma) != len(m.Weight) {
		return fmt.Errorf("a mixture's Weight, Mu and Sigma have lengths %d, %d and %d; every component needs one of each",
			len(m.Weight), len(m.Mu), len(m.Sigma))
	}
	if len(m.Weight) == 0 {
		return errors.New("a mixture has no components; at least 1 is needed")
	}
	sum := 0.0
	for k := range m.Weight {
		for _, field := range [...]struct {
			name    string
			value   float64
			minimum float64
		}{{"Weight", m.Weight[k], 0}, {"Mu", m.Mu[k], -math.MaxFloat64}, {"Sigma", m.Sigma[k], 0}} {
			if math.IsNaN(field.value) || math.IsInf(field.value, 0) {
				return fmt.Errorf("a mixture's %s[%d] is %g; %w", field.name, k, field.value, errNotFinite)
			}
			if field.value < field.minimum {
				return fmt.Errorf("a mixture's %s[%d] is %g; use 0 or more", field.name, k, field.value)
			}
		}
		sum += m.Weight[k]
	}
	if math.Abs(sum-1) > 1e-9 {
		return fmt.Errorf("a mixture's weights add up to %.10g; divide each by their sum, so that they add up to 1", sum)
	}
	return nil
}

// usable panics where the mixture is none, and reports whether its parameters are finite.
func (m Mixture) usable() bool {
	err := m.Check()
	if errors.Is(err, errNotFinite) {
		return false
	}
	if err != nil {
		panic("mdnlib: " + err.Error())
	}
	return true
}

// LogProb returns the log density at y, in nats, by log-sum-exp (Bishop 1994, eq. 22, with one target): far from every
// component, where the densities themselves underflow to 0, it is still right. At a component that is a point it is +Inf.
func (m Mixture) LogProb(y float64) float64 {
	if !m.usable() {
		return math.NaN()
	}
	return m.logProb(y)
}

func (m Mixture) logProb(y float64) float64 {
	var space [16]float64 // so that the usual mixture allocates nothing
	terms := space[:0]
	for k, weight := range m.Weight {
		if weight > 0 {
			terms = append(terms, m.logTerm(k, y))
		}
	}
	return floats.LogSumExp(terms)
}

// logTerm returns the log of what component k adds to the density at y.
func (m Mixture) logTerm(k int, y float64) float64 {
	if m.Sigma[k] == 0 {
		return PointMass(m.Mu[k]).LogProb(y)
	}
	z := (y - m.Mu[k]) / m.Sigma[k]
	if math.IsInf(z, 0) { // so far away, or with a σ next to 0
		return math.Inf(-1)
	}
	peak := math.Log(m.Weight[k] / m.Sigma[k])
	if math.IsInf(peak, 1) { // as the ratio is with a σ next to 0
		peak = math.Log(m.Weight[k]) - math.Log(m.Sigma[k])
	}
	return peak - float64(z*z/2) - vector.HalfLog2Pi
}

// CDF returns the share of the mixture at or below y, to full relative precision where it is next to 0.
func (m Mixture) CDF(y float64) float64 {
	if !m.usable() {
		return math.NaN()
	}
	return m.share(below, y)
}

// side is a sign: which side of a y is meant.
type side float64

const (
	below side = -1 // and at the y itself
	above side = 1
)

// share returns the share of the mixture on one side of y.
func (m Mixture) share(s side, y float64) float64 {
	sum := 0.0
	for k, weight := range m.Weight {
		z := (y - m.Mu[k]) / m.Sigma[k]
		if m.Sigma[k] == 0 && y == m.Mu[k] {
			z = math.Inf(1) // the whole point is at or below y
		}
		sum += float64(weight * math.Erfc(float64(s)*z/math.Sqrt2) / 2)
	}
	return min(sum, 1)
}

// Quantile returns the smallest y at or below which lies the share p. It is within 1e-9 of the mixture's spread, for p of
// 1e-12 and less as for p of 1/2, except where next to nothing of the mixture lies: between humps far apart, at the p that
// divides them, any y is as good. It panics unless p is from 0 to 1.
func (m Mixture) Quantile(p float64) float64 {
	if !(p >= 0 && p <= 1) {
		panic(fmt.Sprintf("mdnlib: a mixture's Quantile of %g; use a share from 0 to 1", p))
	}
	if !m.usable() {
		return math.NaN()
	}
	// It lies between the smallest and the largest of the components' own quantiles.
	low, high := math.Inf(1), math.Inf(-1)
	z := mathext.NormalQuantile(p)
	for k, weight := range m.Weight {
		if weight > 0 {
			own := m.Mu[k]
			if m.Sigma[k] > 0 {
				own += float64(m.Sigma[k] * z)
			}
			low, high = min(low, own), max(high, own)
		}
	}
	if p == 0 || low == high {
		return low
	}
	if p == 1 {
		return high
	}

	s, target := below, p
	if p > 0.5 {
		s, target = above, 1-p // the smaller of the two shares is the one known to more digits
	}
	before := func(share float64) bool { return (share < target) == (s == below) && share != target }
	for k, point := range m.Mu {
		justBelow := math.Nextafter(point, math.Inf(-1))
		if m.Sigma[k] == 0 && m.Weight[k] > 0 && before(m.share(s, justBelow)) && !before(m.share(s, point)) {
			return point
		}
	}

	// Newton's steps, on the logarithm of the share: in the tails, where the share itself falls off a cliff, that is nearly
	// straight. A step out of the bracket is replaced by halving it, and so is every step that comes after the 50th.
	y := float64(low/2) + float64(high/2)
	for step := 0; ; step++ {
		share := m.share(s, y)
		if before(share) {
			low = y
		} else {
			high = y
		}
		off := math.Log(share / target)
		next := y + float64(s)*off*share/math.Exp(m.logProb(y))
		if math.Abs(off) <= 1e-10 && next >= low && next <= high {
			return next // Newton's steps square what is left of the error
		}
		if !(next > low && next < high) || step >= 50 {
			next = float64(low/2) + float64(high/2)
		}
		if off == 0 || next <= low || next >= high {
			return y // nothing is left between them
		}
		y = next
	}
}

// Mean returns the mean, in y's units.
func (m Mixture) Mean() float64 {
	if !m.usable() {
		return math.NaN()
	}
	return floats.Dot(m.Weight, m.Mu)
}

// StdDev returns the standard deviation, in y's units. Its square is the mean of the components' variances plus the
// variance of their means.
func (m Mixture) StdDev() float64 {
	mean := m.Mean()
	variance := 0.0
	for k, weight := range m.Weight {
		away := m.Mu[k] - mean
		variance += float64(weight * (float64(m.Sigma[k]*m.Sigma[k]) + float64(away*away)))
	}
	return math.Sqrt(variance)
}

// Entropy returns the entropy, in nats, to within 1e-9; where a component is a point it is −Inf. No closed form is known, so
// it is integrated: by Gauss and Legendre, with 10 points in each interval between the marks at −9, −8, … 9 standard
// deviations from the mean of every component. So no interval is wide beside a component that matters in it.
func (m Mixture) Entropy() float64 {
	if !m.usable() {
		return math.NaN()
	}
	var marks []float64
	for k, weight := range m.Weight {
		switch {
		case weight == 0:
		case m.Sigma[k] == 0:
			return math.Inf(-1)
		default:
			marks = append(marks, around(m.Mu[k], float64(9*m.Sigma[k]), 19)...)
		}
	}
	slices.Sort(marks)
	surprise := func(y float64) float64 {
		logProb := m.logProb(y)
		if density := math.Exp(logProb); density > 0 {
			return -density * logProb
		}
		return 0
	}
	entropy := 0.0
	for i := range marks[1:] {
		entropy += quad.Fixed(surprise, marks[i], marks[i+1], 10, quad.Legendre{}, 0)
	}
	return entropy
}

// around returns n evenly spaced values from centre − reach to centre + reach.
func around(centre, reach float64, n int) []float64 {
	return floats.Span(make([]float64, n), centre-reach, centre+reach)
}

// Modes returns the y at which the density is higher than at every y near by, from the lowest to the highest. A component
// that is a point is a mode.
//
// At a mode the density curves down, which it does only within one Sigma of some Mu. There the sign of its slope is computed in
// steps of Sigma/16; where it changes the mode is found to full precision. A hump narrower than a step may be missed.
func (m Mixture) Modes() []float64 {
	if !m.usable() {
		return nil
	}
	var marks, modes []float64
	for k, weight := range m.Weight {
		switch {
		case weight == 0:
		case m.Sigma[k] == 0:
			modes = append(modes, m.Mu[k])
		default:
			marks = append(marks, around(m.Mu[k], m.Sigma[k], 33)...)
		}
	}
	slices.Sort(marks) // at the first mark every component rises, and at the last every one falls
	rising, last := false, 0.0
	for _, y := range marks {
		slope, rounding := m.slope(y)
		switch {
		case slope > rounding:
			rising, last = true, y
		case slope < -rounding && rising:
			rising = false
			modes = append(modes, m.peak(last, y))
		}
	}
	slices.Sort(modes)
	return slices.Compact(modes)
}

// slope returns the density's slope at y over the density's size, of the components that are not points, and a bound of
// what may be rounding in it.
func (m Mixture) slope(y float64) (slope, rounding float64) {
	top := math.Inf(-1)
	for k, weight := range m.Weight {
		if weight > 0 && m.Sigma[k] > 0 {
			top = max(top, m.logTerm(k, y))
		}
	}
	for k, weight := range m.Weight {
		if weight > 0 && m.Sigma[k] > 0 {
			term := math.Exp(m.logTerm(k, y)-top) * (m.Mu[k] - y) / (m.Sigma[k] * m.Sigma[k])
			slope += term
			rounding += float64(1e-13 * math.Abs(term))
		}
	}
	return slope, rounding
}

// peak returns the y between low and high at which the slope turns from up to down.
func (m Mixture) peak(low, high float64) float64 {
	for {
		middle := float64(low/2) + float64(high/2)
		if middle == low || middle == high {
			return middle
		}
		if slope, _ := m.slope(middle); slope > 0 {
			low = middle
		} else {
			high = middle
		}
	}
}

// CRPS returns the continuous ranked probability score of the mixture for an observed y, in y's units, in closed form
// (Grimit et al. 2006, eq. 5): the mean distance from y of what the mixture would draw, less half the mean distance of two
// draws from each other.
func (m Mixture) CRPS(y float64) float64 {
	if !m.usable() {
		return math.NaN()
	}
	fromY, apart := 0.0, 0.0
	for i, weight := range m.Weight {
		fromY += float64(weight * crps.MeanDistance(y-m.Mu[i], m.Sigma[i]))
		for j, other := range m.Weight {
			apart += float64(weight * other * crps.MeanDistance(m.Mu[i]-m.Mu[j], math.Hypot(m.Sigma[i], m.Sigma[j])))
		}
	}
	return fromY - float64(apart/2)
}
