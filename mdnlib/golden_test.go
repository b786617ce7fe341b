package mdnlib

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"slices"
	"testing"

	"mdn/mdnlib/internal/vector"
	"mdn/mdnlib/internal/workload"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/stat/distuv"
)

// golden holds values computed by PyTorch; testdata/README.md says how.
type golden struct {
	X        json.RawMessage
	Y        []float64
	Networks map[string]struct {
		Params      map[string]json.RawMessage
		Grads       map[string]json.RawMessage
		Loss        float64
		TextbookE8  adamSteps `json:"adam_bias_corrected_eps_eps1e-08"`
		TextbookE3  adamSteps `json:"adam_bias_corrected_eps_eps0.001"`
		TensorFlow8 adamSteps `json:"adam_eps_hat_eps1e-08"`
		TensorFlow3 adamSteps `json:"adam_eps_hat_eps0.001"`
	}
}

type adamSteps struct {
	Losses  []float64                  `json:"losses_before_each_step_then_final"`
	After1  map[string]json.RawMessage `json:"after_1"`
	After10 map[string]json.RawMessage `json:"after_10"`
}

func readJSON(t *testing.T, path string, into any) {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(content, into); err != nil {
		t.Fatal(err)
	}
}

// goldens are the files of golden values, and the names of the inputs of the networks in each.
var goldens = []struct {
	path   string
	inputs []string
}{{"testdata/golden.json", nil}, {"testdata/rows.json", []string{"a", "b", "c"}}}

// readGolden reads a file of golden values, and what its networks are trained on.
func readGolden(t *testing.T, path string, inputs []string) (g golden, data Samples) {
	t.Helper()
	readJSON(t, path, &g)
	var x []float64
	var rows [][]float64
	into := any(&rows)
	if inputs == nil {
		into = &x
	}
	if err := json.Unmarshal(g.X, into); err != nil {
		t.Fatal(err)
	}
	if inputs == nil {
		return g, Data{x, g.Y}
	}
	return g, Rows{Columns: inputs, X: rows, Y: g.Y}
}

// goldenCase is a network of golden.json and what it is called there.
type goldenCase struct {
	name   string
	head   Head
	layers []string
}

var goldenCases = []goldenCase{
	{"mse", MeanHead{}, []string{"h1", "h2", "out"}},
	{"gauss_elu1", GaussianHead{}, []string{"h1", "h2", "mu", "zsigma"}},
	{"gauss_softplus", GaussianHead{Scale: Softplus}, []string{"h1", "h2", "mu", "zsigma"}},
	{"mix3_elu1", MixtureHead{K: 3}, []string{"h1", "h2", "mu", "zsigma", "logits"}},
	{"mix3_softplus", MixtureHead{K: 3, Scale: Softplus}, []string{"h1", "h2", "mu", "zsigma", "logits"}},
}

// flatten reads a vector or a matrix.
func flatten(t *testing.T, encoded json.RawMessage) []float64 {
	t.Helper()
	var vector []float64
	if json.Unmarshal(encoded, &vector) == nil {
		return vector
	}
	var matrix [][]float64
	if err := json.Unmarshal(encoded, &matrix); err != nil {
		t.Fatal(err)
	}
	return slices.Concat(matrix...)
}

// values returns the named layers' weights and biases in turn, weights as [output][input].
func (c goldenCase) values(t *testing.T, stored map[string]json.RawMessage) [][]float64 {
	t.Helper()
	var values [][]float64
	for _, name := range c.layers {
		weights, biases := flatten(t, stored[name+".W"]), flatten(t, stored[name+".b"])
		outputs := len(biases)
		inputs := len(weights) / outputs
		turned := make([]float64, len(weights))
		for in := range inputs {
			for out := range outputs {
				turned[out*inputs+in] = weights[in*outputs+out]
			}
		}
		values = append(values, turned, biases)
	}
	return values
}

func (c goldenCase) model(t *testing.T, inputs []string, stored map[string]json.RawMessage) *Model {
	t.Helper()
	m := New(Network{Inputs: inputs, Hidden: []int{4, 3}, Head: c.head}, 0)
	for l, values := range c.values(t, stored) {
		target := m.layers[l/2].Weight
		if l%2 == 1 {
			target = m.layers[l/2].Bias
		}
		if len(target) != len(values) {
			t.Fatalf("layer %s has %d values, want %d", c.layers[l/2], len(target), len(values))
		}
		for i, v := range values {
			target[i] = float32(v)
		}
	}
	return m
}

