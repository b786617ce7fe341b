package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"text/tabwriter"

	"mdn/mdnlib"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/stat"
)

// A question is what is to be predicted from what, and the training of one network for it.
type question struct {
	name       string
	file       string // from the repository's root; "" for rows drawn from threeOfEight
	inputs     []string
	y          string
	components int
	several    mdnlib.Selection // how the ensemble is trained
	hidden     []int            // of the single network, which is trained for all epochs
	settings   mdnlib.Settings  // of its training
}

const (
	fitFolds = 10 // of a file
	fitSeeds = 5  // of a law: rows to train on are drawn so often
	folder   = "mdnlib/internal/versus/data/"
	penguins = "notebooks/data/penguins.csv"
)

// questions returns those asked of real files, and one of a law whose floor is known. The ensembles are the recommended ones; of the law,
// which has more rows and inputs than a small file, with larger networks and batches. The single networks are small ones for the files,
// and the ensemble's for the law.
func questions() []question {
	all := []question{
		{name: "penguins", file: penguins, inputs: []string{"bill_depth_mm"}, y: "bill_length_mm", components: 2},
		{name: "penguins, 4 columns", file: penguins, inputs: []string{"bill_depth_mm", "species", "sex", "body_mass_g"},
			y: "bill_length_mm", components: 2},
		{name: "faithful", file: folder + "faithful.csv", inputs: []string{"waiting"}, y: "eruptions", components: 3},
		{name: "engel", file: folder + "engel.csv", inputs: []string{"income"}, y: "foodexp", components: 3},
		{name: "mpg", file: folder + "mpg.csv", inputs: []string{"displ", "year", "cyl", "class"}, y: "hwy", components: 3},
		{name: "8 inputs, excess", components: 2},
	}
	for i := range all {
		q := &all[i]
		q.several = mdnlib.Recommended(seed)
		q.hidden = []int{8}
		q.settings = mdnlib.Settings{Epochs: 300, Batch: 20, Adam: mdnlib.Adam{Rate: 0.01}, Standardise: true, Anneal: true, Seed: seed}
		if q.file == "" {
			s := &q.several
			s.Hidden, s.Settings.Epochs, s.Settings.Batch, s.Settings.Adam.Rate = []int{24, 24}, 100, 50, 0.003
			q.hidden, q.settings = s.Hidden, s.Settings
			q.settings.Validation, q.settings.Patience = 0, 0
		}
	}
	return all
}

// folds returns what to train on and what to score on, and the cost of the latter by the truth, below which no model can get; 0 where
// the truth is not known.
func (q question) folds() (folds []mdnlib.RowFold, floor []float64, err error) {
	if q.file == "" {
		for i := range uint64(fitSeeds) {
			fold := mdnlib.RowFold{Training: drawRows(4000, 2*i+1), HeldOut: drawRows(20000, 2*i+2)}
			folds, floor = append(folds, fold), append(floor, mdnlib.NLL(fold.HeldOut.Numbered(threeOfEight)))
		}
		return folds, floor, nil
	}
	table, err := mdnlib.ReadTable(q.file)
	if err != nil {
		return nil, nil, err
	}
	if table, err = table.Complete(append(slices.Clone(q.inputs), q.y)...); err != nil {
		return nil, nil, err
	}
	rows, err := table.Rows(q.inputs, q.y)
	if err != nil {
		return nil, nil, err
	}
	return rows.Folds(fitFolds, seed), make([]float64, fitFolds), nil
}

// threeOfEight is a law of eight inputs, of which three matter: two for the mean, and two for σ.
func threeOfEight(row []float64) mdnlib.Distribution {
	return mdnlib.Normal(math.Sin(2*row[0])+row[0]*row[1], math.Exp(row[1]/2+row[2]/2-1))
}

// drawRows draws rows of eight numbers from −2 to 2, and a y for each from threeOfEight.
func drawRows(n int, seed uint64) mdnlib.Rows {
	rows, source := mdnlib.Rows{Columns: columns(8)}, rand.New(rand.NewPCG(seed, 2))
	for range n {
		row := make([]float64, len(rows.Columns))
		for j := range row {
			row[j] = 4*source.Float64() - 2
		}
		rows.X, rows.Y = append(rows.X, row), append(rows.Y, threeOfEight(row).Quantile(1-source.Float64()))
	}
	return rows
}

