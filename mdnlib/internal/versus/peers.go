package main

import (
	"bytes"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
)

//go:embed peers
var sources embed.FS

// peerNames are the peers that can be chosen, in the order in which they run.
var peerNames = []string{"jax_optax", "jax", "tensorflow", "torch", "numpy", "c"}

// How far a peer's costs may be from ours, relative to ours. All compute in float32, each in an order of its own.
const (
	stepTolerance  = 1e-4 // each of the first 100 steps' costs
	finalTolerance = 2e-3 // the final cost
)

// A comparison is what versus runs beside our training on one thread, and how often, as the flags of the same names say.
type comparison struct {
	python  string   // "" for no peers
	names   []string // of the peers
	node    string   // "" for no WebAssembly
	threads int
	rounds  int
}

// bothThreads returns the numbers of threads on which to run what can use more than one.
func (c comparison) bothThreads() []int {
	if c.threads > 1 {
		return []int{1, c.threads}
	}
	return []int{1}
}

// A peer is a program that does the training once and prints an outcome, in one line of JSON.
type peer struct {
	name        string
	threads     int
	command     []string
	environment []string // nil for this process's
	runs        []outcome
	problem     string // why it has no runs, or no more
	crashed     bool   // it was there and failed
}

// title returns the name, and the number of threads where that is not one.
func (p *peer) title() string {
	if p.threads > 1 {
		return fmt.Sprintf("%s, %d threads", p.name, p.threads)
	}
	return p.name
}

// An outcome is what a peer says about a run.
type outcome struct {
	Version          string    `json:"version"`
	CompileSeconds   float64   `json:"compile_s"`
	TrainSeconds     float64   `json:"train_s"`
	CPUSeconds       float64   `json:"cpu_s"`       // of all threads together, meanwhile; 0 where it is not known
	FirstCosts       []float64 `json:"first_costs"` // of the batches of the first 100 steps; not ours
	FinalCost        float64   `json:"final_cost"`  // mean cost of the last epoch's batches
	Steps            int       `json:"steps"`       // ours only, as are the next two
	Path             string    `json:"path"`
	ParametersSHA256 string    `json:"params_sha256"`
}

// versus runs our training and what it is compared with in turn, and prints a table. It returns an error if one of them failed or
// ended elsewhere.
func versus(t training, c comparison) error {
	if err := c.check(); err != nil {
		return err
	}
	if _, err := t.shape(); err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "versus")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if err := os.CopyFS(dir, sources); err != nil {
		return err
	}
	switch {
	case t.input != "":
	case t.task == "wide":
		path := filepath.Join(dir, "workload.json")
		if err := t.write(path); err != nil {
			return err
		}
		t.input = path
	default:
		t.input = defaultInput
	}
	first, err := firstCosts(t)
	if err != nil {
		return err
	}
	peers, err := buildOurs(dir, t, c)
	if err != nil {
		return err
	}
	for _, name := range peerNames {
		if c.python == "" || !slices.Contains(c.names, name) {
			continue
		}
		for _, threads := range c.bothThreads() {
			if threads == 1 || strings.HasPrefix(name, "jax") {
				peers = append(peers, newPeer(name, c.python, dir, t, threads))
			}
		}
	}
	runInTurn(peers, c.rounds, os.Stderr)
	return report(os.Stdout, peers, first)
}

// check returns an error that names the first flag with an impossible value, nil if there is none.
func (c comparison) check() error {
	if c.rounds < 1 {
		return fmt.Errorf("-rounds is %d; use 1 or more", c.rounds)
	}
	if cores := runtime.NumCPU(); c.threads < 1 || c.threads > cores {
		return fmt.Errorf("-threads is %d; use 1 or more, up to the %d that this machine runs at once", c.threads, cores)
	}
	for _, name := range c.names {
		if !slices.Contains(peerNames, name) {
			return fmt.Errorf("-peers has %q; use some of %s", name, strings.Join(peerNames, ","))
		}
	}
	for _, program := range []struct{ flag, name string }{{"-python", c.python}, {"-node", c.node}} {
		if program.name == "" {
			continue
		}
		if _, err := exec.LookPath(program.name); err != nil {
			return fmt.Errorf("%s: %w", program.flag, err)
		}
	}
	return nil
}

