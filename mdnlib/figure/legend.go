package figure

import (
	"slices"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// entry is what a legend says of one layer.
type entry struct {
	name      string
	thumbnail plot.Thumbnailer
}

// entries returns an entry for every layer that has one; a diagram of several charts has theirs.
func (c *Chart) entries() (entries []entry) {
	if several, ok := c.multiples(); ok {
		return several.entries()
	}
	for _, p := range c.parts {
		if thumbnail, ok := p.layer.(plot.Thumbnailer); ok && p.legend != "" {
			entries = append(entries, entry{p.legend, thumbnail})
		}
	}
	return entries
}

// legend is a framed list of entries, in rows of as many columns.
type legend struct {
	style   text.Style
	entries []entry     // with names of one line or more
	columns []vg.Length // their widths
	lines   []int       // of names in each row
}

// Sizes in a legend.
const (
	legendIcon    vg.Length = 20 // an entry's thumbnail
	legendGap     vg.Length = 6  // from there to its name
	legendBetween vg.Length = 20 // from one column to the next
	legendPadding vg.Length = 7
	legendBelow   vg.Length = 10 // the frame
)

// newLegend lays a legend out in as few rows as the names fit on in a width. A name that is too long by itself has several lines.
func newLegend(entries []entry, width vg.Length) legend {
	l := legend{style: textStyle(12.5), entries: slices.Clone(entries)}
	if len(entries) == 0 {
		return l
	}
	for i, e := range entries {
		l.entries[i].name = wrapped(l.style, e.name, width-2*legendPadding-legendIcon-legendGap)
	}
	for rows := 1; rows <= len(entries); rows++ {
		l.columns = make([]vg.Length, (len(entries)+rows-1)/rows)
		for i, e := range l.entries {
			column := i % len(l.columns)
			l.columns[column] = max(l.columns[column], legendIcon+legendGap+l.style.Width(e.name))
		}
		if l.width() <= width-2*legendPadding {
			break
		}
	}
	for row := range slices.Chunk(l.entries, len(l.columns)) {
		most := 0
		for _, e := range row {
			most = max(most, 1+strings.Count(e.name, "\n"))
		}
		l.lines = append(l.lines, most)
	}
	return l
}

// width is that of all columns.
func (l legend) width() vg.Length {
	width := legendBetween * vg.Length(len(l.columns)-1)
	for _, w := range l.columns {
		width += w
	}
	return width
}

func (l legend) lineHeight() vg.Length { return l.style.Height("Mg") + 4 }

// frame is how high the frame is.
func (l legend) frame() vg.Length {
	lines := 0
	for _, n := range l.lines {
		lines += n
	}
	return l.lineHeight()*vg.Length(lines) + 2*legendPadding
}

// height is what the legend takes, with the space below it.
func (l legend) height() vg.Length {
	if len(l.entries) == 0 {
		return 0
	}
	return l.frame() + legendBelow
}

// draw draws the legend at the upper centre of a canvas.
func (l legend) draw(canvas draw.Canvas) {
	if len(l.entries) == 0 {
		return
	}
	left, top := canvas.Center().X-l.width()/2, canvas.Max.Y
	frame := vg.Rectangle{
		Min: vg.Point{X: left - legendPadding - 3, Y: top - l.frame()},
		Max: vg.Point{X: left + l.width() + legendPadding + 3, Y: top},
	}
	canvas.SetLineStyle(draw.LineStyle{Color: frameColor, Width: 0.8})
	canvas.Stroke(frame.Path())
	capital := l.style.FontExtents().Ascent * 0.7
	x, above := left, 0 // lines in the rows above
	for i, e := range l.entries {
		column, row := i%len(l.columns), i/len(l.columns)
		if column == 0 && row > 0 {
			x, above = left, above+l.lines[row-1]
		}
		y := top - legendPadding - l.lineHeight()*(vg.Length(above)+0.5)
		box := draw.Canvas{Canvas: canvas.Canvas, Rectangle: vg.Rectangle{
			Min: vg.Point{X: x, Y: y - l.lineHeight()/2 + 2},
			Max: vg.Point{X: x + legendIcon, Y: y + l.lineHeight()/2 - 2},
		}}
		e.thumbnail.Thumbnail(&box)
		for n, line := range strings.Split(e.name, "\n") {
			canvas.FillText(l.style, vg.Point{X: x + legendIcon + legendGap, Y: y - capital/2 - l.lineHeight()*vg.Length(n)}, line)
		}
		x += l.columns[column] + legendBetween
	}
}
