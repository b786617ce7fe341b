package mdnlib

import (
	"fmt"
	"math"
	"testing"

	"gonum.org/v1/gonum/integrate/quad"
	"gonum.org/v1/gonum/stat/distuv"
)

// tooSure is wrong in its mean and has half the standard deviation of the truth, which is Quadratic(0.2).
func tooSure(x float64) Distribution { return Normal(quadratic(x)+0.1, 0.1*x) }

// TestCalibrationKeepsItsWord counts how often intervals hold a new sample, over many draws of the samples that they are calibrated on.
func TestCalibrationKeepsItsWord(t *testing.T) {
	truth, x := Quadratic(0.2), Grid(1, 5, 60)
	const draws = 400
	held, before := map[float64]float64{}, 0.0
	for seed := range uint64(draws) {
		c, err := Calibrate(PIT(tooSure, Sample(truth, x, 2*seed+1)))
		if err != nil {
			t.Fatal(err)
		}
		fresh := Sample(truth, x, 2*seed+2)
		before += Coverage(tooSure, fresh, 0.9) / draws
		for _, level := range []float64{0.9, 0.8, 0.4} { // whose ends are shares at which it is exact
			held[level] += Coverage(c.Law(tooSure), fresh, level) / draws
		}
	}
	if before > 0.7 {
		t.Errorf("before the calibration %.3f are held; want a law that is too sure", before)
	}
	for level, share := range held {
		deviation := 0.5 * math.Sqrt(1./60+1./60) // at most, of a draw: by the samples that calibrate, and by the fresh ones
		if math.Abs(share-level) > 3*deviation/math.Sqrt(draws) {
			t.Errorf("intervals of level %g hold %.4f", level, share)
		}
	}
}

// TestCalibrationFindsTheTruth corrects one law into another, whose quantiles gonum knows.
func TestCalibrationFindsTheTruth(t *testing.T) {
	predicted, truth := distuv.Normal{Mu: 1, Sigma: 1}, distuv.Normal{Mu: 1.5, Sigma: 2}
	var pit []float64
	for i := range 99_999 {
		pit = append(pit, predicted.CDF(truth.Quantile(float64(i+1)/100_000)))
	}
	c, err := Calibrate(pit)
	if err != nil {
		t.Fatal(err)
	}
	for _, share := range calibrated {
		if got, want := c.Correct(predicted).Quantile(share), truth.Quantile(share); math.Abs(got-want) > 1e-9 {
			t.Errorf("share %g: quantile %.12g, want %.12g", share, got, want)
		}
	}
}

// TestCorrected compares what a corrected distribution says of itself with integrals of its density.
func TestCorrected(t *testing.T) {
	var pit []float64
	for i := range 50 {
		u := (float64(i) + 0.5) / 50
		pit = append(pit, u*u)
	}
	c, err := Calibrate(pit)
	if err != nil {
		t.Fatal(err)
	}
	for name, of := range map[string]Distribution{"normal": Normal(2, 0.7), "mixture": Mixture{[]float64{0.3, 0.7}, []float64{-1, 1}, []float64{0.2, 0.5}}} {
		d := c.Correct(of)
		marks := []float64{of.Quantile(1e-12)}
		for _, share := range c.Observed[1 : len(c.Observed)-1] {
			marks = append(marks, d.Quantile(share)) // between which the density is smooth
		}
		marks = append(marks, of.Quantile(1-1e-12))
		integral := func(f func(y float64) float64) (sum float64) {
			for i, low := range marks[:len(marks)-1] {
				sum += quad.Fixed(func(y float64) float64 { return f(y) * math.Exp(d.LogProb(y)) }, low, marks[i+1], 60, nil, 0)
			}
			return sum
		}
		mean := integral(func(y float64) float64 { return y })
		deviation := math.Sqrt(integral(func(y float64) float64 { return (y - mean) * (y - mean) }))
		if whole := integral(func(float64) float64 { return 1 }); math.Abs(whole-1) > 1e-6 {
			t.Errorf("%s: the density adds up to %.8f", name, whole)
		}
		if math.Abs(d.Mean()-mean) > 1e-3 || math.Abs(d.StdDev()-deviation) > 1e-3 {
			t.Errorf("%s: mean %.6f and standard deviation %.6f, want %.6f and %.6f", name, d.Mean(), d.StdDev(), mean, deviation)
		}
		for _, share := range []float64{0, 0.01, 0.05, 0.31, 0.5, 0.95, 0.99, 1} {
			if got := d.CDF(d.Quantile(share)); math.Abs(got-share) > 1e-9 {
				t.Errorf("%s: the share below the quantile of %g is %g", name, share, got)
			}
		}
	}
}

// TestCalibrationOfFewValues calibrates where many shares are the same, as of a law that rules y out.
func TestCalibrationOfFewValues(t *testing.T) {
	pit := make([]float64, 40)
	for i := range pit[20:] {
		pit[20+i] = 0.5
	}
	c, err := Calibrate(pit)
	if err != nil {
		t.Fatal(err)
	}
	d := c.Correct(Normal(0, 1))
	for _, y := range []float64{-3, 0, 0.5, 3} {
		if p := d.LogProb(y); math.IsNaN(p) || math.IsInf(p, 0) {
			t.Errorf("log density %g at %g", p, y)
		}
	}
	if got := c.Correct(PointMass(2)).Quantile(0.9); got != 2 {
		t.Errorf("a point at 2 becomes one at %g", got)
	}
}

func TestCalibrateRefuses(t *testing.T) {
	shares := func(odd float64) []float64 { return append(Grid(0, 1, 19), odd) }
	for _, test := range []struct {
		pit  []float64
		want string
	}{
		{Grid(0, 1, 18), "mdnlib: Calibrate with 18 samples; hold out 19 or more"},
		{shares(1.5), "mdnlib: Calibrate with values from 0 to 1.5; use what PIT returns, shares from 0 to 1"},
		{shares(math.NaN()), "mdnlib: Calibrate with values from NaN to 1; use what PIT returns, shares from 0 to 1"},
	} {
		if _, err := Calibrate(test.pit); fmt.Sprint(err) != test.want {
			t.Errorf("error %q, want %q", err, test.want)
		}
	}
}
