//go:build js

// Command program is package live alone, for JupyterLab. In a page it is part of the program of the notebook.
package main

import (
	"syscall/js"

	"mdn/notebooks/live"
)

func main() {
	live.Offer()
	js.Global().Call("programReady")
	select {} // what it offers lives as long as the program
}
