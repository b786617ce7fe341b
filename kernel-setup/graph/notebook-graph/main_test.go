package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf16"
)

// ask has a notebook of code cells read, the first of which has the settings. A cell that begins with "injected:" gives other values.
func ask(t *testing.T, sources ...string) answer {
	t.Helper()
	cells := []any{}
	for i, source := range sources {
		tags := []string{}
		if i == 0 {
			tags = []string{"parameters"}
		}
		if rest, ok := strings.CutPrefix(source, "injected:"); ok {
			source, tags = rest, []string{"injected-parameters"}
		}
		cells = append(cells, map[string]any{"cell_type": "code", "id": string(rune('a' + i)), "metadata": map[string]any{"tags": tags}, "source": source,
			"outputs": []any{}, "execution_count": nil})
	}
	content, err := json.Marshal(map[string]any{"nbformat": 4, "nbformat_minor": 5, "metadata": map[string]any{}, "cells": cells})
	if err != nil {
		t.Fatal(err)
	}
	var written bytes.Buffer
	if err := run(bytes.NewReader(content), &written); err != nil {
		t.Fatal(err)
	}
	var a answer
	if err := json.Unmarshal(written.Bytes(), &a); err != nil {
		t.Fatal(err)
	}
	return a
}

// TestPlaces looks up where values stand, as JavaScript counts.
func TestPlaces(t *testing.T) {
	sources := []string{
		"const noise float64 = 0.1 // [0, 1] σ₀ 🎲\nconst /* 𝜎 */ bias float64 = - 1 // [-2, 2] how far\n\nconst law string = \"gro\\twing\"\nconst on bool = true",
		"injected:// given\nconst noise float64 = 0.25",
		"%%\nfmt.Println(noise)",
	}
	a := ask(t, sources...)
	want := map[string][3]string{"noise": {"b", "0.25", "0.25"}, "bias": {"a", "- 1", "-1"}, "law": {"a", `"gro\twing"`, "gro\twing"}, "on": {"a", "true", "true"}}
	if len(a.Settings) != len(want) || a.Problem != "" {
		t.Fatalf("there are %d settings, and the problem %q", len(a.Settings), a.Problem)
	}
	for _, s := range a.Settings {
		source := strings.TrimPrefix(sources[s.Cell[0]-'a'], "injected:")
		written := string(utf16.Decode(utf16.Encode([]rune(source))[s.From:s.To]))
		if got := [3]string{s.Cell, written, s.Value}; got != want[s.Name] {
			t.Errorf("%s is %q, want %q", s.Name, got, want[s.Name])
		}
	}
	if len(a.Cells) != 3 || a.Cells[2].Uses[0] != "noise" {
		t.Errorf("the cells are %+v", a.Cells)
	}
}

// TestProblem has settings that cannot be read: the answer says why, and has the cells all the same.
func TestProblem(t *testing.T) {
	a := ask(t, "const noise = 0.1", "%%\nfmt.Println(noise)")
	if !strings.HasPrefix(a.Problem, "line 1: noise has no type; ") || len(a.Settings) != 0 || len(a.Cells) != 2 {
		t.Errorf("the answer is %+v", a)
	}
	if err := run(strings.NewReader("{}"), &bytes.Buffer{}); err == nil || !strings.HasPrefix(err.Error(), "the notebook is not a notebook") {
		t.Errorf("the error is %v", err)
	}
}
