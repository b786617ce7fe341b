package figure

import (
	"math"
	"strings"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"
)

// TestCRPSIsTheArea integrates the area that the chart fills, and compares it with the score.
func TestCRPSIsTheArea(t *testing.T) {
	p, y := distuv.Normal{Mu: 1, Sigma: 0.5}, 1.8
	c := CRPS(p, y)
	outline, size := c.parts[0].layer.(area).XYs, 0.0
	for i, to := range outline[1:] {
		size += (to.X - outline[i].X) * (to.Y + outline[i].Y) / 2
	}
	// Gneiting and Raftery 2007, section 4.2, with the sign of an error.
	z := (y - p.Mu) / p.Sigma
	want := p.Sigma * (z*(2*distuv.UnitNormal.CDF(z)-1) + 2*distuv.UnitNormal.Prob(z) - 1/math.SqrtPi)
	if math.Abs(size-want) > 1e-3 {
		t.Errorf("the area is %g, want the score, %g", size, want)
	}
	if !strings.Contains(said(c), "the gap, squared: an area of "+number(want)) {
		t.Errorf("the description %q does not say %s", said(c), number(want))
	}
}
