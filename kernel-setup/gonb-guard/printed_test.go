//go:build unix

package main

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"
)

// printAll prints text in pieces of so many bytes, and returns what is shown at once and at the end.
func printAll(text string, size int) (now, missing, end string) {
	var p printed
	var shown strings.Builder
	for len(text) > 0 {
		n := min(size, len(text))
		shown.WriteString(p.print("stdout", text[:n]))
		text = text[n:]
	}
	missing, pieces := p.finish()
	for _, piece := range pieces {
		end += piece.Text
	}
	return shown.String(), missing, end
}

func numbered(lines int) string {
	var text strings.Builder
	for i := range lines {
		fmt.Fprintln(&text, "line", i)
	}
	return text.String()
}

// TestPrintedWhole prints what is not too much: nothing of it waits for the end.
func TestPrintedWhole(t *testing.T) {
	for name, text := range map[string]string{
		"lines":              numbered(5000),
		"one long line":      strings.Repeat("ä", showAtOnce/2),
		"a line of progress": strings.Repeat("\r12,345 of 100,000 epochs", 20_000),
		"progress in words":  strings.Repeat("12,345 of 100,000 epochs\r", 20_000),
		"Windows' lines":     strings.ReplaceAll(numbered(4000), "\n", "\r\n"),
		"no end of a line":   numbered(100) + "and",
	} {
		for _, size := range []int{7, 1000, 32 << 10} {
			if now, missing, end := printAll(text, size); now != text || missing != "" || end != "" {
				t.Errorf("%s, %d bytes at a time: %d bytes of %d are shown at once, %d at the end, and it says %q", name, size, len(now), len(text), len(end), missing)
			}
		}
	}
}

// TestPrintedTooMuch prints too much: the beginning and the end are whole lines, and what is left out between them is counted.
func TestPrintedTooMuch(t *testing.T) {
	for name, text := range map[string]string{
		"lines":              numbered(200_000),
		"Windows' lines":     strings.ReplaceAll(numbered(200_000), "\n", "\r\n"),
		"endless progress":   strings.Repeat("\r12,345 of 100,000 epochs", 200_000),
		"long lines":         strings.Repeat(strings.Repeat("ä", 10_000)+"\n", 100),
		"a line without end": strings.Repeat("ä", 1<<20),
		"just too much":      numbered(12_000),
	} {
		for _, size := range []int{7, 1000, 32 << 10} {
			now, missing, end := printAll(text, size)
			if !strings.HasPrefix(text, now) || !strings.HasSuffix(text, end) {
				t.Fatalf("%s, %d bytes at a time: what is shown is not the beginning and the end", name, size)
			}
			limit := showAtOnce
			if strings.HasPrefix(text, "\r") {
				limit = overwriteAtMost
			}
			if len(now) > limit+finishLine || len(now) < limit-32<<10 || len(end) > showAtEnd {
				t.Errorf("%s, %d bytes at a time: %d bytes are shown at once and %d at the end", name, size, len(now), len(end))
			}
			between := amountOf([]byte(text[len(now) : len(text)-len(end)]))
			if want := fmt.Sprintf("… %v left out;", between); between.bytes > 0 && !strings.HasPrefix(missing, want) || between.bytes == 0 && missing != "" {
				t.Errorf("%s, %d bytes at a time: it says %q, want %q", name, size, missing, want)
			}
			if strings.Contains(text, "line 1") && (!strings.HasSuffix(now, "\n") && size > 7 || !strings.HasPrefix(end, "line ") && len(end) < showAtEnd-1) {
				t.Errorf("%s, %d bytes at a time: lines are cut: … %q, %q …", name, size, now[len(now)-10:], end[:10])
			}
			if end != "" && !utf8.RuneStart(end[0]) {
				t.Errorf("%s, %d bytes at a time: a letter is cut", name, size)
			}
		}
	}
}

// TestPrintedToBoth prints to stdout and stderr in turn: the end has both, in their order.
func TestPrintedToBoth(t *testing.T) {
	var p printed
	for i := range 100_000 {
		p.print([]string{"stdout", "stderr"}[i/100%2], fmt.Sprintln("line", i))
	}
	if said := p.soFar(); !strings.Contains(said, "The last line is: line 99999\n") || !strings.Contains(said, "Interrupt Kernel") {
		t.Errorf("while it runs it says %q", said)
	}
	_, end := p.finish()
	var text string
	for i, piece := range end {
		if i > 0 && piece.Stream == end[i-1].Stream {
			t.Errorf("piece %d is for %s, as the one before", i, piece.Stream)
		}
		text += piece.Text
	}
	if !strings.HasSuffix(text, "line 99998\nline 99999\n") || len(end) < 20 {
		t.Errorf("the end has %d pieces and stops with %q", len(end), text[max(0, len(text)-30):])
	}
}

func TestAmount(t *testing.T) {
	for want, a := range map[string]amount{
		"187,312 lines (3.2 MB)":   {187_312, 3_200_000},
		"1,000,000 lines (8.9 MB)": {1_000_000, 8_888_890},
		"1 line (0.9 KB)":          {1, 900},
		"40.0 KB":                  {0, 40_000},
	} {
		if got := a.String(); got != want {
			t.Errorf("%#v is %q, want %q", a, got, want)
		}
	}
}
