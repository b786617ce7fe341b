package mdnlib

import (
	"fmt"
	"runtime"
	"testing"

	"mdn/mdnlib/internal/team"
	"mdn/mdnlib/internal/workload"
)

// Which kernels the benchmarks run is up to the build: with Go 1.27 and GOEXPERIMENT=simd those with SIMD, else plain Go.

// benchmarkSteps times one step of training, forward, backward and Adam.
func benchmarkSteps(b *testing.B, t *trainer) {
	b.Helper()
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		t.gradient(t.batches[i%len(t.batches)])
		t.step()
	}
}

// BenchmarkStep is one step of the post's mixture density network: 1 → 12 → 12 → 12 → 2, a batch of 50.
func BenchmarkStep(b *testing.B) {
	benchmarkSteps(b, postTrainer(b))
}

// postTrainer is the post's training of the mixture density network, from its fixed workload.
func postTrainer(tb testing.TB) *trainer {
	tb.Helper()
	w, err := workload.Read("testdata/seed0.json")
	if err != nil {
		tb.Fatal(err)
	}
	t, err := newTrainer(postModel(GaussianHead{}, w.InitMDN), Data{w.X, w.Y}, Settings{Adam: Adam{Rate: 0.0003}, Order: w.Order()})
	if err != nil {
		tb.Fatal(err)
	}
	return t
}

// BenchmarkBatch is a step of the post's network with smaller and larger batches.
func BenchmarkBatch(b *testing.B) {
	for _, batch := range []int{1, 8, 16, 50, 64, 256, 1024, 4096} {
		b.Run(fmt.Sprint(batch), func(b *testing.B) {
			data := Sample(Quadratic(0.1), Repeat(Grid(1, 5, 21), 196), 1).Shuffle(1)
			t, err := newTrainer(New(Network{Hidden: []int{12, 12, 12}, Head: GaussianHead{}}, 1), data, Settings{Batch: batch})
			if err != nil {
				b.Fatal(err)
			}
			t.batches = t.batches[:data.Len()/batch] // whole ones
			benchmarkSteps(b, t)
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(batch), "ns/sample")
		})
	}
}

// BenchmarkWidth is a step of networks of three hidden layers, from the post's width up.
func BenchmarkWidth(b *testing.B) {
	for _, width := range []int{12, 33, 64, 128, 256, 512, 1024} {
		b.Run(fmt.Sprint(width), func(b *testing.B) {
			_, data := post(1)
			t, err := newTrainer(New(Network{Hidden: []int{width, width, width}, Head: GaussianHead{}}, 1), data, Settings{})
			if err != nil {
				b.Fatal(err)
			}
			benchmarkSteps(b, t)
			operations := 6 * 50 * float64(len(t.model.parameters)) // a product and a sum, thrice: forward, to the weights, to the inputs
			b.ReportMetric(operations*float64(b.N)/float64(b.Elapsed().Nanoseconds()), "GFLOP/s")
		})
	}
}

// BenchmarkPost is the post's two trainings, whole.
func BenchmarkPost(b *testing.B) {
	for _, training := range []struct {
		name   string
		head   Head
		epochs int
	}{{"mean", MeanHead{}, 500}, {"mdn", GaussianHead{}, 2000}} {
		b.Run(training.name, func(b *testing.B) {
			_, data := post(1)
			for b.Loop() {
				if _, err := Fit(b.Context(), New(Network{Hidden: []int{12, 12, 12}, Head: training.head}, 1), data, postSettings(training.epochs, 1)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkEnsemble trains the post's mixture density network several times side by side, on one core and on two.
func BenchmarkEnsemble(b *testing.B) {
	for _, cores := range []int{1, 2} {
		for _, models := range []int{1, 2, 4, 8, 16, 32, 64} {
			b.Run(fmt.Sprintf("cores=%d/models=%d", cores, models), func(b *testing.B) {
				defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(cores))
				for b.Loop() {
					if _, err := FitAll(b.Context(), ensemble(models, 2000), nil); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(b.Elapsed().Seconds()/float64(b.N)/float64(models), "s/model")
			})
		}
	}
}

// predictors are the post's mixture density network and a wide mixture, untrained: a prediction takes as long before training.
var predictors = []struct {
	name  string
	model *Model
}{
	{"12-12-12", New(Network{Hidden: []int{12, 12, 12}, Head: GaussianHead{}}, 1)},
	{"128-128-128/K=5", New(Network{Hidden: []int{128, 128, 128}, Head: MixtureHead{K: 5}}, 1)},
}

// BenchmarkAt is the prediction at one x.
func BenchmarkAt(b *testing.B) {
	_, data := post(1)
	for _, p := range predictors {
		b.Run(p.name, func(b *testing.B) {
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				p.model.At(data.X[i%data.Len()])
			}
		})
	}
}

// BenchmarkAtEach is the prediction at the post's 1050 x together.
func BenchmarkAtEach(b *testing.B) {
	_, data := post(1)
	for _, p := range predictors {
		b.Run(p.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				p.model.AtEach(data.X)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(data.Len()), "ns/x")
		})
	}
}

// BenchmarkNLL is the score of the post's 1050 samples.
func BenchmarkNLL(b *testing.B) {
	_, data := post(1)
	for _, p := range predictors {
		b.Run(p.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				NLL(p.model.At, data)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(data.Len()), "ns/sample")
		})
	}
}

// TestStepAllocatesNothing checks that training's memory does not grow with the number of steps.
func TestStepAllocatesNothing(t *testing.T) {
	trainer := postTrainer(t)
	if got := testing.AllocsPerRun(100, func() {
		if _, err := trainer.epoch(t.Context(), 0); err != nil {
			t.Fatal(err)
		}
	}); got != 0 {
		t.Errorf("an epoch allocates %g times, want 0", got)
	}
}

// BenchmarkRows is an epoch over a hundred thousand rows of twenty columns, 64 wide, on one core and on as many as there are.
func BenchmarkRows(b *testing.B) {
	rows := someRows(threeOfMany, 100_000, 20, 1)
	for _, batch := range []int{64, 256, 1024} {
		for _, size := range []int{1, team.Size(1 << 30)} {
			b.Run(fmt.Sprintf("batch=%d/cores=%d", batch, size), func(b *testing.B) {
				t, err := newTrainer(New(Network{rows.Columns, []int{64, 64, 64}, MixtureHead{K: 5}}, 1), rows, Settings{Batch: batch, Standardise: true})
				if err != nil {
					b.Fatal(err)
				}
				if size > 1 {
					t.team = team.New(size)
					defer t.team.End()
				}
				for b.Loop() {
					if _, err := t.epoch(b.Context(), 0); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(rows.Len()), "ns/row")
			})
		}
	}
}
