// Command build makes the part of a page that trains while it is watched: one HTML fragment that holds its style and its scripts, and
// the same with the Go program, for JupyterLab and for a page that has no program of its own. The same sources, the same Go and the
// same GOEXPERIMENT make the same bytes.
//
//	go run ./notebooks/live/build -o DIR     writes DIR/live.html, and DIR/shared.html without the program
//
// The fragment reads the settings of the text from its element of class live-settings; who puts it into a page replaces the
// placeholder {"live":"settings"} there.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"text/template"

	"mdn/mdnlib"
	page "mdn/notebooks/page/build"
)

func main() {
	folder := flag.String("o", ".", "write live.html into this folder")
	flag.Parse()
	if err := build(*folder); err != nil {
		fmt.Fprintln(os.Stderr, "build:", err)
		os.Exit(1)
	}
}

func build(folder string) error {
	output, err := exec.Command("go", "list", "-f", "{{.Dir}}", "mdn/notebooks/live/build").Output()
	if err != nil {
		return fmt.Errorf("the sources are not found; run it inside of the checkout: %w", err)
	}
	sources := filepath.Dir(strings.TrimSpace(string(output)))
	plain, simd, err := programs(sources)
	if err != nil {
		return err
	}
	packed, err := page.Pack(plain, simd)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	for name, program := range map[string]*page.Packed{"live.html": &packed, "shared.html": nil} {
		fragment, err := assemble(sources, program)
		if err != nil {
			return err
		}
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path+".new", fragment, 0o644); err != nil {
			return err
		}
		if err := os.Rename(path+".new", path); err != nil { // whole or not at all
			return err
		}
	}
	return nil
}

// programs returns the Go program as WebAssembly: plain, for every browser, and with SIMD, or nil where this Go and its settings
// have none for the library.
func programs(sources string) (plain, simd []byte, err error) {
	cmd := goCommand(sources, "list", "-deps", "./program")
	output, err := cmd.Output()
	if err != nil {
		return nil, nil, fmt.Errorf("go list: %w", err)
	}
	if !slices.Contains(strings.Fields(string(output)), "simd/archsimd") {
		plain, err = compile(sources)
		return plain, nil, err
	}
	if simd, err = compile(sources); err != nil {
		return nil, nil, err
	}
	plain, err = compile(sources, "GOEXPERIMENT=nosimd")
	return plain, simd, err
}

// goCommand is the go command for WebAssembly.
func goCommand(sources string, arguments ...string) *exec.Cmd {
	cmd := exec.Command("go", arguments...)
	cmd.Dir = sources
	cmd.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm", "GOFLAGS=", "GOWASM=")
	return cmd
}

func compile(sources string, settings ...string) ([]byte, error) {
	folder, err := os.MkdirTemp("", "mdn-live-*")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	path := filepath.Join(folder, "live.wasm")
	cmd := goCommand(sources, "build", "-trimpath", "-buildvcs=false", "-ldflags=-s -w", "-o", path, "./program")
	cmd.Env = append(cmd.Env, settings...)
	if output, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("go build: %w\n%s", err, output)
	}
	return os.ReadFile(path)
}

// assemble fills in section.html. Without a program the fragment takes that of its page.
func assemble(sources string, program *page.Packed) ([]byte, error) {
	output, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return nil, fmt.Errorf("go env: %w", err)
	}
	text := map[string]string{}
	for name, path := range map[string]string{
		"section":   filepath.Join(sources, "section.html"),
		"style":     filepath.Join(sources, "live.css"),
		"script":    filepath.Join(sources, "live.js"),
		"worker":    filepath.Join(sources, "..", "page", "worker.js"),
		"wasm_exec": filepath.Join(strings.TrimSpace(string(output)), "lib", "wasm", "wasm_exec.js"),
	} {
		content, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		if name != "section" && bytes.Contains(bytes.ToLower(content), []byte("</")) {
			return nil, fmt.Errorf("%s contains \"</\", which may end its element in a page", path)
		}
		text[name] = string(content)
	}
	section, err := template.New("section.html").Parse(text["section"])
	if err != nil {
		return nil, err
	}
	var fragment bytes.Buffer
	err = section.Execute(&fragment, map[string]any{
		"Style":   text["style"],
		"Script":  text["script"],
		"Worker":  text["wasm_exec"] + text["worker"],
		"Program": program,
		"Laws":    mdnlib.Laws(0),
	})
	return fragment.Bytes(), err
}
