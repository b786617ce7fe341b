package main

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// TestFirstCostsAgainstJAX compares the costs that the peers are held against with JAX's in float64.
func TestFirstCostsAgainstJAX(t *testing.T) {
	content, err := os.ReadFile("../../testdata/first_steps.json")
	if err != nil {
		t.Fatal(err)
	}
	var want struct{ Dense, MDN []float64 }
	if err := json.Unmarshal(content, &want); err != nil {
		t.Fatal(err)
	}
	for task, want := range map[string][]float64{"dense": want.Dense, "mdn": want.MDN} {
		got, err := firstCosts(training{task: task, epochs: 2000, input: input})
		if err != nil {
			t.Fatal(err)
		}
		if len(got) != 100 || len(want) != 100 {
			t.Fatalf("%s: %d costs to compare with %d, want 100", task, len(got), len(want))
		}
		for step := range want {
			if difference(got[step], want[step]) > 1e-5 {
				t.Errorf("%s: cost of step %d is %.7f, want %.7f", task, step, got[step], want[step])
			}
		}
	}
}

func TestFirstCostsOfAShortTraining(t *testing.T) {
	training := training{task: "mdn", epochs: 1, input: input}
	costs, err := firstCosts(training)
	if err != nil {
		t.Fatal(err)
	}
	r, err := run(training)
	if err != nil {
		t.Fatal(err)
	}
	if len(costs) != r.Steps {
		t.Fatalf("%d costs of %d steps", len(costs), r.Steps)
	}
	mean := 0.0
	for _, c := range costs {
		mean += c / float64(r.Steps)
	}
	if difference(mean, r.FinalCost) > 1e-6 {
		t.Errorf("the steps' mean cost is %.8f, the epoch's %.8f", mean, r.FinalCost)
	}
}

// TestPeers runs the peers that this machine has in a short training, and compares their costs with ours.
func TestPeers(t *testing.T) {
	post := []training{{task: "dense", epochs: 10, input: input}, {task: "mdn", epochs: 10, input: input}}
	wide := []training{
		{task: "wide", epochs: 2, hidden: "24,33", batch: 64},
		{task: "wide", epochs: 4, hidden: "24,33", batch: 128, components: 3},
		{task: "wide", epochs: 5, hidden: "24,33", samples: 1280, inputs: 20, batch: 64, components: 5},
	}
	for name, trainings := range map[string][]training{
		"numpy": append(post, wide...), "c": post, "jax_optax": wide, "jax": wide, "tensorflow": wide, "torch": wide,
	} {
		for _, training := range trainings {
			t.Run(fmt.Sprintf("%s/%s/%d", name, training.task, max(1, training.components)), func(t *testing.T) {
				if name == "c" && runtime.GOARCH == "amd64" && !hasAVX2() {
					t.Skip("this machine cannot run it")
				}
				dir := t.TempDir()
				if err := os.CopyFS(dir, sources); err != nil {
					t.Fatal(err)
				}
				if training.task == "wide" {
					path := filepath.Join(dir, "workload.json")
					if err := training.write(path); err != nil {
						t.Fatal(err)
					}
					training.input = path
				}
				p := newPeer(name, "python3", dir, training, 1)
				ours, err := run(training)
				if err != nil {
					t.Fatal(err)
				}
				first, err := firstCosts(training)
				if err != nil {
					t.Fatal(err)
				}
				runInTurn([]*peer{p}, 1, io.Discard)
				if strings.HasPrefix(p.problem, "not installed") || strings.Contains(p.problem, "executable file not found") {
					t.Skip(p.problem)
				}
				if p.problem != "" {
					t.Fatal(p.problem)
				}
				final, early, disagreement := p.compare(outcome{FinalCost: ours.FinalCost}, first)
				if disagreement != "" || final > 1e-4 { // so early nothing has drifted apart
					t.Errorf("%s; final cost differs by %.1e, first steps by %.1e", disagreement, final, early)
				}
			})
		}
	}
}

// TestWideWorkload reads the workload that is written for the peers of a wide network: it has the weights and the data that are drawn
// without one, and visits every batch once an epoch.
func TestWideWorkload(t *testing.T) {
	for _, inputs := range []int{1, 3} {
		testWideWorkload(t, training{task: "wide", epochs: 3, hidden: "5,7", samples: 4096, inputs: inputs, batch: 512, components: 2})
	}
}

