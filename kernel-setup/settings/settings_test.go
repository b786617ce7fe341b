package settings

import (
	"fmt"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"mdn/kernel-setup/notebook"
)

// of reads the settings of a notebook that has one cell, tagged parameters.
func of(source string) ([]Setting, error) {
	return Of(withSettings("lab", source))
}

func withSettings(name, source string) *notebook.Notebook {
	return &notebook.Notebook{Name: name, Path: name + ".ipynb", Cells: []notebook.Cell{
		{ID: "title", Kind: notebook.Markdown, Source: "# Lab"},
		notebook.NewCode("settings", source, "parameters"),
		notebook.NewCode("run", "%%\nfmt.Println(1)"),
	}}
}

// committed returns notebooks of this checkout.
func committed(t *testing.T, pattern string) (notebooks []*notebook.Notebook) {
	t.Helper()
	paths, err := filepath.Glob("../../notebooks/" + pattern)
	if err != nil || len(paths) == 0 {
		t.Fatalf("there are no notebooks: %v", err)
	}
	for _, path := range paths {
		n, err := notebook.Read(path)
		if err != nil {
			t.Fatal(err)
		}
		notebooks = append(notebooks, n)
	}
	return notebooks
}

// TestOf reads settings of all types, in all the ways to write them.
func TestOf(t *testing.T) {
	settings, err := of(`// The settings of this notebook.
%env A=1
const noise float64 = 0.1 // [0, 1] σ₀, the spread
const ( // a group
	low int8 = -128
	rate float32 = 1e-3 // [0.00001, 1_0] the (step), [see text]
	big uint64 = 18446744073709551615 // [0, 18446744073709551615]

	law string = "a, b" // [plain, "a, b", "with \"quotes\"", ` + "`]`" + `, "", with (parentheses)] which
)
const live bool = true // whether it moves
const file string = ` + "`data.csv`" + ` // the file (CSV, with a header)
func twice(x float64) float64 { return 2 * x }
`)
	if err != nil {
		t.Fatal(err)
	}
	want := []Setting{
		{Name: "noise", Type: "float64", Default: "0.1", Range: &Range{"0", "1"}, Meaning: "σ₀, the spread", Line: 3},
		{Name: "low", Type: "int8", Default: "-128", Line: 5},
		{Name: "rate", Type: "float32", Default: "1e-3", Range: &Range{"0.00001", "1_0"}, Meaning: "the (step), [see text]", Line: 6},
		{Name: "big", Type: "uint64", Default: "18446744073709551615", Range: &Range{"0", "18446744073709551615"}, Line: 7},
		{Name: "law", Type: "string", Default: "a, b", Choices: []string{"plain", "a, b", `with "quotes"`, "]", "", "with (parentheses)"}, Meaning: "which", Line: 9},
		{Name: "live", Type: "bool", Default: "true", Choices: []string{"true", "false"}, Meaning: "whether it moves", Line: 11},
		{Name: "file", Type: "string", Default: "data.csv", Meaning: "the file (CSV, with a header)", Line: 12},
	}
	if len(settings) != len(want) {
		t.Fatalf("it finds %+v", settings)
	}
	for i, s := range settings {
		want[i].Cell = "settings"
		if got, want := describe(s), describe(want[i]); got != want {
			t.Errorf("it reads\n%s, want\n%s", got, want)
		}
	}
	if none, err := Of(&notebook.Notebook{}); err != nil || none != nil {
		t.Errorf("a notebook without such a cell has the settings %v (%v)", none, err)
	}
}

// describe writes a setting out.
func describe(s Setting) string {
	return fmt.Sprintf("%s %s = %q, %s, %q, in line %d of %s", s.Name, s.Type, s.Default, s.limits(), s.Meaning, s.Line, s.Cell)
}

