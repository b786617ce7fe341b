package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"flag"
	"fmt"
	"math/big"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"mdn/mdnlib"
	"mdn/mdnlib/sweep"

	"github.com/nats-io/jwt/v2"
	natsserver "github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/nats-io/nkeys"
	"sigs.k8s.io/yaml"
)

// The variables of a process of this test that is a worker: where the tasks are, and how many it does at a time.
const (
	workerURL   = "MDN_TEST_WORKER"
	workerCores = "MDN_TEST_WORKER_CORES"
)

// made is who makes the results of sleeping.
const made = "sleep"

func TestMain(m *testing.M) {
	if url := os.Getenv(workerURL); url != "" {
		say := func(line string) { fmt.Fprintf(os.Stderr, "worker %d: %s\n", os.Getpid(), line) }
		w := worker{address: address{url: url}, made: made, run: sleep, say: say}
		fmt.Sscan(os.Getenv(workerCores), &w.cores)
		if err := w.work(context.Background()); err != nil {
			say(err.Error())
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// sleep takes 10 ms in the place of a training. Its result is the seed.
func sleep(ctx context.Context, t sweep.Task, _ *mdnlib.Rows) (sweep.Result, error) {
	start := time.Now()
	select {
	case <-time.After(10 * time.Millisecond):
		return sweep.Result{Key: t.Key(), Scores: sweep.Scores{NLL: float64(t.Seed)}, Seconds: time.Since(start).Seconds()}, nil
	case <-ctx.Done():
		return sweep.Result{}, ctx.Err()
	}
}

// sleepers is a plan of n tasks, whose results are known.
func sleepers(t testing.TB, n int) (plan sweep.Plan, want string) {
	t.Helper()
	plan, err := sweep.Sweep{Laws: []string{"growing"}, Seeds: n}.Plan()
	if err != nil {
		t.Fatal(err)
	}
	results := map[string]sweep.Result{}
	for _, task := range plan.Tasks {
		results[task.Key()] = sweep.Result{Key: task.Key(), Scores: sweep.Scores{NLL: float64(task.Seed)}}
	}
	return plan, bytesOf(t, plan, results)
}

// bytesOf returns the table of a plan as its files have it.
func bytesOf(t testing.TB, plan sweep.Plan, results map[string]sweep.Result) string {
	t.Helper()
	table, err := plan.Table(results)
	if err != nil {
		t.Fatal(err)
	}
	records, err := table.JSONLines()
	if err != nil {
		t.Fatal(err)
	}
	return string(table.CSV()) + string(records)
}

// collected counts results by their keys.
type collected struct {
	mutex   sync.Mutex
	results map[string]sweep.Result
	twice   int
}

func (c *collected) add(r sweep.Result) error {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if _, known := c.results[r.Key]; known {
		c.twice++
	}
	c.results[r.Key] = r
	return nil
}

func (c *collected) count() int {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return len(c.results)
}

// words collects what is said.
type words struct {
	mutex sync.Mutex
	lines []string
}

func (w *words) say(line string) {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	w.lines = append(w.lines, line)
}

// await waits until something with this text has been said.
func (w *words) await(t *testing.T, text string) {
	t.Helper()
	until(t, fmt.Sprintf("%q is said", text), func() bool {
		w.mutex.Lock()
		defer w.mutex.Unlock()
		return slices.ContainsFunc(w.lines, func(line string) bool { return strings.Contains(line, text) })
	})
}

// until waits for something, a minute at most.
func until(t testing.TB, what string, is func() bool) {
	t.Helper()
	for start := time.Now(); !is(); time.Sleep(20 * time.Millisecond) {
		if time.Since(start) > time.Minute {
			t.Fatalf("for a minute it is not so that %s", what)
		}
	}
}

// freePorts returns ports that nobody listens on.
func freePorts(t testing.TB, n int) (ports []int) {
	t.Helper()
	for range n {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		ports = append(ports, l.Addr().(*net.TCPAddr).Port)
	}
	return ports
}

// options are those of a server with JetStream.
func options(t testing.TB, port int) *natsserver.Options {
	return &natsserver.Options{ServerName: fmt.Sprintf("s%d", port), Host: "127.0.0.1", Port: port, JetStream: true, StoreDir: t.TempDir(), NoSigs: true, NoLog: true}
}

// start starts a server, until the test ends or stop is called.
func start(t testing.TB, o *natsserver.Options) (s *natsserver.Server, stop func()) {
	t.Helper()
	own := o.Clone()
	s, err := natsserver.NewServer(own)
	if err != nil {
		t.Fatal(err)
	}
	go s.Start()
	if !s.ReadyForConnections(20 * time.Second) {
		t.Fatal("the server does not come up")
	}
	stop = sync.OnceFunc(func() {
		s.Shutdown()
		s.WaitForShutdown()
	})
	t.Cleanup(stop)
	return s, stop
}

// startWorker starts a process of this test that is a worker.
func startWorker(t testing.TB, url string, cores int) *exec.Cmd {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program)
	cmd.Env = append(os.Environ(), workerURL+"="+url, fmt.Sprintf("%s=%d", workerCores, cores))
	if testing.Verbose() {
		cmd.Stderr = os.Stderr
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
	return cmd
}

// TestNothingIsLost has three processes work for a cluster of three servers. Again and again one of the processes is killed and another
// started; once a server is stopped and started again. No result is missing, none comes twice, and the table is the same to the byte.
func TestNothingIsLost(t *testing.T) {
	t.Parallel()
	ports := freePorts(t, 6)
	var urls, routes []string
	for i := range 3 {
		urls = append(urls, fmt.Sprintf("nats://127.0.0.1:%d", ports[i]))
		routes = append(routes, fmt.Sprintf("nats://127.0.0.1:%d", ports[3+i]))
	}
	servers := make([]func(), 3)
	all := make([]*natsserver.Options, 3)
	var cluster []*natsserver.Server
	for i := range 3 {
		o := options(t, ports[i])
		o.Cluster = natsserver.ClusterOpts{Name: "test", Host: "127.0.0.1", Port: ports[3+i]}
		o.Routes = natsserver.RoutesFromStr(strings.Join(routes, ","))
		own := *o
		all[i] = &own
	}
	for i, o := range all {
		s, err := natsserver.NewServer(o.Clone())
		if err != nil {
			t.Fatal(err)
		}
		go s.Start()
		servers[i] = sync.OnceFunc(func() { s.Shutdown(); s.WaitForShutdown() })
		t.Cleanup(servers[i])
		cluster = append(cluster, s)
	}
	until(t, "the cluster has a leader and three members", func() bool {
		return slices.ContainsFunc(cluster, func(s *natsserver.Server) bool { return s.JetStreamIsLeader() && len(s.JetStreamClusterPeers()) == 3 })
	})

	const tasks = 1200
	plan, want := sleepers(t, tasks)
	got, said := collected{results: map[string]sweep.Result{}}, words{}
	everywhere := strings.Join(urls, ",")
	workers := make([]*exec.Cmd, 3)
	for i := range workers {
		workers[i] = startWorker(t, everywhere, 2)
	}
	f := fleet{address: address{url: everywhere}, made: made, patience: 2 * time.Second, silence: 10 * time.Second, say: said.say}
	ended := make(chan error, 1)
	ctx, stop := context.WithTimeout(t.Context(), 3*time.Minute)
	defer stop()
	go func() { ended <- f.train(ctx, nil, plan.Tasks, got.add) }()

	kills, restarted := 0, false
	var err error
	for running := true; running; {
		select {
		case err = <-ended:
			running = false
		case <-time.After(500 * time.Millisecond):
			i := kills % len(workers)
			workers[i].Process.Kill() // -9
			workers[i].Wait()
			workers[i] = startWorker(t, everywhere, 2)
			kills++
			if !restarted && got.count() > tasks/3 {
				restarted = true
				servers[1]()
				go func() {
					time.Sleep(time.Second)
					s, err := natsserver.NewServer(all[1].Clone())
					if err != nil {
						t.Error(err)
						return
					}
					go s.Start()
					t.Cleanup(func() { s.Shutdown(); s.WaitForShutdown() })
				}()
			}
		}
	}
	if err != nil {
		t.Fatalf("%v; %d of %d results are there; it says %q", err, got.count(), tasks, said.lines)
	}
	if got.twice > 0 || kills < 3 || !restarted {
		t.Errorf("%d results came twice; %d workers were killed; a server was restarted: %v", got.twice, kills, restarted)
	}
	if bytesOf(t, plan, got.results) != want {
		t.Error("the table is another than that of one machine")
	}
	said.await(t, "the servers keep 3 copies")
	t.Logf("%d workers killed; said: %q", kills, said.lines)
}

// TestServerAway starts a sweep and a worker before their server, which then goes away once more while they work.
func TestServerAway(t *testing.T) {
	t.Parallel()
	o := options(t, freePorts(t, 1)[0])
	url := fmt.Sprintf("nats://127.0.0.1:%d", o.Port)
	plan, want := sleepers(t, 300)
	got, said, heard := collected{results: map[string]sweep.Result{}}, words{}, words{}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	f := fleet{address: address{url: url}, made: made, patience: 2 * time.Second, silence: 5 * time.Second, say: said.say}
	ended := make(chan error, 2)
	go func() { ended <- f.train(ctx, nil, plan.Tasks, got.add) }()
	go worker{address: address{url: url}, made: made, cores: 2, run: sleep, say: heard.say}.work(ctx)
	said.await(t, url+" does not answer")
	heard.await(t, url+" does not answer")
	_, end := start(t, o)
	said.await(t, url+" is ")
	until(t, "some results are there", func() bool { return got.count() > 50 })
	end()
	said.await(t, url+" is away; waiting for it")
	start(t, o)
	if err := <-ended; err != nil || got.twice > 0 || bytesOf(t, plan, got.results) != want {
		t.Errorf("%v; %d results came twice, or the table is another than that of one machine", err, got.twice)
	}
	heard.await(t, url+" is back")
}

// TestAgain has a sweep run whose results are there: nothing is done again, and what is new is.
func TestAgain(t *testing.T) {
	t.Parallel()
	s, _ := start(t, options(t, natsserver.RANDOM_PORT))
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var mutex sync.Mutex
	done := map[int]int{}
	counting := func(ctx context.Context, t sweep.Task, data *mdnlib.Rows) (sweep.Result, error) {
		mutex.Lock()
		done[t.Seed]++
		mutex.Unlock()
		return sleep(ctx, t, data)
	}
	go worker{address: address{url: s.ClientURL()}, made: made, cores: 3, run: counting, say: func(string) {}}.work(ctx)
	f := fleet{address: address{url: s.ClientURL()}, made: made, patience: time.Minute, silence: time.Minute, say: func(string) {}}
	for _, n := range []int{20, 30} {
		plan, want := sleepers(t, n)
		got := collected{results: map[string]sweep.Result{}}
		if err := f.train(ctx, nil, plan.Tasks, got.add); err != nil || bytesOf(t, plan, got.results) != want {
			t.Errorf("%v, or the table is another than that of one machine", err)
		}
	}
	mutex.Lock()
	defer mutex.Unlock()
	for seed := 1; seed <= 30; seed++ {
		if done[seed] != 1 {
			t.Errorf("task %d was done %d times", seed, done[seed])
		}
	}
}

// TestNoWorker checks that a sweep says so where nobody works for it.
func TestNoWorker(t *testing.T) {
	t.Parallel()
	s, _ := start(t, options(t, natsserver.RANDOM_PORT))
	plan, want := sleepers(t, 3)
	got, said := collected{results: map[string]sweep.Result{}}, words{}
	ended := make(chan error, 1)
	go func() {
		ended <- fleet{address: address{url: s.ClientURL()}, made: made, patience: time.Minute, silence: time.Second, say: said.say}.train(t.Context(), nil,
			plan.Tasks, got.add)
	}()
	said.await(t, "3 tasks left, and no result has come for 1s; is a worker there?")
	go worker{address: address{url: s.ClientURL()}, made: made, cores: 1, run: sleep, say: func(string) {}}.work(t.Context())
	if err := <-ended; err != nil || got.twice > 0 || bytesOf(t, plan, got.results) != want {
		t.Errorf("%v; %d results came twice, or the table is another than that of one machine", err, got.twice)
	}
}

// TestLongTask has two workers share tasks that take longer than the servers' patience: they say that they are at them, and no other worker is
// given them.
func TestLongTask(t *testing.T) {
	t.Parallel()
	s, _ := start(t, options(t, natsserver.RANDOM_PORT))
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var runs atomic.Int64
	long := func(ctx context.Context, t sweep.Task, data *mdnlib.Rows) (sweep.Result, error) {
		runs.Add(1)
		time.Sleep(4 * time.Second)
		return sleep(ctx, t, data)
	}
	for range 2 {
		go worker{address: address{url: s.ClientURL()}, made: made, cores: 2, run: long, say: func(string) {}}.work(ctx)
	}
	plan, want := sleepers(t, 2)
	got := collected{results: map[string]sweep.Result{}}
	f := fleet{address: address{url: s.ClientURL()}, made: made, patience: time.Second, silence: time.Minute, say: func(string) {}}
	if err := f.train(ctx, nil, plan.Tasks, got.add); err != nil || bytesOf(t, plan, got.results) != want {
		t.Errorf("%v, or the table is another than that of one machine", err)
	}
	if n := runs.Load(); n != 2 {
		t.Errorf("2 tasks were begun %d times", n)
	}
}

// TestWorkerLeaves ends a worker that is at a task, which another then has at once.
func TestWorkerLeaves(t *testing.T) {
	t.Parallel()
	s, _ := start(t, options(t, natsserver.RANDOM_PORT))
	plan, want := sleepers(t, 1)
	got := collected{results: map[string]sweep.Result{}}
	ended := make(chan error, 1)
	go func() {
		ended <- fleet{address: address{url: s.ClientURL()}, made: made, patience: time.Hour, silence: time.Hour, say: func(string) {}}.train(t.Context(), nil,
			plan.Tasks, got.add)
	}()
	ctx, stop := context.WithCancel(t.Context())
	forever := func(ctx context.Context, _ sweep.Task, _ *mdnlib.Rows) (sweep.Result, error) {
		stop()
		<-ctx.Done()
		return sweep.Result{}, ctx.Err()
	}
	if err := (worker{address: address{url: s.ClientURL()}, made: made, cores: 1, run: forever, say: func(string) {}}).work(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("the worker ends with %v", err)
	}
	go worker{address: address{url: s.ClientURL()}, made: made, cores: 1, run: sleep, say: func(string) {}}.work(t.Context())
	if err := <-ended; err != nil || bytesOf(t, plan, got.results) != want {
		t.Errorf("%v, or the table is another than that of one machine", err)
	}
}

// TestOtherVersion checks what a worker says of tasks that are for another version of the library.
func TestOtherVersion(t *testing.T) {
	t.Parallel()
	s, _ := start(t, options(t, natsserver.RANDOM_PORT))
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	plan, _ := sleepers(t, 3)
	said, heard := words{}, words{}
	go fleet{address: address{url: s.ClientURL()}, made: made, patience: time.Minute, silence: time.Minute, say: said.say}.train(ctx, nil, plan.Tasks,
		func(sweep.Result) error { return nil })
	const words = "are of another version of the library: results are made by sleep there, and by other here; check out the same commit"
	go worker{address: address{url: s.ClientURL()}, made: "other", cores: 1, run: sleep, say: heard.say}.work(ctx)
	heard.await(t, words)
	if _, _, err := open(ctx, streams(t, s), "another", time.Minute); err != nil {
		t.Fatal(err)
	}
	go worker{address: address{url: s.ClientURL()}, made: "another", cores: 1, run: sleep, say: heard.say}.work(ctx)
	heard.await(t, strings.Replace(words, "by other", "by another", 1))
}

// streams returns what a server stores.
func streams(t *testing.T, s *natsserver.Server) jetstream.JetStream {
	t.Helper()
	connection, err := nats.Connect(s.ClientURL())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(connection.Close)
	js, err := jetstream.New(connection)
	if err != nil {
		t.Fatal(err)
	}
	return js
}

// TestStorageLost has a server come back without what it had stored, and a sweep and a worker begin again there.
func TestStorageLost(t *testing.T) {
	t.Parallel()
	o := options(t, freePorts(t, 1)[0])
	url := fmt.Sprintf("nats://127.0.0.1:%d", o.Port)
	_, end := start(t, o)
	plan, want := sleepers(t, 300)
	got, heard := collected{results: map[string]sweep.Result{}}, words{}
	f := fleet{address: address{url: url}, made: made, patience: 2 * time.Second, silence: 2 * time.Second, say: func(string) {}}
	ended := make(chan error, 1)
	go func() { ended <- f.train(t.Context(), nil, plan.Tasks, got.add) }()
	go worker{address: address{url: url}, made: made, cores: 2, run: sleep, say: heard.say}.work(t.Context())
	until(t, "some results are there", func() bool { return got.count() > 50 })
	end()
	o.StoreDir = t.TempDir()
	start(t, o)
	select {
	case err := <-ended:
		if err != nil || got.twice > 0 || bytesOf(t, plan, got.results) != want {
			t.Errorf("%v; %d results came twice, or the table is another than that of one machine", err, got.twice)
		}
	case <-time.After(time.Minute):
		t.Errorf("for a minute it does not end; %d results are there; the worker says %q", got.count(), heard.lines)
	}
}

// TestForbidden checks that a sweep says so where its user may not publish tasks.
func TestForbidden(t *testing.T) {
	t.Parallel()
	o := options(t, natsserver.RANDOM_PORT)
	o.Users = []*natsserver.User{{Username: "we", Password: "secret", Permissions: &natsserver.Permissions{
		Publish: &natsserver.SubjectPermission{Deny: []string{prefix + made + ".>"}}}}}
	s, _ := start(t, o)
	at, err := url.Parse(s.ClientURL())
	if err != nil {
		t.Fatal(err)
	}
	at.User = url.UserPassword("we", "secret")
	plan, _ := sleepers(t, 1)
	said := words{}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	go fleet{address: address{url: at.String()}, made: made, patience: time.Minute, silence: time.Minute, say: said.say}.train(ctx, nil, plan.Tasks,
		func(sweep.Result) error { return nil })
	said.await(t, "give this user the rights that it lacks")
}

// TestIdleWithoutServer checks that a worker ends when it is told to where it reaches no server.
func TestIdleWithoutServer(t *testing.T) {
	t.Parallel()
	at := fmt.Sprintf("nats://127.0.0.1:%d", freePorts(t, 1)[0])
	err := worker{address: address{url: at}, made: made, cores: 1, idle: time.Second, run: sleep, say: func(string) {}}.work(t.Context())
	if err == nil || !strings.Contains(err.Error(), "has been found at "+at+" in 1s") {
		t.Errorf("it says %v", err)
	}
}

// TestLocked checks that a ledger is one process's at a time.
func TestLocked(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sweeps", "some.ledger")
	unlock, err := lock(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := lock(path); err == nil || !strings.Contains(err.Error(), "another sweep is writing to "+path) {
		t.Errorf("of a second it says %v", err)
	}
	unlock()
	again, err := lock(path)
	if err != nil {
		t.Fatal(err)
	}
	again()
}

// TestRefused checks what is said where the server does not take us, or has no JetStream.
func TestRefused(t *testing.T) {
	t.Parallel()
	o := options(t, natsserver.RANDOM_PORT)
	o.Username, o.Password = "we", "secret"
	s, _ := start(t, o)
	plain := options(t, natsserver.RANDOM_PORT)
	plain.JetStream = false
	p, _ := start(t, plain)
	plan, want := sleepers(t, 3)
	got := collected{results: map[string]sweep.Result{}}
	train := func(ctx context.Context, at string, say func(string)) error {
		f := fleet{address: address{url: at}, made: made, patience: time.Minute, silence: time.Minute, say: say}
		return f.train(ctx, nil, plan.Tasks, got.add)
	}
	said := words{}
	if err := train(t.Context(), s.ClientURL(), said.say); err == nil || !strings.Contains(err.Error(), "has closed the connection") ||
		!strings.Contains(err.Error(), "Authorization") {
		t.Errorf("without a password it says %v", err)
	}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	go train(ctx, p.ClientURL(), said.say)
	said.await(t, "the server is there, but not its JetStream; waiting for it")
	at, err := url.Parse(s.ClientURL())
	if err != nil {
		t.Fatal(err)
	}
	at.User = url.UserPassword("we", "secret")
	go worker{address: address{url: at.String()}, made: made, cores: 1, run: sleep, say: func(string) {}}.work(ctx)
	if err := train(ctx, at.String(), said.say); err != nil || bytesOf(t, plan, got.results) != want {
		t.Errorf("with the password it says %v", err)
	}
}

// TestCredentials has a sweep and a worker meet at a server that asks for credentials, and speaks TLS with a certificate of its own.
func TestCredentials(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	o := options(t, natsserver.RANDOM_PORT)
	creds := secure(t, o, folder)
	ca := filepath.Join(folder, "ca.pem")
	s, _ := start(t, o)
	plan, want := sleepers(t, 20)
	got := collected{results: map[string]sweep.Result{}}
	train := func(a address) error {
		return fleet{address: a, made: made, patience: time.Minute, silence: time.Minute, say: func(string) {}}.train(t.Context(), nil, plan.Tasks, got.add)
	}
	if err := train(address{url: s.ClientURL(), ca: ca}); err == nil || !strings.Contains(err.Error(), "Authorization Violation; see which credentials it asks for") {
		t.Errorf("without credentials it says %v", err)
	}
	a := address{url: s.ClientURL(), ca: ca, creds: creds}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	go worker{address: a, made: made, cores: 2, run: sleep, say: func(string) {}}.work(ctx)
	if err := train(a); err != nil || bytesOf(t, plan, got.results) != want {
		t.Errorf("%v, or the table is another than that of one machine", err)
	}
}

// secure gives a server an operator, an account with JetStream, and a certificate. It writes ca.pem, and returns the file of a user's credentials.
func secure(t *testing.T, o *natsserver.Options, folder string) (creds string) {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	pair := func(make func() (nkeys.KeyPair, error)) (keys nkeys.KeyPair, public string) {
		keys, err := make()
		must(err)
		public, err = keys.PublicKey()
		must(err)
		return keys, public
	}
	operator, operatorName := pair(nkeys.CreateOperator)
	account, accountName := pair(nkeys.CreateAccount)
	_, system := pair(nkeys.CreateAccount)
	user, userName := pair(nkeys.CreateUser)

	operators := jwt.NewOperatorClaims(operatorName)
	resolver := &natsserver.MemAccResolver{}
	for _, name := range []string{accountName, system} {
		claims := jwt.NewAccountClaims(name)
		if name == accountName {
			claims.Limits.JetStreamLimits = jwt.JetStreamLimits{DiskStorage: jwt.NoLimit, MemoryStorage: jwt.NoLimit, Streams: jwt.NoLimit, Consumer: jwt.NoLimit}
		}
		encoded, err := claims.Encode(operator)
		must(err)
		must(resolver.Store(name, encoded))
	}
	o.TrustedOperators, o.AccountResolver, o.SystemAccount = []*jwt.OperatorClaims{operators}, resolver, system
	encoded, err := jwt.NewUserClaims(userName).Encode(account)
	must(err)
	seed, err := user.Seed()
	must(err)
	decorated, err := jwt.FormatUserConfig(encoded, seed)
	must(err)
	creds = filepath.Join(folder, "user.creds")
	must(os.WriteFile(creds, decorated, 0o600))

	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(err)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature}
	certificate, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	must(err)
	must(os.WriteFile(filepath.Join(folder, "ca.pem"), pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate}), 0o600))
	o.TLSConfig = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{certificate}, PrivateKey: key}}}
	return creds
}

