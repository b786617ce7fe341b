package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"mdn/kernel-setup/licences"
)

// verifyModules asks go mod verify whether the modules in Go's cache are as they have arrived, and those that go.sum names, for each go.mod
// of the checkout.
func (c checkout) verifyModules(ctx context.Context, environment []string, g toolchain) error {
	return filepath.WalkDir(string(c), func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && path != string(c) && strings.HasPrefix(entry.Name(), "."):
			return filepath.SkipDir
		case entry.Name() != "go.mod":
			return nil
		}
		output, err := c.watched(ctx, environment, nil, g.command(), "-C", filepath.Dir(path), "mod", "verify")
		if strings.TrimSpace(output) == ownModule && ctx.Err() == nil {
			return nil
		}
		if err != nil && ctx.Err() == nil {
			return explainInstall("verify the modules of "+path, output, err)
		}
		return err
	})
}

// ownModule is what go mod verify finds wrong with a module that replaces mdn by this checkout: no proxy could serve a path without a dot,
// and so it does not see that there is nothing to verify.
const ownModule = "mdn v0.0.0: missing ziphash: open hash: no such file or directory"

// checkVulnerabilities asks govulncheck for published vulnerabilities in what the modules of the checkout call. Where its database cannot be
// reached, skipped says so, and why.
func (c checkout) checkVulnerabilities(ctx context.Context, environment []string, g toolchain) (skipped string, err error) {
	var found []error
	for _, module := range []string{".", "mdnlib/sweep/fleet"} {
		output, err := c.watched(ctx, environment, nil, g.command(), "tool", "-modfile=kernel-setup/lint/go.mod", "govulncheck", "-C", module, "./...")
		switch {
		case ctx.Err() != nil:
			return "", err
		case err == nil:
		case strings.Contains(output, "fetching vulnerabilities: "): // of which govulncheck knows nothing then
			_, why, _ := strings.Cut(strings.TrimSpace(output), "fetching vulnerabilities: ")
			skipped = "skipped: the search for published vulnerabilities, whose database cannot be reached: " + why
		default:
			found = append(found, fmt.Errorf("govulncheck in %s: %w; it said:\n%s", module, err, strings.TrimSpace(output)))
		}
	}
	return skipped, errors.Join(found...)
}

// licenceTable returns THIRD-PARTY.md: the licences of all that is installed, is compiled into programs, or is in pages.
func (c checkout) licenceTable(ctx context.Context, environment []string, g toolchain) (string, error) {
	var table strings.Builder
	table.WriteString(`# Licences

What this repository is made of, ships in pages, or installs, and under which licence. The repository itself: [MIT](LICENSE). Each page ends
with the texts of the licences of what it carries. Made by ` + "`go test ./kernel-setup -run TestLicenceTable -update`" + `, which also finds what is
missing here.
`)
	for _, part := range []struct {
		heading, module, system string
		packages                []string
	}{
		{"Go, in pages", string(c), "GOOS=js GOARCH=wasm GOFLAGS=-tags=page,minimal", []string{"./mdnlib/figure", "./notebooks/page/run", "./notebooks/live/program"}},
		{"Go, in the programs that are installed", string(c), "GOOS=linux GOARCH=amd64 CGO_ENABLED=0",
			[]string{"tool", "./kernel-setup/...", "./notebooks/page/tutorial-parts", "./notebooks/live/build"}},
		{"Go, in the program for sweeps", c.path("mdnlib", "sweep", "fleet"), "GOOS=linux GOARCH=amd64 CGO_ENABLED=0",
			[]string{"mdn/mdnlib/sweep", "github.com/nats-io/nats-server/v2/server", "github.com/nats-io/nats.go/jetstream"}},
	} {
		all, err := licences.Of(ctx, g.command(), part.module, append(slices.Clone(environment), strings.Fields(part.system)...), part.packages...)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(&table, "\n## %s\n\n| module | version | licence |\n|---|---|---|\n", part.heading)
		for len(all) > 0 {
			name, version, kinds := all[0].Name, all[0].Version, []string{}
			for ; len(all) > 0 && all[0].Name == name; all = all[1:] {
				kind := all[0].Kind
				if kind == "" {
					kind = "further terms"
				}
				if !slices.Contains(kinds, kind) {
					kinds = append(kinds, kind)
				}
			}
			if name != "mdn" {
				fmt.Fprintf(&table, "| %s | %s | %s |\n", name, version, strings.Join(kinds, ", "))
			}
		}
	}
	table.WriteString(`
Further terms are notices, grants of patents, and licences of a few functions; a page has their texts.

## Python, for JupyterLab and export

| package | version | licence, as it says |
|---|---|---|
`)
	wheels, err := c.wheels(ctx, environment)
	if err != nil {
		return "", err
	}
	locked, err := c.locked()
	if err != nil {
		return "", err
	}
	for _, w := range wheels {
		fmt.Fprintf(&table, "| %s | %s | %s |\n", w.Name, strings.Join(locked[normal(w.Name)], " or "), strings.ReplaceAll(w.Licence, "|", "/"))
	}
	table.WriteString(`
## Other files

| what | where | licence |
|---|---|---|
| STIX Two Math 2.11, a part | ` + "`kernel-setup/jupyter/mdn_jupyter/templates/tutorial/maths.woff2`" + `, in pages with formulas | OFL-1.1, in ` + "`maths.txt`" + ` beside it |
| the Palmer penguins | [notebooks/data](notebooks/data/README.md) | CC0-1.0 |
| the eruptions and the cars of plotnine | [mdnlib/internal/versus/data](mdnlib/internal/versus/data/README.md) | MIT |
| Engel's budgets, of statsmodels | [mdnlib/internal/versus/data](mdnlib/internal/versus/data/README.md) | public domain |
| axe, for tests | [notebooks/testdata/axe](notebooks/testdata/axe/README.md) | MPL-2.0 |
`)
	return table.String(), nil
}

