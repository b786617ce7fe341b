package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// While a JupyterLab, an export or the tests of this checkout run, what is installed is not replaced under them: each holds the lock of a
// file in this folder, named after its process, until it and all that it has started have ended.
func (c checkout) running() string { return c.installed("running") }

// use says that this process, or what it becomes, uses what is installed, until its end.
func (c checkout) use(as string) error {
	if err := os.MkdirAll(c.running(), 0o755); err != nil {
		return err
	}
	path := filepath.Join(c.running(), fmt.Sprint(os.Getpid()))
	if err := writeFile(path, []byte(as)); err != nil {
		return err
	}
	_, err := tryLock(path)
	return err
}

// users returns who uses what is installed: JupyterLab (process 123).
func (c checkout) users() (users []string) {
	paths, _ := glob(c.running(), "[0-9]*")
	for _, path := range paths {
		release, err := tryLock(path)
		if err == nil { // its process has ended
			os.Remove(path)
			release()
			continue
		}
		if as, err := os.ReadFile(path); err == nil {
			users = append(users, fmt.Sprintf("%s (process %s)", as, filepath.Base(path)))
		}
	}
	return users
}

// free returns an error if somebody uses what is installed, which is to be changed in some way.
func (c checkout) free(change string) error {
	users := c.users()
	if len(users) == 0 {
		return nil
	}
	return problem{fmt.Sprintf("what is installed has to be %s, and is in use by %s", change, strings.Join(users, " and ")),
		"end that (JupyterLab by Ctrl-C twice where it was started, or by kill with the number of its process) and run the same command again"}
}
