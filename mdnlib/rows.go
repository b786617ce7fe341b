package mdnlib

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Samples are what a model learns from: [Data], with one input x, or [Rows], with several.
type Samples interface {
	Len() int
	Check() error // names the first value or length that cannot be trained on, nil if there is none
	rows() Rows
	pairs() Data
	choose(numbered Data) Samples // those of these numbers
}

// Rows are samples of several inputs: Y[i] was observed at the row X[i], whose numbers are those of the Columns in their order. A model
// that is to learn from them has the columns as its Network.Inputs. [Table.Rows] reads them from a file.
type Rows struct {
	Columns []string
	X       [][]float64
	Y       []float64
	YColumn string // the name of y, for charts; "" where it has none
}

// RowLaw gives the distribution of y at a row of inputs. [Model.AtRow] and [Ensemble.AtRow] are RowLaws. [Rows.Along] and
// [Rows.Numbered] make a [Law] of one, which all scores and charts take.
type RowLaw func(row []float64) Distribution

// At returns the distribution at a row. It panics where there is no law, or where the law has no distribution.
func (l RowLaw) At(row []float64) Distribution {
	if l == nil {
		panic("mdnlib: the law of rows is nil; use a model's AtRow")
	}
	d := l(row)
	if d == nil {
		panic(fmt.Sprintf("mdnlib: the law of rows returned nil at %g; it has to return a distribution at every row that it is asked for", row))
	}
	return d
}

// Len returns the number of rows.
func (r Rows) Len() int { return len(r.X) }

// Shuffle returns the rows in a random order, each with its y. The same seed gives the same order.
func (r Rows) Shuffle(seed uint64) Rows { return r.pick(r.pairs().Shuffle(seed)) }

// RowFold is one way to divide rows: train on one part, score on the other.
type RowFold struct {
	Training, HeldOut Rows
}

// Folds divides the rows as [Data.Folds] does.
func (r Rows) Folds(n int, seed uint64) (folds []RowFold) {
	for _, fold := range r.pairs().Folds(n, seed) {
		folds = append(folds, RowFold{r.pick(fold.Training), r.pick(fold.HeldOut)})
	}
	return folds
}

// HoldOut sets a share of the rows apart as [Data.HoldOut] does.
func (r Rows) HoldOut(share float64, seed uint64) RowFold {
	fold := r.pairs().HoldOut(share, seed)
	return RowFold{r.pick(fold.Training), r.pick(fold.HeldOut)}
}

// Bootstrap draws rows as [Data.Bootstrap] does.
func (r Rows) Bootstrap(seed uint64) Rows { return r.pick(r.pairs().Bootstrap(seed)) }

// Numbered returns a law of rows and the rows themselves as a law and data of one x, the number of the row, counted from 0. So
// whatever scores pairs scores rows: NLL(rows.Numbered(model.AtRow)), and the same with CRPS or PIT in place of NLL.
func (r Rows) Numbered(law RowLaw) (Law, Data) {
	return func(number float64) Distribution {
		if !(number >= 0 && number < float64(r.Len())) {
			panic(fmt.Sprintf("mdnlib: there is no row %g; the %d rows are numbered from 0", number, r.Len()))
		}
		return law.At(r.X[int(number)])
	}, r.pairs()
}

// Along returns a slice through a law: the law of y along one column, while the other inputs stay as they are in the row.
// It panics where there is no such column.
func (r Rows) Along(law RowLaw, column string, row []float64) Law {
	j := r.column(column)
	if len(row) != len(r.Columns) {
		panic(fmt.Sprintf("mdnlib: Along was given a row of %d numbers, but there are %d columns, %s", len(row), len(r.Columns), quoted(r.Columns)))
	}
	return func(x float64) Distribution {
		moved := slices.Clone(row)
		moved[j] = x
		return law.At(moved)
	}
}

