// Package graph finds out what each cell of a notebook depends on: what it names of what other cells declare.
//
// It reads cells as GoNB does: declarations first, which the kernel keeps, and after a line %% statements, which run once. Cells that
// cannot be read, because somebody is writing them, are read as far as they can be.
package graph

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"go/types"
	"path"
	"slices"
	"strconv"
	"strings"

	"mdn/kernel-setup/notebook"
)

// A Cell is a code cell, and what it names of what the notebook declares: names, and of imports Import of the package's name.
type Cell struct {
	ID       string        `json:"id"`
	Code     string        `json:"code"` // a hash of its code, which comments and spaces do not change
	Runs     bool          `json:"runs"` // whether it does anything besides declaring
	Uses     []string      `json:"uses"` // by its statements
	Declares []Declaration `json:"declares"`
	Problem  string        `json:"problem,omitempty"` // why it is not Go, with the line
}

// A Declaration is what a cell declares under a name: an import under Import of its name, a method under that of its type and its own,
// Type.Method.
type Declaration struct {
	Name string   `json:"name"`
	Code string   `json:"code"` // a hash of it, as a cell's
	Uses []string `json:"uses"`
}

// Import returns the name that an import is declared under.
func Import(name string) string { return "import " + name }

// Of returns the code cells of a notebook, in its order.
func Of(n *notebook.Notebook) []Cell {
	g := grapher{files: token.NewFileSet(), cells: []Cell{}}
	for _, cell := range n.Cells {
		if cell.Kind == notebook.Code {
			g.read(cell)
		}
	}
	g.resolve()
	return g.cells
}

// grapher makes the graph.
type grapher struct {
	files   *token.FileSet
	cells   []Cell
	parsed  []parsed // by cell
	imports []ast.Decl
}

// parsed is a cell as two files of Go.
type parsed struct {
	declarations, statements *ast.File
	own                      []ast.Decl // what the cell itself declares
	source                   string     // of the declarations, as the parser has read it
}

// clause stands before the first line, so that lines are counted as in the cell.
const clause = "package main;"

// read parses a cell.
func (g *grapher) read(cell notebook.Cell) {
	declarations, statements := split(cell.Source)
	c := Cell{ID: cell.ID, Uses: []string{}, Declares: []Declaration{}}
	p := parsed{source: clause + declarations}
	var problem, another error
	p.declarations, problem = parser.ParseFile(g.files, "", p.source, parser.SkipObjectResolution)
	p.statements, another = parser.ParseFile(g.files, "", fmt.Sprintf("%sfunc cell%d_() {%s\n}", clause, len(g.cells), statements), parser.SkipObjectResolution)
	var list scanner.ErrorList
	if errors.As(errors.Join(problem, another), &list) {
		c.Problem = fmt.Sprintf("line %d: %s", list[0].Pos.Line, list[0].Msg)
	}
	commands := commandsOf(cell.Source)
	c.Code = hash(append(commands, tokens(declarations), tokens(statements))...)
	c.Runs = len(commands) > 0 && !slices.Equal(commands, []string{"%noautoget"}) || strings.TrimSpace(statements) != ""
	p.own = slices.Clone(p.declarations.Decls)
	for _, d := range p.own {
		if isImport(d) {
			g.imports = append(g.imports, d)
		}
	}
	g.cells = append(g.cells, c)
	g.parsed = append(g.parsed, p)
}

// split takes a cell apart: what it declares, and the statements after %%. Both have the lines of the cell; those for GoNB or the shell
// are empty.
func split(source string) (declarations, statements string) {
	lines := strings.Split(source, "\n")
	body := len(lines)
	for i, line := range lines {
		text := strings.TrimSpace(line)
		if begins(text, "%%") || begins(text, "%main") {
			body = min(body, i)
		}
		if isCommand(line) {
			lines[i] = ""
		}
	}
	return strings.Join(lines[:body], "\n"), strings.Repeat("\n", body) + strings.Join(lines[body:], "\n")
}

// begins reports whether a line is a command, with or without arguments.
func begins(text, command string) bool {
	return text == command || strings.HasPrefix(text, command+" ")
}

func isCommand(line string) bool { return strings.HasPrefix(line, "%") || strings.HasPrefix(line, "!") }

// commandsOf returns the lines of a cell for GoNB or the shell, less that after which statements come.
func commandsOf(source string) (commands []string) {
	for line := range strings.Lines(source) {
		if text := strings.TrimSpace(line); isCommand(line) && text != "%%" && text != "%main" {
			commands = append(commands, text)
		}
	}
	return commands
}

// tokens returns code less its comments, with one space between any two tokens, and without the semicolons that may be left out.
func tokens(source string) string {
	var s scanner.Scanner
	files := token.NewFileSet()
	s.Init(files.AddFile("", -1, len(source)), []byte(source), func(token.Position, string) {}, 0)
	var all []string
	for {
		_, kind, text := s.Scan()
		if n := len(all); n > 0 && all[n-1] == ";" && (kind == token.EOF || kind == token.RBRACE || kind == token.RPAREN) {
			all = all[:n-1]
		}
		switch {
		case kind == token.EOF:
			return strings.Join(all, " ")
		case text == "" || text == "\n":
			text = kind.String()
		}
		all = append(all, text)
	}
}

