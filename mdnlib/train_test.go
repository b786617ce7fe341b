package mdnlib

import (
	"context"
	"errors"
	"iter"
	"math"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"mdn/mdnlib/internal/vector"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

// post is the post's data and training.
func post(seed uint64) (law Law, data Data) {
	law = Quadratic(0.1)
	return law, Sample(law, Repeat(Grid(1, 5, 21), 50), seed).Shuffle(seed)
}

func postSettings(epochs int, seed uint64) Settings {
	return Settings{Epochs: epochs, Batch: 50, Adam: Adam{Rate: 0.0003}, Seed: seed}
}

// TestTrainingReachesTheTruth trains on the post's settings with ten seeds, and compares with the true law on the same
// samples: a cost on training data follows the luck of the sample.
func TestTrainingReachesTheTruth(t *testing.T) {
	if testing.Short() {
		t.Skip("trains for 25,000 epochs")
	}
	var meanExcess, trainingExcess, heldOutExcess []float64
	t.Log("seed   MSE, truth's    training NLL, truth's    held-out NLL, truth's")
	for seed := uint64(1); seed <= 10; seed++ {
		law, data := post(seed)
		mean := New(Network{Hidden: []int{12, 12, 12}, Head: MeanHead{}}, seed)
		history, err := Fit(t.Context(), mean, data, postSettings(500, seed))
		if err != nil {
			t.Fatal(err)
		}
		gaussian := New(Network{Hidden: []int{12, 12, 12}, Head: GaussianHead{}}, seed)
		gaussianHistory, err := Fit(t.Context(), gaussian, data, postSettings(2000, seed))
		if err != nil {
			t.Fatal(err)
		}
		heldOut := Sample(law, Repeat(Grid(1.1, 4.9, 20), 1000), seed+1000)
		t.Logf("%4d   %.4f  %.4f   %.4f  %.4f           %.4f  %.4f", seed, history.Final(), MSE(law, data),
			gaussianHistory.Final(), NLL(law, data), NLL(gaussian.At, heldOut), NLL(law, heldOut))
		meanExcess = append(meanExcess, history.Final()/MSE(law, data)-1)
		trainingExcess = append(trainingExcess, gaussianHistory.Final()-NLL(law, data))
		heldOutExcess = append(heldOutExcess, NLL(gaussian.At, heldOut)-NLL(law, heldOut))
	}
	for _, check := range []struct {
		name   string
		values []float64
		most   float64
	}{
		{"final MSE above the truth's, as a share", meanExcess, 0.05},
		{"training NLL above the truth's, nats", trainingExcess, 0.01},
		{"held-out NLL above the truth's, nats", heldOutExcess, 0.02},
	} {
		slices.Sort(check.values)
		median := stat.Quantile(0.5, stat.LinInterp, check.values, nil)
		t.Logf("%s: median %.4f", check.name, median)
		if median > check.most {
			t.Errorf("%s: the median of ten seeds is %.4f, want at most %g", check.name, median, check.most)
		}
	}
}

func TestSameSeedSameModel(t *testing.T) {
	_, data := post(3)
	train := func(seed uint64) *Model {
		m := New(Network{Hidden: []int{7, 33}, Head: GaussianHead{}}, seed)
		if _, err := Fit(t.Context(), m, data, Settings{Epochs: 3, Batch: 13, Seed: seed}); err != nil {
			t.Fatal(err)
		}
		return m
	}
	if !slices.Equal(train(1).parameters, train(1).parameters) {
		t.Error("the same seed gave two models")
	}
	if slices.Equal(train(1).parameters, train(2).parameters) {
		t.Error("two seeds gave the same model")
	}
}

// TestOwnHead trains with a head as a reader writes it and compares it with the library's, which it equals.
func TestOwnHead(t *testing.T) {
	own := HeadFunc(2, func(gradient, raw []float64, y float64) float64 {
		sigma, slope := math.Exp(raw[1]), 1.0
		if raw[1] > 0 {
			sigma = raw[1] + 1
			slope = 1 / sigma
		}
		r := (y - raw[0]) / sigma
		gradient[0], gradient[1] = -r/sigma, (1-r*r)*slope
		return r*r/2 + math.Log(sigma) + math.Log(2*math.Pi)/2
	}, func(raw []float64) Distribution {
		return GaussianHead{}.at([]float32{float32(raw[0]), float32(raw[1])}, plain)
	})
	_, data := post(1)
	a, b := New(Network{Hidden: []int{12, 12, 12}, Head: own}, 1), New(Network{Hidden: []int{12, 12, 12}, Head: GaussianHead{}}, 1)
	historyA, err := Fit(t.Context(), a, data, postSettings(50, 1))
	if err != nil {
		t.Fatal(err)
	}
	historyB, err := Fit(t.Context(), b, data, postSettings(50, 1))
	if err != nil {
		t.Fatal(err)
	}
	for epoch := range historyA {
		if math.Abs(historyA[epoch]-historyB[epoch]) > 1e-4 {
			t.Fatalf("cost of epoch %d: own head %.6f, library's %.6f", epoch, historyA[epoch], historyB[epoch])
		}
	}
	for _, x := range []float64{1.1, 3, 4.9} {
		if math.Abs(a.At(x).Mean()-b.At(x).Mean()) > 1e-3 || math.Abs(a.At(x).StdDev()-b.At(x).StdDev()) > 1e-3 {
			t.Errorf("at x = %g: own head %v, library's %v", x, a.At(x), b.At(x))
		}
	}
}

// TestEach checks what Each is told, and that History holds the same.
func TestEach(t *testing.T) {
	_, data := post(1)
	var seen []Epoch
	s := postSettings(5, 1)
	s.Each = func(e Epoch) { seen = append(seen, e) }
	history, err := Fit(t.Context(), New(Network{Hidden: []int{4}, Head: MeanHead{}}, 1), data, s)
	if err != nil {
		t.Fatal(err)
	}
	if len(seen) != 5 || len(history) != 5 {
		t.Fatalf("Each was called %d times and History has %d epochs, want 5", len(seen), len(history))
	}
	for i, e := range seen {
		if e.Number != i || e.Cost != history[i] {
			t.Errorf("call %d was told %+v, and History has %g", i, e, history[i])
		}
	}
}

// TestEpochsCanBeLeft leaves the loop after three epochs: the model must be as Fit leaves it after three, with a mean head's error bar.
func TestEpochsCanBeLeft(t *testing.T) {
	_, data := post(1)
	for _, head := range []Head{MeanHead{}, GaussianHead{MeanFirst: 2}, MixtureHead{K: 2}} {
		left, fitted := New(Network{Hidden: []int{5}, Head: head}, 1), New(Network{Hidden: []int{5}, Head: head}, 1)
		var history History
		for epoch, err := range Epochs(t.Context(), left, data, postSettings(1000, 1)) {
			if err != nil {
				t.Fatal(err)
			}
			if epoch.Number != len(history) {
				t.Errorf("%T: epoch %d comes after %d others", head, epoch.Number, len(history))
			}
			if mean := stat.Mean(epoch.Losses, nil); len(epoch.Losses) != 21 || !relativelyNear(epoch.Cost, mean, 1e-12) {
				t.Errorf("%T: the cost is %g, and the mean of %d losses %g", head, epoch.Cost, len(epoch.Losses), mean)
			}
			if history = append(history, epoch.Cost); len(history) == 3 {
				break
			}
		}
		want, err := Fit(t.Context(), fitted, data, postSettings(3, 1))
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(history, want) || !slices.Equal(left.parameters, fitted.parameters) || left.head != fitted.head {
			t.Errorf("%T: left after three epochs the costs are %v, trained for three %v, or the models differ", head, history, want)
		}
	}
}

// TestEpochsYieldsTheErrorLast stops training in each way there is: the error comes once, after the completed epochs.
func TestEpochsYieldsTheErrorLast(t *testing.T) {
	_, good := post(1)
	bad := Data{X: good.X, Y: slices.Clone(good.Y)}
	bad.Y[3] = math.NaN()
	far := Data{X: good.X, Y: slices.Clone(good.Y)}
	far.Y[1049] = 1e30 // in the last batch in the data's order
	inOrder := postSettings(5, 1)
	inOrder.Order = slices.Sort
	for _, test := range []struct {
		name   string
		data   Data
		cancel int // in the body for this epoch
		epochs int
		want   string
	}{
		{"bad data", bad, -1, 0, "mdnlib: cannot train: y[3] is NaN"},
		{"overflow", far, -1, 0, "training stopped at epoch 0, batch 20: the loss is +Inf"},
		{"cancelled", good, 1, 2, "training stopped in epoch 2 of 5, and the model is as trained so far: context canceled"},
		{"cancelled in the last", good, 4, 5, ""},
	} {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		epochs, last := 0, error(nil)
		for epoch, err := range Epochs(ctx, New(Network{Hidden: []int{5}, Head: MeanHead{}}, 1), test.data, inOrder) {
			if last != nil {
				t.Errorf("%s: something comes after the error", test.name)
			}
			if last = err; err != nil {
				if !reflect.DeepEqual(epoch, Epoch{}) {
					t.Errorf("%s: with the error comes %+v", test.name, epoch)
				}
				continue
			}
			epochs++
			if epoch.Number == test.cancel {
				cancel()
			}
		}
		if epochs != test.epochs || (last == nil) != (test.want == "") || last != nil && !strings.HasPrefix(last.Error(), test.want) {
			t.Errorf("%s: %d epochs and error %v, want %d and %q", test.name, epochs, last, test.epochs, test.want)
		}
	}
}

// TestEpochsCanBePulled trains two models in turn, epoch by epoch: each must end as alone.
func TestEpochsCanBePulled(t *testing.T) {
	_, data := post(1)
	var models []*Model
	var next []func() (Epoch, error, bool)
	for seed := range uint64(2) {
		m := New(Network{Hidden: []int{5}, Head: GaussianHead{}}, seed)
		pull, stop := iter.Pull2(Epochs(t.Context(), m, data, postSettings(4, seed)))
		defer stop()
		models, next = append(models, m), append(next, pull)
	}
	for range 4 {
		for i := range models {
			if _, err, ok := next[i](); err != nil || !ok {
				t.Fatalf("model %d: error %v, goes on %t", i, err, ok)
			}
		}
	}
	for seed, m := range models {
		alone := New(Network{Hidden: []int{5}, Head: GaussianHead{}}, uint64(seed))
		if _, err := Fit(t.Context(), alone, data, postSettings(4, uint64(seed))); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(m.parameters, alone.parameters) {
			t.Errorf("model %d ends otherwise than alone", seed)
		}
	}
}

// TestCost checks the definition of an epoch's cost: the mean of the batches' losses, each before that batch's step.
func TestCost(t *testing.T) {
	data := Data{X: []float64{1, 2, 3}, Y: []float64{1, 2, 30}} // one batch of two, one of one
	m := New(Network{Hidden: []int{2}, Head: MeanHead{}}, 1)
	untrained := []float64{
		(sq(m.At(1).Mean()-1) + sq(m.At(2).Mean()-2)) / 2,
		sq(m.At(3).Mean() - 30),
	}
	history, err := Fit(t.Context(), m, data, Settings{Epochs: 1, Batch: 2, Adam: Adam{Rate: 1e-12}, Order: func([]int) {}})
	if err != nil {
		t.Fatal(err)
	}
	if want := (untrained[0] + untrained[1]) / 2; math.Abs(history[0]-want) > 1e-5*want {
		t.Errorf("cost %g, want %g", history[0], want)
	}
}

func sq(v float64) float64 { return v * v }

func TestCancel(t *testing.T) {
	_, data := post(1)
	ctx, cancel := context.WithCancel(t.Context())
	s := postSettings(1000, 1)
	var atCancel []float32
	m := New(Network{Hidden: []int{12, 12, 12}, Head: GaussianHead{}}, 1)
	s.Each = func(e Epoch) {
		if e.Number == 6 {
			cancel()
			atCancel = slices.Clone(m.parameters)
		}
	}
	history, err := Fit(ctx, m, data, s)
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("error %v, want one that wraps context.Canceled", err)
	}
	if want := "training stopped in epoch 7 of 1000"; !strings.Contains(err.Error(), want) {
		t.Errorf("error %q does not say %q", err, want)
	}
	if len(history) != 7 {
		t.Errorf("History has %d epochs, want 7", len(history))
	}
	if !slices.Equal(m.parameters, atCancel) {
		t.Error("the model is not as it was trained until then")
	}
}

