//go:build unix

package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/go-zeromq/zmq4"
)

// A guard has the sockets that Jupyter talks to, in front, and those that talk to GoNB, behind.
type guard struct {
	ctx         context.Context
	key         key
	session     string // of its own requests
	temporary   string // GoNB's temporary folder
	interrupted atomic.Bool
	builds      atomic.Pointer[[]string] // folders of the builds that were going on when it was

	shell, control, stdin, heartbeat, iopub zmq4.Socket // in front

	behind struct {
		shell, control, stdin zmq4.Socket
		own                   zmq4.Socket // the guard's own requests
		iopub                 subscription
	}
	heard     chan struct{} // closed when what GoNB publishes arrives
	hear      sync.Once
	published chan struct{} // closed when all that GoNB has published is passed on

	// The following belong to publish.
	runs map[string]*run // those that go on, by the identity of the request
	due  chan *run       // those whose reader should be told how much is not shown

	failures sync.Map // from the identity of a request to a chan failure: what publish has told, reply tells too
}

// A run is one execution of a cell.
type run struct {
	about     message // its first
	printed   printed
	complaint complaint
	notice    string // the identity of the display that says how much is not shown, once there is one
	pause     time.Duration
	ended     bool
}

// A reader is told that the rest is not shown after firstNotice, then after pauses that grow up to longestPause.
const (
	firstNotice  = time.Second
	longestPause = 10 * time.Second
)

func newGuard(ctx context.Context, k key) *guard {
	return &guard{
		ctx: ctx, key: k, session: rand.Text(),
		shell: zmq4.NewRouter(ctx), control: zmq4.NewRouter(ctx), stdin: zmq4.NewRouter(ctx), heartbeat: zmq4.NewRouter(ctx), iopub: zmq4.NewPub(ctx),
		heard: make(chan struct{}), published: make(chan struct{}), runs: map[string]*run{}, due: make(chan *run),
	}
}

// listen opens the sockets in front. What comes before connect waits in them.
func (g *guard) listen(c connection) error {
	for port, socket := range map[int]zmq4.Socket{
		c.Shell: g.shell, c.Control: g.control, c.Stdin: g.stdin, c.Heartbeat: g.heartbeat, c.IOPub: g.iopub,
	} {
		if err := socket.Listen(c.address(port)); err != nil {
			return err
		}
	}
	go g.forward(g.heartbeat, g.heartbeat, unchanged)
	return nil
}

// connect connects to GoNB, which may be only just starting, makes sure that nothing that it publishes is lost, and passes messages from then
// on.
func (g *guard) connect(c connection) error {
	const retry = 10 * time.Millisecond
	// GoNB asks for input the one who asked to run the cell, whom it knows by the identity of the socket.
	identity := zmq4.WithID(zmq4.SocketIdentity(g.session))
	dealer := func(options ...zmq4.Option) zmq4.Socket {
		return zmq4.NewDealer(g.ctx, append(options, zmq4.WithDialerRetry(retry), zmq4.WithDialerMaxRetries(-1))...)
	}
	g.behind.shell, g.behind.stdin, g.behind.control, g.behind.own = dealer(identity), dealer(identity), dealer(), dealer()
	for _, to := range []struct {
		socket zmq4.Socket
		port   int
	}{{g.behind.shell, c.Shell}, {g.behind.stdin, c.Stdin}, {g.behind.control, c.Control}, {g.behind.own, c.Shell}} {
		if err := to.socket.Dial(c.address(to.port)); err != nil {
			return err
		}
	}
	var err error
	for g.behind.iopub, err = subscribe(g.ctx, c.address(c.IOPub)); err != nil; g.behind.iopub, err = subscribe(g.ctx, c.address(c.IOPub)) {
		select {
		case <-g.ctx.Done():
			return err
		case <-time.After(retry):
		}
	}
	go g.publish()
	if err := g.waitUntilHeard(); err != nil {
		return err
	}
	go g.forward(g.stdin, g.behind.stdin, unchanged)
	go g.forward(g.behind.stdin, g.stdin, unchanged)
	go g.forward(g.control, g.behind.control, g.noteInterrupt)
	go g.forward(g.behind.control, g.control, unchanged)
	go g.forward(g.behind.shell, g.shell, g.reply)
	go g.forward(g.shell, g.behind.shell, unchanged)
	return nil
}

