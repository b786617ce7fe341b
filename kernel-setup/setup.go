package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

const (
	kernelName   = "gonb"
	kernelTitle  = "Go (gonb)"
	oldestPython = "3.10"
	spaceNeeded  = 2 << 30 // bytes: what is installed, the pinned Go, and the caches of Go and pip, 1.7 GB together

	// pathFile, in the Python environment's folder of packages, adds kernel-setup/jupyter to them, so that papermill finds
	// its translator for Go. The path is relative to that folder.
	pathFile = "../../../../../kernel-setup/jupyter\n"
)

// setUp installs whatever is missing or out of date. Each step leaves a stamp when it is complete, made from what went
// into it; so an installation that was cut off is completed by the next run, and a changed pin is installed again.
func (c checkout) setUp(ctx context.Context) (g toolchain, err error) {
	if err := os.MkdirAll(c.installed("stamps"), 0o755); err != nil {
		return g, explain("create "+c.installed(), err.Error(), err)
	}
	release, err := lock(ctx, c.installed("lock"))
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
		if free, err := freeBytes(string(c)); err == nil && free < spaceNeeded {
			return g, problem{fmt.Sprintf("only %.1f GB are free on the disk of %s", float64(free)/(1<<30), c),
				fmt.Sprintf("free %d GB and run the same command again", spaceNeeded>>30)}
		}
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
	if err := c.writeLabSettings(); err != nil {
		return g, explain("write the settings of JupyterLab", err.Error(), err)
	}
	if err := c.warmCache(ctx, g, progress); err != nil {
		return g, err
	}
	return g, c.buildLive(ctx, g, progress)
}

// cancelOn cancels if there is an error.
func cancelOn(err error, cancel context.CancelCauseFunc) {
	if err != nil {
		cancel(err)
	}
}

// A stamp is a file that says what a complete step was made from.
type stamp struct {
	path, content string
	intact        bool // what the step made is still there
}

func (s stamp) valid() bool {
	content, err := os.ReadFile(s.path)
	return err == nil && string(content) == s.content && s.intact
}

func (s stamp) set() error { return writeFile(s.path, []byte(s.content)) }

// packagesStamp is what the Python environment has when it is complete and fits this checkout.
func (c checkout) packagesStamp(environment []string) (stamp, error) {
	requirements, err := c.digest(pathFile, c.path("kernel-setup", "jupyter", "requirements.txt"))
	if err != nil {
		return stamp{}, err
	}
	// The interpreter of an environment can vanish with the Python that it was made from.
	check := command(context.Background(), environment, c.python(), "-c", "import jupyterlab, nbclient, nbconvert, latex2mathml")
	return stamp{c.installed("stamps", "packages"), requirements, check.Run() == nil}, nil
}

// toolsStamp is what GoNB and its tools have when they are complete, fit this checkout, and are built by this Go.
func (c checkout) toolsStamp(g toolchain) (stamp, error) {
	modules, err := c.digest(g.version, c.path("go.mod"), c.path("go.sum"))
	if err != nil {
		return stamp{}, err
	}
	tools := stamp{c.installed("stamps", "tools"), modules, true}
	for _, tool := range []string{"gonb", "goimports", "gopls"} {
		if _, err := os.Stat(c.installed("bin", tool)); err != nil {
			tools.intact = false
		}
	}
	return tools, nil
}

// digest is a stamp's content: it changes when this folder, the extra text or a file does.
func (c checkout) digest(extra string, files ...string) (string, error) {
	hash := sha256.New()
	fmt.Fprintln(hash, c, extra)
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			return "", err
		}
		hash.Write(content)
	}
	return fmt.Sprintf("%x\n", hash.Sum(nil)), nil
}

