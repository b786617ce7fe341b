package figure

import (
	"encoding/json"
	"strings"
	"testing"

	"gonum.org/v1/plot/plotter"

	"mdn/mdnlib"
)

// TestTables compares the tables of a chart that has one of each kind, and checks how a long one is thinned.
func TestTables(t *testing.T) {
	c := New("A \"title\"", "x", "y")
	c.Points("points", Observed, plotter.XYs{{X: 2, Y: -1}, {X: 1, Y: 0.123456}})
	c.Band("band", PredictedLight, 1, 2, func(x float64) float64 { return -x }, func(x float64) float64 { return x })
	c.Histogram("histogram", Observed, []float64{1, 1, 1, 3}, 2)
	c.ErrorBars("bars", Predicted, mdnlib.Quadratic(0.1), []float64{1, 5})
	c.Lines("lines", First, []string{"one", "two"}, []mdnlib.Data{{X: []float64{0}, Y: []float64{1}}, {X: []float64{2}, Y: []float64{3}}})
	bytes, err := json.Marshal(c.tables(c.view()))
	if err != nil {
		t.Fatal(err)
	}
	encoded := string(bytes)
	for _, want := range []string{
		`[{"name":"points","columns":["x","y"],"rows":[[1,0.1235],[2,-1]],"of":2,"drawn":{"as":"dot","color":"var(--chart-observed,#1f5fd0)"}},`,
		`{"name":"band","columns":["x","from","to"],"rows":[[1,-1,1],[1.02,-1.02,1.02],`, `[2,-2,2]],"of":201,"drawn":{"as":"band","color":"var(--chart-predicted,#e02a1b)"}},`,
		`{"name":"histogram","columns":["x from","to","y"],"rows":[[1,2,0.75],[2,3,0.25]],"of":2,"drawn":{"as":"bin",`,
		`{"name":"bars","columns":["x","mean","standard deviation"],"rows":[[1,4,0.1],[5,4,0.5]],"of":2,"drawn":{"as":"spread",`,
		`{"name":"lines, one","columns":["x","y"],"rows":[[0,1]],"of":1,"drawn":{"as":"dot",`,
		`{"name":"lines, two","columns":["x","y"],"rows":[[2,3]],"of":1,"drawn":{"as":"dot",`,
	} {
		if !strings.Contains(encoded, want) {
			t.Errorf("the numbers are\n%s, and lack\n%s", encoded, want)
		}
	}
	if rows := len(c.tables(c.view())[1].Rows); rows < 40 || rows > mostRows+1 {
		t.Errorf("of 201 rows %d are kept", rows)
	}
	if empty := New("empty", "", ""); len(empty.tables(empty.view())) != 0 {
		t.Error("a chart without data has tables")
	}
}
