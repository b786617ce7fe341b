package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
)

const input = "../../testdata/seed0.json"

// TestSameDigitsEverywhere builds this program for other platforms and runs it there: the parameters must end as the same
// bits. The dense network follows a workload; the others draw their data and weights. kernel-setup says in MDN_NODE and
// MDN_ARM64 which programs can run WebAssembly and arm64.
func TestSameDigitsEverywhere(t *testing.T) {
	epochs := 20
	if testing.Short() {
		epochs = 2
	}
	for task, input := range map[string]string{"dense": input, "mdn": "", "odd": ""} {
		here, err := run(task, epochs, input)
		if err != nil {
			t.Fatal(err)
		}
		for _, platform := range []struct {
			name   string
			build  []string
			runner []string
		}{
			{"amd64, plain", []string{"GOOS=" + runtime.GOOS, "GOARCH=amd64", "GOEXPERIMENT="}, nil},
			{"amd64 v3, plain", []string{"GOOS=" + runtime.GOOS, "GOARCH=amd64", "GOAMD64=v3", "GOEXPERIMENT="}, nil},
			{"amd64 v3", []string{"GOOS=" + runtime.GOOS, "GOARCH=amd64", "GOAMD64=v3"}, nil},
			{"arm64", []string{"GOOS=linux", "GOARCH=arm64", "GOEXPERIMENT="}, fields(os.Getenv("MDN_ARM64"))},
			{"WebAssembly", []string{"GOOS=js", "GOARCH=wasm", "GOEXPERIMENT="}, wasmRunner(t)},
		} {
			t.Run(task+"/"+platform.name, func(t *testing.T) {
				switch {
				case strings.HasPrefix(platform.name, "amd64"):
					if runtime.GOARCH != "amd64" || !hasAVX2() {
						t.Skip("this machine cannot run it")
					}
				case len(platform.runner) == 0:
					t.Skip("nothing to run it with; go run ./kernel-setup test looks for Node and qemu-user")
				}
				there := runElsewhere(t, platform.build, platform.runner, task, epochs, input)
				if there.ParametersSHA256 != here.ParametersSHA256 || there.FinalCost != here.FinalCost {
					t.Errorf("after %d steps: cost %v and parameters %s here, cost %v and parameters %s there",
						here.Steps, here.FinalCost, here.ParametersSHA256, there.FinalCost, there.ParametersSHA256)
				}
			})
		}
	}
}

func fields(program string) []string {
	if program == "" {
		return nil
	}
	return []string{program}
}

// wasmRunner returns the command that runs a WebAssembly program of Go's in Node.
func wasmRunner(t *testing.T) []string {
	t.Helper()
	node := os.Getenv("MDN_NODE")
	if node == "" {
		return nil
	}
	goroot, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	return []string{node, "--stack-size=8192", filepath.Join(strings.TrimSpace(string(goroot)), "lib", "wasm", "wasm_exec_node.js")}
}

// hasAVX2 reports whether programs built with GOAMD64=v3 run here; Go's runtime refuses them otherwise.
func hasAVX2() bool {
	info, err := os.ReadFile("/proc/cpuinfo")
	return err == nil && strings.Contains(string(info), " avx2 ") && strings.Contains(string(info), " fma ")
}

func runElsewhere(t *testing.T, build, runner []string, task string, epochs int, input string) result {
	t.Helper()
	program := filepath.Join(t.TempDir(), "versus")
	cmd := exec.Command("go", "build", "-o", program, ".")
	cmd.Env = append(os.Environ(), append(build, "CGO_ENABLED=0")...)
	if output, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	command := append(runner, program, "-task", task, "-epochs", strconv.Itoa(epochs), "-input", input, "-json")
	output, err := exec.Command(command[0], command[1:]...).Output()
	if err != nil {
		t.Fatalf("%v: %v: %s", command, err, output)
	}
	var r result
	if err := json.Unmarshal(output, &r); err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	return r
}

func TestRunRefuses(t *testing.T) {
	for _, test := range []struct {
		task   string
		epochs int
		input  string
		want   string
	}{
		{"dense", 0, input, "-epochs is 0; use 1 or more"},
		{"cnn", 1, input, `-task is "cnn"; use dense, mdn or odd`},
		{"mdn", 1, "nosuch.json", "nosuch.json"},
		{"mdn", 1, "../../testdata/golden.json", "it is not a training workload"},
	} {
		if _, err := run(test.task, test.epochs, test.input); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("run(%q, %d, %q): error %v, want %q", test.task, test.epochs, test.input, err, test.want)
		}
	}
}
