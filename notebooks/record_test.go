package notebooks_test

import (
	"strings"
	"testing"

	"mdn/kernel-setup/record"
)

// TestRecords makes the record of every committed notebook: what its cells show is read to the last field, it has a sentence and a chart
// to stand for it, and the numbers that its text draws conclusions from.
func TestRecords(t *testing.T) {
	wanted := map[string]record.Number{ // one of each notebook, as its text and its code have it
		"01-data":                    {Name: "score negative log likelihood, nats, floor", Text: "0.1177"},
		"02-mean":                    {Name: "who predicts the network, mean squared error on new samples", Text: "0.1081"},
		"03-mixture-density-network": {Name: "what the network misses", Unit: "nats", Text: "0.0087"},
		"04-other-noise":             {Name: "score NLL above the truth's, nats, model", Text: "0.2008 ± 0.0052"},
		"05-more-than-one-answer":    {Name: "reading off by highest mode, at worst", Text: "0.027"},
		"06-can-you-trust-it":        {Name: "claimed 90 %, so the network is", Text: "no fault found"},
		"07-real-data":               {Name: "model 2 components, better by", Unit: "nats", Text: "0.164 ± 0.037"},
		"08-several-inputs":          {Name: "told species, after those above", Unit: "nats", Text: "0.492 ± 0.034"},
		"09-how-much-data":           {Name: "samples 1000, noise 0.1", Unit: "nats", Text: "0.050 ± 0.010"},
	}
	for _, path := range paths(t) {
		t.Run(path, func(t *testing.T) {
			r, err := record.Make(readNotebook(t, path), root(t))
			if err != nil {
				t.Fatal(err)
			}
			if r.Title == "" || !strings.ContainsAny(r.Sentence, ".?") || r.Thumbnail == nil {
				t.Errorf("the title is %q, the sentence %q, and there is a picture: %t", r.Title, r.Sentence, r.Thumbnail != nil)
			}
			want, found := wanted[r.Notebook], false
			for _, n := range r.Numbers {
				if n.Name == want.Name && n.Unit == want.Unit && n.Text == want.Text {
					found = true
					if _, _, measured := strings.Cut(n.Text, "±"); measured != (n.Error != nil) {
						t.Errorf("of %s the error is %v", n.Name, n.Error)
					}
				}
			}
			if !found {
				t.Errorf("there is no key number %+v", want)
			}
			if again, err := record.Encode(r); err != nil || len(again) == 0 {
				t.Errorf("it cannot be written: %v", err)
			}
		})
	}
}
