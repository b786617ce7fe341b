package mdnlib

import (
	"context"
	"errors"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/stat"
)

// quick is a selection that takes a second.
func quick() Selection {
	s := Recommended(1)
	s.Models, s.Folds, s.Settings.Epochs = 2, 3, 150
	return s
}

func selected(t *testing.T, s Selection, d Samples) Selected {
	t.Helper()
	answer, err := s.Fit(t.Context(), d, nil)
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

// TestSelectionFindsTheNumber draws samples from laws of one and of two humps.
func TestSelectionFindsTheNumber(t *testing.T) {
	if testing.Short() {
		t.Skip("trains 68 models")
	}
	for name, want := range map[string]int{"two-humped": 2, "constant": 1} {
		law := named(t, name, 0.2)
		answer := selected(t, quick(), law.Sample(600, 1).Shuffle(1))
		if answer.Chosen.Components != want {
			t.Errorf("%s: %d components are chosen, want %d\n%v", name, answer.Chosen.Components, want, answer)
		}
		fresh := law.Sample(4000, 2)
		excess, standardError := Excess(answer.Ensemble.At, law.Law, fresh)
		if excess > 0.1 {
			t.Errorf("%s: the answer costs %.3f ± %.3f nats above the truth", name, excess, standardError)
		}
		if own, said := NLL(answer.Ensemble.At, fresh), answer.Chosen.Scores; math.Abs(own-said.NLL) > 3*said.NLLError {
			t.Errorf("%s: new samples cost %.3f, where %.3f ± %.3f was promised", name, own, said.NLL, said.NLLError)
		}
		if loss := answer.Chosen.Scores.Coverage90; math.Abs(loss-0.9) > 0.05 {
			t.Errorf("%s: the 90 %% intervals hold %.3f", name, loss)
		}
	}
}

// TestSelectionByHand does what a selection does, of one of its candidates, in rows of two inputs.
func TestSelectionByHand(t *testing.T) {
	rows := someRows(threeOfMany, 90, 3, 1)
	s := quick()
	s.Components = []int{1, 2}
	s.Settings.Epochs, s.Head.GaussianFirst = 60, 20
	answer, changed := selected(t, s, rows), 0
	for j, fold := range rows.Folds(3, 1) {
		head := s.Head
		head.K = 2
		e := NewEnsemble(2, Network{Inputs: rows.Columns, Hidden: s.Hidden, Head: head}, 1)
		head.GaussianFirst = 0
		other := NewEnsemble(2, Network{Inputs: rows.Columns, Hidden: s.Hidden, Head: head}, 1)
		for _, start := range []Ensemble{e, other} {
			if _, err := start.Fit(t.Context(), fold.Training, s.Settings, nil); err != nil {
				t.Fatal(err)
			}
		}
		for i, m := range other {
			if slices.Min(m.Validation().Costs) < slices.Min(e[i].Validation().Costs) {
				e[i] = m
				changed++
			}
		}
		bell := Normal(stat.PopMeanStdDev(fold.Training.Y, nil))
		for _, row := range fold.HeldOut.X {
			for i := range rows.X {
				if &rows.X[i][0] != &row[0] {
					continue
				}
				if got, want := answer.Candidates[2].HeldOut[i], e.AtRow(row); !reflect.DeepEqual(got, want) {
					t.Fatalf("fold %d, row %d: %v was predicted, want %v", j, i, got, want)
				}
				if got := answer.Candidates[0].HeldOut[i]; got != bell {
					t.Fatalf("fold %d, row %d: the blind bell is %v, want %v", j, i, got, bell)
				}
			}
		}
	}
	if changed == 0 || changed == 6 {
		t.Errorf("%d of 6 models are from the second start: nothing is compared", changed)
	}
	c, bell := answer.Candidates[1], answer.Candidates[0]
	var cost, gains []float64
	for i, y := range rows.Y {
		cost = append(cost, -c.HeldOut[i].LogProb(y))
		gains = append(gains, -bell.HeldOut[i].LogProb(y)-cost[i])
		if got := c.HeldOut[i].CDF(y); got != c.PIT[i] {
			t.Errorf("row %d: the share below y is %g, want %g", i, c.PIT[i], got)
		}
	}
	if mean := stat.Mean(cost, nil); math.Abs(mean-c.Scores.NLL) > 1e-12 {
		t.Errorf("the mean cost is %g, want %g", c.Scores.NLL, mean)
	}
	mean, deviation := stat.MeanStdDev(gains, nil)
	if standardError := stat.StdErr(deviation, 90); math.Abs(mean-c.Gain) > 1e-12 || math.Abs(standardError-c.GainError) > 1e-12 {
		t.Errorf("the gain is %g ± %g, want %g ± %g", c.Gain, c.GainError, mean, standardError)
	}
	if _, err := answer.Ensemble[0].Rows(Table{columns: rows.Columns}, ""); err != nil || answer.Samples != 90 {
		t.Errorf("%d samples, and a table of these columns is read with error %v", answer.Samples, err)
	}
}

// TestConclusions gives the answer's sentences something to say.
func TestConclusions(t *testing.T) {
	bell := func(gain float64) Candidate {
		c := Candidate{Scores: Scores{NLL: 1, NLLError: 0.01, Coverage90: 0.9}, nats: make([]float64, 100)}
		for i := range c.nats {
			c.nats[i] = 1 - gain + 0.1*float64(i%2)
		}
		return c
	}
	with := func(c Candidate, components int, coverage float64) Candidate {
		c.Components, c.Scores.Coverage90 = components, coverage
		return c
	}
	for _, test := range []struct {
		candidates []Candidate
		chosen     int
		want       string
	}{
		{[]Candidate{bell(0), with(bell(0.5), 1, 0.9), with(bell(0.5), 2, 0.9)}, 1, "The answer has 1 component: no larger number tried is better by more " +
			"than chance makes easily. Knowing the inputs saves 0.500 ± 0.000 nats a sample, beside one bell curve for all. " +
			"Of its 90 % intervals 90.0 % hold the y that came, where chance reaches from 84.0 to 96.0 %: no fault is found."},
		{[]Candidate{bell(0), with(bell(0), 1, 0.9), with(bell(0.5), 2, 0.8)}, 2, "The answer has 2 components, the most that were tried, and a larger number beats " +
			"every smaller one by more than chance makes easily: try more. Knowing the inputs saves 0.500 ± 0.000 nats a sample, beside one bell curve for all. " +
			"Of its 90 % intervals 80.0 % hold the y that came, where chance reaches from 84.0 to 96.0 %: they are too narrow; Calibrate widens them."},
		{[]Candidate{bell(0.1), with(bell(0), 3, 0.99)}, 1, "Only one number of components was tried, 3. It is no better than one bell curve for all samples by more than " +
			"chance makes easily (-0.100 ± 0.000 nats a sample): these inputs say nothing of y that could be learned. " +
			"Of its 90 % intervals 99.0 % hold the y that came, where chance reaches from 84.0 to 96.0 %: they are too wide; Calibrate narrows them. beware"},
	} {
		s := Selected{Candidates: test.candidates, Chosen: test.candidates[test.chosen], Samples: 100}
		if strings.HasSuffix(test.want, "beware") {
			s.Warnings = []string{"beware"}
		}
		if got := strings.Join(s.Conclusions(), " "); got != test.want {
			t.Errorf("conclusions\n%s\nwant\n%s", got, test.want)
		}
		if got := choose(test.candidates[1:]).Components; got != s.Chosen.Components {
			t.Errorf("%d components are chosen, want %d", got, s.Chosen.Components)
		}
	}
}

// TestSelectionTells counts the epochs that are told as done.
func TestSelectionTells(t *testing.T) {
	s, last, all := quick(), 0, 0
	if _, err := s.Fit(t.Context(), few(), func(done, total int) {
		if done < last {
			t.Errorf("%d epochs are done after %d", done, last)
		}
		last, all = done, total
	}); err != nil {
		t.Fatal(err)
	}
	if want := 150 * (3*(1+2+2)*2 + 4); last != want || all != want {
		t.Errorf("%d of %d epochs are done at the end, want %d", last, all, want)
	}
}

func TestSelectionStops(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	_, err := quick().Fit(ctx, few(), func(done, total int) {
		if done > total/2 {
			cancel()
		}
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

func TestSelectionRefuses(t *testing.T) {
	for _, test := range []struct {
		change func(*Selection)
		want   string
	}{
		{func(s *Selection) { s.Components = nil }, "Components is empty; name the numbers of components to try, such as 1, 2, 3"},
		{func(s *Selection) { s.Components = []int{2, 1} }, "Components is [2 1]; use numbers from 1 on, each larger than the one before"},
		{func(s *Selection) { s.Components = []int{1, 1} }, "Components is [1 1]; use numbers from 1 on, each larger than the one before"},
		{func(s *Selection) { s.Components = []int{0} }, "Components is [0]; use numbers from 1 on, each larger than the one before"},
		{func(s *Selection) { s.Models = 0 }, "Models is 0; use 1 or more"},
		{func(s *Selection) { s.Folds = 1 }, "Folds is 1; use from 2 to the number of samples, 40"},
		{func(s *Selection) { s.Folds = 41 }, "Folds is 41; use from 2 to the number of samples, 40"},
	} {
		s := quick()
		test.change(&s)
		if _, err := s.Fit(t.Context(), few(), nil); fmt.Sprint(err) != "mdnlib: Selection.Fit: Selection."+test.want {
			t.Errorf("error %q, want %q", err, test.want)
		}
	}
	if _, err := quick().Fit(t.Context(), Data{}, nil); err == nil || !strings.HasPrefix(err.Error(), "mdnlib: Selection.Fit: ") {
		t.Errorf("no samples: error %v", err)
	}
}