// TestEndless checks that training "until interrupted" can be asked for.
func TestEndless(t *testing.T) {
	_, data := post(1)
	ctx, cancel := context.WithCancel(t.Context())
	s := postSettings(math.MaxInt, 1)
	s.Each = func(Epoch) { cancel() }
	if history, err := Fit(ctx, New(Network{Hidden: []int{2}, Head: MeanHead{}}, 1), data, s); len(history) != 1 || !errors.Is(err, context.Canceled) {
		t.Errorf("%d epochs, error %v", len(history), err)
	}
}

// TestMeanHeadLearnsItsErrorBar checks that a model of the mean is, as a law, Normal{μ(x), RMSE}.
func TestMeanHeadLearnsItsErrorBar(t *testing.T) {
	_, data := post(1)
	m := New(Network{Hidden: []int{4}, Head: MeanHead{}}, 1)
	if got := m.At(2).StdDev(); got != 0 {
		t.Errorf("untrained, its standard deviation is %g, want 0", got)
	}
	if _, err := Fit(t.Context(), m, data, postSettings(2, 1)); err != nil {
		t.Fatal(err)
	}
	want := math.Sqrt(MSE(m.At, data))
	if got := m.At(2).StdDev(); got != want {
		t.Errorf("its standard deviation is %g, want %g", got, want)
	}
}

