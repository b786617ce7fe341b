package main

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
)

// results follows the tests of several packages as go test -json tells of them (go doc cmd/test2json).
type results struct {
	progress *progress
	packages map[string]*packageResults
	tests    []testResult
}

// packageResults are those of one package while its tests run.
type packageResults struct {
	step    *step
	running []string            // tests that have begun and not ended, the latest last
	printed map[string][]string // by each of these, and under "" by the package itself
	ended   int                 // number of tests that have
}

type testResult struct {
	name    string // of the package and of the test
	action  string // pass, fail or skip
	seconds float64
}

// event is one line of what go test -json writes.
type event struct {
	Action  string
	Package string
	Test    string
	Elapsed float64 // seconds
	Output  string
}

// runTests runs go test with -json, shows how far it is, prints what failing tests have printed, and at the end the slowest tests.
func (c checkout) runTests(ctx context.Context, environment []string, goCommand string, arguments ...string) error {
	cmd := command(ctx, environment, goCommand, append([]string{"test", "-json"}, arguments...)...)
	cmd.Dir, cmd.Stderr = string(c), os.Stderr
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	r := results{progress: newProgress(), packages: map[string]*packageResults{}}
	err = r.read(stdout)
	failure := cmd.Wait()
	r.progress.close()
	r.summarise(os.Stdout)
	return errors.Join(err, failure)
}

func (r *results) read(stdout io.Reader) error {
	lines := bufio.NewScanner(stdout)
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		var e event
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			r.progress.print(lines.Text()) // go itself has something to say
			continue
		}
		r.take(e)
	}
	return lines.Err()
}

func (r *results) take(e event) {
	if e.Action == "build-output" {
		r.progress.print(strings.TrimSuffix(e.Output, "\n"))
		return
	}
	if e.Package == "" {
		return
	}
	p := r.packages[e.Package]
	if p == nil {
		p = &packageResults{printed: map[string][]string{}}
		r.packages[e.Package] = p
	}
	if p.step == nil && e.Action == "run" { // a package without tests is not worth a line
		p.step = r.progress.begin(e.Package)
	}
	switch e.Action {
	case "run":
		p.running = append(p.running, e.Test)
		p.note()
	case "output":
		p.printed[e.Test] = append(p.printed[e.Test], e.Output)
	case "pass", "fail", "skip":
		if e.Test == "" && e.Action == "fail" { // what still runs then, has crashed or has been stopped: go says of none that it failed
			for _, name := range p.running {
				r.show(p.printed[name])
				r.tests = append(r.tests, testResult{e.Package + " " + name, "fail", e.Elapsed})
			}
		}
		if e.Action == "fail" {
			r.show(p.printed[e.Test])
		}
		delete(p.printed, e.Test)
		if e.Test != "" {
			p.ended++
			p.running = slices.DeleteFunc(p.running, func(name string) bool { return name == e.Test })
			r.tests = append(r.tests, testResult{e.Package + " " + e.Test, e.Action, e.Elapsed})
			p.note()
		} else if p.step != nil {
			p.step.end(map[bool]error{true: errors.New("a test failed")}[e.Action == "fail"])
		}
	}
}

// show prints what has been printed before.
func (r *results) show(printed []string) {
	if text := strings.TrimSuffix(strings.Join(printed, ""), "\n"); text != "" {
		r.progress.print(text)
	}
}

// note says which test runs, of the package's tests the one that began last.
func (p *packageResults) note() {
	if p.step == nil {
		return
	}
	last := "…"
	if len(p.running) > 0 {
		last = p.running[len(p.running)-1]
	}
	p.step.note("%d done, %s", p.ended, last)
}

// summarise prints how many tests there were, which failed, and which took longest.
func (r *results) summarise(w io.Writer) {
	count := map[string]int{}
	for _, t := range r.tests {
		count[t.action]++
	}
	fmt.Fprintf(w, "%d tests passed, %d failed, %d skipped.\n", count["pass"], count["fail"], count["skip"])
	for _, t := range r.tests {
		if t.action == "fail" {
			fmt.Fprintln(w, "failed:", t.name)
		}
	}
	fmt.Fprintln(w, "The slowest:")
	for _, t := range r.slowest(10) {
		fmt.Fprintf(w, "%6.1f s  %s\n", t.seconds, t.name)
	}
}

// slowest returns the tests that took longest. A test with tests of its own is left out: its time is theirs.
func (r *results) slowest(n int) []testResult {
	leaves := slices.DeleteFunc(slices.Clone(r.tests), func(t testResult) bool {
		return slices.ContainsFunc(r.tests, func(other testResult) bool { return strings.HasPrefix(other.name, t.name+"/") })
	})
	slices.SortStableFunc(leaves, func(a, b testResult) int { return cmp.Compare(b.seconds, a.seconds) })
	return leaves[:min(n, len(leaves))]
}
