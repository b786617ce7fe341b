// Command tutorial-record reads a notebook that has run from its standard input, and writes the record of the run. The exporter of
// pages asks it, which is Python inside of JupyterLab and of nbconvert. kernel-setup builds it.
//
//	tutorial-record -checkout FOLDER -name NAME <NAME.ipynb >NAME.json
package main

import (
	"flag"
	"fmt"
	"io"
	"os"

	"mdn/kernel-setup/notebook"
	"mdn/kernel-setup/record"
)

func main() {
	checkout := flag.String("checkout", ".", "the `folder` of this repository, which says what made the notebook's outputs")
	name := flag.String("name", "notebook", "the notebook's name, without the ending")
	flag.Parse()
	if err := run(*checkout, *name); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(checkout, name string) error {
	content, err := io.ReadAll(os.Stdin)
	if err != nil {
		return err
	}
	n, err := notebook.Parse(content)
	if err != nil {
		return fmt.Errorf("%s.ipynb %w", name, err)
	}
	n.Name = name
	r, err := record.Make(n, checkout)
	if err != nil {
		return err
	}
	encoded, err := record.Encode(r)
	if err != nil {
		return err
	}
	_, err = os.Stdout.Write(encoded)
	return err
}
