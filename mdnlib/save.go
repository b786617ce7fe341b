package mdnlib

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc64"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// A file is one line of JSON, and its last field is the checksum of all bytes before it. It finds every change of up to eight bytes in a row
// (Peterson and Brown 1961), and other accidents but for one in 2⁶⁴; it is none against somebody who wants to deceive.

// kind is what a file holds, as its first two fields say.
type kind struct {
	Format  string `json:"format"`
	Version int    `json:"version"`
}

var (
	modelKind    = kind{"mdn model", 3}
	ensembleKind = kind{"mdn ensemble", 2}

	// unsealed files are read as well. They have no checksum, and their models one input without a name.
	unsealed = []kind{{"mdn model", 2}, {"mdn ensemble", 1}}
)

// file is a saved model. JSON writes a float32 with as many digits as bring back the same bits.
type file struct {
	kind
	Head   json.RawMessage `json:"head"`
	Inputs []string        `json:"inputs,omitempty"` // names of the inputs; without them there is one, x
	Units  []float64       `json:"units"`            // shift and scale of each input, then of y
	Hidden []int           `json:"hidden"`           // widths of the hidden layers
	Layers []fileLayer     `json:"layers"`

	Untrained bool   `json:"untrained,omitempty"` // a file without it, as they all once were, is of a trained model
	Checksum  string `json:"crc64,omitempty"`     // see seal
}

type fileLayer struct {
	Weight []float32 `json:"weight"` // one row an output
	Bias   []float32 `json:"bias"`
}

// ensembleFile is a saved ensemble. Each of its models is a file.
type ensembleFile struct {
	kind
	Models   []json.RawMessage `json:"models"`
	Checksum string            `json:"crc64,omitempty"`
}

// seal returns what ends a file whose bytes before it are these.
func seal(body []byte) string {
	return fmt.Sprintf(`,"crc64":"%016x"}`, crc64.Checksum(body, crc64.MakeTable(crc64.ECMA)))
}

// writeSealed writes a file's content, a value without its checksum, and seals it.
func writeSealed(w io.Writer, content any) error {
	body, err := json.Marshal(content)
	if err != nil {
		return err
	}
	body = body[:len(body)-1] // the brace, which is the seal's
	_, err = fmt.Fprintf(w, "%s%s\n", body, seal(body))
	return err
}

// checkSeal returns an error where a file is not, to the byte, what was saved.
func checkSeal(whole []byte) error {
	body := whole[:max(0, len(whole)-len(seal(nil)))]
	if string(whole[len(body):]) != seal(body) {
		return errors.New("its bytes are not those that were saved, as its checksum says; take another copy, or train and save it again")
	}
	return nil
}

func (k kind) String() string { return strings.TrimPrefix(k.Format, "mdn ") }

// Encode writes the model as JSON, which [Decode] reads back to the same bits.
func (m *Model) Encode(w io.Writer) error { return wrap("cannot encode the model", m.encode(w)) }

// Save writes the model to a file as [Model.Encode] does. The file appears whole or not at all: what was there before stays
// until everything is written.
func (m *Model) Save(path string) error { return wrap("cannot save the model", save(path, m.encode)) }

// Decode reads a model that [Model.Encode] wrote. head is nil, unless the model was trained with a [HeadFunc]: a function is
// not in the file, so the same one must be given again.
func Decode(r io.Reader, head Head) (*Model, error) {
	m, err := decode(r, head)
	return m, wrap("cannot decode the model", err)
}

// Load reads a model that [Model.Save] wrote; head is as in [Decode].
func Load(path string, head Head) (*Model, error) {
	m, err := load(path, func(r io.Reader) (*Model, error) { return decode(r, head) })
	return m, wrap("cannot load the model", err)
}

// Encode writes the ensemble as JSON, which [DecodeEnsemble] reads back to the same bits.
func (e Ensemble) Encode(w io.Writer) error { return wrap("cannot encode the ensemble", e.encode(w)) }

// Save writes the ensemble to a file, as [Model.Save] does.
func (e Ensemble) Save(path string) error {
	return wrap("cannot save the ensemble", save(path, e.encode))
}

// DecodeEnsemble reads an ensemble that [Ensemble.Encode] wrote; head is as in [Decode].
func DecodeEnsemble(r io.Reader, head Head) (Ensemble, error) {
	e, err := decodeEnsemble(r, head)
	return e, wrap("cannot decode the ensemble", err)
}

