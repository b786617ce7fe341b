package mdnlib_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestAnotherModule uses the library from a module of its own, by the commands in README, with what the module cache holds.
func TestAnotherModule(t *testing.T) {
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	clone, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	_, program, found := strings.Cut(string(readme), "```go\npackage main")
	program, _, ended := strings.Cut(program, "```")
	if !found || !ended {
		t.Fatal("README has no program")
	}
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "main.go"), []byte("package main"+program), 0o644); err != nil {
		t.Fatal(err)
	}
	run := func(command string) (string, error) {
		words := strings.Fields(command)
		for i := range words {
			words[i] = strings.ReplaceAll(words[i], "/path/to/clone", clone)
		}
		cmd := exec.Command(words[0], words[1:]...)
		cmd.Dir = folder
		cmd.Env = append(os.Environ(), "GOPROXY=off", "GOSUMDB=off", "GOFLAGS=", "GOWORK=off")
		output, err := cmd.CombinedOutput()
		return string(output), err
	}
	commands := []string{"go mod init example.com/mine"}
	for line := range strings.Lines(string(readme)) {
		if strings.HasPrefix(line, "go mod ") {
			commands = append(commands, line)
		}
	}
	if len(commands) != 3 {
		t.Fatalf("README has the commands %q, want an edit and a tidy", commands[1:])
	}
	for _, command := range append(commands, "go run .") {
		output, err := run(command)
		if err != nil && strings.Contains(output, "GOPROXY=off") {
			t.Skipf("the module cache lacks a module that %s needs: %s", command, output)
		}
		if err != nil {
			t.Fatalf("%s: %v: %s", command, err, output)
		}
		if command == "go run ." && !strings.Contains(output, "at x = 4.5: 2.31 ± 0.44") {
			t.Errorf("the program prints %s", output)
		}
	}
}
