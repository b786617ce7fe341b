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

// gonbModule waits in the wrong places for gopls, which completes names, and hands it more than it needs; none of it is an option. So set-up
// changes that in a copy of GoNB's pinned source, before it is built.
const gonbModule = "github.com/janpfeifer/gonb"

// gonbChanges are the lines that are changed, below internal/goexec/goplsclient.
var gonbChanges = []struct{ file, from, to string }{
	// GoNB waits 12 seconds before it asks for the first time whether gopls listens, which takes it a tenth of one. So long nobody is offered
	// a completion, and a cell waits that is run after one was asked for.
	{"exec.go", "time.After(ConnectTimeout)", "time.After(50 * time.Millisecond)"},
	// On a busy machine gopls may need longer than 8 seconds for its first answer. GoNB would offer nothing then, without a word; it waits as
	// long as JupyterLab does.
	{"conn.go", "CommunicationTimeout = 8000 * time.Millisecond", "CommunicationTimeout = " + completionTimeout + " * time.Second\n\tstarted = time.Now()"},
	// GoNB opens in gopls each of the checkout's Go files, some two hundred, with the fonts of the pages, before the first completion. For every
	// one gopls looks anew at what it has loaded. That takes seconds, and in a new checkout nothing was offered at times. What has
	// not changed since GoNB started gopls reads by itself.
	{"conn.go", "	fileVersion, previouslyOpened := c.fileVersions[filePath]\n", "	fileVersion, previouslyOpened := c.fileVersions[filePath]\n" +
		"	if !previouslyOpened && path.Dir(filePath) != c.dir && fileData.ContentTime.Before(started) {\n		return nil\n	}\n"},
}

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

// copyGoNB copies the source, but for its documents, and makes the changes.
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
	for _, change := range gonbChanges {
		file := filepath.Join(target, "internal", "goexec", "goplsclient", change.file)
		content, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		if !bytes.Contains(content, []byte(change.from)) {
			return fmt.Errorf("GoNB's %s has no %q any more; see whether it still waits like that for gopls, and mend or drop the change", change.file, change.from)
		}
		if err := writeFile(file, bytes.ReplaceAll(content, []byte(change.from), []byte(change.to))); err != nil {
			return err
		}
	}
	return nil
}
