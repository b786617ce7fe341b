package main

import (
	"context"
	"debug/buildinfo"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"mdn/kernel-setup/shell"
)

const setItUp = "run go run ./kernel-setup lab, which sets up whatever is missing"

// doctor checks each thing that the notebooks need and prints a line for it. It installs nothing.
func doctor(ctx context.Context, c checkout, flags *flag.FlagSet, arguments []string) error {
	if err := parse(flags, arguments, 0); err != nil {
		return err
	}
	g, err := installedGo(ctx)
	if err == nil {
		g, err = g.cached(ctx, pinnedGo)
	}
	if err == nil {
		g, err = c.recallSIMD(g)
	}
	if err != nil {
		return err
	}
	environment := c.environ(g)
	packages, err := c.packagesStamp(environment)
	if err != nil {
		return err
	}
	tools, err := c.toolsStamp(g)
	if err != nil {
		return err
	}
	broken := 0
	report := func(what, finding string, err error) {
		if err != nil {
			broken++
			fmt.Printf("✗ %s: %v\n", what, err)
			return
		}
		fmt.Printf("✓ %s: %s\n", what, finding)
	}
	output := func(program string, arguments ...string) (string, error) {
		cmd := command(ctx, environment, program, arguments...)
		cmd.Dir = string(c)
		text, err := cmd.CombinedOutput()
		if err != nil {
			return "", explainInstall(filepath.Base(program), string(text), err)
		}
		return strings.TrimSpace(string(text)), nil
	}

	goVersion, err := output(g.command(), "version")
	report("Go", strings.TrimPrefix(goVersion, "go version ")+", "+g.origin(), err)

	python, err := findPython(environment)
	report("Python", python, err)

	if free, failure := freeBytes(string(c)); failure == nil {
		err = nil
		if free < spaceNeeded && !(packages.valid() && tools.valid()) {
			err = problem{fmt.Sprintf("%.1f GB free", float64(free)/(1<<30)), fmt.Sprintf("free %d GB", spaceNeeded>>30)}
		}
		report("disk", fmt.Sprintf("%.0f GB free", float64(free)/(1<<30)), err)
	}

	jupyter := ""
	if err = c.tryLabPath(); err == nil {
		err = missing(packages, "JupyterLab")
	}
	if err == nil {
		jupyter, err = output(c.python(), "-c", "import jupyterlab; print(jupyterlab.__version__)")
	}
	report("JupyterLab", jupyter, err)

	gonb := ""
	if err = missing(tools, "GoNB"); err == nil {
		gonb, err = versionOf(c.installed("bin", "gonb"))
	}
	report("GoNB", gonb, err)

	parts, err := c.partsStamp(g)
	if err == nil {
		err = missing(parts, "the maker of pages")
	}
	report("pages", c.parts(), err)

	live, err := c.liveStamp(g)
	if err == nil {
		err = missing(live, "the live part of pages")
	}
	report("live part", c.liveFile(), err)

	report("kernelspec", c.kernel(), c.checkKernelspec(g))

	kernels, err := c.kernels(ctx, g)
	report("library", "compiles; it trains with "+kernels, err)
	if err == nil && kernels != fastKernels {
		fmt.Println("–", g.slowly())
	}

	for _, o := range optionals {
		if path := o.find(); path != "" {
			fmt.Printf("✓ tests of %s: %s\n", o.tests, path)
		} else {
			fmt.Printf("– tests of %s are skipped; to run them, install %s\n", o.tests, o.install)
		}
	}
	if broken > 0 {
		return fmt.Errorf("%d of the things above need fixing", broken)
	}
	fmt.Println("\nTo offer the kernel to a JupyterLab of your own, in the place of any kernel named gonb that it has already:")
	fmt.Println("  jupyter kernelspec install --user", shell.Quote(c.kernel()))
	return nil
}

// versionOf returns the version of the module that a program was built from, after seeing that it runs.
func versionOf(program string) (string, error) {
	if output, err := exec.Command(program, "-V").CombinedOutput(); err != nil {
		return "", explain(program, string(output), err)
	}
	info, err := buildinfo.ReadFile(program)
	if err != nil {
		return "", err
	}
	return info.Main.Version, nil
}

// missing says that something is not installed, or not as it is pinned now.
func missing(s stamp, what string) error {
	if s.valid() {
		return nil
	}
	if _, err := os.Stat(s.path); err == nil {
		return problem{what + " is installed, but not as this checkout and this Go have it", setItUp}
	}
	return problem{what + " is not installed", setItUp}
}

// checkKernelspec reads the kernelspec back and looks for the programs that it names.
func (c checkout) checkKernelspec(g toolchain) error {
	content, err := os.ReadFile(filepath.Join(c.kernel(), "kernel.json"))
	if err != nil {
		return problem{"there is none", setItUp}
	}
	var spec struct {
		Argv []string
		Env  map[string]string
	}
	if err := json.Unmarshal(content, &spec); err != nil || len(spec.Argv) == 0 {
		return problem{"it cannot be read", setItUp}
	}
	if _, err := os.Stat(spec.Argv[0]); err != nil || spec.Argv[0] != c.guard() {
		return problem{"it names a kernel that is not there: " + spec.Argv[0], setItUp}
	}
	if !slices.Contains(filepath.SplitList(spec.Env["PATH"]), literal(filepath.Join(g.root, "bin"))) {
		return problem{"its PATH does not lead to " + g.version, setItUp}
	}
	return nil
}
