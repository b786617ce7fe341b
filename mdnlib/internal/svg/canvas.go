// Package svg draws gonum/plot's charts as SVG for a web page: text that can be selected, lines that stay sharp when zoomed, and
// colours that follow the page's theme.
//
// A [Canvas] is to package vg what vgimg's and vgsvg's are. What it writes is one <svg> element that may stand in a page or in a
// file of its own; it holds no script and asks for nothing. One unit of it is a pixel of CSS, 1/96 inch, and coordinates are
// rounded to a tenth of that.
//
// The elements and their attributes are those of SVG 2, https://www.w3.org/TR/SVG2/; "section" means one of its sections.
package svg

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"fmt"
	"hash/fnv"
	"image"
	"image/color"
	"image/png"
	"io"
	"math"
	"math/cmplx"
	"strings"
	"unicode/utf8"

	xfont "golang.org/x/image/font"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"
)

// Options are what a page has to say about a chart.
type Options struct {
	// Label is a short name of the chart. A screen reader says it in place of what is drawn.
	Label string

	// Background is the colour of what lies behind the chart, if there is anything. An area of that colour with nothing drawn
	// under it is left out, unless it is a circle, so that the page's own background shows.
	Background color.Color

	// Names are the custom properties of CSS that the page may set to colour the chart, without the hyphens before them. A colour
	// is looked up without its opacity, and keys have to be opaque. With the entry {R: 255, A: 255}: "alarm", red is written
	// var(--alarm,#f00): red, unless the page says otherwise. A colour without an entry is the same in every page.
	Names map[color.NRGBA]string

	// PictureFilter is the custom property of CSS, without the hyphens before it, that the page may set to a filter for the pictures of
	// [Canvas.DrawImage], whose colours are their own. "" is none. Browsers with Safari's engine know no filter functions here, such as
	// invert(1), but url(#…) of a <filter> in the page.
	PictureFilter string
}

// isIdentifier reports whether a name is safe, and without an escape, in XML, in an address and in CSS.
func isIdentifier(name string) bool {
	for i, r := range name {
		letter, later := 'a' <= r|0x20 && r|0x20 <= 'z', '0' <= r && r <= '9' || r == '-'
		if r >= utf8.RuneSelf || !letter && (i == 0 || !later) {
			return false
		}
	}
	return name != ""
}

func (o Options) check() error {
	if strings.TrimSpace(o.Label) == "" {
		return errors.New("svg: the chart has no label; set Options.Label to a short name, for screen readers")
	}
	for c, name := range o.Names {
		if c.A != 0xff {
			return fmt.Errorf("svg: the colour named %q has the opacity %d of 255; name opaque colours", name, c.A)
		}
		if !isIdentifier(name) {
			return fmt.Errorf("svg: %q cannot name a colour; use a letter, then letters, digits and hyphens", name)
		}
	}
	if o.PictureFilter != "" && !isIdentifier(o.PictureFilter) {
		return fmt.Errorf("svg: %q cannot name a filter; use a letter, then letters, digits and hyphens", o.PictureFilter)
	}
	return nil
}

const (
	pixelsPerPoint = 96.0 / 72 // a vg.Length is a number of points
	precision      = 10        // coordinates are whole multiples of 1/precision pixel
)

// Canvas is a [vg.Canvas] that keeps what is drawn, and writes it as SVG.
type Canvas struct {
	options       Options
	width, height vg.Length
	state         state
	saved         []state // by Push
	drawn         []mark
	parts         []part
	data          string // the element's data attributes
	err           error  // what was wrong first; WriteTo returns it
}

// state is what Push saves. A point z of the drawing is turn·z + shift on the canvas, with x as real and y as imaginary part: what
// rotations, translations and even scales make together.
type state struct {
	turn, shift complex128
	color       color.NRGBA
	lineWidth   vg.Length
	dashes      []vg.Length
	dashOffset  vg.Length
}

// part is what is drawn from one mark to another, which is not part of it.
type part struct {
	class    string
	from, to int
}

// mark is one thing that is drawn. Exactly one of shape and element is used.
type mark struct {
	paint   string // attributes that say in which colour, and with what pen or font
	opacity string // an attribute, or "" where it is opaque
	filled  bool
	border  float64 // how far a stroke reaches to either side of its path, in pixels
	shape   shape
	element element
	box     box  // in which it lies
	hides   bool // it is in the background's colour
}

