// Package notebooks_test runs the notebooks as their readers do: each in a fresh kernel, and in JupyterLab in a browser.
//
// It needs the environment that kernel-setup makes; without it these tests are skipped.
package notebooks_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"mdn/kernel-setup/notebook"
	"mdn/kernel-setup/settings"
)

var update = flag.Bool("update", false, "run the notebooks and keep their new outputs")

func readNotebook(t *testing.T, path string) *notebook.Notebook {
	t.Helper()
	n, err := notebook.Read(path)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// codeOf returns the cells that run.
func codeOf(n *notebook.Notebook) []notebook.Cell {
	return slices.DeleteFunc(slices.Clone(n.Cells), func(c notebook.Cell) bool { return c.Kind != notebook.Code })
}

// charts returns how many charts a notebook shows.
func charts(n *notebook.Notebook) (count int) {
	for _, c := range n.Cells {
		for _, o := range c.Outputs {
			if _, ok := o.As("image/png"); ok {
				count++
			}
		}
	}
	return count
}

// shown is what a cell's outputs say, digit for digit: each stream, then each chart's description, caption and numbers. Pictures
// and drawings are left out, because their bytes may differ from one machine to another.
func shown(c notebook.Cell) string {
	var stdout, stderr, displays strings.Builder
	for _, o := range c.Outputs {
		switch {
		case o.Type == notebook.Stream && o.Stream == "stdout":
			stdout.WriteString(o.Text)
		case o.Type == notebook.Stream:
			stderr.WriteString(o.Text)
		case o.Type == notebook.Failed:
			fmt.Fprintln(&displays, "error:", o.Text)
		default:
			for _, mediaType := range slices.Sorted(maps.Keys(o.Data)) {
				if text, _ := o.As(mediaType); !strings.HasPrefix(mediaType, "image/") && !strings.HasSuffix(mediaType, "+svg") {
					fmt.Fprintf(&displays, "%s: %s\n", mediaType, text)
				}
			}
			if alt := o.MetadataText("alt"); alt != "" {
				fmt.Fprintf(&displays, "alt: %s\n", alt)
			}
		}
	}
	return stdout.String() + stderr.String() + displays.String()
}

// difference returns the first place where two runs of a notebook show something else, "" if there is none.
func difference(was, is *notebook.Notebook) string {
	before, after := codeOf(was), codeOf(is)
	if len(before) != len(after) {
		return fmt.Sprintf("%d code cells were expected, and there are %d", len(before), len(after))
	}
	for i := range before {
		a, b := strings.Split(shown(before[i]), "\n"), strings.Split(shown(after[i]), "\n")
		for k := range max(len(a), len(b)) {
			switch {
			case k >= len(a):
				return fmt.Sprintf("cell %d (%s) now also shows %q", i+1, after[i].ID, b[k])
			case k >= len(b):
				return fmt.Sprintf("cell %d (%s) no longer shows %q", i+1, after[i].ID, a[k])
			case a[k] != b[k]:
				return fmt.Sprintf("cell %d (%s) shows\n\t%q, where\n\t%q was committed", i+1, after[i].ID, b[k], a[k])
			}
		}
	}
	return ""
}

// root is the checkout.
func root(t *testing.T) string {
	t.Helper()
	folder, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	return folder
}

// python returns the interpreter of the environment that kernel-setup makes.
func python(t *testing.T) string {
	t.Helper()
	path := filepath.Join(root(t), ".jupyter", "venv", "bin", "python")
	if _, err := os.Stat(path); err != nil {
		t.Skip("no environment to run notebooks in; make it with go run ./kernel-setup lab or test")
	}
	return path
}

// runNotebook runs a notebook in a fresh kernel and writes it with its outputs into a folder. It returns where, or what went wrong.
func runNotebook(path, folder string) (executed string, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Minute)
	defer cancel()
	executed = filepath.Join(folder, filepath.Base(path))
	cmd := exec.CommandContext(ctx, filepath.Join("..", ".jupyter", "venv", "bin", "python"),
		"-m", "mdn_jupyter.run_notebook", path, executed)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) } // so that it ends its kernel
	cmd.WaitDelay = 10 * time.Second
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	stdout, err := cmd.Output()
	if err == nil {
		return executed, nil
	}
	var last struct {
		Cell  int
		Error string
	}
	scanner := bufio.NewScanner(bytes.NewReader(stdout))
	for scanner.Scan() {
		_ = json.Unmarshal(scanner.Bytes(), &last)
	}
	if last.Error != "" {
		return "", fmt.Errorf("cell %d: %s", last.Cell, last.Error)
	}
	return "", fmt.Errorf("%w: %s", err, stderr.String())
}

