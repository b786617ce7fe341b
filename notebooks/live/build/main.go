// Command build makes the live part of a page: one HTML fragment that holds its style, its scripts and the Go program,
// compressed. The same sources, the same Go and the same GOEXPERIMENT, which says whether with SIMD, make the same bytes.
//
//	go run ./notebooks/live/build -o DIR     writes DIR/live.html
//
// The fragment reads the settings of the text from its element of class live-settings; who puts it into a page replaces the
// placeholder {"live":"settings"} there.
package main

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"text/template"

	"mdn/mdnlib"
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
	program, err := compile(sources)
	if err != nil {
		return err
	}
	fragment, err := assemble(sources, program)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	path := filepath.Join(folder, "live.html")
	temporary := path + ".new"
	if err := os.WriteFile(temporary, fragment, 0o644); err != nil {
		return err
	}
	return os.Rename(temporary, path) // whole or not at all
}

// compile returns the Go program as WebAssembly.
func compile(sources string) ([]byte, error) {
	folder, err := os.MkdirTemp("", "mdn-live-*")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	path := filepath.Join(folder, "live.wasm")
	cmd := exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-ldflags=-s -w", "-o", path, ".")
	cmd.Dir = sources
	cmd.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm", "GOFLAGS=", "GOWASM=")
	if output, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("go build: %w\n%s", err, output)
	}
	return os.ReadFile(path)
}

// assemble fills in section.html.
func assemble(sources string, program []byte) ([]byte, error) {
	output, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return nil, fmt.Errorf("go env: %w", err)
	}
	text := map[string]string{}
	for name, path := range map[string]string{
		"section":   filepath.Join(sources, "section.html"),
		"style":     filepath.Join(sources, "live.css"),
		"script":    filepath.Join(sources, "live.js"),
		"worker":    filepath.Join(sources, "worker.js"),
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
	packed, err := pack(program)
	if err != nil {
		return nil, err
	}
	var fragment bytes.Buffer
	err = section.Execute(&fragment, map[string]any{
		"Style":   text["style"],
		"Script":  text["script"],
		"Worker":  text["wasm_exec"] + text["worker"],
		"Program": packed,
		"Laws":    mdnlib.Laws(0),
	})
	return fragment.Bytes(), err
}

// pack compresses the program and writes it in letters. The header that gzip writes has no time and no name.
func pack(program []byte) (string, error) {
	var packed bytes.Buffer
	writer, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		return "", err
	}
	if _, err := writer.Write(program); err != nil {
		return "", err
	}
	if err := writer.Close(); err != nil {
		return "", err
	}
	return base64.StdEncoding.EncodeToString(packed.Bytes()), nil
}
