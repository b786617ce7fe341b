package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os/exec"
	"strings"
	"syscall"
)

// A problem is an error that the user can fix, and how.
type problem struct{ what, fix string }

func (p problem) Error() string { return p.what + "; " + p.fix }

// interrupted is the error of what the user has interrupted. It says what is kept.
type interrupted struct{ kept string }

func (i interrupted) Error() string { return "interrupted; " + i.kept }

// known maps what tools print when something outside of them is wrong to what to do about it.
var known = []struct {
	installs bool // only what installs can fail for it: what a notebook prints may have the same words
	signs    []string
	problem  problem
}{
	{true, full, problem{"the disk is full", "free 2 GB and run the same command again"}},
	{false, full, problem{"the disk is full",
		"free space where the checkout, your cache folders and temporary files are, and run the same command again"}},
	{true, []string{"ensurepip is not available", "No module named venv", "No module named 'venv'", "No module named ensurepip"},
		problem{"this Python has no venv module", "install it (on Debian and Ubuntu: sudo apt install python3-venv) and run the same command again"}},
	{true, []string{"DO NOT MATCH THE HASHES", "checksum mismatch", "SECURITY ERROR"},
		problem{"a package is not what its maker published: its checksum differs", "install nothing, and ask who runs your network or package mirror"}},
	{true, []string{"no such host", "dial tcp", "i/o timeout", "TLS handshake timeout", "Network is unreachable", "network is unreachable",
		"Temporary failure in name resolution", "Failed to establish a new connection", "NewConnectionError", "NameResolutionError",
		"Max retries exceeded", "(from versions: none)", "ProxyError", "connection refused", "Connection refused", "Read timed out", "module lookup disabled by GOPROXY=off"},
		problem{"the package registries cannot be reached", "connect to the network (behind a proxy: set HTTPS_PROXY) and run the same command again; what has arrived is kept"}},
	{true, []string{"signal: killed"},
		problem{"the system has ended one of its programs, as it does where memory runs out", "close other programs and run the same command again; what is complete is kept"}},
	{true, []string{"toolchain not available"},
		problem{"GOPROXY names no module proxy that has it", "let it name one that does, and run the same command again"}},
	{false, []string{"Permission denied", "permission denied", "Read-only file system", "read-only file system"},
		problem{"a file cannot be written", "make the checkout and your cache folders yours to write and run the same command again"}},
}

var full = []string{"No space left on device", "no space left on device", "Disk quota exceeded", "disk quota exceeded"}

// recognised returns the problem that the output of a tool has a sign of.
func recognised(output string, installs bool) (problem, bool) {
	for _, k := range known {
		if k.installs && !installs {
			continue
		}
		for _, sign := range k.signs {
			if strings.Contains(output, sign) {
				return k.problem, true
			}
		}
	}
	return problem{}, false
}

// explainWrite explains why a file cannot be written into a folder. The user can write elsewhere, which is how.
func explainWrite(path, folder, elsewhere string, err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT):
		return fmt.Errorf("write %s: %w", path, problem{"the disk of " + folder + " is full", "free space on it, or " + elsewhere})
	case errors.Is(err, fs.ErrPermission) || errors.Is(err, syscall.EROFS):
		return fmt.Errorf("write %s: %w", path, problem{"nothing can be written into " + folder, "make it yours to write, or " + elsewhere})
	}
	return fmt.Errorf("write %s: %w", path, err)
}

// complaint is what a program that failed has written to its standard error, or, where it has written nothing, the error.
func complaint(err error) string {
	var exit *exec.ExitError
	if errors.As(err, &exit) && len(exit.Stderr) > 0 {
		return string(exit.Stderr)
	}
	return err.Error()
}

// explain turns the output of a tool that failed into one line with its fix, or, where it is nothing known, into the last
// lines of the output.
func explain(doing, output string, err error) error { return explained(doing, output, err, false) }

// explainInstall is explain for a tool that installs something, or downloads what it lacks.
func explainInstall(doing, output string, err error) error {
	return explained(doing, output, err, true)
}

func explained(doing, output string, err error, installs bool) error {
	if p, ok := recognised(output+"\n"+err.Error(), installs); ok {
		return fmt.Errorf("%s: %w", doing, p)
	}
	if output == err.Error() {
		return fmt.Errorf("%s: %w", doing, err)
	}
	lines := strings.Split(strings.TrimSpace(output), "\n")
	if len(lines) > 12 {
		lines = lines[len(lines)-12:]
	}
	return fmt.Errorf("%s: %w; it said:\n%s", doing, err, strings.Join(lines, "\n"))
}
