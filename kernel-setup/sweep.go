package main

import (
	"bytes"
	"html/template"
	"strconv"
	"strings"

	"mdn/kernel-setup/record"
	"mdn/kernel-setup/settings"
)

// A column is what a sweep's page shows of one run.
type column struct {
	Page, With string
	Failure    error         // in the place of the rest, if there is no page
	Drawing    template.HTML // "" where there is none
}

// A row has the key numbers of one name, "" for a run that does not have it.
type row struct {
	Name, Unit string
	Numbers    []string
	cell       string // that they are from
	repeated   int    // how many rows of the same name and cell stand above it
}

// writeSweep writes a page that shows the key numbers and one chart of a notebook's runs side by side.
func (e exporter) writeSweep(p settings.Plan, runs []outcome) error {
	var columns []column
	made := record.Sweep{Version: record.Version, Notebook: p.Notebook.Name, Title: p.Notebook.Title(), With: p.With, Pages: []string{}}
	for _, r := range runs {
		c := column{Page: fileOf(r.Name), With: r.With(), Failure: r.Failure}
		if r.Record != nil {
			c.Drawing = drawing(r.Record)
			made.Pages = append(made.Pages, r.Name)
		}
		columns = append(columns, c)
	}
	look, err := e.look()
	if err != nil {
		return err
	}
	if made.Title == "" {
		made.Title = made.Notebook
	}
	var page bytes.Buffer
	if err := sweepPage.Execute(&page, map[string]any{
		"Title": made.Title, "With": p.With, "Columns": columns, "Rows": rows(runs), "Look": look,
	}); err != nil {
		return err
	}
	encoded, err := record.Encode(made)
	if err != nil {
		return err
	}
	return e.write(p.Sweep, page.Bytes(), record.SweepPath(e.folder, p.Sweep), encoded)
}

// rows returns every key number of the runs, in the order in which they first come.
func rows(runs []outcome) []*row {
	var rows []*row
	for i, r := range runs {
		if r.Record == nil {
			continue
		}
		seen := map[[2]string]int{}
		for _, n := range r.Record.Numbers {
			same := [2]string{n.Cell, n.Name}
			var at *row
			for _, known := range rows {
				if known.cell == n.Cell && known.Name == n.Name && known.Unit == n.Unit && known.repeated == seen[same] {
					at = known
				}
			}
			if at == nil {
				at = &row{n.Name, n.Unit, make([]string, len(runs)), n.Cell, seen[same]}
				rows = append(rows, at)
			}
			seen[same]++
			at.Numbers[i] = shown(n)
		}
	}
	return rows
}

// shown is a number with its error.
func shown(n record.Number) string {
	if n.Error == nil || strings.Contains(n.Text, "±") {
		return n.Text
	}
	return n.Text + " ± " + strconv.FormatFloat(*n.Error, 'g', 2, 64)
}

var sweepPage = template.Must(template.New("sweep").Funcs(pageFunctions).Parse(`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="kernel-setup export">
<meta name="color-scheme" content="light dark">
<title>{{.Title}} ({{.With}})</title>
<link rel="icon" href="data:,">
<style>
{{.Look.Style}}
header, main { max-width: none; left: 0; }
div { overflow-x: auto; }
th[scope=row] { padding-left: 0; }
th, td { padding: 0.4rem 0.8rem; vertical-align: bottom; }
th[scope=row], td:first-child { font-weight: normal; position: sticky; left: 0; background: var(--background); min-width: 11rem; }
td { white-space: nowrap; }
td.failure { white-space: normal; text-align: left; color: var(--predicted); max-width: 20rem; }
td svg { display: block; width: 18rem; height: auto; background: var(--chart-paper, #fff); }
</style>
</head>
<body>
{{.Look.MapFilter}}<header><nav class="neighbours" aria-label="Tutorials"><a href="index.html">All tutorials</a></nav></header>
<main>
<h1>{{.Title}}</h1>
<div tabindex="0" role="region" aria-label="runs side by side">
<table>
<caption>Runs of this notebook with {{.With}}. Each link in a heading leads to the page of its run.</caption>
<thead>
<tr><td></td>{{range .Columns}}<th scope="col">{{if .Failure}}{{.With}}{{else}}<a href="{{href .Page}}">{{.With}}</a>{{end}}</th>{{end}}</tr>
</thead>
<tbody>
<tr><td></td>{{range .Columns -}}
{{if .Failure}}<td class="failure">{{.Failure}}</td>{{else}}<td>{{.Drawing}}</td>{{end}}
{{- end}}</tr>
{{range .Rows -}}
<tr><th scope="row">{{.Name}}{{if .Unit}} ({{.Unit}}){{end}}</th>{{range .Numbers}}<td>{{or . "–"}}</td>{{end}}</tr>
{{end}}</tbody>
</table>
</div>
</main>
</body>
</html>
`))
