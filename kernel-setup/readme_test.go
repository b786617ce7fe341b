package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func readme(t *testing.T) string {
	t.Helper()
	content, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// TestReadmeCommands checks that README names every verb, and none that is not there.
func TestReadmeCommands(t *testing.T) {
	var named []string
	for _, match := range regexp.MustCompile(`go run \./kernel-setup ([a-z]+)`).FindAllStringSubmatch(readme(t), -1) {
		named = append(named, match[1])
	}
	for _, v := range verbs {
		if !slices.Contains(named, v.name) {
			t.Errorf("README does not name %s", v.name)
		}
		named = slices.DeleteFunc(named, func(n string) bool { return n == v.name })
	}
	if len(named) > 0 {
		t.Errorf("README names %v, which are no verbs", named)
	}
}

// TestReadmeIsRun checks that every command line in README is run, word for word, by .ci/run, or is one that the notebooks' tests
// run in a browser, or mdnlib's TestAnotherModule in a module, or TestTrainSweep with a server, or is the long form of the tests, for
// before a release.
func TestReadmeIsRun(t *testing.T) {
	script, err := os.ReadFile("../.ci/run")
	if err != nil {
		t.Fatal(err)
	}
	run := append(strings.Split(string(script), "\n"), "go run ./kernel-setup test -full", "go run ./kernel-setup lab", "go run ./kernel-setup lab 02-mean",
		"go mod edit -require=mdn@v0.0.0 -replace=mdn=/path/to/clone", "go mod tidy",
		"go run ./kernel-setup sweep -serve 127.0.0.1:4222 mdnlib/sweep/example.json", "go run ./kernel-setup worker -nats nats://127.0.0.1:4222")
	var commands []string
	for _, line := range strings.Split(readme(t), "\n") {
		if strings.HasPrefix(line, "go ") || strings.HasPrefix(line, ".jupyter/") {
			commands = append(commands, line)
		}
	}
	for _, match := range regexp.MustCompile("`(go (?:run|test) [^`]+)`").FindAllStringSubmatch(readme(t), -1) {
		commands = append(commands, match[1])
	}
	if len(commands) < 8 {
		t.Errorf("only %d commands found", len(commands))
	}
	for _, command := range commands {
		if !slices.Contains(run, command) {
			t.Errorf("nothing runs %q", command)
		}
	}
}

// TestReadmeGo checks that README names the pinned Go, and the oldest that will do.
func TestReadmeGo(t *testing.T) {
	modules, err := os.ReadFile("../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	oldest := regexp.MustCompile(`(?m)^go (1\.\d+)`).FindSubmatch(modules)
	if oldest == nil {
		t.Fatal("go.mod names no Go")
	}
	for _, want := range []string{"Go " + strings.TrimPrefix(pinnedGo, "go"), "[Go](https://go.dev/dl/) " + string(oldest[1]) + " or newer"} {
		if !strings.Contains(readme(t), want) {
			t.Errorf("README does not say %q", want)
		}
	}
}

// TestReadmeLinks checks that what README links to in this repository is there.
func TestReadmeLinks(t *testing.T) {
	for _, match := range regexp.MustCompile(`\]\(([^)]+)\)`).FindAllStringSubmatch(readme(t), -1) {
		if strings.HasPrefix(match[1], "https://") {
			continue
		}
		if _, err := os.Stat(filepath.Join("..", match[1])); err != nil {
			t.Errorf("README links to %s: %v", match[1], err)
		}
	}
}

// TestReadmeProgram runs the program in README and looks for its chart.
func TestReadmeProgram(t *testing.T) {
	match := regexp.MustCompile("(?s)```go\n(package main.*?)```").FindStringSubmatch(readme(t))
	if match == nil {
		t.Fatal("README has no program")
	}
	folder := t.TempDir()
	source, program := filepath.Join(folder, "main.go"), filepath.Join(folder, "program")
	if err := os.WriteFile(source, []byte(match[1]), 0o644); err != nil {
		t.Fatal(err)
	}
	build := exec.Command("go", "build", "-o", program, source)
	build.Dir = ".."
	if output, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	run := exec.Command(program)
	run.Dir = folder
	output, err := run.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	if !strings.Contains(string(output), "at x = 4.5: ") {
		t.Errorf("it prints %s", output)
	}
	charts, _ := filepath.Glob(filepath.Join(folder, "*.png"))
	if len(charts) != 1 {
		t.Errorf("it has written %v, want one chart", charts)
	}
}
