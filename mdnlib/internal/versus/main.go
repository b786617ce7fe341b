// Command versus trains the post's networks on a fixed workload and says how long it took and where it ended.
//
//	go run ./mdnlib/internal/versus -task mdn -epochs 2000 -input mdnlib/testdata/seed0.json -json
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
	input := flag.String("input", "", "file of the workload")
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
	w, err := workload.Read(input)
	if err != nil {
		return result{}, err
	}
	var head mdnlib.Head
	var initial [][]float32
	switch task {
	case "dense":
		head, initial = mdnlib.MeanHead{}, workload.Initial(w.InitDense)
	case "mdn":
		head, initial = mdnlib.GaussianHead{}, workload.Initial(w.InitMDN)
	default:
		return result{}, fmt.Errorf("-task is %q; use dense or mdn", task)
	}
	model := mdnlib.New(head, 0, 12, 12, 12)
	for l, layer := range model.Layers() {
		copy(layer.Weight, initial[2*l])
		copy(layer.Bias, initial[2*l+1])
	}
	settings := mdnlib.Settings{Epochs: epochs, Batch: 50, Adam: mdnlib.Adam{Rate: 0.0003}, Order: w.Order()}
	start := time.Now()
	history, err := mdnlib.Fit(context.Background(), model, mdnlib.Data{X: w.X, Y: w.Y}, settings)
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
		Task: task, Epochs: epochs, FinalCost: history.Final(), TrainSeconds: seconds, Steps: epochs * len(w.Orders[0]),
		ParametersSHA256: fmt.Sprintf("%x", hash.Sum(nil)), Path: vector.Path(),
	}, nil
}
