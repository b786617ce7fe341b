package mdnlib

import (
	"context"
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"mdn/mdnlib/internal/outliers"
	"mdn/mdnlib/internal/vector"

	"gonum.org/v1/gonum/diff/fd"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

// TestOneComponentIsGaussian trains a mixture of one component beside a Gaussian head. The logits come last, so the other
// weights start the same, and have nothing to learn.
func TestOneComponentIsGaussian(t *testing.T) {
	_, data := post(1)
	for _, scale := range []Scale{EluPlusOne, Softplus} {
		gaussian := New(Network{Hidden: []int{12, 12}, Head: GaussianHead{Scale: scale}}, 1)
		mixture := New(Network{Hidden: []int{12, 12}, Head: MixtureHead{K: 1, Scale: scale}}, 1)
		want, err := Fit(t.Context(), gaussian, data, postSettings(20, 1))
		if err != nil {
			t.Fatal(err)
		}
		got, err := Fit(t.Context(), mixture, data, postSettings(20, 1))
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(got, want) {
			t.Errorf("scale %d: the mixture's final cost is %v, the Gaussian's %v", scale, got.Final(), want.Final())
		}
		for l, layer := range gaussian.layers { // the mixture has one more, for its logits
			if !slices.Equal(mixture.layers[l].Weight, layer.Weight) || !slices.Equal(mixture.layers[l].Bias, layer.Bias) {
				t.Errorf("scale %d: layer %d of the mixture is not that of the Gaussian", scale, l+1)
			}
		}
	}
}

// TestUnits fits data in other units: the fit must be the same in those.
func TestUnits(t *testing.T) {
	law := Quadratic(0.1)
	data := Sample(law, Repeat(Grid(1, 5, 21), 20), 1).Shuffle(1)
	settings := Settings{Epochs: 200, Adam: Adam{Rate: 0.003}, Standardise: true}
	fit := func(head Head, shiftX, scaleY float64) (m *Model, cost float64) {
		t.Helper()
		moved := Data{X: slices.Clone(data.X), Y: slices.Clone(data.Y)}
		for i := range moved.X {
			moved.X[i] += shiftX
			moved.Y[i] *= scaleY
		}
		m = New(Network{Hidden: []int{12, 12}, Head: head}, 1)
		history, err := Fit(t.Context(), m, moved, settings)
		if err != nil {
			t.Fatal(err)
		}
		return m, history.Final()
	}
	own := HeadFunc(2, gaussianSample, func(raw []float64) Distribution {
		return GaussianHead{}.at([]float32{float32(raw[0]), float32(raw[1])}, plain)
	})
	for _, head := range []Head{MeanHead{}, GaussianHead{}, GaussianHead{Floor: 0.01, Beta: 0.5}, MixtureHead{K: 2}, own} {
		reference, referenceCost := fit(head, 0, 1)
		for _, change := range []struct{ shiftX, scaleY float64 }{{1e4, 1}, {0, 1e6}, {0, 1e-6}, {-1e4, 1e6}} {
			m, cost := fit(head, change.shiftX, change.scaleY)
			for _, x := range []float64{1, 2.5, 4, 5} {
				want, got := reference.At(x), m.At(x+change.shiftX)
				spread := want.StdDev()
				if math.Abs(got.Mean()/change.scaleY-want.Mean()) > 0.01*spread || math.Abs(got.StdDev()/change.scaleY-spread) > 0.01*spread {
					t.Errorf("%T, %+v, x %g: mean %g and standard deviation %g, want %g and %g times the change",
						head, change, x, got.Mean(), got.StdDev(), want.Mean(), spread)
				}
				y := want.Quantile(0.3)
				if moved := got.LogProb(y*change.scaleY) + math.Log(change.scaleY); math.Abs(moved-want.LogProb(y)) > 0.02 {
					t.Errorf("%T, %+v, x %g: log density %g, want %g", head, change, x, moved, want.LogProb(y))
				}
			}
			wantCost := referenceCost + math.Log(change.scaleY)
			switch head.(type) {
			case MeanHead:
				wantCost = referenceCost * change.scaleY * change.scaleY
			case *headFunc:
				wantCost = referenceCost // the reader's own loss stays in the network's units
			}
			if math.Abs(cost-wantCost) > 0.01*max(1, math.Abs(wantCost)) && math.Abs(cost/wantCost-1) > 0.01 {
				t.Errorf("%T, %+v: cost %g, want %g", head, change, cost, wantCost)
			}
		}
	}
}

// TestOwnDistributionInUnits lets a reader's head describe the same distribution in standard units as the law beside it does in
// y's, and asks both for everything that is known of them.
func TestOwnDistributionInUnits(t *testing.T) {
	u := units{shiftY: -40, scaleY: 8}
	for _, test := range []struct {
		name           string
		inside, inY    Distribution
		staysWhatItIs  bool
		entropyIsKnown bool
	}{
		{"normal", distuv.Normal{Mu: 0.5, Sigma: 0.25}, distuv.Normal{Mu: -36, Sigma: 2}, true, true},
		{"point", PointMass(0.5), PointMass(-36), true, true},
		{"mixture", Mixture{[]float64{0.25, 0.75}, []float64{-1, 2}, []float64{0.5, 0}},
			Mixture{[]float64{0.25, 0.75}, []float64{-48, -24}, []float64{4, 0}}, true, true},
		{"Laplace", distuv.Laplace{Mu: 0.5, Scale: 0.25}, distuv.Laplace{Mu: -36, Scale: 2}, false, true},
		{"Student's t", distuv.StudentsT{Mu: 0.5, Sigma: 0.25, Nu: 3}, distuv.StudentsT{Mu: -36, Sigma: 2, Nu: 3}, false, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			m := New(Network{Head: HeadFunc(1, func(_, _ []float64, _ float64) float64 { return 0 }, func([]float64) Distribution { return test.inside })}, 1)
			m.units = u
			predicted := m.At(1)
			if test.staysWhatItIs && !reflect.DeepEqual(predicted, test.inY) {
				t.Errorf("the distribution is %#v, want %#v", predicted, test.inY)
			}
			for _, y := range []float64{-50, -37, -36, -24} {
				for name, both := range map[string][2]float64{
					"LogProb": {predicted.LogProb(y), test.inY.LogProb(y)}, "CDF": {predicted.CDF(y), test.inY.CDF(y)}, "CRPS": {crpsOf(predicted, y), crpsOf(test.inY, y)},
				} {
					if both[0] != both[1] && !relativelyNear(both[0], both[1], 1e-12) {
						t.Errorf("%s at %g is %.15g, want %.15g", name, y, both[0], both[1])
					}
				}
			}
			if !test.entropyIsKnown {
				want := "mdnlib: NLLFloor needs the entropy of distuv.StudentsT; give it a method Entropy() float64"
				if got := panics(func() { NLLFloor(m.At, []float64{1}) }); got != want {
					t.Errorf("panic %q, want %q", got, want)
				}
				return
			}
			got, want := NLLFloor(m.At, []float64{1}), NLLFloor(everywhere(test.inY), []float64{1})
			if got != want && !relativelyNear(got, want, 1e-12) {
				t.Errorf("entropy %.15g, want %.15g", got, want)
			}
		})
	}
}

