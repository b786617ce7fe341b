package mdnlib

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"

	"mdn/mdnlib/internal/vector"
)

// Adam holds the settings of the optimiser (Kingma and Ba 2015, Algorithm 1). A field that is zero takes the paper's
// default.
type Adam struct {
	Rate    float64 // step size; 0 means 0.001
	Beta1   float64 // decay rate of the gradient's running mean; 0 means 0.9
	Beta2   float64 // decay rate of the squared gradient's running mean; 0 means 0.999
	Epsilon float64 // keeps the division finite; 0 means 1e-8

	// Textbook adds Epsilon after the bias correction, as Algorithm 1 and PyTorch do. Otherwise it is added before, as
	// TensorFlow does and the paper calls ε̂ (end of its section 2).
	Textbook bool
}

// DefaultEpochs and DefaultBatch are what Settings take where they are zero.
const (
	DefaultEpochs = 2000
	DefaultBatch  = 50
)

// Settings say how to train. A field that is zero takes the value named beside it.
type Settings struct {
	Epochs int    // passes over the data; 0 means DefaultEpochs
	Batch  int    // samples in a batch, the last of an epoch may have fewer; 0 means DefaultBatch
	Adam   Adam   // the optimiser
	Seed   uint64 // of the order of the batches

	// Standardise shows the network x and y less their mean and over their standard deviation in the data, and gives its
	// answers and costs in y's own units again, but for the costs of a [HeadFunc], which are as its loss returns them. It is for
	// data far from 0 or far from a spread of 1: x in the years, y in the thousands. The units are those of the model's first
	// training, and are saved with it: a model that was trained without Standardise cannot be trained with it.
	Standardise bool

	// MeanFirst is the number of epochs, the first of all, in which a [GaussianHead] learns the mean alone, as if σ were 1:
	// a σ that starts to learn beside a mean still far off learns to excuse it (Nix and Weigend 1994; Sluijterman et al. 2023).
	MeanFirst int

	// Anneal lets Adam's rate fall in a straight line to 0 over the epochs: the last steps then average out what the first
	// ones, still long, leave to the luck of the last batches (Defazio et al. 2023).
	Anneal bool

	// Clip is the largest length of a batch's gradient; a longer one is shortened to it, so that one wild sample cannot throw
	// the model far off (Pascanu et al. 2013, Algorithm 1). 0 means no limit.
	Clip float64

	// Order rearranges the numbers of the batches before each epoch; nil shuffles them with Seed. It is how a training
	// run of another framework is followed batch by batch. [FitAll] may call those of several trainings at the same time.
	Order func(batches []int)

	// Each is called after every epoch. [FitAll] may call those of several trainings at the same time.
	Each func(Epoch)
}

// Epoch is the state of training after an epoch.
type Epoch struct {
	Number int     // counted from 0
	Cost   float64 // mean of the losses of the epoch's batches, each taken before that batch's step
}

// History is the cost of each epoch: nats for a negative log likelihood, y's units squared for a squared error, and for a
// [HeadFunc] what its loss returns, which Settings.Standardise calls with y in standard units.
type History []float64

// Final returns the cost of the last epoch, NaN if there was none.
func (h History) Final() float64 {
	if len(h) == 0 {
		return math.NaN()
	}
	return h[len(h)-1]
}

// Kernels says what training is computed with: "simd" where the build and the processor allow that, else "plain". Both arrive at
// the same digits.
func Kernels() string { return vector.Path() }

// NotFiniteError says that training stopped before a step along a gradient that is no direction any more. The model is as it
// was before that step; where the steps before it were too long, that may already be far off.
type NotFiniteError struct {
	Epoch, Batch int      // counted from 0; Batch in the order the data was cut
	Quantity     string   // what it was that stopped training, "loss" or "gradient"
	Value        float64  // its value
	Warnings     []string // what it looks like, see [Model.Warnings]
}

