package sweep

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// Ledger is a file of results as they come, one a line, to which a sweep that is interrupted returns. It may hold those of several sweeps.
type Ledger struct {
	file  *os.File
	size  int64 // of its whole lines
	known map[string]Result
}

// OpenLedger opens a ledger, or makes it, and reads what it holds. A last line without an end is what a process was writing when it was
// killed: it is cut off.
func OpenLedger(path string) (*Ledger, error) {
	l := &Ledger{known: map[string]Result{}}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, fmt.Errorf("sweep: %w", err)
	}
	content, err := os.ReadFile(path)
	if err != nil && !os.IsNotExist(err) {
		return nil, fmt.Errorf("sweep: %w", err)
	}
	whole := bytes.LastIndexByte(content, '\n') + 1
	number := 0
	for line := range bytes.Lines(content[:whole]) {
		var r Result
		number++
		if err := json.Unmarshal(line, &r); err != nil || r.Key == "" {
			return nil, fmt.Errorf("sweep: %s, line %d is no result of a training; delete that line, and it is trained again", path, number)
		}
		l.known[r.Key] = r
	}
	if l.file, err = os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o644); err != nil {
		return nil, fmt.Errorf("sweep: %w", err)
	}
	l.size = int64(whole)
	if whole < len(content) {
		if err := l.file.Truncate(l.size); err != nil {
			l.file.Close()
			return nil, fmt.Errorf("sweep: %w", err)
		}
	}
	return l, nil
}

// Add writes a result. It then outlives the process, even one that is killed.
func (l *Ledger) Add(r Result) error {
	if _, known := l.known[r.Key]; known {
		return nil
	}
	line, err := json.Marshal(r)
	if err == nil {
		line = append(line, '\n')
		if _, err = l.file.Write(line); err != nil {
			err = errors.Join(err, l.file.Truncate(l.size)) // on a full disk a part of it may have been written
		}
	}
	if err != nil {
		return fmt.Errorf("sweep: the result cannot be kept: %w", err)
	}
	l.size += int64(len(line))
	l.known[r.Key] = r
	return nil
}

// Known returns the results by their keys.
func (l *Ledger) Known() map[string]Result { return l.known }

// Missing returns those of the tasks that have no result yet.
func (l *Ledger) Missing(tasks []Task) (missing []Task) {
	for _, t := range tasks {
		if _, known := l.known[t.Key()]; !known {
			missing = append(missing, t)
		}
	}
	return missing
}

// Close closes the file.
func (l *Ledger) Close() error { return l.file.Close() }
