package memory

import (
	"fmt"
	"sync"
	"testing"
)

func TestShelf(t *testing.T) {
	s := NewShelf()
	if _, state := s.Claim("a", false); state != Yours {
		t.Fatalf("nobody has asked before, and the state is %d", state)
	}
	if _, state := s.Claim("a", false); state != Busy {
		t.Errorf("another is at it, and the state is %d", state)
	}
	if _, state := s.Claim("b", false); state != Yours {
		t.Errorf("another training is %d", state)
	}
	s.Drop("a")
	if _, state := s.Claim("a", true); state != Yours {
		t.Errorf("it was given back, and the state is %d", state)
	}
	s.Keep("a", []byte("done"))
	if result, state := s.Claim("a", true); state != Known || string(result) != "done" {
		t.Errorf("it is done, and the state is %d, the result %q", state, result)
	}
}

// TestWaiting has many ask for the same at the same time: one does it, and the others get what it has done, also when the first fails.
func TestWaiting(t *testing.T) {
	s := NewShelf()
	var mutex sync.Mutex
	done := 0
	var all sync.WaitGroup
	for i := range 20 {
		all.Go(func() {
			result, state := s.Claim("a", true)
			mutex.Lock()
			defer mutex.Unlock()
			switch {
			case state == Known && string(result) == "done":
			case state == Yours && done == 0:
				done++
				s.Drop("a")
			case state == Yours && done == 1:
				done++
				s.Keep("a", []byte("done"))
			default:
				t.Errorf("the state of number %d is %d, the result %q", i, state, fmt.Sprint(result))
			}
		})
	}
	all.Wait()
}
