package mdnlib

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"mdn/mdnlib/internal/outliers"

	"gonum.org/v1/gonum/stat"
)

// Warnings names what usually goes wrong in training, where the model, or the data that it was trained on, looks like it: a sentence
// each, with what to try. No warning is no proof that all is well: [Score] on data held out says more.
func (m *Model) Warnings(d Samples) []string {
	warnings, predicted := m.troubles(d)
	return append(warnings, idleComponents(predicted)...)
}

// troubles returns the warnings but for those about components, and what the model predicts at the different rows, in their order.
func (m *Model) troubles(d Samples) (warnings []string, predicted []Distribution) {
	m.mustBe()
	if err := checkSamples(d); err != nil {
		return []string{err.Error()}, nil
	}
	rows := d.rows()
	if err := m.checkInputs(rows.Columns); err != nil {
		return []string{err.Error()}, nil
	}
	warn := func(format string, values ...any) { warnings = append(warnings, fmt.Sprintf(format, values...)) }

	unscaled := false // the rest would only repeat it
	for j, name := range append(slices.Clone(inputNames(rows.Columns)), "y") {
		values, isInput := rows.Y, j < len(m.inputs)
		if isInput {
			values = rows.values(j)
			if i, times := outliers.Beyond(values); times > 0 {
				warn("%s[%d] = %.6g lies %.0f times further from the median than half of the data do; check it, and leave the pair out if it is wrong",
					name, i, values[i], times)
				continue // one value makes the mean and the standard deviation what they are
			}
			if rows.Columns != nil && slices.Min(values) == slices.Max(values) {
				warn("the column %q is %.6g in every row, which says nothing of y; leave it out", name, values[0])
				continue
			}
		}
		if m.unscaled() {
			mean, deviation := stat.PopMeanStdDev(values, nil)
			if math.Abs(mean) > 100 || deviation > 100 || deviation > 0 && deviation < 0.01 {
				unscaled = true
				warn("%s has mean %.3g and standard deviation %.3g, and a network learns best from numbers about 0 and 1; set Settings.Standardise",
					name, mean, deviation)
			}
		}
	}
	if i, times := outliers.Furthest(rows.Y); times > 100 {
		warn("y[%d] = %.6g lies %.0f times further from the median than half of the data do; check it, or set Settings.Clip", i, rows.Y[i], times)
	}
	at := slices.CompactFunc(slices.SortedFunc(slices.Values(rows.X), slices.Compare), slices.Equal)
	predicted = m.AtEachRow(at)
	if !unscaled {
		warnings = append(warnings, m.collapse(at, predicted, rows)...)
	}
	return warnings, predicted
}

// collapse looks for a standard deviation that is next to nothing beside y's at a row of the data, or at one between or a little beyond
// them small for the few samples that it rests on.
func (m *Model) collapse(at [][]float64, predicted []Distribution, rows Rows) []string {
	_, typical := outliers.Distances(rows.Y)
	smallest, where := m.smallestSigma(at, predicted)
	if smallest < 0.01*typical {
		return []string{fmt.Sprintf("at %s the predicted standard deviation is down to %.2g, where half of all y are within %.3g of their median: "+
			"the model settles on single values; where the data has no noise the cost has no floor and falls for ever, otherwise set the "+
			"head's Floor, or train with more data",
			m.place(where), smallest, typical)}
	}
	around := aroundRows(at)
	if sigma, row := m.smallestSigma(around, m.AtEachRow(around)); sigma < smallest {
		smallest, where = sigma, row
	}
	if !(smallest < 0.05*typical) {
		return nil
	}
	alike := 0
	for i, p := range m.AtEachRow(rows.X) {
		if sigma, _ := m.smallestSigma(rows.X[i:], []Distribution{p}); sigma <= 2*smallest {
			alike++
		}
	}
	if alike >= 5 {
		return nil
	}
	return []string{fmt.Sprintf("at %s the predicted standard deviation is down to %.2g, where half of all y are within %.3g of their "+
		"median, and rests on few samples: %d of %d have one up to twice as large; a new y there can cost any number of nats, so set "+
		"the head's Floor or Settings.Validation, or train an Ensemble",
		m.place(where), smallest, typical, alike, rows.Len())}
}

// aroundRows returns a row halfway between each of the sorted rows and the next, and each row moved away from the middle of the rows, the
// outermost by a twentieth of their range.
func aroundRows(sorted [][]float64) [][]float64 {
	lowest, highest := slices.Clone(sorted[0]), slices.Clone(sorted[0])
	for _, row := range sorted {
		for j, value := range row {
			lowest[j], highest[j] = min(lowest[j], value), max(highest[j], value)
		}
	}
	around := make([][]float64, 0, 2*len(sorted))
	for i, row := range sorted {
		beyond, between := slices.Clone(row), slices.Clone(row)
		for j := range row {
			middle := float64((lowest[j] + highest[j]) / 2)
			beyond[j] += (row[j] - middle) / 10
			between[j] = (row[j] + sorted[min(i+1, len(sorted)-1)][j]) / 2
		}
		around = append(around, beyond, between)
	}
	return around
}

// smallestSigma returns the smallest standard deviation that the head has learned, of the distributions at these rows, and its row.
func (m *Model) smallestSigma(at [][]float64, predicted []Distribution) (smallest float64, where []float64) {
	smallest, where = math.Inf(1), at[0]
	for i, p := range predicted {
		for _, sigma := range m.sigmas(p) {
			if sigma < smallest {
				smallest, where = sigma, at[i]
			}
		}
	}
	return smallest, where
}

// place names a row: x = 1.5, or each column's value.
func (m *Model) place(row []float64) string {
	values := make([]string, len(row))
	for j, name := range inputNames(m.names) {
		values[j] = fmt.Sprintf("%s = %.3g", name, row[j])
	}
	return strings.Join(values, ", ")
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
				"components would do; another seed may find work for it", k+1, len(largest), 100*weight))
		}
	}
	if len(largest) > 1 && others < 0.06 && len(warnings) == 0 {
		warnings = append(warnings, fmt.Sprintf("the %d components share out x, and not y: at each x one of them has all the weight "+
			"but %.2g %% on average, and is a bell curve alone; set the head's GaussianFirst to a third of the epochs, and if nothing changes, use fewer components",
			len(largest), 100*others))
	}
	return warnings
}
