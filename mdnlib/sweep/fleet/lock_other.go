//go:build !linux && !darwin

package main

// lock does nothing: flock is not on every system.
func lock(string) (unlock func() error, err error) { return func() error { return nil }, nil }
