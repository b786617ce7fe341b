// Command versus trains the post's networks on a fixed workload and says how long it took and where it ended.
//
//	go run ./mdnlib/internal/versus -task mdn -epochs 2000 -input mdnlib/testdata/seed0.json -json
//
// Without -input it draws data and weights itself, as the notebooks do.
//
// Given the Python of an environment that has some of JAX, TensorFlow, PyTorch and NumPy, it runs the same training in each
// of them and in C, in turn with ours, and prints a table. README.md beside this file says how to set that up.
//
//	go run ./mdnlib/internal/versus -python ../peers/bin/python
//	go run ./mdnlib/internal/versus -python ../peers/bin/python -peers jax_optax,numpy,c -rounds 5 -task dense -epochs 500
package main

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"
	"time"

	"mdn/mdnlib"
	"mdn/mdnlib/internal/vector"
	"mdn/mdnlib/internal/workload"
)

// A result is what one training run came to.
type result struct {
	Task             string  `json:"task"`
	Epochs           int     `json:"epochs"`
	FinalCost        float64 `json:"final_cost"` // mean cost of the last epoch's batches
	TrainSeconds     float64 `json:"train_s"`
	Steps            int     `json:"steps"`
	ParametersSHA256 string  `json:"params_sha256"` // of all parameters, float32 little-endian, in layer order, weights first
	Path             string  `json:"path"`          // which kernels ran
}

// defaultInput is where the workload lies for who stands in the repository's root.
const defaultInput = "mdnlib/testdata/seed0.json"

func main() {
	task := flag.String("task", "mdn", "dense, the network of the mean, or mdn; or odd, a mixture in shapes that fill no register")
	epochs := flag.Int("epochs", 2000, "epochs to train")
	input := flag.String("input", "", "file of the workload; none draws data and weights with seed 1, but with -python\n"+
		"it means "+defaultInput+", which is there in the repository's root")
	asJSON := flag.Bool("json", false, "print one line of JSON about our training, and run no peers")
	kernels := flag.Bool("kernels", false, "only say which kernels run: simd or plain")
	python := flag.String("python", "", "run the peers in turn with ours; their Python is this one")
	names := flag.String("peers", strings.Join(peerNames, ","), "with -python: which peers")
	rounds := flag.Int("rounds", 5, "with -python: how often to run each")
	flag.Parse()
	var err error
	switch {
	case *kernels:
		fmt.Println(vector.Path(), "kernels")
	case *python != "" && !*asJSON:
		if *input == "" {
			*input = defaultInput
		}
		err = versus(*task, *epochs, *input, *python, strings.Split(*names, ","), *rounds)
	default:
		err = alone(*task, *epochs, *input, *asJSON)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "versus:", err)
		os.Exit(1)
	}
}

// alone trains once, in this process, and prints the result.
func alone(task string, epochs int, input string, asJSON bool) error {
	r, err := run(task, epochs, input)
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

// tasks are the post's two trainings, and one of a mixture whose widths and batch are multiples of nothing.
var tasks = map[string]struct {
	head   mdnlib.Head
	hidden []int
	batch  int
}{
	"dense": {mdnlib.MeanHead{}, []int{12, 12, 12}, 50},
	"mdn":   {mdnlib.GaussianHead{}, []int{12, 12, 12}, 50},
	"odd":   {mdnlib.MixtureHead{K: 3}, []int{7, 33}, 13},
}

// prepare returns what Fit needs.
func prepare(task string, epochs int, input string) (*mdnlib.Model, mdnlib.Data, mdnlib.Settings, error) {
	fail := func(err error) (*mdnlib.Model, mdnlib.Data, mdnlib.Settings, error) {
		return nil, mdnlib.Data{}, mdnlib.Settings{}, err
	}
	if epochs < 1 {
		return fail(fmt.Errorf("-epochs is %d; use 1 or more", epochs))
	}
	t, known := tasks[task]
	if !known {
		return fail(fmt.Errorf("-task is %q; use dense, mdn or odd", task))
	}
	const seed = 1
	model := mdnlib.New(t.head, seed, t.hidden...)
	settings := mdnlib.Settings{Epochs: epochs, Batch: t.batch, Adam: mdnlib.Adam{Rate: 0.0003}, Seed: seed}
	if input == "" {
		data := mdnlib.Sample(mdnlib.Quadratic(0.1), mdnlib.Repeat(mdnlib.Grid(1, 5, 21), 50), seed).Shuffle(seed)
		return model, data, settings, nil
	}
	if task == "odd" {
		return fail(errors.New("-task odd has no workload to read; leave out -input and -python"))
	}
	w, err := workload.Read(input)
	if err != nil {
		return fail(err)
	}
	initial := workload.Initial(map[string][][]float64{"dense": w.InitDense, "mdn": w.InitMDN}[task])
	for l, layer := range model.Layers() {
		copy(layer.Weight, initial[2*l])
		copy(layer.Bias, initial[2*l+1])
	}
	settings.Order = w.Order()
	return model, mdnlib.Data{X: w.X, Y: w.Y}, settings, nil
}

func run(task string, epochs int, input string) (result, error) {
	model, data, settings, err := prepare(task, epochs, input)
	if err != nil {
		return result{}, err
	}
	start := time.Now()
	history, err := mdnlib.Fit(context.Background(), model, data, settings)
	seconds := time.Since(start).Seconds()
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
	return result{
		Task: task, Epochs: epochs, FinalCost: history.Final(), TrainSeconds: seconds,
		Steps:            epochs * ((data.Len() + settings.Batch - 1) / settings.Batch),
		ParametersSHA256: fmt.Sprintf("%x", hash.Sum(nil)), Path: vector.Path(),
	}, nil
}

// firstCosts returns the cost of the batch of each of the first 100 steps, or of all if there are fewer, before that step.
// Fit tells only an epoch's mean cost; so the model is looked at before each step, and scored as any model is.
func firstCosts(task string, epochs int, input string) ([]float64, error) {
	model, data, settings, err := prepare(task, min(epochs, 5), input)
	if err != nil {
		return nil, err
	}
	score := map[string]func(mdnlib.Law, mdnlib.Data) float64{"dense": mdnlib.MSE, "mdn": mdnlib.NLL}[task]
	order := settings.Order
	var coming []int // the batches of this epoch that are still to come
	settings.Order = func(batches []int) {
		order(batches)
		coming = append(coming, batches...)
	}
	var costs []float64
	look := func() {
		from := coming[0] * settings.Batch
		to := min(from+settings.Batch, data.Len())
		costs = append(costs, score(model.At, mdnlib.Data{X: data.X[from:to], Y: data.Y[from:to]}))
		coming = coming[1:]
	}
	if _, err := mdnlib.Fit(beforeSteps{context.Background(), look}, model, data, settings); err != nil {
		return nil, err
	}
	return costs[:min(100, len(costs))], nil
}

// beforeSteps is a context that is never cancelled. Fit asks it before every step.
type beforeSteps struct {
	context.Context
	look func()
}

func (b beforeSteps) Err() error {
	b.look()
	return nil
}
