package record

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"mdn/kernel-setup/notebook"
	"mdn/kernel-setup/settings"
)

// chartJSON is what figure.Show sends with a chart.
const chartJSON = `{"version": 2, "title": "Samples", "name": "Samples of the law", "description": {"what": "A chart.", "numbers": "50 samples.", "trend": "", "point": "It spreads."},
	"tables": [{"name": "samples", "columns": ["x", "y"], "rows": [[1, 0.50], [2.0, -1e-3]], "of": 50, "drawn": {"as": "dot", "color": "#123"}}],
	"axes": {"x": {"label": "x", "from": 1, "to": 2.5}, "y": {"label": "y", "from": 0, "to": 1}},
	"numbers": [{"version": 1, "columns": [{"name": "", "unit": "nats"}], "rows": [{"name": "Final cost", "cells": [{"text": "0.1033", "value": 0.10334}]}]}]}`

// numbersJSON is what figure sends for a table of numbers.
const numbersJSON = `{"version": 1, "title": "On new data", "rows_are": "law", "columns": [{"name": "error of μ", "unit": "y's units"}, {"name": ""}],
	"rows": [{"name": "growing", "cells": [{"text": "0.021", "value": 0.0212, "error": 0.001}, {"text": "as good as its word"}]},
		{"name": "", "cells": [{"text": "∞"}, {"text": ""}]}]}`

