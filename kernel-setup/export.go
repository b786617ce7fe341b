package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// export runs notebooks in fresh kernels and writes each as an HTML page. A notebook with a failing cell leaves the page
// that was there before as it was. Where settings have several values it writes a page for each, and an index of them.
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
	if err := c.setUp(ctx); err != nil {
		return err
	}
	environment, err := c.environ()
	if err != nil {
		return err
	}
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
	progress := newProgress()
	defer progress.close()
	for _, t := range plan {
		if err := c.exportTutorial(ctx, environment, progress, *folder, t); err != nil {
			return err
		}
	}
	return nil
}

// exportTutorial writes the pages of one notebook, and their index if there are several. One of several that fails does
// not keep the others from being made; the index says why it is missing.
func (c checkout) exportTutorial(ctx context.Context, environment []string, progress *progress, folder string, t tutorial) error {
	write := func(suffix string, page []byte) error {
		path := filepath.Join(folder, pageName(t.Notebook, suffix))
		if err := writeFile(path, page); err != nil {
			return explain("write "+path, err.Error(), err)
		}
		progress.mu.Lock()
		defer progress.mu.Unlock()
		progress.say(fmt.Sprintf("%s (%d KB)", path, len(page)>>10))
		return nil
	}
	var columns []column
	var failures []error
	var names []string // of the key numbers
	heading := filepath.Base(t.Notebook)
	for _, p := range t.Pages {
		column := column{Page: pageName(t.Notebook, p.Suffix), Settings: strings.Join(p.Settings, ", ")}
		page, executed, err := c.exportNotebook(ctx, environment, progress, t.Notebook, p.Settings)
		switch {
		case err == nil:
			if err := write(p.Suffix, page); err != nil {
				return err
			}
			if len(t.Pages) == 1 {
				return nil
			}
			title, found, err := column.read(executed)
			if err != nil {
				return err
			}
			if title != "" {
				heading = title
			}
			for _, name := range found {
				if !slices.Contains(names, name) {
					names = append(names, name)
				}
			}
		case ctx.Err() != nil || len(t.Pages) == 1:
			return err
		default:
			column.Failure = err
			failures = append(failures, err)
		}
		columns = append(columns, column)
	}
	page, err := index(heading, t.Title, columns, names)
	if err != nil {
		return err
	}
	return errors.Join(append(failures, write(t.Index, page))...)
}

// pageName is the name of a notebook's page: 02-mean.html for 02-mean.ipynb, 02-mean.noise=0.3.html with other settings.
func pageName(notebook, suffix string) string {
	return strings.TrimSuffix(filepath.Base(notebook), ".ipynb") + suffix + ".html"
}

// exportNotebook runs a notebook with some of its settings replaced, and returns it as a page and as it is with its outputs.
func (c checkout) exportNotebook(
	ctx context.Context, environment []string, progress *progress, notebook string, settings []string,
) (page, executed []byte, err error) {
	name := filepath.Base(notebook)
	what := name
	if len(settings) > 0 {
		what += " with " + strings.Join(settings, ", ")
	}
	step := progress.begin(what)
	defer func() { step.end(err) }()
	work, err := os.MkdirTemp("", "mdn-export-*")
	if err != nil {
		return nil, nil, explain("make a temporary folder", err.Error(), err)
	}
	defer os.RemoveAll(work)

	withOutputs := filepath.Join(work, name)
	var last struct {
		Cell, Of int
		Error    string
	}
	err = c.runStep(ctx, environment, "run "+name, func(line string) {
		if json.Unmarshal([]byte(line), &last) == nil && last.Error == "" {
			step.note("cell %d of %d", last.Cell, last.Of)
		}
	}, c.python(), append([]string{c.path("kernel-setup", "jupyter", "run_notebook.py"), notebook, withOutputs}, settings...)...)
	if err != nil {
		if last.Error != "" && ctx.Err() == nil {
			return nil, nil, fmt.Errorf("%s stops at code cell %d: %s", what, last.Cell, last.Error)
		}
		return nil, nil, err
	}
	step.note("writing the page")
	if err := c.runStep(ctx, environment, "convert "+name, nil,
		c.python(), "-m", "nbconvert", "--to", "html", "--log-level", "ERROR", withOutputs); err != nil {
		return nil, nil, err
	}
	if page, err = os.ReadFile(filepath.Join(work, pageName(notebook, ""))); err != nil {
		return nil, nil, err
	}
	executed, err = os.ReadFile(withOutputs)
	return page, executed, err
}
