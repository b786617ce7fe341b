package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestRunTests runs the tests of a small module: what failing tests print is shown, what passing ones print is not, and each is counted.
func TestRunTests(t *testing.T) {
	c := checkout(t.TempDir())
	for name, content := range map[string]string{
		"go.mod": "module small\n\ngo 1.26\n",
		"one/one_test.go": `package one

import "testing"

func TestGood(t *testing.T)  { t.Log("all is well") }
func TestSkipped(t *testing.T) { t.Skip("no reason") }
func TestParts(t *testing.T) {
	t.Run("a", func(t *testing.T) {})
	t.Run("b", func(t *testing.T) { t.Error("out of cheese") })
}
`,
		"two/two_test.go": "package two\n\nimport \"testing\"\n\nfunc TestNever(t *testing.T) { undefined() }\n",
		"three/three.go":  "package three\n",
		"four/four_test.go": `package four

import "testing"

func TestCrash(t *testing.T) {
	done := make(chan bool)
	go func() { panic("out of wine") }()
	<-done
}
`,
		"five/five_test.go": "package five\n\nimport (\n\t\"os\"\n\t\"testing\"\n)\n\nfunc TestExit(t *testing.T) { println(\"leaving\"); os.Exit(3) }\n",
	} {
		if err := writeFile(filepath.Join(string(c), name), []byte(content)); err != nil {
			t.Fatal(err)
		}
	}
	shown, err := os.Create(filepath.Join(t.TempDir(), "shown"))
	if err != nil {
		t.Fatal(err)
	}
	defer shown.Close()
	g := chosenGo(t)
	stdout, stderr := os.Stdout, os.Stderr
	os.Stdout, os.Stderr = shown, shown
	err = c.runTests(t.Context(), c.environ(g), g.command(), "./...")
	os.Stdout, os.Stderr = stdout, stderr
	if err == nil {
		t.Error("it says that no test has failed")
	}
	content, err := os.ReadFile(shown.Name())
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"out of cheese", "undefined: undefined", "2 tests passed, 4 failed, 1 skipped.",
		"failed: small/one TestParts/b", "panic: out of wine", "failed: small/four TestCrash", "failed: small/five TestExit", "small/one: failed (", "s  small/one TestParts/a\n",
	} {
		if !strings.Contains(string(content), want) {
			t.Errorf("it does not say %q:\n%s", want, content)
		}
	}
	for _, unwanted := range []string{"all is well", "s  small/one TestParts\n", "small/three"} {
		if strings.Contains(string(content), unwanted) {
			t.Errorf("it says %q:\n%s", unwanted, content)
		}
	}
}
