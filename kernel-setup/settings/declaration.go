package settings

import (
	"errors"
	"fmt"
	"go/ast"
	"go/constant"
	"go/parser"
	"go/scanner"
	"go/token"
	"slices"
	"strconv"
	"strings"

	"mdn/kernel-setup/notebook"
)

// parameters is the tag of the cell that declares the settings.
const parameters = "parameters"

// A mistake is what is wrong with a line of a cell, and how to write it.
type mistake struct {
	line      int
	what, fix string
}

func (m mistake) Error() string { return fmt.Sprintf("line %d: %s; %s", m.line, m.what, m.fix) }

// at says in which cell of which notebook something is wrong.
func at(n *notebook.Notebook, cell notebook.Cell, err error) error {
	where := "cell " + cell.ID
	if cell.ID == "" {
		where = "the cell tagged " + strings.Join(cell.Tags, ", ")
	}
	return fmt.Errorf("%s.ipynb, %s, %w", n.Name, where, err)
}

// Of returns the settings of a notebook, in its order. The error says in which line of which cell there is something that cannot be
// read as a setting, and how to write it.
func Of(n *notebook.Notebook) ([]Setting, error) {
	var settings []Setting
	seen := false
	for _, cell := range n.Cells {
		if cell.Kind != notebook.Code || !cell.Tagged(parameters) {
			continue
		}
		if seen {
			return nil, at(n, cell, mistake{1, "this is the second cell tagged " + parameters, "declare all settings in one cell"})
		}
		seen = true
		constants, err := constants(cell)
		if err != nil {
			return nil, at(n, cell, err)
		}
		for _, c := range constants {
			setting, err := c.setting()
			if slices.ContainsFunc(settings, func(s Setting) bool { return s.Name == c.name }) {
				err = mistake{c.line, c.name + " is declared twice", "give each setting a name of its own"}
			}
			if err != nil {
				return nil, at(n, cell, err)
			}
			setting.Cell = cell.ID
			settings = append(settings, setting)
		}
	}
	return settings, nil
}

// A declaration is a constant, as a cell of Go declares it.
type declaration struct {
	name    string
	line    int
	kind    ast.Expr // its type, nil where there is none
	written string   // the value; "" where there is none or it is no literal
	place   Place    // of the value in the cell
	value   constant.Value
	comment string // with its slashes
}

// text is the value as text: of a text what it says, of anything else what is written.
func (d declaration) text() string {
	if d.value.Kind() == constant.String {
		return constant.StringVal(d.value)
	}
	return d.written
}

// constants returns the constants that a cell declares. Other declarations are left alone, except for variables.
func constants(cell notebook.Cell) ([]declaration, error) {
	source := strings.Split(cell.Source, "\n")
	for i, line := range source {
		if strings.HasPrefix(line, "%%") || strings.HasPrefix(line, "%main") {
			what := "what follows " + strings.TrimSpace(line) + " is a program, and no settings"
			return nil, mistake{i + 1, what, "put it into a cell of its own"}
		}
		if strings.HasPrefix(line, "%") || strings.HasPrefix(line, "!") { // a command to GoNB
			source[i] = ""
		}
	}
	files := token.NewFileSet()
	// The package clause stands on the first line of the cell, so that lines are counted as there.
	file, err := parser.ParseFile(files, "", clause+strings.Join(source, "\n"), parser.ParseComments|parser.SkipObjectResolution)
	var list scanner.ErrorList
	if errors.As(err, &list) {
		return nil, mistake{list[0].Pos.Line, "this is not Go: " + list[0].Msg,
			"write one constant in a line, such as const noise float64 = 0.1 // [0, 1] the noise"}
	}
	if err != nil {
		return nil, err
	}
	var found []declaration
	for _, part := range file.Decls {
		group, ok := part.(*ast.GenDecl)
		if !ok || group.Tok != token.CONST && group.Tok != token.VAR {
			continue
		}
		for _, spec := range group.Specs {
			spec := spec.(*ast.ValueSpec)
			d := declaration{name: spec.Names[0].Name, line: files.Position(spec.Pos()).Line, kind: spec.Type}
			if group.Tok == token.VAR {
				return nil, mistake{d.line, d.name + " is a variable, and a setting has to be a constant",
					"write const in place of var, or declare it in another cell"}
			}
			if len(spec.Names) > 1 {
				return nil, mistake{d.line, d.name + " is declared together with " + spec.Names[1].Name, "write each in a line of its own"}
			}
			if len(spec.Values) == 1 {
				d.written, d.value = literal(spec.Values[0])
				d.place = placeOf(files, cell, spec.Values[0])
			}
			if spec.Comment != nil {
				d.comment = spec.Comment.List[0].Text
			}
			found = append(found, d)
		}
	}
	return found, nil
}

// clause stands before the first line of a cell, so that the parser reads it as a file.
const clause = "package settings;"

// placeOf returns where an expression of the cell stands in it.
func placeOf(files *token.FileSet, cell notebook.Cell, e ast.Expr) Place {
	at := files.Position(e.Pos())
	from := at.Column - 1
	if at.Line == 1 {
		from -= len(clause)
	}
	return Place{Cell: cell.ID, Line: at.Line, From: from, To: from + int(e.End()-e.Pos())}
}

// literal returns what is written, and its value, where it is a literal.
func literal(e ast.Expr) (string, constant.Value) {
	switch e := e.(type) {
	case *ast.BasicLit:
		if e.Kind == token.INT || e.Kind == token.FLOAT || e.Kind == token.STRING {
			return e.Value, constant.MakeFromLiteral(e.Value, e.Kind, 0)
		}
	case *ast.Ident:
		if e.Name == "true" || e.Name == "false" {
			return e.Name, constant.MakeBool(e.Name == "true")
		}
	case *ast.UnaryExpr:
		written, value := literal(e.X)
		if e.Op == token.SUB && value != nil && (value.Kind() == constant.Int || value.Kind() == constant.Float) {
			return "-" + written, constant.UnaryOp(token.SUB, value, 0)
		}
	}
	return "", nil
}

