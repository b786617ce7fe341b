package figure

import (
	"math"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"
	"gonum.org/v1/plot/plotter"

	"mdn/mdnlib"
)

// narrow is a law with another's means and half its standard deviations.
func narrow(law mdnlib.Law) mdnlib.Law {
	return func(x float64) mdnlib.Distribution { return mdnlib.Normal(law(x).Mean(), law(x).StdDev()/2) }
}

// TestChance compares with quantiles by exact fractions in Python: the first k at which the sum of comb(n, k) pᵏ (1 − p)ⁿ⁻ᵏ reaches q.
func TestChance(t *testing.T) {
	for _, test := range []struct {
		n           int
		p, quantile float64
		want        int
	}{{2000, 0.05, 0.025, 81}, {2000, 0.05, 0.975, 120}, {100, 0.9, 0.025, 84}, {100, 0.9, 0.975, 95}, {20, 0.5, 0.5, 10}, {10, 0.01, 0.025, 0}} {
		if got := chance(test.n, test.p, test.quantile); math.Abs(got*float64(test.n)-float64(test.want)) > 1e-9 {
			t.Errorf("the %g quantile of %d trials of %g is %g of them, want %d", test.quantile, test.n, test.p, got*float64(test.n), test.want)
		}
	}
}

// TestCalibration draws the truth beside a law with half its σ. Half the width holds 2Φ(0.6745/2) − 1 = 26.4 % where 50 % were
// claimed, and 2Φ(1.6449/2) − 1 = 58.9 % for 90 %; in the 5 % at each end of the PIT are Φ(−1.6449/2) = 20.5 % of the y.
func TestCalibration(t *testing.T) {
	law := mdnlib.Quadratic(0.1)
	d := mdnlib.Sample(law, mdnlib.Repeat(mdnlib.Grid(1, 5, 21), 1000), 2)
	both := []Prediction{{"the truth", Predicted, law}, {"half the σ", First, narrow(law)}}

	reliability := Reliability(d, both...)
	dots := lines(reliability)
	for i, want := range []struct{ at50, at90 float64 }{{50, 90}, {26.4, 58.9}} {
		if got := dots[i]; math.Abs(got[10].Y-want.at50) > 1 || math.Abs(got[18].Y-want.at90) > 1 || got[10].X != 50 || got[18].X != 90 {
			t.Errorf("%s: %v and %v, want %v", both[i].Name, got[10], got[18], want)
		}
	}
	for _, want := range []string{"chance, 21000 pairs: a band along the diagonal, from 49.32 to 50.68 at 50 %", "the truth: ", "half the σ: "} {
		if !strings.Contains(reliability.Description(), want) {
			t.Errorf("the description %q does not say %q", reliability.Description(), want)
		}
	}

	pit := PIT(d, 20, both...)
	for i, want := range []float64{1, 20 * distuv.UnitNormal.CDF(-1.6448536/2)} {
		bars := densities(pit)[i]
		if math.Abs(bars[0]-want) > 0.2 || math.Abs(bars[19]-want) > 0.2 {
			t.Errorf("%s: the outer bars are %g and %g, want %g", both[i].Name, bars[0], bars[19], want)
		}
		area := 0.0
		for _, v := range bars {
			area += v / 20
		}
		if math.Abs(area-1) > 1e-9 {
			t.Errorf("%s: the bars' area is %g, want 1", both[i].Name, area)
		}
	}
	for _, c := range []*Chart{reliability, pit} {
		if _, err := c.PNG(); err != nil {
			t.Error(err)
		}
	}
}

// lines returns what a chart's dotted lines join.
func lines(c *Chart) (lines []plotter.XYs) {
	for _, e := range c.entries {
		if line, ok := e.thumbnail.(dottedLine); ok {
			lines = append(lines, line.XYs)
		}
	}
	return lines
}

func densities(c *Chart) (densities [][]float64) {
	for _, e := range c.entries {
		if bars, ok := e.thumbnail.(densityBars); ok {
			densities = append(densities, bars.density)
		}
	}
	return densities
}

// TestCalibrationWithoutNoise draws what a law without noise predicts: points.
func TestCalibrationWithoutNoise(t *testing.T) {
	law := mdnlib.Quadratic(0)
	d := mdnlib.Sample(law, mdnlib.Grid(1, 5, 21), 2)
	for _, c := range []*Chart{Reliability(d, Prediction{"the truth", Predicted, law}), PIT(d, 20, Prediction{"the truth", Predicted, law}),
		CRPS(law(2), 1), CRPS(law(2), 3)} {
		if _, err := c.PNG(); err != nil {
			t.Error(err)
		}
	}
}

// TestCRPSIsTheArea integrates the area that the chart fills, and compares it with the score.
func TestCRPSIsTheArea(t *testing.T) {
	p, y := distuv.Normal{Mu: 1, Sigma: 0.5}, 1.8
	c := CRPS(p, y)
	polygon := c.entries[0].thumbnail.(*plotter.Polygon)
	outline, area := polygon.XYs[0], 0.0
	for i, to := range outline[1:] {
		area += (to.X - outline[i].X) * (to.Y + outline[i].Y) / 2
	}
	// Gneiting and Raftery 2007, section 4.2, with the sign of an error.
	z := (y - p.Mu) / p.Sigma
	want := p.Sigma * (z*(2*distuv.UnitNormal.CDF(z)-1) + 2*distuv.UnitNormal.Prob(z) - 1/math.SqrtPi)
	if math.Abs(area-want) > 1e-3 {
		t.Errorf("the area is %g, want the score, %g", area, want)
	}
	if !strings.Contains(c.Description(), "the gap, squared: an area of "+number(want)) {
		t.Errorf("the description %q does not say %s", c.Description(), number(want))
	}
}

// TestSpread draws an ensemble of untrained networks, which disagree.
func TestSpread(t *testing.T) {
	law, data := post()
	e := mdnlib.NewEnsemble(3, mdnlib.Network{Hidden: []int{12}, Head: mdnlib.GaussianHead{}}, 1)
	spread := Spread(e, law, data, 0, 7)
	for _, want := range []string{"data: x from 1 to 5", "true: a line from (0, 0) to (7, 0.7)", "noise, as predicted: ", "doubt: "} {
		if !strings.Contains(spread.Description(), want) {
			t.Errorf("the description %q does not say %q", spread.Description(), want)
		}
	}
	if without := Spread(e, law, mdnlib.Data{}, 0, 7).Description(); strings.Contains(without, "data: ") || !strings.Contains(without, "doubt: ") {
		t.Errorf("without data the description is %q", without)
	}
	means := New("Means", "x", "y")
	means.Means(Predicted, e, 0, 7)
	apart := 0.0
	for _, x := range mdnlib.Grid(0, 7, 201) {
		at := []float64{e[0].At(x).Mean(), e[1].At(x).Mean(), e[2].At(x).Mean()}
		apart = max(apart, slices.Max(at)-slices.Min(at))
	}
	want := "where they span " + number(apart)
	if !strings.Contains(means.Description(), want) {
		t.Errorf("the description %q does not say %q", means.Description(), want)
	}
	for _, c := range []*Chart{spread, means} {
		if _, err := c.PNG(); err != nil {
			t.Error(err)
		}
	}
}