// compare checks layers against golden values, to a share of the largest of them.
func (c goldenCase) compare(t *testing.T, what string, layers []Layer, stored map[string]json.RawMessage, share float64) {
	t.Helper()
	want := c.values(t, stored)
	largest := 0.0
	for _, values := range want {
		for _, v := range values {
			largest = max(largest, math.Abs(v))
		}
	}
	for l, values := range want {
		got, part := layers[l/2].Weight, "weight"
		if l%2 == 1 {
			got, part = layers[l/2].Bias, "bias"
		}
		for i, v := range values {
			if !(math.Abs(float64(got[i])-v) <= share*largest) {
				t.Errorf("%s: %s %d of %s is %.9g, want %.9g", what, part, i, c.layers[l/2], got[i], v)
			}
		}
	}
}

// TestGradientsAgainstPyTorch compares the loss and the gradient by every parameter.
func TestGradientsAgainstPyTorch(t *testing.T) {
	for _, file := range goldens {
		g, data := readGolden(t, file.path, file.inputs)
		for _, c := range goldenCases {
			t.Run(fmt.Sprintf("%s, %T", c.name, data), func(t *testing.T) {
				want := g.Networks[c.name]
				m := c.model(t, file.inputs, want.Params)
				trainer, err := newTrainer(m, data, Settings{})
				if err != nil {
					t.Fatal(err)
				}
				loss := trainer.gradient(trainer.batches[0])
				if math.Abs(loss-want.Loss) > 2e-6*math.Abs(want.Loss) {
					t.Errorf("loss %.9g, want %.9g", loss, want.Loss)
				}
				c.compare(t, "gradient", trainer.pass.layers, want.Grads, 2e-6)
			})
		}
	}
}

// TestAdamAgainstPyTorch compares the parameters after 1 and 10 steps of both forms of Adam, at a small ε and at one large
// enough to tell the forms apart.
func TestAdamAgainstPyTorch(t *testing.T) {
	for _, file := range goldens {
		g, data := readGolden(t, file.path, file.inputs)
		for _, c := range goldenCases {
			want := g.Networks[c.name]
			for _, form := range []struct {
				name  string
				adam  Adam
				steps adamSteps
			}{
				{"textbook, ε 1e-8", Adam{Rate: 0.0003, Textbook: true}, want.TextbookE8},
				{"textbook, ε 1e-3", Adam{Rate: 0.0003, Epsilon: 1e-3, Textbook: true}, want.TextbookE3},
				{"TensorFlow, ε 1e-8", Adam{Rate: 0.0003}, want.TensorFlow8},
				{"TensorFlow, ε 1e-3", Adam{Rate: 0.0003, Epsilon: 1e-3}, want.TensorFlow3},
			} {
				t.Run(fmt.Sprintf("%s, %T, %s", c.name, data, form.name), func(t *testing.T) {
					m := c.model(t, file.inputs, want.Params)
					trainer, err := newTrainer(m, data, Settings{Adam: form.adam})
					if err != nil {
						t.Fatal(err)
					}
					for step := range 10 {
						loss := trainer.gradient(trainer.batches[0])
						if expected := form.steps.Losses[step]; math.Abs(loss-expected) > 3e-6*math.Abs(expected) {
							t.Errorf("loss before step %d is %.9g, want %.9g", step+1, loss, expected)
						}
						trainer.step()
						switch step + 1 {
						case 1:
							c.compare(t, "after 1 step", m.layers, form.steps.After1, 2e-7)
						case 10:
							c.compare(t, "after 10 steps", m.layers, form.steps.After10, 1e-6)
						}
					}
				})
			}
		}
	}
}

// TestWeightDecayAgainstPyTorch follows PyTorch's AdamW for 10 steps, with a constant rate and with one that falls.
func TestWeightDecayAgainstPyTorch(t *testing.T) {
	g, data := readGolden(t, "testdata/golden.json", nil)
	var adamW map[string]json.RawMessage
	readJSON(t, "testdata/adamw.json", &adamW)
	for _, c := range goldenCases {
		if adamW[c.name] == nil {
			continue
		}
		var want struct {
			Constant, Annealed struct {
				Losses  []float64                  `json:"losses_before_each_step"`
				After10 map[string]json.RawMessage `json:"after_10"`
			}
		}
		if err := json.Unmarshal(adamW[c.name], &want); err != nil {
			t.Fatal(err)
		}
		for _, anneal := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, annealed %v", c.name, anneal), func(t *testing.T) {
				steps := want.Constant
				if anneal {
					steps = want.Annealed
				}
				m := c.model(t, nil, g.Networks[c.name].Params)
				history, err := Fit(t.Context(), m, data, Settings{Epochs: 10, Adam: Adam{Rate: 0.01, Decay: 0.5, Textbook: true}, Anneal: anneal})
				if err != nil {
					t.Fatal(err)
				}
				if !floats.EqualApprox(history, steps.Losses, 1e-5) {
					t.Errorf("the losses are %v, want %v", history, steps.Losses)
				}
				c.compare(t, "after 10 steps", m.layers, steps.After10, 2e-6)
			})
		}
	}
}

