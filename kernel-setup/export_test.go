package main

import (
	"context"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/constant"
	"go/parser"
	"go/token"
	"go/types"
	"html"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// floors returns the lowest mean squared error and negative log likelihood there can be for the law of the notebooks, on
// their grid: the mean of (σ₀x)², and of ln(σ₀x) + ½ ln(2πe).
func floors(noise float64) (mse, nll string) {
	var squares, entropies float64
	for i := range 21 {
		sigma := noise * (1 + 0.2*float64(i))
		squares += sigma * sigma / 21
		entropies += (math.Log(sigma) + math.Log(2*math.Pi*math.E)/2) / 21
	}
	return fmt.Sprintf("%.4f", squares), fmt.Sprintf("%.4f", entropies)
}

// text returns what a page says, without its tags.
func text(t *testing.T, path string) string {
	t.Helper()
	page, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return html.UnescapeString(regexp.MustCompile(`(?s)<style.*?</style>|<[^>]*>`).ReplaceAllString(string(page), ""))
}

// TestListOfSettings prints the settings of all notebooks: each has a type, a default, a range and a meaning.
func TestListOfSettings(t *testing.T) {
	output, err := kernelSetup(t, string(installedCheckout(t)), nil, "export", "-list")
	if err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	for _, want := range []string{
		"01-data\n  name     type     default  range         meaning\n  noise    float64  0.1      [0, 1]        σ₀, the spread of y for each unit of x\n",
		"02-mean\n", "  epochs   int      500      [1, 20000]      how often training goes through the data\n",
	} {
		if !strings.Contains(output, want) {
			t.Errorf("it says\n%s, want\n%s", output, want)
		}
	}
	// A text that may be anything, such as a file's name, has no range.
	complete := regexp.MustCompile(`^  \w+ +(((float64|int|uint64|string) +\S+ +\[[^\]]+\])|(string|bool) +\S+) +\pL`)
	for _, line := range regexp.MustCompile(`(?m)^  .*`).FindAllString(output, -1) {
		if !strings.HasPrefix(line, "  name ") && !complete.MatchString(line) {
			t.Errorf("a setting lacks something: %s", line)
		}
	}
}

// TestWrongSettings asserts what is said of settings that cannot be, and that nothing runs then.
func TestWrongSettings(t *testing.T) {
	c := installedCheckout(t)
	environment := environment(t, c)
	notebooks := []string{c.path("notebooks", "01-data.ipynb"), c.path("notebooks", "02-mean.ipynb")}
	for _, test := range []struct {
		set  assignments
		want string
	}{
		{assignments{"nose=0.3"}, "there is no setting nose"},
		{assignments{"noise=much"}, "noise = much is not a number (float64)"},
		{assignments{"noise=0.1,"}, "noise =  is not a number (float64)"},
		{assignments{"epochs=1.5"}, "epochs = 1.5 is not a whole number (int)"},
		{assignments{"noise=0.1,1.01"}, "noise = 1.01 is outside of [0, 1]"},
		{assignments{"noise=nan"}, "noise = nan is outside of [0, 1]"},
		{assignments{"seed=-1"}, "seed = -1 is outside of [0, 1000000]"},
		{assignments{"noise"}, `"noise" is not of the form NAME=VALUE`},
		{assignments{"noise=0.1", "noise=0.2"}, "noise is set twice; for a page with each value write -set noise=0.1,0.2"},
		{assignments{"epochs=1,2,3,4,5,6,7,8", "seed=1,2,3,4,5,6,7,8"}, "these settings make 72 pages, and 64 are the most at once"},
	} {
		t.Run(strings.Join(test.set, " "), func(t *testing.T) {
			t.Parallel()
			const list = "these are the settings:\n\n01-data\n  name     type     default  range         meaning\n  noise    float64  0.1      [0, 1]        σ₀"
			_, err := c.plan(context.Background(), environment, notebooks, test.set)
			if err == nil || !strings.HasPrefix(err.Error(), test.want+"; ") || !strings.Contains(err.Error(), list) ||
				!strings.Contains(err.Error(), "\n\n02-mean\n") {
				t.Errorf("it says\n%v, want\n%s; %s", err, test.want, list)
			}
		})
	}
	folder := filepath.Join(t.TempDir(), "pages")
	output, err := kernelSetup(t, string(c), nil, "export", "-o", folder, "-set", "noise=2", "01-data")
	if _, missing := os.Stat(folder); err == nil || missing == nil || !strings.Contains(output, "noise = 2 is outside of [0, 1]") {
		t.Errorf("%v: %s", err, output)
	}
}

// TestPlan checks which pages settings make, and their names.
func TestPlan(t *testing.T) {
	c := installedCheckout(t)
	environment := environment(t, c)
	notebooks := []string{c.path("notebooks", "01-data.ipynb"), c.path("notebooks", "02-mean.ipynb")}
	plan, err := c.plan(context.Background(), environment, notebooks, assignments{"epochs=20,1", "noise=0.10,.1", "rate=0.00001"})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, tutorial := range plan {
		for _, page := range tutorial.Pages {
			got = append(got, pageName(tutorial.Notebook, page.Suffix)+" "+strings.Join(page.Settings, ", "))
		}
		got = append(got, pageName(tutorial.Notebook, tutorial.Index)+" "+tutorial.Title)
	}
	want := []string{
		"01-data.noise=0.1.html noise = 0.1",
		"01-data.noise=0.1.html noise = 0.1",
		"02-mean.noise=0.1.epochs=20.rate=1e-05.html noise = 0.1, epochs = 20, rate = 1e-05",
		"02-mean.noise=0.1.epochs=1.rate=1e-05.html noise = 0.1, epochs = 1, rate = 1e-05",
		"02-mean.noise=0.1.epochs.rate=1e-05.html noise = 0.1; epochs = 20, 1; rate = 1e-05",
	}
	if !slices.Equal(got, want) {
		t.Errorf("the plan is\n%s, want\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestSweep exports the first notebook with two values of noise, and looks for the floors that they have.
func TestSweep(t *testing.T) {
	folder := t.TempDir()
	output, err := kernelSetup(t, string(installedCheckout(t)), nil, "export", "-o", folder, "-set", "seed=2", "-set", "noise=0.05,0.3", "01-data")
	if err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	files, _ := filepath.Glob(filepath.Join(folder, "*"))
	if len(files) != 4 {
		t.Errorf("it has written %v, want two pages, one with both side by side, and the index of all", files)
	}
	index := text(t, filepath.Join(folder, "01-data.noise.seed=2.html"))
	for _, value := range []float64{0.05, 0.3} {
		mse, nll := floors(value)
		page := text(t, filepath.Join(folder, fmt.Sprintf("01-data.noise=%g.seed=2.html", value)))
		for _, want := range []string{
			fmt.Sprintf("1. The data: where does the spread come from? (noise = %g, seed = 2)", value), // its title
			fmt.Sprintf("With noise = %g, seed = 2.", value),
			fmt.Sprintf("const noise float64 = %g\nconst seed uint64 = 2\n", value),
			mse, nll,
		} {
			if !strings.Contains(page, want) {
				t.Errorf("the page with noise %g does not say %q", value, want)
			}
		}
	}
	lowMSE, lowNLL := floors(0.05)
	highMSE, highNLL := floors(0.3)
	for _, want := range []string{
		"(noise = 0.05, 0.3; seed = 2)", "mean squared error, floor" + lowMSE + highMSE, "negative log likelihood, nats, floor" + lowNLL + highNLL,
	} {
		if !strings.Contains(index, want) {
			t.Errorf("the index does not say %q:\n%s", want, index)
		}
	}
	written, err := os.ReadFile(filepath.Join(folder, "01-data.noise.seed=2.html"))
	if err != nil {
		t.Fatal(err)
	}
	links := regexp.MustCompile(`href="([^":]*)"`).FindAllStringSubmatch(string(written), -1)
	if len(links) != 3 {
		t.Errorf("it has the links %q, want two to pages and one to the index", links)
	}
	for _, link := range links {
		if _, err := os.Stat(filepath.Join(folder, link[1])); err != nil {
			t.Error(err)
		}
	}
	if all := text(t, filepath.Join(folder, "index.html")); !strings.Contains(all, "With other settings: noise = 0.05, 0.3; seed = 2; noise = 0.05, seed = 2; noise = 0.3, seed = 2") {
		t.Errorf("the index says %s", all)
	}
	charts := regexp.MustCompile(`<img src="data:image/png;base64,[^"]+" alt="Sampled data and the true mean\.`).FindAll(written, -1)
	if len(charts) != 2 {
		t.Errorf("the index has %d charts of the samples, want 2", len(charts))
	}
}

// TestSweepWithAFailure checks that one run that fails does not take the others with it, and leaves its page of before.
func TestSweepWithAFailure(t *testing.T) {
	c := installedCheckout(t)
	folder := t.TempDir()
	notebook := filepath.Join(folder, "tiny.ipynb")
	cell := `{"cell_type": "code", "id": "%s", "source": "%s", "metadata": {"tags": ["%[1]s"]}, "outputs": [], "execution_count": null}`
	content := fmt.Sprintf(`{"nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": {"name": "gonb", "display_name": "Go", "language": "go"}}, "cells": [{"cell_type": "markdown", "id": "title", "metadata": {}, "source": "# Tiny"}, %s, %s]}`,
		fmt.Sprintf(cell, "parameters", `const n int = 1 // [0, 9] a number`),
		fmt.Sprintf(cell, "run", `%%\nif n == 2 {\n\tlog.Fatal(\"no cheese\")\n}\nfmt.Println(\"square:\", n*n)`))
	for name, content := range map[string]string{"tiny.ipynb": content, "tiny.n=2.html": "before"} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	output, err := kernelSetup(t, string(c), nil, "export", "-o", folder, "-set", "n=2,3", notebook)
	if err == nil || !strings.Contains(output, "tiny.ipynb with n = 2 stops at code cell 3: ") || !strings.Contains(output, "no cheese") {
		t.Errorf("%v: %s", err, output)
	}
	if page := text(t, filepath.Join(folder, "tiny.n=2.html")); page != "before" {
		t.Errorf("the page of the run that failed is now %q", page)
	}
	if page := text(t, filepath.Join(folder, "tiny.n=3.html")); !strings.Contains(page, "square: 9") {
		t.Errorf("the page of the run after the failure does not say 9: %s", page)
	}
	if index := text(t, filepath.Join(folder, "tiny.n.html")); !strings.Contains(index, "no cheese") || !strings.Contains(index, "square–9") {
		t.Errorf("the index says %s", index)
	}
	written, err := os.ReadFile(filepath.Join(folder, "tiny.n.html"))
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprintf("%s", regexp.MustCompile(`href="tiny[^"]*"`).FindAll(written, -1)); got != `[href="tiny.n=3.html"]` {
		t.Errorf("the index has links to the pages %s, want one to that of the run that did not fail", got)
	}
}

// TestPapermill runs the first notebook by papermill with another noise, and looks for the floors that this noise has.
func TestPapermill(t *testing.T) {
	c := installedCheckout(t)
	environment := environment(t, c)
	path := filepath.Join(t.TempDir(), "out.ipynb")
	papermill, notebook := c.installed("venv", "bin", "papermill"), c.path("notebooks", "01-data.ipynb")
	cmd := command(t.Context(), environment, papermill, notebook, path, "-p", "noise", "0.3", "-p", "seed", "2")
	if output, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var n executed
	if err := json.Unmarshal(content, &n); err != nil {
		t.Fatal(err)
	}
	var sources, printed string
	for _, cell := range n.Cells {
		sources += string(cell.Source) + "\n"
		for _, output := range cell.Outputs {
			printed += string(output.Text)
		}
	}
	if want := "const noise float64 = 0.3\nconst seed uint64 = 2\n"; !strings.Contains(sources, want) {
		t.Errorf("no cell says %q", want)
	}
	_, numbers := keyNumbers(printed)
	mse, nll := floors(0.3)
	if numbers["mean squared error, floor"] != mse || numbers["negative log likelihood, nats, floor"] != nll {
		t.Errorf("the floors are not %s and %s in %v", mse, nll, numbers)
	}

	help, err := command(t.Context(), environment, papermill, "--help-notebook", notebook).Output()
	if want := "  noise: float64 (default 0.1)    [0, 1] σ₀, the spread of y for each unit of x\n"; err != nil || !strings.Contains(string(help), want) {
		t.Errorf("%v: papermill's help says\n%s, want\n%s", err, help, want)
	}
}

// TestNoConstant gives papermill's translator what Go has no constant for.
func TestNoConstant(t *testing.T) {
	c := installedCheckout(t)
	environment := environment(t, c)
	cmd := command(t.Context(), environment, c.python(), "-c", `
import json, math
from papermill.exceptions import PapermillException
from papermill.translators import papermill_translators
translator = papermill_translators.find_translator("gonb", "go")
for value in None, [1, 2], {"a": 1}, math.inf, math.nan:
    try:
        print(translator.codify({"samples": 5, "noise": value}))
    except PapermillException as error:
        print(error)`)
	output, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	var want strings.Builder
	for _, value := range []string{"None", "[1, 2]", "{'a': 1}", "inf", "nan"} {
		fmt.Fprintf(&want, "noise is %s, but a constant of Go is a text, a finite number, true or false; give it one of these, "+
			"or leave noise out to keep the notebook's own value\n", value)
	}
	if string(output) != want.String() {
		t.Errorf("it says\n%s, want\n%s", output, want.String())
	}
}

// TestGoTranslator has Go itself read what papermill's translator writes.
func TestGoTranslator(t *testing.T) {
	c := installedCheckout(t)
	environment := environment(t, c)
	values := map[string]any{
		"noise": 1.0, "rate": 1e-05, "big": 1e300, "count": -3.0, "law": "né \"quoted\" \\ \n\t\x07 ☃ 😀", "live": true, "raw": "`", "unknown": 0.5, "text": "a // b",
	}
	const source = `import "fmt"
const noise float64 = 0.1 // [0, 1] the noise
const ( // a group
	rate, unused = 1, 2
	count int = 3 // how many
	law = "a // b" // [a // b, c] which
)
var live bool
var big float64 = 2 // https://go.dev
const raw string = ` + "`x`\n"
	input, err := json.Marshal(map[string]any{"source": source, "values": values})
	if err != nil {
		t.Fatal(err)
	}
	cmd := command(t.Context(), environment, c.python(), "-c", `
import json, sys
from papermill.translators import papermill_translators
given = json.load(sys.stdin)
translator = papermill_translators.find_translator("gonb", "go")
print(json.dumps({"Parameters": [list(p) for p in translator.inspect(given)], "Code": translator.codify(given["values"])}))`)
	cmd.Stdin = strings.NewReader(string(input))
	output, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %v", err, explain("translate", string(output), err))
	}
	var answer struct {
		Parameters [][]string
		Code       string
	}
	if err := json.Unmarshal(output, &answer); err != nil {
		t.Fatal(err)
	}
	want := "[[noise float64 0.1 [0, 1] the noise] [count int 3 how many] [law None \"a // b\" [a // b, c] which] [big float64 2 https://go.dev] [raw string `x` ]]"
	if got := fmt.Sprint(answer.Parameters); got != want {
		t.Errorf("it finds the parameters\n%s, want\n%s", got, want)
	}

	files := token.NewFileSet()
	file, err := parser.ParseFile(files, "cell.go", "package p\n"+answer.Code, 0)
	if err != nil {
		t.Fatalf("%v:\n%s", err, answer.Code)
	}
	info := types.Info{Types: map[ast.Expr]types.TypeAndValue{}}
	if _, err := (&types.Config{}).Check("p", files, []*ast.File{file}, &info); err != nil {
		t.Fatalf("%v:\n%s", err, answer.Code)
	}
	for _, declaration := range file.Decls {
		spec := declaration.(*ast.GenDecl).Specs[0].(*ast.ValueSpec)
		name, value := spec.Names[0].Name, info.Types[spec.Values[0]].Value
		var got any
		switch value.Kind() {
		case constant.String:
			got = constant.StringVal(value)
		case constant.Bool:
			got = constant.BoolVal(value)
		default:
			got, _ = constant.Float64Val(value)
		}
		if got != values[name] {
			t.Errorf("%s is %v, want %v", name, got, values[name])
		}
		delete(values, name)
	}
	if len(values) > 0 {
		t.Errorf("it does not declare %v:\n%s", values, answer.Code)
	}
}

func TestKeyNumbers(t *testing.T) {
	names, values := keyNumbers(strings.Join([]string{
		"Epoch    0 | cost = 3.3760",
		"Epoch 0050 | cost = 1.7772",
		"Final cost: 0.1033",
		"by hand: 0.1864   by the library: 0.1864",
		"largest error of the mean: 0.111, at x = 3.7",
		"the floor at the test inputs is 0.1285",
		"1    4.0   0.10",
		"",
		"negative log likelihood, nats        held out   training data",
		"the truth                              0.1270     0.1126",
		"the network                                -Inf      none",
		"",
		"mean squared error on new samples",
		"the network  1e-05",
		"",
		"                     floor   on these samples",
		"mean squared error  0.1047             0.1020",
	}, "\n"))
	var got []string
	for _, name := range names {
		got = append(got, name+" = "+values[name])
	}
	want := []string{
		"Final cost = 0.1033",
		"the floor at the test inputs = 0.1285",
		"negative log likelihood, nats: the truth, held out = 0.1270",
		"negative log likelihood, nats: the truth, training data = 0.1126",
		"negative log likelihood, nats: the network, held out = -Inf",
		"negative log likelihood, nats: the network, training data = none",
		"mean squared error on new samples: the network = 1e-05",
		"mean squared error, floor = 0.1047",
		"mean squared error, on these samples = 0.1020",
	}
	if !slices.Equal(got, want) {
		t.Errorf("the key numbers are\n%s, want\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
