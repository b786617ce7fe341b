package sweep

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"mdn/mdnlib"
)

// small is a sweep of laws that takes a moment.
func small() Sweep {
	return Sweep{Laws: []string{"growing", "inverse"}, Noise: []float64{0.05, 0.2}, Rows: []int{60, 30}, K: []int{1, 2}, Width: []int{8}, Epochs: []int{5},
		Seeds: 2, HeldOut: 40, Head: &mdnlib.MixtureHead{Floor: 0.02}}
}

func plan(t *testing.T, s Sweep) Plan {
	t.Helper()
	p, err := s.Plan()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func run(t *testing.T, s Sweep) Table {
	t.Helper()
	table, err := s.Run(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	return table
}

// TestMade checks that what makes results is what it was when this line was written. Where digits change on purpose, renew it: tables and
// ledgers of before then do not fit any more.
func TestMade(t *testing.T) {
	if want := "b7b69d3e06284778"; Made() != want {
		t.Errorf("results are made by %s, want %s", Made(), want)
	}
}

// TestTasks checks which tasks there are, and in which order.
func TestTasks(t *testing.T) {
	tasks := plan(t, small()).Tasks
	if len(tasks) != 32 {
		t.Fatalf("there are %d tasks, want 2 laws × 2 noises × 2 rows × 2 k × 2 seeds", len(tasks))
	}
	for i, want := range map[int]Task{
		0:  {Law: "growing", Noise: 0.05, Rows: 60, K: 1, Seed: 1},
		1:  {Law: "growing", Noise: 0.05, Rows: 60, K: 1, Seed: 2},
		2:  {Law: "growing", Noise: 0.05, Rows: 60, K: 2, Seed: 1},
		4:  {Law: "growing", Noise: 0.05, Rows: 30, K: 1, Seed: 1},
		8:  {Law: "growing", Noise: 0.2, Rows: 60, K: 1, Seed: 1},
		31: {Law: "inverse", Noise: 0.2, Rows: 30, K: 2, Seed: 2},
	} {
		want.Width, want.Epochs, want.Members, want.Layers, want.HeldOut = 8, 5, 1, 2, 40
		want.Head, want.Settings = *small().Head, mdnlib.Recommended(0).Settings
		want.Settings.Epochs = 0
		if !reflect.DeepEqual(tasks[i], want) {
			t.Errorf("task %d is %+v, want %+v", i, tasks[i], want)
		}
	}
	keys := map[string]bool{}
	for _, task := range tasks {
		keys[task.Key()] = true
	}
	if len(keys) != len(tasks) {
		t.Errorf("%d tasks have %d keys", len(tasks), len(keys))
	}
	both := small()
	both.Head, both.Members = nil, []int{5}
	if n := Trainings(plan(t, both).Tasks); n != 16*5+16*10 {
		t.Errorf("there are %d trainings, want one of each model with K = 1, and two with K = 2", n)
	}
}

// TestRunIsTheLibrary checks a row against the library's own calls.
func TestRunIsTheLibrary(t *testing.T) {
	row := run(t, Sweep{Laws: []string{"two-humped"}, Noise: []float64{0.2}, Rows: []int{80}, K: []int{2}, Epochs: []int{60}, Members: []int{2}, Seeds: 3})[2]
	law, err := mdnlib.LawByName("two-humped", 0.2)
	if err != nil {
		t.Fatal(err)
	}
	recommended := mdnlib.Recommended(3)
	recommended.Models, recommended.Settings.Epochs = 2, 60
	model, err := recommended.Train(t.Context(), 2, law.Sample(80, 3), nil)
	if err != nil {
		t.Fatal(err)
	}
	held, x := law.Sample(1000, 1<<32+3), mdnlib.Grid(1, 5, 21)
	excess, chance := mdnlib.Excess(model.At, law.Law, held)
	for _, score := range []struct {
		name      string
		got, want float64
	}{
		{"NLL", row.NLL, mdnlib.NLL(model.At, held)},
		{"Excess", row.Excess, excess},
		{"ExcessError", row.ExcessError, chance},
		{"MeanError", row.MeanError, mdnlib.MeanError(model.At, law.Law, x)},
		{"StdDevError", row.StdDevError, mdnlib.StdDevError(model.At, law.Law, x)},
	} {
		if !(math.Abs(score.got-score.want) < 1e-5*math.Abs(score.want)) {
			t.Errorf("%s is %g, want %g", score.name, score.got, score.want)
		}
	}
}

// TestTable writes a table and reads it back, and checks that a part of a sweep has rows of the whole.
func TestTable(t *testing.T) {
	whole := run(t, small())
	path := filepath.Join(t.TempDir(), "table.csv")
	if err := whole.Write(path); err != nil {
		t.Fatal(err)
	}
	back, err := ReadTable(path)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := string(back.CSV()), string(whole.CSV()); got != want {
		t.Errorf("the table is read back as\n%s, want\n%s", got, want)
	}
	records, err := os.ReadFile(strings.TrimSuffix(path, "csv") + "jsonl")
	if err != nil {
		t.Fatal(err)
	}
	var first struct {
		Key    string
		Task   Task
		Scores Scores
	}
	if err := json.NewDecoder(strings.NewReader(string(records))).Decode(&first); err != nil {
		t.Fatal(err)
	}
	if first.Key != whole[0].Key || !reflect.DeepEqual(first.Task, whole[0].Task) || first.Scores != whole[0].Scores || strings.Count(string(records), "\n") != len(whole) {
		t.Errorf("the first record is %+v, want that of %+v", first, whole[0])
	}
	part := small()
	part.Laws, part.Rows, part.Seeds = []string{"inverse"}, []int{30}, 1
	rows := string(whole.CSV())
	for line := range strings.Lines(string(run(t, part).CSV())) {
		if !strings.Contains(rows, line) {
			t.Errorf("the part has a row that the whole has not: %s", line)
		}
	}
	some := whole.Where(func(r Row) bool { return r.Law == "growing" && r.K == 1 && r.Rows == 60 && r.Noise == 0.2 })
	mean, chance := some.Mean(func(r Row) float64 { return r.NLL })
	if len(some) != 2 || math.Abs(mean-(some[0].NLL+some[1].NLL)/2) > 1e-12 || math.Abs(chance-math.Abs(some[0].NLL-some[1].NLL)/2) > 1e-12 {
		t.Errorf("%d rows have the mean %g ± %g", len(some), mean, chance)
	}
}

// TestScoresAsJSON checks scores that JSON has no numbers for.
func TestScoresAsJSON(t *testing.T) {
	s := unknown
	s.NLL, s.Excess, s.MeanError = math.Inf(1), math.Inf(-1), 1.5e-7
	encoded, err := json.Marshal(s)
	if want := `{"nll":"+Inf","excess":"-Inf","mean_error":1.5e-07}`; err != nil || string(encoded) != want {
		t.Fatalf("the scores are %s (%v), want %s", encoded, err, want)
	}
	var back Scores
	if err := json.Unmarshal(encoded, &back); err != nil || back.NLL != s.NLL || back.Excess != s.Excess || back.MeanError != s.MeanError || !math.IsNaN(back.StdDevError) {
		t.Errorf("they are read back as %+v (%v)", back, err)
	}
}

// TestFailure checks that a training that overflows is a row that says so.
func TestFailure(t *testing.T) {
	s := small()
	s.Laws, s.Noise, s.Rows, s.K, s.Seeds = []string{"growing"}, []float64{0.05}, []int{30}, []int{2}, 1
	s.Settings = &mdnlib.Settings{Adam: mdnlib.Adam{Rate: 1e30}}
	if r := run(t, s)[0]; r.Failure != "the gradient was not finite in epoch 1" || !math.IsNaN(r.NLL) {
		t.Errorf("the row is %+v", r)
	}
}

// file writes a file of numbers and words, of which some are missing.
func file(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file.csv")
	lines := "a,b,y\n,x,1\n"
	for i := range 40 {
		v, _ := json.Marshal(float64(i) / 7)
		lines += string(v) + []string{",x,", ",z,"}[i%2] + string(v) + "\n"
	}
	if err := os.WriteFile(path, []byte(lines), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestFile checks a sweep of a file.
func TestFile(t *testing.T) {
	s := Sweep{File: &File{Path: file(t), Inputs: []string{"a", "b"}, Y: "y"}, Rows: []int{10, 32}, Seeds: 2, Epochs: []int{3}}
	p := plan(t, s)
	if p.LeftOut != 1 || p.Data.Len() != 40 || p.Tasks[0].HeldOut != 8 || len(p.Tasks) != 4 {
		t.Errorf("of the file %d rows are left out and %d taken, of which %d are held out, for %d tasks", p.LeftOut, p.Data.Len(), p.Tasks[0].HeldOut, len(p.Tasks))
	}
	table := run(t, s)
	for _, r := range table {
		if !(r.NLL > 0 && r.NLLError > 0) || !math.IsNaN(r.Excess) {
			t.Errorf("the row is %+v", r)
		}
	}
	head, _, _ := strings.Cut(string(table.CSV()), "\n")
	if want := "rows,k,width,epochs,members,seed,nll,nll_error,failure,key"; head != want {
		t.Errorf("the columns are %s, want %s", head, want)
	}
	if _, err := p.Tasks[0].Run(t.Context(), &mdnlib.Rows{Columns: []string{"a"}, X: [][]float64{{1}}, Y: []float64{1}}); err == nil || !strings.Contains(err.Error(), "these are others") {
		t.Errorf("of other rows it says %v", err)
	}
}

// TestMistakes asserts what is said of a file that is no sweep.
func TestMistakes(t *testing.T) {
	folder, csv := t.TempDir(), file(t)
	for content, want := range map[string]string{
		`{`:                                 "it is no JSON object",
		`[1]`:                               "the sweep is a JSON array; use an object, in {braces}",
		`{"laws": "x"}`:                     "laws is a JSON string; use a list, in [brackets]",
		`{"seeds": [1]}`:                    "seeds is a JSON array; use a whole number",
		`{"nosie": [1]}`:                    `there is no field "nosie"; a sweep has laws, noise, file, rows, k, width, epochs, members, seeds, layers, heldOut, head, settings`,
		`{}{}`:                              "something stands after the sweep",
		`{}`:                                "it has neither laws nor a file; name one law or more",
		`{"laws":["x"]}`:                    `no law is named "x"; use one of growing, constant`,
		`{"laws":["growing","growing"]}`:    "laws has growing twice; leave one out",
		`{"laws":["growing"],"noise":[-1]}`: "the law's noise is -1; use a finite number that is 0 or more",
		`{"laws":["growing"],"rows":[1]}`:   "rows is 1; use whole numbers from 2 to 10000000",
		`{"laws":["growing"],"k":[0]}`:      "k is 0; use whole numbers from 1 to 100",
		`{"laws":["growing"],"seeds":-3}`:   "seeds is -3; use whole numbers from 1",
		`{"laws":["growing"],"seeds":100000,"k":[1,2]}`:                        "it has 200000 tasks, and at most 100000 go into one sweep; use fewer values, or several files",
		`{"laws":["growing"],"head":{"k":2}}`:                                  "head.k is 2; leave it out",
		`{"laws":["growing"],"head":{"floor":-1}}`:                             "MixtureHead.Floor is -1; use 0 for none",
		`{"laws":["growing"],"head":{"flor":1}}`:                               `there is no field "flor"`,
		`{"laws":["growing"],"settings":{"epochs":3}}`:                         "settings.epochs is 3 and settings.seed 0; leave them out",
		`{"laws":["growing"],"settings":{"validation":2}}`:                     "Settings.Validation is 2; use a share of the data below 1",
		`{"laws":["growing"],"file":{"path":"x"}}`:                             "it has a file, and laws or noise as well",
		`{"file":{"path":"nowhere.csv","inputs":["a"],"y":"y"}}`:               "nowhere.csv: no such file or directory",
		`{"file":{"path":"` + csv + `","inputs":["a"],"y":"z"}}`:               `there is no column "z"`,
		`{"file":{"path":"` + csv + `","inputs":["a"],"y":"y"},"rows":[1000]}`: "rows is 1000 and heldOut 8, but",
		`{"file":{"path":"` + csv + `","inputs":["a"],"y":"y"},"heldOut":100}`: "heldOut is 100, but",
	} {
		path := filepath.Join(folder, "sweep.json")
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
		s, err := Read(path)
		if err == nil {
			_, err = s.Plan()
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("of %s it says\n%v, want\n%s", content, err, want)
		}
	}
}

// TestExample reads the sweep that README runs, and checks that a path in a sweep is one from its file.
func TestExample(t *testing.T) {
	s, err := Read("example.json")
	if err != nil {
		t.Fatal(err)
	}
	if tasks := plan(t, s).Tasks; len(tasks) != 96 {
		t.Errorf("it has %d tasks", len(tasks))
	}
	csv := file(t)
	path := filepath.Join(filepath.Dir(csv), "sweep.json")
	if err := os.WriteFile(path, []byte(`{"file":{"path":"file.csv","inputs":["a"],"y":"y"}}`), 0o644); err != nil {
		t.Fatal(err)
	}
	if s, err = Read(path); err != nil || s.File.Path != csv {
		t.Errorf("the file is %+v (%v), want %s", s.File, err, csv)
	}
}

// TestInterrupted stops a sweep, and goes on with what is kept: the table is that of a sweep that was not stopped. The last line of the
// ledger is cut as if the process had been killed while it wrote.
func TestInterrupted(t *testing.T) {
	p, path := plan(t, small()), filepath.Join(t.TempDir(), "kept", "ledger")
	enough := errors.New("enough")
	trained := 0
	train := func(most int) (Table, error) {
		l, err := OpenLedger(path)
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		trained = 0
		err = p.Train(t.Context(), l.Missing(p.Tasks), func(r Result) error {
			if trained++; trained > most {
				return enough
			}
			return l.Add(r)
		})
		if err != nil {
			return nil, err
		}
		return p.Table(l.Known())
	}
	if _, err := train(10); err != enough || trained != 11 {
		t.Fatalf("it stops with %v, after %d results", err, trained)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, content[:len(content)-9], 0o644); err != nil {
		t.Fatal(err)
	}
	table, err := train(100)
	if err != nil || trained != len(p.Tasks)-9 {
		t.Fatalf("%v: after 9 whole results of %d it trains %d", err, len(p.Tasks), trained)
	}
	if want := run(t, small()); string(table.CSV()) != string(want.CSV()) {
		t.Errorf("the table is\n%s, want\n%s", table.CSV(), want.CSV())
	}
	if _, err := train(100); err != nil || trained != 0 {
		t.Errorf("%v: a finished sweep trains %d", err, trained)
	}
	if err := os.WriteFile(path, append(slices.Clone(content), "no result\n"...), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenLedger(path); err == nil || !strings.Contains(err.Error(), "line 11 is no result of a training; delete that line") {
		t.Errorf("of a ledger that is none it says %v", err)
	}
}

// TestCancelled checks that the end of a context ends a sweep.
func TestCancelled(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	s := small()
	_, err := s.Run(ctx, func(done, total int) {
		if done == 3 {
			stop()
		}
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("it ends with %v", err)
	}
}

// BenchmarkTrain and BenchmarkFitAll train the same models: the one as a sweep does, which scores them as well, the other as the library
// does at best.

func BenchmarkTrain(b *testing.B) {
	p, err := of20().Plan()
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if err := p.Train(b.Context(), p.Tasks, func(Result) error { return nil }); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkFitAll(b *testing.B) {
	law := mdnlib.Laws(0.1)[0]
	for b.Loop() {
		var trainings []mdnlib.Training
		for seed := uint64(1); seed <= 20; seed++ {
			recommended := mdnlib.Recommended(seed)
			head := recommended.Head
			head.K = 1
			trainings = append(trainings, mdnlib.Training{Model: mdnlib.New(mdnlib.Network{Hidden: recommended.Hidden, Head: head}, seed),
				Data: law.Sample(5000, seed), Settings: recommended.Settings})
		}
		if _, err := mdnlib.FitAll(b.Context(), trainings, nil); err != nil {
			b.Fatal(err)
		}
	}
}

// of20 is a sweep of 20 trainings.
func of20() Sweep { return Sweep{Laws: []string{"growing"}, Rows: []int{5000}, Seeds: 20} }