func (e *NotFiniteError) Error() string {
	problem := "which is not finite"
	if e.Quantity == "gradient" && !math.IsNaN(e.Value) && !math.IsInf(e.Value, 0) {
		problem = "whose square is too large for Adam in float32"
	}
	advice := "a smaller Adam.Rate, Settings.Clip or Settings.Standardise usually helps"
	if len(e.Warnings) > 0 {
		advice = strings.Join(e.Warnings, "; ")
	}
	return fmt.Sprintf("training stopped at epoch %d, batch %d: the %s is %.3g, %s; %s; the model is as it was before that batch",
		e.Epoch, e.Batch, e.Quantity, e.Value, problem, advice)
}

// Fit trains the model on the data, in place.
//
// The data is cut once into batches, in its order, which is why it should be shuffled first; each epoch visits the batches
// in a new order. Fit ends after the last epoch, when ctx is cancelled, or when the loss or its gradient is not finite (a
// *[NotFiniteError]). In each case the model keeps what it has learned, and History holds the epochs that were completed.
// Adam's running means start at zero in every call. A network so large that it pays is trained by several cores, in the same steps
// to the bit.
func Fit(ctx context.Context, m *Model, data Data, s Settings) (History, error) {
	t, err := newTrainer(m, data, s)
	if err != nil {
		return nil, fmt.Errorf("mdnlib: cannot train: %w", err)
	}
	history := make(History, 0, min(t.settings.Epochs, 1<<16)) // who trains until interrupted may ask for any number
	if size := t.teamSize(); size > 1 {
		t.team = newTeam(size)
		defer t.team.end()
	}
	err = t.run(ctx, func(e Epoch) { history = append(history, e.Cost) })
	return history, err
}

// trainer is the state of one training run.
type trainer struct {
	model    *Model
	data     Data
	settings Settings // with the defaults filled in
	batches  []batch
	order    []int
	random   *rand.Rand
	pass     *roundTrip
	onlyMean bool  // in the first epochs, see Settings.MeanFirst
	batch    batch // that the step is about
	team     *team // who shares the work of a step, nil if nobody does

	mean, square []float32 // Adam's running means of the gradient and its square
	pace         float64   // share of Adam's rate that is left, see Settings.Anneal
	decay1       float64   // Beta1 to the power of the number of steps done
	decay2       float64   // Beta2 to the same power
	adamStep     vector.AdamStep
}

// batch is a part of the data: a row of x and a row of y, padded to the pass's columns.
type batch struct {
	x, y    []float32
	samples int
}

func newTrainer(m *Model, data Data, s Settings) (*trainer, error) {
	if err := data.Check(); err != nil {
		return nil, err
	}
	if err := s.fillIn(); err != nil {
		return nil, err
	}
	if _, has := m.head.(meanLearner); s.MeanFirst > 0 && !has {
		return nil, fmt.Errorf("Settings.MeanFirst is %d, but only a GaussianHead has one mean to learn first; use 0", s.MeanFirst)
	}
	own := plain
	if s.Standardise {
		own = standard(data)
	}
	switch {
	case !m.trained:
		m.units = own
	case m.units == plain && own != plain:
		return nil, errors.New("Settings.Standardise is true, but the model has been trained without it, and what it has learned would " +
			"mean nothing in other units; use false, or train a new model")
	}
	t := &trainer{
		model:    m,
		data:     data,
		settings: s,
		random:   random(s.Seed, streamOrder),
		pass:     m.newRoundTrip(min(s.Batch, data.Len())),
		mean:     make([]float32, len(m.parameters)),
		square:   make([]float32, len(m.parameters)),
		pace:     1,
		decay1:   1,
		decay2:   1,
	}
	for start := 0; start < data.Len(); start += s.Batch {
		n := min(s.Batch, data.Len()-start)
		b := batch{x: make([]float32, t.pass.columns), y: make([]float32, t.pass.columns), samples: n}
		for k := range n {
			b.x[k], b.y[k] = m.units.input(data.X[start+k]), m.units.target(data.Y[start+k])
		}
		t.order = append(t.order, len(t.batches))
		t.batches = append(t.batches, b)
	}
	return t, nil
}

