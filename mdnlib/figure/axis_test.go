package figure

import (
	"strings"
	"testing"
)

// TestTicks checks that labels tell the ticks apart where the axis is far from 0, and are short elsewhere.
func TestTicks(t *testing.T) {
	for _, test := range []struct {
		from, to float64
		want     string
	}{
		{2007, 2009, "2007 2007.25 2007.5 2007.75 2008 2008.25 2008.5 2008.75 2009"},
		{-2009, -2008, "−2009 −2008.8 −2008.6 −2008.4 −2008.2 −2008"},
		{1, 5, "1 1.5 2 2.5 3 3.5 4 4.5 5"},
		{0, 2000, "0 250 500 750 1000 1250 1500 1750 2000"},
		{-0.3, 0.3, "−0.3 −0.2 −0.1 0 0.1 0.2 0.3"},
		{5e15 - 1, 5e15 + 1, "4999999999999999 5000000000000000 5000000000000001"}, // where float64s are 1 apart
		{1e17, 1e17, ""},
	} {
		var labels []string
		for _, tick := range ticks(test.from, test.to) {
			labels = append(labels, tick.Label)
		}
		if got := strings.Join(labels, " "); got != test.want {
			t.Errorf("from %g to %g: %s, want %s", test.from, test.to, got, test.want)
		}
	}
}
