package mdnlib

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/stat/distuv"
)

// times is how often something random is tried: a few times, and with MDN_FULL many times.
func times(few, many int) int {
	if os.Getenv("MDN_FULL") != "" {
		return many
	}
	return few
}

// anyHead returns a head at random.
func anyHead(r *rand.Rand) Head {
	scale, floor := Scale(r.IntN(2)), []float64{0, 0.05}[r.IntN(2)]
	return []Head{
		MeanHead{},
		GaussianHead{Scale: scale, Floor: floor, Beta: r.Float64(), MeanFirst: r.IntN(2)},
		MixtureHead{K: 1 + r.IntN(4), Scale: scale, Floor: floor, GaussianFirst: r.IntN(2)},
		StudentHead{Nu: 2.5 + 10*r.Float64(), Scale: scale, Floor: floor},
	}[r.IntN(4)]
}

// anyNetwork returns a small network at random.
func anyNetwork(r *rand.Rand) Network {
	n := Network{Head: anyHead(r)}
	for range r.IntN(3) {
		n.Hidden = append(n.Hidden, 1+r.IntN(20))
	}
	return n
}

// TestDamagedModels cuts saved models short at every byte, and changes them at random: as they are, which the checksum finds, and with the
// checksum of what they then say, which leaves an error, or a model that answers.
func TestDamagedModels(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	var files []string
	for seed := range uint64(4) {
		var file bytes.Buffer
		if err := New(anyNetwork(r), seed).Encode(&file); err != nil {
			t.Fatal(err)
		}
		files = append(files, strings.TrimSpace(file.String()))
	}
	truncations := 0
	for _, file := range files {
		for n := range len(file) {
			if _, err := Decode(strings.NewReader(file[:n]), nil); err == nil {
				t.Errorf("a model cut after %d of %d bytes is read", n, len(file))
			}
			truncations++
		}
	}
	mutations, answering := times(3000, 60000), 0
	for range mutations {
		file := []byte(files[r.IntN(len(files))])
		before := slices.Clone(file)
		for range 1 + r.IntN(8) {
			switch at := r.IntN(len(file)); r.IntN(3) {
			case 0:
				file[at] = byte(r.Uint32())
			case 1:
				file = slices.Delete(file, at, at+1)
			default:
				file = slices.Insert(file, at, "0123456789eE+-.,:[]{}\"a"[r.IntN(23)])
			}
		}
		if slices.Equal(file, before) {
			continue
		}
		if _, err := Decode(bytes.NewReader(file), nil); err == nil && strings.TrimSpace(string(file)) != string(before) {
			t.Fatalf("a changed model is read: %s", file)
		}
		if strings.TrimSpace(string(file)) == "" {
			continue
		}
		if m, err := Decode(strings.NewReader(resealed(string(file))), nil); err == nil {
			m.AtRow(make([]float64, len(m.inputs)))
			answering++
		}
	}
	t.Logf("%d truncations, %d changes, of which %d leave a model once they are sealed", truncations, mutations, answering)
}

// TestSavesBesideLoads saves one of two models over the other again and again while others load the file: each load is one of the two.
func TestSavesBesideLoads(t *testing.T) {
	path := filepath.Join(t.TempDir(), "model.json")
	models := []*Model{New(Network{Hidden: []int{20}, Head: GaussianHead{}}, 1), New(Network{Hidden: []int{30, 10}, Head: MixtureHead{K: 3}}, 2)}
	if err := models[0].Save(path); err != nil {
		t.Fatal(err)
	}
	saves := times(40, 400)
	var done atomic.Bool
	var loads atomic.Int64
	var loading sync.WaitGroup
	for range 4 {
		loading.Go(func() {
			for !done.Load() {
				m, err := Load(path, nil)
				if err != nil || !slices.ContainsFunc(models, func(saved *Model) bool { return slices.Equal(saved.parameters, m.parameters) }) {
					t.Errorf("load %d: another model, or none (%v)", loads.Load(), err)
					return
				}
				loads.Add(1)
			}
		})
	}
	for i := range saves {
		if err := models[i%2].Save(path); err != nil {
			t.Error(err)
		}
		for before := loads.Load(); loads.Load() < before+20 && !t.Failed(); { // so that each save is loaded
			runtime.Gosched()
		}
	}
	done.Store(true)
	loading.Wait()
	t.Logf("%d saves, %d loads", saves, loads.Load())
}

