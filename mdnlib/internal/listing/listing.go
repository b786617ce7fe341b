// Package listing reads what the Go compiler makes of a package, for tests that look for instructions.
package listing

import (
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strings"
)

// An Instruction of a compiled function.
type Instruction struct {
	Function, File string // File without its folder
	Name, Operands string
}

var (
	functionLine    = regexp.MustCompile(`^(\S+) STEXT`)
	instructionLine = regexp.MustCompile(`^\t0x\S+ \d+ \(\S*?(\w+\.go):\d+\)\t(\w[\w.]*)\t?(.*)$`)
)

// Compile compiles the package in the working folder with the settings, which are environment variables, and returns its
// instructions in order, those included that come from functions of other packages and are inlined.
func Compile(settings ...string) ([]Instruction, error) {
	build := exec.Command("go", "build", "-gcflags=-S", ".")
	build.Env = append(os.Environ(), settings...)
	output, err := build.CombinedOutput()
	if err != nil {
		return nil, fmt.Errorf("go build: %w\n%s", err, output)
	}
	var instructions []Instruction
	function := ""
	for line := range strings.Lines(string(output)) {
		line = strings.TrimRight(line, "\n")
		if m := functionLine.FindStringSubmatch(line); m != nil {
			function = m[1][strings.LastIndex(m[1], "/")+1:]
		}
		if m := instructionLine.FindStringSubmatch(line); m != nil {
			instructions = append(instructions, Instruction{function, m[1], m[2], m[3]})
		}
	}
	return instructions, nil
}

// Fused reports whether the instruction adds to a product without rounding it first, as those of arm64, of amd64 and of WebAssembly do
// that other platforms do not have.
func (i Instruction) Fused() bool { return fused.MatchString(i.Name) }

var fused = regexp.MustCompile(`^(FN?M(ADD|SUB)|VFML[AS]|VFN?M(ADD|SUB)|F\d+x\d+Relaxed)`)
