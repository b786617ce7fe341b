package figure

import (
	"mdn/mdnlib"
)

// reportTable returns a report as a table of key numbers.
func reportTable(r mdnlib.Report) *Table {
	columns := []Column{{Name: "model"}}
	if r.Truth != nil {
		columns = append(columns, Column{Name: "truth"})
	}
	t := NewTable("score", columns...)
	t.Row("held-out pairs", []any{r.Pairs, r.Pairs}[:len(columns)]...)
	for _, line := range r.Rows() {
		cells := make([]cell, len(columns))
		for i, score := range []mdnlib.ReportScore{line.Model, line.Truth}[:len(columns)] {
			cells[i] = textCell(minus(score.Text), score.Value, score.StandardError)
		}
		t.rows = append(t.rows, row{line.Name, cells})
	}
	return t
}