// newPeer returns the peer of that name, whose source lies in dir. If it cannot be built, its problem says why.
func newPeer(name, python, dir string, t training, threads int) *peer {
	title := map[string]string{"jax_optax": "JAX with optax", "jax": "JAX by hand", "tensorflow": "TensorFlow", "torch": "PyTorch",
		"numpy": "NumPy", "c": "C"}[name]
	p := &peer{name: title, threads: threads}
	if name == "c" {
		if t.task == "wide" {
			p.problem = "left out: it is written for the post's networks"
			return p
		}
		program := filepath.Join(dir, "limit")
		if p.problem = buildC(filepath.Join(dir, "peers", "limit.c"), program); p.problem != "" {
			return p
		}
		p.command = []string{program, t.task, strconv.Itoa(t.epochs), t.input}
		return p
	}
	p.command = []string{python, filepath.Join(dir, "peers", name+"_peer.py"), t.task, strconv.Itoa(t.epochs), t.input,
		strconv.Itoa(threads)}
	return p
}

// buildC compiles the peer in C, or says why it could not.
func buildC(source, program string) (problem string) {
	if _, err := exec.LookPath("cc"); err != nil {
		return "not installed: no C compiler, cc, was found"
	}
	flags := []string{"-O3", "-ffast-math"}
	if runtime.GOARCH == "amd64" {
		flags = append(flags, "-mavx2", "-mfma")
	}
	if output, err := exec.Command("cc", append(flags, "-o", program, source, "-lm")...).CombinedOutput(); err != nil {
		return fmt.Sprintf("cannot be compiled: %v\n%s", err, lastLines(output))
	}
	return ""
}

// runInTurn runs each peer once, and all of them again, rounds times, so that what else the machine does falls on all.
func runInTurn(peers []*peer, rounds int, progress io.Writer) {
	for round := range rounds {
		for _, p := range peers {
			if p.problem == "" {
				fmt.Fprintf(progress, "round %d of %d: %s\n", round+1, rounds, p.title())
				p.run()
			}
		}
	}
}

func (p *peer) run() {
	var stderr bytes.Buffer
	cmd := exec.Command(p.command[0], p.command[1:]...)
	cmd.Env, cmd.Stderr = p.environment, &stderr
	line, err := cmd.Output()
	var o outcome
	if err == nil {
		err = json.Unmarshal(line, &o)
	}
	if err == nil && !(o.TrainSeconds > 0) {
		err = fmt.Errorf("it says that training took %g s", o.TrainSeconds)
	}
	if err == nil {
		if o.Path != "" { // ours
			o.Version += ", " + o.Path
		}
		p.runs = append(p.runs, o)
		return
	}
	last := lastLines(stderr.Bytes())
	words := last[strings.LastIndex(last, "\n")+1:] // Python's last where an import fails begin as follows
	if strings.HasPrefix(words, "ModuleNotFoundError:") || strings.HasPrefix(words, "ImportError:") {
		p.problem = "not installed: " + words
		return
	}
	p.crashed = true
	p.problem = fmt.Sprintf("failed: %v\n%s", err, last)
}

// lastLines returns the end of what a program printed.
func lastLines(output []byte) string {
	lines := strings.Split(strings.TrimSpace(string(output)), "\n")
	return strings.Join(lines[max(0, len(lines)-10):], "\n")
}

