package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestSurroundings sets up where something is missing, or in the way. It is named, with what to do.
func TestSurroundings(t *testing.T) {
	for _, test := range []struct {
		name        string
		environment []string
		want        string
	}{
		{"no home", []string{"HOME=", "XDG_CACHE_HOME=", "GOPATH=", "GOMODCACHE=", "GOCACHE="},
			"Go has no folder for what it downloads and compiles: neither HOME nor GOMODCACHE is set; have HOME name your home folder"},
		{"no folder for temporary files", []string{"TMPDIR=/nowhere"}, "temporary files cannot be written into /nowhere: open /nowhere/kernel-setup-"},
		{"a program is killed", fakePython(t, "kill -9 $$"),
			"make a Python environment: the system has ended one of its programs, as it does where memory runs out; close other programs"},
		{"a program of a program is killed", fakePython(t, "echo link: signal: killed; exit 1"), "make a Python environment: the system has ended one of its programs"},
		{"an old Python", onlyOldPython(t), "Python is too old: "},
	} {
		t.Run(test.name, func(t *testing.T) {
			output, err := kernelSetup(t, string(withTools(t)), test.environment, "export", "01-one")
			if err == nil || !strings.Contains(output, "kernel-setup: "+test.want) {
				t.Errorf("%v: it says\n%s, want\n%s", err, output, test.want)
			}
		})
	}
}

// onlyOldPython returns a PATH with Go and a Python that is too old.
func onlyOldPython(t *testing.T) []string {
	t.Helper()
	folder := t.TempDir()
	goCommand, err := exec.LookPath("go")
	if err == nil {
		err = os.Symlink(goCommand, filepath.Join(folder, "go"))
	}
	if err == nil {
		err = os.WriteFile(filepath.Join(folder, "python3"), []byte("#!/bin/sh\necho 3.8.2\nexit 1\n"), 0o755)
	}
	if err != nil {
		t.Fatal(err)
	}
	return []string{"PATH=" + folder}
}

// TestOtherMachines sets up in namespaces of its own: on disks that are full or not to be written, and without a network.
func TestOtherMachines(t *testing.T) {
	unshare := []string{"--user", "--map-root-user", "--mount", "--net"}
	if output, err := exec.Command("unshare", append(unshare, "true")...).CombinedOutput(); err != nil {
		t.Skipf("this machine gives no namespaces (%v): %s", err, output)
	}
	python := fakePython(t, "sleep 600")
	for _, test := range []struct {
		name, change string // a script for the shell, in the checkout
		environment  []string
		want         string // with the checkout's path
	}{
		{"a small disk", "mount -t tmpfs -o size=64m none .jupyter", python,
			"only 0.1 GB are free on the disk of %s/.jupyter; free 2 GB and run the same command again"},
		{"a disk that fills", "mkdir .jupyter/venv && mount -t tmpfs -o size=64k none .jupyter/venv",
			fakePython(t, "head -c 100000 /dev/zero >.jupyter/venv/file || exit 1"), "the disk is full; free 2 GB and run the same command again"},
		{"a checkout that is not to be written", "mount --bind . . && mount -o remount,bind,ro .", python,
			"install into %s/.jupyter: a file cannot be written; make the checkout and your cache folders yours to write"},
		{"no network", "true", append([]string{"GOMODCACHE=" + t.TempDir()}, python...),
			"the package registries cannot be reached; connect to the network (behind a proxy: set HTTPS_PROXY) and run the same command again"},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := emptyCheckout(t)
			if err := os.Mkdir(c.installed(), 0o755); err != nil {
				t.Fatal(err)
			}
			for _, file := range []string{"go.mod", "go.sum"} { // what is pinned in earnest
				if err := writeFile(c.path(file), []byte(read(t, filepath.Join("..", file)))); err != nil {
					t.Fatal(err)
				}
			}
			// What is mounted here is seen only from where a path is followed anew.
			cmd := exec.Command("unshare", append(unshare, "sh", "-ec", test.change+`; cd "$PWD"; exec "$0" export 01-one`, program(t))...)
			cmd.Dir = string(c)
			cmd.Env = append(os.Environ(), test.environment...)
			output, err := cmd.CombinedOutput()
			if want := strings.ReplaceAll(test.want, "%s", string(c)); err == nil || !strings.Contains(string(output), want) {
				t.Errorf("%v: it says\n%s, want\n%s", err, output, want)
			}
		})
	}
}

// TestOtherUser sets up and removes as a user who may only read the checkout, in which another user has installed something.
func TestOtherUser(t *testing.T) {
	c := withTools(t)
	if err := writeFile(c.installed("lock"), nil); err != nil {
		t.Fatal(err)
	}
	cmd := func(verb string) *exec.Cmd {
		cmd := exec.Command(program(t), verb)
		cmd.Dir = string(c)
		return cmd
	}
	if os.Getuid() == 0 {
		const nobody = 65534
		for _, folder := range []string{filepath.Dir(program(t)), string(c), filepath.Dir(string(c))} { // those that testing makes are closed
			if err := os.Chmod(folder, 0o755); err != nil {
				t.Fatal(err)
			}
		}
		as := cmd
		cmd = func(verb string) *exec.Cmd {
			cmd := as(verb)
			cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
			return cmd
		}
	} else if err := os.Chmod(c.installed("lock"), 0o444); err != nil {
		t.Fatal(err)
	}
	for verb, doing := range map[string]string{"export": "install into ", "uninstall": "remove "} {
		output, err := cmd(verb).CombinedOutput()
		want := fmt.Sprintf("kernel-setup: %s%s: a file cannot be written; make the checkout", doing, c.installed())
		if err == nil || !strings.Contains(string(output), want) {
			t.Errorf("%s: %v: it says\n%s, want\n%s", verb, err, output, want)
		}
	}
}