// LoadEnsemble reads an ensemble that [Ensemble.Save] wrote; head is as in [Decode].
func LoadEnsemble(path string, head Head) (Ensemble, error) {
	e, err := load(path, func(r io.Reader) (Ensemble, error) { return decodeEnsemble(r, head) })
	return e, wrap("cannot load the ensemble", err)
}

// wrap returns err with what failed before it, nil if it is nil.
func wrap(failed string, err error) error {
	if err != nil {
		err = fmt.Errorf("mdnlib: %s: %w", failed, err)
	}
	return err
}

// save writes a file by way of another beside it, which then takes its place, and has the mode of the one that was there. Where the path is
// a link, the file that it leads to is written.
func save(path string, write func(io.Writer) error) error {
	if target, err := filepath.EvalSymlinks(path); err == nil {
		path = target
	}
	mode := os.FileMode(0o644)
	if before, err := os.Stat(path); err == nil {
		mode = before.Mode().Perm()
	}
	temporary, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	err = temporary.Chmod(mode)
	if err == nil {
		err = write(temporary)
	}
	if err == nil {
		err = temporary.Sync()
	}
	err = errors.Join(err, temporary.Close())
	if err == nil {
		err = os.Rename(temporary.Name(), path)
	}
	if err != nil {
		os.Remove(temporary.Name())
	}
	return err
}

func load[T any](path string, read func(io.Reader) (T, error)) (content T, err error) {
	f, err := os.Open(path)
	if err != nil {
		return content, err
	}
	defer f.Close()
	if content, err = read(f); err != nil {
		err = fmt.Errorf("%s: %w", path, err)
	}
	return content, err
}

func (m *Model) encode(w io.Writer) error {
	if err := m.check(); err != nil {
		return err
	}
	network := m.Network()
	head, err := headToJSON(network.Head)
	if err != nil {
		return err
	}
	for l, layer := range m.layers {
		for _, values := range [][]float32{layer.Weight, layer.Bias} {
			if i := slices.IndexFunc(values, func(v float32) bool { return v-v != 0 }); i >= 0 {
				return fmt.Errorf("a weight of layer %d is %g; training diverged: train a new model with a smaller Adam.Rate", l+1, values[i])
			}
		}
	}
	content := file{kind: modelKind, Head: head, Inputs: network.Inputs, Units: m.flatUnits(), Hidden: network.Hidden, Untrained: !m.trained}
	for _, layer := range m.layers {
		content.Layers = append(content.Layers, fileLayer{layer.Weight, layer.Bias})
	}
	return writeSealed(w, content)
}

func decode(r io.Reader, own Head) (*Model, error) {
	var content file
	if err := read(r, modelKind, &content); err != nil {
		return nil, err
	}
	head, err := headFromJSON(content.Head, own)
	if err != nil {
		return nil, err
	}
	inputs, units, err := content.units()
	if err != nil {
		return nil, err
	}
	if err := content.checkShape(head); err != nil {
		return nil, err
	}
	m := newModel(Network{content.Inputs, content.Hidden, head})
	m.inputs, m.units, m.trained = inputs, units, !content.Untrained
	for l, layer := range m.layers {
		copy(layer.Weight, content.Layers[l].Weight)
		copy(layer.Bias, content.Layers[l].Bias)
	}
	return m, nil
}

// flatUnits returns the shift and scale of each input, then of y.
func (m *Model) flatUnits() (flat []float64) {
	for _, s := range append(slices.Clone(m.inputs), scaling{m.units.shiftY, m.units.scaleY}) {
		flat = append(flat, s.shift, s.scale)
	}
	return flat
}

// units returns what flatUnits has made flat.
func (f file) units() (inputs []scaling, u units, err error) {
	if err := checkColumns(f.Inputs); err != nil {
		return nil, u, err
	}
	if want := 2 * (max(1, len(f.Inputs)) + 1); len(f.Units) != want {
		return nil, u, fmt.Errorf("its units are %d numbers, but a shift and a scale of each input and of y make %d", len(f.Units), want)
	}
	for pair := range slices.Chunk(f.Units, 2) {
		if !(pair[1] > 0) {
			return nil, u, fmt.Errorf("its units have the scale %g; it must be above 0", pair[1])
		}
		inputs = append(inputs, scaling{pair[0], pair[1]})
	}
	y := inputs[len(inputs)-1]
	return inputs[:len(inputs)-1], units{y.shift, y.scale}, nil
}

