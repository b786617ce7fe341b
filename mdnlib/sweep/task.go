package sweep

import (
	"context"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"hash/fnv"
	"math"
	"slices"
	"strconv"
	"sync"
	"time"

	"mdn/mdnlib"

	"gonum.org/v1/gonum/stat"
)

// Task is one combination of settings: what a machine needs to know to train and to score it, but for the rows of a file.
type Task struct {
	Law     string  `json:"law,omitempty"`
	Noise   float64 `json:"noise"`
	File    string  `json:"file,omitempty"` // digest of the file's rows, in the place of a law
	Rows    int     `json:"rows"`
	K       int     `json:"k"`
	Width   int     `json:"width"`
	Epochs  int     `json:"epochs"`
	Members int     `json:"members"`
	Seed    int     `json:"seed"`

	Layers   int                `json:"layers"`
	HeldOut  int                `json:"heldOut"`
	Head     mdnlib.MixtureHead `json:"head"`     // without its K
	Settings mdnlib.Settings    `json:"settings"` // without epochs and seed
}

// Scores are what a task is trained for. All have six significant digits. Those against the truth are NaN where the samples are a file's.
type Scores struct {
	NLL, NLLError       float64 // mean negative log likelihood on held-out samples, and its standard error, nats
	Excess, ExcessError float64 // by how much NLL exceeds the truth's on the same samples, see [mdnlib.Excess]: its KL divergence, sampled
	MeanError           float64 // mean absolute error of μ(x), over the law's x
	StdDevError         float64 // mean absolute error of σ(x)
}

// Result is what came of a task.
type Result struct {
	Key     string  `json:"key"` // the task's
	Scores  Scores  `json:"scores"`
	Failure string  `json:"failure,omitempty"` // why there are no scores: the training overflowed, say
	Seconds float64 `json:"seconds"`           // that it took; no part of the table
}

// heldOutSeeds is added to a seed for the samples that are scored on, so that no task is trained on those of another.
const heldOutSeeds = 1 << 32

// gridPoints is at how many x of a law the mean and the standard deviation are compared.
const gridPoints = 21

// selection is how the task is trained.
func (t Task) selection() mdnlib.Selection {
	s := mdnlib.Selection{Components: []int{t.K}, Head: t.Head, Models: t.Members, Folds: 2, Settings: t.Settings}
	for range t.Layers {
		s.Hidden = append(s.Hidden, t.Width)
	}
	s.Settings.Epochs, s.Settings.Seed = t.Epochs, uint64(t.Seed)
	return s
}

// check returns an error where the head or the settings cannot be trained.
func (t Task) check() error {
	head := t.Head
	head.K = t.K
	if _, err := json.Marshal(mdnlib.Network{Head: head}); err != nil { // which checks the head
		return err
	}
	t.Epochs, t.Members, t.Head.GaussianFirst = 1, 1, 0
	few := mdnlib.Grid(0, 1, 20)
	_, err := t.selection().Train(context.Background(), t.K, mdnlib.Data{X: few, Y: few}, nil)
	var overflow *mdnlib.NotFiniteError
	if errors.As(err, &overflow) { // which other data need not have
		return nil
	}
	return err
}

// trainings returns how many models are trained: with GaussianFirst each from two starts.
func (t Task) trainings() int {
	if t.Head.GaussianFirst > 0 && t.K > 1 && t.Settings.Validation > 0 {
		return 2 * t.Members
	}
	return t.Members
}

// work returns how many multiplications the training takes, roughly. That of the scores counts as some more epochs.
func (t Task) work() float64 {
	parameters := t.Width*(t.Layers-1)*t.Width + (2+3*t.K)*t.Width
	return float64(t.trainings()) * float64(t.Epochs*t.Rows+20*t.HeldOut) * float64(parameters+100)
}

// Key returns what identifies the result: a hash of the task and of what makes results, see [Made]. Equal keys have equal results. The hash is
// FNV-1a of 128 bits, which the library has in it already: nobody has a reason to forge a key, and by chance two of a million keys are equal
// once in 10²⁶ sweeps.
func (t Task) Key() string {
	sum := fnv.New128a()
	write(sum, Made(), t)
	return hex.EncodeToString(sum.Sum(nil))
}

