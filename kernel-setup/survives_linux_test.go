package main

import (
	"bytes"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestSetUpSurvives sets a checkout with a hostile name up for real, and kills that with -9 again and again at random moments: the command,
// one of the programs that it has started, or all at once. Each next run goes on from there, and what has come to its end works. Nothing
// lies beside the checkout.
func TestSetUpSurvives(t *testing.T) {
	if os.Getenv("MDN_FULL") == "" {
		t.Skip("go run ./kernel-setup test -full kills a real set-up, which takes minutes")
	}
	parent := t.TempDir()
	c := copyOf(t, installedCheckout(t), filepath.Join(parent, hostileName))
	notebook, page := filepath.Join(parent, "small.ipynb"), filepath.Join(parent, "pages", "small.html")
	writeNotebook(t, notebook, "# Small", "%%\nfmt.Println(6 * 7)")
	environment := []string{"TMPDIR=" + t.TempDir()} // what is killed leaves files there
	complete := func() {
		if output, err := kernelSetup(t, string(c), environment, "doctor"); err != nil {
			t.Fatalf("a set-up has come to its end: %v\n%s", err, output)
		}
		if !strings.Contains(text(t, page), "42") {
			t.Fatalf("a set-up has come to its end, and the page is\n%s", text(t, page))
		}
		if beside, err := filepath.Glob(filepath.Join(parent, "*")); err != nil || len(beside) != 3 {
			t.Fatalf("the checkout, the notebook, and pages ought to be here, and here is %q (%v)", beside, err)
		}
	}
	export := func(kill func(group int), after time.Duration) (output string, err error) {
		cmd := exec.Command(program(t), "export", "-o", filepath.Dir(page), notebook)
		cmd.Dir, cmd.Env, cmd.SysProcAttr = string(c), append(os.Environ(), environment...), &syscall.SysProcAttr{Setpgid: true}
		var said bytes.Buffer
		cmd.Stdout, cmd.Stderr, cmd.WaitDelay = &said, &said, time.Second // what outlives the command keeps them open
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		timer := time.AfterFunc(after, func() { kill(cmd.Process.Pid) })
		defer timer.Stop()
		err = cmd.Wait()
		return said.String(), err
	}
	for i, kill := range []func(group int){
		func(group int) { _ = syscall.Kill(group, syscall.SIGKILL) },
		func(group int) {
			if started := started(group); len(started) > 0 {
				_ = syscall.Kill(started[rand.IntN(len(started))], syscall.SIGKILL)
			}
		},
		func(group int) { _ = syscall.Kill(-group, syscall.SIGKILL) },
	} {
		for range 5 {
			after := time.Duration(rand.Int64N(int64(30 * time.Second)))
			output, err := export(kill, after)
			t.Logf("killed in way %d after %v: %v, and it says\n%s", i, after, err, output)
			if err == nil {
				complete()
				if output, err := kernelSetup(t, string(c), environment, "uninstall"); err != nil {
					t.Fatalf("%v: %s", err, output)
				}
			}
		}
	}
	if output, err := export(func(int) {}, 0); err != nil {
		t.Fatalf("what nothing kills does not come to its end: %v\n%s", err, output)
	}
	complete()
}

// started are the processes of a group, without the first.
func started(group int) (started []int) {
	files, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			continue // it has ended
		}
		fields := strings.Fields(string(content[bytes.LastIndexByte(content, ')')+1:])) // from the third on, see proc_pid_stat(5)
		if process, err := strconv.Atoi(filepath.Base(filepath.Dir(file))); err == nil && process != group && fields[2] == strconv.Itoa(group) {
			started = append(started, process)
		}
	}
	return started
}

// copyOf copies what git keeps of a checkout, as it is now, without what is only read.
func copyOf(t *testing.T, from checkout, to string) checkout {
	t.Helper()
	for _, name := range []string{"go.mod", "go.sum", "LICENSE", "kernel-setup", "mdnlib", "notebooks"} {
		err := filepath.WalkDir(from.path(name), func(path string, entry fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case entry.IsDir() && (strings.HasPrefix(entry.Name(), ".") || strings.HasPrefix(entry.Name(), "untracked-") || entry.Name() == "__pycache__"):
				return fs.SkipDir
			case entry.IsDir():
				return nil
			}
			content, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			inside, err := filepath.Rel(string(from), path)
			if err != nil {
				return err
			}
			return writeFile(filepath.Join(to, inside), content)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return checkout(to)
}
