package figure

import (
	"image/color"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// entry is a line of a legend.
type entry struct {
	name      string
	thumbnail plot.Thumbnailer
}

// legend returns an entry for every layer that has one; a diagram of several charts has theirs.
func (c *Chart) legend() (entries []entry) {
	if several, ok := c.multiples(); ok {
		return several.legend()
	}
	for _, p := range c.parts {
		if thumbnail, ok := p.layer.(plot.Thumbnailer); ok && p.legend != "" {
			entries = append(entries, entry{p.legend, thumbnail})
		}
	}
	return entries
}

// drawLegend draws a framed legend at the upper centre, its entries side by side, and returns the height that it takes.
func drawLegend(canvas draw.Canvas, entries []entry) vg.Length {
	if len(entries) == 0 {
		return 0
	}
	const (
		icon, gap, between = 20, 6, 20 // an entry's icon, the gap to its name, the space to the next entry
		padding, below     = 7, 10
	)
	style := textStyle(12.5)
	lineHeight := style.Height("Mg") + 4
	width := func(e entry) vg.Length { return icon + gap + style.Width(e.name) }

	// As few lines as the names fit on, each with the same number of columns.
	var columns []vg.Length
	var total vg.Length
	for lines := 1; lines <= len(entries); lines++ {
		columns = make([]vg.Length, (len(entries)+lines-1)/lines)
		for i, e := range entries {
			column := i % len(columns)
			columns[column] = max(columns[column], width(e))
		}
		total = between * vg.Length(len(columns)-1)
		for _, w := range columns {
			total += w
		}
		if total <= canvas.Size().X-2*padding {
			break
		}
	}
	lines := (len(entries) + len(columns) - 1) / len(columns)

	height := lineHeight*vg.Length(lines) + 2*padding
	left, top := canvas.Center().X-total/2, canvas.Max.Y
	frame := vg.Rectangle{
		Min: vg.Point{X: left - padding - 3, Y: top - height},
		Max: vg.Point{X: left + total + padding + 3, Y: top},
	}
	canvas.SetLineStyle(draw.LineStyle{Color: color.NRGBA{R: 0xaa, G: 0xaa, B: 0xaa, A: 0xff}, Width: 0.8})
	canvas.Stroke(frame.Path())
	x := left
	for i, e := range entries {
		column, line := i%len(columns), i/len(columns)
		if column == 0 {
			x = left
		}
		y := top - padding - lineHeight*(vg.Length(line)+0.5)
		box := draw.Canvas{Canvas: canvas.Canvas, Rectangle: vg.Rectangle{
			Min: vg.Point{X: x, Y: y - lineHeight/2 + 2},
			Max: vg.Point{X: x + icon, Y: y + lineHeight/2 - 2},
		}}
		e.thumbnail.Thumbnail(&box)
		capital := style.FontExtents().Ascent * 0.7
		canvas.FillText(style, vg.Point{X: x + icon + gap, Y: y - capital/2}, e.name)
		x += columns[column] + between
	}
	return height + below
}
