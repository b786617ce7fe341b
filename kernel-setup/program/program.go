// Package program makes one Go program of a notebook: that which the notebook's page carries to run again.
//
// GoNB makes a program of every cell, of its statements and of all that was declared before. Here the declarations of all cells stand
// side by side, the statements of each are a function, and the settings are variables, which the page sets. A notebook for which that
// would not be the same is refused.
package program

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"slices"
	"strconv"
	"strings"

	"mdn/kernel-setup/graph"
	"mdn/kernel-setup/notebook"
	"mdn/kernel-setup/settings"
)

// A Program is a notebook as one Go program.
type Program struct {
	// Source is that of its package main, as a file with the imports that cells name; the others are to be added, as goimports does.
	// Lines are counted by cell, see [Program.Where]. Notebooks that differ only in the values of their settings have the same.
	Source string
	Cells  []Cell // those with statements, in their order

	numbers []int // of the cells that the source names
}

// A Cell is one that can run again.
type Cell struct {
	Number   int      `json:"number"`   // among the code cells of the notebook, from 1
	Settings []string `json:"settings"` // that its outputs depend on
}

// Refused says why a notebook cannot be one program.
type Refused struct {
	Cell      int // among the code cells of the notebook, from 1
	What, Fix string
}

func (r *Refused) Error() string { return fmt.Sprintf("code cell %d: %s; %s", r.Cell, r.What, r.Fix) }

// Of makes a program of a notebook. The error is a *Refused where cells cannot be joined.
func Of(n *notebook.Notebook) (*Program, error) {
	declared, err := settings.Of(n)
	if err != nil {
		return nil, err
	}
	m := merger{seen: map[string]int{}}
	for _, s := range declared {
		m.settings = append(m.settings, s.Name)
		fmt.Fprintf(&m.declarations, "var %s %s\n\n", s.Name, s.Type)
	}
	number := 0
	for _, cell := range n.Cells {
		if cell.Kind != notebook.Code {
			continue
		}
		number++
		if settings.IsInjected(cell) {
			continue // values, which are given to the program
		}
		if err := m.add(number, cell); err != nil {
			return nil, err
		}
	}
	p := m.program()
	cells := graph.Of(n)
	for k, c := range p.Cells {
		p.Cells[k].Settings = graph.Reached(cells, cells[c.Number-1], m.settings)
	}
	return p, nil
}

// liveTag is the tag of a cell that shows the part that trains while it is watched: figure.Live. Its program is in that of the page.
const liveTag = "live"

// merger joins cells.
type merger struct {
	settings     []string
	imports      []string
	declarations strings.Builder
	functions    strings.Builder // one for each cell with statements
	seen         map[string]int  // what is declared, and in which cell
	numbers      []int           // of the cells, in the order of their lines in the source
	live         bool            // whether a cell shows the part that trains while it is watched
	cells        []Cell
}

// add adds a cell.
func (m *merger) add(number int, cell notebook.Cell) error {
	declarations, statements, err := split(number, cell.Source)
	if err != nil {
		return err
	}
	m.numbers = append(m.numbers, number)
	name := fmt.Sprintf("cell%d", len(m.numbers)) // of its file, for the compiler; equal notebooks have equal ones
	if err := m.declare(number, name, declarations); err != nil {
		return err
	}
	m.live = m.live || cell.Tagged(liveTag)
	if statements != nil {
		m.cells = append(m.cells, Cell{Number: number})
		fmt.Fprintf(&m.functions, "func %s() {\n//line %s:%d\n%s\n}\n\n", functionOf(len(m.cells)), name,
			1+strings.Count(declarations, "\n"), *statements)
	}
	return nil
}

// functionOf is the name of the function that runs the statements of the k-th cell that has any. No notebook declares it by chance.
func functionOf(k int) string { return fmt.Sprintf("runCell%d_", k) }

// split takes a cell apart: what it declares, and the statements after %%, nil where it has none. Lines for GoNB or the shell are left
// out of the first; both together have the lines of the cell.
func split(number int, source string) (declarations string, statements *string, err error) {
	lines := strings.Split(source, "\n")
	for i, line := range lines {
		text := strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(line, "!"), text == "%noautoget":
			lines[i] = "" // what a command prints is the same whatever the settings
		case text == "%%" || text == "%main":
			lines[i] = ""
			rest := strings.Join(lines[i+1:], "\n")
			for _, line := range lines[i+1:] {
				if strings.HasPrefix(line, "%") || strings.HasPrefix(line, "!") {
					return "", nil, &Refused{number, fmt.Sprintf("%s stands among its statements", line), "put it into a cell of its own"}
				}
			}
			return strings.Join(lines[:i+1], "\n") + "\n", &rest, nil
		case strings.HasPrefix(line, "%"):
			return "", nil, &Refused{number, fmt.Sprintf("%s is for GoNB alone", text), "leave it out, or leave the page as it is printed"}
		}
	}
	return strings.Join(lines, "\n") + "\n", nil, nil
}

