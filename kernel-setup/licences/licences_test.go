package licences

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// ofPage returns the licences of the charts of a page, as a program in it, and of its font.
func ofPage(t *testing.T) []Licence {
	t.Helper()
	list, err := Of(t.Context(), "go", filepath.Join("..", ".."), append(os.Environ(), "GOOS=js", "GOARCH=wasm", "GOFLAGS=-tags=page,minimal"), "./mdnlib/figure")
	if err != nil {
		t.Fatal(err)
	}
	font, err := Read("STIX Two Math", "2.11", filepath.Join("..", "jupyter", "mdn_jupyter", "templates", "tutorial", "maths.txt"))
	if err != nil {
		t.Fatal(err)
	}
	return append(list, font)
}

// TestOf finds the terms of every module that the charts are made of, and of parts of modules that are from elsewhere.
func TestOf(t *testing.T) {
	var found []string
	for _, l := range ofPage(t) {
		if name := strings.TrimSpace(l.Name + " " + l.Kind); !slices.Contains(found, name) {
			found = append(found, name)
		}
		if l.Text == "" || len(l.Uses) == 0 && l.Kind != "OFL-1.1" || l.Version == "" && l.Name != "mdn" {
			t.Errorf("of %s there is no text, use or version: %+v", l.Name, l)
		}
	}
	want := []string{
		"Go BSD-3-Clause", "Go",
		"codeberg.org/go-fonts/liberation BSD-3-Clause", "codeberg.org/go-fonts/liberation OFL-1.1",
		"codeberg.org/go-latex/latex BSD-3-Clause",
		"golang.org/x/image BSD-3-Clause", "golang.org/x/image",
		"golang.org/x/text BSD-3-Clause", "golang.org/x/text",
		"gonum.org/v1/gonum BSD-3-Clause", "gonum.org/v1/gonum", "gonum.org/v1/gonum BSL-1.0",
		"gonum.org/v1/plot BSD-3-Clause",
		"mdn MIT",
		"STIX Two Math OFL-1.1",
	}
	if !slices.Equal(found, want) {
		t.Errorf("found\n%s\nwant\n%s", strings.Join(found, "\n"), strings.Join(want, "\n"))
	}
}

// TestHTML reads in the page every copyright line, and every term of every licence.
func TestHTML(t *testing.T) {
	list := ofPage(t)
	page := HTML(list)
	if len(page) > 20<<10 {
		t.Errorf("the licences take %d bytes of a page, want 20 KiB at most", len(page))
	}
	for _, l := range list {
		notice, terms := cut(l.Text)
		for _, part := range append(strings.Split(notice, "\n"), flowing(terms)...) {
			if !strings.Contains(letters(page), letters(escape.Replace(part))) {
				t.Errorf("the page does not say, of %s: %s", l.Name, part)
			}
		}
	}
	for _, want := range []string{"Go 1.", "Copyright 2009 The Go Authors.", "Stephen L. Moshier", "Reserved Font Name Liberation", "Bigelow &amp; Holmes"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %s", want)
		}
	}
	if again := HTML(ofPage(t)); again != page {
		t.Error("made twice, the licences are two texts")
	}
}

// TestTermsInCommon writes once what two licences have in common, and keeps what each has alone.
func TestTermsInCommon(t *testing.T) {
	licence := func(name string) Licence {
		return newLicence(name, "v1", fmt.Sprintf("Copyright <%s>\n\nRedistribution and use in source and binary forms:\n  * Neither the name of %s\n"+
			"    nor others.\n\nIT IS PROVIDED BY THE COPYRIGHT HOLDERS\n", name, name), nil)
	}
	got := HTML([]Licence{licence("a"), licence("b")})
	want := `<details class="licences">
<summary>Licences of what this page carries</summary>
<p>a v1, b v1: BSD-3-Clause</p>
<pre>Copyright &lt;a&gt;

Copyright &lt;b&gt;

Redistribution and use in source and binary forms:

* Neither the name of a nor others.

* Neither the name of b nor others.

IT IS PROVIDED BY THE COPYRIGHT HOLDERS</pre>
</details>
`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// TestNoLicence refuses a module without terms.
func TestNoLicence(t *testing.T) {
	for _, test := range []struct{ path, file, text, want string }{
		{"example.org/bare", "README", "No terms.", "example.org/bare has no licence in "},
		{"example.org/copied", "COPYING.md", "Copy it.", ""},
	} {
		folder := t.TempDir()
		for name, content := range map[string]string{
			"go.mod":                          fmt.Sprintf("module main\n\ngo 1.26\n\nrequire %[1]s v0.0.0\n\nreplace %[1]s => ./other\n", test.path),
			"main.go":                         fmt.Sprintf("package main\n\nimport _ %q\n\nfunc main() {}\n", test.path),
			"LICENSE":                         "Free.",
			"other/go.mod":                    "module " + test.path + "\n",
			"other/other.go":                  "package other\n",
			filepath.Join("other", test.file): test.text,
		} {
			path := filepath.Join(folder, name)
			if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte(content), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		list, err := Of(t.Context(), "go", folder, os.Environ(), ".")
		switch {
		case test.want == "" && err != nil:
			t.Errorf("%s: %v", test.path, err)
		case test.want == "" && !slices.ContainsFunc(list, func(l Licence) bool { return l.Name == test.path && l.Text == test.text }):
			t.Errorf("%s: the licence is not among %+v", test.path, list)
		case test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)):
			t.Errorf("%s: the error is %v, want %s", test.path, err, test.want)
		}
	}
}

// TestNoPackage says what the go command says.
func TestNoPackage(t *testing.T) {
	if _, err := Of(t.Context(), "go", filepath.Join("..", ".."), os.Environ(), "./nothing"); err == nil || !strings.Contains(err.Error(), "nothing") {
		t.Errorf("the error is %v, want one that names the package", err)
	}
}
