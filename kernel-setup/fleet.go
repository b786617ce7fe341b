package main

import (
	"context"
	"flag"
	"os"
	"runtime"
	"strings"
)

// trainSweep runs a sweep, on this machine or by workers on others; worker is one of them. Both become the program in mdnlib/sweep/fleet, which
// reads their arguments. Nothing but Go is needed for it.
func trainSweep(ctx context.Context, c checkout, _ *flag.FlagSet, arguments []string) error {
	return c.becomeFleet(ctx, append([]string{"sweep"}, arguments...))
}

func worker(ctx context.Context, c checkout, _ *flag.FlagSet, arguments []string) error {
	return c.becomeFleet(ctx, append([]string{"worker"}, arguments...))
}

// fleet is the program that trains sweeps.
func (c checkout) fleet() string { return c.installed("bin", "fleet") }

func (c checkout) becomeFleet(ctx context.Context, arguments []string) error {
	g, err := c.setUpFleet(ctx)
	if ctx.Err() != nil {
		return interrupted{"nothing has been trained, and what is installed stays"}
	}
	if err != nil {
		return err
	}
	return become(c.fleet(), arguments, c.environ(g))
}

// setUpFleet builds the program with the fast path where it is missing, or made from other sources or by another Go.
func (c checkout) setUpFleet(ctx context.Context) (g toolchain, err error) {
	release, err := c.beginSetUp(ctx)
	if err != nil {
		return g, err
	}
	defer release()
	if g, err = installedGo(ctx); err != nil {
		return g, err
	}
	progress := newProgress()
	defer progress.close()
	if g, err = g.fetched(ctx, pinnedGo, progress); err != nil {
		return g, err
	}
	if g, err = c.trySIMD(ctx, g, progress); err != nil {
		return g, err
	}
	done, err := c.fleetStamp(g)
	if err != nil || done.valid() {
		return g, err
	}
	step := progress.begin("the program for sweeps")
	defer func() { step.end(err) }()
	if err := c.runStep(ctx, append(c.environ(g), g.cellBuild()...), "build the program for sweeps", nil,
		g.command(), "build", "-C", c.path("mdnlib", "sweep", "fleet"), "-o", c.fleet(), "."); err != nil {
		return g, err
	}
	return g, done.set()
}

// fleetStamp is made from all that the program is made from.
func (c checkout) fleetStamp(g toolchain) (stamp, error) {
	files, err := sources(c.path("mdnlib"))
	if err != nil {
		return stamp{}, err
	}
	files = append(files, c.path("go.mod"))
	content, err := c.digest(g.version+g.fastPath(runtime.GOARCH)+strings.Join(files, "\n"), files...)
	_, missing := os.Stat(c.fleet())
	return stamp{c.installed("stamps", "fleet"), content, missing == nil}, err
}
