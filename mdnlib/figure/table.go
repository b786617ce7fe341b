package figure

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"mdn/mdnlib/figure/markup"
	"mdn/mdnlib/internal/outlet"
)

// Table is a table of key numbers. [NewTable] makes it, [Table.Row] fills it, [Show] shows it.
type Table struct {
	Title string // above the table; may be empty

	rowsAre string
	columns []Column
	rows    []row
	single  bool // one number, shown on a line of its own
}

// Column is a column of a Table.
type Column struct {
	Name, Unit string
	Decimals   int // digits after the point, or Significant
}

type row struct {
	Name  string `json:"name"`
	Cells []cell `json:"cells"`
}

// cell is a number, or only a text.
type cell struct {
	Text  string   `json:"text"`
	Value *float64 `json:"value,omitempty"` // full precision; nil where it is not finite
	Error *float64 `json:"error,omitempty"` // of the value, nil where it is not known
}

// NewTable returns a table without rows. rowsAre says what each row stands for, as "law".
func NewTable(rowsAre string, columns ...Column) *Table {
	return &Table{rowsAre: rowsAre, columns: columns}
}

// Uncertain is a number with its standard error.
type Uncertain struct{ Value, StandardError float64 }

// PlusMinus returns a cell of a table that has a standard error; where that is NaN, the cell is the number alone.
func PlusMinus(value, standardError float64) Uncertain { return Uncertain{value, standardError} }

// Row adds a row with a cell for each column: a float64 or an int, [PlusMinus], or a string; a []float64 is several cells. Cells that are
// not given are empty.
func (t *Table) Row(name string, contents ...any) {
	var cells []any
	for _, content := range contents {
		if several, ok := content.([]float64); ok {
			for _, v := range several {
				cells = append(cells, v)
			}
			continue
		}
		cells = append(cells, content)
	}
	if len(cells) > len(t.columns) {
		panic(fmt.Sprintf("figure: the row %q has %d cells, and its table %d columns; give at most one cell for each",
			name, len(cells), len(t.columns)))
	}
	r := row{Name: name, Cells: make([]cell, len(t.columns))}
	for i, content := range cells {
		switch content := content.(type) {
		case string:
			r.Cells[i] = cell{Text: content}
		case int:
			r.Cells[i] = newCell(float64(content), math.NaN(), 0)
		case float64:
			r.Cells[i] = newCell(content, math.NaN(), t.columns[i].Decimals)
		case Uncertain:
			r.Cells[i] = newCell(content.Value, content.StandardError, t.columns[i].Decimals)
		default:
			panic(fmt.Sprintf("figure: the row %q has a %T in column %q; use a float64, an int, PlusMinus, a string or a []float64",
				name, content, t.columns[i].Name))
		}
	}
	t.rows = append(t.rows, r)
}

func newCell(value, standardError float64, decimals int) cell {
	c := textCell(digits(value, decimals), value, standardError)
	if c.Error != nil {
		c.Text += " ± " + digits(standardError, decimals)
	}
	return c
}

// textCell is a cell with a text of its own.
func textCell(text string, value, standardError float64) cell {
	c := cell{Text: text}
	if !notFinite(value) {
		c.Value = &value
		if !notFinite(standardError) {
			c.Error = &standardError
		}
	}
	return c
}

// numbersFile is what a table is in application/vnd.mdn.numbers+json, and in the file of a chart.
type numbersFile struct {
	Version int            `json:"version"`
	Title   string         `json:"title"`
	RowsAre string         `json:"rows_are"`
	Columns []numbersTitle `json:"columns"`
	Rows    []row          `json:"rows"`
}

type numbersTitle struct {
	Name string `json:"name"`
	Unit string `json:"unit"`
}

// MarshalJSON writes the numbers in full precision beside their texts.
func (t *Table) MarshalJSON() ([]byte, error) {
	file := numbersFile{Version: 1, Title: t.Title, RowsAre: t.rowsAre, Columns: []numbersTitle{}, Rows: append([]row{}, t.rows...)}
	for _, c := range t.columns {
		file.Columns = append(file.Columns, numbersTitle{c.Name, c.Unit})
	}
	return json.Marshal(file)
}

// heading returns the first row, in words.
func (t *Table) heading() []string {
	heading := []string{t.rowsAre}
	for _, c := range t.columns {
		switch {
		case c.Name == "":
			heading = append(heading, c.Unit)
		case c.Unit == "":
			heading = append(heading, c.Name)
		default:
			heading = append(heading, c.Name+", "+c.Unit)
		}
	}
	return heading
}

// texts returns all rows, the heading first.
func (t *Table) texts() [][]string {
	texts := [][]string{t.heading()}
	for _, r := range t.rows {
		text := []string{r.Name}
		for _, c := range r.Cells {
			text = append(text, c.Text)
		}
		texts = append(texts, text)
	}
	return texts
}

// isNumeric reports whether a column, counted without that of the rows' names, has numbers.
func (t *Table) isNumeric(column int) bool {
	return slices.ContainsFunc(t.rows, func(r row) bool { return r.Cells[column].Value != nil })
}

// String returns the table as aligned text: names at the left of their columns, numbers at the right.
func (t *Table) String() string {
	if t.single {
		return strings.TrimSpace(fmt.Sprintf("%s: %s %s", t.rows[0].Name, t.rows[0].Cells[0].Text, t.columns[0].Unit))
	}
	texts := t.texts()
	widths := make([]int, len(t.columns)+1)
	for _, text := range texts {
		for i, entry := range text {
			widths[i] = max(widths[i], utf8.RuneCountInString(entry))
		}
	}
	var lines []string
	if t.Title != "" {
		lines = append(lines, t.Title)
	}
	for _, text := range texts {
		line := ""
		for i, entry := range text {
			space := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(entry))
			if i > 0 {
				line += "  "
			}
			if i > 0 && t.isNumeric(i-1) {
				line += space + entry
			} else {
				line += entry + space
			}
		}
		lines = append(lines, strings.TrimRight(line, " "))
	}
	return strings.Join(lines, "\n")
}

// markdown returns the table in Markdown.
func (t *Table) markdown() string {
	var text strings.Builder
	if t.Title != "" {
		fmt.Fprintf(&text, "**%s**\n\n", markdown.Replace(t.Title))
	}
	for i, entries := range t.texts() {
		for _, entry := range entries {
			fmt.Fprintf(&text, "| %s ", markdown.Replace(entry))
		}
		text.WriteString("|\n")
		if i > 0 {
			continue
		}
		text.WriteString("| :--- ")
		for column := range t.columns {
			if t.isNumeric(column) {
				text.WriteString("| ---: ")
			} else {
				text.WriteString("| :--- ")
			}
		}
		text.WriteString("|\n")
	}
	return text.String()
}

// numbersMIME is the type of key numbers; what does not know it shows their text.
const numbersMIME = markup.NumbersType

func (t *Table) things() ([]outlet.Thing, error) {
	encoded, err := json.Marshal(t)
	if err != nil {
		return nil, err
	}
	thing := outlet.Thing{
		Kind:     outlet.Numbers,
		Data:     map[string]any{"text/plain": t.String(), numbersMIME: string(encoded)},
		Terminal: t.String() + "\n",
	}
	if !t.single {
		thing.Data["text/markdown"] = t.markdown()
	}
	return []outlet.Thing{thing}, nil
}