// TestNoSigmaLeft asks heads whose z is so far below 0 that σ is 0 in float32: what they predict is a point, and not NaN.
func TestNoSigmaLeft(t *testing.T) {
	for _, head := range []Head{GaussianHead{}, GaussianHead{Scale: Softplus}, MixtureHead{K: 2}, StudentHead{Nu: 5}} {
		m := New(Network{Head: head}, 1)
		for _, layer := range m.Layers() {
			clear(layer.Weight)
		}
		bias := m.Layers()[1].Bias
		for k := range bias {
			bias[k] = -200
		}
		d := m.At(3)
		if got := d.StdDev(); got > 1 || math.IsNaN(got) { // a mixture's means are apart
			t.Errorf("%+v: standard deviation %g", head, got)
		}
		if got := d.LogProb(7); !math.IsInf(got, -1) {
			t.Errorf("%+v: log density %g away from the point, want -Inf", head, got)
		}
		if got := d.Quantile(0.9); !(math.Abs(got) <= 1) || d.CDF(got) < 0.9 {
			t.Errorf("%+v: the quantile 0.9 is %g", head, got)
		}
		d4 := Data{X: []float64{0, 1, 2, 3}, Y: []float64{1, 2, 3, 4}}
		if got := NLL(m.At, d4); !math.IsInf(got, 1) {
			t.Errorf("%+v: NLL %g, want +Inf", head, got)
		}
		if got := strings.Join(m.Warnings(d4), "\n"); !strings.Contains(got, "the predicted standard deviation is down to 0") {
			t.Errorf("%+v: warns of %q, and not of the standard deviation", head, got)
		}
	}
}

