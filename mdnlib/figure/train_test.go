package figure

import (
	"context"
	"strings"
	"testing"

	"mdn/mdnlib"
)

// TestTrainOutsideANotebook checks that Train is Fit, to the bit, and calls Each as Fit does.
func TestTrainOutsideANotebook(t *testing.T) {
	law, data := post()
	calls := 0
	s := mdnlib.Settings{Epochs: 5, Seed: 1, Each: func(mdnlib.Epoch) { calls++ }}
	watched, err := Train(mdnlib.New(mdnlib.GaussianHead{}, 1, 4), data, s, law)
	if err != nil {
		t.Fatal(err)
	}
	if calls != 5 {
		t.Errorf("Each was called %d times, want 5", calls)
	}
	plain, err := mdnlib.Fit(context.Background(), mdnlib.New(mdnlib.GaussianHead{}, 1, 4), data, s)
	if err != nil {
		t.Fatal(err)
	}
	for epoch := range plain {
		if watched[epoch] != plain[epoch] {
			t.Fatalf("cost of epoch %d is %g, and %g by Fit", epoch, watched[epoch], plain[epoch])
		}
	}
	if _, err := Train(mdnlib.New(mdnlib.GaussianHead{}, 1, 4), mdnlib.Data{}, s, law); err == nil || !strings.Contains(err.Error(), "data has no samples") {
		t.Errorf("training without data: error %v", err)
	}
}
