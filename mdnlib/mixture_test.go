package mdnlib

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"
)

// goldenMixtures are the mixtures of golden.json, with what mixtures.json adds to them.
func goldenMixtures(t *testing.T) map[string]goldenMixture {
	t.Helper()
	var g struct{ Mixtures map[string]goldenMixture }
	readJSON(t, "testdata/golden.json", &g)
	var more struct {
		Mixtures map[string]struct {
			Entropy            float64
			Modes, P, Quantile []float64
		}
	}
	readJSON(t, "testdata/mixtures.json", &more)
	if len(g.Mixtures) != 4 || len(more.Mixtures) != 4 {
		t.Fatalf("%d and %d mixtures, want 4 and 4", len(g.Mixtures), len(more.Mixtures))
	}
	for name, m := range g.Mixtures {
		added := more.Mixtures[name]
		m.Entropy, m.Modes = added.Entropy, added.Modes
		m.P, m.Quantile = append(m.P, added.P...), append(m.Quantile, added.Quantile...)
		g.Mixtures[name] = m
	}
	return g.Mixtures
}

type goldenMixture struct {
	Weights, Mus, Sigmas   []float64
	Y, CDF, Survival, CRPS []float64
	LogDensity             []float64 `json:"log_density"`
	Mean, StdDev, Entropy  float64
	P, Quantile, Modes     []float64
}

func (g goldenMixture) mixture() Mixture { return Mixture{g.Weights, g.Mus, g.Sigmas} }

// near reports whether got is within tolerance of want, relatively.
func relativelyNear(got, want, tolerance float64) bool {
	return math.Abs(got-want) <= tolerance*math.Abs(want)
}

func TestMixturesAgainstMpmath(t *testing.T) {
	for name, g := range goldenMixtures(t) {
		t.Run(name, func(t *testing.T) {
			m := g.mixture()
			for i, y := range g.Y {
				for _, check := range []struct {
					name                 string
					got, want, tolerance float64
				}{
					{"LogProb", m.LogProb(y), g.LogDensity[i], 1e-13},
					{"CDF", m.CDF(y), g.CDF[i], 1e-12}, // relative, at 1e-269 too
					{"Survival", m.share(above, y), g.Survival[i], 1e-12},
					{"CRPS", m.CRPS(y), g.CRPS[i], 1e-13},
				} {
					if !relativelyNear(check.got, check.want, check.tolerance) {
						t.Errorf("%s(%g) = %.17g, want %.17g", check.name, y, check.got, check.want)
					}
				}
			}
			for i, p := range g.P {
				if got := m.Quantile(p); !(math.Abs(got-g.Quantile[i]) <= 1e-11*g.StdDev) {
					t.Errorf("Quantile(%g) = %.17g, want %.17g", p, got, g.Quantile[i])
				}
			}
			if got := m.Mean(); !relativelyNear(got, g.Mean, 1e-15) {
				t.Errorf("Mean %.17g, want %.17g", got, g.Mean)
			}
			if got := m.StdDev(); !relativelyNear(got, g.StdDev, 1e-15) {
				t.Errorf("StdDev %.17g, want %.17g", got, g.StdDev)
			}
			if got := m.Entropy(); !(math.Abs(got-g.Entropy) <= 1e-10) {
				t.Errorf("Entropy %.17g, want %.17g, error %g", got, g.Entropy, got-g.Entropy)
			}
			if got := m.Modes(); !slices.EqualFunc(got, g.Modes, func(a, b float64) bool { return math.Abs(a-b) <= 1e-12 }) {
				t.Errorf("Modes %.17g, want %.17g", got, g.Modes)
			}
		})
	}
}

