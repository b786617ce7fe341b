// Package notebook reads and writes Jupyter notebooks, .ipynb files of format 4
// (https://nbformat.readthedocs.io/en/latest/format_description.html).
package notebook

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// The kinds of cells.
const (
	Markdown = "markdown"
	Code     = "code"
	Raw      = "raw"
)

// The types of outputs.
const (
	Stream = "stream"         // what a cell prints
	Shown  = "display_data"   // what it shows: the same thing in several types, for the reader to choose one
	Result = "execute_result" // the value of its last line, in the same form
	Failed = "error"
)

// A Notebook is a list of cells.
type Notebook struct {
	Path   string // of its file
	Name   string // the name of its file, without the folder and the ending .ipynb
	Cells  []Cell
	fields fields
}

// A Cell is a text in Markdown, or a program with what it has shown. Only its source can be changed.
type Cell struct {
	ID             string // "" in notebooks of format 4.4 and older
	Kind           string // Markdown, Code or Raw
	Source         string
	Tags           []string
	Outputs        []Output // of code
	ExecutionCount int      // the how-manieth run of the kernel the outputs are from, 0 where there was none
	fields         fields
}

// An Output is one thing that a cell has printed or shown.
type Output struct {
	Type   string // Stream, Shown, Result or Failed
	Stream string // of a Stream: stdout or stderr
	Text   string // of a Stream; of a Failed, the name of the error and what it says

	Data     map[string]json.RawMessage // of Shown and Result, by media type
	Metadata map[string]json.RawMessage
}

// fields are a JSON object, by its keys. What is not known of it is written back as it was read.
type fields map[string]json.RawMessage

// Read reads a notebook. The error names the file and says what to do about it.
func Read(path string) (*Notebook, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	n, err := Parse(content)
	if err != nil {
		return nil, fmt.Errorf("%s %w", path, err)
	}
	n.Path = path
	n.Name = strings.TrimSuffix(filepath.Base(path), ".ipynb")
	return n, nil
}

// Parse reads a notebook from the content of its file. The error goes on after the name of the file: "is not valid JSON …".
func Parse(content []byte) (*Notebook, error) {
	const restore = "restore it from a copy, such as that which git has"
	n := &Notebook{}
	if err := json.Unmarshal(content, &n.fields); err != nil {
		var syntax *json.SyntaxError
		if errors.As(err, &syntax) {
			line := 1 + bytes.Count(content[:syntax.Offset], []byte("\n"))
			return nil, fmt.Errorf("is not valid JSON, as a notebook has to be: %w, at byte %d of %d, in line %d; %s",
				err, syntax.Offset, len(content), line, restore)
		}
		return nil, fmt.Errorf("is not a notebook: it is no JSON object; name a file that JupyterLab has saved as a notebook")
	}
	var format int
	if n.fields.read("nbformat", &format) != nil || format == 0 {
		return nil, fmt.Errorf("is not a notebook: it has no nbformat; name a file that JupyterLab has saved as a notebook")
	}
	if format < 4 {
		return nil, fmt.Errorf("is a notebook of format %d, and 4 is the oldest that can be read; open it in JupyterLab and save it", format)
	}
	if format > 4 {
		return nil, fmt.Errorf("is a notebook of format %d, and 4 is the newest that can be read; save it as a notebook of format 4", format)
	}
	var cells []fields
	if err := n.fields.read("cells", &cells); err != nil {
		return nil, fmt.Errorf("is not a notebook: its cells cannot be read: %w; %s", err, restore)
	}
	for i, fields := range cells {
		cell, err := parseCell(fields)
		if err != nil {
			return nil, fmt.Errorf("is not a notebook: its cell %d cannot be read: %w; %s", i+1, err, restore)
		}
		n.Cells = append(n.Cells, cell)
	}
	return n, nil
}

func parseCell(fields fields) (Cell, error) {
	c := Cell{fields: fields}
	var source lines
	var metadata struct{ Tags []string }
	if err := errors.Join(fields.read("cell_type", &c.Kind), fields.read("source", &source)); err != nil {
		return c, err
	}
	if !slices.Contains([]string{Markdown, Code, Raw}, c.Kind) {
		return c, fmt.Errorf("the \"cell_type\" is %q, and has to be %s, %s or %s", c.Kind, Markdown, Code, Raw)
	}
	c.Source = string(source)
	if err := errors.Join(fields.readOptional("id", &c.ID), fields.readOptional("metadata", &metadata),
		fields.readOptional("execution_count", &c.ExecutionCount)); err != nil {
		return c, err
	}
	c.Tags = metadata.Tags
	var outputs []output
	if err := fields.readOptional("outputs", &outputs); err != nil {
		return c, err
	}
	for _, o := range outputs {
		text := string(o.Text)
		if o.Type == Failed {
			text = strings.TrimSpace(o.ErrorName + " " + o.ErrorValue)
		}
		c.Outputs = append(c.Outputs, Output{o.Type, o.Name, text, o.Data, o.Metadata})
	}
	return c, nil
}