// TestStandardiseTooLate asks for other units once a model has learned, and only then is it refused: before that, and in the
// units of the first training, it is not.
func TestStandardiseTooLate(t *testing.T) {
	_, data := post(1)
	plainly, standardised := Settings{Epochs: 2}, Settings{Epochs: 2, Standardise: true}
	fit := func(ctx context.Context, m *Model, s Settings) error {
		_, err := Fit(ctx, m, data, s)
		return err
	}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	again := func(m *Model) *Model { // saved and loaded
		t.Helper()
		path := filepath.Join(t.TempDir(), "model.json")
		if err := m.Save(path); err != nil {
			t.Fatal(err)
		}
		loaded, err := Load(path, nil)
		if err != nil {
			t.Fatal(err)
		}
		return loaded
	}
	trained := New(Network{Hidden: []int{4}, Head: GaussianHead{}}, 1)
	if err := fit(t.Context(), trained, plainly); err != nil {
		t.Fatal(err)
	}
	for name, m := range map[string]*Model{"trained": trained, "loaded": again(trained)} {
		before := slices.Clone(m.parameters)
		err := fit(t.Context(), m, standardised)
		if err == nil || !strings.Contains(err.Error(), "Settings.Standardise is true, but the model has been trained without it") {
			t.Errorf("%s: error %v", name, err)
		}
		if !m.unscaled() || !slices.Equal(m.parameters, before) {
			t.Errorf("%s: the model has changed", name)
		}
	}

	untouched := New(Network{Hidden: []int{4}, Head: GaussianHead{}}, 1)
	if err := fit(cancelled, untouched, plainly); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	for name, m := range map[string]*Model{"cancelled before it began": untouched, "saved untrained": again(New(Network{Hidden: []int{4}, Head: GaussianHead{}}, 1))} {
		for range 2 {
			if err := fit(t.Context(), m, standardised); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		if inputs, units := standard(data.rows()); m.units != units || !slices.Equal(m.inputs, inputs) {
			t.Errorf("%s: the units are %v and %v, want %v and %v", name, m.inputs, m.units, inputs, units)
		}
	}
}

// gaussianSample is the Gaussian head's loss, as a reader would write it.
func gaussianSample(gradient, raw []float64, y float64) float64 {
	sigma, logSigma, slope := vector.EluPlusOne(float32(raw[1]))
	r := (y - raw[0]) / float64(sigma)
	gradient[0], gradient[1] = -r/float64(sigma), (1-r*r)*float64(slope)
	return r*r/2 + float64(logSigma) + vector.HalfLog2Pi
}

// TestBeta compares the gradients of the β-NLL with those of the likelihood, times σ^(2β) by Go's own functions.
func TestBeta(t *testing.T) {
	for _, beta := range []float64{0.25, 0.5, 1} {
		for _, raw := range [][]float32{{0, -3}, {1.5, 0.5}, {-2, 4}} {
			loss, gradient := sampleLoss(GaussianHead{}, raw, 0.5)
			sameLoss, weighted := sampleLoss(GaussianHead{Beta: beta}, raw, 0.5)
			if loss != sameLoss {
				t.Errorf("β %g: the cost is %g, want the likelihood's, %g", beta, sameLoss, loss)
			}
			weight := math.Pow(eluPlusOne(float64(raw[1])), 2*beta)
			for j := range gradient {
				if want := weight * gradient[j]; !relativelyNear(weighted[j], want, 1e-6) {
					t.Errorf("β %g, raw %v: gradient by output %d is %g, want %g", beta, raw, j, weighted[j], want)
				}
			}
		}
	}
}

// TestMeanFirst trains the mean alone, which is a network of the mean with half the gradient, and leaves σ's layer as it was.
func TestMeanFirst(t *testing.T) {
	_, data := post(1)
	m := New(Network{Hidden: []int{12}, Head: GaussianHead{MeanFirst: 5}}, 1)
	before := slices.Clone(m.layers[2].Weight)
	settings := postSettings(5, 1)
	if _, err := Fit(t.Context(), m, data, settings); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(m.layers[2].Weight, before) || slices.ContainsFunc(m.layers[2].Bias, func(b float32) bool { return b != 0 }) {
		t.Error("σ's layer has learned while only the mean should")
	}
	mean := New(Network{Hidden: []int{12}, Head: MeanHead{}}, 1)
	settings.Adam.Epsilon = 2e-8 // twice the gradient, twice the ε: the same steps
	if _, err := Fit(t.Context(), mean, data, settings); err != nil {
		t.Fatal(err)
	}
	for l, layer := range mean.layers {
		want, got := slices.Concat(layer.Weight, layer.Bias), slices.Concat(m.layers[l].Weight, m.layers[l].Bias)
		for i := range want {
			if math.Abs(float64(got[i]-want[i])) > 1e-5 {
				t.Errorf("layer %d, parameter %d is %g, want %g as a network of the mean has it", l+1, i, got[i], want[i])
			}
		}
	}
	if _, err := Fit(t.Context(), m, data, postSettings(6, 1)); err != nil { // the first five of these, too, are the mean's
		t.Fatal(err)
	}
	if slices.Equal(m.layers[2].Weight, before) {
		t.Error("σ's layer has not learned after the mean")
	}
}

// TestGaussianFirst compares the loss of a mixture's first epochs, and its gradient, with those of its components alone, each of which aims
// at a y of its own.
func TestGaussianFirst(t *testing.T) {
	for _, scale := range []struct {
		scale    Scale
		floor    float64
		function func(float64) float64
	}{{EluPlusOne, 0, eluPlusOne}, {Softplus, 0.125, softplus}} {
		head, epochs := MixtureHead{K: 3, Scale: scale.scale, Floor: scale.floor, GaussianFirst: 7}.opening()
		if epochs != 7 {
			t.Errorf("there are %d first epochs, want 7", epochs)
		}
		raw, y := []float32{0, 1, -2, -1, 0.5, 2, 0.25, -0.5, 1}, float32(0.75)
		at, aims, bell := make([]float64, 9), make([]float64, 3), gaussian(scale.function, scale.floor)
		for j, r := range raw {
			at[j] = float64(r)
		}
		for c, place := range []float64{-2. / 3, 0, 2. / 3} {
			aims[c] = float64(y) + 1.5*place*(scale.function(at[3+c])+scale.floor)
		}
		formula := func(raw []float64) (mean float64) {
			for c, aim := range aims {
				mean += bell([]float64{raw[c], raw[3+c]}, aim) / 3
			}
			return mean
		}
		loss, gradient := sampleLoss(head, raw, y)
		if want := formula(at); !relativelyNear(loss, want, 1e-6) {
			t.Errorf("scale %d: the loss is %g, want %g", scale.scale, loss, want)
		}
		if slopes := fd.Gradient(nil, formula, at, &fd.Settings{Formula: fd.Central}); !floats.EqualApprox(gradient, slopes, 2e-6) {
			t.Errorf("scale %d: the gradient is %v, want %v", scale.scale, gradient, slopes)
		}
	}

	_, data := post(1)
	settings := postSettings(40, 1)
	settings.Order, settings.Standardise = func([]int) {}, true
	network := func(gaussianFirst int) Network {
		return Network{Hidden: []int{12}, Head: MixtureHead{K: 2, GaussianFirst: gaussianFirst}}
	}
	whole, parts := New(network(30), 1), New(network(30), 1)
	logits := slices.Clone(parts.layers[3].Weight)
	if _, err := Fit(t.Context(), whole, data, settings); err != nil {
		t.Fatal(err)
	}
	settings.Epochs = 30
	if _, err := Fit(t.Context(), parts, data, settings); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(parts.layers[3].Weight, logits) {
		t.Error("the logits' layer has learned before the components part")
	}
	then := New(network(0), 1)
	copy(then.parameters, parts.parameters)
	then.inputs, then.units, then.trained, settings.Epochs = parts.inputs, parts.units, true, 10
	if _, err := Fit(t.Context(), then, data, settings); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(then.parameters, whole.parameters) {
		t.Error("a training of both parts is another than one after the other")
	}

	single, gaussian := New(Network{Hidden: []int{12}, Head: MixtureHead{K: 1, GaussianFirst: 5}}, 1), New(Network{Hidden: []int{12}, Head: GaussianHead{}}, 1)
	for _, m := range []*Model{single, gaussian} {
		if _, err := Fit(t.Context(), m, data, postSettings(10, 1)); err != nil {
			t.Fatal(err)
		}
	}
	for l, layer := range gaussian.layers {
		if !slices.Equal(single.layers[l].Weight, layer.Weight) {
			t.Errorf("layer %d of a mixture of one is another than a Gaussian model's", l+1)
		}
	}
}

// TestHeavyTails trains the head of Student's t on a law of that shape, and beside outliers: it must learn the law to within little
// more than its samples allow, and keep to the others where one y in twenty is far away, which draws a Gaussian's mean and σ after
// it.
func TestHeavyTails(t *testing.T) {
	if testing.Short() {
		t.Skip("trains for 2000 epochs")
	}
	law := named(t, "heavy-tailed", 0.1)
	outlying := law.Sample(2000, 1)
	for i := 0; i < outlying.Len(); i += 20 {
		outlying.Y[i] += 30
	}
	settings := Settings{Epochs: 500, Batch: 100, Adam: Adam{Rate: 0.002}, Seed: 1, Standardise: true, Anneal: true}
	results := map[string][2]float64{}
	for name, head := range map[string]Head{"Student's t": StudentHead{Nu: 5}, "Gaussian": GaussianHead{}} {
		clean, beside := New(Network{Hidden: []int{24, 24, 24}, Head: head}, 1), New(Network{Hidden: []int{24, 24, 24}, Head: head}, 1)
		if _, err := FitAll(t.Context(), []Training{{clean, law.Sample(2000, 2), settings}, {beside, outlying, settings}}, nil); err != nil {
			t.Fatal(err)
		}
		excess, _ := Excess(clean.At, law.Law, law.Sample(20000, 101))
		results[name] = [2]float64{excess, MeanError(beside.At, law.Law, Grid(1.1, 4.9, 39))}
		t.Logf("%s: %.4f nats above the truth's; the mean beside outliers is off by %.3f", name, excess, results[name][1])
	}
	if got := results["Student's t"][0]; !(got <= 0.02 && got < results["Gaussian"][0]-0.03) {
		t.Errorf("on heavy tails it is %.4f nats above the truth, and a Gaussian %.4f", got, results["Gaussian"][0])
	}
	if got := results["Student's t"][1]; !(got < results["Gaussian"][1]/5) {
		t.Errorf("beside outliers its mean is off by %.3f, and a Gaussian's by %.3f", got, results["Gaussian"][1])
	}
}

// humpsOnALine are 0.4 apart, where the mean goes from 0 to 8.
var humpsOnALine = NamedLaw{Name: "line", From: 0, To: 8, Law: func(x float64) Distribution {
	return Mixture{[]float64{0.5, 0.5}, []float64{x - 0.2, x + 0.2}, []float64{0.05, 0.05}}
}}

// TestRecommendedFindsHumps trains on the laws of TestHumpsAreFound as Recommended has it, above its floor and with its validation.
func TestRecommendedFindsHumps(t *testing.T) {
	if testing.Short() {
		t.Skip("trains 40 models")
	}
	for _, law := range []NamedLaw{named(t, "two-humped", 0.2), humpsOnALine} {
		e, err := Recommended(1).Train(t.Context(), 2, law.Sample(2000, 1), nil)
		if err != nil {
			t.Fatal(err)
		}
		if nats, standardError := Excess(e.At, law.Law, law.Sample(20000, 101)); nats > 0.03 {
			t.Errorf("%s: %.3f ± %.3f nats above the truth's", law.Name, nats, standardError)
		}
	}
}

// TestHumpsAreFound trains mixtures where the mean moves more than y spreads: notebook 4's two-humped law, and humps beside a long
// line. Most that begin as mixtures find one bell, which costs 0.19 and 0.72 nats more than the truth; of those that begin as bells
// none does.
func TestHumpsAreFound(t *testing.T) {
	if testing.Short() {
		t.Skip("trains for 7800 epochs")
	}
	for _, law := range []NamedLaw{named(t, "two-humped", 0.2), humpsOnALine} {
		for first, seeds := range map[int]uint64{0: 3, 100: 10} {
			var trainings []Training
			for seed := uint64(1); seed <= seeds; seed++ {
				trainings = append(trainings, Training{
					Model: New(Network{Hidden: []int{24, 24, 24}, Head: MixtureHead{K: 2, GaussianFirst: first}}, seed), Data: law.Sample(2000, seed),
					Settings: Settings{Epochs: 300, Batch: 100, Adam: Adam{Rate: 0.003}, Seed: seed, Standardise: true, Anneal: true},
				})
			}
			if _, err := FitAll(t.Context(), trainings, nil); err != nil {
				t.Fatal(err)
			}
			var excess []float64
			for i, training := range trainings {
				nats, _ := Excess(training.Model.At, law.Law, law.Sample(20000, uint64(i)+101))
				excess = append(excess, nats)
			}
			t.Logf("%s, GaussianFirst %d: %.3f nats above the truth's", law.Name, first, excess)
			switch middle := outliers.Median(excess); {
			case first > 0 && !(middle <= 0.02 && slices.Max(excess) <= 0.05):
				t.Errorf("%s: the median is %.4f nats and the largest %.4f, want at most 0.02 and 0.05", law.Name, middle, slices.Max(excess))
			case first == 0 && middle < 0.1:
				t.Errorf("%s: without GaussianFirst the median is %.4f nats: what does it cure?", law.Name, middle)
			}
		}
	}
}

// TestClip shortens a gradient and keeps its direction.
func TestClip(t *testing.T) {
	_, data := post(1)
	for _, limit := range []float64{0.01, 1e6} {
		trainer, err := newTrainer(New(Network{Hidden: []int{12}, Head: GaussianHead{}}, 1), data, Settings{Clip: limit})
		if err != nil {
			t.Fatal(err)
		}
		trainer.gradient(trainer.batches[0])
		length := func(v []float32) float64 {
			sum := 0.0
			for _, x := range v {
				sum += float64(x) * float64(x)
			}
			return math.Sqrt(sum)
		}
		whole := slices.Clone(trainer.pass.gradient)
		trainer.clip()
		want := min(limit, length(whole))
		if got := length(trainer.pass.gradient); !relativelyNear(got, want, 1e-6) {
			t.Errorf("limit %g: the gradient's length is %g, want %g", limit, got, want)
		}
		for i, g := range trainer.pass.gradient {
			if expected := float64(whole[i]) * want / length(whole); math.Abs(float64(g)-expected) > 1e-6*want {
				t.Errorf("limit %g: element %d is %g, want %g", limit, i, g, expected)
			}
		}
	}
}

// TestAnneal compares the first and the last step's length with Adam's on a gradient that is always 1: the rate, and the share
// of it that is left.
func TestAnneal(t *testing.T) {
	head := HeadFunc(1, func(gradient, raw []float64, y float64) float64 { gradient[0] = 1; return 1 },
		func(raw []float64) Distribution { return PointMass(raw[0]) })
	m := New(Network{Head: head}, 1)
	var bias []float64
	_, err := Fit(t.Context(), m, Data{X: []float64{0}, Y: []float64{0}}, Settings{Epochs: 4, Anneal: true, Adam: Adam{Rate: 0.5},
		Each: func(Epoch) { bias = append(bias, float64(m.layers[0].Bias[0])) }})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []float64{-0.5, -0.875, -1.125, -1.25} {
		if math.Abs(bias[i]-want) > 1e-6 {
			t.Errorf("after %d steps the bias is %g, want %g", i+1, bias[i], want)
		}
	}
}

// TestWarnings makes what goes wrong go wrong, and asks what it looks like, before and after the cure.
func TestWarnings(t *testing.T) {
	_, good := post(1)
	thousands := Data{X: good.X, Y: slices.Clone(good.Y)}
	for i := range thousands.Y {
		thousands.Y[i] = 5000 + 1000*thousands.Y[i]
	}
	outlier := Data{X: good.X, Y: slices.Clone(good.Y)}
	outlier.Y[7] = 1e6
	noiseless := Sample(Quadratic(0), Repeat(Grid(1, 5, 21), 50), 1).Shuffle(1)
	dead := New(Network{Hidden: []int{12}, Head: MixtureHead{K: 3}}, 1)
	copy(dead.layers[3].Bias, []float32{0, -30, 0})

	for _, test := range []struct {
		name     string
		m        *Model
		data     Data
		settings Settings
		want     []string
	}{
		{"the post's", New(Network{Hidden: []int{12, 12, 12}, Head: GaussianHead{}}, 1), good, Settings{Epochs: 100}, nil},
		{"y in the thousands", New(Network{Hidden: []int{12}, Head: GaussianHead{}}, 1), thousands, Settings{Epochs: 5},
			[]string{"y has mean 6.46e+03 and standard deviation 1.36e+03", "set Settings.Standardise"}},
		{"y in the thousands, standardised", New(Network{Hidden: []int{12}, Head: GaussianHead{}}, 1), thousands, Settings{Epochs: 5, Standardise: true}, nil},
		{"outlier", New(Network{Hidden: []int{12}, Head: GaussianHead{}}, 1), outlier, Settings{Epochs: 5, Standardise: true}, []string{"y[7] = 1e+06 lies", "set Settings.Clip"}},
		{"no noise", New(Network{Hidden: []int{12, 12}, Head: GaussianHead{}}, 1), noiseless, Settings{Epochs: 600, Adam: Adam{Rate: 0.003}, Anneal: true},
			[]string{"the predicted standard deviation is down to", "where the data has no noise the cost has no floor", "set the head's Floor"}},
		{"no noise, floor", New(Network{Hidden: []int{12, 12}, Head: GaussianHead{Floor: 0.05}}, 1), noiseless, Settings{Epochs: 600, Adam: Adam{Rate: 0.003}, Anneal: true}, nil},
		{"dead component", dead, good, Settings{Epochs: 1}, []string{"component 2 of 3 has no more than", "fewer components would do"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			history, err := Fit(t.Context(), test.m, test.data, test.settings)
			if err != nil {
				t.Fatal(err)
			}
			if math.IsNaN(history.Final()) || math.IsInf(history.Final(), 0) {
				t.Errorf("final cost %g", history.Final())
			}
			got := test.m.Warnings(test.data)
			if len(test.want) == 0 && len(got) > 0 {
				t.Errorf("warns of %q", got)
			}
			for _, want := range test.want {
				if !strings.Contains(strings.Join(got, "\n"), want) {
					t.Errorf("warns of %q, and not of %q", got, want)
				}
			}
		})
	}
}

// TestWarnsOfFewSamples trains on so few samples that σ settles on one of them, at an x of the data and just beyond, and on many that are
// quiet together.
func TestWarnsOfFewSamples(t *testing.T) {
	warnings := func(d Data, rate, floor float64) string {
		t.Helper()
		m := New(Network{Hidden: []int{12, 12, 12}, Head: GaussianHead{Floor: floor}}, 1)
		if _, err := Fit(t.Context(), m, d, Settings{Epochs: 2000, Adam: Adam{Rate: rate}, Seed: 1, Standardise: true, Anneal: true}); err != nil {
			t.Fatal(err)
		}
		return strings.Join(m.Warnings(d), "\n")
	}
	samples := func(n int) Data {
		d := Sample(func(x float64) Distribution { return Normal(-x, 1) }, Grid(0, 5, n), 1)
		return Data{append(d.X, 6), append(d.Y, -6)}.Shuffle(1)
	}
	for _, test := range []struct {
		n    int
		rate float64
		want []string
	}{
		{100, 0.003, []string{"at x = 3.89 the predicted standard deviation is down to 0.0", "and rests on few samples: 1 of 101 have one", "set the head's Floor"}},
		{40, 0.01, []string{"at x = 6.3 the predicted standard deviation is down to 0.0", "and rests on few samples: 1 of 41 have one"}},
	} {
		got := warnings(samples(test.n), test.rate, 0)
		for _, want := range test.want {
			if !strings.Contains(got, want) {
				t.Errorf("of %d samples it warns %q, and not %q", test.n, got, want)
			}
		}
		if got := warnings(samples(test.n), test.rate, 0.1); got != "" {
			t.Errorf("of %d samples, with a floor, it warns %q", test.n, got)
		}
	}
	quiet := func(x float64) Distribution { return Normal(-x, 0.03+0.97/(1+math.Exp(20*(x-4)))) } // a fifth of all x
	if got := warnings(Sample(quiet, Grid(0, 5, 400), 1).Shuffle(1), 0.003, 0); got != "" {
		t.Errorf("where many samples are quiet it warns %q", got)
	}
}

// TestWarnsOfComponentsThatNeverShare trains the mixture that finds one bell at each x, before and after the cure.
func TestWarnsOfComponentsThatNeverShare(t *testing.T) {
	law := named(t, "two-humped", 0.2)
	data := law.Sample(2000, 1)
	for _, first := range []int{0, 100} {
		m := New(Network{Hidden: []int{24, 24, 24}, Head: MixtureHead{K: 2, GaussianFirst: first}}, 1)
		if _, err := Fit(t.Context(), m, data, Settings{Epochs: 300, Batch: 100, Adam: Adam{Rate: 0.003}, Seed: 1, Standardise: true, Anneal: true}); err != nil {
			t.Fatal(err)
		}
		got := strings.Join(m.Warnings(data), "\n")
		if first > 0 && got != "" || first == 0 && !(strings.HasPrefix(got, "the 2 components share out x, and not y: ") && strings.Contains(got, "set the head's GaussianFirst")) {
			t.Errorf("GaussianFirst %d: it warns of %q", first, got)
		}
	}
}

// TestBesideOneBell leaves out the sample at the largest of a hundred x, and asks what it costs: a model alone, whose σ settles on
// the last sample before it, can be many nats worse than one bell curve for all x, and an ensemble of five with Validation and a
// Floor at most a few, where the sample left out is far from what the law has there.
func TestBesideOneBell(t *testing.T) {
	if testing.Short() {
		t.Skip("trains for up to 240,000 epochs")
	}
	law := NamedLaw{Name: "quiet end", From: 0, To: 1, Law: func(x float64) Distribution { return skewed(3*math.Exp(-3*x), math.Exp(-2*x)) }}
	var alone, together []float64 // nats above the bell curve's
	for seed := uint64(1); seed <= 20; seed++ {
		data := law.Sample(101, seed)
		last := floats.MaxIdx(data.X)
		leftOut := Data{data.X[last : last+1 : last+1], data.Y[last : last+1 : last+1]}
		training := Data{slices.Delete(slices.Clone(data.X), last, last+1), slices.Delete(slices.Clone(data.Y), last, last+1)}
		bell := NLL(func(float64) Distribution { return Normal(stat.PopMeanStdDev(training.Y, nil)) }, leftOut)

		settings := Settings{Epochs: 2000, Adam: Adam{Rate: 0.003}, Seed: 100 * seed, Standardise: true, Anneal: true}
		single := NewEnsemble(1, Network{Hidden: []int{12, 12, 12}, Head: GaussianHead{}}, 100*seed)
		if _, err := single.Fit(t.Context(), training, settings, nil); err != nil {
			t.Fatal(err)
		}
		settings.Validation, settings.Patience = 0.1, 50
		five := NewEnsemble(5, Network{Hidden: []int{12, 12, 12}, Head: GaussianHead{Floor: 0.05}}, 100*seed)
		if _, err := five.Fit(t.Context(), training, settings, nil); err != nil {
			t.Fatal(err)
		}
		alone, together = append(alone, NLL(single.At, leftOut)-bell), append(together, NLL(five.At, leftOut)-bell)
	}
	t.Logf("nats above one bell curve's: alone %.2f, five %.2f", alone, together)
	if worst, single := slices.Max(together), slices.Max(alone); !(single > 5 && worst < single/5) {
		t.Errorf("the worst ensemble is %.2f nats above one bell curve, and the worst model alone %.2f", worst, single)
	}
	if mean, single := stat.Mean(together, nil), stat.Mean(alone, nil); !(mean < single && mean < -1) {
		t.Errorf("ensembles are %.2f nats above one bell curve on average, and models alone %.2f", mean, single)
	}
}

// TestEqualIsNoOutlier looks at data of which more than half are equal: nothing in it is out of the ordinary.
func TestEqualIsNoOutlier(t *testing.T) {
	data := Data{X: Grid(0, 1, 100), Y: make([]float64, 100)}
	for i := range 25 {
		data.Y[4*i] = 1
	}
	if got := New(Network{Hidden: []int{12}, Head: GaussianHead{}}, 1).Warnings(data); len(got) > 0 {
		t.Errorf("warns of %q", got)
	}
}

// TestWrongX trains beside one x that stands for a value that is missing: that is all there is to warn of.
func TestWrongX(t *testing.T) {
	for _, standardise := range []bool{false, true} {
		for _, wrong := range []float64{-9999, 99999} {
			data := Sample(Quadratic(0.1), Repeat(Grid(1, 5, 20), 20), 1).Shuffle(1)
			data.X[17] = wrong
			m := New(Network{Hidden: []int{12}, Head: GaussianHead{}}, 1)
			if _, err := Fit(t.Context(), m, data, Settings{Epochs: 20, Standardise: standardise}); err != nil {
				t.Fatal(err)
			}
			want := fmt.Sprintf("x[17] = %g lies", wrong)
			if got := m.Warnings(data); len(got) != 1 || !strings.HasPrefix(got[0], want) {
				t.Errorf("standardised %t: warns of %q, want %q alone", standardise, got, want)
			}
		}
	}
}

// TestFarX looks at x of which some lie far from the others, and none is out of the ordinary.
func TestFarX(t *testing.T) {
	skewed := func(spread float64) []float64 { // log-normal
		x := make([]float64, 400)
		for i := range x {
			x[i] = math.Exp(Normal(0, spread).Quantile((float64(i) + 0.5) / 400))
		}
		return x
	}
	for name, x := range map[string][]float64{
		"a grid":                  Grid(0, 1e6, 400),
		"a grid, repeated":        Repeat(Grid(1, 5, 20), 20),
		"powers of ten":           {0.001, 0.01, 0.1, 1, 10, 100, 1000},
		"powers of ten, repeated": Repeat([]float64{0.001, 0.01, 0.1, 1, 10, 100, 1000}, 50),
		"skewed":                  skewed(1),
		"very skewed":             skewed(2),
		"two groups":              append(Grid(0, 0.001, 360), Grid(100, 101, 40)...),
		"mostly equal":            append(Repeat([]float64{0}, 300), Grid(1, 1000, 100)...),
		"all equal":               Repeat([]float64{3}, 50),
		"one":                     {3},
	} {
		data := Data{X: x, Y: slices.Clone(x)}
		m := New(Network{Hidden: []int{12}, Head: GaussianHead{}}, 1)
		m.inputs, m.units = standard(data.rows())
		for _, warning := range m.Warnings(data) {
			if strings.HasPrefix(warning, "x[") {
				t.Errorf("%s: warns of %q", name, warning)
			}
		}
	}
}

// TestOutlierIsNoCollapse trains beside one y that is far off. It makes the data's standard deviation large, beside which the
// σ that is learned, though right, is next to nothing.
func TestOutlierIsNoCollapse(t *testing.T) {
	_, data := post(1)
	data.Y[7] = 999
	m := New(Network{Hidden: []int{12, 12, 12}, Head: GaussianHead{}}, 1)
	if _, err := Fit(t.Context(), m, data, Settings{Epochs: 500, Adam: Adam{Rate: 0.003}, Anneal: true, Clip: 1}); err != nil {
		t.Fatal(err)
	}
	warnings := strings.Join(m.Warnings(data), "\n")
	if !strings.Contains(warnings, "y[7] = 999 lies") || strings.Contains(warnings, "settles on single values") {
		t.Errorf("σ(1) is %g, where the truth is 0.1; warns of %q", m.At(1).StdDev(), warnings)
	}
}

// TestEnsemble trains five models on half of the range of x: they must agree there and part outside it, and the two parts of
// the spread must make up the whole.
func TestEnsemble(t *testing.T) {
	law := Quadratic(0.1)
	data := Sample(law, Repeat(Grid(1, 3, 21), 20), 1).Shuffle(1)
	for _, head := range []Head{GaussianHead{}, MixtureHead{K: 2}} {
		e := NewEnsemble(5, Network{Hidden: []int{12, 12}, Head: head}, 1)
		costs, err := e.Fit(t.Context(), data, Settings{Epochs: 500, Adam: Adam{Rate: 0.003}, Standardise: true, Anneal: true}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if len(costs) != 5 || slices.Equal(e[0].parameters, e[1].parameters) {
			t.Fatalf("%T: %d costs, or two models alike", head, len(costs))
		}
		for _, x := range []float64{1.1, 2, 2.9, 5} {
			noise, doubt := e.Spread(x)
			if whole := e.At(x).StdDev(); !relativelyNear(math.Hypot(noise, doubt*math.Sqrt(4./5)), whole, 1e-9) {
				t.Errorf("%T, x %g: noise %g and doubt %g do not make up the spread %g", head, x, noise, doubt, whole)
			}
		}
		_, inside := e.Spread(2)
		_, outside := e.Spread(5)
		if !(outside > 5*inside) {
			t.Errorf("%T: the models differ by %g where there is data and by %g where there is none", head, inside, outside)
		}
		for _, y := range []float64{0.5, 1, 1.5} {
			mean := 0.0
			for _, m := range e {
				mean += math.Exp(m.At(2).LogProb(y)) / 5
			}
			if got := math.Exp(e.At(2).LogProb(y)); !relativelyNear(got, mean, 1e-9) {
				t.Errorf("%T: density %g at %g, want the models' mean %g", head, got, y, mean)
			}
		}
	}
}

// TestEnsembleOfOtherHeads mixes what models of other heads predict, where it is normal or a point.
func TestEnsembleOfOtherHeads(t *testing.T) {
	own := func(d Distribution) *Model {
		return New(Network{Head: HeadFunc(1, func(_, _ []float64, _ float64) float64 { return 0 }, func([]float64) Distribution { return d })}, 1)
	}
	certain := New(Network{Head: GaussianHead{}}, 1)
	clear(certain.parameters)
	certain.last.Bias[0], certain.last.Bias[1] = 3, -200 // μ, and the z of a σ that is 0 in float32
	two := Mixture{[]float64{0.5, 0.5}, []float64{4, 5}, []float64{1, 2}}
	e := Ensemble{own(distuv.Normal{Mu: 1, Sigma: 0.5}), own(PointMass(2)), certain, own(two)}
	want := Mixture{[]float64{0.25, 0.25, 0.25, 0.125, 0.125}, []float64{1, 2, 3, 4, 5}, []float64{0.5, 0, 0, 1, 2}}
	if got := e.At(1); !reflect.DeepEqual(got, want) {
		t.Errorf("the ensemble predicts %v, want %v", got, want)
	}
	if _, doubt := (Ensemble{own(PointMass(1)), own(PointMass(2)), own(PointMass(6))}).Spread(1); !relativelyNear(doubt, math.Sqrt(7), 1e-15) {
		t.Errorf("the doubt of 1, 2 and 6 is %g, want √7: the squares of −2, −1 and 3 over 2", doubt)
	}
	untrained := New(Network{Hidden: []int{4}, Head: MeanHead{}}, 1)
	if _, doubt := (Ensemble{untrained}).Spread(1); doubt != 0 {
		t.Errorf("the doubt of one model is %g, want 0", doubt)
	}
	if got, want := (Ensemble{untrained}).At(1).Mean(), untrained.At(1).Mean(); got != want {
		t.Errorf("an ensemble of one model of the mean predicts %g, want %g", got, want)
	}
	standardised := own(distuv.Laplace{Scale: 1})
	standardised.units = units{scaleY: 2}
	for _, m := range []*Model{own(distuv.Laplace{Scale: 1}), standardised} {
		want := "mdnlib: an Ensemble mixes normal distributions, but its model 1, with the head \"func\", predicts a distuv.Laplace; " +
			"use a GaussianHead or a MixtureHead, or a HeadFunc that returns a distuv.Normal, a PointMass or a Mixture"
		if got := panics(func() { Ensemble{untrained, m}.At(1) }); got != want {
			t.Errorf("panic %q, want %q", got, want)
		}
	}
}

// TestLawsAreLearned trains on 4000 samples of each law, and asks for the cost above the truth's on 20,000 others, in nats:
// the median of five seeds.
func TestLawsAreLearned(t *testing.T) {
	if testing.Short() {
		t.Skip("trains for 25,000 epochs")
	}
	learned := func(law NamedLaw, k int) []float64 {
		t.Helper()
		var trainings []Training
		for seed := uint64(1); seed <= 5; seed++ {
			trainings = append(trainings, Training{
				Model: New(Network{Hidden: []int{24, 24, 24}, Head: MixtureHead{K: k}}, seed), Data: law.Sample(4000, seed),
				Settings: Settings{Epochs: 500, Batch: 100, Adam: Adam{Rate: 0.002}, Seed: seed, Standardise: true, Anneal: true},
			})
		}
		if _, err := FitAll(t.Context(), trainings, nil); err != nil {
			t.Fatal(err)
		}
		var excess []float64
		for i, training := range trainings {
			nats, standardError := Excess(training.Model.At, law.Law, law.Sample(20000, uint64(i)+101))
			excess = append(excess, nats)
			t.Logf("%s, K = %d, seed %d: %.4f ± %.4f nats above the truth's", law.Name, k, i+1, nats, standardError)
		}
		return excess
	}
	for _, test := range []struct {
		name  string
		k     int
		limit float64
	}{
		{"growing", 1, 0.03}, {"constant", 1, 0.03}, {"u-shaped", 1, 0.03}, {"periodic", 1, 0.03},
		{"heavy-tailed", 3, 0.05}, {"skewed", 3, 0.05}, {"two-humped", 3, 0.05}, {"inverse", 5, 0.25},
	} {
		t.Run(test.name, func(t *testing.T) {
			law := named(t, test.name, 0.1)
			got := outliers.Median(learned(law, test.k))
			if !(got <= test.limit) {
				t.Errorf("the median is %.4f nats, want at most %g", got, test.limit)
			}
			if test.name == "inverse" {
				if single := outliers.Median(learned(law, 1)); !(got <= single-0.25) {
					t.Errorf("five components cost %.4f nats and one %.4f, want 0.25 less", got, single)
				}
			}
		})
	}
}

// TestCoverage asks how many of 20,000 new y fall into the predicted 50 % and 90 % intervals, of the post's law, over ten seeds.
func TestCoverageOfTheLearned(t *testing.T) {
	if testing.Short() {
		t.Skip("trains for 5000 epochs")
	}
	law := named(t, "growing", 0.1)
	var trainings []Training
	for seed := uint64(1); seed <= 10; seed++ {
		trainings = append(trainings, Training{
			Model: New(Network{Hidden: []int{24, 24, 24}, Head: GaussianHead{}}, seed), Data: law.Sample(4000, seed),
			Settings: Settings{Epochs: 500, Batch: 100, Adam: Adam{Rate: 0.002}, Seed: seed, Standardise: true, Anneal: true},
		})
	}
	if _, err := FitAll(t.Context(), trainings, nil); err != nil {
		t.Fatal(err)
	}
	for _, level := range []float64{0.5, 0.9} {
		sum := 0.0
		for i, training := range trainings {
			off := math.Abs(Coverage(training.Model.At, law.Sample(20000, uint64(i)+101), level) - level)
			t.Logf("%.0f %% interval, seed %d: off by %.2f points", 100*level, i+1, 100*off)
			if off > 0.025 {
				t.Errorf("%.0f %% interval, seed %d: off by %.2f points, want at most 2.5", 100*level, i+1, 100*off)
			}
			sum += off
		}
		if mean := sum / float64(len(trainings)); mean > 0.01 {
			t.Errorf("%.0f %% interval: off by %.2f points on average, want at most 1", 100*level, 100*mean)
		}
	}
}
