// Package build makes what a page carries to run again: the program of its notebook as WebAssembly, packed in letters, and the same
// program for this machine, to find out whether it shows what the notebook shows.
package build

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"mdn/notebooks/page/lean"
)

// Config says with which Go programs are built. kernel-setup writes it, as JupyterLab and nbconvert, which make pages too, do not know.
type Config struct {
	Go          string   `json:"go"`          // the go command
	Version     string   `json:"version"`     // of Go
	Environment []string `json:"environment"` // its variables, NAME=VALUE
	Native      string   `json:"native"`      // GOEXPERIMENT for this machine
	WebAssembly string   `json:"webAssembly"` // and for a browser, with simd where the library can use it
	Fonts       string   `json:"fonts"`       // the folder of FontsModule
}

// FontsModule is the module whose fonts charts have.
const FontsModule = lean.FontsModule

// folder is where programs are kept, in a checkout.
func folder(checkout string) string { return filepath.Join(checkout, ".jupyter", "pages") }

func configFile(checkout string) string { return filepath.Join(folder(checkout), "build.json") }

// Write writes the configuration of a checkout, and what programs are built with in it.
func (c Config) Write(checkout string) error {
	if _, err := standIns(checkout, c.Fonts); err != nil {
		return err
	}
	encoded, err := json.MarshalIndent(c, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(configFile(checkout), append(encoded, '\n'), 0o644)
}

// ReadConfig reads the configuration of a checkout.
func ReadConfig(checkout string) (c Config, err error) {
	content, err := os.ReadFile(configFile(checkout))
	if err == nil {
		err = json.Unmarshal(content, &c)
	}
	if err != nil {
		return c, fmt.Errorf("%w; run go run ./kernel-setup lab, which installs what is missing", err)
	}
	return c, nil
}
