//go:build unix

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/go-zeromq/zmq4"
)

// The tests run this program as the guard and as the kernel behind it, which does what the code of a cell says.

func TestMain(m *testing.M) {
	switch {
	case len(os.Args) > 2 && os.Args[1] == "--kernel":
		fakeKernel(os.Args[2])
	case os.Getenv("GONB_GUARD_TEST") != "":
		main()
	default:
		os.Exit(m.Run())
	}
}

// An action is one thing that the fake kernel does when it is asked to run a cell; a cell is a list of them, as JSON.
type action struct {
	Do      string // publish, lines, wait for an interrupt, ask for input, crash, end
	Type    string
	Content json.RawMessage
	Lines   int
}

// fakeKernel talks as GoNB does.
func fakeKernel(file string) {
	interrupts := make(chan os.Signal, 8)
	signal.Notify(interrupts, os.Interrupt)
	c, err := readConnection(file)
	check(err)
	check(os.WriteFile(os.Getenv("GONB_GUARD_TEST"), []byte(fmt.Sprint(os.Getpid(), "\n", strings.Join(os.Args, "\n"))), 0o644))
	check(os.WriteFile(filepath.Join(os.TempDir(), "log"), nil, 0o644)) // which it never removes
	shell, control, stdin, iopub, heartbeat := zmq4.NewRouter(context.Background()), zmq4.NewRouter(context.Background()),
		zmq4.NewRouter(context.Background()), zmq4.NewPub(context.Background()), zmq4.NewRep(context.Background())
	check(errors.Join(shell.Listen(c.address(c.Shell)), control.Listen(c.address(c.Control)), stdin.Listen(c.address(c.Stdin)),
		iopub.Listen(c.address(c.IOPub)), heartbeat.Listen(c.address(c.Heartbeat))))
	if slow := os.Getenv("GONB_GUARD_TEST_SLOW"); slow != "" {
		busy, err := time.ParseDuration(slow)
		check(err)
		time.Sleep(busy)
	}
	say := func(socket zmq4.Socket, about message, kind string, content any) {
		about.parent = about.header
		answer, err := about.answer(kind, content)
		check(err)
		wire, err := key(c.Key).wire(answer)
		check(err)
		check(socket.SendMulti(wire))
	}
	go func() {
		for {
			wire, err := control.Recv()
			check(err)
			request, err := parseMessage(wire)
			check(err)
			say(control, request, "shutdown_reply", map[string]string{"status": "ok"})
			os.Exit(0)
		}
	}()
	for {
		wire, err := shell.Recv()
		check(err)
		request, err := parseMessage(wire)
		check(err)
		publish := func(kind string, content any) { say(iopub, request, kind, content) }
		publish("status", map[string]string{"execution_state": "busy"})
		reply := map[string]any{"status": "ok"}
		if request.header.Type == "execute_request" {
			var content struct{ Code string }
			check(json.Unmarshal(request.content, &content))
			var actions []action
			check(json.Unmarshal([]byte(content.Code), &actions))
			for _, a := range actions {
				switch a.Do {
				case "publish":
					publish(a.Type, a.Content)
					if a.Type == "error" {
						check(json.Unmarshal(a.Content, &reply))
						reply["status"] = "error"
					}
				case "lines":
					for i := range a.Lines {
						publish("stream", piece{"stdout", fmt.Sprintln("line", i)})
					}
				case "wait":
					build, err := os.MkdirTemp("", "go-build*") // an interrupted go build leaves it
					check(err)
					check(os.Mkdir(filepath.Join(build, "b001"), 0o755))
					for i := 0; len(interrupts) == 0; i++ {
						publish("stream", piece{"stdout", fmt.Sprintln("line", i)})
						time.Sleep(100 * time.Microsecond)
					}
					time.Sleep(100 * time.Millisecond)
					check(os.MkdirAll(filepath.Join(os.TempDir(), "go-build-next"), 0o755)) // the next cell's
					publish("display_data", map[string]any{"data": map[string]int{"interrupts": len(interrupts)}})
					<-interrupts
				case "ask":
					say(stdin, request, "input_request", map[string]string{"prompt": "name?"})
					answer, err := stdin.Recv()
					check(err)
					input, err := parseMessage(answer)
					check(err)
					publish("input", input.content)
				case "crash":
					os.Exit(7)
				}
			}
		}
		publish("status", map[string]string{"execution_state": "idle"})
		say(shell, request, strings.Replace(request.header.Type, "request", "reply", 1), reply)
	}
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "the fake kernel:", err)
		os.Exit(1)
	}
}

