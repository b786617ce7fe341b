package main

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// installed is the Go on the PATH.
func installed(t *testing.T) toolchain {
	t.Helper()
	g, err := installedGo(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// chosenGo is the Go that kernel-setup chooses here.
func chosenGo(t *testing.T) toolchain {
	t.Helper()
	g, err := installed(t).cached(t.Context(), pinnedGo)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// pinned is the pinned Go. Where it could not be fetched, tests of it are skipped; on a CI machine that is an error.
func pinned(t *testing.T) toolchain {
	t.Helper()
	g := chosenGo(t)
	switch {
	case g.instead == (problem{}):
	case os.Getenv("CI") != "":
		t.Fatal(g.instead)
	default:
		t.Skip(g.instead)
	}
	return g
}

// TestPinnedGo checks that every go command that is started is the pinned one, also that which another program finds on the PATH,
// where an older one is installed.
func TestPinnedGo(t *testing.T) {
	pinned(t) // skips where it is not there
	program, err := exec.LookPath("go")
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	older := "#!/bin/sh\nif [ \"$GOTOOLCHAIN\" = local ]; then echo '{\"GOVERSION\": \"go1.26.0\", \"GOROOT\": \"" + folder + "\"}'; else exec '" + program + "' \"$@\"; fi\n"
	if err := os.WriteFile(filepath.Join(folder, "go"), []byte(older), 0o755); err != nil {
		t.Fatal(err)
	}
	for name, value := range map[string]string{
		"PATH": folder + string(os.PathListSeparator) + os.Getenv("PATH"), "GOTOOLCHAIN": "go1.26.0", "GOROOT": folder, "GOFLAGS": "-mod=vendor", "GOOS": "plan9",
	} {
		t.Setenv(name, value)
	}
	if old := installed(t); old.version != "go1.26.0" || old.root != folder || old.plain != noSIMD {
		t.Errorf("the installed Go is %+v", old)
	}
	g := pinned(t)
	if g.version != pinnedGo || g.root == folder || g.plain != "" {
		t.Errorf("the Go is %+v", g)
	}
	environment := checkout(t.TempDir()).environ(g)
	for _, program := range [][]string{{g.command(), "env", "GOVERSION", "GOROOT"}, {"/bin/sh", "-c", "go env GOVERSION GOROOT"}} {
		output, err := command(t.Context(), environment, program[0], program[1:]...).Output()
		if want := g.version + "\n" + g.root + "\n"; err != nil || string(output) != want {
			t.Errorf("%q: %v: it says\n%s, want\n%s", program, err, output, want)
		}
	}
}

// TestGoThatCannotBeFetched asks for a Go that is not there, of proxies that do not have it. The installed one serves, and is said
// to, with the reason.
func TestGoThatCannotBeFetched(t *testing.T) {
	const version = "go1.99.0"
	answer := func(status int) string {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) }))
		t.Cleanup(server.Close)
		return server.URL
	}
	closed := httptest.NewServer(nil)
	closed.Close()
	installed := installed(t)
	t.Setenv("GOMODCACHE", t.TempDir())
	progress := newProgress()
	defer progress.close()
	for _, test := range []struct{ name, proxy, why, fix string }{
		{"no proxy", "off", "GOPROXY names no module proxy that has it", "let it name one that does, and run the same command again"},
		{"a proxy without it", answer(http.StatusNotFound), "GOPROXY names no module proxy that has it", "let it name one"},
		{"a proxy that refuses", answer(http.StatusForbidden), "403 Forbidden", "put that right and run the same command again"},
		{"no network", closed.URL, "the package registries cannot be reached", "connect to the network"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Setenv("GOPROXY", test.proxy)
			g, err := installed.fetched(t.Context(), version, progress)
			if err != nil || g.version != installed.version || g.root != installed.root {
				t.Errorf("the Go is %+v, the installed one is %+v (%v)", g, installed, err)
			}
			if !strings.HasPrefix(g.instead.what, version+" could not be fetched (") || !strings.Contains(g.instead.what, test.why) || !strings.HasPrefix(g.instead.fix, test.fix) {
				t.Errorf("it says\n%s, want\n%s (%s); %s", g.instead, version, test.why, test.fix)
			}
			if origin := g.origin(); !strings.HasPrefix(origin, "the installed one, in "+g.root+"; "+version+" could not be fetched") {
				t.Errorf("its origin is %s", origin)
			}
			if strings.Contains(g.instead.Error(), "\n") {
				t.Errorf("it says more than a line: %s", g.instead)
			}
		})
	}
}

// TestGoThatDoesNotArrive fetches from a proxy that never answers: until the limit, and until the user has had enough.
func TestGoThatDoesNotArrive(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
	defer server.Close()
	t.Setenv("GOMODCACHE", t.TempDir())
	t.Setenv("GOPROXY", server.URL)
	limit := fetchLimit
	defer func() { fetchLimit = limit }()
	fetchLimit = 600 * time.Millisecond
	progress := newProgress()
	defer progress.close()
	g, err := installed(t).fetched(t.Context(), "go1.99.0", progress)
	if want := "go1.99.0 could not be fetched (it had not arrived after 0.01 minutes); with a faster network, run the same command again"; err != nil || g.instead.Error() != want {
		t.Errorf("%v: it says\n%s, want\n%s", err, g.instead, want)
	}
	fetchLimit = limit
	interrupted, stop := context.WithTimeout(t.Context(), time.Second)
	defer stop()
	if g, err = installed(t).fetched(interrupted, "go1.99.0", progress); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("after an interrupt it goes on with %+v (%v)", g, err)
	}
}

// TestGoIsNotFetched checks that what only looks fetches nothing.
func TestGoIsNotFetched(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { t.Errorf("it asks for %s", r.URL) }))
	defer server.Close()
	folder := t.TempDir()
	t.Setenv("GOMODCACHE", folder)
	t.Setenv("GOPROXY", server.URL)
	g, err := installed(t).cached(t.Context(), "go1.99.0")
	if want := "go1.99.0 has not been fetched; run go run ./kernel-setup lab, which fetches it"; err != nil || g.instead.Error() != want {
		t.Errorf("%v: it says\n%s, want\n%s", err, g.instead, want)
	}
	if _, err := os.Stat(filepath.Join(folder, "golang.org")); err == nil {
		t.Error("something has been fetched")
	}
}

// TestOneCheckout comes to a checkout by a link: it is the same checkout, and so are its notebooks.
func TestOneCheckout(t *testing.T) {
	c := emptyCheckout(t)
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(string(c), link); err != nil {
		t.Skip(err)
	}
	t.Chdir(filepath.Join(link, "notebooks")) // sets PWD, as a shell does
	resolved, err := filepath.EvalSymlinks(string(c))
	if err != nil {
		t.Fatal(err)
	}
	found, err := findCheckout()
	if err != nil || string(found) != resolved {
		t.Errorf("the checkout is %s (%v), want %s", found, err, resolved)
	}
	for _, name := range []string{"01-one.ipynb", "01-one", filepath.Join(link, "notebooks", "01-one.ipynb")} {
		path, err := found.notebook(name)
		if want := found.path("notebooks", "01-one.ipynb"); err != nil || path != want {
			t.Errorf("%s is %s (%v), want %s", name, path, err, want)
		}
	}
}
