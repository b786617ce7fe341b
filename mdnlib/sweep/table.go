package sweep

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"gonum.org/v1/gonum/stat"
)

// Table is the result of a sweep: a row for each task, in the order of the axes.
type Table []Row

// Row is a task with what came of it.
type Row struct {
	Task
	Scores
	Failure string // why there are no scores, "" where there are
	Key     string // the task's
}

// A column of a table, as CSV has it.
type column struct {
	name    string
	ofTruth bool // whether only laws have it
	text    func(*Row) string
	read    func(r *Row, text string) error
}

var columns = tableColumns()

func tableColumns() (all []column) {
	words := func(name string, ofTruth bool, of func(*Row) *string) {
		all = append(all, column{name, ofTruth, func(r *Row) string { return *of(r) }, func(r *Row, text string) error { *of(r) = text; return nil }})
	}
	whole := func(name string, of func(*Row) *int) {
		all = append(all, column{name, false, func(r *Row) string { return strconv.Itoa(*of(r)) }, func(r *Row, text string) (err error) {
			*of(r), err = strconv.Atoi(text)
			return err
		}})
	}
	number := func(name string, ofTruth bool, of func(*Row) *float64) {
		all = append(all, column{name, ofTruth, func(r *Row) string {
			if v := *of(r); !math.IsNaN(v) {
				return strconv.FormatFloat(v, 'g', -1, 64)
			}
			return ""
		}, func(r *Row, text string) (err error) {
			*of(r) = math.NaN()
			if text != "" {
				*of(r), err = strconv.ParseFloat(text, 64)
			}
			return err
		}})
	}
	words("law", true, func(r *Row) *string { return &r.Law })
	number("noise", true, func(r *Row) *float64 { return &r.Noise })
	whole("rows", func(r *Row) *int { return &r.Rows })
	whole("k", func(r *Row) *int { return &r.K })
	whole("width", func(r *Row) *int { return &r.Width })
	whole("epochs", func(r *Row) *int { return &r.Epochs })
	whole("members", func(r *Row) *int { return &r.Members })
	whole("seed", func(r *Row) *int { return &r.Seed })
	for _, c := range scoreColumns {
		number(c.name, c.ofTruth, func(r *Row) *float64 { return c.of(&r.Scores) })
	}
	words("failure", false, func(r *Row) *string { return &r.Failure })
	words("key", false, func(r *Row) *string { return &r.Key })
	return all
}

// columns returns the columns that the table has: those about a truth only where there is one.
func (t Table) columns() []column {
	if len(t) > 0 && t[0].Law == "" {
		return slices.DeleteFunc(slices.Clone(columns), func(c column) bool { return c.ofTruth })
	}
	return columns
}

// CSV returns the table as a CSV file: the axes, the scores, the failure and the key. A score that is not known is empty.
func (t Table) CSV() []byte {
	var file bytes.Buffer
	w, columns := csv.NewWriter(&file), t.columns()
	line := make([]string, len(columns))
	for i, c := range columns {
		line[i] = c.name
	}
	w.Write(line) // into memory, which takes all
	for _, r := range t {
		for i, c := range columns {
			line[i] = c.text(&r)
		}
		w.Write(line)
	}
	w.Flush()
	return file.Bytes()
}

// MarshalJSON writes the whole record of a row: the key, the task with all of its settings, the scores, and the failure if there is one.
func (r Row) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Key     string `json:"key"`
		Task    Task   `json:"task"`
		Scores  Scores `json:"scores"`
		Failure string `json:"failure,omitempty"`
	}{r.Key, r.Task, r.Scores, r.Failure})
}

// JSONLines returns the records of the rows, one a line.
func (t Table) JSONLines() ([]byte, error) {
	var file bytes.Buffer
	encoder := json.NewEncoder(&file)
	for _, r := range t {
		if err := encoder.Encode(r); err != nil {
			return nil, fmt.Errorf("sweep: %w", err)
		}
	}
	return file.Bytes(), nil
}

// ReadTable reads the CSV file of a table. Its rows lack what only their records have: the layers, how many samples were held out, the head
// and the settings.
func ReadTable(path string) (Table, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("sweep: %w", err)
	}
	lines, err := csv.NewReader(bytes.NewReader(content)).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("sweep: %s: %w", path, err)
	}
	if len(lines) == 0 {
		return nil, fmt.Errorf("sweep: %s is empty; its first line has to name the columns", path)
	}
	named := make([]column, len(lines[0]))
	for i, name := range lines[0] {
		at := slices.IndexFunc(columns, func(c column) bool { return c.name == name })
		if at < 0 {
			return nil, fmt.Errorf("sweep: %s has a column %q, which is none of a sweep's table", path, name)
		}
		named[i] = columns[at]
	}
	table := make(Table, len(lines)-1)
	for k, line := range lines[1:] {
		table[k].Scores = unknown
		for i, c := range named {
			if err := c.read(&table[k], line[i]); err != nil {
				return nil, fmt.Errorf("sweep: %s, row %d, column %s: %q is no number", path, k+1, c.name, line[i])
			}
		}
	}
	return table, nil
}

// Where returns the rows of which is is true.
func (t Table) Where(is func(Row) bool) Table {
	return slices.DeleteFunc(slices.Clone(t), func(r Row) bool { return !is(r) })
}

// Mean returns the mean of a number over the rows, and its standard error: of a score over seeds, say. It is NaN where a row has none.
func (t Table) Mean(of func(Row) float64) (mean, standardError float64) {
	values := make([]float64, len(t))
	for i, r := range t {
		values[i] = of(r)
	}
	mean, deviation := stat.MeanStdDev(values, nil)
	return mean, stat.StdErr(deviation, float64(len(values)))
}

// Write writes the table as the CSV file path, which ends in .csv, and the records of its rows as JSON lines beside it. Each file is there
// whole or as it was before.
func (t Table) Write(path string) error {
	records, err := t.JSONLines()
	if err != nil {
		return err
	}
	for _, file := range []struct {
		path    string
		content []byte
	}{{strings.TrimSuffix(path, ".csv") + ".jsonl", records}, {path, t.CSV()}} {
		if err := replace(file.path, file.content); err != nil {
			return fmt.Errorf("sweep: %w", err)
		}
	}
	return nil
}

// replace writes a file that is never there in part.
func replace(path string, content []byte) error {
	file, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer os.Remove(file.Name())
	if _, err = file.Write(content); err == nil {
		err = file.Chmod(0o644)
	}
	if closed := file.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(file.Name(), path)
	}
	return err
}
