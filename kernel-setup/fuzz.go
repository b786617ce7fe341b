package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
)

// A fuzzTarget is a test that go test -fuzz feeds with inputs that it makes up.
type fuzzTarget struct{ folder, name string } // the package's folder, as go test takes it

func (f fuzzTarget) String() string { return f.folder + " " + f.name }

// fuzz runs each fuzz target of the checkout for some time, one after the other. What one finds is an error that says where the input lies
// that it failed with, and how to run that again; the others run all the same.
func (c checkout) fuzz(ctx context.Context, environment []string, g toolchain, each time.Duration) error {
	targets, err := c.fuzzTargets(ctx, environment, g)
	if err != nil {
		return err
	}
	progress := newProgress()
	defer progress.close()
	var failures []error
	for _, target := range targets {
		step := progress.begin("fuzz " + target.String())
		err := c.fuzzOne(ctx, environment, g, target, each, func(line string) {
			if seen, ok := strings.CutPrefix(line, "fuzz: elapsed: "); ok {
				step.note("%s", seen)
			}
		})
		step.end(err)
		if ctx.Err() != nil {
			return errors.Join(append(failures, ctx.Err())...)
		}
		failures = append(failures, err)
	}
	return errors.Join(failures...)
}

// fuzzOne runs a fuzz target for some time.
func (c checkout) fuzzOne(ctx context.Context, environment []string, g toolchain, target fuzzTarget, each time.Duration, watch func(line string)) error {
	// Two workers, as other tests may run beside it. An input that has been found is made shorter for 5 s, not for a minute.
	output, err := c.watched(ctx, environment, watch, g.command(), "test", target.folder, "-run=^$", "-fuzz=^"+target.name+"$", "-fuzztime="+each.String(),
		"-fuzzminimizetime=5s", "-parallel=2")
	if err == nil {
		return nil
	}
	if found := failingInput.FindStringSubmatch(output); found != nil {
		where := filepath.Join(target.folder, filepath.FromSlash(found[1]))
		again := fmt.Sprintf("go test %s -run=%s/%s", target.folder, target.name, filepath.Base(where))
		return fmt.Errorf("%s fails with an input of its own making:\n%s\n%w", target, strings.TrimSpace(output),
			problem{"the input is in " + where, "run it again by " + again + ", mend what it shows, and commit the input as a test"})
	}
	return explain("fuzz "+target.String(), output, err)
}

// failingInput matches what go test -fuzz says of an input that it keeps.
var failingInput = regexp.MustCompile(`Failing input written to (testdata/fuzz/\S+)`)

// said returns what go test says in its lines of JSON, those of the compiler among them.
func said(output []byte) string {
	var text strings.Builder
	for line := range bytes.Lines(output) {
		var e event
		if json.Unmarshal(line, &e) == nil {
			text.WriteString(e.Output)
		}
	}
	return text.String()
}

// fuzzTargets returns all fuzz targets, by what go test lists of each package that has some.
func (c checkout) fuzzTargets(ctx context.Context, environment []string, g toolchain) (targets []fuzzTarget, err error) {
	cmd := command(ctx, environment, g.command(), "test", "-json", "-list=^Fuzz", "./...")
	cmd.Dir = string(c)
	output, err := cmd.Output()
	if err != nil {
		return nil, explain("list the fuzz targets", said(output)+complaint(err), err)
	}
	for lines := json.NewDecoder(bytes.NewReader(output)); ; {
		var e event
		if err := lines.Decode(&e); err == io.EOF {
			break
		} else if err != nil {
			return nil, fmt.Errorf("list the fuzz targets: %w", err)
		}
		if name := strings.TrimSpace(e.Output); e.Action == "output" && strings.HasPrefix(name, "Fuzz") {
			targets = append(targets, fuzzTarget{"./" + strings.TrimPrefix(e.Package, "mdn/"), name})
		}
	}
	slices.SortFunc(targets, func(a, b fuzzTarget) int { return strings.Compare(a.String(), b.String()) })
	return targets, nil
}