// report prints the table of all peers, the first of which the others are compared with, and what is to be said of those
// that could not be run. Its error names the peers that failed or disagree. first are our costs of the first steps.
func report(w io.Writer, peers []*peer, first []float64) error {
	ours := peers[0]
	if len(ours.runs) == 0 {
		return fmt.Errorf("%s %s", ours.name, ours.problem)
	}
	oursSeconds, steps := ours.trainSeconds(), ours.runs[0].Steps
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table,
		"peer\tversion\truns\tcompile s\ttrain s\tcores\tµs/step\tratio\tfinal cost\tdiffers by\tfirst steps by\tagrees")
	var problems, notes []string
	for _, p := range peers {
		if p.problem != "" {
			notes = append(notes, p.title()+" "+p.problem)
		}
		if p.crashed {
			problems = append(problems, p.title()+" failed")
		}
		if len(p.runs) == 0 {
			continue
		}
		final, early, disagreement := p.compare(ours.runs[0], first)
		agrees := "yes"
		if disagreement != "" {
			agrees = "NO"
			problems = append(problems, p.title()+" disagrees: "+disagreement)
		}
		seconds := p.trainSeconds()
		fmt.Fprintf(table, "%s\t%s\t%d\t%.2f\t%.3f\t%s\t%.1f\t%.2f\t%.6f\t%.1e\t%.1e\t%s\n", p.title(),
			p.runs[0].Version, len(p.runs), p.runs[0].CompileSeconds, seconds, p.cores(), seconds/float64(steps)*1e6, seconds/oursSeconds,
			p.runs[0].FinalCost, final, early, agrees)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	for _, note := range notes {
		fmt.Fprintln(w, note)
	}
	if len(problems) > 0 {
		return errors.New(strings.Join(problems, "; "))
	}
	return nil
}

// trainSeconds returns the median over the runs.
func (p *peer) trainSeconds() float64 {
	var seconds []float64
	for _, run := range p.runs {
		seconds = append(seconds, run.TrainSeconds)
	}
	slices.Sort(seconds)
	n := len(seconds)
	return (seconds[(n-1)/2] + seconds[n/2]) / 2
}

// cores returns how many processor cores were busy with the training, over all runs, as a number; or a dash where it is not known.
func (p *peer) cores() string {
	cpu, seconds := 0.0, 0.0
	for _, run := range p.runs {
		cpu += run.CPUSeconds
		seconds += run.TrainSeconds
	}
	if cpu == 0 {
		return "-"
	}
	return fmt.Sprintf("%.2f", cpu/seconds)
}

// compare returns the largest relative differences of all runs' costs from ours, of the final cost and of the first steps',
// and what is wrong if they are too large. Another build of ours must end with the same bits. Nor may a peer use more threads than it
// should: what it leaves to others, such as the last of compiling, is allowed for.
func (p *peer) compare(ours outcome, first []float64) (final, early float64, disagreement string) {
	for _, run := range p.runs {
		final = max(final, difference(run.FinalCost, ours.FinalCost))
		if threads := max(1, p.threads); run.CPUSeconds > 1.1*float64(threads)*run.TrainSeconds+0.1 {
			return final, early, fmt.Sprintf("it used %.2f cores instead of %d", run.CPUSeconds/run.TrainSeconds, threads)
		}
		if run.ParametersSHA256 != "" {
			if run.ParametersSHA256 != ours.ParametersSHA256 {
				return final, early, "its parameters have other bits"
			}
			continue
		}
		if len(run.FirstCosts) != len(first) {
			return final, early, fmt.Sprintf("it tells the costs of %d first steps instead of %d",
				len(run.FirstCosts), len(first))
		}
		for step, cost := range run.FirstCosts {
			early = max(early, difference(cost, first[step]))
		}
	}
	switch {
	case early > stepTolerance:
		disagreement = fmt.Sprintf("costs of the first %d steps differ by up to %.1e, more than %.0e",
			len(first), early, stepTolerance)
	case final > finalTolerance:
		disagreement = fmt.Sprintf("the final cost differs by %.1e, more than %.0e", final, finalTolerance)
	}
	return final, early, disagreement
}

// difference returns |a − b|/|b|, +Inf if that is not a number.
func difference(a, b float64) float64 {
	if d := math.Abs(a-b) / math.Abs(b); !math.IsNaN(d) {
		return d
	}
	return math.Inf(1)
}
