// Package lean writes what makes the program of a page a third as large: stand-ins for two modules that gonum/plot is built with, of
// which a page needs little.
//
// gonum/plot links twelve fonts, and a page's program only measures text with them, as the browser draws it: the stand-in has their
// measures, and not their outlines. It links a typesetter for LaTeX, which no chart asks for: the stand-in has its types alone.
// Both are used by a go.mod of their own, see [Write]; everything else is built with the modules themselves.
package lean

import (
	"bytes"
	_ "embed"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/modfile"
	"golang.org/x/tools/txtar"
)

// FontsModule is the module whose fonts charts have.
const FontsModule = "codeberg.org/go-fonts/liberation"

const latexModule = "codeberg.org/go-latex/latex"

// latex is the stand-in for the typesetter.
//
//go:embed latex.txtar
var latex []byte

// Write writes the stand-ins, and a go.mod that is the checkout's but uses them, into a folder inside of the checkout. It returns the
// path of that go.mod, for the flag -modfile. fonts is the folder of [FontsModule].
func Write(checkout, folder, fonts string) (path string, err error) {
	inside, err := filepath.Rel(checkout, folder)
	if err != nil || !filepath.IsLocal(inside) {
		return "", fmt.Errorf("lean: %s is not inside of %s; name a folder that is, as its path is part of every program", folder, checkout)
	}
	files, err := standIns(fonts)
	if err != nil {
		return "", err
	}
	content, err := os.ReadFile(filepath.Join(checkout, "go.mod"))
	if err != nil {
		return "", err
	}
	module, err := modfile.Parse("go.mod", content, nil)
	if err != nil {
		return "", err
	}
	for _, r := range []struct{ module, by string }{{FontsModule, "fonts"}, {latexModule, "latex"}} {
		if err := module.AddReplace(r.module, "", "./"+filepath.ToSlash(filepath.Join(inside, r.by)), ""); err != nil {
			return "", err
		}
	}
	if files["go.mod"], err = module.Format(); err != nil {
		return "", err
	}
	if files["go.sum"], err = os.ReadFile(filepath.Join(checkout, "go.sum")); err != nil {
		return "", err
	}
	if files["latex/LICENSE"], err = os.ReadFile(filepath.Join(checkout, "LICENSE")); err != nil { // it is written here
		return "", err
	}
	for name, content := range files {
		name = filepath.Join(folder, filepath.FromSlash(name))
		if before, err := os.ReadFile(name); err == nil && bytes.Equal(before, content) {
			continue // Go builds anew what is newer
		}
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			return "", err
		}
		if err := os.WriteFile(name, content, 0o644); err != nil {
			return "", err
		}
	}
	return filepath.Join(folder, "go.mod"), nil
}

// standIns returns the files of both modules by their paths.
func standIns(fonts string) (map[string][]byte, error) {
	files := map[string][]byte{
		"latex/go.mod": []byte("module " + latexModule + "\n\ngo 1.24\n"),
		"fonts/go.mod": []byte("module " + FontsModule + "\n\ngo 1.24\n"),
	}
	for _, name := range []string{"LICENSE", "LICENSE-SIL"} { // measures of a font are a part of it
		content, err := os.ReadFile(filepath.Join(fonts, name))
		if err != nil {
			return nil, err
		}
		files["fonts/"+name] = content
	}
	for _, f := range txtar.Parse(latex).Files {
		files["latex/"+f.Name] = f.Data
	}
	found, err := filepath.Glob(filepath.Join(fonts, "liberation*", "*.ttf"))
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("lean: there are no fonts in %s; name the folder of the module %s", fonts, FontsModule)
	}
	for _, path := range found {
		outlined, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		measures, err := withoutOutlines(outlined)
		if err != nil {
			return nil, fmt.Errorf("lean: %s: %w", path, err)
		}
		name := filepath.Base(filepath.Dir(path))
		source := "package " + name + "\n\nimport _ \"embed\"\n\n//go:embed measures.ttf\nvar TTF []byte\n"
		if !used(name) { // it has to be there, and not to be right
			source = "package " + name + "\n\nimport \"" + FontsModule + "/liberationsansregular\"\n\nvar TTF = liberationsansregular.TTF\n"
			measures = nil
		}
		files["fonts/"+name+"/font.go"] = []byte(source)
		if measures != nil {
			files["fonts/"+name+"/measures.ttf"] = measures
		}
	}
	return files, nil
}

// used reports whether charts have text in a font, by the name of its package.
func used(name string) bool {
	return strings.HasPrefix(name, "liberationsans") && !strings.HasSuffix(name, "italic")
}