// Check returns an error that names the first value or length that cannot be trained on, nil if there is none.
func (r Rows) Check() error {
	if len(r.Columns) == 0 {
		return errors.New("the rows have no columns; name one for each number of a row")
	}
	if err := checkColumns(r.Columns); err != nil {
		return err
	}
	if len(r.X) != len(r.Y) {
		return fmt.Errorf("data has %d rows but %d y; every row needs its y", len(r.X), len(r.Y))
	}
	if len(r.X) == 0 {
		return errNoSamples
	}
	if err := r.checkLengths(); err != nil {
		return err
	}
	for i, row := range r.X {
		for j, name := range r.Columns {
			if err := checkValue(name, i, row[j]); err != nil {
				return err
			}
		}
		if err := checkValue("y", i, r.Y[i]); err != nil {
			return err
		}
	}
	return nil
}

// checkLengths returns an error that names the first row without a number for each column.
func (r Rows) checkLengths() error {
	for i, row := range r.X {
		if len(row) != len(r.Columns) {
			return fmt.Errorf("row %d has %d numbers, but there are %d columns, %s", i, len(row), len(r.Columns), quoted(r.Columns))
		}
	}
	return nil
}

func (r Rows) mustBeWhole() {
	if err := r.checkLengths(); err != nil {
		panic("mdnlib: " + err.Error())
	}
}

func (r Rows) rows() Rows { return r }

func (r Rows) choose(numbered Data) Samples { return r.pick(numbered) }

// pairs returns every row's number with its y.
func (r Rows) pairs() Data {
	numbers := make([]float64, len(r.X))
	for i := range numbers {
		numbers[i] = float64(i)
	}
	return Data{numbers, r.Y}
}

// pick returns the rows of these numbers, each with the y beside its number.
func (r Rows) pick(numbered Data) Rows {
	picked := Rows{r.Columns, make([][]float64, numbered.Len()), numbered.Y, r.YColumn}
	for k, number := range numbered.X {
		picked.X[k] = r.X[int(number)]
	}
	return picked
}

// column returns where a column is.
func (r Rows) column(name string) int {
	j := slices.Index(r.Columns, name)
	if j < 0 {
		panic(fmt.Sprintf("mdnlib: there is no column %q; the rows have %s", name, quoted(r.Columns)))
	}
	return j
}

// values returns the numbers of column j.
func (r Rows) values(j int) []float64 {
	values := make([]float64, len(r.X))
	for i, row := range r.X {
		values[i] = row[j]
	}
	return values
}

func (d Data) rows() Rows { return Rows{Y: d.Y, X: single(d.X)} }

func (d Data) pairs() Data { return d }

func (d Data) choose(numbered Data) Samples {
	chosen := Data{make([]float64, numbered.Len()), numbered.Y}
	for k, number := range numbered.X {
		chosen.X[k] = d.X[int(number)]
	}
	return chosen
}

// single returns a row of one number for each x.
func single(x []float64) [][]float64 {
	rows := make([][]float64, len(x))
	for i := range rows {
		rows[i] = x[i : i+1 : i+1]
	}
	return rows
}

var errNoSamples = errors.New("data has no samples; at least 1 is needed")

// checkSamples is Check of samples that may be nil.
func checkSamples(data Samples) error {
	if data == nil {
		return errNoSamples
	}
	return data.Check()
}

// checkColumns returns an error that names the first column whose name is empty or taken.
func checkColumns(names []string) error {
	for j, name := range names {
		if name == "" {
			return fmt.Errorf("column %d has no name; give it one", j+1)
		}
		if slices.Contains(names[:j], name) {
			return fmt.Errorf("there are two columns %q; give one of them another name, or leave it out", name)
		}
	}
	return nil
}

// inputNames returns the names of the inputs; the one input of Data is x.
func inputNames(columns []string) []string {
	if len(columns) == 0 {
		return []string{"x"}
	}
	return columns
}

// quoted lists names.
func quoted(names []string) string { return `"` + strings.Join(names, `", "`) + `"` }

// checkInputs returns an error unless the columns are the model's inputs. Data's x has no name, and is any model's only input.
func (m *Model) checkInputs(columns []string) error {
	if slices.Equal(columns, m.names) || columns == nil && len(m.inputs) == 1 {
		return nil
	}
	return fmt.Errorf("the data's inputs are %s, but the model's are %s; make the model with Network.Inputs: rows.Columns",
		quoted(inputNames(columns)), quoted(inputNames(m.names)))
}
