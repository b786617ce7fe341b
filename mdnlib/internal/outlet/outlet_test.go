package outlet

import (
	"bytes"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
)

// board is a place that keeps what is shown, in the order in which it came.
type board struct {
	outputs []string // the kind and the terminal's text of each
	ids     []ID     // under which, "" if none
	flushed int      // how many of them have been waited for
	broken  error    // what Show returns
}

func (b *board) Where() Where { return Notebook }
func (b *board) NewID() ID    { return ID(strings.Repeat("i", len(b.ids)+1)) }

func (b *board) Show(id ID, t Thing) error {
	if b.broken != nil {
		return b.broken
	}
	said := string(t.Kind) + " " + t.Terminal
	if k := slices.Index(b.ids, id); id != "" && k >= 0 {
		b.outputs[k] = said
		return nil
	}
	b.outputs, b.ids = append(b.outputs, said), append(b.ids, id)
	return nil
}

func (b *board) Clear(ids ...ID) error {
	for _, id := range ids {
		b.outputs[slices.Index(b.ids, id)] = ""
	}
	return nil
}

func (b *board) Flush() error { b.flushed = len(b.outputs); return nil }

func TestShowAndUpdate(t *testing.T) {
	var b board
	back := Use(&b)
	defer back()
	if At() != Notebook {
		t.Errorf("the program runs in %v", At())
	}
	if err := Show(Thing{Kind: Numbers, Terminal: "1"}, Thing{Kind: Numbers, Terminal: "2"}); err != nil || b.flushed != 2 {
		t.Errorf("%d of 2 things were waited for (%v)", b.flushed, err)
	}
	first, second := NewID(), ID("another")
	for _, update := range []struct {
		id   ID
		text string
	}{{first, "a"}, {second, "b"}, {first, "c"}} {
		if err := Update(update.id, Thing{Kind: Progress, Terminal: update.text}); err != nil {
			t.Error(err)
		}
	}
	if want := []string{"numbers 1", "numbers 2", "progress c", "progress b"}; !slices.Equal(b.outputs, want) || b.flushed != 2 {
		t.Errorf("shown are %q, want %q; %d were waited for, want 2", b.outputs, want, b.flushed)
	}
	if err := Flush(); err != nil || b.flushed != 4 {
		t.Errorf("%d things were waited for, want 4 (%v)", b.flushed, err)
	}
	if err := Clear(first, second); err != nil || b.outputs[2]+b.outputs[3] != "" {
		t.Errorf("cleared, there are still %q (%v)", b.outputs[2:], err)
	}
	if err := Update("", Thing{Kind: Progress}); err == nil || err.Error() != `outlet: Update of "progress" without an ID; get one from NewID` {
		t.Errorf("an update without an ID: error %v", err)
	}
	b.broken = errors.New("the pipe is closed")
	if err := Show(Thing{}); !errors.Is(err, b.broken) {
		t.Errorf("error %v, want %v", err, b.broken)
	}
	back()
	if At() == Notebook {
		t.Error("the place that was there before is not back")
	}
}

// TestConsole writes a file, prints, and draws progress on one line that is gone in the end.
func TestConsole(t *testing.T) {
	t.Chdir(t.TempDir())
	var stderr bytes.Buffer
	c := &console{stderr: &stderr, terminal: true}
	if first, second := c.NewID(), c.NewID(); c.Where() != Terminal || first == second {
		t.Error("the console is not a terminal, or two IDs are one")
	}
	if err := c.Show("", Thing{Kind: Chart, File: File{"chart.png", []byte("png")}}); err != nil {
		t.Error(err)
	}
	if content, err := os.ReadFile("chart.png"); err != nil || string(content) != "png" {
		t.Errorf("the file has %q (%v)", content, err)
	}
	for _, thing := range []Thing{{Kind: Progress, Terminal: "epoch 1"}, {Kind: Progress}, {Kind: Progress, Terminal: "epoch 2"}} {
		if err := c.Show("1", thing); err != nil {
			t.Error(err)
		}
	}
	c.Clear("1")
	c.Clear("1")
	if got, want := stderr.String(), "\r\x1b[Kepoch 1\r\x1b[Kepoch 2\r\x1b[K"; got != want {
		t.Errorf("progress is %q, want %q", got, want)
	}

	var silent bytes.Buffer
	file := &console{stderr: &silent}
	file.Show("1", Thing{Kind: Progress, Terminal: "epoch 1"})
	file.Clear("1")
	if file.Where() != Neither || silent.Len() > 0 {
		t.Errorf("where nobody watches, progress is %q", silent.String())
	}
	if err := c.Show("", Thing{Kind: Chart, File: File{"no/such/folder.png", nil}}); err == nil {
		t.Error("a file that cannot be written is no error")
	}
}
