package program

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"slices"
)

// findSettings finds out on which settings each cell depends: those that its statements name, and those that what they name depends on.
// A type depends on what its methods do, as they may be called through an interface.
func (p *Program) findSettings(all []string) error {
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, "", p.Source, parser.SkipObjectResolution)
	if err != nil {
		return fmt.Errorf("the cells together are not Go: %w", err)
	}
	uses := map[*ast.Ident]types.Object{}
	check := types.Config{
		Importer: nothing{},
		Error:    func(error) {}, // what other packages have is not known, and not needed to know what a name of the program stands for
	}
	program, _ := check.Check("main", files, []*ast.File{file}, &types.Info{Uses: uses})
	named := map[string][]string{} // by what is declared, what of the others it names
	for _, d := range file.Decls {
		var names []string
		ast.Inspect(d, func(node ast.Node) bool {
			if name, ok := node.(*ast.Ident); ok && uses[name] != nil && uses[name].Parent() == program.Scope() && !slices.Contains(names, name.Name) {
				names = append(names, name.Name)
			}
			return true
		})
		for _, declared := range declaredBy(d) {
			named[declared] = append(named[declared], names...)
		}
	}
	for k := range p.Cells {
		reached := map[string]bool{}
		var reach func(name string)
		reach = func(name string) {
			if !reached[name] {
				reached[name] = true
				for _, next := range named[name] {
					reach(next)
				}
			}
		}
		reach(functionOf(k + 1))
		p.Cells[k].Settings = []string{}
		for _, setting := range all {
			if reached[setting] {
				p.Cells[k].Settings = append(p.Cells[k].Settings, setting)
			}
		}
	}
	return nil
}

// nothing imports nothing.
type nothing struct{}

func (nothing) Import(string) (*types.Package, error) { return nil, errors.New("nothing is imported") }

// declaredBy returns the names that a declaration adds to; a method adds to its type.
func declaredBy(d ast.Decl) (names []string) {
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Recv != nil {
			return []string{typeName(d.Recv.List[0].Type)}
		}
		return []string{d.Name.Name}
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			switch spec := spec.(type) {
			case *ast.TypeSpec:
				names = append(names, spec.Name.Name)
			case *ast.ValueSpec:
				for _, name := range spec.Names {
					names = append(names, name.Name)
				}
			}
		}
	}
	return names
}
