package notebook

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestRead reads a notebook with all kinds of cells and outputs, in the forms that Jupyter allows.
func TestRead(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lab.one.ipynb")
	content := `{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [
 {"cell_type": "markdown", "id": "title", "metadata": {}, "source": ["# One\n", "\n", "Text."]},
 {"cell_type": "raw", "metadata": {}, "source": "raw"},
 {"cell_type": "code", "id": "run", "metadata": {"tags": ["thumbnail"]}, "source": "%%\nx", "execution_count": 3, "outputs": [
  {"output_type": "stream", "name": "stdout", "text": ["a\n", "b\n"]},
  {"output_type": "display_data", "data": {"text/plain": "shown", "application/json": {"a": 1.50}, "application/x+json": "{\"b\": 2}"}, "metadata": {"mdn": "chart"}},
  {"output_type": "error", "ename": "Panic", "evalue": "no cheese", "traceback": []}]}]}`
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
	n, err := Read(path)
	if err != nil {
		t.Fatal(err)
	}
	if n.Name != "lab.one" || len(n.Cells) != 3 || n.Cells[0].Source != "# One\n\nText." || n.Cells[1].Kind != Raw {
		t.Errorf("it is read as %+v", n)
	}
	run := n.Cells[2]
	if run.ID != "run" || run.Kind != Code || run.ExecutionCount != 3 || !run.Tagged("thumbnail") || run.Tagged("parameters") || len(run.Outputs) != 3 {
		t.Fatalf("the code cell is read as %+v", run)
	}
	printed, shown, failed := run.Outputs[0], run.Outputs[1], run.Outputs[2]
	if printed.Type != Stream || printed.Stream != "stdout" || printed.Text != "a\nb\n" {
		t.Errorf("what it prints is read as %+v", printed)
	}
	if failed.Type != Failed || failed.Text != "Panic no cheese" {
		t.Errorf("its error is read as %+v", failed)
	}
	for kind, want := range map[string]string{"text/plain": "shown", "application/json": `{"a": 1.50}`, "application/x+json": `{"b": 2}`} {
		if got, ok := shown.As(kind); got != want || !ok {
			t.Errorf("in %s it shows %q (%t), want %q", kind, got, ok, want)
		}
	}
	if _, ok := shown.As("image/png"); ok || shown.MetadataText("mdn") != "chart" || shown.MetadataText("alt") != "" {
		t.Errorf("what it shows is read as %+v", shown)
	}
}

// TestReadMistakes reads files that are no notebooks: the error names the file, what is wrong and where.
func TestReadMistakes(t *testing.T) {
	for _, test := range []struct{ name, content, want string }{
		{"empty", "", "is not valid JSON, as a notebook has to be: unexpected end of JSON input, at byte 0 of 0, in line 1; restore it"},
		{"cut off", "{\n\"nbformat\": 4,\n\"cells\": [", "is not valid JSON, as a notebook has to be: unexpected end of JSON input, at byte 27 of 27, in line 3; restore it"},
		{"conflict", "{\n<<<<<<< HEAD\n}", "at byte 3 of 16, in line 2; restore it"},
		{"list", "[]", "is not a notebook: it is no JSON object; name a file"},
		{"other", `{"a": 1}`, "is not a notebook: it has no nbformat; name a file"},
		{"old", `{"nbformat": 3, "worksheets": []}`, "is a notebook of format 3, and 4 is the oldest that can be read; open it in JupyterLab and save it"},
		{"new", `{"nbformat": 5, "cells": []}`, "is a notebook of format 5, and 4 is the newest"},
		{"without cells", `{"nbformat": 4}`, `is not a notebook: its cells cannot be read: there is no "cells"`},
		{"without a source", `{"nbformat": 4, "cells": [{"cell_type": "code"}]}`, `is not a notebook: its cell 1 cannot be read: there is no "source"`},
		{"of no kind", `{"nbformat": 4, "cells": [{"cell_type": "slide", "source": ""}]}`, `its cell 1 cannot be read: the "cell_type" is "slide", and has to be`},
		{"with a number as a source", `{"nbformat": 4, "cells": [{"cell_type": "code", "source": 1}]}`, `its cell 1 cannot be read: "source" is of another type`},
	} {
		t.Run(test.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "bad.ipynb")
			if err := os.WriteFile(path, []byte(test.content), 0o644); err != nil {
				t.Fatal(err)
			}
			_, err := Read(path)
			if err == nil || !strings.HasPrefix(err.Error(), path+" ") || !strings.Contains(err.Error(), test.want) {
				t.Errorf("it says\n%v, want\n%s", err, test.want)
			}
		})
	}
	if _, err := Read(filepath.Join(t.TempDir(), "none.ipynb")); !os.IsNotExist(err) {
		t.Errorf("of a file that is not there it says %v", err)
	}
}

