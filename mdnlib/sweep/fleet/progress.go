package main

import (
	"fmt"
	"os"
	"sync"
	"time"

	"mdn/mdnlib/sweep"
)

// progress tells how many tasks are done and how long the others will take: in a terminal on one line that is drawn again and again,
// elsewhere a line now and then.
type progress struct {
	mutex    sync.Mutex
	terminal bool
	start    time.Time
	total    int
	work     map[string]float64 // of the tasks that are not done, by their keys
	all      float64            // work of all that are done since start
	left     float64            // that of those that are not done
	stop     chan struct{}
	ended    sync.WaitGroup
}

func newProgress(tasks []sweep.Task) *progress {
	info, err := os.Stderr.Stat()
	p := &progress{terminal: err == nil && info.Mode()&os.ModeCharDevice != 0, start: time.Now(), total: len(tasks), work: map[string]float64{},
		stop: make(chan struct{})}
	for _, t := range tasks {
		p.work[t.Key()] = sweep.Work([]sweep.Task{t})
	}
	p.all = sweep.Work(tasks)
	p.left = p.all
	every := 30 * time.Second
	if p.terminal {
		every = 200 * time.Millisecond
	}
	p.ended.Go(func() {
		tick := time.NewTicker(every)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				p.mutex.Lock()
				p.draw()
				p.mutex.Unlock()
			case <-p.stop:
				return
			}
		}
	})
	return p
}

// begin starts the clock by which the time that is left is guessed: what is done before has taken no time.
func (p *progress) begin() {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	p.start, p.all = time.Now(), p.left
}

// add counts a task as done.
func (p *progress) add(key string) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	p.left -= p.work[key]
	delete(p.work, key)
}

// draw writes the line. p.mutex is held.
func (p *progress) draw() {
	line := fmt.Sprintf("%d of %d tasks done", p.total-len(p.work), p.total)
	if done := p.all - p.left; done > 0 {
		line += ", about " + span(time.Duration(float64(time.Since(p.start))*p.left/done)) + " left"
	}
	if p.terminal {
		fmt.Fprintf(os.Stderr, "\r\x1b[K%s", line)
		return
	}
	fmt.Fprintln(os.Stderr, line)
}

// span writes a time in the one unit that says enough.
func span(d time.Duration) string {
	switch {
	case d < 2*time.Minute:
		return fmt.Sprintf("%.0f s", d.Seconds())
	case d < 2*time.Hour:
		return fmt.Sprintf("%.0f min", d.Minutes())
	}
	return fmt.Sprintf("%.1f h", d.Hours())
}

// say prints a line above the one that is drawn again.
func (p *progress) say(line string) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if p.terminal {
		fmt.Fprint(os.Stderr, "\r\x1b[K")
	}
	fmt.Fprintln(os.Stderr, line)
}

// close ends the line.
func (p *progress) close() {
	close(p.stop)
	p.ended.Wait()
	if p.terminal {
		fmt.Fprint(os.Stderr, "\r\x1b[K")
	}
}
