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
	model = remember(model)
	report := Report{Pairs: heldOut.Len(), Model: scores(model, heldOut)}
	if truth == nil {
		return report
	}
	truth = remember(truth)
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
	s.NLL, s.NLLError = meanAndError(d.each(func(x, y float64) float64 { return -law(x).LogProb(y) }))
	return s
}

// String returns the report as a table in plain text, without the column of the truth and the distances from it where the
// truth is not known.
func (r Report) String() string {
	var text strings.Builder
	for _, row := range r.rows() {
		line := fmt.Sprintf("%-38s%20s%20s", row[0], row[1], row[2])
		fmt.Fprintln(&text, strings.TrimRight(line, " "))
	}
	return text.String()
}

// Markdown returns the report as a table in Markdown.
func (r Report) Markdown() string {
	var text strings.Builder
	for i, row := range r.rows() {
		cells, rule := row[:], "| :--- | ---: | ---: |"
		if r.Truth == nil {
			cells, rule = row[:2], "| :--- | ---: |"
		}
		fmt.Fprintln(&text, "| "+strings.Join(cells, " | ")+" |")
		if i == 0 {
			fmt.Fprintln(&text, rule)
		}
	}
	return text.String()
}

// rows returns the table's rows, the first of them its heading: what is scored, the model's score, the truth's.
func (r Report) rows() [][3]string {
	truth := Scores{}
	if r.Truth != nil {
		truth = *r.Truth
	}
	row := func(name string, score func(Scores) string) [3]string {
		return [3]string{name, score(r.Model), score(truth)}
	}
	percent := func(share float64) string { return fmt.Sprintf("%.1f %%", 100*share) }
	number := func(v float64) string { return fmt.Sprintf("%.4g", v) }
	rows := [][3]string{
		{fmt.Sprintf("%d held-out pairs", r.Pairs), "model", "truth"},
		row("NLL, nats", func(s Scores) string { return nats(s.NLL, s.NLLError) }),
		row("CRPS, y's units", func(s Scores) string { return number(s.CRPS) }),
		row("y inside the 50 % interval", func(s Scores) string { return percent(s.Coverage50) }),
		row("y inside the 90 % interval", func(s Scores) string { return percent(s.Coverage90) }),
		row("mean width of the 90 % interval", func(s Scores) string { return number(s.Sharpness) }),
	}
	if r.Truth == nil {
		for i := range rows {
			rows[i][2] = ""
		}
		return rows
	}
	return append(rows,
		[3]string{"NLL above the truth's, nats", nats(r.Excess, r.ExcessError), ""},
		[3]string{"KL divergence from the truth, nats", nats(r.KL, math.NaN()), ""},
		[3]string{"mean absolute error of μ(x)", number(r.MeanError), ""},
		[3]string{"mean absolute error of σ(x)", number(r.StdDevError), ""})
}

// nats writes a score in nats, and its standard error where there is one.
func nats(score, standardError float64) string {
	switch {
	case math.IsInf(score, -1):
		return "none" // no noise, so no end to how little it can surprise
	case math.IsInf(score, 1):
		return "infinite"
	case math.IsNaN(score):
		return "not known"
	case math.IsNaN(standardError):
		return fmt.Sprintf("%.4f", score)
	}
	return fmt.Sprintf("%.4f ± %.4f", score, standardError)
}
