package figure

import (
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"html"

	"mdn/mdnlib"
	"mdn/mdnlib/internal/outlet"
)

// LiveSettings are what the live part begins with, and goes back to: the settings of the text.
type LiveSettings struct {
	Law     string  `json:"law"` // one of mdnlib.Laws
	Noise   float64 `json:"noise"`
	Grid    int     `json:"grid"`    // inputs, evenly spaced over the law's range
	Samples int     `json:"samples"` // at each of them
	Seed    uint64  `json:"seed"`    // of data and weights

	Network  mdnlib.Network  `json:"network"`  // with a head that is all in its fields, and no mdnlib.HeadFunc
	Training mdnlib.Settings `json:"training"` // without Order

	// FinalCost is the cost that the text has after the last epoch, in four decimals, such as "0.1233": the live part shows
	// that it arrives there. Empty where the text has none.
	FinalCost string `json:"finalCost"`
}

//go:embed live.js
var liveScript string

const liveNote = "Here the network trains while you move its settings, in JupyterLab as go run ./kernel-setup lab opens it."

// Live shows the live part of the exported pages as the output of a notebook's cell: controls for the settings, and charts that
// follow the network as it trains, in the browser. The cell is done at once, and no kernel is needed. The notebook keeps a
// few lines of it; the program comes from the folder that kernel-setup installs into. Elsewhere a sentence says so. Live panics
// where the settings hold what a page cannot: a function, or a number that is not finite.
func Live(s LiveSettings) {
	settings, err := s.encode()
	if err != nil {
		panic(fmt.Sprintf("figure: the live part cannot train as the text does: %v", err))
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

// encode returns the settings as JSON, with the number of epochs filled in, which the page's controls show.
func (s LiveSettings) encode() ([]byte, error) {
	if s.Training.Order != nil {
		return nil, errors.New("its Settings.Order is a function, which no page can hold; leave it nil")
	}
	if s.Training.Epochs == 0 {
		s.Training.Epochs = mdnlib.DefaultEpochs
	}
	encoded, err := json.Marshal(s)
	if err != nil {
		return nil, err
	}
	return encoded, json.Unmarshal(encoded, &s) // as the page's program will
}