// TestIdle checks that a worker ends when it is told to where there is nothing to do.
func TestIdle(t *testing.T) {
	t.Parallel()
	s, _ := start(t, options(t, natsserver.RANDOM_PORT))
	w := worker{address: address{url: s.ClientURL()}, made: made, cores: 2, idle: time.Second, run: sleep, say: func(string) {}}
	if err := w.work(t.Context()); err == nil || !strings.Contains(err.Error(), "no sweep of this version of the library has been found") {
		t.Errorf("without a sweep it says %v", err)
	}
	plan, want := sleepers(t, 20)
	got := collected{results: map[string]sweep.Result{}}
	ended := make(chan error, 1)
	go func() {
		ended <- fleet{address: address{url: s.ClientURL()}, made: made, patience: time.Minute, silence: time.Minute, say: func(string) {}}.train(t.Context(), nil,
			plan.Tasks, got.add)
	}()
	until(t, "the worker finds tasks, and ends when there are no more", func() bool { return w.work(t.Context()) == nil })
	if err := <-ended; err != nil || bytesOf(t, plan, got.results) != want {
		t.Errorf("%v, or the table is another than that of one machine", err)
	}
}

// asUser runs the command in a folder as a user does.
func asUser(t *testing.T, folder string, run func(context.Context, *flag.FlagSet, []string) error, arguments ...string) error {
	t.Helper()
	t.Chdir(folder)
	return run(t.Context(), flag.NewFlagSet("test", flag.ContinueOnError), arguments)
}