func eluPlusOne(z float64) float64 {
	if z > 0 {
		return z + 1
	}
	return math.Exp(z)
}

func softplus(z float64) float64 { return math.Log1p(math.Exp(z)) }

// gaussian is the loss of the Gaussian head by gonum, in float64, from the raw outputs.
func gaussian(scale func(z float64) float64, floor float64) func(raw []float64, y float64) float64 {
	return func(raw []float64, y float64) float64 {
		return -distuv.Normal{Mu: raw[0], Sigma: scale(raw[1]) + floor}.LogProb(y)
	}
}

// mixture is the loss of the mixture head by gonum, in float64, from the raw outputs.
func mixture(scale func(z float64) float64, floor float64) func(raw []float64, y float64) float64 {
	return func(raw []float64, y float64) float64 {
		k := len(raw) / 3
		logits, terms := raw[2*k:], make([]float64, k)
		for c := range terms {
			terms[c] = logits[c] + distuv.Normal{Mu: raw[c], Sigma: scale(raw[k+c]) + floor}.LogProb(y)
		}
		return floats.LogSumExp(logits) - floats.LogSumExp(terms)
	}
}

// student is the loss of the head of Student's t by gonum, in float64, from the raw outputs.
func student(scale func(z float64) float64, floor, nu float64) func(raw []float64, y float64) float64 {
	return func(raw []float64, y float64) float64 {
		return -distuv.StudentsT{Mu: raw[0], Sigma: scale(raw[1]) + floor, Nu: nu}.LogProb(y)
	}
}

// TestStudentAgainstPyTorch compares the loss of Student's t and its derivatives.
func TestStudentAgainstPyTorch(t *testing.T) {
	var cases []struct {
		Nu, Y, Loss   float64
		Scale         string
		Raw, Gradient []float64
	}
	readJSON(t, "testdata/student.json", &cases)
	for _, c := range cases {
		head := StudentHead{Nu: c.Nu}
		if c.Scale == "softplus" {
			head.Scale = Softplus
		}
		loss, gradient := sampleLoss(head, []float32{float32(c.Raw[0]), float32(c.Raw[1])}, float32(c.Y))
		if !(math.Abs(loss-c.Loss) <= 1e-6*max(1, math.Abs(c.Loss))) {
			t.Errorf("%+v: the loss is %.9g", c, loss)
		}
		for j, want := range c.Gradient {
			if !(math.Abs(gradient[j]-want) <= 2e-6*max(1, math.Abs(want))) {
				t.Errorf("%+v: the gradient by output %d is %.9g", c, j, gradient[j])
			}
		}
	}
}

// TestLogGammaStep compares with Go's log Γ.
func TestLogGammaStep(t *testing.T) {
	for _, x := range []float64{0.5, 1, 1.25, 2.5, 7, 29.9, 30, 500, 5e5} {
		above, _ := math.Lgamma(x + 0.5)
		at, _ := math.Lgamma(x)
		if got := logGammaStep(x); math.Abs(got-(above-at)) > 1e-13+1e-15*math.Abs(at) {
			t.Errorf("log Γ(%g + ½) − log Γ(%g) is %.17g, want %.17g", x, x, got, above-at)
		}
	}
}

// sampleLoss is a head's loss and gradient for one sample.
func sampleLoss(head Head, raw []float32, y float32) (loss float64, gradient []float64) {
	stride := vector.Padded(1)
	losses, targets := make([]float32, stride), make([]float32, stride)
	rows, slopes := make([]float32, len(raw)*stride), make([]float32, len(raw)*stride)
	targets[0] = y
	for j, r := range raw {
		rows[j*stride] = r
	}
	head.loss(losses, slopes, rows, targets, 1, 1)
	for j := range raw {
		gradient = append(gradient, float64(slopes[j*stride]))
	}
	return float64(losses[0]), gradient
}

