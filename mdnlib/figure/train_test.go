package figure

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"

	"mdn/mdnlib"
	"mdn/mdnlib/internal/outlet"
)

// TestTrainOutsideANotebook checks that Train is Fit, to the bit, and calls Each as Fit does.
func TestTrainOutsideANotebook(t *testing.T) {
	law, data := post()
	calls := 0
	s := mdnlib.Settings{Epochs: 5, Seed: 1, Each: func(mdnlib.Epoch) { calls++ }}
	watched, err := Train(mdnlib.New(mdnlib.Network{Hidden: []int{4}, Head: mdnlib.GaussianHead{}}, 1), data, s, law)
	if err != nil {
		t.Fatal(err)
	}
	if calls != 5 {
		t.Errorf("Each was called %d times, want 5", calls)
	}
	plain, err := mdnlib.Fit(context.Background(), mdnlib.New(mdnlib.Network{Hidden: []int{4}, Head: mdnlib.GaussianHead{}}, 1), data, s)
	if err != nil {
		t.Fatal(err)
	}
	for epoch := range plain {
		if watched[epoch] != plain[epoch] {
			t.Fatalf("cost of epoch %d is %g, and %g by Fit", epoch, watched[epoch], plain[epoch])
		}
	}
	if _, err := Train(mdnlib.New(mdnlib.Network{Hidden: []int{4}, Head: mdnlib.GaussianHead{}}, 1), mdnlib.Data{}, s, law); err == nil || !strings.Contains(err.Error(), "data has no samples") {
		t.Errorf("training without data: error %v", err)
	}
}

// TestCostAxis checks where the axis of the cost ends: the end of training can be read, and what leaves the chart does so only once.
func TestCostAxis(t *testing.T) {
	falling := func(from, to float64) mdnlib.History { // by a factor of e each 10 epochs
		history := make(mdnlib.History, 300)
		for i := range history {
			history[i] = to + (from-to)*math.Exp(-float64(i)/10)
		}
		return history
	}
	back := falling(3, 0.1)
	back[90] = 2 // after it had come into view
	broken := falling(3, 0.1)
	broken[200] = math.NaN()
	for name, test := range map[string]struct {
		history mdnlib.History
		floor   float64
		want    float64 // NaN: as far as the data goes
	}{
		"it ends near the floor":    {falling(3, 0.11), 0.1, 0.3},
		"it ends below zero":        {falling(3, -2.09), -2.1, -1.9},
		"it ends at the floor":      {falling(3, 0.1), 0.1, 0.1 + 2.9*math.Exp(-10)}, // what two thirds of training reach
		"no floor is known":         {falling(3, 0.1), math.NaN(), 0.1 + 2.9*math.Exp(-10)},
		"there is no floor":         {falling(3, 0.1), math.Inf(-1), 0.1 + 2.9*math.Exp(-10)},
		"it leaves the chart again": {back, 0.09, 2},
		"it ends far above":         {falling(3, 1), 0.1, math.NaN()},
		"it does not fall":          {mdnlib.History{1, 1, 1}, 1, math.NaN()},
		"there is one epoch":        {mdnlib.History{1}, 0.9, math.NaN()},
		"it breaks":                 {broken, 0.1, math.NaN()},
	} {
		got := highest(test.history, test.floor)
		if math.Abs(got-test.want) > 1e-4 || math.IsNaN(got) != math.IsNaN(test.want) {
			t.Errorf("%s: the axis ends at %g, want %g", name, got, test.want)
		}
	}
}

// notebook is a place like a notebook's cell: what is shown under an ID replaces what was there.
type notebook struct {
	outputs map[outlet.ID]outlet.Thing
	updates int
	waited  bool // for the last of them
}

func (n *notebook) Where() outlet.Where { return outlet.Notebook }

func (n *notebook) NewID() outlet.ID {
	id := outlet.ID(fmt.Sprint(len(n.outputs)))
	n.outputs[id] = outlet.Thing{}
	return id
}

func (n *notebook) Show(id outlet.ID, t outlet.Thing) error {
	n.outputs[id], n.waited = t, false
	n.updates++
	return nil
}

func (n *notebook) Clear(ids ...outlet.ID) error {
	for _, id := range ids {
		n.outputs[id] = outlet.Thing{}
	}
	return n.Flush()
}

func (n *notebook) Flush() error { n.waited = true; return nil }

