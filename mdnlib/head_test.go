package mdnlib

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/diff/fd"
)

// testedHead is a head, and what it has to be like. Every head of the library is one at least.
type testedHead struct {
	name    string
	head    Head
	formula func(raw []float64, y float64) float64 // its loss in float64
	raws    [][]float32                            // raw outputs to ask for it
}

// logDensity reports whether the loss is the negative log density of the distribution.
func (h testedHead) logDensity() bool {
	_, mean := h.head.(MeanHead)
	return !mean
}

func testedHeads() []testedHead {
	gaussians := [][]float32{{0, -3}, {1.5, -0.5}, {-2, 0.25}, {1, 0.75}, {0.5, 4}, {3, -1.25}, {-8, 20}}
	return []testedHead{
		{"mean", MeanHead{}, func(raw []float64, y float64) float64 { return (y - raw[0]) * (y - raw[0]) }, [][]float32{{0}, {1.5}, {-30}}},
		{"Gaussian", GaussianHead{}, gaussian(eluPlusOne, 0), gaussians},
		{"Gaussian, floor", GaussianHead{Floor: 0.25}, gaussian(eluPlusOne, 0.25),
			[][]float32{{0, -3}, {1.5, -0.5}, {-2, 0.25}, {1, 0.75}, {0.5, 4}, {0.3, -40}}},
		{"Gaussian, softplus", GaussianHead{Scale: Softplus}, gaussian(softplus, 0), gaussians},
		{"Gaussian, mean first", GaussianHead{MeanFirst: 1}, gaussian(eluPlusOne, 0), gaussians},
		{"mixture", MixtureHead{K: 2}, mixture(eluPlusOne, 0),
			[][]float32{{0, 1, -1, 0.5, 0.25, -0.5}, {2, -1, 3, -2, -4, 5}, {0.5, 0.5, 1, 1, 0.125, 0.125}, {-20, 30, -1, -1, 40, -60}}},
		{"mixture, Gaussian first", MixtureHead{K: 2, GaussianFirst: 1}, mixture(eluPlusOne, 0), [][]float32{{0, 1, -1, 0.5, 0.25, -0.5}}},
		{"mixture, softplus, floor", MixtureHead{K: 3, Scale: Softplus, Floor: 0.125}, mixture(softplus, 0.125),
			[][]float32{{0, 1, -2, -1, 0.5, 2, 0.25, -0.5, 1}, {2, -1, 0.25, 3, -2, -6, 5, 4, 6}}},
		{"Student's t", StudentHead{Nu: 5}, student(eluPlusOne, 0, 5), gaussians},
		{"Student's t, softplus, floor", StudentHead{Nu: 2.5, Scale: Softplus, Floor: 0.125}, student(softplus, 0.125, 2.5), gaussians},
		{"a reader's", HeadFunc(2, gaussianSample, func(raw []float64) Distribution { return Normal(raw[0], eluPlusOne(raw[1])) }),
			gaussian(eluPlusOne, 0), gaussians},
	}
}

// TestHeads puts every head through what holds for all.
func TestHeads(t *testing.T) {
	for _, h := range testedHeads() {
		t.Run(h.name, func(t *testing.T) {
			t.Run("loss", h.testLoss)
			t.Run("saved", h.testSaved)
			t.Run("side by side", h.testFitAll)
		})
	}
}

// testLoss compares the loss with the formula and with the distribution's log density, and the gradient with the numeric slopes of
// the formula.
func (h testedHead) testLoss(t *testing.T) {
	for _, raw := range h.raws {
		for _, y := range []float32{-1.25, 0.5, 2} {
			at := make([]float64, len(raw))
			for j, r := range raw {
				at[j] = float64(r)
			}
			loss, gradient := sampleLoss(h.head, raw, y)
			want := h.formula(at, float64(y))
			if math.Abs(loss-want) > 1e-6*max(1, math.Abs(want)) {
				t.Errorf("raw %v, y %v: loss %.9g, want %.9g", raw, y, loss, want)
			}
			if want := -h.head.at(raw, plain).LogProb(float64(y)); h.logDensity() && math.Abs(loss-want) > 1e-6*max(1, math.Abs(want)) {
				t.Errorf("raw %v, y %v: loss %.9g, but minus the log density is %.9g", raw, y, loss, want)
			}
			slopes := fd.Gradient(nil, func(at []float64) float64 { return h.formula(at, float64(y)) }, at, &fd.Settings{Formula: fd.Central})
			for j, slope := range slopes {
				if math.Abs(gradient[j]-slope) > 2e-6*max(1, math.Abs(slope)) {
					t.Errorf("raw %v, y %v: gradient by output %d is %.9g, want %.9g", raw, y, j, gradient[j], slope)
				}
			}
		}
	}
}

