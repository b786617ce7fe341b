package notebook

import (
	"regexp"
	"strings"
	"unicode"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// Title returns the notebook's first heading of level 1 as plain text, "" where there is none.
func (n *Notebook) Title() string {
	title, _ := n.opening()
	return title
}

// Sentence returns the first two sentences, or the only one, of the first paragraph after the title as plain text, "" where there
// is none.
func (n *Notebook) Sentence() string {
	_, paragraph := n.opening()
	return firstSentences(paragraph, 2)
}

// opening returns the title, and the first paragraph after it that says something.
func (n *Notebook) opening() (title, paragraph string) {
	for _, cell := range n.Cells {
		if cell.Kind != Markdown || paragraph != "" {
			continue
		}
		source := []byte(cell.Source)
		document := goldmark.New(goldmark.WithExtensions(extension.Table)).Parser().Parse(text.NewReader(source))
		_ = ast.Walk(document, func(node ast.Node, entering bool) (ast.WalkStatus, error) { // no step returns an error
			if !entering || paragraph != "" {
				return ast.WalkContinue, nil
			}
			switch node := node.(type) {
			case *ast.Heading:
				if node.Level == 1 && title == "" {
					title = plain(node, source)
				}
			case *ast.Paragraph:
				if title != "" {
					paragraph = plain(node, source)
				}
			}
			return ast.WalkContinue, nil
		})
	}
	return title, paragraph
}

// formula is one as Jupyter reads it in Markdown: TeX between two dollar signs, which are no prices.
var formula = regexp.MustCompile(`\$([^\s$](?:[^$]*[^\s$])?)\$(\D|$)`)

// plain returns what a node of Markdown says, without emphasis, links and pictures. Of a formula the TeX is left.
func plain(node ast.Node, source []byte) string {
	var said strings.Builder
	_ = ast.Walk(node, func(node ast.Node, entering bool) (ast.WalkStatus, error) { // no step returns an error
		if !entering {
			return ast.WalkContinue, nil
		}
		switch node := node.(type) {
		case *ast.Image:
			return ast.WalkSkipChildren, nil
		case *ast.AutoLink:
			said.Write(node.Label(source))
		case *ast.String:
			said.Write(node.Value)
		case *ast.Text:
			value := node.Value(source)
			if node.Parent().Kind() != ast.KindCodeSpan {
				value = util.UnescapePunctuations(util.ResolveEntityNames(util.ResolveNumericReferences(value)))
			}
			said.Write(value)
			if node.SoftLineBreak() || node.HardLineBreak() {
				said.WriteByte(' ')
			}
		}
		return ast.WalkContinue, nil
	})
	return formula.ReplaceAllString(strings.Join(strings.Fields(said.String()), " "), "$1$2")
}

// firstSentences returns the first sentences of a text, as many as there are up to a number of them; a text that ends in the middle
// of its first sentence is returned as a whole. A sentence ends with a full stop, a question mark or an exclamation mark before a space.
func firstSentences(paragraph string, most int) string {
	letters := []rune(paragraph)
	end := 0
	for i, letter := range letters {
		last := i == len(letters)-1
		if strings.ContainsRune(".?!", letter) && (last || unicode.IsSpace(letters[i+1])) {
			end = i + 1
			if most--; most == 0 {
				break
			}
		}
	}
	if end == 0 {
		return paragraph
	}
	return string(letters[:end])
}
