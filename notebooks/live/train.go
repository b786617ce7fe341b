//go:build js && wasm

package main

import (
	"context"
	"encoding/binary"
	"iter"
	"math"
	"time"

	"mdn/mdnlib"
)

// curvePoints is the number of x at which the page draws a curve: enough to look smooth, and a tenth of all the work.
const curvePoints = 49

// training is a run of mdnlib.Fit that goes on only while it is asked to.
type training struct {
	data  mdnlib.Data
	truth mdnlib.Law
	model *mdnlib.Model
	x     []float64 // of the curves
	costs []float64 // of the epochs since the last report

	deadline time.Time // when Fit is to pause
	next     func() (error, bool)
	stop     func()
}

// begin draws the data just as the notebook does, and makes the network, untrained.
func begin(s settings) (*training, error) {
	law, err := mdnlib.LawByName(s.law, s.noise)
	if err != nil {
		return nil, err
	}
	t := &training{truth: law.Law, x: mdnlib.Grid(law.From, law.To, curvePoints)}
	if s.law == "inverse" { // whose x are as random as its y
		t.data = law.Sample(s.grid*s.samples, s.seed)
	} else {
		t.data = mdnlib.Sample(law.Law, mdnlib.Repeat(mdnlib.Grid(law.From, law.To, s.grid), s.samples), s.seed).Shuffle(s.seed)
	}
	head := mdnlib.Head(mdnlib.GaussianHead{})
	if s.components > 1 {
		head = mdnlib.MixtureHead{K: s.components}
	}
	t.model = mdnlib.New(head, s.seed, 12, 12, 12)

	// Fit runs as a coroutine: it yields where its time is up, and goes on from there with the next call of t.next.
	t.next, t.stop = iter.Pull(iter.Seq[error](func(yield func(error) bool) {
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		dropped := false
		_, err := mdnlib.Fit(ctx, t.model, t.data, mdnlib.Settings{
			Epochs: s.epochs, Batch: 50, Adam: mdnlib.Adam{Rate: s.rate}, Seed: s.seed,
			Each: func(e mdnlib.Epoch) {
				t.costs = append(t.costs, e.Cost)
				if !dropped && time.Now().After(t.deadline) && !yield(nil) {
					dropped = true
					cancel()
				}
			},
		})
		if !dropped && err != nil {
			yield(err)
		}
	}))
	return t, nil
}

// setting is what does not change while the network trains. The truth is drawn as its mean and standard deviation, but the
// inverse problem's as the stretches that y can be in: its mean is where y seldom is.
func (t *training) setting() map[string]any {
	var stretchX, stretchFrom, stretchTo []float64
	for _, x := range t.x {
		if stretches, ok := t.truth(x).(mdnlib.Uniforms); ok {
			for i := range stretches.Weight {
				stretchX = append(stretchX, x)
				stretchFrom = append(stretchFrom, stretches.From[i])
				stretchTo = append(stretchTo, stretches.To[i])
			}
		}
	}
	var truth []mdnlib.Distribution
	for _, x := range t.x {
		truth = append(truth, t.truth(x))
	}
	mean, deviation := curve(truth)
	return map[string]any{
		"dataX": array(t.data.X), "dataY": array(t.data.Y),
		"x": array(t.x), "mean": array(mean), "deviation": array(deviation),
		"stretchX": array(stretchX), "stretchFrom": array(stretchFrom), "stretchTo": array(stretchTo),
		"floor":   t.model.Cost(t.truth, t.data), // of the cost, on the same samples
		"kernels": mdnlib.Kernels(),
	}
}

func curve(distributions []mdnlib.Distribution) (mean, deviation []float64) {
	for _, d := range distributions {
		mean = append(mean, d.Mean())
		deviation = append(deviation, d.StdDev())
	}
	return mean, deviation
}

// advance trains for as long and returns the costs of the epochs that it completed, and the distribution learned so far: its
// mean and standard deviation at each x, and of a mixture the weight, mean and standard deviation of every component.
func (t *training) advance(duration time.Duration) map[string]any {
	t.deadline = time.Now().Add(duration)
	err, more := t.next()
	learned := t.model.AtEach(t.x)
	mean, deviation := curve(learned)
	var components []float64
	for _, d := range learned {
		if mixture, ok := d.(mdnlib.Mixture); ok {
			for k := range mixture.Weight {
				components = append(components, mixture.Weight[k], mixture.Mu[k], mixture.Sigma[k])
			}
		}
	}
	report := map[string]any{
		"costs": array(t.costs), "done": !more || err != nil,
		"mean": array(mean), "deviation": array(deviation), "components": array(components),
	}
	if err != nil {
		report["error"] = err.Error()
	}
	t.costs = t.costs[:0]
	return report
}

func littleEndian(values []float64) []byte {
	bytes := make([]byte, 0, 8*len(values))
	for _, v := range values {
		bytes = binary.LittleEndian.AppendUint64(bytes, math.Float64bits(v))
	}
	return bytes
}