// TestSweep trains a sweep of laws and one of a file: on this machine, by a server of its own, and by a worker of another server. The
// tables are the same to the byte.
func TestSweep(t *testing.T) {
	penguins, err := filepath.Abs("../../../notebooks/data/penguins.csv")
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string]string{
		"laws": `{"laws": ["growing", "two-humped"], "rows": [40, 80], "k": [1, 2], "epochs": [60], "members": [2]}`,
		"file": fmt.Sprintf(`{"file": {"path": %q, "inputs": ["bill_depth_mm", "species"], "y": "bill_length_mm"}, "rows": [50, 200], "k": [1, 2], "epochs": [60]}`, penguins),
	} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			if err := os.WriteFile(filepath.Join(folder, name+".json"), []byte(content), 0o644); err != nil {
				t.Fatal(err)
			}
			if err := asUser(t, folder, runSweep, name+".json"); err != nil {
				t.Fatal(err)
			}
			want := filesAt(t, filepath.Join(folder, "sweeps", name))
			if err := asUser(t, folder, runSweep, "-o", "served/table.csv", "-serve", fmt.Sprintf("127.0.0.1:%d", freePorts(t, 1)[0]), name+".json"); err != nil {
				t.Fatal(err)
			}
			if filesAt(t, filepath.Join(folder, "served", "table")) != want {
				t.Error("the table of a server of its own is another")
			}
			s, _ := start(t, options(t, natsserver.RANDOM_PORT))
			ctx, stop := context.WithCancel(t.Context())
			ended := make(chan error, 1)
			go func() { ended <- newWorker(address{url: s.ClientURL()}, 0, func(string) {}).work(ctx) }()
			if err := asUser(t, folder, runSweep, "-o", "worked/table.csv", "-nats", s.ClientURL(), name+".json"); err != nil {
				t.Fatal(err)
			}
			if filesAt(t, filepath.Join(folder, "worked", "table")) != want {
				t.Error("the table of a worker is another")
			}
			stop()
			if err := <-ended; !errors.Is(err, context.Canceled) {
				t.Errorf("the worker ends with %v", err)
			}
		})
	}
}

