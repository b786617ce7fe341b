package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"strings"
)

const oldestPython = "3.10"

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

// packagesStamp is what the Python environment has when it is complete and fits this checkout. Of the package in
// kernel-setup/jupyter only pyproject.toml is installed, which says what Jupyter and papermill find in it; its modules are read from there.
func (c checkout) packagesStamp(environment []string) (stamp, error) {
	requirements, err := c.digest("", c.path("kernel-setup", "jupyter", "requirements.txt"), c.path("kernel-setup", "jupyter", "pyproject.toml"))
	if err != nil {
		return stamp{}, err
	}
	// The interpreter of an environment can vanish with the Python that it was made from.
	check := command(context.Background(), environment, c.python(), "-c", "import jupyterlab, nbclient, nbconvert, latex2mathml, mdn_jupyter")
	return stamp{c.installed("stamps", "packages"), requirements, check.Run() == nil}, nil
}

// toolsStamp is what GoNB and its tools have when they are complete, fit this checkout, and are built by this Go.
func (c checkout) toolsStamp(g toolchain) (stamp, error) {
	modules, err := c.digest(fmt.Sprint(g.version, gonbChanges), c.path("go.mod"), c.path("go.sum"))
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
	// The package of this checkout needs nothing that is not installed by now. Editable, it stays where it is.
	err = c.runStep(ctx, environment, "install the package in kernel-setup/jupyter", nil, c.python(), "-m", "pip", "install", "--no-input",
		"--no-index", "--no-deps", "--no-build-isolation", "--editable", c.path("kernel-setup", "jupyter"))
	if err != nil {
		return err
	}
	return done.set()
}

// installTools builds GoNB and the tools that it calls, as pinned in go.mod; GoNB with the change that quickGoNB makes.
func (c checkout) installTools(ctx context.Context, g toolchain, progress *progress, done stamp) (err error) {
	step := progress.begin("GoNB, goimports and gopls")
	defer func() { step.end(err) }()
	modfile, remove, err := c.quickGoNB(ctx, c.environ(g), g)
	if err != nil {
		return err
	}
	defer remove()
	built := 0
	err = c.runStep(ctx, append(c.environ(g), "GOBIN="+c.installed("bin")), "build GoNB and its tools", func(line string) {
		if strings.HasPrefix(line, "go: downloading") {
			step.note("%s", strings.TrimPrefix(line, "go: "))
		} else {
			built++
			step.note("%d packages compiled", built)
		}
	}, g.command(), "install", "-v", "-modfile="+modfile, "tool")
	if err != nil {
		return err
	}
	return done.set()
}
