package mdnlib

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"testing"
	"time"

	"mdn/mdnlib/internal/team"
)

// trainedBy trains a model of its own for some epochs by a team of that size, and returns its parameters.
func trainedBy(t *testing.T, size int, head Head, batch int, hidden ...int) []float32 {
	t.Helper()
	data := Sample(Quadratic(0.1), Repeat(Grid(1, 5, 21), 20), 1).Shuffle(1)
	m := New(Network{Hidden: hidden, Head: head}, 1)
	trainBy(t, size, m, data, Settings{Epochs: 3, Batch: batch, Standardise: true, Clip: 1, Adam: Adam{Decay: 0.1}, Seed: 1})
	return m.parameters
}

// trainBy trains a model by a team of that size.
func trainBy(t *testing.T, size int, m *Model, data Samples, s Settings) {
	t.Helper()
	trainer, err := newTrainer(m, data, s)
	if err != nil {
		t.Fatal(err)
	}
	if size > 1 {
		trainer.team = team.New(size)
		defer trainer.team.End()
	}
	trainer.run(t.Context(), func(_ Epoch, err error) bool {
		if err != nil {
			t.Fatal(err)
		}
		return true
	})
}

// TestTeamsBits trains with one, two, three and five goroutines: with panels for all and not, with a last panel that is not full, and
// with layers too narrow to be shared.
func TestTeamsBits(t *testing.T) {
	for _, head := range []Head{MeanHead{}, GaussianHead{}, MixtureHead{K: 3, Floor: 0.01}, MixtureHead{K: 2, GaussianFirst: 1}, StudentHead{Nu: 5}} {
		for _, batch := range []int{13, 50, 64, 100, 256, 420} {
			for _, hidden := range [][]int{nil, {5}, {33, 70}} {
				want := trainedBy(t, 1, head, batch, hidden...)
				for _, size := range []int{2, 3, 5} {
					if !slices.Equal(trainedBy(t, size, head, batch, hidden...), want) {
						t.Errorf("%T, hidden layers %v, batches of %d: %d goroutines train to other bits than one", head, hidden, batch, size)
					}
				}
			}
		}
	}
}

// TestTeamsEnd trains a network that is wide enough for a team: whether training ends by itself, is cancelled, fails, or its loop is
// left, none of the goroutines stays.
func TestTeamsEnd(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(4))
	data := Sample(Quadratic(0.1), Grid(1, 5, 256), 1)
	cancelled, cancel := context.WithCancel(t.Context())
	before := runtime.NumGoroutine()
	for _, test := range []struct {
		name     string
		ctx      context.Context
		settings Settings
		failed   func(error) bool
	}{
		{"to the end", t.Context(), Settings{Epochs: 2}, func(err error) bool { return err == nil }},
		{"cancelled", cancelled, Settings{Epochs: 1 << 30, Each: func(e Epoch) {
			if e.Number == 1 {
				cancel()
			}
		}}, func(err error) bool { return errors.Is(err, context.Canceled) }},
		{"not finite", t.Context(), Settings{Epochs: 50, Adam: Adam{Rate: 1e30}}, func(err error) bool {
			var notFinite *NotFiniteError
			return errors.As(err, &notFinite)
		}},
	} {
		m := New(Network{Hidden: []int{128, 128}, Head: MeanHead{}}, 1)
		if trainer, err := newTrainer(m, data, test.settings); err != nil || trainer.teamSize() < 2 {
			t.Fatalf("%s: a team of %d (%v)", test.name, trainer.teamSize(), err)
		}
		if _, err := Fit(test.ctx, m, data, test.settings); !test.failed(err) {
			t.Errorf("%s: %v", test.name, err)
		}
	}
	for range Epochs(t.Context(), New(Network{Hidden: []int{128, 128}, Head: MeanHead{}}, 1), data, Settings{}) {
		break
	}
	panics(func() {
		for range Epochs(t.Context(), New(Network{Hidden: []int{128, 128}, Head: MeanHead{}}, 1), data, Settings{}) {
			panic("in the loop")
		}
	})
	for range 1000 { // the last of them may still be on their way out
		if runtime.NumGoroutine() <= before {
			return
		}
		time.Sleep(time.Millisecond)
	}
	t.Errorf("there were %d goroutines, and are %d", before, runtime.NumGoroutine())
}

// BenchmarkTeam is a step of networks of three hidden layers by one goroutine and by two.
func BenchmarkTeam(b *testing.B) {
	for _, width := range []int{32, 48, 64, 96, 128, 256} {
		for _, batch := range []int{64, 256, 1024} {
			for _, size := range []int{1, 2} {
				b.Run(fmt.Sprintf("width=%d/batch=%d/cores=%d", width, batch, size), func(b *testing.B) {
					data := Sample(Quadratic(0.1), Grid(1, 5, 4*batch), 1).Shuffle(1)
					t, err := newTrainer(New(Network{Hidden: []int{width, width, width}, Head: GaussianHead{}}, 1), data, Settings{Batch: batch})
					if err != nil {
						b.Fatal(err)
					}
					if size > 1 {
						t.team = team.New(size)
						defer t.team.End()
					}
					for i := 0; b.Loop(); i++ {
						t.gradient(t.batches[i%len(t.batches)])
						t.step()
					}
				})
			}
		}
	}
}