// element is an element of SVG without the attributes that it may share with its neighbours.
type element struct {
	name       string
	attributes string // each with a space before it
	content    string // escaped
}

// New returns an empty canvas. Its size is rounded to a tenth of a pixel as well.
func New(width, height vg.Length, options Options) *Canvas {
	c := &Canvas{options: options, width: width, height: height, state: state{turn: 1}}
	c.err = options.check()
	if !(width > 0 && height > 0) || math.IsInf(float64(width), 1) || math.IsInf(float64(height), 1) {
		c.fail(fmt.Errorf("svg: the canvas is %g by %g points; both have to be above 0, and finite", width, height))
	}
	vg.Initialize(c)
	return c
}

// Size returns the canvas's width and height.
func (c *Canvas) Size() (width, height vg.Length) { return c.width, c.height }

func (c *Canvas) fail(err error) {
	if c.err == nil {
		c.err = err
	}
}

// SetLineWidth sets the width of lines. With 0 or less none are drawn.
func (c *Canvas) SetLineWidth(width vg.Length) { c.state.lineWidth = width }

// SetLineDash sets the lengths of dashes and of the gaps between them, in turn; with none lines are solid.
func (c *Canvas) SetLineDash(pattern []vg.Length, offset vg.Length) {
	c.state.dashes, c.state.dashOffset = append([]vg.Length(nil), pattern...), offset
}

// SetColor sets the colour of lines, areas and text; nil is black.
func (c *Canvas) SetColor(clr color.Color) {
	if clr == nil {
		clr = color.Black
	}
	c.state.color = color.NRGBAModel.Convert(clr).(color.NRGBA)
}

// Rotate turns what is drawn from now on about the origin, counterclockwise.
func (c *Canvas) Rotate(radians float64) { c.state.turn *= cmplx.Rect(1, radians) }

// Translate moves the origin to a point.
func (c *Canvas) Translate(to vg.Point) { c.state.shift = c.place(to) }

// Scale enlarges what is drawn from now on, by the same positive factor in both directions. With other factors a circle would be an
// ellipse and text mirrored, which no chart asks for: they are an error.
func (c *Canvas) Scale(x, y float64) {
	if x != y || !(x > 0) || math.IsInf(x, 1) {
		c.fail(fmt.Errorf("svg: a scale of %g by %g; use one positive factor for both", x, y))
		return
	}
	c.state.turn *= complex(x, 0)
}

// Push saves line width, dashes, colour and transformation.
func (c *Canvas) Push() { c.saved = append(c.saved, c.state) }

// Pop brings back what the Push saved that has not been popped yet.
func (c *Canvas) Pop() {
	if len(c.saved) == 0 {
		c.fail(errors.New("svg: a Pop without a Push before it"))
		return
	}
	c.state, c.saved = c.saved[len(c.saved)-1], c.saved[:len(c.saved)-1]
}

// place returns where a point of the drawing is on the canvas, in points.
func (c *Canvas) place(p vg.Point) complex128 {
	return c.state.turn*complex(float64(p.X), float64(p.Y)) + c.state.shift
}

// pixel returns where a point of the drawing is in the SVG: in pixels, from the upper left corner.
func (c *Canvas) pixel(p vg.Point) complex128 {
	at := c.place(p)
	if cmplx.IsNaN(at) || cmplx.IsInf(at) {
		c.fail(fmt.Errorf("svg: something is drawn at (%g, %g); coordinates have to be finite", p.X, p.Y))
		return 0
	}
	return complex(real(at), float64(c.height)-imag(at)) * pixelsPerPoint
}

// scaled returns how long a length of the drawing is in the SVG, in pixels.
func (c *Canvas) scaled(length vg.Length) float64 {
	pixels := float64(length) * cmplx.Abs(c.state.turn) * pixelsPerPoint
	if math.IsNaN(pixels) || math.IsInf(pixels, 0) {
		c.fail(fmt.Errorf("svg: something is drawn with a length of %g points; lengths have to be finite", length))
		return 0
	}
	return pixels
}