// setting reads a declaration as a setting.
func (d declaration) setting() (Setting, error) {
	s := Setting{Name: d.name, Line: d.line}
	wrong := func(fix, what string, values ...any) (Setting, error) {
		return s, mistake{d.line, fmt.Sprintf(what, values...), fix}
	}
	if d.value == nil {
		return wrong("write a number, a text in quotes, true or false", "the value of %s is not written out", d.name)
	}
	if d.kind == nil {
		natural := map[constant.Kind]string{constant.Bool: "bool", constant.String: "string", constant.Int: "int", constant.Float: "float64"}
		return wrong(fmt.Sprintf("write const %s %s = %s", d.name, natural[d.value.Kind()], d.written), "%s has no type", d.name)
	}
	if kind, ok := d.kind.(*ast.Ident); ok {
		s.Type = kind.Name
	}
	number, numeric := numbers[s.Type]
	fits := false
	switch {
	case s.Type == "string":
		fits = d.value.Kind() == constant.String
	case s.Type == "bool":
		fits = d.value.Kind() == constant.Bool
	case number.whole:
		fits = constant.ToInt(d.value).Kind() == constant.Int
	case numeric:
		fits = constant.ToFloat(d.value).Kind() == constant.Float
	default:
		return wrong("make it a string, a bool, or a number such as int, uint64 or float64", "%s is of a type that no setting can have", d.name)
	}
	if !fits {
		return wrong("write a value of that type", "%s is of type %s, and %s is not", d.name, s.Type, d.written)
	}
	s.Default = d.text()
	if problem, fix := s.readComment(d.comment); problem != "" {
		return wrong(fix, "%s", problem)
	}
	switch {
	case numeric && !s.within(d.value):
		return wrong("change one of them", "%s = %s is outside of %s", d.name, s.Default, s.reach())
	case s.Choices != nil && !slices.Contains(s.Choices, s.Default):
		return wrong("add it, or choose one of them", "%s = %s is none of its choices, %s", d.name, legible(s.Default), s.limits())
	}
	return s, nil
}

// readComment reads what a setting can be, and what it means. Where it cannot, it returns the problem and its fix.
func (s *Setting) readComment(comment string) (problem, fix string) {
	numeric := s.Type != "string" && s.Type != "bool"
	fix = "write the choices as [ONE, OTHER], with Go's quotes around what has a comma or a bracket in it"
	if numeric {
		fix = "write the range as [LOWEST, HIGHEST], both of which belong to it"
	}
	if s.Type == "bool" {
		s.Choices = []string{"true", "false"}
	}
	rest, ok := strings.CutPrefix(comment, "//")
	if !ok && comment != "" {
		return "the comment of " + s.Name + " begins with /*", "begin it with //"
	}
	rest = strings.TrimSpace(rest)
	if inside, _, found := strings.Cut(rest, ","); numeric && found && (rest[0] == '(' || rest[0] == ']') &&
		constantOf(strings.TrimSpace(inside[1:])).Kind() != constant.Unknown {
		return fmt.Sprintf("the range of %s does not begin with [", s.Name), fix
	}
	if !strings.HasPrefix(rest, "[") {
		s.Meaning = rest
		return "", ""
	}
	list, meaning, ok := bracketed(rest)
	switch {
	case !ok && numeric:
		return fmt.Sprintf("the range of %s cannot be read", s.Name), fix
	case !ok:
		return fmt.Sprintf("the choices of %s cannot be read", s.Name), fix
	case s.Type == "bool":
		return s.Name + " is true or false, and needs no choices", "leave out the brackets"
	case numeric:
		if len(list) != 2 || constantOf(list[0]).Kind() == constant.Unknown || constantOf(list[1]).Kind() == constant.Unknown {
			return fmt.Sprintf("the range of %s, [%s], is not two numbers", s.Name, strings.Join(list, ", ")), fix
		}
		if constant.Compare(constantOf(list[0]), token.GTR, constantOf(list[1])) {
			return fmt.Sprintf("the range of %s, [%s], begins above its end", s.Name, strings.Join(list, ", ")), fix
		}
		s.Range = &Range{list[0], list[1]}
	default:
		s.Choices = list
	}
	s.Meaning = meaning
	return "", ""
}

// bracketed reads a list in brackets at the beginning of a text: plain words, and literals of Go for those that are not plain. It
// returns the list and the rest of the text.
func bracketed(text string) (list []string, rest string, ok bool) {
	text = text[1:]
	for {
		text = strings.TrimLeft(text, " \t")
		item := ""
		if quoted, err := strconv.QuotedPrefix(text); err == nil && quoted[0] != '\'' {
			item, _ = strconv.Unquote(quoted) // which QuotedPrefix has checked
			text = strings.TrimLeft(text[len(quoted):], " \t")
		} else {
			end := strings.IndexAny(text, ",]")
			if end < 0 {
				return nil, "", false
			}
			if item = strings.TrimSpace(text[:end]); item == "" {
				return nil, "", false
			}
			text = text[end:]
		}
		list = append(list, item)
		if text == "" {
			return nil, "", false
		}
		next := text[0]
		text = text[1:]
		if next == ']' {
			return list, strings.TrimSpace(text), true
		}
		if next != ',' {
			return nil, "", false
		}
	}
}
