package figure

import (
	"gonum.org/v1/plot/vg"

	"mdn/mdnlib"
)

// Samples is the post's first figure: the data, and the true mean over it.
func Samples(d mdnlib.Data, truth mdnlib.Law) *Chart {
	c := square("Sampled data and the true mean", "g(x)")
	c.Points("sampled data", Observed, d)
	c.trueMean(d, truth)
	return c
}

// Predictions is the post's second figure: the data, the model's means at x, and the true mean.
func Predictions(d mdnlib.Data, truth, model mdnlib.Law, x []float64) *Chart {
	c := square("What the network predicts: one value at each x", "y")
	c.Points("sampled data", Observed, d)
	c.trueMean(d, truth)
	predicted := mdnlib.Data{X: x}
	for _, v := range x {
		predicted.Y = append(predicted.Y, model.At(v).Mean())
	}
	c.Points("predicted values", Predicted, predicted)
	return c
}

// Distributions is the post's third figure: mean and standard deviation, true ones at trueX and predicted ones at x.
func Distributions(d mdnlib.Data, truth mdnlib.Law, trueX []float64, model mdnlib.Law, x []float64) *Chart {
	c := square("Mean ± one standard deviation, true and predicted", "y")
	c.Points("sampled data", ObservedFaint, d)
	c.trueMean(d, truth)
	c.ErrorBars("true distributions", TrueSpread, truth, trueX)
	c.ErrorBars("predicted distributions", Predicted, model, x)
	return c
}

// square returns an empty chart of the post's shape.
func square(title, y string) *Chart {
	c := New(title, "x", y)
	c.Width, c.Height = 7*vg.Inch, 7*vg.Inch
	return c
}

// trueMean draws the truth's mean over the range of the data.
func (c *Chart) trueMean(d mdnlib.Data, truth mdnlib.Law) {
	from, to := d.X[0], d.X[0]
	for _, x := range d.X {
		from, to = min(from, x), max(to, x)
	}
	c.Mean("f(x)", Truth, truth, from, to)
}
