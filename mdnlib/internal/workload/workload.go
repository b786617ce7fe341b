// Package workload reads and writes a training run that is fixed to the last detail, so that programs in several languages can
// do the same one: the data, the initial weights, and the order of the batches in every epoch.
package workload

import (
	"encoding/json"
	"fmt"
	"os"
)

// Workload is the post's training, for its dense network and for its mixture density network, or that of a wide network.
type Workload struct {
	X         []float64   `json:"x"`                // the samples, already shuffled: the batches in order; the post has 1050 of them
	Inputs    int         `json:"inputs,omitempty"` // numbers of X for each sample, side by side; where a file does not say so, 1
	Y         []float64   `json:"y"`
	Batch     int         `json:"batch,omitempty"`      // samples in a batch; where a file does not say so, 50 as in the post
	Orders    [][]int     `json:"orders"`               // the order of the batches in every epoch, for 2000 epochs of the post's
	InitDense [][]float64 `json:"init_dense,omitempty"` // W0, b0, W1, b1, …; each W row-major as [input][output]
	InitMDN   [][]float64 `json:"init_mdn,omitempty"`   // the same, with the layers of μ and z last
	InitWide  [][]float64 `json:"init_wide,omitempty"`  // the same, and of a mixture also that of the logits
	Mixture   bool        `json:"mixture,omitempty"`    // whether it is of one, and has logits
}

// Read reads a workload from a JSON file.
func Read(path string) (*Workload, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	w := Workload{Batch: 50, Inputs: 1}
	if err := json.Unmarshal(content, &w); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	layers := (len(w.InitDense) + len(w.InitMDN) + len(w.InitWide)) / 2
	if len(w.X) == 0 || len(w.X) != w.Inputs*len(w.Y) || len(w.Orders) == 0 || layers == 0 {
		return nil, fmt.Errorf("%s: it has %d x, %d y, %d orders and initial weights of %d layers; it is not a training workload",
			path, len(w.X), len(w.Y), len(w.Orders), layers)
	}
	return &w, nil
}

// Write writes the workload into a JSON file.
func (w *Workload) Write(path string) error {
	content, err := json.Marshal(w)
	if err != nil {
		return err
	}
	return os.WriteFile(path, content, 0o666)
}

// Initial returns the weights and biases to start from, in turn, each weight matrix row-major as [output][input].
func Initial(stored [][]float64) [][]float32 {
	initial := make([][]float32, len(stored))
	for i, values := range stored {
		initial[i] = make([]float32, len(values))
		outputs := len(values)
		if i%2 == 0 {
			outputs = len(stored[i+1]) // a weight matrix is followed by its biases
		}
		inputs := len(values) / outputs
		for in := range inputs {
			for out := range outputs {
				initial[i][out*inputs+in] = float32(values[in*outputs+out])
			}
		}
	}
	return initial
}

// Stored returns weights and biases, in turn, as a workload holds them; Initial returns them from there.
func Stored(initial [][]float32) [][]float64 {
	stored := make([][]float64, len(initial))
	for i, values := range initial {
		stored[i] = make([]float64, len(values))
		outputs := len(values)
		if i%2 == 0 {
			outputs = len(initial[i+1])
		}
		inputs := len(values) / outputs
		for in := range inputs {
			for out := range outputs {
				stored[i][in*outputs+out] = float64(values[out*inputs+in])
			}
		}
	}
	return stored
}

// Order returns a function that puts the batches into the order of the first epoch, then of the second, and so on; after
// the last it begins again.
func (w *Workload) Order() func(batches []int) {
	epoch := 0
	return func(batches []int) {
		copy(batches, w.Orders[epoch%len(w.Orders)])
		epoch++
	}
}
