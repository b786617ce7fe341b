package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

const input = "../../testdata/seed0.json"

// TestSameDigitsEverywhere builds this program for other platforms and runs it there: the parameters must end as the same
// bits. The dense network follows a workload; the others draw their data and weights. kernel-setup says in MDN_NODE and MDN_ARM64
// which programs can run WebAssembly and arm64, and in MDN_FULL whether to train for long.
func TestSameDigitsEverywhere(t *testing.T) {
	epochs, tasks := 2, map[string]string{"dense": input, "mdn": "", "odd": ""}
	if os.Getenv("MDN_FULL") != "" {
		epochs = 20
	}
	var inNode []string
	if node := os.Getenv("MDN_NODE"); node != "" {
		var err error
		if inNode, err = wasmRunner(node); err != nil {
			t.Fatal(err)
		}
	}
	here := map[string]result{}
	for task, input := range tasks {
		var err error
		if here[task], err = run(training{task: task, epochs: epochs, input: input}); err != nil {
			t.Fatal(err)
		}
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
		{"arm64, SIMD", []string{"GOOS=linux", "GOARCH=arm64", "GOEXPERIMENT=simd"}, fields(os.Getenv("MDN_ARM64"))},
		{"WebAssembly", []string{"GOOS=js", "GOARCH=wasm", "GOEXPERIMENT="}, inNode},
		{"WebAssembly, SIMD", []string{"GOOS=js", "GOARCH=wasm", "GOEXPERIMENT=simd"}, inNode},
	} {
		t.Run(platform.name, func(t *testing.T) {
			switch {
			case strings.HasPrefix(platform.name, "amd64"):
				if runtime.GOARCH != "amd64" || !hasAVX2() {
					t.Skip("this machine cannot run it")
				}
			case len(platform.runner) == 0:
				t.Skip("nothing to run it with; go run ./kernel-setup test looks for Node and qemu-user")
			}
			simd := strings.HasSuffix(platform.name, "SIMD")
			if goVersion, _ := release(runtime.Version()); simd && checkSIMD(platform.name, goVersion) != nil {
				t.Skip(checkSIMD(platform.name, goVersion))
			}
			program := buildElsewhere(t, platform.build)
			for task, here := range here {
				t.Run(task, func(t *testing.T) {
					there := runElsewhere(t, append(platform.runner, program), training{task: task, epochs: epochs, input: tasks[task]})
					if there.ParametersSHA256 != here.ParametersSHA256 || there.FinalCost != here.FinalCost {
						t.Errorf("after %d steps: cost %v and parameters %s here, cost %v and parameters %s there",
							here.Steps, here.FinalCost, here.ParametersSHA256, there.FinalCost, there.ParametersSHA256)
					}
					if simd && there.Path != "simd" {
						t.Errorf("it runs %s kernels", there.Path)
					}
				})
			}
		})
	}
}

func fields(program string) []string {
	if program == "" {
		return nil
	}
	return []string{program}
}

func buildElsewhere(t *testing.T, build []string) (program string) {
	t.Helper()
	program = filepath.Join(t.TempDir(), "versus")
	cmd := exec.Command("go", "build", "-o", program, ".")
	cmd.Env = append(os.Environ(), append(build, "CGO_ENABLED=0")...)
	if output, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	return program
}

