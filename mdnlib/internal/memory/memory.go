// Package memory remembers trainings, for a program that runs all cells of a notebook: many cells train the same network, and the same
// training ends with the same bits, so that it need not be done twice. Only the program of a page remembers; see [Enabled].
//
// In a browser several workers share the cells, and the page's script is their memory: a training that one is at, another can leave
// for later or wait for.
package memory

import "sync"

// State is how things stand with a training that somebody has asked for.
type State int

// The states of a training.
const (
	Yours State = iota // nobody has done it: do it, then call Keep, or Drop
	Known              // the result is there
	Busy               // another is at it
)

// Memory holds the results of trainings by keys, which are equal for equal trainings.
type Memory interface {
	// Claim asks for the result of a training. With wait it never returns Busy: it waits until the other has done it, or given it back.
	Claim(key string, wait bool) (result []byte, state State)
	// Keep remembers the result of a training, whether it was claimed or not.
	Keep(key string, result []byte)
	// Drop gives a claimed training back: it has failed.
	Drop(key string)
}

var current = program()

// Use makes another memory that of the program, until back is called; nil is none. It is for tests.
func Use(m Memory) (back func()) {
	before := current
	current = m
	return func() { current = before }
}

// Enabled reports whether the program remembers trainings.
func Enabled() bool { return current != nil }

// Claim, Keep and Drop are those of the program's memory, if it has one.

func Claim(key string, wait bool) ([]byte, State) { return current.Claim(key, wait) }

func Keep(key string, result []byte) { current.Keep(key, result) }

func Drop(key string) { current.Drop(key) }

// Shelf is the memory of one process.
type Shelf struct {
	mutex   sync.Mutex
	changed *sync.Cond
	results map[string][]byte
	claimed map[string]bool
}

// NewShelf returns an empty one.
func NewShelf() *Shelf {
	s := &Shelf{results: map[string][]byte{}, claimed: map[string]bool{}}
	s.changed = sync.NewCond(&s.mutex)
	return s
}

func (s *Shelf) Claim(key string, wait bool) ([]byte, State) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	for {
		if result, ok := s.results[key]; ok {
			return result, Known
		}
		if !s.claimed[key] {
			s.claimed[key] = true
			return nil, Yours
		}
		if !wait {
			return nil, Busy
		}
		s.changed.Wait()
	}
}

func (s *Shelf) Keep(key string, result []byte) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.results[key] = result
	delete(s.claimed, key)
	s.changed.Broadcast()
}

func (s *Shelf) Drop(key string) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	delete(s.claimed, key)
	s.changed.Broadcast()
}
