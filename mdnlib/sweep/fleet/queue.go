package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"mdn/mdnlib"
	"mdn/mdnlib/sweep"

	natsserver "github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go/jetstream"
)

// What a server has for each version of the library is kept apart by its name, so that no worker takes a task that another version is to
// do: a stream of the tasks that are not done, a bucket of results by the keys of their tasks, and a store of the rows of files.
const prefix = "mdn-sweep-"

func tasksOf(made string) string   { return prefix + made + "-tasks" }
func resultsOf(made string) string { return prefix + made + "-results" }
func filesOf(made string) string   { return prefix + made + "-files" }

// workers is the consumer that all workers share.
const workers = "workers"

// queue is where the tasks of a version are.
type queue struct {
	js      jetstream.JetStream
	made    string
	results jetstream.KeyValue
	files   jetstream.ObjectStore
}

// open makes what is not there yet. A cluster keeps three copies of everything, so that it can lose a server. A task that is not
// acknowledged for patience is given to another worker.
func open(ctx context.Context, js jetstream.JetStream, made string, patience time.Duration) (q queue, copies int, err error) {
	q = queue{js: js, made: made}
	for _, copies = range []int{3, 1} {
		// A task's key is its subject, of which the stream takes one message: a task that waits already is refused.
		_, err = js.CreateOrUpdateStream(ctx, jetstream.StreamConfig{
			Name: tasksOf(made), Subjects: []string{q.subject("*")}, Retention: jetstream.WorkQueuePolicy, Replicas: copies,
			MaxMsgsPerSubject: 1, Discard: jetstream.DiscardNew, DiscardNewPerSubject: true,
		})
		if err == nil || !oneServer(err) {
			break
		}
	}
	if err != nil {
		return q, copies, err
	}
	if _, err = js.CreateOrUpdateConsumer(ctx, tasksOf(made), jetstream.ConsumerConfig{
		Durable: workers, AckPolicy: jetstream.AckExplicitPolicy, AckWait: patience, MaxAckPending: -1, MaxWaiting: 100_000,
	}); err != nil {
		return q, copies, err
	}
	if q.results, err = js.CreateOrUpdateKeyValue(ctx, jetstream.KeyValueConfig{Bucket: resultsOf(made), Replicas: copies}); err != nil {
		return q, copies, err
	}
	q.files, err = js.CreateOrUpdateObjectStore(ctx, jetstream.ObjectStoreConfig{Bucket: filesOf(made), Replicas: copies})
	return q, copies, err
}

// oneServer reports whether the error says that there are not enough servers for three copies.
func oneServer(err error) bool {
	var api *jetstream.APIError
	return errors.As(err, &api) && slices.Contains([]natsserver.ErrorIdentifier{
		natsserver.JSStreamReplicasNotSupportedErr, natsserver.JSClusterNoPeersErrF,
	}, natsserver.ErrorIdentifier(api.ErrorCode))
}

func (q queue) subject(key string) string { return prefix + q.made + "." + key }

// fleet has tasks trained by workers that share servers.
type fleet struct {
	address
	made     string        // who makes the results
	patience time.Duration // see open
	silence  time.Duration // after so long without a result, what the servers have is looked through once more
	say      func(string)
	begin    func() // unless nil, is called when what the servers have already has been handed over
}

// train hands over the result of each task: those that the servers have already, and then those that workers store. A connection that
// fails, or a server that loses something, costs time: it looks again for what is there, and queues again what is not.
func (f fleet) train(ctx context.Context, data *mdnlib.Rows, tasks []sweep.Task, done func(sweep.Result) error) error {
	ctx, connection, err := f.connect(ctx, f.say)
	if err != nil {
		return err
	}
	defer connection.Close()
	js, err := jetstream.New(connection, jetstream.WithPublishAsyncTimeout(10*time.Second))
	if err != nil {
		return err
	}
	missing := map[string]sweep.Task{}
	for _, t := range tasks {
		missing[t.Key()] = t
	}
	take := func(entry jetstream.KeyValueEntry) (used bool, err error) {
		if _, asked := missing[entry.Key()]; !asked {
			return false, nil
		}
		r, is := resultIn(entry)
		if !is { // it is trained, and written over
			return false, nil
		}
		delete(missing, r.Key)
		return true, done(r)
	}
	begin := sync.OnceFunc(func() {
		if f.begin != nil {
			f.begin()
		}
	})
	tell := changes(f.say)
	copies := changes(f.say)
	var q queue
	for opened := false; ; {
		if !opened { // at first, and where the servers have lost something
			if q, err = f.prepare(ctx, js, tell, copies, tasks[0].File, data); err != nil {
				return err
			}
			opened = true
		}
		var failed failure
		switch err := q.round(ctx, tasks, missing, f.silence, begin, take); {
		case err == nil && len(missing) == 0:
			return nil
		case err == nil:
			f.say(fmt.Sprintf("%s left, and no result has come for %s; is a worker there?", count(len(missing), "task"), f.silence))
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case errors.As(err, &failed):
			if connection.IsConnected() { // else it has been said that the server is away
				tell(fmt.Sprintf("%s: %v; trying again", connection.ConnectedUrlRedacted(), err))
				opened = !q.lost(ctx)
			}
			pause(ctx, time.Second)
		default:
			return err
		}
	}
}

