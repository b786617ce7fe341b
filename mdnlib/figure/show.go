package figure

import (
	"bytes"
	"cmp"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"maps"
	"os"
	"slices"
	"strings"
	"unicode"

	"github.com/janpfeifer/gonb/gonbui"
	"github.com/janpfeifer/gonb/gonbui/protocol"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"

	"mdn/mdnlib"
)

const (
	pixelsPerInch = 96 // of a screen, as CSS counts them
	density       = 2  // dots drawn for each of those pixels, so that a HiDPI screen has none to make up
)

// Show shows the chart, with its description under it, as the output of a notebook's cell. Print after it, not before: what a
// cell prints and what it shows reach the notebook by two ways, and only Show waits until it has arrived. Outside of a notebook
// it writes the chart to a PNG file in the current folder, named after its title, and prints the name and the description.
func Show(c *Chart) {
	if err := show(c); err != nil {
		panic(fmt.Sprintf("figure: cannot show %q: %v", c.Title.Text, err))
	}
}

func show(c *Chart) error {
	if gonbui.IsNotebook {
		return display(c, "", "")
	}
	image, err := c.PNG()
	if err != nil {
		return err
	}
	path := fileName(c.Title.Text)
	if err := os.WriteFile(path, image, 0o644); err != nil {
		return err
	}
	fmt.Printf("%s: %s\n", path, c.Description())
	return nil
}

// display sends the chart to the notebook: a picture whose alternative text is the description, the numbers behind it, and a
// caption under it.
// With ids they take the places of what was displayed under those ids before.
func display(c *Chart, pictureID, captionID string) error {
	image, err := c.PNG()
	if err != nil {
		return err
	}
	numbers, err := c.numbers()
	if err != nil {
		return err
	}
	gonbui.SendData(&protocol.DisplayData{
		Data: map[protocol.MIMEType]any{
			protocol.MIMEImagePNG:  image,
			protocol.MIMETextPlain: c.Description(),
			tablesMIME:             numbers,
		},
		Metadata: map[string]any{
			"alt": c.Description(),
			string(protocol.MIMEImagePNG): map[string]int{ // the size to show it at
				"width":  int(c.Width.Dots(pixelsPerInch)),
				"height": int(c.Height.Dots(pixelsPerInch)),
			},
		},
		DisplayID: pictureID,
	})
	gonbui.SendData(&protocol.DisplayData{
		Data:      map[protocol.MIMEType]any{protocol.MIMETextMarkdown: "*" + markdown.Replace(c.caption()) + "*"},
		DisplayID: captionID,
	})
	return sent()
}

// ShowReport shows the report as a table, as the output of a notebook's cell. Outside of a notebook it prints the report.
func ShowReport(r mdnlib.Report) {
	if !gonbui.IsNotebook {
		fmt.Print(r)
		return
	}
	gonbui.SendData(&protocol.DisplayData{
		Data: map[protocol.MIMEType]any{protocol.MIMETextMarkdown: r.Markdown(), protocol.MIMETextPlain: r.String()},
	})
	if err := sent(); err != nil {
		panic(fmt.Sprintf("figure: cannot show a report: %v", err))
	}
}

// sent waits until the kernel has all that was sent to it. What it has not read when the cell's program ends is lost, and what
// the program prints takes another way and would overtake it.
func sent() error {
	gonbui.Sync()
	return gonbui.Error()
}

// markdown keeps names from being read as Markdown or maths.
var markdown = strings.NewReplacer(`*`, `\*`, `_`, `\_`, `$`, `\$`, `<`, `\<`, `[`, `\[`, `|`, `\|`)

// PNG returns the chart as a PNG file with two dots for each of a screen's pixels.
func (c *Chart) PNG() ([]byte, error) {
	canvas := vgimg.NewWith(vgimg.UseWH(c.Width, c.Height), vgimg.UseDPI(density*pixelsPerInch))
	c.Draw(draw.New(canvas))
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
	const own = 64 // colours that are taken whatever they are like
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

// fileName makes a file's name from a chart's title: its words in lower case with hyphens between them.
func fileName(title string) string {
	words := strings.FieldsFunc(strings.ToLower(title), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	if len(words) == 0 {
		words = []string{"chart"}
	}
	return strings.Join(words, "-") + ".png"
}
