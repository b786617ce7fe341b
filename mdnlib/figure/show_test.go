package figure

import (
	"html"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mdn/mdnlib"
	"mdn/mdnlib/internal/outlet"
)

// TestShowOutsideANotebook checks that Show writes a file, named after the title.
func TestShowOutsideANotebook(t *testing.T) {
	t.Chdir(t.TempDir())
	law, data := post()
	Show(Samples(data, law))
	if _, err := os.Stat("sampled-data-and-the-true-mean.png"); err != nil {
		files, _ := filepath.Glob("*")
		t.Errorf("%v; there are %v", err, files)
	}
}

func ExampleShow_report() {
	model := func(float64) mdnlib.Distribution { return mdnlib.Normal(0, 1) }
	heldOut := mdnlib.Data{X: []float64{1, 2, 3, 4}, Y: []float64{-1, 0, 0, 1}}
	Show(mdnlib.Score(model, heldOut, nil))
	// Output:
	// score                                      model
	// held-out pairs                                 4
	// NLL, nats                        1.1689 ± 0.1443
	// CRPS, y's units                           0.4181
	// y inside the 50 % interval                50.0 %
	// y inside the 90 % interval               100.0 %
	// mean width of the 90 % interval             3.29
}

// TestLive checks that the exporter finds the settings of the live part beside it, and the live part in the browser too.
func TestLive(t *testing.T) {
	thing := shownBy(t, func() { Live(LiveSettings{Law: "growing", Noise: 0.1, FinalCost: "0.1233"}) })[0]
	settings, _ := thing.Metadata["live"].(string)
	if thing.Kind != outlet.Live || !strings.HasPrefix(settings, `{"law":"growing","noise":0.1,`) {
		t.Errorf("a %q is shown, with the settings %s", thing.Kind, settings)
	}
	if page := thing.Data["text/html"].(string); !strings.Contains(page, html.EscapeString(settings)) || thing.Data["text/plain"] != liveNote {
		t.Errorf("the page is %s, its text %q", page, thing.Data["text/plain"])
	}
}
