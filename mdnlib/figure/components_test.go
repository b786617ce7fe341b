package figure

import (
	"math"
	"strings"
	"testing"

	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"

	"mdn/mdnlib"
)

// parting is a law of two components; the weight of the second grows from 0 at x = 0 to 1 at x = 1.
func parting(x float64) mdnlib.Distribution {
	return mdnlib.Mixture{Weight: []float64{1 - x, x}, Mu: []float64{-1, 1 + x}, Sigma: []float64{0.5, 0.25}}
}

// TestComponents checks the description, and that a component's line is as wide as its weight says.
func TestComponents(t *testing.T) {
	c := New("A title", "x", "y")
	c.Components("both", Predicted, parting, 0, 1, 1)
	want := "A title. A chart of y (from −1.5 to 2.25) over x (from 0 to 1): both as bands and lines. both: component 1 from −1 ± 0.5 with weight 1.00 at x = 0 by −1 ± 0.5 with weight 0.50 at x = 0.5 to " +
		"−1 ± 0.5 with weight 0.00 at x = 1, component 2 from 1 ± 0.25 with weight 0.00 at x = 0 by 1.5 ± 0.25 with weight 0.50 at x = 0.5 to " +
		"2 ± 0.25 with weight 1.00 at x = 1. both: the weight of component 1 falls, the weight of component 2 rises."
	if got := said(c); got != want {
		t.Errorf("description\n%s, want\n%s", got, want)
	}
	if _, _, low, high := c.dataRange(); low != -1.5 || high != 2.25 {
		t.Errorf("the vertical axis is from %g to %g; the bands are from −1.5 to 2.25", low, high)
	}
	picture := picture(t, c)
	width := picture.Bounds().Dx()
	// Together the two lines are 2·(0.3 + 3w) + 2·(0.3 + 3(1 − w)) = 7.2 points wide at any x, 19.2 dots of 0.375 points.
	for _, x := range []int{width / 3, width / 2, 2 * width / 3} {
		if got := thickness(picture, x, Predicted); got < 15 || got > 20 {
			t.Errorf("at dot %d of %d the lines are %d dots wide, want about 19", x, width, got)
		}
	}
}

// TestComponentsWithoutBands checks that lines alone take no more room than they need, and are described as lines; a component
// without weight needs no room at all.
func TestComponentsWithoutBands(t *testing.T) {
	c := New("A title", "x", "y")
	c.Components("lines", Predicted, twoAnswers, 0, 1, 0)
	want := "lines: component 1 from 0.2 with weight 1.00 at x = 0 by 0.2 with weight 0.50 at x = 0.5 to 0.2 with weight 0.00 at x = 1, component 2 "
	if !strings.Contains(said(c), want) {
		t.Errorf("the description %q does not say %q", said(c), want)
	}
	if _, _, low, high := c.dataRange(); low != 0.2 || high != 0.8 {
		t.Errorf("the vertical axis is from %g to %g; the lines are from 0.2 to 0.8", low, high)
	}
	picture(t, c)

	twice := New("A title", "x", "y")
	twice.Components("wide", Predicted, parting, 0, 1, 2)
	if want := "component 1 from −1 ± 1 with weight 1.00 at x = 0"; !strings.Contains(said(twice), want) {
		t.Errorf("the description %q does not say %q", said(twice), want)
	}
	if _, _, low, high := twice.dataRange(); low != -2 || high != 2.5 {
		t.Errorf("the vertical axis is from %g to %g; the bands of twice the standard deviation are from −2 to 2.5", low, high)
	}
}

// TestComponentsInsideTheirChart cuts a chart off on all sides: nothing may be drawn beyond the axes.
func TestComponentsInsideTheirChart(t *testing.T) {
	c := New("A title", "x", "y")
	steep := func(x float64) mdnlib.Distribution {
		return mdnlib.Mixture{Weight: []float64{0.5, 0.5}, Mu: []float64{8 * x, -8 * x}, Sigma: []float64{1, 1}}
	}
	c.Components("steep", First, steep, -1, 1, 1)
	c.X.Min, c.X.Max, c.Y.Min, c.Y.Max = -0.5, 0.5, -3, 3
	p := c.plot(c.view())
	p.Y.LineStyle.Color, p.X.LineStyle.Color = Second.Color, Second.Color
	canvas := vgimg.NewWith(vgimg.UseWH(c.Width, c.Height), vgimg.UseDPI(density*pixelsPerInch))
	p.Draw(draw.New(canvas))
	lines, axes := where(canvas.Image(), First.Color), where(canvas.Image(), Second.Color)
	if lines.Empty() || !lines.In(axes) {
		t.Errorf("the lines are drawn at %v, the axes at %v", lines, axes)
	}
}