// declare adds the declarations of a cell, those of settings excepted.
func (m *merger) declare(number int, name, source string) error {
	files := token.NewFileSet()
	const clause = "package main;"
	file, err := parser.ParseFile(files, "", clause+source, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		var list scanner.ErrorList
		if errors.As(err, &list) {
			err = fmt.Errorf("line %d: %s", list[0].Pos.Line, list[0].Msg)
		}
		return &Refused{number, "it is not Go: " + err.Error(), "put statements after a line %%"}
	}
	text := func(from, to token.Pos) string {
		return (clause + source)[files.Position(from).Offset:files.Position(to).Offset]
	}
	for _, d := range file.Decls {
		if group, ok := d.(*ast.GenDecl); ok && group.Tok == token.IMPORT {
			for _, spec := range group.Specs {
				if err := m.importSpec(number, spec.(*ast.ImportSpec), text(spec.Pos(), spec.End())); err != nil {
					return err
				}
			}
			continue
		}
		names, err := namesOf(number, d)
		if err != nil {
			return err
		}
		if len(names) == 1 && slices.Contains(m.settings, names[0]) && m.seen[names[0]] == 0 {
			m.seen[names[0]] = number
			continue
		}
		for _, declared := range names {
			if before := m.seen[declared]; before != 0 && declared != "_" {
				return &Refused{number, fmt.Sprintf("%s is declared by cell %d already", declared, before), "give it another name"}
			}
			m.seen[declared] = number
		}
		fmt.Fprintf(&m.declarations, "//line %s:%d\n%s\n\n", name, files.Position(d.Pos()).Line, text(d.Pos(), d.End()))
	}
	return nil
}

func (m *merger) importSpec(number int, spec *ast.ImportSpec, text string) error {
	path, err := strconv.Unquote(spec.Path.Value)
	if err != nil {
		return &Refused{number, err.Error(), "write the import as Go does"}
	}
	if path == "C" || strings.HasPrefix(path, "github.com/janpfeifer/gonb") {
		return &Refused{number, fmt.Sprintf("it imports %s, which a browser has not", path), "show things by package figure"}
	}
	if path == "syscall/js" {
		return &Refused{number, "it imports syscall/js, and a page runs no other script than its own", "show things by package figure"}
	}
	if !slices.Contains(m.imports, text) {
		m.imports = append(m.imports, text)
	}
	return nil
}

// namesOf returns what a declaration declares; a method with its type's name before it.
func namesOf(number int, d ast.Decl) (names []string, err error) {
	switch d := d.(type) {
	case *ast.FuncDecl:
		switch {
		case d.Recv != nil:
			return []string{graph.TypeName(d.Recv.List[0].Type) + "." + d.Name.Name}, nil
		case d.Name.Name == "main" || d.Name.Name == "init":
			return nil, &Refused{number, "it declares func " + d.Name.Name, "write statements after a line %%"}
		}
		return []string{d.Name.Name}, nil
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			switch spec := spec.(type) {
			case *ast.TypeSpec:
				names = append(names, spec.Name.Name)
			case *ast.ValueSpec:
				if d.Tok == token.VAR {
					return nil, &Refused{number, fmt.Sprintf("it declares the variable %s, which is made anew for every cell", spec.Names[0].Name),
						"make it a constant, or a function that returns it"}
				}
				for _, name := range spec.Names {
					names = append(names, name.Name)
				}
			}
		}
	}
	return names, nil
}

// program puts the parts together.
func (m *merger) program() *Program {
	var b strings.Builder
	b.WriteString("package main\n\nimport (\n\t\"mdn/notebooks/page/run\"\n")
	if m.live {
		b.WriteString("\t\"mdn/notebooks/live\"\n")
	}
	for _, path := range m.imports {
		b.WriteString("\t" + path + "\n")
	}
	b.WriteString(")\n\n" + m.declarations.String() + m.functions.String() + "//line main:1\nfunc main() {\n")
	for _, name := range m.settings {
		fmt.Fprintf(&b, "\trun.Setting(%q, &%s)\n", name, name)
	}
	for k := range m.cells {
		fmt.Fprintf(&b, "\trun.Cell(%s)\n", functionOf(k+1))
	}
	if m.live {
		b.WriteString("\tlive.Offer()\n")
	}
	b.WriteString("\trun.Main()\n}\n")
	return &Program{Source: b.String(), Cells: m.cells, numbers: m.numbers}
}

// Where returns the cell that a file's name in a message of the compiler stands for, 0 for none.
func (p *Program) Where(file string) int {
	k, err := strconv.Atoi(strings.TrimPrefix(file, "cell"))
	if err != nil || k < 1 || k > len(p.numbers) {
		return 0
	}
	return p.numbers[k-1]
}
