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
	"slices"
	"strings"
	"sync"

	"mdn/kernel-setup/notebook"
	"mdn/kernel-setup/record"
	"mdn/kernel-setup/settings"
)

// assignments are the NAME=VALUE of the flag -set, as given.
type assignments []string

func (a *assignments) String() string { return strings.Join(*a, " ") }

func (a *assignments) Set(text string) error {
	*a = append(*a, text)
	return nil
}

// export runs notebooks in fresh kernels and writes each as an HTML page, and an index of the pages. Where settings have
// several values it writes a page for each, and one that shows them side by side. What it is asked is checked before anything is
// installed or run.
func export(ctx context.Context, c checkout, flags *flag.FlagSet, arguments []string) error {
	folder := flags.String("o", "", "write the pages into this folder (default tutorials, in the checkout)")
	list := flags.Bool("list", false, "print the settings of the notebooks and run nothing")
	asIs := flags.Bool("as-is", false, "make the pages of the outputs that the notebooks have already and run nothing")
	var set assignments
	flags.Var(&set, "set", "give a setting another value, `NAME=VALUE`; for several, NAME=VALUE,VALUE, there is a page for each")
	if err := parse(flags, arguments, -1); err != nil {
		return err
	}
	if *folder == "" {
		*folder = c.path("tutorials")
	}
	notebooks, err := c.readNotebooks(flags.Args())
	if err != nil {
		return err
	}
	if *list {
		return printSettings(notebooks)
	}
	plans, err := settings.Plans(notebooks, set)
	if err != nil {
		return err
	}
	if *asIs {
		if err := checkAsIs(notebooks, set); err != nil {
			return err
		}
	}
	g, err := c.setUp(ctx, "an export")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(*folder, 0o755); err != nil {
		return explainWrite(*folder, *folder, elsewhere, err)
	}
	return c.exportAll(ctx, c.environ(g), *folder, plans, *asIs)
}

// checkAsIs returns an error where pages cannot be made of the outputs that notebooks have: a page says that its notebook has been run from
// the first cell to the last.
func checkAsIs(notebooks []*notebook.Notebook, set assignments) error {
	if len(set) > 0 {
		return problem{"-as-is runs nothing, and other settings need a run", "leave out -as-is or -set"}
	}
	for _, n := range notebooks {
		cell, run := record.OutOfTurn(n)
		if cell == 0 {
			continue
		}
		how := fmt.Sprintf("was run as number %d", run)
		if run == 0 {
			how = "has not run"
		}
		return problem{fmt.Sprintf("%s was not run from its first cell to its last: code cell %d %s", filepath.Base(n.Path), cell, how),
			"choose Run > Restart Kernel and Run All Cells in JupyterLab and save it, or leave out -as-is"}
	}
	return nil
}

// readNotebooks reads the notebooks of these names, or all of the checkout where there is none.
func (c checkout) readNotebooks(names []string) ([]*notebook.Notebook, error) {
	paths, err := c.notebooks()
	if err != nil {
		return nil, err
	}
	if len(names) > 0 {
		paths = nil
	}
	for _, name := range names {
		path, err := c.notebook(name)
		if err != nil {
			return nil, err
		}
		paths = append(paths, path)
	}
	var notebooks []*notebook.Notebook
	for _, path := range paths {
		n, err := notebook.Read(path)
		if err != nil {
			return nil, err
		}
		if kernel := n.Kernel(); kernel != "" && kernel != kernelName {
			return nil, problem{fmt.Sprintf("%s is for the kernel %s, and pages are made with %s", path, kernel, kernelName),
				"choose another notebook, or another kernel for this one in JupyterLab"}
		}
		notebooks = append(notebooks, n)
	}
	return notebooks, nil
}

// printSettings prints the settings of notebooks.
func printSettings(notebooks []*notebook.Notebook) error {
	var lists []string
	for _, n := range notebooks {
		own, err := settings.Of(n)
		if err != nil {
			return err
		}
		lists = append(lists, settings.List(n, own))
	}
	fmt.Print(strings.Join(lists, "\n"))
	return nil
}

// An outcome is what came of running a notebook for one page.
type outcome struct {
	settings.Page
	Record  *record.Record // nil where it failed
	Failure error
}

// exportAll makes the pages of all notebooks, as many side by side as there are cores, and the index of the folder. What
// fails does not keep the other pages from being made, and leaves the page that was there before as it was.
func (c checkout) exportAll(ctx context.Context, environment []string, folder string, plans []settings.Plan, asIs bool) error {
	beside, err := c.pagesIn(folder)
	if err != nil {
		return err
	}
	for _, p := range plans {
		for _, page := range p.Pages {
			beside = append(beside, page.Name)
		}
	}
	e := exporter{c, environment, folder, beside, asIs, newProgress()}
	defer e.progress.close()

	runs := make([][]outcome, len(plans))
	waiting := make(chan func())
	var wait sync.WaitGroup
	for range runtime.NumCPU() {
		wait.Go(func() {
			for job := range waiting {
				job()
			}
		})
	}
	for i, p := range plans {
		runs[i] = make([]outcome, len(p.Pages))
		for k, page := range p.Pages {
			waiting <- func() {
				made, err := e.export(ctx, p.Notebook, page, linksOf(p, page))
				runs[i][k] = outcome{page, made, err}
			}
		}
	}
	close(waiting)
	wait.Wait()
	var failures []error
	for _, p := range plans {
		failures = append(failures, e.unlink(p))
	}
	if ctx.Err() != nil {
		return interrupted{"the pages that have been written stay in " + folder + ", and no other page has been changed"}
	}
	for i, p := range plans {
		for _, r := range runs[i] {
			failures = append(failures, r.Failure)
		}
		if len(p.Pages) > 1 {
			failures = append(failures, e.writeSweep(p, runs[i]))
		}
	}
	return errors.Join(append(failures, e.writeIndex())...)
}