// write adds values to a hash, as JSON.
func write(sum hash.Hash, values ...any) {
	encoder := json.NewEncoder(sum)
	for _, v := range values {
		if err := encoder.Encode(v); err != nil {
			panic(fmt.Sprintf("sweep: %v", err)) // a NaN, which check does not let through
		}
	}
}

// digest returns a hash of a file's rows.
func digest(rows *mdnlib.Rows) string {
	sum := fnv.New128a()
	write(sum, rows.Columns, rows.Len())
	var number [8]byte
	for _, values := range append(slices.Clone(rows.X), rows.Y) {
		for _, v := range values {
			binary.LittleEndian.PutUint64(number[:], math.Float64bits(v))
			sum.Write(number[:])
		}
	}
	return hex.EncodeToString(sum.Sum(nil))
}

// Made identifies what makes results: this version of the library, as far as it shows in them. It is a digest of a few small trainings and
// their scores, one with a bell curve and one with a mixture for each law, which are computed when it is first asked for. So two versions
// with the same digits are the same, whatever else has changed in them, and a build whose digits are wrong is found out.
func Made() string { return made() }

var made = sync.OnceValue(func() string {
	recommended := mdnlib.Recommended(1)
	sum := fnv.New128a()
	for _, law := range mdnlib.Laws(0.1) {
		for k := range 2 {
			t := Task{Law: law.Name, Noise: 0.1, Rows: 70, K: 1 + k, Width: 12, Epochs: 4, Members: 2, Seed: 1, Layers: 2, HeldOut: 20,
				Head: mdnlib.MixtureHead{Floor: 0.02, GaussianFirst: 2}, Settings: recommended.Settings}
			t.Settings.Epochs = 0
			ensemble, held, err := t.fitLaw(context.Background(), law)
			if err != nil {
				panic(fmt.Sprintf("sweep: the library does not train: %v", err))
			}
			nll, _ := nats(ensemble.At, held)
			write(sum, rounded(nll), rounded(mdnlib.MeanError(ensemble.At, law.Law, held.X[:5])))
		}
	}
	return hex.EncodeToString(sum.Sum(nil))[:16]
})

// Run trains and scores. data are the rows of the task's file, and nil for a law. The training is that of [mdnlib.Selection.Train], by as many
// cores as it has models for. What goes wrong in a training is its result; the error says that ctx has ended, or that the data are not the
// task's.
func (t Task) Run(ctx context.Context, data *mdnlib.Rows) (Result, error) {
	start := time.Now()
	scores, err := t.scores(ctx, data)
	r := Result{Key: t.Key(), Scores: scores}
	var overflow *mdnlib.NotFiniteError
	switch {
	case errors.As(err, &overflow):
		r.Failure = fmt.Sprintf("the %s was not finite in epoch %d", overflow.Quantity, overflow.Epoch)
	case err != nil:
		return Result{}, err
	}
	r.Seconds = time.Since(start).Seconds()
	return r, nil
}

// unknown are the scores of what could not be trained.
var unknown = func() (s Scores) {
	for _, c := range scoreColumns {
		*c.of(&s) = math.NaN()
	}
	return s
}()

func (t Task) scores(ctx context.Context, data *mdnlib.Rows) (s Scores, err error) {
	s = unknown
	if t.Law == "" {
		err = t.scoreFile(ctx, data, &s)
		return s, err
	}
	law, err := mdnlib.LawByName(t.Law, t.Noise)
	if err != nil {
		return s, err
	}
	ensemble, held, err := t.fitLaw(ctx, law)
	if err != nil {
		return s, err
	}
	model, truth, x := once(ensemble.At), once(law.Law), mdnlib.Grid(law.From, law.To, gridPoints)
	s.NLL, s.NLLError = nats(model, held)
	s.Excess, s.ExcessError = mdnlib.Excess(model, truth, held)
	s.MeanError = mdnlib.MeanError(model, truth, x)
	s.StdDevError = mdnlib.StdDevError(model, truth, x)
	return s.rounded(), nil
}

