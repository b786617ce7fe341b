package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
)

// spaceNeeded is what the installed programs, the pinned Go, and the caches of Go and pip need: 1.7 GB together.
const spaceNeeded = 2 << 30 // bytes

// setUp installs whatever is missing or out of date, for somebody who then uses it: JupyterLab, an export, the tests. Each step leaves a stamp when it is complete, made from what went
// into it; so an installation that was cut off is completed by the next run, and a changed pin is installed again.
func (c checkout) setUp(ctx context.Context, user string) (g toolchain, err error) {
	kept := "nothing has been changed"
	defer func() {
		if ctx.Err() != nil {
			err = interrupted{kept}
		}
	}()
	release, err := c.beginSetUp(ctx)
	if err != nil {
		return g, err
	}
	defer release()
	if g, err = installedGo(ctx); err != nil {
		return g, err
	}
	environment := c.environ(g)
	packages, err := c.packagesStamp(environment)
	if err != nil {
		return g, err
	}
	python := ""
	if !packages.valid() { // before anything that takes minutes
		if python, err = findPython(environment); err != nil {
			return g, err
		}
	}
	progress := newProgress()
	defer progress.close()
	if g, err = g.fetched(ctx, pinnedGo, progress); err != nil {
		return g, err
	}
	environment = c.environ(g)
	tools, err := c.toolsStamp(g)
	if err != nil {
		return g, err
	}
	if !packages.valid() || !tools.valid() {
		if err := c.free("renewed"); err != nil {
			return g, err
		}
		if free, err := freeBytes(c.installed()); err == nil && free < spaceNeeded {
			return g, problem{fmt.Sprintf("only %.1f GB are free on the disk of %s", float64(free)/(1<<30), c.installed()),
				fmt.Sprintf("free %d GB and run the same command again", spaceNeeded>>30)}
		}
		kept = "what is installed so far stays, and the next run goes on from there"
		fmt.Fprintf(os.Stderr, "Setting up in %s; the first time takes a few minutes.\n", c.installed())
	}
	var wait sync.WaitGroup
	both, cancel := context.WithCancelCause(ctx) // the first failure ends the other step as well, and is the one reported
	defer cancel(nil)
	if !packages.valid() {
		wait.Go(func() { cancelOn(c.installPackages(both, environment, progress, packages, python), cancel) })
	}
	if !tools.valid() {
		wait.Go(func() { cancelOn(c.installTools(both, g, progress, tools), cancel) })
	}
	wait.Wait()
	if both.Err() != nil {
		return g, context.Cause(both)
	}
	if g, err = c.trySIMD(ctx, g, progress); err != nil {
		return g, err
	}
	if err := c.writeKernelspec(g); err != nil {
		return g, explain("write the kernelspec", err.Error(), err)
	}
	if err := c.writeLabDefaults(); err != nil {
		return g, explain("write what JupyterLab begins with", err.Error(), err)
	}
	if err := c.warmCache(ctx, g, progress); err != nil {
		return g, err
	}
	if err := c.installParts(ctx, g, progress); err != nil {
		return g, err
	}
	if err := c.buildLive(ctx, g, progress); err != nil {
		return g, err
	}
	if err := c.use(user); err != nil {
		return g, explain("say who uses what is installed", err.Error(), err)
	}
	return g, nil
}

// beginSetUp waits until nobody else installs into the checkout, and nobody else does until release.
func (c checkout) beginSetUp(ctx context.Context) (release func(), err error) {
	if err := tryTemporary(); err != nil {
		return nil, err
	}
	release, err = lock(ctx, c.installed("lock"))
	if err != nil {
		return nil, explain("install into "+c.installed(), err.Error(), err)
	}
	return release, nil
}

// tryTemporary returns an error if programs cannot write temporary files.
func tryTemporary() error {
	file, err := os.CreateTemp("", "kernel-setup-*")
	if err != nil {
		return problem{fmt.Sprintf("temporary files cannot be written into %s: %v", os.TempDir(), err),
			"have TMPDIR name a folder that is there and yours to write, or make that one so"}
	}
	return errors.Join(file.Close(), os.Remove(file.Name()))
}

// cancelOn cancels if there is an error.
func cancelOn(err error, cancel context.CancelCauseFunc) {
	if err != nil {
		cancel(err)
	}
}
