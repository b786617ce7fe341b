//go:build unix

package main

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// What a cell prints is shown at once up to showAtOnce bytes; of what comes after them the last showAtEnd bytes are shown when the cell has
// ended. Text that is printed over, as that of a progress line after \r, does not count, up to overwriteAtMost bytes of all that is printed.
// As they stand, the notebooks of this project print at most 20 KB in a cell; with as many epochs as their settings allow, 190 KB, the middle
// of which is left out.
const (
	showAtOnce      = 64 << 10
	showAtEnd       = 32 << 10
	overwriteAtMost = 1 << 20
	finishLine      = 4 << 10 // a line that has begun is shown to its end, unless more than this of it is missing
)

// A piece is text for one stream, stdout or stderr.
type piece struct {
	Stream string `json:"name"`
	Text   string `json:"text"`
}

// printed is what one run of a cell prints to its streams.
type printed struct {
	all     int // bytes that are shown, or were, before something was printed over them
	shown   screen
	cut     bool   // what comes now is held for the end
	held    amount // since then
	left    amount // of it, what is too early to be in the end
	end     []heldPiece
	endSize int
}

type heldPiece struct {
	stream string
	text   []byte
}

// amount counts text.
type amount struct{ lines, bytes int }

func amountOf(text []byte) amount { return amount{bytes.Count(text, []byte("\n")), len(text)} }

func (a *amount) add(b amount) { a.lines, a.bytes = a.lines+b.lines, a.bytes+b.bytes }

// String is as in 187,312 lines (3.2 MB).
func (a amount) String() string {
	size := fmt.Sprintf("%.1f MB", float64(a.bytes)/1e6)
	if a.bytes < 1e6 {
		size = fmt.Sprintf("%.1f KB", float64(a.bytes)/1e3)
	}
	if a.lines == 0 {
		return size
	}
	lines := strconv.Itoa(a.lines)
	for i := len(lines) - 3; i > 0; i -= 3 {
		lines = lines[:i] + "," + lines[i:]
	}
	if a.lines == 1 {
		return lines + " line (" + size + ")"
	}
	return lines + " lines (" + size + ")"
}

// print takes what is printed, and returns what of it is shown now.
func (p *printed) print(stream, text string) (now string) {
	if p.cut && text != "" {
		p.hold(stream, text)
		return ""
	}
	at := 0
	for line := range strings.Lines(text) {
		if p.full(line) {
			p.cut = true
			p.hold(stream, text[at:])
			break
		}
		at += len(line)
		p.all += len(line)
		p.shown = p.shown.after(line)
	}
	return text[:at]
}

// full says whether the line, or what there is of it, is too much.
func (p *printed) full(line string) bool {
	finishes := p.shown.line > 0 && len(line) <= finishLine && strings.HasSuffix(line, "\n")
	return p.all+len(line) > overwriteAtMost || p.shown.after(line).bytes > showAtOnce && !finishes
}

// A screen counts what remains to be seen of text that is shown.
type screen struct {
	bytes    int
	line     int  // of them, those in a line that has begun
	returned bool // what follows is printed over that line, unless it is its end
}

// after is the screen once the line is shown, or what there is of it.
func (s screen) after(line string) screen {
	text, whole := strings.CutSuffix(line, "\n")
	returns := strings.HasSuffix(text, "\r")
	over := strings.LastIndexByte(strings.TrimRight(text, "\r"), '\r')
	if over >= 0 || s.returned && text != "" {
		s.bytes -= s.line
		s.line = 0
	}
	s.bytes += len(line) - over - 1
	s.line += len(line) - over - 1
	s.returned = returns
	if whole {
		s.line, s.returned = 0, false
	}
	return s
}

// hold keeps the text for the end, and forgets what is too early for it.
func (p *printed) hold(stream, text string) {
	p.held.add(amountOf([]byte(text)))
	if n := len(p.end); n > 0 && p.end[n-1].stream == stream {
		p.end[n-1].text = append(p.end[n-1].text, text...)
	} else {
		p.end = append(p.end, heldPiece{stream, []byte(text)})
	}
	p.endSize += len(text)
	if p.endSize > 4*showAtEnd { // now and then, as it moves what is kept
		p.trim()
	}
}

// trim cuts off what is too early to be in the end: whole lines, unless one is longer than all that is kept.
func (p *printed) trim() {
	for p.endSize > showAtEnd {
		first := &p.end[0]
		cut := min(p.endSize-showAtEnd, len(first.text))
		if cut < len(first.text) {
			if i := bytes.IndexByte(first.text[cut-1:], '\n'); i >= 0 && i <= finishLine {
				cut += i
			}
			for cut < len(first.text) && !utf8.RuneStart(first.text[cut]) {
				cut++
			}
		}
		p.left.add(amountOf(first.text[:cut]))
		p.endSize -= cut
		first.text = bytes.Clone(first.text[cut:])
		if len(first.text) == 0 {
			p.end = p.end[1:]
		}
	}
}

// soFar says, while a cell runs, how much it has printed that is not shown, and the last of it.
func (p *printed) soFar() string {
	last := ""
	if n := len(p.end); n > 0 {
		lines := bytes.Split(bytes.TrimRight(p.end[n-1].text, "\r\n"), []byte("\n"))
		line := lines[len(lines)-1]
		line = line[bytes.LastIndexByte(line, '\r')+1:]
		last = "\nThe last line is: " + shorten(string(line))
	}
	return fmt.Sprintf("… %v more so far; the end is shown when the cell has ended.%s\n"+
		"To stop the cell: Kernel > Interrupt Kernel, or press Esc, then I twice.", p.held, last)
}

// shorten cuts a line that is longer than a screen is wide.
func shorten(line string) string {
	const most = 120
	if characters := []rune(line); len(characters) > most {
		return string(characters[:most-1]) + "…"
	}
	return line
}

// finish returns the end, and says how much is missing before it; nothing, if nothing is.
func (p *printed) finish() (missing string, end []piece) {
	p.trim()
	if p.left.bytes > 0 {
		missing = fmt.Sprintf("… %v left out; of what a cell prints, the first %d KB and the last %d KB are shown.", p.left, showAtOnce>>10, showAtEnd>>10)
	}
	for _, part := range p.end {
		end = append(end, piece{part.stream, string(part.text)})
	}
	return missing, end
}
