package main

import (
	"os/exec"
	"strings"
	"testing"

	"mdn/mdnlib"

	"gonum.org/v1/gonum/stat"
)

// TestFit asserts that models, ours and PyTorch's if this machine has it, know more of held-out rows than one bell for all does.
func TestFit(t *testing.T) {
	t.Chdir("../../..") // to the repository's root
	for _, q := range questions() {
		t.Run(q.name, func(t *testing.T) {
			folds, floor, err := q.folds()
			if err != nil {
				t.Fatal(err)
			}
			folds, floor = folds[:1], floor[:1]
			bell := mdnlib.Normal(stat.MeanStdDev(folds[0].Training.Y, nil))
			blind := mdnlib.NLL(folds[0].HeldOut.Numbered(func([]float64) mdnlib.Distribution { return bell }))
			one, five, err := q.ours(folds)
			if err != nil {
				t.Fatal(err)
			}
			costs := map[string]float64{"one": one[0], "five": five[0]}
			if exec.Command("python3", "-c", "import torch").Run() == nil && q.file != "" { // the law takes long
				torch, err := q.torch("python3", folds)
				if err != nil {
					t.Fatal(err)
				}
				costs["PyTorch"] = torch[0]
			}
			for model, cost := range costs {
				if !(cost < blind-0.1) || cost < floor[0] && q.file == "" {
					t.Errorf("%s: held-out rows cost %.3f nats, one bell %.3f, the truth %.3f", model, cost, blind, floor[0])
				}
			}
		})
	}
}

// TestFitTable asserts what the table says of a question.
func TestFitTable(t *testing.T) {
	t.Chdir("../../..")
	quick := questions()[2]
	quick.settings.Epochs = 60
	var table strings.Builder
	if err := fit(&table, "", []question{quick}); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(table.String()), "\n")
	if len(lines) != 2 || !strings.HasPrefix(lines[1], "faithful  245         1       3  ") || strings.Count(lines[1], " ± ") != 3 {
		t.Errorf("the table is\n%s", table.String())
	}
	if got := plusMinus("%+.3f", []float64{2, 3, 4}, []float64{1, 1, 1}); got != "+2.000 ± 0.577" {
		t.Errorf("the mean of 1, 2 and 3 is %s", got)
	}
	quick.file = "nosuch.csv"
	if err := fit(&table, "", []question{quick}); err == nil || !strings.Contains(err.Error(), "there is no file nosuch.csv") {
		t.Errorf("error %v of a file that is not there", err)
	}
	if err := fit(&table, "no/such/python", []question{questions()[2]}); err == nil || !strings.Contains(err.Error(), "PyTorch failed: ") {
		t.Errorf("error %v of a Python that is not there", err)
	}
}
