package mdnlib

import (
	"context"
	"errors"
	"math"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// ensemble returns n trainings of the post's mixture density network, seeds 1 to n, each with other data.
func ensemble(n, epochs int) []Training {
	trainings := make([]Training, n)
	for i := range trainings {
		seed := uint64(i + 1)
		_, data := post(seed)
		trainings[i] = Training{New(Network{Hidden: []int{12, 12, 12}, Head: GaussianHead{}}, seed), data, postSettings(epochs+i, seed)}
	}
	return trainings
}

func TestFitAllIsFit(t *testing.T) {
	trainings := ensemble(7, 20)
	last, whole := 0, 0
	costs, err := FitAll(t.Context(), trainings, func(done, total int) {
		if done <= last {
			t.Errorf("progress went from %d to %d", last, done)
		}
		last, whole = done, total
	})
	if err != nil {
		t.Fatal(err)
	}
	if want := 7*20 + 21; last != want || whole != want {
		t.Errorf("progress ended at %d of %d epochs, want %d", last, whole, want)
	}
	for i, alone := range ensemble(7, 20) {
		history, err := Fit(t.Context(), alone.Model, alone.Data, alone.Settings)
		if err != nil {
			t.Fatal(err)
		}
		if costs[i] != history.Final() || !slices.Equal(trainings[i].Model.parameters, alone.Model.parameters) {
			t.Errorf("training %d ends at %v side by side and at %v alone, or with other parameters", i, costs[i], history.Final())
		}
	}
}

// TestFitAllCancelled cancels while the first model is in its fourth epoch: it keeps three, and the last model is not begun.
func TestFitAllCancelled(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	defer cancel(nil)
	reason := errors.New("enough")
	trainings := ensemble(100, 1000000)
	trainings[0].Settings.Each = func(e Epoch) {
		if e.Number == 2 {
			cancel(reason)
		}
	}
	costs, err := FitAll(ctx, trainings, nil)
	if !errors.Is(err, reason) {
		t.Fatalf("error %v, want %v", err, reason)
	}
	alone := ensemble(1, 3)[0]
	history, err := Fit(t.Context(), alone.Model, alone.Data, alone.Settings)
	if err != nil {
		t.Fatal(err)
	}
	if costs[0] != history.Final() || !slices.Equal(trainings[0].Model.parameters, alone.Model.parameters) {
		t.Errorf("cancelled after three epochs, cost %v; trained for three, %v, or other parameters", costs[0], history.Final())
	}
	untouched := ensemble(100, 1)[99]
	if !math.IsNaN(costs[99]) || !slices.Equal(trainings[99].Model.parameters, untouched.Model.parameters) {
		t.Errorf("the last model was trained, to cost %v", costs[99])
	}
}

// TestFitAllCancelledAndFailed cancels beside a training that has failed: its failure is named all the same, and a training that
// completed its last epoch has not been stopped, as it has not in Fit.
func TestFitAllCancelledAndFailed(t *testing.T) {
	reason := errors.New("enough")
	for _, test := range []struct {
		name   string
		epochs int // of training 1, which cancels after the fifth
		want   string
	}{
		{"in the last epoch", 5, "mdnlib: FitAll: training 0: y[3] is NaN; remove the sample or fill in its value"},
		{"before it", 6, "mdnlib: FitAll: training 0: y[3] is NaN; remove the sample or fill in its value\n" +
			"mdnlib: FitAll stopped before 1 of 2 trainings were done, and every model is as trained so far: enough"},
	} {
		t.Run(test.name, func(t *testing.T) {
			ctx, cancel := context.WithCancelCause(t.Context())
			defer cancel(nil)
			trainings := ensemble(2, test.epochs-1)
			trainings[0].Data.(Data).Y[3] = math.NaN()
			trainings[1].Settings.Each = func(e Epoch) {
				if e.Number == 4 {
					cancel(reason)
				}
			}
			costs, err := FitAll(ctx, trainings, nil)
			if err == nil || err.Error() != test.want {
				t.Errorf("error\n%v, want\n%s", err, test.want)
			}
			if stopped := test.epochs > 5; errors.Is(err, reason) != stopped {
				t.Errorf("error %v, which wraps the reason to stop: %t, want %t", err, !stopped, stopped)
			}
			if !math.IsNaN(costs[0]) || math.IsNaN(costs[1]) {
				t.Errorf("costs %v, want NaN and a number", costs)
			}
		})
	}
}

func TestFitAllFailures(t *testing.T) {
	trainings := ensemble(4, 5)
	d := trainings[1].Data.(Data)
	d.Y = slices.Clone(d.Y)
	d.Y[3] = math.NaN()
	trainings[1].Data = d
	trainings[2].Model = New(Network{Head: HeadFunc(1, func(_, _ []float64, _ float64) float64 { return math.Inf(1) },
		func(raw []float64) Distribution { return PointMass(raw[0]) })}, 1)
	costs, err := FitAll(t.Context(), trainings, nil)
	if err == nil {
		t.Fatal("no error")
	}
	var notFinite *NotFiniteError
	if !errors.As(err, &notFinite) {
		t.Errorf("error %v holds no *NotFiniteError", err)
	}
	for _, want := range []string{"training 1: y[3] is NaN", "training 2: ", "the loss is +Inf"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("error %q does not say %q", err, want)
		}
	}
	for i, failed := range []bool{false, true, true, false} {
		if math.IsNaN(costs[i]) != failed {
			t.Errorf("cost %d is %v", i, costs[i])
		}
	}

	twice := ensemble(2, 5)
	twice[1].Model = twice[0].Model
	if _, err := FitAll(t.Context(), twice, nil); err == nil || !strings.Contains(err.Error(), "trainings 0 and 1 are of the same model") {
		t.Errorf("the same model twice: error %v", err)
	}
}

