package figure

import (
	"cmp"
	"errors"
	"fmt"

	"gonum.org/v1/plot/plotter"

	"mdn/mdnlib"
)

// Effect shows what a law says of y along a column of numbers: its mean, and one standard deviation to either side, each on average over
// the rows, and between which values nine of ten rows are. Outside of these the effect is of few rows, or a guess. [EffectTable] is
// for columns of words.
func Effect(e mdnlib.Effect) *Chart {
	if e.Words != nil {
		refuse("the effect of "+e.Column, errors.New("it is a column of words; use EffectTable"))
	}
	y := cmp.Or(e.YColumn, "y")
	c := New("How "+y+" depends on "+e.Column+", on average over the rows", e.Column, y)
	n := len(e.Observed)
	c.Range("nine of ten rows", Observations, e.Observed[n/20], e.Observed[n-1-n/20])
	var mean plotter.XYs
	spread := &band{color: PredictedLight.Color, legend: PredictedLight.Color}
	for k, x := range e.X {
		mean = append(mean, plotter.XY{X: x, Y: e.Mean[k]})
		spread.low = append(spread.low, plotter.XY{X: x, Y: e.Mean[k] - e.StdDev[k]})
		spread.high = append(spread.high, plotter.XY{X: x, Y: e.Mean[k] + e.StdDev[k]})
	}
	mustBeDrawable("standard deviation", spread.low)
	c.add("standard deviation to either side", spread)
	c.Line("mean", Predicted, mean)
	return c
}

// EffectTable shows what a law says of y for each word of a column: its mean and standard deviation, each on average over the rows as if
// all had that word, and how many have it.
func EffectTable(e mdnlib.Effect) *Table {
	if e.Words == nil {
		panic(fmt.Sprintf("figure: the column %q is one of numbers; use Effect", e.Column))
	}
	t := NewTable(e.Column, Column{"mean", "", Significant(4)}, Column{"standard deviation", "", Significant(3)}, Column{"rows", "", 0})
	for k, word := range e.Words {
		rows := 0
		for _, v := range e.Observed {
			if v == e.X[k] {
				rows++
			}
		}
		t.Row(word, e.Mean[k], e.StdDev[k], rows)
	}
	return t
}