// findPython returns the first Python on the PATH that is new enough and can make environments.
func findPython(environment []string) (string, error) {
	var seen []string
	for _, name := range []string{"python3", "python3.14", "python3.13", "python3.12", "python3.11", "python3.10", "python"} {
		path, err := exec.LookPath(name)
		if err != nil {
			continue
		}
		check := command(context.Background(), environment, path, "-c",
			"import sys; print('%d.%d.%d' % sys.version_info[:3]); sys.exit(sys.version_info < ("+strings.Replace(oldestPython, ".", ", ", 1)+"))")
		version, err := check.Output()
		if err == nil {
			if output, err := command(context.Background(), environment, path, "-c", "import venv, ensurepip").CombinedOutput(); err != nil {
				return "", explainInstall(path, string(output), err)
			}
			return path, nil
		}
		seen = append(seen, fmt.Sprintf("%s is %s", path, bytes.TrimSpace(version)))
	}
	if len(seen) > 0 {
		return "", problem{"Python is too old: " + strings.Join(seen, ", "), "install Python " + oldestPython + " or newer"}
	}
	return "", problem{"there is no python3 on the PATH",
		"install Python " + oldestPython + " or newer (on Debian and Ubuntu: sudo apt install python3 python3-venv)"}
}

// installPackages makes a Python environment and installs the locked packages into it.
func (c checkout) installPackages(ctx context.Context, environment []string, progress *progress, done stamp, python string) (err error) {
	step := progress.begin("JupyterLab")
	defer func() { step.end(err) }()
	step.note("making a Python environment")
	if err := c.runStep(ctx, environment, "make a Python environment", nil, python, "-m", "venv", "--clear", c.installed("venv")); err != nil {
		return err
	}
	requirements := c.path("kernel-setup", "jupyter", "requirements.txt")
	content, err := os.ReadFile(requirements)
	if err != nil {
		return err
	}
	total, collected := bytes.Count(content, []byte("==")), 0
	err = c.runStep(ctx, environment, "install JupyterLab", func(line string) {
		switch {
		case strings.HasPrefix(line, "Collecting "):
			collected++
			step.note("package %d of about %d", collected, total)
		case strings.HasPrefix(line, "Installing collected packages"):
			step.note("unpacking %d packages", collected)
		}
	}, c.python(), "-m", "pip", "install", "--require-hashes", "--no-input", "--progress-bar", "off", "--no-warn-script-location",
		"-r", requirements)
	if err != nil {
		return err
	}
	folders, err := glob(c.installed("venv", "lib"), "python3*/site-packages")
	if err != nil || len(folders) != 1 {
		return fmt.Errorf("the Python environment has the package folders %q, and should have one (%v)", folders, err)
	}
	if err := writeFile(filepath.Join(folders[0], "mdn.pth"), []byte(pathFile)); err != nil {
		return err
	}
	return done.set()
}

// installTools builds GoNB and the tools that it calls, as pinned in go.mod.
func (c checkout) installTools(ctx context.Context, g toolchain, progress *progress, done stamp) (err error) {
	step := progress.begin("GoNB, goimports and gopls")
	defer func() { step.end(err) }()
	built := 0
	err = c.runStep(ctx, append(c.environ(g), "GOBIN="+c.installed("bin")), "build GoNB and its tools", func(line string) {
		if strings.HasPrefix(line, "go: downloading") {
			step.note("%s", strings.TrimPrefix(line, "go: "))
		} else {
			built++
			step.note("%d packages compiled", built)
		}
	}, g.command(), "install", "-v", "tool")
	if err != nil {
		return err
	}
	return done.set()
}

