package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestInUse has something use what is installed. It is not replaced, nor removed; what has ended is forgotten.
func TestInUse(t *testing.T) {
	c := emptyCheckout(t)
	ended := filepath.Join(c.running(), "999999999")
	if err := writeFile(ended, []byte("JupyterLab")); err != nil {
		t.Fatal(err)
	}
	if users := c.users(); len(users) != 0 {
		t.Errorf("it is used by %q", users)
	}
	if _, err := os.Stat(ended); err == nil {
		t.Error("the file of what has ended is still there")
	}
	if err := c.use("JupyterLab"); err != nil {
		t.Fatal(err)
	}
	user := fmt.Sprintf("JupyterLab (process %d)", os.Getpid())
	if users := c.users(); len(users) != 1 || users[0] != user {
		t.Errorf("it is used by %q, want %s", users, user)
	}
	python := fakePython(t, "exit 1")
	for verb, change := range map[string]string{"export": "renewed", "uninstall": "removed"} {
		output, err := kernelSetup(t, string(c), python, verb)
		want := "kernel-setup: what is installed has to be " + change + ", and is in use by " + user + "; end that (JupyterLab by Ctrl-C twice"
		if err == nil || !strings.Contains(output, want) {
			t.Errorf("%s: it says\n%s, want\n%s", verb, output, want)
		}
	}
	if _, err := os.Stat(c.running()); err != nil {
		t.Error("it has been removed")
	}
}

// fakePython returns a PATH with a Python that can do nothing but make environments, by a script.
func fakePython(t *testing.T, makeEnvironment string) []string {
	t.Helper()
	folder := t.TempDir()
	python := "#!/bin/sh\ncase \"$*\" in\n*version_info*) echo 3.12.0 ;;\n*\"venv --clear\"*) " + makeEnvironment + " ;;\nesac\n"
	if err := os.WriteFile(filepath.Join(folder, "python3"), []byte(python), 0o755); err != nil {
		t.Fatal(err)
	}
	return []string{"PATH=" + folder + string(os.PathListSeparator) + os.Getenv("PATH")}
}

// TestKilledSetUp kills a set-up with -9 while what it has started writes. The next one waits until that has ended.
func TestKilledSetUp(t *testing.T) {
	c := withTools(t)
	log := filepath.Join(t.TempDir(), "log")
	python := fakePython(t, fmt.Sprintf("echo begins >>%[1]s; sleep 2; echo ends >>%[1]s; exit 1", log))
	first := exec.Command(program(t), "export")
	first.Dir, first.Env = string(c), append(os.Environ(), python...)
	if err := first.Start(); err != nil {
		t.Fatal(err)
	}
	logged := func() string {
		content, _ := os.ReadFile(log)
		return string(content)
	}
	for range 600 {
		if logged() != "" {
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	if err := first.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = first.Wait()
	output, err := kernelSetup(t, string(c), python, "export")
	if err == nil || !strings.Contains(output, "waiting for another kernel-setup") {
		t.Errorf("%v: the next one says\n%s", err, output)
	}
	if got, want := logged(), "begins\nends\nbegins\nends\n"; got != want {
		t.Errorf("environments are made in this order:\n%s, want\n%s", got, want)
	}
}

// withTools is an empty checkout in which the tools of GoNB are there, so that only Python's packages are to be installed.
func withTools(t *testing.T) checkout {
	t.Helper()
	c := emptyCheckout(t)
	for _, tool := range []string{"gonb", "goimports", "gopls"} {
		if err := writeFile(c.installed("bin", tool), nil); err != nil {
			t.Fatal(err)
		}
	}
	tools, err := c.toolsStamp(chosenGo(t))
	if err == nil {
		err = tools.set()
	}
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestLockOfWhatWasRemoved removes what is locked while another waits for it, as uninstall does. Who gets the lock then has that of the
// file that is there now, not one that nobody else would ask for.
func TestLockOfWhatWasRemoved(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "installed")
	path := filepath.Join(folder, "lock")
	release, err := lock(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	waited := make(chan error)
	go func() {
		_, err := lock(t.Context(), path)
		waited <- err
	}()
	time.Sleep(time.Second) // until it waits
	if err := os.RemoveAll(folder); err != nil {
		t.Fatal(err)
	}
	release()
	if err := <-waited; err != nil {
		t.Fatal(err)
	}
	if _, err := tryLock(path); err == nil {
		t.Error("two hold the lock")
	}
}
