package svg

import (
	"bytes"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"image"
	"image/color"
	"image/png"
	"io"
	"math"
	"regexp"
	"strings"
	"testing"

	xfont "golang.org/x/image/font"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/font/liberation"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

var (
	red   = color.NRGBA{R: 0xff, A: 0xff}
	green = color.NRGBA{G: 0x80, A: 0xff}
	fonts = font.NewCache(liberation.Collection())
)

func options() Options {
	return Options{Label: "A & B", Background: color.White, Names: map[color.NRGBA]string{red: "alarm"}, PictureFilter: "picture"}
}

// at returns the point that is so many pixels right of and below the upper left corner of a canvas of 100 × 100 pixels.
func at(x, y float64) vg.Point { return vg.Point{X: vg.Length(x) * 0.75, Y: vg.Length(100-y) * 0.75} }

// pixels returns a length of so many pixels.
func pixels(n float64) vg.Length { return vg.Length(n) * 0.75 }

func square() *Canvas { return New(pixels(100), pixels(100), options()) }

const (
	head = `<svg xmlns="http://www.w3.org/2000/svg" width="100" height="100" viewBox="0 0 100 100" role="img" aria-label="A &amp; B" ` +
		`font-family="Liberation Sans,Arimo,Arial,Helvetica,sans-serif" stroke-linejoin="round">`
	tail = "</svg>"
)

// written returns what a canvas writes, which has to be well-formed XML.
func written(t *testing.T, c *Canvas) string {
	t.Helper()
	var file bytes.Buffer
	n, err := c.WriteTo(&file)
	if err != nil {
		t.Fatal(err)
	}
	if n != int64(file.Len()) {
		t.Errorf("WriteTo says that it wrote %d bytes of %d", n, file.Len())
	}
	decoder := xml.NewDecoder(bytes.NewReader(file.Bytes()))
	for {
		if _, err := decoder.Token(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatalf("%v in %s", err, &file)
		}
	}
	return file.String()
}

// line is a path through points, in pixels: x, y, x, y, …
func line(coordinates ...float64) (p vg.Path) {
	p.Move(at(coordinates[0], coordinates[1]))
	for rest := coordinates[2:]; len(rest) > 0; rest = rest[2:] {
		p.Line(at(rest[0], rest[1]))
	}
	return p
}

func closed(coordinates ...float64) vg.Path {
	p := line(coordinates...)
	p.Close()
	return p
}

// pen sets a line of one pixel.
func pen(c *Canvas, clr color.Color) {
	c.SetColor(clr)
	c.SetLineWidth(pixels(1))
}

func faint(c color.NRGBA) color.NRGBA {
	c.A = 0x66 // 0.4 of 255
	return c
}

// dotAt draws a circle as a chart does.
func dotAt(c *Canvas, clr color.Color, radius, x, y float64) {
	drawing := draw.New(c)
	drawing.DrawGlyph(draw.GlyphStyle{Color: clr, Radius: pixels(radius), Shape: draw.CircleGlyph{}}, at(x, y))
}

// idOf finds what all ids of a drawing begin with, which TestIDs looks at.
var idOf = regexp.MustCompile("drawing-[0-9a-f]{16}")

// TestIDs draws dots, whose markers have ids: equal drawings have the same, and no others do.
func TestIDs(t *testing.T) {
	id := func(size, radius float64) string {
		c := New(pixels(size), pixels(100), options())
		for _, x := range []float64{10, 20, 30, 40} {
			dotAt(c, red, radius, x, 20)
		}
		return idOf.FindString(written(t, c))
	}
	first := id(100, 2)
	if first == "" || first != id(100, 2) {
		t.Errorf("equal drawings have the ids %q and %q", first, id(100, 2))
	}
	if other, wider := id(100, 3), id(200, 2); other == first || wider == first || other == wider {
		t.Errorf("different drawings have the ids %q, %q and %q", first, other, wider)
	}
}

// TestData reads the data that a drawing carries, whatever is in it, and where its points are. Drawings with other data have other ids.
func TestData(t *testing.T) {
	draw := func(value string) *Canvas {
		c := square()
		for _, x := range []float64{10, 20, 30, 40} {
			dotAt(c, red, 2, x, 20)
		}
		c.SetData("a-1", value)
		c.SetData("b", "")
		return c
	}
	value := "{\"a\": '<b> & c'}\n\t\r"
	decoder := xml.NewDecoder(strings.NewReader(written(t, draw(value))))
	token, err := decoder.Token()
	if err != nil {
		t.Fatal(err)
	}
	data := map[string]string{}
	for _, attribute := range token.(xml.StartElement).Attr {
		data[attribute.Name.Local] = attribute.Value
	}
	if got, ok := data["data-b"]; data["data-a-1"] != value || got != "" || !ok {
		t.Errorf("the data are %q, want %q and an empty text", data, value)
	}
	if first, second := idOf.FindString(written(t, draw("1"))), idOf.FindString(written(t, draw("2"))); first == "" || first == second {
		t.Errorf("with other data the ids are %q and %q", first, second)
	}
	c := square()
	c.Translate(at(10, 80))
	if x, y := c.Pixel(vg.Point{X: pixels(20.123), Y: pixels(40)}); x != 30.1 || y != 40 {
		t.Errorf("a point is at %g, %g, want 30.1, 40", x, y)
	}
}

// TestParts draws dots before, in and after two parts: each part is an element of its class, which has what was drawn in it and no more, and
// ids are each there once.
func TestParts(t *testing.T) {
	c := square()
	dots := func(y float64) {
		for _, x := range []float64{10, 20, 30, 40} {
			dotAt(c, red, 2, x, y)
		}
	}
	dots(10)
	for i := range 2 {
		c.Begin("data")
		dots(20 + 10*float64(i))
		c.End()
	}
	dots(50)
	drawing := written(t, c)
	parts := strings.Split(drawing, `<g class="data">`)
	if len(parts) != 3 || strings.Count(drawing, "<marker ") != 4 {
		t.Fatalf("there are %d parts in %s", len(parts)-1, drawing)
	}
	for i, part := range parts[1:] {
		if inside, _, ended := strings.Cut(part, "</g>"); !ended || strings.Count(inside, "<marker ") != 1 {
			t.Errorf("part %d is %s", i, part)
		}
	}
	seen := map[string]bool{}
	for _, id := range regexp.MustCompile(`id="[^"]*"`).FindAllString(drawing, -1) {
		if seen[id] {
			t.Errorf("%s is there twice", id)
		}
		seen[id] = true
	}
}

// TestElements compares what each operation writes with SVG that was written by hand from the specification.
func TestElements(t *testing.T) {
	for _, test := range []struct {
		name string
		draw func(c *Canvas)
		want string
	}{
		{"nothing", func(c *Canvas) {}, ``},
		{"a line of one point, in black", func(c *Canvas) { c.Stroke(line(10, 10, 20, 30)) },
			`<path fill="none" stroke="#000" stroke-width="1.33" d="M10 10 20 30"/>`},
		{"level and upright lines, and a closing one", func(c *Canvas) {
			pen(c, green)
			c.Stroke(closed(10, 10, 90, 10, 90, 40, 10, 40, 10, 10))
		}, `<path fill="none" stroke="#008000" d="M10 10H90V40H10Z"/>`},
		{"relative where that is shorter", func(c *Canvas) {
			pen(c, green)
			c.Stroke(line(50, 50, 51, 51, 50.5, 53, 54, 53, 54, 50))
		}, `<path fill="none" stroke="#008000" d="M50 50l1 1-.5 2H54V50"/>`},
		{"coordinates are rounded to a tenth of a pixel", func(c *Canvas) {
			pen(c, green)
			c.Stroke(line(0.04, 0.26, 12.34, 56.78, 99.96, 0.04))
		}, `<path fill="none" stroke="#008000" d="M0 .3 12.3 56.8 100 0"/>`},
		{"a line that goes on straight is one, and one that goes nowhere is none", func(c *Canvas) {
			pen(c, green)
			c.Stroke(line(10, 10, 20, 20, 30, 30, 30.01, 30.01, 10, 30))
		}, `<path fill="none" stroke="#008000" d="M10 10 30 30H10"/>`},
		{"there and back is two lines", func(c *Canvas) {
			pen(c, green)
			c.Stroke(line(10, 10, 90, 10, 50, 10))
		}, `<path fill="none" stroke="#008000" d="M10 10H90 50"/>`},
		{"opaque lines of one colour are one path, even where they cross", func(c *Canvas) {
			pen(c, green)
			c.Stroke(line(10, 10, 90, 90))
			c.Stroke(line(10, 90, 90, 10))
		}, `<path fill="none" stroke="#008000" d="M10 10 90 90M10 90 90 10"/>`},
		{"faint lines that cross are two, so that the crossing is darker", func(c *Canvas) {
			pen(c, faint(green))
			c.Stroke(line(10, 10, 90, 90))
			c.Stroke(line(10, 90, 90, 10))
		}, `<g fill="none" stroke="#008000" stroke-opacity=".4"><path d="M10 10 90 90"/><path d="M10 90 90 10"/></g>`},
		{"faint lines that are apart are one path", func(c *Canvas) {
			pen(c, faint(green))
			c.Stroke(line(10, 10, 20, 10))
			c.Stroke(line(10, 90, 20, 90))
		}, `<path fill="none" stroke="#008000" stroke-opacity=".4" d="M10 10H20M10 90H20"/>`},
		{"what lies between two lines stays between them", func(c *Canvas) {
			pen(c, green)
			c.Stroke(line(10, 10, 20, 10))
			c.Fill(closed(0, 0, 50, 50, 0, 90))
			c.Stroke(line(10, 30, 20, 30))
		}, `<path fill="none" stroke="#008000" d="M10 10H20"/><path fill="#008000" d="M0 0 50 50 0 90Z"/>` +
			`<path fill="none" stroke="#008000" d="M10 30H20"/>`},
		{"dashes", func(c *Canvas) {
			pen(c, green)
			c.SetLineDash([]vg.Length{pixels(8), pixels(0.5)}, pixels(3))
			c.Stroke(line(10, 10, 20, 10))
			c.SetLineDash(nil, 0)
			c.Stroke(line(10, 30, 20, 30))
		}, `<path fill="none" stroke="#008000" stroke-dasharray="8 .5" stroke-dashoffset="3" d="M10 10H20"/>` +
			`<path fill="none" stroke="#008000" d="M10 30H20"/>`},
		{"without a width there is no line, and without opacity nothing at all", func(c *Canvas) {
			c.SetLineWidth(0)
			c.Stroke(line(10, 10, 20, 10))
			pen(c, color.NRGBA{R: 1})
			c.Stroke(line(10, 10, 20, 10))
			c.Fill(closed(0, 0, 50, 50, 0, 90))
		}, ``},
		{"a colour with a name, and its opacity", func(c *Canvas) {
			c.SetColor(faint(red))
			c.Fill(closed(10, 10, 90, 10, 90, 40, 10, 40))
		}, `<path fill="var(--alarm,#f00)" fill-opacity=".4" d="M10 10H90V40H10Z"/>`},
		{"areas that touch are one path", func(c *Canvas) {
			c.SetColor(faint(green))
			c.Fill(closed(10, 10, 20, 10, 20, 40, 10, 40))
			c.Fill(closed(20, 10, 30, 10, 30, 40, 20, 40))
		}, `<path fill="#008000" fill-opacity=".4" d="M10 10H20V40H10Zm10 0H30V40H20Z"/>`},
		{"areas that overlap are two, which one path could make a hole of", func(c *Canvas) {
			c.SetColor(green)
			c.Fill(closed(10, 10, 30, 10, 30, 40, 10, 40))
			c.Fill(closed(20, 10, 20, 40, 40, 40, 40, 10))
		}, `<g fill="#008000"><path d="M10 10H30V40H10Z"/><path d="M20 10V40H40V10Z"/></g>`},
		{"areas of several opacities share their colour", func(c *Canvas) {
			c.SetColor(faint(green))
			c.Fill(closed(10, 10, 20, 10, 20, 40))
			c.SetColor(green)
			c.Fill(closed(20, 10, 30, 10, 30, 40))
		}, `<g fill="#008000"><path fill-opacity=".4" d="M10 10H20V40Z"/><path d="M20 10H30V40Z"/></g>`},
		{"the background is left out, but where it covers something", func(c *Canvas) {
			c.SetColor(color.White)
			c.Fill(closed(0, 0, 100, 0, 100, 100, 0, 100))
			c.SetColor(green)
			c.Fill(closed(10, 10, 20, 10, 20, 40))
			c.SetColor(color.White)
			c.Fill(closed(50, 0, 60, 0, 60, 10))
			c.Fill(closed(0, 0, 15, 0, 15, 50))
		}, `<path fill="#008000" d="M10 10H20V40Z"/><path fill="#fff" d="M0 0H15V50Z"/>`},
		{"an arc of a quarter of a circle, counterclockwise, with a line to its beginning", func(c *Canvas) {
			pen(c, green)
			p := line(10, 50)
			p.Arc(at(50, 50), pixels(30), 0, math.Pi/2)
			c.Stroke(p)
		}, `<path fill="none" stroke="#008000" d="M10 50H80A30 30 0 0 0 50 20"/>`},
		{"an arc of three quarters, clockwise", func(c *Canvas) {
			pen(c, green)
			var p vg.Path
			p.Arc(at(50, 50), pixels(30), 0, -3*math.Pi/2)
			c.Stroke(p)
		}, `<path fill="none" stroke="#008000" d="M80 50A30 30 0 1 1 50 20"/>`},
		{"curves", func(c *Canvas) {
			pen(c, green)
			p := line(10, 10)
			p.QuadTo(at(20, 80), at(30, 10))
			p.CubeTo(at(40, 80), at(90, 99), at(80, 10))
			c.Stroke(p)
		}, `<path fill="none" stroke="#008000" d="M10 10q10 70 20 0c10 70 60 89 50 0"/>`},
		{"a dot", func(c *Canvas) { dotAt(c, red, 2, 10, 20) }, `<circle fill="var(--alarm,#f00)" cx="10" cy="20" r="2"/>`},
		{"few dots", func(c *Canvas) {
			dotAt(c, red, 2, 10, 20)
			dotAt(c, red, 2, 11, 20)
		}, `<g fill="var(--alarm,#f00)"><circle cx="10" cy="20" r="2"/><circle cx="11" cy="20" r="2"/></g>`},
		{"many dots are one path with markers, by x and y; two in one place stay two", func(c *Canvas) {
			dotAt(c, faint(red), 2, 30, 20)
			dotAt(c, faint(red), 2, 10, 25)
			dotAt(c, faint(red), 2, 10, 20)
			dotAt(c, faint(red), 2, 30, 20)
		}, `<marker id="c-1" markerUnits="userSpaceOnUse" overflow="visible"><circle fill="var(--alarm,#f00)" fill-opacity=".4" r="2"/></marker>` +
			`<path fill="none" style="marker:url(#c-1)" d="M10 20v5l20-5h0"/>`},
		{"dots on larger ones keep their order, as the later cover the earlier", func(c *Canvas) {
			for _, x := range []float64{30, 10, 20, 32} {
				dotAt(c, color.White, 3, x, 20)
				dotAt(c, red, 2, x, 20)
			}
		}, `<marker id="c-1" markerUnits="userSpaceOnUse" overflow="visible"><circle fill="#fff" r="3"/><circle fill="var(--alarm,#f00)" r="2"/></marker>` +
			`<path fill="none" style="marker:url(#c-1)" d="M30 20H10 20 32"/>`},
		{"each kind of dots has a marker of its own", func(c *Canvas) {
			for _, radius := range []float64{1, 2} {
				for _, x := range []float64{10, 20, 30, 40} {
					dotAt(c, green, radius, x, 10*radius)
				}
			}
		}, `<marker id="c-1" markerUnits="userSpaceOnUse" overflow="visible"><circle fill="#008000" r="1"/></marker>` +
			`<path fill="none" style="marker:url(#c-1)" d="M10 10H20 30 40"/>` +
			`<marker id="c-2" markerUnits="userSpaceOnUse" overflow="visible"><circle fill="#008000" r="2"/></marker>` +
			`<path fill="none" style="marker:url(#c-2)" d="M10 20H20 30 40"/>`},
		{"areas of one shape are markers as well, each at its first corner", func(c *Canvas) {
			c.SetColor(faint(green))
			for _, x := range []float64{10, 20, 30, 40} {
				c.Fill(closed(x, 10.03, x+5.02, 10.03, x, 40))
			}
		}, `<marker id="c-1" markerUnits="userSpaceOnUse" overflow="visible"><path fill="#008000" fill-opacity=".4" d="M0 0H5L0 30Z"/></marker>` +
			`<path fill="none" style="marker:url(#c-1)" d="M10 10H20 30 40"/>`},
		{"a cross, of two lines of half a point", func(c *Canvas) {
			drawing := draw.New(c)
			drawing.DrawGlyph(draw.GlyphStyle{Color: green, Radius: pixels(2 * math.Sqrt2), Shape: draw.CrossGlyph{}}, at(50, 50))
		}, `<path fill="none" stroke="#008000" stroke-width=".67" d="M48 52l4-4m-4 0 4 4"/>`},
		{"an outline of a circle", func(c *Canvas) {
			drawing := draw.New(c)
			drawing.DrawGlyph(draw.GlyphStyle{Color: green, Radius: pixels(4), Shape: draw.RingGlyph{}}, at(50, 50))
		}, `<path fill="none" stroke="#008000" stroke-width=".67" d="M54 50a4 4 0 0 0-8 0 4 4 0 0 0 8 0Z"/>`},

		// Digits of Liberation Sans are 1139/2048 of their size wide: at 16 pixels, 8.9.
		{"text, as wide as it was measured", func(c *Canvas) {
			c.FillString(fonts.Lookup(font.Font{Typeface: "Liberation", Variant: "Sans"}, pixels(16)), at(10, 20), "10")
		}, `<text fill="#000" font-size="16" x="10" y="20" textLength="17.8" lengthAdjust="spacingAndGlyphs">10</text>`},
		{"texts of one kind share it", func(c *Canvas) {
			face := fonts.Lookup(font.Font{Typeface: "Liberation", Variant: "Sans"}, pixels(16))
			c.SetColor(faint(red))
			c.FillString(face, at(10, 20), "1")
			c.FillString(face, at(10, 60), "2")
		}, `<g fill="var(--alarm,#f00)" font-size="16" fill-opacity=".4"><text x="10" y="20" textLength="8.9" lengthAdjust="spacingAndGlyphs">1</text>` +
			`<text x="10" y="60" textLength="8.9" lengthAdjust="spacingAndGlyphs">2</text></g>`},
		{"bold and slanted text of a typewriter, whose letters are 1229/2048 wide", func(c *Canvas) {
			face := fonts.Lookup(font.Font{Typeface: "Liberation", Variant: "Mono", Weight: xfont.WeightBold, Style: xfont.StyleItalic}, pixels(16))
			c.FillString(face, at(10, 20), "1")
		}, `<text fill="#000" font-size="16" font-family="Liberation Mono,Cousine,Courier New,Courier,monospace" font-weight="700" font-style="italic" ` +
			`x="10" y="20" textLength="9.6" lengthAdjust="spacingAndGlyphs">1</text>`},
		{"text that goes upwards", func(c *Canvas) {
			c.Push()
			c.Translate(at(10, 20))
			c.Rotate(math.Pi / 2)
			c.FillString(fonts.Lookup(font.Font{Typeface: "Liberation", Variant: "Sans"}, pixels(16)), vg.Point{}, "1")
			c.Pop()
		}, `<text fill="#000" font-size="16" transform="translate(10 20)rotate(-90)" textLength="8.9" lengthAdjust="spacingAndGlyphs">1</text>`},
		{"text with letters of XML, and with spaces that count", func(c *Canvas) {
			c.FillString(fonts.Lookup(font.Font{Typeface: "Liberation", Variant: "Mono"}, pixels(16)), at(10, 20), `<&>"  a`)
		}, `<text fill="#000" font-size="16" font-family="Liberation Mono,Cousine,Courier New,Courier,monospace" x="10" y="20" xml:space="preserve" ` +
			`textLength="67.2" lengthAdjust="spacingAndGlyphs">&lt;&amp;&gt;&#34;  a</text>`},
		{"text of nothing but spaces, or of no size", func(c *Canvas) {
			c.FillString(fonts.Lookup(font.Font{Typeface: "Liberation", Variant: "Sans"}, pixels(16)), at(10, 20), "  ")
			c.FillString(fonts.Lookup(font.Font{Typeface: "Liberation", Variant: "Sans"}, 0), at(10, 20), "a")
		}, ``},
		{"turned, moved and enlarged, and back again", func(c *Canvas) {
			pen(c, green)
			c.Push()
			c.Translate(at(50, 50))
			c.Rotate(-math.Pi / 2)
			c.Scale(2, 2)
			c.Translate(vg.Point{X: pixels(5)})
			c.SetColor(red)
			c.SetLineDash([]vg.Length{pixels(1)}, 0)
			c.Stroke(vg.Path{{Type: vg.MoveComp}, {Type: vg.LineComp, Pos: vg.Point{X: pixels(10)}}}) // to the right, which is now down
			c.Pop()
			c.Stroke(line(10, 10, 20, 10))
		}, `<path fill="none" stroke="var(--alarm,#f00)" stroke-width="2" stroke-dasharray="2" d="M50 60V80"/>` +
			`<path fill="none" stroke="#008000" d="M10 10H20"/>`},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := square()
			test.draw(c)
			if got, want := idOf.ReplaceAllString(written(t, c), "c"), head+test.want+tail; got != want {
				t.Errorf("it writes\n%s, want\n%s", got, want)
			}
			if first, second := written(t, c), written(t, c); first != second {
				t.Errorf("written twice, it is\n%s and\n%s", first, second)
			}
		})
	}
}