func testWideWorkload(t *testing.T, drawn training) {
	read := drawn
	read.input = filepath.Join(t.TempDir(), "workload.json")
	if err := drawn.write(read.input); err != nil {
		t.Fatal(err)
	}
	model, data, _, err := drawn.prepare()
	if err != nil {
		t.Fatal(err)
	}
	again, same, settings, err := read.prepare()
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(again.Layers(), model.Layers()) || !reflect.DeepEqual(same, data) {
		t.Error("the workload has other weights or other data")
	}
	seen := make(map[string]bool)
	for epoch := range drawn.epochs {
		batches := make([]int, 8)
		settings.Order(batches)
		seen[fmt.Sprint(batches)] = true
		slices.Sort(batches)
		if !slices.Equal(batches, []int{0, 1, 2, 3, 4, 5, 6, 7}) {
			t.Errorf("epoch %d visits the batches %v", epoch, batches)
		}
	}
	if len(seen) != drawn.epochs {
		t.Errorf("%d epochs have %d orders", drawn.epochs, len(seen))
	}
}

// fake returns a peer that prints a line and, to its standard error, a complaint.
func fake(name, line, complaint string, status int) *peer {
	const script = `printf '%s\n' "$1"; printf '%s\n' "$2" >&2; exit "$3"`
	return &peer{name: name, command: []string{"sh", "-c", script, "sh", line, complaint, fmt.Sprint(status)}}
}

func threads(n int, p *peer) *peer {
	p.threads = n
	return p
}

func TestReport(t *testing.T) {
	if _, err := exec.LookPath("sh"); err != nil {
		t.Skip(err)
	}
	const (
		ours  = `{"train_s": 2, "steps": 1000, "final_cost": 0.5, "path": "simd", "params_sha256": "ab"}`
		good  = `{"version": "1.2", "compile_s": 3, "train_s": 5, "cpu_s": 4, "final_cost": 0.5005, "first_costs": [2, 1.00005]}`
		step  = `{"version": "1.2", "train_s": 5, "final_cost": 0.5, "first_costs": [2, 1.0003]}`
		final = `{"version": "1.2", "train_s": 5, "final_cost": 0.502, "first_costs": [2, 1]}`
		nan   = `{"version": "1.2", "train_s": 5, "final_cost": NaN, "first_costs": [2, 1]}`
		busy  = `{"version": "1.2", "train_s": 5, "cpu_s": 6, "final_cost": 0.5, "first_costs": [2, 1]}`
		few   = `{"version": "1.2", "train_s": 5, "final_cost": 0.5, "first_costs": [2]}`
	)
	first := []float64{2, 1}
	for _, test := range []struct {
		name string
		peer *peer
		row  string // the fields of the peer's row in the table, from its fourth on; not looked at if empty
		note string
		err  string
	}{
		{"agrees", fake("Peer", good, "a warning", 0), "3.00 5.000 0.80 5000.0 2.50 0.500500 1.0e-03 5.0e-05 yes", "", ""},
		{"a step disagrees", fake("Peer", step, "", 0), "0.00 5.000 - 5000.0 2.50 0.500000 0.0e+00 3.0e-04 NO", "",
			"Peer disagrees: costs of the first 2 steps differ by up to 3.0e-04, more than 1e-04"},
		{"the end disagrees", fake("Peer", final, "", 0), "0.00 5.000 - 5000.0 2.50 0.502000 4.0e-03 0.0e+00 NO", "",
			"Peer disagrees: the final cost differs by 4.0e-03, more than 2e-03"},
		{"too few costs", fake("Peer", few, "", 0), "0.00 5.000 - 5000.0 2.50 0.500000 0.0e+00 0.0e+00 NO", "",
			"Peer disagrees: it tells the costs of 1 first steps instead of 2"},
		{"too many cores", fake("Peer", busy, "", 0), "0.00 5.000 1.20 5000.0 2.50 0.500000 0.0e+00 0.0e+00 NO", "",
			"Peer disagrees: it used 1.20 cores instead of 1"},
		{"two threads", threads(2, fake("Peer", busy, "", 0)), "", "Peer, 2 threads  1.2", ""},
		{"two threads crash", threads(2, fake("Peer", "", "no", 1)), "", "Peer, 2 threads failed: exit status 1\nno\n", "Peer, 2 threads failed"},
		{"other bits", fake("Peer", strings.Replace(ours, "ab", "cd", 1), "", 0), "", "",
			"Peer disagrees: its parameters have other bits"},
		{"not a number", fake("Peer", nan, "", 0), "", "Peer failed: invalid character 'N'", "Peer failed"},
		{"crash", fake("Peer", "", "first line\nSegmentation fault", 3), "",
			"Peer failed: exit status 3\nfirst line\nSegmentation fault\n", "Peer failed"},
		{"not installed", fake("Peer", "", "Traceback …\nModuleNotFoundError: No module named 'jax'", 1), "",
			"Peer not installed: ModuleNotFoundError: No module named 'jax'\n", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			peers := []*peer{fake("Go", ours, "", 0), test.peer}
			runInTurn(peers, 3, io.Discard)
			var out strings.Builder
			err := report(&out, peers, first)
			if got := fmt.Sprint(err); (err != nil || test.err != "") && got != test.err {
				t.Errorf("error %q, want %q", got, test.err)
			}
			if !strings.Contains(out.String(), test.note) {
				t.Errorf("no %q in:\n%s", test.note, out.String())
			}
			oneSpace := strings.Join(strings.Fields(out.String()), " ")
			if test.row != "" && !strings.Contains(oneSpace, "Peer 1.2 3 "+test.row) {
				t.Errorf("no row of Peer, 1.2, 3 runs, %s in:\n%s", test.row, out.String())
			}
		})
	}
}

