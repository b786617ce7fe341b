package figure

import (
	"math"
	"strings"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"

	"mdn/mdnlib"
)

// TestDensityCurve asks for the peak of a density far narrower than the steps of an even grid, and for a point.
func TestDensityCurve(t *testing.T) {
	c := New("A title", "y", "density")
	c.DensityCurve("narrow", Predicted, distuv.Normal{Mu: 0.123, Sigma: 1e-3}, -5, 5)
	c.DensityCurve("point", Truth, mdnlib.PointMass(2), -5, 5)
	peak := 1 / (1e-3 * math.Sqrt(2*math.Pi))
	if _, _, _, top := c.dataRange(); top < 0.999*peak || top > 1.001*peak {
		t.Errorf("the peak is drawn at %g, want %g", top, peak)
	}
	if want := "; point: all of it is at 2."; !strings.Contains(said(c), want) {
		t.Errorf("the description %q does not say %q", said(c), want)
	}
	if box := where(picture(t, c), Truth.Color); box.Dy() < 500 {
		t.Errorf("the upright line is %d dots long", box.Dy())
	}
}
