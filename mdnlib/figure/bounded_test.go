package figure

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/recorder"

	"mdn/mdnlib"
)

// strokes draws a chart on a canvas that keeps what it is told, and returns that.
func strokes(c *Chart) []recorder.Action {
	var canvas recorder.Canvas
	c.draw(draw.NewCanvas(&canvas, c.Width, c.Height))
	return canvas.Actions
}

// outside returns how far the lines and areas go beyond the chart's edges.
func outside(c *Chart) (beyond float64) {
	paths := func(path vg.Path) {
		for _, part := range path {
			if part.Type != vg.MoveComp && part.Type != vg.LineComp {
				continue // the circles of dots are placed by their centres, which draw.Canvas checks
			}
			for _, v := range []vg.Length{-part.Pos.X, -part.Pos.Y, part.Pos.X - c.Width, part.Pos.Y - c.Height} {
				if beyond = max(beyond, float64(v)); math.IsNaN(float64(v)) {
					beyond = math.Inf(1)
				}
			}
		}
	}
	for _, action := range strokes(c) {
		switch action := action.(type) {
		case *recorder.Fill:
			paths(action.Path)
		case *recorder.Stroke:
			paths(action.Path)
		case *recorder.DrawImage:
			paths(action.Rectangle.Path())
		}
	}
	return beyond
}

// TestNothingIsDrawnOutside draws every kind of layer with values as large as a float64 can be, and on axes that cut it off. Rasterising
// takes as long as what is drawn is large, so a bar of 1.8e308 would never end.
func TestNothingIsDrawnOutside(t *testing.T) {
	const huge = math.MaxFloat64
	pairs := plotter.XYs{{X: -huge, Y: 1}, {X: 0, Y: -huge}, {X: 1, Y: huge}, {X: huge, Y: 2}}
	wide := func(x float64) mdnlib.Distribution {
		return mdnlib.Mixture{Weight: []float64{0.5, 0.5}, Mu: []float64{0, 1e200 * x}, Sigma: []float64{1, 1e200}}
	}
	for name, add := range map[string]func(c *Chart){
		"points": func(c *Chart) { c.Points("p", Observed, pairs) },
		"line":   func(c *Chart) { c.Line("l", Predicted, pairs) },
		"lines": func(c *Chart) {
			c.Lines("l", Predicted, []string{"a"}, []mdnlib.Data{{X: []float64{-huge, huge}, Y: []float64{huge, -huge}}})
		},
		"function": func(c *Chart) {
			c.Function("f", Predicted, -1, 1, func(x float64) float64 { return math.Copysign(huge, x) })
		},
		"band": func(c *Chart) {
			c.Band("b", Predicted, -1, 1, func(float64) float64 { return -huge }, func(float64) float64 { return huge })
		},
		"range": func(c *Chart) { c.Range("r", Observations, -huge, huge) },
		"bars": func(c *Chart) {
			c.Bars("b", Predicted, []string{"a", "b"}, []float64{huge, -huge}, []float64{huge, math.NaN()})
		},
		"one bar": func(c *Chart) { c.Bars("b", Predicted, []string{"a"}, []float64{1.797e308}, []float64{math.NaN()}) },
		"marks": func(c *Chart) {
			c.Bars("b", Predicted, []string{"a"}, []float64{1}, []float64{1})
			c.Marks("m", First, []float64{huge})
		},
		"histogram": func(c *Chart) { c.Histogram("h", Observed, []float64{1e300, 2e300, 1e306}, 1000) },
		"same":      func(c *Chart) { c.Histogram("h", Observed, []float64{1e300, 1e300}, 10) },
		"tiny":      func(c *Chart) { c.Histogram("h", Observed, []float64{0, 5e-324}, 10) },
		"heat map":  func(c *Chart) { c.Density("d", wide, -1, 1, -1e306, 1e306) },
		"error bars": func(c *Chart) {
			c.ErrorBars("e", Predicted, func(x float64) mdnlib.Distribution { return mdnlib.Normal(x, 1e300) }, []float64{-huge, huge})
		},
		"components": func(c *Chart) { c.Components("c", Predicted, wide, -1, 1, 2) },
		"intervals": func(c *Chart) {
			c.Intervals("i", Predicted, []float64{1}, func(float64) [][2]float64 { return [][2]float64{{-huge, huge}} })
		},
		"density curve": func(c *Chart) { c.DensityCurve("d", Predicted, mdnlib.Normal(0, 1e300), -1e301, 1e301) },
		"upright":       func(c *Chart) { c.DensityCurve("d", Predicted, mdnlib.PointMass(huge), -1, 1) },
	} {
		for _, cut := range []string{"as it is", "cut off", "moved away"} {
			c := New("A title", "x", "y")
			add(c)
			switch cut {
			case "cut off":
				c.X.Min, c.X.Max, c.Y.Min, c.Y.Max = -0.25, 0.5, -0.5, 0.25
			case "moved away":
				c.X.Min, c.X.Max, c.Y.Min, c.Y.Max = -1e307, -1e306, 1e306, 1e307
			}
			if beyond := outside(c); beyond > 20 {
				t.Errorf("%s, %s: something is drawn %g points beyond the chart's edges", name, cut, beyond)
			}
			if text := said(c) + c.Name() + fmt.Sprint(c.tables(c.view())); strings.Contains(text, "NaN") || strings.Contains(text, "Inf") {
				t.Errorf("%s, %s: there is a number that is none: %s", name, cut, text)
			}
		}
	}
}

