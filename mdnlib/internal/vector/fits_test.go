//go:build goexperiment.simd && go1.27 && (amd64 || arm64 || wasm)

package vector_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"testing"

	"mdn/mdnlib"
	"mdn/mdnlib/internal/vector"
)

// TestFitsAgree trains networks of random shapes, heads and settings on random data, by plain Go and by SIMD with registers of each width:
// they end as the same bytes, or with the same error.
func TestFitsAgree(t *testing.T) {
	if !vector.Fast() {
		t.Skip("this machine has no SIMD that the kernels can use")
	}
	fits := 500
	if os.Getenv("MDN_FULL") != "" {
		fits = 20000
	}
	failed := 0
	for seed := range uint64(fits) {
		r := rand.New(rand.NewPCG(seed, 7))
		scale, floor := mdnlib.Scale(r.IntN(2)), []float64{0, 0.05}[r.IntN(2)]
		network := mdnlib.Network{Head: []mdnlib.Head{
			mdnlib.MeanHead{}, mdnlib.GaussianHead{Scale: scale, Floor: floor, Beta: r.Float64(), MeanFirst: r.IntN(2)},
			mdnlib.MixtureHead{K: 1 + r.IntN(6), Scale: scale, Floor: floor, GaussianFirst: r.IntN(2)},
			mdnlib.StudentHead{Nu: 2.5 + 10*r.Float64(), Scale: scale, Floor: floor},
		}[r.IntN(4)]}
		for range r.IntN(4) {
			network.Hidden = append(network.Hidden, 1+r.IntN(36))
		}
		data, spread := mdnlib.Data{}, []float64{1, 1, 1, 1000}[r.IntN(4)]
		for range 2 + r.IntN(60) {
			data.X, data.Y = append(data.X, r.NormFloat64()), append(data.Y, spread*r.NormFloat64())
		}
		settings := mdnlib.Settings{Epochs: 1 + r.IntN(3), Batch: 1 + r.IntN(70), Seed: seed, Standardise: r.IntN(2) == 0, Anneal: r.IntN(2) == 0,
			Clip: []float64{0, 1}[r.IntN(2)], Validation: []float64{0, 0.2}[r.IntN(2)],
			Adam: mdnlib.Adam{Rate: []float64{0.001, 0.03, 10}[r.IntN(3)], Decay: []float64{0, 0.01}[r.IntN(2)], Textbook: r.IntN(2) == 0}}
		var first, firstPath string
		vector.EachPath(func(path string) {
			model := mdnlib.New(network, seed)
			history, err := mdnlib.Fit(t.Context(), model, data, settings)
			if err != nil && path == "plain" {
				failed++
			}
			var file bytes.Buffer
			if err := model.Encode(&file); err != nil { // it has parameters that are not finite
				fmt.Fprint(&file, err)
			}
			end := fmt.Sprint(history, err, file.String())
			if firstPath == "" {
				first, firstPath = end, path
			} else if end != first {
				t.Errorf("fit %d, of %+v with %+v: by %s it ends as\n%s\nand by %s as\n%s", seed, network, settings, firstPath, first, path, end)
			}
		})
	}
	t.Logf("%d fits, of which %d end with an error", fits, failed)
}
