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
)

// An instruction of a compiled function, without its address.
type instruction struct {
	function, file, name, operands string
}

var (
	functionLine    = regexp.MustCompile(`^\S+/vector\.(\w+) STEXT`)
	instructionLine = regexp.MustCompile(`^\t0x\S+ \d+ \(\S*/(\w+\.go):\d+\)\t(\w[\w.]*)\t?(.*)$`)
)

// compiled returns the instructions of this package, compiled with the settings.
func compiled(t *testing.T, settings ...string) (instructions []instruction) {
	t.Helper()
	build := exec.Command("go", "build", "-gcflags=-S", ".")
	build.Env = append(os.Environ(), settings...)
	listing, err := build.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, listing)
	}
	current := ""
	for line := range strings.Lines(string(listing)) {
		line = strings.TrimRight(line, "\n")
		if m := functionLine.FindStringSubmatch(line); m != nil {
			current = m[1]
		}
		if m := instructionLine.FindStringSubmatch(line); m != nil {
			instructions = append(instructions, instruction{current, m[1], m[2], m[3]})
		}
	}
	return instructions
}

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
		fused    *regexp.Regexp
		register *regexp.Regexp // what the operands of an instruction that uses vector registers have, where old ones are looked for
	}{
		{"amd64", []string{"GOOS=linux", "GOARCH=amd64", "GOAMD64=v1", "GOEXPERIMENT=simd"}, append(wide("8"), wide("16")...),
			regexp.MustCompile(`^V(MUL|ADD|SUB|DIV)PS$`), regexp.MustCompile(`^VFN?M`), regexp.MustCompile(`\b[XYZ]\d+\b`)},
		{"arm64", []string{"GOOS=linux", "GOARCH=arm64", "GOEXPERIMENT=simd"}, append(kernels, "tanhSIMD"),
			regexp.MustCompile(`^VF(MUL|ADD|SUB|DIV)$`), regexp.MustCompile(`^(FN?M(ADD|SUB)|VFML[AS])`), nil},
		{"WebAssembly", []string{"GOOS=js", "GOARCH=wasm", "GOEXPERIMENT=simd"}, append(kernels, "tanhSIMD"),
			regexp.MustCompile(`^F32x4(Mul|Add|Sub|Div)$`), regexp.MustCompile(`(?i)relaxed|madd`), nil},
		{"arm64, plain", []string{"GOOS=linux", "GOARCH=arm64", "GOEXPERIMENT="}, nil,
			nil, regexp.MustCompile(`^(FN?M(ADD|SUB)|VFML[AS])`), nil},
		{"amd64 v3, plain", []string{"GOOS=linux", "GOARCH=amd64", "GOAMD64=v3", "GOEXPERIMENT="}, nil,
			nil, regexp.MustCompile(`^VFN?M`), nil},
	} {
		t.Run(platform.name, func(t *testing.T) {
			counts := map[string]int{}
			for _, i := range compiled(t, platform.settings...) {
				if platform.fused.MatchString(i.name) {
					t.Errorf("%s contains %s %s", i.function, i.name, i.operands)
				}
				if platform.vector != nil && platform.vector.MatchString(i.name) {
					counts[i.function]++
				}
				old := strings.HasSuffix(i.file, "_amd64.go") && !slices.Contains([]string{"byNumber", "init"}, i.function) && // which only run when the program starts
					platform.register != nil && platform.register.MatchString(i.operands) && !strings.HasPrefix(i.name, "V")
				if old {
					t.Errorf("%s contains %s %s, from before AVX", i.function, i.name, i.operands)
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
