package mdnlib

import (
	"fmt"
	"math"
	"math/big"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/stat"
)

func TestGrids(t *testing.T) {
	grid := Grid(1, 5, 21)
	if len(grid) != 21 || grid[0] != 1 || grid[20] != 5 || math.Abs(grid[7]-2.4) > 1e-12 {
		t.Errorf("Grid(1, 5, 21) = %v", grid)
	}
	if got, want := Repeat([]float64{1, 2}, 3), []float64{1, 1, 1, 2, 2, 2}; !slices.Equal(got, want) {
		t.Errorf("Repeat = %v, want %v", got, want)
	}
}

// TestNothingIsFused computes a grid and the post's mean with every operation rounded by itself: arm64 and others fuse a product
// and a sum where they may, and what notebooks print would differ in a last digit there.
func TestNothingIsFused(t *testing.T) {
	number := func(x float64) *big.Float { return big.NewFloat(x) } // of 53 bits, to which operations round
	operation := func(do func(z, x, y *big.Float) *big.Float, x, y *big.Float) *big.Float {
		return do(new(big.Float).SetPrec(53), x, y)
	}
	for i, x := range Grid(0.025, 0.975, 400)[:399] {
		step := operation((*big.Float).Quo, operation((*big.Float).Sub, number(0.975), number(0.025)), number(399))
		want := operation((*big.Float).Add, number(0.025), operation((*big.Float).Mul, step, number(float64(i))))
		if exact, _ := want.Float64(); x != exact {
			t.Errorf("value %d of the grid is %.17g, want %.17g", i, x, exact)
		}
		square, six := operation((*big.Float).Mul, number(x), number(x)), operation((*big.Float).Mul, number(6), number(x))
		want = operation((*big.Float).Add, operation((*big.Float).Sub, square, six), number(9))
		if exact, _ := want.Float64(); quadratic(x) != exact {
			t.Errorf("the mean at %g is %.17g, want %.17g", x, quadratic(x), exact)
		}
	}
}

// TestSampleFollowsTheLaw compares many samples at one x with the law's moments there.
func TestSampleFollowsTheLaw(t *testing.T) {
	law := Quadratic(0.1)
	const n = 100000
	d := Sample(law, Repeat([]float64{4}, n), 7)
	mean, sigma := stat.MeanStdDev(d.Y, nil)
	want := law(4)
	// Four standard errors of a mean, and of a standard deviation.
	if tolerance := 4 * want.StdDev() / math.Sqrt(n); math.Abs(mean-want.Mean()) > tolerance {
		t.Errorf("mean of the samples %.5f, want %.5f ± %.5f", mean, want.Mean(), tolerance)
	}
	if tolerance := 4 * want.StdDev() / math.Sqrt(2*n); math.Abs(sigma-want.StdDev()) > tolerance {
		t.Errorf("standard deviation of the samples %.5f, want %.5f ± %.5f", sigma, want.StdDev(), tolerance)
	}
}

func TestSampleSeeds(t *testing.T) {
	law, x := Quadratic(0.1), Repeat(Grid(1, 5, 21), 50)
	a := Sample(law, x, 1)
	if !slices.Equal(a.Y, Sample(law, x, 1).Y) {
		t.Error("the same seed drew other data")
	}
	if slices.Equal(a.Y, Sample(law, x, 2).Y) {
		t.Error("another seed drew the same data")
	}
	for i := range a.Y {
		if a.Y[i] != float64(float32(a.Y[i])) {
			t.Fatalf("y[%d] = %v is not a float32", i, a.Y[i])
		}
	}
}

// TestNoiseStretches checks that more noise moves the same points away from their means.
func TestNoiseStretches(t *testing.T) {
	x := Repeat(Grid(1, 5, 21), 50)
	a, b := Sample(Quadratic(0.1), x, 1), Sample(Quadratic(0.3), x, 1)
	for i := range x {
		mean := Quadratic(0)(a.X[i]).Mean()
		if math.Abs((b.Y[i]-mean)-3*(a.Y[i]-mean)) > 1e-5 {
			t.Fatalf("sample %d lies %g from its mean with noise 0.1 and %g with noise 0.3", i, a.Y[i]-mean, b.Y[i]-mean)
		}
	}
}