// TestTrainInANotebook checks that progress is replaced by the chart of the cost, which has the final cost among its key numbers, and
// that training without success leaves nothing behind.
func TestTrainInANotebook(t *testing.T) {
	law, data := post()
	for _, test := range []struct {
		head mdnlib.Head
		unit string
	}{{mdnlib.GaussianHead{}, "nats"}, {mdnlib.MixtureHead{K: 2}, "nats"}, {mdnlib.MeanHead{}, "y's units squared"}} {
		n := notebook{outputs: map[outlet.ID]outlet.Thing{}}
		back := outlet.Use(&n)
		history, err := Train(mdnlib.New(mdnlib.Network{Hidden: []int{4}, Head: test.head}, 1), data, mdnlib.Settings{Epochs: 5, Seed: 1}, law)
		back()
		if err != nil {
			t.Fatal(err)
		}
		picture, caption := n.outputs["0"], n.outputs["1"]
		if len(n.outputs) != 2 || picture.Kind != outlet.Chart || caption.Kind != outlet.Caption || !n.waited || n.updates < 4 {
			t.Errorf("after training there are %d outputs, a %q and a %q, of %d updates; waited for: %v",
				len(n.outputs), picture.Kind, caption.Kind, n.updates, n.waited)
		}
		var file struct{ Numbers []numbersFile }
		if err := json.Unmarshal([]byte(picture.Data[chartMIME].(string)), &file); err != nil {
			t.Fatal(err)
		}
		final := file.Numbers[0].Rows[0]
		if final.Name != "Final cost" || *final.Cells[0].Value != history.Final() || file.Numbers[0].Columns[0].Unit != test.unit {
			t.Errorf("the key numbers are %+v, want a final cost of %g %s", file.Numbers, history.Final(), test.unit)
		}
	}

	n := notebook{outputs: map[outlet.ID]outlet.Thing{}}
	defer outlet.Use(&n)()
	if _, err := Train(mdnlib.New(mdnlib.Network{Hidden: []int{4}, Head: mdnlib.GaussianHead{}}, 1), mdnlib.Data{}, mdnlib.Settings{}, law); err == nil {
		t.Error("training without data is no error")
	}
	if n.outputs["0"].Kind != "" || n.outputs["1"].Kind != "" {
		t.Errorf("it leaves %+v", n.outputs)
	}
}

// TestTrainWithValidation checks what the chart shows of the samples held out, and its key numbers. One held-out cost has no place in
// a chart.
func TestTrainWithValidation(t *testing.T) {
	law, data := post()
	n := notebook{outputs: map[outlet.ID]outlet.Thing{}}
	defer outlet.Use(&n)()
	m := mdnlib.New(mdnlib.Network{Hidden: []int{4}, Head: mdnlib.GaussianHead{}}, 1)
	history, err := Train(m, data, mdnlib.Settings{Epochs: 30, Seed: 1, Validation: 0.2, Patience: 5}, law)
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Numbers []numbersFile
		Tables  []struct {
			Name string
			Rows [][]float64
		}
	}
	if err := json.Unmarshal([]byte(n.outputs["0"].Data[chartMIME].(string)), &file); err != nil {
		t.Fatal(err)
	}
	v := m.Validation()
	want := map[string]float64{"Final cost": history.Final(), "Lowest held-out cost": v.Costs[v.Kept], "Epoch kept": float64(v.Kept)}
	for _, number := range file.Numbers {
		if row := number.Rows[0]; *row.Cells[0].Value != want[row.Name] {
			t.Errorf("the key number %q is %g, want %g", row.Name, *row.Cells[0].Value, want[row.Name])
		}
	}
	names := ""
	for _, table := range file.Tables {
		names += table.Name + "; "
	}
	if want := "cost of the network; cost on the samples held out; cost of the truth on the same samples; epoch kept; "; names != want || len(file.Numbers) != 3 {
		t.Errorf("the chart shows %q and %d numbers, want %q and 3", names, len(file.Numbers), want)
	}

	w := watch{floor: math.NaN(), epochs: 4, heldOut: []float64{2}, costs: []float64{1}}
	if got := w.status(); !strings.HasPrefix(got, "epoch 1 of 4 · cost 1.0000 · held-out cost 2.0000 · ") {
		t.Errorf("the status is %q", got)
	}
	c := w.chart(mdnlib.History{3, 2, 1, 1}, mdnlib.Validation{Costs: mdnlib.History{3, 2, 50, math.Inf(1)}, Kept: 1})
	if got := c.Describe().Numbers; !strings.Contains(got, "cost on the samples held out: from (0, 3)") || !strings.Contains(got, "epoch kept: 1 point, epoch from 1 to 1, cost from 2 to 2") {
		t.Errorf("the chart says %q", got)
	}
}
