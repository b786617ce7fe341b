// Package markup writes what a notebook's cell has shown as HTML for a page: the same for the exporter, which reads the outputs of a
// notebook, and for the program inside the page, which shows them anew.
//
// It knows what is shown by the media types under which package figure shows it, and needs nothing else of this module.
package markup

import (
	"encoding/json"
	"fmt"
	"html"
	"strings"
)

// The media types that a page is made of.
const (
	ChartType   = "application/vnd.mdn.chart+json"
	DeskType    = "application/vnd.mdn.chart.desk+svg"
	PhoneType   = "application/vnd.mdn.chart.phone+svg"
	NumbersType = "application/vnd.mdn.numbers+json"
)

// Output returns one output of a cell as HTML. kind is what the output is, as its metadata say, and data holds its media types. known is
// false for what this package does not know; "" is HTML for what a page does not show: captions, which a figure has already, and progress.
func Output(kind string, data map[string]string) (element string, known bool, err error) {
	switch kind {
	case "chart":
		element, err = figure(data)
	case "numbers":
		element, err = numbers(data[NumbersType])
	case "caption", "progress":
	default:
		return "", false, nil
	}
	return element, true, err
}

// chart is what goes with a chart's drawings.
type chart struct {
	Title       string
	Description struct{ What, Numbers, Trend, Point string }
	Tables      []table
}

// table holds the numbers behind one layer of a chart.
type table struct {
	Name    string
	Columns []string
	Rows    [][]json.Number // with the digits that they were written with
	Of      int             // how many rows there were before the table was thinned
}

// figure returns a chart with its drawings, its description and the tables behind it.
func figure(data map[string]string) (string, error) {
	var c chart
	if err := decode(data, ChartType, &c); err != nil {
		return "", err
	}
	for _, drawing := range []string{DeskType, PhoneType} {
		if data[drawing] == "" {
			return "", fmt.Errorf("its chart has no drawing of the type %s; run it again", drawing)
		}
	}
	var b strings.Builder
	title := html.EscapeString(strings.TrimRight(c.Title, "."))
	fmt.Fprintf(&b, "<figure class=\"chart\" aria-label=\"%s\">\n", title)
	fmt.Fprintf(&b, "<div class=\"drawing desk\">%s</div>\n<div class=\"drawing phone\">%s</div>\n", data[DeskType], data[PhoneType])
	fmt.Fprintf(&b, "<figcaption>\n<p class=\"title\">%s</p>\n<details>\n<summary>In words", title)
	if len(c.Tables) > 0 {
		b.WriteString(" and numbers")
	}
	b.WriteString("</summary>\n<p>")
	separator := ""
	for _, level := range []string{c.Description.What, c.Description.Numbers, c.Description.Trend, c.Description.Point} {
		if level != "" {
			b.WriteString(separator + html.EscapeString(level))
			separator = " "
		}
	}
	b.WriteString("</p>\n")
	if len(c.Tables) > 0 {
		fmt.Fprintf(&b, "<div class=\"numbers\" role=\"group\" aria-label=\"Numbers of: %s\">\n", title)
		for _, t := range c.Tables {
			t.write(&b)
		}
		b.WriteString("</div>\n")
	}
	b.WriteString("</details>\n</figcaption>\n</figure>\n")
	return b.String(), nil
}

func (t table) write(b *strings.Builder) {
	fmt.Fprintf(b, "<table>\n<caption>%s", html.EscapeString(t.Name))
	if t.Of > len(t.Rows) {
		fmt.Fprintf(b, " (%d of %d)", len(t.Rows), t.Of)
	}
	b.WriteString("</caption>\n<thead><tr>")
	for _, column := range t.Columns {
		fmt.Fprintf(b, "<th scope=\"col\">%s</th>", html.EscapeString(column))
	}
	b.WriteString("</tr></thead>\n<tbody>\n")
	for _, row := range t.Rows {
		b.WriteString("<tr>")
		for _, value := range row {
			fmt.Fprintf(b, "<td>%s</td>", strings.ReplaceAll(html.EscapeString(value.String()), "-", "−"))
		}
		b.WriteString("</tr>\n")
	}
	b.WriteString("</tbody>\n</table>\n")
}

// keyNumbers is a table of key numbers.
type keyNumbers struct {
	Title   string
	RowsAre string `json:"rows_are"`
	Columns []struct{ Name, Unit string }
	Rows    []struct {
		Name  string
		Cells []struct {
			Text  string
			Value *float64
		}
	}
}

// numbers returns a table of key numbers, or a single one as a line: its table has one cell, under a column without a name.
func numbers(encoded string) (string, error) {
	var n keyNumbers
	if err := decode(map[string]string{NumbersType: encoded}, NumbersType, &n); err != nil {
		return "", err
	}
	var b strings.Builder
	if n.RowsAre == "" && len(n.Rows) == 1 && len(n.Columns) == 1 && n.Columns[0].Name == "" {
		value := strings.TrimSpace(n.Rows[0].Cells[0].Text + " " + n.Columns[0].Unit)
		fmt.Fprintf(&b, "<dl class=\"results\"><div><dt>%s</dt><dd>%s</dd></div></dl>\n",
			html.EscapeString(n.Rows[0].Name), html.EscapeString(value))
		return b.String(), nil
	}
	title := n.Title
	if title == "" {
		title = "Numbers by " + n.RowsAre
	}
	fmt.Fprintf(&b, "<div class=\"output scroll\" tabindex=\"0\" role=\"group\" aria-label=\"%s\">\n<table>\n", html.EscapeString(title))
	if n.Title != "" {
		fmt.Fprintf(&b, "<caption>%s</caption>\n", html.EscapeString(n.Title))
	}
	fmt.Fprintf(&b, "<thead><tr><th scope=\"col\">%s</th>", html.EscapeString(n.RowsAre))
	for i, column := range n.Columns {
		name := column.Name
		switch {
		case name == "":
			name = column.Unit
		case column.Unit != "":
			name += ", " + column.Unit
		}
		fmt.Fprintf(&b, "<th scope=\"col\"%s>%s</th>", n.align(i), html.EscapeString(name))
	}
	b.WriteString("</tr></thead>\n<tbody>\n")
	for _, row := range n.Rows {
		fmt.Fprintf(&b, "<tr><th scope=\"row\">%s</th>", html.EscapeString(row.Name))
		for i, cell := range row.Cells {
			fmt.Fprintf(&b, "<td%s>%s</td>", n.align(i), html.EscapeString(cell.Text))
		}
		b.WriteString("</tr>\n")
	}
	b.WriteString("</tbody>\n</table>\n</div>\n")
	return b.String(), nil
}

// align returns an attribute for the cells of a column: numbers stand at its right end, words at its left.
func (n keyNumbers) align(column int) string {
	for _, row := range n.Rows {
		if column < len(row.Cells) && row.Cells[column].Value != nil {
			return ""
		}
	}
	return ` class="words"`
}

// decode reads what an output has in a media type of ours.
func decode(data map[string]string, mediaType string, into any) error {
	text, ok := data[mediaType]
	if !ok || text == "" {
		return fmt.Errorf("it shows nothing of the type %s; run it again, and show charts and numbers by the package figure", mediaType)
	}
	if err := json.Unmarshal([]byte(text), into); err != nil {
		return fmt.Errorf("what it shows as %s cannot be read (%w); run it again", mediaType, err)
	}
	return nil
}
