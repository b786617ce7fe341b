// Package outliers finds values that lie far from all others.
package outliers

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/stat"
)

// Furthest returns the value that is furthest from the median, and how many times the median distance that is. Where more than
// half of the values are equal, the median distance is 0, and is no measure of how far is far: times is then 0.
func Furthest(values []float64) (index int, times float64) {
	distances, typical := Distances(values)
	index = floats.MaxIdx(distances)
	if typical == 0 {
		return index, 0
	}
	return index, distances[index] / typical
}

// Beyond returns what Furthest does, and times 0 where nothing looks wrong. To lie far away is not enough: the values may be
// skewed, on a grid of powers of ten, or in groups far from each other. There has to be a gap, beyond which at most a twentieth of
// all values lie, each more than twenty times as far from the median as what lies before the gap.
func Beyond(values []float64) (index int, times float64) {
	distances, typical := Distances(values)
	index = floats.MaxIdx(distances)
	furthest := distances[index]
	slices.Sort(distances)
	for i := max(1, len(distances)-max(1, len(distances)/20)); i < len(distances); i++ {
		if typical > 0 && distances[i] > max(100*typical, 20*distances[i-1]) {
			return index, furthest / typical
		}
	}
	return index, 0
}

// Distances returns every value's distance from their median, and the median of the distances: a measure of spread
// that a few values far away do not move.
func Distances(values []float64) (distances []float64, typical float64) {
	middle := Median(values)
	distances = make([]float64, len(values))
	for i, v := range values {
		distances[i] = math.Abs(v - middle)
	}
	return distances, Median(distances)
}

// Median returns the median.
func Median(values []float64) float64 {
	return stat.Quantile(0.5, stat.LinInterp, slices.Sorted(slices.Values(values)), nil)
}