// fillIn replaces zero fields by their defaults and refuses the others' impossible values.
func (s *Settings) fillIn() error {
	if s.Epochs < 0 {
		return fmt.Errorf("Settings.Epochs is %d; use 1 or more, or 0 for %d", s.Epochs, DefaultEpochs)
	}
	if s.Batch < 0 {
		return fmt.Errorf("Settings.Batch is %d; use 1 or more, or 0 for %d", s.Batch, DefaultBatch)
	}
	if s.MeanFirst < 0 {
		return fmt.Errorf("Settings.MeanFirst is %d; use a number of epochs, or 0 for none", s.MeanFirst)
	}
	if !(s.Clip >= 0) {
		return fmt.Errorf("Settings.Clip is %g; use a length above 0, or 0 for no limit", s.Clip)
	}
	if s.Epochs == 0 {
		s.Epochs = DefaultEpochs
	}
	if s.Batch == 0 {
		s.Batch = DefaultBatch
	}
	for _, field := range []struct {
		name          string
		value         *float64
		fallback, end float64
	}{
		{"Rate", &s.Adam.Rate, 0.001, math.MaxFloat32},
		{"Beta1", &s.Adam.Beta1, 0.9, 1},
		{"Beta2", &s.Adam.Beta2, 0.999, 1},
		{"Epsilon", &s.Adam.Epsilon, 1e-8, math.MaxFloat32},
	} {
		if *field.value == 0 {
			*field.value = field.fallback
		}
		if !(float32(*field.value) > 0 && *field.value < field.end) {
			return fmt.Errorf("Adam.%s is %g; use a value between 0 and %.3g, or 0 for %g",
				field.name, *field.value, field.end, field.fallback)
		}
	}
	return nil
}

// run trains for all epochs, or until something stops it, and calls each, and then Settings.Each, after every epoch.
func (t *trainer) run(ctx context.Context, each func(Epoch)) (err error) {
	for number := range t.settings.Epochs {
		var cost float64
		if cost, err = t.epoch(ctx, number); err != nil {
			break
		}
		each(Epoch{Number: number, Cost: cost})
		if t.settings.Each != nil {
			t.settings.Each(Epoch{Number: number, Cost: cost})
		}
	}
	t.model.head = t.model.head.fitted(t.model, t.data)
	if stopped, ok := err.(*NotFiniteError); ok {
		stopped.Warnings = t.model.Warnings(t.data)
	}
	return err
}

// epoch visits every batch once and returns the mean of their losses.
func (t *trainer) epoch(ctx context.Context, number int) (cost float64, err error) {
	if t.settings.Order != nil {
		t.settings.Order(t.order)
	} else {
		t.random.Shuffle(len(t.order), func(i, j int) { t.order[i], t.order[j] = t.order[j], t.order[i] })
	}
	t.onlyMean = number < t.settings.MeanFirst
	if t.settings.Anneal {
		t.pace = 1 - float64(number)/float64(t.settings.Epochs)
	}
	for _, b := range t.order {
		if ctx.Err() != nil {
			return 0, fmt.Errorf("training stopped in epoch %d of %d, and the model is as trained so far: %w",
				number, t.settings.Epochs, context.Cause(ctx))
		}
		loss := t.gradient(t.batches[b])
		if math.IsNaN(loss) || math.IsInf(loss, 0) {
			return 0, &NotFiniteError{Epoch: number, Batch: b, Quantity: "loss", Value: loss}
		}
		if largest := vector.LargestMagnitude(t.pass.gradient); !(largest <= largestGradient) { // NaN is not
			return 0, &NotFiniteError{Epoch: number, Batch: b, Quantity: "gradient", Value: float64(largest)}
		}
		if t.settings.Clip > 0 {
			t.clip()
		}
		t.step()
		cost += loss
	}
	return t.model.head.cost(cost/float64(len(t.order)), t.model.units), nil
}

// gradient runs a batch through the network and back. It returns the batch's mean loss and leaves its gradient by every
// parameter in t.pass.gradient.
func (t *trainer) gradient(b batch) (loss float64) {
	t.batch = b
	copy(t.pass.activations[0], b.x)
	if t.team == nil {
		t.shareOfGradient(alone)
	} else {
		t.team.do(t.shareOfGradient)
	}
	return float64(vector.Sum(t.pass.loss) / float32(b.samples))
}

