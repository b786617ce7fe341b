package figure

import (
	"os"
	"path/filepath"
	"testing"

	"mdn/mdnlib"
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
	// 4 held-out pairs
	// score                                      model
	// NLL, nats                        1.1689 ± 0.1443
	// CRPS, y's units                           0.4181
	// y inside the 50 % interval                50.0 %
	// y inside the 90 % interval               100.0 %
	// mean width of the 90 % interval             3.29
}