// paint returns the current colour as the value of an attribute, and its opacity as an attribute of the given name.
func (c *Canvas) paint(opacityName string) (value, opacity string) {
	solid := c.state.color
	solid.A = 0xff
	value = fmt.Sprintf("#%02x%02x%02x", solid.R, solid.G, solid.B)
	if value[1] == value[2] && value[3] == value[4] && value[5] == value[6] {
		value = "#" + value[1:2] + value[3:4] + value[5:6]
	}
	if name, ok := c.options.Names[solid]; ok {
		value = "var(--" + name + "," + value + ")"
	}
	if alpha := c.state.color.A; alpha != 0xff {
		opacity = attribute(opacityName, decimal(float64(alpha)/0xff, 3))
	}
	return value, opacity
}

// attribute returns an attribute with a space before it. The value has nothing to escape.
func attribute(name, value string) string { return " " + name + `="` + value + `"` }

// Stroke draws a path as a line, with joins that are round and ends that are not, as on vgimg's canvas.
func (c *Canvas) Stroke(path vg.Path) {
	if c.state.lineWidth <= 0 || c.state.color.A == 0 {
		return
	}
	value, opacity := c.paint("stroke-opacity")
	width := c.scaled(c.state.lineWidth)
	paint := attribute("fill", "none") + attribute("stroke", value)
	if digits := decimal(width, 2); digits != "1" {
		paint += attribute("stroke-width", digits)
	}
	if len(c.state.dashes) > 0 {
		var pattern []string
		for _, dash := range c.state.dashes {
			pattern = append(pattern, decimal(c.scaled(dash), 2))
		}
		paint += attribute("stroke-dasharray", strings.Join(pattern, " "))
		if offset := decimal(c.scaled(c.state.dashOffset), 2); offset != "0" {
			paint += attribute("stroke-dashoffset", offset)
		}
	}
	c.drawShape(mark{paint: paint, opacity: opacity, shape: c.shape(path), border: width / 2})
}

// Fill fills a path, by the nonzero rule.
func (c *Canvas) Fill(path vg.Path) {
	if c.state.color.A == 0 {
		return
	}
	value, opacity := c.paint("fill-opacity")
	m := mark{paint: attribute("fill", value), opacity: opacity, shape: c.shape(path), filled: true}
	if background := c.options.Background; background != nil && !m.shape.circle { // a dot belongs to others of its kind
		m.hides = c.state.color == color.NRGBAModel.Convert(background).(color.NRGBA)
	}
	c.drawShape(m)
}

func (c *Canvas) drawShape(m mark) {
	if len(m.shape.segments) == 0 {
		return
	}
	m.box = m.shape.box(m.border)
	if m.hides && !c.touchesAny(m.box) {
		return
	}
	c.drawn = append(c.drawn, m)
}

func (c *Canvas) touchesAny(b box) bool {
	for _, m := range c.drawn {
		if m.box.overlaps(b) {
			return true
		}
	}
	return false
}

// families are fonts with the widths of those that gonum measures text with, for each variant of a [font.Font].
var families = map[font.Variant]string{
	"Sans":  "Liberation Sans,Arimo,Arial,Helvetica,sans-serif",
	"Serif": "Liberation Serif,Tinos,Times New Roman,Times,serif",
	"Mono":  "Liberation Mono,Cousine,Courier New,Courier,monospace",
}

const usual font.Variant = "Sans" // set once, for the whole element

