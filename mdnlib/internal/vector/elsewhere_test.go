package vector

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestElsewhere runs the tests of the kernels on arm64 and as WebAssembly, whose registers hold four numbers. kernel-setup says in
// MDN_ARM64 and MDN_NODE which programs can run them.
func TestElsewhere(t *testing.T) {
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	wasmExec := filepath.Join(strings.TrimSpace(string(root)), "lib", "wasm", "wasm_exec_node.js")
	for _, platform := range []struct {
		name, program, architecture, system string
		arguments                           []string
	}{
		{"arm64", os.Getenv("MDN_ARM64"), "arm64", "linux", nil},
		{"WebAssembly", os.Getenv("MDN_NODE"), "wasm", "js", []string{"--stack-size=8192", wasmExec}},
	} {
		t.Run(platform.name, func(t *testing.T) {
			if platform.program == "" {
				t.Skip("nothing to run it with; go run ./kernel-setup test looks for Node and qemu-user")
			}
			tests := filepath.Join(t.TempDir(), "vector.test")
			build := exec.Command("go", "test", "-c", "-o", tests, ".")
			build.Env = append(os.Environ(), "GOOS="+platform.system, "GOARCH="+platform.architecture, "CGO_ENABLED=0")
			if output, err := build.CombinedOutput(); err != nil {
				t.Fatalf("%v: %s", err, output)
			}
			run := exec.Command(platform.program, append(platform.arguments, tests, "-test.v",
				"-test.run=^(FuzzSIMD|TestAgree|TestAffine|TestBackAffine|TestSum|TestGradient|TestTanhRows|TestBackTanh|TestLargestMagnitude|TestAdamStep|TestSpecialValues)$")...)
			output, err := run.CombinedOutput()
			if err != nil || !strings.Contains(string(output), "--- PASS: TestAffine") {
				t.Errorf("%v: %s", err, output)
			}
			if os.Getenv("GOEXPERIMENT") == "simd" && strings.HasPrefix(goVersion(), "go1.27") && !strings.Contains(string(output), "--- PASS: FuzzSIMD/") {
				t.Errorf("the kernels have not been compared: %s", output)
			}
		})
	}
}

// goVersion returns the version of the Go that compiles.
func goVersion() string {
	version, _ := exec.Command("go", "env", "GOVERSION").Output()
	return string(version)
}
