package notebooks_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// What takes long to make is made once, by the test that needs it first, and kept until all tests are over: the command, each
// notebook with its outputs, a JupyterLab, a browser. They write to nothing that another test reads.

// kept is the folder that they lie in.
var kept string

// atEnd ends what they have started, the last first.
var atEnd struct {
	sync.Mutex
	do []func()
}

// afterAll has something done when all tests are over.
func afterAll(do func()) {
	atEnd.Lock()
	defer atEnd.Unlock()
	atEnd.do = append(atEnd.do, do)
}

func TestMain(m *testing.M) {
	flag.Parse()
	var err error
	if kept, err = os.MkdirTemp("", "mdn-notebooks-*"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := m.Run()
	for i := len(atEnd.do) - 1; i >= 0; i-- {
		atEnd.do[i]()
	}
	os.RemoveAll(kept)
	os.Exit(code)
}

// full says whether the long tests are to run whole, see kernel-setup test -full.
func full() bool { return os.Getenv("MDN_FULL") != "" }

var builtCommand = sync.OnceValues(func() (program string, err error) {
	program = filepath.Join(kept, "kernel-setup")
	build := exec.Command("go", "build", "-o", program, "./kernel-setup")
	build.Dir = ".."
	if output, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w: %s", err, output)
	}
	return program, nil
})

// kernelSetup returns the command, to be run in the checkout.
func kernelSetup(ctx context.Context, arguments ...string) (*exec.Cmd, error) {
	program, err := builtCommand()
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, program, arguments...)
	cmd.Dir = ".."
	return cmd, nil
}

func poll(ctx context.Context, done func() bool) error {
	for !done() {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(200 * time.Millisecond):
		}
	}
	return nil
}
