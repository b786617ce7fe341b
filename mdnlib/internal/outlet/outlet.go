// Package outlet sends what a program shows to where the program runs: the output of a notebook's cell, a terminal, or files.
// It is the only code that knows the difference.
//
// To add a place, such as a web page's worker, write a type that implements [Place], and return it from place in a file that is built
// for it, as kernel.go does for GoNB's kernel.
package outlet

import "fmt"

// Kind says what is shown. A notebook keeps it in the output's metadata under [MetadataKey].
type Kind string

// The kinds of things that are shown.
const (
	Chart    Kind = "chart"    // a picture with its description and its tables
	Caption  Kind = "caption"  // the words under a chart
	Numbers  Kind = "numbers"  // one key number, or a table of them
	Live     Kind = "live"     // the part of a page that trains in the browser
	Progress Kind = "progress" // how far training is
)

// MetadataKey is the name of a thing's kind among the metadata of a notebook's output.
const MetadataKey = "mdn"

// Thing is one thing shown.
type Thing struct {
	Kind     Kind
	Data     map[string]any // by MIME type: a string, or the bytes of a picture
	Metadata map[string]any // for a notebook, besides the kind: strings, and maps from strings to integers
	File     File           // written into the current folder where there is no notebook, if it has a name
	Terminal string         // printed where there is no notebook; of Progress it is one line, which the next one replaces
}

// File is a file to be written.
type File struct {
	Name    string
	Content []byte
}

// ID stands for an output that is shown and later replaced. "" is a new output each time.
type ID string

// Where says what kind of place the program runs in.
type Where int

// The kinds of places.
const (
	Neither  Where = iota // for example with its output in a file; no progress is shown
	Terminal              // progress is one line on stderr
	Notebook              // outputs of a cell
)

// Place shows things.
type Place interface {
	Where() Where
	// NewID returns an ID that no other output has.
	NewID() ID
	// Show shows a thing; under an ID that is not "" it replaces what was shown under that before. It need not wait.
	Show(id ID, thing Thing) error
	// Clear takes away what was shown under the IDs, as far as the place can.
	Clear(ids ...ID) error
	// Flush waits until all that was shown has arrived.
	Flush() error
}

var current = place()

// Use sends everything to another place, until back is called. It is for tests, which have to see what is shown.
func Use(p Place) (back func()) {
	before := current
	current = p
	return func() { current = before }
}

// At returns what kind of place the program runs in.
func At() Where { return current.Where() }

// NewID returns an ID for an output that will be replaced.
func NewID() ID { return current.NewID() }

// Show shows the things in their order, and waits until they have arrived: what the program prints afterwards comes after them.
func Show(things ...Thing) error {
	for _, thing := range things {
		if err := current.Show("", thing); err != nil {
			return err
		}
	}
	return current.Flush()
}

// Update shows a thing in the place of what was shown under the ID before. It does not wait; see [Flush].
func Update(id ID, thing Thing) error {
	if id == "" {
		return fmt.Errorf("outlet: Update of %q without an ID; get one from NewID", thing.Kind)
	}
	return current.Show(id, thing)
}

// Clear takes away what was shown under the IDs.
func Clear(ids ...ID) error { return current.Clear(ids...) }

// Flush waits until all that was shown has arrived. What has not arrived when the program ends is lost.
func Flush() error { return current.Flush() }
