package mdnlib

import (
	"math"
	"slices"
	"strings"
	"testing"

	"mdn/mdnlib/internal/crps"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

// everywhere is the law that has the same distribution at every x.
func everywhere(p Distribution) Law { return func(float64) Distribution { return p } }

// scoresOfMpmath are the values of mixtures.json that are not about one mixture.
type scoresOfMpmath struct {
	KL struct {
		ThreeToTwo      float64            `json:"three_to_two_bimodal"`
		TwoToThree      float64            `json:"two_bimodal_to_three"`
		TwoToNormal     float64            `json:"two_bimodal_to_normal"`
		StudentToNormal map[string]float64 `json:"student_to_normal"`
	}
	CRPS struct {
		Y, Student5, Cauchy, Logistic, Laplace, Gumbel []float64
		StudentThreeQuarters                           []float64 `json:"student_three_quarters"`
	}
}

func TestCRPSAgainstMpmath(t *testing.T) {
	var want scoresOfMpmath
	readJSON(t, "testdata/mixtures.json", &want)
	for _, test := range []struct {
		name       string
		unit       func(mu, scale float64) Distribution
		want       []float64
		integrated float64 // the tolerance
	}{
		{"Student's t", func(mu, s float64) Distribution { return distuv.StudentsT{Mu: mu, Sigma: s, Nu: 5} }, want.CRPS.Student5, 1e-11},
		{"Student's t with ¾ of a degree of freedom", func(mu, s float64) Distribution { return distuv.StudentsT{Mu: mu, Sigma: s, Nu: 0.75} },
			want.CRPS.StudentThreeQuarters, 1e-3},
		{"Cauchy", func(mu, s float64) Distribution { return distuv.StudentsT{Mu: mu, Sigma: s, Nu: 1} }, want.CRPS.Cauchy, 1e-5},
		{"logistic", func(mu, s float64) Distribution { return distuv.Logistic{Mu: mu, S: s} }, want.CRPS.Logistic, 1e-11},
		{"Laplace", func(mu, s float64) Distribution { return distuv.Laplace{Mu: mu, Scale: s} }, want.CRPS.Laplace, 1e-11},
		{"Gumbel", func(mu, s float64) Distribution { return distuv.GumbelRight{Mu: mu, Beta: s} }, want.CRPS.Gumbel, 1e-11},
	} {
		p := test.unit(-7, 1000)
		for i, y := range want.CRPS.Y {
			d := Data{X: []float64{0}, Y: []float64{1000*y - 7}}
			if got, want := CRPS(everywhere(p), d), 1000*test.want[i]; !relativelyNear(got, want, 1e-11) {
				t.Errorf("CRPS of %s at %g is %.12g, want %.12g", test.name, y, got, want)
			}
			if got, want := crps.Integrated(p, d.Y[0]), 1000*test.want[i]; !relativelyNear(got, want, test.integrated) {
				t.Errorf("integrated CRPS of %s at %g is %.12g, want %.12g", test.name, y, got, want)
			}
		}
	}
}

// TestIntegratedCRPS compares the quadrature with closed forms that it does not know of.
func TestIntegratedCRPS(t *testing.T) {
	// Heavier tails than its quantiles reach, Jordan, Krüger and Lerch 2019.
	heavy := distuv.StudentsT{Mu: 1, Sigma: 2, Nu: 1.5}
	for _, y := range []float64{-100, 0, 1, 8} {
		if got, want := crps.Integrated(heavy, y), crpsOf(heavy, y); !relativelyNear(got, want, 1e-8) {
			t.Errorf("Student's t with 1.5 degrees of freedom at %g: %.10g, want %.10g", y, got, want)
		}
	}
	// Edges: ∫ v² dv below y and ∫ (1−v)² dv above it, and the whole way where y is outside.
	for _, y := range []float64{-1, 0, 0.2, 0.5, 2} {
		inside := min(max(y, 0), 1)
		want := math.Pow(inside, 3)/3 + math.Pow(1-inside, 3)/3 + math.Abs(y-inside)
		if got := crps.Integrated(distuv.Uniform{Min: 0, Max: 1}, y); !relativelyNear(got, want, 1e-12) {
			t.Errorf("uniform at %g: %.15g, want %.15g", y, got, want)
		}
	}
	// Humps, of mixtures; and steps all but vertical, where the documented 5e-3 is what there is.
	for name, g := range goldenMixtures(t) {
		tolerance := 1e-6
		if name == "narrow_and_wide" {
			tolerance = 5e-3
		}
		for i, y := range g.Y {
			if got := crps.Integrated(g.mixture(), y); !relativelyNear(got, g.CRPS[i], tolerance) {
				t.Errorf("mixture %s at %g: %.10g, want %.10g", name, y, got, g.CRPS[i])
			}
		}
	}
}

func TestCRPSByHand(t *testing.T) {
	// Gneiting and Raftery 2007, section 4.2, at y = μ: σ(√2 − 1)/√π.
	one := Data{X: []float64{1}, Y: []float64{4}} // the law's mean
	if got, want := CRPS(Quadratic(0.3), one), 0.3*(math.Sqrt2-1)/math.Sqrt(math.Pi); !relativelyNear(got, want, 1e-14) {
		t.Errorf("CRPS at the mean %.15g, want %.15g", got, want)
	}
	// Without spread it is the mean absolute error.
	two := Data{X: []float64{1, 3}, Y: []float64{3, 0.5}}
	if got := CRPS(Quadratic(0), two); got != 0.75 {
		t.Errorf("CRPS without noise %g, want 0.75", got)
	}
	if got := CRPS(everywhere(distuv.StudentsT{Sigma: 1, Nu: 0.5}), two); !math.IsInf(got, 1) {
		t.Errorf("CRPS with the tails of half a degree of freedom %g, want +Inf", got)
	}
	// Of Cauchy's distribution: 2 ln 2/π at its middle, and from there the integral of 2F − 1, which is 2/π·arctan. Next to it,
	// where the general formula is all but 0/0, the score must not jump.
	for _, z := range []float64{0, 0.5, -3, 40, 1e6} {
		want := 2 / math.Pi * (math.Ln2 + z*math.Atan(z) - math.Log1p(z*z)/2)
		if got := crps.StudentsT(1, z); !relativelyNear(got, want, 1e-14) {
			t.Errorf("CRPS of Cauchy's distribution at %g is %.16g, want %.16g", z, got, want)
		}
		for _, nu := range []float64{1 - 1e-4, 1 - 1e-9, 1 + 1e-9, 1 + 1e-4} {
			low, high := crps.StudentsT(nu*(1-1e-12), z), crps.StudentsT(nu*(1+1e-12), z)
			if !relativelyNear(low, high, 2e-11) {
				t.Errorf("CRPS at %g with %.10g degrees of freedom jumps from %.16g to %.16g", z, nu, low, high)
			}
		}
	}
}

// TestTruthIsCalibrated scores laws on their own samples: PITs are uniform, intervals cover what they say, and no other law
// has a better CRPS or NLL.
func TestTruthIsCalibrated(t *testing.T) {
	two := Mixture{[]float64{0.3, 0.7}, []float64{-2, 1.5}, []float64{0.4, 0.9}}
	x := Repeat(Grid(1, 5, 21), 1000)
	n := float64(len(x))
	for name, law := range map[string]Law{
		"quadratic":   Quadratic(0.1),
		"two humps":   everywhere(two),
		"Student's t": func(x float64) Distribution { return distuv.StudentsT{Mu: x, Sigma: x, Nu: 5} },
		"skewed":      func(x float64) Distribution { return distuv.GumbelRight{Mu: x, Beta: x} },
	} {
		d := Sample(law, x, 11)
		pit := PIT(law, d)
		if len(pit) != len(x) || pit[0] != law(d.X[0]).CDF(d.Y[0]) {
			t.Fatalf("%s: %d PITs, the first %g", name, len(pit), pit[0])
		}
		slices.Sort(pit)
		// Kolmogorov's distance to the uniform distribution is below 1.95/√n but for once in a thousand times.
		if distance := stat.KolmogorovSmirnov(pit, nil, Grid(0, 1, 10001), nil); distance > 1.95/math.Sqrt(n)+1e-4 {
			t.Errorf("%s: the PITs are %.4f from uniform", name, distance)
		}
		for _, level := range []float64{0.1, 0.5, 0.9, 0.99} {
			got := Coverage(law, d, level)
			if math.Abs(got-level) > 4*math.Sqrt(level*(1-level)/n) {
				t.Errorf("%s: %.4f of the samples are in the %g interval", name, got, level)
			}
			inside := 0.0
			for i, v := range d.X { // as the interval says it
				if p := law(v); p.Quantile((1-level)/2) <= d.Y[i] && d.Y[i] <= p.Quantile((1+level)/2) {
					inside++
				}
			}
			if math.Abs(got-inside/n) > 1/n {
				t.Errorf("%s: coverage %.6f by PIT, %.6f by quantiles", name, got, inside/n)
			}
		}
		off := func(x float64) Distribution { return Normal(law(x).Mean()+0.3*law(x).StdDev(), 1.2*law(x).StdDev()) }
		if a, b := CRPS(law, d), CRPS(off, d); !(a < b) {
			t.Errorf("%s: the truth's CRPS is %g, a wrong law's %g", name, a, b)
		}
	}
}

func TestCoverageWithoutNoise(t *testing.T) {
	x := Grid(1, 5, 21)
	d := Sample(Quadratic(0), x, 1) // float32, so not quite the law's y
	if got := Coverage(Quadratic(0), d, 0.5); got != 1 {
		t.Errorf("the truth without noise covers %g of its samples, want all", got)
	}
	half := everywhere(Mixture{[]float64{0.5, 0.5}, []float64{0, 5}, []float64{0, 1}})
	points := Data{X: []float64{0, 0, 0}, Y: []float64{0, 5, 9}}
	if got := Coverage(half, points, 0.8); got != 2./3 { // from 0, the point, to 5.84
		t.Errorf("a mixture with a point covers %g, want 2/3", got)
	}
}

func TestSharpness(t *testing.T) {
	x := Grid(1, 5, 21) // of mean 3
	if got, want := Sharpness(Quadratic(0.1), x, 0.9), 2*1.6448536269514722*0.3; !relativelyNear(got, want, 1e-14) {
		t.Errorf("Sharpness %.15g, want %.15g", got, want)
	}
	if got := Sharpness(Quadratic(0), x, 0.9); got != 0 {
		t.Errorf("Sharpness without noise %g, want 0", got)
	}
}

// normalKL is the divergence from one normal distribution to another, in closed form.
func normalKL(p, q distuv.Normal) float64 {
	ratio, away := p.Sigma/q.Sigma, (p.Mu-q.Mu)/q.Sigma
	return (ratio*ratio+away*away-1)/2 - math.Log(ratio)
}

func TestKL(t *testing.T) {
	var want scoresOfMpmath
	readJSON(t, "testdata/mixtures.json", &want)
	g := goldenMixtures(t)
	two, three := g["two_bimodal"].mixture(), g["three"].mixture()
	for _, test := range []struct {
		name            string
		truth, model    Distribution
		want, tolerance float64
	}{
		{"itself", three, three, 0, 0},
		{"three humps to two", three, two, want.KL.ThreeToTwo, 1e-3},
		{"two humps to three", two, three, want.KL.TwoToThree, 1e-3},
		{"two humps to one", two, distuv.Normal{Mu: 0.5, Sigma: 2}, want.KL.TwoToNormal, 1e-3},
		{"t5 to normal", distuv.StudentsT{Sigma: 1, Nu: 5}, distuv.Normal{Sigma: math.Sqrt(5. / 3)},
			want.KL.StudentToNormal["5"], 1e-6},
		{"t3 to normal", distuv.StudentsT{Sigma: 1, Nu: 3}, distuv.Normal{Sigma: math.Sqrt(3)},
			want.KL.StudentToNormal["3"], 1e-4},
		{"uniform to uniform", distuv.Uniform{Min: 1, Max: 2}, distuv.Uniform{Min: 0, Max: 4}, math.Log(4), 1e-13},
		{"point to itself", PointMass(1), PointMass(1), 0, 0},
	} {
		got := KL(everywhere(test.model), everywhere(test.truth), []float64{0})
		if !(math.Abs(got-test.want) <= test.tolerance*test.want) {
			t.Errorf("%s: %.10g, want %.10g", test.name, got, test.want)
		}
	}
	for _, p := range []distuv.Normal{{Mu: 0, Sigma: 1}, {Mu: 1, Sigma: 10}, {Mu: -1000, Sigma: 0.1}} {
		for _, q := range []distuv.Normal{{Mu: 0.5, Sigma: 1}, {Mu: 1, Sigma: 0.2}, {Mu: 0, Sigma: 200}} {
			if got, want := KL(everywhere(q), everywhere(p), []float64{0}), normalKL(p, q); !relativelyNear(got, want, 1e-9) {
				t.Errorf("from %v to %v: %.12g, want %.12g", p, q, got, want)
			}
		}
	}
	point := everywhere(Mixture{[]float64{0.1, 0.9}, []float64{0, 0}, []float64{0, 1}})
	for _, test := range []struct {
		name         string
		truth, model Law
	}{
		{"no noise to some", Quadratic(0), Quadratic(0.1)},
		{"some noise to none", Quadratic(0.1), Quadratic(0)},
		{"one point to another", Quadratic(0), everywhere(PointMass(99))},
		{"a point in a mixture", point, Quadratic(1)},
		{"past the model's edges", everywhere(distuv.UnitNormal), everywhere(distuv.Uniform{Min: -1, Max: 1})},
	} {
		if got := KL(test.model, test.truth, []float64{1, 2}); !math.IsInf(got, 1) {
			t.Errorf("%s: %g, want +Inf", test.name, got)
		}
	}
	// A model with a point that the truth has not wastes the point's weight: −log 0.9.
	if got, want := KL(point, everywhere(distuv.UnitNormal), []float64{1}), -math.Log(0.9); !relativelyNear(got, want, 1e-12) {
		t.Errorf("to a model with a point: %.12g, want %.12g", got, want)
	}
	if got := KL(everywhere(distuv.UnitNormal), everywhere(distuv.StudentsT{Sigma: 1, Nu: 2}), []float64{1}); !math.IsNaN(got) {
		t.Errorf("from tails too heavy: %g, want NaN", got)
	}
	if got := KL(everywhere(distuv.Normal{Mu: math.NaN(), Sigma: 1}), Quadratic(0.1), []float64{1}); !math.IsNaN(got) {
		t.Errorf("to a model that went astray: %g, want NaN", got)
	}
}

func TestDistances(t *testing.T) {
	x := []float64{1, 2, 3, 3}
	model := func(x float64) Distribution { return Normal(x*x-6*x+9-0.5*x, 0.1*x+0.01) }
	if got := MeanError(model, Quadratic(0.1), x); !relativelyNear(got, 0.5*9/4, 1e-14) {
		t.Errorf("MeanError %g, want 1.125", got)
	}
	if got := StdDevError(model, Quadratic(0.1), x); !relativelyNear(got, 0.01, 1e-12) {
		t.Errorf("StdDevError %g, want 0.01", got)
	}
	// Excess against KL in closed form, and its standard error against excesses of other samples.
	x = Repeat(Grid(1, 5, 21), 200)
	exact := 0.0
	for _, v := range x {
		exact += normalKL(Quadratic(0.1)(v).(distuv.Normal), model(v).(distuv.Normal)) / float64(len(x))
	}
	var excesses, errors []float64
	for seed := range uint64(50) {
		nats, standardError := Excess(model, Quadratic(0.1), Sample(Quadratic(0.1), x, seed))
		excesses, errors = append(excesses, nats), append(errors, standardError)
	}
	mean, deviation := stat.MeanStdDev(excesses, nil)
	if math.Abs(mean-exact) > 4*deviation/math.Sqrt(50) {
		t.Errorf("mean excess %.5f of samples, want %.5f", mean, exact)
	}
	// The deviation of 50 has a standard error of a tenth.
	if typical := stat.Mean(errors, nil); math.Abs(typical-deviation) > 0.4*deviation {
		t.Errorf("standard error %.5f, but excesses vary by %.5f", typical, deviation)
	}
	if nats, deviation := Excess(Quadratic(0.1), Quadratic(0.1), Sample(Quadratic(0.1), x, 1)); nats != 0 || deviation != 0 {
		t.Errorf("the truth exceeds itself by %g ± %g", nats, deviation)
	}
	if nats, _ := Excess(model, Quadratic(0), Sample(Quadratic(0), x, 1)); !math.IsInf(nats, 1) {
		t.Errorf("excess over a truth without noise %g, want +Inf", nats)
	}
}

// TestEqualXShareOneEvaluation counts how often the report asks a law.
func TestEqualXShareOneEvaluation(t *testing.T) {
	asked := map[float64]int{}
	counting := func(x float64) Distribution {
		asked[x]++
		return Quadratic(0.1)(x)
	}
	Score(counting, Quadratic(0.1), Sample(Quadratic(0.1), Repeat(Grid(1, 5, 21), 10), 1))
	if len(asked) != 21 {
		t.Errorf("asked at %d different x, want 21", len(asked))
	}
	for x, times := range asked {
		if times != 1 {
			t.Errorf("asked %d times at %g", times, x)
		}
	}
}

func TestReport(t *testing.T) {
	truth := Quadratic(0.1)
	model := func(x float64) Distribution { return Normal(x*x-6*x+9+0.05, 0.12*x) }
	d := Sample(truth, Repeat(Grid(1, 5, 21), 100), 3)
	r := Score(model, truth, d)
	swapped := Score(truth, model, d)
	excess, excessError := Excess(model, truth, d)
	for _, check := range []struct {
		name      string
		got, want float64
	}{
		{"NLL", r.Model.NLL, NLL(model, d)}, {"truth's NLL", r.Truth.NLL, NLL(truth, d)},
		{"CRPS", r.Model.CRPS, CRPS(model, d)}, {"truth's CRPS", r.Truth.CRPS, CRPS(truth, d)},
		{"50 %", r.Model.Coverage50, Coverage(model, d, 0.5)}, {"90 %", r.Truth.Coverage90, Coverage(truth, d, 0.9)},
		{"sharpness", r.Model.Sharpness, Sharpness(model, d.X, 0.9)},
		{"excess", r.Excess, excess}, {"its error", r.ExcessError, excessError},
		{"error of the mean", r.MeanError, 0.05}, {"error of the standard deviation", r.StdDevError, 0.06},
		{"KL", r.KL, KL(model, truth, Grid(1, 5, 21))},
		{"NLL after a swap", swapped.Model.NLL, r.Truth.NLL}, {"excess after a swap", swapped.Excess, -excess},
		{"error of the mean after a swap", swapped.MeanError, r.MeanError}, {"KL after a swap", swapped.KL, KL(truth, model, Grid(1, 5, 21))},
	} {
		if !relativelyNear(check.got, check.want, 1e-7) { // x is rounded to float32
			t.Errorf("%s: %.10g, want %.10g", check.name, check.got, check.want)
		}
	}
	var logSigma []float64
	for _, x := range d.X {
		logSigma = append(logSigma, math.Log(0.1*x))
	}
	// Under the truth a sample's NLL is ½z² + log σ + a constant, and the variance of ½z² is ½.
	if want := stat.StdErr(math.Sqrt(0.5+stat.Variance(logSigma, nil)), float64(d.Len())); !relativelyNear(r.Truth.NLLError, want, 0.1) {
		t.Errorf("standard error of the truth's NLL %g, want %g, give or take chance", r.Truth.NLLError, want)
	}
}

// TestReportOfManyX compares the KL of a part of the x with that of all.
func TestReportOfManyX(t *testing.T) {
	truth, model := Quadratic(0.1), Quadratic(0.13)
	shifted := func(x float64) Distribution { return Normal(model(x).Mean()+0.1*x*x, model(x).StdDev()) }
	x := Grid(1, 5, 1000)
	d := Sample(truth, x, 1).Shuffle(1)
	before := slices.Clone(d.X)
	if got, want := Score(shifted, truth, d).KL, KL(shifted, truth, x); !relativelyNear(got, want, 5e-3) {
		t.Errorf("KL of 100 of 1000 x %g, of all %g", got, want)
	}
	if !slices.Equal(before, d.X) {
		t.Error("Score reordered the data")
	}
}

func TestReportTable(t *testing.T) {
	r := Report{
		Pairs: 20000,
		Model: Scores{NLL: 0.134249, NLLError: 0.00512, CRPS: 0.169312,
			Coverage50: 0.49123, Coverage90: 0.8912, Sharpness: 1.01234},
	}
	want := `20000 held-out pairs                                 model
NLL, nats                                  0.1342 ± 0.0051
CRPS, y's units                                     0.1693
y inside the 50 % interval                          49.1 %
y inside the 90 % interval                          89.1 %
mean width of the 90 % interval                      1.012
`
	if got := r.String(); got != want {
		t.Errorf("table without a truth:\n%s\nwant:\n%s", got, want)
	}
	if rows := r.Rows(); len(rows) != 5 || rows[0] != (ReportRow{"NLL, nats", ReportScore{"0.1342 ± 0.0051", 0.134249, 0.00512}, ReportScore{}}) {
		t.Errorf("rows without a truth: %+v", rows)
	}
	r.Truth = &Scores{NLL: 0.117, NLLError: 0.005, CRPS: 0.1661, Coverage50: 0.5, Coverage90: 0.9, Sharpness: 0.98691}
	r.Excess, r.ExcessError, r.MeanError, r.StdDevError, r.KL = 0.01724, 0.00091, 0.02134, 0.01012, 0.0169
	want = `20000 held-out pairs                                 model               truth
NLL, nats                                  0.1342 ± 0.0051     0.1170 ± 0.0050
CRPS, y's units                                     0.1693              0.1661
y inside the 50 % interval                          49.1 %              50.0 %
y inside the 90 % interval                          89.1 %              90.0 %
mean width of the 90 % interval                      1.012              0.9869
NLL above the truth's, nats                0.0172 ± 0.0009
KL divergence from the truth, nats                  0.0169
mean absolute error of μ(x)                        0.02134
mean absolute error of σ(x)                        0.01012
`
	if got := r.String(); got != want {
		t.Errorf("table:\n%s\nwant:\n%s", got, want)
	}
	rows := r.Rows()
	if len(rows) != 9 || rows[3].Truth.Text != "90.0 %" || rows[3].Truth.Value != 90 || !math.IsNaN(rows[3].Truth.StandardError) ||
		rows[5].Model != (ReportScore{"0.0172 ± 0.0009", 0.01724, 0.00091}) || rows[5].Truth.Text != "" {
		t.Errorf("rows: %+v", rows)
	}
}

// TestReportWithoutNoise shows what the table says where numbers end.
func TestReportWithoutNoise(t *testing.T) {
	d := Sample(Quadratic(0), Repeat(Grid(1, 5, 21), 2), 1)
	table := Score(Quadratic(0.01), Quadratic(0), d).String()
	for _, words := range [][]string{
		{"NLL, nats", "±", "none"}, {"NLL above the truth's, nats", "infinite"}, {"KL divergence", "infinite"},
		{"y inside the 50 %", "100.0 %", "100.0 %"}, {"mean width", "0.09869", "0"}, {"σ(x)", "0.03"},
	} {
		found := false
		for line := range strings.Lines(table) {
			all := true
			for _, word := range words {
				all = all && strings.Contains(line, word)
			}
			found = found || all
		}
		if !found {
			t.Errorf("no line of the table has %q:\n%s", words, table)
		}
	}
}

func TestScoringMistakes(t *testing.T) {
	law, one := Quadratic(0.1), Data{X: []float64{1}, Y: []float64{4}}
	for _, test := range []struct {
		name string
		f    func()
		want string
	}{
		{"level 1", func() { Coverage(law, one, 1) },
			"mdnlib: an interval of level 1; use a share between 0 and 1, such as 0.9"},
		{"level 90", func() { Sharpness(law, one.X, 90) },
			"mdnlib: an interval of level 90; use a share between 0 and 1, such as 0.9"},
		{"level NaN", func() { Coverage(law, one, math.NaN()) },
			"mdnlib: an interval of level NaN; use a share between 0 and 1, such as 0.9"},
		{"no data", func() { Score(law, nil, Data{}) },
			"mdnlib: cannot score: data has no samples; at least 1 is needed"},
		{"NaN", func() { CRPS(law, Data{X: []float64{1}, Y: []float64{math.NaN()}}) },
			"mdnlib: cannot score: y[0] is NaN; remove the sample or fill in its value"},
		{"lengths", func() { PIT(law, Data{X: []float64{1}}) },
			"mdnlib: cannot score: data has 1 x but 0 y; every x needs its y"},
	} {
		if got := panics(test.f); got != test.want {
			t.Errorf("%s: panic %q, want %q", test.name, got, test.want)
		}
	}
	if got := Sharpness(law, nil, 0.9); !math.IsNaN(got) {
		t.Errorf("sharpness at no x is %g, want NaN", got)
	}
	if r := Score(law, law, one); r.Excess != 0 || !math.IsNaN(r.Model.NLLError) || strings.Contains(r.String(), "NaN") {
		t.Errorf("report of one pair:\n%s", r)
	}
}

func BenchmarkScore(b *testing.B) {
	two := Mixture{[]float64{0.3, 0.7}, []float64{-2, 1.5}, []float64{0.4, 0.9}}
	x := floats.Span(make([]float64, 20000), 1, 5)
	for name, truth := range map[string]Law{
		"normal": Quadratic(0.1), "two humps": everywhere(two),
		"Student's t": everywhere(distuv.StudentsT{Sigma: 1, Nu: 5}), "Gumbel": everywhere(distuv.GumbelRight{Beta: 1}),
	} {
		d := Sample(truth, x, 1)
		b.Run(name, func(b *testing.B) {
			for range b.N {
				Score(everywhere(two), truth, d)
			}
		})
	}
}
