package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// pinnedGo is the Go that builds and runs everything: the tools, the cells, the tests, the live part of pages. The go command
// that is installed fetches it from the module proxy, and the checksum database vouches for it.
const pinnedGo = "go1.27.4"

// fetchLimit is how long that may take: 70 MB over a slow line. A proxy that cannot be reached is given up sooner, by the go
// command itself. A test does not wait so long.
var fetchLimit = 10 * time.Minute

// A toolchain is a Go, and what is known of it.
type toolchain struct {
	version string
	root    string            // the folder it lies in
	user    map[string]string // goVariables that the user has given a value
	instead problem           // why it is the installed Go, and how to get the pinned one; none where it is the pinned one
	plain   string            // what it has that keeps the library from being compiled with SIMD, "" where nothing does
}

// command is the path of its go command. The one on the PATH of this process is the installed one.
func (g toolchain) command() string { return filepath.Join(g.root, "bin", "go") }

// origin says where it comes from.
func (g toolchain) origin() string {
	if g.instead == (problem{}) {
		return fmt.Sprintf("the pinned one, in %s", g.root)
	}
	return fmt.Sprintf("the installed one, in %s; %s", g.root, g.instead.what)
}

// goVariables are those of Go's environment variables that say where modules come from and where they are kept. They are the
// user's; all others (GOFLAGS, GOBIN, GOWORK …) are ours.
var goVariables = []string{
	"GOPROXY", "GONOPROXY", "GOPRIVATE", "GOSUMDB", "GONOSUMDB", "GOINSECURE", "GOAUTH", "GOVCS", "GOPATH", "GOMODCACHE", "GOCACHE",
}

// variables are those for every run of its go command, which so never hands over to another Go. With GOENV=off nothing that
// the user has set with go env -w gets in the way.
func (g toolchain) variables() map[string]string {
	variables := maps.Clone(g.user)
	maps.Copy(variables, map[string]string{
		"GOENV": "off",
		// A checkout that belongs to another user has a history that git does not read out.
		"GOFLAGS":     "-buildvcs=false",
		"GOTOOLCHAIN": "local",
	})
	return variables
}

// installedGo returns the Go on the PATH.
func installedGo(ctx context.Context) (toolchain, error) {
	values, err := goEnv(ctx, "local", nil, append([]string{"GOROOT", "GOVERSION"}, goVariables...)...)
	if err != nil {
		return toolchain{}, problem{"the go command does not run: " + err.Error(), "install Go 1.26 or newer and put it on your PATH"}
	}
	for _, cache := range []string{"GOMODCACHE", "GOCACHE"} {
		if value, asked := values[cache]; asked && value == "" {
			return toolchain{}, problem{"Go has no folder for what it downloads and compiles: neither HOME nor " + cache + " is set",
				"have HOME name your home folder and run the same command again"}
		}
	}
	g := toolchain{user: values}.found(values)
	maps.DeleteFunc(g.user, func(name, value string) bool { return value == "" || !slices.Contains(goVariables, name) })
	return g, nil
}

// cached returns the Go of a version where it needs no fetching: it is this one, which is the installed one, or is in the module
// cache. Otherwise it returns this one, which can be newer as well as older.
func (g toolchain) cached(ctx context.Context, version string) (toolchain, error) {
	values, err := goEnv(ctx, version, []string{"GOPROXY=off"}, "GOROOT", "GOVERSION")
	if err != nil {
		g.instead = problem{version + " has not been fetched", "run go run ./kernel-setup lab, which fetches it"}
		return g, ctx.Err()
	}
	return g.found(values), nil
}

// fetched is cached that fetches the Go where it can.
func (g toolchain) fetched(ctx context.Context, version string, progress *progress) (toolchain, error) {
	g, err := g.cached(ctx, version)
	if err != nil || g.instead == (problem{}) {
		return g, err
	}
	step := progress.begin(version)
	step.note("fetching it")
	limited, stop := context.WithTimeout(ctx, fetchLimit)
	defer stop()
	values, err := goEnv(limited, version, nil, "GOROOT", "GOVERSION")
	step.end(err)
	switch {
	case err == nil:
		g.instead = problem{}
		return g.found(values), nil
	case ctx.Err() != nil:
		return g, ctx.Err()
	}
	cause, known := recognised(err.Error(), true)
	switch {
	case limited.Err() != nil:
		cause = problem{fmt.Sprintf("it had not arrived after %g minutes", fetchLimit.Minutes()), "with a faster network, run the same command again"}
	case !known:
		cause = problem{err.Error(), "put that right and run the same command again"}
	}
	g.instead = problem{fmt.Sprintf("%s could not be fetched (%s)", version, cause.what), cause.fix}
	return g, nil
}

