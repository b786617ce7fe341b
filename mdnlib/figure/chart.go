package figure

import (
	"fmt"
	"image/color"
	"math"

	xfont "golang.org/x/image/font"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Chart is a list of layers on two axes, with a legend above the data instead of on it. Its picture, its description and its tables
// are made when it is shown.
type Chart struct {
	Title         string // what there is to see
	X, Y          Axis
	Width, Height vg.Length

	// Point is what the reader should take from the chart, as a sentence, where a cell knows it. Without it the description says
	// what the layers know, or nothing.
	Point string

	parts   []part
	numbers []*Table // the chart's key numbers
	diagram bool     // not data over axes; one layer, whose words are all
}

// New returns an empty chart. The title says what there is to see; x and y name the axes, with their units.
func New(title, x, y string) *Chart {
	unset := math.NaN()
	return &Chart{
		Title: title, X: Axis{Label: x, Min: unset, Max: unset}, Y: Axis{Label: y, Min: unset, Max: unset},
		Width: 7 * vg.Inch, Height: 4.6 * vg.Inch,
	}
}

// newDiagram returns a chart without axes, which shows one layer.
func newDiagram(title string, l layer) *Chart {
	c := New(title, "", "")
	c.X.hidden, c.Y.hidden, c.diagram = true, true, true
	c.add("", l)
	return c
}

// dataRange returns how far the data of the layers goes. Where there is none, from +Inf to −Inf.
func (c *Chart) dataRange() (left, right, bottom, top float64) {
	left, right, bottom, top = math.Inf(1), math.Inf(-1), math.Inf(1), math.Inf(-1)
	for _, p := range c.parts {
		if data, ok := p.layer.(plot.DataRanger); ok {
			xmin, xmax, ymin, ymax := data.DataRange()
			left, right = min(left, xmin), max(right, xmax)
			bottom, top = min(bottom, ymin), max(top, ymax)
		}
	}
	return left, right, bottom, top
}

// view returns what the chart shows as its axes are set now.
func (c *Chart) view() view { return c.viewOf(c.dataRange()) }

// viewOf returns what the chart shows if its data goes so far.
func (c *Chart) viewOf(left, right, bottom, top float64) view {
	v := view{x: c.X.Label, y: c.Y.Label, logX: c.X.Log, logY: c.Y.Log}
	v.left, v.right, _ = c.X.ends(left, right)
	var differ bool
	if v.bottom, v.top, differ = c.Y.ends(bottom, top); differ {
		v.bottom, v.top = c.Y.margin(v.bottom, v.top, 0.03) // keeps what is lowest and highest off the edge
	}
	return v
}

// plot returns the layers on axes that show v.
func (c *Chart) plot(v view) *plot.Plot {
	p := plot.New()
	p.BackgroundColor = color.White
	c.X.style(&p.X)
	c.Y.style(&p.Y)
	grid := plotter.NewGrid()
	grid.Horizontal = draw.LineStyle{Color: rule, Width: 0.7}
	grid.Vertical = grid.Horizontal
	p.Add(grid)
	if !c.diagram { // one of several panels is no data of its own
		p.Add(dataBegins{})
	}
	for _, part := range c.parts {
		p.Add(part.layer)
	}
	if !c.diagram {
		p.Add(dataEnds{}, panelHere{c, v})
	}
	p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = v.left, v.right, v.bottom, v.top
	return p
}

// check returns what is wrong with what can be set from outside.
func (c *Chart) check() error {
	v := c.view()
	if err := c.X.check("x", v.left); err != nil {
		return err
	}
	if err := c.Y.check("y", v.bottom); err != nil {
		return err
	}
	if m, ok := c.multiples(); ok {
		for _, panel := range m.panels {
			if err := panel.check(); err != nil {
				return fmt.Errorf("its panel %q: %w", panel.Title, err)
			}
		}
	}
	const most = 100 * vg.Inch
	if !(c.Width > 0 && c.Width <= most && c.Height > 0 && c.Height <= most) {
		return fmt.Errorf("it is %g by %g points large; use sizes above 0, and up to %g", c.Width, c.Height, most)
	}
	return nil
}

// draw draws the title, the legend and the plot, from the top down.
func (c *Chart) draw(canvas draw.Canvas) {
	canvas.SetColor(color.White)
	canvas.Fill(canvas.Path())
	canvas = withoutMargins(canvas)
	h := c.head(canvas.Size().X)
	h.draw(canvas)
	canvas.Max.Y -= h.height()
	p := c.plot(c.view())
	c.wrapLabels(p, canvas)
	p.Draw(canvas)
}

func withoutMargins(canvas draw.Canvas) draw.Canvas { return draw.Crop(canvas, 8, -12, 8, -8) }

// head is what stands above a plot: the title and the legend.
type head struct {
	title  string
	style  text.Style // of the title
	legend legend
}

// head returns the title and the legend in lines that are as long as a width allows.
func (c *Chart) head(width vg.Length) head {
	style := textStyle(14)
	style.Font.Weight = xfont.WeightBold
	style.XAlign, style.YAlign = draw.XCenter, draw.YTop
	return head{wrapped(style, c.Title, width), style, newLegend(c.entries(), width)}
}

func (h head) titleHeight() vg.Length { return h.style.Height(h.title) + 8 }

func (h head) height() vg.Length { return h.titleHeight() + h.legend.height() }

func (h head) draw(canvas draw.Canvas) {
	canvas.FillText(h.style, vg.Point{X: canvas.Center().X, Y: canvas.Max.Y}, h.title)
	canvas.Max.Y -= h.titleHeight()
	h.legend.draw(canvas)
}