// TestMixtureOfOne compares a mixture of one component, and one of three equal ones, with the normal distribution.
func TestMixtureOfOne(t *testing.T) {
	normal := distuv.Normal{Mu: -3, Sigma: 0.25}
	for _, m := range []Mixture{
		{[]float64{1}, []float64{-3}, []float64{0.25}},
		{[]float64{0.25, 0, 0.25, 0.5}, []float64{-3, 99, -3, -3}, []float64{0.25, 7, 0.25, 0.25}},
	} {
		for _, y := range []float64{-5, -3.1, -3, -2.5, 0} {
			if got, want := m.LogProb(y), normal.LogProb(y); !relativelyNear(got, want, 1e-14) {
				t.Errorf("%v: LogProb(%g) %.17g, want %.17g", m, y, got, want)
			}
			if got, want := m.CDF(y), normal.CDF(y); !relativelyNear(got, want, 1e-14) {
				t.Errorf("%v: CDF(%g) %.17g, want %.17g", m, y, got, want)
			}
			if got, want := m.share(above, y), normal.CDF(-6-y); !relativelyNear(got, want, 1e-12) { // its mirror image
				t.Errorf("%v: Survival(%g) %.17g, want %.17g", m, y, got, want)
			}
			z := (y + 3) / 0.25 // Gneiting and Raftery 2007, section 4.2
			want := 0.25 * (z*(2*distuv.UnitNormal.CDF(z)-1) + 2*distuv.UnitNormal.Prob(z) - 1/math.Sqrt(math.Pi))
			if got := m.CRPS(y); !relativelyNear(got, want, 1e-13) {
				t.Errorf("%v: CRPS(%g) %.17g, want %.17g", m, y, got, want)
			}
		}
		for _, p := range []float64{0, 1e-300, 1e-12, 0.3, 0.5, 1 - 1e-12, 1} {
			if got, want := m.Quantile(p), normal.Quantile(p); got != want && !relativelyNear(got, want, 1e-15) {
				t.Errorf("%v: Quantile(%g) %.17g, want %.17g", m, p, got, want)
			}
		}
		if m.Mean() != -3 || !relativelyNear(m.StdDev(), 0.25, 1e-15) || !relativelyNear(m.Entropy(), normal.Entropy(), 1e-12) {
			t.Errorf("%v: mean %g, standard deviation %g, entropy %g", m, m.Mean(), m.StdDev(), m.Entropy())
		}
		if got := m.Modes(); len(got) != 1 || got[0] != -3 {
			t.Errorf("%v: modes %v, want -3", m, got)
		}
	}
}

// mixtures are many, of 1 to 6 components, some narrow, some far out, some all but without weight.
func mixtures() []Mixture {
	source := random(1, 99)
	many := make([]Mixture, 300)
	for i := range many {
		k := 1 + source.IntN(6)
		m := Mixture{make([]float64, k), make([]float64, k), make([]float64, k)}
		sum := 0.0
		for j := range k {
			m.Weight[j] = math.Exp(4 * source.NormFloat64())
			m.Mu[j] = 100 * source.NormFloat64() * math.Pow(10, -3*source.Float64())
			m.Sigma[j] = math.Pow(10, 5*source.Float64()-4)
			sum += m.Weight[j]
		}
		for j := range k {
			m.Weight[j] /= sum
		}
		many[i] = m
	}
	return many
}

// TestMixtureQuantilesInvertCDF asks many mixtures for quantiles, and the CDF and its complement for the share back. A y one
// part in 1e11 of the spread, or a few roundings, to either side must lie on either side of p.
func TestMixtureQuantilesInvertCDF(t *testing.T) {
	for _, m := range mixtures() {
		away := 1e-11*m.StdDev() + 1e-15*(math.Abs(m.Mean())+slices.Max(m.Sigma))
		last := math.Inf(-1)
		for _, p := range []float64{1e-300, 1e-30, 1e-12, 1e-6, 0.01, 0.25, 0.5, 0.75, 0.99, 1 - 1e-6, 1 - 1e-12, 1 - 1e-15} {
			y := m.Quantile(p)
			if !(y >= last-away) {
				t.Errorf("%v: Quantile(%g) is %.17g, less than that of a smaller share, %.17g", m, p, y, last)
			}
			last = y
			low, high, share := m.CDF(y-away), m.CDF(y+away), p
			if p > 0.5 {
				low, high, share = m.share(above, y+away), m.share(above, y-away), 1-p
			}
			if !(low <= share*(1+1e-12) && high >= share*(1-1e-12)) {
				t.Errorf("%v: Quantile(%g) is %.17g, but the shares beside it are %.17g and %.17g", m, p, y, low, high)
			}
		}
	}
}

