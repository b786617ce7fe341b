// Command versus trains the post's networks, or wider ones, on a fixed workload and says how long it took and where it ended.
//
//	go run ./mdnlib/internal/versus -task mdn -epochs 2000 -input mdnlib/testdata/seed0.json -json
//	go run ./mdnlib/internal/versus -task wide -hidden 128,128,128 -batch 64 -components 5
//
// Without -input it draws data and weights itself, as the notebooks do.
//
// Given the Python of an environment that has some of JAX, TensorFlow, PyTorch and NumPy, it runs the same training in each
// of them and in C, in turn with ours, and prints a table; as it does given Node.js, for ours as WebAssembly, or more than one
// thread. README.md beside this file says how to set that up.
//
//	go run ./mdnlib/internal/versus -python ../peers/bin/python
//	go run ./mdnlib/internal/versus -python ../peers/bin/python -peers jax_optax,numpy,c -rounds 5 -task dense -epochs 500
//	go run ./mdnlib/internal/versus -node node -threads 2 -task wide
package main

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"mdn/mdnlib"
	"mdn/mdnlib/internal/vector"
	"mdn/mdnlib/internal/workload"
)

// A result is what one training run came to.
type result struct {
	Task             string  `json:"task"`
	Version          string  `json:"version"` // of the Go that built this program
	Epochs           int     `json:"epochs"`
	FinalCost        float64 `json:"final_cost"` // mean cost of the last epoch's batches
	TrainSeconds     float64 `json:"train_s"`
	CPUSeconds       float64 `json:"cpu_s"` // of all threads together, meanwhile; 0 where the system does not say
	Steps            int     `json:"steps"`
	ParametersSHA256 string  `json:"params_sha256"` // of all parameters, float32 little-endian, in layer order, weights first
	Path             string  `json:"path"`          // which kernels ran
}

// A training is what is trained, and how, as the flags of the same names say.
type training struct {
	task       string
	epochs     int
	input      string
	hidden     string // this and what follows is for wide only; where it is zero, wide has a value of its own
	samples    int
	inputs     int
	batch      int
	components int
}

// A shape is a network, and how many samples it is shown at a time.
type shape struct {
	network mdnlib.Network
	batch   int
}

// shapes are the post's two trainings, and one of a mixture whose widths and batch are multiples of nothing; it comes by parts of the
// library that the others do without.
var shapes = map[string]shape{
	"dense": {mdnlib.Network{Hidden: []int{12, 12, 12}, Head: mdnlib.MeanHead{}}, 50},
	"mdn":   {mdnlib.Network{Hidden: []int{12, 12, 12}, Head: mdnlib.GaussianHead{}}, 50},
	"odd":   {mdnlib.Network{Hidden: []int{7, 33}, Head: mdnlib.MixtureHead{K: 3, Scale: mdnlib.Softplus, Floor: 0.01}}, 13},
}

const (
	seed        = 1
	rate        = 0.0003
	wideSamples = 4096 // unless -samples says otherwise

	// defaultInput is where the post's workload lies for who stands in the repository's root.
	defaultInput = "mdnlib/testdata/seed0.json"
)

func main() {
	var t training
	flag.StringVar(&t.task, "task", "mdn", "dense, the network of the mean, or mdn; wide, as -hidden and the flags beside it say;\n"+
		"or odd, a mixture in shapes that fill no register, of standardised data")
	flag.StringVar(&t.hidden, "hidden", "", "with -task wide: the widths of the hidden layers (default 128,128,128)")
	flag.IntVar(&t.samples, "samples", 0, fmt.Sprintf("with -task wide: samples in all (default %d)", wideSamples))
	flag.IntVar(&t.inputs, "inputs", 0, "with -task wide: numbers in a row of inputs (default 1)")
	flag.IntVar(&t.batch, "batch", 0, "with -task wide: samples in a batch, a divisor of -samples (default 64)")
	flag.IntVar(&t.components, "components", 0, "with -task wide: normal distributions in the mixture; 1 is a GaussianHead (default 1)")
	flag.IntVar(&t.epochs, "epochs", 0, "epochs to train (default 2000, for wide 30)")
	flag.StringVar(&t.input, "input", "", "file of the workload; none draws data and weights with seed 1, but for a table of dense or mdn\n"+
		"it means "+defaultInput+", which is there in the repository's root")
	asJSON := flag.Bool("json", false, "print one line of JSON about our training, and no table")
	kernels := flag.Bool("kernels", false, "only say which kernels run: simd or plain")
	var c comparison
	flag.StringVar(&c.python, "python", "", "run the peers in turn with ours and print a table; their Python is this one")
	names := flag.String("peers", strings.Join(peerNames, ","), "with -python: which peers")
	flag.StringVar(&c.node, "node", "", "run ours as WebAssembly as well, by this Node.js, and print a table")
	flag.IntVar(&c.threads, "threads", 1, "run ours on so many threads as well as on one, and JAX if it is there; print a table")
	flag.IntVar(&c.rounds, "rounds", 5, "for a table: how often to run each")
	fitting := flag.Bool("fit", false, "compare not speed, but what held-out rows of real files cost by models, PyTorch's with -python;\n"+
		"to be run in the repository's root")
	flag.Parse()
	c.names = strings.Split(*names, ",")
	if t.epochs == 0 {
		t.epochs = 2000
		if t.task == "wide" {
			t.epochs = 30
		}
	}
	var err error
	switch {
	case *fitting:
		err = fit(os.Stdout, c.python, questions())
	case *kernels:
		fmt.Println(vector.Path(), "kernels")
	case !*asJSON && (c.python != "" || c.node != "" || c.threads != 1):
		err = versus(t, c)
	default:
		err = alone(t, *asJSON)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "versus:", err)
		os.Exit(1)
	}
}

