package main

import (
	"context"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// liveFile is the live part of pages and of JupyterLab, see notebooks/live.
func (c checkout) liveFile() string { return c.installed("live", "live.html") }

// buildLive builds the live part where it is missing, or made from other sources or by another Go.
func (c checkout) buildLive(ctx context.Context, environment []string, progress *progress) (err error) {
	done, err := c.liveStamp()
	if err != nil || done.valid() {
		return err
	}
	step := progress.begin("the live part of pages")
	defer func() { step.end(err) }()
	if err := c.runStep(ctx, append(environment, fastPath()...), "build the live part of pages", nil,
		"go", "run", "./notebooks/live/build", "-o", filepath.Dir(c.liveFile())); err != nil {
		return err
	}
	return done.set()
}

// liveStamp is made from all that the live part is made from.
func (c checkout) liveStamp() (stamp, error) {
	version, err := exec.Command("go", "env", "GOVERSION").Output()
	if err != nil {
		return stamp{}, err
	}
	files := []string{c.path("go.mod"), c.path("go.sum")}
	for _, folder := range []string{c.path("notebooks", "live"), c.path("mdnlib")} {
		err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case entry.IsDir() && (entry.Name() == "figure" || entry.Name() == "testdata"): // the live part does without
				return filepath.SkipDir
			case !entry.IsDir() && !strings.HasSuffix(path, "_test.go"):
				files = append(files, path)
			}
			return nil
		})
		if err != nil {
			return stamp{}, err
		}
	}
	content, err := c.digest(string(version)+strings.Join(files, "\n"), files...)
	_, missing := os.Stat(c.liveFile())
	return stamp{c.installed("stamps", "live"), content, missing == nil}, err
}