// filesAt returns the two files of a table.
func filesAt(t *testing.T, path string) string {
	t.Helper()
	table, err := os.ReadFile(path + ".csv")
	if err != nil {
		t.Fatal(err)
	}
	records, err := os.ReadFile(path + ".jsonl")
	if err != nil {
		t.Fatal(err)
	}
	return string(table) + string(records)
}

// TestInterrupted interrupts the program while it trains, kills it, and has it go on.
func TestInterrupted(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	program := filepath.Join(folder, "fleet")
	if output, err := exec.Command("go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	if err := os.WriteFile(filepath.Join(folder, "some.json"), []byte(`{"laws": ["growing"], "rows": [50, 100], "epochs": [100], "seeds": 100}`), 0o644); err != nil {
		t.Fatal(err)
	}
	run := func(until int, sign os.Signal) string {
		var output strings.Builder
		cmd := exec.Command(program, "sweep", "some.json")
		cmd.Dir, cmd.Stdout, cmd.Stderr = folder, &output, &output
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		for range 1000 {
			content, _ := os.ReadFile(filepath.Join(folder, "sweeps", "some.ledger"))
			if lines := strings.Count(string(content), "\n"); until > 0 && lines >= until {
				cmd.Process.Signal(sign)
				break
			}
			if until == 0 {
				break
			}
			time.Sleep(5 * time.Millisecond)
		}
		cmd.Wait()
		return output.String()
	}
	if said := run(20, os.Interrupt); !strings.Contains(said, "interrupted; ") || !strings.Contains(said, " of 200 tasks are done and kept in sweeps/some.ledger, and the same command goes on from there") {
		t.Errorf("interrupted it says %s", said)
	}
	run(60, syscall.SIGKILL)
	said := run(0, nil)
	if !strings.Contains(said, "are done, as sweeps/some.ledger says") || !strings.Contains(said, "sweeps/some.csv: 200 rows, ") {
		t.Errorf("going on it says %s", said)
	}
	if again := run(0, nil); !strings.Contains(again, "; 200 are done") || !strings.Contains(again, "200 rows, 0 trained now") {
		t.Errorf("a finished sweep says %s", again)
	}
}

