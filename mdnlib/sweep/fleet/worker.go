package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"mdn/mdnlib"
	"mdn/mdnlib/sweep"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// worker takes tasks from servers, as many at a time as it has cores, and stores their results there.
type worker struct {
	address
	made  string // who makes its results: a worker takes the tasks of its own version
	cores int
	idle  time.Duration // it ends after so long without a task; 0 is never
	run   func(ctx context.Context, t sweep.Task, data *mdnlib.Rows) (sweep.Result, error)
	say   func(string)
}

// work works until the context ends, or nothing has been to do for long enough. What it was at is then given to another worker at once.
func (w worker) work(ctx context.Context) error {
	ctx, connection, err := w.connect(ctx, w.say)
	if err != nil {
		return err
	}
	defer connection.Close()
	js, err := jetstream.New(connection)
	if err != nil {
		return err
	}
	tell := changes(w.say)
	for {
		q, tasks, err := w.find(ctx, js, tell)
		if err != nil {
			return err
		}
		w.say("working on " + count(w.cores, "core"))
		s := shift{worker: w, queue: q, tasks: tasks, tell: tell, files: map[string]*mdnlib.Rows{}}
		s.last.Store(time.Now().UnixNano())
		var all sync.WaitGroup
		for range w.cores {
			all.Go(func() { s.core(ctx) })
		}
		all.Wait()
		w.say(count(int(s.done.Load()), "task") + " done")
		if ctx.Err() != nil || !s.ended.Load() {
			return context.Cause(ctx)
		}
	}
}

// patient returns a context that ends when there has been nothing to do for long enough.
func (w worker) patient(ctx context.Context) (context.Context, context.CancelFunc) {
	if w.idle == 0 {
		return ctx, func() {}
	}
	return context.WithTimeout(ctx, w.idle)
}

// find waits until there are tasks of this version. Where those that wait are of other versions only, it says so.
func (w worker) find(ctx context.Context, js jetstream.JetStream, tell func(string)) (q queue, tasks jetstream.Consumer, err error) {
	q = queue{js: js, made: w.made}
	limited, stop := w.patient(ctx)
	defer stop()
	for {
		var others []string
		err := persist(limited, js, answers, tell, func(ctx context.Context) (err error) {
			if tasks, err = js.Consumer(ctx, tasksOf(w.made), workers); err == nil {
				if q.results, err = js.KeyValue(ctx, resultsOf(w.made)); err == nil {
					q.files, err = js.ObjectStore(ctx, filesOf(w.made))
				}
				return err
			}
			if !absent(err) {
				return err
			}
			tasks = nil
			others, err = waiting(ctx, js, w.made)
			return err
		})
		switch {
		case ctx.Err() != nil:
			return q, nil, context.Cause(ctx)
		case limited.Err() != nil:
			return q, nil, fmt.Errorf("no sweep of this version of the library has been found at %s in %s; start one with sweep -nats", w.address, w.idle)
		case absent(err): // what is made after the tasks' stream is about to be there
		case err != nil:
			return q, nil, err
		case tasks != nil:
			return q, tasks, nil
		case len(others) > 0:
			tell(w.ofOthers(others))
		default:
			tell("no sweep has been started at " + w.address.String() + " yet; waiting for one")
		}
		pause(limited, time.Second)
	}
}

// ofOthers says that tasks of other versions wait.
func (w worker) ofOthers(made []string) string {
	return fmt.Sprintf("the tasks that wait at %s are of another version of the library: results are made by %s there, and by %s here; "+
		"check out the same commit at both ends. Waiting for tasks of this one", w.address, strings.Join(made, " and "), w.made)
}

// absent reports whether something has not been made yet.
func absent(err error) bool {
	return errors.Is(err, jetstream.ErrStreamNotFound) || errors.Is(err, jetstream.ErrConsumerNotFound) || errors.Is(err, jetstream.ErrBucketNotFound)
}

// waiting returns the versions other than our own of which tasks wait.
func waiting(ctx context.Context, js jetstream.JetStream, own string) (made []string, err error) {
	streams := js.ListStreams(ctx)
	for info := range streams.Info() {
		name, ours := strings.CutPrefix(info.Config.Name, prefix)
		version, tasks := strings.CutSuffix(name, "-tasks")
		if ours && tasks && version != own && info.State.Msgs > 0 {
			made = append(made, version)
		}
	}
	return made, streams.Err()
}

// shift is the work of a worker on the tasks of one version.
type shift struct {
	worker
	queue
	tasks  jetstream.Consumer
	tell   func(string) // says what differs from what it has said last
	done   atomic.Int64
	busy   atomic.Int64
	last   atomic.Int64 // when the last task ended, in ns since 1970
	looked atomic.Int64 // when tasks of other versions were looked for, in ns since 1970
	ended  atomic.Bool  // the servers do not have the version's tasks any more

	mutex sync.Mutex
	files map[string]*mdnlib.Rows // by their digests
}

