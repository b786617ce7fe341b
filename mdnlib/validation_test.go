package mdnlib

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"mdn/mdnlib/internal/team"
)

// few are samples that a network learns by heart, so that the cost on others rises again.
func few() Data { return Sample(Quadratic(0.3), Repeat(Grid(1, 5, 20), 2), 1).Shuffle(1) }

func fewSettings() Settings {
	return Settings{Epochs: 300, Batch: 10, Adam: Adam{Rate: 0.01}, Seed: 2, Standardise: true, Validation: 0.25}
}

// TestHoldOut checks that both parts together are the data, in its order, and that the seed chooses.
func TestHoldOut(t *testing.T) {
	d := Data{X: Grid(1, 40, 40), Y: Grid(-1, -40, 40)}
	for _, test := range []struct {
		share float64
		held  int
	}{{0.1, 4}, {0.25, 10}, {0.001, 1}, {0.999, 39}} {
		fold := d.HoldOut(test.share, 1)
		if fold.HeldOut.Len() != test.held {
			t.Errorf("of 40 pairs a share of %g is %d, want %d", test.share, fold.HeldOut.Len(), test.held)
		}
		if !slices.IsSorted(fold.Training.X) || !slices.IsSorted(fold.HeldOut.X) {
			t.Errorf("share %g: the parts are not in the order of the data", test.share)
		}
		if all := slices.Sorted(slices.Values(slices.Concat(fold.Training.X, fold.HeldOut.X))); !slices.Equal(all, d.X) {
			t.Errorf("share %g: the parts make up %v", test.share, all)
		}
		for _, part := range []Data{fold.Training, fold.HeldOut} {
			for i := range part.X {
				if part.X[i] != -part.Y[i] {
					t.Errorf("share %g: x = %g comes with y = %g", test.share, part.X[i], part.Y[i])
				}
			}
		}
	}
	if slices.Equal(d.HoldOut(0.25, 1).HeldOut.X, d.HoldOut(0.25, 2).HeldOut.X) {
		t.Error("two seeds hold out the same pairs")
	}
	for want, hold := range map[string]func(){
		"mdnlib: HoldOut of a share of 0; use a share between 0 and 1, such as 0.1":   func() { d.HoldOut(0, 1) },
		"mdnlib: HoldOut of a share of NaN; use a share between 0 and 1, such as 0.1": func() { d.HoldOut(math.NaN(), 1) },
		"mdnlib: HoldOut of 1 pairs; 2 or more can be divided":                        func() { Data{X: d.X[:1], Y: d.Y[:1]}.HoldOut(0.5, 1) },
	} {
		if got := panics(hold); got != want {
			t.Errorf("panic %q, want %q", got, want)
		}
	}
}