// TestComponentsNumbersStandApart draws components whose weights are largest at the same place, where their means are close too.
func TestComponentsNumbersStandApart(t *testing.T) {
	c := New("A title", "x", "y")
	c.Components("three", Predicted, func(x float64) mdnlib.Distribution {
		w := 0.3 * math.Exp(-x*x)
		return mdnlib.Mixture{Weight: []float64{w, w, w, 1 - 3*w}, Mu: []float64{0, 0.01, x, 5}, Sigma: []float64{1, 1, 1, 1}}
	}, -2, 2, 1)
	canvas := draw.New(vgimg.New(c.Width, c.Height))
	labels := c.parts[0].layer.(*components).labels(canvas, c.plot(c.view()))
	if len(labels) != 4 || labels[0].number != 1 || math.Abs(float64(labels[0].at.X-canvas.Center().X)) > 1 {
		t.Errorf("the numbers stand at %v, want four, the first in the middle, where its weight is largest", labels)
	}
	for i, a := range labels {
		for _, b := range labels[:i] {
			if apart := math.Hypot(float64(a.at.X-b.at.X), float64(a.at.Y-b.at.Y)); apart < float64(2*labelRadius) {
				t.Errorf("the numbers %d and %d are %.1f points apart, want %g or more", a.number, b.number, apart, 2*labelRadius)
			}
		}
	}
	_, trY := c.plot(c.view()).Transforms(&canvas)
	if second := labels[1]; math.Abs(float64(second.at.Y-trY(0.01))) > 0.5 {
		t.Errorf("the number 2 stands at the height %g, and its line is at %g", second.at.Y, trY(0.01))
	}
}

func TestComponentsRefuse(t *testing.T) {
	varying := func(x float64) mdnlib.Distribution {
		if x > 0.5 {
			return mdnlib.Mixture{Weight: []float64{1}, Mu: []float64{0}, Sigma: []float64{1}}
		}
		return parting(x)
	}
	lost := func(float64) mdnlib.Distribution {
		return mdnlib.Mixture{Weight: []float64{1}, Mu: []float64{math.NaN()}, Sigma: []float64{1}}
	}

	for _, test := range []struct {
		name string
		draw func(*Chart)
		want string
	}{
		{"no mixture", func(c *Chart) { c.Components("both", Predicted, mdnlib.Quadratic(0.1), 0, 1, 1) },
			`figure: cannot draw "both": the law is not a mixture, of as many components at every x`},
		{"another number of components", func(c *Chart) { c.Components("both", Predicted, varying, 0, 1, 0) },
			`figure: cannot draw "both": the law is not a mixture, of as many components at every x`},
		{"NaN", func(c *Chart) { c.Components("one", Predicted, lost, 0, 1, 0) },
			`figure: cannot draw "one": a mixture's Mu[0] is NaN; use a finite number`},
		{"deviations", func(c *Chart) { c.Components("both", Predicted, parting, 0, 1, -1) },
			`figure: cannot draw "both": its bands are ± -1 standard deviations; use 0, for lines only, or more`},
		{"no data", func(c *Chart) { c.Groups([]string{"a"}, []mdnlib.Data{{}}) }, `figure: cannot draw "a": plotter: no data points`},
		{"no name", func(c *Chart) { c.Groups([]string{""}, []mdnlib.Data{{X: []float64{1}, Y: []float64{1}}}) },
			`figure: Groups with a name that is empty; every group needs one in the legend`},
		{"five groups", func(c *Chart) { c.Groups(make([]string, 5), make([]mdnlib.Data, 5)) },
			`figure: Groups with 5 names and 5 groups; use as many of both, and up to 4`},
	} {
		func() {
			defer func() {
				if got := recover(); got != test.want {
					t.Errorf("%s: panic %v, want %q", test.name, got, test.want)
				}
			}()
			test.draw(New("", "x", "y"))
		}()
	}
}
