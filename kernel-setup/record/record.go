// Package record has the record of a run: what a notebook has shown, with which settings, and what made it, as one JSON file. Pages,
// their index and their comparison side by side are written from records.
//
// A record has no time and no path of the machine in it: two runs of one commit have the same record.
package record

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"mdn/kernel-setup/settings"
)

// Version is that of records. Those of another one are not read.
const Version = 2

// A Record is what one run of a notebook leaves.
type Record struct {
	Version   int        `json:"version"`
	Notebook  string     `json:"notebook"` // the name of its file, without the ending .ipynb
	Title     string     `json:"title"`
	Sentence  string     `json:"sentence"` // the first one or two of its text
	Settings  []Setting  `json:"settings"`
	With      string     `json:"with"`      // the values that the run was given: noise = 0.3, seed = 2; "" where it had the notebook's own
	Outputs   []Output   `json:"outputs"`   // in the order of the cells
	Numbers   []Number   `json:"numbers"`   // the key numbers, in the same order
	Thumbnail *Thumbnail `json:"thumbnail"` // the chart that stands for the notebook, nil where it has none
	Made      Made       `json:"made"`
}

// A Setting is one with the value that the run had.
type Setting struct {
	settings.Setting
	Value string `json:"value"`
	Given bool   `json:"given"` // the value is not the notebook's own
}

// Kind is what sort of thing an output is.
type Kind string

// The kinds of outputs.
const (
	Text     Kind = "text"     // what a cell prints
	Chart    Kind = "chart"    // a picture, with its words and the tables behind it
	Numbers  Kind = "numbers"  // key numbers
	Caption  Kind = "caption"  // the words under a chart, in Markdown
	Live     Kind = "live"     // the part that trains in the browser
	Markdown Kind = "markdown" // text of a cell's own
	HTML     Kind = "html"
	Error    Kind = "error" // the cell failed
)

// An Output is one thing that a cell has printed or shown.
type Output struct {
	Cell        string       `json:"cell"`   // its id
	Number      int          `json:"number"` // of the cell among those of code, from 1
	Kind        Kind         `json:"kind"`
	Text        string       `json:"text"`            // as text; of Markdown and HTML their source, of Live its settings in JSON
	Title       string       `json:"title,omitempty"` // of a chart and of numbers
	Name        string       `json:"name,omitempty"`  // of a chart: short, for those who do not see it
	Description *Description `json:"description,omitempty"`
	Tables      []Table      `json:"tables,omitempty"` // behind a chart
	Axes        *Axes        `json:"axes,omitempty"`   // of a chart, nil where it has none
}

// A Description says in words what a chart shows, a sentence or more for each level, "" where there is nothing to say.
type Description struct {
	What    string `json:"what"`    // the kind of chart, its axes, what is drawn in it
	Numbers string `json:"numbers"` // extents and counts
	Trend   string `json:"trend"`
	Point   string `json:"point"` // what to take from it
}

// A Table is the numbers behind one thing in a chart.
type Table struct {
	Name    string          `json:"name"`
	Columns []string        `json:"columns"`
	Rows    [][]json.Number `json:"rows"`            // with the digits that they were written with
	Of      int             `json:"of"`              // how many rows there were before the table was thinned
	Drawn   *Drawn          `json:"drawn,omitempty"` // nil where the rows do not say all that the chart has of them
}

// Drawn is how the rows of a table are drawn, so that they can be drawn on other axes as well.
type Drawn struct {
	As     Shape  `json:"as"`
	Color  string `json:"color"` // a value of CSS: var(--chart-truth,#b000a8)
	Dashed bool   `json:"dashed,omitempty"`
}

// Shape is as what the rows of a table are drawn.
type Shape string

// The shapes, with what the columns of a row are.
const (
	Dots         Shape = "dot"            // x and y
	Line         Shape = "line"           // x and y
	LineWithDots Shape = "line with dots" // x and y
	ErrorBars    Shape = "spread"         // x, the mean, and the deviation to either side of it
	UprightBars  Shape = "interval"       // x, and from which y to which
	Band         Shape = "band"           // x, and from which y to which
	Histogram    Shape = "bin"            // from which x to which, and y
)