// A client is what Jupyter has of a kernel.
type client struct {
	t                         *testing.T
	guard                     *exec.Cmd
	ended                     chan error
	key                       key
	temporary                 string // where the guard has its own files
	pid                       int    // of the kernel
	shell, control, stdin, hb zmq4.Socket
	published                 chan zmq4.Msg
	session                   string
}

// start starts the guard, with the fake kernel behind it.
func start(t *testing.T, environment ...string) *client {
	t.Helper()
	folder := t.TempDir()
	sockets, err := os.MkdirTemp("", "guard-*") // a path of a socket may have a hundred bytes
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(sockets) })
	temporary := filepath.Join(sockets, "t")
	if err := os.Mkdir(temporary, 0o755); err != nil {
		t.Fatal(err)
	}
	c := connection{SignatureScheme: "hmac-sha256", Key: "secret"}.behind(filepath.Join(sockets, "front"))
	file, started := filepath.Join(folder, "kernel-0123-abcd.json"), filepath.Join(folder, "started")
	if err := c.write(file); err != nil {
		t.Fatal(err)
	}
	guard := exec.Command(os.Args[0], file, os.Args[0], "-go_work=/a b")
	guard.Env = slices.Concat(os.Environ(), []string{"GONB_GUARD_TEST=" + started, "TMPDIR=" + temporary}, environment)
	guard.Stderr = t.Output()
	guard.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // Jupyter does so
	if err := guard.Start(); err != nil {
		t.Fatal(err)
	}
	j := &client{t: t, guard: guard, ended: make(chan error, 1), key: key(c.Key), temporary: temporary, session: "jupyter", published: make(chan zmq4.Msg, 1<<20)}
	go func() { j.ended <- guard.Wait() }()
	t.Cleanup(func() { guard.Process.Kill() })
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	t.Cleanup(cancel)
	identity := zmq4.WithID(zmq4.SocketIdentity(j.session))
	j.shell, j.control, j.stdin, j.hb = zmq4.NewDealer(ctx, identity), zmq4.NewDealer(ctx, identity), zmq4.NewDealer(ctx, identity), zmq4.NewReq(ctx)
	for port, socket := range map[int]zmq4.Socket{c.Shell: j.shell, c.Control: j.control, c.Stdin: j.stdin, c.Heartbeat: j.hb} {
		if err := socket.Dial(c.address(port)); err != nil {
			t.Fatal(err)
		}
	}
	iopub, err := subscribe(ctx, c.address(c.IOPub))
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(j.published)
		for {
			wire, err := iopub.receive()
			if err != nil {
				return
			}
			j.published <- wire
		}
	}()
	// As Jupyter's clients do, it asks what kernel it is until something is published.
	for heard := false; !heard; {
		j.reply(j.request("kernel_info_request", struct{}{}))
		select {
		case <-j.published:
			heard = true
		case <-time.After(100 * time.Millisecond):
		case <-ctx.Done():
			t.Fatal("the guard does not answer")
		}
	}
	content, err := os.ReadFile(started)
	if err != nil {
		t.Fatal(err)
	}
	arguments := strings.Split(string(content), "\n")
	fmt.Sscan(arguments[0], &j.pid)
	if filepath.Base(arguments[3]) != filepath.Base(file) || !slices.Equal(arguments[4:], []string{"-raw_error", "-go_work=/a b"}) {
		t.Errorf("GoNB is started by %q", arguments)
	}
	return j
}

// request sends a request and returns its identity.
func (j *client) request(kind string, content any) string {
	j.t.Helper()
	m, err := message{header: newHeader(kind, j.session), metadata: json.RawMessage(`{}`)}.with(content)
	if err != nil {
		j.t.Fatal(err)
	}
	wire, err := j.key.wire(m)
	if err != nil {
		j.t.Fatal(err)
	}
	socket := map[string]zmq4.Socket{"shutdown_request": j.control, "input_reply": j.stdin}[kind]
	if socket == nil {
		socket = j.shell
	}
	if err := socket.SendMulti(wire); err != nil {
		j.t.Fatal(err)
	}
	return m.header.ID
}