// TestValidation trains with a part held out: the steps are those of training on the other part alone, the held-out costs are those of
// the model on the held-out part, and the model ends as it was when they were lowest.
func TestValidation(t *testing.T) {
	data := few()
	for _, head := range []Head{MeanHead{}, GaussianHead{}, GaussianHead{Beta: 0.5}, MixtureHead{K: 2}} {
		s := fewSettings()
		fold := data.HoldOut(s.Validation, s.Seed)
		alone := s
		alone.Validation = 0
		want, err := Fit(t.Context(), New(Network{Hidden: []int{16}, Head: head}, 1), fold.Training, alone)
		if err != nil {
			t.Fatal(err)
		}

		m := New(Network{Hidden: []int{16}, Head: head}, 1)
		var costs History
		var parameters [][]float32
		s.Each = func(e Epoch) {
			costs, parameters = append(costs, e.HeldOut), append(parameters, slices.Clone(m.parameters))
			if want := m.Cost(m.At, fold.HeldOut); !relativelyNear(e.HeldOut, want, 1e-5) {
				t.Errorf("%T: after epoch %d the held-out cost is %.9g, and %.9g of what the model predicts", head, e.Number, e.HeldOut, want)
			}
		}
		history, err := Fit(t.Context(), m, data, s)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(history, want) {
			t.Errorf("%T: the costs are other ones than on the training part alone", head)
		}
		v := m.Validation()
		if !slices.Equal(v.Costs, costs) || v.Costs[v.Kept] != slices.Min(costs) || slices.Index(costs, v.Costs[v.Kept]) != v.Kept {
			t.Errorf("%T: epoch %d is kept, of the costs %v; Each was told %v", head, v.Kept, v.Costs, costs)
		}
		if v.Kept < 10 || v.Kept > 250 || !slices.Equal(m.parameters, parameters[v.Kept]) {
			t.Errorf("%T: epoch %d is kept, or the model is not as it was then", head, v.Kept)
		}
		if head, ok := m.head.(MeanHead); ok && head.Sigma != math.Sqrt(MSE(m.At, data)) {
			t.Errorf("the error bar is %g, want that of the model kept, %g", head.Sigma, math.Sqrt(MSE(m.At, data)))
		}

		s.Each, s.Patience = nil, 20
		patient := New(Network{Hidden: []int{16}, Head: head}, 1)
		history, err = Fit(t.Context(), patient, data, s)
		if err != nil {
			t.Fatal(err)
		}
		kept := -1
		for i := range costs { // by hand: the first epoch that 20 others do not better
			if kept < 0 || costs[i] < costs[kept] {
				kept = i
			}
			if i-kept == 20 {
				break
			}
		}
		if len(history) != kept+21 || patient.Validation().Kept != kept || !slices.Equal(patient.parameters, parameters[kept]) {
			t.Errorf("%T: with patience for 20 epochs %d were trained and epoch %d kept, want %d and %d",
				head, len(history), patient.Validation().Kept, kept+21, kept)
		}

		if _, err := Fit(t.Context(), m, data, alone); err != nil || m.Validation().Costs != nil {
			t.Errorf("%T: trained without validation, the model still tells of %v (%v)", head, m.Validation(), err)
		}
	}
}

// TestValidationOfTheFirstEpochs asks which epoch is kept where the first ones train the mean alone: none of those, unless there are
// no others.
func TestValidationOfTheFirstEpochs(t *testing.T) {
	data := Sample(Quadratic(0.1), Repeat(Grid(1, 5, 20), 5), 1).Shuffle(1)
	for _, test := range []struct{ first, patience, least, most int }{{150, 20, 150, 299}, {300, 0, 0, 299}, {400, 0, 0, 299}} {
		s := fewSettings()
		s.Adam.Rate, s.Patience = 0.3, test.patience // so long that later epochs are worse
		m := New(Network{Hidden: []int{16}, Head: GaussianHead{MeanFirst: test.first}}, 1)
		if _, err := Fit(t.Context(), m, data, s); err != nil {
			t.Fatal(err)
		}
		v := m.Validation()
		if v.Kept < test.least || v.Kept > test.most || v.Costs[v.Kept] != slices.Min(v.Costs[test.least:]) {
			t.Errorf("MeanFirst %d: epoch %d is kept, of the costs %v", test.first, v.Kept, v.Costs)
		}
	}
}