// output is an Output as the file has it.
type output struct {
	Type       string `json:"output_type"`
	Name       string `json:"name"`
	Text       lines  `json:"text"`
	ErrorName  string `json:"ename"`
	ErrorValue string `json:"evalue"`
	Data       map[string]json.RawMessage
	Metadata   map[string]json.RawMessage
}

// read decodes a field that has to be there.
func (f fields) read(name string, into any) error {
	if _, ok := f[name]; !ok {
		return fmt.Errorf("there is no %q", name)
	}
	return f.readOptional(name, into)
}

// readOptional decodes a field where it is there.
func (f fields) readOptional(name string, into any) error {
	encoded, ok := f[name]
	if !ok {
		return nil
	}
	if err := json.Unmarshal(encoded, into); err != nil {
		return fmt.Errorf("%q is of another type than notebooks have there (%w)", name, err)
	}
	return nil
}

// lines is a text that a notebook may hold as one string or as a list of lines.
type lines string

func (l *lines) UnmarshalJSON(encoded []byte) error {
	var list []string
	if err := json.Unmarshal(encoded, &list); err == nil {
		*l = lines(strings.Join(list, ""))
		return nil
	}
	return json.Unmarshal(encoded, (*string)(l))
}

// NewCode returns a cell with a program that has not run.
func NewCode(id, source string, tags ...string) Cell {
	return Cell{ID: id, Kind: Code, Source: source, Tags: tags}
}

// Kernel returns the name of the kernel that the notebook is for, "" where it names none.
func (n *Notebook) Kernel() string {
	var metadata struct{ Kernelspec struct{ Name string } }
	if n.fields.readOptional("metadata", &metadata) != nil {
		return ""
	}
	return metadata.Kernelspec.Name
}

// LanguageVersion returns the version of the language that the notebook ran in, as its kernel names it, "" where it does not say.
func (n *Notebook) LanguageVersion() string {
	var metadata struct {
		Language struct{ Version string } `json:"language_info"`
	}
	if n.fields.readOptional("metadata", &metadata) != nil {
		return ""
	}
	return metadata.Language.Version
}

// Tagged reports whether the cell has a tag.
func (c Cell) Tagged(tag string) bool { return slices.Contains(c.Tags, tag) }

// As returns what an output shows in a media type, such as text/plain, and whether it is shown in that type. A JSON object or
// list is returned as it is written, whether the file has it as such or inside of a string.
func (o Output) As(mediaType string) (string, bool) {
	encoded, ok := o.Data[mediaType]
	return textOf(encoded), ok
}

// MetadataText returns a text of the output's metadata, "" where there is none of that name.
func (o Output) MetadataText(name string) string { return textOf(o.Metadata[name]) }

func textOf(encoded json.RawMessage) string {
	var text lines
	if err := json.Unmarshal(encoded, &text); err != nil {
		return string(encoded)
	}
	return string(text)
}

// Encode returns the notebook as the content of a file, written as Jupyter writes it. Fields that this package does not know are
// those that were read.
func (n *Notebook) Encode() ([]byte, error) {
	minor := 0
	if err := n.fields.readOptional("nbformat_minor", &minor); err != nil {
		return nil, err
	}
	cells := []fields{} // not nil, which would be written as null
	for _, c := range n.Cells {
		cell, err := c.encode(minor >= 5)
		if err != nil {
			return nil, err
		}
		cells = append(cells, cell)
	}
	all := maps.Clone(n.fields)
	if err := all.set("cells", cells); err != nil {
		return nil, err
	}
	var content bytes.Buffer
	encoder := json.NewEncoder(&content)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", " ")
	err := encoder.Encode(all)
	return content.Bytes(), err
}

func (c Cell) encode(withID bool) (fields, error) {
	if c.fields == nil { // it is new
		cell := fields{}
		if withID {
			if err := cell.set("id", c.ID); err != nil {
				return nil, err
			}
		}
		err := errors.Join(cell.set("cell_type", c.Kind), cell.set("source", c.Source),
			cell.set("metadata", map[string]any{"tags": c.Tags}), cell.set("outputs", []any{}), cell.set("execution_count", nil))
		return cell, err
	}
	if textOf(c.fields["source"]) == c.Source {
		return c.fields, nil
	}
	cell := maps.Clone(c.fields)
	return cell, cell.set("source", c.Source)
}

// set encodes a value as a field.
func (f fields) set(name string, value any) error {
	var encoded bytes.Buffer
	encoder := json.NewEncoder(&encoded)
	encoder.SetEscapeHTML(false) // a program with < in it can be read in the file
	if err := encoder.Encode(value); err != nil {
		return err
	}
	f[name] = encoded.Bytes()
	return nil
}
