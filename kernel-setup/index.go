package main

import (
	"bytes"
	"cmp"
	"errors"
	"html/template"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"mdn/kernel-setup/record"
)

// A look is what pages that are written here share with those of notebooks.
type look struct {
	Style     template.CSS
	MapFilter template.HTML // that the style gives the pictures in drawings of charts
}

func (c checkout) look() (l look, err error) {
	templates := c.path("kernel-setup", "jupyter", "mdn_jupyter", "templates", "tutorial")
	read := func(name string) string {
		content, e := os.ReadFile(filepath.Join(templates, name))
		err = cmp.Or(err, e)
		return string(content)
	}
	style := read("chart.css") + read("page.css") + "@media screen and (prefers-color-scheme: dark) {\n" + read("dark.css") + "}\n"
	return look{template.CSS(style), template.HTML(read("map.svg"))}, err
}

// pagesIn returns the names of the notebooks of the checkout that have a page in a folder.
func (c checkout) pagesIn(folder string) ([]string, error) {
	notebooks, err := c.notebooks()
	if err != nil {
		return nil, err
	}
	var names []string
	for _, notebook := range notebooks {
		name := strings.TrimSuffix(filepath.Base(notebook), ".ipynb")
		if hasPage(folder, name) {
			names = append(names, name)
		}
	}
	return names, nil
}

// hasPage reports whether a page is in a folder.
func hasPage(folder, name string) bool {
	_, err := os.Stat(filepath.Join(folder, fileOf(name)))
	return err == nil
}

// An entry is what the index says of a notebook.
type entry struct {
	Page, Title, Sentence string
	Drawing               template.HTML
	Variants              []link // its pages with other settings
	notebook              string
}

// A link leads to a page.
type link struct{ Page, Text string }

// writeIndex writes index.html: the pages in the folder that have a record, each notebook with its chart and first sentence, in
// reading order. What cannot be read as a record is left out, and returned as an error.
func (e exporter) writeIndex() error {
	entries, failure := entriesOf(e.folder)
	look, err := e.look()
	if err != nil {
		return err
	}
	var page bytes.Buffer
	if err := indexPage.Execute(&page, map[string]any{"Entries": entries, "Look": look}); err != nil {
		return err
	}
	return errors.Join(failure, e.write("index", page.Bytes(), "", nil))
}

// entriesOf returns an entry for each notebook that has a page in a folder, by the records that lie there.
func entriesOf(folder string) ([]*entry, error) {
	var entries []*entry
	var failures []error
	of := func(notebook, title string) *entry {
		for _, e := range entries {
			if e.notebook == notebook {
				return e
			}
		}
		e := &entry{notebook: notebook, Title: title}
		entries = append(entries, e)
		return e
	}
	pages, err := recordsIn(record.Path(folder, "*"))
	failures = append(failures, err)
	for _, page := range pages {
		r, err := record.Read(record.Path(folder, page))
		if err != nil {
			failures = append(failures, err)
			continue
		}
		if !hasPage(folder, page) {
			continue
		}
		e := of(r.Notebook, r.Title)
		if r.With == "" {
			e.Page = fileOf(page)
		} else {
			e.Variants = append(e.Variants, link{fileOf(page), r.With})
		}
		if r.With == "" || e.Sentence == "" && e.Drawing == "" {
			e.Title, e.Sentence, e.Drawing = r.Title, r.Sentence, drawing(r)
		}
	}
	sweeps, err := recordsIn(record.SweepPath(folder, "*"))
	failures = append(failures, err)
	for _, page := range sweeps {
		s, err := record.ReadSweep(record.SweepPath(folder, page))
		if err != nil {
			failures = append(failures, err)
			continue
		}
		if hasPage(folder, page) {
			e := of(s.Notebook, s.Title)
			e.Variants = append(e.Variants, link{fileOf(page), s.With})
		}
	}
	for _, e := range entries {
		slices.SortFunc(e.Variants, func(a, b link) int { return strings.Compare(a.Page, b.Page) })
		if e.Page == "" {
			e.Page = e.Variants[0].Page
		}
	}
	slices.SortFunc(entries, func(a, b *entry) int { return strings.Compare(a.notebook, b.notebook) })
	return entries, errors.Join(failures...)
}

// recordsIn returns the names of the pages whose records match a path.
func recordsIn(pattern string) (pages []string, err error) {
	files, err := glob(filepath.Dir(pattern), filepath.Base(pattern))
	for _, file := range files {
		pages = append(pages, strings.TrimSuffix(filepath.Base(file), ".json"))
	}
	return pages, err
}

// drawing returns the chart that stands for a notebook, "" where it has none. It stands in the page itself, not in an <img>, which
// would not see the page's colours.
func drawing(r *record.Record) template.HTML {
	if r.Thumbnail == nil {
		return ""
	}
	return template.HTML(r.Thumbnail.Drawing)
}

// address is where a page is, seen from another one.
func address(page string) string { return url.PathEscape(fileOf(page)) }

var pageFunctions = template.FuncMap{"href": url.PathEscape}

var indexPage = template.Must(template.New("index").Funcs(pageFunctions).Parse(`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; font-src data:; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'">
<meta name="generator" content="kernel-setup export">
<meta name="color-scheme" content="light dark">
<title>Mixture density networks in Go: the tutorials</title>
<link rel="icon" href="data:,">
<style>
{{.Look.Style}}
.entries { list-style: none; padding: 0; }
main { max-width: 62rem; left: 0; }
main > p { max-width: 60ch; }
.entries > li { display: grid; grid-template-columns: 18.5rem 1fr; gap: 0 2rem; align-items: center; margin: 0 0 2.5rem; break-inside: avoid; }
.entries h2 { margin: 0 0 0.4rem; font-size: 1.3rem; }
.entries p { margin: 0.3rem 0; }
/* A drawing for a phone, whose letters are 12 pixels high or more in this width. */
.entries svg { grid-area: 1 / 1; display: block; width: 100%; height: auto; background: var(--chart-paper, #fff); border: 1px solid var(--line); border-radius: 6px; }
.entries div { grid-area: 1 / 2; }
@media screen and (max-width: 40rem) {
  .entries > li { display: block; margin-bottom: 3rem; }
  .entries svg { max-width: 27rem; margin-top: 0.8rem; }
}
</style>
</head>
<body>
{{.Look.MapFilter}}<main>
<h1>Mixture density networks in Go</h1>
<p>How a small neural network learns to say not only what to expect but how sure it is, step by step, from the data on. Read from
the top: each tutorial builds on those before it.</p>
<ol class="entries">
{{range .Entries}}<li><div>
<h2><a href="{{href .Page}}">{{.Title}}</a></h2>
<p>{{.Sentence}}</p>
{{if .Variants}}<p>With other settings: {{range $i, $v := .Variants}}{{if $i}}; {{end}}<a href="{{href $v.Page}}">{{$v.Text}}</a>{{end}}</p>
{{end}}</div>
{{.Drawing}}</li>
{{end}}</ol>
</main>
</body>
</html>
`))