// fitLaw trains an ensemble on samples of a law, and draws those to score it on.
func (t Task) fitLaw(ctx context.Context, law mdnlib.NamedLaw) (ensemble mdnlib.Ensemble, held mdnlib.Data, err error) {
	ensemble, err = t.selection().Train(ctx, t.K, law.Sample(t.Rows, uint64(t.Seed)), nil)
	return ensemble, law.Sample(t.HeldOut, uint64(t.Seed)+heldOutSeeds), err
}

func (t Task) scoreFile(ctx context.Context, data *mdnlib.Rows, s *Scores) error {
	if data == nil || digest(data) != t.File {
		return fmt.Errorf("sweep: the task is about the rows %s of a file, and these are others", t.File)
	}
	shuffled := data.Shuffle(uint64(t.Seed))
	held := mdnlib.Rows{Columns: data.Columns, X: shuffled.X[:t.HeldOut], Y: shuffled.Y[:t.HeldOut]}
	end := t.HeldOut + t.Rows
	ensemble, err := t.selection().Train(ctx, t.K, mdnlib.Rows{Columns: data.Columns, X: shuffled.X[t.HeldOut:end], Y: shuffled.Y[t.HeldOut:end]}, nil)
	if err == nil {
		s.NLL, s.NLLError = nats(held.Numbered(ensemble.AtRow))
		*s = s.rounded()
	}
	return err
}

// once returns the law with each of its distributions computed once.
func once(law mdnlib.Law) mdnlib.Law {
	known := map[float64]mdnlib.Distribution{}
	return func(x float64) mdnlib.Distribution {
		d, ok := known[x]
		if !ok {
			d = law(x)
			known[x] = d
		}
		return d
	}
}

// nats returns the law's mean negative log likelihood on the data, and its standard error.
func nats(law mdnlib.Law, d mdnlib.Data) (mean, standardError float64) {
	each := make([]float64, d.Len())
	for i := range each {
		each[i] = -law(d.X[i]).LogProb(d.Y[i])
	}
	mean, deviation := stat.MeanStdDev(each, nil)
	return mean, stat.StdErr(deviation, float64(len(each)))
}

// scoreColumns are the scores, in the order and with the names that they have in a table and in JSON.
var scoreColumns = []struct {
	name    string
	ofTruth bool // whether only a law has it
	of      func(*Scores) *float64
}{
	{"nll", false, func(s *Scores) *float64 { return &s.NLL }},
	{"nll_error", false, func(s *Scores) *float64 { return &s.NLLError }},
	{"excess", true, func(s *Scores) *float64 { return &s.Excess }},
	{"excess_error", true, func(s *Scores) *float64 { return &s.ExcessError }},
	{"mean_error", true, func(s *Scores) *float64 { return &s.MeanError }},
	{"stddev_error", true, func(s *Scores) *float64 { return &s.StdDevError }},
}

func (s Scores) rounded() Scores {
	for _, c := range scoreColumns {
		*c.of(&s) = rounded(*c.of(&s))
	}
	return s
}

// MarshalJSON writes the scores that are known, by the names of their columns. One that is infinite is a text, as JSON has no such number.
func (s Scores) MarshalJSON() ([]byte, error) {
	encoded := []byte{'{'}
	for _, c := range scoreColumns {
		v := *c.of(&s)
		if math.IsNaN(v) {
			continue
		}
		if len(encoded) > 1 {
			encoded = append(encoded, ',')
		}
		text := strconv.FormatFloat(v, 'g', -1, 64)
		if math.IsInf(v, 0) {
			text = strconv.Quote(text)
		}
		encoded = append(encoded, strconv.Quote(c.name)+":"+text...)
	}
	return append(encoded, '}'), nil
}

// UnmarshalJSON reads what MarshalJSON writes. Scores that are not there are NaN.
func (s *Scores) UnmarshalJSON(encoded []byte) error {
	var values map[string]any
	if err := json.Unmarshal(encoded, &values); err != nil {
		return err
	}
	*s = unknown
	for _, c := range scoreColumns {
		if v, known := values[c.name]; known {
			number, err := strconv.ParseFloat(fmt.Sprint(v), 64)
			if err != nil {
				return fmt.Errorf("the score %s is %v, which is no number", c.name, v)
			}
			*c.of(s) = number
		}
	}
	return nil
}
