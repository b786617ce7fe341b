//go:build !page

package figure

import (
	"bytes"
	"cmp"
	"image"
	"image/color"
	"image/png"
	"maps"
	"slices"

	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
)

// picture returns the picture for those who show no drawings: GitHub, a notebook that is not trusted.
func (c *Chart) picture() ([]byte, error) { return c.PNG() }

// PNG returns the chart as a PNG file with two dots for each of a screen's pixels.
func (c *Chart) PNG() ([]byte, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	canvas := vgimg.NewWith(vgimg.UseWH(c.Width, c.Height), vgimg.UseDPI(density*pixelsPerInch))
	c.draw(draw.New(canvas))
	var file bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.BestCompression}
	if err := encoder.Encode(&file, reduce(canvas.Image().(*image.RGBA))); err != nil {
		return nil, err
	}
	return file.Bytes(), nil
}

// reduce paints a picture with 256 colours at most: the most frequent, among them the areas' own, and then those that can be told from
// all more frequent ones. A chart has few colours and many shades between them, at the edges of lines and letters; its file gets less
// than half as large.
func reduce(picture *image.RGBA) image.Image {
	count := map[color.RGBA]int{}
	eachRun(picture, func(from, to int, c color.RGBA) { count[c] += to - from })
	byFrequency := slices.SortedFunc(maps.Keys(count), func(a, b color.RGBA) int {
		return cmp.Or(count[b]-count[a], int(a.R)-int(b.R), int(a.G)-int(b.G), int(a.B)-int(b.B), int(a.A)-int(b.A))
	})
	const own = 24 // colours that are taken whatever they are like: more areas than a chart has
	var palette color.Palette
	for _, c := range byFrequency {
		taken := func(p color.Color) bool { return len(palette) >= own && alike(p.(color.RGBA), c) }
		if len(palette) < 256 && !slices.ContainsFunc(palette, taken) {
			palette = append(palette, c)
		}
	}
	nearest := map[color.RGBA]uint8{}
	for c := range count {
		nearest[c] = uint8(palette.Index(c))
	}
	reduced := image.NewPaletted(picture.Bounds(), palette)
	eachRun(picture, func(from, to int, c color.RGBA) {
		index := nearest[c]
		for i := from; i < to; i++ {
			reduced.Pix[i] = index
		}
	})
	return reduced
}

// alike reports whether no channel of two colours differs by more than 3 of 255.
func alike(a, b color.RGBA) bool {
	const most = 3
	near := func(x, y uint8) bool { return max(x, y)-min(x, y) <= most }
	return near(a.R, b.R) && near(a.G, b.G) && near(a.B, b.B) && near(a.A, b.A)
}

// eachRun calls f for every run of pixels of one colour. Pixels are counted from left to right and from top to bottom. Most
// of a chart is background, so there are far fewer runs than pixels.
func eachRun(picture *image.RGBA, f func(from, to int, c color.RGBA)) {
	at := func(i int) color.RGBA {
		p := picture.Pix[4*i:][:4]
		return color.RGBA{p[0], p[1], p[2], p[3]}
	}
	from, pixels := 0, len(picture.Pix)/4
	for i := 1; i <= pixels; i++ {
		if i == pixels || at(i) != at(from) {
			f(from, i, at(from))
			from = i
		}
	}
}