// warmCache compiles what every cell links, so that the first cell need not. It says so if training is slow, or this Go is not the
// pinned one.
func (c checkout) warmCache(ctx context.Context, g toolchain, progress *progress) (err error) {
	step := progress.begin("the library")
	err = c.runStep(ctx, append(c.environ(g), g.cellBuild()...), "compile the library", nil, g.command(), "build", "./mdnlib/...")
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

// writeKernelspec writes how Jupyter starts GoNB: by absolute path, with the PATH that it needs, and with this checkout in
// the workspace of every notebook.
func (c checkout) writeKernelspec(g toolchain) error {
	variables := g.variables()
	variables["PATH"] = c.searchPath(g) + string(os.PathListSeparator) + "${PATH}"
	variables["GOROOT"] = ""                             // a JupyterLab of the user's may have that of another Go
	variables["GOWORK"] = ""                             // each notebook has its own
	variables["GOFLAGS"] = "-buildvcs=false -ldflags=-s" // without a symbol table a cell links in half the time
	for _, setting := range g.cellBuild() {
		name, value, _ := strings.Cut(setting, "=")
		variables[name] = value
	}
	spec, err := json.MarshalIndent(map[string]any{
		"argv":           []string{c.installed("bin", "gonb"), "--kernel", "{connection_file}", "-go_work=" + string(c), "-extra_log=" + c.installed("gonb.log")},
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

// writeLabSettings writes the settings that JupyterLab begins with. It is done at every set-up, so that an older installation
// gets them as well.
func (c checkout) writeLabSettings() error {
	settings, err := json.MarshalIndent(map[string]any{
		// JupyterLab asks whether it may fetch news, and offers updates; neither belongs into a pinned environment.
		"@jupyterlab/apputils-extension:notification": map[string]any{"fetchNews": "false", "checkForUpdates": false},
		// JupyterLab drops a completion that takes longer than a second. The first one of a notebook takes GoNB and gopls some
		// 13 s, and more on a busy machine. An answer to what has been changed since is not shown, however late it comes.
		"@jupyterlab/completer-extension:manager": map[string]any{"providerTimeout": 60_000},
	}, "", "  ")
	if err != nil {
		return err
	}
	return writeFile(c.installed("venv", "share", "jupyter", "lab", "settings", "overrides.json"), append(settings, '\n'))
}

// command is exec.CommandContext with an environment; an interrupt gives the program five seconds to end by itself.
func command(ctx context.Context, environment []string, program string, arguments ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, program, arguments...)
	cmd.Env = environment
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 5 * time.Second
	return cmd
}

// runStep runs a program that installs something, as watched does, and explains its failure.
func (c checkout) runStep(ctx context.Context, environment []string, doing string, watch func(line string), program string, arguments ...string) error {
	output, err := c.watched(ctx, environment, watch, program, arguments...)
	if err != nil && ctx.Err() == nil {
		return explainInstall(doing, output, err)
	}
	return err
}

// watched runs a program, hands each line that it prints to watch, and returns all that it has printed.
func (c checkout) watched(ctx context.Context, environment []string, watch func(line string), program string, arguments ...string) (string, error) {
	cmd := command(ctx, environment, program, arguments...)
	cmd.Dir = string(c)
	reader, writer := io.Pipe()
	cmd.Stdout, cmd.Stderr = writer, writer
	var output bytes.Buffer
	var reading sync.WaitGroup
	reading.Go(func() {
		lines := bufio.NewReader(reader)
		for {
			line, err := lines.ReadString('\n')
			output.WriteString(line)
			if watch != nil && line != "" {
				watch(strings.TrimSpace(line))
			}
			if err != nil {
				return
			}
		}
	})
	err := cmd.Run()
	writer.Close()
	reading.Wait()
	if err != nil && ctx.Err() != nil {
		err = ctx.Err()
	}
	return output.String(), err
}

// writeFile writes a file that appears whole or not at all, and the folders above it.
func writeFile(path string, content []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	temporary, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer os.Remove(temporary.Name()) // fails, as it should, once the file has its name
	if _, err := temporary.Write(content); err != nil {
		temporary.Close()
		return err
	}
	if err := errors.Join(temporary.Chmod(0o644), temporary.Close()); err != nil {
		return err
	}
	return os.Rename(temporary.Name(), path)
}
