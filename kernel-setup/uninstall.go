package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// uninstall removes the folder that holds everything installed.
func uninstall(ctx context.Context, c checkout, flags *flag.FlagSet, arguments []string) error {
	if err := parse(flags, arguments, 0); err != nil {
		return err
	}
	if _, missing := os.Lstat(c.installed()); errors.Is(missing, fs.ErrNotExist) {
		fmt.Println("Nothing is installed in this checkout.")
		return nil
	}
	release, err := lock(ctx, c.installed("lock"))
	if err != nil {
		return explain("remove "+c.installed(), err.Error(), err)
	}
	defer release()
	if err := c.free("removed"); err != nil {
		return err
	}
	var bytes int64
	err = filepath.WalkDir(c.installed(), func(_ string, entry fs.DirEntry, err error) error {
		if err == nil && entry.Type().IsRegular() {
			if info, err := entry.Info(); err == nil {
				bytes += info.Size()
			}
		}
		return nil
	})
	if err = errors.Join(err, os.RemoveAll(c.installed())); err != nil {
		return explain("remove "+c.installed(), err.Error(), err)
	}
	fmt.Printf("Removed %s (%d MB). Go and pip keep their own caches: go clean -cache -modcache, pip cache purge.\n", c.installed(), bytes>>20)
	fmt.Println("If you have offered the kernel to a JupyterLab of your own, remove it there: jupyter kernelspec uninstall gonb")
	return nil
}