// TestPicture draws a picture of two dots, one of them half transparent, and reads it back.
func TestPicture(t *testing.T) {
	picture := image.NewNRGBA(image.Rect(0, 0, 2, 1))
	picture.SetNRGBA(0, 0, red)
	picture.SetNRGBA(1, 0, faint(green))
	c := square()
	c.DrawImage(vg.Rectangle{Min: at(10, 40), Max: at(90, 20)}, picture)
	c.DrawImage(vg.Rectangle{Min: at(10, 40), Max: at(10, 20)}, picture) // has no width
	before, rest, _ := strings.Cut(written(t, c), `href="data:image/png;base64,`)
	if want := head + `<image x="10" y="20" filter="var(--picture,none)" width="80" height="20" preserveAspectRatio="none" image-rendering="pixelated" `; before != want {
		t.Errorf("it writes\n%s, want\n%s", before, want)
	}
	encoded, after, _ := strings.Cut(rest, `"`)
	if want := "/>" + tail; after != want {
		t.Errorf("it ends in %s, want %s", after, want)
	}
	decoded, err := png.Decode(base64.NewDecoder(base64.StdEncoding, strings.NewReader(encoded)))
	if err != nil {
		t.Fatal(err)
	}
	if decoded.Bounds() != picture.Bounds() {
		t.Fatalf("the picture is %v, want %v", decoded.Bounds(), picture.Bounds())
	}
	for x := range 2 {
		if got, want := color.NRGBAModel.Convert(decoded.At(x, 0)), picture.At(x, 0); got != want {
			t.Errorf("dot %d is %v, want %v", x, got, want)
		}
	}
}