// waitUntilHeard asks GoNB what it is until what it publishes about the answer arrives: it publishes for subscribers that it knows, and gets
// to know them in its own time. It asks again only when it has the reply: GoNB, which starts slowly on a busy machine, would block for ever on
// replies that nobody reads.
func (g *guard) waitUntilHeard() error {
	for {
		ask, err := message{header: newHeader("kernel_info_request", g.session), metadata: json.RawMessage("{}")}.with(struct{}{})
		if err != nil {
			return err
		}
		wire, err := g.key.wire(ask)
		if err != nil {
			return err
		}
		if err := g.behind.own.SendMulti(wire); err != nil {
			return err
		}
		if _, err := g.behind.own.Recv(); err != nil {
			return err
		}
		select {
		case <-g.heard:
			return nil
		case <-g.ctx.Done():
			return g.ctx.Err()
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// unchanged passes a message as it is.
func unchanged(wire zmq4.Msg) zmq4.Msg { return wire }

// forward passes messages from one socket to another until the first is closed.
func (g *guard) forward(from, to zmq4.Socket, change func(zmq4.Msg) zmq4.Msg) {
	for {
		wire, err := from.Recv()
		if err != nil {
			return
		}
		if to.SendMulti(change(wire)) != nil && g.ctx.Err() != nil {
			return
		}
	}
}

// noteInterrupt sees when Jupyter interrupts by a message.
func (g *guard) noteInterrupt(wire zmq4.Msg) zmq4.Msg {
	if m, err := parseMessage(wire); err == nil && m.header.Type == "interrupt_request" {
		g.interrupt()
	}
	return wire
}

// reply has the reply about a cell that failed say what was published about it.
func (g *guard) reply(wire zmq4.Msg) zmq4.Msg {
	m, err := parseMessage(wire)
	if err != nil || m.header.Type != "execute_reply" {
		return wire
	}
	var content map[string]any
	if json.Unmarshal(m.content, &content) != nil || content["status"] != "error" {
		return wire
	}
	defer g.failures.Delete(m.parent.ID)
	select {
	case f := <-g.failure(m.parent.ID):
		content["ename"], content["evalue"], content["traceback"] = f.Name, f.Value, f.Traceback
	case <-time.After(patience): // nothing was published
		return wire
	}
	if m, err = m.with(content); err != nil {
		return wire
	}
	if changed, err := g.key.wire(m); err == nil {
		return changed
	}
	return wire
}

// failure returns where publish leaves the failure of a request for reply.
func (g *guard) failure(request string) chan failure {
	c, _ := g.failures.LoadOrStore(request, make(chan failure, 1))
	return c.(chan failure)
}

// publish passes on what GoNB publishes.
func (g *guard) publish() {
	defer close(g.published)
	messages := make(chan zmq4.Msg, 256)
	go func() {
		defer close(messages)
		for {
			wire, err := g.behind.iopub.receive()
			if err != nil {
				return
			}
			messages <- wire
		}
	}()
	for {
		select {
		case wire, more := <-messages:
			if !more {
				return
			}
			g.pass(wire)
		case r := <-g.due:
			g.tell(r)
		}
	}
}

// pass passes one message on, or what stands in its place.
func (g *guard) pass(wire zmq4.Msg) {
	m, err := parseMessage(wire)
	if err != nil {
		g.iopub.SendMulti(wire)
		return
	}
	if m.parent.Session == g.session { // the guard has asked, and not Jupyter
		g.hear.Do(func() { close(g.heard) })
		return
	}
	r := g.runs[m.parent.ID]
	switch {
	case m.header.Type == "status":
		var status struct {
			State string `json:"execution_state"`
		}
		if json.Unmarshal(m.content, &status) != nil {
			break
		}
		if status.State == "busy" && m.parent.Type == "execute_request" {
			g.interrupted.Store(false)
			g.runs[m.parent.ID] = &run{about: m}
		}
		if status.State == "idle" && r != nil {
			g.end(r)
			delete(g.runs, m.parent.ID)
			g.forgetBuilds()
		}
	case m.header.Type == "stream" && r != nil:
		var p piece
		if json.Unmarshal(m.content, &p) != nil {
			break
		}
		printed := p.Text
		if p.Stream == "stderr" {
			printed = r.complaint.take(printed)
		}
		now := g.print(r, piece{p.Stream, printed})
		if now != p.Text {
			if now != "" {
				g.send(r, "stream", piece{p.Stream, now})
			}
			return
		}
	case m.header.Type == "error" && r != nil:
		var f failure
		if json.Unmarshal(m.content, &f) != nil {
			break
		}
		f = f.explained(&r.complaint, g.interrupted.Load())
		g.end(r)
		g.send(r, "error", f)
		g.failure(m.parent.ID) <- f
		return
	}
	g.iopub.SendMulti(wire)
}

// interrupt notes that what runs is interrupted, and which builds go on.
func (g *guard) interrupt() {
	g.interrupted.Store(true)
	if builds, err := fs.Glob(os.DirFS(g.temporary), "go-build*"); err == nil {
		g.builds.Store(&builds)
	}
}

// forgetBuilds removes the folders of the builds that were interrupted, when they have ended: go build does not always do so. The next cell's
// may have begun.
func (g *guard) forgetBuilds() {
	if builds := g.builds.Swap(nil); builds != nil {
		for _, build := range *builds {
			os.RemoveAll(filepath.Join(g.temporary, build))
		}
	}
}

// print takes what a cell prints, and returns what of it is shown now.
func (g *guard) print(r *run, p piece) (now string) {
	now = r.printed.print(p.Stream, p.Text)
	if r.printed.cut && r.pause == 0 {
		r.pause = firstNotice
		g.remind(r)
	}
	return now
}

// remind has the reader told, after a pause, how much is not shown.
func (g *guard) remind(r *run) {
	time.AfterFunc(r.pause, func() {
		select {
		case g.due <- r:
		case <-g.published:
		}
	})
}

// tell tells the reader of a cell that goes on how much is not shown.
func (g *guard) tell(r *run) {
	if r.ended {
		return
	}
	g.note(r, r.printed.soFar())
	r.pause = min(r.pause*3/2, longestPause)
	g.remind(r)
}

// note shows a text about what is not shown, in place of the text that it showed before.
func (g *guard) note(r *run, text string) {
	kind := "update_display_data"
	if r.notice == "" {
		kind, r.notice = "display_data", rand.Text()
	}
	g.send(r, kind, map[string]any{
		"data": map[string]any{"text/plain": text}, "metadata": struct{}{}, "transient": map[string]any{"display_id": r.notice},
	})
}

// end shows the end of what a cell has printed.
func (g *guard) end(r *run) {
	if r.ended {
		return
	}
	if rest := r.complaint.rest(); rest != "" {
		if now := g.print(r, piece{"stderr", rest}); now != "" {
			g.send(r, "stream", piece{"stderr", now})
		}
	}
	r.ended = true
	missing, end := r.printed.finish()
	if missing != "" || r.notice != "" {
		g.note(r, missing)
	}
	for _, p := range end {
		g.send(r, "stream", p)
	}
}

// send publishes a message of the guard's own about a run.
func (g *guard) send(r *run, kind string, content any) {
	m, err := r.about.answer(kind, content)
	if err != nil {
		return
	}
	if wire, err := g.key.wire(m); err == nil {
		g.iopub.SendMulti(wire)
	}
}

// drain waits, when GoNB has ended, until what it has said before is passed on.
func (g *guard) drain() {
	select {
	case <-g.heard:
		select {
		case <-g.published:
		case <-time.After(patience):
		}
		time.Sleep(100 * time.Millisecond) // zmq4 does not say when its queues are empty
	default:
	}
}

func (g *guard) close() {
	sockets := []zmq4.Socket{g.shell, g.control, g.stdin, g.heartbeat, g.iopub, g.behind.shell, g.behind.control, g.behind.stdin, g.behind.own}
	for _, socket := range sockets {
		if socket != nil {
			socket.Close()
		}
	}
	if g.behind.iopub.conn != nil {
		g.behind.iopub.close()
	}
}
