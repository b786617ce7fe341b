package mdnlib

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/stat"
)

// Selection goes from samples to an answer: it tries mixtures of several numbers of components, scores each on samples that its models had
// not seen, chooses, and trains the models of the answer on all samples. [Recommended] has values that do well on small files.
type Selection struct {
	Components []int       // the numbers of components to try, rising
	Hidden     []int       // the units of the networks' hidden layers
	Head       MixtureHead // whose K is each of Components; of GaussianFirst see [Selection.Train]
	Models     int         // in the [Ensemble] of each
	Folds      int         // parts of the samples that are held out in turn, see [Data.Folds]
	Settings   Settings    // of every training; Seed is also the folds' and the weights'
}

// Selected is the answer that [Selection.Fit] finds.
type Selected struct {
	Ensemble   Ensemble    // trained on all samples, with the number of components chosen
	Chosen     Candidate   // the candidate of that number
	Candidates []Candidate // all that were tried; the first is one bell curve for all samples, which knows no input
	Samples    int
	Warnings   []string // of the ensemble's models, each once, but for those about components
}

// Candidate is one of the answers that were tried, as it did on samples that its models had not seen.
type Candidate struct {
	Components int // 0 is the bell curve that knows no input
	Scores     Scores

	// Gain is by how many nats a sample it costs less than the candidate before it, and GainError the standard error of that, from the
	// differences sample by sample. They are 0 for the first. As the folds share most of their samples, GainError is a little too small
	// (Bengio and Grandvalet 2004).
	Gain, GainError float64

	HeldOut []Distribution // what was predicted for each sample, in the order of the data
	PIT     []float64      // the shares of these distributions below the y that came, see [PIT] and [Calibrate]
	nats    []float64      // the surprise of each y
}

// Recommended returns a selection of one, two or three components by five models each: validation in every training, steps that get
// shorter, a floor under σ, and two starts for every mixture, in one of which the components part where the mean has been found. These
// values were chosen on eight small files, of 88 to 342 rows, and on laws whose excess is known; more rows bear more Hidden units and a
// larger Batch. Where y is known to a hundredth of its standard deviation or better, lower Head.Floor.
func Recommended(seed uint64) Selection {
	return Selection{
		Components: []int{1, 2, 3},
		Hidden:     []int{16, 16},
		Head:       MixtureHead{Floor: 0.02, GaussianFirst: 50},
		Models:     5,
		Folds:      10,
		Settings: Settings{Epochs: 200, Batch: 20, Adam: Adam{Rate: 0.01}, Seed: seed,
			Standardise: true, Anneal: true, Validation: 0.1, Patience: 50},
	}
}

func (s Selection) check(d Samples) error {
	if err := checkSamples(d); err != nil {
		return err
	}
	switch {
	case len(s.Components) == 0:
		return errors.New("Selection.Components is empty; name the numbers of components to try, such as 1, 2, 3")
	case !slices.IsSorted(s.Components) || len(slices.Compact(slices.Clone(s.Components))) < len(s.Components) || s.Components[0] < 1:
		return fmt.Errorf("Selection.Components is %v; use numbers from 1 on, each larger than the one before", s.Components)
	case s.Models < 1:
		return fmt.Errorf("Selection.Models is %d; use 1 or more", s.Models)
	case s.Folds < 2 || s.Folds > d.Len():
		return fmt.Errorf("Selection.Folds is %d; use from 2 to the number of samples, %d", s.Folds, d.Len())
	}
	return nil
}