// alone trains once, in this process, and prints the result.
func alone(t training, asJSON bool) error {
	r, err := run(t)
	if err != nil {
		return err
	}
	if asJSON {
		return json.NewEncoder(os.Stdout).Encode(r)
	}
	_, err = fmt.Printf("%s, %d epochs, %d steps: %.3f s, final cost %.6f\nparameters %s, kernels %s\n",
		r.Task, r.Epochs, r.Steps, r.TrainSeconds, r.FinalCost, r.ParametersSHA256, r.Path)
	return err
}

// arguments returns the flags that make another process do this training.
func (t training) arguments() []string {
	arguments := []string{"-task", t.task, "-epochs", strconv.Itoa(t.epochs), "-input", t.input}
	if t.task == "wide" {
		arguments = append(arguments, "-hidden", t.hidden, "-samples", strconv.Itoa(t.samples), "-inputs", strconv.Itoa(t.inputs),
			"-batch", strconv.Itoa(t.batch), "-components", strconv.Itoa(t.components))
	}
	return arguments
}

// shape returns the network of the training, and how many samples it is shown at a time.
func (t training) shape() (shape, error) {
	if t.epochs < 1 {
		return shape{}, fmt.Errorf("-epochs is %d; use 1 or more", t.epochs)
	}
	if t.task == "wide" {
		return t.wide()
	}
	s, known := shapes[t.task]
	if !known {
		return shape{}, fmt.Errorf("-task is %q; use dense, mdn, wide or odd", t.task)
	}
	if (t != training{task: t.task, epochs: t.epochs, input: t.input}) {
		return shape{}, fmt.Errorf("-hidden, -samples, -inputs, -batch and -components are for -task wide; leave them out with -task %s", t.task)
	}
	return s, nil
}

func (t training) wide() (shape, error) {
	s := shape{mdnlib.Network{Hidden: []int{128, 128, 128}, Head: mdnlib.GaussianHead{}}, 64}
	if t.hidden != "" {
		s.network.Hidden = nil
		for _, word := range strings.Split(t.hidden, ",") {
			width, err := strconv.Atoi(word)
			if err != nil || width < 1 {
				return shape{}, fmt.Errorf("-hidden is %q; use widths of 1 or more with commas between them, such as 128,128,128", t.hidden)
			}
			s.network.Hidden = append(s.network.Hidden, width)
		}
	}
	if t.batch != 0 {
		s.batch = t.batch
	}
	if t.samples < 0 || t.inputs < 0 {
		return shape{}, fmt.Errorf("-samples is %d and -inputs %d; use 1 or more, or 0 for %d and 1", t.samples, t.inputs, wideSamples)
	}
	if samples := cmp.Or(t.samples, wideSamples); s.batch < 1 || samples%s.batch != 0 { // peers take batches that are all of one size
		return shape{}, fmt.Errorf("-batch is %d; use a divisor of %d, which is how many samples there are", t.batch, samples)
	}
	if t.inputs > 1 {
		s.network.Inputs = columns(t.inputs)
	}
	if t.components < 0 {
		return shape{}, fmt.Errorf("-components is %d; use 1 for a normal distribution, or more for a mixture", t.components)
	}
	if t.components > 1 {
		s.network.Head = mdnlib.MixtureHead{K: t.components}
	}
	return s, nil
}

// draw draws the data of a training that has no workload to read. That of wide has two humps, for mixtures, and so much noise that
// no cost is near 0, where relative differences say little. Of several inputs the first is the law's x; the others tell nothing of y.
func (t training) draw() (mdnlib.Samples, error) {
	if t.task != "wide" {
		return mdnlib.Sample(mdnlib.Quadratic(0.1), mdnlib.Repeat(mdnlib.Grid(1, 5, 21), 50), seed).Shuffle(seed), nil
	}
	law, err := mdnlib.LawByName("two-humped", 0.3)
	if err != nil {
		return nil, err
	}
	data := law.Sample(cmp.Or(t.samples, wideSamples), seed)
	if t.inputs <= 1 {
		return data, nil
	}
	rows, source := mdnlib.Rows{Columns: columns(t.inputs), Y: data.Y}, rand.New(rand.NewPCG(seed, 1))
	for _, x := range data.X {
		row := []float64{x}
		for range t.inputs - 1 {
			row = append(row, float64(float32(law.From+(law.To-law.From)*source.Float64())))
		}
		rows.X = append(rows.X, row)
	}
	return rows, nil
}

