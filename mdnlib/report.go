package mdnlib

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// Scores are what a law alone scores on held-out pairs.
type Scores struct {
	NLL, NLLError          float64 // mean negative log likelihood and its standard error, nats
	CRPS                   float64 // y's units
	Coverage50, Coverage90 float64 // shares of the y inside the central 50 % and 90 % intervals
	Sharpness              float64 // mean width of the central 90 % interval, y's units
}

// Report compares a model with held-out pairs and with the truth; [Score] makes it.
type Report struct {
	Pairs int // held out
	Model Scores

	// What is below is known where the truth is. Truth has the truth's own scores on the same pairs: no model is below
	// its NLL and CRPS but by chance.
	Truth                  *Scores // nil where the truth is not known
	Excess, ExcessError    float64 // see [Excess]; nats
	MeanError, StdDevError float64 // at the pairs' x, y's units
	KL                     float64 // at the pairs' x, nats
}

// Score compares a model with the truth, and with pairs held out from its training. truth may be nil, where it is not known. Score
// evaluates each law once at every x. Where there are more than 100 different x, KL is of 100 of them.
func Score(model, truth Law, heldOut Data) Report {
	model = remember(model.At)
	report := Report{Pairs: heldOut.Len(), Model: scores(model, heldOut)}
	if truth == nil {
		return report
	}
	truth = remember(truth.At)
	own := scores(truth, heldOut)
	report.Truth = &own
	report.Excess, report.ExcessError = Excess(model, truth, heldOut)
	report.MeanError = MeanError(model, truth, heldOut.X)
	report.StdDevError = StdDevError(model, truth, heldOut.X)
	const most = 100
	x := slices.Sorted(slices.Values(heldOut.X))
	if len(slices.Compact(slices.Clone(x))) > most {
		for i := range most {
			x[i] = x[(2*i+1)*len(x)/(2*most)] // the middle of each of 100 equal parts
		}
		x = x[:most]
	}
	report.KL = KL(model, truth, x)
	return report
}

func scores(law Law, d Data) Scores {
	s := Scores{
		CRPS:       CRPS(law, d),
		Coverage50: Coverage(law, d, 0.5),
		Coverage90: Coverage(law, d, 0.9),
		Sharpness:  Sharpness(law, d.X, 0.9),
	}
	s.NLL, s.NLLError = meanAndError(d.each(func(x, y float64) float64 { return -law.At(x).LogProb(y) }))
	return s
}

// ReportRow is one score of a [Report].
type ReportRow struct {
	Name  string // what is scored, with its unit
	Model ReportScore
	Truth ReportScore // its Text is empty where the truth has none, or is not known
}

// ReportScore is a number of a [Report].
type ReportScore struct {
	Text          string  // the number as it is written, or why there is none
	Value         float64 // shares in %
	StandardError float64 // NaN where it is not known
}

// String returns the report as a table in plain text, without the column of the truth and the distances from it where the
// truth is not known.
func (r Report) String() string {
	var text strings.Builder
	line := func(name, model, truth string) {
		fmt.Fprintln(&text, strings.TrimRight(fmt.Sprintf("%-38s%20s%20s", name, model, truth), " "))
	}
	truth := "truth"
	if r.Truth == nil {
		truth = ""
	}
	line(fmt.Sprintf("%d held-out pairs", r.Pairs), "model", truth)
	for _, row := range r.Rows() {
		line(row.Name, row.Model.Text, row.Truth.Text)
	}
	return text.String()
}

// Rows returns the scores one by one.
func (r Report) Rows() []ReportRow {
	row := func(name string, score func(Scores) ReportScore) ReportRow {
		if r.Truth == nil {
			return ReportRow{Name: name, Model: score(r.Model)}
		}
		return ReportRow{name, score(r.Model), score(*r.Truth)}
	}
	share := func(v float64) ReportScore { return ReportScore{fmt.Sprintf("%.1f %%", 100*v), 100 * v, math.NaN()} }
	inUnits := func(v float64) ReportScore { return ReportScore{fmt.Sprintf("%.4g", v), v, math.NaN()} }
	rows := []ReportRow{
		row("NLL, nats", func(s Scores) ReportScore { return inNats(s.NLL, s.NLLError) }),
		row("CRPS, y's units", func(s Scores) ReportScore { return inUnits(s.CRPS) }),
		row("y inside the 50 % interval", func(s Scores) ReportScore { return share(s.Coverage50) }),
		row("y inside the 90 % interval", func(s Scores) ReportScore { return share(s.Coverage90) }),
		row("mean width of the 90 % interval", func(s Scores) ReportScore { return inUnits(s.Sharpness) }),
	}
	if r.Truth == nil {
		return rows
	}
	return append(rows,
		ReportRow{Name: "NLL above the truth's, nats", Model: inNats(r.Excess, r.ExcessError)},
		ReportRow{Name: "KL divergence from the truth, nats", Model: inNats(r.KL, math.NaN())},
		ReportRow{Name: "mean absolute error of μ(x)", Model: inUnits(r.MeanError)},
		ReportRow{Name: "mean absolute error of σ(x)", Model: inUnits(r.StdDevError)})
}

// inNats is a score in nats, with its standard error where there is one.
func inNats(score, standardError float64) ReportScore {
	s := ReportScore{Value: score, StandardError: standardError}
	switch {
	case math.IsInf(score, -1):
		s.Text = "none" // no noise, so no end to how little it can surprise
	case math.IsInf(score, 1):
		s.Text = "infinite"
	case math.IsNaN(score):
		s.Text = "not known"
	case math.IsNaN(standardError):
		s.Text = fmt.Sprintf("%.4f", score)
	default:
		s.Text = fmt.Sprintf("%.4f ± %.4f", score, standardError)
	}
	return s
}