// TestRunsAlternate runs two peers in turn; one of them fails in its first run and has no other.
func TestRunsAlternate(t *testing.T) {
	if _, err := exec.LookPath("sh"); err != nil {
		t.Skip(err)
	}
	var progress strings.Builder
	peers := []*peer{fake("A", `{"train_s": 1}`, "", 0), fake("B", "", "no", 1), fake("C", `{"train_s": 1}`, "", 0)}
	runInTurn(peers, 2, &progress)
	want := "round 1 of 2: A\nround 1 of 2: B\nround 1 of 2: C\nround 2 of 2: A\nround 2 of 2: C\n"
	if progress.String() != want {
		t.Errorf("ran\n%swant\n%s", progress.String(), want)
	}
}

func TestMedian(t *testing.T) {
	for _, test := range []struct {
		seconds []float64
		want    float64
	}{
		{[]float64{3}, 3},
		{[]float64{4, 1}, 2.5},
		{[]float64{9, 1, 2}, 2},
		{[]float64{9, 1, 2, 4}, 3},
	} {
		p := &peer{}
		for _, s := range test.seconds {
			p.runs = append(p.runs, outcome{TrainSeconds: s})
		}
		if got := p.trainSeconds(); got != test.want {
			t.Errorf("median of %v is %v, want %v", test.seconds, got, test.want)
		}
	}
}

func TestDifference(t *testing.T) {
	for _, test := range []struct{ a, b, want float64 }{
		{1.5, 1, 0.5}, {-3, -2, 0.5}, {1, 1, 0}, {math.NaN(), 1, math.Inf(1)}, {0, 0, math.Inf(1)},
	} {
		if got := difference(test.a, test.b); got != test.want {
			t.Errorf("difference(%v, %v) = %v, want %v", test.a, test.b, got, test.want)
		}
	}
}

func TestVersusRefuses(t *testing.T) {
	mdn := training{task: "mdn", epochs: 1, input: input}
	for _, test := range []struct {
		training
		comparison
		want string
	}{
		{mdn, comparison{python: "sh", names: []string{"jax"}, threads: 1}, "-rounds is 0; use 1 or more"},
		{mdn, comparison{python: "sh", names: []string{"jax", "keras"}, threads: 1, rounds: 1},
			`-peers has "keras"; use some of jax_optax,jax,tensorflow,torch,numpy,c`},
		{mdn, comparison{python: "no/such/python", names: []string{"jax"}, threads: 1, rounds: 1}, "-python: "},
		{mdn, comparison{node: "no/such/node", threads: 1, rounds: 1}, "-node: "},
		{mdn, comparison{threads: 0, rounds: 1}, "-threads is 0; use 1 or more, up to"},
		{mdn, comparison{threads: 1 << 20, rounds: 1}, "-threads is 1048576; use 1 or more, up to"},
		{training{task: "odd", epochs: 1}, comparison{threads: 1, rounds: 1}, "-task odd has no workload to read"},
		{training{task: "wide", epochs: 1, batch: 100}, comparison{threads: 1, rounds: 1}, "-batch is 100; use a divisor of 4096"},
	} {
		err := versus(test.training, test.comparison)
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("error %v, want %q", err, test.want)
		}
	}
}
