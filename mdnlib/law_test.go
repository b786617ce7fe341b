package mdnlib

import (
	"math"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

// named is the law of that name.
func named(t *testing.T, name string, noise float64) NamedLaw {
	t.Helper()
	l, err := LawByName(name, noise)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// near tells whether a is within tolerance of b, absolutely or relative to b, whichever is the more.
func near(a, b, tolerance float64) bool { return math.Abs(a-b) <= tolerance*max(1, math.Abs(b)) }

// TestLawsAgainstSciPy compares each law with the values in laws.json.
func TestLawsAgainstSciPy(t *testing.T) {
	var golden struct {
		Noise  float64
		Shares []float64
		Cases  []struct {
			Law                  string
			X, Mean, SD, Entropy float64
			Quantiles, Y, CDF    []float64
			LogDensity           []float64 `json:"log_density"`
		}
	}
	readJSON(t, "testdata/laws.json", &golden)
	if len(golden.Cases) != 28 {
		t.Fatalf("%d cases, want 28", len(golden.Cases))
	}
	for _, c := range golden.Cases {
		d := named(t, c.Law, golden.Noise).Law(c.X)
		check := func(what string, at, got, want, tolerance float64) {
			t.Helper()
			if !near(got, want, tolerance) {
				t.Errorf("%s at x = %g: %s(%g) = %.16g, want %.16g", c.Law, c.X, what, at, got, want)
			}
		}
		check("mean", 0, d.Mean(), c.Mean, 1e-12)
		check("standard deviation", 0, d.StdDev(), c.SD, 1e-12)
		check("entropy", 0, d.(interface{ Entropy() float64 }).Entropy(), c.Entropy, 1e-9)
		for i, p := range golden.Shares {
			check("quantile", p, d.Quantile(p), c.Quantiles[i], 1e-9)
		}
		for i, y := range c.Y {
			check("log density", y, d.LogProb(y), c.LogDensity[i], 1e-10)
			check("CDF", y, d.CDF(y), c.CDF[i], 1e-12)
		}
	}
}

// TestTwoHumps checks that the two-humped law is: the density in the middle is far below that to both sides.
func TestTwoHumps(t *testing.T) {
	d := named(t, "two-humped", 0.2).Law(4)
	valley := d.LogProb(d.Mean())
	for _, side := range []float64{-0.9, 0.9} {
		if hump := d.LogProb(d.Mean() + side*d.StdDev()); hump-valley < math.Log(4) {
			t.Errorf("the density on the hump is %.2f times that in the middle, want 4 times or more", math.Exp(hump-valley))
		}
	}
}

// TestSkewedTail checks that the skewed law's long tail points to large y.
func TestSkewedTail(t *testing.T) {
	d := named(t, "skewed", 0.2).Law(4)
	if above, below := d.Quantile(0.999)-d.Mean(), d.Mean()-d.Quantile(0.001); above < 2*below {
		t.Errorf("0.999 of it lies within %g above the mean, 0.001 begins %g below", above, below)
	}
}

// TestNoNoise checks that every law answers with points when the noise is 0.
func TestNoNoise(t *testing.T) {
	for _, l := range Laws(0) {
		for _, x := range Grid(l.From, l.To, 9) {
			d := l.Law(x)
			if _, point := d.(PointMass); !point && l.Name != "inverse" {
				t.Errorf("%s without noise is %T at x = %g", l.Name, d, x)
			}
			if got := d.(interface{ Entropy() float64 }).Entropy(); !math.IsInf(got, -1) {
				t.Errorf("%s without noise has entropy %g at x = %g, want -Inf", l.Name, got, x)
			}
		}
		if got := NLL(l.Law, l.Sample(2000, 1)); !math.IsInf(got, -1) {
			t.Errorf("%s without noise: NLL of its own samples is %g, want -Inf", l.Name, got)
		}
	}
	if got := named(t, "none", 0.3).Law(5); got != PointMass(4) {
		t.Errorf("the law none at x = 5 is %v", got)
	}
}

// TestNamedLawSample checks of each law's own samples that they are the law's: x in its range, and the shares CDF(y)
// uniform, by their mean, their variance, and Kolmogorov's greatest distance, each within five standard errors or so.
func TestNamedLawSample(t *testing.T) {
	const n = 20000
	for _, l := range Laws(0.1) {
		d := l.Sample(n, 5)
		if again := l.Sample(n, 5); !slices.Equal(d.X, again.X) || !slices.Equal(d.Y, again.Y) {
			t.Errorf("%s: the same seed drew other data", l.Name)
		}
		if other := l.Sample(n, 6); slices.Equal(d.X, other.X) {
			t.Errorf("%s: another seed drew the same data", l.Name)
		}
		if err := d.Check(); err != nil || d.Len() != n {
			t.Errorf("%s: %d pairs, %v", l.Name, d.Len(), err)
		}
		shares := make([]float64, n)
		standardised := make([]float64, n)
		for i := range d.X {
			if d.X[i] != float64(float32(d.X[i])) || d.Y[i] != float64(float32(d.Y[i])) {
				t.Fatalf("%s: pair %d, (%v, %v), is not of float32", l.Name, i, d.X[i], d.Y[i])
			}
			at := l.Law(d.X[i])
			shares[i] = at.CDF(d.Y[i])
			standardised[i] = (d.Y[i] - at.Mean()) / at.StdDev()
		}
		if l.Name == "none" {
			continue
		}
		if l.Name != "inverse" {
			if low, high := slices.Min(d.X), slices.Max(d.X); low < l.From || low > l.From+0.01 || high > l.To || high < l.To-0.01 {
				t.Errorf("%s: x from %g to %g, want %g to %g", l.Name, low, high, l.From, l.To)
			}
		}
		mean, variance := stat.MeanVariance(standardised, nil)
		if tolerance := 5 / math.Sqrt(n); math.Abs(mean) > tolerance {
			t.Errorf("%s: standardised y has mean %.4f, want 0 ± %.4f", l.Name, mean, tolerance)
		}
		// The variance of a variance is (kurtosis − 1)/n; Student's t with ν = 5 has the largest kurtosis, 9.
		if tolerance := 5 * math.Sqrt(8.0/n); math.Abs(variance-1) > tolerance {
			t.Errorf("%s: standardised y has variance %.4f, want 1 ± %.4f", l.Name, variance, tolerance)
		}
		slices.Sort(shares)
		distance := 0.0
		for i, share := range shares {
			distance = max(distance, share-float64(i)/n, float64(i+1)/n-share)
		}
		if limit := 1.95 / math.Sqrt(n); distance > limit { // once in a thousand seeds by chance
			t.Errorf("%s: Kolmogorov's distance is %.4f, want at most %.4f", l.Name, distance, limit)
		}
	}
}

// TestNamedLawNoiseStretches checks that more noise keeps x and moves the same points away from their means.
func TestNamedLawNoiseStretches(t *testing.T) {
	for _, name := range []string{"constant", "heavy-tailed", "skewed", "two-humped"} {
		a, b := named(t, name, 0.1).Sample(500, 1), named(t, name, 0.3).Sample(500, 1)
		for i := range a.X {
			if mean := quadratic(a.X[i]); a.X[i] != b.X[i] || math.Abs((b.Y[i]-mean)-3*(a.Y[i]-mean)) > 1e-5 {
				t.Fatalf("%s, pair %d: (%g, %g) with noise 0.1, (%g, %g) with 0.3", name, i, a.X[i], a.Y[i], b.X[i], b.Y[i])
			}
		}
	}
}

// TestInversePairs checks the inverse problem's samples against how they are made: t uniform, and what is left of x
// uniform on (−noise, noise).
func TestInversePairs(t *testing.T) {
	const n, noise = 20000, 0.1
	d := named(t, "inverse", noise).Sample(n, 3)
	left := make([]float64, n)
	for i := range d.X {
		left[i] = d.X[i] - d.Y[i] - 0.3*math.Sin(2*math.Pi*d.Y[i])
		if math.Abs(left[i]) > noise+1e-6 || d.Y[i] < 0 || d.Y[i] > 1 {
			t.Fatalf("pair %d: x = %g, t = %g", i, d.X[i], d.Y[i])
		}
	}
	for _, test := range []struct {
		what    string
		values  []float64
		uniform distuv.Uniform
	}{{"t", d.Y, distuv.Uniform{Min: 0, Max: 1}}, {"u", left, distuv.Uniform{Min: -noise, Max: noise}}} {
		mean, variance := stat.MeanVariance(test.values, nil)
		u := test.uniform
		if tolerance := 5 * u.StdDev() / math.Sqrt(n); math.Abs(mean-u.Mean()) > tolerance {
			t.Errorf("%s has mean %.5f, want %.5f ± %.5f", test.what, mean, u.Mean(), tolerance)
		}
		// The kurtosis of a uniform distribution is 9/5.
		if tolerance := 5 * u.Variance() * math.Sqrt(0.8/n); math.Abs(variance-u.Variance()) > tolerance {
			t.Errorf("%s has variance %.6f, want %.6f ± %.6f", test.what, variance, u.Variance(), tolerance)
		}
	}
}

// TestInverseAgainstCounting compares the inverse law with counting: of a million t in (0, 1), those near enough to x.
func TestInverseAgainstCounting(t *testing.T) {
	const n = 1000000
	for _, test := range []struct {
		noise, x  float64
		intervals int
	}{
		{0.1, 0.5, 1}, {0.1, 0.2, 1}, {0.1, 0.35, 2}, {0.1, 0.55, 2}, {0.1, -0.05, 1}, {0.1, 1.0999, 1}, {0.3, 0.6, 1}, {0.02, 0.5, 3},
		{0.02, 0.59, 2}, {1, 0.5, 1},
	} {
		l := named(t, "inverse", test.noise)
		d := l.Law(test.x).(Uniforms)
		if len(d.Weight) != test.intervals {
			t.Errorf("noise %g, x = %g: intervals from %v to %v, want %d", test.noise, test.x, d.From, d.To, test.intervals)
		}
		var inside []float64
		for i := range n {
			y := (float64(i) + 0.5) / n
			if math.Abs(test.x-y-0.3*math.Sin(2*math.Pi*y)) <= test.noise {
				inside = append(inside, y)
			}
		}
		count := float64(len(inside))
		mean, sigma := stat.MeanStdDev(inside, nil)
		check := func(what string, got, want float64) {
			t.Helper()
			// Each end of an interval is off by half a step of the counting.
			if math.Abs(got-want) > 6/count {
				t.Errorf("noise %g, x = %g: %s %.8f, by counting %.8f", test.noise, test.x, what, got, want)
			}
		}
		check("mean", d.Mean(), mean)
		check("standard deviation", d.StdDev(), sigma)
		check("entropy", d.Entropy(), math.Log(count/n))
		for _, i := range []int{0, len(inside) / 3, len(inside) / 2, len(inside) - 1} {
			check("CDF", d.CDF(inside[i]), (float64(i)+0.5)/count)
			check("log density", d.LogProb(inside[i]), -math.Log(count/n))
		}
		for _, p := range []float64{0, 0.01, 0.3, 0.5, 0.77, 1} {
			// A y near 1 has a rounding error of 1e-16, which is the more of a short interval.
			if got := d.CDF(d.Quantile(p)); !near(got, p, 1e-15+2e-16*n/count) {
				t.Errorf("noise %g, x = %g: CDF(Quantile(%g)) = %.17g", test.noise, test.x, p, got)
			}
		}
		if below, above := d.CDF(d.From[0]-1e-9), d.CDF(2); below != 0 || above != 1 {
			t.Errorf("noise %g, x = %g: CDF is %g before the first interval and %g after the last", test.noise, test.x, below, above)
		}
		if !math.IsInf(d.LogProb(-0.01), -1) || !math.IsInf(d.LogProb(1.01), -1) {
			t.Errorf("noise %g, x = %g: a density outside (0, 1)", test.noise, test.x)
		}
	}
}

// TestInverseEnds checks that every end of an interval is 0, 1, or where the curve is noise away from x, to the last digits.
func TestInverseEnds(t *testing.T) {
	for _, noise := range []float64{0.001, 0.1, 0.4} {
		for _, x := range Grid(-noise, 1+noise, 4001) {
			d := inverse(noise, x)
			for _, end := range append(slices.Clone(d.From), d.To...) {
				if end == 0 || end == 1 {
					continue
				}
				curve := end + 0.3*math.Sin(2*math.Pi*end)
				if off := math.Abs(math.Abs(x-curve) - noise); off > 1e-15 {
					t.Errorf("noise %g, x = %g: at the end %.17g the curve is %g off", noise, x, end, off)
				}
			}
		}
	}
}

// TestInverseWithoutNoise checks the points at x = 0.5: one half, and two at equal distances from it, each with a weight
// in proportion to 1/|slope|.
func TestInverseWithoutNoise(t *testing.T) {
	d := named(t, "inverse", 0).Law(0.5).(Uniforms)
	if len(d.Weight) != 3 || d.From[1] != 0.5 || !near(d.From[0]+d.From[2], 1, 1e-15) || !slices.Equal(d.From, d.To) {
		t.Fatalf("points %v to %v", d.From, d.To)
	}
	for i, at := range d.From {
		if curve := at + 0.3*math.Sin(2*math.Pi*at); !near(curve, 0.5, 1e-15) {
			t.Errorf("the curve at point %d, %g, is %.17g", i, at, curve)
		}
	}
	slope := func(t float64) float64 { return math.Abs(1 + 0.6*math.Pi*math.Cos(2*math.Pi*t)) }
	if got, want := d.Weight[0]/d.Weight[1], slope(d.From[1])/slope(d.From[0]); !near(got, want, 1e-12) {
		t.Errorf("weights %v, whose first two have the ratio %g, want %g", d.Weight, got, want)
	}
	if tiny := inverse(1e-20, 0.5); !slices.Equal(tiny.From, d.From) || !slices.Equal(tiny.Weight, d.Weight) {
		t.Errorf("with noise 1e-20: %v, want %v", tiny, d)
	}
	// With hardly any noise it is nearly the same.
	little := named(t, "inverse", 1e-7).Law(0.5)
	if !near(d.StdDev(), little.StdDev(), 1e-7) || !near(d.Mean(), little.Mean(), 1e-7) {
		t.Errorf("mean %g and standard deviation %g, want about %g and %g", d.Mean(), d.StdDev(), little.Mean(), little.StdDev())
	}
}

// TestLawNames checks that a law is found by its name, and what a wrong setting is answered with.
func TestLawNames(t *testing.T) {
	want := []string{"growing", "constant", "none", "u-shaped", "periodic", "heavy-tailed", "skewed", "two-humped", "inverse"}
	var names []string
	for _, l := range Laws(0.1) {
		names = append(names, l.Name)
		if found := named(t, l.Name, 0.1); found.Name != l.Name || l.Description == "" {
			t.Errorf("%q finds %q, %q", l.Name, found.Name, found.Description)
		}
	}
	if !slices.Equal(names, want) {
		t.Errorf("laws %q, want %q", names, want)
	}
	for _, test := range []struct {
		name  string
		noise float64
		want  string
	}{
		{"gaussian", 0.1, `no law is named "gaussian"; use one of growing, constant, none, u-shaped, periodic, heavy-tailed, skewed, two-humped, inverse`},
		{"growing", -0.1, "the law's noise is -0.1; use a finite number that is 0 or more"},
		{"skewed", math.NaN(), "the law's noise is NaN; use a finite number that is 0 or more"},
		{"inverse", math.Inf(1), "the law's noise is +Inf; use a finite number that is 0 or more"},
	} {
		if _, err := LawByName(test.name, test.noise); err == nil || err.Error() != test.want {
			t.Errorf("LawByName(%q, %g): %v, want %s", test.name, test.noise, err, test.want)
		}
	}
}

// TestLawMistakes asserts what a caller's mistakes with laws are answered with.
func TestLawMistakes(t *testing.T) {
	at := func(name string, x float64) func() { return func() { named(t, name, 0.1).Law(x) } }
	for _, test := range []struct {
		name string
		f    func()
		want string
	}{
		{"negative noise", func() { Laws(-0.1) }, "mdnlib: the law's noise is -0.1; use a finite number that is 0 or more"},
		{"noise NaN", func() { Laws(math.NaN()) }, "mdnlib: the law's noise is NaN; use a finite number that is 0 or more"},
		{"infinite noise", func() { Laws(math.Inf(1)) }, "mdnlib: the law's noise is +Inf; use a finite number that is 0 or more"},
		{"growing", at("growing", -1), "mdnlib: Quadratic's noise grows with x, so its standard deviation at x = -1 would be -0.1; use x of 0 or more"},
		{"heavy", at("heavy-tailed", -1), "mdnlib: the heavy-tailed law's noise grows with x"},
		{"skewed", at("skewed", -1), "mdnlib: the skewed law's noise grows with x"},
		{"humps", at("two-humped", -1), "mdnlib: the two-humped law's noise grows with x"},
		{"before inverse", at("inverse", -0.2), "mdnlib: the inverse law has no y at x = -0.2; with noise 0.1 use x in [-0.1, 1.1]"},
		{"after inverse", at("inverse", 1.2), "mdnlib: the inverse law has no y at x = 1.2; with noise 0.1 use x in [-0.1, 1.1]"},
		{"inverse NaN", at("inverse", math.NaN()), "mdnlib: the inverse law has no y at x = NaN"},
		{"no pairs", func() { Laws(0.1)[0].Sample(0, 1) }, "mdnlib: Sample of 0 pairs; use 1 or more"},
		{"no range", func() { NamedLaw{Name: "mine", Law: Quadratic(1)}.Sample(9, 1) }, `mdnlib: the law "mine" is for x from 0 to 0; give it a From below its To`},
		{"share", func() { named(t, "inverse", 0.1).Law(0.5).Quantile(1.1) }, "mdnlib: quantile of the share 1.1; use a share in [0, 1]"},
	} {
		if got := panics(test.f); !strings.Contains(got, test.want) {
			t.Errorf("%s: panic %q, want %q", test.name, got, test.want)
		}
	}
}
