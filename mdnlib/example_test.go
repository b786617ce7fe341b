package mdnlib_test

import (
	"bytes"
	"context"
	"fmt"
	"log"
	"math"
	"os"
	"path/filepath"

	"mdn/mdnlib"

	"gonum.org/v1/gonum/stat/distuv"
)

// A law of your own is a function from x to a distribution, and everything works with it.
func ExampleLaw() {
	law := func(x float64) mdnlib.Distribution {
		return distuv.Laplace{Mu: 2 * x, Scale: 0.1 + x}
	}

	data := mdnlib.Sample(law, mdnlib.Repeat(mdnlib.Grid(0, 1, 11), 1000), 1)
	fmt.Printf("cost of the truth %.2f nats, its floor %.2f\n", mdnlib.NLL(law, data), mdnlib.NLLFloor(law, data.X))
	// Output: cost of the truth 0.98 nats, its floor 0.98
}

func ExampleLawByName() {
	law, err := mdnlib.LawByName("two-humped", 0.1)
	if err != nil {
		log.Fatal(err)
	}
	data := law.Sample(1000, 1)
	fmt.Printf("%s, for x from %g to %g; %d pairs\n", law.Description, law.From, law.To, data.Len())

	_, err = mdnlib.LawByName("gaussian", 0.1)
	fmt.Println(err)
	// Output:
	// two normals, seldom near their mean, for x from 1 to 5; 1000 pairs
	// no law is named "gaussian"; use one of growing, constant, none, u-shaped, periodic, heavy-tailed, skewed, two-humped, inverse
}

// truth is the post's law, data are samples of it, and network and settings suit them.
var (
	truth    = mdnlib.Quadratic(0.1)
	data     = mdnlib.Sample(truth, mdnlib.Repeat(mdnlib.Grid(1, 5, 21), 50), 1).Shuffle(1)
	network  = mdnlib.Network{Hidden: []int{12, 12}, Head: mdnlib.GaussianHead{}}
	settings = mdnlib.Settings{Epochs: 100, Adam: mdnlib.Adam{Rate: 0.003}, Seed: 1, Standardise: true, Anneal: true}
)

func ExampleFit() {
	model := mdnlib.New(network, 1)
	history, err := mdnlib.Fit(context.Background(), model, data, settings)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("cost %.2f; the truth's on the same samples %.2f\n", history.Final(), mdnlib.NLL(truth, data))
	y := model.At(4.5)
	fmt.Printf("at x = 4.5: %.1f ± %.1f, in 9 of 10 cases below %.1f\n", y.Mean(), y.StdDev(), y.Quantile(0.9))
	// Output:
	// cost 0.12; the truth's on the same samples 0.11
	// at x = 4.5: 2.3 ± 0.4, in 9 of 10 cases below 2.9
}

// A loop over the epochs can look at the model on its way, and stop when it is good enough.
func ExampleEpochs() {
	model := mdnlib.New(network, 1)
	for epoch, err := range mdnlib.Epochs(context.Background(), model, data, settings) {
		if err != nil {
			log.Fatal(err)
		}
		if epoch.Cost < 0.5 {
			fmt.Println("the first epoch with a cost below 0.5 is number", epoch.Number)
			break
		}
	}
	fmt.Printf("at x = 4.5: %.1f\n", model.At(4.5).Mean())
	// Output:
	// the first epoch with a cost below 0.5 is number 11
	// at x = 4.5: 2.3
}