// executed is a notebook that has run, and shows one thing of each kind.
func executed(t *testing.T) *notebook.Notebook {
	t.Helper()
	show := func(kind string, data, metadata map[string]any) map[string]any {
		if kind != "" {
			metadata["mdn"] = kind
		}
		return map[string]any{"output_type": "display_data", "data": data, "metadata": metadata}
	}
	picture := func(name string) map[string]any {
		return show("chart", map[string]any{"image/png": "AA==\n", "text/plain": "a chart", "application/vnd.mdn.chart.desk+svg": "<svg>",
			"application/vnd.mdn.chart.phone+svg": []string{"<svg>", name}, "application/vnd.mdn.chart+json": strings.Replace(chartJSON, "Samples of the law", name, 1)},
			map[string]any{"alt": name})
	}
	print := func(stream, text string) map[string]any {
		return map[string]any{"output_type": "stream", "name": stream, "text": []string{text}}
	}
	code := func(id, source string, tags []string, outputs ...any) map[string]any {
		return map[string]any{"cell_type": "code", "id": id, "source": source, "execution_count": 1, "metadata": map[string]any{"tags": tags}, "outputs": append([]any{}, outputs...)}
	}
	content, err := json.Marshal(map[string]any{
		"nbformat": 4, "nbformat_minor": 5, "metadata": map[string]any{"language_info": map[string]any{"version": "go1.27.4"}},
		"cells": []any{
			map[string]any{"cell_type": "markdown", "id": "title", "metadata": map[string]any{}, "source": "# 8. Mixtures (K = 3)\n\nOne. Two. Three."},
			code("settings", "const noise float64 = 0.1 // [0, 1] the noise\nconst file string = \"a.csv\" // the file", []string{"parameters"}),
			code("printing", "", nil, print("stdout", "a\n"), print("stderr", "b\n"), show("progress", map[string]any{"text/html": ""}, map[string]any{}), print("stdout", "c\n")),
			code("first", "", nil, picture("first"), show("caption", map[string]any{"text/markdown": "*Shown*"}, map[string]any{})),
			code("chosen", "", []string{"thumbnail"}, picture("chosen"), picture("beside it")),
			code("numbers", "", nil, show("numbers", map[string]any{"application/vnd.mdn.numbers+json": json.RawMessage(numbersJSON), "text/plain": "a table", "text/markdown": "| a |"}, map[string]any{})),
			code("others", "", nil, show("live", map[string]any{"text/html": "<div>"}, map[string]any{"live": `{"noise":0.1}`}),
				show("", map[string]any{"text/html": "<b>", "text/plain": "b"}, map[string]any{}), show("", map[string]any{"text/markdown": "**c**"}, map[string]any{}), show("", map[string]any{"text/plain": "d"}, map[string]any{}),
				map[string]any{"output_type": "error", "ename": "Panic", "evalue": "no cheese"}),
			code("last", "", nil, picture("last")),
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	n, err := notebook.Parse(content)
	if err != nil {
		t.Fatal(err)
	}
	n.Name = "lab.one"
	return n
}

// repository is a folder with a go.mod, without git.
func repository(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	const modules = "module mdn\n\nrequire (\n\tgithub.com/janpfeifer/gonb v0.11.4\n\tgonum.org/v1/gonum v0.17.0 // indirect\n)\n"
	if err := os.WriteFile(filepath.Join(folder, "go.mod"), []byte(modules), 0o644); err != nil {
		t.Fatal(err)
	}
	return folder
}

// TestMake makes the record of a notebook that shows one thing of each kind, writes it and reads it back.
func TestMake(t *testing.T) {
	n := executed(t)
	declared, err := settings.Of(n)
	if err != nil {
		t.Fatal(err)
	}
	if err := settings.Inject(n, []settings.Value{{Setting: declared[1], Text: "my, data $(touch pwned).csv"}}); err != nil {
		t.Fatal(err)
	}
	made, err := Make(n, repository(t))
	if err != nil {
		t.Fatal(err)
	}
	encoded, err := Encode(made)
	if err != nil {
		t.Fatal(err)
	}
	path := Path(t.TempDir(), "lab.one")
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, encoded, 0o644); err != nil {
		t.Fatal(err)
	}
	r, err := Read(path)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := Encode(r); err != nil || !bytes.Equal(encoded, again) {
		t.Errorf("read and written again, the record is other bytes (%v)", err)
	}
	if r.Version != 2 || r.Notebook != "lab.one" || r.Title != "8. Mixtures (K = 3)" || r.Sentence != "One. Two." || r.With != "file = my, data $(touch pwned).csv" {
		t.Errorf("the record is %s", encoded)
	}
	if noise, file := r.Settings[0], r.Settings[1]; noise.Value != "0.1" || noise.Given || noise.Range.High != "1" || noise.Meaning != "the noise" || noise.Line != 1 ||
		file.Value != "my, data $(touch pwned).csv" || !file.Given || file.Default != "a.csv" || file.Cell != "settings" {
		t.Errorf("the settings are %+v", r.Settings)
	}
	var outputs []string
	for _, o := range r.Outputs {
		outputs = append(outputs, fmt.Sprintf("%d %s %s %q", o.Number, o.Cell, o.Kind, o.Text))
	}
	want := []string{
		`3 printing text "a\nb\n"`, `3 printing text "c\n"`, `4 first chart "a chart"`, `4 first caption "*Shown*"`, `5 chosen chart "a chart"`, `5 chosen chart "a chart"`,
		`6 numbers numbers "a table"`, `7 others live "{\"noise\":0.1}"`, `7 others html "<b>"`, `7 others markdown "**c**"`, `7 others text "d"`, `7 others error "Panic no cheese"`, `8 last chart "a chart"`,
	}
	if got := strings.Join(outputs, "\n"); got != strings.Join(want, "\n") {
		t.Errorf("the outputs are\n%s, want\n%s", got, strings.Join(want, "\n"))
	}
	if c := r.Outputs[2]; c.Title != "Samples" || c.Name != "first" || c.Description.Point != "It spreads." || fmt.Sprint(c.Tables[0].Rows, *c.Tables[0].Drawn, *c.Axes) != "[[1 0.50] [2.0 -1e-3]] {dot #123 false} {{x 1 2.5} {y 0 1}}" {
		t.Errorf("the chart is %+v", c)
	}
	var numbers []string
	for _, number := range r.Numbers {
		if number.Cell == "numbers" || number.Cell == "first" {
			numbers = append(numbers, fmt.Sprintf("%s = %s %s in %s", number.Name, number.Text, number.Unit, number.Cell))
		}
	}
	want = []string{"Final cost = 0.1033 nats in first", "On new data: law growing, error of μ = 0.021 y's units in numbers",
		"On new data: law growing = as good as its word  in numbers", "On new data: law, error of μ = ∞ y's units in numbers"}
	if got := strings.Join(numbers, "\n"); got != strings.Join(want, "\n") {
		t.Errorf("the key numbers are\n%s, want\n%s", got, strings.Join(want, "\n"))
	}
	if spread := r.Numbers[len(r.Numbers)-4]; *spread.Value != 0.0212 || *spread.Error != 0.001 {
		t.Errorf("the number is %+v", spread)
	}
	if p := r.Thumbnail; p.Cell != "chosen" || p.Name != "chosen" || p.Drawing != "<svg>chosen" {
		t.Errorf("the thumbnail is %+v", p)
	}
	if want := (Made{Go: "1.27.4", GoNB: "0.11.4", Gonum: "0.17.0", Command: `go run ./kernel-setup export -set 'file="my, data $(touch pwned).csv"' lab.one`}); r.Made != want {
		t.Errorf("it was made by %+v, want %+v", r.Made, want)
	}
}

// TestThumbnail takes the last chart where none is chosen, and none where there is none.
func TestThumbnail(t *testing.T) {
	n := executed(t)
	n.Cells[4].Tags = nil
	r, err := Make(n, repository(t))
	if err != nil || r.Thumbnail.Name != "last" {
		t.Errorf("the thumbnail is %+v (%v)", r.Thumbnail, err)
	}
	n.Cells = n.Cells[:2]
	if r, err := Make(n, repository(t)); err != nil || r.Thumbnail != nil {
		t.Errorf("without charts the thumbnail is %+v (%v)", r.Thumbnail, err)
	}
}

// TestMakeMistakes makes records of outputs that cannot be read: the error names the cell.
func TestMakeMistakes(t *testing.T) {
	for _, test := range []struct{ cell, from, to, want string }{
		{"first", `"version": 2`, `"version": 1`, "code cell 3 (first): what it shows as application/vnd.mdn.chart+json is of version 1, and 2 is the one that is read; run it again"},
		{"first", `"tables": [`, `"tables": 1, "a": [`, "code cell 3 (first): what it shows as application/vnd.mdn.chart+json cannot be read ("},
		{"first", `"version": 1`, `"version": 0`, "code cell 3 (first): what it shows as application/vnd.mdn.numbers+json is of version 0, and 1 is the one that is read"},
		{"numbers", `"version":1`, `"version":3`, "code cell 5 (numbers): what it shows as application/vnd.mdn.numbers+json is of version 3"},
		{"numbers", `,{"name":""}]`, `]`, "code cell 5 (numbers): its row \"growing\" has 2 numbers, under 1 columns"},
	} {
		n := executed(t)
		for i := range n.Cells {
			if n.Cells[i].ID != test.cell {
				continue
			}
			data := n.Cells[i].Outputs[0].Data
			for kind, encoded := range data {
				for _, from := range []string{test.from, strings.ReplaceAll(test.from, `"`, `\"`)} {
					to := test.to
					if from != test.from {
						to = strings.ReplaceAll(to, `"`, `\"`)
					}
					data[kind] = bytes.Replace(encoded, []byte(from), []byte(to), 1)
					encoded = data[kind]
				}
			}
		}
		if _, err := Make(n, repository(t)); err == nil || !strings.HasPrefix(err.Error(), test.want) {
			t.Errorf("with %s it says\n%v, want\n%s", test.to, err, test.want)
		}
	}
	n := executed(t)
	delete(n.Cells[3].Outputs[0].Data, "application/vnd.mdn.chart+json")
	if _, err := Make(n, repository(t)); err == nil || !strings.Contains(err.Error(), "code cell 3 (first): it shows nothing of the type application/vnd.mdn.chart+json") {
		t.Errorf("of a chart without its words it says %v", err)
	}
	n = executed(t)
	delete(n.Cells[3].Outputs[0].Data, "application/vnd.mdn.chart.phone+svg")
	if _, err := Make(n, repository(t)); err == nil || err.Error() != "code cell 3 (first): its chart has no drawing of the type application/vnd.mdn.chart.phone+svg; run it again" {
		t.Errorf("of a chart without its drawing it says %v", err)
	}
}

// TestCommit asks for the commit inside of a hook of another repository, which has variables that lead git there.
func TestCommit(t *testing.T) {
	git := func(folder string, arguments ...string) string {
		t.Helper()
		cmd := exec.Command("git", append([]string{"-C", folder, "-c", "user.name=a", "-c", "user.email=a@b"}, arguments...)...)
		output, err := cmd.CombinedOutput()
		if err != nil {
			t.Skipf("git does not work here: %v: %s", err, output)
		}
		return strings.TrimSpace(string(output))
	}
	folder := repository(t)
	git(folder, "init", "-q")
	git(folder, "add", ".")
	git(folder, "commit", "-q", "-m", "a")
	want := git(folder, "rev-parse", "HEAD")
	other := t.TempDir()
	git(other, "init", "-q")
	t.Setenv("GIT_DIR", filepath.Join(other, ".git"))
	t.Setenv("GIT_WORK_TREE", other)
	r, err := Make(executed(t), folder)
	if err != nil || r.Made.Commit != want || r.Made.Changed {
		t.Errorf("it was made by %+v (%v), want commit %s", r.Made, err, want)
	}
	if err := os.WriteFile(filepath.Join(folder, "go.mod"), []byte("module mdn\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if r, err := Make(executed(t), folder); err != nil || !r.Made.Changed {
		t.Errorf("with a file that has changed, it was made by %+v (%v)", r.Made, err)
	}
}

// TestReadMistakes reads files that are no records of this version.
func TestReadMistakes(t *testing.T) {
	for _, test := range []struct{ content, want string }{
		{`{"version": 1}`, "is a record of version 1, and 2 is the one that is read; export its page again, or delete it"},
		{`{"version": 2, "more": 1}`, `is not a record as this command writes them: unknown field "more"; export its page again`},
		{`{"version": 2} {}`, "there is something after its end"},
		{`{"version": 2`, "is not a record as this command writes them: unexpected EOF"},
	} {
		path := filepath.Join(t.TempDir(), "a.json")
		if err := os.WriteFile(path, []byte(test.content), 0o644); err != nil {
			t.Fatal(err)
		}
		_, err := Read(path)
		_, sweepErr := ReadSweep(path)
		for _, err := range []error{err, sweepErr} {
			if err == nil || !strings.HasPrefix(err.Error(), path+" ") || !strings.Contains(err.Error(), test.want) {
				t.Errorf("of %s it says\n%v, want\n%s", test.content, err, test.want)
			}
		}
	}
}