// TestOfMistakes reads cells that are no settings. The error names the cell and the line, what is wrong and how to write it.
func TestOfMistakes(t *testing.T) {
	for _, test := range []struct{ source, want string }{
		{"const a, b float64 = 1, 2", "line 1: a is declared together with b; write each in a line of its own"},
		{"\nconst a float64 = 0.5 // (0, 1] open", "line 2: the range of a does not begin with [; write the range as [LOWEST, HIGHEST], both of which belong to it"},
		{"const a float64 = 0.5 // ]0, 1] open", "line 1: the range of a does not begin with [; write the range as"},
		{"const a float64 = 0.5 // [0, 1) open", "line 1: the range of a cannot be read; write the range as"},
		{"const a float64 = 0.5 // [0; 1] other", "line 1: the range of a, [0; 1], is not two numbers; write the range as"},
		{"const a float64 = 0.5 // [0, 1, 2] other", "line 1: the range of a, [0, 1, 2], is not two numbers; write the range as"},
		{"const a float64 = 0.5 // [0, inf] other", "line 1: the range of a, [0, inf], is not two numbers; write the range as"},
		{"const a float64 = 0.5 // [1, 0] turned round", "line 1: the range of a, [1, 0], begins above its end; write the range as"},
		{"const a float64 = 0.5 /* [0, 1] other */", "line 1: the comment of a begins with /*; begin it with //"},
		{"const a = 0.5 // [0, 1] untyped", "line 1: a has no type; write const a float64 = 0.5"},
		{`const a = "b"`, `line 1: a has no type; write const a string = "b"`},
		{"const a float64 = 1 / 2.", "line 1: the value of a is not written out; write a number, a text in quotes, true or false"},
		{"const (\n\ta int = iota\n\tb\n)", "line 2: the value of a is not written out"},
		{"const (\n\ta int = 1\n\tb\n)", "line 3: the value of b is not written out"},
		{"const a time.Duration = 1", "line 1: a is of a type that no setting can have; make it a string, a bool, or a number such as"},
		{"const a rune = 'b'", "line 1: the value of a is not written out"},
		{"const a int = 1.5", "line 1: a is of type int, and 1.5 is not; write a value of that type"},
		{`const a float64 = "1"`, `line 1: a is of type float64, and "1" is not`},
		{"const a string = 1", "line 1: a is of type string, and 1 is not"},
		{"const a float64 = 2 // [0, 1] far", "line 1: a = 2 is outside of [0, 1]; change one of them"},
		{"const a int8 = 128", "line 1: a = 128 is outside of what int8 holds, -128 to 127; change one of them"},
		{"const a uint = -1", "line 1: a = -1 is outside of what uint holds, 0 to "},
		{`const a string = "c" // [b, "c, d"] which`, `line 1: a = c is none of its choices, [b, "c, d"]; add it, or choose one of them`},
		{`const a string = "b" // ["b" c] which`, "line 1: the choices of a cannot be read; write the choices as [ONE, OTHER], with Go's quotes"},
		{`const a string = "b" // [b, ] which`, "line 1: the choices of a cannot be read"},
		{`const a string = "b" // [b, c which`, "line 1: the choices of a cannot be read"},
		{"const a bool = true // [true, false] which", "line 1: a is true or false, and needs no choices; leave out the brackets"},
		{"var a float64 = 1", "line 1: a is a variable, and a setting has to be a constant; write const in place of var"},
		{"const a int = 1\nconst a int = 2", "line 2: a is declared twice; give each setting a name of its own"},
		{"const a int = 1\nconst b int = = 2", "line 2: this is not Go: expected operand"},
		{"const a int = 1\n%%\nfmt.Println(a)", "line 2: what follows %% is a program, and no settings; put it into a cell of its own"},
	} {
		settings, err := of(test.source)
		if want := "lab.ipynb, cell settings, " + test.want; err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("of\n%s\nit says\n%v, want\n%s; it reads %+v", test.source, err, want, settings)
		}
	}
	twice := withSettings("lab", "")
	twice.Cells = append(twice.Cells, notebook.NewCode("more", "const a int = 1", "parameters"))
	if _, err := Of(twice); err == nil || !strings.HasPrefix(err.Error(), "lab.ipynb, cell more, line 1: this is the second cell tagged parameters") {
		t.Errorf("of two cells of settings it says %v", err)
	}
	nameless := withSettings("lab", "const a = 1")
	nameless.Cells[1].ID = ""
	if _, err := Of(nameless); err == nil || !strings.HasPrefix(err.Error(), "lab.ipynb, the cell tagged parameters, line 1: ") {
		t.Errorf("of a cell without an id it says %v", err)
	}
}