// testSaved trains a little, in units of its own, and saves and reads in every way: model, ensemble and network must come back to the
// same bits.
func (h testedHead) testSaved(t *testing.T) {
	_, data := post(1)
	settings := postSettings(2, 1)
	settings.Standardise = true
	var e Ensemble
	for seed := range uint64(2) {
		m := New(Network{Hidden: []int{12, 5}, Head: h.head}, seed)
		if _, err := Fit(t.Context(), m, data, settings); err != nil {
			t.Fatal(err)
		}
		e = append(e, m)
	}
	var own Head
	if h.head.name() == "func" {
		own = h.head
	}
	check := func(got, m *Model, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(got.parameters, m.parameters) || got.head != m.head || got.units != m.units || !slices.Equal(got.inputs, m.inputs) || !got.trained ||
			!reflect.DeepEqual(got.Network(), m.Network()) {
			t.Errorf("the model read back is not the one written")
		}
		for _, x := range []float64{1, 2.3, 5} {
			if !reflect.DeepEqual(got.At(x), m.At(x)) {
				t.Errorf("at %g the model read back predicts %v, was %v", x, got.At(x), m.At(x))
			}
		}
	}

	path := filepath.Join(t.TempDir(), "model.json")
	for range 2 { // the second time over the first
		if err := e[0].Save(path); err != nil {
			t.Fatal(err)
		}
	}
	loaded, err := Load(path, own)
	check(loaded, e[0], err)
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(path), "*")); len(left) != 1 {
		t.Errorf("saving has left %v", left)
	}
	var stream bytes.Buffer
	if err := e[1].Encode(&stream); err != nil {
		t.Fatal(err)
	}
	encoded := stream.String()
	decoded, err := Decode(&stream, own)
	check(decoded, e[1], err)

	if err := e.Save(path); err != nil {
		t.Fatal(err)
	}
	read, err := LoadEnsemble(path, own)
	if err != nil || len(read) != 2 {
		t.Fatalf("%d models, error %v", len(read), err)
	}
	check(read[0], e[0], nil)
	check(read[1], e[1], nil)

	other := Head(HeadFunc(1, func(_, _ []float64, _ float64) float64 { return 0 }, func([]float64) Distribution { return PointMass(0) }))
	if own != nil { // whose functions are in no file
		other = nil
	}
	_, err = Decode(strings.NewReader(encoded), other)
	want := fmt.Sprintf("its head is %q, which the file holds; pass nil as the head", h.head.name())
	if own != nil {
		want = "its head is a HeadFunc, which no file can hold; to read a model, pass the same one as the head"
	}
	if err == nil || !strings.HasSuffix(err.Error(), want) {
		t.Errorf("with the wrong head: error %v, want %s", err, want)
	}

	content, err := json.Marshal(e[0].Network())
	if err != nil {
		t.Fatal(err)
	}
	var network Network
	err = json.Unmarshal(content, &network)
	if own != nil {
		if err == nil || !strings.Contains(err.Error(), "its head is a HeadFunc, which no file can hold") {
			t.Errorf("read from %s: error %v", content, err)
		}
		return
	}
	if err != nil || !reflect.DeepEqual(network, e[0].Network()) {
		t.Errorf("the network %+v was written as %s, and read as %+v, error %v", e[0].Network(), content, network, err)
	}
}

// testFitAll trains four models with the one head side by side: they must end as alone.
func (h testedHead) testFitAll(t *testing.T) {
	_, data := post(1)
	var trainings []Training
	for seed := range uint64(4) {
		trainings = append(trainings, Training{New(Network{Hidden: []int{5}, Head: h.head}, seed), data, postSettings(3, seed)})
	}
	costs, err := FitAll(t.Context(), trainings, nil)
	if err != nil {
		t.Fatal(err)
	}
	for seed, side := range trainings {
		alone := New(Network{Hidden: []int{5}, Head: h.head}, uint64(seed))
		history, err := Fit(t.Context(), alone, data, side.Settings)
		if err != nil {
			t.Fatal(err)
		}
		if costs[seed] != history.Final() || !slices.Equal(side.Model.parameters, alone.parameters) {
			t.Errorf("training %d ends at %v side by side and at %v alone, or with other parameters", seed, costs[seed], history.Final())
		}
	}
}

