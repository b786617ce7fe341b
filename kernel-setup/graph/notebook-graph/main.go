// Command notebook-graph reads a notebook from its standard input, and writes what JupyterLab is to know of it as JSON, see [answer]:
// what its cells depend on, and its settings. The extension of JupyterLab asks it. kernel-setup builds it.
//
//	notebook-graph <NOTEBOOK.ipynb >ANSWER.json
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"unicode/utf16"

	"mdn/kernel-setup/graph"
	"mdn/kernel-setup/notebook"
	"mdn/kernel-setup/settings"
)

// answer is what there is to know of a notebook.
type answer struct {
	Cells    []graph.Cell `json:"cells"`
	Settings []setting    `json:"settings"`
	Problem  string       `json:"problem,omitempty"` // why its settings cannot be read, and how to write them
}

// setting is one, and where the notebook says what it is: in a cell, between two places as JavaScript counts them, in UTF-16.
type setting struct {
	settings.Control
	Cell string `json:"cell"`
	From int    `json:"from"`
	To   int    `json:"to"`
}

func main() {
	if err := run(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(from io.Reader, to io.Writer) error {
	content, err := io.ReadAll(from)
	if err != nil {
		return err
	}
	n, err := notebook.Parse(content)
	if err != nil {
		return fmt.Errorf("the notebook %w", err)
	}
	a := answer{Cells: graph.Of(n)}
	if a.Settings, err = settingsOf(n); err != nil {
		a.Settings, a.Problem = []setting{}, errors.Unwrap(err).Error() // without the name of the notebook
	}
	return json.NewEncoder(to).Encode(a)
}

// settingsOf returns the settings with the values that they have.
func settingsOf(n *notebook.Notebook) ([]setting, error) {
	declared, err := settings.Of(n)
	if err != nil {
		return nil, err
	}
	given, err := settings.Given(n, declared)
	if err != nil {
		return nil, err
	}
	places, err := settings.Places(n)
	if err != nil {
		return nil, err
	}
	all := []setting{}
	for _, s := range declared {
		value := s.Default
		for _, v := range given {
			if v.Setting.Name == s.Name {
				value = v.Text
			}
		}
		place := places[s.Name]
		i := slices.IndexFunc(n.Cells, func(c notebook.Cell) bool { return c.ID == place.Cell })
		from, to := counted(n.Cells[i].Source, place)
		all = append(all, setting{s.Control(value), place.Cell, from, to})
	}
	return all, nil
}

// counted returns where a place of a cell's source is, as JavaScript counts.
func counted(source string, p settings.Place) (from, to int) {
	lines := strings.SplitAfter(source, "\n")
	before := strings.Join(lines[:p.Line-1], "")
	units := func(text string) int { return len(utf16.Encode([]rune(text))) }
	line := lines[p.Line-1]
	from = units(before + line[:p.From])
	return from, from + units(line[p.From:p.To])
}
