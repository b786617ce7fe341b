package figure

import (
	"image/color"
	"math"
	"strings"
	"testing"

	"mdn/mdnlib"
)

// twoAnswers is 0.2 or 0.8, more and more often the second; its third component never is.
func twoAnswers(x float64) mdnlib.Distribution {
	return mdnlib.Mixture{Weight: []float64{1 - x, x, 0}, Mu: []float64{0.2, 0.8, 99}, Sigma: []float64{0.05, 0.05, 1}}
}

// TestDensity looks for what a density's heat map says of itself, and for its colours: the darkest on the ridge, white
// between.
func TestDensity(t *testing.T) {
	c := New("A map", "x", "y")
	c.Density("density", twoAnswers, 0.25, 0.75, 0, 1.02)
	// The peaks are w/(0.05·√2π), with the larger weight w from 0.5 to 0.75, so the highest is 5.98. Their cells, 0.0034 high, have
	// their middles at 0.1989 and 0.8007.
	for _, want := range []string{
		"density: from 0 (no colour) to 5.98. ",
		"at 0.1989 and 0.8007 where x = 0.5006",
		"at 0.1989 and 0.8007 where x = 0.7494",
	} {
		if !strings.Contains(said(c), want) {
			t.Errorf("the description %q does not say %q", said(c), want)
		}
	}
	picture := picture(t, c)
	count := map[color.NRGBA]int{}
	for y := range picture.Bounds().Dy() {
		for x := range picture.Bounds().Dx() {
			count[color.NRGBAModel.Convert(picture.At(x, y)).(color.NRGBA)]++
		}
	}
	for _, shade := range []color.NRGBA{shades[len(shades)-1], shades[len(shades)/2], {R: 0xff, G: 0xff, B: 0xff, A: 0xff}} {
		if count[shade] < 500 {
			t.Errorf("%d dots have the colour %v", count[shade], shade)
		}
	}

	uneven := New("", "x", "y") // the peaks are 0.399/σ, with σ from 0.01 to 0.1; nine tenths of them are above 0.399/0.0909
	uneven.Density("density", func(x float64) mdnlib.Distribution { return mdnlib.Normal(0.5, x) }, 0.01, 0.1, 0, 1)
	if want := "density: from 0 (no colour) to 17.6 and more"; !strings.Contains(said(uneven), want) {
		t.Errorf("the description %q does not say %q", said(uneven), want)
	}

	narrow := New("", "x", "y") // its peaks have a σ of a hundredth of a cell, and all of it is in the cell around 0.5017
	narrow.Density("density", func(float64) mdnlib.Distribution { return mdnlib.Normal(0.5017, 1.0/30000) }, 0, 1, 0, 1)
	if want := "density: from 0 (no colour) to 300. density: peaks at 0.5017 where x = 0.00125"; !strings.Contains(said(narrow), want) {
		t.Errorf("the description %q does not say %q", said(narrow), want)
	}

	nothing := New("", "x", "y")
	nothing.Density("density", func(float64) mdnlib.Distribution { return mdnlib.PointMass(9) }, 0, 1, 0, 1)
	if want := "at no y in the chart where x = 0.5012"; !strings.Contains(said(nothing), want) {
		t.Errorf("the description %q does not say %q", said(nothing), want)
	}
	if _, err := nothing.PNG(); err != nil {
		t.Error(err)
	}
}

// TestShadesAreEven measures the lightness L* of the colours, by its definition in CIE 15: equal steps, from white on.
func TestShadesAreEven(t *testing.T) {
	lightness := func(c color.NRGBA) float64 {
		linear := func(v uint8) float64 {
			s := float64(v) / 255
			if s <= 0.04045 { // IEC 61966-2-1
				return s / 12.92
			}
			return math.Pow((s+0.055)/1.055, 2.4)
		}
		return 116*math.Cbrt(0.2126*linear(c.R)+0.7152*linear(c.G)+0.0722*linear(c.B)) - 16
	}
	first, last := lightness(shades[0]), lightness(shades[len(shades)-1])
	if math.Abs(first-100) > 0.1 || last > 35 {
		t.Errorf("lightness goes from %.1f to %.1f, want from 100 to 35 or less", first, last)
	}
	for i, shade := range shades {
		want := first + (last-first)*float64(i)/float64(len(shades)-1)
		if got := lightness(shade); math.Abs(got-want) > 0.5 {
			t.Errorf("shade %d has lightness %.2f, want %.2f", i, got, want)
		}
		if shade.R < shade.G || shade.R < shade.B {
			t.Errorf("shade %d, %v, is not red", i, shade)
		}
	}
}

// TestDensityRefuses asserts what is said about what has no density, no intervals.
func TestDensityRefuses(t *testing.T) {
	lost := func(float64) mdnlib.Distribution {
		return mdnlib.Mixture{Weight: []float64{math.NaN()}, Mu: []float64{0}, Sigma: []float64{1}}
	}
	for _, test := range []struct {
		name string
		draw func(*Chart)
		want string
	}{
		{"NaN", func(c *Chart) { c.Density("map", lost, 0, 1, 0, 1) }, `figure: cannot draw "map": plotter: NaN data point`},
		{"an empty rectangle", func(c *Chart) { c.Density("map", twoAnswers, 1, 1, 0, 1) },
			`figure: cannot draw "map": its rectangle has x from 1 to 1 and y from 0 to 1; use ends that are 1e+307 or nearer to 0, the lower one first`},
		{"no intervals", func(c *Chart) {
			c.Intervals("bars", Predicted, []float64{1}, func(float64) [][2]float64 { return nil })
		},
			`figure: cannot draw "bars": plotter: no data points`},
	} {
		func() {
			defer func() {
				if got, _ := recover().(string); got != test.want {
					t.Errorf("%s: panic %q, want %q", test.name, got, test.want)
				}
			}()
			test.draw(New("", "x", "y"))
		}()
	}
}
