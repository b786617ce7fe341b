//go:build !js

package run

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strconv"
)

// Main runs the program outside of a browser, to compare what it shows with what the notebook shows:
//
//	PROGRAM SETTINGS FIRST >printed 3>shown
//
// SETTINGS are as JSON, FIRST is the number of the first cell to run, all later ones follow. What is shown is written to file 3, and a
// line {"after": BYTES, "begin": K} before each cell; stdout has to be a file, so that it is known how much was printed before. The
// first cell that fails ends it.
func Main() {
	if err := runAll(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func runAll(arguments []string) error {
	if len(arguments) != 2 {
		return fmt.Errorf("there are %d arguments; give the settings and the number of the first cell", len(arguments))
	}
	if err := set(arguments[0]); err != nil {
		return err
	}
	first, err := strconv.Atoi(arguments[1])
	if err != nil {
		return err
	}
	shown := json.NewEncoder(os.NewFile(3, "shown"))
	for k := first; k <= len(cells); k++ {
		after, err := os.Stdout.Seek(0, io.SeekCurrent)
		if err != nil {
			return err
		}
		if err := shown.Encode(map[string]any{"after": after, "begin": k}); err != nil {
			return err
		}
		if err := runCell(k); err != nil {
			return err
		}
	}
	return nil
}
