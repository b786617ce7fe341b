package mdnlib

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"math"
	"math/rand/v2"
	"slices"
	"strings"

	"mdn/mdnlib/internal/team"
	"mdn/mdnlib/internal/vector"
)

// Adam holds the settings of the optimiser (Kingma and Ba 2015, Algorithm 1). A field that is zero takes the paper's
// default.
type Adam struct {
	Rate    float64 `json:"rate,omitempty"`    // step size; 0 means 0.001
	Beta1   float64 `json:"beta1,omitempty"`   // decay rate of the gradient's running mean; 0 means 0.9
	Beta2   float64 `json:"beta2,omitempty"`   // decay rate of the squared gradient's running mean; 0 means 0.999
	Epsilon float64 `json:"epsilon,omitempty"` // keeps the division finite; 0 means 1e-8

	// Decay is the weight decay λ of AdamW (Loshchilov and Hutter 2019, Algorithm 2, line 12): each step shrinks every parameter by
	// the share Rate·Decay, beside what Adam does to it. Biases shrink as weights do, as PyTorch's AdamW has it by default. With
	// Settings.Anneal it falls as the rate does. 0 means none.
	Decay float64 `json:"decay,omitempty"`

	// Textbook adds Epsilon after the bias correction, as Algorithm 1 and PyTorch do. Otherwise it is added before, as
	// TensorFlow does and the paper calls ε̂ (end of its section 2).
	Textbook bool `json:"textbook,omitempty"`
}

// DefaultEpochs and DefaultBatch are what Settings take where they are zero.
const (
	DefaultEpochs = 2000
	DefaultBatch  = 50
)

// Settings say how to train. A field that is zero takes the value named beside it. As JSON they lack the two functions.
type Settings struct {
	Epochs int    `json:"epochs,omitempty"` // passes over the data; 0 means DefaultEpochs
	Batch  int    `json:"batch,omitempty"`  // samples in a batch, the last of an epoch may have fewer; 0 means DefaultBatch
	Adam   Adam   `json:"adam,omitzero"`    // the optimiser
	Seed   uint64 `json:"seed,omitempty"`   // of the order of the batches

	// Standardise shows the network x and y less their mean and over their standard deviation in the data, and gives its
	// answers and costs in y's own units again, but for the costs of a [HeadFunc], which are as its loss returns them. It is for
	// data far from 0 or far from a spread of 1: x in the years, y in the thousands. The units are those of the model's first
	// training, and are saved with it: a model that was trained without Standardise cannot be trained with it.
	Standardise bool `json:"standardise,omitempty"`

	// Anneal lets Adam's rate fall linearly to 0 over the epochs: the last steps, which are short, average out the noise of single
	// batches (Defazio et al. 2023).
	Anneal bool `json:"anneal,omitempty"`

	// Clip is the largest length of a batch's gradient; a longer one is shortened to it, so that one outlier cannot move the
	// model far away (Pascanu et al. 2013, Algorithm 1). 0 means no limit.
	Clip float64 `json:"clip,omitempty"`

	// Validation is the share of the data that is held out from training, a tenth being usual: after every epoch the cost on these
	// rows is measured, and at the end the model has the weights of the epoch where it was lowest, which [Model.Validation] tells.
	// Which rows they are, [Data.HoldOut] says, given Seed; Standardise has the units of the others, so that nothing is known of
	// them. Epochs that train another loss (MeanFirst, GaussianFirst) are measured, and not kept. 0 means none.
	Validation float64 `json:"validation,omitempty"`

	// Patience ends training after that many epochs in a row without a held-out cost lower than all before (Prechelt 1998). 20 is
	// usual; of the few batches of a small file they are too few, and 50 do better. 0 means that all epochs are trained, and the
	// best of them is kept.
	Patience int `json:"patience,omitempty"`

	// Bootstrap trains on as many samples as there are, drawn from them by [Data.Bootstrap], given Seed, once those of Validation are
	// held out. The models of an [Ensemble] then differ by the luck of the sample as well, and not only by their weights and the order of
	// their batches, which brings their doubt nearer to how far their mean is off (Heskes 1997).
	Bootstrap bool `json:"bootstrap,omitempty"`

	// Order rearranges the numbers of the batches before each epoch; nil shuffles them with Seed. It is how a training
	// run of another framework is followed batch by batch. [FitAll] may call those of several trainings at the same time.
	Order func(batches []int) `json:"-"`

	// Each is called after every epoch. [FitAll] may call those of several trainings at the same time.
	Each func(Epoch) `json:"-"`
}

