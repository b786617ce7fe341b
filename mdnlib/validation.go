package mdnlib

import "math"

// Validation is what a training has seen of the rows that it held out, see Settings.Validation.
type Validation struct {
	Costs History // on the held-out rows after each epoch, in the units of the training's own History
	Kept  int     // the epoch, counted from 0, whose weights the model has
}

// lowest returns the cost of the epoch kept.
func (v Validation) lowest() float64 { return v.Costs[v.Kept] }

// Validation returns what the model's last training has seen of the rows that it held out. Without Settings.Validation there are no
// Costs, and none in a model read from a file.
func (m *Model) Validation() Validation {
	m.mustBe()
	return m.validation
}

// costKept returns the cost of the epoch whose weights the model has, after a training with this history.
func (m *Model) costKept(h History) float64 {
	if len(h) == 0 || m.validation.Costs == nil {
		return h.Final()
	}
	return h[m.validation.Kept]
}

// validate measures the cost on the held-out rows after an epoch, and keeps the parameters where none was lower.
func (t *trainer) validate(number int) (cost float64) {
	if t.heldOut == nil {
		return math.NaN()
	}
	sum, rows := 0.0, 0
	for _, b := range t.heldOut {
		sum += float64(t.loss(b, false) * float64(b.samples)) // converted, so that no platform fuses it
		rows += b.samples
	}
	mean := []float64{sum / float64(rows)}
	inUserUnits(t.head, mean, t.model.units)
	cost = mean[0]

	v := &t.model.validation
	v.Costs = append(v.Costs, cost)
	switch {
	case number < t.openingEpochs && t.openingEpochs < t.settings.Epochs: // another loss than the head's
		v.Kept = number
	case cost < t.lowest:
		v.Kept, t.lowest = number, cost
		t.best = append(t.best[:0], t.model.parameters...)
	}
	return cost
}

// outOfPatience reports whether the held-out cost has not been lower for too long.
func (t *trainer) outOfPatience() bool {
	v := t.model.validation
	return t.settings.Patience > 0 && len(v.Costs)-1-v.Kept >= t.settings.Patience
}

// keepBest gives the model the parameters of the lowest held-out cost, if there is one.
func (t *trainer) keepBest() {
	if t.best != nil {
		copy(t.model.parameters, t.best)
	} else if v := &t.model.validation; v.Costs != nil {
		v.Kept = len(v.Costs) - 1
	}
}
