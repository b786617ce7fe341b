package figure

import (
	"math"
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
	dots := coverageLines(reliability)
	for i, want := range []struct{ at50, at90 float64 }{{50, 90}, {26.4, 58.9}} {
		if got := dots[i]; math.Abs(got[10].Y-want.at50) > 1 || math.Abs(got[18].Y-want.at90) > 1 || got[10].X != 50 || got[18].X != 90 {
			t.Errorf("%s: %v and %v, want %v", both[i].Name, got[10], got[18], want)
		}
	}
	for _, want := range []string{"chance, 21000 pairs: along the diagonal, from 49.32 to 50.68 at 50 %", "the truth: ", "half the σ: ",
		"half the σ: inside the band of chance at 0 of 20 levels, below it at 20: too sure"} {
		if !strings.Contains(said(reliability), want) {
			t.Errorf("the description %q does not say %q", said(reliability), want)
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

// coverageLines returns what a chart's lines of coverage join.
func coverageLines(c *Chart) (lines []plotter.XYs) {
	for _, p := range c.parts {
		if line, ok := p.layer.(*coverageLine); ok {
			lines = append(lines, line.XYs)
		}
	}
	return lines
}

func densities(c *Chart) (densities [][]float64) {
	for _, p := range c.parts {
		if bars, ok := p.layer.(*densityBars); ok {
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
