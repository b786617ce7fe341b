package figure

import (
	"encoding/json"
	"math"
	"reflect"
	"strings"
	"testing"

	"mdn/mdnlib"
)

// TestLiveSettings writes settings down for the page and reads them back: all of the text's network and training must be in them.
func TestLiveSettings(t *testing.T) {
	s := LiveSettings{
		Law: "growing", Noise: 0.1, Grid: 21, Samples: 50, Seed: 3, FinalCost: "0.1233",
		Network: mdnlib.Network{Hidden: []int{24, 24}, Head: mdnlib.MixtureHead{K: 3, Scale: mdnlib.Softplus, Floor: 0.01}},
		Training: mdnlib.Settings{Batch: 35, Adam: mdnlib.Adam{Rate: 0.002, Beta1: 0.8, Beta2: 0.99, Epsilon: 1e-7, Textbook: true}, Seed: 4,
			Standardise: true, Anneal: true, Clip: 1, Each: func(mdnlib.Epoch) {}},
	}
	encoded, err := s.encode()
	if err != nil {
		t.Fatal(err)
	}
	var read LiveSettings
	if err := json.Unmarshal(encoded, &read); err != nil {
		t.Fatal(err)
	}
	want := s
	want.Training.Epochs, want.Training.Each = mdnlib.DefaultEpochs, nil
	if !reflect.DeepEqual(read, want) {
		t.Errorf("the page reads %+v, want %+v", read, want)
	}

	for name, test := range map[string]struct {
		change func(*LiveSettings)
		want   string
	}{
		"a function for a head": {func(s *LiveSettings) {
			s.Network.Head = mdnlib.HeadFunc(1, func(_, _ []float64, _ float64) float64 { return 0 }, func([]float64) mdnlib.Distribution { return mdnlib.PointMass(0) })
		}, "its head is a HeadFunc, which no file can hold"},
		"no head":               {func(s *LiveSettings) { s.Network.Head = nil }, "a network needs a head"},
		"an order":              {func(s *LiveSettings) { s.Training.Order = func([]int) {} }, "its Settings.Order is a function, which no page can hold; leave it nil"},
		"not a number":          {func(s *LiveSettings) { s.Noise = math.NaN() }, "NaN"},
		"an impossible network": {func(s *LiveSettings) { s.Network.Hidden = []int{0} }, "hidden layer 1 is 0 wide; use 1 or more"},
	} {
		changed := s
		test.change(&changed)
		if _, err := changed.encode(); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: error %v, want %q", name, err, test.want)
		}
	}
}
