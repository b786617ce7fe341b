package figure

import (
	"math"
	"strings"
	"testing"

	"gonum.org/v1/plot/plotter"
)

// TestMultiples draws three panels in two columns, and checks that they share axes, legend and description, and that what
// has the same value has the same place in the panels of a row and of a column.
func TestMultiples(t *testing.T) {
	green, navy, brown := Second, First, Third
	green.Dashes, brown.Dashes = nil, nil
	var panels []*Chart
	for i, style := range []Style{green, navy, brown} {
		panel := New([]string{"one", "two", "three"}[i], "x", "y")
		panel.Line("all", Floor, plotter.XYs{{X: 0, Y: float64(i)}, {X: 4, Y: float64(i)}})
		panel.Line("", style, plotter.XYs{{X: 1, Y: 0.5}, {X: 3, Y: 0.5}})
		panels = append(panels, panel)
	}
	c := Multiples("A title", 2, panels...)
	want := "A title. Several charts on the same axes: 3 panels, one, two, three; in each, y from 0 to 2 over x from 0 to 4." +
		" one: all: level at 0; level at 0.5. two: all: level at 1; level at 0.5. three: all: level at 2; level at 0.5."
	if got := said(c); got != want {
		t.Errorf("description\n%s, want\n%s", got, want)
	}
	if strings.Contains(c.caption(), "level at") {
		t.Errorf("the caption %q repeats every panel", c.caption())
	}
	if len(c.entries()) != 1 {
		t.Errorf("the legend has %d entries, want one for all panels", len(c.entries()))
	}
	p := picture(t, c)
	one, two, three := where(p, green.Color), where(p, navy.Color), where(p, brown.Color)
	near := func(a, b int) bool { return max(a-b, b-a) <= 1 } // a dot of rounding
	if !near(one.Min.Y, two.Min.Y) || !near(one.Min.X, three.Min.X) ||
		!near(one.Dx(), two.Dx()) || !near(one.Dx(), three.Dx()) {
		t.Errorf("the same line is drawn at %v, %v beside it and %v below it", one, two, three)
	}
	if one.Max.X >= two.Min.X || one.Max.Y >= three.Min.Y {
		t.Errorf("the panels at %v, %v and %v overlap", one, two, three)
	}
}

func TestMultiplesRefuses(t *testing.T) {
	for _, test := range []struct {
		draw func()
		want string
	}{
		{func() { Multiples("nothing", 2) }, `figure: "nothing" has 0 panels in 2 columns; use 1 or more of each`},
		{func() {
			panel := New("one", "nats", "")
			panel.Bars("bars", Predicted, []string{"one"}, []float64{1}, []float64{0})
			Multiples("several", 2, panel)
		}, `figure: the panel "one" of "several" has bars, which have no axis in common with others; show it by itself`},
		{func() { New("", "", "").Bars("bars", Predicted, []string{"one"}, []float64{1}, []float64{-1}) },
			`figure: cannot draw "bars": the standard error of one is -1; use 0 or more, or NaN where it is not known`},
		{func() { New("", "", "").Bars("bars", Predicted, []string{"one"}, []float64{1}, nil) },
			`figure: "bars" has 1 values, 1 labels and 0 standard errors; every bar needs one of each`},
	} {
		func() {
			defer func() {
				if got, _ := recover().(string); got != test.want {
					t.Errorf("panic %q, want %q", got, test.want)
				}
			}()
			test.draw()
		}()
	}
}

// TestPanelsAreCharts asserts that of a panel the ends of the axes are checked, the key numbers kept, and long tables thinned.
func TestPanelsAreCharts(t *testing.T) {
	panel := New("one", "x", "y")
	panel.Function("line", First, 0, 1, func(x float64) float64 { return x })
	panel.numbers = []*Table{singleNumber("cost", 0.5, math.NaN(), "nats")}
	c := Multiples("several", 2, panel)
	if numbers := c.keyNumbers(); len(numbers) != 1 || numbers[0].Title != "one" || panel.numbers[0].Title != "" {
		t.Errorf("the key numbers are %+v", numbers)
	}
	if tables := c.tables(c.view()); len(tables) != 1 || len(tables[0].Rows) < 10 || len(tables[0].Rows) > mostRows/3+1 || tables[0].Of != 201 {
		t.Errorf("the tables are %+v", tables)
	}
	panel.X.Min, panel.X.Max = 5, 1
	if _, err := c.PNG(); err == nil || !strings.Contains(err.Error(), `its panel "one": `) {
		t.Errorf("with an axis that ends before it begins: %v", err)
	}
}
