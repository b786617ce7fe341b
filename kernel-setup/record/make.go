package record

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"

	"mdn/kernel-setup/notebook"
	"mdn/kernel-setup/settings"
	"mdn/kernel-setup/shell"
)

// What the package figure sends to a notebook.
const (
	kindKey     = "mdn" // the key of an output's metadata that says what is shown
	chartType   = "application/vnd.mdn.chart+json"
	numbersType = "application/vnd.mdn.numbers+json"
	drawingType = "application/vnd.mdn.chart.phone+svg"

	chartVersion   = 2
	numbersVersion = 1
)

// chart is what goes with a picture under chartType.
type chart struct {
	Version     int
	Title, Name string
	Description Description
	Tables      []Table
	Axes        *Axes
	Numbers     []numbers // the chart's own
}

// numbers is what is sent under numbersType, and with a chart: a table of key numbers.
type numbers struct {
	Version int
	Title   string
	RowsAre string `json:"rows_are"`
	Columns []struct{ Name, Unit string }
	Rows    []struct {
		Name  string
		Cells []struct {
			Text         string
			Value, Error *float64
		}
	}
}

// Make returns the record of a notebook that has run. The checkout is the folder of this repository, which says what made it. The
// error names the cell that it comes from.
func Make(n *notebook.Notebook, checkout string) (*Record, error) {
	declared, err := settings.Of(n)
	if err != nil {
		return nil, err
	}
	given, err := settings.Given(n, declared)
	if err != nil {
		return nil, err
	}
	r := &Record{Version: Version, Notebook: n.Name, Title: n.Title(), Sentence: n.Sentence(),
		Settings: []Setting{}, With: settings.Page{Values: given}.With(), Outputs: []Output{}, Numbers: []Number{}}
	for _, s := range declared {
		setting := Setting{Setting: s, Value: s.Default}
		if i := slices.IndexFunc(given, func(v settings.Value) bool { return v.Setting.Name == s.Name }); i >= 0 {
			setting.Value, setting.Given = given[i].Text, true
		}
		r.Settings = append(r.Settings, setting)
	}
	code, chosen := 0, false
	for _, cell := range n.Cells {
		if cell.Kind != notebook.Code {
			continue
		}
		code++
		for i, o := range cell.Outputs {
			if err := r.add(o, cell, code, i > 0 && cell.Outputs[i-1].Type == notebook.Stream, &chosen); err != nil {
				return nil, fmt.Errorf("code cell %d (%s): %w", code, cell.ID, err)
			}
		}
	}
	if r.Made, err = made(checkout, n, given); err != nil {
		return nil, err
	}
	cell, _ := OutOfTurn(n)
	r.Made.Whole = cell == 0
	return r, nil
}

// OutOfTurn returns the first code cell, counted from 1, that was not run in its turn by a fresh kernel, and as which run of the kernel it
// was, 0 for none. Where all were run in their turn, the cell is 0.
func OutOfTurn(n *notebook.Notebook) (cell, run int) {
	turn := 0
	for _, c := range n.Cells {
		if c.Kind != notebook.Code || strings.TrimSpace(c.Source) == "" {
			continue
		}
		if turn++; c.ExecutionCount != turn {
			return turn, c.ExecutionCount
		}
	}
	return 0, 0
}

// add adds an output of a code cell, and what goes on with the text before it to that. A chart becomes the thumbnail unless one was
// chosen before, by the tag of its cell.
func (r *Record) add(o notebook.Output, cell notebook.Cell, code int, goesOn bool, chosen *bool) error {
	output := Output{Cell: cell.ID, Number: code}
	output.Text, _ = o.As("text/plain")
	kind := o.MetadataText(kindKey)
	switch {
	case o.Type == notebook.Stream:
		if goesOn {
			r.Outputs[len(r.Outputs)-1].Text += o.Text
			return nil
		}
		output.Kind, output.Text = Text, o.Text
	case o.Type == notebook.Failed:
		output.Kind, output.Text = Error, o.Text
	case kind == "progress":
		return nil // which is past
	case kind == "chart":
		if err := r.addChart(&output, o); err != nil {
			return err
		}
		if !*chosen {
			drawing, ok := o.As(drawingType)
			if !ok {
				return fmt.Errorf("its chart has no drawing of the type %s; run it again", drawingType)
			}
			r.Thumbnail = &Thumbnail{cell.ID, output.Name, drawing}
			*chosen = cell.Tagged("thumbnail")
		}
	case kind == "numbers":
		if err := r.addNumbers(&output, o); err != nil {
			return err
		}
	case kind == "live":
		output.Kind, output.Text = Live, o.MetadataText("live")
	default:
		output.Kind = Text
		for _, other := range []struct {
			kind      Kind
			mediaType string
		}{{HTML, "text/html"}, {Markdown, "text/markdown"}} {
			if text, ok := o.As(other.mediaType); ok {
				output.Kind, output.Text = other.kind, text
			}
		}
		if kind == "caption" {
			output.Kind = Caption
		}
	}
	r.Outputs = append(r.Outputs, output)
	return nil
}

