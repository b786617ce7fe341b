package figure

import (
	"cmp"
	"encoding/json"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/plot/plotter"
)

// tablesMIME is the type under which a chart's numbers go with its picture. What does not know it, ignores it; an exported
// page shows them to those who want to read them.
const tablesMIME = "application/vnd.mdn.chart+json"

// mostRows is about how many rows of a longer table are kept.
const mostRows = 60

// table is the numbers behind one thing in a chart.
type table struct {
	Name    string          `json:"name"`
	Columns []string        `json:"columns"`
	Rows    [][]json.Number `json:"rows"`
	Of      int             `json:"of"` // how many rows there were before the table was thinned
}

// tabulate keeps the numbers of what was added, as they are written in a description; of many rows, evenly spaced ones.
func (c *Chart) tabulate(name string, columns []string, rows [][]float64) {
	t := table{Name: name, Columns: columns, Of: len(rows)}
	step := max(1, (len(rows)+mostRows-1)/mostRows)
	for i, row := range rows {
		if i%step != 0 && i != len(rows)-1 || slices.ContainsFunc(row, notFinite) {
			continue // JSON has no number for what is not finite
		}
		var written []json.Number
		for _, v := range row {
			written = append(written, json.Number(strings.ReplaceAll(number(v), "−", "-")))
		}
		t.Rows = append(t.Rows, written)
	}
	if len(t.Rows) > 0 {
		c.tables = append(c.tables, t)
	}
}

func notFinite(v float64) bool { return math.IsNaN(v) || math.IsInf(v, 0) }

// tabulatePairs keeps the pairs that were drawn.
func (c *Chart) tabulatePairs(name string, pairs plotter.XYs) {
	var rows [][]float64
	for _, p := range pairs {
		rows = append(rows, []float64{p.X, p.Y})
	}
	c.tabulate(name, []string{c.X.Label.Text, c.Y.Label.Text}, rows)
}

// byX returns the pairs in the order of their x, so that every k-th of them is a fair choice.
func byX(pairs plotter.XYs) plotter.XYs {
	sorted := slices.Clone(pairs)
	slices.SortStableFunc(sorted, func(a, b plotter.XY) int { return cmp.Compare(a.X, b.X) })
	return sorted
}

// numbers returns the chart's title and tables as JSON.
func (c *Chart) numbers() (string, error) {
	encoded, err := json.Marshal(map[string]any{"title": c.Title.Text, "tables": append([]table{}, c.tables...)})
	return string(encoded), err
}