// TestRead reads values from texts, and refuses those that cannot be.
func TestRead(t *testing.T) {
	for _, test := range []struct{ declaration, text, value, refused string }{
		{"float64 = 0.1 // [0, 1]", "0.10", "0.1", ""},
		{"float64 = 0.1 // [0, 1]", " .1 ", "0.1", ""},
		{"float64 = 0.1 // [0, 1]", "-0", "0", ""},
		{"float64 = 0.1 // [0, 1]", "1.01", "", "a = 1.01 is outside of [0, 1]"},
		{"float64 = 0.1 // [0, 1]", "NaN", "", "a = NaN is outside of [0, 1]"},
		{"float64 = 0.1 // [0, 1]", "much", "", "a = much is not a number (float64)"},
		{"float64 = 0.1 // [0, 1]", "", "", `a = "" is not a number (float64)`},
		{"float64 = 0.1", "2e6", "2000000", ""},
		{"float64 = 0.1", "0.00001", "1e-05", ""},
		{"float64 = 0.1", "1e300", "1e+300", ""},
		{"float64 = 0.1", "1e999", "", "a = 1e999 is outside of what float64 holds, -1.79769e+308 to 1.79769e+308"},
		{"float64 = 0.1", "inf", "", "a = inf is outside of what float64 holds"},
		{"float32 = 0.1", "0.1", "0.1", ""},
		{"float32 = 0.1", "1e39", "", "a = 1e39 is outside of what float32 holds, -3.40282e+38 to 3.40282e+38"},
		{"int = 1 // [1, 20000]", "007", "7", ""},
		{"int = 1 // [1, 20000]", "1.5", "", "a = 1.5 is not a whole number (int)"},
		{"int = 1 // [1, 20000]", "99999999999999999999", "", "a = 99999999999999999999 is outside of [1, 20000]"},
		{"int8 = 1", "-129", "", "a = -129 is outside of what int8 holds, -128 to 127"},
		{"uint64 = 1", "18446744073709551615", "18446744073709551615", ""},
		{"uint64 = 1", "-1", "", "a = -1 is outside of what uint64 holds, 0 to 18446744073709551615"},
		{"bool = true", "false", "false", ""},
		{"bool = true", "yes", "", "a = yes is neither true nor false"},
		{`string = "b"`, " any $text ", " any $text ", ""},
		{`string = "b"`, "", "", ""},
		{`string = "b" // [b, "c, d", ""] which`, "c, d", "c, d", ""},
		{`string = "b" // [b, "c, d", ""] which`, " b", "b", ""},
		{`string = "b" // [b, "c, d", ""] which`, "", "", ""},
		{`string = "b" // [b, "c, d", ""] which`, "c", "", `a = c is none of [b, "c, d", ""]`},
		{`string = "b" // [b, c] which`, "", "", `a = "" is none of [b, c]`},
		{`string = "b" // [b, c] which`, "b\nc", "", `a = "b\nc" is none of [b, c]`},
	} {
		settings, err := of("const a " + test.declaration)
		if err != nil {
			t.Fatal(err)
		}
		value, err := settings[0].Read(test.text)
		if test.refused == "" && (value != test.value || err != nil) {
			t.Errorf("a %s: %q is read as %q (%v), want %q", test.declaration, test.text, value, err, test.value)
		}
		if test.refused != "" && (err == nil || !strings.HasPrefix(err.Error(), test.refused)) {
			t.Errorf("a %s: of %q it says %v, want %s", test.declaration, test.text, err, test.refused)
		}
	}
}

// TestInject gives settings other values, has Go read what is written, and reads them back.
func TestInject(t *testing.T) {
	n := withSettings("lab", "const noise float64 = 0.1\nconst seed uint64 = 1\nconst file string = \"a\"\nconst live bool = true")
	settings, err := Of(n)
	if err != nil {
		t.Fatal(err)
	}
	const file = "né \"quoted\" \\ \n\t\x07 ☃ // `$x` <b>"
	for range 2 { // the second time in place of the first
		Inject(n, []Value{{settings[0], "0.3"}, {settings[1], "2"}, {settings[2], file}, {settings[3], "false"}})
	}
	if len(n.Cells) != 4 || n.Cells[1].ID != "settings" {
		t.Fatalf("the cells are %+v", n.Cells)
	}
	cell := n.Cells[2]
	if want := "// In place of the values above\nconst noise float64 = 0.3\nconst seed uint64 = 2\nconst file string = \"né \\\""; !strings.HasPrefix(cell.Source, want) || cell.ID != "injected-parameters" {
		t.Errorf("the cell %s is\n%s, want\n%s", cell.ID, cell.Source, want)
	}
	if _, err := parser.ParseFile(token.NewFileSet(), "", "package p\n"+cell.Source, 0); err != nil {
		t.Error(err)
	}
	given, err := Given(n, settings)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, v := range given {
		got = append(got, v.Setting.Name+"="+v.Text)
	}
	if want := []string{"noise=0.3", "seed=2", "file=" + file, "live=false"}; !slices.Equal(got, want) {
		t.Errorf("the values are read as %q, want %q", got, want)
	}
	again, err := Of(n)
	if err != nil || len(again) != len(settings) {
		t.Errorf("with a cell that sets them, the settings are %v (%v)", again, err)
	}
}

