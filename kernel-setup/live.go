package main

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// liveFile is the live part of pages and of JupyterLab, see notebooks/live.
func (c checkout) liveFile() string { return c.installed("live", "live.html") }

// buildLive builds the live part where it is missing, or made from other sources or by another Go.
func (c checkout) buildLive(ctx context.Context, g toolchain, progress *progress) (err error) {
	done, err := c.liveStamp(g)
	if err != nil || done.valid() {
		return err
	}
	step := progress.begin("the live part of pages")
	defer func() { step.end(err) }()
	if err := c.runStep(ctx, append(c.environ(g), g.fastPath("wasm")), "build the live part of pages", nil,
		g.command(), "run", "./notebooks/live/build", "-o", filepath.Dir(c.liveFile())); err != nil {
		return err
	}
	return done.set()
}

// liveStamp is made from all that the live part is made from.
func (c checkout) liveStamp(g toolchain) (stamp, error) {
	files, err := sources(c.path("notebooks", "live"), c.path("mdnlib"))
	if err != nil {
		return stamp{}, err
	}
	files = append(files, c.path("go.mod"), c.path("go.sum"))
	content, err := c.digest(g.version+g.fastPath("wasm")+strings.Join(files, "\n"), files...)
	_, missing := os.Stat(c.liveFile())
	return stamp{c.installed("stamps", "live"), content, missing == nil}, err
}

// sources returns the files in folders that a program without charts is made from.
func sources(folders ...string) (files []string, err error) {
	for _, folder := range folders {
		err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case entry.IsDir() && (entry.Name() == "figure" || entry.Name() == "testdata"):
				return filepath.SkipDir
			case !entry.IsDir() && !strings.HasSuffix(path, "_test.go"):
				files = append(files, path)
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return files, nil
}
