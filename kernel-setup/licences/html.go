package licences

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// HTML returns the licences as a fold for the end of a page. What licences of one kind have in common is written once: their copyright
// lines, then the terms of all of them.
func HTML(list []Licence) string {
	var page strings.Builder
	page.WriteString("<details class=\"licences\">\n<summary>Licences of what this page carries</summary>\n")
	for _, g := range groups(list) {
		fmt.Fprintf(&page, "<p>%s</p>\n<pre>%s</pre>\n", escape.Replace(g.heading()), escape.Replace(g.text()))
	}
	page.WriteString("</details>\n")
	return page.String()
}

// escape leaves quotation marks, of which licences are full, as they are.
var escape = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

// A group is licences of one kind, or with the same text.
type group struct {
	licences []Licence
	notices  []string // what stands above the terms
	terms    []string // paragraphs and points
}

func groups(list []Licence) []*group {
	var all []*group
	for _, l := range list {
		at := slices.IndexFunc(all, func(g *group) bool {
			first := g.licences[0]
			return first.Kind != "" && first.Kind == l.Kind || letters(first.Text) == letters(l.Text)
		})
		if at < 0 {
			at = len(all)
			all = append(all, &group{})
		}
		all[at].add(l)
	}
	return all
}

// add adds a licence, and of its terms those that are not there yet, in their places.
func (g *group) add(l Licence) {
	g.licences = append(g.licences, l)
	notice, text := cut(l.Text)
	if notice != "" && !slices.Contains(g.notices, notice) {
		g.notices = append(g.notices, notice)
	}
	terms := flowing(text)
	for i, term := range terms {
		if g.find(term) >= 0 {
			continue
		}
		before := len(g.terms) // or what follows it in this licence, too
		for _, following := range terms[i+1:] {
			if at := g.find(following); at >= 0 {
				before = at
				break
			}
		}
		g.terms = slices.Insert(g.terms, before, term)
	}
}

// find returns the place of a term, -1 where it is not there.
func (g *group) find(term string) int {
	return slices.IndexFunc(g.terms, func(known string) bool { return letters(known) == letters(term) })
}

// heading names what is under the terms.
func (g *group) heading() string {
	var names []string
	for _, l := range g.licences {
		name := strings.TrimSpace(l.Name + " " + l.Version)
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	heading := strings.Join(names, ", ")
	if kind := g.licences[0].Kind; kind != "" {
		heading += ": " + kind
	}
	return heading
}

func (g *group) text() string {
	return strings.Join(slices.Concat(g.notices, g.terms), "\n\n")
}

// beginning matches where terms begin. What stands above is the copyright lines, which differ where the terms do not.
var beginning = regexp.MustCompile(`(?m)^(Permission is hereby granted|Redistribution and use|SIL OPEN FONT LICENSE|Boost Software License|Additional IP Rights)`)

var (
	mit      = regexp.MustCompile(`(?m)^(The )?MIT License( \(MIT\))?$`) // a title, which the kind says as well
	trailing = regexp.MustCompile(`[ \t]+\n`)
)

// cut returns what stands above the terms of a licence, and the terms. Without a beginning that is known, all is terms.
func cut(text string) (notice, terms string) {
	at := beginning.FindStringIndex(text)
	if at == nil {
		return "", text
	}
	notice = mit.ReplaceAllString(text[:at[0]], "")
	return strings.TrimSpace(trailing.ReplaceAllString(notice, "\n")), text[at[0]:]
}

// letters returns the letters and digits of a text. Copies of the same terms differ in lines, blanks and signs.
func letters(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, text)
}

var (
	betweenParagraphs = regexp.MustCompile(`\n\s*\n`)
	point             = regexp.MustCompile(`^([*•-]|\d\)) `) // one of several
	title             = regexp.MustCompile(`^(SIL OPEN FONT LICENSE|PREAMBLE|DEFINITIONS|TERMINATION|DISCLAIMER):? `)
)

// flowing returns the titles, paragraphs and points of a text, without the line breaks in them, which are not those of a page.
func flowing(text string) (terms []string) {
	for _, block := range betweenParagraphs.Split(strings.TrimSpace(text), -1) {
		begins := true
		for line := range strings.Lines(block) {
			line = strings.Join(strings.Fields(line), " ")
			if begins || point.MatchString(line) {
				terms = append(terms, line)
			} else {
				terms[len(terms)-1] += " " + line
			}
			begins = false
		}
	}
	for i := 0; i < len(terms); i++ {
		if of := title.FindStringSubmatch(terms[i]); of != nil {
			terms = slices.Replace(terms, i, i+1, of[1], strings.TrimPrefix(terms[i], of[0]))
		}
	}
	return terms
}