// exporter makes the pages of one run of export.
type exporter struct {
	checkout
	environment []string
	folder      string
	beside      []string // the pages that are in the folder, or will be: a page has links to no others
	asIs        bool     // the notebooks have their outputs already
	progress    *progress
}

// elsewhere is how a user has pages written into another folder.
const elsewhere = "name another folder with -o"

// write writes a page with its record and says so.
func (e exporter) write(name string, page []byte, recordPath string, record []byte) error {
	path := filepath.Join(e.folder, fileOf(name))
	if err := writeFile(path, page); err != nil {
		return explainWrite(path, e.folder, elsewhere, err)
	}
	if recordPath != "" {
		if err := writeFile(recordPath, record); err != nil {
			return explainWrite(recordPath, e.folder, elsewhere, err)
		}
	}
	e.progress.print(fmt.Sprintf("%s (%d KB)", path, len(page)>>10))
	return nil
}

// fileOf is the name of a page's file.
func fileOf(page string) string { return page + ".html" }

// export runs a notebook with some of its settings replaced, and writes its page, with links to others of its sweep, and its record.
func (e exporter) export(ctx context.Context, n *notebook.Notebook, page settings.Page, links *sweepLinks) (made *record.Record, err error) {
	name := filepath.Base(n.Path)
	what := name
	if len(page.Values) > 0 {
		what += " with " + page.With()
	}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	step := e.progress.begin(what)
	defer func() { step.end(err) }()
	work, err := os.MkdirTemp("", "mdn-export-*")
	if err != nil {
		return nil, explainWrite("a temporary folder", os.TempDir(), "let TMPDIR name another folder", err)
	}
	defer os.RemoveAll(work)

	changed := *n
	changed.Cells = slices.Clone(n.Cells)
	if len(page.Values) > 0 {
		if err := settings.Inject(&changed, page.Values); err != nil {
			return nil, err
		}
	}
	source, err := changed.Encode()
	if err != nil {
		return nil, err
	}
	input, html, recorded := filepath.Join(work, name), filepath.Join(work, "page.html"), filepath.Join(work, "record.json")
	if err := writeFile(input, source); err != nil {
		return nil, explainWrite(input, work, "let TMPDIR name another folder", err)
	}
	if err := e.runNotebook(ctx, what, filepath.Dir(n.Path), input, html, recorded, links, step); err != nil {
		return nil, err
	}
	if made, err = record.Read(recorded); err != nil {
		return nil, err
	}
	content, err := os.ReadFile(html)
	if err != nil {
		return nil, err
	}
	encoded, err := record.Encode(made)
	if err != nil {
		return nil, err
	}
	if err := e.write(page.Name, content, record.Path(e.folder, page.Name), encoded); err != nil {
		return nil, err
	}
	return made, nil
}

// runNotebook runs a notebook, in a folder, and has its page and its record written.
func (e exporter) runNotebook(ctx context.Context, what, folder, input, page, record string, links *sweepLinks, step *step) error {
	beside, err := json.Marshal(e.beside)
	if err != nil {
		return err
	}
	var last struct {
		Cell, Of           int
		Note, Error, Lacks string
	}
	arguments := []string{"-m", "mdn_jupyter.run_notebook", "--page", page, record, "--beside", string(beside), "--folder", folder,
		"--work", filepath.Dir(input)}
	if links != nil {
		encoded, err := json.Marshal(links)
		if err != nil {
			return err
		}
		arguments = append(arguments, "--sweep", string(encoded))
	}
	if e.asIs {
		arguments = append(arguments, "--as-is")
	}
	printed, err := e.watched(ctx, e.environment, func(line string) {
		last.Note = ""
		switch err := json.Unmarshal([]byte(line), &last); {
		case err != nil || last.Error != "":
		case last.Note != "":
			e.progress.print(what + ": " + last.Note)
		default:
			step.note("cell %d of %d", last.Cell, last.Of)
		}
	}, e.python(), append(arguments, input, input+".out")...)
	switch {
	case err == nil || ctx.Err() != nil:
		return err
	case last.Error != "":
		return fmt.Errorf("%s stops at code cell %d: %s", what, last.Cell, last.Error)
	case last.Lacks != "":
		return fmt.Errorf("%s cannot be a page: %s", what, last.Lacks)
	}
	return explain("run "+what, printed, err)
}
