package figure

import (
	"mdn/mdnlib"
)

// selectionTable returns the candidates of a selection, a row for each.
func selectionTable(s mdnlib.Selected) *Table {
	t := NewTable("model", Column{"held out", "nats", 3}, Column{"better by", "nats", 3}, Column{"CRPS", "", Significant(4)},
		Column{"in the 90 % interval", "%", 1})
	for i, c := range s.Candidates {
		var gain any = ""
		if i > 0 {
			gain = PlusMinus(c.Gain, c.GainError)
		}
		t.Row(c.Name(), PlusMinus(c.Scores.NLL, c.Scores.NLLError), gain, c.Scores.CRPS, 100*c.Scores.Coverage90)
	}
	return t
}

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