// raceDetector says whether the tests are built with it.
var raceDetector bool

// TestAtAllocatesItsAnswer checks that a prediction leaves nothing behind but the distribution, whatever the model's size.
func TestAtAllocatesItsAnswer(t *testing.T) {
	if raceDetector {
		t.Skip("with the race detector a sync.Pool forgets at random")
	}
	for _, test := range []struct {
		head Head
		want float64 // a distuv.Normal; a Mixture and its three lists
	}{{GaussianHead{}, 1}, {MixtureHead{K: 5}, 4}} {
		m := New(Network{Hidden: []int{256, 256}, Head: test.head}, 1)
		if got := testing.AllocsPerRun(1000, func() { m.At(1) }); got > test.want {
			t.Errorf("At with a %T allocates %g times, want %g", test.head, got, test.want)
		}
	}
}

// TestAtEach asks for many x at once: they must have the same bits as one by one, with panels full and not.
func TestAtEach(t *testing.T) {
	data := Sample(Quadratic(0.1), Grid(1, 5, 131), 1)
	own := HeadFunc(2, gaussianSample, func(raw []float64) Distribution { return Normal(raw[0], math.Exp(raw[1])) })
	for _, head := range []Head{MeanHead{}, GaussianHead{}, MixtureHead{K: 3}, own} {
		m := New(Network{Hidden: []int{12, 33}, Head: head}, 1)
		if _, err := Fit(t.Context(), m, data, Settings{Epochs: 3, Standardise: true}); err != nil {
			t.Fatal(err)
		}
		for _, n := range []int{0, 1, 5, 64, 65, 131} {
			answers := m.AtEach(data.X[:n])
			if len(answers) != n {
				t.Fatalf("%T: %d distributions at %d x", head, len(answers), n)
			}
			for i, d := range answers {
				if one := m.At(data.X[i]); !reflect.DeepEqual(d, one) {
					t.Errorf("%T, %d x: number %d is %v, and alone %v", head, n, i, d, one)
				}
			}
		}
	}
}

