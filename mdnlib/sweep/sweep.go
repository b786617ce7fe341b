// Package sweep trains and scores the same network under many settings: a map of how good the answer gets with noise, rows, components
// and width. A [Sweep] is a value, in Go or as a small JSON file; its result is one [Table], with a row for each combination of settings,
// which is the same to the byte wherever and in whatever order they are trained.
package sweep

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"mdn/mdnlib"
)

// MostTasks is how many combinations of settings one sweep may have.
const MostTasks = 100_000

// Sweep names the values of every axis. There is a task for each combination of them: a training, or an ensemble of several, and its scores.
// An axis without values has the one that is named beside it. The samples come either from Laws with Noise, or from a File.
type Sweep struct {
	Laws  []string  `json:"laws,omitempty"`  // names of laws, see mdnlib.Laws
	Noise []float64 `json:"noise,omitempty"` // of the laws; 0.1
	File  *File     `json:"file,omitempty"`  // samples of your own, in the place of laws

	Rows    []int `json:"rows,omitempty"`    // samples to train on; 1000, of a file all that are not held out
	K       []int `json:"k,omitempty"`       // components of the mixture; 1
	Width   []int `json:"width,omitempty"`   // units in each hidden layer; 16
	Epochs  []int `json:"epochs,omitempty"`  // 200
	Members []int `json:"members,omitempty"` // models in the ensemble; 1
	Seeds   int   `json:"seeds,omitempty"`   // every combination is trained with the seeds 1, 2 … Seeds: other samples, weights, batches; 1

	Layers  int `json:"layers,omitempty"`  // hidden layers; 2
	HeldOut int `json:"heldOut,omitempty"` // samples to score on; 1000, of a file a fifth of its rows

	// Head and Settings are the rest of what is trained, as in [mdnlib.Selection], by whose Train every ensemble is trained. Head.K,
	// Settings.Epochs and Settings.Seed stay 0, as they are axes. Nil are those of [mdnlib.Recommended].
	Head     *mdnlib.MixtureHead `json:"head,omitempty"`
	Settings *mdnlib.Settings    `json:"settings,omitempty"`
}

// File names columns of a CSV file, which [mdnlib.Table.Rows] reads. Rows that lack one of their values are left out.
type File struct {
	Path   string   `json:"path"` // in a sweep's JSON file, from the folder of that file
	Inputs []string `json:"inputs"`
	Y      string   `json:"y"`
}

// Read reads a sweep from a JSON file, whose fields are those of [Sweep]. A field that is not known is an error.
func Read(path string) (Sweep, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return Sweep{}, fmt.Errorf("sweep: %w", err)
	}
	s, err := parse(content)
	if err != nil {
		return Sweep{}, fmt.Errorf("sweep: %s: %w", path, err)
	}
	if s.File != nil && !filepath.IsAbs(s.File.Path) {
		s.File.Path = filepath.Join(filepath.Dir(path), s.File.Path)
	}
	return s, nil
}

func parse(content []byte) (s Sweep, err error) {
	decoder := json.NewDecoder(bytes.NewReader(content))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&s); err != nil {
		if unknown, is := strings.CutPrefix(err.Error(), "json: unknown field "); is {
			return s, fmt.Errorf("there is no field %s; a sweep has %s, its file path, inputs, y, and its head and settings those of "+
				"MixtureHead and Settings", unknown, strings.Join(fields(reflect.TypeFor[Sweep]()), ", "))
		}
		var wrong *json.UnmarshalTypeError
		if errors.As(err, &wrong) {
			return s, fmt.Errorf("%s is a JSON %s; use %s", cmp.Or(wrong.Field, "the sweep"), wrong.Value, kindOf(wrong.Type))
		}
		return s, fmt.Errorf("it is no JSON object (%w)", err)
	}
	if _, err := decoder.Token(); err != io.EOF {
		return s, errors.New("something stands after the sweep; a file holds one")
	}
	return s, nil
}