// columns names so many inputs.
func columns(inputs int) (names []string) {
	for i := range inputs {
		names = append(names, fmt.Sprint("x", i+1))
	}
	return names
}

// prepare returns what Fit needs.
func (t training) prepare() (*mdnlib.Model, mdnlib.Samples, mdnlib.Settings, error) {
	fail := func(err error) (*mdnlib.Model, mdnlib.Samples, mdnlib.Settings, error) {
		return nil, nil, mdnlib.Settings{}, err
	}
	s, err := t.shape()
	if err != nil {
		return fail(err)
	}
	model := mdnlib.New(s.network, seed)
	settings := mdnlib.Settings{Epochs: t.epochs, Batch: s.batch, Adam: mdnlib.Adam{Rate: rate}, Seed: seed}
	if t.input == "" {
		data, err := t.draw()
		if err != nil {
			return fail(err)
		}
		if t.task == "odd" { // all that training can do to its numbers
			settings.Standardise, settings.Anneal, settings.Clip = true, true, 1
		}
		return model, data, settings, nil
	}
	if t.task == "odd" {
		return fail(errors.New("-task odd has no workload to read; leave out -input and what asks for a table"))
	}
	w, err := workload.Read(t.input)
	if err != nil {
		return fail(err)
	}
	stored := map[string][][]float64{"dense": w.InitDense, "mdn": w.InitMDN, "wide": w.InitWide}[t.task]
	if len(stored) != 2*len(model.Layers()) || w.Batch != s.batch || w.Inputs != max(1, t.inputs) {
		return fail(fmt.Errorf("%s: it is a workload of another training", t.input))
	}
	initial := workload.Initial(stored)
	for l, layer := range model.Layers() {
		if len(initial[2*l]) != len(layer.Weight) || len(initial[2*l+1]) != len(layer.Bias) {
			return fail(fmt.Errorf("%s: it is a workload of another network: layer %d is not as wide", t.input, l+1))
		}
		copy(layer.Weight, initial[2*l])
		copy(layer.Bias, initial[2*l+1])
	}
	settings.Order = w.Order()
	if w.Inputs == 1 {
		return model, mdnlib.Data{X: w.X, Y: w.Y}, settings, nil
	}
	return model, mdnlib.Rows{Columns: s.network.Inputs, X: slices.Collect(slices.Chunk(w.X, w.Inputs)), Y: w.Y}, settings, nil
}

// write draws the data, the initial weights and the order of the batches of a wide training, and writes them into a file.
func (t training) write(path string) error {
	model, data, settings, err := t.prepare()
	if err != nil {
		return err
	}
	w := workload.Workload{Batch: settings.Batch, Mixture: t.components > 1}
	switch d := data.(type) {
	case mdnlib.Data:
		w.X, w.Y = d.X, d.Y
	case mdnlib.Rows:
		w.X, w.Y, w.Inputs = slices.Concat(d.X...), d.Y, len(d.Columns)
	}
	var initial [][]float32
	for _, layer := range model.Layers() {
		initial = append(initial, layer.Weight, layer.Bias)
	}
	w.InitWide = workload.Stored(initial)
	source := rand.New(rand.NewPCG(seed, 0))
	for range t.epochs {
		w.Orders = append(w.Orders, source.Perm(data.Len()/settings.Batch))
	}
	return w.Write(path)
}

func run(t training) (result, error) {
	model, data, settings, err := t.prepare()
	if err != nil {
		return result{}, err
	}
	start, cpuStart := time.Now(), cpuSeconds()
	history, err := mdnlib.Fit(context.Background(), model, data, settings)
	seconds, cpu := time.Since(start).Seconds(), cpuSeconds()-cpuStart
	if err != nil {
		return result{}, err
	}
	hash := sha256.New()
	for _, layer := range model.Layers() {
		if err := binary.Write(hash, binary.LittleEndian, layer.Weight); err != nil {
			return result{}, err
		}
		if err := binary.Write(hash, binary.LittleEndian, layer.Bias); err != nil {
			return result{}, err
		}
	}
	goVersion, _ := release(runtime.Version())
	return result{
		Task: t.task, Version: goVersion, Epochs: t.epochs, FinalCost: history.Final(), TrainSeconds: seconds, CPUSeconds: cpu,
		Steps:            t.epochs * ((data.Len() + settings.Batch - 1) / settings.Batch),
		ParametersSHA256: fmt.Sprintf("%x", hash.Sum(nil)), Path: vector.Path(),
	}, nil
}

// firstCosts returns the cost of the batch of each of the first 100 steps, or of all if there are fewer, before that step.
func firstCosts(t training) ([]float64, error) {
	const most = 100
	model, data, settings, err := t.prepare()
	if err != nil {
		return nil, err
	}
	var costs []float64
	for epoch, err := range mdnlib.Epochs(context.Background(), model, data, settings) {
		if err != nil {
			return nil, err
		}
		if costs = append(costs, epoch.Losses...); len(costs) >= most {
			return costs[:most], nil
		}
	}
	return costs, nil
}
