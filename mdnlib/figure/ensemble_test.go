package figure

import (
	"slices"
	"strings"
	"testing"

	"mdn/mdnlib"
)

// TestSpread draws an ensemble of untrained networks, which disagree.
func TestSpread(t *testing.T) {
	law, data := post()
	e := mdnlib.NewEnsemble(3, mdnlib.Network{Hidden: []int{12}, Head: mdnlib.GaussianHead{}}, 1)
	spread := Spread(e, law, data, 0, 7)
	for _, want := range []string{"data: x from 1 to 5", "true: from (0, 0) to (7, 0.7)", "noise, as predicted: ", "doubt: "} {
		if !strings.Contains(said(spread), want) {
			t.Errorf("the description %q does not say %q", said(spread), want)
		}
	}
	if without := said(Spread(e, law, mdnlib.Data{}, 0, 7)); strings.Contains(without, "data: ") || !strings.Contains(without, "doubt: ") {
		t.Errorf("without data the description is %q", without)
	}
	means := New("Means", "x", "y")
	means.Means(Predicted, e, 0, 7)
	apart := 0.0
	for _, x := range mdnlib.Grid(0, 7, 201) {
		at := []float64{e[0].At(x).Mean(), e[1].At(x).Mean(), e[2].At(x).Mean()}
		apart = max(apart, slices.Max(at)-slices.Min(at))
	}
	want := "where they span " + number(apart)
	if !strings.Contains(said(means), want) {
		t.Errorf("the description %q does not say %q", said(means), want)
	}
	for _, c := range []*Chart{spread, means} {
		if _, err := c.PNG(); err != nil {
			t.Error(err)
		}
	}
}
