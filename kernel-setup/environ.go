package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"runtime"
	"strings"
)

// goSettings are the settings of Go that say where modules come from and where they are kept. They are the user's; all
// others (GOFLAGS, GOBIN, GOWORK …) are ours.
var goSettings = []string{
	"GOPROXY", "GONOPROXY", "GOPRIVATE", "GOSUMDB", "GONOSUMDB", "GOINSECURE", "GOAUTH", "GOVCS", "GOPATH", "GOMODCACHE", "GOCACHE",
}

// goEnvironment returns the environment variables for every run of the go command, and the folder of Go itself. With
// GOENV=off nothing that the user has set with go env -w gets in the way.
func goEnvironment() (variables map[string]string, root string, err error) {
	output, err := exec.Command("go", append([]string{"env", "-json", "GOROOT"}, goSettings...)...).Output()
	if err != nil {
		return nil, "", problem{"the go command does not run: " + err.Error(), "install Go 1.26 or newer and put it on your PATH"}
	}
	if err := json.Unmarshal(output, &variables); err != nil {
		return nil, "", fmt.Errorf("go env: %w", err)
	}
	root = variables["GOROOT"]
	delete(variables, "GOROOT")
	maps.DeleteFunc(variables, func(_, value string) bool { return value == "" })
	maps.Copy(variables, map[string]string{
		"GOENV": "off",
		// A checkout that belongs to another user has a history that git does not read out.
		"GOFLAGS":     "-buildvcs=false",
		"GOTOOLCHAIN": "local",
	})
	return variables, root, nil
}

// fastPath returns the setting with which Go compiles the library's SIMD kernels, where it can: they are written for the
// experiment as it is in Go 1.26. Everywhere else plain Go does the same arithmetic.
func fastPath() []string {
	version, err := exec.Command("go", "env", "GOVERSION").Output()
	if err != nil || runtime.GOARCH != "amd64" || !strings.HasPrefix(string(version), "go1.26") {
		return nil
	}
	return []string{"GOEXPERIMENT=simd"}
}

// cellBuild returns the settings with which the kernel compiles cells: the fast path, and no C, whose part of the runtime a
// cell would link each time.
func cellBuild() []string { return append(fastPath(), "CGO_ENABLED=0") }

// foreign are beginnings of environment variables that would lead Go, Python or Jupyter out of this checkout.
var foreign = []string{
	"GOFLAGS=", "GOBIN=", "GOWORK=", "GOENV=", "GOOS=", "GOARCH=", "GOEXPERIMENT=", "GOROOT=", "GOTOOLCHAIN=", "GOAMD64=",
	"GO111MODULE=", "CGO_ENABLED=",
	"PYTHON", "VIRTUAL_ENV", "CONDA_", "JUPYTER", "IPYTHON", "NBCONVERT",
	"PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PIP_REQUIRE", "PIP_NO_DEPS", "PIP_CONSTRAINT", "PIP_ONLY_BINARY", "PIP_NO_BINARY",
}

// environ returns the environment for every program that is started: the user's, less what is foreign, plus what keeps Go,
// Python and Jupyter inside the checkout.
func (c checkout) environ() ([]string, error) {
	variables, root, err := goEnvironment()
	if err != nil {
		return nil, err
	}
	variables["GOWORK"] = "off"
	variables["PATH"] = c.searchPath(root) + string(os.PathListSeparator) + os.Getenv("PATH")
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
	return environment, nil
}

// searchPath is where programs are looked for before the user's own PATH.
func (c checkout) searchPath(goRoot string) string {
	return strings.Join([]string{c.installed("bin"), c.installed("venv", "bin"), goRoot + "/bin"}, string(os.PathListSeparator))
}

func hasAnyPrefix(s string, prefixes []string) bool {
	for _, prefix := range prefixes {
		if strings.HasPrefix(s, prefix) {
			return true
		}
	}
	return false
}
