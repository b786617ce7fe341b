// Package memory remembers trainings, for a program that runs all cells of a notebook: many cells train the same network, and the same
// training ends with the same bits, so that it need not be done twice. Only the program of a page remembers; see [Enabled].
//
// In a browser several workers share the cells, and the page's script is their memory: a training that one is at, another can leave
// for later or wait for.
package memory

// State is how things stand with a training that somebody has asked for.
type State int

// The states of a training.
const (
	Yours State = iota // nobody has done it: do it, then call [Keep], or [Drop]
	Known              // the result is there
	Busy               // another worker is at it
)
