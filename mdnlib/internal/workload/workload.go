// Package workload reads a training run that is fixed to the last detail, so that programs in several languages can do the
// same one: the data, the initial weights, and the order of the batches in every epoch.
package workload

import (
	"encoding/json"
	"fmt"
	"os"
)

// Workload is the post's training, for its dense network and for its mixture density network.
type Workload struct {
	X, Y      []float64   // 1050 samples, already shuffled: 21 batches of 50 in order
	Orders    [][]int     // the order of the batches, for 2000 epochs
	InitDense [][]float64 `json:"init_dense"` // W0, b0, W1, b1, …; each W row-major as [input][output]
	InitMDN   [][]float64 `json:"init_mdn"`   // the same, with the layers of μ and z last
}

// Read reads a workload from a JSON file.
func Read(path string) (*Workload, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var w Workload
	if err := json.Unmarshal(content, &w); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if len(w.X) == 0 || len(w.X) != len(w.Y) || len(w.Orders) == 0 || len(w.InitDense) == 0 || len(w.InitMDN) == 0 {
		return nil, fmt.Errorf("%s: it has %d x, %d y, %d orders and initial weights of %d and %d layers; it is not a training workload",
			path, len(w.X), len(w.Y), len(w.Orders), len(w.InitDense)/2, len(w.InitMDN)/2)
	}
	return &w, nil
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

// Order returns a function that puts the batches into the order of the first epoch, then of the second, and so on; after
// the last it begins again.
func (w *Workload) Order() func(batches []int) {
	epoch := 0
	return func(batches []int) {
		copy(batches, w.Orders[epoch%len(w.Orders)])
		epoch++
	}
}
