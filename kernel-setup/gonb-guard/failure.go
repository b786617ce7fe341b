//go:build unix

package main

import (
	"cmp"
	"fmt"
	"path"
	"regexp"
	"strings"
)

// A failure is how a run of a cell ends that fails, as Jupyter's messages have it. Its name is one of those below. Its value has one line for
// each thing that is wrong, "Cell [5], line 2: undefined: trained" where the place is known. Its traceback is what is shown.
type failure struct {
	Name      string   `json:"ename"`
	Value     string   `json:"evalue"`
	Traceback []string `json:"traceback"`
}

const (
	compileError = "CompileError" // the cell has not run, and what it declares is not declared
	runtimeError = "RuntimeError" // it has run, and what it declares is declared
	interruption = "Interrupted"  // as runtimeError
)

const (
	statementsHint = "Statements need a line %% before them."
	undefinedHint  = "Is it declared in a cell that has not run? Run > Run All Above Selected Cell runs those."
)

var (
	ended        = regexp.MustCompile(`^(?:exit status (\d+)|signal: (.+))$`)                // how a program ended, in Go's words
	endedPrinted = regexp.MustCompile(`^(?:\^C\n)?(?:exit status \d+|signal: .+)\n$`)        // as GoNB prints it
	position     = regexp.MustCompile(`^\S*main(?:_test)?\.go:\d+(?::\d+)?: (.+)$`)          // in the file that GoNB makes of the cells
	cellPosition = regexp.MustCompile(`^Cell(?:\[(\d+)\])?:? Line (\d+)\n`)                  // GoNB's words for where that is
	noise        = regexp.MustCompile(`^(?:# |exit status \d+$|failed to run ")`)            // of the go command and of GoNB
	filePaths    = regexp.MustCompile(` \(/[^()]*\)$|/\S*/gonb_[0-9a-f]+/(?:main\.go:\d+)?`) // of temporary files, and of Go's own
	missing      = regexp.MustCompile(`undefined: \w+$`)                                     // and no name after a dot
	statement    = regexp.MustCompile(`expected declaration, found|non-declaration statement`)
)

// explained says in the notebook's terms what GoNB says in those of its files. It takes from the complaint what belongs to the failure.
func (f failure) explained(c *complaint, interrupted bool) failure {
	if how := ended.FindStringSubmatch(f.Value); how != nil {
		return f.ofProgram(c, how[1], how[2], interrupted)
	}
	lines := strings.Split(strings.TrimRight(f.Value, "\n"), "\n")
	var values, shown []string
	hints := map[string]bool{}
	for i, line := range lines {
		if noise.MatchString(line) || strings.TrimSpace(line) == "" {
			continue
		}
		if strings.HasPrefix(line, "\t") && len(values) > 0 { // it goes on
			values[len(values)-1] += ", " + strings.TrimSpace(line)
			shown = append(shown, "    "+strings.TrimSpace(line))
			continue
		}
		if at := position.FindStringSubmatch(line); at != nil {
			line = at[1]
			if i < len(f.Traceback) {
				if cell := cellPosition.FindStringSubmatch(f.Traceback[i]); cell != nil {
					line = inCell(cell[1], cell[2]) + ": " + line
				}
			}
		}
		line = filePaths.ReplaceAllString(line, "")
		values, shown = append(values, line), append(shown, line)
		hints[statementsHint] = hints[statementsHint] || statement.MatchString(line)
		hints[undefinedHint] = hints[undefinedHint] || missing.MatchString(line)
	}
	for _, hint := range []string{statementsHint, undefinedHint} {
		if hints[hint] {
			shown = append(shown, "", hint)
		}
	}
	if len(values) == 0 {
		values = []string{"the cell was not compiled"}
		if interrupted {
			values = []string{"interrupted before the cell was compiled"}
		}
		shown = values
	}
	return failure{compileError, strings.Join(values, "\n"), shown}
}

// inCell names a line of a cell, or of the cell that runs.
func inCell(cell, line string) string {
	if cell == "" {
		return "Line " + line
	}
	return "Cell [" + cell + "], line " + line
}

// ofProgram explains why the program of a cell has ended, with an exit status or by a signal.
func (f failure) ofProgram(c *complaint, status, signal string, interrupted bool) failure {
	c.exit = ""
	switch {
	case c.panicked.Len() > 0:
		text := c.panicked.String()
		c.panicked.Reset()
		return ofPanic(text)
	case interrupted && signal == "killed":
		return failure{interruption, "interrupted", []string{"Interrupted. The cell's program did not end within 5 seconds, and was killed."}}
	case interrupted:
		return failure{interruption, "interrupted", []string{"Interrupted."}}
	case signal != "":
		return failure{runtimeError, f.Value, []string{"The cell's program was ended by the signal " + signal + "."}}
	}
	return failure{runtimeError, cmp.Or(c.last, f.Value), []string{"The cell's program has ended with status " + status + ", by log.Fatal or os.Exit."}}
}

