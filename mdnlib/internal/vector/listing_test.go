package vector

import (
	"bytes"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"mdn/mdnlib/internal/listing"
)

// TestInstructions reads what the compiler has made of this package for each platform. A product and a sum fused to one instruction
// would round differently, and kernels without vector instructions would be slow in silence. On amd64 one instruction from before
// AVX, between others that use whole registers, can cost more than the arithmetic around it.
func TestInstructions(t *testing.T) {
	if !strings.HasPrefix(runtime.Version(), "go1.27") {
		t.Skip("what is looked for is how Go 1.27 compiles")
	}
	kernels := []string{"addRowsSIMD", "dots", "sumRows", "backTanhSIMD", "adamSIMD", "gaussianSIMD", "mixtureSIMD", "exp", "log"}
	wide := func(width string) (names []string) {
		for _, name := range kernels {
			names = append(names, name+width)
		}
		return append(names, "tanh"+width)
	}
	for _, platform := range []struct {
		name     string
		settings []string
		kernels  []string
		vector   *regexp.Regexp // what an instruction of a kernel's arithmetic looks like
	}{
		{"amd64", []string{"GOOS=linux", "GOARCH=amd64", "GOAMD64=v1", "GOEXPERIMENT=simd"}, append(wide("8"), wide("16")...), regexp.MustCompile(`^V(MUL|ADD|SUB|DIV)PS$`)},
		{"arm64", []string{"GOOS=linux", "GOARCH=arm64", "GOEXPERIMENT=simd"}, append(kernels, "tanhSIMD"), regexp.MustCompile(`^VF(MUL|ADD|SUB|DIV)$`)},
		{"WebAssembly", []string{"GOOS=js", "GOARCH=wasm", "GOEXPERIMENT=simd"}, append(kernels, "tanhSIMD"), regexp.MustCompile(`^F32x4(Mul|Add|Sub|Div)$`)},
		{"arm64, plain", []string{"GOOS=linux", "GOARCH=arm64", "GOEXPERIMENT="}, nil, nil},
		{"amd64 v3, plain", []string{"GOOS=linux", "GOARCH=amd64", "GOAMD64=v3", "GOEXPERIMENT="}, nil, nil},
	} {
		t.Run(platform.name, func(t *testing.T) {
			instructions, err := listing.Compile(platform.settings...)
			if err != nil {
				t.Fatal(err)
			}
			counts := map[string]int{}
			for _, i := range instructions {
				function := strings.TrimPrefix(i.Function, "vector.")
				if i.Fused() {
					t.Errorf("%s contains %s %s", function, i.Name, i.Operands)
				}
				if platform.vector != nil && platform.vector.MatchString(i.Name) {
					counts[function]++
				}
				atStart := slices.Contains([]string{"byNumber", "init"}, function) // which only run when the program starts
				if strings.HasSuffix(i.File, "_amd64.go") && !atStart && vectorRegister.MatchString(i.Operands) && !strings.HasPrefix(i.Name, "V") {
					t.Errorf("%s contains %s %s, from before AVX", function, i.Name, i.Operands)
				}
			}
			for _, name := range platform.kernels {
				if counts[name] < 3 {
					t.Errorf("only %d vector instructions found in %s, of those in %q", counts[name], name, slices.Sorted(maps.Keys(counts)))
				}
			}
		})
	}
}

var vectorRegister = regexp.MustCompile(`\b[XYZ]\d+\b`)

// TestGenerated makes the kernels of wider registers anew: they must be what is there.
func TestGenerated(t *testing.T) {
	folder := t.TempDir()
	if output, err := exec.Command("go", "run", "./generate", "-o", folder).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	want, err := os.ReadFile(filepath.Join(folder, "kernels_amd64.go"))
	if err != nil {
		t.Fatal(err)
	}
	is, err := os.ReadFile("kernels_amd64.go")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(is, want) {
		t.Error("kernels_amd64.go is not made of today's kernels.go and kernels_loss.go; run go generate ./mdnlib/internal/vector")
	}
}