// TestCannotTrain asserts what is said about data and settings that nothing can be learned from.
func TestCannotTrain(t *testing.T) {
	good := Data{X: []float64{1, 2}, Y: []float64{1, 2}}
	for _, test := range []struct {
		name     string
		data     Data
		settings Settings
		want     string
	}{
		{"no samples", Data{}, Settings{}, "data has no samples; at least 1 is needed"},
		{"lengths", Data{X: []float64{1, 2}, Y: []float64{1}}, Settings{}, "data has 2 x but 1 y; every x needs its y"},
		{"NaN", Data{X: []float64{1, 2}, Y: []float64{1, math.NaN()}}, Settings{}, "y[1] is NaN; remove the sample or fill in its value"},
		{"Inf", Data{X: []float64{math.Inf(1)}, Y: []float64{1}}, Settings{}, "x[0] is +Inf, but training is in float32, which ends at 3.4e+38; scale the values down"},
		{"epochs", good, Settings{Epochs: -1}, "Settings.Epochs is -1; use 1 or more, or 0 for 2000"},
		{"clip", good, Settings{Clip: math.NaN()}, "Settings.Clip is NaN; use a length of 1e-12 or more, such as 1, or 0 for no limit"},
		{"a clip of next to nothing", good, Settings{Clip: 1e-46}, "Settings.Clip is 1e-46; use a length of 1e-12 or more, such as 1, or 0 for no limit"},
		{"batch", good, Settings{Batch: -5}, "Settings.Batch is -5; use 1 or more, or 0 for 50"},
		{"rate", good, Settings{Adam: Adam{Rate: -0.1}}, "Adam.Rate is -0.1; use a value between 0 and 3.4e+38, or 0 for 0.001"},
		{"beta1", good, Settings{Adam: Adam{Beta1: 1}}, "Adam.Beta1 is 1; use a value between 0 and 1, or 0 for 0.9"},
		{"decay", good, Settings{Adam: Adam{Decay: -0.1}}, "Adam.Decay is -0.1; use a value such as 0.01, so that its product with Adam.Rate, 0.001, is below 1, or 0 for none"},
		{"too much decay", good, Settings{Adam: Adam{Rate: 0.1, Decay: 10}}, "Adam.Decay is 10; use a value such as 0.01, so that its product with Adam.Rate, 0.1, is below 1, or 0 for none"},
		{"decay NaN", good, Settings{Adam: Adam{Decay: math.NaN()}}, "Adam.Decay is NaN; use a value such as 0.01, so that its product with Adam.Rate, 0.001, is below 1, or 0 for none"},
		{"epsilon", good, Settings{Adam: Adam{Epsilon: 1e-50}}, "Adam.Epsilon is 1e-50; use a value between 0 and 3.4e+38, or 0 for 1e-08"},
		{"beta2", good, Settings{Adam: Adam{Beta2: math.NaN()}}, "Adam.Beta2 is NaN; use a value between 0 and 1, or 0 for 0.999"},
	} {
		t.Run(test.name, func(t *testing.T) {
			m := New(Network{Hidden: []int{4}, Head: GaussianHead{}}, 1)
			before := slices.Clone(m.parameters)
			_, err := Fit(t.Context(), m, test.data, test.settings)
			if want := "mdnlib: cannot train: " + test.want; err == nil || err.Error() != want {
				t.Errorf("error\n%v, want\n%s", err, want)
			}
			if !slices.Equal(m.parameters, before) {
				t.Error("the model has changed")
			}
		})
	}
}

