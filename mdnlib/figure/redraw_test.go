package figure

import (
	"encoding/json"
	"image/color"
	"math"
	"testing"

	"gonum.org/v1/plot/plotter"
)

// TestRedrawn checks of which tables it is said how they are drawn: of those that have all that is drawn, and no others.
func TestRedrawn(t *testing.T) {
	wave := func(x float64) float64 { return math.Sin(x) }
	for _, test := range []struct {
		name, want string
		top        float64 // where the y axis ends
		add        func(c *Chart)
	}{
		{"a line", `{"as":"line","color":"var(--chart-truth,#b000a8)"}`, 2, func(c *Chart) { c.Function("", Truth, 0, 9, wave) }},
		{"a line in dashes", `{"as":"line","color":"var(--chart-floor,#303030)","dashed":true}`, 2, func(c *Chart) { c.Function("", Floor, 0, 9, wave) }},
		{"a line that leaves the chart", `{"as":"line","color":"var(--chart-truth,#b000a8)"}`, 2, func(c *Chart) { c.Function("", Truth, 0, 9, math.Exp) }},
		{"a line that leaves the chart and comes back", "null", 0.5, func(c *Chart) { c.Function("", Truth, 0, 9, wave) }},
		{"a line in pieces", "null", 2, func(c *Chart) {
			c.Function("", Truth, -1, 1, func(x float64) float64 {
				if math.Abs(x) < 0.3 {
					return math.NaN()
				}
				return x
			})
		}},
		{"a heat map", "null", 9, func(c *Chart) { c.Density("", twoAnswers, 0.25, 0.75, 0, 1.02) }},
		{"dots in a colour of their own", `{"as":"dot","color":"#010203"}`, 9, func(c *Chart) {
			c.Points("", Style{Color: color.NRGBA{R: 1, G: 2, B: 3, A: 99}, Radius: 1}, plotter.XYs{{X: 1, Y: 2}})
		}},
	} {
		c := New("A chart", "x", "y")
		c.Y.Max = test.top
		test.add(c)
		drawn, err := json.Marshal(c.tables(c.view())[0].Drawn)
		if err != nil || string(drawn) != test.want {
			t.Errorf("%s is drawn as %s (%v), want %s", test.name, drawn, err, test.want)
		}
	}
}

// TestFrame checks what is said of the ends of axes, and that a diagram has none.
func TestFrame(t *testing.T) {
	c := New("A chart", "x, m", "y")
	c.Points("dots", Observed, plotter.XYs{{X: 1, Y: 1}, {X: 3, Y: 2}})
	c.Y.Min = 0
	encoded, err := json.Marshal(c.frame())
	if want := `{"x":{"label":"x, m","from":1,"to":3},"y":{"label":"y","from":0,"to":2.06}}`; err != nil || string(encoded) != want {
		t.Errorf("the axes are %s (%v), want %s", encoded, err, want)
	}
	if panels := Multiples("Panels", 1, c); panels.frame() != nil {
		t.Errorf("a chart of panels has the axes %+v", panels.frame())
	}
}
