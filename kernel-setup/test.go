package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// An optional program makes a group of tests possible that the product itself does not need.
type optional struct {
	tests   string   // what cannot be tested without it
	names   []string // what it may be called
	install string
}

var (
	browser = optional{"JupyterLab in a browser", []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable",
		"/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"}, "Chromium or Chrome"}
	compiler = optional{"the race detector", []string{"cc", "gcc", "clang"}, "a C compiler"}
	node     = optional{"WebAssembly", []string{"node"}, "Node.js"}
	emulator = optional{"arm64", []string{"qemu-aarch64", "qemu-aarch64-static"}, "qemu-user"}
	firefox  = optional{"pages in Firefox", []string{"firefox-esr", "firefox"}, "Firefox (on Debian: firefox-esr)"}
	webkit   = optional{"pages in WebKit", []string{"WebKitWebDriver"}, "WebKitWebDriver (on Debian and Ubuntu: webkit2gtk-driver)"}
	screen   = optional{"pages in WebKit", []string{"Xvfb"}, "Xvfb"} // for WebKit, which has no way to do without one

	optionals = []optional{browser, compiler, node, emulator, firefox, webkit, screen}
)

// find returns the program's path, or "" where it is not installed.
func (o optional) find() string {
	for _, name := range o.names {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

// test runs the tests: of the long ones a part, or with -full all. Those that need a program that is not installed are skipped, and
// named; on a CI machine, which sets CI, that is an error.
func test(ctx context.Context, c checkout, flags *flag.FlagSet, arguments []string) error {
	full := flags.Bool("full", false, "run the long tests whole: longer trainings on every platform, every notebook in JupyterLab, every page in every browser, at each "+
		"width and theme, a minute of each fuzz target")
	if err := parse(flags, arguments, 0); err != nil {
		return err
	}
	var skipped []string
	for _, o := range optionals {
		if o.find() != "" {
			continue
		}
		if os.Getenv("CI") != "" {
			return problem{"the tests of " + o.tests + " cannot run, and CI is set", "install " + o.install}
		}
		skipped = append(skipped, fmt.Sprintf("skipped: the tests of %s, which need %s", o.tests, o.install))
	}
	g, err := c.setUp(ctx, "the tests")
	if err != nil {
		return err
	}
	environment := append(c.environ(g), g.fastPath(runtime.GOARCH), "MDN_BROWSER="+browser.find(), "MDN_NODE="+node.find(),
		"MDN_ARM64="+emulator.find(), "MDN_FIREFOX="+firefox.find(), "MDN_WEBKIT="+webkit.find(), "MDN_XVFB="+screen.find())
	if err := c.verifyModules(ctx, environment, g); err != nil {
		return stopped(ctx, err)
	}
	python := c.path("kernel-setup", "jupyter")
	for _, check := range [][]string{
		{g.command(), "vet", "./..."},
		{g.command(), "tool", "-modfile=kernel-setup/lint/go.mod", "staticcheck", "./..."},
		{c.python(), "-m", "ruff", "check", "--no-cache", python},
		{c.python(), "-m", "ruff", "format", "--check", "--no-cache", python},
		{c.python(), "-m", "pytest", "-q", python},
	} {
		if err := c.check(ctx, environment, check[0], check[1:]...); err != nil {
			return err
		}
	}
	if *full {
		environment = append(environment, "MDN_FULL=1")
	}
	// The longest first: as many packages are tested side by side as there are cores.
	packages := []string{"./notebooks/...", "./kernel-setup/...", "./mdnlib/..."}
	if err := c.runTests(ctx, environment, g.command(), append([]string{"-count=1", "-timeout=60m", "-parallel=3"}, packages...)...); err != nil {
		return stopped(ctx, fmt.Errorf("go test: %w", err))
	}
	fleet := c.path("mdnlib", "sweep", "fleet") // a module of its own
	for _, arguments := range [][]string{
		{"vet", "-C", fleet, "./..."},
		{"tool", "-C", fleet, "-modfile=" + c.path("kernel-setup", "lint", "go.mod"), "staticcheck", "./..."},
		{"test", "-C", fleet, "-count=1", "./..."},
	} {
		if err := c.check(ctx, environment, g.command(), arguments...); err != nil {
			return err
		}
	}
	if compiler.find() != "" {
		// Of the library only Fit and FitAll have goroutines; vector is here because the race detector also checks pointers. What is
		// left out trains long, and no two goroutines that others have not.
		const long = "^(TestWarn|TestUnits|TestNoInstructionFuses|TestContributing|TestRowsAreLearned|TestOutlierIsNoCollapse)"
		if err := c.check(ctx, environment, g.command(), "test", "-count=1", "-timeout=30m", "-short", "-race", "-skip", long,
			"./mdnlib", "./mdnlib/internal/vector"); err != nil {
			return err
		}
	}
	if *full {
		if err := c.fuzz(ctx, environment, g, time.Minute); err != nil {
			return stopped(ctx, err)
		}
	}
	// What others publish about modules does not decide whether these tests pass: that would depend on the day.
	published, err := c.checkVulnerabilities(ctx, environment, g)
	switch {
	case ctx.Err() != nil:
		return stopped(ctx, err)
	case err != nil:
		published = strings.TrimSpace(published + "\n" + err.Error())
	}
	if published != "" {
		skipped = append(skipped, published)
	}
	for _, line := range skipped {
		fmt.Println(line)
	}
	if *full {
		fmt.Println("All tests passed.")
	} else {
		fmt.Println("All tests passed. The long ones ran in part; go run ./kernel-setup test -full runs them whole.")
	}
	return nil
}

// check runs a program that finds faults and says so by itself.
func (c checkout) check(ctx context.Context, environment []string, program string, arguments ...string) error {
	name := strings.Join(append([]string{filepath.Base(program)}, arguments...), " ")
	fmt.Println(name)
	cmd := command(ctx, environment, program, arguments...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = string(c), os.Stdout, os.Stderr
	if err := cmd.Run(); err != nil {
		return stopped(ctx, fmt.Errorf("%s: %w", name, err))
	}
	return nil
}

// stopped is the error, or, where the user has interrupted, that.
func stopped(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return interrupted{"the tests have not all run"}
	}
	return err
}