func TestShuffleKeepsPairs(t *testing.T) {
	law := Quadratic(0.1)
	d := Sample(law, Repeat(Grid(1, 5, 21), 50), 1)
	s := d.Shuffle(1)
	pairs := func(d Data) []string {
		var p []string
		for i := range d.X {
			p = append(p, fmt.Sprint(d.X[i], d.Y[i]))
		}
		return p
	}
	before, after := pairs(d), pairs(s)
	if slices.Equal(before, after) {
		t.Error("the order is what it was")
	}
	slices.Sort(before)
	slices.Sort(after)
	if !slices.Equal(before, after) {
		t.Error("pairs were torn apart")
	}
	if !slices.Equal(s.X, d.Shuffle(1).X) {
		t.Error("the same seed gave another order")
	}
	if got := len(s.At(1.2)); got != 50 {
		t.Errorf("At(1.2) has %d samples, want 50", got)
	}
}

// TestDataAt looks for x that are the same in float32, and for one that was rounded to it.
func TestDataAt(t *testing.T) {
	seconds := Data{X: []float64{1.7e9, 1.7e9 + 10}, Y: []float64{1, 2}}
	sampled := Data{X: []float64{float64(float32(2.4)), 2.5}, Y: []float64{3, 4}}
	for _, test := range []struct {
		data Data
		x    float64
		want []float64
	}{
		{seconds, 1.7e9, []float64{1}},
		{seconds, 1.7e9 + 10, []float64{2}},
		{seconds, 1.7e9 + 5, []float64{1, 2}},
		{sampled, 2.4, []float64{3}},
		{sampled, 2.6, nil},
	} {
		if got := test.data.At(test.x); !slices.Equal(got, test.want) {
			t.Errorf("%v.At(%.10g) = %v, want %v", test.data, test.x, got, test.want)
		}
	}
}

func TestPointMass(t *testing.T) {
	p := Quadratic(0)(5)
	if p.Mean() != 4 || p.StdDev() != 0 || p.Quantile(0.01) != 4 || p.CDF(3.9) != 0 || p.CDF(4) != 1 {
		t.Errorf("Quadratic(0) at 5 is %v", p)
	}
	d := Sample(Quadratic(0), Repeat(Grid(1, 5, 21), 3), 1)
	if got := NLL(Quadratic(0), d); !math.IsInf(got, -1) {
		t.Errorf("NLL of samples without noise under their own law is %g, want -Inf", got)
	}
	if !math.IsInf(p.LogProb(4), 1) || !math.IsInf(p.LogProb(4.1), -1) {
		t.Errorf("log densities %g at the point and %g beside it, want +Inf and -Inf", p.LogProb(4), p.LogProb(4.1))
	}
}

// panics returns what f panics with.
func panics(f func()) (message string) {
	defer func() {
		if r := recover(); r != nil {
			message = fmt.Sprint(r)
		}
	}()
	f()
	return ""
}