// Fit trains the models of every candidate on every fold, and then those of the answer, side by side as [FitAll] does; progress is FitAll's.
//
// It chooses the smallest number of components that no larger one beats by more than twice the standard error of their difference, which
// is what chance makes easily. The score of what is chosen is the best of a few, which flatters it a little.
func (s Selection) Fit(ctx context.Context, d Samples, progress func(done, total int)) (Selected, error) {
	if err := s.check(d); err != nil {
		return Selected{}, fmt.Errorf("mdnlib: Selection.Fit: %w", err)
	}
	rows := d.rows()
	numbers := rows.pairs()
	folds := numbers.Folds(s.Folds, s.Settings.Seed)
	tried := make([][]starts, len(s.Components))
	var trainings []Training
	for i, components := range s.Components {
		for _, fold := range folds {
			all := s.starts(components, rows.Columns)
			tried[i] = append(tried[i], all)
			trainings = append(trainings, all.trainings(d.choose(fold.Training), s.Settings)...)
		}
	}
	epochs := cmp.Or(s.Settings.Epochs, DefaultEpochs)
	most := s.starts(s.Components[len(s.Components)-1], rows.Columns)
	first := cappedProduct(epochs, len(trainings))
	total := capped(first, cappedProduct(epochs, len(slices.Concat(most...))))
	if _, err := FitAll(ctx, trainings, from(0, total, progress)); err != nil {
		return Selected{}, err
	}

	answer := Selected{Samples: rows.Len(), Candidates: []Candidate{blind(folds, numbers)}}
	for i, components := range s.Components {
		predicted := make([]Distribution, rows.Len())
		for j, fold := range folds {
			e := tried[i][j].best()
			for _, number := range fold.HeldOut.X {
				predicted[int(number)] = e.AtRow(rows.X[int(number)])
			}
		}
		c := scored(components, predicted, numbers)
		c.Gain, c.GainError = c.ahead(answer.Candidates[i])
		answer.Candidates = append(answer.Candidates, c)
	}
	answer.Chosen = choose(answer.Candidates[1:])
	var err error
	if answer.Ensemble, err = s.Train(ctx, answer.Chosen.Components, d, from(first, total, progress)); err != nil {
		return Selected{}, err
	}
	if progress != nil {
		progress(total, total) // one component has one start
	}
	for _, m := range answer.Ensemble {
		warnings, _ := m.troubles(d) // how many components there should be, the candidates have said
		for _, warning := range warnings {
			if !slices.Contains(answer.Warnings, warning) {
				answer.Warnings = append(answer.Warnings, warning)
			}
		}
	}
	return answer, nil
}

// Train trains the models of one number of components on all samples. Where Head.GaussianFirst is above 0, there is more than one component,
// and Settings.Validation holds some samples out, each model is trained from two starts, with GaussianFirst and without, and the one of the
// lower held-out cost is kept: neither is the better one on all files, and a mixture that has missed its humps by one start may have found
// them by the other.
func (s Selection) Train(ctx context.Context, components int, d Samples, progress func(done, total int)) (Ensemble, error) {
	if err := s.check(d); err != nil {
		return nil, fmt.Errorf("mdnlib: Selection.Train: %w", err)
	}
	all := s.starts(components, d.rows().Columns)
	if _, err := FitAll(ctx, all.trainings(d, s.Settings), progress); err != nil {
		return nil, err
	}
	return all.best(), nil
}

// starts are ensembles of which one model each is to be kept: the first of this one or of that, the second of this one or of that.
type starts []Ensemble

func (s Selection) starts(components int, inputs []string) (all starts) {
	heads := []MixtureHead{s.Head}
	if s.Head.GaussianFirst > 0 && components > 1 && s.Settings.Validation > 0 {
		heads = append(heads, s.Head)
		heads[1].GaussianFirst = 0
	}
	for _, head := range heads {
		head.K = components
		all = append(all, NewEnsemble(s.Models, Network{Inputs: inputs, Hidden: s.Hidden, Head: head}, s.Settings.Seed))
	}
	return all
}

func (all starts) trainings(d Samples, s Settings) (trainings []Training) {
	for _, e := range all {
		trainings = append(trainings, e.trainings(d, s)...)
	}
	return trainings
}

// best returns the models that cost least on the samples that were held out from both.
func (all starts) best() Ensemble {
	e := slices.Clone(all[0])
	for i := range e {
		for _, other := range all[1:] {
			if other[i].validation.lowest() < e[i].validation.lowest() {
				e[i] = other[i]
			}
		}
	}
	return e
}

// from returns a progress that has done some of a total before.
func from(before, total int, progress func(done, total int)) func(done, total int) {
	if progress == nil {
		return nil
	}
	return func(done, _ int) { progress(capped(before, done), total) }
}

// blind returns the candidate that predicts the same bell curve for every sample, with the mean and the standard deviation of those that
// it was shown.
func blind(folds []Fold, numbers Data) Candidate {
	predicted := make([]Distribution, numbers.Len())
	for _, fold := range folds {
		bell := Normal(stat.PopMeanStdDev(fold.Training.Y, nil))
		for _, number := range fold.HeldOut.X {
			predicted[int(number)] = bell
		}
	}
	return scored(0, predicted, numbers)
}

