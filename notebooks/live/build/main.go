// Command build makes the live part of a page: one HTML fragment that holds its style, its scripts and the Go program,
// compressed. With Go 1.27 and GOEXPERIMENT=simd that is the program with SIMD and what makes the plain one of it, and worker.js
// takes the one that its browser can run. The same sources, the same Go and the same GOEXPERIMENT make the same bytes.
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
	"encoding/binary"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
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
	plain, simd, err := programs(sources)
	if err != nil {
		return err
	}
	fragment, err := assemble(sources, plain, simd)
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

// programs returns the Go program as WebAssembly: plain, for every browser, and with SIMD, or nil where this Go and its settings
// have none for the library.
func programs(sources string) (plain, simd []byte, err error) {
	cmd := goCommand(sources, "list", "-deps", ".")
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
	cmd := goCommand(sources, "build", "-trimpath", "-buildvcs=false", "-ldflags=-s -w", "-o", path, ".")
	cmd.Env = append(cmd.Env, settings...)
	if output, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("go build: %w\n%s", err, output)
	}
	return os.ReadFile(path)
}

// assemble fills in section.html.
func assemble(sources string, plain, simd []byte) ([]byte, error) {
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
	packed := map[string]string{}
	contents := map[string][]byte{"plain": plain}
	if simd != nil {
		contents = map[string][]byte{"plain": difference(plain, simd), "simd": simd}
	}
	for name, content := range contents {
		if packed[name], err = pack(content); err != nil {
			return nil, err
		}
	}
	var fragment bytes.Buffer
	err = section.Execute(&fragment, map[string]any{
		"Style":  text["style"],
		"Script": text["script"],
		"Worker": text["wasm_exec"] + text["worker"],
		"Plain":  packed["plain"],
		"SIMD":   packed["simd"],
		"Laws":   mdnlib.Laws(0),
	})
	return fragment.Bytes(), err
}

// difference returns what makes a program of another one that is much like it. It begins with little-endian words of 32 bits: the
// number of pieces that the program is cut into, and of each where it begins, and the place in the other from which on that is most
// like it. Then follows every byte of the program, less the one that stands at its place in the other, or less 0 after the
// other's end.
//
// Two programs of the same functions in the same order make a few hundred pieces. In them differ the numbers of functions and the
// addresses, by the same amount over long stretches, which gzip makes little of; of the second program itself it would make as much
// as of the first, as it sees no further than 32 KiB back.
func difference(program, other []byte) []byte {
	const window = 6          // bytes that have to be the same for a new piece
	const ahead, more = 64, 8 // and of the bytes ahead so many more have to agree than if the last piece went on
	places := map[string]int{}
	for i := 0; i+window <= len(other); i++ {
		places[string(other[i:i+window])] = i
	}
	at := func(i int) byte {
		if i < len(other) {
			return other[i]
		}
		return 0
	}
	agree := func(begin, shift int) (n int) {
		for i := begin; i < min(begin+ahead, len(program)); i++ {
			if program[i] == at(i+shift) {
				n++
			}
		}
		return n
	}
	shift := 0
	pieces := []uint32{0, 0}
	rest := make([]byte, len(program))
	for i, b := range program {
		if b != at(i+shift) && i+window <= len(program) {
			place, found := places[string(program[i:i+window])]
			if found && agree(i, place-i) > agree(i, shift)+more {
				pieces = append(pieces, uint32(i), uint32(place))
				shift = place - i
			}
		}
		rest[i] = b - at(i+shift)
	}
	result := binary.LittleEndian.AppendUint32(nil, uint32(len(pieces)/2))
	for _, word := range pieces {
		result = binary.LittleEndian.AppendUint32(result, word)
	}
	return append(result, rest...)
}

// pack compresses bytes and writes them in letters. The header that gzip writes has no time and no name.
func pack(content []byte) (string, error) {
	var packed bytes.Buffer
	writer, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		return "", err
	}
	if _, err := writer.Write(content); err != nil {
		return "", err
	}
	if err := writer.Close(); err != nil {
		return "", err
	}
	return base64.StdEncoding.EncodeToString(packed.Bytes()), nil
}
