package program

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
)

// findSettings finds out on which settings each cell depends: those that its statements name, and those that what they name depends on.
// A type depends on what its methods do, as they may be called through an interface.
func (p *Program) findSettings(all []string) error {
	file, err := parser.ParseFile(token.NewFileSet(), "", p.Source, 0)
	if err != nil {
		return fmt.Errorf("the cells together are not Go: %w", err)
	}
	named := map[string][]string{} // by what is declared, what of the others it names
	for _, d := range file.Decls {
		for _, declared := range declaredBy(d) {
			named[declared] = append(named[declared], namedIn(d, file.Scope)...)
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

// namedIn returns what a declaration names of the declarations of the program. The parser has found out which names are those of
// something local.
func namedIn(d ast.Decl, program *ast.Scope) (names []string) {
	ast.Inspect(d, func(node ast.Node) bool {
		switch node := node.(type) {
		case *ast.CompositeLit:
			if _, ok := node.Type.(*ast.MapType); ok {
				return true
			}
			for i, element := range node.Elts { // the keys are names of fields, which may be those of something else as well
				if pair, ok := element.(*ast.KeyValueExpr); ok {
					if _, ok := pair.Key.(*ast.Ident); ok {
						node.Elts[i] = pair.Value
					}
				}
			}
		case *ast.Ident:
			if node.Obj != nil && program.Lookup(node.Name) == node.Obj && !slices.Contains(names, node.Name) {
				names = append(names, node.Name)
			}
		}
		return true
	})
	return names
}
