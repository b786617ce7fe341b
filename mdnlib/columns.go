package mdnlib

import (
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
	if slices.Contains(inputs, y) {
		return Rows{}, t.errorf("the column %q is asked for as an input and as y; leave it out of the inputs", y)
	}
	if err := t.checkComplete(append(slices.Clone(inputs), y)); err != nil {
		return Rows{}, err
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
	return t.read(columns, y)
}

// Rows reads a table as the rows that the model has learned from were read: the same inputs, from the same columns. y names the column
// of y, and is "" where the table has none; the rows then have no Y, and are for [Model.AtEachRow]. A word that no row had which the model
// has learned from is an error.
func (m *Model) Rows(t Table, y string) (Rows, error) {
	if len(m.names) == 0 {
		return Rows{}, t.errorf("the model's one input has no name; read its pairs with Data, or train a model with Network.Inputs")
	}
	return t.read(m.names, y)
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

// inputsOf returns the names of the inputs that a column, which has no missing values, becomes.
func (t Table) inputsOf(name string) ([]string, error) {
	i, err := t.column(name)
	if err != nil {
		return nil, err
	}
	var words []string
	firstWord, numbers := 0, 0
	seen := map[string]bool{}
	for k, row := range t.rows {
		value := row.values[i]
		if _, err := strconv.ParseFloat(value, 64); err == nil {
			numbers++
		} else if words = append(words, value); len(words) == 1 {
			firstWord = k
		}
		seen[value] = true
	}
	slices.Sort(words)
	words = slices.Compact(words)
	switch most := len(t.rows) / 2; {
	case len(seen) == 1:
		return nil, t.errorf("column %q: all %d rows have %q, which says nothing of y; leave it out of the inputs", name, t.Len(), t.rows[0].values[i])
	case len(words) == 0:
		return []string{name}, nil
	case numbers > 0:
		row := t.rows[firstWord]
		return nil, t.errorf("%s: %q is not a number, but %d of %d values are; correct it, or make all of them words",
			t.where(row, i), row.values[i], numbers, t.Len())
	case len(words) > most:
		return nil, t.errorf("column %q: %d rows have %d different words, such as %q in line %d; each would be an input of its own, of which "+
			"more than half as many as rows (%d) cannot be learned: leave it out of the inputs, or put words together",
			name, t.Len(), len(words), t.rows[0].values[i], t.rows[0].line, most)
	}
	for k, word := range words {
		words[k] = name + "=" + word
	}
	return words, nil
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

// read reads inputs as they are named by Rows.Columns, and y unless that is "".
func (t Table) read(inputs []string, y string) (Rows, error) {
	from, is := make([]int, len(inputs)), make([]string, len(inputs))
	known := map[int][]string{} // the words of each column of words
	var needed []string
	for j, input := range inputs {
		var err error
		if from[j], is[j], err = t.source(input); err != nil {
			return Rows{}, err
		}
		if is[j] != "" {
			known[from[j]] = append(known[from[j]], is[j])
		}
		if name := t.columns[from[j]]; !slices.Contains(needed, name) {
			needed = append(needed, name)
		}
	}
	yFrom := -1
	if y != "" {
		var err error
		if yFrom, err = t.column(y); err != nil {
			return Rows{}, err
		}
		needed = append(needed, y)
	}
	if err := t.checkComplete(needed); err != nil {
		return Rows{}, err
	}
	r := Rows{Columns: slices.Clone(inputs)}
	for _, row := range t.rows {
		x := make([]float64, len(inputs))
		for j, column := range from {
			value, words := row.values[column], known[column]
			switch {
			case words == nil:
				number, err := t.number(row, column)
				if err != nil {
					return Rows{}, err
				}
				x[j] = number
			case !slices.Contains(words, value):
				return Rows{}, t.errorf("%s: %q is none of the words that the model has learned from, %s; correct it, or leave the line out",
					t.where(row, column), value, quoted(words))
			case is[j] == value:
				x[j] = 1
			}
		}
		r.X = append(r.X, x)
		if yFrom >= 0 {
			value, err := t.number(row, yFrom)
			if err != nil {
				return Rows{}, err
			}
			r.Y = append(r.Y, value)
		}
	}
	return r, nil
}

// checkComplete returns an error that names the first missing value in the columns, nil if there is none.
func (t Table) checkComplete(columns []string) error {
	complete, err := t.Complete(columns...)
	if err != nil || complete.Len() == t.Len() {
		return err
	}
	for _, row := range t.rows {
		for _, name := range columns {
			if i, _ := t.column(name); missing(row.values[i]) {
				return t.errorf("%s: a value is missing (%q); %d of %d rows lack one: fill them in, or leave these rows out with Complete(%s)",
					t.where(row, i), row.values[i], t.Len()-complete.Len(), t.Len(), quoted(columns))
			}
		}
	}
	return nil
}
