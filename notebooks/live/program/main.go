// Command program is package live alone, for JupyterLab. In a page it is part of the program of the notebook.
package main

import "mdn/notebooks/live"

func main() {
	live.Offer()
	select {} // what it offers lives as long as the program
}
