package figure

import (
	"cmp"
	"fmt"
	"image/color"
	"slices"
	"strings"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"mdn/mdnlib/internal/svg"
)

// Drawings are a chart as two <svg> elements, of which a page shows the one that it has room for. Equal drawings have equal ids, others
// have none in common, so that a page can hold any number of them. Their colours are custom properties of CSS that the page may set:
// --chart-ink, --chart-paper and the others of colourNames, and --chart-map-filter, a filter, url(#…), for the colours of density maps.
// A page that sets none shows the colours of the PNG. The attribute data-panels of a chart with axes says where its data is, for a
// script: touch.js of exported pages shows the values that the reader points at.
type Drawings struct {
	Desk  string // as large as the PNG
	Phone string // 328 pixels of CSS wide, with letters as large: fewer marks, more lines
}

// SVG returns the chart as drawings for a page.
func (c *Chart) SVG() (Drawings, error) {
	if err := c.check(); err != nil {
		return Drawings{}, err
	}
	desk, err := c.drawing()
	if err != nil {
		return Drawings{}, err
	}
	phone, err := c.forPhone().drawing()
	return Drawings{desk, phone}, err
}

func (c *Chart) drawing() (string, error) {
	canvas := svg.New(c.Width, c.Height, svg.Options{
		Label: cmp.Or(c.Name(), "Chart"), Background: color.White, Names: colourNames, PictureFilter: "chart-map-filter",
	})
	panels := &panelCanvas{Canvas: canvas}
	c.draw(draw.New(panels))
	if err := panels.writeTo(canvas); err != nil {
		return "", err
	}
	var element strings.Builder
	if _, err := canvas.WriteTo(&element); err != nil {
		return "", fmt.Errorf("in a drawing of %.0f by %.0f pixels its names leave no room for the data; use shorter ones (%w)",
			c.Width.Dots(pixelsPerInch), c.Height.Dots(pixelsPerInch), err)
	}
	return element.String(), nil
}

const (
	pixelsPerInch = 96 // of a screen, as CSS counts them
	density       = 2  // dots drawn for each of those pixels, so that a HiDPI screen has none to make up
)

const (
	phoneWidth     vg.Length = 328 * vg.Inch / pixelsPerInch // of the 360 pixels that a small phone shows, without a page's margins
	mostPhoneBelow vg.Length = 300 * vg.Inch / pixelsPerInch // how high the chart is below title and legend, unless a layer needs more
)

// forPhone returns the same chart in the size and with the layers for a phone.
func (c *Chart) forPhone() *Chart {
	phone := *c
	phone.Width, phone.X.narrow = phoneWidth, true
	below := min(c.Height, mostPhoneBelow)
	phone.parts = slices.Clone(c.parts)
	for i, p := range phone.parts {
		if l, ok := p.layer.(narrowing); ok {
			phone.parts[i].layer, below = l.narrow()
		}
		if b, ok := phone.parts[i].layer.(*bars); ok {
			phone.Y.bars = b.names
		}
	}
	inside := withoutMargins(draw.Canvas{Rectangle: vg.Rectangle{Max: vg.Point{X: phone.Width, Y: phone.Height}}})
	phone.Height = phone.head(inside.Size().X).height() + below
	return &phone
}

// colourNames are the custom properties that a page may set, for each colour that charts have.
var colourNames = map[color.NRGBA]string{
	opaque(ink):              "chart-ink",
	opaque(rule):             "chart-rule",
	opaque(frameColor):       "chart-frame",
	opaque(color.White):      "chart-paper",
	opaque(Observed.Color):   "chart-observed",
	opaque(Truth.Color):      "chart-truth",
	opaque(TrueSpread.Color): "chart-true-spread",
	opaque(Predicted.Color):  "chart-predicted",
	opaque(Floor.Color):      "chart-floor",
	opaque(First.Color):      "chart-first",
	opaque(Second.Color):     "chart-second",
	opaque(Third.Color):      "chart-third",
	opaque(Chance.Color):     "chart-chance",
	opaque(groups[1].Color):  "chart-group-2",
	opaque(groups[2].Color):  "chart-group-3",
	opaque(groups[3].Color):  "chart-grey",
}

// opaque returns a colour without its transparency.
func opaque(c color.Color) color.NRGBA {
	solid := color.NRGBAModel.Convert(c).(color.NRGBA)
	solid.A = 0xff
	return solid
}
