package main

import (
	"os"
	"strings"
	"testing"
	"time"
)

// TestFuzz runs the targets of a module, one of which fails with every input but those that it is given.
func TestFuzz(t *testing.T) {
	c := checkout(t.TempDir())
	for name, content := range map[string]string{
		"go.mod":            "module mdn\n\ngo 1.26\n",
		"none/none_test.go": "package none\n\nimport \"testing\"\n\nfunc TestNothing(t *testing.T) { t.Fatal(\"only what is fuzzed runs\") }\n",
		"some/some_test.go": `package some

import "testing"

func FuzzBad(f *testing.F) {
	f.Add("")
	f.Fuzz(func(t *testing.T, s string) {
		if s != "" {
			t.Error("it is too long")
		}
	})
}

func FuzzGood(f *testing.F) {
	f.Add("")
	f.Fuzz(func(t *testing.T, s string) {})
}
`} {
		if err := writeFile(c.path(name), []byte(content)); err != nil {
			t.Fatal(err)
		}
	}
	g := chosenGo(t)
	targets, err := c.fuzzTargets(t.Context(), os.Environ(), g)
	if err != nil || len(targets) != 2 || targets[0] != (fuzzTarget{"./some", "FuzzBad"}) || targets[1] != (fuzzTarget{"./some", "FuzzGood"}) {
		t.Fatalf("targets %v, error %v", targets, err)
	}
	err = c.fuzz(t.Context(), os.Environ(), g, time.Second)
	for _, want := range []string{"./some FuzzBad fails with an input of its own making", "it is too long",
		"the input is in some/testdata/fuzz/FuzzBad/", "run it again by go test ./some -run=FuzzBad/"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("it does not say %q, but: %v", want, err)
		}
	}
	if err != nil && strings.Contains(err.Error(), "FuzzGood") {
		t.Errorf("the good target has failed: %v", err)
	}
}