// Epoch is the state of training after an epoch. Costs are in the units of [History].
type Epoch struct {
	Number  int       // counted from 0
	Cost    float64   // mean of Losses
	Losses  []float64 // of the epoch's batches in their order, each taken before that batch's step; the next epoch overwrites them
	HeldOut float64   // cost on the rows of Settings.Validation after the epoch, NaN without them
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

// Kernels returns "simd" where training uses SIMD instructions, else "plain". Both arrive at the same digits.
func Kernels() string { return vector.Path() }

// NotFiniteError says that the loss or the gradient overflowed or became NaN; training stopped before that step. The model is as
// it was before it, which may already be far from the data where earlier steps were too long, or with Settings.Validation as it was
// after the epoch kept.
type NotFiniteError struct {
	Epoch, Batch int      // counted from 0; Batch in the order the data was cut
	Quantity     string   // what was not finite, "loss" or "gradient"
	Value        float64  // its value
	Warnings     []string // likely causes, see [Model.Warnings]
	left         string   // how the model is left, where that is not as before the batch
}

// Error says what was not finite, when, and what to try.
func (e *NotFiniteError) Error() string {
	problem := "which is not finite"
	if e.Quantity == "gradient" && !math.IsNaN(e.Value) && !math.IsInf(e.Value, 0) {
		problem = "whose square is too large for Adam in float32"
	}
	advice := "a smaller Adam.Rate, Settings.Clip or Settings.Standardise usually helps"
	if len(e.Warnings) > 0 {
		advice = strings.Join(e.Warnings, "; ")
	}
	return fmt.Sprintf("training stopped at epoch %d, batch %d: the %s is %.3g, %s; %s; the model is as it was %s",
		e.Epoch, e.Batch, e.Quantity, e.Value, problem, advice, cmp.Or(e.left, "before that batch"))
}

// Fit trains the model on the data, in place, and returns the cost of every completed epoch. It is a loop over [Epochs], which
// says when training ends.
func Fit(ctx context.Context, m *Model, data Samples, s Settings) (History, error) {
	history, _, err := Training{m, data, s}.once(true, func() (history History, err error) {
		for epoch, err := range Epochs(ctx, m, data, s) {
			if err != nil {
				return history, err
			}
			history = append(history, epoch.Cost)
		}
		return history, nil
	})
	return history, err
}

// Epochs trains the model on the data, in place, and yields every completed epoch. In the body of the loop the model is as trained
// so far, but for the Sigma of a [MeanHead], which the end sets. A second loop over the same Epochs trains once more.
//
// The data is cut once into batches, in its order, which is why it should be shuffled first; each epoch visits the batches
// in a new order. Training ends after the last epoch, by Settings.Patience, where the loop is left, when ctx is cancelled, or when
// the loss or its gradient is not finite (a *[NotFiniteError]). The model then keeps what it has learned, with Settings.Validation up
// to the epoch of the lowest held-out cost. An error is the last thing yielded, with a zero Epoch. Adam's running means start at zero
// in every training, and again where the first epochs train another loss (MeanFirst and GaussianFirst of heads).
//
// Large networks are trained by several cores, in the same steps to the bit.
func Epochs(ctx context.Context, m *Model, data Samples, s Settings) iter.Seq2[Epoch, error] {
	return func(yield func(Epoch, error) bool) {
		t, err := newTrainer(m, data, s)
		if err != nil {
			yield(Epoch{}, fmt.Errorf("mdnlib: cannot train: %w", err))
			return
		}
		if size := t.teamSize(); size > 1 {
			t.team = team.New(size)
			defer t.team.End()
		}
		t.run(ctx, yield)
	}
}

// opener is a head that trains its first epochs by the loss of another.
type opener interface {
	opening() (head Head, epochs int)
}

// finisher is a head that the end of training gives its last values.
type finisher interface {
	finish(m *Model, data Rows) Head
}

// serial is a head whose loss one goroutine calls in the training of one model; others are called by several.
type serial interface{ serial() }

// trainer is the state of one training run.
type trainer struct {
	model    *Model
	data     Samples
	settings Settings // with the defaults filled in
	batches  []batch
	heldOut  []batch // by Settings.Validation
	order    []int
	random   *rand.Rand
	pass     *roundTrip
	batch    batch      // that the step is about
	back     bool       // whether the gradient of its loss is asked for
	losses   []float64  // of the epoch's batches, and their mean
	team     *team.Team // who shares the work of a step, nil if nobody does

	head, opening Head // whose loss trains now, and whose in the first epochs, see opener
	openingEpochs int

	lowest float64   // held-out cost so far
	best   []float32 // parameters with it, nil while there is none

	mean, square []float32 // Adam's running means of the gradient and its square
	pace         float64   // share of Adam's rate that is left, see Settings.Anneal
	adamStep     vector.AdamStep

	decay1, decay2 float64 // Beta1 and Beta2 to the power of the number of steps done
}

// batch is a part of the data: a matrix of the inputs and a row of y, both as the network sees them and as a pass has them.
type batch struct {
	x, y    []float32
	samples int
}

func newTrainer(m *Model, data Samples, s Settings) (*trainer, error) {
	if err := cmp.Or(m.check(), checkSamples(data), s.fillIn()); err != nil {
		return nil, err
	}
	rows := data.rows()
	if err := m.checkInputs(rows.Columns); err != nil {
		return nil, err
	}
	parts := RowFold{Training: rows}
	if s.Validation > 0 {
		if data.Len() < 2 {
			return nil, fmt.Errorf("Settings.Validation is %g, but a single row cannot be divided; use 0, or more data", s.Validation)
		}
		parts = rows.HoldOut(s.Validation, s.Seed)
	}
	if s.Bootstrap {
		parts.Training = parts.Training.Bootstrap(s.Seed)
	}
	inputs, units := plainInputs(len(m.inputs)), plain
	if s.Standardise {
		inputs, units = standard(parts.Training)
	}
	if !m.trained {
		m.inputs, m.units = inputs, units
	} else if m.unscaled() && (units != plain || !slices.Equal(inputs, m.inputs)) {
		return nil, errors.New("Settings.Standardise is true, but the model has been trained without it, and what it has learned would " +
			"mean nothing in other units; use false, or train a new model")
	}
	t := &trainer{
		model:    m,
		data:     data,
		settings: s,
		random:   random(s.Seed, streamOrder),
		head:     m.head,
		pass:     m.newRoundTrip(min(s.Batch, parts.Training.Len())),
		mean:     make([]float32, len(m.parameters)),
		square:   make([]float32, len(m.parameters)),
		lowest:   math.Inf(1),
		pace:     1, decay1: 1, decay2: 1,
	}
	t.batches, t.heldOut = t.cut(parts.Training, s.Batch), t.cut(parts.HeldOut, min(s.Batch, parts.Training.Len()))
	for b := range t.batches {
		t.order = append(t.order, b)
	}
	t.losses = make([]float64, len(t.batches)+1)
	if head, ok := m.head.(opener); ok {
		t.opening, t.openingEpochs = head.opening()
	}
	m.validation = Validation{}
	return t, nil
}

// cut returns the rows in batches of so many, the last of which may have fewer.
func (t *trainer) cut(rows Rows, size int) (batches []batch) {
	for start := 0; start < rows.Len(); start += size {
		n := min(size, rows.Len()-start)
		b := batch{x: t.pass.matrix(len(t.model.inputs)), y: t.pass.matrix(1), samples: n}
		t.model.show(t.pass.pass, b.x, rows.X[start:start+n])
		for k, y := range rows.Y[start : start+n] {
			b.y[k] = t.model.units.target(y)
		}
		batches = append(batches, b)
	}
	return batches
}

// fillIn replaces zero fields by their defaults and refuses the others' impossible values.
func (s *Settings) fillIn() error {
	if s.Epochs < 0 {
		return fmt.Errorf("Settings.Epochs is %d; use 1 or more, or 0 for %d", s.Epochs, DefaultEpochs)
	}
	if s.Batch < 0 {
		return fmt.Errorf("Settings.Batch is %d; use 1 or more, or 0 for %d", s.Batch, DefaultBatch)
	}
	if s.Clip != 0 && !(s.Clip >= shortestClip) {
		return fmt.Errorf("Settings.Clip is %g; use a length of %g or more, such as 1, or 0 for no limit", s.Clip, shortestClip)
	}
	if !(s.Validation >= 0 && s.Validation < 1) {
		return fmt.Errorf("Settings.Validation is %g; use a share of the data below 1, such as 0.1, or 0 for none", s.Validation)
	}
	if s.Patience < 0 || s.Patience > 0 && s.Validation == 0 {
		return fmt.Errorf("Settings.Patience is %d and Settings.Validation %g; use a number of epochs beside a share such as 0.1, "+
			"or 0 for all epochs",
			s.Patience, s.Validation)
	}
	s.Epochs, s.Batch = cmp.Or(s.Epochs, DefaultEpochs), cmp.Or(s.Batch, DefaultBatch)
	for _, field := range []struct {
		name          string
		value         *float64
		fallback, end float64
	}{
		{"Adam.Rate", &s.Adam.Rate, 0.001, math.MaxFloat32},
		{"Adam.Beta1", &s.Adam.Beta1, 0.9, 1},
		{"Adam.Beta2", &s.Adam.Beta2, 0.999, 1},
		{"Adam.Epsilon", &s.Adam.Epsilon, 1e-8, math.MaxFloat32},
	} {
		*field.value = cmp.Or(*field.value, field.fallback)
		if !(float32(*field.value) > 0 && *field.value < field.end) {
			return fmt.Errorf("%s is %g; use a value between 0 and %.3g, or 0 for %g",
				field.name, *field.value, field.end, field.fallback)
		}
	}
	if !(s.Adam.Decay >= 0 && s.Adam.Decay*s.Adam.Rate < 1) {
		return fmt.Errorf("Adam.Decay is %g; use a value such as 0.01, so that its product with Adam.Rate, %g, is below 1, or 0 for none",
			s.Adam.Decay, s.Adam.Rate)
	}
	return nil
}

// run trains for all epochs, or until yield returns false, or until something stops it: that is yielded last.
func (t *trainer) run(ctx context.Context, yield func(Epoch, error) bool) {
	var err error
	for number, wanted := 0, true; wanted && number < t.settings.Epochs; number++ {
		var epoch Epoch
		if epoch, err = t.epoch(ctx, number); err != nil {
			break
		}
		epoch.HeldOut = t.validate(number)
		if t.settings.Each != nil {
			t.settings.Each(epoch)
		}
		wanted = yield(epoch, nil) && !t.outOfPatience()
	}
	t.keepBest()
	if head, ok := t.model.head.(finisher); ok && t.model.trained {
		t.model.head = head.finish(t.model, t.data.rows())
	}
	if err != nil {
		if stopped, ok := err.(*NotFiniteError); ok {
			stopped.Warnings = t.model.Warnings(t.data)
			if t.best != nil {
				stopped.left = fmt.Sprintf("after epoch %d, whose held-out cost is the lowest", t.model.validation.Kept)
			}
		}
		yield(Epoch{}, err)
	}
}

// epoch visits every batch once.
func (t *trainer) epoch(ctx context.Context, number int) (Epoch, error) {
	if t.settings.Order != nil {
		t.settings.Order(t.order)
		if err := t.checkOrder(); err != nil {
			return Epoch{}, fmt.Errorf("training stopped in epoch %d of %d, and the model is as trained so far: %w", number, t.settings.Epochs, err)
		}
	} else {
		t.random.Shuffle(len(t.order), func(i, j int) { t.order[i], t.order[j] = t.order[j], t.order[i] })
	}
	t.head = t.model.head
	switch {
	case number < t.openingEpochs:
		t.head = t.opening
	case number == t.openingEpochs && number > 0: // what Adam has averaged are gradients of another loss
		clear(t.mean)
		clear(t.square)
		t.decay1, t.decay2 = 1, 1
	}
	if t.settings.Anneal {
		t.pace = 1 - float64(number)/float64(t.settings.Epochs)
	}
	cost := 0.0
	for i, b := range t.order {
		if ctx.Err() != nil {
			return Epoch{}, fmt.Errorf("training stopped in epoch %d of %d, and the model is as trained so far: %w",
				number, t.settings.Epochs, context.Cause(ctx))
		}
		loss := t.gradient(t.batches[b])
		if math.IsNaN(loss) || math.IsInf(loss, 0) {
			return Epoch{}, &NotFiniteError{Epoch: number, Batch: b, Quantity: "loss", Value: loss}
		}
		if largest := vector.LargestMagnitude(t.pass.gradient); !(largest <= largestGradient) { // NaN is not
			return Epoch{}, &NotFiniteError{Epoch: number, Batch: b, Quantity: "gradient", Value: float64(largest)}
		}
		if t.settings.Clip > 0 {
			t.clip()
		}
		t.step()
		cost += loss
		t.losses[i] = loss
	}
	n := len(t.order)
	t.losses[n] = cost / float64(n)
	inUserUnits(t.head, t.losses, t.model.units)
	return Epoch{Number: number, Cost: t.losses[n], Losses: t.losses[:n:n]}, nil
}

// checkOrder returns an error unless Settings.Order has left every batch's number once.
func (t *trainer) checkOrder() error {
	seen := make([]bool, len(t.order))
	for place, b := range t.order {
		if b < 0 || b >= len(seen) {
			return fmt.Errorf("Settings.Order left %d at place %d; the numbers of the batches are 0 to %d", b, place, len(seen)-1)
		}
		if seen[b] {
			return fmt.Errorf("Settings.Order left batch %d twice; it may only rearrange the numbers", b)
		}
		seen[b] = true
	}
	return nil
}

// gradient runs a batch through the network and back. It returns the batch's mean loss and leaves its gradient by every
// parameter in t.pass.gradient.
func (t *trainer) gradient(b batch) (loss float64) { return t.loss(b, true) }

// loss runs a batch through the network, and back where the gradient is asked for, and returns the batch's mean loss.
func (t *trainer) loss(b batch, back bool) float64 {
	t.batch, t.back = b, back
	copy(t.pass.activations[0], b.x)
	if t.team == nil {
		t.shareOfLoss(team.Alone)
	} else {
		t.team.Do(t.shareOfLoss)
	}
	return float64(vector.Sum(t.pass.loss) / float32(b.samples))
}

// shareOfLoss does a member's share of loss: whole panels where there are enough for all, otherwise rows of each.
func (t *trainer) shareOfLoss(m team.Member) {
	p := t.pass
	if p.panels() >= m.Of {
		for start := m.Number * p.stride; start < p.columns; start += m.Of * p.stride {
			t.panelRoundTrip(start, team.Alone)
		}
	} else {
		for start := 0; start < p.columns; start += p.stride {
			t.panelRoundTrip(start, m)
		}
	}
	m.Wait()
	if t.back {
		t.model.gradientOf(p, m)
	}
}

// panelRoundTrip runs the panel that begins with column start through the network, and back where that is asked for.
func (t *trainer) panelRoundTrip(start int, m team.Member) {
	p := t.pass
	t.model.forward(p.pass, start, m)
	if m.First() {
		loss, columns := p.panel(p.loss, start)
		gradient, _ := p.panel(p.rawGradient, start)
		raw, _ := p.panel(p.raw, start)
		y := t.batch.y[start:][:columns]
		samples := min(max(t.batch.samples-start, 0), columns)
		t.head.loss(loss, gradient, raw, y, samples, t.batch.samples)
		clear(loss[samples:]) // the padding adds nothing
		for row := gradient; len(row) > 0; row = row[columns:] {
			clear(row[samples:columns])
		}
	}
	m.Wait()
	if t.back {
		t.model.backward(p, start, m)
	}
}

// teamSize returns how many cores are to share the training.
func (t *trainer) teamSize() int {
	if _, ok := t.model.head.(serial); ok {
		return 1
	}
	return team.Size(3 * len(t.model.parameters) * t.pass.columns)
}

// largestGradient is the largest element of a gradient that Adam takes: the root of half the largest float32. Its running mean
// of squares then stays finite; an infinite one would make every later step 0 without an error.
const largestGradient = 1.3e19

// shortestClip is the shortest length to which a gradient is shortened: by a share of its own length that float32 has to all its digits,
// however long it was. A shorter one would make it 0.
const shortestClip = 1e-12

// clip scales t.pass.gradient down to the length Settings.Clip where it is longer.
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
		t.shareOfStep(team.Alone)
	} else {
		t.team.Do(t.shareOfStep)
	}
	t.model.trained = true
}

func (t *trainer) shareOfStep(m team.Member) {
	from, to := m.Share(len(t.model.parameters))
	parameters := t.model.parameters[from:to]
	if adam := t.settings.Adam; adam.Decay > 0 {
		left := float32(1 - float64(adam.Rate*t.pace*adam.Decay))
		for i := range parameters {
			parameters[i] *= left
		}
	}
	t.adamStep.Apply(parameters, t.pass.gradient[from:to], t.mean[from:to], t.square[from:to])
}
