package figure

import (
	"fmt"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// layer is one kind of thing that a chart can show. Those that are a plot.DataRanger as well stretch the axes as far as their data,
// those that are a plot.Thumbnailer have an entry in the legend, and those that are a plot.GlyphBoxer get room at the edges.
type layer interface {
	plot.Plotter // draws it, and nothing outside of the canvas

	// describe says what v shows of the layer.
	describe(v view) words
	// tables returns the numbers behind what v shows of the layer.
	tables(name string, v view) []dataTable
}

// words say what a chart shows of a layer. Each follows the layer's name; what is empty is not said.
type words struct {
	kind    string // as what it is drawn: "a line", "dots"
	numbers string // its extent, count or ends: "from (1, 4) to (5, 4)"
	trend   string // "rises", "falls to (3, 0), then rises"
	point   string // what it is good for, where the kind of layer knows: "inside the band of chance at 17 of 20 levels"
}

// scored is a layer with results in it that runs of a notebook with other settings are compared by.
type scored interface {
	keyNumbers(name string, v view) *Table
}

// narrowing is a layer that is laid out otherwise on a phone.
type narrowing interface {
	// narrow returns the layer for a phone, and how high the chart has to be there below its title and legend.
	narrow() (layer, vg.Length)
}

// part is a layer of a chart with its names.
type part struct {
	name   string // in the description and in the tables
	legend string // "" has no entry there
	layer  layer
}

// add puts a layer on top of the others. The legend has its name.
func (c *Chart) add(name string, l layer) { c.parts = append(c.parts, part{name, name, l}) }

// refuse panics: data that cannot be drawn is the caller's mistake.
func refuse(name string, err error) { panic(fmt.Sprintf("figure: cannot draw %q: %v", name, err)) }

// note is a layer that is not drawn, and says why.
type note string

func (n note) Plot(_ draw.Canvas, _ *plot.Plot)       {}
func (n note) describe(view) words                    { return words{numbers: string(n)} }
func (n note) tables(name string, v view) []dataTable { return nil }
