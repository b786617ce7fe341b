package mdnlib

import (
	"errors"
	"fmt"
	"math"
	"sync"
)

// HeadFunc makes a head of the reader's own, of the given number of raw outputs, from a loss for one sample: loss returns
// it and writes its derivatives by the raw outputs into gradient. at says what distribution the raw outputs describe.
//
// Calls do not overlap, whether [FitAll] trains several models with the head or several goroutines ask them for predictions: both may
// keep scratch space in their closures. Models that are to be trained side by side at full speed have a head each, made by a call of
// HeadFunc each.
//
// With Settings.Standardise both are in standard units: loss sees y less its mean and over its standard deviation, and what at
// returns is of that. [Model.At] gives the distribution in y's own units. The costs that training reports stay what loss
// returned, because how they change with the units depends on the loss.
//
// Training with it gives the same bits again on one platform; other platforms may differ in the last digits, as Go's math
// functions do.
func HeadFunc(outputs int, loss func(gradient, raw []float64, y float64) float64, at func(raw []float64) Distribution) Head {
	if outputs < 1 {
		panic(fmt.Sprintf("mdnlib: HeadFunc with %d outputs; use 1 or more", outputs))
	}
	if loss == nil || at == nil {
		panic("mdnlib: HeadFunc needs both functions, loss and at; one is nil")
	}
	return &headFunc{outputs: outputs, sampleLoss: loss, distribution: at}
}

type headFunc struct {
	outputs      int
	sampleLoss   func(gradient, raw []float64, y float64) float64
	distribution func(raw []float64) Distribution
	mutex        sync.Mutex // held while one of the two is called
}

func init() {
	heads[(*headFunc)(nil).name()] = func(func(any) error) (Head, error) { return nil, errNeedsHead }
}

var errNeedsHead = errors.New("its head is a HeadFunc, which no file can hold; to read a model, pass the same one as the head")

func (*headFunc) name() string { return "func" }

func (*headFunc) check() error { return nil }

// layers gives every output a dense layer of its own, as the post's μ and σ have.
func (h *headFunc) layers() []int {
	widths := make([]int, h.outputs)
	for j := range widths {
		widths[j] = 1
	}
	return widths
}

func (h *headFunc) loss(loss, gradient, raw, y []float32, samples, batch int) {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	share := 1 / float64(batch)
	column := make([]float64, h.outputs)
	slope := make([]float64, h.outputs)
	for k, target := range y[:samples] {
		for j := range column {
			column[j] = float64(raw[j*len(y)+k])
			slope[j] = 0
		}
		loss[k] = float32(h.sampleLoss(slope, column, float64(target)))
		for j := range slope {
			gradient[j*len(y)+k] = float32(slope[j] * share)
		}
	}
}

func (h *headFunc) serial() {}

// cost leaves losses in the network's units, because how they change with the units depends on the loss.
func (*headFunc) cost([]float64, units) {}

// score is not known: the loss takes raw outputs of a network, which a law has not.
func (*headFunc) score(Law, Data) float64 { return math.NaN() }

func (*headFunc) unit() string { return "" }

func (h *headFunc) at(raw []float32, u units) Distribution {
	column := make([]float64, len(raw))
	for j, r := range raw {
		column[j] = float64(r)
	}
	d := h.call(column)
	if d == nil {
		panic(fmt.Sprintf("mdnlib: the second function of a HeadFunc returned nil for raw outputs %g; it has to return a distribution", column))
	}
	return u.distribution(d)
}

func (h *headFunc) call(column []float64) Distribution {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	return h.distribution(column)
}
