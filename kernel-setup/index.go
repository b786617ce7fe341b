package main

import (
	"bytes"
	"html"
	"html/template"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// style returns what all pages look like.
func (c checkout) style() (template.CSS, error) {
	content, err := os.ReadFile(c.path("kernel-setup", "jupyter", "templates", "tutorial", "page.css"))
	return template.CSS(content), err
}

// pagesIn returns the names, without an ending, of the notebooks that have a page in a folder.
func (c checkout) pagesIn(folder string) ([]string, error) {
	notebooks, err := c.notebooks()
	if err != nil {
		return nil, err
	}
	var names []string
	for _, notebook := range notebooks {
		if _, err := os.Stat(filepath.Join(folder, pageName(notebook, ""))); err == nil {
			names = append(names, strings.TrimSuffix(filepath.Base(notebook), ".ipynb"))
		}
	}
	return names, nil
}

// entry is what the index says of a notebook.
type entry struct {
	Page, Title, Sentence string
	Picture               template.URL
	Alt                   string
	Variants              []link // its pages with other settings
}

type link struct{ Page, Text string }

// What the index reads of a page is as the templates write it.
var (
	ownPage      = []byte(`<meta name="generator" content="kernel-setup export">`)
	pageTitle    = regexp.MustCompile(`<title>(.*?)(?: \(([^()]+ = [^()]+)\))?</title>`)
	pageSentence = regexp.MustCompile(`<meta name="description" content="([^"]*)">`)
	pagePicture  = regexp.MustCompile(`<img src="(data:[^"]*)" alt="([^"]*)"[^>]*>`)
)

// writeIndex writes index.html: the pages in the folder, each with its chart and first sentence, in reading order.
func (e exporter) writeIndex() error {
	files, err := glob(e.folder, "*.html")
	if err != nil {
		return err
	}
	var entries []*entry
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		page := filepath.Base(file)
		title := pageTitle.FindSubmatch(content)
		if page == "index.html" || title == nil || !bytes.Contains(content, ownPage) {
			continue
		}
		// The names of a notebook's pages begin with its own, which has no dot, and stand beside each other.
		if len(entries) == 0 || notebookOf(entries[len(entries)-1].Page) != notebookOf(page) {
			entries = append(entries, &entry{Page: page})
		}
		current := entries[len(entries)-1]
		current.Title = html.UnescapeString(string(title[1]))
		usual := title[2] == nil
		if usual {
			current.Page = page
		} else {
			current.Variants = append(current.Variants, link{page, html.UnescapeString(string(title[2]))})
		}
		if usual || current.Picture == "" {
			current.read(content)
		}
	}
	style, err := e.style()
	if err != nil {
		return err
	}
	var page bytes.Buffer
	if err := indexPage.Execute(&page, map[string]any{"Entries": entries, "Style": style}); err != nil {
		return err
	}
	return e.write("index.html", page.Bytes())
}

// read takes a page's first sentences, and its chart that stands for the notebook.
func (e *entry) read(page []byte) {
	if sentence := pageSentence.FindSubmatch(page); sentence != nil {
		e.Sentence = html.UnescapeString(string(sentence[1]))
	}
	for _, picture := range pagePicture.FindAllSubmatch(page, -1) {
		alt, _, _ := strings.Cut(html.UnescapeString(string(picture[2])), ". Shown: ")
		e.Picture, e.Alt = template.URL(html.UnescapeString(string(picture[1]))), alt // html/template writes + as &#43;
		if bytes.Contains(picture[0], []byte(`class="thumbnail"`)) {
			break
		}
	}
}

func notebookOf(page string) string {
	name, _, _ := strings.Cut(page, ".")
	return name
}

var pageFunctions = template.FuncMap{"href": url.PathEscape}

var indexPage = template.Must(template.New("index").Funcs(pageFunctions).Parse(`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="kernel-setup export">
<meta name="color-scheme" content="light dark">
<title>Mixture density networks in Go: the tutorials</title>
<link rel="icon" href="data:,">
<style>
{{.Style}}
.entries { list-style: none; padding: 0; }
.entries > li { display: grid; grid-template-columns: 11rem 1fr; gap: 0 1.5rem; align-items: center; margin: 0 0 2rem; }
.entries h2 { margin: 0 0 0.4rem; font-size: 1.2rem; }
.entries p { margin: 0.3rem 0; }
.entries img { width: 11rem; height: 11rem; object-fit: contain; background: #fff; border: 1px solid var(--line); border-radius: 6px; }
.entries div { grid-column: 2; }
@media screen and (prefers-color-scheme: dark) { .entries img { filter: invert(0.9) hue-rotate(180deg); border-color: transparent; } }
@media (max-width: 30rem) { .entries > li { display: block; } .entries img { width: 100%; height: auto; margin-bottom: 0.8rem; } }
</style>
</head>
<body>
<main>
<h1>Mixture density networks in Go</h1>
<p>How a small neural network learns to say not only what to expect but how sure it is, step by step, from the data on. Read from
the top: each tutorial builds on those before it.</p>
<ol class="entries">
{{range .Entries}}<li>{{if .Picture}}<img src="{{.Picture}}" alt="{{.Alt}}">{{end}}
<div>
<h2><a href="{{href .Page}}">{{.Title}}</a></h2>
<p>{{.Sentence}}</p>
{{if .Variants}}<p>With other settings: {{range $i, $v := .Variants}}{{if $i}}; {{end}}<a href="{{href $v.Page}}">{{$v.Text}}</a>{{end}}</p>
{{end}}</div></li>
{{end}}</ol>
</main>
</body>
</html>
`))
