package mdnlib

import (
	"fmt"
	"slices"
	"strings"
)

// Effect is what a law says of y along one column, on average over what the other columns are: the partial dependence of its mean and
// of its standard deviation (Friedman 2001, eq. 53). At each X they are averaged over all rows, each with X in the place of its own
// value. Where columns go together, some of these are rows that there could not be, such as a penguin of a small species with the mass of
// a large one, and what a model says of them is a guess. [Rows.Along] looks at one row by itself.
type Effect struct {
	Column   string
	YColumn  string    // the name of y, "" where the rows have none
	X        []float64 // evenly spaced values from the rows' lowest to their highest; in a column of words 0, 1, 2, …
	Words    []string  // the word for each X; nil in a column of numbers
	Mean     []float64 // the average at each X of the law's mean
	StdDev   []float64 // and of its standard deviation
	Observed []float64 // the rows' own values, sorted: where there are few, the effect is a guess
}

// Effect returns the effect of a column: one of numbers, or one of words, as "species" where the Columns are "species=Adelie" and so on.
// The law is asked 41 times for each row, or as often as there are words. Effect panics where there is no such column.
func (r Rows) Effect(law RowLaw, column string) Effect {
	if r.Len() == 0 {
		panic("mdnlib: there are no rows to average an effect over; use 1 or more")
	}
	r.mustBeWhole()
	e := Effect{Column: column, YColumn: r.YColumn}
	var put func(row []float64, k int) // puts X[k] in the place of the row's own value
	if j := slices.Index(r.Columns, column); j >= 0 {
		e.Observed = slices.Sorted(slices.Values(r.values(j)))
		e.X = Grid(e.Observed[0], e.Observed[r.Len()-1], 41)
		put = func(row []float64, k int) { row[j] = e.X[k] }
	} else {
		var inputs []int // one for each word
		for j, name := range r.Columns {
			if word, is := strings.CutPrefix(name, column+"="); is {
				for _, v := range r.values(j) {
					if v == 1 {
						e.Observed = append(e.Observed, float64(len(inputs)))
					}
				}
				e.X, e.Words, inputs = append(e.X, float64(len(inputs))), append(e.Words, word), append(inputs, j)
			}
		}
		put = func(row []float64, k int) {
			for _, j := range inputs {
				row[j] = 0
			}
			row[inputs[k]] = 1
		}
	}
	if e.X == nil {
		panic(fmt.Sprintf("mdnlib: there is no column %q; the rows have %s", column, quoted(r.Columns)))
	}
	e.Mean, e.StdDev = make([]float64, len(e.X)), make([]float64, len(e.X))
	for _, row := range r.X {
		moved := slices.Clone(row)
		for k := range e.X {
			put(moved, k)
			d := law.At(moved)
			e.Mean[k] += d.Mean() / float64(r.Len())
			e.StdDev[k] += d.StdDev() / float64(r.Len())
		}
	}
	return e
}