// TestCancelledAnyTime cancels trainings after a random time: each ends soon, says so, and leaves a model that answers and goes on.
func TestCancelledAnyTime(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	_, data := post(1)
	for i := range times(40, 300) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Duration(r.IntN(8000))*time.Microsecond)
		e := Ensemble{New(Network{Hidden: []int{8}, Head: anyHead(r)}, uint64(i)), New(Network{Hidden: []int{40, 40}, Head: anyHead(r)}, uint64(i))}
		s := Settings{Epochs: math.MaxInt / 2, Seed: uint64(i), Validation: []float64{0, 0.1}[r.IntN(2)], Anneal: r.IntN(2) == 0}
		var err error
		if i%2 == 0 {
			_, err = Fit(ctx, e[1], data, s)
		} else {
			_, err = e.Fit(ctx, data, s, nil)
		}
		cancel()
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Fatalf("training %d: error %v", i, err)
		}
		for k, m := range e {
			if mean := m.At(3).Mean(); math.IsNaN(mean) || math.IsInf(mean, 0) {
				t.Errorf("training %d: model %d predicts %g", i, k, mean)
			}
			if err := m.Encode(io.Discard); err != nil {
				t.Errorf("training %d: model %d: %v", i, k, err)
			}
		}
		if _, err := Fit(t.Context(), e[1], data, Settings{Epochs: 1}); err != nil {
			t.Errorf("training %d does not go on: %v", i, err)
		}
	}
}

// TestSharesAreUniform draws pairs from every law by many seeds, and compares the shares below them with uniform ones by Kolmogorov's
// distance. Were they not uniform, or the seeds not independent, these distances would be too large too often.
func TestSharesAreUniform(t *testing.T) {
	const seeds, n = 200, 200
	for _, law := range Laws(0.1) {
		if law.Name == "none" {
			continue
		}
		large := 0
		for seed := range uint64(seeds) {
			shares := PIT(law.Law, law.Sample(n, seed))
			slices.Sort(shares)
			distance := 0.0
			for i, share := range shares {
				distance = max(distance, share-float64(i)/n, float64(i+1)/n-share)
			}
			if distance > 1.358/math.Sqrt(n) { // by chance in one of 20 (Smirnov 1948), a little less at this n
				large++
			}
		}
		if large < 1 || large > 22 { // each further once in a thousand by chance
			t.Errorf("%s: of %d seeds %d are further from uniform than one in 20 should be", law.Name, seeds, large)
		}
	}
}

// odd are numbers that calls go wrong with.
var odd = []float64{math.NaN(), math.Inf(1), math.Inf(-1), 0, math.Copysign(0, -1), 1, -1, 0.5, 5e-324, 1e-300, math.MaxFloat64, -math.MaxFloat64, math.MaxFloat32, 1e39, 1e16}

