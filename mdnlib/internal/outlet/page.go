//go:build page

package outlet

import (
	"fmt"

	"mdn/mdnlib/figure/markup"
)

func place() Place { return &page{placed: map[ID]bool{}} }

// page is a page that runs its notebook again, or the program that makes sure, where the page is made, that it can. It is sent HTML.
type page struct {
	ids    int
	placed map[ID]bool // what has its place among what the cell shows
}

// Where is a notebook, as whatever shows things there may show them here.
func (*page) Where() Where { return Notebook }

func (p *page) NewID() ID {
	p.ids++
	return ID(fmt.Sprint(p.ids))
}

// Show keeps the place of progress, for what replaces it, and does not show it: the page has a bar of its own.
func (p *page) Show(id ID, thing Thing) error {
	if thing.Kind == Progress {
		if id == "" || p.placed[id] {
			return nil
		}
		p.placed[id] = true
		return send(id, thing.Kind, "")
	}
	if thing.Kind == Live {
		settings, _ := thing.Metadata["live"].(string)
		return send(id, Live, settings)
	}
	data := map[string]string{}
	for mediaType, content := range thing.Data {
		if text, ok := content.(string); ok {
			data[mediaType] = text
		}
	}
	element, known, err := markup.Output(string(thing.Kind), data)
	if err == nil && !known {
		err = fmt.Errorf("outlet: a page has no place for %q", thing.Kind)
	}
	if err != nil || element == "" {
		return err
	}
	return send(id, thing.Kind, element)
}

// Clear takes nothing away: of what is replaced later, only progress is cleared, and that is not shown.
func (*page) Clear(...ID) error { return nil }

func (*page) Flush() error { return nil }
