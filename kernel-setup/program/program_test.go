package program

import (
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"strings"
	"testing"

	"mdn/kernel-setup/notebook"
)

// of makes a program of code cells. A cell that begins with "settings:" is tagged parameters.
func of(t *testing.T, cells ...string) (*Program, error) {
	t.Helper()
	var all []any
	for i, source := range cells {
		tags := []string{}
		if rest, ok := strings.CutPrefix(source, "settings:"); ok {
			source, tags = rest, []string{"parameters"}
		}
		if rest, ok := strings.CutPrefix(source, "injected:"); ok {
			source, tags = rest, []string{"injected-parameters"}
		}
		all = append(all, map[string]any{"cell_type": "code", "id": fmt.Sprint("c", i+1), "metadata": map[string]any{"tags": tags},
			"source": source, "outputs": []any{}, "execution_count": nil})
	}
	content, err := json.Marshal(map[string]any{"nbformat": 4, "nbformat_minor": 5, "metadata": map[string]any{}, "cells": all})
	if err != nil {
		t.Fatal(err)
	}
	n, err := notebook.Parse(content)
	if err != nil {
		t.Fatal(err)
	}
	return Of(n)
}

const theSettings = "settings:const noise float64 = 0.1 // [0, 1] how much\nconst seed int = 1\nconst file string = \"a\""

// TestOf joins cells. The program can be read by Go, has a function for each cell with statements, and its lines are those of the cells.
func TestOf(t *testing.T) {
	p, err := of(t, "%noautoget\nimport (\n\t\"fmt\"\n\tm \"math\"\n)", theSettings, "import \"fmt\"\nfunc law() float64 { return noise }\n%%\nfmt.Println(law())",
		"!go doc fmt", "", "%%\nfmt.Println(m.Pi)")
	if err != nil {
		t.Fatal(err)
	}
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, "", p.Source, 0)
	if err != nil {
		t.Fatalf("%v:\n%s", err, p.Source)
	}
	if len(file.Imports) != 3 { // with that of what runs the cells
		t.Errorf("it has %d imports", len(file.Imports))
	}
	if strings.Contains(p.Source, "const") || !strings.Contains(p.Source, "var noise float64") || !strings.Contains(p.Source, `run.Setting("noise", &noise)`) {
		t.Errorf("settings are not variables:\n%s", p.Source)
	}
	if got := fmt.Sprint(p.Cells); got != "[{3 [noise]} {6 []}]" {
		t.Errorf("the cells are %s", got)
	}
	var at token.Position
	for _, d := range file.Decls {
		if f, ok := d.(*ast.FuncDecl); ok && f.Name.Name == "law" {
			at = files.Position(f.Pos())
		}
	}
	if p.Where(at.Filename) != 3 || at.Line != 2 {
		t.Errorf("law is said to be in line %d of cell %d (%s)", at.Line, p.Where(at.Filename), at.Filename)
	}
	for _, other := range []string{"main", "cell0", "cell99", "format.go"} {
		if p.Where(other) != 0 {
			t.Errorf("%s is cell %d", other, p.Where(other))
		}
	}
	given, err := of(t, "%noautoget\nimport (\n\t\"fmt\"\n\tm \"math\"\n)", theSettings, "injected:const noise float64 = 0.3", "import \"fmt\"\nfunc law() float64 { return noise }\n%%\nfmt.Println(law())",
		"!go doc fmt", "", "%%\nfmt.Println(m.Pi)")
	if err != nil || given.Source != p.Source {
		t.Errorf("with other values of its settings it is another program (%v)", err)
	}
	if given.Cells[0].Number != 4 || given.Where("cell3") != 4 {
		t.Errorf("its cells are %v", given.Cells)
	}
}

