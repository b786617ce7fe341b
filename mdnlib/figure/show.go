package figure

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"mdn/mdnlib"
	"mdn/mdnlib/figure/markup"
	"mdn/mdnlib/internal/outlet"
)

// Shown is what [Show] shows.
type Shown interface {
	*Chart | *Table | mdnlib.Report | mdnlib.Selected
}

// Show shows a chart with its description under it, a table of key numbers, a report, or what a selection has tried, as the output of a notebook's cell. Print
// after it, not before: what a cell prints and what it shows reach the notebook by two ways, and only Show waits until it has
// arrived. Outside of a notebook it prints the numbers; a chart is written to a PNG file in the current folder, named after its title,
// and the file's name and the description are printed.
func Show[T Shown](thing T) {
	switch thing := any(thing).(type) {
	case *Chart:
		things, err := thing.things()
		mustShow(thing.Title, things, err)
	case *Table:
		things, err := thing.things()
		mustShow(thing.Title, things, err)
	case mdnlib.Report:
		things, err := reportTable(thing).things()
		mustShow("a report", things, err)
	case mdnlib.Selected:
		things, err := selectionTable(thing).things()
		mustShow("a selection", things, err)
	}
}

// mustShow shows the things, or panics: a cell that cannot show its result has failed.
func mustShow(name string, things []outlet.Thing, err error) {
	if err == nil {
		err = outlet.Show(things...)
	}
	if err != nil {
		panic(fmt.Sprintf("figure: cannot show %q: %v", name, err))
	}
}

// The types under which a chart's words and numbers go with its picture, and its drawings: for an exported page, and for JupyterLab as
// kernel-setup opens it. What does not know them, ignores them. The drawings are no image/svg+xml, which JupyterLab would show in place of the picture, and refuse to show in a
// notebook that the reader has not said to trust.
const (
	chartMIME = markup.ChartType
	deskMIME  = markup.DeskType
	phoneMIME = markup.PhoneType
)

// chartFile is what a chart is in application/vnd.mdn.chart+json.
type chartFile struct {
	Version     int         `json:"version"`
	Title       string      `json:"title"`
	Name        string      `json:"name"`
	Description Description `json:"description"`
	Tables      []dataTable `json:"tables"`
	Axes        *frame      `json:"axes,omitempty"`
	Numbers     []*Table    `json:"numbers,omitempty"`
}

// keyNumbers returns the chart's own key numbers, and those of its layers.
func (c *Chart) keyNumbers() []*Table {
	if m, ok := c.multiples(); ok {
		return m.keyNumbers()
	}
	all := slices.Clone(c.numbers)
	for _, p := range c.parts {
		if l, ok := p.layer.(scored); ok {
			all = append(all, l.keyNumbers(p.name, c.view()))
		}
	}
	return all
}

// things returns the chart as a picture and as drawings, and the caption under it.
func (c *Chart) things() ([]outlet.Thing, error) {
	image, err := c.picture()
	if err != nil {
		return nil, err
	}
	drawings, err := c.SVG()
	if err != nil {
		return nil, err
	}
	name, description := c.Name(), c.Describe()
	encoded, err := json.Marshal(chartFile{2, c.Title, name, description, c.tables(c.view()), c.frame(), c.keyNumbers()})
	if err != nil {
		return nil, err
	}
	file := fileName(c.Title)
	picture := outlet.Thing{
		Kind: outlet.Chart,
		Data: map[string]any{
			"image/png": image, "text/plain": name, chartMIME: string(encoded), deskMIME: drawings.Desk, phoneMIME: drawings.Phone,
		},
		Metadata: map[string]any{
			"alt": name,
			"image/png": map[string]int{ // the size to show it at
				"width":  int(c.Width.Dots(pixelsPerInch)),
				"height": int(c.Height.Dots(pixelsPerInch)),
			},
		},
		File:     outlet.File{Name: file, Content: image},
		Terminal: fmt.Sprintf("%s: %s\n", file, together(sentence(c.Title), description.String())),
	}
	caption := outlet.Thing{
		Kind: outlet.Caption,
		Data: map[string]any{"text/markdown": "*" + markdown.Replace(c.caption()) + "*"},
	}
	return []outlet.Thing{picture, caption}, nil
}

// markdown keeps names from being read as Markdown or maths.
var markdown = strings.NewReplacer(`*`, `\*`, `_`, `\_`, `$`, `\$`, `<`, `\<`, `[`, `\[`, `|`, `\|`)

// fileName makes a file's name from a chart's title: its words in lower case with hyphens between them.
func fileName(title string) string {
	words := strings.FieldsFunc(strings.ToLower(title), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	if len(words) == 0 {
		words = []string{"chart"}
	}
	return strings.Join(words, "-") + ".png"
}