// TestPictureOfManyColours draws more colours than a palette has.
func TestPictureOfManyColours(t *testing.T) {
	picture := image.NewNRGBA(image.Rect(0, 0, 300, 1))
	for x := range 300 {
		picture.SetNRGBA(x, 0, color.NRGBA{R: uint8(x), G: uint8(x >> 8), A: 0xff})
	}
	if got := paletted(picture); got != image.Image(picture) {
		t.Errorf("300 colours became a %T", got)
	}
}

// TestWrong checks that what cannot be drawn is an error that says what to do, and that nothing is written.
func TestWrong(t *testing.T) {
	valid := func(change func(o *Options)) Options {
		o := options()
		change(&o)
		return o
	}
	for _, test := range []struct {
		name    string
		options Options
		width   vg.Length
		draw    func(c *Canvas)
		want    string
	}{
		{"no label", valid(func(o *Options) { o.Label = " " }), 75, nil, "Options.Label"},
		{"a name that ends an attribute", valid(func(o *Options) { o.Names = map[color.NRGBA]string{red: `a"`} }), 75, nil, "cannot name a colour"},
		{"a colour that is not opaque", valid(func(o *Options) { o.Names = map[color.NRGBA]string{faint(red): "a"} }), 75, nil, "102 of 255"},
		{"a filter that ends a function", valid(func(o *Options) { o.PictureFilter = "a)" }), 75, nil, "cannot name a filter"},
		{"no width", options(), 0, nil, "0 by 75 points"},
		{"a width that is no number", options(), vg.Length(math.NaN()), nil, "NaN by 75 points"},
		{"a scale that makes ellipses", options(), 75, func(c *Canvas) { c.Scale(1, -1) }, "1 by -1; use one positive factor"},
		{"a Pop too many", options(), 75, func(c *Canvas) { c.Pop() }, "without a Push"},
		{"a Pop too few", options(), 75, func(c *Canvas) { c.Push() }, "without a Pop"},
		{"a point that is nowhere", options(), 75, func(c *Canvas) { c.Stroke(line(10, 10, math.NaN(), 20)) }, "at (NaN, 60)"},
		{"a point too far", options(), 75, func(c *Canvas) { c.Fill(closed(10, 10, math.Inf(1), 20, 10, 30)) }, "have to be finite"},
		{"a line without an end to its width", options(), 75, func(c *Canvas) {
			c.SetLineWidth(vg.Length(math.Inf(1)))
			c.Stroke(line(10, 10, 20, 20))
		}, "length of +Inf points"},
		{"a picture that is nowhere", options(), 75, func(c *Canvas) {
			c.DrawImage(vg.Rectangle{Max: vg.Point{X: vg.Length(math.NaN()), Y: 1}}, image.NewGray(image.Rect(0, 0, 1, 1)))
		}, "have to be finite"},
		{"a curve of nothing", options(), 75, func(c *Canvas) {
			c.Stroke(vg.Path{{Type: vg.MoveComp}, {Type: vg.CurveComp}})
		}, "0 control points"},
		{"an unknown part", options(), 75, func(c *Canvas) { c.Stroke(vg.Path{{Type: 99}}) }, "type 99"},
		{"an unknown font", options(), 75, func(c *Canvas) {
			face := fonts.Lookup(font.Font{Typeface: "Liberation", Variant: "Sans"}, 12)
			face.Font.Variant = "Fraktur"
			c.FillString(face, at(10, 10), "a")
		}, `"Fraktur"`},
		{"data whose name has a capital", options(), 75, func(c *Canvas) { c.SetData("aB", "1") }, `"aB" cannot name data`},
		{"a part in a part", options(), 75, func(c *Canvas) { c.Begin("a"); c.Begin("b") }, `the part "b" begins inside of the part "a"`},
		{"a part that does not end", options(), 75, func(c *Canvas) { c.Begin("a") }, `the part "a" does not end`},
		{"an end too many", options(), 75, func(c *Canvas) { c.End() }, "an End without a Begin"},
		{"a class with a space", options(), 75, func(c *Canvas) { c.Begin("a b"); c.End() }, `"a b" cannot be a class`},
		{"data that are set twice", options(), 75, func(c *Canvas) { c.SetData("a", "1"); c.SetData("a", "1") }, `"a" is set twice`},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := New(test.width, 75, test.options)
			if test.draw != nil {
				test.draw(c)
			}
			var file bytes.Buffer
			n, err := c.WriteTo(&file)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("the error is %v, want one with %s", err, test.want)
			}
			if n != 0 || file.Len() > 0 {
				t.Errorf("it writes %s", &file)
			}
		})
	}
}

// TestDecimal writes numbers as short as they can be.
func TestDecimal(t *testing.T) {
	for _, test := range []struct {
		v      float64
		places int
		want   string
	}{{0, 1, "0"}, {-0.04, 1, "0"}, {0.5, 1, ".5"}, {-0.5, 1, "-.5"}, {100, 1, "100"}, {-20.06, 1, "-20.1"}, {1.296, 2, "1.3"}, {0.125, 3, ".125"}} {
		if got := decimal(test.v, test.places); got != test.want {
			t.Errorf("decimal(%g, %d) = %s, want %s", test.v, test.places, got, test.want)
		}
	}
}