// runs are those of the project's notebooks, by path.
var runs sync.Map

// run runs a notebook of the project in a fresh kernel, once, and returns where it is with its outputs.
func run(path string) (executed string, err error) {
	run, _ := runs.LoadOrStore(path, sync.OnceValues(func() (string, error) {
		folder := filepath.Join(kept, "executed")
		if err := os.MkdirAll(folder, 0o755); err != nil {
			return "", err
		}
		data, err := filepath.Abs("data") // which the notebook reads
		if err != nil {
			return "", err
		}
		if err := os.Symlink(data, filepath.Join(folder, "data")); err != nil && !errors.Is(err, fs.ErrExist) {
			return "", err
		}
		return runNotebook(path, folder)
	}))
	return run.(func() (string, error))()
}

// executed returns where a notebook of the project is with its outputs.
func executed(t *testing.T, path string) string {
	t.Helper()
	python(t) // skips where nothing is installed
	executed, err := run(path)
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return executed
}

// notebookFiles are the notebooks of the project.
const notebookFiles = "[0-9][0-9]-*.ipynb"

func paths(t *testing.T) []string {
	t.Helper()
	paths, err := filepath.Glob(notebookFiles)
	if err != nil || len(paths) == 0 {
		t.Fatalf("no notebooks found: %v", err)
	}
	return paths
}

// TestOutputs runs every notebook and compares what it shows with what is committed, digit for digit.
func TestOutputs(t *testing.T) {
	if !*update { // which writes what others read
		t.Parallel()
	}
	for _, path := range paths(t) {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			executed := executed(t, path)
			if *update {
				content, err := os.ReadFile(executed)
				if err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(path, content, 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if d := difference(readNotebook(t, path), readNotebook(t, executed)); d != "" {
				t.Errorf("%s\nTo keep the new outputs: go test ./notebooks -run TestOutputs/%s -update", d, strings.TrimSuffix(path, ".ipynb"))
			}
		})
	}
}

// TestOutputsAreCompared checks that TestOutputs would see one wrong digit, in a text and in a chart's description.
func TestOutputsAreCompared(t *testing.T) {
	good := readNotebook(t, paths(t)[0])
	if d := difference(good, good); d != "" {
		t.Fatalf("a notebook differs from itself: %s", d)
	}
	alter := func(from, to string) *notebook.Notebook {
		content, err := os.ReadFile(paths(t)[0])
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Contains(content, []byte(from)) {
			t.Fatalf("the committed notebook does not show %q", from)
		}
		n, err := notebook.Parse(bytes.Replace(content, []byte(from), []byte(to), 1))
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	for _, wrong := range []struct{ from, to, cell string }{
		{"negative log likelihood, nats  0.1177", "negative log likelihood, nats  0.1178", "floors"},
		{"standard deviation of y from 0.1099", "standard deviation of y from 0.1098", "spread"},
	} {
		if d := difference(good, alter(wrong.from, wrong.to)); !strings.Contains(d, "("+wrong.cell+")") {
			t.Errorf("%q in place of %q: difference says %q, and should name cell %s", wrong.to, wrong.from, d, wrong.cell)
		}
	}
}

// TestFailingCells checks that a notebook whose cell fails is an error that says which cell and why.
func TestFailingCells(t *testing.T) {
	for _, test := range []struct{ name, source, want string }{
		{"compile error", "%%\nvar n int = \"text\"", "cannot use \"text\""},
		{"panic", "%%\npanic(\"out of cheese\")", "out of cheese"},
		{"exit status", "%%\nfmt.Fprintln(os.Stderr, \"nothing to do\")\nos.Exit(3)", "nothing to do"},
	} {
		t.Run(test.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "failing.ipynb")
			writeNotebook(t, path, "%%\nfmt.Println(\"fine\")", test.source, "%%\nfmt.Println(\"never reached\")")
			python(t) // skips where nothing is installed
			_, err := runNotebook(path, t.TempDir())
			if err == nil {
				t.Fatal("the notebook ran through")
			}
			if !strings.HasPrefix(err.Error(), "cell 2: ") || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %q; want one that begins with \"cell 2: \" and contains %q", err, test.want)
			}
		})
	}
}