// TestGivenByPapermill reads the cell that papermill writes.
func TestGivenByPapermill(t *testing.T) {
	n := withSettings("lab", "const noise float64 = 0.1\nconst seed uint64 = 1")
	settings, err := Of(n)
	if err != nil {
		t.Fatal(err)
	}
	n.Cells = append(n.Cells, notebook.NewCode("", "// Parameters\nconst noise float64 = 0.3\nconst unknown = 1\n", injected))
	given, err := Given(n, settings)
	if err != nil || len(given) != 1 || given[0].String() != "noise = 0.3" {
		t.Errorf("the values are %v (%v)", given, err)
	}
}

// TestList lists the settings of the committed notebooks: each has a type, a default, what it can be, and a meaning.
func TestList(t *testing.T) {
	list := ""
	for _, n := range committed(t, "[0-9][0-9]-*.ipynb") {
		settings, err := Of(n)
		if err != nil {
			t.Fatal(err)
		}
		list += List(n, settings) + "\n"
	}
	for _, want := range []string{
		"01-data\n  name     type     default  range         meaning\n  noise    float64  0.1      [0, 1]        σ₀, the spread of y for each unit of x\n",
		"02-mean\n", "  epochs   int      500      [1, 20000]      how often training goes through the data\n",
	} {
		if !strings.Contains(list, want) {
			t.Errorf("it says\n%s, want\n%s", list, want)
		}
	}
	// A text that may be anything, such as a file's name, has no range.
	complete := regexp.MustCompile(`^  \w+ +(((float64|int|uint64|string) +\S+ +\[[^\]]+\])|(string|bool) +\S+) +\pL`)
	for _, line := range regexp.MustCompile(`(?m)^  .*`).FindAllString(list, -1) {
		if !strings.HasPrefix(line, "  name ") && !complete.MatchString(line) {
			t.Errorf("a setting lacks something: %s", line)
		}
	}
	if got := List(&notebook.Notebook{Name: "lab"}, nil); got != "lab has no settings\n" {
		t.Errorf("of a notebook without settings it says %q", got)
	}
}

// TestPlansMistakes asserts what is said of settings that cannot be.
func TestPlansMistakes(t *testing.T) {
	notebooks := committed(t, "0[12]-*.ipynb")
	for _, test := range []struct {
		set  []string
		want string
	}{
		{[]string{"nose=0.3"}, "there is no setting nose"},
		{[]string{"noise=much"}, "noise = much is not a number (float64)"},
		{[]string{"noise=0.1,"}, `noise = "" is not a number (float64)`},
		{[]string{"noise="}, `noise = "" is not a number (float64)`},
		{[]string{"epochs=1.5"}, "epochs = 1.5 is not a whole number (int)"},
		{[]string{"noise=0.1,1.01"}, "noise = 1.01 is outside of [0, 1]"},
		{[]string{"noise=nan"}, "noise = nan is outside of [0, 1]"},
		{[]string{"seed=-1"}, "seed = -1 is outside of [0, 1000000]"},
		{[]string{"noise"}, `"noise" is not of the form NAME=VALUE`},
		{[]string{"=1"}, `"=1" is not of the form NAME=VALUE`},
		{[]string{"noise=0.1", "noise=0.2"}, "noise is set twice; for a page with each value write -set noise=0.1,0.2"},
		{[]string{"epochs=1,2,3,4,5,6,7,8", "seed=1,2,3,4,5,6,7,8"}, "these settings make 72 pages, and 64 are the most at once"},
		{[]string{`noise=0.1,"0.2`}, `the values of noise, 0.1,"0.2, cannot be read (extraneous or missing " in quoted-field); put "…" around a value with a comma`},
		{[]string{"noise=0.1\n0.2"}, "the values of noise, 0.1\n0.2, cannot be read (they have more than one line); put"},
	} {
		t.Run(strings.Join(test.set, " "), func(t *testing.T) {
			const list = "these are the settings:\n\n01-data\n  name     type     default  range         meaning\n  noise    float64  0.1      [0, 1]        σ₀"
			_, err := Plans(notebooks, test.set)
			if err == nil || !strings.HasPrefix(err.Error(), test.want) || !strings.Contains(err.Error(), "; "+list) ||
				!strings.Contains(err.Error(), "\n\n02-mean\n") {
				t.Errorf("it says\n%v, want\n%s; %s", err, test.want, list)
			}
		})
	}
	broken := withSettings("lab", "const a = 1")
	if _, err := Plans([]*notebook.Notebook{broken}, nil); err == nil || strings.Contains(err.Error(), "these are the settings") {
		t.Errorf("of settings that cannot be read it says %v", err)
	}
	for _, test := range []struct{ notebooks, want string }{
		{"index", "index.ipynb makes the page index.html, and so does the index of all pages; export them into two folders"},
		{"lab lab", "lab.ipynb makes the page lab.html, and so does lab.ipynb; export them into two folders"},
		{strings.Repeat("n", 260), "would have 265 bytes, and 255 are the most; give shorter values"},
	} {
		var notebooks []*notebook.Notebook
		for _, name := range strings.Fields(test.notebooks) {
			notebooks = append(notebooks, withSettings(name, ""))
		}
		if _, err := Plans(notebooks, nil); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("of the notebooks %s it says %v, want %s", test.notebooks, err, test.want)
		}
	}
}

