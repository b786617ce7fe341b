package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// export runs notebooks in fresh kernels and writes each as an HTML page. A notebook with a failing cell leaves the page
// that was there before as it was.
func export(ctx context.Context, c checkout, flags *flag.FlagSet, arguments []string) error {
	folder := flags.String("o", "", "write the pages into this folder (default tutorials, in the checkout)")
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
	if err := os.MkdirAll(*folder, 0o755); err != nil {
		return explain("create "+*folder, err.Error(), err)
	}
	environment, err := c.environ()
	if err != nil {
		return err
	}
	progress := newProgress()
	defer progress.close()
	for _, notebook := range notebooks {
		page, err := c.exportNotebook(ctx, environment, progress, notebook)
		if err != nil {
			return err
		}
		path := filepath.Join(*folder, pageName(notebook))
		if err := writeFile(path, page); err != nil {
			return explain("write "+path, err.Error(), err)
		}
		progress.mu.Lock()
		progress.say(fmt.Sprintf("%s (%d KB)", path, len(page)>>10))
		progress.mu.Unlock()
	}
	return nil
}

// pageName is the name of a notebook's page: 02-mean.html for 02-mean.ipynb.
func pageName(notebook string) string {
	return strings.TrimSuffix(filepath.Base(notebook), ".ipynb") + ".html"
}

// exportNotebook runs a notebook and returns it as a page.
func (c checkout) exportNotebook(ctx context.Context, environment []string, progress *progress, notebook string) (page []byte, err error) {
	name := filepath.Base(notebook)
	step := progress.begin(name)
	defer func() { step.end(err) }()
	work, err := os.MkdirTemp("", "mdn-export-*")
	if err != nil {
		return nil, explain("make a temporary folder", err.Error(), err)
	}
	defer os.RemoveAll(work)

	executed := filepath.Join(work, name)
	var last struct {
		Cell, Of int
		Error    string
	}
	err = c.runStep(ctx, environment, "run "+name, func(line string) {
		if json.Unmarshal([]byte(line), &last) == nil && last.Error == "" {
			step.note("cell %d of %d", last.Cell, last.Of)
		}
	}, c.python(), c.path("kernel-setup", "jupyter", "run_notebook.py"), notebook, executed)
	if err != nil {
		if last.Error != "" && ctx.Err() == nil {
			return nil, fmt.Errorf("%s stops at code cell %d: %s", name, last.Cell, last.Error)
		}
		return nil, err
	}
	step.note("writing the page")
	if err := c.runStep(ctx, environment, "convert "+name, nil,
		c.python(), "-m", "nbconvert", "--to", "html", "--log-level", "ERROR", executed); err != nil {
		return nil, err
	}
	return os.ReadFile(filepath.Join(work, pageName(notebook)))
}