// Axes are what a chart's axes measure, and where they end.
type Axes struct {
	X Axis `json:"x"`
	Y Axis `json:"y"`
}

// An Axis is one of them.
type Axis struct {
	Label string  `json:"label"`
	From  float64 `json:"from"`
	To    float64 `json:"to"`
}

// A Number is a key number of the run.
type Number struct {
	Name  string   `json:"name"`
	Value *float64 `json:"value,omitempty"` // nil where it is not a number, such as a verdict, or not a finite one
	Error *float64 `json:"error,omitempty"` // its standard error
	Unit  string   `json:"unit,omitempty"`
	Text  string   `json:"text"` // as it is shown
	Cell  string   `json:"cell"` // the id of the cell that shows it
}

// A Thumbnail is a chart as it is drawn for a phone.
type Thumbnail struct {
	Cell    string `json:"cell"`    // the id of the cell that shows it
	Name    string `json:"name"`    // what there is to see
	Drawing string `json:"drawing"` // an <svg> element, whose colours a page may set
}

// Made is what made a page, "" where it is not known.
type Made struct {
	Go      string `json:"go"` // versions, without go or v before them
	GoNB    string `json:"gonb"`
	Gonum   string `json:"gonum"`
	Commit  string `json:"commit"`  // that is checked out
	Changed bool   `json:"changed"` // whether tracked files differ from it
	Whole   bool   `json:"whole"`   // whether the cells were run once, from the first to the last
	Command string `json:"command"` // what makes it again, for a shell
}

// A Sweep is what a page leaves that shows others side by side.
type Sweep struct {
	Version  int      `json:"version"`
	Notebook string   `json:"notebook"`
	Title    string   `json:"title"`
	With     string   `json:"with"`  // the values of all pages: noise = 0.05, 0.3; seed = 2
	Pages    []string `json:"pages"` // their names, without the ending
}

// Path is where the record of a page lies, in the folder of the pages. The page's name is without the ending.
func Path(folder, page string) string { return filepath.Join(folder, "records", page+".json") }

// SweepPath is where the record of a page lies that shows others side by side.
func SweepPath(folder, page string) string {
	return filepath.Join(folder, "records", "side-by-side", page+".json")
}

// Encode returns the content of a record's file, a *Record or a *Sweep.
func Encode(record any) ([]byte, error) {
	var content bytes.Buffer
	encoder := json.NewEncoder(&content)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", " ")
	err := encoder.Encode(record)
	return content.Bytes(), err
}

// Read reads the record of a page.
func Read(path string) (*Record, error) {
	r := &Record{}
	return r, read(path, r)
}

// ReadSweep reads the record of a page that shows others side by side.
func ReadSweep(path string) (*Sweep, error) {
	s := &Sweep{}
	return s, read(path, s)
}

// read decodes a file that has the known fields, and no other.
func read(path string, into any) error {
	const again = "export its page again, or delete it"
	content, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	var head struct {
		Version         int
		Notebook, Title string
	}
	switch err := json.Unmarshal(content, &head); {
	case err == nil && head.Version == 0:
		return fmt.Errorf("%s is no record of a notebook's run; move it to another folder", path)
	case err == nil && head.Version != Version:
		return fmt.Errorf("%s is a record of version %d, and %d is the one that is read; %s", path, head.Version, Version, again)
	}
	decoder := json.NewDecoder(bytes.NewReader(content))
	decoder.DisallowUnknownFields()
	err = decoder.Decode(into)
	if err == nil && decoder.Decode(new(any)) != io.EOF {
		err = errors.New("there is something after its end")
	}
	if err == nil && (head.Notebook == "" || head.Title == "") {
		err = errors.New("it does not name its notebook and its title")
	}
	if err != nil {
		return fmt.Errorf("%s is not a record as this command writes them: %s; %s", path, strings.TrimPrefix(err.Error(), "json: "), again)
	}
	return nil
}
