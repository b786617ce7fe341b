package mdnlib

import (
	"context"
	"errors"
	"fmt"
	"math"
	"runtime"
	"sync"
	"sync/atomic"

	"mdn/mdnlib/internal/memory"
)

// Training is one model to be trained by [FitAll], with what [Fit] takes.
type Training struct {
	Model    *Model
	Data     Samples
	Settings Settings
}

// FitAll trains many models side by side, one on each processor core: the members of an ensemble, other seeds, other noise.
// Every model ends as Fit would leave it, whatever the order in which they are done, and costs[i] is the last epoch's cost of
// trainings[i], with Settings.Validation that of the epoch kept, NaN if it completed none.
//
// progress, unless nil, is called now and then with the epochs done and the epochs asked for, of all models together, where those
// that Settings.Patience saves count as done; calls do not overlap. Settings.Each and Settings.Order of several trainings are called at the
// same time: one that serves several must not keep scratch space in its closure, nor write to shared variables without a lock.
//
// A model that fails does not stop the others; the error says which failed. When ctx is cancelled all that are not done stop, the
// error says that too, and each model keeps what it has learned.
func FitAll(ctx context.Context, trainings []Training, progress func(done, total int)) (costs []float64, err error) {
	total := 0
	seen := make(map[*Model]int)
	for i, t := range trainings {
		if t.Model == nil {
			return nil, fmt.Errorf("mdnlib: FitAll: training %d has no model; New makes one", i)
		}
		if first, twice := seen[t.Model]; twice {
			return nil, fmt.Errorf("mdnlib: FitAll: trainings %d and %d are of the same model; make a model for each", first, i)
		}
		seen[t.Model] = i
		if err := t.Settings.fillIn(); err != nil {
			return nil, fmt.Errorf("mdnlib: FitAll: training %d: %w", i, err)
		}
		total = capped(total, t.Settings.Epochs)
	}
	costs, failures := make([]float64, len(trainings)), make([]error, len(trainings))
	report := reporter(total, progress)

	busy := make([]bool, len(trainings)) // as another program is at them, see package memory
	var next atomic.Int64
	var workers sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(trainings)) {
		workers.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(trainings); i = int(next.Add(1)) - 1 {
				costs[i], busy[i], failures[i] = trainings[i].run(ctx, report, false)
			}
		})
	}
	workers.Wait()
	for i, t := range trainings {
		if busy[i] {
			costs[i], _, failures[i] = t.run(ctx, report, true)
		}
	}

	stopped := 0
	for i, failure := range failures {
		switch {
		case failure == nil:
		case ctx.Err() != nil && errors.Is(failure, context.Cause(ctx)): // one sentence will do for all of these
			failures[i] = nil
			stopped++
		default:
			failures[i] = fmt.Errorf("mdnlib: FitAll: training %d: %w", i, failure)
		}
	}
	if stopped > 0 {
		failures = append(failures, fmt.Errorf("mdnlib: FitAll stopped before %d of %d trainings were done, and every model is as "+
			"trained so far: %w", stopped, len(trainings), context.Cause(ctx)))
	}
	return costs, errors.Join(failures...)
}

// run trains the model by one goroutine, and returns the cost of the epoch that it keeps. Without wait it may leave the training alone,
// which is then busy.
func (t Training) run(ctx context.Context, report func(epochs int), wait bool) (cost float64, busy bool, err error) {
	history, busy, err := t.once(wait, func() (history History, err error) {
		trainer, err := newTrainer(t.Model, t.Data, t.Settings)
		if err != nil {
			return nil, err
		}
		left := trainer.settings.Epochs
		trainer.run(ctx, func(epoch Epoch, stopped error) bool {
			if err = stopped; err == nil {
				if !memory.Enabled() && t.Settings.Validation == 0 {
					history = history[:0] // the last epoch's cost is all that is asked for
				}
				history = append(history, epoch.Cost)
				left--
				report(1)
			}
			return true
		})
		if err == nil {
			report(left) // saved by Settings.Patience
		}
		return history, err
	})
	return t.Model.costKept(history), busy, err
}

// reporter returns a function that counts more epochs, and calls progress at every whole percent of total.
func reporter(total int, progress func(done, total int)) func(epochs int) {
	if progress == nil {
		return func(int) {}
	}
	var mutex sync.Mutex
	done := 0
	percent := func() int { return int(100 * float64(done) / float64(total)) }
	return func(epochs int) {
		mutex.Lock()
		defer mutex.Unlock()
		before := percent()
		if done = capped(done, epochs); percent() != before {
			progress(done, total)
		}
	}
}

// capped returns a + b, or the largest int where that is less: a training until it is cancelled has that many epochs.
func capped(a, b int) int { return a + min(b, math.MaxInt-a) }

// cappedProduct returns a·b for a and b of 0 or more, or the largest int where that is less.
func cappedProduct(a, b int) int {
	if b > 0 && a > math.MaxInt/b {
		return math.MaxInt
	}
	return a * b
}
