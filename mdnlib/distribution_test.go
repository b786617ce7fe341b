package mdnlib

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"mdn/mdnlib/internal/crps"

	"gonum.org/v1/gonum/integrate/quad"
	"gonum.org/v1/gonum/stat/distuv"
)

// testedDistribution is a distribution with a density, and how near it must come to what is integrated.
type testedDistribution struct {
	name      string
	d         Distribution
	breaks    []float64 // where its density is not smooth, or turns quickly
	tolerance float64   // of moments, entropy and CRPS; that of shares is always 1e-9
}

func testedDistributions(t *testing.T) []testedDistribution {
	t.Helper()
	all := []testedDistribution{
		{"normal", Normal(-3, 0.25), nil, 1e-6},
		{"Student's t with 5 degrees of freedom", distuv.StudentsT{Mu: 1, Sigma: 2, Nu: 5}, nil, 1e-4},
		{"Gumbel", distuv.GumbelRight{Mu: 2, Beta: 0.3}, nil, 1e-5},
		{"Gumbel in other units", units{shiftY: -40, scaleY: 8}.distribution(distuv.GumbelRight{Mu: 2, Beta: 0.3}), nil, 1e-5},
		{"uniforms", Uniforms{[]float64{0.25, 0.5, 0.25}, []float64{-1, 0, 5}, []float64{-0.5, 2, 5.5}}, []float64{-1, -0.5, 0, 2, 5, 5.5}, 1e-6},
	}
	for name, g := range goldenMixtures(t) {
		m := g.mixture()
		var breaks []float64
		for k, mu := range m.Mu {
			breaks = append(breaks, around(mu, 6*m.Sigma[k], 13)...)
		}
		all = append(all, testedDistribution{"mixture " + name, m, breaks, 1e-6})
	}
	for _, l := range Laws(0.15) {
		if l.Name == "none" { // it has no density
			continue
		}
		for _, x := range Grid(l.From, l.To, 17) {
			tested := testedDistribution{fmt.Sprintf("%s at x = %g", l.Name, x), l.Law(x), nil, 1e-5}
			switch d := tested.d.(type) {
			case Uniforms:
				tested.breaks = slices.Concat(d.From, d.To)
			case studentsT:
				tested.tolerance = 1e-4
			}
			all = append(all, tested)
		}
	}
	return all
}

// TestDistributions puts every distribution through what holds for all, and through what its methods say it can do.
func TestDistributions(t *testing.T) {
	for _, test := range testedDistributions(t) {
		t.Run(test.name, func(t *testing.T) {
			test.testQuantiles(t)
			test.testDensity(t)
			test.testMoments(t)
			test.testCRPS(t)
		})
	}
}

var testedShares = []float64{1e-9, 1e-7, 1e-5, 0.001, 0.01, 0.05, 0.2, 0.4, 0.5, 0.7, 0.93, 0.99, 0.999, 1 - 1e-5, 1 - 1e-7, 1 - 1e-9}

// testQuantiles checks that Quantile inverts CDF, and rises.
func (test testedDistribution) testQuantiles(t *testing.T) {
	last := math.Inf(-1)
	for _, p := range testedShares {
		y := test.d.Quantile(p)
		rounding := 4e-16*math.Abs(y)*test.density(y) + 2e-16*p
		if got := test.d.CDF(y); math.Abs(got-p) > 1e-9*min(p, 1-p)+rounding {
			t.Errorf("CDF(Quantile(%g)) = %.12g", p, got)
		}
		if !(y >= last) {
			t.Errorf("Quantile(%g) is %g, less than that of a smaller share, %g", p, y, last)
		}
		last = y
	}
}

// integrate integrates f from one quantile to another, in pieces between the other quantiles and the breaks.
func (test testedDistribution) integrate(f func(y float64) float64, from, to float64) float64 {
	low, high := test.d.Quantile(from), test.d.Quantile(to)
	marks := slices.Clone(test.breaks)
	for _, p := range testedShares {
		marks = append(marks, test.d.Quantile(p))
	}
	marks = slices.DeleteFunc(append(marks, low, high), func(y float64) bool { return y < low || y > high })
	slices.Sort(marks)
	sum := 0.0
	for i := range marks[1:] {
		if marks[i] < marks[i+1] {
			sum += quad.Fixed(f, marks[i], marks[i+1], 40, quad.Legendre{}, 0)
		}
	}
	return sum
}

func (test testedDistribution) density(y float64) float64 { return math.Exp(test.d.LogProb(y)) }

