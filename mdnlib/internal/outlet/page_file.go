//go:build page && !js

package outlet

import (
	"encoding/json"
	"io"
	"os"
)

// shown is the file that elements are written to, a line of JSON each.
var shown = json.NewEncoder(os.NewFile(3, "shown"))

// send writes an element down, and after how many bytes of what the program prints it comes: stdout has to be a file.
func send(id ID, kind Kind, element string) error {
	after, err := os.Stdout.Seek(0, io.SeekCurrent)
	if err != nil {
		return err
	}
	return shown.Encode(Element{After: after, ID: string(id), Kind: string(kind), HTML: element})
}

// Element is what the program of a page shows, where it runs outside of a browser.
type Element struct {
	After int64  `json:"after"` // bytes printed before it
	ID    string `json:"id"`    // of the element that it replaces, "" where it is a new one
	Kind  string `json:"kind"`
	HTML  string `json:"html"` // of Live, its settings in JSON
}
