package mdnlib

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// ReadCSV reads x and y from two columns of a CSV file, a pair for each row, in the file's order: [Data.Shuffle] them before
// training. The columns are found by their names in the file's first line. A row without one of the two values is an error;
// [ReadTable] is for files that have such rows, or other columns of use.
func ReadCSV(path, xColumn, yColumn string) (Data, error) {
	table, err := ReadTable(path)
	if err != nil {
		return Data{}, err
	}
	return table.Data(xColumn, yColumn)
}

// Table is what a CSV file says, as text: rows of values under the names of their columns.
type Table struct {
	path    string
	columns []string
	rows    []row
}

// row is one row of the file, and the line on which it begins, counted from 1.
type row struct {
	line   int
	values []string
}

// ReadTable reads a CSV file as RFC 4180 describes it, in UTF-8, whose first line names the columns. Spaces around a name or
// a value are dropped.
func ReadTable(path string) (Table, error) {
	content, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) && !filepath.IsAbs(path) {
		folder, _ := os.Getwd()
		return Table{}, fmt.Errorf("mdnlib: there is no file %s in %s; give its path from there, or from the root (%w)", path, folder, err)
	}
	if err != nil {
		return Table{}, fmt.Errorf("mdnlib: %w", err)
	}
	if bytes.IndexByte(content, 0) >= 0 { // which UTF-8 has in no text, and UTF-16 beside every plain letter
		return Table{}, fmt.Errorf("mdnlib: %s: the file is not in UTF-8, but in UTF-16 or no text at all; save it as CSV in UTF-8, as the command  "+
			"iconv -f UTF-16 -t UTF-8 <old.csv >new.csv  does", path)
	}
	content = bytes.TrimPrefix(content, []byte("\ufeff")) // the mark that some programs begin a file with
	if bytes.IndexByte(content, '\n') < 0 {               // lines that end as on an old Mac
		content = bytes.ReplaceAll(content, []byte("\r"), []byte("\n"))
	}
	reader := csv.NewReader(bytes.NewReader(content))
	reader.FieldsPerRecord = -1 // so that what is wrong is said here
	t := Table{path: path}
	for {
		values, err := reader.Read()
		if err == io.EOF {
			break
		}
		if err != nil {
			return Table{}, fmt.Errorf("mdnlib: %s: %w", path, err)
		}
		for i, value := range values {
			values[i] = strings.TrimSpace(value)
		}
		line, _ := reader.FieldPos(0)
		switch {
		case t.columns == nil:
			t.columns = values
			if err := t.checkSeparator(); err != nil {
				return Table{}, err
			}
		case len(values) != len(t.columns):
			return Table{}, t.errorf("line %d has %d values, but the first line names %d columns; a value with a comma in it needs "+
				"quotes around it, and numbers a decimal point", line, len(values), len(t.columns))
		default:
			t.rows = append(t.rows, row{line, values})
		}
	}
	if t.columns == nil {
		return Table{}, t.errorf("the file is empty; its first line has to name the columns")
	}
	return t, nil
}

// errorf returns an error that names the file. A text in it is cut off where nobody would read on.
func (t Table) errorf(format string, values ...any) error {
	for i, value := range values {
		if text, ok := value.(string); ok && len(text) > 200 {
			values[i] = fmt.Sprintf("%s… (%d bytes)", strings.ToValidUTF8(text[:100], ""), len(text))
		}
	}
	return fmt.Errorf("mdnlib: %s: "+format, append([]any{t.path}, values...)...)
}

// checkSeparator returns an error where the first line has no comma, but something else that separates columns.
func (t Table) checkSeparator() error {
	for _, separator := range []struct{ is, written, name string }{{";", ";", "semicolons"}, {"\t", `\t`, "tabs"}} {
		if len(t.columns) == 1 && strings.Contains(t.columns[0], separator.is) {
			return t.errorf("the first line, %q, has its columns separated by %s; save the file with commas between columns and points "+
				"in numbers, as the command  tr ',%s' '.,' <old.csv >new.csv  does", t.columns[0], separator.name, separator.written)
		}
	}
	return nil
}

