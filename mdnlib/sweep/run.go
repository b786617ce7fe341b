package sweep

import (
	"cmp"
	"context"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
)

// Run trains all tasks of the sweep on all cores and returns their table. progress, unless nil, is called after each with how many are done;
// calls do not overlap. It is for sweeps of seconds: the command, go run ./kernel-setup sweep, keeps what is done in a file.
func (s Sweep) Run(ctx context.Context, progress func(done, total int)) (Table, error) {
	p, err := s.Plan()
	if err != nil {
		return Table{}, err
	}
	results := map[string]Result{}
	if err := p.Train(ctx, p.Tasks, func(r Result) error {
		results[r.Key] = r
		if progress != nil {
			progress(len(results), len(p.Tasks))
		}
		return nil
	}); err != nil {
		return Table{}, err
	}
	return p.Table(results)
}

// Train trains tasks of the plan on all cores, those that take longest first, and hands over each result; calls of done do not overlap. It
// ends when all are done, or with the first error: of done, or that ctx has ended, when the tasks that are not done are given up.
func (p Plan) Train(ctx context.Context, tasks []Task, done func(Result) error) error {
	tasks = LongestFirst(tasks)
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	var next atomic.Int64
	var one sync.Mutex
	var cores sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(tasks)) {
		cores.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(tasks) && ctx.Err() == nil; i = int(next.Add(1)) - 1 {
				r, err := tasks[i].Run(ctx, p.Data)
				one.Lock()
				if err == nil && ctx.Err() == nil {
					err = done(r)
				}
				if err != nil {
					stop(err) // before another core may call done
				}
				one.Unlock()
			}
		})
	}
	cores.Wait()
	return context.Cause(ctx)
}

// LongestFirst returns the tasks in the order in which cores that share them are done soonest.
func LongestFirst(tasks []Task) []Task {
	sorted := slices.Clone(tasks)
	slices.SortStableFunc(sorted, func(a, b Task) int { return cmp.Compare(b.work(), a.work()) })
	return sorted
}

// Table returns the results as a table, or an error where one is missing.
func (p Plan) Table(results map[string]Result) (Table, error) {
	t := make(Table, len(p.Tasks))
	for i, task := range p.Tasks {
		key := task.Key()
		r, known := results[key]
		if !known {
			return nil, fmt.Errorf("sweep: the result of task %d, %s, is missing", i, key)
		}
		t[i] = Row{Task: task, Scores: r.Scores, Failure: r.Failure, Key: key}
	}
	return t, nil
}