// fields returns the names of a struct's fields in JSON.
func fields(of reflect.Type) (names []string) {
	for i := range of.NumField() {
		name, _, _ := strings.Cut(of.Field(i).Tag.Get("json"), ",")
		names = append(names, name)
	}
	return names
}

// kindOf says what JSON a Go type is read from.
func kindOf(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Slice:
		return "a list, in [brackets]"
	case reflect.Struct:
		return "an object, in {braces}"
	case reflect.String:
		return "a text"
	case reflect.Bool:
		return "true or false"
	case reflect.Int, reflect.Uint64:
		return "a whole number"
	}
	return "a number"
}

// Plan is all that a sweep is to train.
type Plan struct {
	Tasks   []Task       // in the order of the table's rows
	Data    *mdnlib.Rows // of the sweep's file; nil for laws
	LeftOut int          // rows of the file that lack a value
}

// Plan checks the sweep, reads its file, and returns its tasks: in the order of the axes in [Sweep], the last of which changes fastest.
func (s Sweep) Plan() (Plan, error) {
	p, err := s.plan()
	if err != nil {
		return Plan{}, fmt.Errorf("sweep: %w", err)
	}
	return p, nil
}

func (s Sweep) plan() (p Plan, err error) {
	recommended := mdnlib.Recommended(0)
	base := Task{Layers: cmp.Or(s.Layers, len(recommended.Hidden)), HeldOut: s.HeldOut, Head: recommended.Head, Settings: recommended.Settings}
	base.Settings.Epochs = 0
	if s.Head != nil {
		base.Head = *s.Head
	}
	if s.Settings != nil {
		base.Settings = *s.Settings
	}
	switch {
	case base.Head.K != 0:
		return p, fmt.Errorf("head.k is %d; leave it out, and name the components to try as k", base.Head.K)
	case base.Settings.Epochs != 0 || base.Settings.Seed != 0:
		return p, fmt.Errorf("settings.epochs is %d and settings.seed %d; leave them out, and name them as epochs and seeds",
			base.Settings.Epochs, base.Settings.Seed)
	case base.Settings.Order != nil || base.Settings.Each != nil:
		return p, errors.New("the settings have a function, Order or Each, which cannot go into a key or to another machine; leave it nil")
	case s.File == nil && len(s.Laws) == 0:
		return p, errors.New("it has neither laws nor a file; name one law or more, such as growing, or a file")
	case s.File != nil && len(s.Laws)+len(s.Noise) > 0:
		return p, errors.New("it has a file, and laws or noise as well; a file has its own noise, so leave out the one or the other")
	}
	laws, noise, rows := s.Laws, s.Noise, s.Rows
	if s.File == nil {
		noise, rows, base.HeldOut = orElse(noise, 0.1), orElse(rows, 1000), cmp.Or(base.HeldOut, 1000)
		for _, law := range laws {
			for _, v := range noise {
				if _, err := mdnlib.LawByName(law, v); err != nil {
					return p, err
				}
			}
		}
	} else {
		if p, err = s.File.read(); err != nil {
			return p, err
		}
		total := p.Data.Len()
		base.File, base.HeldOut = digest(p.Data), cmp.Or(base.HeldOut, max(2, total/5))
		if base.HeldOut > total-2 {
			return p, fmt.Errorf("heldOut is %d, but %s has %d rows, and 2 or more are trained on; use fewer", base.HeldOut, s.File.Path, total)
		}
		laws, noise, rows = []string{""}, []float64{0}, orElse(rows, total-base.HeldOut)
		for _, n := range rows {
			if n+base.HeldOut > total {
				return p, fmt.Errorf("rows is %d and heldOut %d, but %s has %d rows; use fewer", n, base.HeldOut, s.File.Path, total)
			}
		}
	}
	k, width, epochs, members, seeds := orElse(s.K, 1), orElse(s.Width, recommended.Hidden[0]), orElse(s.Epochs, recommended.Settings.Epochs),
		orElse(s.Members, 1), cmp.Or(s.Seeds, 1)
	if err := cmp.Or(
		within("rows", rows, 2, 10_000_000), within("k", k, 1, 100), within("width", width, 1, 4096), within("epochs", epochs, 1, 1_000_000),
		within("members", members, 1, 100), within("seeds", []int{seeds}, 1, MostTasks), within("layers", []int{base.Layers}, 1, 100),
		within("heldOut", []int{base.HeldOut}, 2, 10_000_000),
		distinct("laws", laws), distinct("noise", noise), distinct("rows", rows), distinct("k", k), distinct("width", width),
		distinct("epochs", epochs), distinct("members", members),
	); err != nil {
		return p, err
	}
	tasks := 1.0 // an int could overflow
	for _, values := range []int{len(laws), len(noise), len(rows), len(k), len(width), len(epochs), len(members), seeds} {
		tasks *= float64(values)
	}
	if tasks > MostTasks {
		return p, fmt.Errorf("it has %.0f tasks, and at most %d go into one sweep; use fewer values, or several files", tasks, MostTasks)
	}
	for i := range int(tasks) {
		t := base
		t.Seed = 1 + i%seeds
		i /= seeds
		t.Members, t.Epochs, t.Width, t.K = at(&i, members), at(&i, epochs), at(&i, width), at(&i, k)
		t.Rows, t.Noise, t.Law = at(&i, rows), at(&i, noise), at(&i, laws)
		p.Tasks = append(p.Tasks, t)
	}
	return p, p.Tasks[0].check()
}

