package mdnlib_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"path/filepath"
	"strings"
	"testing"
)

// TestEveryNameIsDocumented looks for exported names of the library, of its charts and of sweeps that have no doc comment. A constant or a variable
// may have that of its group, or a comment at the end of its line.
func TestEveryNameIsDocumented(t *testing.T) {
	for _, folder := range []string{".", "figure", "sweep"} {
		paths, err := filepath.Glob(filepath.Join(folder, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		names := 0
		check := func(name *ast.Ident, comments ...*ast.CommentGroup) {
			if !name.IsExported() {
				return
			}
			names++
			for _, comment := range comments {
				if comment.Text() != "" {
					return
				}
			}
			t.Errorf("%s: %s has no doc comment", folder, name.Name)
		}
		for _, path := range paths {
			if strings.HasSuffix(path, "_test.go") {
				continue
			}
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ParseComments)
			if err != nil {
				t.Fatal(err)
			}
			for _, declaration := range file.Decls {
				switch d := declaration.(type) {
				case *ast.FuncDecl:
					if d.Recv == nil || ast.IsExported(strings.TrimPrefix(types.ExprString(d.Recv.List[0].Type), "*")) {
						check(d.Name, d.Doc)
					}
				case *ast.GenDecl:
					for _, spec := range d.Specs {
						switch s := spec.(type) {
						case *ast.TypeSpec:
							check(s.Name, s.Doc, d.Doc)
						case *ast.ValueSpec:
							for _, name := range s.Names {
								check(name, s.Doc, s.Comment, d.Doc)
							}
						}
					}
				}
			}
		}
		if names < 25 {
			t.Errorf("%s: only %d exported names are found", folder, names)
		}
	}
}