// TestValidationEnds ends training in every way: the model is the best so far.
func TestValidationEnds(t *testing.T) {
	data := few()
	network := Network{Hidden: []int{16}, Head: GaussianHead{}}
	for name, train := range map[string]func(m *Model, s Settings) error{
		"cancelled": func(m *Model, s Settings) error {
			ctx, cancel := context.WithCancel(t.Context())
			s.Each = func(e Epoch) {
				if e.Number == 200 {
					cancel()
				}
			}
			if _, err := Fit(ctx, m, data, s); !errors.Is(err, context.Canceled) {
				return fmt.Errorf("error %w", err)
			}
			return nil
		},
		"left": func(m *Model, s Settings) error {
			for e, err := range Epochs(t.Context(), m, data, s) {
				if err != nil || e.Number == 200 {
					return err
				}
			}
			return nil
		},
		"not finite": func(m *Model, s Settings) error {
			s.Each = func(e Epoch) {
				if e.Number == 200 {
					m.parameters[0] = float32(math.NaN())
				}
			}
			_, err := Fit(t.Context(), m, data, s)
			if want := fmt.Sprintf("the model is as it was after epoch %d, whose held-out cost is the lowest", m.Validation().Kept); err == nil || !strings.HasSuffix(err.Error(), want) {
				return fmt.Errorf("error %w, want one that ends with %q", err, want)
			}
			return nil
		},
	} {
		s := fewSettings()
		whole := New(network, 1)
		if _, err := Fit(t.Context(), whole, data, s); err != nil {
			t.Fatal(err)
		}
		m := New(network, 1)
		if err := train(m, s); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if v := m.Validation(); len(v.Costs) != 201 || v.Kept != whole.Validation().Kept || !slices.Equal(m.parameters, whole.parameters) {
			t.Errorf("%s: of %d epochs %d is kept, want %d; or the model is another", name, len(v.Costs), v.Kept, whole.Validation().Kept)
		}
	}

	s := fewSettings()
	s.Each = func(Epoch) {}
	m := New(Network{Hidden: []int{16}, Head: HeadFunc(1, func(_, _ []float64, _ float64) float64 { return 1 }, func([]float64) Distribution { return PointMass(0) })}, 1)
	s.Epochs, s.Patience = 100, 7
	if history, err := Fit(t.Context(), m, data, s); err != nil || len(history) != 8 || m.Validation().Kept != 0 {
		t.Errorf("where the cost stays the same, %d epochs were trained and %d kept (%v)", len(history), m.Validation().Kept, err)
	}
}

// TestValidationSideBySide trains an ensemble: each member as alone, each with other rows held out, and progress comes to its end.
func TestValidationSideBySide(t *testing.T) {
	data, s := few(), fewSettings()
	s.Patience = 20
	network := Network{Hidden: []int{16}, Head: GaussianHead{}}
	e := NewEnsemble(4, network, 1)
	last := 0
	costs, err := e.Fit(t.Context(), data, s, func(done, total int) {
		if done <= last || total != 4*s.Epochs {
			t.Errorf("progress of %d of %d after %d", done, total, last)
		}
		last = done
	})
	if err != nil || last != 4*s.Epochs {
		t.Errorf("progress ends at %d of %d (%v)", last, 4*s.Epochs, err)
	}
	for i := range e {
		alone := New(network, 1+uint64(i))
		s.Seed = fewSettings().Seed + uint64(i)
		history, err := Fit(t.Context(), alone, data, s)
		if err != nil {
			t.Fatal(err)
		}
		if costs[i] != history[alone.Validation().Kept] || !slices.Equal(e[i].parameters, alone.parameters) || !slices.Equal(e[i].Validation().Costs, alone.Validation().Costs) {
			t.Errorf("model %d ends at %g side by side and at %g alone, or is another", i, costs[i], history[alone.Validation().Kept])
		}
		if i > 0 && e[i].units == e[0].units {
			t.Errorf("models 0 and %d had the same rows held out", i)
		}
	}
}

// TestValidationsBits trains with one and with three goroutines, and a part held out that is larger than a batch.
func TestValidationsBits(t *testing.T) {
	data := Sample(Quadratic(0.1), Repeat(Grid(1, 5, 21), 20), 1).Shuffle(1)
	for _, batch := range []int{13, 100, 256} {
		var costs []History
		for _, size := range []int{1, 3} {
			m := New(Network{Hidden: []int{33, 70}, Head: MixtureHead{K: 3}}, 1)
			trainer, err := newTrainer(m, data, Settings{Epochs: 3, Batch: batch, Validation: 0.7})
			if err != nil {
				t.Fatal(err)
			}
			if size > 1 {
				trainer.team = team.New(size)
				defer trainer.team.End()
			}
			trainer.run(t.Context(), func(_ Epoch, err error) bool { return err == nil })
			costs = append(costs, m.Validation().Costs)
		}
		if len(costs[0]) != 3 || !slices.Equal(costs[0], costs[1]) {
			t.Errorf("batches of %d: the held-out costs are %v by one goroutine and %v by three", batch, costs[0], costs[1])
		}
	}
}

