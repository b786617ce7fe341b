//go:build !linux && !darwin

package main

import (
	"context"
	"errors"
)

// GoNB runs on Linux and macOS. Elsewhere these are never reached; they let the command compile, so that it can say so.

var errPlatform = errors.New("this platform is not supported; use Linux, macOS or WSL")

func become(string, []string, []string) error                  { return errPlatform }
func freeBytes(string) (uint64, error)                         { return 0, errPlatform }
func lock(context.Context, string) (release func(), err error) { return nil, errPlatform }
func tryLock(string) (release func(), err error)               { return nil, errPlatform }