// shareOfGradient does a member's share of gradient: whole panels where there are enough for all, otherwise rows of each.
func (t *trainer) shareOfGradient(m member) {
	p := t.pass
	if p.panels() >= m.of {
		for start := m.number * p.stride; start < p.columns; start += m.of * p.stride {
			t.panelRoundTrip(start, alone)
		}
	} else {
		for start := 0; start < p.columns; start += p.stride {
			t.panelRoundTrip(start, m)
		}
	}
	m.wait()
	t.model.gradientOf(p, m)
}

// panelRoundTrip runs the panel that begins with column start through the network and back.
func (t *trainer) panelRoundTrip(start int, m member) {
	p := t.pass
	t.model.forward(p.pass, start, m)
	if m.first() {
		loss, columns := p.panel(p.loss, start)
		gradient, _ := p.panel(p.rawGradient, start)
		raw, _ := p.panel(p.raw, start)
		y := t.batch.y[start:][:columns]
		samples := min(max(t.batch.samples-start, 0), columns)
		t.model.head.loss(loss, gradient, raw, y, samples, t.batch.samples)
		if t.onlyMean {
			t.model.head.(meanLearner).onlyMean(gradient, raw, y, t.batch.samples)
		}
		clear(loss[samples:]) // the padding adds nothing
		for row := gradient; len(row) > 0; row = row[columns:] {
			clear(row[samples:columns])
		}
	}
	m.wait()
	t.model.backward(p, start, m)
}

// teamSize returns how many cores the training pays to be shared by. A reader's own loss is called by one goroutine.
func (t *trainer) teamSize() int {
	if _, own := t.model.head.(*headFunc); own {
		return 1
	}
	return teamSize(3 * len(t.model.parameters) * t.pass.columns)
}

// largestGradient is the largest element of a gradient that Adam takes: the root of half the largest float32. Its running mean
// of squares then stays finite; an infinite one would make every later step 0, and freeze the weights in silence.
const largestGradient = 1.3e19

// meanLearner is a head that can train its mean alone.
type meanLearner interface {
	onlyMean(gradient, raw, y []float32, batch int)
}

// clip shortens t.pass.gradient to Settings.Clip where it is longer.
func (t *trainer) clip() {
	square := 0.0
	for _, g := range t.pass.gradient {
		square += float64(float64(g) * float64(g)) // converted, so that no platform fuses it
	}
	if length := math.Sqrt(square); length > t.settings.Clip {
		shorter := float32(t.settings.Clip / length)
		for i := range t.pass.gradient {
			t.pass.gradient[i] *= shorter
		}
	}
}

// step moves the parameters by one step of Adam along t.pass.gradient.
func (t *trainer) step() {
	adam := t.settings.Adam
	t.decay1 = float64(t.decay1 * adam.Beta1)
	t.decay2 = float64(t.decay2 * adam.Beta2)
	// Bias corrections: the running means started at zero, and 1 − βᵗ is the share of them that has been filled since.
	filled1, filled2 := 1-t.decay1, 1-t.decay2
	root := math.Sqrt(filled2)
	rate, epsilon := adam.Rate*t.pace*root/filled1, adam.Epsilon
	if adam.Textbook {
		epsilon *= root // the same as adding ε to √(v/(1 − β₂ᵗ)), with both sides of the fraction multiplied by the root
	}
	t.adamStep = vector.AdamStep{
		Beta1: float32(adam.Beta1), New1: float32(1 - adam.Beta1),
		Beta2: float32(adam.Beta2), New2: float32(1 - adam.Beta2),
		Rate: float32(rate), Epsilon: float32(epsilon),
	}
	if t.team == nil {
		t.shareOfStep(alone)
	} else {
		t.team.do(t.shareOfStep)
	}
	t.model.trained = true
}

func (t *trainer) shareOfStep(m member) {
	from, to := m.share(len(t.model.parameters))
	t.adamStep.Apply(t.model.parameters[from:to], t.pass.gradient[from:to], t.mean[from:to], t.square[from:to])
}
