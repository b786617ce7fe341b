package mdnlib

import (
	"math"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

// A team is the goroutines that share the work of one training, each on a core of its own. They share out panels, or the rows of
// matrices, but never a sum: so its bits do not depend on how many they are.
type team struct {
	size    int
	barrier barrier
	job     func(member) // what all do next; nil ends the team
}

// A member of a team, or the only one.
type member struct {
	number, of int
	barrier    *barrier
}

// alone does all the work by itself.
var alone = member{of: 1}

// teamSize returns how many cores pay for a training whose every step takes so many multiplications. Two do from 800,000 on, as was
// measured (internal/vector/README.md). More have not been measured: as they meet more slowly, and each has less to do in between,
// so many are taken that the work grows with their square.
func teamSize(multiplications int) int {
	return max(1, min(runtime.GOMAXPROCS(0), int(math.Sqrt(float64(multiplications)/200_000))))
}

// newTeam returns a team that waits for work; end ends it. The caller of do is one of its members.
func newTeam(size int) *team {
	t := &team{size: size, barrier: barrier{size: int32(size)}}
	t.barrier.turned.L = &t.barrier.mutex
	for i := 1; i < size; i++ {
		go func() {
			m := member{i, size, &t.barrier}
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

// do has every member do the job, and returns when all have.
func (t *team) do(job func(member)) {
	t.job = job
	t.barrier.wait()
	job(member{0, t.size, &t.barrier})
	t.barrier.wait()
}

func (t *team) end() {
	t.job = nil
	t.barrier.wait()
}

func (m member) first() bool { return m.number == 0 }

// share returns the member's share of n rows: eights, as the kernels like them.
func (m member) share(n int) (from, to int) {
	if m.of == 1 {
		return 0, n
	}
	return m.cut(n, m.number), m.cut(n, m.number+1)
}

func (m member) cut(n, number int) int {
	if number == m.of {
		return n
	}
	return n * number / m.of / 8 * 8
}

// wait returns when all members have come here.
func (m member) wait() {
	if m.of > 1 {
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