// run runs a cell.
func (j *client) run(actions ...action) (request string) {
	j.t.Helper()
	code, err := json.Marshal(actions)
	if err != nil {
		j.t.Fatal(err)
	}
	return j.request("execute_request", map[string]any{"code": string(code)})
}

// about returns all that is published about a request, until the kernel is idle again.
func (j *client) about(request string, each func(message)) (messages []message) {
	j.t.Helper()
	late := time.After(20 * time.Second)
	for {
		select {
		case wire, more := <-j.published:
			if !more {
				j.t.Fatalf("nothing is published any more, after %d messages", len(messages))
			}
			m := j.checked(wire)
			if m.parent.ID != request {
				continue
			}
			if each != nil {
				each(m)
			}
			messages = append(messages, m)
			if m.header.Type == "status" && strings.Contains(string(m.content), "idle") {
				return messages
			}
		case <-late:
			j.t.Fatalf("the kernel is not idle, after %d messages", len(messages))
		}
	}
}

// reply returns the reply to a request.
func (j *client) reply(request string) message {
	j.t.Helper()
	for {
		wire, err := j.shell.Recv()
		if err != nil {
			j.t.Fatal(err)
		}
		if m := j.checked(wire); m.parent.ID == request {
			return m
		}
	}
}

// checked parses a message and checks its signature.
func (j *client) checked(wire zmq4.Msg) message {
	j.t.Helper()
	m, err := parseMessage(wire)
	if err != nil {
		j.t.Fatal(err)
	}
	again, err := j.key.wire(m)
	if err != nil {
		j.t.Fatal(err)
	}
	if at := len(m.identities) + 1; !bytes.Equal(wire.Frames[at], again.Frames[at]) {
		j.t.Errorf("a message of type %s is not signed", m.header.Type)
	}
	return m
}

// gone waits until a process has ended.
func (j *client) gone(pid int) {
	j.t.Helper()
	for range 300 {
		if syscall.Kill(pid, 0) != nil {
			return
		}
		if stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid)); err == nil && bytes.Contains(stat, []byte(") Z ")) {
			return // ended, and nobody has asked how
		}
		time.Sleep(10 * time.Millisecond)
	}
	j.t.Errorf("process %d goes on", pid)
}

func stream(text string) action {
	content, _ := json.Marshal(piece{"stdout", text})
	return action{Do: "publish", Type: "stream", Content: content}
}

// TestSlowStart has a kernel that listens at once and answers only after seconds, as GoNB does while it makes its workspace on a busy machine.
func TestSlowStart(t *testing.T) {
	j := start(t, "GONB_GUARD_TEST_SLOW=6s")
	request := j.run(stream("hello\n"))
	if printed := j.about(request, nil); len(printed) != 3 || !strings.Contains(string(printed[1].content), "hello") {
		t.Errorf("the cell's messages are %v", printed)
	}
	j.reply(request)
}

// TestForwards has messages of all kinds pass as they are.
func TestForwards(t *testing.T) {
	j := start(t)
	for _, ping := range []string{"one", "two"} {
		if err := j.hb.Send(zmq4.NewMsgString(ping)); err != nil {
			t.Fatal(err)
		}
		if pong, err := j.hb.Recv(); err != nil || string(pong.Bytes()) != ping {
			t.Errorf("%v: to the heartbeat %q the answer is %q", err, ping, pong.Bytes())
		}
	}
	chart := json.RawMessage(`{"data":{"image/png":"` + strings.Repeat("A", 200_000) + `"},"metadata":{ "odd" : 1.0}}`)
	request := j.run(stream("before\n"), action{Do: "publish", Type: "display_data", Content: chart}, action{Do: "ask"}, stream("after\n"))
	wire, err := j.stdin.Recv()
	if err != nil || j.checked(wire).header.Type != "input_request" || j.checked(wire).parent.ID != request {
		t.Fatalf("%v: no input is asked for, but %s", err, wire)
	}
	j.request("input_reply", map[string]string{"value": "Gopher"})
	var got []string
	for _, m := range j.about(request, nil) {
		got = append(got, m.header.Type)
		switch m.header.Type {
		case "display_data":
			if !bytes.Equal(m.content, compact(t, chart)) {
				t.Error("the chart has changed")
			}
		case "input":
			if string(m.content) != `{"value":"Gopher"}` {
				t.Errorf("the input arrives as %s", m.content)
			}
		}
	}
	if want := []string{"status", "stream", "display_data", "input", "stream", "status"}; !slices.Equal(got, want) {
		t.Errorf("%q are published, want %q", got, want)
	}
	if reply := j.reply(request); reply.header.Type != "execute_reply" || string(reply.content) != `{"status":"ok"}` {
		t.Errorf("the reply is %s %s", reply.header.Type, reply.content)
	}
	if files, err := filepath.Glob(filepath.Join(j.temporary, "*")); err != nil || len(files) != 1 || !strings.HasPrefix(filepath.Base(files[0]), "gonb-kernel-") {
		t.Errorf("%v: beside the kernel's temporary folder there are %v", err, files)
	}
}