func TestMixtureModes(t *testing.T) {
	pair := func(apart, sigma float64) Mixture {
		return Mixture{[]float64{0.5, 0.5}, []float64{3, 3 + apart}, []float64{sigma, sigma}}
	}
	for _, test := range []struct {
		name string
		m    Mixture
		want []float64
		near float64
	}{
		// Two equal components have one mode up to 2σ apart, two from there on (Behboodian 1970). At 2σ the top is flat.
		{"far apart", pair(20, 1), []float64{3, 23}, 1e-12},
		{"1.9σ apart", pair(1.9, 1), []float64{3.95}, 1e-12},
		{"2σ apart", pair(2, 1), []float64{4}, 1e-4},
		{"2.1σ apart", pair(2.1, 1), []float64{4.05 - 0.53357, 4.05 + 0.53357}, 1e-5}, // x = 1.05·tanh(1.05·x)
		{"underflow between them", pair(1e6, 1e-3), []float64{3, 1000003}, 1e-9},
		{"a point on a hill", Mixture{[]float64{0.1, 0.9}, []float64{2, 0}, []float64{0, 1}}, []float64{0, 2}, 1e-12},
		{"a point on top", Mixture{[]float64{0.1, 0.9}, []float64{0, 0}, []float64{0, 1}}, []float64{0}, 1e-12},
		{"points", Mixture{[]float64{0.1, 0.9}, []float64{1, 0}, []float64{0, 0}}, []float64{0, 1}, 0},
		{"no weight", Mixture{[]float64{0, 1}, []float64{1, 0}, []float64{1, 1}}, []float64{0}, 1e-12},
		{"a needle off centre", Mixture{[]float64{1e-6, 1 - 1e-6}, []float64{10, 0}, []float64{1e-9, 20}}, []float64{0, 10}, 1e-9},
	} {
		got := test.m.Modes()
		if !slices.EqualFunc(got, test.want, func(a, b float64) bool { return math.Abs(a-b) <= test.near }) {
			t.Errorf("%s: modes %.17g, want %v", test.name, got, test.want)
		}
	}
	// Every mode is higher than its neighbourhood, there are no more than components, and the highest density on a fine
	// scan is not above the highest mode.
	for _, m := range mixtures() {
		modes := m.Modes()
		if len(modes) < 1 || len(modes) > len(m.Mu) {
			t.Errorf("%v: %d modes of %d components", m, len(modes), len(m.Mu))
		}
		top := math.Inf(-1)
		for _, y := range modes {
			top = max(top, m.LogProb(y))
			for _, away := range []float64{-1e-3, 1e-3} {
				narrowest := slices.Min(m.Sigma)
				if m.LogProb(y+away*narrowest) > m.LogProb(y)+1e-12 {
					t.Errorf("%v: the density rises beside its mode %g", m, y)
				}
			}
		}
		for k, mu := range m.Mu {
			for _, y := range around(mu, 3*m.Sigma[k], 400) {
				if m.LogProb(y) > top+1e-12 {
					t.Errorf("%v: the density at %g is above that of all its modes %v", m, y, modes)
				}
			}
		}
	}
}