// addChart reads what goes with a chart.
func (r *Record) addChart(output *Output, o notebook.Output) error {
	var c chart
	if err := decode(o, chartType, chartVersion, &c, &c.Version); err != nil {
		return err
	}
	output.Kind, output.Title, output.Name, output.Description = Chart, c.Title, c.Name, &c.Description
	output.Tables, output.Axes = c.Tables, c.Axes
	for _, table := range c.Numbers {
		if err := checkVersion(numbersType, table.Version, numbersVersion); err != nil {
			return err
		}
		if err := r.addTable(table, output.Cell); err != nil {
			return err
		}
	}
	return nil
}

// addNumbers reads a table of key numbers.
func (r *Record) addNumbers(output *Output, o notebook.Output) error {
	var table numbers
	if err := decode(o, numbersType, numbersVersion, &table, &table.Version); err != nil {
		return err
	}
	output.Kind, output.Title = Numbers, table.Title
	return r.addTable(table, output.Cell)
}

// addTable adds the key numbers of a table. The name of each has the table's title, what its row is, its row and its column, where they
// have a name: "law growing, error of μ".
func (r *Record) addTable(table numbers, cell string) error {
	for _, row := range table.Rows {
		if len(row.Cells) > len(table.Columns) {
			return fmt.Errorf("its row %q has %d numbers, under %d columns", row.Name, len(row.Cells), len(table.Columns))
		}
		for i, c := range row.Cells {
			column := table.Columns[i]
			if c.Text == "" {
				continue
			}
			name := join(": ", table.Title, join(", ", join(" ", table.RowsAre, row.Name), column.Name))
			r.Numbers = append(r.Numbers, Number{name, c.Value, c.Error, column.Unit, c.Text, cell})
		}
	}
	return nil
}

// join joins what is not empty.
func join(between string, parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(part string) bool { return part == "" }), between)
}

// decode reads what an output has in a type of ours.
func decode(o notebook.Output, mediaType string, want int, into any, version *int) error {
	text, ok := o.As(mediaType)
	if !ok {
		return fmt.Errorf("it shows nothing of the type %s; run it again, and show charts and numbers by the package figure", mediaType)
	}
	if err := json.Unmarshal([]byte(text), into); err != nil {
		return fmt.Errorf("what it shows as %s cannot be read (%w); run it again", mediaType, err)
	}
	return checkVersion(mediaType, *version, want)
}

func checkVersion(mediaType string, version, want int) error {
	if version != want {
		return fmt.Errorf("what it shows as %s is of version %d, and %d is the one that is read; run it again", mediaType, version, want)
	}
	return nil
}

// made says what made a page: the versions, and the command that makes it again.
func made(checkout string, n *notebook.Notebook, given []settings.Value) (Made, error) {
	path := filepath.Join(checkout, "go.mod")
	content, err := os.ReadFile(path)
	if err != nil {
		return Made{}, err
	}
	modules, err := modfile.Parse(path, content, nil)
	if err != nil {
		return Made{}, err
	}
	m := Made{Go: strings.TrimPrefix(n.LanguageVersion(), "go")}
	for _, required := range modules.Require {
		switch version := strings.TrimPrefix(required.Mod.Version, "v"); required.Mod.Path {
		case "github.com/janpfeifer/gonb":
			m.GoNB = version
		case "gonum.org/v1/gonum":
			m.Gonum = version
		}
	}
	m.Commit, m.Changed = commit(checkout)
	m.Command = "go run ./kernel-setup export"
	for _, v := range given {
		m.Command += " -set " + shell.Quote(v.Assignment())
	}
	m.Command += " " + shell.Quote(n.Name)
	return m, nil
}

// commit returns the commit that is checked out, "" where git does not say, and whether tracked files differ from it.
func commit(checkout string) (commit string, changed bool) {
	git := func(arguments ...string) (string, error) {
		cmd := exec.Command("git", append([]string{"-C", checkout}, arguments...)...)
		// A hook of another repository's has variables such as GIT_DIR, which lead git there whatever the folder.
		cmd.Env = slices.DeleteFunc(os.Environ(), func(variable string) bool { return strings.HasPrefix(variable, "GIT_") })
		output, err := cmd.Output()
		return strings.TrimSpace(string(output)), err
	}
	commit, err := git("rev-parse", "HEAD")
	status, err2 := git("status", "--porcelain", "--untracked-files=no")
	if errors.Join(err, err2) != nil {
		return "", false
	}
	return commit, status != ""
}
