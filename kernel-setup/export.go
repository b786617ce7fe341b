package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
)

// export runs notebooks in fresh kernels and writes each as an HTML page, and an index of the pages. Where settings have
// several values it writes a page for each, and one that shows them side by side.
func export(ctx context.Context, c checkout, flags *flag.FlagSet, arguments []string) error {
	folder := flags.String("o", "", "write the pages into this folder (default tutorials, in the checkout)")
	list := flags.Bool("list", false, "print the settings of the notebooks and run nothing")
	var set assignments
	flags.Var(&set, "set", "give a setting another value, `NAME=VALUE`; for several, NAME=VALUE,VALUE, there is a page for each")
	if err := parse(flags, arguments, -1); err != nil {
		return err
	}
	if *folder == "" {
		*folder = c.path("tutorials")
	}
	var notebooks []string
	var err error
	for _, name := range flags.Args() {
		notebook, err := c.notebook(name)
		if err != nil {
			return err
		}
		notebooks = append(notebooks, notebook)
	}
	if flags.NArg() == 0 {
		if notebooks, err = c.notebooks(); err != nil {
			return err
		}
	}
	g, err := c.setUp(ctx)
	if err != nil {
		return err
	}
	environment := c.environ(g)
	if *list {
		known, err := c.askSettings(ctx, environment, append([]string{"list"}, notebooks...)...)
		fmt.Print(known)
		return err
	}
	plan, err := c.plan(ctx, environment, notebooks, set)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(*folder, 0o755); err != nil {
		return explain("create "+*folder, err.Error(), err)
	}
	return c.exportAll(ctx, environment, *folder, plan)
}

// exportAll makes the pages of all notebooks, as many side by side as there are cores, and the index of the folder. What
// fails does not keep the other pages from being made, and leaves the page that was there before as it was.
func (c checkout) exportAll(ctx context.Context, environment []string, folder string, plan []tutorial) error {
	beside, err := c.pagesIn(folder)
	if err != nil {
		return err
	}
	for _, t := range plan {
		for _, p := range t.Pages {
			if p.Suffix == "" {
				beside = append(beside, strings.TrimSuffix(filepath.Base(t.Notebook), ".ipynb"))
			}
		}
	}
	e := exporter{c, environment, folder, strings.Join(beside, ","), newProgress()}
	defer e.progress.close()

	columns := make([][]column, len(plan)) // what the pages of each notebook show
	waiting := make(chan func())
	var wait sync.WaitGroup
	for range runtime.NumCPU() {
		wait.Go(func() {
			for job := range waiting {
				job()
			}
		})
	}
	for i, t := range plan {
		columns[i] = make([]column, len(t.Pages))
		for k, p := range t.Pages {
			waiting <- func() { columns[i][k] = e.export(ctx, t.Notebook, p) }
		}
	}
	close(waiting)
	wait.Wait()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	var failures []error
	for i, t := range plan {
		for _, column := range columns[i] {
			failures = append(failures, column.Failure)
		}
		if len(t.Pages) > 1 {
			failures = append(failures, e.writeSweep(t, columns[i]))
		}
	}
	return errors.Join(append(failures, e.writeIndex())...)
}

// exporter makes the pages of one run of export.
type exporter struct {
	checkout
	environment []string
	folder      string
	beside      string // the notebooks that have a page in the folder, or get one: only to those a page has links
	progress    *progress
}

// write writes a page and says so.
func (e exporter) write(name string, page []byte) error {
	path := filepath.Join(e.folder, name)
	if err := writeFile(path, page); err != nil {
		return explain("write "+path, err.Error(), err)
	}
	e.progress.print(fmt.Sprintf("%s (%d KB)", path, len(page)>>10))
	return nil
}

// pageName is the name of a notebook's page: 02-mean.html for 02-mean.ipynb, 02-mean.noise=0.3.html with other settings.
func pageName(notebook, suffix string) string {
	return strings.TrimSuffix(filepath.Base(notebook), ".ipynb") + suffix + ".html"
}

// export runs a notebook with some of its settings replaced and writes its page.
func (e exporter) export(ctx context.Context, notebook string, p variant) (made column) {
	name := filepath.Base(notebook)
	what := name
	if len(p.Settings) > 0 {
		what += " with " + strings.Join(p.Settings, ", ")
	}
	made = column{Page: pageName(notebook, p.Suffix), Settings: strings.Join(p.Settings, ", ")}
	if made.Failure = ctx.Err(); made.Failure != nil {
		return made
	}
	step := e.progress.begin(what)
	defer func() { step.end(made.Failure) }()
	work, err := os.MkdirTemp("", "mdn-export-*")
	if err != nil {
		made.Failure = explain("make a temporary folder", err.Error(), err)
		return made
	}
	defer os.RemoveAll(work)

	withOutputs, page := filepath.Join(work, name), filepath.Join(work, "page.html")
	var last struct {
		Cell, Of     int
		Error, Lacks string
	}
	script := e.path("kernel-setup", "jupyter", "run_notebook.py")
	arguments := []string{script, "--page", page, "--beside", e.beside, notebook, withOutputs}
	printed, err := e.watched(ctx, e.environment, func(line string) {
		if json.Unmarshal([]byte(line), &last) == nil && last.Error == "" {
			step.note("cell %d of %d", last.Cell, last.Of)
		}
	}, e.python(), append(arguments, p.Settings...)...)
	switch {
	case err == nil || ctx.Err() != nil:
	case last.Error != "":
		err = fmt.Errorf("%s stops at code cell %d: %s", what, last.Cell, last.Error)
	case last.Lacks != "":
		err = fmt.Errorf("%s cannot be a page: %s", what, last.Lacks)
	default:
		err = explain("run "+name, printed, err)
	}
	if err == nil {
		err = made.read(withOutputs)
	}
	var content []byte
	if err == nil {
		content, err = os.ReadFile(page)
	}
	if err == nil {
		err = e.write(made.Page, content)
	}
	made.Failure = err
	return made
}