// TestWrongOrder lets Settings.Order leave what is no order of the batches, and asks for a model that is not there.
func TestWrongOrder(t *testing.T) {
	_, data := post(1)
	for want, order := range map[string]func([]int){
		"training stopped in epoch 0 of 2, and the model is as trained so far: Settings.Order left 21 at place 1; the numbers of the batches are 0 to 20": func(b []int) { b[1] = 21 },
		"training stopped in epoch 0 of 2, and the model is as trained so far: Settings.Order left -1 at place 0; the numbers of the batches are 0 to 20": func(b []int) { b[0] = -1 },
		"training stopped in epoch 0 of 2, and the model is as trained so far: Settings.Order left batch 3 twice; it may only rearrange the numbers":      func(b []int) { b[0] = 3 },
	} {
		m := New(Network{Hidden: []int{4}, Head: GaussianHead{}}, 1)
		before := slices.Clone(m.parameters)
		if _, err := Fit(t.Context(), m, data, Settings{Epochs: 2, Order: order}); err == nil || err.Error() != want {
			t.Errorf("error %v, want %s", err, want)
		}
		if !slices.Equal(m.parameters, before) {
			t.Error("the model has changed")
		}
	}
	want := "mdnlib: cannot train: there is no model; New makes one, and Load reads one"
	if _, err := Fit(t.Context(), nil, data, Settings{Epochs: 2}); err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
	want = "mdnlib: cannot save the model: there is no model; New makes one, and Load reads one"
	if err := (*Model)(nil).Save(filepath.Join(t.TempDir(), "model.json")); err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
}

// TestNotFinite asserts that training stops before a step that would ruin the model, and says where and why.
func TestNotFinite(t *testing.T) {
	for _, test := range []struct {
		name     string
		head     Head
		data     Data
		settings Settings
		want     []string
	}{
		{"loss overflows", MeanHead{}, Data{X: []float64{1}, Y: []float64{1e30}}, Settings{Epochs: 2},
			[]string{"epoch 0, batch 0", "the loss is +Inf, which is not finite", "y has mean 1e+30 and standard deviation 0", "set Settings.Standardise"}},
		// The loss, 3e38, is finite, and so is its gradient, but not the gradient's square.
		{"gradient too large", MeanHead{}, Data{X: []float64{1, 1, 1, 1}, Y: []float64{1, 1, 1, 1.7e19}}, Settings{Epochs: 9, Batch: 1, Adam: Adam{Beta2: 1e-9}, Order: func([]int) {}},
			[]string{"epoch 0, batch 3", "the gradient is ", "whose square is too large for Adam in float32"}},
		{"reader's NaN", HeadFunc(1, func(gradient, raw []float64, y float64) float64 { return math.NaN() },
			func(raw []float64) Distribution { return PointMass(raw[0]) }), Data{X: []float64{1}, Y: []float64{1}}, Settings{Epochs: 2},
			[]string{"epoch 0, batch 0", "the loss is NaN", "a smaller Adam.Rate, Settings.Clip or Settings.Standardise usually helps"}},
		{"reader's gradient", HeadFunc(1, func(gradient, raw []float64, y float64) float64 { gradient[0] = 1.4e19; return 1 },
			func(raw []float64) Distribution { return PointMass(raw[0]) }), Data{X: []float64{1}, Y: []float64{1}}, Settings{Epochs: 2},
			[]string{"epoch 0, batch 0", "the gradient is 1.4e+19, whose square is too large for Adam in float32"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			m := New(Network{Head: test.head}, 1)
			_, err := Fit(t.Context(), m, test.data, test.settings)
			var notFinite *NotFiniteError
			if !errors.As(err, &notFinite) {
				t.Fatalf("error %v, want a *NotFiniteError", err)
			}
			for _, want := range test.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("error %q does not say %q", err, want)
				}
			}
			for _, p := range m.parameters {
				if math.IsNaN(float64(p)) || math.IsInf(float64(p), 0) {
					t.Fatalf("the model holds %g", p)
				}
			}
		})
	}
}

