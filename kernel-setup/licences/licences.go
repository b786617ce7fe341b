// Package licences finds the licences of everything that a Go program is made of, and writes them for a page that carries the program.
package licences

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// Licence is one file with the terms of a module, or of something else that a page carries.
type Licence struct {
	Name    string   // the path of the module; Go for the standard library
	Version string   // "" for the module that the program is written in
	Kind    string   // its SPDX identifier, "" where the text is none that is known
	Text    string   // with its copyright lines
	Uses    []string // the packages of the module that the program is made of
}

// standard is the name of Go's runtime and standard library, which wasm_exec.js comes with.
const standard = "Go"

// Of returns the licences of what packages, and all that they import, are made of: by module, the standard library first. It asks the go
// command, in a folder and with an environment: GOOS=js and GOARCH=wasm for a program in a page, and GOFLAGS as it is built with.
func Of(ctx context.Context, goCommand, dir string, environment []string, packages ...string) ([]Licence, error) {
	modules, err := modulesOf(ctx, goCommand, dir, environment, packages)
	if err != nil {
		return nil, err
	}
	var all []Licence
	for _, m := range modules {
		found, err := m.licences()
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	return all, nil
}

// Read returns the licence of something that is no Go module, such as a font, from the file with its terms.
func Read(name, version, file string) (Licence, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return Licence{}, fmt.Errorf("the licence of %s: %w", name, err)
	}
	return newLicence(name, version, string(text), nil), nil
}

func newLicence(name, version, text string, uses []string) Licence {
	text = strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n"))
	return Licence{Name: name, Version: version, Kind: kind(text), Text: text, Uses: uses}
}

// A module is a part of a program that has terms of its own.
type module struct {
	name, version, dir string
	packages           []string
}

// modulesOf returns the modules of packages and all that they import.
func modulesOf(ctx context.Context, goCommand, dir string, environment, packages []string) ([]*module, error) {
	cmd := exec.CommandContext(ctx, goCommand, append([]string{"list", "-deps", "-json=ImportPath,Standard,Root,Module"}, packages...)...)
	cmd.Dir, cmd.Env = dir, environment
	output, err := cmd.Output()
	if err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			err = errors.New(strings.TrimSpace(string(exit.Stderr)))
		}
		return nil, fmt.Errorf("what %s is made of: %w", strings.Join(packages, ", "), err)
	}
	var modules []*module
	for decoder := json.NewDecoder(bytes.NewReader(output)); ; {
		var p struct {
			ImportPath, Root string
			Standard         bool
			Module           *struct{ Path, Version, Dir string }
		}
		if err := decoder.Decode(&p); err == io.EOF {
			break
		} else if err != nil {
			return nil, fmt.Errorf("what %s is made of: %w", strings.Join(packages, ", "), err)
		}
		of := module{name: standard, dir: p.Root}
		if !p.Standard {
			of = module{name: p.Module.Path, version: p.Module.Version, dir: p.Module.Dir}
		}
		at := slices.IndexFunc(modules, func(m *module) bool { return m.name == of.name })
		if at < 0 {
			at = len(modules)
			modules = append(modules, &of)
		}
		modules[at].packages = append(modules[at].packages, p.ImportPath)
	}
	for _, m := range modules {
		slices.Sort(m.packages)
		if m.name == standard {
			m.version = goVersion(m.dir)
		}
	}
	slices.SortFunc(modules, func(a, b *module) int {
		return cmp.Compare(strings.TrimPrefix(a.name, standard), strings.TrimPrefix(b.name, standard)) // which is first so
	})
	return modules, nil
}

// goVersion returns the version of the Go that lies in a folder, "" where it does not say.
func goVersion(root string) string {
	version, _ := os.ReadFile(filepath.Join(root, "VERSION"))
	first, _, _ := strings.Cut(string(version), "\n")
	return strings.TrimPrefix(first, "go")
}

// licences returns the terms that come with a module.
func (m *module) licences() ([]Licence, error) {
	files, err := m.files()
	if err != nil {
		return nil, err
	}
	var all []Licence
	for _, file := range files {
		text, err := os.ReadFile(filepath.Join(m.dir, filepath.FromSlash(file.path)))
		if err != nil {
			return nil, fmt.Errorf("a licence of %s: %w; if it lies elsewhere now, put that into more in kernel-setup/licences", m.name, err)
		}
		all = append(all, newLicence(m.name, m.version, string(text), file.uses))
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("%s has no licence in %s; a page must not carry it, so import something else", m.name, m.dir)
	}
	return all, nil
}

// A file has terms of a module: where it lies, with slashes, and the packages that it is about.
type file struct {
	path string
	uses []string
}

// ofTerms matches the names of files with terms.
var ofTerms = regexp.MustCompile(`(?i)^((un)?licen[cs]e|copying|copyright|notice|patents)`)

// files returns the files with terms that lie at the top of a module, and those that more names for packages that are used.
func (m *module) files() ([]file, error) {
	entries, err := os.ReadDir(m.dir)
	if err != nil {
		return nil, fmt.Errorf("the licence of %s: %w", m.name, err)
	}
	var files []file
	for _, entry := range entries {
		if !entry.IsDir() && ofTerms.MatchString(entry.Name()) {
			files = append(files, file{entry.Name(), m.packages})
		}
	}
	for _, further := range more[m.name] {
		if uses := m.under(further.folders); len(uses) > 0 {
			files = append(files, file{further.path, uses})
		}
	}
	return files, nil
}

// under returns those packages of a module that lie in some of its folders.
func (m *module) under(folders []string) (packages []string) {
	for _, path := range m.packages {
		inside := strings.TrimPrefix(path, m.name+"/") + "/"
		if slices.ContainsFunc(folders, func(folder string) bool { return strings.HasPrefix(inside, folder+"/") }) {
			packages = append(packages, path)
		}
	}
	return packages
}