// TestDepends finds the settings that a cell depends on: directly, through functions, constants, types and their methods, and not
// through names that mean something else.
func TestDepends(t *testing.T) {
	for name, test := range map[string]struct {
		cells []string
		want  string
	}{
		"nothing":                  {[]string{"%%\nprintln(1)"}, ""},
		"directly":                 {[]string{"%%\nprintln(seed)"}, "seed"},
		"through functions":        {[]string{"func a() float64 { return b() }", "func b() float64 { return noise }", "%%\nprintln(a())"}, "noise"},
		"functions that recur":     {[]string{"func a(n int) int { if n == 0 { return seed }; return a(n-1) }\n%%\nprintln(a(3))"}, "seed"},
		"a function as a value":    {[]string{"func a() float64 { return noise }\n%%\nf := a\nprintln(f())"}, "noise"},
		"a method":                 {[]string{"type a struct{}\nfunc (*a) String() string { return file }\n%%\nprintln(&a{})"}, "file"},
		"a generic type":           {[]string{"type a[T any] struct{}\nfunc (a[T]) get() int { return seed }\n%%\nprintln(a[int]{}.get())"}, "seed"},
		"an embedded type":         {[]string{"type a struct{}\nfunc (a) get() int { return seed }\ntype b struct{ a }\n%%\nprintln(b{}.get())"}, "seed"},
		"a field's value":          {[]string{"type a struct{ x float64 }\n%%\nprintln(a{x: noise}.x)"}, "noise"},
		"a map's key":              {[]string{"%%\nprintln(len(map[int]bool{seed: true}))"}, "seed"},
		"a variable of that name":  {[]string{"%%\nnoise := 1.0\nprintln(noise)"}, ""},
		"a parameter":              {[]string{"func a(seed int) int { return seed }\n%%\nprintln(a(1))"}, ""},
		"a field of that name":     {[]string{"type a struct{ noise, seed int }\n%%\nprintln(a{noise: 1, seed: 2}.seed)"}, ""},
		"an argument of a package": {[]string{"import \"fmt\"\n%%\nfmt.Println(func() float64 { return noise }())"}, "noise"},
		"a field of a package's":   {[]string{"import \"image\"\nfunc size() int { return seed }\n%%\nprintln(image.Point{X: size()}.X)"}, "seed"},
		"a package's not imported": {[]string{"%%\nprintln(math.Abs(noise), math.Point{seed: 1})"}, "noise"},
		"a package's type":         {[]string{"import \"image\"\ntype a struct{ image.Point }\nfunc (a) f() int { return seed }\n%%\nvar x image.Image = a{}\nprintln(x)"}, "seed"},
		"all":                      {[]string{"%%\nprintln(noise, file, seed)"}, "noise seed file"},
	} {
		p, err := of(t, append([]string{theSettings}, test.cells...)...)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := strings.Join(p.Cells[len(p.Cells)-1].Settings, " "); got != test.want {
			t.Errorf("%s: the cell depends on %q, want %q", name, got, test.want)
		}
	}
}

// TestRefused names the cell of what cannot be part of one program, and what to do.
func TestRefused(t *testing.T) {
	for _, test := range []struct {
		cells []string
		cell  int
		want  string
	}{
		{[]string{"const a = 1", "var b = 2"}, 2, "it declares the variable b, which is made anew for every cell; make it a constant"},
		{[]string{"func a() {}", "", "func a() {}"}, 3, "a is declared by cell 1 already; give it another name"},
		{[]string{"type a int\nfunc (a) b() {}", "func (a) b() {}"}, 2, "a.b is declared by cell 1 already"},
		{[]string{theSettings, "const noise float64 = 1"}, 2, "noise is declared by cell 1 already"},
		{[]string{"func main() {}"}, 1, "it declares func main; write statements after a line %%"},
		{[]string{"func init() {}"}, 1, "it declares func init"},
		{[]string{"fmt.Println(1)"}, 1, "it is not Go: line 1: expected declaration, found fmt; put statements after a line %%"},
		{[]string{"import \"github.com/janpfeifer/gonb/gonbui\""}, 1, "it imports github.com/janpfeifer/gonb/gonbui, which a browser has not"},
		{[]string{"import \"C\""}, 1, "it imports C"},
		{[]string{"", "import \"syscall/js\""}, 2, "it imports syscall/js, and a page runs no other script than its own"},
		{[]string{"%env A=1"}, 1, "%env A=1 is for GoNB alone; leave it out"},
		{[]string{"%% -steps=9\nprintln(1)"}, 1, "%% -steps=9 is for GoNB alone"},
		{[]string{"%%\nprintln(1)\n!ls"}, 1, "!ls stands among its statements; put it into a cell of its own"},
	} {
		_, err := of(t, test.cells...)
		var refused *Refused
		if !errors.As(err, &refused) || refused.Cell != test.cell || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%q is refused by %v, want cell %d: %s", test.cells, err, test.cell, test.want)
		}
	}
}