func scored(components int, predicted []Distribution, numbers Data) Candidate {
	law := func(number float64) Distribution { return predicted[int(number)] }
	return Candidate{Components: components, HeldOut: predicted, Scores: scores(law, numbers), PIT: PIT(law, numbers),
		nats: numbers.each(func(number, y float64) float64 { return -law(number).LogProb(y) })}
}

// ahead returns by how many nats a sample c costs less than another, and the standard error of that.
func (c Candidate) ahead(of Candidate) (nats, standardError float64) {
	return meanAndError(floats.SubTo(make([]float64, len(c.nats)), of.nats, c.nats))
}

// beats reports whether c costs less than another by more than chance makes easily, twice the standard error of the difference.
func (c Candidate) beats(other Candidate) bool {
	nats, standardError := c.ahead(other)
	return nats > 2*standardError
}

// choose returns the first candidate that no later one beats.
func choose(candidates []Candidate) Candidate {
	for i, c := range candidates {
		if !slices.ContainsFunc(candidates[i+1:], func(later Candidate) bool { return later.beats(c) }) {
			return c
		}
	}
	panic("unreachable") // no later one beats the last
}

// Name says what the candidate is.
func (c Candidate) Name() string {
	switch c.Components {
	case 0:
		return "one bell curve, blind to the inputs"
	case 1:
		return "1 component"
	}
	return fmt.Sprintf("%d components", c.Components)
}

// Conclusions says in words what was found, a sentence each.
func (s Selected) Conclusions() []string {
	var said []string
	say := func(format string, values ...any) { said = append(said, fmt.Sprintf(format, values...)) }
	blind, last := s.Candidates[0], s.Candidates[len(s.Candidates)-1]
	switch {
	case len(s.Candidates) == 2:
		say("Only one number of components was tried, %d.", last.Components)
	case s.Chosen.Components == last.Components:
		say("The answer has %s, the most that were tried, and a larger number beats every smaller one by more than chance makes easily: try more.",
			last.Name())
	default:
		say("The answer has %s: no larger number tried is better by more than chance makes easily.", s.Chosen.Name())
	}
	gain, gainError := s.Chosen.ahead(blind)
	if s.Chosen.beats(blind) {
		say("Knowing the inputs saves %.3f ± %.3f nats a sample, beside one bell curve for all.", gain, gainError)
	} else {
		say("It is no better than one bell curve for all samples by more than chance makes easily (%.3f ± %.3f nats a sample): these "+
			"inputs say nothing of y that could be learned.", gain, gainError)
	}
	const level = 0.9
	held, reach := s.Chosen.Scores.Coverage90, 2*math.Sqrt(level*(1-level)/float64(s.Samples))
	verdict := "no fault is found"
	if held < level-reach {
		verdict = "they are too narrow; Calibrate widens them"
	} else if held > level+reach {
		verdict = "they are too wide; Calibrate narrows them"
	}
	say("Of its 90 %% intervals %.1f %% hold the y that came, where chance reaches from %.1f to %.1f %%: %s.",
		100*held, 100*(level-reach), 100*min(1, level+reach), verdict)
	return append(said, s.Warnings...)
}

// String returns the candidates as a table in plain text, and the conclusions.
func (s Selected) String() string {
	var text strings.Builder
	line := func(columns ...any) {
		fmt.Fprintln(&text, strings.TrimRight(fmt.Sprintf("%-36s%18s%18s%11s%10s%10s", columns...), " "))
	}
	line(fmt.Sprintf("%d samples, each held out once", s.Samples), "NLL, nats", "better by, nats", "CRPS", "in 50 %", "in 90 %")
	for i, c := range s.Candidates {
		gain := ""
		if i > 0 {
			gain = fmt.Sprintf("%.3f ± %.3f", c.Gain, c.GainError)
		}
		line(c.Name(), fmt.Sprintf("%.3f ± %.3f", c.Scores.NLL, c.Scores.NLLError), gain, fmt.Sprintf("%.4g", c.Scores.CRPS),
			fmt.Sprintf("%.1f %%", 100*c.Scores.Coverage50), fmt.Sprintf("%.1f %%", 100*c.Scores.Coverage90))
	}
	return text.String() + "\n" + strings.Join(s.Conclusions(), "\n") + "\n"
}
