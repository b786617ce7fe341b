package mdnlib_test

import (
	"fmt"

	"mdn/mdnlib"

	"gonum.org/v1/gonum/stat/distuv"
)

// A law of your own is a function from x to a distribution, and everything works with it.
func ExampleLaw() {
	law := func(x float64) mdnlib.Distribution {
		return distuv.Laplace{Mu: 2 * x, Scale: 0.1 + x}
	}

	data := mdnlib.Sample(law, mdnlib.Repeat(mdnlib.Grid(0, 1, 11), 1000), 1)
	fmt.Printf("cost of the truth %.2f nats, its floor %.2f\n", mdnlib.NLL(law, data), mdnlib.NLLFloor(law, data.X))
	// Output: cost of the truth 0.98 nats, its floor 0.98
}