// locked returns the versions of the Python packages that are locked, by their normal names: of some there is one for older Pythons.
func (c checkout) locked() (map[string][]string, error) {
	content, err := os.ReadFile(c.path("kernel-setup", "jupyter", "requirements.txt"))
	versions := map[string][]string{}
	for line := range strings.Lines(string(content)) {
		if name, rest, found := strings.Cut(line, "=="); found && !strings.ContainsAny(name, " #") {
			versions[normal(name)] = append(versions[normal(name)], strings.Fields(rest)[0])
		}
	}
	return versions, err
}

// normal is the name of a Python package as all tools compare it.
func normal(name string) string {
	return strings.NewReplacer("_", "-", ".", "-").Replace(strings.ToLower(name))
}

// A wheel is an installed Python package.
type wheel struct{ Name, Licence string }

// wheels returns the Python packages that are installed from the lock, which differ a little from one platform and one Python to another.
func (c checkout) wheels(ctx context.Context, environment []string) (wheels []wheel, err error) {
	// The licence is the expression of the metadata, else the field, where that is no whole text, else the classifiers.
	const script = `
import importlib.metadata, json
def licence(about):
    field = (about.get("License") or "").strip()
    kinds = [line.rpartition(" :: ")[2] for line in about.get_all("Classifier", []) if line.startswith("License ::")]
    short = field if field and "\n" not in field and field != "UNKNOWN" and len(field) < 60 else ""
    return about.get("License-Expression") or short or ", ".join(kinds) or "unknown"
own = {"mdn-jupyter", "pip", "setuptools", "wheel"}  # the checkout's, and what comes with Python
rows = [{"name": d.metadata["Name"], "licence": licence(d.metadata)} for d in importlib.metadata.distributions()]
print(json.dumps(sorted((row for row in rows if row["name"] not in own), key=lambda row: row["name"].lower())))
`
	cmd := command(ctx, environment, c.python(), "-c", script)
	output, err := cmd.Output()
	if err == nil {
		err = json.NewDecoder(bytes.NewReader(output)).Decode(&wheels)
	}
	if err != nil {
		return nil, explain("find the licences of Python packages", complaint(err), err)
	}
	for _, w := range wheels {
		if w.Licence == "unknown" {
			err = errors.Join(err, fmt.Errorf("the Python package %s names no licence", w.Name))
		}
	}
	return wheels, err
}