// TestMistakes asserts what a caller's mistakes are answered with.
func TestMistakes(t *testing.T) {
	none := func(gradient, raw []float64, y float64) float64 { return 0 }
	one, uneven := Data{X: []float64{1}, Y: []float64{1}}, Data{X: []float64{1, 2}, Y: []float64{1}}
	rows := Rows{Columns: []string{"a", "b"}, X: [][]float64{{1, 2}, {3}}, Y: []float64{1}}
	lawOfRows := func([]float64) Distribution { return PointMass(0) }
	var noModel *Model
	for _, test := range []struct {
		name string
		f    func()
		want string
	}{
		{"negative noise", func() { Quadratic(-0.1) }, "mdnlib: Quadratic's noise is -0.1; use a finite number that is 0 or more"},
		{"negative x", func() { Quadratic(0.1)(-2) }, "mdnlib: Quadratic's noise grows with x, so its standard deviation at x = -2 would be -0.2; use x of 0 or more"},
		{"grid", func() { Grid(0, 1, 1) }, "mdnlib: Grid of 1 values; use 2 or more"},
		{"repeat", func() { Repeat(nil, 0) }, "mdnlib: Repeat 0 times; use 1 or more"},
		{"width", func() { New(Network{Hidden: []int{12, 0}, Head: MeanHead{}}, 1) }, "mdnlib: hidden layer 2 is 0 wide; use 1 or more"},
		{"no head", func() { New(Network{Head: nil}, 1) }, "mdnlib: a network needs a head; use MeanHead{}, GaussianHead{}, MixtureHead{K: 3} or a HeadFunc"},
		{"no models", func() { NewEnsemble(0, Network{Head: GaussianHead{}}, 1) }, "mdnlib: NewEnsemble of 0 models; use 1 or more"},
		{"ensemble of means", func() { NewEnsemble(2, Network{Head: MeanHead{}}, 1) }, "mdnlib: NewEnsemble with a mdnlib.MeanHead; use a GaussianHead or a MixtureHead"},
		{"no outputs", func() { HeadFunc(0, none, func([]float64) Distribution { return PointMass(0) }) }, "mdnlib: HeadFunc with 0 outputs; use 1 or more"},
		{"no function", func() { HeadFunc(1, none, nil) }, "mdnlib: HeadFunc needs both functions, loss and at; one is nil"},
		{"lengths, At", func() { uneven.At(1) }, "mdnlib: data has 2 x but 1 y; every x needs its y"},
		{"lengths, Shuffle", func() { uneven.Shuffle(1) }, "mdnlib: data has 2 x but 1 y; every x needs its y"},
		{"lengths, Folds", func() { uneven.Folds(2, 1) }, "mdnlib: data has 2 x but 1 y; every x needs its y"},
		{"lengths, HoldOut", func() { uneven.HoldOut(0.5, 1) }, "mdnlib: data has 2 x but 1 y; every x needs its y"},
		{"lengths, Bootstrap", func() { uneven.Bootstrap(1) }, "mdnlib: data has 2 x but 1 y; every x needs its y"},
		{"lengths, rows", func() { rows.Shuffle(1) }, "mdnlib: data has 2 x but 1 y; every x needs its y"},
		{"a ragged row", func() { rows.Effect(lawOfRows, "a") }, `mdnlib: row 1 has 1 numbers, but there are 2 columns, "a", "b"`},
		{"a short row", func() { rows.Along(lawOfRows, "b", []float64{1}) }, `mdnlib: Along was given a row of 1 numbers, but there are 2 columns, "a", "b"`},
		{"a row too many", func() { law, _ := rows.Numbered(lawOfRows); law(2) }, "mdnlib: there is no row 2; the 2 rows are numbered from 0"},
		{"no model, At", func() { noModel.At(1) }, "mdnlib: there is no model; New makes one, and Load reads one"},
		{"no model, AtEach", func() { noModel.AtEach([]float64{1}) }, "mdnlib: there is no model; New makes one, and Load reads one"},
		{"no model, Warnings", func() { new(Model).Warnings(Data{}) }, "mdnlib: there is no model; New makes one, and Load reads one"},
		{"no model, Cost", func() { noModel.Cost(Quadratic(0.1), Data{}) }, "mdnlib: there is no model; New makes one, and Load reads one"},
		{"no model in an ensemble", func() { Ensemble{nil}.At(1) }, "mdnlib: there is no model; New makes one, and Load reads one"},
		{"an empty ensemble", func() { Ensemble{}.At(1) }, "mdnlib: the ensemble has no models; NewEnsemble makes some"},
		{"an empty ensemble's spread", func() { Ensemble{}.Spread(1) }, "mdnlib: the ensemble has no models; NewEnsemble makes some"},
		{"no law, Sample", func() { Sample(nil, []float64{1}, 1) }, "mdnlib: the law is nil; use a model's At, or a truth such as Quadratic(0.1)"},
		{"no law, Score", func() { Score(nil, nil, one) }, "mdnlib: the law is nil; use a model's At, or a truth such as Quadratic(0.1)"},
		{"no law, KL", func() { KL(Quadratic(0.1), nil, one.X) }, "mdnlib: the law is nil; use a model's At, or a truth such as Quadratic(0.1)"},
		{"no law, Effect", func() { Rows{Columns: []string{"a"}, X: [][]float64{{1}}, Y: []float64{1}}.Effect(nil, "a") }, "mdnlib: the law of rows is nil; use a model's AtRow"},
		{"no distribution", func() { NLL(func(float64) Distribution { return nil }, one) },
			"mdnlib: the law returned nil at x = 1; it has to return a distribution at every x that it is asked for"},
		{"no distribution of a head", func() {
			New(Network{Head: HeadFunc(1, none, func([]float64) Distribution { return nil })}, 1).At(0)
		}, "mdnlib: the second function of a HeadFunc returned nil for raw outputs [0]; it has to return a distribution"},
		{"quantile of a mixture", func() { Mixture{[]float64{1}, []float64{0}, []float64{1}}.Quantile(-1) },
			"mdnlib: a mixture's Quantile of -1; use a share from 0 to 1"},
		{"quantile of uniforms", func() { Uniforms{[]float64{1}, []float64{0}, []float64{1}}.Quantile(-1) },
			"mdnlib: quantile of the share -1; use a share in [0, 1]"},
		{"quantile of a normal distribution", func() { Normal(0, 1).Quantile(-1) }, "percentile"},
		{"no data", func() { MSE(Quadratic(0.1), Data{}) }, "mdnlib: cannot score: data has no samples; at least 1 is needed"},
		{"no entropy", func() { NLLFloor(func(float64) Distribution { return silent{PointMass(1)} }, []float64{1}) }, "give it a method Entropy() float64"},
	} {
		if got := panics(test.f); !strings.Contains(got, test.want) || got == "" {
			t.Errorf("%s: panic %q, want %q", test.name, got, test.want)
		}
	}
}

