package main

import (
	"fmt"
	"os"
	"strings"
	"sync"
	"time"
)

// progress tells how several steps that run side by side are doing: in a terminal on one line that is drawn again and
// again, elsewhere a line for each step that ends.
type progress struct {
	mu       sync.Mutex
	terminal bool
	running  []*step
	stop     chan struct{}
	drawing  sync.WaitGroup
}

type step struct {
	name   string
	detail string
	start  time.Time
	owner  *progress
}

func newProgress() *progress {
	info, err := os.Stderr.Stat()
	p := &progress{terminal: err == nil && info.Mode()&os.ModeCharDevice != 0, stop: make(chan struct{})}
	p.drawing.Go(func() {
		tick := time.NewTicker(200 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				p.mu.Lock()
				p.draw()
				p.mu.Unlock()
			case <-p.stop:
				return
			}
		}
	})
	return p
}

func (p *progress) close() {
	close(p.stop)
	p.drawing.Wait()
}

// draw writes the line of what runs now. p.mu is held.
func (p *progress) draw() {
	if !p.terminal || len(p.running) == 0 {
		return
	}
	var parts []string
	for _, s := range p.running {
		part := s.name
		if s.detail != "" {
			part += ": " + s.detail
		}
		parts = append(parts, fmt.Sprintf("%s (%.0f s)", part, time.Since(s.start).Seconds()))
	}
	line := []rune(strings.Join(parts, " · "))
	const width = 79 // a line that wraps could not be drawn over
	if len(line) > width {
		line = append(line[:width-1], '…')
	}
	fmt.Fprintf(os.Stderr, "\r\x1b[K%s", string(line))
}

// say prints a line above the one that is drawn again. p.mu is held.
func (p *progress) say(line string) {
	if p.terminal {
		fmt.Fprint(os.Stderr, "\r\x1b[K")
	}
	fmt.Fprintln(os.Stderr, line)
	p.draw()
}

// print is say for who does not hold p.mu.
func (p *progress) print(line string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.say(line)
}

// begin starts a step.
func (p *progress) begin(name string) *step {
	s := &step{name: name, start: time.Now(), owner: p}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.running = append(p.running, s)
	if !p.terminal {
		fmt.Fprintln(os.Stderr, name, "…")
	}
	p.draw()
	return s
}

// note says what a step is doing just now.
func (s *step) note(format string, values ...any) {
	s.owner.mu.Lock()
	defer s.owner.mu.Unlock()
	s.detail = fmt.Sprintf(format, values...)
}

// end finishes a step; what went wrong is for the caller to report.
func (s *step) end(err error) {
	s.owner.mu.Lock()
	defer s.owner.mu.Unlock()
	for i, other := range s.owner.running {
		if other == s {
			s.owner.running = append(s.owner.running[:i], s.owner.running[i+1:]...)
			break
		}
	}
	word := "done"
	if err != nil {
		word = "failed"
	}
	s.owner.say(fmt.Sprintf("%s: %s (%.1f s)", s.name, word, time.Since(s.start).Seconds()))
}