// TestMistakes asserts what the program says when it cannot do what it is asked.
func TestMistakes(t *testing.T) {
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "some.json"), []byte(`{"laws": ["growing"]}`), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		run       func(context.Context, *flag.FlagSet, []string) error
		arguments []string
		want      string
	}{
		{runSweep, []string{"none.json"}, "open none.json: no such file"},
		{runSweep, []string{"-o", "table", "some.json"}, "-o is table; use a name that ends in .csv"},
		{runSweep, []string{"-serve", "x", "-nats", "y", "some.json"}, "-serve starts a server, and -nats names others; leave one of them out"},
		{runSweep, []string{"-serve", "x", "some.json"}, `-serve is "x"; use an address and a port, such as 127.0.0.1:4222`},
		{runSweep, []string{"-nats", "nats://127.0.0.1:1", "-creds", "none", "some.json"}, "none: no such file"},
		{runWorker, nil, "where are the tasks? Name a server with -nats"},
	} {
		if err := asUser(t, folder, test.run, test.arguments...); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("of %q it says %v, want %s", test.arguments, err, test.want)
		}
	}
}

// TestManifests reads the Kubernetes manifest, and checks that the manifests start the program by arguments that it has.
func TestManifests(t *testing.T) {
	content, err := os.ReadFile("worker.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var deployment struct {
		Kind string
		Spec struct {
			Template struct {
				Spec struct {
					Containers []struct {
						Args         []string
						VolumeMounts []struct{ Name string }
					}
					Volumes []struct{ Name string }
				}
			}
		}
	}
	if err := yaml.Unmarshal(content, &deployment); err != nil {
		t.Fatal(err)
	}
	pod := deployment.Spec.Template.Spec
	if deployment.Kind != "Deployment" || len(pod.Containers) != 1 || len(pod.Volumes) != 1 || pod.Containers[0].VolumeMounts[0].Name != pod.Volumes[0].Name {
		t.Fatalf("the manifest is %+v", deployment)
	}
	script, err := os.ReadFile("worker.sbatch")
	if err != nil {
		t.Fatal(err)
	}
	_, command, found := strings.Cut(string(script), "go run ./kernel-setup ")
	if !found {
		t.Fatalf("the script is %s", script)
	}
	for manifest, arguments := range map[string][]string{"worker.yaml": pod.Containers[0].Args, "worker.sbatch": strings.Fields(command)} {
		flags := flag.NewFlagSet("worker", flag.ContinueOnError)
		workerFlags(flags)
		for _, argument := range arguments[1:] {
			name, is := strings.CutPrefix(strings.TrimPrefix(argument, "${CREDS:+"), "-")
			if is && flags.Lookup(name) == nil {
				t.Errorf("%s has the flag -%s, which worker has not", manifest, name)
			}
		}
		if arguments[0] != "worker" || flags.Lookup("nats") == nil {
			t.Errorf("%s starts %q", manifest, arguments)
		}
	}
}