// TestEncode writes every committed notebook as it was read, byte for byte, and one that was changed, with what is not known kept.
func TestEncode(t *testing.T) {
	paths, err := filepath.Glob("../../notebooks/[0-9][0-9]-*.ipynb")
	if err != nil || len(paths) == 0 {
		t.Fatalf("there are no notebooks: %v", err)
	}
	for _, path := range paths {
		n, err := Read(path)
		if err != nil {
			t.Fatal(err)
		}
		written, err := n.Encode()
		if err != nil {
			t.Fatal(err)
		}
		if read, err := os.ReadFile(path); err != nil || string(read) != string(written) {
			t.Errorf("%s is not written as it was read (%v)", path, err)
		}
	}
	n, err := Parse([]byte(`{"nbformat": 4, "nbformat_minor": 5, "metadata": {"a": 1.50}, "cells": [
		{"cell_type": "code", "id": "run", "metadata": {"b": []}, "source": ["x\n", "y"], "outputs": [{"output_type": "stream", "c": null}], "execution_count": 1}]}`))
	if err != nil {
		t.Fatal(err)
	}
	n.Cells[0].Source = "1 < 2"
	n.Cells = append(n.Cells, NewCode("new", "3", "tag"))
	written, err := n.Encode()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"a": 1.50`, `"b": []`, `"c": null`, `"source": "1 < 2"`} {
		if !strings.Contains(string(written), want) {
			t.Errorf("it does not say %s:\n%s", want, written)
		}
	}
	again, err := Parse(written)
	if err != nil {
		t.Fatal(err)
	}
	if added := again.Cells[1]; added.ID != "new" || added.Kind != Code || added.Source != "3" || !added.Tagged("tag") || added.ExecutionCount != 0 {
		t.Errorf("the new cell is read as %+v", added)
	}
}

// TestOpening takes titles and first sentences from Markdown, as plain text.
func TestOpening(t *testing.T) {
	for _, test := range []struct{ source, title, sentence string }{
		{"# 8. Mixtures (K = 3)\n\nOne. Two? Three.", "8. Mixtures (K = 3)", "One. Two?"},
		{"# A *b* `c_d`\n\nBy [a link](x.html), a\n`*name*` and &lt;this&gt; \\*. And so", "A b c_d", "By a link, a *name* and <this> *."},
		{"Before.\n\n# Title\n\n![picture](a.png)\n\n- item\n\n## Other\n\nWithout an end", "Title", "Without an end"},
		{"Underlined\n===\n\nVersion 1.5 is out! Now.", "Underlined", "Version 1.5 is out! Now."},
		{"```\n# no title\n```\n\nText.", "", ""},
		{"# The law $y = x$\n\nIt takes $x$, and costs $5 or $6.", "The law y = x", "It takes x, and costs $5 or $6."},
		{"# Only a title", "Only a title", ""},
		{"# Table\n\n| a. | b |\n|---|---|\n\nText.", "Table", "Text."},
	} {
		n := &Notebook{Cells: []Cell{NewCode("", "# no title"), {Kind: Markdown, Source: test.source}}}
		if n.Title() != test.title || n.Sentence() != test.sentence {
			t.Errorf("of\n%s\nthe title is %q and the sentence %q, want %q and %q", test.source, n.Title(), n.Sentence(), test.title, test.sentence)
		}
	}
	n := &Notebook{Cells: []Cell{{Kind: Markdown, Source: "# Title"}, {Kind: Markdown, Source: "In the next cell."}, {Kind: Markdown, Source: "Later."}}}
	if n.Sentence() != "In the next cell." {
		t.Errorf("the sentence is %q", n.Sentence())
	}
}

// TestOpeningOfNotebooks checks that the committed notebooks have a title and a sentence without marks of Markdown.
func TestOpeningOfNotebooks(t *testing.T) {
	paths, err := filepath.Glob("../../notebooks/[0-9][0-9]-*.ipynb")
	if err != nil || len(paths) == 0 {
		t.Fatalf("there are no notebooks: %v", err)
	}
	for _, path := range paths {
		n, err := Read(path)
		if err != nil {
			t.Fatal(err)
		}
		if said := n.Title() + n.Sentence(); n.Title() == "" || n.Sentence() == "" || strings.ContainsAny(said, "#*`$[") {
			t.Errorf("%s is called %q and begins %q", path, n.Title(), n.Sentence())
		}
	}
}