// core does one task after the other, until the context ends, nothing has been to do for long enough, or the queue is lost.
func (s *shift) core(ctx context.Context) {
	wait := 5 * time.Second
	if s.idle > 0 {
		wait = min(wait, s.idle)
	}
	for ctx.Err() == nil && !s.ended.Load() {
		if s.idle > 0 && s.busy.Load() == 0 && time.Since(time.Unix(0, s.last.Load())) > s.idle {
			return
		}
		limited, stop := context.WithTimeout(ctx, wait)
		msg, err := s.tasks.Next(jetstream.FetchContext(limited))
		stop()
		if err != nil {
			if errors.Is(err, nats.ErrTimeout) || errors.Is(err, context.DeadlineExceeded) { // nothing is to do
				s.look(ctx)
			} else {
				s.explain(ctx, err)
				pause(ctx, time.Second)
			}
			continue
		}
		s.busy.Add(1)
		s.do(ctx, msg)
		s.last.Store(time.Now().UnixNano())
		s.busy.Add(-1)
	}
}

// explain finds out whether the queue is lost. Else it says what is wrong, unless the server is away.
func (s *shift) explain(ctx context.Context, err error) {
	if ctx.Err() != nil || !s.js.Conn().IsConnected() {
		return
	}
	if s.lost(ctx) {
		s.ended.Store(true)
		return
	}
	s.tell(fmt.Sprintf("%s: %v; trying again", s.js.Conn().ConnectedUrlRedacted(), err))
}

// look says that tasks of other versions wait where there is nothing to do, once a minute at most.
func (s *shift) look(ctx context.Context) {
	last := s.looked.Load()
	if s.busy.Load() > 0 || time.Since(time.Unix(0, last)) < time.Minute || !s.looked.CompareAndSwap(last, time.Now().UnixNano()) {
		return
	}
	limited, stop := context.WithTimeout(ctx, answers)
	defer stop()
	if others, err := waiting(limited, s.js, s.worker.made); err == nil && len(others) > 0 {
		s.tell(s.ofOthers(others))
	}
}

// do does a task, and acknowledges it once its result is stored. While it trains it tells the servers so, now and then.
func (s *shift) do(ctx context.Context, msg jetstream.Msg) {
	beat := time.NewTicker(s.beat())
	defer beat.Stop()
	ended := make(chan struct{})
	defer close(ended)
	go func() {
		for {
			select {
			case <-beat.C:
				msg.InProgress() // if it does not arrive, the next will, or another worker is given the task as well
			case <-ended:
				return
			}
		}
	}()
	key := msg.Subject()[len(s.subject("")):]
	if entry, err := s.results.Get(ctx, key); err == nil {
		if _, is := resultIn(entry); is { // whose acknowledgement was lost, or whose task was queued once more
			s.acknowledge(ctx, msg)
			return
		}
	}
	r, err := s.train(ctx, msg.Data())
	switch {
	case ctx.Err() != nil:
		msg.Nak() // for another worker
		return
	case err != nil:
		s.say(fmt.Sprintf("task %s: %v", key, err))
		msg.NakWithDelay(10 * time.Second)
		return
	}
	encoded, err := json.Marshal(r)
	if err == nil {
		limited, stop := s.patient(ctx)
		err = persist(limited, s.js, answers, s.tell, func(ctx context.Context) error {
			_, err := s.results.Put(ctx, r.Key, encoded)
			return err
		})
		stop()
	}
	switch {
	case err != nil && ctx.Err() != nil:
		msg.Nak()
		return
	case err != nil:
		s.say(fmt.Sprintf("the result of task %s cannot be stored: %v", key, err))
		msg.NakWithDelay(10 * time.Second)
		return
	}
	s.done.Add(1)
	s.acknowledge(ctx, msg)
}

// acknowledge takes a task whose result is stored from the queue. If that is lost, the task comes again, and its result is there.
func (s *shift) acknowledge(ctx context.Context, msg jetstream.Msg) {
	limited, stop := context.WithTimeout(ctx, 5*time.Second)
	defer stop()
	msg.DoubleAck(limited)
}

// beat is how often a worker says that it is at a task.
func (s *shift) beat() time.Duration {
	return max(100*time.Millisecond, s.tasks.CachedInfo().Config.AckWait/4)
}

func (s *shift) train(ctx context.Context, encoded []byte) (sweep.Result, error) {
	var t sweep.Task
	if err := json.Unmarshal(encoded, &t); err != nil {
		return sweep.Result{}, err
	}
	data, err := s.file(ctx, t.File)
	if err != nil {
		return sweep.Result{}, fmt.Errorf("the rows of the file %s: %w", t.File, err)
	}
	return s.run(ctx, t, data)
}

// file returns the rows that a task is about, nil where it is about a law.
func (s *shift) file(ctx context.Context, digest string) (*mdnlib.Rows, error) {
	if digest == "" {
		return nil, nil
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if rows, known := s.files[digest]; known {
		return rows, nil
	}
	rows, err := s.getFile(ctx, digest)
	if err == nil {
		s.files[digest] = rows
	}
	return rows, err
}