// testDensity checks that between two quantiles the density integrates to the share between them.
func (test testedDistribution) testDensity(t *testing.T) {
	for i, p := range testedShares[1:] {
		got, want := test.integrate(test.density, testedShares[i], p), p-testedShares[i]
		if math.Abs(got-want) > 1e-9 {
			t.Errorf("the density between the quantiles %g and %g integrates to %.12g", testedShares[i], p, got)
		}
	}
}

// testMoments checks mean, standard deviation and, where it is known, entropy against their definitions.
func (test testedDistribution) testMoments(t *testing.T) {
	first, last := testedShares[0], testedShares[len(testedShares)-1]
	expectation := func(f func(y float64) float64) float64 {
		return test.integrate(func(y float64) float64 {
			density := test.density(y)
			if density == 0 {
				return 0
			}
			return density * f(y)
		}, first, last)
	}
	mean, deviation := test.d.Mean(), test.d.StdDev()
	if off := expectation(func(y float64) float64 { return y - mean }); math.Abs(off) > test.tolerance*deviation {
		t.Errorf("the mean is %.9g, and by integration %.9g", mean, mean+off)
	}
	square := expectation(func(y float64) float64 { return (y - mean) * (y - mean) })
	if got := math.Sqrt(square); !relativelyNear(got, deviation, test.tolerance) {
		t.Errorf("the standard deviation is %.9g, and by integration %.9g", deviation, got)
	}
	if known, ok := test.d.(interface{ Entropy() float64 }); ok {
		want := expectation(func(y float64) float64 { return -test.d.LogProb(y) })
		if got := known.Entropy(); math.Abs(got-want) > test.tolerance {
			t.Errorf("the entropy is %.9g, and by integration %.9g", got, want)
		}
	}
}

// testCRPS compares the score with its definition, the integral of the squared gap between the CDF and a step.
func (test testedDistribution) testCRPS(t *testing.T) {
	tolerance := test.tolerance
	if _, ok := test.d.(Uniforms); ok { // which have no closed form, and a density with steps
		tolerance = 5e-3
	}
	for _, p := range []float64{0.001, 0.3, 0.5, 0.99} {
		y := test.d.Quantile(p)
		below := test.integrate(func(v float64) float64 { return test.d.CDF(v) * test.d.CDF(v) }, testedShares[0], p)
		above := test.integrate(func(v float64) float64 { return (1 - test.d.CDF(v)) * (1 - test.d.CDF(v)) }, p, testedShares[len(testedShares)-1])
		if got, want := crpsOf(test.d, y), below+above; math.Abs(got-want) > tolerance*test.d.StdDev() {
			t.Errorf("the CRPS at %g is %.9g, and by its definition %.9g", y, got, want)
		}
		if got, want := crps.Integrated(test.d, y), below+above; math.Abs(got-want) > 5e-3*test.d.StdDev() {
			t.Errorf("the integrated CRPS at %g is %.9g, and by its definition %.9g", y, got, want)
		}
	}
}

// TestUniformsWithoutWeight puts intervals and points of weight 0 before, between and after others: they change nothing.
func TestUniformsWithoutWeight(t *testing.T) {
	want := Uniforms{[]float64{0.25, 0.75}, []float64{0, 5}, []float64{2, 5.5}}
	got := Uniforms{[]float64{0, 0.25, 0, 0, 0.75, 0}, []float64{-3, 0, 3, 4, 5, 7}, []float64{-2, 2, 3, 4.5, 5.5, 7}}
	for _, p := range []float64{0, 0.1, 0.25, 0.3, 1} {
		if got.Quantile(p) != want.Quantile(p) {
			t.Errorf("the quantile of %g is %g, want %g", p, got.Quantile(p), want.Quantile(p))
		}
	}
	for _, y := range []float64{-3, -2.5, 0, 1, 3, 4.2, 5.2, 7, 8} {
		if got.LogProb(y) != want.LogProb(y) || got.CDF(y) != want.CDF(y) {
			t.Errorf("at %g the log density is %g and the CDF %g, want %g and %g", y, got.LogProb(y), got.CDF(y), want.LogProb(y), want.CDF(y))
		}
	}
	if got.Entropy() != want.Entropy() || got.Mean() != want.Mean() || got.StdDev() != want.StdDev() {
		t.Errorf("entropy %g, mean %g and standard deviation %g, want %g, %g and %g",
			got.Entropy(), got.Mean(), got.StdDev(), want.Entropy(), want.Mean(), want.StdDev())
	}
}