// TestGaussianHeadFarOut checks that the loss is finite and its gradient right for σ from 1e-6 to 1e6 and residuals to 1e6,
// against the closed forms in float64.
func TestGaussianHeadFarOut(t *testing.T) {
	for exponent := -6; exponent <= 6; exponent++ {
		sigma := math.Pow(10, float64(exponent))
		z := float32(math.Log(sigma))
		if sigma > 1 {
			z = float32(sigma - 1)
		}
		for _, residual := range []float64{0, 1e-6, 1e-3, 1, 1e3, 1e6} {
			raw, y := []float32{0, z}, float32(residual)
			loss, gradient := sampleLoss(GaussianHead{}, raw, y)
			exact, slope := math.Exp(float64(z)), 1.0
			if z > 0 {
				exact = float64(z) + 1
				slope = 1 / exact
			}
			r := float64(y) / exact
			for _, check := range []struct {
				name      string
				got, want float64
				scale     float64 // of the terms that make it up
			}{
				{"loss", loss, gaussian(eluPlusOne, 0)([]float64{0, float64(z)}, float64(y)), max(1, r*r, math.Abs(math.Log(exact)))},
				{"gradient by μ", gradient[0], -r / exact, r / exact},
				{"gradient by z", gradient[1], (1 - r*r) * slope, slope * max(1, r*r)},
			} {
				if !(math.Abs(check.got-check.want) <= 1e-5*check.scale) {
					t.Errorf("σ %g, residual %g: %s is %.9g, want %.9g", sigma, residual, check.name, check.got, check.want)
				}
			}
		}
	}
}

// TestFirstStepsAgainstJAX follows JAX for 100 steps of the post's training, loss by loss.
func TestFirstStepsAgainstJAX(t *testing.T) {
	w, err := workload.Read("testdata/seed0.json")
	if err != nil {
		t.Fatal(err)
	}
	var want struct{ Dense, MDN []float64 }
	readJSON(t, "testdata/first_steps.json", &want)
	for _, test := range []struct {
		name string
		m    *Model
		want []float64
	}{
		{"dense", postModel(MeanHead{}, w.InitDense), want.Dense},
		{"mdn", postModel(GaussianHead{}, w.InitMDN), want.MDN},
	} {
		t.Run(test.name, func(t *testing.T) {
			trainer, err := newTrainer(test.m, Data{w.X, w.Y}, Settings{Adam: Adam{Rate: 0.0003, Textbook: true}})
			if err != nil {
				t.Fatal(err)
			}
			if len(test.want) != 100 {
				t.Fatalf("%d losses to compare with, want 100", len(test.want))
			}
			for step, expected := range test.want {
				batch := w.Orders[step/len(trainer.batches)][step%len(trainer.batches)]
				loss := trainer.gradient(trainer.batches[batch])
				trainer.step()
				if math.Abs(loss-expected) > 1e-4 {
					t.Fatalf("loss of step %d is %.6f, want %.6f", step, loss, expected)
				}
			}
		})
	}
}

// TestWholeTrainingAgainstSixFrameworks trains to the end and compares the final costs.
func TestWholeTrainingAgainstSixFrameworks(t *testing.T) {
	if testing.Short() {
		t.Skip("trains for 3000 epochs")
	}
	w, err := workload.Read("testdata/seed0.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		m      *Model
		epochs int
		want   float64 // testdata/README.md
	}{
		{postModel(MeanHead{}, w.InitDense), 500, 0.099835},
		{postModel(GaussianHead{}, w.InitMDN), 500, 0.146626},
		{postModel(GaussianHead{}, w.InitMDN), 2000, 0.099766},
	} {
		t.Run(fmt.Sprintf("%T, %d epochs", test.m.head, test.epochs), func(t *testing.T) {
			history, err := Fit(t.Context(), test.m, Data{w.X, w.Y}, Settings{Epochs: test.epochs, Adam: Adam{Rate: 0.0003}, Order: w.Order()})
			if err != nil {
				t.Fatal(err)
			}
			if got := history.Final(); math.Abs(got-test.want) > 2e-3 {
				t.Errorf("final cost %.6f, want %.6f", got, test.want)
			}
		})
	}
}

// postModel is the post's network with weights to start from.
func postModel(head Head, stored [][]float64) *Model {
	m := New(Network{Hidden: []int{12, 12, 12}, Head: head}, 0)
	for i, values := range workload.Initial(stored) {
		if i%2 == 0 {
			copy(m.layers[i/2].Weight, values)
		} else {
			copy(m.layers[i/2].Bias, values)
		}
	}
	return m
}