var (
	stackStart = regexp.MustCompile(`(?m)^(?:runtime stack:|goroutine \d+ .*\[.*\]:)$`)
	goroutine  = regexp.MustCompile(`^goroutine \d+ .*\[(.*)\]:$`)
	called     = regexp.MustCompile(`^(created by )?(.+?)(?:\([^()]*\)| in goroutine \d+)?$`) // main.f(0x1, …)
	inOwn      = regexp.MustCompile(`\[\[ Cell (?:\[(\d+)\] )?Line (\d+) \]\]`)
	inFile     = regexp.MustCompile(`^\t(\S+\.go:\d+)`)
)

// ofPanic explains what Go's runtime prints when a program panics: the panic's words, and where in the cells it was.
func ofPanic(text string) failure {
	words, stacks := text, ""
	if at := stackStart.FindStringIndex(text); at != nil {
		words, stacks = text[:at[0]], text[at[0]:]
	}
	var shown []string
	for line := range strings.Lines(words) {
		line = strings.TrimRight(line, "\n")
		if strings.TrimSpace(line) != "" && !strings.HasPrefix(line, "[signal ") && !strings.HasPrefix(line, "runtime: sp=") {
			shown = append(shown, line)
		}
	}
	value := strings.Join(shown, " ")
	first, several := "", strings.Count(stacks, "\ngoroutine ") > 0 && !strings.HasPrefix(stacks, "runtime stack:")
	call, previous, times := "", "", 1
	repeat := func() {
		if times > 1 {
			shown[len(shown)-1] += fmt.Sprintf(", %d times", times)
		}
		previous, times = "", 1
	}
	for line := range strings.Lines(stacks) {
		line = strings.TrimRight(line, "\n")
		if waits := goroutine.FindStringSubmatch(line); waits != nil {
			repeat()
			if several {
				shown = append(shown, "A goroutine ("+waits[1]+"):")
			}
			continue
		}
		if !strings.HasPrefix(line, "\t") {
			call = line
			continue
		}
		place, own := framePlace(call, line)
		if own && first == "" {
			first = place
		}
		switch frame := frameText(call, place, own); {
		case frame == "":
		case frame == previous:
			times++
		default:
			repeat()
			shown, previous = append(shown, frame), frame
		}
	}
	repeat()
	if first != "" {
		value = first + ": " + value
	}
	return failure{runtimeError, value, shown}
}

// framePlace returns where a frame of a stack is: in a cell, or in a file.
func framePlace(call, line string) (place string, own bool) {
	if cell := inOwn.FindStringSubmatch(line); cell != nil {
		return inCell(cell[1], cell[2]), true
	}
	if file := inFile.FindStringSubmatch(line); file != nil {
		return path.Base(file[1]), false
	}
	return "", false
}

// frameText shows a frame of a stack. Those of Go's runtime, and those that GoNB has made, have none.
func frameText(call, place string, own bool) string {
	parts := called.FindStringSubmatch(call)
	if parts == nil || place == "" {
		return ""
	}
	started, name := parts[1] != "", parts[2]
	switch {
	case own && started:
		return place + ", which started it"
	case own && (name == "main.main" || strings.HasPrefix(name, "main.main.")): // the cell's statements, and functions within them
		return place
	case own:
		return place + ", in " + strings.TrimPrefix(name, "main.")
	case started, strings.HasPrefix(name, "runtime."), name == "panic", strings.HasPrefix(name, "main."):
		return ""
	}
	return path.Base(name) + " (" + place + ")"
}

// complaint is what a run prints to stderr that may belong to its failure.
type complaint struct {
	panicked strings.Builder // what Go's runtime prints from a panic on
	exit     string          // the exit status, as GoNB prints it
	last     string          // the last line of what is shown
}

// panicked text longer than this is cut off.
const panicAtMost = 64 << 10

var panicStart = regexp.MustCompile(`(?m)^(?:panic: |fatal error: |runtime: goroutine stack exceeds|SIG[A-Z]+: )`)

// take takes what is printed to stderr, and returns what of it is shown as it is.
func (c *complaint) take(text string) (show string) {
	if endedPrinted.MatchString(text) {
		c.exit, text = text, c.exit
	} else {
		text, c.exit = c.exit+text, ""
	}
	if c.panicked.Len() > 0 {
		c.panicked.WriteString(text[:min(len(text), max(0, panicAtMost-c.panicked.Len()))])
		return ""
	}
	if at := panicStart.FindStringIndex(text); at != nil {
		c.panicked.WriteString(text[at[0]:])
		text = text[:at[0]]
	}
	if lines := strings.Fields(text); len(lines) > 0 {
		whole := strings.TrimRight(text, "\n")
		c.last = whole[strings.LastIndexByte(whole, '\n')+1:]
	}
	return text
}

// rest returns what was kept back and does not belong to a failure.
func (c *complaint) rest() string {
	rest := c.panicked.String() + c.exit
	c.panicked.Reset()
	c.exit = ""
	return rest
}
