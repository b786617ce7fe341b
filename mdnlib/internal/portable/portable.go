// Package portable computes what training needs to the same bits on every platform.
package portable

import "math"

// MeanAndDeviation returns the mean of the values and their standard deviation. Those of gonum add in another order on each platform.
func MeanAndDeviation(values []float64) (mean, deviation float64) {
	n := float64(len(values))
	for _, v := range values {
		mean += v / n
	}
	variance := 0.0
	for _, v := range values {
		variance += float64((v - mean) * (v - mean) / n)
	}
	return mean, math.Sqrt(variance)
}

// Log returns the natural logarithm of a finite x > 0, with an error of at most 4e-16, or 4e-16 of itself where that is more. Go's
// differs between platforms in the last bit, and costs would with it.
func Log(x float64) float64 {
	// x = 2^exponent · f with √½ ≤ f < √2, and log f = 2·artanh s = 2(s + s³/3 + s⁵/5 + …) with s = (f − 1)/(f + 1).
	f, exponent := math.Frexp(x)
	if f < math.Sqrt2/2 {
		f, exponent = 2*f, exponent-1
	}
	s := (f - 1) / (f + 1)
	square, series := float64(s*s), 0.0
	for n := 25; n >= 1; n -= 2 {
		series = float64(series*square) + 1/float64(n)
	}
	return float64(float64(exponent)*math.Ln2) + float64(2*s*series)
}
