package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

const (
	kernelName  = "gonb"
	kernelTitle = "Go (gonb)"

	// completionTimeout is how long JupyterLab and GoNB wait for the names that could complete what is typed, in seconds.
	completionTimeout = "60"
)

// writeKernelspec writes how Jupyter starts GoNB: behind its guard, by absolute paths, with the PATH that it needs, and with this checkout in
// the workspace of every notebook.
func (c checkout) writeKernelspec(g toolchain) error {
	variables := g.variables()
	variables["PATH"] = c.searchPath(g)
	variables["GOROOT"] = ""                             // a JupyterLab of the user's may have that of another Go
	variables["GOWORK"] = ""                             // each notebook has its own
	variables["GOFLAGS"] = "-buildvcs=false -ldflags=-s" // without a symbol table a cell links in half the time
	variables["GOPLSCACHE"] = c.goplsCache()
	for _, setting := range g.cellBuild() {
		name, value, _ := strings.Cut(setting, "=")
		variables[name] = value
	}
	for name, value := range variables {
		variables[name] = literal(value)
	}
	variables["PATH"] += string(os.PathListSeparator) + "${PATH}"
	spec, err := json.MarshalIndent(map[string]any{
		"argv":           []string{c.guard(), "{connection_file}", c.installed("bin", "gonb"), "-go_work=" + string(c), "-extra_log=" + c.installed("gonb.log")},
		"display_name":   kernelTitle,
		"language":       "go",
		"interrupt_mode": "signal",
		"env":            variables,
	}, "", "  ")
	if err != nil {
		return err
	}
	return writeFile(filepath.Join(c.kernel(), "kernel.json"), append(spec, '\n'))
}

// literal writes what Jupyter reads as value in the environment of a kernelspec, where $ begins the name of a variable.
func literal(value string) string { return strings.ReplaceAll(value, "$", "$$") }

// writeLabDefaults writes how JupyterLab is set up until its user sets it up otherwise. It is done at every set-up, so that an older installation
// gets them as well.
func (c checkout) writeLabDefaults() error {
	defaults, err := json.MarshalIndent(map[string]any{
		// JupyterLab asks whether it may fetch news, and offers updates; neither belongs into a pinned environment.
		"@jupyterlab/apputils-extension:notification": map[string]any{"fetchNews": "false", "checkForUpdates": false},
		// The file browser opens on the folder of the notebook that is opened.
		"@jupyterlab/filebrowser-extension:browser": map[string]any{"navigateToCurrentDirectory": true},
		// JupyterLab drops a completion that takes longer than a second. The first one of a notebook takes GoNB and gopls about
		// that long, and more on a busy machine. An answer to what has been changed since is not shown, however late it comes.
		"@jupyterlab/completer-extension:manager": map[string]any{"providerTimeout": json.Number(completionTimeout + "000")},
	}, "", "  ")
	if err != nil {
		return err
	}
	return writeFile(c.installed("venv", "share", "jupyter", "lab", "settings", "overrides.json"), append(defaults, '\n'))
}

// warmCache compiles what every cell links, so that the first cell need not. It says so if training is slow, or this Go is not the
// pinned one.
func (c checkout) warmCache(ctx context.Context, g toolchain, progress *progress) (err error) {
	step := progress.begin("the library")
	err = c.runStep(ctx, append(c.environ(g), g.cellBuild()...), "compile the library", nil, g.command(), "build", "./mdnlib/...")
	if err == nil {
		err = c.warmCompletion(ctx, g)
	}
	kernels := ""
	if err == nil {
		kernels, err = c.kernels(ctx, g)
	}
	step.end(err)
	switch {
	case err != nil:
	case kernels != fastKernels:
		fmt.Fprintln(os.Stderr, g.slowly())
	case g.instead != (problem{}):
		fmt.Fprintf(os.Stderr, "%s, and the installed %s serves in its place; %s\n", g.instead.what, g.version, g.instead.fix)
	}
	return err
}

// warmCompletion has gopls read, once, what the cells import, so that the first Tab is answered like the later ones.
func (c checkout) warmCompletion(ctx context.Context, g toolchain) error {
	tools, err := c.toolsStamp(g)
	if err != nil {
		return err
	}
	_, missing := os.Stat(c.goplsCache())
	done := stamp{c.installed("stamps", "completion"), tools.content, missing == nil}
	if done.valid() {
		return nil
	}
	if err := c.runStep(ctx, append(c.environ(g), "GOPLSCACHE="+c.goplsCache()), "read the library for completion", nil,
		c.installed("bin", "gopls"), "check", c.path("mdnlib", "figure", "train.go")); err != nil {
		return err
	}
	return done.set()
}

// goplsCache is gopls' own here: another gopls, or another checkout of the same module, can leave in the user's that a package cannot be
// found; then nothing is ever completed.
func (c checkout) goplsCache() string { return c.installed("gopls") }
