package figure

import (
	"bytes"
	"image/png"
	"strings"
	"testing"

	"mdn/mdnlib"
)

// TestPostFigures draws the post's three figures and checks their size, that something is drawn in each colour, and that
// the description holds the data's numbers.
func TestPostFigures(t *testing.T) {
	law, data := post()
	model := mdnlib.New(mdnlib.Network{Hidden: []int{12, 12, 12}, Head: mdnlib.GaussianHead{}}, 1)
	grid, x := mdnlib.Grid(1, 5, 21), mdnlib.Grid(1.1, 4.9, 20)
	for _, test := range []struct {
		name   string
		chart  *Chart
		styles []Style
		want   []string
	}{
		{"samples", Samples(data, law), []Style{Truth},
			[]string{"sampled data: 1050 points, x from 1 to 5", "f(x): from (1, 4) to (5, 4). f(x): falls to (3, 0), then rises."}},
		{"predictions", Predictions(data, law, model.At, x), []Style{Truth, Predicted},
			[]string{"predicted values: 20 points, x from 1.1 to 4.9"}},
		{"distributions", Distributions(data, law, grid, model.At, x), []Style{Truth, Predicted, TrueSpread},
			[]string{"true distributions: mean ± standard deviation at 21 values, from 4 ± 0.1 at x = 1 to 4 ± 0.5 at x = 5", "predicted distributions: mean ± standard deviation at 20 values"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			for _, want := range append(test.want, test.chart.Title) {
				if !strings.Contains(said(test.chart), want) {
					t.Errorf("the description %q does not say %q", said(test.chart), want)
				}
			}
			file, err := test.chart.PNG()
			if err != nil {
				t.Fatal(err)
			}
			picture, err := png.Decode(bytes.NewReader(file))
			if err != nil {
				t.Fatal(err)
			}
			if size := picture.Bounds().Size(); size.X != 2*672 || size.Y != 2*672 {
				t.Errorf("the picture has %v dots, want twice 672 × 672", size)
			}
			for _, style := range test.styles {
				count := 0
				for y := range picture.Bounds().Dy() {
					for x := range picture.Bounds().Dx() {
						r, g, b, _ := picture.At(x, y).RGBA()
						if uint8(r>>8) == style.Color.R && uint8(g>>8) == style.Color.G && uint8(b>>8) == style.Color.B {
							count++
						}
					}
				}
				if count < 200 {
					t.Errorf("%d dots have the colour %v", count, style.Color)
				}
			}
			again, err := test.chart.PNG()
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(file, again) {
				t.Error("drawn twice, the chart is two files")
			}
		})
	}
}