// writeNotebook writes a notebook of code cells.
func writeNotebook(t *testing.T, path string, sources ...string) {
	t.Helper()
	var cells []map[string]any
	for i, source := range sources {
		tags := []string{}
		if rest, ok := strings.CutPrefix(source, "%parameters "); ok {
			source, tags = rest, []string{"parameters"}
		}
		cells = append(cells, map[string]any{
			"id": fmt.Sprintf("cell-%d", i+1), "cell_type": "code", "source": source,
			"execution_count": nil, "outputs": []any{}, "metadata": map[string]any{"tags": tags},
		})
	}
	content, err := json.Marshal(map[string]any{
		"cells": cells, "nbformat": 4, "nbformat_minor": 5,
		"metadata": map[string]any{"kernelspec": map[string]string{"name": "gonb", "display_name": "Go (gonb)", "language": "go"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, content, 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestShape checks what every notebook has in common: a title first, one cell of settings, outputs from one clean run, in an
// order that does not depend on how busy the machine is.
func TestShape(t *testing.T) {
	for _, path := range paths(t) {
		t.Run(path, func(t *testing.T) {
			n := readNotebook(t, path)
			if n.Kernel() != "gonb" {
				t.Errorf("the kernel is %q, want gonb", n.Kernel())
			}
			if !strings.HasPrefix(n.Cells[0].Source, "# ") {
				t.Error("the first cell does not begin with a title")
			}
			settings, seen := 0, map[string]bool{}
			for _, c := range n.Cells {
				if seen[c.ID] {
					t.Errorf("two cells have the id %q", c.ID)
				}
				seen[c.ID] = true
				if c.Tagged("parameters") {
					settings++
				}
			}
			if settings != 1 {
				t.Errorf("%d cells are tagged parameters, want 1", settings)
			}
			for i, c := range codeOf(n) {
				if strings.Contains(c.Source, "gonbui.Display") {
					t.Errorf("cell %s uses gonbui.Display…, whose output can be lost when the cell ends; figure waits for it", c.ID)
				}
				if c.ExecutionCount != i+1 {
					t.Errorf("code cell %d (%s) is not committed as run %d of one clean run", i+1, c.ID, i+1)
				}
				printed := false
				for _, o := range c.Outputs {
					if o.Type == notebook.Failed || o.Stream == "stderr" {
						t.Errorf("cell %s holds an error: %s", c.ID, o.Text)
					}
					if printed && o.Data != nil {
						t.Errorf("cell %s prints, and shows afterwards: on a busy machine they come the other way round", c.ID)
					}
					printed = printed || o.Type == notebook.Stream
					if _, ok := o.As("image/png"); ok && o.MetadataText("alt") == "" {
						t.Errorf("a chart of cell %s has no description", c.ID)
					}
				}
			}
			if charts(n) == 0 {
				t.Error("there is no chart")
			}
			if file, err := os.Stat(path); err != nil || file.Size() > 1<<20 {
				t.Errorf("the notebook has %d KiB, want 1024 at most (%v)", file.Size()>>10, err)
			}
		})
	}
}

// TestTextNamesItsSettings checks that no text leans on the settings beside it, which are others on a page made with -set, and that
// those it names as the usual ones are those that the notebook has.
func TestTextNamesItsSettings(t *testing.T) {
	leaning := regexp.MustCompile(`as they stand|settings stand|stands? here`)
	usual := regexp.MustCompile(`usual settings \(([^)]*)\)`)
	lists := 0
	named := regexp.MustCompile("`(\\w+)` ([^,]+)")
	for _, path := range paths(t) {
		n := readNotebook(t, path)
		declared, err := settings.Of(n)
		if err != nil {
			t.Fatal(err)
		}
		values := map[string]string{}
		for _, s := range declared {
			values[s.Name] = s.Default
		}
		for _, c := range n.Cells {
			if c.Kind != notebook.Markdown {
				continue
			}
			if words := leaning.FindString(c.Source); words != "" {
				t.Errorf("%s, cell %s says %q; name the settings that it speaks of", path, c.ID, words)
			}
			for _, list := range usual.FindAllStringSubmatch(c.Source, -1) {
				lists++
				for _, setting := range named.FindAllStringSubmatch(list[1], -1) {
					if values[setting[1]] != setting[2] {
						t.Errorf("%s, cell %s says that %s is %s, and it is %q", path, c.ID, setting[1], setting[2], values[setting[1]])
					}
				}
			}
		}
	}
	if lists == 0 {
		t.Error("no text names the usual settings, as in: the usual settings (`noise` 0.1)")
	}
}
