//go:build race

package mdnlib

func init() { raceDetector = true }
