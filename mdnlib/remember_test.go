package mdnlib

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"

	"mdn/mdnlib/internal/memory"
)

// counted counts the trainings that are done.
type counted struct {
	*memory.Shelf
	kept int
}

func (c *counted) Keep(key string, result []byte) {
	c.kept++
	c.Shelf.Keep(key, result)
}

// remembering has the test's trainings remembered.
func remembering(t *testing.T) *counted {
	c := &counted{Shelf: memory.NewShelf()}
	t.Cleanup(memory.Use(c))
	return c
}

// TestRemembered trains each of several networks twice: the second time gives the same history and the same model, and trains nothing.
func TestRemembered(t *testing.T) {
	data := Sample(Quadratic(0.1), Repeat(Grid(1, 5, 21), 5), 1).Shuffle(1)
	settings := Settings{Epochs: 5, Adam: Adam{Rate: 0.001}, Seed: 1, Standardise: true}
	for _, head := range []Head{MeanHead{}, GaussianHead{}, MixtureHead{K: 2}} {
		network := Network{Hidden: []int{8}, Head: head}
		want := New(network, 1)
		history, err := Fit(context.Background(), want, data, settings)
		if err != nil {
			t.Fatal(err)
		}
		c := remembering(t)
		for range 2 {
			m := New(network, 1)
			again, err := Fit(context.Background(), m, data, settings)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(again, history) || !slices.Equal(m.parameters, want.parameters) || m.Network().Head != want.Network().Head || m.units != want.units || !slices.Equal(m.inputs, want.inputs) {
				t.Errorf("%T: the model or its history is another one", head)
			}
		}
		m := New(network, 1)
		costs, err := FitAll(context.Background(), []Training{{m, data, settings}}, nil)
		if err != nil || costs[0] != history.Final() || !slices.Equal(m.parameters, want.parameters) {
			t.Errorf("%T: FitAll gives the cost %v (%v), and Fit %v", head, costs, err, history.Final())
		}
		if c.kept != 1 {
			t.Errorf("%T: it was trained %d times", head, c.kept)
		}
	}
}

// TestNotRemembered changes one thing after the other, and each is another training; what cannot be told apart is never remembered.
func TestNotRemembered(t *testing.T) {
	c := remembering(t)
	data := Sample(Quadratic(0.1), Repeat(Grid(1, 5, 21), 5), 1).Shuffle(1)
	fit := func(m *Model, d Samples, s Settings) {
		t.Helper()
		if _, err := Fit(context.Background(), m, d, s); err != nil {
			t.Fatal(err)
		}
	}
	network := Network{Hidden: []int{8}, Head: GaussianHead{}}
	settings := Settings{Epochs: 3}
	trained := New(network, 1)
	fit(trained, data, settings)
	moved := Data{X: slices.Clone(data.X), Y: slices.Clone(data.Y)}
	moved.Y[3] += 1e-9
	others := map[string]func(){
		"trained already": func() { fit(trained, data, settings) },
		"weights":         func() { fit(New(network, 2), data, settings) },
		"head":            func() { fit(New(Network{Hidden: []int{8}, Head: GaussianHead{Scale: Softplus}}, 1), data, settings) },
		"data":            func() { fit(New(network, 1), moved, settings) },
		"settings":        func() { fit(New(network, 1), data, Settings{Epochs: 3, Anneal: true}) },
	}
	for name, train := range others {
		if before := c.kept; func() int { train(); return c.kept }() != before+1 {
			t.Errorf("with other %s it was not trained", name)
		}
	}
	epochs := 0
	seen := settings
	seen.Each = func(Epoch) { epochs++ }
	fit(New(network, 1), data, seen)
	if epochs != 3 {
		t.Errorf("who looks at every epoch has seen %d", epochs)
	}
	rows := Rows{Columns: []string{"a", "b"}, X: [][]float64{{1, 2}, {3, 4}}, Y: []float64{5, 6}}
	turned := Rows{Columns: []string{"b", "a"}, X: rows.X, Y: rows.Y}
	other := Rows{Columns: rows.Columns, X: [][]float64{{1, 2}, {3, 5}}, Y: rows.Y}
	before := c.kept
	for _, r := range []Rows{rows, turned, other, rows} {
		fit(New(Network{Inputs: r.Columns, Head: GaussianHead{}}, 1), r, settings)
	}
	if c.kept != before+3 {
		t.Errorf("of three different rows and the first again, %d were trained", c.kept-before)
	}
	before = c.kept
	ordered := settings
	ordered.Order = func([]int) {}
	fit(New(network, 1), data, ordered)
	own := HeadFunc(1, func(gradient, raw []float64, y float64) float64 { gradient[0] = raw[0] - y; return 0 }, func(raw []float64) Distribution { return PointMass(raw[0]) })
	fit(New(Network{Hidden: []int{8}, Head: own}, 1), data, settings)
	if c.kept != before {
		t.Error("a function was remembered")
	}
}

// TestFailedIsNotRemembered cancels a training: the next one trains.
func TestFailedIsNotRemembered(t *testing.T) {
	c := remembering(t)
	data := Sample(Quadratic(0.1), Repeat(Grid(1, 5, 21), 5), 1)
	network := Network{Hidden: []int{8}, Head: GaussianHead{}}
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Fit(cancelled, New(network, 1), data, Settings{Epochs: 3}); !errors.Is(err, context.Canceled) {
		t.Fatalf("the error is %v", err)
	}
	if _, err := FitAll(context.Background(), []Training{{New(network, 1), data, Settings{Epochs: 3}}}, nil); err != nil || c.kept != 1 {
		t.Errorf("after one that was cancelled it was trained %d times (%v)", c.kept, err)
	}
}

// busyOnce says once of each training that another is at it.
type busyOnce struct {
	*memory.Shelf
	asked *sync.Map
}

func (b busyOnce) Claim(key string, wait bool) ([]byte, memory.State) {
	if _, before := b.asked.LoadOrStore(key, true); !wait && !before {
		return nil, memory.Busy
	}
	return b.Shelf.Claim(key, wait)
}

// TestBusy has FitAll leave trainings for later that another is at.
func TestBusy(t *testing.T) {
	data := Sample(Quadratic(0.1), Repeat(Grid(1, 5, 21), 5), 1)
	e := NewEnsemble(3, Network{Hidden: []int{8}, Head: GaussianHead{}}, 1)
	want, err := e.Fit(context.Background(), data, Settings{Epochs: 3}, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(memory.Use(busyOnce{memory.NewShelf(), &sync.Map{}}))
	e = NewEnsemble(3, Network{Hidden: []int{8}, Head: GaussianHead{}}, 1)
	costs, err := e.Fit(context.Background(), data, Settings{Epochs: 3}, nil)
	if err != nil || !slices.Equal(costs, want) {
		t.Errorf("the costs are %v (%v), want %v", costs, err, want)
	}
}
