package mdnlib

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"
)

// Calibration corrects the shares that a law predicts by those that were observed on samples which its training had not seen (Kuleshov,
// Fenner and Ermon 2018, section 3). The corrected law is a law like any other.
//
// Where the law said that a share of 0.05 lies below, it now says what was observed: between the values of [PIT], which are put in
// order, lie equal shares, 1/(n + 1) each. An interval made of them holds a new sample with exactly the probability that it states, on
// average over the draws of the n samples and of the new one, whatever is wrong with the law, if all of them could have come in any other
// order (conformal prediction; Vovk et al. 2020, eq. 3). That is exact at the shares 0.05, 0.1, 0.2, … 0.9 and 0.95; between them the
// correction is linear, since one that followed every sample would make densities of luck.
type Calibration struct {
	Predicted []float64 `json:"predicted"` // shares that the law said lie below, rising from 0 to 1
	Observed  []float64 `json:"observed"`  // and those that did
}

// calibrated are the shares at which a Calibration is exact.
var calibrated = []float64{0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95}

// Calibrate makes a calibration of what [PIT] returns for samples that training has not seen. It is an error if there are fewer than 19, the
// least of which one in twenty can be told, or one is no share between 0 and 1. Each tenth that the calibration moves costs
// some 1/(2n) nats of luck; a law that is right already is made worse by so much.
func Calibrate(pit []float64) (Calibration, error) {
	const least = 19
	if len(pit) < least {
		return Calibration{}, fmt.Errorf("mdnlib: Calibrate with %d samples; hold out %d or more", len(pit), least)
	}
	sorted := slices.Sorted(slices.Values(pit))
	if !(sorted[0] >= 0 && sorted[len(sorted)-1] <= 1) { // NaN comes first
		return Calibration{}, fmt.Errorf("mdnlib: Calibrate with values from %g to %g; use what PIT returns, shares from 0 to 1",
			sorted[0], sorted[len(sorted)-1])
	}
	c := Calibration{Predicted: []float64{0}, Observed: []float64{0}}
	for _, share := range calibrated {
		rank := float64(share*float64(len(pit)+1)) - 1
		below := min(int(rank), len(pit)-2)
		part := rank - float64(below)
		at := float64((1-part)*sorted[below]) + float64(part*sorted[below+1])
		if at > c.Predicted[len(c.Predicted)-1] && at < 1 { // values that are the same have nothing between them to correct
			c.Predicted, c.Observed = append(c.Predicted, at), append(c.Observed, share)
		}
	}
	c.Predicted, c.Observed = append(c.Predicted, 1), append(c.Observed, 1)
	return c, nil
}

// Law returns the corrected law.
func (c Calibration) Law(law Law) Law {
	return func(x float64) Distribution { return c.Correct(law.At(x)) }
}

// RowLaw returns the corrected law of rows.
func (c Calibration) RowLaw(law RowLaw) RowLaw {
	return func(row []float64) Distribution { return c.Correct(law.At(row)) }
}

// Correct returns a distribution that the law predicted, corrected. Its mean and standard deviation are sums over 512 of its quantiles.
func (c Calibration) Correct(d Distribution) Distribution { return corrected{d, c} }

// corrected is a distribution of which other shares lie below each y than it says.
type corrected struct {
	of Distribution
	by Calibration
}

// between returns the share that belongs to one from another list, linear between its neighbours, and the slope there.
func between(from, to []float64, share float64) (other, slope float64) {
	i := 1
	for i < len(from)-1 && share > from[i] {
		i++
	}
	slope = (to[i] - to[i-1]) / (from[i] - from[i-1])
	return to[i-1] + float64(slope*(share-from[i-1])), slope
}

func (d corrected) CDF(y float64) float64 {
	share, _ := between(d.by.Predicted, d.by.Observed, d.of.CDF(y))
	return share
}

func (d corrected) Quantile(p float64) float64 {
	share, _ := between(d.by.Observed, d.by.Predicted, p)
	return d.of.Quantile(share)
}

func (d corrected) LogProb(y float64) float64 {
	_, slope := between(d.by.Predicted, d.by.Observed, d.of.CDF(y))
	return d.of.LogProb(y) + math.Log(slope)
}

func (d corrected) Mean() float64 {
	return d.average(func(y float64) float64 { return y })
}

func (d corrected) StdDev() float64 {
	mean := d.Mean()
	return math.Sqrt(d.average(func(y float64) float64 { return (y - mean) * (y - mean) }))
}

// average returns the mean of f over the distribution, from quantiles at the shares that evenly spaced values have in a standard normal
// distribution.
func (d corrected) average(f func(y float64) float64) float64 {
	const quantiles, outermost = 512, 8.0
	step := 2 * outermost / quantiles
	sum, low := 0.0, 0.0
	for i := range quantiles {
		z := float64((float64(i)+0.5)*step) - outermost
		high := 1.0
		if i < quantiles-1 {
			high = distuv.UnitNormal.CDF(z + step/2)
		}
		sum += float64((high - low) * f(d.Quantile(distuv.UnitNormal.CDF(z))))
		low = high
	}
	return sum
}
