package mdnlib

import (
	"context"
	"fmt"
	"math"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

// Ensemble is several models trained on the same data, each from other weights and in another order of batches
// (Lakshminarayanan et al. 2017). Near the data their predictions agree; far from the data they disagree; that is the warning. The
// models are [NewEnsemble]'s, or any whose distributions are normal, points or mixtures.
type Ensemble []*Model

// mixable is a head that learns standard deviations and predicts what [Ensemble.At] can mix.
type mixable interface{ mixable() }

// NewEnsemble returns size untrained models of the network, as [New] makes them with seeds seed, seed + 1 and so on. The head must
// be a [GaussianHead] or a [MixtureHead].
func NewEnsemble(size int, network Network, seed uint64) Ensemble {
	if size < 1 {
		panic(fmt.Sprintf("mdnlib: NewEnsemble of %d models; use 1 or more", size))
	}
	if _, ok := network.Head.(mixable); !ok {
		panic(fmt.Sprintf("mdnlib: NewEnsemble with a %T; use a GaussianHead or a MixtureHead", network.Head))
	}
	e := make(Ensemble, size)
	for i := range e {
		e[i] = New(network, seed+uint64(i))
	}
	return e
}

// Fit trains all models side by side, as [FitAll] does, with seeds s.Seed, s.Seed + 1 and so on for the order of the batches, and for
// the samples that s.Validation holds out and s.Bootstrap draws.
// s.Order and s.Each are called by several at the same time.
func (e Ensemble) Fit(ctx context.Context, data Samples, s Settings, progress func(done, total int)) (costs []float64, err error) {
	return FitAll(ctx, e.trainings(data, s), progress)
}

// trainings returns a training for each model, whose seeds count up.
func (e Ensemble) trainings(data Samples, s Settings) []Training {
	trainings := make([]Training, len(e))
	for i, m := range e {
		trainings[i] = Training{Model: m, Data: data, Settings: s}
		trainings[i].Settings.Seed += uint64(i)
	}
	return trainings
}

// At returns the distribution of y that the ensemble predicts at x: the mixture of the models' predictions, each with the
// same weight. It panics where one predicts what is no mixture of normal distributions, as a [HeadFunc] may.
func (e Ensemble) At(x float64) Distribution { return e.AtRow([]float64{x}) }

// AtRow is At for a row with a number for each of the models' inputs.
func (e Ensemble) AtRow(row []float64) Distribution {
	e.mustHaveModels()
	var all Mixture
	share := 1 / float64(len(e))
	for i, m := range e {
		d := m.AtRow(row)
		part, ok := asMixture(d)
		if !ok {
			if r, is := d.(rescaled); is {
				d = r.of
			}
			panic(fmt.Sprintf("mdnlib: an Ensemble mixes normal distributions, but its model %d, with the head %q, predicts a %T; "+
				"use a GaussianHead or a MixtureHead, or a HeadFunc that returns a distuv.Normal, a PointMass or a Mixture", i, m.head.name(), d))
		}
		for k := range part.Weight {
			all.Weight = append(all.Weight, share*part.Weight[k])
		}
		all.Mu, all.Sigma = append(all.Mu, part.Mu...), append(all.Sigma, part.Sigma...)
	}
	return all
}

func (e Ensemble) mustHaveModels() {
	if len(e) == 0 {
		panic("mdnlib: the ensemble has no models; NewEnsemble makes some")
	}
}

// asMixture returns what is a mixture of normal distributions as one.
func asMixture(d Distribution) (m Mixture, ok bool) {
	switch d := d.(type) {
	case Mixture:
		return d, true
	case distuv.Normal, PointMass:
		return Mixture{Weight: []float64{1}, Mu: []float64{d.Mean()}, Sigma: []float64{d.StdDev()}}, true
	}
	return Mixture{}, false
}

// Spread splits the ensemble's standard deviation at x in two: noise, the root of the mean of the models' variances, which more data
// does not take away; and doubt, the standard deviation of the models' means, by which they disagree. Both are in y's units. Doubt is
// that of all models that could have been trained so, of which M have been (with M − 1 in its denominator), and 0 of a single one. Those
// M alone vary by the share (M − 1)/M of its square, which with the square of the noise makes up the square of the ensemble's own.
func (e Ensemble) Spread(x float64) (noise, doubt float64) { return e.SpreadAtRow([]float64{x}) }

// SpreadAtRow is Spread for a row with a number for each of the models' inputs.
func (e Ensemble) SpreadAtRow(row []float64) (noise, doubt float64) {
	e.mustHaveModels()
	means, variance := make([]float64, len(e)), 0.0
	for i, m := range e {
		d := m.AtRow(row)
		means[i] = d.Mean()
		variance += d.StdDev() * d.StdDev() / float64(len(e))
	}
	if len(e) > 1 {
		doubt = stat.StdDev(means, nil)
	}
	return math.Sqrt(variance), doubt
}
