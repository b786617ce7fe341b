package mdnlib

import (
	"cmp"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Rows reads rows of inputs, each with its y, in the file's order: [Rows.Shuffle] them before training. A column of numbers with a
// decimal point is an input as it is. A column of words becomes an input for each word, 1 in the rows that have it and 0 in the others
// (one-hot), which has both names: "species=Adelie". These names are the Columns of the rows, and by them a model knows later how to
// read another table, see [Model.Rows].
//
// A missing value is an error, as are a column of words and numbers, one that is the same in every row, and one with more words than half
// of the rows. The errors name the line, the column and the value. [Table.Complete] leaves out rows that lack a value.
func (t Table) Rows(inputs []string, y string) (Rows, error) {
	if len(inputs) == 0 {
		return Rows{}, t.errorf("no inputs are asked for; name one column or more")
	}
	if len(t.rows) < 2 {
		return Rows{}, t.tooFew()
	}
	if y == "" {
		return Rows{}, t.errorf("no column is asked for as y; name one, and give it a name in the first line where it has none")
	}
	if _, err := t.column(y); err != nil {
		return Rows{}, err
	}
	if slices.Contains(inputs, y) {
		return Rows{}, t.errorf("the column %q is asked for as an input and as y; leave it out of the inputs", y)
	}
	var columns []string
	for _, name := range inputs {
		own, err := t.inputsOf(name)
		if err != nil {
			return Rows{}, err
		}
		columns = append(columns, own...)
	}
	if err := checkColumns(columns); err != nil {
		return Rows{}, t.errorf("the inputs: %w", err)
	}
	return t.rowsOf(columns, y)
}

// Rows reads a table as the rows that the model has learned from were read: the same inputs, from the same columns. y names the column
// of y, and is "" where the table has none; the rows then have no Y, and are for [Model.AtEachRow]. A word that no row had which the model
// has learned from is an error.
func (m *Model) Rows(t Table, y string) (Rows, error) {
	if len(m.names) == 0 {
		return Rows{}, t.errorf("the model's one input has no name; read its pairs with Data, or train a model with Network.Inputs")
	}
	return t.rowsOf(m.names, y)
}

// AtTable returns the distribution of y that the model predicts for each row of the table, read as [Model.Rows] does.
func (m *Model) AtTable(t Table) ([]Distribution, error) {
	rows, err := m.Rows(t, "")
	if err != nil {
		return nil, err
	}
	return m.AtEachRow(rows.X), nil
}

// AtTable returns the distribution of y that the ensemble predicts for each row of the table, read as [Model.Rows] does.
func (e Ensemble) AtTable(t Table) ([]Distribution, error) {
	rows, err := e[0].Rows(t, "")
	if err != nil {
		return nil, err
	}
	distributions := make([]Distribution, rows.Len())
	for i, row := range rows.X {
		distributions[i] = e.AtRow(row)
	}
	return distributions, nil
}

// rowsOf reads inputs as they are named by Rows.Columns, and y unless that is "".
func (t Table) rowsOf(inputs []string, y string) (Rows, error) {
	n, columns := len(inputs), slices.Clone(inputs)
	if y != "" {
		columns = append(columns, y)
	}
	numbers, err := t.read(columns)
	if err != nil {
		return Rows{}, err
	}
	r := Rows{Columns: columns[:n:n], X: numbers, YColumn: y}
	if y != "" {
		for i, row := range numbers {
			r.X[i], r.Y = row[:n:n], append(r.Y, row[n])
		}
	}
	return r, nil
}

// inputsOf returns the names of the inputs that a column becomes. Missing values are left to read.
func (t Table) inputsOf(name string) ([]string, error) {
	i, err := t.column(name)
	if err != nil {
		return nil, err
	}
	var words []row // that have one
	seen := map[string]bool{}
	values := 0
	for _, row := range t.rows {
		value := row.values[i]
		if missing(value) {
			continue
		}
		seen[value] = true
		values++
		_, err := strconv.ParseFloat(strings.ReplaceAll(value, ",", ""), 64) // what is wrong with a number, read says
		if err != nil && !errors.Is(err, strconv.ErrRange) {
			words = append(words, row)
		}
	}
	switch {
	case len(seen) == 1:
		return nil, t.errorf("column %q: it is %q in every row, which says nothing of y; leave it out of the inputs",
			name, slices.Collect(maps.Keys(seen))[0])
	case len(words) == 0:
		return []string{name}, nil
	case len(words) < values:
		return nil, t.errorf("%s: %q is not a number, but %d of %d values are; correct it, or make all of them words",
			t.where(words[0], i), words[0].values[i], values-len(words), values)
	case len(seen) > values/2:
		return nil, t.errorf("%s: %q is one of %d words in %d rows; each word becomes an input, and more than half as many as rows (%d) "+
			"cannot be learned: leave the column out, or put words together", t.where(words[0], i), words[0].values[i], len(seen), values, values/2)
	}
	inputs := slices.Sorted(maps.Keys(seen))
	for k, word := range inputs {
		inputs[k] = name + "=" + word
	}
	return inputs, nil
}

// source returns the column that an input is read from, and the word for which it is 1, "" for an input of numbers.
func (t Table) source(input string) (column int, word string, err error) {
	if !slices.Contains(t.columns, input) {
		for i := range input { // both a column's name and a word may have an equals sign in them
			if input[i] == '=' && slices.Contains(t.columns, input[:i]) {
				column, err = t.column(input[:i])
				return column, input[i+1:], err
			}
		}
		input, _, _ = strings.Cut(input, "=")
	}
	column, err = t.column(input)
	return column, "", err
}

// read reads the numbers of every row for inputs that are named as Rows.Columns are.
func (t Table) read(inputs []string) ([][]float64, error) {
	from, is := make([]int, len(inputs)), make([]string, len(inputs))
	known := map[int][]string{} // the words of each column of words
	for j, input := range inputs {
		var err error
		if from[j], is[j], err = t.source(input); err != nil {
			return nil, err
		}
		if is[j] != "" {
			known[from[j]] = append(known[from[j]], is[j])
		}
	}
	rows := make([][]float64, len(t.rows))
	for i, row := range t.rows {
		rows[i] = make([]float64, len(inputs))
		for j, column := range from {
			var err error
			value, words := row.values[column], known[column]
			switch {
			case missing(value):
				return nil, t.lacks(row, column, from)
			case words == nil:
				rows[i][j], err = t.number(row, column)
			case !slices.Contains(words, value):
				err = t.errorf("%s: %q is none of the words that the model has learned from, %s; correct it, or leave the line out",
					t.where(row, column), value, quoted(words))
			case is[j] == value:
				rows[i][j] = 1
			}
			if err != nil {
				return nil, err
			}
		}
	}
	return rows, nil
}

// lacks returns the error of a row that has no value in one of the columns that are read.
func (t Table) lacks(r row, column int, columns []int) error {
	var names []string
	for _, i := range slices.Compact(slices.Clone(columns)) {
		names = append(names, t.columns[i])
	}
	complete, err := t.Complete(names...)
	return cmp.Or(err, t.errorf("%s: a value is missing (%q); %d of %d rows lack one: fill them in, or leave these rows out with Complete(%s)",
		t.where(r, column), r.values[column], t.Len()-complete.Len(), t.Len(), quoted(names)))
}
