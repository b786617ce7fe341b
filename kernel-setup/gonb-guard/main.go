//go:build unix

// Gonb-guard stands between Jupyter and GoNB, the kernel for Go. Jupyter starts it in GoNB's place:
//
//	gonb-guard CONNECTION-FILE GONB [ARGUMENT …]
//
// It starts GoNB with a connection file of its own and passes on what the two say to each other, except for this:
//
//   - Of what a cell prints, the beginning is shown at once and the end when the cell has ended. GoNB queues all that is printed, and
//     Jupyter's server reads slowly: a print that never ends would fill memory, and stop the page.
//   - An error is one message in the notebook's own terms, with the cell and the line, without the files that GoNB writes.
//
// It ends when GoNB does, and GoNB ends when it does.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"syscall"
	"time"
)

// patience is how long GoNB may take to end before it is killed.
const patience = 5 * time.Second

func main() {
	if len(os.Args) < 3 {
		fmt.Fprintln(os.Stderr, "usage: gonb-guard CONNECTION-FILE GONB [ARGUMENT …]")
		os.Exit(2)
	}
	err := standBefore(context.Background(), os.Args[1], os.Args[2], os.Args[3:]...)
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit) && exit.ExitCode() > 0:
		os.Exit(exit.ExitCode())
	case err != nil:
		fmt.Fprintln(os.Stderr, "gonb-guard:", err)
		os.Exit(1)
	}
}

// standBefore starts GoNB, stands between it and Jupyter, and returns when it has ended.
func standBefore(ctx context.Context, file, gonb string, arguments ...string) error {
	signals := make(chan os.Signal, 8)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer signal.Stop(signals)
	front, err := readConnection(file)
	if err != nil {
		return err
	}
	// Sockets in a folder that no other user can look into. They and the folder are removed as soon as all are connected, so that nothing
	// is left however this ends. GoNB reads the kernel's identity from the name of the file.
	folder, err := os.MkdirTemp("", "gonb-guard-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	back := front.behind(filepath.Join(folder, "s"))
	own := filepath.Join(folder, filepath.Base(file))
	if err := back.write(own); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	g := newGuard(ctx, key(front.Key))
	defer g.close()
	if err := g.listen(front); err != nil {
		return err
	}
	// GoNB leaves its logs in the temporary folder, and where it is killed all its files. So it has one of its own.
	temporary, err := os.MkdirTemp("", "gonb-kernel-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(temporary)
	g.temporary = temporary
	// gopls, which GoNB starts as a daemon in a group of its own, serves a socket in that folder. GoNB ends it, unless it is killed.
	defer func() { _ = exec.Command("pkill", "-f", "--", temporary+"/").Run() }() // it fails where there is none left, or no pkill
	kernel := exec.Command(gonb, append([]string{"--kernel", own, "-raw_error"}, arguments...)...)
	kernel.Env = append(os.Environ(), "TMPDIR="+temporary)
	kernel.Stdout, kernel.Stderr = os.Stdout, os.Stderr
	// Jupyter signals its whole group of processes. GoNB's is another one, so that each signal comes once, by way of this program.
	kernel.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := kernel.Start(); err != nil {
		return fmt.Errorf("start GoNB: %w", err)
	}
	group := kernel.Process.Pid
	ended := make(chan error, 1)
	go func() { ended <- kernel.Wait() }()
	if release, err := endWithUs(group, temporary); err == nil {
		defer release()
	}
	connected := make(chan error, 1)
	go func() {
		err := g.connect(back)
		os.RemoveAll(folder)
		connected <- err
	}()
	for {
		select {
		case s := <-signals:
			if s == os.Interrupt {
				g.interrupt()
			} else {
				time.AfterFunc(patience, func() { syscall.Kill(-group, syscall.SIGKILL) })
			}
			syscall.Kill(-group, s.(syscall.Signal))
		case err := <-connected:
			if err != nil && ctx.Err() == nil {
				syscall.Kill(-group, syscall.SIGTERM)
				return fmt.Errorf("connect to GoNB: %w", err)
			}
		case err := <-ended:
			g.drain()
			return err
		}
	}
}

// endWithUs has the processes of a group end, and their temporary folder removed, when this process ends, even by SIGKILL: a shell waits for
// the end of a pipe that only this process holds open. Linux has prctl for that, macOS nothing.
func endWithUs(group int, temporary string) (release func(), err error) {
	const end = `read -r _
kill -s TERM -- "-$1" 2>/dev/null
for second in 1 2 3 4 5; do kill -s 0 -- "-$1" 2>/dev/null || break; sleep 1; done
kill -s KILL -- "-$1" 2>/dev/null
pkill -f -- "$2/" 2>/dev/null
rm -rf -- "$2"`
	watch := exec.Command("sh", "-c", end, "sh", strconv.Itoa(group), temporary)
	watch.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	pipe, err := watch.StdinPipe()
	if err != nil {
		return nil, err
	}
	if err := watch.Start(); err != nil {
		return nil, err
	}
	return func() {
		watch.Process.Kill()
		watch.Wait()
		pipe.Close()
	}, nil
}