// TestPlans checks which pages settings make, and their names.
func TestPlans(t *testing.T) {
	for _, test := range []struct {
		notebooks []*notebook.Notebook
		set, want []string
	}{
		{committed(t, "0[12]-*.ipynb"), []string{"epochs=20,1", "noise=0.10,.1", "rate=0.00001"}, []string{
			"01-data.noise=0.1: noise = 0.1",
			"01-data.noise=0.1: noise = 0.1",
			"02-mean.noise=0.1.epochs=20.rate=1e-05: noise = 0.1, epochs = 20, rate = 1e-05",
			"02-mean.noise=0.1.epochs=1.rate=1e-05: noise = 0.1, epochs = 1, rate = 1e-05",
			"02-mean.noise=0.1.epochs.rate=1e-05: noise = 0.1; epochs = 20, 1; rate = 1e-05",
		}},
		{committed(t, "01-*.ipynb"), nil, []string{"01-data: ", "01-data: "}},
		{[]*notebook.Notebook{withSettings("lab.one", `const law string = "plain" // [plain, "a (b)", ""] which`)}, []string{`law=plain, a (b),`}, []string{
			"lab.one.law=plain: law = plain",
			"lab.one.law=a%20%28b%29: law = a (b)",
			`lab.one.law=: law = ""`,
			`lab.one.law: law = plain, a (b), ""`,
		}},
		{[]*notebook.Notebook{withSettings("lab", `const file string = "a.csv" // the file`)}, []string{`file="my, data.csv",$a=b/c,"say ""é"""`}, []string{
			"lab.file=my%2C%20data.csv: file = my, data.csv",
			"lab.file=%24a%3Db%2Fc: file = $a=b/c",
			`lab.file=say%20%22%C3%A9%22: file = say "é"`,
			`lab.file: file = my, data.csv, $a=b/c, say "é"`,
		}},
		{[]*notebook.Notebook{withSettings("lab", `const file string = "a.csv" // the file`)}, []string{"file="}, []string{`lab.file=: file = ""`, `lab.file=: file = ""`}},
	} {
		plans, err := Plans(test.notebooks, test.set)
		if err != nil {
			t.Errorf("%q: %v", test.set, err)
			continue
		}
		var got []string
		for _, p := range plans {
			for _, page := range p.Pages {
				got = append(got, page.Name+": "+page.With())
			}
			got = append(got, p.Sweep+": "+p.With)
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%q makes the pages\n%s, want\n%s", test.set, strings.Join(got, "\n"), strings.Join(test.want, "\n"))
		}
	}
}

// TestAssignment writes values so that they are read as they were.
func TestAssignment(t *testing.T) {
	n := withSettings("lab", `const file string = "a.csv"`)
	for _, text := range []string{"plain", "my, data.csv", `say "hi"`, " spaces ", "", "a\nb", "a=b", `\`, "$(x)"} {
		settings, err := Of(n)
		if err != nil {
			t.Fatal(err)
		}
		assignment := Value{settings[0], text}.Assignment()
		plans, err := Plans([]*notebook.Notebook{n}, []string{assignment})
		if err != nil || len(plans[0].Pages) != 1 || plans[0].Pages[0].Values[0].Text != text {
			t.Errorf("%q is written as %q, and read as %+v (%v)", text, assignment, plans, err)
		}
	}
}