// TestValidationRemembered checks that a training that is remembered tells the same of the rows held out.
func TestValidationRemembered(t *testing.T) {
	data, s := few(), fewSettings()
	s.Patience = 20
	c := remembering(t)
	var models [3]*Model
	for i := range models {
		models[i] = New(Network{Hidden: []int{16}, Head: GaussianHead{}}, 1)
		if i == 2 {
			costs, err := FitAll(t.Context(), []Training{{models[i], data, s}}, nil)
			if v := models[i].Validation(); err != nil || costs[0] == 0 || len(v.Costs) == 0 {
				t.Fatalf("cost %v, validation %v (%v)", costs, v, err)
			}
		} else if _, err := Fit(t.Context(), models[i], data, s); err != nil {
			t.Fatal(err)
		}
	}
	for _, m := range models[1:] {
		if want, got := models[0].Validation(), m.Validation(); !slices.Equal(got.Costs, want.Costs) || got.Kept != want.Kept || !slices.Equal(m.parameters, models[0].parameters) {
			t.Errorf("remembered: epoch %d of %d, want %d of %d", got.Kept, len(got.Costs), want.Kept, len(want.Costs))
		}
	}
	if c.kept != 1 {
		t.Errorf("it was trained %d times", c.kept)
	}
}

// TestValidationRefuses asserts what impossible settings are answered with, and that patience ends an endless training.
func TestValidationRefuses(t *testing.T) {
	one := Data{X: []float64{1}, Y: []float64{1}}
	for _, test := range []struct {
		data     Data
		settings Settings
		want     string
	}{
		{few(), Settings{Validation: 1}, "Settings.Validation is 1; use a share of the data below 1, such as 0.1, or 0 for none"},
		{few(), Settings{Validation: -0.1}, "Settings.Validation is -0.1; use a share"},
		{few(), Settings{Validation: math.NaN()}, "Settings.Validation is NaN; use a share"},
		{few(), Settings{Patience: 20}, "Settings.Patience is 20 and Settings.Validation 0; use a number of epochs beside a share such as 0.1, or 0 for all epochs"},
		{few(), Settings{Patience: -1, Validation: 0.1}, "Settings.Patience is -1 and"},
		{one, Settings{Validation: 0.5}, "Settings.Validation is 0.5, but a single row cannot be divided; use 0, or more data"},
	} {
		m := New(Network{Hidden: []int{4}, Head: MeanHead{}}, 1)
		if _, err := Fit(t.Context(), m, test.data, test.settings); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("error %v, want one with %q", err, test.want)
		}
		if costs, err := FitAll(t.Context(), []Training{{m, test.data, test.settings}}, nil); err == nil || len(costs) > 0 && !math.IsNaN(costs[0]) {
			t.Errorf("side by side the costs are %v (%v)", costs, err)
		}
	}
	s := fewSettings()
	s.Epochs, s.Patience = math.MaxInt, 5
	m, ends := New(Network{Hidden: []int{4}, Head: GaussianHead{}}, 1), time.Now().Add(time.Minute)
	if _, err := FitAll(t.Context(), []Training{{m, few(), s}}, func(int, int) {}); err != nil || time.Now().After(ends) {
		t.Errorf("patience ends an endless training with %v", err)
	}
}

