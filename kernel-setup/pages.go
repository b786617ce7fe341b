package main

import (
	"context"
	"errors"
	"os"
	"runtime"
	"slices"
	"strings"

	programs "mdn/notebooks/page/build"
)

// parts is the program that says what a page is made of, see notebooks/page/tutorial-parts. The exporter of pages asks it.
func (c checkout) parts() string { return c.installed("bin", "tutorial-parts") }

// graph is the program that says what a notebook's cells depend on, see kernel-setup/graph. JupyterLab asks it.
func (c checkout) graph() string { return c.installed("bin", "notebook-graph") }

// guard is the program that stands between Jupyter and GoNB, see kernel-setup/gonb-guard. Jupyter starts it.
func (c checkout) guard() string { return c.installed("bin", "gonb-guard") }

// partsStamp is made from all that these programs are made from, and from the Go that the programs of pages are built with.
func (c checkout) partsStamp(g toolchain) (stamp, error) {
	folders := []string{c.path("notebooks", "page"), c.path("mdnlib", "figure", "markup")}
	for _, name := range []string{"gonb-guard", "graph", "licences", "notebook", "program", "record", "settings", "shell"} {
		folders = append(folders, c.path("kernel-setup", name))
	}
	files, err := sources(folders...)
	if err != nil {
		return stamp{}, err
	}
	files = append(files, c.path("go.mod"), c.path("go.sum"))
	made, err := c.digest(g.version+g.fastPath("wasm")+strings.Join(files, "\n"), files...)
	_, missing := programs.ReadConfig(string(c))
	for _, program := range []string{c.guard(), c.parts(), c.graph()} {
		_, err := os.Stat(program)
		missing = errors.Join(missing, err)
	}
	return stamp{c.installed("stamps", "parts"), made, missing == nil}, err
}

// installParts builds them where they are missing, or made from other sources or by another Go.
func (c checkout) installParts(ctx context.Context, g toolchain, progress *progress) (err error) {
	done, err := c.partsStamp(g)
	if err != nil || done.valid() {
		return err
	}
	step := progress.begin("the programs for pages and JupyterLab")
	defer func() { step.end(err) }()
	environment := c.environ(g)
	if err := c.runStep(ctx, environment, "build the programs for pages and JupyterLab", nil,
		g.command(), "build", "-o", c.installed("bin")+"/", "./kernel-setup/gonb-guard", "./kernel-setup/graph/notebook-graph", "./notebooks/page/tutorial-parts"); err != nil {
		return err
	}
	list := command(ctx, environment, g.command(), "list", "-m", "-f", "{{.Dir}}", programs.FontsModule)
	list.Dir = string(c)
	fonts, err := list.Output()
	if err != nil {
		return explainInstall("find the fonts of charts", complaint(err), err)
	}
	config := programs.Config{
		Go: g.command(), Version: g.version, Fonts: strings.TrimSpace(string(fonts)),
		Native: experiments(g.fastPath(runtime.GOARCH)), WebAssembly: experiments(g.fastPath("wasm")),
	}
	for name, value := range g.variables() {
		if name != "GOFLAGS" {
			config.Environment = append(config.Environment, name+"="+value)
		}
	}
	slices.Sort(config.Environment)
	if err := config.Write(string(c)); err != nil {
		return explain("write how the programs of pages are built", err.Error(), err)
	}
	return done.set()
}

// experiments returns Go's experiments for the programs of pages: SIMD where the library can use it, and encoding/json as it was before Go
// 1.27, which is half as large: a tenth of a program.
func experiments(fastPath string) string {
	return strings.TrimPrefix(strings.TrimPrefix(fastPath, "GOEXPERIMENT=")+",nojsonv2", ",")
}
