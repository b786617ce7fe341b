package figure

import (
	"bytes"
	"html"
	"os"
	"path/filepath"
	"reflect"
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
	Show(mdnlib.Score(model, nil, heldOut))
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
	thing := shownBy(t, func() {
		Live(LiveSettings{Law: "growing", Noise: 0.1, Network: mdnlib.Network{Head: mdnlib.GaussianHead{}}, FinalCost: "0.1233"})
	})[0]
	settings, _ := thing.Metadata["live"].(string)
	if thing.Kind != outlet.Live || !strings.HasPrefix(settings, `{"law":"growing","noise":0.1,`) {
		t.Errorf("a %q is shown, with the settings %s", thing.Kind, settings)
	}
	if page := thing.Data["text/html"].(string); !strings.Contains(page, html.EscapeString(settings)) || thing.Data["text/plain"] != liveNote {
		t.Errorf("the page is %s, its text %q", page, thing.Data["text/plain"])
	}
}

// TestChartIsShown compares what is shown of a chart with the contract that the exporter of pages relies on.
func TestChartIsShown(t *testing.T) {
	c := New("A title", "x", "y")
	c.Line("line*", Predicted, mdnlib.Data{X: []float64{0, 1}, Y: []float64{1, 3}})
	c.Bars("bars", First, []string{"a"}, []float64{0.5}, []float64{0.1})
	c.Point = "The line rises"
	things := shownBy(t, func() { Show(c) })
	if len(things) != 2 || things[0].Kind != outlet.Chart || things[1].Kind != outlet.Caption {
		t.Fatalf("shown are %d things", len(things))
	}
	name := "A title. A line and bars: x"
	picture := things[0]
	if picture.Data["text/plain"] != name || picture.Metadata["alt"] != name {
		t.Errorf("the short name is %q and %q, want %q", picture.Data["text/plain"], picture.Metadata["alt"], name)
	}
	if size := picture.Metadata["image/png"]; !reflect.DeepEqual(size, map[string]int{"width": 672, "height": 441}) {
		t.Errorf("it is to be shown at %v", size)
	}
	if png := picture.Data["image/png"].([]byte); !bytes.HasPrefix(png, []byte("\x89PNG")) || picture.File.Name != "a-title.png" || !bytes.Equal(png, picture.File.Content) {
		t.Errorf("the picture begins with %q, the file %q with %q", png[:4], picture.File.Name, picture.File.Content[:4])
	}
	if drawings, err := c.SVG(); err != nil || picture.Data[deskMIME] != drawings.Desk || picture.Data[phoneMIME] != drawings.Phone {
		t.Errorf("its drawings are %.60s and %.60s (%v)", picture.Data[deskMIME], picture.Data[phoneMIME], err)
	}
	var file struct {
		Version     int
		Title, Name string
		Description Description
		Tables      []dataTable
		Numbers     []numbersFile
	}
	decode(t, picture.Data[chartMIME], &file)
	if file.Version != 2 || file.Title != "A title" || file.Name != name || len(file.Tables) != 2 || file.Description != c.Describe() {
		t.Errorf("the chart is %s", picture.Data[chartMIME])
	}
	if len(file.Numbers) != 1 || file.Numbers[0].Rows[0].Cells[0].Text != "0.500 ± 0.100" || *file.Numbers[0].Rows[0].Cells[0].Error != 0.1 {
		t.Errorf("its key numbers are %+v", file.Numbers)
	}
	want := `*Shown: line\*: from (0, 1) to (1, 3); bars: a 0.500 ± 0.100. line\*: rises. The line rises.*`
	if got := things[1].Data["text/markdown"]; got != want {
		t.Errorf("the caption is %q, want %q", got, want)
	}
}