// hash returns a short text that is another one for other code.
func hash(code ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(code, "\n")))
	return fmt.Sprintf("%x", sum[:6])
}

// resolve finds out what names stand for. Other packages are not read: what they have is not known, and not needed to know which name
// of the notebook is meant.
func (g *grapher) resolve() {
	var files []*ast.File
	for _, p := range g.parsed {
		for _, file := range []*ast.File{p.declarations, p.statements} {
			// A cell may use what another imports.
			file.Decls = slices.Concat(g.imports, slices.DeleteFunc(file.Decls, isImport))
			files = append(files, file)
		}
	}
	names := map[*ast.Ident]types.Object{}
	check := types.Config{Importer: nothing{}, Error: func(error) {}}
	main, _ := check.Check("main", g.files, files, &types.Info{Uses: names})
	for i, p := range g.parsed {
		c := &g.cells[i]
		uses := func(node ast.Node) []string { return used(node, names, main.Scope()) }
		for _, d := range p.statements.Decls {
			if !isImport(d) {
				c.Uses = uses(d)
			}
		}
		for _, d := range p.own {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == "main" {
				c.Runs, c.Uses = true, uses(f)
				continue
			}
			for _, part := range partsOf(d) {
				code := hash(tokens(g.text(p.source, part)))
				for _, name := range namesOf(part) {
					c.Declares = append(c.Declares, Declaration{name, code, uses(part)})
				}
			}
		}
	}
}

// text returns the source of a part. One that ends too early has no end.
func (g *grapher) text(source string, part ast.Node) string {
	from, to := g.files.Position(part.Pos()).Offset, g.files.Position(part.End()).Offset
	if to < from {
		to = len(source)
	}
	return source[from:to]
}

// used returns the names in a part of the notebook that stand for what the notebook declares, each once.
func used(part ast.Node, names map[*ast.Ident]types.Object, declared *types.Scope) []string {
	all := []string{}
	ast.Inspect(part, func(node ast.Node) bool {
		id, ok := node.(*ast.Ident)
		if !ok || names[id] == nil {
			return true
		}
		name := id.Name
		if _, ok := names[id].(*types.PkgName); ok {
			name = Import(name)
		} else if names[id].Parent() != declared {
			return true
		}
		if !slices.Contains(all, name) {
			all = append(all, name)
		}
		return true
	})
	return all
}

func isImport(d ast.Decl) bool {
	group, ok := d.(*ast.GenDecl)
	return ok && group.Tok == token.IMPORT
}

// partsOf returns what can be declared anew by itself: the parts of a group, but for constants, which can depend on the line above.
func partsOf(d ast.Decl) (parts []ast.Node) {
	group, ok := d.(*ast.GenDecl)
	if !ok || group.Tok == token.CONST {
		return []ast.Node{d}
	}
	for _, spec := range group.Specs {
		parts = append(parts, spec)
	}
	return parts
}

// namesOf returns the names that a part declares.
func namesOf(part ast.Node) (names []string) {
	switch part := part.(type) {
	case *ast.FuncDecl:
		if part.Recv != nil && len(part.Recv.List) == 1 {
			return []string{TypeName(part.Recv.List[0].Type) + "." + part.Name.Name}
		}
		return []string{part.Name.Name}
	case *ast.GenDecl:
		for _, spec := range part.Specs {
			names = append(names, namesOf(spec)...)
		}
	case *ast.ImportSpec:
		if part.Name != nil {
			return []string{Import(part.Name.Name)}
		}
		if address, err := strconv.Unquote(part.Path.Value); err == nil {
			return []string{Import(path.Base(address))}
		}
	case *ast.TypeSpec:
		return []string{part.Name.Name}
	case *ast.ValueSpec:
		for _, name := range part.Names {
			names = append(names, name.Name)
		}
	}
	return names
}

// TypeName returns the name of a receiver's type, which can be a pointer and have parameters.
func TypeName(e ast.Expr) string {
	for {
		switch t := e.(type) {
		case *ast.StarExpr:
			e = t.X
		case *ast.IndexExpr:
			e = t.X
		case *ast.IndexListExpr:
			e = t.X
		case *ast.Ident:
			return t.Name
		default:
			return ""
		}
	}
}

// nothing imports nothing.
type nothing struct{}

func (nothing) Import(string) (*types.Package, error) { return nil, errors.New("nothing is imported") }

// Reached returns what a cell's statements depend on, directly or through others: the settings among the names that it is asked for.
func Reached(cells []Cell, of Cell, among []string) []string {
	declared := map[string][]string{}
	for _, c := range cells {
		for _, d := range c.Declares {
			declared[d.Name] = append(declared[d.Name], d.Uses...)
			if kind, _, ok := strings.Cut(d.Name, "."); ok { // a method can be called through an interface
				declared[kind] = append(declared[kind], d.Name)
			}
		}
	}
	reached := map[string]bool{}
	var reach func(names []string)
	reach = func(names []string) {
		for _, name := range names {
			if !reached[name] {
				reached[name] = true
				reach(declared[name])
			}
		}
	}
	reach(of.Uses)
	return slices.DeleteFunc(slices.Clone(among), func(name string) bool { return !reached[name] })
}