// found is the toolchain that answered with these values.
func (g toolchain) found(values map[string]string) toolchain {
	g.version, g.root = values["GOVERSION"], values["GOROOT"]
	g.plain = plainIn(g.version)
	return g
}

// goEnv has the go command on the PATH hand over to the Go of a version, which it may have to fetch first, and returns variables
// of that one. The version local is the go command itself.
func goEnv(ctx context.Context, version string, environment []string, names ...string) (values map[string]string, err error) {
	// A user's GOROOT would be the answer, whether this Go lies there or not, and an experiment may be one that it does not know.
	environment = slices.Concat(os.Environ(), environment, []string{"GOTOOLCHAIN=" + version, "GOROOT=", "GOEXPERIMENT="})
	output, err := command(ctx, environment, "go", append([]string{"env", "-json"}, names...)...).Output()
	if err == nil {
		return values, json.Unmarshal(output, &values)
	}
	var said []string
	for line := range strings.Lines(complaint(err)) {
		if !strings.HasPrefix(line, "go: downloading") {
			said = append(said, strings.TrimSpace(strings.TrimPrefix(line, "go: ")))
		}
	}
	return nil, errors.New(strings.Join(said, " "))
}

// foreign are beginnings of environment variables that would lead Go, Python or Jupyter out of this checkout.
var foreign = []string{
	"GOFLAGS=", "GOBIN=", "GOWORK=", "GOENV=", "GOOS=", "GOARCH=", "GOEXPERIMENT=", "GOROOT=", "GOTOOLCHAIN=", "GOAMD64=",
	"GO111MODULE=", "CGO_ENABLED=",
	"PYTHON", "VIRTUAL_ENV", "CONDA_", "JUPYTER", "IPYTHON", "NBCONVERT",
	"PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PIP_REQUIRE", "PIP_NO_DEPS", "PIP_CONSTRAINT", "PIP_ONLY_BINARY", "PIP_NO_BINARY",
}

// environ is the environment of every program that is started, with a Go: the user's, less what is foreign, plus what keeps Go,
// Python and Jupyter inside the checkout.
func (c checkout) environ(g toolchain) []string {
	variables := g.variables()
	variables["GOWORK"] = "off"
	variables["PATH"] = c.searchPath(g) + string(os.PathListSeparator) + os.Getenv("PATH")
	maps.Copy(variables, map[string]string{
		"PYTHONNOUSERSITE":              "1",
		"PYTHONUNBUFFERED":              "1",
		"PYTHONUTF8":                    "1",
		"PIP_DISABLE_PIP_VERSION_CHECK": "1",
		"PIP_USER":                      "0", // a user's pip.conf may say otherwise
		"JUPYTER_CONFIG_DIR":            c.installed("config"),
		"JUPYTER_DATA_DIR":              c.installed("data"),
		"JUPYTER_RUNTIME_DIR":           c.installed("runtime"),
		"JUPYTER_PLATFORM_DIRS":         "1",
		"IPYTHONDIR":                    c.installed("ipython"),
	})
	var environment []string
	for _, variable := range os.Environ() {
		name, _, _ := strings.Cut(variable, "=")
		if _, ours := variables[name]; !ours && !hasAnyPrefix(variable, foreign) {
			environment = append(environment, variable)
		}
	}
	for name, value := range variables {
		environment = append(environment, name+"="+value)
	}
	return environment
}

// searchPath is where programs are looked for before the user's own PATH.
func (c checkout) searchPath(g toolchain) string {
	return strings.Join([]string{c.installed("bin"), c.installed("venv", "bin"), filepath.Join(g.root, "bin")}, string(os.PathListSeparator))
}

func hasAnyPrefix(s string, prefixes []string) bool {
	for _, prefix := range prefixes {
		if strings.HasPrefix(s, prefix) {
			return true
		}
	}
	return false
}