// TestFitAllMemory trains for ten times as long and asks for no more memory.
func TestFitAllMemory(t *testing.T) {
	allocated := func(epochs int) uint64 {
		trainings := ensemble(2, epochs)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		if _, err := FitAll(t.Context(), trainings, nil); err != nil {
			t.Fatal(err)
		}
		runtime.ReadMemStats(&after)
		return after.TotalAlloc - before.TotalAlloc
	}
	short, long := allocated(20), allocated(200)
	if long > short+4096 {
		t.Errorf("20 epochs allocate %d bytes and 200 epochs %d", short, long)
	}
}

// TestOwnLossOneAtATime trains several models with one head of a reader's own, and asks them for predictions meanwhile: calls of its
// functions must not overlap, so that they may share scratch space.
func TestOwnLossOneAtATime(t *testing.T) {
	var inside, overlaps atomic.Int64
	enter := func() func() {
		if inside.Add(1) > 1 {
			overlaps.Add(1)
		}
		runtime.Gosched()
		return func() { inside.Add(-1) }
	}
	scratch := make([]float64, 2)
	head := HeadFunc(2, func(gradient, raw []float64, y float64) float64 {
		defer enter()()
		copy(scratch, raw)
		return gaussianSample(gradient, scratch, y)
	}, func(raw []float64) Distribution {
		defer enter()()
		return Normal(raw[0], 1)
	})
	_, data := post(1)
	var trainings []Training
	for seed := range uint64(4) {
		trainings = append(trainings, Training{New(Network{Hidden: []int{4}, Head: head}, seed), data, postSettings(5, seed)})
	}
	asked := New(Network{Head: head}, 1)
	var asking sync.WaitGroup
	asking.Go(func() { asked.AtEach(data.X) })
	if _, err := FitAll(t.Context(), trainings, nil); err != nil {
		t.Fatal(err)
	}
	asking.Wait()
	if n := overlaps.Load(); n > 0 {
		t.Errorf("%d calls have overlapped", n)
	}
}

// TestEndlessTogether asks for more epochs together than there are numbers for.
func TestEndlessTogether(t *testing.T) {
	_, data := post(1)
	for name, train := range map[string]func(context.Context, Settings, func(done, total int)) error{
		"FitAll": func(ctx context.Context, s Settings, progress func(done, total int)) error {
			_, err := NewEnsemble(2, Network{Hidden: []int{2}, Head: GaussianHead{}}, 1).Fit(ctx, data, s, progress)
			return err
		},
		"Selection": func(ctx context.Context, s Settings, progress func(done, total int)) error {
			selection := Recommended(1)
			selection.Settings = s
			_, err := selection.Fit(ctx, data, progress)
			return err
		},
	} {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		s := Settings{Epochs: math.MaxInt, Each: func(Epoch) { cancel() }}
		if err := train(ctx, s, func(int, int) {}); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: error %v", name, err)
		}
	}
	var done, total int
	report := reporter(capped(math.MaxInt, math.MaxInt), func(d, of int) { done, total = d, of })
	for range 3 {
		report(math.MaxInt)
	}
	if done != math.MaxInt || total != math.MaxInt {
		t.Errorf("%d of %d epochs are done, want %d of as many", done, total, math.MaxInt)
	}
	if got := cappedProduct(math.MaxInt/2, 3); got != math.MaxInt {
		t.Errorf("the product is %d, want %d", got, math.MaxInt)
	}
}