// TestEveryHeadIsTested checks that no registered head is missing among those tested.
func TestEveryHeadIsTested(t *testing.T) {
	tested := map[string]bool{}
	for _, h := range testedHeads() {
		tested[h.head.name()] = true
	}
	for name := range heads {
		if !tested[name] {
			t.Errorf("the head %q is not among those that TestHeads tests", name)
		}
	}
}

// TestHeadsRefuse asserts what impossible fields are answered with, where a model is made and where a network is read.
func TestHeadsRefuse(t *testing.T) {
	for _, test := range []struct {
		head Head
		want string
	}{
		{MeanHead{Sigma: -1}, "MeanHead.Sigma is -1; use 0 or more"},
		{MeanHead{Sigma: math.Inf(1)}, "MeanHead.Sigma is +Inf; use 0 or more"},
		{GaussianHead{Scale: 2}, "GaussianHead.Scale is 2; use EluPlusOne or Softplus"},
		{GaussianHead{Floor: 1e40}, "GaussianHead.Floor is 1e+40; use 0 for none, or a value such as 0.01"},
		{GaussianHead{Beta: 1.5}, "GaussianHead.Beta is 1.5; use 0 for the likelihood, or a value up to 1"},
		{GaussianHead{Beta: math.NaN()}, "GaussianHead.Beta is NaN; use 0 for the likelihood, or a value up to 1"},
		{GaussianHead{MeanFirst: -1}, "GaussianHead.MeanFirst is -1; use a number of epochs, or 0 for none"},
		{StudentHead{}, "StudentHead.Nu is 0; use more than 2 degrees of freedom, such as 5: with fewer the variance is infinite"},
		{StudentHead{Nu: math.NaN()}, "StudentHead.Nu is NaN; use more than 2 degrees of freedom, such as 5: with fewer the variance is infinite"},
		{StudentHead{Nu: 5, Floor: -1}, "StudentHead.Floor is -1; use 0 for none, or a value such as 0.01"},
		{MixtureHead{}, "MixtureHead.K is 0; use 1 or more components"},
		{MixtureHead{K: 2, Scale: -1}, "MixtureHead.Scale is -1; use EluPlusOne or Softplus"},
		{MixtureHead{K: 2, GaussianFirst: -1}, "MixtureHead.GaussianFirst is -1; use a number of epochs, or 0 for none"},
		{MixtureHead{K: 2, Floor: -1}, "MixtureHead.Floor is -1; use 0 for none, or a value such as 0.01"},
	} {
		if got := panics(func() { New(Network{Hidden: []int{12}, Head: test.head}, 1) }); got != "mdnlib: "+test.want {
			t.Errorf("%+v: panic %q, want %q", test.head, got, test.want)
		}
		if _, err := json.Marshal(Network{Hidden: []int{12}, Head: test.head}); err == nil || !strings.HasSuffix(err.Error(), test.want) {
			t.Errorf("%+v: written with error %v, want %q", test.head, err, test.want)
		}
		saved, err := headToJSON(test.head)
		if err != nil {
			continue // JSON has no such number
		}
		var n Network
		content := fmt.Sprintf(`{"hidden":[12],"head":%s}`, saved)
		if err := json.Unmarshal([]byte(content), &n); err == nil || err.Error() != "mdnlib: cannot read the network: "+test.want {
			t.Errorf("%s: error %v, want %q", content, err, test.want)
		}
	}
	for content, want := range map[string]string{
		`{"hidden":[12]}`: "the head is not an object with a name",
		`{"hidden":[12],"head":{"name":"poisson"}}`:                 `no head is named "poisson"; use one of gaussian, mean, mixture, student`,
		`{"hidden":[12],"head":{"name":"mixture","k":"three"}}`:     `a field of the head "mixture" is wrong (`,
		`{"hidden":[12,0],"head":{"name":"mean"}}`:                  "hidden layer 2 is 0 wide; use 1 or more",
		`{"hidden":[12],"head":{"name":"mean"}} {"hidden":[12]}`:    "after top-level value",
		`{"hidden":12,"head":{"name":"mean"}}`:                      "cannot read the network",
		`{"hidden":[12],"head":{"name":"func"},"other":"ignored?"}`: "its head is a HeadFunc, which no file can hold",
	} {
		var n Network
		if err := json.Unmarshal([]byte(content), &n); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want %q", content, err, want)
		}
	}
	if _, err := json.Marshal(Network{}); err == nil || !strings.Contains(err.Error(), "a network needs a head") {
		t.Errorf("a network without a head: written with error %v", err)
	}
}
