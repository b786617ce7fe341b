package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
)

var programFolder string // for the command, which is built once for all tests

func TestMain(m *testing.M) {
	var err error
	if programFolder, err = os.MkdirTemp("", "kernel-setup-test-*"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := m.Run()
	os.RemoveAll(programFolder)
	os.Exit(code)
}

var build = sync.OnceValues(func() (program string, err error) {
	program = filepath.Join(programFolder, "kernel-setup")
	if output, err := exec.Command("go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w: %s", err, output)
	}
	return program, nil
})

// program is the path of the command.
func program(t *testing.T) string {
	t.Helper()
	path, err := build()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// kernelSetup runs the command as a user does, in a folder, and returns what it prints.
func kernelSetup(t *testing.T, folder string, environment []string, arguments ...string) (string, error) {
	t.Helper()
	cmd := exec.Command(program(t), arguments...)
	cmd.Dir = folder
	cmd.Env = append(os.Environ(), environment...)
	output, err := cmd.CombinedOutput()
	return string(output), err
}

// emptyCheckout is a folder that looks like a checkout in which nothing is installed.
func emptyCheckout(t *testing.T) checkout {
	t.Helper()
	c := checkout(t.TempDir())
	writeNotebook(t, c.path("notebooks", "01-one.ipynb"), "# One")
	writeNotebook(t, c.path("notebooks", "02-two.ipynb"), "# Two", "%parameters const n int = 1 // [0, 9] a number")
	for name, content := range map[string]string{
		"go.mod": "module mdn\n\ngo 1.26\n", "go.sum": "", "kernel-setup/jupyter/requirements.txt": "jupyterlab==1\n", "kernel-setup/jupyter/pyproject.toml": "",
	} {
		if err := writeFile(c.path(name), []byte(content)); err != nil {
			t.Fatal(err)
		}
	}
	return c
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
	if err != nil || strings.Contains(output, "✗") || !strings.Contains(output, "✓ Go: "+chosenGo(t).version+" ") || !strings.Contains(output, "jupyter kernelspec install --user ") {
		t.Errorf("%v: %s", err, output)
	}
	output, err = kernelSetup(t, string(emptyCheckout(t)), nil, "doctor")
	if err == nil || !strings.Contains(output, "✗ JupyterLab: JupyterLab is not installed; run go run ./kernel-setup lab") {
		t.Errorf("where nothing is installed: %v: %s", err, output)
	}
}

// TestTrainSweep trains a sweep, on this machine and as the server of a worker, by the commands in README.
func TestTrainSweep(t *testing.T) {
	c, folder := installedCheckout(t), t.TempDir()
	file := filepath.Join(folder, "some.json")
	if err := os.WriteFile(file, []byte(`{"laws": ["growing"], "rows": [50], "epochs": [20], "seeds": 30}`), 0o644); err != nil {
		t.Fatal(err)
	}
	output, err := kernelSetup(t, string(c), nil, "sweep", "-o", filepath.Join(folder, "here.csv"), file)
	if err != nil || !strings.Contains(output, "some.json: 30 tasks, 30 trainings\n") || !strings.Contains(output, "here.csv: 30 rows, 30 trained now in ") {
		t.Fatalf("%v: %s", err, output)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	listener.Close()
	worker := exec.Command(program(t), "worker", "-nats", "nats://"+address) // which waits for the server
	worker.Dir = string(c)
	if err := worker.Start(); err != nil {
		t.Fatal(err)
	}
	output, err = kernelSetup(t, string(c), nil, "sweep", "-serve", address, "-o", filepath.Join(folder, "served.csv"), file)
	if err != nil || text(t, filepath.Join(folder, "served.csv")) != text(t, filepath.Join(folder, "here.csv")) {
		t.Errorf("%v: %s", err, output)
	}
	if err := worker.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if worker.Wait(); worker.ProcessState.ExitCode() != 130 {
		t.Errorf("the worker ends with %v", worker.ProcessState)
	}
	if output, err := kernelSetup(t, string(c), nil, "sweep", "none.json"); err == nil || !strings.Contains(output, "sweep: open none.json: no such file") {
		t.Errorf("of a file that is not there it says %v: %s", err, output)
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
	named := func(name string) string { // a checkout
		c := checkout(filepath.Join(t.TempDir(), name))
		for _, file := range []string{"go.mod", "notebooks/01-one.ipynb"} {
			if err := writeFile(c.path(file), []byte(read(t, windows.path(file)))); err != nil {
				t.Fatal(err)
			}
		}
		return string(c)
	}
	comma, colon, prefix, bracket := named("a, b"), named("a:b"), named("{prefix}"), named("[a]")
	onlyGo := t.TempDir()
	if err := os.Symlink(goCommand, filepath.Join(onlyGo, "go")); err != nil {
		t.Fatal(err)
	}
	turned, python := filepath.Join(t.TempDir(), "turned.ipynb"), filepath.Join(t.TempDir(), "python.ipynb")
	for path, content := range map[string]string{
		turned: `{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [{"cell_type": "code", "id": "a", "source": "1", "metadata": {}, "outputs": [],
			"execution_count": 1}, {"cell_type": "code", "id": "b", "source": "2", "metadata": {}, "outputs": [], "execution_count": 7}]}`,
		python: `{"nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": {"name": "python3"}}, "cells": []}`,
	} {
		if err := writeFile(path, []byte(content)); err != nil {
			t.Fatal(err)
		}
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
		{"a comma in the path", comma, nil, []string{"lab"}, "the path " + comma + ` has a "," in it, and GoNB takes it for the end of the path; move the checkout to a path without one`},
		{"a colon in the path", colon, nil, []string{"export"}, "the path " + colon + ` has a ":" in it, and search paths are divided by it; move the checkout`},
		{"Jupyter's words in the path", prefix, nil, []string{"export"}, "the path " + prefix + ` has a "{prefix}" in it, and Jupyter puts something else in the place of it; move the checkout`},
		{"a bracket in the path", bracket, nil, []string{"lab", "-no-browser"}, "the path " + bracket + ` has a "[" in it, and JupyterLab takes that for the beginning of a pattern`},
		{"unknown notebook", string(c), nil, []string{"lab", "-no-browser", "03-three"}, "there is no notebook 03-three; choose one of 01-one, 02-two"},
		{"unknown notebook to export", string(c), nil, []string{"export", "03-three"}, "there is no notebook 03-three; choose one of 01-one, 02-two"},
		{"pages as they are, of cells that have not run", string(c), nil, []string{"export", "-as-is", "02-two"},
			"02-two.ipynb was not run from its first cell to its last: code cell 1 has not run; choose Run > Restart Kernel and Run All Cells"},
		{"pages as they are, of cells out of turn", string(c), nil, []string{"export", "-as-is", turned},
			"turned.ipynb was not run from its first cell to its last: code cell 2 was run as number 7; choose Run > Restart Kernel"},
		{"pages as they are, with other settings", string(c), nil, []string{"export", "-as-is", "-set", "n=3", "02-two"},
			"-as-is runs nothing, and other settings need a run; leave out -as-is or -set"},
		{"a notebook for another kernel", string(c), nil, []string{"export", python},
			"python.ipynb is for the kernel python3, and pages are made with gonb; choose another notebook, or another kernel"},
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
	if got := explain("run", full, errors.New("exit status 1")).Error(); !strings.HasPrefix(got, "run: the disk is full; free space where") {
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

// hostileName is a name of a folder which means something else to shells, Go, Python, Jupyter, JSON, HTML or addresses.
const hostileName = "sp ace 'q\" $HOME ``id`` $(id) {c} ünï %41 #h ;&"

// TestKernelspec checks what Jupyter takes from the kernelspec, in a checkout with a hostile name.
func TestKernelspec(t *testing.T) {
	python := installedCheckout(t).python()
	c := checkout(filepath.Join(t.TempDir(), hostileName))
	g := chosenGo(t)
	if err := c.writeKernelspec(g); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(python, "-c", `import asyncio, json, sys
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.provisioning import LocalProvisioner
spec = KernelSpec.from_resource_dir(sys.argv[1])
launch = asyncio.run(LocalProvisioner(kernel_spec=spec).pre_launch(env={"PATH": "/there", "HOME": "/home"}))
print(json.dumps({"Argv": launch["cmd"], "Language": spec.language, "Env": launch["env"]}))`, c.kernel())
	cmd.Stderr = os.Stderr
	output, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var spec struct {
		Argv     []string
		Language string
		Env      map[string]string
	}
	if err := json.Unmarshal(output, &spec); err != nil {
		t.Fatal(err)
	}
	if spec.Argv[0] != c.guard() || spec.Argv[2] != c.installed("bin", "gonb") || !slices.Contains(spec.Argv, "-go_work="+string(c)) || spec.Language != "go" {
		t.Errorf("the kernel is started by %q", spec.Argv)
	}
	if !strings.HasPrefix(spec.Env["PATH"], c.installed("bin")+":") || !strings.HasSuffix(spec.Env["PATH"], ":"+filepath.Dir(g.command())+":/there") {
		t.Errorf("its PATH is %s", spec.Env["PATH"])
	}
	if spec.Env["GOPLSCACHE"] != c.goplsCache() {
		t.Errorf("gopls keeps its files in %s", spec.Env["GOPLSCACHE"])
	}
	if root, set := spec.Env["GOROOT"]; !set || root != "" || spec.Env["GOTOOLCHAIN"] != "local" || "GOEXPERIMENT="+spec.Env["GOEXPERIMENT"] != g.fastPath(runtime.GOARCH) {
		t.Errorf("its Go is set up by %q", spec.Env)
	}
}

// TestPackageIsStamped checks that an installation is out of date when what Jupyter finds in the package of this checkout changes.
func TestPackageIsStamped(t *testing.T) {
	c := emptyCheckout(t)
	before, err := c.packagesStamp(os.Environ())
	if err != nil {
		t.Fatal(err)
	}
	if err := writeFile(c.path("kernel-setup", "jupyter", "pyproject.toml"), []byte("[project]\n")); err != nil {
		t.Fatal(err)
	}
	if after, err := c.packagesStamp(os.Environ()); err != nil || after.content == before.content {
		t.Errorf("the stamp stays %s (%v)", after.content, err)
	}
}

// TestInterruptedSetUp interrupts a set-up: before its first step, and while a Python environment is made, by a Python that does that.
func TestInterruptedSetUp(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if _, err := emptyCheckout(t).setUp(ctx, "a test"); err == nil || err.Error() != "interrupted; nothing has been changed" {
		t.Errorf("before its first step it says %v", err)
	}

	c := withTools(t)
	python := fakePython(t, "kill -INT $PPID && exec sleep 600")
	output, err := kernelSetup(t, string(c), python, "export")
	if want := "interrupted; what is installed so far stays, and the next run goes on from there\n"; err == nil || !strings.HasSuffix(output, want) {
		t.Errorf("%v: it says\n%s, want\n%s", err, output, want)
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
