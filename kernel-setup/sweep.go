package main

import (
	"bytes"
	"encoding/json"
	"html/template"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// A column is what the index of a sweep shows of one page.
type column struct {
	Page, Settings string
	Failure        error // in the place of the rest, if there is no page
	Heading        string
	Names          []string          // of the key numbers, in order
	Numbers        map[string]string // by name
	Chart          template.URL
	Alt            string
}

// writeSweep writes a page that shows the key numbers and one chart of a notebook's runs side by side.
func (e exporter) writeSweep(t tutorial, columns []column) error {
	heading := filepath.Base(t.Notebook)
	var names []string
	for _, column := range columns {
		if column.Heading != "" {
			heading = column.Heading
		}
		for _, name := range column.Names {
			if !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	style, err := e.style()
	if err != nil {
		return err
	}
	var page bytes.Buffer
	if err := sweepPage.Execute(&page, map[string]any{
		"Heading": heading, "Settings": t.Title, "Columns": columns, "Names": names, "Style": style,
	}); err != nil {
		return err
	}
	return e.write(pageName(t.Notebook, t.Index), page.Bytes())
}

var sweepPage = template.Must(template.New("sweep").Funcs(pageFunctions).Parse(`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="kernel-setup export">
<meta name="color-scheme" content="light dark">
<title>{{.Heading}} ({{.Settings}})</title>
<link rel="icon" href="data:,">
<style>
{{.Style}}
header, main { max-width: none; left: 0; }
div { overflow-x: auto; }
th[scope=row] { padding-left: 0; }
th, td { padding: 0.4rem 0.8rem; vertical-align: bottom; }
th[scope=row], td:first-child { font-weight: normal; position: sticky; left: 0; background: var(--background); min-width: 11rem; }
td { white-space: nowrap; }
td.failure { white-space: normal; text-align: left; color: var(--predicted); max-width: 20rem; }
img { width: 18rem; }
@media screen and (prefers-color-scheme: dark) { img { filter: invert(0.9) hue-rotate(180deg); } }
</style>
</head>
<body>
<header><nav class="neighbours" aria-label="Tutorials"><a href="index.html">All tutorials</a></nav></header>
<main>
<h1>{{.Heading}}</h1>
<div tabindex="0" role="region" aria-label="runs side by side">
<table>
<caption>Runs of this notebook with {{.Settings}}. Each link in a heading leads to the page of its run.</caption>
<thead>
<tr><td></td>{{range .Columns}}<th scope="col">{{if .Failure}}{{.Settings}}{{else}}<a href="{{href .Page}}">{{.Settings}}</a>{{end}}</th>{{end}}</tr>
</thead>
<tbody>
<tr><td></td>{{range .Columns -}}
{{if .Failure}}<td class="failure">{{.Failure}}</td>{{else}}<td>{{if .Chart}}<img src="{{.Chart}}" alt="{{.Alt}}">{{end}}</td>{{end}}
{{- end}}</tr>
{{$columns := .Columns}}{{range $name := .Names -}}
<tr><th scope="row">{{$name}}</th>{{range $columns}}<td>{{or (index .Numbers $name) "–"}}</td>{{end}}</tr>
{{end}}</tbody>
</table>
</div>
</main>
</body>
</html>
`))

// executed is what the index reads of a notebook with its outputs.
type executed struct {
	Cells []struct {
		Metadata struct{ Tags []string }
		Source   lines
		Outputs  []struct {
			Name     string
			Text     lines
			Data     map[string]json.RawMessage
			Metadata map[string]json.RawMessage
		}
	}
}

// lines is a text that a notebook may hold as one string or as a list of lines.
type lines string

func (l *lines) UnmarshalJSON(encoded []byte) error {
	var list []string
	if err := json.Unmarshal(encoded, &list); err == nil {
		*l = lines(strings.Join(list, ""))
		return nil
	}
	return json.Unmarshal(encoded, (*string)(l))
}

// A key number is a number that a cell prints on a line of its own after its name: "Final cost: 0.1033", "the floor at the
// test inputs is 0.1285", or a row of a table, whose cells stand two or more spaces apart.
var (
	numbersLine = regexp.MustCompile(`^(\pL\S*(?: \S+)*?)(: +| is | {2,})(` + number + `(?: +` + number + `)*)$`)
	columnGap   = regexp.MustCompile(` {2,}`)
)

const number = `(?:[-+−]?(?:[0-9][0-9.]*(?:e[-+]?[0-9]+)?|Inf|∞)|NaN|none)`

// keyNumbers returns the key numbers of a text, by name, and the names in order. A number in a table is named by its row
// and by what stands over it.
func keyNumbers(text string) (names []string, values map[string]string) {
	values = map[string]string{}
	var heading []string
	for _, line := range strings.Split(text, "\n") {
		match := numbersLine.FindStringSubmatch(strings.TrimRight(line, " "))
		if match == nil {
			heading = columnGap.Split(strings.TrimSpace(line), -1)
			continue
		}
		row, found := match[1], strings.Fields(match[3])
		over := make([]string, len(found))
		if strings.TrimSpace(match[2]) == "" && len(heading) >= len(found) {
			title := heading
			if len(found) > 1 {
				title = heading[:len(heading)-len(found)]
				for i, name := range heading[len(title):] {
					over[i] = ", " + name
				}
			}
			if above := strings.Join(title, ", "); above != "" {
				row = above + ": " + row
			}
		}
		for i, value := range found {
			name := row + over[i]
			if _, twice := values[name]; !twice {
				names = append(names, name)
			}
			values[name] = value
		}
	}
	return names, values
}

// read fills a column with what the notebook at a path says, which has its outputs.
func (c *column) read(path string) error {
	content, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	var n executed
	if err := json.Unmarshal(content, &n); err != nil {
		return err
	}
	c.Numbers = map[string]string{}
	chosen := false
	for _, cell := range n.Cells {
		first, _, _ := strings.Cut(string(cell.Source), "\n")
		if title, ok := strings.CutPrefix(first, "# "); ok && c.Heading == "" {
			c.Heading = title
		}
		printed := ""
		for _, output := range cell.Outputs {
			if output.Name == "stdout" {
				printed += string(output.Text)
			}
			var picture lines
			if json.Unmarshal(output.Data["image/png"], &picture) == nil && !chosen {
				c.Chart = template.URL("data:image/png;base64," + strings.Join(strings.Fields(string(picture)), ""))
				c.Alt = ""
				_ = json.Unmarshal(output.Metadata["alt"], &c.Alt)
				chosen = slices.Contains(cell.Metadata.Tags, "thumbnail")
			}
		}
		found, values := keyNumbers(printed)
		for _, name := range found {
			if _, twice := c.Numbers[name]; !twice {
				c.Names = append(c.Names, name)
				c.Numbers[name] = values[name]
			}
		}
	}
	return nil
}
