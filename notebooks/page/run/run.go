// Package run is in the program of every page: it gives settings their values, and runs the cells that it is asked for. Package
// program of kernel-setup writes the calls.
package run

import (
	"encoding/json"
	"fmt"
)

var (
	settings = map[string]any{} // pointers to the variables
	cells    []func()
)

// Setting says where the value of a setting is kept: in a variable of a type that a setting can have.
func Setting(name string, variable any) { settings[name] = variable }

// Cell adds the statements of the next cell that has any.
func Cell(statements func()) { cells = append(cells, statements) }

// set gives settings the values of a JSON object, in which numbers are written as Go writes them, texts are strings, and what
// is true or false is a bool.
func set(encoded string) error {
	var values map[string]json.RawMessage
	if err := json.Unmarshal([]byte(encoded), &values); err != nil {
		return fmt.Errorf("the settings are not a JSON object: %w", err)
	}
	for name, variable := range settings {
		value, ok := values[name]
		if !ok {
			return fmt.Errorf("the setting %s has no value", name)
		}
		if err := json.Unmarshal(value, variable); err != nil {
			return fmt.Errorf("the setting %s cannot be %s: %w", name, value, err)
		}
	}
	return nil
}

// runCell runs a cell, counted from 1. A panic is an error.
func runCell(k int) (err error) {
	defer func() {
		if problem := recover(); problem != nil {
			err = fmt.Errorf("%v", problem)
		}
	}()
	if k < 1 || k > len(cells) {
		return fmt.Errorf("there is no cell %d; there are 1 to %d", k, len(cells))
	}
	cells[k-1]()
	return nil
}
