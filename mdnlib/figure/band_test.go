package figure

import (
	"image/color"
	"testing"

	"mdn/mdnlib"
)

func TestBandsAndLimits(t *testing.T) {
	c := New("A title", "x", "y")
	normal := func(x float64) mdnlib.Distribution { return mdnlib.Normal(0, x) }
	c.Bands("predicted", Predicted, normal, 1, 2)
	c.Limits("true", Truth, normal, 0.8, 1, 2)
	// The normal quantiles at 0.95, 0.75 and 0.9: 1.6449, 0.6745 and 1.2816 (Abramowitz and Stegun, table 26.5).
	want := "A title. A chart of y (from −3.29 to 3.29) over x (from 1 to 2): predicted: 90 % of y as a band, predicted: 50 % of y as a band, " +
		"true as a pair of lines. predicted: 90 % of y: from −1.645 to 1.645 at x = 1 to −3.29 to 3.29 at x = 2; " +
		"predicted: 50 % of y: from −0.6745 to 0.6745 at x = 1 to −1.349 to 1.349 at x = 2; " +
		"true: lower line from (1, −1.282) to (2, −2.563), upper line from (1, 1.282) to (2, 2.563). " +
		"predicted: 90 % of y: the width rises; predicted: 50 % of y: the width rises; true: lower line falls, upper line rises."
	if got := said(c); got != want {
		t.Errorf("description\n%s, want\n%s", got, want)
	}
	if len(c.entries()) != 3 {
		t.Errorf("the legend has %d entries, want 3", len(c.entries()))
	}
	// The bands lie on one another, and the legend shows the inner one as it looks there.
	overlaid := where(picture(t, c), color.NRGBA{R: 0xef, G: 0x8d, B: 0x85})
	if overlaid.Empty() {
		t.Error("the inner band's colour, 0x89 parts of 0xff of the red on white, is not there")
	}
}