// TestHostileCalls calls what takes numbers with every odd one. Each call ends soon: with words, or with a result, which is NaN only where a
// number that it was given is no finite one, or where its documentation says so.
func TestHostileCalls(t *testing.T) {
	calls := 0
	call := func(name string, given []float64, f func() []float64) {
		t.Helper()
		calls++
		ended := make(chan string, 1)
		go func() {
			var said string
			defer func() { ended <- said }()
			said = panics(func() {
				for i, result := range f() {
					if math.IsNaN(result) && !slices.ContainsFunc(given, func(v float64) bool { return math.IsNaN(v) || math.IsInf(v, 0) }) {
						panic(fmt.Sprintf("silent: result %d is NaN", i))
					}
				}
			})
		}()
		select {
		case said := <-ended:
			if strings.HasPrefix(said, "silent: ") || strings.HasPrefix(said, "runtime error: ") {
				t.Errorf("%s of %g: %s", name, given, said)
			}
		case <-time.After(20 * time.Second):
			t.Errorf("%s of %g does not end", name, given)
		}
	}
	trained := New(Network{Hidden: []int{4}, Head: MixtureHead{K: 2}}, 1)
	calibration, err := Calibrate(Grid(0.05, 0.9, 19))
	if err != nil {
		t.Fatal(err)
	}
	distributions := map[string]Distribution{
		"mixture": Mixture{[]float64{0.5, 0, 0.5}, []float64{-1, 7, 1}, []float64{0.1, 1, 0}}, "point": PointMass(2), "normal": Normal(1, 2),
		"uniforms": Uniforms{[]float64{0, 1}, []float64{0, 2}, []float64{1, 3}}, "Student's t": studentsT{distuv.StudentsT{Mu: 1, Sigma: 2, Nu: 5}},
		"Gumbel": skewed(1, 2), "model": trained.At(1), "corrected": calibration.Correct(Normal(1, 2)),
	}
	for _, v := range odd {
		given := []float64{v}
		for name, d := range distributions {
			call(name+".CDF and LogProb", given, func() []float64 { return []float64{d.CDF(v), d.LogProb(v)} })
			call(name+".Quantile", given, func() []float64 { return []float64{d.Quantile(v)} })
			if math.Abs(v) < 1e150 { // a distance squared is beyond float64
				call("CRPS of "+name, given, func() []float64 { return []float64{crpsOf(d, v)} })
			}
		}
		call("At", given, func() []float64 { d := trained.At(v); return []float64{d.Mean(), d.StdDev()} })
		call("Quadratic", given, func() []float64 { return []float64{Quadratic(v)(1).Mean(), Quadratic(0.1)(v).StdDev()} })
		call("HoldOut", given, func() []float64 { return Data{X: []float64{1, 2}, Y: []float64{1, 2}}.HoldOut(v, 1).Training.X })
		call("Coverage", given, func() []float64 {
			return []float64{Coverage(Quadratic(0.1), Data{X: []float64{1}, Y: []float64{v}}, 0.9), Coverage(Quadratic(0.1), Data{X: []float64{1}, Y: []float64{4}}, v)}
		})
		call("scores", given, func() []float64 {
			d := Data{X: []float64{1, 2}, Y: []float64{4, v}}
			return append(PIT(Quadratic(0.1), d), NLL(Quadratic(0.1), d))
		})
		for _, w := range odd {
			if given := []float64{v, w}; math.Abs(v) < 1e150 && math.Abs(w) < 1e150 {
				call("Grid", given, func() []float64 { return Grid(v, w, 3) })
				call("Fit", given, func() []float64 {
					m := New(Network{Hidden: []int{2}, Head: GaussianHead{}}, 1)
					h, _ := Fit(t.Context(), m, Data{X: []float64{1, 2, v}, Y: []float64{1, w, 3}}, Settings{Epochs: 2, Standardise: true})
					return append(slices.Clone(h), m.At(1).Mean())
				})
				call("Mixture", given, func() []float64 {
					m := Mixture{[]float64{0.25, 0.75}, []float64{0, v}, []float64{1, w}}
					return []float64{m.Mean(), m.StdDev(), m.CDF(0), m.LogProb(0), m.Quantile(0.3), floats.Sum(m.Modes())}
				})
				call("Settings", given, func() []float64 {
					m := New(Network{Hidden: []int{2}, Head: GaussianHead{}}, 1)
					h, _ := Fit(t.Context(), m, Data{X: []float64{1, 2}, Y: []float64{1, 3}}, Settings{Epochs: 2, Clip: v, Adam: Adam{Rate: w, Decay: v}})
					return append(slices.Clone(h), m.At(1).Mean())
				})
			}
		}
	}
	t.Logf("%d calls", calls)
}
