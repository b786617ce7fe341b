//go:build js && wasm

package live

import (
	"context"
	"encoding/binary"
	"iter"
	"math"
	"reflect"
	"syscall/js"
	"time"

	"mdn/mdnlib"
)

// curvePoints is the number of x at which the page draws a curve: enough to look smooth, and a tenth of all the work.
const curvePoints = 49

// settings are figure.LiveSettings, but for the network and what only the page needs. That type itself would bring with it all that
// draws charts.
type settings struct {
	Law      string          `json:"law"`
	Noise    float64         `json:"noise"`
	Grid     int             `json:"grid"`
	Samples  int             `json:"samples"`
	Seed     uint64          `json:"seed"`
	Training mdnlib.Settings `json:"training"`
}

// network returns the network in the settings.
func network(v js.Value) (n mdnlib.Network, err error) {
	hidden, head := v.Get("hidden"), v.Get("head")
	for l := range hidden.Length() {
		n.Hidden = append(n.Hidden, hidden.Index(l).Int())
	}
	n.Head, err = mdnlib.HeadByName(head.Get("name").String(), func(fields any) error {
		fill(head, reflect.ValueOf(fields).Elem())
		return nil
	})
	return n, err
}

// training is a training that goes on only while it is asked to.
type training struct {
	data  mdnlib.Data
	truth mdnlib.Law
	model *mdnlib.Model
	x     []float64 // of the curves

	next func() (mdnlib.Epoch, error, bool) // trains for one epoch more
	stop func()
}

// begin draws the data just as the notebook does, and makes the network, untrained.
func begin(v js.Value) (*training, error) {
	var s settings
	fill(v, reflect.ValueOf(&s).Elem())
	network, err := network(v.Get("network"))
	if err != nil {
		return nil, err
	}
	law, err := mdnlib.LawByName(s.Law, s.Noise)
	if err != nil {
		return nil, err
	}
	t := &training{truth: law.Law, x: mdnlib.Grid(law.From, law.To, curvePoints), model: mdnlib.New(network, s.Seed)}
	if s.Law == "inverse" { // whose x are as random as its y
		t.data = law.Sample(s.Grid*s.Samples, s.Seed)
	} else {
		t.data = mdnlib.Sample(law.Law, mdnlib.Repeat(mdnlib.Grid(law.From, law.To, s.Grid), s.Samples), s.Seed).Shuffle(s.Seed)
	}
	t.next, t.stop = iter.Pull2(mdnlib.Epochs(context.Background(), t.model, t.data, s.Training))
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
	var costs []float64
	end := time.Now().Add(duration)
	epoch, err, more := t.next()
	for more && err == nil {
		costs = append(costs, epoch.Cost)
		if time.Now().After(end) {
			break
		}
		epoch, err, more = t.next()
	}
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
		"costs": array(costs), "done": !more || err != nil,
		"mean": array(mean), "deviation": array(deviation), "components": array(components),
	}
	if err != nil {
		report["error"] = err.Error()
	}
	return report
}

func littleEndian(values []float64) []byte {
	bytes := make([]byte, 0, 8*len(values))
	for _, v := range values {
		bytes = binary.LittleEndian.AppendUint64(bytes, math.Float64bits(v))
	}
	return bytes
}
