package mdnlib

import (
	"math"
	"testing"
)

// TestRandomMixtures compares 600 random mixtures with arithmetic of 60 digits, and logs by how much they are off at most.
func TestRandomMixtures(t *testing.T) {
	var cases [][7]any
	readJSON(t, "testdata/random_mixtures.json", &cases)
	if len(cases) != 600 {
		t.Fatalf("there are %d mixtures, want 600", len(cases))
	}
	floats := func(v any) (all []float64) {
		for _, number := range v.([]any) {
			all = append(all, number.(float64))
		}
		return all
	}
	var worst [3]float64
	for i, c := range cases {
		m, y := Mixture{floats(c[0]), floats(c[1]), floats(c[2])}, c[3].(float64)
		for k, quantity := range []struct {
			name      string
			got       float64
			least     float64 // what it is off by is a share of it, or of this where that is more
			tolerance float64
		}{{"log density", m.LogProb(y), 1, 1e-14}, {"CDF", m.CDF(y), 1e-300, 1e-12}, {"CRPS", m.CRPS(y), 0, 1e-13}} {
			want := c[4+k].(float64)
			off := math.Abs(quantity.got-want) / max(math.Abs(want), quantity.least)
			if worst[k] = max(worst[k], off); !(off <= quantity.tolerance) {
				t.Errorf("mixture %d, %+v: at %g the %s is %.17g, want %.17g", i, m, y, quantity.name, quantity.got, want)
			}
		}
	}
	t.Logf("off at most by %.1e of the log density, %.1e of the CDF, and %.1e of the CRPS", worst[0], worst[1], worst[2])
}

// TestRandomNetworks compares the losses of 240 random networks, and their gradients, with those of JAX in float64, and logs by how much of
// a gradient's largest element they are off at most.
func TestRandomNetworks(t *testing.T) {
	var cases []struct {
		Head             string
		K                int
		Softplus         bool
		Floor, Nu, Loss  float64
		Hidden           []int
		Layers, Gradient [][2][]float64 // weights and biases of each layer
		X                [][]float64
		Y                []float64
	}
	readJSON(t, "testdata/random_networks.json", &cases)
	if len(cases) != 240 {
		t.Fatalf("there are %d networks, want 240", len(cases))
	}
	worst := 0.0
	for i, c := range cases {
		scale := EluPlusOne
		if c.Softplus {
			scale = Softplus
		}
		head := map[string]Head{"mean": MeanHead{}, "gaussian": GaussianHead{Scale: scale, Floor: c.Floor},
			"mixture": MixtureHead{K: c.K, Scale: scale, Floor: c.Floor}, "student": StudentHead{Nu: c.Nu, Scale: scale, Floor: c.Floor}}[c.Head]
		columns := []string{"a", "b", "c"}[:len(c.X[0])]
		m := New(Network{Inputs: columns, Hidden: c.Hidden, Head: head}, 1)
		for l, layer := range m.layers {
			for k, values := range [][]float32{layer.Weight, layer.Bias} {
				if len(values) != len(c.Layers[l][k]) {
					t.Fatalf("network %d, layer %d: %d numbers, want %d", i, l+1, len(values), len(c.Layers[l][k]))
				}
				for j, v := range c.Layers[l][k] {
					values[j] = float32(v)
				}
			}
		}
		trainer, err := newTrainer(m, Rows{Columns: columns, X: c.X, Y: c.Y}, Settings{})
		if err != nil {
			t.Fatal(err)
		}
		if loss := trainer.gradient(trainer.batches[0]); math.Abs(loss-c.Loss) > 2e-6*max(1, math.Abs(c.Loss)) {
			t.Errorf("network %d, %s: the loss is %.9g, want %.9g", i, c.Head, loss, c.Loss)
		}
		largest, off := 0.0, 0.0
		for l, layer := range trainer.pass.layers {
			for k, values := range [][]float32{layer.Weight, layer.Bias} {
				for j, want := range c.Gradient[l][k] {
					largest, off = max(largest, math.Abs(want)), max(off, math.Abs(float64(values[j])-want))
				}
			}
		}
		if worst = max(worst, off/largest); !(off <= 2e-6*largest) {
			t.Errorf("network %d, %s: an element of the gradient is off by %.2g, where the largest is %.3g", i, c.Head, off, largest)
		}
	}
	t.Logf("off at most by %.1e", worst)
}