// TestNetworksOfAnySize checks that the work of drawing a network does not grow with its width and depth, and what is said then.
func TestNetworksOfAnySize(t *testing.T) {
	deep := make([]int, 40)
	for i := range deep {
		deep[i] = 3
	}
	for _, test := range []struct {
		hidden []int
		want   string
	}{
		{[]int{16}, "16 × tanh, 2 out, each circle joined to all of the next column, 66 weights and biases in all."},
		{[]int{256, 256}, "66818 weights and biases in all; 12 of 256 units drawn in each layer of so many."},
		{deep, "x, 3 × tanh, 3 × tanh, more layers, 3 × tanh, 3 × tanh, 2 out, "},
		{deep, "; 6 of 42 layers drawn."},
	} {
		c := Network(mdnlib.New(mdnlib.Network{Hidden: test.hidden, Head: mdnlib.GaussianHead{}}, 1))
		if got := c.Describe().Numbers; !strings.Contains(got, test.want) {
			t.Errorf("hidden layers %v: the description %q does not say %q", test.hidden, got, test.want)
		}
		if n := len(strokes(c)); n > 5000 {
			t.Errorf("hidden layers %v: drawn in %d steps", test.hidden, n)
		}
		if len([]rune(c.Title)) > 120 {
			t.Errorf("hidden layers %v: the title %q is long", test.hidden, c.Title)
		}
	}
}

// TestWholeChartsStayInside cuts charts off that consist of several layers.
func TestWholeChartsStayInside(t *testing.T) {
	law, data := post()
	e := mdnlib.NewEnsemble(3, mdnlib.Network{Hidden: []int{12}, Head: mdnlib.GaussianHead{}}, 1)
	means := New("Means", "x", "y")
	means.Means(Predicted, e, 0, 7)
	means.Groups([]string{"a", "b"}, []mdnlib.Data{data, data})
	means.Limits("limits", Truth, law, 0.9, 0, 7)
	means.Bands("bands", Predicted, law, 0.1, 7)
	for name, c := range map[string]*Chart{
		"reliability": Reliability(data, Prediction{"the truth", Predicted, law}),
		"PIT":         PIT(data, 20, Prediction{"the truth", Predicted, law}, Prediction{"half", First, narrow(law)}),
		"CRPS":        CRPS(law(2), 1.5),
		"spread":      Spread(e, law, data, 0, 7),
		"effect":      Effect(someEffect()),
		"means":       means,
	} {
		left, right, bottom, top := c.dataRange()
		c.X.Min, c.X.Max = left+(right-left)/3, right-(right-left)/3
		c.Y.Min, c.Y.Max = bottom+(top-bottom)/3, top-(top-bottom)/3
		if beyond := outside(c); beyond > 20 {
			t.Errorf("%s: something is drawn %g points beyond the chart's edges", name, beyond)
		}
		for _, table := range c.tables(c.view()) {
			for _, row := range table.Rows {
				if x, err := row[0].Float64(); err != nil || !strings.Contains(table.Columns[0], "from") && !c.view().containsX(x) {
					t.Errorf("%s: the table %q has a row for x = %s (%v)", name, table.Name, row[0], err)
				}
			}
		}
	}
}
