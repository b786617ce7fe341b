package graph

import (
	"fmt"
	"strings"
	"testing"

	"mdn/kernel-setup/notebook"
)

// of makes a graph of code cells.
func of(sources ...string) []Cell {
	n := &notebook.Notebook{}
	for i, source := range sources {
		n.Cells = append(n.Cells, notebook.NewCode(fmt.Sprint("c", i), source))
	}
	return Of(n)
}

// names writes what a cell declares and uses: a, b(c) uses d.
func (c Cell) names() string {
	var declared []string
	for _, d := range c.Declares {
		declared = append(declared, fmt.Sprintf("%s%v", d.Name, d.Uses))
	}
	return fmt.Sprintf("%s; %v", strings.Join(declared, " "), c.Uses)
}

func TestOf(t *testing.T) {
	for _, test := range []struct {
		name  string
		cells []string
		want  string // of the last cell
		runs  bool
	}{
		{"a declaration", []string{"const a int = 1", "func f() int { return a }"}, "f[a]; []", false},
		{"statements", []string{"const a int = 1", "%%\nfmt.Println(a)"}, "; [a]", true},
		{"declarations and statements", []string{"const a int = 1", "func f() int { return a }\n%%\nfmt.Println(f())"}, "f[a]; [f]", true},
		{"statements with flags", []string{"const a int = 1", "%% -steps=9\nfmt.Println(a)"}, "; [a]", true},
		{"what hides another", []string{"const a int = 1", "%%\na := 2\nfmt.Println(a)"}, "; []", true},
		{"a parameter that hides another", []string{"const a int = 1", "func f(a int) int { return a }"}, "f[]; []", false},
		{"a field of the same name", []string{"const a int = 1", "type T struct{ a int }\nfunc f(t T) int { return t.a }"}, "T[] f[T]; []", false},
		{"a key of a package's type", []string{"const Epochs int = 1", "import \"p\"\n%%\nf := p.Settings{Epochs: 2}"}, "import p[]; [import p]", true},
		{"what is declared below", []string{"func g() int { return 1 }", "func f() int { return g() + h() }", "func h() int { return 2 }"}, "h[]; []", false},
		{"within the arguments of what is not known", []string{"const a int = 1", "%%\nwhatever(func() int { return a })"}, "; [a]", true},
		{"an import of another cell", []string{"import m \"math\"", "%%\nm.Abs(1)"}, "; [import m]", true},
		{"an import by its path", []string{"import \"mdn/mdnlib\"", "%%\nmdnlib.Fit()"}, "; [import mdnlib]", true},
		{"a method", []string{"const a int = 1", "type T int\nfunc (t *T) M() int { return a }"}, "T[] T.M[T a]; []", false},
		{"a generic type's method", []string{"type T[V any] struct{ v V }\nfunc (t T[V]) M() V { return t.v }"}, "T[] T.M[T]; []", false},
		{"variables", []string{"const a int = 1", "var x, y = a, 2"}, "x[a] y[a]; []", false},
		{"constants that go on", []string{"const (\n\ta = iota\n\tb\n)"}, "a[] b[]; []", false},
		{"func main", []string{"const a int = 1", "func main() { println(a) }"}, "; [a]", true},
		{"commands", []string{"!ls", "!go version"}, "; []", true},
		{"only that nothing is to be fetched", []string{"%noautoget\nimport \"fmt\""}, "import fmt[]; []", false},
		{"declared twice", []string{"func f() int { return 1 }", "func f() int { return 2 }", "%%\nf()"}, "; [f]", true},
		{"while somebody writes", []string{"const a int = 1", "%%\nfmt.Println(a"}, "; [a]", true},
		{"nothing", []string{""}, "; []", false},
	} {
		cells := of(test.cells...)
		last := cells[len(cells)-1]
		if got := last.names(); got != test.want || last.Runs != test.runs {
			t.Errorf("%s: the cell is %q (runs: %t), want %q (%t)", test.name, got, last.Runs, test.want, test.runs)
		}
	}
}

// TestCode checks what makes code another one.
func TestCode(t *testing.T) {
	code := func(source string) string { return of(source)[0].Code }
	plain := code("func f() int { return 1 }\n%%\nfmt.Println(f())")
	for _, same := range []string{"// f is one.\nfunc f() int {\n\treturn 1\n}\n\n%%\nfmt.Println( f() ) // prints it", "func f() int { return 1 };\n%%\nfmt.Println(f());"} {
		if code(same) != plain {
			t.Errorf("%q counts as other code", same)
		}
	}
	for _, other := range []string{"func f() int { return 2 }\n%%\nfmt.Println(f())", "func f() int { return 1 }\n%%\nfmt.Println(f(), f())",
		"func f() int { return 1 }\n%% -a\nfmt.Println(f())", "!ls\nfunc f() int { return 1 }\n%%\nfmt.Println(f())", "func f() int { return 1 }\nfmt.Println(f())"} {
		if code(other) == plain {
			t.Errorf("%q counts as the same code", other)
		}
	}
	group := of("const (\n\ta = iota + 1\n\tb\n)")[0].Declares
	if another := of("const (\n\ta = iota + 2\n\tb\n)")[0].Declares; group[1].Code == another[1].Code {
		t.Error("a constant that goes on from the one above does not change with it")
	}
}

// TestProblem checks that the line is that of the cell.
func TestProblem(t *testing.T) {
	for source, want := range map[string]string{
		"const a int = 1":              "",
		"\nfunc f( {":                  "line 2: ",
		"const a int = 1\n%%\n\nif {":  "line 4: ",
		"fmt.Println(1)":               "line 1: ",
		"%noautoget\n\nimport 7\n%%\n": "line 3: ",
	} {
		if got := of(source)[0].Problem; !strings.HasPrefix(got, want) || (want == "") != (got == "") {
			t.Errorf("the problem of %q is %q, want %q", source, got, want)
		}
	}
}

func TestReached(t *testing.T) {
	cells := of("const a, b, c int = 1, 2, 3", "type T int\nfunc (T) String() string { return fmt.Sprint(a) }",
		"func f() T { return g() }\nfunc g() T { return f() }", "%%\nfmt.Println(f())", "%%\nfmt.Println(b)")
	for cell, want := range map[int]string{3: "[a]", 4: "[b]"} {
		// All three are one declaration, which shows in none of them: what counts is the name that is reached.
		if got := fmt.Sprint(Reached(cells, cells[cell], []string{"a", "b", "c"})); got != want {
			t.Errorf("cell %d reaches %s, want %s", cell, got, want)
		}
	}
}

// TestHalfWritten reads cells that end anywhere, as they do while somebody writes them.
func TestHalfWritten(t *testing.T) {
	source := "import m \"math\"\n\ntype T[V any] struct{ v V }\n\nfunc (t *T[V]) M(x ...float64) V { return t.v }\n\nconst (\n\ta = iota\n\tb\n)\n\n" +
		"var x, y = m.Pi, `raw`\n%%\nfor i := range 3 {\n\tfmt.Println('a', i, T[int]{v: a}.M(x))\n}"
	for end := range len(source) {
		of(source[:end], "%%\nfmt.Println(a)")
	}
}
