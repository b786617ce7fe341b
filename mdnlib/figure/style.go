package figure

import (
	"image/color"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Style is how one thing is drawn: what it does not use, it ignores.
type Style struct {
	Color  color.NRGBA
	Width  vg.Length // of lines
	Radius vg.Length // of points
	Dashes []vg.Length
}

// One style for one thing, the same in every chart: what was observed is blue, what is predicted red, what the law says
// magenta, as in the post, and its error bars dark blue. First, Second and Third are for curves that are none of these. The
// shades differ in lightness too, for print in grey and for the colour-blind.
var (
	Observed       = Style{Color: color.NRGBA{R: 0x1f, G: 0x5f, B: 0xd0, A: 0x70}, Radius: 2.6}
	ObservedFaint  = Style{Color: color.NRGBA{R: 0x1f, G: 0x5f, B: 0xd0, A: 0x1c}, Radius: 3.2}
	ObservedSmall  = Style{Color: Observed.Color, Radius: 1} // in a panel of Multiples
	Measured       = Style{Color: color.NRGBA{R: 0x1f, G: 0x5f, B: 0xd0, A: 0xff}, Radius: 3.4}
	Truth          = Style{Color: color.NRGBA{R: 0xb0, G: 0x00, B: 0xa8, A: 0xff}, Width: 2}
	TruthThin      = Style{Color: Truth.Color, Width: 1.3} // in a panel of Multiples
	TrueSpread     = Style{Color: color.NRGBA{R: 0x0b, G: 0x2f, B: 0x9e, A: 0xff}, Width: 2.4, Radius: 3.4}
	Predicted      = Style{Color: color.NRGBA{R: 0xe0, G: 0x2a, B: 0x1b, A: 0xff}, Width: 1.6, Radius: 3.4}
	PredictedLight = Style{Color: color.NRGBA{R: 0xe0, G: 0x2a, B: 0x1b, A: 0x2e}, Width: 1}
	Floor          = Style{Color: color.NRGBA{R: 0x30, G: 0x30, B: 0x30, A: 0xff}, Width: 1.4, Dashes: []vg.Length{5, 3}}
	Chance         = Style{Color: color.NRGBA{R: 0x50, G: 0x50, B: 0x50, A: 0x38}} // a band in which a right model stays, but for luck
	Observations   = Style{Color: color.NRGBA{R: 0x1f, G: 0x5f, B: 0xd0, A: 0x1c}} // a range of x that has data
	First          = Style{Color: color.NRGBA{R: 0x20, G: 0x20, B: 0x60, A: 0xff}, Width: 2}
	Second         = Style{Color: color.NRGBA{R: 0x00, G: 0x80, B: 0x66, A: 0xff}, Width: 2, Dashes: []vg.Length{8, 3}}
	Third          = Style{Color: color.NRGBA{R: 0xc8, G: 0x7a, B: 0x00, A: 0xff}, Width: 2, Dashes: []vg.Length{2, 3}}
)

// Dashed returns the style with its line broken into dashes.
func (s Style) Dashed() Style {
	s.Dashes = []vg.Length{6, 3}
	return s
}

func (s Style) line() draw.LineStyle {
	return draw.LineStyle{Color: s.Color, Width: s.Width, Dashes: s.Dashes}
}

func (s Style) glyph() draw.GlyphStyle {
	glyph := draw.GlyphStyle{Color: s.Color, Radius: s.Radius, Shape: draw.CircleGlyph{}}
	if s.Color.A == 0xff {
		glyph.Shape = ringedGlyph{}
	}
	return glyph
}

// ringedGlyph is a dot with a white ring, which sets it off from what it lies on, in print in grey as well.
type ringedGlyph struct{}

func (ringedGlyph) DrawGlyph(c *draw.Canvas, style draw.GlyphStyle, at vg.Point) {
	ring := style
	ring.Radius += 0.9
	c.SetColor(color.White)
	draw.CircleGlyph{}.DrawGlyph(c, ring, at)
	c.SetColor(style.Color)
	draw.CircleGlyph{}.DrawGlyph(c, style, at)
}

var (
	sans = font.Font{Typeface: "Liberation", Variant: "Sans"}
	ink  = color.NRGBA{R: 0x22, G: 0x22, B: 0x22, A: 0xff}
	rule = color.NRGBA{R: 0xdd, G: 0xdd, B: 0xdd, A: 0xff}

	frameColor = color.NRGBA{R: 0xaa, G: 0xaa, B: 0xaa, A: 0xff} // of a legend, and of a scale of colours in it
)

func textStyle(size vg.Length) text.Style {
	return text.Style{Color: ink, Font: font.From(sans, size), Handler: plot.DefaultTextHandler}
}

// box returns the corners of a rectangle.
func box(left, bottom, right, top vg.Length) []vg.Point {
	return []vg.Point{{X: left, Y: bottom}, {X: right, Y: bottom}, {X: right, Y: top}, {X: left, Y: top}}
}
