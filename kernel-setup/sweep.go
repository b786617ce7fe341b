package main

import (
	"bytes"
	"cmp"
	"fmt"
	"html/template"
	"os"
	"path/filepath"
	"regexp"
	"slices"
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
	Numbers    []keyNumber
}

// A keyNumber is one with its name.
type keyNumber struct{ Name, Text string }

// A row has the key numbers of one name, "" and nil for a run that does not have it.
type row struct {
	Name, Unit string
	Numbers    []string
	known      []*record.Number
	cell       string // that they are from
	repeated   int    // how many rows of the same name and cell stand above it
}

// writeSweep writes a page that compares the runs of a notebook: each key number over what differs, the chart of each run on axes that
// all have in common, and all key numbers as a table.
func (e exporter) writeSweep(p settings.Plan, runs []outcome) error {
	made := record.Sweep{Version: record.Version, Notebook: p.Notebook.Name, Title: cmp.Or(p.Notebook.Title(), p.Notebook.Name), With: p.With, Pages: []string{}}
	for _, r := range runs {
		if r.Record != nil {
			made.Pages = append(made.Pages, r.Name)
		}
	}
	look, err := e.look()
	if err != nil {
		return err
	}
	rows, over, common := rows(runs), compare(runs), commonAxes(runs)
	charts, same := over.charts(rows)
	heading := "Key numbers"
	if over.across != "" {
		heading += " over " + over.across
	}
	var page bytes.Buffer
	if err := sweepPage.Execute(&page, map[string]any{
		"Title": made.Title, "With": p.With, "Columns": columns(runs, rows, common), "Rows": rows, "Look": look, "Heading": heading,
		"Charts": charts, "Same": strings.Join(same, ", "), "Common": common, "Tangle": over.tangle(), "Many": len(runs) > 6,
	}); err != nil {
		return err
	}
	encoded, err := record.Encode(made)
	if err != nil {
		return err
	}
	return e.write(p.Sweep, page.Bytes(), record.SweepPath(e.folder, p.Sweep), encoded)
}

// columns returns what is shown of each run. Its chart is its own where the runs have no axes in common.
func columns(runs []outcome, rows []*row, common *onCommonAxes) (columns []column) {
	for i, r := range runs {
		c := column{Page: fileOf(r.Name), With: r.With(), Failure: r.Failure}
		switch {
		case r.Record == nil:
		case common != nil:
			c.Drawing = common.drawings[i]
		default:
			c.Drawing = drawing(r.Record)
		}
		for _, row := range rows {
			if row.known[i] != nil {
				c.Numbers = append(c.Numbers, keyNumber{row.Name, strings.TrimSpace(row.Numbers[i] + " " + row.Unit)})
			}
		}
		columns = append(columns, c)
	}
	return columns
}