// orElse returns the values, or the one to take where there are none.
func orElse[T any](values []T, otherwise T) []T {
	if len(values) == 0 {
		return []T{otherwise}
	}
	return values
}

// at takes the fastest digit off a number that counts combinations, and returns the value that it stands for.
func at[T any](number *int, values []T) T {
	v := values[*number%len(values)]
	*number /= len(values)
	return v
}

func within(name string, values []int, least, most int) error {
	for _, v := range values {
		if v < least || v > most {
			return fmt.Errorf("%s is %d; use whole numbers from %d to %d", name, v, least, most)
		}
	}
	return nil
}

func distinct[T cmp.Ordered](name string, values []T) error {
	for i, v := range values {
		if slices.Contains(values[:i], v) {
			return fmt.Errorf("%s has %v twice; leave one out", name, v)
		}
	}
	return nil
}

// read reads the rows of the file that have all values.
func (f File) read() (p Plan, err error) {
	table, err := mdnlib.ReadTable(f.Path)
	if err != nil {
		return p, err
	}
	complete, err := table.Complete(append(slices.Clone(f.Inputs), f.Y)...)
	if err != nil {
		return p, err
	}
	rows, err := complete.Rows(f.Inputs, f.Y)
	if err == nil {
		err = rows.Check()
	}
	if err == nil && rows.Len() < 5 {
		err = fmt.Errorf("%s has %d rows with all values; 5 or more are needed, and some hundreds to learn from", f.Path, rows.Len())
	}
	return Plan{Data: &rows, LeftOut: table.Len() - complete.Len()}, err
}

// Trainings returns how many models are trained for the tasks.
func Trainings(tasks []Task) int {
	n := 0
	for _, t := range tasks {
		n += t.trainings()
	}
	return n
}

// Work returns how much there is to compute for the tasks, in multiplications of training: what a guess of the time left goes by.
func Work(tasks []Task) float64 {
	work := 0.0
	for _, t := range tasks {
		work += t.work()
	}
	return work
}

// rounded returns a number with six significant digits, as all scores of a table are. The last bits of exponential functions are not the same
// on every processor; with six digits the table is.
func rounded(v float64) float64 {
	r, _ := strconv.ParseFloat(strconv.FormatFloat(v, 'g', 6, 64), 64) // which reads all that is written so
	return r
}