// TestLargestGradient takes the largest gradient that is allowed for long enough that Adam's mean of squares arrives at its
// square, which must be finite.
func TestLargestGradient(t *testing.T) {
	head := HeadFunc(1, func(gradient, raw []float64, y float64) float64 { gradient[0] = largestGradient; return 1 },
		func(raw []float64) Distribution { return PointMass(raw[0]) })
	trainer, err := newTrainer(New(Network{Head: head}, 1), Data{X: []float64{1}, Y: []float64{1}}, Settings{})
	if err != nil {
		t.Fatal(err)
	}
	for epoch := range 40000 {
		if _, err := trainer.epoch(t.Context(), epoch); err != nil {
			t.Fatal(err)
		}
	}
	limit := float64(largestGradient) * float64(largestGradient)
	if got := float64(slices.Max(trainer.square)); !(got > 0.999*limit && got < math.Inf(1)) {
		t.Errorf("the mean of squares is %g, want about %g", got, limit)
	}
}

// TestScores compares the scores with closed forms.
func TestScores(t *testing.T) {
	law := Quadratic(0.1)
	grid := Grid(1, 5, 21)
	if got, want := MSEFloor(law, grid), 0.104667; math.Abs(got-want) > 5e-7 { // the mean of (0.1·x)², by hand
		t.Errorf("MSEFloor %.6f, want %.6f", got, want)
	}
	if got, want := NLLFloor(law, grid), 0.117656; math.Abs(got-want) > 5e-7 { // the mean of log(0.1·x) + ½ log 2πe
		t.Errorf("NLLFloor %.6f, want %.6f", got, want)
	}
	one := Data{X: []float64{2, 2}, Y: []float64{1.5, 0.8}} // the law at 2 is Normal{1, 0.2}
	if got, want := MSE(law, one), (0.25+0.04)/2; math.Abs(got-want) > 1e-12 {
		t.Errorf("MSE %.9f, want %.9f", got, want)
	}
	if got, want := NLL(law, one), (6.25+1)/4+math.Log(0.2)+math.Log(2*math.Pi)/2; math.Abs(got-want) > 1e-12 {
		t.Errorf("NLL %.9f, want %.9f", got, want)
	}
	if got := NLLFloor(Quadratic(0), grid); !math.IsInf(got, -1) {
		t.Errorf("NLLFloor without noise %g, want -Inf", got)
	}
	if got := New(Network{Head: MeanHead{}}, 1).Cost(law, one); got != MSE(law, one) {
		t.Errorf("cost of a model of the mean %g, want the MSE", got)
	}
	own := HeadFunc(1, func(gradient, raw []float64, y float64) float64 { return 0 }, func([]float64) Distribution { return PointMass(0) })
	if got := New(Network{Head: own}, 1).Cost(law, one); !math.IsNaN(got) {
		t.Errorf("cost of a model with a head of the reader's own %g, want NaN", got)
	}
	if got := New(Network{Head: GaussianHead{}}, 1).Cost(law, one); got != NLL(law, one) {
		t.Errorf("cost of a Gaussian model %g, want the NLL", got)
	}
	if got := NLL(func(float64) Distribution { return distuv.UnitNormal }, Data{X: []float64{0}, Y: []float64{0}}); math.Abs(got-vector.HalfLog2Pi) > 1e-15 {
		t.Errorf("NLL of a unit normal at 0 is %g, want %g", got, vector.HalfLog2Pi)
	}
}
