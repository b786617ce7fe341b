package figure

import (
	"strings"
	"testing"

	"mdn/mdnlib"
)

func TestGroups(t *testing.T) {
	c := New("A title", "x", "y")
	var names []string
	var data []mdnlib.Data
	for i, name := range []string{"a", "b", "c", "d"} {
		names = append(names, name)
		data = append(data, mdnlib.Data{X: []float64{0, 1}, Y: []float64{float64(i), 4}})
	}
	c.Groups(names, data)
	for _, want := range []string{"a: 2 points, x from 0 to 1, y from 0 to 4", "d: 2 points, x from 0 to 1, y from 3 to 4"} {
		if !strings.Contains(said(c), want) {
			t.Errorf("the description %q does not say %q", said(c), want)
		}
	}
	picture(t, c)
}