// FillString writes a text that begins at a point. It is as wide as the font that it was measured with says, in whatever font the
// reader has, so that nothing overlaps.
func (c *Canvas) FillString(face font.Face, at vg.Point, text string) {
	if face.Font.Size == 0 || c.state.color.A == 0 || strings.TrimSpace(text) == "" {
		return
	}
	value, opacity := c.paint("fill-opacity")
	size := c.scaled(face.Font.Size)
	paint := attribute("fill", value) + attribute("font-size", decimal(size, 2))
	if variant := face.Font.Variant; variant != usual && variant != "" {
		family, ok := families[variant]
		if !ok {
			c.fail(fmt.Errorf("svg: text in the font variant %q; use Sans, Serif or Mono", variant))
			return
		}
		paint += attribute("font-family", family)
	}
	if weight := face.Font.Weight; weight != xfont.WeightNormal {
		paint += attribute("font-weight", fmt.Sprint(400+100*int(weight)))
	}
	if style := face.Font.Style; style != xfont.StyleNormal {
		paint += attribute("font-style", "italic")
	}
	start, width := c.pixel(at), c.scaled(face.Width(text))
	x, y := decimal(real(start), 1), decimal(imag(start), 1)
	place := attribute("x", x) + attribute("y", y)
	angle := cmplx.Phase(c.state.turn)
	if degrees := decimal(-angle*180/math.Pi, 2); degrees != "0" { // y goes down, so a positive angle is clockwise
		place = attribute("transform", "translate("+x+" "+y+")rotate("+degrees+")")
	}
	if text != strings.Join(strings.Fields(text), " ") {
		place += attribute("xml:space", "preserve")
	}
	across := cmplx.Rect(1, -angle)
	up := across * complex(0, -size)
	low, end := start-up/4, across*complex(width, 0)
	c.drawn = append(c.drawn, mark{
		paint: paint, opacity: opacity,
		element: element{
			name:       "text",
			attributes: place + attribute("textLength", decimal(width, 1)) + attribute("lengthAdjust", "spacingAndGlyphs"),
			content:    escape(text),
		},
		box: around(0, low, low+end, start+up, start+up+end), // letters reach below the line that they stand on
	})
}

func escape(text string) string {
	var escaped strings.Builder
	_ = xml.EscapeText(&escaped, []byte(text)) // a Builder takes everything
	return escaped.String()
}

// DrawImage draws a picture, stretched over a rectangle, with every dot as a sharp rectangle.
func (c *Canvas) DrawImage(rectangle vg.Rectangle, picture image.Image) {
	size := rectangle.Size()
	if size.X <= 0 || size.Y <= 0 || picture.Bounds().Empty() {
		return
	}
	var file bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.BestCompression}
	if err := encoder.Encode(&file, paletted(picture)); err != nil {
		c.fail(fmt.Errorf("svg: a picture: %w", err))
		return
	}
	corner := c.pixel(vg.Point{X: rectangle.Min.X, Y: rectangle.Max.Y})
	x, y := decimal(real(corner), 1), decimal(imag(corner), 1)
	place := attribute("x", x) + attribute("y", y)
	if degrees := decimal(-cmplx.Phase(c.state.turn)*180/math.Pi, 2); degrees != "0" {
		place = attribute("transform", "translate("+x+" "+y+")rotate("+degrees+")")
	}
	if c.options.PictureFilter != "" {
		place += attribute("filter", "var(--"+c.options.PictureFilter+",none)")
	}
	c.drawn = append(c.drawn, mark{
		element: element{
			name: "image",
			attributes: place + attribute("width", decimal(c.scaled(size.X), 1)) + attribute("height", decimal(c.scaled(size.Y), 1)) +
				attribute("preserveAspectRatio", "none") + attribute("image-rendering", "pixelated") +
				attribute("href", "data:image/png;base64,"+base64.StdEncoding.EncodeToString(file.Bytes())),
		},
		box: around(0, corner, c.pixel(rectangle.Min), c.pixel(rectangle.Max), c.pixel(vg.Point{X: rectangle.Max.X, Y: rectangle.Min.Y})),
	})
}

// paletted returns the same picture with a palette, if it has at most 256 colours: its file is then a quarter as large, or less.
func paletted(picture image.Image) image.Image {
	bounds := picture.Bounds()
	index := map[color.NRGBA]uint8{}
	var palette color.Palette
	reduced := image.NewPaletted(bounds, nil)
	for y := bounds.Min.Y; y < bounds.Max.Y; y++ {
		for x := bounds.Min.X; x < bounds.Max.X; x++ {
			dot := color.NRGBAModel.Convert(picture.At(x, y)).(color.NRGBA)
			i, known := index[dot]
			if !known {
				if len(palette) == 256 {
					return picture
				}
				i = uint8(len(palette))
				index[dot], palette = i, append(palette, dot)
			}
			reduced.SetColorIndex(x, y, i)
		}
	}
	reduced.Palette = palette
	return reduced
}

