package mdnlib

import (
	"fmt"
	"math"
	"slices"

	"mdn/mdnlib/internal/outliers"

	"gonum.org/v1/gonum/stat"
)

// Warnings names what usually goes wrong in training, where the model, or the data that it was trained on, looks like it: a sentence
// each, with what to try. No warning is no proof that all is well: [Score] on data held out says more.
func (m *Model) Warnings(d Data) []string {
	if err := d.Check(); err != nil {
		return []string{err.Error()}
	}
	var warnings []string
	warn := func(format string, values ...any) { warnings = append(warnings, fmt.Sprintf(format, values...)) }

	far, timesX := outliers.Beyond(d.X)
	if timesX > 0 {
		warn("x[%d] = %.6g lies %.0f times further from the median than half of the data do; check it, and leave the pair out if it is wrong",
			far, d.X[far], timesX)
	}
	unscaled := false // the rest would only repeat it
	if m.units == plain {
		for i, values := range [][]float64{d.X, d.Y} {
			name := []string{"x", "y"}[i]
			if name == "x" && timesX > 0 {
				continue // one value makes the mean and the standard deviation what they are
			}
			mean, deviation := stat.PopMeanStdDev(values, nil)
			if math.Abs(mean) > 100 || deviation > 100 || deviation > 0 && deviation < 0.01 {
				unscaled = true
				warn("%s has mean %.3g and standard deviation %.3g, and a network learns best from numbers about 0 and 1; set Settings.Standardise",
					name, mean, deviation)
			}
		}
	}
	if i, times := outliers.Furthest(d.Y); times > 100 {
		warn("y[%d] = %.6g lies %.0f times further from the median than half of the data do; check it, or set Settings.Clip", i, d.Y[i], times)
	}
	x := slices.Compact(slices.Sorted(slices.Values(d.X)))
	predicted := m.AtEach(x)
	if !unscaled {
		warnings = append(warnings, m.collapse(x, predicted, d.Y)...)
	}
	return append(warnings, deadComponents(predicted)...)
}

// collapse looks for a standard deviation that is next to nothing beside y's.
func (m *Model) collapse(x []float64, predicted []Distribution, y []float64) []string {
	smallest, where := math.Inf(1), 0.0
	for i, p := range predicted {
		for _, sigma := range m.sigmas(p) {
			if sigma < smallest {
				smallest, where = sigma, x[i]
			}
		}
	}
	_, typical := outliers.Distances(y)
	if !(smallest < 0.01*typical) {
		return nil
	}
	return []string{fmt.Sprintf("at x = %.3g the predicted standard deviation is down to %.2g, where half of all y are within %.3g of their median: "+
		"the model settles on single values; where the data has no noise the cost has no floor and falls for ever, otherwise set the "+
		"head's Floor, or train with more data",
		where, smallest, typical)}
}

// spreader is a head that knows which standard deviations it has learned, of a distribution that it predicts.
type spreader interface {
	sigmas(d Distribution) []float64
}

// sigmas returns the standard deviations that the head has learned, of a distribution that it predicts.
func (m *Model) sigmas(d Distribution) []float64 {
	if head, ok := m.head.(spreader); ok {
		return head.sigmas(d)
	}
	switch d := d.(type) {
	case Mixture:
		return d.Sigma
	case PointMass:
		return nil
	}
	return []float64{d.StdDev()}
}

// deadComponents looks for components of mixtures that have next to no weight at every x.
func deadComponents(predicted []Distribution) (warnings []string) {
	var largest []float64
	for i, p := range predicted {
		mixture, ok := p.(Mixture)
		if !ok || i > 0 && len(mixture.Weight) != len(largest) {
			return nil // no mixture, or not of the same components everywhere
		}
		if i == 0 {
			largest = make([]float64, len(mixture.Weight))
		}
		for k, weight := range mixture.Weight {
			largest[k] = max(largest[k], weight)
		}
	}
	for k, weight := range largest {
		if weight < 0.01 {
			warnings = append(warnings, fmt.Sprintf("component %d of %d has no more than %.2g %% of the weight at any x of the data: fewer "+
				"components would do, or another seed finds work for it", k+1, len(largest), 100*weight))
		}
	}
	return warnings
}
