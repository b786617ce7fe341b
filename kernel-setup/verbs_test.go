package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// kernelSetup runs the command as a user does, in a folder, and returns what it prints.
func kernelSetup(t *testing.T, folder string, environment []string, arguments ...string) (string, error) {
	t.Helper()
	program := filepath.Join(t.TempDir(), "kernel-setup")
	if output, err := exec.Command("go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	cmd := exec.Command(program, arguments...)
	cmd.Dir = folder
	cmd.Env = append(os.Environ(), environment...)
	output, err := cmd.CombinedOutput()
	return string(output), err
}

// emptyCheckout is a folder that looks like a checkout in which nothing is installed.
func emptyCheckout(t *testing.T) checkout {
	t.Helper()
	folder := t.TempDir()
	for name, content := range map[string]string{
		"go.mod": "module mdn\n\ngo 1.26\n", "go.sum": "", "notebooks/01-one.ipynb": "{}", "notebooks/02-two.ipynb": "{}",
		"kernel-setup/jupyter/requirements.txt": "jupyterlab==1\n",
	} {
		path := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return checkout(folder)
}

// installedCheckout is this checkout, in which kernel-setup test has set everything up.
func installedCheckout(t *testing.T) checkout {
	t.Helper()
	c, err := findCheckout()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(c.python()); err != nil {
		t.Skip("nothing is installed; go run ./kernel-setup test sets it up")
	}
	return c
}

// environment is that of every program that kernel-setup starts in a checkout.
func environment(t *testing.T, c checkout) []string {
	t.Helper()
	return c.environ(chosenGo(t))
}

// writeNotebook writes a notebook with these cells; code begins with %.
func writeNotebook(t *testing.T, path string, sources ...string) {
	t.Helper()
	var cells []map[string]any
	for i, source := range sources {
		cell := map[string]any{"id": fmt.Sprint("cell-", i), "cell_type": "markdown", "source": source, "metadata": map[string]any{}}
		if strings.HasPrefix(source, "%") {
			cell["cell_type"], cell["outputs"], cell["execution_count"] = "code", []any{}, nil
		}
		cells = append(cells, cell)
	}
	content, err := json.Marshal(map[string]any{
		"nbformat": 4, "nbformat_minor": 5, "cells": cells,
		"metadata": map[string]any{"kernelspec": map[string]string{"name": "gonb", "display_name": "Go", "language": "go"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, content, 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestPagesAskForNothing gives the exporter's check what asks the network, and pictures that have no description, and what only
// looks so.
func TestPagesAskForNothing(t *testing.T) {
	c := installedCheckout(t)
	environment := environment(t, c)
	const missing, undescribed = ", which is not part of the notebook", "it shows a picture without a description"
	tests := []struct{ html, want string }{ // "" where there is nothing to refuse
		{`<img src=https://a.org/b.png alt=b>`, "it shows https://a.org/b.png" + missing},
		{`<IMG ALT="b" SRC=" //a.org/b.png ">`, "it shows //a.org/b.png" + missing},
		{`<img src="b.png" alt="b">`, "it shows b.png" + missing},
		{`<img alt="b" srcset="data:image/png;base64,AAAA 1x, https://a.org/b.png 2x">`, "it shows https://a.org/b.png" + missing},
		{`<picture><source srcset="b.png, https://a.org/b.png 2x"></picture>`, "it asks for b.png" + missing},
		{`<link rel="stylesheet" href="https://a.org/b.css">`, "it asks for https://a.org/b.css" + missing},
		{`<script src="https://a.org/b.js"></script>`, "it asks for https://a.org/b.js" + missing},
		{`<object data="https://a.org/b"></object>`, "it asks for https://a.org/b" + missing},
		{`<video poster=https://a.org/b.png></video>`, "it asks for https://a.org/b.png" + missing},
		{`<svg><image xlink:href="https://a.org/b.png"/></svg>`, "it asks for https://a.org/b.png" + missing},
		{`<style>p { background: url( "https://a.org/b.png" ) }</style>`, "it asks for https://a.org/b.png" + missing},
		{`<style>a < b { } @import 'https://a.org/b.css';`, "it asks for https://a.org/b.css" + missing},
		{`<p style="background: url(https://a.org/b.png)">`, "it asks for https://a.org/b.png" + missing},
		{`<iframe srcdoc="&lt;img src=https://a.org/b.png alt=b&gt;"></iframe>`, "it shows https://a.org/b.png" + missing},
		{`<meta http-equiv="Refresh" content="0; url=https://a.org">`, "it leads to another page by itself"},
		{`<img src="data:image/png;base64,AAAA" alt="">`, undescribed},
		{`<img src="data:image/png;base64,AAAA">`, undescribed},
		{`<a href="https://a.org">a</a> <a href=b.html>b</a> <svg><a xlink:href="https://a.org"></a><use href="#b"/></svg>`, ""},
		{`<img src="data:image/png;base64,AAAA" alt="b" srcset="data:image/png;base64,AAAA 2x"><link rel="icon" href="data:,">`, ""},
		{`<style>@font-face { src: url(data:font/woff2;base64,AAAA) } p { fill: url("#b") }</style>`, ""},
		{`<pre>&lt;img src=https://a.org/b.png&gt;</pre><script>const text = "<img src=https://a.org/b.png>"</script>`, ""},
	}
	var given []string
	for _, test := range tests {
		given = append(given, test.html)
	}
	input, err := json.Marshal(given)
	if err != nil {
		t.Fatal(err)
	}
	cmd := command(t.Context(), environment, c.python(), "-c", `
import json, sys
from tutorial import NotATutorial, check
answers = []
for page in json.load(sys.stdin):
    try:
        check(page)
        answers.append("")
    except NotATutorial as error:
        answers.append(str(error))
print(json.dumps(answers))`)
	cmd.Stdin = strings.NewReader(string(input))
	output, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %v", err, explain("check", string(output), err))
	}
	var answers []string
	if err := json.Unmarshal(output, &answers); err != nil {
		t.Fatal(err)
	}
	for i, test := range tests {
		if !strings.HasPrefix(answers[i], test.want) || test.want == "" && answers[i] != "" {
			t.Errorf("of %s it says %q, want %q", test.html, answers[i], test.want)
		}
	}
}

// TestExportOfWhatCannotBeAPage exports notebooks that lack something, and one that lacks nothing. It says of each which cell
// and why, leaves the page of before as it was, and makes the page of the one.
func TestExportOfWhatCannotBeAPage(t *testing.T) {
	c := installedCheckout(t)
	folder := t.TempDir()
	const dot = "%noautoget\nimport \"github.com/janpfeifer/gonb/gonbui\"\n%%\ngonbui.DisplayPng([]byte{1})\ngonbui.Sync()" // what the kernel has not read when the program ends is lost
	wrong := []struct {
		name, want string
		cells      []string
	}{
		{"failing", "stops at code cell 2: ", []string{"# A title", "%%\nfmt.Println(1)", "%%\nlog.Fatal(\"no cheese\")"}},
		{"untitled", "cannot be a page: text cell 1 (No title): the page has no title: the first cell has to begin with “# ”", []string{"No title"}},
		{"titled-twice", "cannot be a page: text cell 2 (# Another): the heading “Another” is a second title", []string{"# A title", "# Another"}},
		{"disordered", "cannot be a page: text cell 2 (### Deep): the heading “Deep” is of level 3, and the one before it of level 1",
			[]string{"# A title", "### Deep"}},
		{"undescribed", "cannot be a page: code cell 1 (%noautoget): it shows a picture without a description", []string{"# A title", dot}},
		{"unset", `cannot be a page: text cell 1 (# A title): the formula \foo has \foo, which cannot be set`, []string{"# A title\n\n$\\foo$"}},
		{"fetching", "cannot be a page: text cell 1 (# A title): it shows https://example.org/a.png, which is not part of the notebook",
			[]string{"# A title\n\n![a](https://example.org/a.png)"}},
		{"fetching-unquoted", "cannot be a page: text cell 1 (# A title): it shows https://example.org/a.png, which is not part of the notebook",
			[]string{"# A title\n\n<img src=https://example.org/a.png alt=a>"}},
		{"fetching-output", "cannot be a page: code cell 1 (%noautoget): it asks for https://example.org/a.js, which is not part of the notebook",
			[]string{"# A title", strings.Replace(dot, "DisplayPng([]byte{1})", "DisplayHtml(`<script src=\"https://example.org/a.js\"></script>`)", 1)}},
		{"unnamed", "cannot be a page: text cell 1 (# A title): it shows a picture without a description",
			[]string{"# A title\n\n![](data:image/png;base64,AAAA)"}},
	}
	arguments := []string{"export", "-o", folder}
	for _, test := range wrong {
		notebook := filepath.Join(folder, test.name+".ipynb")
		writeNotebook(t, notebook, test.cells...)
		if err := os.WriteFile(filepath.Join(folder, test.name+".html"), []byte("before"), 0o644); err != nil {
			t.Fatal(err)
		}
		arguments = append(arguments, notebook)
	}
	good := filepath.Join(folder, "good.ipynb")
	writeNotebook(t, good, "# A title", "%%\nfmt.Println(\"some\", \"cheese\")")
	output, err := kernelSetup(t, string(c), nil, append(arguments, good)...)
	if err == nil || !strings.Contains(output, "no cheese") {
		t.Errorf("%v: %s", err, output)
	}
	for _, test := range wrong {
		if want := test.name + ".ipynb " + test.want; !strings.Contains(output, want) {
			t.Errorf("it does not say\n%s, but\n%s", want, output)
		}
		if after, err := os.ReadFile(filepath.Join(folder, test.name+".html")); err != nil || string(after) != "before" {
			t.Errorf("the page %s is now %q (%v)", test.name, after, err)
		}
	}
	if page := text(t, filepath.Join(folder, "good.html")); !strings.Contains(page, "some cheese") {
		t.Errorf("the page of the good notebook says %s", page)
	}
}

func TestDoctor(t *testing.T) {
	output, err := kernelSetup(t, string(installedCheckout(t)), nil, "doctor")
	if err != nil || strings.Contains(output, "✗") || !strings.Contains(output, "✓ Go: "+chosenGo(t).version+" ") || !strings.Contains(output, "jupyter kernelspec install --user '") {
		t.Errorf("%v: %s", err, output)
	}
	output, err = kernelSetup(t, string(emptyCheckout(t)), nil, "doctor")
	if err == nil || !strings.Contains(output, "✗ JupyterLab: JupyterLab is not installed; run go run ./kernel-setup lab") {
		t.Errorf("where nothing is installed: %v: %s", err, output)
	}
}

func TestUninstall(t *testing.T) {
	c := emptyCheckout(t)
	if err := os.MkdirAll(c.installed("venv", "bin"), 0o755); err != nil {
		t.Fatal(err)
	}
	if output, err := kernelSetup(t, string(c), nil, "uninstall"); err != nil || !strings.Contains(output, "Removed "+c.installed()) {
		t.Errorf("%v: %s", err, output)
	}
	if _, err := os.Stat(c.installed()); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%s is still there: %v", c.installed(), err)
	}
	if output, err := kernelSetup(t, string(c), nil, "uninstall"); err != nil || !strings.Contains(output, "Nothing is installed") {
		t.Errorf("the second time: %v: %s", err, output)
	}
}

// TestMistakes asserts what the command says when it cannot do what it is asked.
func TestMistakes(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	port := fmt.Sprint(listener.Addr().(*net.TCPAddr).Port)
	c := emptyCheckout(t)
	goCommand, err := exec.LookPath("go")
	if err != nil {
		t.Fatal(err)
	}
	windows := emptyCheckout(t)
	if err := os.WriteFile(windows.path("go.mod"), []byte("module mdn\r\n\r\ngo 1.26\r\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	onlyGo := t.TempDir()
	if err := os.Symlink(goCommand, filepath.Join(onlyGo, "go")); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name        string
		folder      string
		environment []string
		arguments   []string
		want        string
	}{
		{"no verb", string(c), nil, []string{"install"}, `there is no verb "install"`},
		{"outside", t.TempDir(), nil, []string{"lab"}, "this is not a checkout of the project: no go.mod of module mdn here or above; change to the folder that you cloned"},
		{"unknown notebook", string(c), nil, []string{"lab", "-no-browser", "03-three"}, "there is no notebook 03-three; choose one of 01-one, 02-two"},
		{"unknown notebook to export", string(c), nil, []string{"export", "03-three"}, "there is no notebook 03-three; choose one of 01-one, 02-two"},
		{"a flag after a notebook", string(c), nil, []string{"export", "01-one", "-o", "pages"},
			"the flag -o stands after 01-one; give flags before notebooks, see go run ./kernel-setup export -help"},
		{"a flag after a notebook to open", string(c), nil, []string{"lab", "01-one", "-no-browser"}, "the flag -no-browser stands after 01-one; give flags before notebooks"},
		{"lines that end as in Windows", string(windows), nil, []string{"export", "03-three"}, "there is no notebook 03-three; choose one of 01-one, 02-two"},
		{"too many", string(c), nil, []string{"lab", "01-one", "02-two"}, `lab does not know what to do with "02-two"; see go run ./kernel-setup lab -help`},
		{"port", string(c), nil, []string{"lab", "-no-browser", "-port", port}, "port " + port + " is taken; choose another with -port, or leave -port out to get a free one"},
		{"no such port", string(c), nil, []string{"lab", "-no-browser", "-port", "99999"}, "there is no port 99999; ports are numbered 1 to 65535; choose another with -port"},
		{"CI without a browser", string(c), []string{"CI=true", "PATH=" + onlyGo}, []string{"test"}, "the tests of JupyterLab in a browser cannot run, and CI is set; install Chromium or Chrome"},
		{"no Python", string(c), []string{"PATH=" + onlyGo}, []string{"export", "01-one"}, "there is no python3 on the PATH; install Python 3.10 or newer"},
		{"no Go", string(c), []string{"PATH=" + t.TempDir()}, []string{"export", "01-one"}, "install Go 1.26 or newer and put it on your PATH"},
	} {
		t.Run(test.name, func(t *testing.T) {
			output, err := kernelSetup(t, test.folder, test.environment, test.arguments...)
			if err == nil || !strings.Contains(output, test.want) {
				t.Errorf("%v: it says\n%s, want\n%s", err, output, test.want)
			}
		})
	}
}

// TestExplain asserts what is made of the messages of tools that fail for a reason outside of them.
func TestExplain(t *testing.T) {
	failed := errors.New("exit status 1")
	for _, test := range []struct{ output, want string }{
		{"ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", "the disk is full; free 2 GB"},
		{"The virtual environment was not created successfully because ensurepip is not available.", "this Python has no venv module; install it (on Debian and Ubuntu: sudo apt install python3-venv)"},
		{"go: dial tcp: lookup nowhere: no such host", "the package registries cannot be reached; connect to the network"},
		{"WARNING: Retrying (Retry(total=4)) after connection broken by 'NewConnectionError'", "the package registries cannot be reached"},
		{"ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.", "its checksum differs"},
		{"verifying module: checksum mismatch", "its checksum differs"},
		{"go: download go1.99.0 for linux/amd64: toolchain not available", "GOPROXY names no module proxy that has it; let it name one"},
		{"first\nsecond\nlast line", "exit status 1; it said:\nfirst\nsecond\nlast line"},
	} {
		if got := explainInstall("install", test.output, failed).Error(); !strings.HasPrefix(got, "install: ") || !strings.Contains(got, test.want) {
			t.Errorf("%q is explained as\n%s, want\n%s", test.output, got, test.want)
		}
	}
}

// TestExplainRun checks that what a notebook prints is not taken for a trouble with the network.
func TestExplainRun(t *testing.T) {
	for _, output := range []string{"ValueError: dial tcp thing", "checksum mismatch", "No module named venv"} {
		if got, want := explain("run", output, errors.New("exit status 1")).Error(), "run: exit status 1; it said:\n"+output; got != want {
			t.Errorf("%q is explained as\n%s, want\n%s", output, got, want)
		}
	}
	const full = "OSError: [Errno 28] No space left on device"
	if got := explain("run", full, errors.New("exit status 1")).Error(); !strings.HasPrefix(got, "run: the disk is full; ") {
		t.Errorf("%q is explained as %s", full, got)
	}
}

// TestGlob looks into a folder whose own name would be a pattern.
func TestGlob(t *testing.T) {
	c := checkout(filepath.Join(t.TempDir(), "br[1]*?"))
	for _, name := range []string{"02-two.ipynb", "01-one.ipynb", "data.csv"} {
		if err := writeFile(c.path("notebooks", name), nil); err != nil {
			t.Fatal(err)
		}
	}
	notebooks, err := c.notebooks()
	if want := []string{c.path("notebooks", "01-one.ipynb"), c.path("notebooks", "02-two.ipynb")}; err != nil || !slices.Equal(notebooks, want) {
		t.Errorf("the notebooks are %q (%v), want %q", notebooks, err, want)
	}
	if err := os.MkdirAll(c.installed("venv", "lib", "python3.13", "site-packages"), 0o755); err != nil {
		t.Fatal(err)
	}
	folders, err := glob(c.installed("venv", "lib"), "python3*/site-packages")
	if want := []string{c.installed("venv", "lib", "python3.13", "site-packages")}; err != nil || !slices.Equal(folders, want) {
		t.Errorf("the package folders are %q (%v), want %q", folders, err, want)
	}
}

// TestIndexShowsPictures reads the picture of a page that Go's templates have written, as a sweep's page is: they write + in an address
// as &#43;, which the index must not write once more.
func TestIndexShowsPictures(t *testing.T) {
	const picture = "data:image/png;base64,A+/="
	var page bytes.Buffer
	if err := template.Must(template.New("").Parse(`<img src="{{.}}" alt="b">`)).Execute(&page, template.URL(picture)); err != nil {
		t.Fatal(err)
	}
	var e entry
	if e.read(page.Bytes()); e.Picture != picture {
		t.Errorf("%s is read as a picture at %q, want %q", page.String(), e.Picture, picture)
	}
}

// TestPagesNameTheirCommit asks for the commit of a page inside of a hook of another repository, which has variables that lead git there.
func TestPagesNameTheirCommit(t *testing.T) {
	c := installedCheckout(t)
	git := func(arguments ...string) string {
		output, err := exec.Command("git", append([]string{"-C", string(c)}, arguments...)...).Output()
		if err != nil {
			t.Skipf("git has no commit of this checkout: %v", err)
		}
		return strings.TrimSpace(string(output))
	}
	want := git("rev-parse", "HEAD")
	other := t.TempDir()
	if output, err := exec.Command("git", "init", "-q", other).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	cmd := command(t.Context(), append(environment(t, c), "GIT_DIR="+filepath.Join(other, ".git"), "GIT_WORK_TREE="+other), c.python(), "-c", `
import sys
sys.path.insert(0, sys.argv[1])
import tutorial
print(tutorial.checkout()[0])
`, c.path("kernel-setup", "jupyter"))
	if output, err := cmd.CombinedOutput(); err != nil || strings.TrimSpace(string(output)) != want {
		t.Errorf("a page names commit %q (%v), want %s", output, err, want)
	}
}

// TestIndexInABracketedFolder writes the index of a folder whose own name would be a pattern.
func TestIndexInABracketedFolder(t *testing.T) {
	c, err := findCheckout()
	if err != nil {
		t.Fatal(err)
	}
	folder := filepath.Join(t.TempDir(), "a[1]")
	page := `<title>One</title>` + string(ownPage)
	if err := writeFile(filepath.Join(folder, "01-one.html"), []byte(page)); err != nil {
		t.Fatal(err)
	}
	e := exporter{checkout: c, folder: folder, progress: newProgress()}
	defer e.progress.close()
	if err := e.writeIndex(); err != nil {
		t.Fatal(err)
	}
	if index, err := os.ReadFile(filepath.Join(folder, "index.html")); err != nil || !strings.Contains(string(index), `<a href="01-one.html">One</a>`) {
		t.Errorf("%v: the index is %s", err, index)
	}
}

// TestForeignSettings checks that a user's own Go, Python and Jupyter settings reach no program that is started.
func TestForeignSettings(t *testing.T) {
	for name, value := range map[string]string{
		"GOFLAGS": "-mod=vendor", "GOBIN": "/elsewhere", "GOWORK": "/elsewhere/go.work", "PYTHONPATH": "/elsewhere", "PYTHONHOME": "/elsewhere",
		"VIRTUAL_ENV": "/elsewhere", "JUPYTER_PATH": "/elsewhere", "JUPYTER_CONFIG_DIR": "/elsewhere", "PIP_TARGET": "/elsewhere", "GOOS": "plan9", "CGO_ENABLED": "/elsewhere",
		"GOROOT": "/elsewhere", "GOTOOLCHAIN": "/elsewhere", "GOEXPERIMENT": "/elsewhere",
	} {
		t.Setenv(name, value)
	}
	t.Setenv("UNRELATED", "/elsewhere")
	c := checkout("/a folder/of möine")
	environment := environment(t, c)
	for _, variable := range environment {
		if strings.Contains(variable, "/elsewhere") && variable != "UNRELATED=/elsewhere" || strings.Contains(variable, "vendor") || strings.Contains(variable, "plan9") {
			t.Errorf("a user's own setting is left: %s", variable)
		}
	}
	for _, want := range []string{"UNRELATED=/elsewhere", "GOENV=off", "GOWORK=off", "PYTHONNOUSERSITE=1", "JUPYTER_DATA_DIR=/a folder/of möine/.jupyter/data"} {
		if !slices.Contains(environment, want) {
			t.Errorf("%s is missing", want)
		}
	}
}

// TestKernelspec checks what Jupyter is told, in a checkout whose path has spaces and letters beyond ASCII.
func TestKernelspec(t *testing.T) {
	c := checkout(filepath.Join(t.TempDir(), "a folder of möine"))
	g := chosenGo(t)
	if err := c.writeKernelspec(g); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(filepath.Join(c.kernel(), "kernel.json"))
	if err != nil {
		t.Fatal(err)
	}
	var spec struct {
		Argv     []string
		Language string
		Env      map[string]string
	}
	if err := json.Unmarshal(content, &spec); err != nil {
		t.Fatal(err)
	}
	if spec.Argv[0] != c.installed("bin", "gonb") || !slices.Contains(spec.Argv, "-go_work="+string(c)) || spec.Language != "go" {
		t.Errorf("the kernel is started by %q", spec.Argv)
	}
	if !strings.HasPrefix(spec.Env["PATH"], c.installed("bin")+":") || !strings.HasSuffix(spec.Env["PATH"], ":"+filepath.Dir(g.command())+":${PATH}") {
		t.Errorf("its PATH is %s", spec.Env["PATH"])
	}
	if root, set := spec.Env["GOROOT"]; !set || root != "" || spec.Env["GOTOOLCHAIN"] != "local" || "GOEXPERIMENT="+spec.Env["GOEXPERIMENT"] != g.fastPath(runtime.GOARCH) {
		t.Errorf("its Go is set up by %q", spec.Env)
	}
}

// TestStamps checks when an installation counts as complete.
func TestStamps(t *testing.T) {
	s := stamp{path: filepath.Join(t.TempDir(), "stamps", "tools"), content: "abc", intact: true}
	if s.valid() {
		t.Error("a stamp that was never set is valid")
	}
	if err := s.set(); err != nil {
		t.Fatal(err)
	}
	if !s.valid() {
		t.Error("a stamp that was set is not valid")
	}
	changed, broken := s, s
	changed.content, broken.intact = "abd", false
	if changed.valid() || broken.valid() {
		t.Error("a stamp is valid although its ingredients have changed, or what it stands for is gone")
	}
}
