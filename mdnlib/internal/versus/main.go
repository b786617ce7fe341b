// Command versus trains the post's networks on a fixed workload and says how long it took and where it ended.
//
//	go run ./mdnlib/internal/versus -task mdn -epochs 2000 -input mdnlib/testdata/seed0.json -json
//
// Without -input it draws data and weights itself, as the notebooks do.
package main

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"flag"
	"fmt"
	"os"
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

func main() {
	task := flag.String("task", "mdn", "dense, the network of the mean, or mdn")
	epochs := flag.Int("epochs", 2000, "epochs to train")
	input := flag.String("input", "", "file of the workload; none draws data and weights with seed 1")
	asJSON := flag.Bool("json", false, "print one line of JSON")
	kernels := flag.Bool("kernels", false, "only say which kernels run: simd or plain")
	flag.Parse()
	if *kernels {
		fmt.Println(vector.Path(), "kernels")
		return
	}
	r, err := run(*task, *epochs, *input)
	if err != nil {
		fmt.Fprintln(os.Stderr, "versus:", err)
		os.Exit(1)
	}
	if *asJSON {
		err = json.NewEncoder(os.Stdout).Encode(r)
	} else {
		_, err = fmt.Printf("%s, %d epochs, %d steps: %.3f s, final cost %.6f\nparameters %s, kernels %s\n",
			r.Task, r.Epochs, r.Steps, r.TrainSeconds, r.FinalCost, r.ParametersSHA256, r.Path)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "versus:", err)
		os.Exit(1)
	}
}

func run(task string, epochs int, input string) (result, error) {
	if epochs < 1 {
		return result{}, fmt.Errorf("-epochs is %d; use 1 or more", epochs)
	}
	heads := map[string]mdnlib.Head{"dense": mdnlib.MeanHead{}, "mdn": mdnlib.GaussianHead{}}
	head, known := heads[task]
	if !known {
		return result{}, fmt.Errorf("-task is %q; use dense or mdn", task)
	}
	const seed, batch = 1, 50
	model := mdnlib.New(head, seed, 12, 12, 12)
	settings := mdnlib.Settings{Epochs: epochs, Batch: batch, Adam: mdnlib.Adam{Rate: 0.0003}, Seed: seed}
	data := mdnlib.Sample(mdnlib.Quadratic(0.1), mdnlib.Repeat(mdnlib.Grid(1, 5, 21), 50), seed).Shuffle(seed)
	if input != "" {
		w, err := workload.Read(input)
		if err != nil {
			return result{}, err
		}
		initial := workload.Initial(map[string][][]float64{"dense": w.InitDense, "mdn": w.InitMDN}[task])
		for l, layer := range model.Layers() {
			copy(layer.Weight, initial[2*l])
			copy(layer.Bias, initial[2*l+1])
		}
		settings.Order = w.Order()
		data = mdnlib.Data{X: w.X, Y: w.Y}
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
		Task: task, Epochs: epochs, FinalCost: history.Final(), TrainSeconds: seconds, Steps: epochs * ((data.Len() + batch - 1) / batch),
		ParametersSHA256: fmt.Sprintf("%x", hash.Sum(nil)), Path: vector.Path(),
	}, nil
}