func compact(t *testing.T, content json.RawMessage) []byte {
	t.Helper()
	compacted, err := json.Marshal(content)
	if err != nil {
		t.Fatal(err)
	}
	return compacted
}

// TestLeavesOut runs a cell that prints too much, shows a chart, and fails: the beginning comes before the chart, then what is left out, the
// end, the error and the status, and all that is printed is shown or counted.
func TestLeavesOut(t *testing.T) {
	const lines = 50_000
	j := start(t)
	request := j.run(action{Do: "lines", Lines: lines}, action{Do: "publish", Type: "display_data", Content: json.RawMessage(`{"data":{"chart":1}}`)},
		action{Do: "publish", Type: "error", Content: json.RawMessage(`{"ename":"ERROR","evalue":"exit status 3","traceback":["exit status 3"]}`)})
	var order []string
	var first, last, said string
	for _, m := range j.about(request, nil) {
		kind := m.header.Type
		switch kind {
		case "stream":
			var p piece
			if err := json.Unmarshal(m.content, &p); err != nil {
				t.Fatal(err)
			}
			if len(order) > 1 && order[len(order)-1] != "beginning" {
				kind, last = "end", p.Text
			} else {
				kind = "beginning"
				first += p.Text
			}
		case "display_data", "update_display_data":
			var content struct{ Data map[string]any }
			if err := json.Unmarshal(m.content, &content); err != nil {
				t.Fatal(err)
			}
			kind = "chart"
			if text, ok := content.Data["text/plain"].(string); ok {
				kind, said = "note", text
			}
		}
		if len(order) == 0 || order[len(order)-1] != kind {
			order = append(order, kind)
		}
	}
	// While it prints, and so before the chart, a reader may be told already.
	if i := slices.Index(order, "note"); i == 2 {
		order = slices.Delete(order, 2, 3)
	}
	if want := []string{"status", "beginning", "chart", "note", "end", "error", "status"}; !slices.Equal(order, want) {
		t.Errorf("published are %q, want %q", order, want)
	}
	whole := numbered(lines)
	if !strings.HasPrefix(whole, first) || !strings.HasSuffix(whole, last) || len(first) < showAtOnce-100 || len(last) < showAtEnd-100 {
		t.Errorf("%d bytes are the beginning, %d the end", len(first), len(last))
	}
	between := amountOf([]byte(whole[len(first) : len(whole)-len(last)]))
	if !strings.HasPrefix(said, fmt.Sprintf("… %v left out;", between)) {
		t.Errorf("%v are missing, and it says %q", between, said)
	}
	var reply failure
	if err := json.Unmarshal(j.reply(request).content, &reply); err != nil || reply.Name != runtimeError || reply.Value != "exit status 3" || !strings.Contains(reply.Traceback[0], "os.Exit") {
		t.Errorf("%v: the reply is %+v", err, reply)
	}
}

