package figure

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"html"

	"mdn/mdnlib/internal/outlet"
)

// LiveSettings are what the live part begins with, and goes back to: the settings of the text.
type LiveSettings struct {
	Law        string  `json:"law"`        // one of mdnlib.Laws
	Noise      float64 `json:"noise"`      //
	Grid       int     `json:"grid"`       // inputs, evenly spaced over the law's range
	Samples    int     `json:"samples"`    // at each of them
	Components int     `json:"components"` // of the predicted mixture; 1 is a mdnlib.GaussianHead
	Epochs     int     `json:"epochs"`
	Rate       float64 `json:"rate"` // of mdnlib.Adam
	Seed       uint64  `json:"seed"` // of data, weights and batches

	// FinalCost is the cost that the text has after the last epoch, in four decimals, such as "0.1233": the live part shows
	// that it arrives there. Empty where the text has none.
	FinalCost string `json:"finalCost"`
}

//go:embed live.js
var liveScript string

const liveNote = "Here the network trains while you move its settings, in JupyterLab as go run ./kernel-setup lab opens it."

// Live shows the live part of the exported pages as the output of a notebook's cell: controls for the settings, and charts that
// follow the network as it trains, in the browser. The cell is done at once, and no kernel is needed. The notebook keeps a
// few lines of it; the program comes from the folder that kernel-setup installs into. Elsewhere a sentence says so.
func Live(s LiveSettings) {
	settings, err := json.Marshal(s)
	if err != nil {
		panic(fmt.Sprintf("figure: the settings of the live part cannot be written down: %v", err))
	}
	mustShow("the live part", []outlet.Thing{{
		Kind: outlet.Live,
		Data: map[string]any{
			"text/html": fmt.Sprintf("<div data-settings=\"%s\"><p>%s</p><script>\n%s</script></div>",
				html.EscapeString(string(settings)), liveNote, liveScript),
			"text/plain": liveNote,
		},
		Metadata: map[string]any{"live": string(settings)}, // for the exporter
		Terminal: liveNote + "\n",
	}}, nil)
}