// TestBootstrap checks what is drawn, and that training draws it from what is not held out.
func TestBootstrap(t *testing.T) {
	d := Data{X: Grid(1, 1000, 1000), Y: Grid(-1, -1000, 1000)}
	drawn := d.Bootstrap(1)
	for i := range drawn.X {
		if drawn.X[i] != -drawn.Y[i] {
			t.Errorf("x = %g comes with y = %g", drawn.X[i], drawn.Y[i])
		}
	}
	different := len(slices.Compact(slices.Sorted(slices.Values(drawn.X))))
	if drawn.Len() != 1000 || different < 602 || different > 662 { // 632 ± 10
		t.Errorf("of 1000 pairs %d different ones are among the %d drawn, want about 632", different, drawn.Len())
	}
	if again := d.Bootstrap(1); !slices.Equal(again.X, drawn.X) || slices.Equal(d.Bootstrap(2).X, drawn.X) {
		t.Error("a seed draws other pairs the second time, or another seed the same")
	}
	if got := (Data{}).Bootstrap(1); got.Len() != 0 {
		t.Errorf("of no pairs %d are drawn", got.Len())
	}

	data, s := few(), fewSettings()
	s.Bootstrap = true
	fold := data.HoldOut(s.Validation, s.Seed)
	m := New(Network{Hidden: []int{16}, Head: GaussianHead{}}, 1)
	history, err := Fit(t.Context(), m, data, s)
	if err != nil {
		t.Fatal(err)
	}
	if v := m.Validation(); !relativelyNear(v.Costs[v.Kept], NLL(m.At, fold.HeldOut), 1e-5) {
		t.Errorf("the held-out cost is %g, want that on the samples held out, %g", v.Costs[v.Kept], NLL(m.At, fold.HeldOut))
	}
	s.Bootstrap, s.Validation = false, 0
	want, err := Fit(t.Context(), New(Network{Hidden: []int{16}, Head: GaussianHead{}}, 1), fold.Training.Bootstrap(s.Seed), s)
	if err != nil || !slices.Equal(history, want) {
		t.Errorf("the costs are not those of training on what is drawn of the others (%v)", err)
	}
}

// TestBootstrapDoubts compares what ensembles of the same data disagree by with how far their means are from the truth, where there
// are four observations at each x: random starts leave half of that error unsaid, and samples drawn again next to nothing.
func TestBootstrapDoubts(t *testing.T) {
	if testing.Short() {
		t.Skip("trains for 30,000 epochs")
	}
	law, x := Quadratic(0.1), Grid(1.1, 4.9, 20)
	doubts := func(bootstrap bool) (doubt, off float64) {
		for seed := uint64(1); seed <= 5; seed++ {
			data := Sample(law, Repeat(Grid(1, 5, 21), 4), seed).Shuffle(seed)
			e := NewEnsemble(10, Network{Hidden: []int{12, 12, 12}, Head: GaussianHead{}}, seed)
			s := Settings{Epochs: 300, Adam: Adam{Rate: 0.003}, Seed: 100 * seed, Standardise: true, Anneal: true, Bootstrap: bootstrap}
			if _, err := e.Fit(t.Context(), data, s, nil); err != nil {
				t.Fatal(err)
			}
			for _, v := range x {
				_, d := e.Spread(v)
				miss := e.At(v).Mean() - law(v).Mean()
				doubt, off = doubt+d*d, off+miss*miss
			}
		}
		n := float64(5 * len(x))
		return math.Sqrt(doubt / n), math.Sqrt(off / n)
	}
	starts, offStarts := doubts(false)
	drawn, offDrawn := doubts(true)
	t.Logf("doubt %.4f, and means off by %.4f; with Bootstrap %.4f and %.4f", starts, offStarts, drawn, offDrawn)
	if !(starts < 0.6*offStarts && drawn > 0.8*offDrawn && drawn < 1.5*offDrawn) {
		t.Error("doubt is not as the comment has it")
	}
}
