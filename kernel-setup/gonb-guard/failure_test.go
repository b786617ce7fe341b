//go:build unix

package main

import (
	"reflect"
	"strings"
	"testing"
)

// TestExplained explains what GoNB 0.11.4 says of cells that fail, which is kept here as it came.
func TestExplained(t *testing.T) {
	const invert, reset = "\033[7m", "\033[0m"
	for name, test := range map[string]struct {
		stderr      string // printed before
		said        failure
		interrupted bool
		want        failure
		shown       string // of what was printed to stderr
	}{
		"undefined": {
			said: failure{Value: "# gonb_65bf41ed\n./main.go:11:6: undefined: trained\n./main.go:12:6: undefined: mdnlib.Gird\n",
				Traceback: []string{"# gonb_65bf41ed", "Cell[2]: Line 2\n\nfunc main() {\nx := trained\n     ^\n\nundefined: trained", "Cell[2]: Line 3\n…", ""}},
			want: failure{compileError, "Cell [2], line 2: undefined: trained\nCell [2], line 3: undefined: mdnlib.Gird",
				[]string{"Cell [2], line 2: undefined: trained", "Cell [2], line 3: undefined: mdnlib.Gird", "", undefinedHint}},
		},
		"undefined in a package": {
			said: failure{Value: "# gonb_65bf41ed\n./main.go:12:6: undefined: mdnlib.Gird\n", Traceback: []string{"", "Cell Line 3\n…", ""}},
			want: failure{compileError, "Line 3: undefined: mdnlib.Gird", []string{"Line 3: undefined: mdnlib.Gird"}},
		},
		"statements": {
			said: failure{Value: "/tmp/gonb_65bf41ed/main.go:3:1: expected declaration, found fmt", Traceback: []string{"Cell[3]: Line 1\n…"}},
			want: failure{compileError, "Cell [3], line 1: expected declaration, found fmt",
				[]string{"Cell [3], line 1: expected declaration, found fmt", "", statementsHint}},
		},
		"no place": {
			said: failure{Value: "/tmp/gonb_65bf41ed/main.go:7:3: expected '}', found 'EOF'", Traceback: []string{"\tflag.Parse()\n…"}},
			want: failure{compileError, "expected '}', found 'EOF'", []string{"expected '}', found 'EOF'"}},
		},
		"several lines": {
			said: failure{Value: "# gonb_65bf41ed\n./main.go:17:38: too many return values\n\thave (number)\n\twant ()\n",
				Traceback: []string{"# gonb_65bf41ed", "Cell[21]: Line 2\n…", "\thave (number)", "\twant ()", ""}},
			want: failure{compileError, "Cell [21], line 2: too many return values, have (number), want ()",
				[]string{"Cell [21], line 2: too many return values", "    have (number)", "    want ()"}},
		},
		"no package": {
			said: failure{Value: "main.go:5:2: package nothing/there is not in std (/usr/local/go/src/nothing/there)\n", Traceback: []string{"Cell[14]: Line 1\n…", ""}},
			want: failure{compileError, "Cell [14], line 1: package nothing/there is not in std", []string{"Cell [14], line 1: package nothing/there is not in std"}},
		},
		"go get": {
			said: failure{Value: "failed to run \"/usr/local/go/bin/go get\": exit status 1\n\ngo: gonb_65bf41ed imports\n\tnothing.org/there: cannot find it\n", Traceback: nil},
			want: failure{compileError, "go: gonb_65bf41ed imports, nothing.org/there: cannot find it",
				[]string{"go: gonb_65bf41ed imports", "    nothing.org/there: cannot find it"}},
		},
		"interrupted while it is compiled": {
			said: failure{Value: ""}, interrupted: true,
			want: failure{compileError, "interrupted before the cell was compiled", []string{"interrupted before the cell was compiled"}},
		},
		"panic": {
			stderr: "careful\npanic: negative x\n\ngoroutine 1 [running]:\nmain.f(...)\n\t " + invert + "[[ Cell [5] Line 3 ]]" + reset + " /tmp/gonb_65bf41ed/main.go:10\n" +
				"main.f(0x283e396e2000?)\n\t " + invert + "[[ Cell [5] Line 5 ]]" + reset + " /tmp/gonb_65bf41ed/main.go:12 +0x3e\n" +
				"main.f(...)\n\t " + invert + "[[ Cell [5] Line 5 ]]" + reset + " /tmp/gonb_65bf41ed/main.go:12\n" +
				"main.main()\n\t " + invert + "[[ Cell [6] Line 3 ]]" + reset + " /tmp/gonb_65bf41ed/main.go:19 +0x99\nexit status 2\n",
			said:  failure{Value: "exit status 2", Traceback: []string{"exit status 2"}},
			want:  failure{runtimeError, "Cell [5], line 3: panic: negative x", []string{"panic: negative x", "Cell [5], line 3, in f", "Cell [5], line 5, in f, 2 times", "Cell [6], line 3"}},
			shown: "careful\n",
		},
		"panic in the library": {
			stderr: "panic: mdnlib: Grid of -1 values; use 2 or more\n\ngoroutine 1 [running]:\nmdn/mdnlib.Grid(0x1c48918fe000?, 0x5ba968?)\n\t/home/somebody/mdnlib/data.go:44 +0xe5\n" +
				"main.main()\n\t " + invert + "[[ Cell [18] Line 2 ]]" + reset + " /tmp/gonb_65bf41ed/main.go:18 +0x69\n",
			said: failure{Value: "exit status 2"},
			want: failure{runtimeError, "Cell [18], line 2: panic: mdnlib: Grid of -1 values; use 2 or more",
				[]string{"panic: mdnlib: Grid of -1 values; use 2 or more", "mdnlib.Grid (data.go:44)", "Cell [18], line 2"}},
		},
		"panic in a goroutine": {
			stderr: "panic: runtime error: invalid memory address or nil pointer dereference\n[signal SIGSEGV: segmentation violation code=0x1 addr=0x0 pc=0x4a34ff]\n\n" +
				"goroutine 7 [running]:\npanic({0x1, 0x2})\n\t/usr/local/go/src/runtime/panic.go:10 +0x1\nmain.main.func1()\n\t " + invert + "[[ Cell [15] Line 2 ]]" + reset + " /tmp/gonb_65bf41ed/main.go:19 +0x6e\n" +
				"created by main.main in goroutine 1\n\t " + invert + "[[ Cell [15] Line 3 ]]" + reset + " /tmp/gonb_65bf41ed/main.go:20 +0x59\n",
			said: failure{Value: "exit status 2"},
			want: failure{runtimeError, "Cell [15], line 2: panic: runtime error: invalid memory address or nil pointer dereference",
				[]string{"panic: runtime error: invalid memory address or nil pointer dereference", "Cell [15], line 2", "Cell [15], line 3, which started it"}},
		},
		"deadlock": {
			stderr: "fatal error: all goroutines are asleep - deadlock!\n\ngoroutine 1 [chan receive]:\nmain.main()\n\t " + invert + "[[ Cell [16] Line 3 ]]" + reset + " /tmp/gonb_65bf41ed/main.go:18 +0x65\n" +
				"\ngoroutine 7 [chan send]:\nmain.f()\n\t " + invert + "[[ Cell [15] Line 1 ]]" + reset + " /tmp/gonb_65bf41ed/main.go:9 +0x65\n",
			said: failure{Value: "exit status 2"},
			want: failure{runtimeError, "Cell [16], line 3: fatal error: all goroutines are asleep - deadlock!",
				[]string{"fatal error: all goroutines are asleep - deadlock!", "A goroutine (chan receive):", "Cell [16], line 3", "A goroutine (chan send):", "Cell [15], line 1, in f"}},
		},
		"log.Fatal": {
			stderr: "2026/11/28 16:31:08 no file\nexit status 1\n",
			said:   failure{Value: "exit status 1", Traceback: []string{"exit status 1"}},
			want:   failure{runtimeError, "2026/11/28 16:31:08 no file", []string{"The cell's program has ended with status 1, by log.Fatal or os.Exit."}},
			shown:  "2026/11/28 16:31:08 no file\n",
		},
		"os.Exit": {
			stderr: "exit status 3\n",
			said:   failure{Value: "exit status 3"},
			want:   failure{runtimeError, "exit status 3", []string{"The cell's program has ended with status 3, by log.Fatal or os.Exit."}},
		},
		"interrupt": {
			stderr: "^C\nsignal: interrupt\n", interrupted: true,
			said: failure{Value: "signal: interrupt"},
			want: failure{interruption, "interrupted", []string{"Interrupted."}},
		},
		"deaf": {
			stderr: "^C\nsignal: killed\n", interrupted: true,
			said: failure{Value: "signal: killed"},
			want: failure{interruption, "interrupted", []string{"Interrupted. The cell's program did not end within 5 seconds, and was killed."}},
		},
		"killed": {
			stderr: "signal: killed\n",
			said:   failure{Value: "signal: killed"},
			want:   failure{runtimeError, "signal: killed", []string{"The cell's program was ended by the signal killed."}},
		},
	} {
		var c complaint
		shown := ""
		for line := range strings.Lines(test.stderr) { // as GoNB sends it: how the program ended by itself
			if strings.HasPrefix(line, "^C") {
				shown += c.take(test.stderr)
				break
			}
			shown += c.take(line)
		}
		got := test.said.explained(&c, test.interrupted)
		if !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s: it says\n%#v, want\n%#v", name, got, test.want)
		}
		if shown += c.rest(); shown != test.shown {
			t.Errorf("%s: %q is shown before, want %q", name, shown, test.shown)
		}
	}
}

// TestNoFailure keeps back what may belong to a failure, and shows it if none comes.
func TestNoFailure(t *testing.T) {
	var c complaint
	text := ""
	for _, part := range []string{"exit status 1\n", "and on\n", "panic: it is only printed\n", "and more\n"} {
		text += c.take(part)
	}
	if text += c.rest(); text != "exit status 1\nand on\npanic: it is only printed\nand more\n" {
		t.Errorf("of what is printed to stderr is shown %q", text)
	}
}