// silent is a distribution that does not know its entropy.
type silent struct{ Distribution }

func TestFolds(t *testing.T) {
	var d Data
	for i := range 23 {
		d.X = append(d.X, float64(i))
		d.Y = append(d.Y, float64(-i))
	}
	folds := d.Folds(10, 1)
	var heldOut []float64
	for _, f := range folds {
		if n := f.HeldOut.Len(); n != 2 && n != 3 {
			t.Errorf("a fold holds out %d of 23 pairs", n)
		}
		for _, part := range []Data{f.Training, f.HeldOut} {
			for i := range part.X {
				if part.Y[i] != -part.X[i] {
					t.Fatalf("%g has been paired with %g", part.X[i], part.Y[i])
				}
			}
		}
		if all := slices.Sorted(slices.Values(slices.Concat(f.Training.X, f.HeldOut.X))); !slices.Equal(all, d.X) {
			t.Errorf("training and held out are together %v", all)
		}
		heldOut = append(heldOut, f.HeldOut.X...)
	}
	if want := d.Shuffle(1).X; !slices.Equal(heldOut, want) {
		t.Errorf("held out are in turn %v, want %v", heldOut, want)
	}
	if slices.Equal(heldOut, d.X) {
		t.Error("the pairs are not shuffled")
	}
	if again := d.Folds(10, 1); !slices.Equal(again[3].HeldOut.X, folds[3].HeldOut.X) {
		t.Error("the same seed made other folds")
	}
	if other := d.Folds(10, 2); slices.Equal(other[3].HeldOut.X, folds[3].HeldOut.X) {
		t.Error("another seed made the same fold")
	}
	for n, want := range map[int]string{
		1:  "mdnlib: Folds(1) of 23 pairs; use from 2 folds to as many as there are pairs",
		24: "mdnlib: Folds(24) of 23 pairs; use from 2 folds to as many as there are pairs",
	} {
		func() {
			defer func() {
				if got := recover(); got != want {
					t.Errorf("panic %v, want %v", got, want)
				}
			}()
			d.Folds(n, 1)
		}()
	}
}
