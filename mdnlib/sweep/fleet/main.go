// Command fleet runs a sweep on this machine, or has it run by workers on many, which share servers of NATS.
//
//	go run ./kernel-setup sweep FILE.json              on all cores of this machine
//	go run ./kernel-setup sweep -serve ADDRESS FILE.json  here and by the workers that come
//	go run ./kernel-setup sweep -nats URL FILE.json    by the workers of these servers
//	go run ./kernel-setup worker -nats URL             be such a worker
//
// Tasks wait in a JetStream work queue, and results are kept in a key-value bucket by the keys of their tasks. A worker acknowledges a task
// when its result is stored. Training has the same result wherever it is done, so that a task that is done twice does no harm.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"time"

	"mdn/mdnlib"
	"mdn/mdnlib/sweep"
)

// patience is how long a task is left to a worker that does not say that it is at it.
const patience = 30 * time.Second

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	verbs := map[string]func(context.Context, *flag.FlagSet, []string) error{"sweep": runSweep, "worker": runWorker}
	if len(os.Args) < 2 || verbs[os.Args[1]] == nil {
		fmt.Fprintln(os.Stderr, "usage: fleet sweep … or fleet worker …")
		os.Exit(2)
	}
	name := os.Args[1]
	flags := flag.NewFlagSet(name, flag.ContinueOnError)
	err := verbs[name](ctx, flags, os.Args[2:])
	switch {
	case err == nil:
	case errors.Is(err, flag.ErrHelp): // which was asked for
	case errors.Is(err, errUsage):
		os.Exit(2)
	case ctx.Err() != nil:
		fmt.Fprintln(os.Stderr, err)
		os.Exit(130)
	default:
		fmt.Fprintf(os.Stderr, "%s: %v\n", name, err)
		os.Exit(1)
	}
}

// errUsage is that of arguments that cannot be read, when the usage has been said.
var errUsage = errors.New("wrong arguments")

// parse reads the flags of a verb that takes a number of arguments.
func parse(flags *flag.FlagSet, usage string, arguments []string, takes int) error {
	flags.Usage = func() {
		fmt.Fprintf(flags.Output(), "go run ./kernel-setup %s %s\n", flags.Name(), usage)
		flags.PrintDefaults()
	}
	if err := flags.Parse(arguments); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return err
		}
		return errUsage // flags has said what is wrong
	}
	if flags.NArg() != takes {
		flags.Usage()
		return errUsage
	}
	return nil
}

// addressFlags are the flags that say where the servers are.
func addressFlags(flags *flag.FlagSet) *address {
	var a address
	flags.StringVar(&a.url, "nats", "", "the `URL` of a NATS server with JetStream, or of several, separated by commas")
	flags.StringVar(&a.creds, "creds", "", "a `file` of credentials, as NATS makes them for a user")
	flags.StringVar(&a.ca, "ca", "", "a `file` with the authority that the server's certificate is checked by")
	flags.StringVar(&a.cert, "cert", "", "a `file` with a certificate of our own; -key is its key")
	flags.StringVar(&a.key, "key", "", "a `file` with the key of -cert")
	return &a
}

