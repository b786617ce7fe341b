package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// command is exec.CommandContext with an environment; an interrupt gives the program five seconds to end by itself.
func command(ctx context.Context, environment []string, program string, arguments ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, program, arguments...)
	cmd.Env = environment
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 5 * time.Second
	return cmd
}

// runStep runs a program that installs something, as watched does, and explains its failure.
func (c checkout) runStep(ctx context.Context, environment []string, doing string, watch func(line string), program string, arguments ...string) error {
	output, err := c.watched(ctx, environment, watch, program, arguments...)
	if err != nil && ctx.Err() == nil {
		return explainInstall(doing, output, err)
	}
	return err
}

// watched runs a program, hands each line that it prints to watch, and returns all that it has printed.
func (c checkout) watched(ctx context.Context, environment []string, watch func(line string), program string, arguments ...string) (string, error) {
	cmd := command(ctx, environment, program, arguments...)
	cmd.Dir = string(c)
	reader, writer := io.Pipe()
	cmd.Stdout, cmd.Stderr = writer, writer
	var output bytes.Buffer
	var reading sync.WaitGroup
	reading.Go(func() {
		lines := bufio.NewReader(reader)
		for {
			line, err := lines.ReadString('\n')
			output.WriteString(line)
			if watch != nil && line != "" {
				watch(strings.TrimSpace(line))
			}
			if err != nil {
				return
			}
		}
	})
	err := cmd.Run()
	writer.Close()
	reading.Wait()
	if err != nil && ctx.Err() != nil {
		err = ctx.Err()
	}
	return output.String(), err
}

// writeFile writes a file that appears whole or not at all, and the folders above it.
func writeFile(path string, content []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	temporary, err := os.CreateTemp(filepath.Dir(path), ".writing-*") // short, as the file's own name may be as long as can be
	if err != nil {
		return err
	}
	defer os.Remove(temporary.Name()) // fails, as it should, once the file has its name
	if _, err := temporary.Write(content); err != nil {
		temporary.Close()
		return err
	}
	if err := errors.Join(temporary.Chmod(0o644), temporary.Close()); err != nil {
		return err
	}
	return os.Rename(temporary.Name(), path)
}
