// Command tutorial-parts reads a notebook that has run from its standard input, and writes what its page is made of as JSON, see [parts].
// The exporter of pages asks it, which is Python inside of JupyterLab and of nbconvert. kernel-setup builds it.
//
//	tutorial-parts -checkout FOLDER -name NAME -folder FOLDER <NAME.ipynb >PARTS.json
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"

	"mdn/kernel-setup/notebook"
	"mdn/kernel-setup/program"
	"mdn/kernel-setup/record"
	"mdn/kernel-setup/settings"
	"mdn/notebooks/page/build"
)

// parts are what a page is made of.
type parts struct {
	Record  *record.Record `json:"record"`
	Outputs [][]build.Item `json:"outputs"` // of every code cell
	Again   *again         `json:"again"`   // what the page needs to run again, nil where it cannot
	Notes   []string       `json:"notes"`   // for who makes the page: what does not run again, and why
}

// again is what a page needs to run again.
type again struct {
	build.Packed
	Licences string             `json:"licences"` // as HTML
	Worker   string             `json:"worker"`   // the script that runs the program
	Script   string             `json:"script"`   // and that of the page
	Style    string             `json:"style"`
	Settings []settings.Control `json:"settings"`
	Cells    []cell             `json:"cells"` // those with statements, in their order
	Files    map[string][]byte  `json:"files"` // that the program reads, by the paths that settings have
}

type cell struct {
	program.Cell
	Same bool `json:"same"` // whether the program shows what the notebook shows; otherwise the cell does not run again
}

func main() {
	checkout := flag.String("checkout", ".", "the `folder` of this repository, which says what made the notebook's outputs")
	name := flag.String("name", "notebook", "the notebook's name, without the ending")
	folder := flag.String("folder", ".", "the `folder` that the notebook runs in")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, *checkout, *name, *folder); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, checkout, name, folder string) error {
	content, err := io.ReadAll(os.Stdin)
	if err != nil {
		return err
	}
	n, err := notebook.Parse(content)
	if err != nil {
		return fmt.Errorf("%s.ipynb %w", name, err)
	}
	n.Name = name
	p := parts{Outputs: [][]build.Item{}, Notes: []string{}}
	if p.Record, err = record.Make(n, checkout); err != nil {
		return err
	}
	for _, cell := range n.Cells {
		if cell.Kind != notebook.Code {
			continue
		}
		items, err := build.Items(cell)
		if err != nil {
			return fmt.Errorf("code cell %d (%s): %w", len(p.Outputs)+1, cell.ID, err)
		}
		p.Outputs = append(p.Outputs, items)
	}
	if err := p.addProgram(ctx, n, checkout, folder); err != nil {
		return err
	}
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetEscapeHTML(false)
	return encoder.Encode(p)
}

// addProgram adds the program of the page, if the notebook can be one.
func (p *parts) addProgram(ctx context.Context, n *notebook.Notebook, checkout, folder string) error {
	checkout, err := filepath.Abs(checkout)
	if err != nil {
		return err
	}
	var built *build.Built
	merged, err := program.Of(n)
	if err == nil && len(merged.Cells) > 0 {
		built, err = build.Program(ctx, checkout, merged)
	}
	var refused *program.Refused
	switch {
	case errors.As(err, &refused):
		p.Notes = append(p.Notes, "the page does not run again: "+refused.Error())
		return nil
	case err != nil || built == nil:
		return err
	}
	p.Again = &again{Packed: built.Packed, Licences: built.Licences, Settings: []settings.Control{}, Cells: []cell{}}
	values := map[string]any{} // as they go to the program: texts as texts, all else as it is written
	for _, s := range p.Record.Settings {
		own := s.Control(s.Value)
		p.Again.Settings = append(p.Again.Settings, own)
		values[s.Name] = json.RawMessage(own.Value)
		if s.Type == "string" {
			values[s.Name] = s.Value
		}
	}
	shown, failed, err := built.Run(ctx, folder, values, len(merged.Cells))
	if err != nil {
		return err
	}
	for k, c := range merged.Cells {
		difference := build.Difference(p.Outputs[c.Number-1], shown[k+1])
		if err := failed[k+1]; err != nil {
			difference = "it fails: " + err.Error()
		}
		if difference != "" {
			p.Notes = append(p.Notes, fmt.Sprintf("code cell %d does not run again in the page: %s", c.Number, difference))
		}
		p.Again.Cells = append(p.Again.Cells, cell{c, difference == ""})
	}
	if p.Again.Files, err = files(folder, p.Record.Settings); err != nil {
		return err
	}
	return p.Again.addScripts(checkout)
}

// mostBytes is how large a file can be that a page carries for its program.
const mostBytes = 1 << 20

// files returns those files that settings name, by their paths in the folder of the notebook: data that cells read.
func files(folder string, all []record.Setting) (map[string][]byte, error) {
	files := map[string][]byte{}
	for _, s := range all {
		if s.Type != "string" || !filepath.IsLocal(s.Value) {
			continue
		}
		path := filepath.Join(folder, s.Value)
		info, err := os.Stat(path)
		if err != nil || !info.Mode().IsRegular() {
			continue
		}
		if info.Size() > mostBytes {
			return nil, fmt.Errorf("%s has %d bytes, and a page carries files of %d bytes at most; take a part of it", path, info.Size(), mostBytes)
		}
		if files[s.Value], err = os.ReadFile(path); err != nil {
			return nil, err
		}
	}
	return files, nil
}

// addScripts adds the scripts and the style.
func (a *again) addScripts(checkout string) error {
	config, err := build.ReadConfig(checkout)
	if err != nil {
		return err
	}
	page := filepath.Join(checkout, "notebooks", "page")
	for _, part := range []struct {
		into  *string
		paths []string
	}{
		{&a.Worker, []string{filepath.Join(filepath.Dir(filepath.Dir(config.Go)), "lib", "wasm", "wasm_exec.js"), filepath.Join(page, "worker.js")}},
		{&a.Script, []string{filepath.Join(page, "controls.js"), filepath.Join(page, "again.js")}},
		{&a.Style, []string{filepath.Join(page, "controls.css"), filepath.Join(page, "again.css")}},
	} {
		for _, path := range part.paths {
			content, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			*part.into += string(content)
		}
	}
	return nil
}
