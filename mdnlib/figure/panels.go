package figure

import (
	"encoding/json"
	"math"
	"strconv"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"mdn/mdnlib/internal/svg"
)

// panel says where the data of a chart, or of one of several panels, is in a drawing. A page's script finds by it what the reader
// points at. All panels together have the tables of the chart, in their order.
type panel struct {
	Title  string         `json:"title,omitempty"` // of one of several
	Left   float64        `json:"left"`            // of the rectangle between the ends of the axes, in units of the SVG
	Top    float64        `json:"top"`
	Right  float64        `json:"right"`
	Bottom float64        `json:"bottom"`
	X      [2]json.Number `json:"x"` // the ends of the axes
	Y      [2]json.Number `json:"y"`
	LogX   bool           `json:"logX,omitempty"` // the axis is logarithmic
	LogY   bool           `json:"logY,omitempty"`
	Tables []mark         `json:"tables"`         // what a row of each table is in the drawing
	Bars   []int          `json:"bars,omitempty"` // of each table of a bar, which one: the middle of bar i is at the height −i
}

// mark is what a row of a table is in the drawing, and what the numbers in it mean.
type mark string

const (
	asDot        mark = "dot"            // at x, y
	asLine       mark = "line"           // a point of a line, at x, y
	asDottedLine mark = "line with dots" // a point of a line, with a dot at x, y
	asComponent  mark = "component"      // a point of a line at x, y, then the standard deviation there and the weight
	asBand       mark = "band"           // at x, a band from y to y
	asInterval   mark = "interval"       // at x, an upright bar from y to y
	asSpread     mark = "spread"         // at x, a mean with its standard deviation to either side
	asBin        mark = "bin"            // from x to x, a height
	asStripe     mark = "stripe"         // from x to x, over the whole height
	asUpright    mark = "upright"        // at x, over the whole height
	asBar        mark = "bar"            // a level bar's end, and its standard error
	asMark       mark = "mark"           // a bar's number from the top and from 1, and a value on it
)

// panelCanvas is a canvas that keeps where panels are drawn on it.
type panelCanvas struct {
	*svg.Canvas
	panels []panel
}

// panelHere is on every plot, and not seen: it tells a panelCanvas what the plot shows, and where.
type panelHere struct {
	chart *Chart
	view  view
}

func (h panelHere) Plot(c draw.Canvas, _ *plot.Plot) {
	canvas, ok := innermost(c).(*panelCanvas)
	if !ok {
		return
	}
	v := h.view
	p := panel{Title: h.chart.Title, X: ends(v.left, v.right), Y: ends(v.bottom, v.top), LogX: v.logX, LogY: v.logY, Tables: []mark{}}
	p.Left, p.Top = canvas.Pixel(vg.Point{X: c.Min.X, Y: c.Max.Y})
	p.Right, p.Bottom = canvas.Pixel(vg.Point{X: c.Max.X, Y: c.Min.Y})
	for _, t := range h.chart.tables(v) {
		p.Tables = append(p.Tables, t.mark)
		if t.mark == asBar {
			p.Bars = append(p.Bars, t.bar)
		}
	}
	canvas.panels = append(canvas.panels, p)
}

// dataBegins and dataEnds are on every plot, before and after its layers, and not seen: what lies between them is a part of the drawing, which
// a page's script can put on the axes of another.
type (
	dataBegins struct{}
	dataEnds   struct{}
)

func (dataBegins) Plot(c draw.Canvas, _ *plot.Plot) {
	if canvas, ok := innermost(c).(*panelCanvas); ok {
		canvas.Begin("data")
	}
}

func (dataEnds) Plot(c draw.Canvas, _ *plot.Plot) {
	if canvas, ok := innermost(c).(*panelCanvas); ok {
		canvas.End()
	}
}

// innermost returns the canvas that a canvas is a part of.
func innermost(c vg.Canvas) vg.Canvas {
	for {
		part, ok := c.(draw.Canvas)
		if !ok {
			return c
		}
		c = part.Canvas
	}
}

// ends returns the ends of an axis, with as many digits as it takes to be exact to a ten-thousandth of its length.
func ends(from, to float64) [2]json.Number {
	digits := 5 + max(0, int(math.Ceil(math.Log10(max(math.Abs(from), math.Abs(to))/(to-from)))))
	written := func(v float64) json.Number { return json.Number(strconv.FormatFloat(v+0, 'g', digits, 64)) } // + 0 turns −0 into 0
	return [2]json.Number{written(from), written(to)}
}

// writeTo gives the panels to the drawing, where there are any.
func (c *panelCanvas) writeTo(canvas *svg.Canvas) error {
	if len(c.panels) == 0 {
		return nil
	}
	if len(c.panels) == 1 {
		c.panels[0].Title = "" // the chart has it
	}
	written, err := json.Marshal(c.panels)
	if err != nil {
		return err
	}
	canvas.SetData("panels", string(written))
	return nil
}