func (e Ensemble) encode(w io.Writer) error {
	if len(e) == 0 {
		return errors.New("it has no models; NewEnsemble makes some")
	}
	content := ensembleFile{kind: ensembleKind}
	for i, m := range e {
		var encoded bytes.Buffer
		if err := m.encode(&encoded); err != nil {
			return fmt.Errorf("model %d: %w", i, err)
		}
		content.Models = append(content.Models, encoded.Bytes())
	}
	return writeSealed(w, content)
}

func decodeEnsemble(r io.Reader, own Head) (Ensemble, error) {
	var content ensembleFile
	if err := read(r, ensembleKind, &content); err != nil {
		return nil, err
	}
	if len(content.Models) == 0 {
		return nil, errors.New("it has no models; save it again")
	}
	var e Ensemble
	for i, encoded := range content.Models {
		m, err := decode(bytes.NewReader(encoded), nil)
		if own != nil && errors.Is(err, errNeedsHead) {
			m, err = decode(bytes.NewReader(encoded), own)
		}
		if err != nil {
			return nil, fmt.Errorf("model %d: %w", i, err)
		}
		e = append(e, m)
	}
	return e, nil
}

// read reads a file that must be of that kind.
func read(r io.Reader, want kind, content any) error {
	encoded, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	var whole json.RawMessage
	decoder := json.NewDecoder(bytes.NewReader(encoded))
	err = decoder.Decode(&whole)
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		return fmt.Errorf("it ends after %d bytes, in the middle of the %v; save it again", len(encoded), want)
	}
	var got kind
	if err == nil {
		err = json.Unmarshal(whole, &got)
	}
	if err != nil {
		return fmt.Errorf("it is no %v saved by this library (%w)", want, err)
	}
	switch {
	case got.Format == modelKind.Format && want == ensembleKind:
		return errors.New("it is a model, not an ensemble; read it with Load or Decode")
	case got.Format == ensembleKind.Format && want == modelKind:
		return errors.New("it is an ensemble, not a model; read it with LoadEnsemble or DecodeEnsemble")
	case got.Format != want.Format:
		return fmt.Errorf("it is no %v saved by this library: its format is %q, not %q", want, got.Format, want.Format)
	case got != want && !slices.Contains(unsealed, got):
		return fmt.Errorf("it is of version %d and this library reads version %d; train and save the %v again",
			got.Version, want.Version, want)
	case len(bytes.Trim(encoded[decoder.InputOffset():], "\r\n")) > 0:
		return fmt.Errorf("something follows the %v; save it again", want)
	}
	if got == want || bytes.Contains(whole, []byte(`"crc64":`)) {
		if err := checkSeal(whole); err != nil {
			return err
		}
	}
	decoder = json.NewDecoder(bytes.NewReader(whole))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(content); err != nil {
		return fmt.Errorf("it is no %v saved by this library (%w)", want, err)
	}
	return nil
}

// checkShape returns an error where the layers' numbers are not as many as the hidden layers and the head need. It is called before a
// model is made, as what a damaged file asks for may be more than fits into memory.
func (f file) checkShape(head Head) error {
	widths := slices.Concat(f.Hidden, head.layers())
	if len(f.Layers) != len(widths) {
		return fmt.Errorf("it has %d layers, but its head and hidden layers make %d", len(f.Layers), len(widths))
	}
	inputs := max(1, len(f.Inputs))
	for l, width := range widths {
		weights, biases, hidden := len(f.Layers[l].Weight), len(f.Layers[l].Bias), l < len(f.Hidden)
		switch {
		case hidden && (width < 1 || width != biases):
			return fmt.Errorf("hidden layer %d is said to be %d wide, but has %d biases", l+1, width, biases)
		case width != biases:
			return fmt.Errorf("layer %d, one of the head's, is said to be %d wide, but has %d biases", l+1, width, biases)
		case int64(weights) != int64(inputs)*int64(width): // which both are lengths by now, so their product does not overflow
			return fmt.Errorf("layer %d has %d weights and %d biases, but its shape needs %d and %d",
				l+1, weights, biases, int64(inputs)*int64(width), width)
		}
		if hidden {
			inputs = width
		}
	}
	return nil
}