// TestMixtureEntropy compares with closed forms: components too far apart to overlap, and one that hides another.
func TestMixtureEntropy(t *testing.T) {
	one := math.Log(0.3) + (1+math.Log(2*math.Pi))/2
	for k := 1; k <= 5; k++ {
		var m Mixture
		for j := range k {
			m.Weight = append(m.Weight, 1/float64(k))
			m.Mu = append(m.Mu, 100*float64(j))
			m.Sigma = append(m.Sigma, 0.3)
		}
		if got, want := m.Entropy(), math.Log(float64(k))+one; math.Abs(got-want) > 1e-11 {
			t.Errorf("entropy of %d components far apart %.15g, want %.15g", k, got, want)
		}
	}
	needle := Mixture{[]float64{0.5, 0.5}, []float64{0, 0.3}, []float64{1, 1e-9}}
	want := math.Log(2) + (distuv.UnitNormal.Entropy()+distuv.Normal{Mu: 0.3, Sigma: 1e-9}.Entropy())/2
	if got := needle.Entropy(); math.Abs(got-want) > 1e-7 { // they overlap in some 1e-9 of the wide one
		t.Errorf("entropy of a needle in a hill %.9g, want %.9g", got, want)
	}
	if got := (Mixture{[]float64{0.5, 0.5}, []float64{0, 1}, []float64{0, 1}}).Entropy(); !math.IsInf(got, -1) {
		t.Errorf("entropy with a point %g, want -Inf", got)
	}
}

// TestMixtureWithPoints checks a mixture of a normal distribution and a point, by hand.
func TestMixtureWithPoints(t *testing.T) {
	m := Mixture{[]float64{0.5, 0.25, 0.25}, []float64{0, 0, 1}, []float64{1, 0, 0}}
	for _, test := range []struct{ p, want float64 }{
		{0, math.Inf(-1)}, {0.25, 0}, {0.3, 0}, {0.49999, 0}, {0.2, distuv.UnitNormal.Quantile(0.4)},
		{0.6, distuv.UnitNormal.Quantile(0.7)}, {0.68, 1}, {0.9, 1}, {0.95, distuv.UnitNormal.Quantile(0.9)}, {1, math.Inf(1)},
	} {
		if got := m.Quantile(test.p); got != test.want && math.Abs(got-test.want) > 1e-12 {
			t.Errorf("Quantile(%g) = %.17g, want %.17g", test.p, got, test.want)
		}
	}
	if got := m.CDF(0); got != 0.5 {
		t.Errorf("CDF(0) = %g, want 0.5", got)
	}
	if got := m.share(above, 0) + m.CDF(0); got != 1 {
		t.Errorf("the shares at or below 0 and above it add up to %g", got)
	}
	if below := m.CDF(-1e-300); below != 0.25 {
		t.Errorf("the share below 0 is %g, want 0.25", below)
	}
	if !math.IsInf(m.LogProb(1), 1) || math.IsInf(m.LogProb(0.5), 0) {
		t.Errorf("log densities %g at a point and %g off it", m.LogProb(1), m.LogProb(0.5))
	}
	if got, want := m.StdDev(), math.Sqrt(0.5*(1+0.0625)+0.25*0.0625+0.25*0.5625); !relativelyNear(got, want, 1e-15) {
		t.Errorf("standard deviation %g, want %g", got, want)
	}
	// Two points, 0 and 1, seen from 3: 3 − ½ − ½·½.
	if got := (Mixture{[]float64{0.5, 0.5}, []float64{0, 1}, []float64{0, 0}}).CRPS(3); got != 2.25 {
		t.Errorf("CRPS of two points %g, want 2.25", got)
	}
}

