// Package team shares the work of one training among goroutines, each on a core of its own.
package team

import (
	"math"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

// Team is goroutines that do every job together. They divide panels, or the rows of matrices, but never a sum: so its bits do not
// depend on how many they are.
type Team struct {
	size    int
	barrier barrier
	job     func(Member) // what all do next; nil ends the team
}

// Member is one goroutine of a team, or the only one.
type Member struct {
	Number, Of int // Number counts from 0
	barrier    *barrier
}

// Alone does all the work by itself.
var Alone = Member{Of: 1}

// Size returns how many cores pay for a training whose every step takes so many multiplications. Two do from 800,000 on, as was
// measured (internal/vector/README.md). More have not been measured: as they meet more slowly, and each has less to do in between,
// so many are taken that the work grows with their square.
func Size(multiplications int) int {
	return max(1, min(runtime.GOMAXPROCS(0), int(math.Sqrt(float64(multiplications)/200_000))))
}

// New returns a team that waits for work until End. The caller of Do is one of its members.
func New(size int) *Team {
	t := &Team{size: size, barrier: barrier{size: int32(size)}}
	t.barrier.turned.L = &t.barrier.mutex
	for i := 1; i < size; i++ {
		go func() {
			m := Member{i, size, &t.barrier}
			for {
				t.barrier.wait()
				if t.job == nil {
					return
				}
				t.job(m)
				t.barrier.wait()
			}
		}()
	}
	return t
}

// Do has every member do the job, and returns when all have.
func (t *Team) Do(job func(Member)) {
	t.job = job
	t.barrier.wait()
	job(Member{0, t.size, &t.barrier})
	t.barrier.wait()
}

// End ends the goroutines.
func (t *Team) End() {
	t.job = nil
	t.barrier.wait()
}

// First reports whether this is the member that does what only one may do.
func (m Member) First() bool { return m.Number == 0 }

// Share returns the member's share of n rows: eights, as the kernels like them.
func (m Member) Share(n int) (from, to int) {
	if m.Of == 1 {
		return 0, n
	}
	return m.cut(n, m.Number), m.cut(n, m.Number+1)
}

func (m Member) cut(n, number int) int {
	if number == m.Of {
		return n
	}
	return n * number / m.Of / 8 * 8
}

// Wait returns when all members have come here.
func (m Member) Wait() {
	if m.Of > 1 {
		m.barrier.wait()
	}
}

// A barrier lets nobody pass before all have come.
type barrier struct {
	size    int32
	arrived atomic.Int32
	turn    atomic.Uint32 // how often all have come
	mutex   sync.Mutex
	turned  sync.Cond
}

// patience is how long a member waits awake for the others, because to be woken takes about as long. Members that have as much to do
// often finish more than 20 µs apart: with a patience of that, two cores were 1.1 times as fast as one where they are 1.7 times as fast.
const patience = 100 * time.Microsecond

func (b *barrier) wait() {
	turn := b.turn.Load()
	if b.arrived.Add(1) == b.size {
		b.arrived.Store(0)
		b.mutex.Lock()
		b.turn.Add(1)
		b.mutex.Unlock()
		b.turned.Broadcast()
		return
	}
	for start := time.Now(); time.Since(start) < patience; {
		for range 100 {
			if b.turn.Load() != turn {
				return
			}
		}
	}
	b.mutex.Lock()
	for b.turn.Load() == turn {
		b.turned.Wait()
	}
	b.mutex.Unlock()
}