// Pixel returns where a point of the drawing is in the SVG, in its units from the upper left corner, rounded as all coordinates are.
func (c *Canvas) Pixel(p vg.Point) (x, y float64) {
	at := c.pixel(p)
	return math.Round(real(at)*precision) / precision, math.Round(imag(at)*precision) / precision
}

// SetData gives the <svg> element an attribute data-NAME with any value, for a page's script. Each name can be given once.
func (c *Canvas) SetData(name, value string) {
	switch start := " data-" + name + "='"; {
	case !isIdentifier(name) || name != strings.ToLower(name): // HTML has no capitals there
		c.fail(fmt.Errorf("svg: %q cannot name data; use a small letter, then small letters, digits and hyphens", name))
	case strings.Contains(c.data, start):
		c.fail(fmt.Errorf("svg: the data %q is set twice; set it once", name))
	default:
		c.data += start + inQuotes.Replace(value) + "'"
	}
}

// inQuotes escapes what is between single quotes. Double ones stay as they are: JSON has many.
var inQuotes = strings.NewReplacer("&", "&amp;", "<", "&lt;", "'", "&#39;", "\n", "&#10;", "\r", "&#13;", "\t", "&#9;")

// WriteTo writes what has been drawn as an <svg> element. The same drawing is the same bytes. Where an option or something drawn was
// not as it has to be, it writes nothing and returns what was wrong first.
func (c *Canvas) WriteTo(w io.Writer) (int64, error) {
	err := cmp.Or(c.err, c.unbalanced())
	if err != nil {
		return 0, err
	}
	width, height := decimal(float64(c.width)*pixelsPerPoint, 1), decimal(float64(c.height)*pixelsPerPoint, 1)
	content := c.content("")
	hash := fnv.New64a()
	fmt.Fprintf(hash, "%s %s %s%s", width, height, content, c.data)
	content = c.content(fmt.Sprintf("drawing-%016x", hash.Sum64())) // ids that are the same in equal drawings, and in no others of a page
	var file bytes.Buffer
	fmt.Fprintf(&file, `<svg xmlns="http://www.w3.org/2000/svg" width="%s" height="%s" viewBox="0 0 %s %s" role="img" aria-label="%s" `+
		`font-family="%s" stroke-linejoin="round"%s>`, width, height, width, height, escape(c.options.Label), families[usual], c.data)
	file.Write(content)
	file.WriteString("</svg>")
	return file.WriteTo(w)
}

// content returns what is drawn as elements. Their ids begin with id.
func (c *Canvas) content(id string) []byte {
	var content bytes.Buffer
	markers, done := 0, 0
	write := func(to int) {
		for _, g := range grouped(elements(c.drawn[done:to], id, &markers)) {
			g.write(&content)
		}
		done = to
	}
	for _, p := range c.parts {
		write(p.from)
		content.WriteString("<g" + attribute("class", p.class) + ">")
		write(p.to)
		content.WriteString("</g>")
	}
	write(len(c.drawn))
	return content.Bytes()
}

// Begin begins a part of the drawing, which is a <g> of a class: a page's script finds it by that. Parts do not lie in each other.
func (c *Canvas) Begin(class string) {
	if n := len(c.parts); n > 0 && c.parts[n-1].to < 0 {
		c.fail(fmt.Errorf("svg: the part %q begins inside of the part %q; end that first", class, c.parts[n-1].class))
	}
	if !isIdentifier(class) {
		c.fail(fmt.Errorf("svg: %q cannot be a class; use a letter, then letters, digits and hyphens", class))
	}
	c.parts = append(c.parts, part{class, len(c.drawn), -1})
}

// End ends the part that has begun.
func (c *Canvas) End() {
	n := len(c.parts)
	if n == 0 || c.parts[n-1].to >= 0 {
		c.fail(errors.New("svg: an End without a Begin before it"))
		return
	}
	c.parts[n-1].to = len(c.drawn)
}

func (c *Canvas) unbalanced() error {
	if n := len(c.parts); n > 0 && c.parts[n-1].to < 0 {
		return fmt.Errorf("svg: the part %q does not end", c.parts[n-1].class)
	}
	if len(c.saved) > 0 {
		return fmt.Errorf("svg: %d Push without a Pop", len(c.saved))
	}
	return nil
}
