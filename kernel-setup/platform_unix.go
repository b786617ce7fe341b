//go:build linux || darwin

package main

import (
	"context"
	"fmt"
	"os"
	"syscall"
	"time"
)

// become replaces this process by another program, which so gets the terminal's Ctrl-C to itself.
func become(program string, arguments, environment []string) error {
	return syscall.Exec(program, append([]string{program}, arguments...), environment)
}

// freeBytes returns how much may be written to the disk that holds the folder.
func freeBytes(folder string) (uint64, error) {
	var stat syscall.Statfs_t
	if err := syscall.Statfs(folder, &stat); err != nil {
		return 0, err
	}
	return stat.Bavail * uint64(stat.Bsize), nil
}

// lock waits until no other process holds the lock on the file, and holds it until release or the end of this process.
func lock(ctx context.Context, path string) (release func(), err error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, err
	}
	for said := false; ; {
		err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil {
			return func() { file.Close() }, nil
		}
		if err != syscall.EWOULDBLOCK {
			file.Close()
			return nil, fmt.Errorf("lock %s: %w", path, err)
		}
		if !said {
			fmt.Fprintln(os.Stderr, "waiting for another kernel-setup that is setting up this checkout …")
			said = true
		}
		select {
		case <-time.After(300 * time.Millisecond):
		case <-ctx.Done():
			file.Close()
			return nil, ctx.Err()
		}
	}
}
