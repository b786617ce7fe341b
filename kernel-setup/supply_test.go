package main

import (
	"flag"
	"net"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write THIRD-PARTY.md anew")

// TestLicenceTable compares THIRD-PARTY.md with what there is. Of Python it may have packages that are not installed here, for other
// platforms and versions.
func TestLicenceTable(t *testing.T) {
	c := installedCheckout(t)
	table, err := c.licenceTable(t.Context(), environment(t, c), chosenGo(t))
	if err != nil {
		t.Fatal(err)
	}
	path := c.path("THIRD-PARTY.md")
	if *update {
		if err := writeFile(path, []byte(table)); err != nil {
			t.Fatal(err)
		}
	}
	committed := text(t, path)
	const fix = "; go test ./kernel-setup -run TestLicenceTable -update writes it anew"
	locked, err := c.locked()
	if err != nil {
		t.Fatal(err)
	}
	requirements := "\n" + text(t, c.path("kernel-setup", "jupyter", "requirements.txt"))
	for line := range strings.Lines(table) {
		name, _, _ := strings.Cut(strings.TrimPrefix(line, "| "), " | ")
		if versions, python := locked[normal(name)]; python {
			// Another Python has other packages, and other versions word their licences differently.
			sometimes := strings.Contains(requirements, "\n"+normal(name)+"=="+versions[0]+" ;")
			if sometimes || strings.Contains(committed, "| "+name+" | "+strings.Join(versions, " or ")+" | ") {
				continue
			}
		}
		if !strings.Contains(committed, line) {
			t.Errorf("THIRD-PARTY.md lacks %s%s", strings.TrimSpace(line), fix)
		}
	}
	for line := range strings.Lines(committed) {
		name, rest, _ := strings.Cut(strings.TrimPrefix(line, "| "), " | ")
		versions, _, _ := strings.Cut(rest, " | ")
		if !strings.Contains(table, line) && versions != strings.Join(locked[normal(name)], " or ") {
			t.Errorf("THIRD-PARTY.md has %s, which is not there any more%s", strings.TrimSpace(line), fix)
		}
	}
	for _, data := range []string{"notebooks/data", "mdnlib/internal/versus/data"} {
		about := text(t, c.path(data, "README.md"))
		files, err := os.ReadDir(c.path(data))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			if name := file.Name(); name != "README.md" && !strings.Contains(about, "`"+name+"`") {
				t.Errorf("%s/README.md does not say whose %s is", data, name)
			}
		}
	}
}

// TestVerifyModules verifies the modules of this checkout, and those of one whose second go.sum has another checksum.
func TestVerifyModules(t *testing.T) {
	c := installedCheckout(t)
	if err := c.verifyModules(t.Context(), environment(t, c), chosenGo(t)); err != nil {
		t.Error(err)
	}
	other := checkout(t.TempDir())
	sums := text(t, c.path("kernel-setup", "lint", "go.sum"))
	const checksum = "honnef.co/go/tools v0.8.2/go.mod h1:xG1Q"
	if !strings.Contains(sums, checksum) {
		t.Fatalf("kernel-setup/lint/go.sum has no %s, which is to be changed here", checksum)
	}
	for name, content := range map[string]string{
		"go.mod": "module mdn\n\ngo 1.26\n", "lint/go.mod": text(t, c.path("kernel-setup", "lint", "go.mod")),
		"lint/go.sum": strings.Replace(sums, checksum, strings.Replace(checksum, "xG1Q", "Q1Gx", 1), 1),
	} {
		if err := writeFile(other.path(name), []byte(content)); err != nil {
			t.Fatal(err)
		}
	}
	err := other.verifyModules(t.Context(), environment(t, c), chosenGo(t))
	if err == nil || !strings.Contains(err.Error(), "verify the modules of "+other.path("lint", "go.mod")) || !strings.Contains(err.Error(), "its checksum differs") {
		t.Errorf("error %v", err)
	}
}

// TestVulnerabilitiesUnreachable asks for published vulnerabilities where nothing answers, which is no error, but said.
func TestVulnerabilitiesUnreachable(t *testing.T) {
	c := installedCheckout(t)
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := closed.Addr().String()
	closed.Close()
	g := chosenGo(t)
	fetch := command(t.Context(), environment(t, c), g.command(), "tool", "-modfile=kernel-setup/lint/go.mod", "govulncheck", "-version") // itself, while it can be
	fetch.Dir = string(c)
	if output, err := fetch.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	skipped, err := c.checkVulnerabilities(t.Context(), append(environment(t, c), "HTTPS_PROXY=http://"+address, "GOPROXY=off"), g)
	if err != nil || !strings.HasPrefix(skipped, "skipped: the search for published vulnerabilities, whose database cannot be reached: ") ||
		!strings.Contains(skipped, "connection refused") {
		t.Errorf("skipped %q, error %v", skipped, err)
	}
}