func TestMixtureMistakes(t *testing.T) {
	half := []float64{0.5, 0.5}
	nan, infinite := math.NaN(), math.Inf(1)
	for _, test := range []struct {
		m    Mixture
		want string
	}{
		{Mixture{}, "a mixture has no components; at least 1 is needed"},
		{Mixture{half, half, []float64{1}},
			"a mixture's Weight, Mu and Sigma have lengths 2, 2 and 1; every component needs one of each"},
		{Mixture{nil, half, half},
			"a mixture's Weight, Mu and Sigma have lengths 0, 2 and 2; every component needs one of each"},
		{Mixture{[]float64{1.5, -0.5}, half, half}, "a mixture's Weight[1] is -0.5; use 0 or more"},
		{Mixture{half, half, []float64{1, -2}}, "a mixture's Sigma[1] is -2; use 0 or more"},
		{Mixture{[]float64{0.5, 0.25}, half, half},
			"a mixture's weights add up to 0.75; divide each by their sum, so that they add up to 1"},
		{Mixture{[]float64{0.5, 0.5 + 2e-9}, half, half},
			"a mixture's weights add up to 1.000000002; divide each by their sum, so that they add up to 1"},
		{Mixture{half, []float64{1, nan}, half}, "a mixture's Mu[1] is NaN; use a finite number"},
		{Mixture{half, half, []float64{infinite, 1}}, "a mixture's Sigma[0] is +Inf; use a finite number"},
	} {
		err := test.m.Check()
		if err == nil || err.Error() != test.want {
			t.Errorf("%v: error %v, want %s", test.m, err, test.want)
		}
		notFinite := strings.HasSuffix(test.want, "finite number")
		for i, f := range []func() float64{
			func() float64 { return test.m.LogProb(1) }, func() float64 { return test.m.CDF(1) },
			func() float64 { return test.m.Quantile(0.5) },
			test.m.Mean, test.m.StdDev, test.m.Entropy, func() float64 { return test.m.CRPS(1) },
			func() float64 { return float64(len(test.m.Modes())) - 1 + nan },
		} {
			var got float64
			switch message := panics(func() { got = f() }); {
			case notFinite && (message != "" || !math.IsNaN(got)):
				t.Errorf("%v: method %d returned %g and panicked with %q, want NaN and no panic", test.m, i, got, message)
			case !notFinite && message != "mdnlib: "+test.want:
				t.Errorf("%v: method %d panicked with %q, want %q", test.m, i, message, test.want)
			}
		}
	}
	if err := (Mixture{[]float64{0.5, 0.5 + 0.9e-9}, half, half}).Check(); err != nil {
		t.Errorf("weights that add up to 1 within 1e-9: %v", err)
	}
	m := Mixture{half, half, half}
	for _, p := range []float64{-0.1, 1.1, nan} {
		want := fmt.Sprintf("mdnlib: a mixture's Quantile of %g; use a share from 0 to 1", p)
		if got := panics(func() { m.Quantile(p) }); got != want {
			t.Errorf("Quantile(%g) panicked with %q, want %q", p, got, want)
		}
	}
}

func TestMixtureAllocatesNothing(t *testing.T) {
	m := goldenMixtures(t)["three"].mixture()
	for name, f := range map[string]func(){
		"LogProb": func() { m.LogProb(0.5) }, "CDF": func() { m.CDF(0.5) }, "Quantile": func() { m.Quantile(0.3) },
		"CRPS": func() { m.CRPS(0.5) }, "StdDev": func() { m.StdDev() },
	} {
		if n := testing.AllocsPerRun(100, f); n != 0 {
			t.Errorf("%s allocates %g times", name, n)
		}
	}
}

func BenchmarkMixture(b *testing.B) {
	m := Mixture{[]float64{0.2, 0.5, 0.3}, []float64{-1, 0.25, 3}, []float64{0.5, 1.25, 0.125}}
	b.Run("LogProb", func(b *testing.B) {
		for i := range b.N {
			m.LogProb(float64(i%100) / 10)
		}
	})
	b.Run("Quantile", func(b *testing.B) {
		for i := range b.N {
			m.Quantile((float64(i%1000) + 0.5) / 1000)
		}
	})
	b.Run("CRPS", func(b *testing.B) {
		for i := range b.N {
			m.CRPS(float64(i%100) / 10)
		}
	})
	b.Run("Entropy", func(b *testing.B) {
		for range b.N {
			m.Entropy()
		}
	})
	b.Run("Modes", func(b *testing.B) {
		for range b.N {
			m.Modes()
		}
	})
}
