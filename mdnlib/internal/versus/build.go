package main

import (
	"errors"
	"fmt"
	"go/version"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// A build is one way to compile this program, and what runs it then.
type build struct {
	name     string
	settings []string // of the environment of go build
	simd     bool     // whether it has to run the kernels with SIMD
	runner   []string // what runs the program; nothing where this machine does
}

// builds are all that can be compared here: with SIMD, where there are kernels, and without; and the same as WebAssembly, where
// Node.js is given.
func builds(node string) ([]build, error) {
	all := []build{{name: "Go, plain", settings: []string{"GOEXPERIMENT="}}}
	if slices.Contains([]string{"amd64", "arm64"}, runtime.GOARCH) {
		all = slices.Insert(all, 0, build{name: "Go, SIMD", settings: []string{"GOEXPERIMENT=simd"}, simd: true})
	}
	if node != "" {
		runner, err := wasmRunner(node)
		if err != nil {
			return nil, err
		}
		for _, b := range []build{{name: "WebAssembly, SIMD", settings: []string{"GOEXPERIMENT=simd"}, simd: true},
			{name: "WebAssembly, plain", settings: []string{"GOEXPERIMENT="}}} {
			b.settings, b.runner = append(b.settings, "GOOS=js", "GOARCH=wasm"), runner
			all = append(all, b)
		}
	}
	return all, nil
}

// buildOurs builds this program in all ways that can be compared here, each to be run on one thread, and on more where that is
// asked for. The first is the one that all are compared with.
func buildOurs(dir string, t training, c comparison) ([]*peer, error) {
	all, err := builds(c.node)
	if err != nil {
		return nil, err
	}
	goVersion, _ := release(runtime.Version())
	var ours, leftOut []*peer
	for i, b := range all {
		if b.simd {
			if err := checkSIMD(b.name, goVersion); err != nil {
				return nil, err
			}
		}
		program := filepath.Join(dir, fmt.Sprint("versus", i))
		if output, err := goCommand(b.settings, "build", "-o", program, "mdn/mdnlib/internal/versus").CombinedOutput(); err != nil {
			return nil, fmt.Errorf("cannot build %s: %w\n%s", b.name, err, output)
		}
		command := append(slices.Clone(b.runner), program)
		if b.simd {
			problem, err := b.withoutSIMD(command)
			if err != nil {
				return nil, err
			}
			if problem != "" {
				leftOut = append(leftOut, &peer{name: b.name, problem: problem})
				continue
			}
		}
		command = slices.Concat(command, t.arguments(), []string{"-json"})
		for _, threads := range c.bothThreads() {
			if threads > 1 && b.runner != nil { // WebAssembly has only one
				continue
			}
			ours = append(ours, &peer{name: b.name, threads: threads, command: command,
				environment: append(b.environment(), fmt.Sprint("GOMAXPROCS=", threads))})
		}
	}
	return append(ours, leftOut...), nil
}

// checkSIMD returns an error that says what to do where a Go of the given version has no SIMD for the build of that name.
func checkSIMD(name, goVersion string) error {
	if version.Compare(goVersion, simdGo) >= 0 {
		return nil
	}
	return fmt.Errorf("%s would run plain kernels, as %s has no SIMD that the library can use; take Go 1.27 or newer: "+
		"GOTOOLCHAIN=go1.27.4 go run ./mdnlib/internal/versus, with the same flags", name, goVersion)
}

// withoutSIMD asks a program that was built with SIMD which kernels it runs. If it runs the plain ones, the problem says why, if
// this processor has no others, and the error that something is wrong, if it has.
func (b build) withoutSIMD(command []string) (problem string, err error) {
	kernels := exec.Command(command[0], append(command[1:], "-kernels")...)
	kernels.Env = b.environment()
	output, err := kernels.Output()
	switch {
	case err != nil:
		return "", fmt.Errorf("cannot run %s: %w", b.name, explain(err))
	case strings.TrimSpace(string(output)) == "simd kernels":
		return "", nil
	case b.runner == nil && runtime.GOARCH == "amd64" && !hasAVX2():
		return "left out: this processor has no AVX2, or does not say so", nil
	}
	return "", fmt.Errorf("%s runs plain kernels, though Go and this processor have SIMD: a fault of the library or of its build", b.name)
}

// environment returns that in which the program runs. Go's WebAssembly has no room for a large one.
func (b build) environment() []string {
	if b.runner == nil {
		return os.Environ()
	}
	return []string{"PATH=" + os.Getenv("PATH"), "HOME=" + os.Getenv("HOME")}
}

// simdGo is the first Go whose SIMD the library can use.
const simdGo = "go1.27"

// hasAVX2 reports whether this processor has what kernels on amd64 are made of, and Go programs built with GOAMD64=v3.
func hasAVX2() bool {
	info, err := os.ReadFile("/proc/cpuinfo")
	return err == nil && strings.Contains(string(info), " avx2 ") && strings.Contains(string(info), " fma ")
}

// goCommand returns a command of the very Go that built this program: where the one on the PATH has another version, that one
// looks for it in the module cache, and fetches it.
func goCommand(settings []string, arguments ...string) *exec.Cmd {
	toolchain := "local"
	if goVersion, is := release(runtime.Version()); is {
		toolchain = goVersion
	}
	cmd := exec.Command("go", arguments...)
	cmd.Env = append(append(os.Environ(), "GOTOOLCHAIN="+toolchain), settings...)
	return cmd
}

// release returns a version of Go without the experiments that follow it, and whether it is one that can be fetched.
func release(goVersion string) (string, bool) {
	for _, mark := range []string{"-X:", " X:"} {
		goVersion, _, _ = strings.Cut(goVersion, mark)
	}
	return goVersion, version.IsValid(goVersion) && !strings.Contains(goVersion, "-")
}

// wasmRunner returns the command that runs a WebAssembly program of Go's in Node.js.
func wasmRunner(node string) ([]string, error) {
	if _, err := exec.LookPath(node); err != nil {
		return nil, fmt.Errorf("-node: %w", err)
	}
	root, err := goCommand(nil, "env", "GOROOT").Output()
	if err != nil {
		return nil, fmt.Errorf("go env GOROOT: %w", explain(err))
	}
	return []string{node, "--stack-size=8192", filepath.Join(strings.TrimSpace(string(root)), "lib", "wasm", "wasm_exec_node.js")}, nil
}

// explain adds to the error of a command's Output what it printed as its last lines.
func explain(err error) error {
	var exit *exec.ExitError
	if errors.As(err, &exit) && len(exit.Stderr) > 0 {
		return fmt.Errorf("%w\n%s", err, lastLines(exit.Stderr))
	}
	return err
}
