package outlet

import (
	"fmt"
	"io"
	"os"
)

// console is a terminal, or what the output goes to in place of one.
type console struct {
	stderr   io.Writer
	terminal bool // stderr is one
	line     bool // a line of progress stands on stderr
	ids      int  // handed out
}

func (c *console) Where() Where {
	if c.terminal {
		return Terminal
	}
	return Neither
}

func (c *console) NewID() ID {
	c.ids++
	return ID(fmt.Sprint(c.ids))
}

func (c *console) Show(_ ID, thing Thing) error {
	if thing.Kind == Progress {
		if c.terminal && thing.Terminal != "" {
			c.line = true
			_, err := fmt.Fprintf(c.stderr, "\r\x1b[K%s", thing.Terminal)
			return err
		}
		return nil
	}
	if thing.File.Name != "" {
		if err := os.WriteFile(thing.File.Name, thing.File.Content, 0o644); err != nil {
			return err
		}
	}
	_, err := fmt.Print(thing.Terminal)
	return err
}

// Clear takes the line of progress away, if there is one; what was printed stays.
func (c *console) Clear(...ID) error {
	if !c.line {
		return nil
	}
	c.line = false
	_, err := io.WriteString(c.stderr, "\r\x1b[K")
	return err
}

func (c *console) Flush() error { return nil }

// isTerminal reports whether somebody can watch what is written to the file.
func isTerminal(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