// rows returns every key number of the runs, in the order in which they first come.
func rows(runs []outcome) []*row {
	var rows []*row
	for i, r := range runs {
		if r.Record == nil {
			continue
		}
		seen := map[[2]string]int{}
		for k, n := range r.Record.Numbers {
			same := [2]string{n.Cell, n.Name}
			var at *row
			for _, known := range rows {
				if known.cell == n.Cell && known.Name == n.Name && known.Unit == n.Unit && known.repeated == seen[same] {
					at = known
				}
			}
			if at == nil {
				at = &row{n.Name, n.Unit, make([]string, len(runs)), make([]*record.Number, len(runs)), n.Cell, seen[same]}
				rows = append(rows, at)
			}
			seen[same]++
			at.Numbers[i], at.known[i] = shown(n), &r.Record.Numbers[k]
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

// sweepLinks are the links from the page of one run to others of its sweep, as the exporter of pages takes them.
type sweepLinks struct {
	All   string     `json:"all"` // the address of the page that compares them
	Steps []pageStep `json:"steps"`
}

// A pageStep leads to the page where one setting has the value before, or the next one, and the others are the same.
type pageStep struct {
	Address string `json:"address"`
	Text    string `json:"text"` // noise = 0.2
	Back    bool   `json:"back"`
}

// linksOf returns the links of one page of a plan, nil where it is the only one. They lead to pages that are planned: all are made at the
// same time, and unlink takes away those to pages that could not be made.
func linksOf(p settings.Plan, page settings.Page) *sweepLinks {
	if len(p.Pages) < 2 {
		return nil
	}
	links := &sweepLinks{All: address(p.Sweep), Steps: []pageStep{}}
	for i := range page.Values {
		alike := slices.DeleteFunc(slices.Clone(p.Pages), func(other settings.Page) bool { return !agree(page, other, i) })
		at := slices.IndexFunc(alike, func(other settings.Page) bool { return other.Name == page.Name })
		if at > 0 {
			links.Steps = append(links.Steps, pageStep{address(alike[at-1].Name), alike[at-1].Values[i].String(), true})
		}
		if at < len(alike)-1 {
			links.Steps = append(links.Steps, pageStep{address(alike[at+1].Name), alike[at+1].Values[i].String(), false})
		}
	}
	return links
}

// agree reports whether two pages have the same settings, but for one that may differ.
func agree(a, b settings.Page, but int) bool {
	for i := range a.Values {
		if i != but && a.Values[i].Text != b.Values[i].Text {
			return false
		}
	}
	return true
}

// unlink takes the links of a sweep to pages that are not there from those that are: of a run that failed, or was interrupted.
func (e exporter) unlink(p settings.Plan) error {
	for _, missing := range p.Pages {
		if hasPage(e.folder, missing.Name) {
			continue
		}
		link := regexp.MustCompile(`<a class="step" href="` + regexp.QuoteMeta(template.HTMLEscapeString(address(missing.Name))) + `">([^<]*)</a>`)
		for _, page := range p.Pages {
			path := filepath.Join(e.folder, fileOf(page.Name))
			content, err := os.ReadFile(path)
			if os.IsNotExist(err) || err == nil && !link.Match(content) {
				continue
			}
			if err == nil {
				err = writeFile(path, link.ReplaceAll(content, []byte("<span>$1 (could not be made)</span>")))
			}
			if err != nil {
				return fmt.Errorf("take the link to %s from %s: %w", fileOf(missing.Name), path, err)
			}
		}
	}
	return nil
}

var sweepPage = template.Must(template.New("sweep").Funcs(pageFunctions).Parse(`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; font-src data:; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'">
<meta name="generator" content="kernel-setup export">
<meta name="color-scheme" content="light dark">
<title>{{.Title}} ({{.With}})</title>
<link rel="icon" href="data:,">
<style>
{{.Look.Style}}
header, main { max-width: 84rem; left: 0; }
main { padding-bottom: 3rem; }
h2 { margin-top: 1.8em; }
main > p { max-width: 60ch; }
.grid { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(17rem, 100%), 1fr)); gap: 1.5rem; list-style: none; margin: 0; padding: 0; }
.grid.numbers-over { row-gap: 0; }
.grid.runs { grid-template-columns: repeat(auto-fill, minmax(min(19rem, 100%), 1fr)); }
.grid > li { min-width: 0; margin: 0; break-inside: avoid; }
.numbers-over > li { display: grid; grid-row: span 3; grid-template-rows: subgrid; row-gap: 0; }
.grid h3 { margin: 0 0 0.4rem; font-size: 0.95rem; }
.numbers-over h3 { align-self: end; }
.grid svg { display: block; width: 100%; max-width: 24rem; height: auto; font-family: var(--font-label); background: var(--chart-paper, #fff); }
.grid p { margin: 0.2rem 0 1.5rem; font: 0.85rem/1.4 var(--font-label); color: var(--muted); }
.grid p.failure { color: var(--predicted); overflow-wrap: anywhere; }
.runs details { display: none; font: 0.9rem/1.5 var(--font-label); }
.runs summary { padding: 0.3rem 0; color: var(--muted); }
.legend { display: flex; flex-wrap: wrap; gap: 0.2rem 1.2rem; list-style: none; margin: 0.6rem 0 1rem; padding: 0; font: 0.9rem/1.4 var(--font-label); }
.legend li { display: flex; align-items: center; gap: 0.4rem; margin: 0; }
.legend svg { flex: none; background: var(--chart-paper, #fff); }
.all th, .all td { padding: 0.4rem 0.8rem; vertical-align: bottom; }
.all th[scope=row], .all td:first-child { font-weight: normal; position: sticky; left: 0; background: var(--background); min-width: 11rem; max-width: 22rem; padding-left: 0; text-align: left; }
.all th[scope=col] { min-width: 7rem; }
.all td { white-space: nowrap; }
.all td.failure { white-space: normal; text-align: left; color: var(--predicted); }
@media screen and (max-width: 40rem) {
  .all, .wide { display: none; }
  .runs details { display: block; }
}
@media print {
  .grid { grid-template-columns: repeat(3, 1fr); gap: 0.6cm; }
  .grid.runs { grid-template-columns: repeat(2, 1fr); }
  .scroll { overflow: visible; }
  .all td, .all th { white-space: normal; padding: 0.2rem 0.4rem; }
  .all th[scope=row], .all td:first-child { position: static; min-width: 0; }
  .many .all { display: none; } /* as more columns than these do not fit on paper, each run has a list of its numbers */
  .many .runs details { display: block; }
}
</style>
</head>
<body>
{{.Look.MapFilter}}<header><nav class="neighbours" aria-label="Tutorials"><a href="index.html">All tutorials</a></nav></header>
<main{{if .Many}} class="many"{{end}}>
<h1>{{.Title}}</h1>
<p>{{len .Columns}} runs of this notebook, with {{.With}}.</p>
<nav class="sweep" aria-label="On this page">{{if .Charts}}<a href="#over">{{.Heading}}</a> {{end}}<a href="#runs">Each run</a>{{if .Rows}} <a class="wide" href="#all">All key numbers</a>{{end}}</nav>
{{if .Charts}}<h2 id="over">{{.Heading}}</h2>
<ul class="grid numbers-over">
{{range .Charts}}<li><h3>{{.Name}}</h3>
{{.Drawing}}
<p>{{.Missing}}</p></li>
{{end}}</ul>
{{if .Same}}<p>The same in every run: {{.Same}}.</p>
{{end}}{{else if .Tangle}}<p>{{.Tangle}}</p>
{{end}}<h2 id="runs">Each run</h2>
{{with .Common}}<p>{{.Title}}: every chart on the same axes.{{if .Thin}} {{.Thin}}{{end}} Each link leads to the page of its run.</p>
<ul class="legend">
{{range .Legend}}<li>{{.Drawing}}{{.Name}}</li>
{{end}}</ul>
{{else}}<p>Each chart has axes of its own. Each link leads to the page of its run.</p>
{{end}}<ul class="grid runs">
{{range .Columns}}<li><h3>{{if .Failure}}{{.With}}{{else}}<a href="{{href .Page}}">{{.With}}</a>{{end}}</h3>
{{if .Failure}}<p class="failure">{{.Failure}}</p>{{else}}{{.Drawing}}
{{if .Numbers}}<details>
<summary>Its key numbers</summary>
<dl class="results">
{{range .Numbers}}<div><dt>{{.Name}}</dt><dd>{{.Text}}</dd></div>
{{end}}</dl>
</details>{{end}}{{end}}</li>
{{end}}</ul>
{{if .Rows}}<div class="all">
<h2 id="all">All key numbers</h2>
<div class="scroll" tabindex="0" role="region" aria-labelledby="all">
<table>
<thead>
<tr><td></td>{{range .Columns}}<th scope="col">{{if .Failure}}{{.With}}{{else}}<a href="{{href .Page}}">{{.With}}</a>{{end}}</th>{{end}}</tr>
</thead>
<tbody>
{{range .Rows -}}
<tr><th scope="row">{{.Name}}{{if .Unit}} ({{.Unit}}){{end}}</th>{{range .Numbers}}<td>{{or . "–"}}</td>{{end}}</tr>
{{end}}</tbody>
</table>
</div>
</div>
{{end}}</main>
</body>
</html>
`))
