package figure

import (
	"strings"
	"testing"

	"mdn/mdnlib"
)

func TestNetwork(t *testing.T) {
	c := Network(mdnlib.New(mdnlib.Network{Hidden: []int{12, 5}, Head: mdnlib.GaussianHead{}}, 1))
	for _, want := range []string{"x → 12 × tanh → 5 × tanh → 2 out", "101 weights and biases in all"} { // 24 + 65 + 12
		if !strings.Contains(said(c), want) {
			t.Errorf("the description %q does not say %q", said(c), want)
		}
	}
}