// Many models, here with one to three components, are trained side by side on all cores.
func ExampleFitAll() {
	var trainings []mdnlib.Training
	for k := 1; k <= 3; k++ {
		network := mdnlib.Network{Hidden: []int{12, 12}, Head: mdnlib.MixtureHead{K: k}}
		trainings = append(trainings, mdnlib.Training{Model: mdnlib.New(network, 1), Data: data, Settings: settings})
	}
	costs, err := mdnlib.FitAll(context.Background(), trainings, nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%.1f\n", costs)
	// Output: [0.1 0.1 0.2]
}

// A mixture can say that there are several answers.
func ExampleMixtureHead() {
	law, err := mdnlib.LawByName("inverse", 0.1)
	if err != nil {
		log.Fatal(err)
	}
	model := mdnlib.New(mdnlib.Network{Hidden: []int{24, 24}, Head: mdnlib.MixtureHead{K: 5}}, 1)
	if _, err := mdnlib.Fit(context.Background(), model, law.Sample(1000, 1), settings); err != nil {
		log.Fatal(err)
	}
	mixture := model.At(0.5).(mdnlib.Mixture)
	fmt.Printf("mean %.1f, %d modes, the lowest at %.1f\n", mixture.Mean(), len(mixture.Modes()), mixture.Modes()[0])
	// Output: mean 0.5, 3 modes, the lowest at 0.2
}

// A head of your own is a loss and the distribution that it trains: here y is exponential, and the raw output is the log of its mean.
func ExampleHeadFunc() {
	head := mdnlib.HeadFunc(1,
		func(gradient, raw []float64, y float64) float64 {
			gradient[0] = 1 - y*math.Exp(-raw[0])
			return raw[0] + y*math.Exp(-raw[0])
		},
		func(raw []float64) mdnlib.Distribution { return distuv.Exponential{Rate: math.Exp(-raw[0])} })

	law := func(x float64) mdnlib.Distribution { return distuv.Exponential{Rate: x} }
	data := mdnlib.Sample(law, mdnlib.Repeat(mdnlib.Grid(1, 3, 21), 100), 1).Shuffle(1)
	model := mdnlib.New(mdnlib.Network{Hidden: []int{8}, Head: head}, 1)
	if _, err := mdnlib.Fit(context.Background(), model, data, mdnlib.Settings{Epochs: 50, Seed: 1}); err != nil {
		log.Fatal(err)
	}
	fmt.Printf("mean at x = 2: %.1f, truly %.1f\n", model.At(2).Mean(), law(2).Mean())
	// Output: mean at x = 2: 0.5, truly 0.5
}

func ExampleScore() {
	model := func(x float64) mdnlib.Distribution { return mdnlib.Normal(truth(x).Mean()+0.05, 0.12*x) }
	heldOut := mdnlib.Sample(truth, mdnlib.Repeat(mdnlib.Grid(1, 5, 21), 1000), 2)
	fmt.Print(mdnlib.Score(model, truth, heldOut))
	// Output:
	// 21000 held-out pairs                                 model               truth
	// NLL, nats                                  0.1668 ± 0.0047     0.1169 ± 0.0058
	// CRPS, y's units                                      0.174              0.1697
	// y inside the 50 % interval                          56.7 %              49.4 %
	// y inside the 90 % interval                          94.5 %              89.9 %
	// mean width of the 90 % interval                      1.184              0.9869
	// NLL above the truth's, nats                0.0499 ± 0.0018
	// KL divergence from the truth, nats                  0.0484
	// mean absolute error of μ(x)                           0.05
	// mean absolute error of σ(x)                           0.06
}

// Far from the data the models of an ensemble disagree.
func ExampleEnsemble() {
	e := mdnlib.NewEnsemble(5, network, 1)
	if _, err := e.Fit(context.Background(), data, settings, nil); err != nil {
		log.Fatal(err)
	}
	for _, x := range []float64{3, 8} {
		noise, doubt := e.Spread(x)
		fmt.Printf("at x = %g: %.2f ± %.2f, and they disagree by %.2f\n", x, e.At(x).Mean(), noise, doubt)
	}
	// Output:
	// at x = 3: 0.01 ± 0.31, and they disagree by 0.03
	// at x = 8: 5.18 ± 1.03, and they disagree by 0.75
}

func ExampleReadTable() {
	folder, err := os.MkdirTemp("", "")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(folder)
	path := filepath.Join(folder, "penguins.csv")
	if err := os.WriteFile(path, []byte("species,flipper,mass\nAdelie,181,3750\nAdelie,NA,3800\nGentoo,211,4500\n"), 0o644); err != nil {
		log.Fatal(err)
	}

	table, err := mdnlib.ReadTable(path)
	if err != nil {
		log.Fatal(err)
	}
	complete, err := table.Complete("flipper", "mass")
	if err != nil {
		log.Fatal(err)
	}
	data, err := complete.Data("flipper", "mass")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(complete.Len(), "of", table.Len(), "rows:", data.X, data.Y)
	// Output: 2 of 3 rows: [181 211] [3750 4500]
}

// Several inputs, one of them in words: a model of how long a penguin's flipper is.
func ExampleTable_Rows() {
	table, err := mdnlib.ReadTable("../notebooks/data/penguins.csv")
	if err != nil {
		log.Fatal(err)
	}
	complete, err := table.Complete("species", "body_mass_g", "flipper_length_mm")
	if err != nil {
		log.Fatal(err)
	}
	rows, err := complete.Rows([]string{"species", "body_mass_g"}, "flipper_length_mm")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%d of %d rows; the inputs are %q\n", rows.Len(), table.Len(), rows.Columns)

	fold := rows.Folds(5, 1)[0]
	model := mdnlib.New(mdnlib.Network{Inputs: rows.Columns, Hidden: []int{12, 12}, Head: mdnlib.GaussianHead{}}, 1)
	if _, err := mdnlib.Fit(context.Background(), model, fold.Training, settings); err != nil {
		log.Fatal(err)
	}
	fmt.Printf("on rows held out: %.1f nats\n", mdnlib.NLL(fold.HeldOut.Numbered(model.AtRow)))

	gentoo := rows.Along(model.AtRow, "body_mass_g", []float64{0, 0, 1, 0}) // a law of the mass, for charts and scores
	fmt.Printf("a Gentoo of 5 kg: %.0f ± %.0f mm\n", gentoo(5000).Mean(), gentoo(5000).StdDev())
	predicted, err := model.AtTable(complete)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("the first row: %.0f mm\n", predicted[0].Mean())
	for k, effect := 0, rows.Effect(model.AtRow, "species"); k < len(effect.X); k++ {
		fmt.Printf("%s: %.0f mm on average over the masses\n", effect.Words[k], effect.Mean[k])
	}
	// Output:
	// 342 of 344 rows; the inputs are ["species=Adelie" "species=Chinstrap" "species=Gentoo" "body_mass_g"]
	// on rows held out: 3.2 nats
	// a Gentoo of 5 kg: 217 ± 4 mm
	// the first row: 190 mm
	// Adelie: 194 mm on average over the masses
	// Chinstrap: 199 mm on average over the masses
	// Gentoo: 210 mm on average over the masses
}

// One call from rows to an answer: how many components, how good, and how sure that is.
func ExampleSelection() {
	table, err := mdnlib.ReadTable("../notebooks/data/penguins.csv")
	if err == nil {
		table, err = table.Complete("species", "sex", "bill_depth_mm", "bill_length_mm")
	}
	if err != nil {
		log.Fatal(err)
	}
	rows, err := table.Rows([]string{"species", "sex", "bill_depth_mm"}, "bill_length_mm")
	if err != nil {
		log.Fatal(err)
	}
	answer, err := mdnlib.Recommended(1).Fit(context.Background(), rows, nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(answer)

	calibration, err := mdnlib.Calibrate(answer.Chosen.PIT)
	if err != nil {
		log.Fatal(err)
	}
	bill := calibration.RowLaw(answer.Ensemble.AtRow)(rows.X[0])
	fmt.Printf("the first bill is measured as %g mm; nine of ten such are from %.1f to %.1f mm\n", rows.Y[0], bill.Quantile(0.05), bill.Quantile(0.95))
	// Output:
	// 333 samples, each held out once              NLL, nats   better by, nats       CRPS   in 50 %   in 90 %
	// one bell curve, blind to the inputs      3.120 ± 0.029                         3.17    40.8 %    94.3 %
	// 1 component                              2.250 ± 0.048     0.871 ± 0.046      1.277    56.2 %    90.4 %
	// 2 components                             2.244 ± 0.050     0.006 ± 0.010      1.268    53.5 %    90.4 %
	// 3 components                             2.256 ± 0.052    -0.012 ± 0.013      1.268    53.5 %    89.8 %
	//
	// The answer has 1 component: no larger number tried is better by more than chance makes easily.
	// Knowing the inputs saves 0.871 ± 0.046 nats a sample, beside one bell curve for all.
	// Of its 90 % intervals 90.4 % hold the y that came, where chance reaches from 86.7 to 93.3 %: no fault is found.
	//
	// the first bill is measured as 39.1 mm; nine of ten such are from 36.9 to 44.1 mm
}

// A model goes through any stream, and comes out with the same bits.
func ExampleDecode() {
	model := mdnlib.New(network, 1)
	var stream bytes.Buffer
	if err := model.Encode(&stream); err != nil {
		log.Fatal(err)
	}
	decoded, err := mdnlib.Decode(&stream, nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(decoded.Network().Hidden, decoded.At(2) == model.At(2))
	// Output: [12 12] true
}
