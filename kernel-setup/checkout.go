package main

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strings"
)

// A checkout is the root folder of a clone of this project. All that is installed lies in one folder of it.
type checkout string

// findCheckout looks for the root in the current folder and those above. It has one path, by whichever links it was come to.
func findCheckout() (checkout, error) {
	folder, err := os.Getwd()
	if err == nil {
		folder, err = filepath.EvalSymlinks(folder)
	}
	if err != nil {
		return "", err
	}
	for {
		content, err := os.ReadFile(filepath.Join(folder, "go.mod"))
		first, _, _ := strings.Cut(string(content), "\n")
		if err == nil && strings.TrimSuffix(first, "\r") == "module mdn" { // git may have given the lines Windows' ends
			return checkout(folder), tryPath(folder)
		}
		parent := filepath.Dir(folder)
		if parent == folder {
			return "", problem{"this is not a checkout of the project: no go.mod of module mdn here or above",
				"change to the folder that you cloned and run the command there"}
		}
		folder = parent
	}
}

// tryPath returns an error if the path of a checkout has something in it that a program would take for something else.
func tryPath(path string) error {
	const jupyter = "Jupyter puts something else in the place of it"
	for _, ambiguous := range []struct{ part, taken string }{
		{",", "GoNB takes it for the end of the path"},
		{string(os.PathListSeparator), "search paths are divided by it"},
		{"{prefix}", jupyter}, {"{resource_dir}", jupyter}, {"{connection_file}", jupyter},
	} {
		if strings.Contains(path, ambiguous.part) {
			return problem{fmt.Sprintf("the path %s has a %q in it, and %s", path, ambiguous.part, ambiguous.taken), "move the checkout to a path without one"}
		}
	}
	return nil
}

// tryLabPath returns an error if JupyterLab would not find its own parts by the path of the checkout.
func (c checkout) tryLabPath() error {
	if !strings.Contains(string(c), "[") {
		return nil
	}
	return problem{fmt.Sprintf("the path %s has a \"[\" in it, and JupyterLab takes that for the beginning of a pattern and would not find its own parts", c),
		"move the checkout to a path without one; the other commands work in this one"}
}

func (c checkout) path(names ...string) string {
	return filepath.Join(append([]string{string(c)}, names...)...)
}

// installed is a path inside the folder that holds everything installed.
func (c checkout) installed(names ...string) string {
	return c.path(append([]string{".jupyter"}, names...)...)
}

func (c checkout) python() string { return c.installed("venv", "bin", "python") }

// kernel is the folder of the kernelspec.
func (c checkout) kernel() string {
	return c.installed("venv", "share", "jupyter", "kernels", kernelName)
}

// notebooks returns the paths of the notebooks, in reading order.
func (c checkout) notebooks() ([]string, error) {
	return glob(c.path("notebooks"), "*.ipynb")
}

// glob returns the paths in a folder that match a pattern, in order. Unlike in filepath.Glob the folder is no part of the pattern:
// its own path may have brackets and stars.
func glob(folder, pattern string) ([]string, error) {
	paths, err := fs.Glob(os.DirFS(folder), pattern)
	for i, path := range paths {
		paths[i] = filepath.Join(folder, path)
	}
	sort.Strings(paths)
	return paths, err
}

// notebook finds a notebook by its path, or by its name with or without the ending.
func (c checkout) notebook(name string) (string, error) {
	if info, err := os.Stat(name); err == nil && !info.IsDir() {
		path, err := filepath.Abs(name)
		if err != nil {
			return "", err
		}
		folder, err := filepath.EvalSymlinks(filepath.Dir(path))
		return filepath.Join(folder, filepath.Base(path)), err
	}
	paths, err := c.notebooks()
	if err != nil {
		return "", err
	}
	var names []string
	for _, path := range paths {
		known := strings.TrimSuffix(filepath.Base(path), ".ipynb")
		if known == strings.TrimSuffix(name, ".ipynb") {
			return path, nil
		}
		names = append(names, known)
	}
	return "", problem{"there is no notebook " + name, "choose one of " + strings.Join(names, ", ")}
}
