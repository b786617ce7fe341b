package figure

import (
	"cmp"
	"encoding/json"
	"math"
	"slices"

	"gonum.org/v1/plot/plotter"
)

// dataTable is the numbers behind one layer of a chart, for those who want to read them.
type dataTable struct {
	Name    string          `json:"name"`
	Columns []string        `json:"columns"`
	Rows    [][]json.Number `json:"rows"`
	Of      int             `json:"of"`              // how many rows there were before the table was thinned
	Drawn   *manner         `json:"drawn,omitempty"` // nil where the rows do not say all that is drawn

	mark mark // what a row is in the drawing
	bar  int  // which of the bars, from the top and from 0, the table is of, if its mark is a bar
}

// mostRows is about how many rows of a longer table are kept.
const mostRows = 60

// thinned returns the table with about so many of its rows at most, evenly spaced.
func (t dataTable) thinned(most int) dataTable {
	step := max(1, (len(t.Rows)+most-1)/most)
	rows := t.Rows
	t.Rows = nil
	for i, row := range rows {
		if i%step == 0 || i == len(rows)-1 {
			t.Rows = append(t.Rows, row)
		}
	}
	return t
}

// tabulate returns the rows as a table, with numbers as they are written in a description; of many rows, evenly spaced ones. Without
// any row that JSON has numbers for there is no table.
func tabulate(name string, drawn mark, columns []string, rows [][]float64) []dataTable {
	t := dataTable{Name: name, Columns: columns, Of: len(rows), mark: drawn}
	for _, row := range rows {
		if slices.ContainsFunc(row, notFinite) {
			continue
		}
		var written []json.Number
		for _, v := range row {
			written = append(written, json.Number(figures(v)))
		}
		t.Rows = append(t.Rows, written)
	}
	if len(t.Rows) == 0 {
		return nil
	}
	return []dataTable{t.thinned(mostRows)}
}

// tabulatePairs returns those of the pairs that v shows as a table.
func tabulatePairs(name string, drawn mark, v view, pairs plotter.XYs) []dataTable {
	var rows [][]float64
	for _, p := range pairs {
		if v.contains(p.X, p.Y) {
			rows = append(rows, []float64{p.X, p.Y})
		}
	}
	return tabulate(name, drawn, []string{v.x, v.y}, rows)
}

// rowsInX returns the rows whose first number is an x that v shows.
func rowsInX(v view, rows [][]float64) [][]float64 {
	return slices.DeleteFunc(slices.Clone(rows), func(row []float64) bool { return !v.containsX(row[0]) })
}

// tables returns the numbers behind what v shows of the chart.
func (c *Chart) tables(v view) []dataTable {
	tables := []dataTable{}
	for _, p := range c.parts {
		own := p.layer.tables(p.name, v)
		if l, ok := p.layer.(redrawn); ok {
			for i := range own {
				own[i].Drawn = l.manner(v)
			}
		}
		tables = append(tables, own...)
	}
	return tables
}

func notFinite(v float64) bool { return math.IsNaN(v) || math.IsInf(v, 0) }

// byX returns the pairs in the order of their x, so that every k-th of them is a fair choice.
func byX(pairs plotter.XYs) plotter.XYs {
	sorted := slices.Clone(pairs)
	slices.SortStableFunc(sorted, func(a, b plotter.XY) int { return cmp.Compare(a.X, b.X) })
	return sorted
}