func runSweep(ctx context.Context, flags *flag.FlagSet, arguments []string) error {
	output := flags.String("o", "", "write the table as this `file.csv`, and beside it the records as .jsonl and what is done as .ledger (default sweeps/NAME.csv)")
	at := flags.String("serve", "", "serve the tasks at this `address`, such as 127.0.0.1:4222, to workers that come, and work on them here as well")
	a := addressFlags(flags)
	if err := parse(flags, "[-o TABLE.csv] [-serve ADDRESS | -nats URL] FILE.json", arguments, 1); err != nil {
		return err
	}
	file := flags.Arg(0)
	if *output == "" {
		*output = filepath.Join("sweeps", strings.TrimSuffix(filepath.Base(file), ".json")+".csv")
	}
	switch {
	case !strings.HasSuffix(*output, ".csv"):
		return fmt.Errorf("-o is %s; use a name that ends in .csv", *output)
	case *at != "" && a.url != "":
		return errors.New("-serve starts a server, and -nats names others; leave one of them out")
	}
	s, err := sweep.Read(file)
	if err != nil {
		return err
	}
	plan, err := s.Plan()
	if err != nil {
		return err
	}
	path := strings.TrimSuffix(*output, ".csv") + ".ledger"
	unlock, err := lock(path)
	if err != nil {
		return err
	}
	defer unlock()
	ledger, err := sweep.OpenLedger(path)
	if err != nil {
		return err
	}
	defer ledger.Close()
	missing := ledger.Missing(plan.Tasks)
	words := fmt.Sprintf("%s: %s, %s", file, count(len(plan.Tasks), "task"), count(sweep.Trainings(plan.Tasks), "training"))
	if plan.LeftOut > 0 {
		words += fmt.Sprintf("; %s of its file lack a value and are left out", count(plan.LeftOut, "row"))
	}
	if known := len(plan.Tasks) - len(missing); known > 0 {
		words += fmt.Sprintf("; %d are done, as %s says", known, path)
	}
	fmt.Fprintln(os.Stderr, words)

	start := time.Now()
	if len(missing) > 0 {
		p := newProgress(missing)
		add := func(r sweep.Result) error {
			p.add(r.Key)
			return ledger.Add(r)
		}
		err := engine{*a, *at, p}.train(ctx, plan, missing, add)
		p.close()
		if err != nil {
			if ctx.Err() != nil {
				kept := len(plan.Tasks) - len(ledger.Missing(plan.Tasks))
				return fmt.Errorf("interrupted; %d of %d tasks are done and kept in %s, and the same command goes on from there", kept, len(plan.Tasks), path)
			}
			return err
		}
	}
	table, err := plan.Table(ledger.Known())
	if err == nil {
		err = table.Write(*output)
	}
	if err != nil {
		return err
	}
	fmt.Printf("%s: %s, %d trained now in %s\n", *output, count(len(table), "row"), len(missing), time.Since(start).Round(100*time.Millisecond))
	return nil
}

// engine is who trains: this machine, this machine and those that come, or those of other servers.
type engine struct {
	address
	serve    string
	progress *progress
}

func (e engine) train(ctx context.Context, plan sweep.Plan, tasks []sweep.Task, done func(sweep.Result) error) error {
	if e.url == "" && e.serve == "" {
		return plan.Train(ctx, tasks, done)
	}
	f := fleet{address: e.address, made: sweep.Made(), patience: patience, silence: time.Minute, say: e.progress.say, begin: e.progress.begin}
	if e.serve != "" {
		url, end, err := serve(e.serve)
		if err != nil {
			return err
		}
		defer end()
		f.url = url
		ctx, stop := context.WithCancel(ctx)
		var own sync.WaitGroup
		say := func(line string) { e.progress.say("worker here: " + line) }
		f.begin = func() { // when the worker finds something to do
			e.progress.begin()
			own.Go(func() {
				if err := newWorker(f.address, 0, say).work(ctx); err != nil && ctx.Err() == nil {
					say(err.Error())
				}
			})
		}
		defer func() { stop(); own.Wait() }()
	}
	return f.train(ctx, plan.Data, sweep.LongestFirst(tasks), done)
}

func newWorker(a address, idle time.Duration, say func(string)) worker {
	run := func(ctx context.Context, t sweep.Task, data *mdnlib.Rows) (sweep.Result, error) {
		return t.Run(ctx, data)
	}
	return worker{address: a, made: sweep.Made(), cores: runtime.GOMAXPROCS(0), idle: idle, run: run, say: say}
}

func workerFlags(flags *flag.FlagSet) (a *address, idle *time.Duration) {
	return addressFlags(flags), flags.Duration("idle", 0, "end after so long without a task, such as 10m; 0 is never")
}

func runWorker(ctx context.Context, flags *flag.FlagSet, arguments []string) error {
	a, idle := workerFlags(flags)
	if err := parse(flags, "-nats URL [-idle TIME] [-creds FILE] [-ca FILE] [-cert FILE -key FILE]", arguments, 0); err != nil {
		return err
	}
	if a.url == "" {
		return errors.New("where are the tasks? Name a server with -nats, such as -nats nats://127.0.0.1:4222")
	}
	say := func(line string) { fmt.Fprintln(os.Stderr, "worker:", line) }
	err := newWorker(*a, *idle, say).work(ctx)
	if err != nil && ctx.Err() != nil {
		return errors.New("interrupted; what it was at is given to another worker")
	}
	return err
}

// count writes a number of things.
func count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
