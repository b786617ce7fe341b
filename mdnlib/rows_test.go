package mdnlib

import (
	"bytes"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// threeOfMany is a law of rows that depends on their first three numbers: the mean on two of them, σ on two.
func threeOfMany(row []float64) Distribution {
	return Normal(math.Sin(2*row[0])+float64(row[0]*row[1]), math.Exp(row[1]/2+row[2]/2-1))
}

// someRows draws rows of numbers from −2 to 2 in so many columns, and their y from the law.
func someRows(law RowLaw, n, columns int, seed uint64) Rows {
	source := rand.New(rand.NewPCG(seed, 0))
	r := Rows{Y: make([]float64, n)}
	for j := range columns {
		r.Columns = append(r.Columns, fmt.Sprintf("c%d", j))
	}
	for i := range n {
		row := make([]float64, columns)
		for j := range row {
			row[j] = float64(float32(4*source.Float64() - 2))
		}
		r.X, r.Y[i] = append(r.X, row), float64(float32(law(row).Quantile(uniform(source))))
	}
	return r
}

// TestRowsAreLearned compares a model of eight inputs, of which three matter, with the truth.
func TestRowsAreLearned(t *testing.T) {
	rows, heldOut := someRows(threeOfMany, 4000, 8, 1), someRows(threeOfMany, 4000, 8, 2)
	m := New(Network{rows.Columns, []int{24, 24}, GaussianHead{}}, 1)
	settings := Settings{Epochs: 60, Adam: Adam{Rate: 0.003}, Seed: 1, Standardise: true, Anneal: true}
	if _, err := Fit(t.Context(), m, rows, settings); err != nil {
		t.Fatal(err)
	}
	model, pairs := heldOut.Numbered(m.AtRow)
	truth, _ := heldOut.Numbered(threeOfMany)
	report := Score(model, truth, pairs)
	if report.Excess > 0.06 || report.KL > 0.06 {
		t.Errorf("the model is not near the truth:\n%v", report)
	}
	if cost := m.Cost(truth, heldOut); cost != NLL(truth, pairs) {
		t.Errorf("the truth costs %g, want %g", cost, NLL(truth, pairs))
	}
	if warnings := m.Warnings(rows); warnings != nil {
		t.Errorf("warnings %q", warnings)
	}
}

// TestRowsBits trains on rows, as one goroutine and as teams, on every platform to the same bits.
func TestRowsBits(t *testing.T) {
	rows := someRows(func(row []float64) Distribution { return PointMass(row[0] * row[1]) }, 421, 20, 1) // which need no math function
	for _, test := range []struct {
		head  Head
		batch int
		want  uint64 // a hash of the parameters
	}{
		{MeanHead{}, 50, 0x53b82b6c2ed5c34c},
		{GaussianHead{}, 256, 0xb8202c943a78d1ed},
		{MixtureHead{K: 3}, 100, 0x4dc3b2a73335f456},
	} {
		for _, size := range []int{1, 2, 3} {
			m := New(Network{rows.Columns, []int{33, 7}, test.head}, 1)
			trainBy(t, size, m, rows, Settings{Epochs: 3, Batch: test.batch, Standardise: true, Clip: 1, Seed: 1})
			sum := fnv.New64a()
			for _, p := range m.parameters {
				fmt.Fprintf(sum, "%x ", math.Float32bits(p))
			}
			if sum.Sum64() != test.want {
				t.Errorf("%T, %d goroutines: the parameters' hash is %#x, want %#x", test.head, size, sum.Sum64(), test.want)
			}
		}
	}
}

// TestRowsGoThroughTheNetwork compares the loss of batches of one and of several panels with the density of every row by itself, and
// predictions side by side with those one by one.
func TestRowsGoThroughTheNetwork(t *testing.T) {
	for _, columns := range []int{1, 2, 5, 70} {
		for _, n := range []int{1, 13, 64, 150, 256} {
			rows := someRows(func(row []float64) Distribution { return Normal(row[0], 1) }, n, columns, 1)
			m := New(Network{rows.Columns, []int{9}, MixtureHead{K: 2}}, 1)
			trainer, err := newTrainer(m, rows, Settings{Batch: n, Standardise: true})
			if err != nil {
				t.Fatal(err)
			}
			loss, want := trainer.gradient(trainer.batches[0])+math.Log(m.units.scaleY), NLL(rows.Numbered(m.AtRow))
			if math.Abs(loss-want) > 2e-6*max(1, math.Abs(want)) {
				t.Errorf("%d rows of %d: loss %g, but minus the log density is %g", n, columns, loss, want)
			}
			for i, d := range m.AtEachRow(rows.X) {
				if one := m.AtRow(rows.X[i]); !reflect.DeepEqual(d, one) {
					t.Fatalf("%d rows of %d: row %d is predicted as %v side by side, and as %v alone", n, columns, i, d, one)
				}
			}
		}
	}
}

// TestOneColumn trains on x as data and as the one column of rows: to the same bits.
func TestOneColumn(t *testing.T) {
	data := Sample(Quadratic(0.1), Grid(1, 5, 101), 1).Shuffle(1)
	rows := Rows{Columns: []string{"x"}, X: single(data.X), Y: data.Y}
	settings := Settings{Epochs: 3, Standardise: true}
	m, named := New(Network{Hidden: []int{8}, Head: GaussianHead{}}, 1), New(Network{rows.Columns, []int{8}, GaussianHead{}}, 1)
	history, err := Fit(t.Context(), m, data, settings)
	if err != nil {
		t.Fatal(err)
	}
	of, err := Fit(t.Context(), named, rows, settings)
	if err != nil || !slices.Equal(of, history) || !slices.Equal(named.parameters, m.parameters) || named.At(2) != m.At(2) || named.AtRow([]float64{2}) != m.At(2) {
		t.Errorf("costs %v (%v), want %v, or another model", of, err, history)
	}
	if _, err := Fit(t.Context(), named, data, settings); err != nil {
		t.Errorf("data without a name for a model of one input: %v", err)
	}
}

// TestRowsAreDivided shuffles and divides rows as data.
func TestRowsAreDivided(t *testing.T) {
	rows := Rows{Columns: []string{"a", "b"}}
	var data Data
	for i := range 23 {
		v := float64(i)
		rows.X, rows.Y = append(rows.X, []float64{v, -v}), append(rows.Y, 2*v)
		data.X, data.Y = append(data.X, v), append(data.Y, 2*v)
	}
	same := func(r Rows, d Data) {
		t.Helper()
		if !slices.Equal(r.values(0), d.X) || !slices.Equal(r.Y, d.Y) || !slices.Equal(r.Columns, rows.Columns) {
			t.Errorf("rows %v, want %v", r, d)
		}
		for _, row := range r.X {
			if row[1] != -row[0] {
				t.Errorf("a row is %v", row)
			}
		}
	}
	same(rows.Shuffle(3), data.Shuffle(3))
	folds := data.Folds(4, 2)
	for i, fold := range rows.Folds(4, 2) {
		same(fold.Training, folds[i].Training)
		same(fold.HeldOut, folds[i].HeldOut)
	}
	law, pairs := rows.Numbered(func(row []float64) Distribution { return PointMass(row[1]) })
	if law(7).Mean() != -7 || pairs.X[7] != 7 || pairs.Y[7] != 14 {
		t.Errorf("row 7 is (%g, %g), predicted at %g", pairs.X[7], pairs.Y[7], law(7).Mean())
	}
}

// TestAlong moves one number of a row.
func TestAlong(t *testing.T) {
	rows := Rows{Columns: []string{"a", "b", "c"}}
	row := []float64{1, 2, 3}
	slice := rows.Along(func(row []float64) Distribution { return Normal(100*row[0]+10*row[1], row[2]) }, "b", row)
	if got := slice(5); got != Normal(150, 3) || row[1] != 2 {
		t.Errorf("at b = 5 the slice predicts %v, and the row is %v", got, row)
	}
	want := `mdnlib: there is no column "d"; the rows have "a", "b", "c"`
	if got := panics(func() { rows.Along(nil, "d", row) }); got != want {
		t.Errorf("panic %q, want %q", got, want)
	}
}

// TestRowsCheck asserts the whole of what is said about rows that cannot be trained on.
func TestRowsCheck(t *testing.T) {
	for _, test := range []struct {
		rows Rows
		want string
	}{
		{Rows{}, "the rows have no columns; name one for each number of a row"},
		{Rows{Columns: []string{"a", ""}}, "column 2 has no name; give it one"},
		{Rows{Columns: []string{"a", "b", "a"}}, `there are two columns "a"; give one of them another name, or leave it out`},
		{Rows{Columns: []string{"a"}}, "data has no samples; at least 1 is needed"},
		{Rows{Columns: []string{"a"}, X: [][]float64{{1}, {2}}, Y: []float64{1}}, "data has 2 rows but 1 y; every row needs its y"},
		{Rows{Columns: []string{"a", "b"}, X: [][]float64{{1, 2}, {3}}, Y: []float64{1, 2}}, `row 1 has 1 numbers, but there are 2 columns, "a", "b"`},
		{Rows{Columns: []string{"a", "mass"}, X: [][]float64{{1, 2}, {3, math.NaN()}}, Y: []float64{1, 2}}, "mass[1] is NaN; remove the sample or fill in its value"},
		{Rows{Columns: []string{"a", "mass"}, X: [][]float64{{1, 2}, {3, 1e39}}, Y: []float64{1, 2}},
			"mass[1] is 1e+39, but training is in float32, which ends at 3.4e+38; scale the values down"},
		{Rows{Columns: []string{"a"}, X: [][]float64{{1}}, Y: []float64{math.NaN()}}, "y[0] is NaN; remove the sample or fill in its value"},
	} {
		err := test.rows.Check()
		if err == nil || err.Error() != test.want {
			t.Errorf("error %v, want %s", err, test.want)
		}
		_, err = Fit(t.Context(), New(Network{Head: MeanHead{}}, 1), test.rows, Settings{})
		if err == nil || err.Error() != "mdnlib: cannot train: "+test.want {
			t.Errorf("training: error %v, want %s", err, test.want)
		}
	}
	if _, err := FitAll(t.Context(), []Training{{Model: New(Network{Head: MeanHead{}}, 1)}}, nil); err == nil || !strings.HasSuffix(err.Error(), errNoSamples.Error()) {
		t.Errorf("without data: error %v", err)
	}
}

// TestOtherInputs gives models what has not their inputs.
func TestOtherInputs(t *testing.T) {
	two := Rows{Columns: []string{"a", "b"}, X: [][]float64{{1, 2}, {3, 4}}, Y: []float64{1, 2}}
	turned := Rows{Columns: []string{"b", "a"}, X: two.X, Y: two.Y}
	x := New(Network{Head: GaussianHead{}}, 1)
	ab := New(Network{Inputs: two.Columns, Head: GaussianHead{}}, 1)
	const advice = "; make the model with Network.Inputs: rows.Columns"
	for _, test := range []struct {
		m    *Model
		data Samples
		want string
	}{
		{x, two, `the data's inputs are "a", "b", but the model's are "x"` + advice},
		{ab, turned, `the data's inputs are "b", "a", but the model's are "a", "b"` + advice},
		{ab, Data{[]float64{1}, []float64{2}}, `the data's inputs are "x", but the model's are "a", "b"` + advice},
	} {
		if _, err := Fit(t.Context(), test.m, test.data, Settings{}); err == nil || err.Error() != "mdnlib: cannot train: "+test.want {
			t.Errorf("error %v, want %s", err, test.want)
		}
		if got := test.m.Warnings(test.data); !slices.Equal(got, []string{test.want}) {
			t.Errorf("warnings %q, want %q", got, test.want)
		}
	}
	for name, ask := range map[string]func(){
		"At": func() { ab.At(1) }, "AtEach": func() { ab.AtEach([]float64{1}) }, "an ensemble's At": func() { Ensemble{ab}.At(1) },
	} {
		want := `mdnlib: a model with 2 inputs, "a", "b", was given a row of 1; At is for one input, AtRow for several, and Rows.Along makes a Law of these`
		if got := panics(ask); got != want {
			t.Errorf("%s: panic %q, want %q", name, got, want)
		}
	}
	want := `mdnlib: Network.Inputs: there are two columns "a"; give one of them another name, or leave it out`
	if got := panics(func() { New(Network{Inputs: []string{"a", "a"}, Head: MeanHead{}}, 1) }); got != want {
		t.Errorf("panic %q, want %q", got, want)
	}
}

// TestEnsembleOfRows mixes the predictions at a row. The mixture's variance has the means' with M in the denominator, doubt with M − 1.
func TestEnsembleOfRows(t *testing.T) {
	rows := someRows(threeOfMany, 50, 3, 1)
	e := NewEnsemble(2, Network{rows.Columns, []int{4}, GaussianHead{}}, 1)
	if _, err := e.Fit(t.Context(), rows, Settings{Epochs: 2}, nil); err != nil {
		t.Fatal(err)
	}
	row := rows.X[3]
	mean := (e[0].AtRow(row).Mean() + e[1].AtRow(row).Mean()) / 2
	noise, doubt := e.SpreadAtRow(row)
	whole := e.AtRow(row)
	if math.Abs(whole.Mean()-mean) > 1e-12 || math.Abs(math.Hypot(noise, doubt/math.Sqrt2)-whole.StdDev()) > 1e-12 {
		t.Errorf("the ensemble predicts %g ± %g, of %g and %g, want the mean %g", whole.Mean(), whole.StdDev(), noise, doubt, mean)
	}
}

// TestWarningsNameTheColumn damages one column after the other.
func TestWarningsNameTheColumn(t *testing.T) {
	for _, test := range []struct {
		damage      func(i int, row []float64)
		standardise bool
		want        string
	}{
		{func(_ int, row []float64) { row[1] = 7 }, true, `the column "c1" is 7 in every row, which says nothing of y; leave it out`},
		{func(i int, row []float64) {
			if i == 17 {
				row[2] = -9999
			}
		}, true, "c2[17] = -9999 lies "},
		{func(_ int, row []float64) { row[0] = 4000 + 300*row[0] }, false, "c0 has mean 4e+03 and standard deviation "},
	} {
		rows := someRows(func(row []float64) Distribution { return Normal(row[0], 1) }, 400, 3, 1)
		for i, row := range rows.X {
			test.damage(i, row)
		}
		m := New(Network{rows.Columns, []int{4}, GaussianHead{}}, 1)
		if _, err := Fit(t.Context(), m, rows, Settings{Epochs: 1, Standardise: test.standardise}); err != nil {
			t.Fatal(err)
		}
		if got := m.Warnings(rows); len(got) != 1 || !strings.HasPrefix(got[0], test.want) {
			t.Errorf("warnings %q, want one that begins with %q", got, test.want)
		}
	}
	rows := someRows(threeOfMany, 10, 3, 1)
	m := New(Network{Inputs: rows.Columns, Head: GaussianHead{}}, 1)
	m.last.Bias[1] = -200
	if got := m.Warnings(rows); len(got) != 1 || !strings.HasPrefix(got[0], "at c0 = ") || !strings.Contains(got[0], ", c1 = ") {
		t.Errorf("warnings %q, want one that says where in all columns", got)
	}
}

// TestRowsAreSaved writes a model of several inputs, reads it, and damages it; and reads a file of the version before.
func TestRowsAreSaved(t *testing.T) {
	rows := someRows(func(row []float64) Distribution { return Normal(row[0], 1) }, 50, 2, 1)
	m := New(Network{[]string{"mass", "sex=male"}, nil, GaussianHead{}}, 1)
	rows.Columns = m.names
	if _, err := Fit(t.Context(), m, rows, Settings{Epochs: 2, Standardise: true}); err != nil {
		t.Fatal(err)
	}
	var file bytes.Buffer
	if err := m.Encode(&file); err != nil {
		t.Fatal(err)
	}
	good := file.String()
	read, err := Decode(&file, nil)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(read.parameters, m.parameters) || !reflect.DeepEqual(read.Network(), m.Network()) || read.AtRow(rows.X[3]) != m.AtRow(rows.X[3]) {
		t.Error("the model read back is not the one written")
	}
	encoded, err := json.Marshal(m.Network())
	var network Network
	if err := json.Unmarshal(encoded, &network); err != nil || !reflect.DeepEqual(network, m.Network()) {
		t.Errorf("from %s: network %v (%v)", encoded, network, err)
	}
	if err != nil || !strings.Contains(string(encoded), `"inputs":["mass","sex=male"]`) {
		t.Errorf("the network is written as %s (%v)", encoded, err)
	}
	for _, test := range []struct{ old, new, want string }{
		{`"inputs":["mass","sex=male"],`, ``, "its units are 6 numbers, but a shift and a scale of each input and of y make 4"},
		{`"mass","sex=male"`, `"mass","mass"`, `there are two columns "mass"`},
		{`"units":[`, `"units":[0,-1,`, "its units are 8 numbers, but a shift and a scale of each input and of y make 6"},
		{`"units":[`, `"units":[0,1],"unused":[`, `unknown field "unused"`},
		{`"weight":[`, `"weight":[1,`, "layer 1 has 3 weights and 1 biases, but its shape needs 2 and 1"},
	} {
		damaged := resealed(strings.Replace(good, test.old, test.new, 1))
		if _, err := Decode(strings.NewReader(damaged), nil); damaged == good || err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s for %s: error %v, want %s", test.new, test.old, err, test.want)
		}
	}

	const old = `{"format":"mdn model","version":2,"head":{"name":"mean","sigma":0.5},"units":[3,2,10,4],"hidden":[],"layers":[{"weight":[0.25],"bias":[1]}]}`
	before, err := Decode(strings.NewReader(old), nil)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := before.At(7), Normal(10+4*(1+0.25*(7-3)/2), 0.5); got != want {
		t.Errorf("a model of version 2 predicts %v, want %v", got, want)
	}
}