// BenchmarkTasks measures what the way over a server costs a task: three processes do two tasks of 10 ms at a time each. What is
// reported is the time that a core spends on a task beyond that of the task itself.
//
//	go test -run none -bench Tasks -benchtime 10000x
func BenchmarkTasks(b *testing.B) {
	const processes, cores = 3, 2
	s, _ := start(b, options(b, natsserver.RANDOM_PORT))
	f := fleet{address: address{url: s.ClientURL()}, made: made, patience: patience, silence: time.Minute, say: func(string) {}}
	train := func(n int) (took, inTasks float64) {
		plan, want := sleepers(b, n)
		got := collected{results: map[string]sweep.Result{}}
		start := time.Now()
		if err := f.train(b.Context(), nil, plan.Tasks, got.add); err != nil || bytesOf(b, plan, got.results) != want {
			b.Fatalf("%v, or the table is another than that of one machine", err)
		}
		took = time.Since(start).Seconds()
		for _, r := range got.results {
			inTasks += r.Seconds
		}
		return took, inTasks
	}
	for range processes {
		startWorker(b, s.ClientURL(), cores)
	}
	const before = 60
	_, inTasks := train(before) // until the workers are there
	b.ResetTimer()
	took, inAll := train(before + b.N)
	b.ReportMetric(1000*(took*processes*cores-(inAll-inTasks))/float64(b.N), "ms-beyond-task")
	b.ReportMetric(1000*(inAll-inTasks)/float64(b.N), "ms-in-task")
	b.ReportMetric(took, "s-in-all")
}

// TestNoPassword has addresses said: a password in one of them is not.
func TestNoPassword(t *testing.T) {
	for url, want := range map[string]string{
		"nats://127.0.0.1:4222":             "nats://127.0.0.1:4222",
		"nats://me:secret@a:1, nats://b:2":  "nats://me:xxxxx@a:1,nats://b:2",
		"tls://me:secret@[::1]:4222/folder": "tls://me:xxxxx@[::1]:4222/folder",
	} {
		if got := fmt.Sprint(address{url: url}); got != want {
			t.Errorf("%s is said as %s, want %s", url, got, want)
		}
	}
}
