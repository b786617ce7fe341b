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
		warnings = append(warnings, m.collapse(x, predicted, d)...)
	}
	return append(warnings, idleComponents(predicted)...)
}

// collapse looks for a standard deviation that is next to nothing beside y's at an x of the data, or at one between or a little beyond them
// small for the few samples that it rests on.
func (m *Model) collapse(x []float64, predicted []Distribution, d Data) []string {
	_, typical := outliers.Distances(d.Y)
	smallest, where := m.smallestSigma(x, predicted)
	if smallest < 0.01*typical {
		return []string{fmt.Sprintf("at x = %.3g the predicted standard deviation is down to %.2g, where half of all y are within %.3g of their "+
			"median: the model settles on single values; where the data has no noise the cost has no floor and falls for ever, otherwise set the "+
			"head's Floor, or train with more data",
			where, smallest, typical)}
	}
	beyond := (x[len(x)-1] - x[0]) / 20
	around := []float64{x[0] - beyond, x[len(x)-1] + beyond}
	for i := range x[1:] {
		around = append(around, (x[i]+x[i+1])/2)
	}
	if sigma, at := m.smallestSigma(around, m.AtEach(around)); sigma < smallest {
		smallest, where = sigma, at
	}
	if !(smallest < 0.05*typical) {
		return nil
	}
	alike := 0
	for i, p := range m.AtEach(d.X) {
		if sigma, _ := m.smallestSigma(d.X[i:], []Distribution{p}); sigma <= 2*smallest {
			alike++
		}
	}
	if alike >= 5 {
		return nil
	}
	return []string{fmt.Sprintf("at x = %.3g the predicted standard deviation is down to %.2g, where half of all y are within %.3g of their "+
		"median, and rests on few samples: %d of %d have one up to twice as large; a new y there can cost any number of nats, so set "+
		"the head's Floor or Settings.Validation, or train an Ensemble",
		where, smallest, typical, alike, d.Len())}
}

// smallestSigma returns the smallest standard deviation that the head has learned, of the distributions at these x, and where it is.
func (m *Model) smallestSigma(x []float64, predicted []Distribution) (smallest, where float64) {
	smallest = math.Inf(1)
	for i, p := range predicted {
		for _, sigma := range m.sigmas(p) {
			if sigma < smallest {
				smallest, where = sigma, x[i]
			}
		}
	}
	return smallest, where
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

// idleComponents looks for components of mixtures that have next to no weight at every x, or all of it wherever they have any.
func idleComponents(predicted []Distribution) (warnings []string) {
	var largest []float64
	others := 0.0 // weight of all but the component with the largest
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
		others += (1 - slices.Max(mixture.Weight)) / float64(len(predicted))
	}
	for k, weight := range largest {
		if weight < 0.01 {
			warnings = append(warnings, fmt.Sprintf("component %d of %d has no more than %.2g %% of the weight at any x of the data: fewer "+
				"components would do, or another seed finds work for it", k+1, len(largest), 100*weight))
		}
	}
	if len(largest) > 1 && others < 0.06 && len(warnings) == 0 {
		warnings = append(warnings, fmt.Sprintf("the %d components share out x, and not y: at each x one of them has all the weight "+
			"but %.2g %% on average, and is a bell curve alone; set the head's GaussianFirst to a third of the epochs, and if nothing changes, use fewer components",
			len(largest), 100*others))
	}
	return warnings
}
