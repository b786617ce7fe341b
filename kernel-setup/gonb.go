package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// GoNB starts gopls and waits 12 seconds before it asks for the first time whether gopls listens, which takes it a tenth of one. So long
// nobody is offered a completion, and a cell waits that is run after one was asked for. The time is not an option; the line is changed in a
// copy of GoNB's pinned source, before it is built.
const (
	gonbModule = "github.com/janpfeifer/gonb"
	gonbWaits  = "time.After(ConnectTimeout)"
	gonbAsks   = "time.After(50 * time.Millisecond)"
)

var gonbFile = filepath.Join("internal", "goexec", "goplsclient", "exec.go")

// quickGoNB makes the copy and returns the path of a go.mod which is that of the checkout, except that it names the copy. Both are to be
// removed once GoNB is built: GoNB has gopls read whatever Go source lies in the checkout.
func (c checkout) quickGoNB(ctx context.Context, environment []string, g toolchain) (modfile string, remove func(), err error) {
	const doing = "make a copy of GoNB that finds gopls at once"
	if err := c.runStep(ctx, environment, "download GoNB", nil, g.command(), "mod", "download", gonbModule); err != nil {
		return "", nil, err
	}
	list := command(ctx, environment, g.command(), "list", "-m", "-f", "{{.Dir}}", gonbModule)
	list.Dir = string(c)
	source, err := list.Output()
	if err != nil {
		return "", nil, explainInstall(doing, complaint(err), err)
	}
	if err := c.copyGoNB(strings.TrimSpace(string(source))); err != nil {
		return "", nil, explain(doing, err.Error(), err)
	}
	mod, err := os.ReadFile(c.path("go.mod"))
	if err != nil {
		return "", nil, err
	}
	sum, err := os.ReadFile(c.path("go.sum"))
	if err != nil {
		return "", nil, err
	}
	remove = func() { os.RemoveAll(c.installed("gonb")) }
	modfile = c.installed("gonb", "checkout.mod")                           // beside it lies checkout.sum
	mod = fmt.Appendf(mod, "\nreplace %s => ./.jupyter/gonb\n", gonbModule) // a path from the checkout
	return modfile, remove, errors.Join(writeFile(modfile, mod), writeFile(c.installed("gonb", "checkout.sum"), sum))
}

// copyGoNB copies the source, but for its documents, and changes the line.
func (c checkout) copyGoNB(source string) error {
	target := c.installed("gonb")
	if err := os.RemoveAll(target); err != nil {
		return err
	}
	entries, err := os.ReadDir(source)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		from, to := filepath.Join(source, entry.Name()), filepath.Join(target, entry.Name())
		switch {
		case entry.Name() == "docs", entry.Name() == "examples": // 64 MB
		case entry.IsDir():
			err = os.CopyFS(to, os.DirFS(from))
		default:
			var content []byte
			if content, err = os.ReadFile(from); err == nil {
				err = writeFile(to, content)
			}
		}
		if err != nil {
			return err
		}
	}
	file := filepath.Join(target, gonbFile)
	content, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	if !bytes.Contains(content, []byte(gonbWaits)) {
		return fmt.Errorf("GoNB's %s has no %s any more; see whether it still waits for gopls, and mend or drop quickGoNB", gonbFile, gonbWaits)
	}
	return writeFile(file, bytes.ReplaceAll(content, []byte(gonbWaits), []byte(gonbAsks)))
}