// Len returns the number of rows.
func (t Table) Len() int { return len(t.rows) }

// column returns where a column is.
func (t Table) column(name string) (int, error) {
	i := slices.Index(t.columns, name)
	switch {
	case i < 0:
		return 0, t.errorf(`there is no column "%s"; the first line names "%s"`, name, strings.Join(t.columns, `", "`))
	case slices.Contains(t.columns[i+1:], name):
		return 0, t.errorf("there are two columns %q; give one of them another name in the first line", name)
	}
	return i, nil
}

// Values returns a column's values as text, one for each row.
func (t Table) Values(column string) ([]string, error) {
	i, err := t.column(column)
	if err != nil {
		return nil, err
	}
	values := make([]string, len(t.rows))
	for k, row := range t.rows {
		values[k] = row.values[i]
	}
	return values, nil
}

// Complete returns the rows that have a value in each of the columns. Missing is what is empty, NA, N/A, NaN or null, in capitals or
// not. Leaving such rows out is harmless only where a value's chance to be missing does not depend on the value.
func (t Table) Complete(columns ...string) (Table, error) {
	complete := t
	for _, name := range columns {
		i, err := t.column(name)
		if err != nil {
			return Table{}, err
		}
		complete.rows = slices.DeleteFunc(slices.Clone(complete.rows), func(r row) bool { return missing(r.values[i]) })
	}
	return complete, nil
}

func missing(value string) bool {
	return slices.Contains([]string{"", "na", "n/a", "nan", "null"}, strings.ToLower(value))
}

// Data returns the pairs of two columns, whose values are numbers with a decimal point, one pair for each row. At least 2
// rows are needed. Its errors name the line, the column and the value.
func (t Table) Data(xColumn, yColumn string) (Data, error) {
	x, err := t.column(xColumn)
	y, errOfY := t.column(yColumn)
	if err := cmp.Or(err, errOfY); err != nil {
		return Data{}, err
	}
	if len(t.rows) < 2 {
		return Data{}, t.tooFew()
	}
	d := Data{X: make([]float64, len(t.rows)), Y: make([]float64, len(t.rows))}
	for i, row := range t.rows {
		for _, to := range []struct {
			column int
			values []float64
		}{{x, d.X}, {y, d.Y}} {
			if value := row.values[to.column]; missing(value) {
				complete, _ := t.Complete(xColumn, yColumn)
				return Data{}, t.errorf("%s: a value is missing (%q); %d of %d rows lack x or y: fill them in, or leave them out with "+
					"ReadTable(path) and Complete(%q, %q)", t.where(row, to.column), value, t.Len()-complete.Len(), t.Len(), xColumn, yColumn)
			}
			if to.values[i], err = t.number(row, to.column); err != nil {
				return Data{}, err
			}
		}
	}
	return d, nil
}

func (t Table) tooFew() error {
	return t.errorf("the number of rows with data is %d; at least 2 are needed, and some hundreds to learn from", len(t.rows))
}

// where names a value's place in the file.
func (t Table) where(r row, column int) string {
	return fmt.Sprintf("line %d, column %q", r.line, t.columns[column])
}

// number returns the number in a row's column.
func (t Table) number(r row, column int) (float64, error) {
	text, where := r.values[column], t.where(r, column)
	value, err := strconv.ParseFloat(text, 64)
	switch {
	case err != nil && strings.Contains(text, ","):
		return 0, t.errorf("%s: %q is not a number; write it with a decimal point, and nothing between thousands", where, text)
	case err != nil && !errors.Is(err, strconv.ErrRange):
		return 0, t.errorf("%s: %q is not a number; choose a column of numbers, or correct the value", where, text)
	case math.Abs(value) > math.MaxFloat32:
		return 0, t.errorf("%s: %s is too large, as training is in float32, which ends at %.3g; choose a larger unit",
			where, text, math.MaxFloat32)
	}
	return value, nil
}