// TestInterrupt interrupts a cell that prints without end: the reader has been told how to, the interrupt comes once, and the next cell runs.
func TestInterrupt(t *testing.T) {
	j := start(t)
	request := j.run(action{Do: "lines", Lines: 20_000}, action{Do: "wait"},
		action{Do: "publish", Type: "stream", Content: json.RawMessage(`{"name":"stderr","text":"^C\nsignal: interrupt\n"}`)},
		action{Do: "publish", Type: "error", Content: json.RawMessage(`{"ename":"ERROR","evalue":"signal: interrupt","traceback":["signal: interrupt"]}`)})
	told, interrupts := 0, ""
	begun := time.Now()
	for _, m := range j.about(request, func(m message) {
		if strings.Contains(string(m.content), "To stop the cell") {
			if told++; told == 1 && time.Since(begun) > 4*time.Second {
				t.Errorf("the reader is told after %v", time.Since(begun))
			}
			if want := map[int]string{1: "display_data"}[told]; want != "" && m.header.Type != want || told == 2 && m.header.Type != "update_display_data" {
				t.Errorf("the reader is told for the time number %d by %s", told, m.header.Type)
			}
			if told == 2 {
				if err := syscall.Kill(-j.guard.Process.Pid, syscall.SIGINT); err != nil { // as Jupyter does
					t.Error(err)
				}
			}
		}
	}) {
		if strings.Contains(string(m.content), "interrupts") {
			interrupts = string(m.content)
		}
		if m.header.Type == "error" && string(m.content) != `{"ename":"Interrupted","evalue":"interrupted","traceback":["Interrupted."]}` {
			t.Errorf("the error is %s", m.content)
		}
		if strings.Contains(string(m.content), "signal:") {
			t.Errorf("it says %s", m.content)
		}
	}
	if told < 2 || interrupts != `{"data":{"interrupts":1}}` {
		t.Errorf("the reader is told %d times, and the kernel %s", told, interrupts)
	}
	if left, err := filepath.Glob(filepath.Join(j.temporary, "gonb-kernel-*", "go-build*")); err != nil || len(left) != 1 || filepath.Base(left[0]) != "go-build-next" {
		t.Errorf("%v: of the builds there are %q, want the next one's", err, left)
	}
	request = j.run(stream("alive\n"))
	if got := j.about(request, nil); len(got) != 3 || string(got[1].content) != `{"name":"stdout","text":"alive\n"}` {
		t.Errorf("the next cell shows %d messages", len(got))
	}
}

// TestEnds ends the guard and the kernel in every way: neither goes on without the other.
func TestEnds(t *testing.T) {
	for name, test := range map[string]struct {
		end    func(*client)
		status int // of the guard; -1 by a signal
	}{
		"shutdown":        {func(j *client) { j.request("shutdown_request", map[string]bool{"restart": false}) }, 0},
		"crash":           {func(j *client) { j.run(action{Do: "crash"}) }, 7},
		"SIGTERM":         {func(j *client) { syscall.Kill(-j.guard.Process.Pid, syscall.SIGTERM) }, 1},
		"SIGKILL":         {func(j *client) { syscall.Kill(-j.guard.Process.Pid, syscall.SIGKILL) }, -1},
		"the kernel dies": {func(j *client) { syscall.Kill(j.pid, syscall.SIGKILL) }, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			j := start(t)
			test.end(j)
			select {
			case <-j.ended:
			case <-time.After(10 * time.Second):
				t.Fatal("the guard goes on")
			}
			if got := j.guard.ProcessState.ExitCode(); got != test.status {
				t.Errorf("the guard ends with status %d, want %d", got, test.status)
			}
			j.gone(j.pid)
			if name == "shutdown" {
				if wire, err := j.control.Recv(); err != nil || j.checked(wire).header.Type != "shutdown_reply" {
					t.Errorf("%v: the shutdown is not answered", err)
				}
			}
			files, err := os.ReadDir(j.temporary)
			for range 200 { // after SIGKILL a shell removes them
				if err != nil || len(files) == 0 {
					break
				}
				time.Sleep(50 * time.Millisecond)
				files, err = os.ReadDir(j.temporary)
			}
			if err != nil || len(files) > 0 {
				t.Errorf("%v: of the guard's and the kernel's files are left %v", err, files)
			}
		})
	}
}

// TestCannotStart has the guard say why it cannot start.
func TestCannotStart(t *testing.T) {
	file := filepath.Join(t.TempDir(), "kernel-1.json")
	if err := (connection{SignatureScheme: "none"}).write(file); err != nil {
		t.Fatal(err)
	}
	if err := standBefore(t.Context(), file, "gonb"); err == nil || !strings.Contains(err.Error(), `signed by "none"; use hmac-sha256`) {
		t.Errorf("with another signature it says %v", err)
	}
	good := connection{SignatureScheme: "hmac-sha256"}.behind(filepath.Join(t.TempDir(), "f"))
	if err := good.write(file); err != nil {
		t.Fatal(err)
	}
	if err := standBefore(t.Context(), file, "/no/gonb"); err == nil || !strings.Contains(err.Error(), "start GoNB") {
		t.Errorf("without GoNB it says %v", err)
	}
}