// prepare makes what is not there yet, and stores the rows of the tasks' file.
func (f fleet) prepare(ctx context.Context, js jetstream.JetStream, tell, copied func(string), digest string, data *mdnlib.Rows) (q queue, err error) {
	stored := data == nil
	if err := persist(ctx, js, answers, tell, func(ctx context.Context) (err error) {
		var copies int
		if q, copies, err = open(ctx, js, f.made, f.patience); err == nil && copies > 1 {
			copied(fmt.Sprintf("the servers keep %d copies of tasks and results", copies))
		}
		if err == nil && !stored {
			_, missing := q.files.GetInfo(ctx, digest)
			stored = missing == nil
		}
		return err
	}); err != nil || stored {
		return q, err
	}
	encoded, err := json.Marshal(data)
	if err != nil {
		return q, err
	}
	limit := answers + time.Duration(len(encoded)/slowest)*time.Second
	return q, persist(ctx, js, limit, tell, func(ctx context.Context) error {
		_, err := q.files.PutBytes(ctx, digest, encoded)
		return err
	})
}

// lost reports whether something of the queue is not there any more: a server has come back without its storage, say.
func (q queue) lost(ctx context.Context) bool {
	ctx, stop := context.WithTimeout(ctx, answers)
	defer stop()
	_, tasks := q.js.Consumer(ctx, tasksOf(q.made), workers)
	_, results := q.js.KeyValue(ctx, resultsOf(q.made))
	_, files := q.js.ObjectStore(ctx, filesOf(q.made))
	return absent(tasks) || absent(results) || absent(files)
}

// slowest is how many bytes a second of a file have to go to the servers.
const slowest = 100_000

// resultIn returns the result that an entry holds, unless it holds another's or none.
func resultIn(entry jetstream.KeyValueEntry) (r sweep.Result, is bool) {
	err := json.Unmarshal(entry.Value(), &r)
	return r, err == nil && r.Key == entry.Key()
}

// failure is an error of the servers or of the way to them, which passes.
type failure struct{ error }

// round takes the results that are there, calls begin, queues the tasks that have none, and takes results as they come: until all are there,
// or for a while none that take has a use for has come.
func (q queue) round(ctx context.Context, tasks []sweep.Task, missing map[string]sweep.Task, silence time.Duration, begin func(),
	take func(jetstream.KeyValueEntry) (used bool, err error)) error {
	watcher, err := q.results.WatchAll(ctx, jetstream.IgnoreDeletes())
	if err != nil {
		return failure{err}
	}
	defer watcher.Stop()
	quiet := time.NewTimer(silence)
	for {
		if len(missing) == 0 {
			return nil
		}
		select {
		case entry, open := <-watcher.Updates():
			switch {
			case !open:
				return failure{errors.New("the results cannot be watched any more")}
			case entry != nil:
				used, err := take(entry)
				if err != nil {
					return err
				}
				if used {
					quiet.Reset(silence)
				}
			default: // all that were there before have come
				begin()
				if err := q.publish(ctx, tasks, missing); err != nil {
					return failure{err}
				}
				quiet.Reset(silence)
			}
		case <-quiet.C:
			return nil
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// publish queues those of the tasks that are missing, in their order, many at a time.
func (q queue) publish(ctx context.Context, tasks []sweep.Task, missing map[string]sweep.Task) error {
	var waiting []jetstream.PubAckFuture
	settle := func() error {
		for _, w := range waiting {
			select {
			case <-w.Ok():
			case err := <-w.Err():
				if !strings.Contains(err.Error(), "maximum messages per subject") { // it waits already
					return err
				}
			case <-ctx.Done():
				return context.Cause(ctx)
			}
		}
		waiting = waiting[:0]
		return nil
	}
	for _, t := range tasks {
		key := t.Key()
		if _, is := missing[key]; !is {
			continue
		}
		encoded, err := json.Marshal(t)
		if err != nil {
			return err
		}
		future, err := q.js.PublishAsync(q.subject(key), encoded)
		if err != nil {
			return err
		}
		if waiting = append(waiting, future); len(waiting) == 1000 {
			if err := settle(); err != nil {
				return err
			}
		}
	}
	return settle()
}

// getFile returns the rows of that digest.
func (q queue) getFile(ctx context.Context, digest string) (*mdnlib.Rows, error) {
	encoded, err := q.files.GetBytes(ctx, digest)
	if err != nil {
		return nil, err
	}
	var rows mdnlib.Rows
	return &rows, json.Unmarshal(encoded, &rows)
}