// ours returns what the held-out rows of each fold cost by a single model that is trained for all epochs, and by an ensemble each of
// whose models has a tenth of the rows say which start and which epoch to keep.
func (q question) ours(folds []mdnlib.RowFold) (one, ensemble []float64, err error) {
	var trainings []mdnlib.Training
	for _, fold := range folds {
		network := mdnlib.Network{Inputs: fold.Training.Columns, Hidden: q.hidden, Head: mdnlib.MixtureHead{K: q.components, Floor: 0.05}}
		trainings = append(trainings, mdnlib.Training{Model: mdnlib.New(network, seed), Data: fold.Training, Settings: q.settings})
	}
	if _, err := mdnlib.FitAll(context.Background(), trainings, nil); err != nil {
		return nil, nil, err
	}
	for i, fold := range folds {
		e, err := q.several.Train(context.Background(), q.components, fold.Training, nil)
		if err != nil {
			return nil, nil, err
		}
		one = append(one, mdnlib.NLL(fold.HeldOut.Numbered(trainings[i].Model.AtRow)))
		ensemble = append(ensemble, mdnlib.NLL(fold.HeldOut.Numbered(e.AtRow)))
	}
	return one, ensemble, nil
}

// A peerFold is a RowFold as peers/torch_fit_peer.py reads it.
type peerFold struct {
	X     [][]float64 `json:"x"`
	Y     []float64   `json:"y"`
	HeldX [][]float64 `json:"held_x"`
	HeldY []float64   `json:"held_y"`
}

// torch returns what the held-out rows of each fold cost by a PyTorch model of the ensemble's network.
func (q question) torch(python string, folds []mdnlib.RowFold) ([]float64, error) {
	dir, err := os.MkdirTemp("", "versus")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	if err := os.CopyFS(dir, sources); err != nil {
		return nil, err
	}
	var theirs []peerFold
	for _, fold := range folds {
		theirs = append(theirs, peerFold{fold.Training.X, fold.Training.Y, fold.HeldOut.X, fold.HeldOut.Y})
	}
	content, err := json.Marshal(map[string]any{"hidden": q.several.Hidden, "components": q.components, "floor": q.several.Head.Floor,
		"batch": q.several.Settings.Batch, "rate": q.several.Settings.Adam.Rate, "folds": theirs})
	if err != nil {
		return nil, err
	}
	path := filepath.Join(dir, "folds.json")
	if err := os.WriteFile(path, content, 0o666); err != nil {
		return nil, err
	}
	line, err := exec.Command(python, filepath.Join(dir, "peers", "torch_fit_peer.py"), path).Output()
	if err != nil {
		return nil, fmt.Errorf("PyTorch failed: %w", explain(err))
	}
	var costs []float64
	if err := json.Unmarshal(line, &costs); err != nil || len(costs) != len(folds) {
		return nil, fmt.Errorf("PyTorch printed %q, and not the costs of %d folds", line, len(folds))
	}
	return costs, nil
}

// fit prints what the held-out rows of each question cost by our models and, with a Python, by PyTorch's, in nats.
func fit(w io.Writer, python string, questions []question) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprint(table, "data\ttrained on\tinputs\tK\tone model\tfive\tfive − one")
	if python != "" {
		fmt.Fprint(table, "\tPyTorch\tfive − PyTorch")
	}
	fmt.Fprintln(table)
	for _, q := range questions {
		fmt.Fprintln(os.Stderr, q.name)
		folds, floor, err := q.folds()
		if err != nil {
			return err
		}
		one, five, err := q.ours(folds)
		if err != nil {
			return err
		}
		training := folds[0].Training
		fmt.Fprintf(table, "%s\t%d\t%d\t%d\t%s\t%s\t%s", q.name, training.Len(), len(training.Columns), q.components,
			plusMinus("%.3f", one, floor), plusMinus("%.3f", five, floor), plusMinus("%+.3f", five, one))
		if python != "" {
			torch, err := q.torch(python, folds)
			if err != nil {
				return err
			}
			fmt.Fprintf(table, "\t%s\t%s", plusMinus("%.3f", torch, floor), plusMinus("%+.3f", five, torch))
		}
		fmt.Fprintln(table)
	}
	return table.Flush()
}

// plusMinus returns the mean of the differences a − b, and its standard error.
func plusMinus(format string, a, b []float64) string {
	mean, deviation := stat.MeanStdDev(floats.SubTo(make([]float64, len(a)), a, b), nil)
	return fmt.Sprintf(format+" ± %.3f", mean, stat.StdErr(deviation, float64(len(a))))
}
