//go:build !page && !js

package outlet

import (
	"os"

	"github.com/janpfeifer/gonb/gonbui"
	"github.com/janpfeifer/gonb/gonbui/protocol"
)

func place() Place {
	if gonbui.IsNotebook {
		return kernel{}
	}
	return &console{stderr: os.Stderr, terminal: isTerminal(os.Stderr)}
}

// kernel is GoNB's kernel, which runs a notebook's cell. It is sent things through a pipe, by encoding/gob, in which maps of
// anything inside the metadata do not arrive; strings and maps from strings to integers do.
type kernel struct{}

func (kernel) Where() Where { return Notebook }

func (kernel) NewID() ID { return ID(gonbui.UniqueId()) }

func (kernel) Show(id ID, thing Thing) error {
	gonbui.SendData(message(id, thing))
	return gonbui.Error()
}

// message returns a thing as GoNB's protocol has it.
func message(id ID, thing Thing) *protocol.DisplayData {
	sent := &protocol.DisplayData{Data: map[protocol.MIMEType]any{}, Metadata: map[string]any{}, DisplayID: string(id)}
	for kind, data := range thing.Data {
		sent.Data[protocol.MIMEType(kind)] = data
	}
	for name, value := range thing.Metadata {
		sent.Metadata[name] = value
	}
	sent.Metadata[MetadataKey] = string(thing.Kind)
	return sent
}

// Clear replaces the outputs by empty ones: a notebook's output cannot be taken away.
func (k kernel) Clear(ids ...ID) error {
	for _, id := range ids {
		if err := k.Show(id, Thing{Kind: Progress, Data: map[string]any{"text/html": ""}}); err != nil {
			return err
		}
	}
	return k.Flush()
}

// Flush waits, because what the program prints takes another way to the notebook and would overtake what it shows.
func (kernel) Flush() error {
	gonbui.Sync()
	return gonbui.Error()
}
