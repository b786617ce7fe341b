package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"mdn/mdnlib"
	"mdn/mdnlib/sweep"

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
	return strings.Contains(err.Error(), "replicas > 1 not supported in non-clustered mode") || strings.Contains(err.Error(), "no suitable peers")
}

func (q queue) subject(key string) string { return prefix + q.made + "." + key }

// fleet has tasks trained by workers that share servers.
type fleet struct {
	address
	made     string        // who makes the results
	patience time.Duration // see open
	silence  time.Duration // after so long without a result, what the servers have is looked through once more
	say      func(string)
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
	var q queue
	if err := persist(ctx, f.say, func(ctx context.Context) error {
		opened, copies, err := open(ctx, js, f.made, f.patience)
		if err == nil && copies > 1 {
			f.say(fmt.Sprintf("the servers keep %d copies of tasks and results", copies))
		}
		if err == nil && data != nil {
			err = opened.putFile(ctx, tasks[0].File, data)
		}
		q = opened
		return err
	}); err != nil {
		return err
	}
	missing := map[string]sweep.Task{}
	for _, t := range tasks {
		missing[t.Key()] = t
	}
	take := func(entry jetstream.KeyValueEntry) error {
		if _, asked := missing[entry.Key()]; !asked {
			return nil
		}
		var r sweep.Result
		if err := json.Unmarshal(entry.Value(), &r); err != nil || r.Key != entry.Key() {
			return nil // nobody's result: it is trained, and written over
		}
		delete(missing, r.Key)
		return done(r)
	}
	for {
		var failed failure
		switch err := q.round(ctx, tasks, missing, f.silence, take); {
		case err == nil && len(missing) == 0:
			return nil
		case err == nil:
			f.say(fmt.Sprintf("no result has come for %s; %s wait for workers", f.silence, count(len(missing), "task")))
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case errors.As(err, &failed):
			pause(ctx, time.Second)
		default:
			return err
		}
	}
}

// failure is an error of the servers or of the way to them, which passes.
type failure struct{ error }

// round takes the results that are there, queues the tasks that have none, and takes results as they come: until all are there, or for a
// while none has come.
func (q queue) round(ctx context.Context, tasks []sweep.Task, missing map[string]sweep.Task, silence time.Duration, take func(jetstream.KeyValueEntry) error) error {
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
				if err := take(entry); err != nil {
					return err
				}
			default: // all that were there before have come
				if err := q.publish(ctx, tasks, missing); err != nil {
					return failure{err}
				}
			}
			quiet.Reset(silence)
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

// putFile stores the rows of a file under their digest, unless they are there.
func (q queue) putFile(ctx context.Context, digest string, rows *mdnlib.Rows) error {
	if _, err := q.files.GetInfo(ctx, digest); err == nil {
		return nil
	}
	encoded, err := json.Marshal(rows)
	if err == nil {
		_, err = q.files.PutBytes(ctx, digest, encoded)
	}
	return err
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