func runElsewhere(t *testing.T, program []string, training training) result {
	t.Helper()
	command := slices.Concat(program, training.arguments(), []string{"-json"})
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
	workload := filepath.Join(t.TempDir(), "workload.json")
	if err := (training{task: "wide", epochs: 1, hidden: "5,7", batch: 512}).write(workload); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		training
		want string
	}{
		{training{task: "dense", epochs: 0, input: input}, "-epochs is 0; use 1 or more"},
		{training{task: "wide", epochs: -1}, "-epochs is -1; use 1 or more"},
		{training{task: "cnn", epochs: 1, input: input}, `-task is "cnn"; use dense, mdn, wide or odd`},
		{training{task: "mdn", epochs: 1, input: "nosuch.json"}, "nosuch.json"},
		{training{task: "mdn", epochs: 1, input: "../../testdata/golden.json"}, "it is not a training workload"},
		{training{task: "mdn", epochs: 1, input: input, hidden: "9"}, "-hidden, -samples, -inputs, -batch and -components are for -task wide; leave them out with -task mdn"},
		{training{task: "odd", epochs: 1, batch: 64}, "-hidden, -samples, -inputs, -batch and -components are for -task wide; leave them out with -task odd"},
		{training{task: "dense", epochs: 1, components: 1}, "-hidden, -samples, -inputs, -batch and -components are for -task wide; leave them out with -task dense"},
		{training{task: "wide", epochs: 1, hidden: "128,x"}, `-hidden is "128,x"; use widths of 1 or more`},
		{training{task: "wide", epochs: 1, hidden: "128,0"}, `-hidden is "128,0"; use widths of 1 or more`},
		{training{task: "wide", epochs: 1, hidden: "128 128"}, `-hidden is "128 128"; use widths of 1 or more`},
		{training{task: "wide", epochs: 1, batch: 50}, "-batch is 50; use a divisor of 4096"},
		{training{task: "wide", epochs: 1, batch: -64}, "-batch is -64; use a divisor of 4096"},
		{training{task: "wide", epochs: 1, samples: 1000, batch: 64}, "-batch is 64; use a divisor of 1000"},
		{training{task: "wide", epochs: 1, samples: -1}, "-samples is -1 and -inputs 0; use 1 or more, or 0 for 4096 and 1"},
		{training{task: "wide", epochs: 1, inputs: -1}, "-samples is 0 and -inputs -1; use 1 or more"},
		{training{task: "odd", epochs: 1, inputs: 2}, "are for -task wide; leave them out with -task odd"},
		{training{task: "wide", epochs: 1, components: -1}, "-components is -1; use 1 for a normal distribution"},
		{training{task: "wide", epochs: 1, input: input}, "it is a workload of another training"},
		{training{task: "mdn", epochs: 1, input: workload}, "it is a workload of another training"},
		{training{task: "wide", epochs: 1, input: workload, hidden: "5,7", batch: 256}, "it is a workload of another training"},
		{training{task: "wide", epochs: 1, input: workload, hidden: "5,7,9", batch: 512}, "it is a workload of another training"},
		{training{task: "wide", epochs: 1, input: workload, hidden: "5,7", batch: 512, components: 2}, "it is a workload of another training"},
		{training{task: "wide", epochs: 1, input: workload, hidden: "5,7", batch: 512, inputs: 2}, "it is a workload of another training"},
		{training{task: "wide", epochs: 1, input: workload, hidden: "5,8", batch: 512}, "it is a workload of another network: layer 2 is not as wide"},
	} {
		if _, err := run(test.training); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("run(%+v): error %v, want %q", test.training, err, test.want)
		}
	}
}

// TestCheckSIMD asserts which Go builds the programs that have to run kernels with SIMD, and what is said of others.
func TestCheckSIMD(t *testing.T) {
	for _, test := range []struct {
		version string
		want    string
	}{
		{"go1.26.8", "Go, SIMD would run plain kernels, as go1.26.8 has no SIMD that the library can use; take Go 1.27 or newer: " +
			"GOTOOLCHAIN=go1.27.4 go run ./mdnlib/internal/versus, with the same flags"},
		{"go1.27rc1", ""},
		{"go1.27.0", ""},
		{"go1.27.4", ""},
		{"go1.28-devel_0123456789", ""},
		{"go1.100.0", ""},
	} {
		err := checkSIMD("Go, SIMD", test.version)
		if (err == nil) != (test.want == "") || err != nil && err.Error() != test.want {
			t.Errorf("of %s it says %v, want %q", test.version, err, test.want)
		}
	}
}

// TestRelease asserts which versions of Go the go command is asked for by name.
func TestRelease(t *testing.T) {
	for _, test := range []struct {
		version, want string
		is            bool
	}{
		{"go1.27.4", "go1.27.4", true},
		{"go1.27.4-X:simd", "go1.27.4", true},
		{"go1.26.8 X:simd,nodwarf5", "go1.26.8", true},
		{"go1.28rc1", "go1.28rc1", true},
		{"go1.28-devel_0123456789", "go1.28-devel_0123456789", false},
		{"devel go1.28-0123456789", "devel go1.28-0123456789", false},
	} {
		if got, is := release(test.version); got != test.want || is != test.is {
			t.Errorf("release(%q) = %q, %v, want %q, %v", test.version, got, is, test.want, test.is)
		}
	}
}
