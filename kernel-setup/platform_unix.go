//go:build linux || darwin

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
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

// lock waits until no other process holds the lock on the file, and holds it until release, or until this process and all that it has
// started have ended: where it is killed, those still write. The file's folder is made where there is none.
func lock(ctx context.Context, path string) (release func(), err error) {
	for said := false; ; {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return nil, err
		}
		release, err := tryLock(path)
		if err == errReplaced {
			continue
		}
		if err != syscall.EWOULDBLOCK {
			return release, err
		}
		if !said {
			fmt.Fprintln(os.Stderr, "waiting for another kernel-setup that is setting up this checkout …")
			said = true
		}
		select {
		case <-time.After(300 * time.Millisecond):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// errReplaced is the error of a lock on a file that somebody has removed meanwhile: another process may hold that of its successor.
var errReplaced = errors.New("the locked file has been removed")

// tryLock takes the lock on a file, which it makes where there is none. The error is EWOULDBLOCK where another process holds it. The
// programs that are started meanwhile hold it as well.
func tryLock(path string) (release func(), err error) {
	file, err := syscall.Open(path, syscall.O_CREAT|syscall.O_RDWR, 0o644) // without O_CLOEXEC, which os.OpenFile sets
	if err != nil {
		return nil, &os.PathError{Op: "open", Path: path, Err: err}
	}
	if err := syscall.Flock(file, syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		syscall.Close(file)
		if err == syscall.EWOULDBLOCK {
			return nil, err
		}
		return nil, fmt.Errorf("lock %s: %w", path, err)
	}
	var locked, there syscall.Stat_t
	if syscall.Fstat(file, &locked) != nil || syscall.Stat(path, &there) != nil || locked.Ino != there.Ino {
		syscall.Close(file)
		return nil, errReplaced
	}
	return func() { syscall.Close(file) }, nil
}
