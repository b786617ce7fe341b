package mdnlib

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
)

const (
	fileFormat  = "mdn model"
	fileVersion = 2
)

// file is a saved model. JSON writes a float32 with as many digits as bring back the same bits.
type file struct {
	Format  string      `json:"format"`
	Version int         `json:"version"`
	Head    fileHead    `json:"head"`
	Units   [4]float64  `json:"units"`  // shift and scale of x, shift and scale of y
	Hidden  []int       `json:"hidden"` // widths of the hidden layers
	Layers  []fileLayer `json:"layers"`

	// Untrained is so named that a file without it, as they all once were, is of a trained model.
	Untrained bool `json:"untrained,omitempty"`
}

// fileHead is a head: its name, and those of its fields that are not 0.
type fileHead struct {
	Name  string  `json:"name"`
	Sigma float64 `json:"sigma,omitempty"`
	K     int     `json:"k,omitempty"`
	Scale Scale   `json:"scale,omitempty"`
	Floor float64 `json:"floor,omitempty"`
	Beta  float64 `json:"beta,omitempty"`
}

type fileLayer struct {
	Weight []float32 `json:"weight"` // one row an output
	Bias   []float32 `json:"bias"`
}

// Save writes the model to a file, which [Load] reads back to the same bits. The file appears whole or not at all: what was
// there before stays until everything is written.
func (m *Model) Save(path string) (err error) {
	content := file{Format: fileFormat, Version: fileVersion, Head: headToFile(m.head), Hidden: []int{},
		Untrained: !m.trained, Units: [4]float64{m.units.shiftX, m.units.scaleX, m.units.shiftY, m.units.scaleY}}
	for l, layer := range m.layers {
		if l < m.hidden {
			content.Hidden = append(content.Hidden, layer.Outputs)
		}
		content.Layers = append(content.Layers, fileLayer{layer.Weight, layer.Bias})
	}
	encoded, err := json.Marshal(content)
	if err != nil {
		return fmt.Errorf("mdnlib: cannot save the model: %w", err)
	}

	temporary, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return fmt.Errorf("mdnlib: cannot save the model: %w", err)
	}
	defer func() {
		if err != nil {
			temporary.Close()
			os.Remove(temporary.Name())
			err = fmt.Errorf("mdnlib: cannot save the model: %w", err)
		}
	}()
	if err := temporary.Chmod(0o644); err != nil {
		return err
	}
	if _, err := temporary.Write(append(encoded, '\n')); err != nil {
		return err
	}
	if err := temporary.Sync(); err != nil {
		return err
	}
	if err := temporary.Close(); err != nil {
		return err
	}
	return os.Rename(temporary.Name(), path)
}

// Load reads a model that [Model.Save] wrote. head is nil, unless the model was trained with a [HeadFunc]: a function is
// not in the file, so the same one must be given again.
func Load(path string, head Head) (*Model, error) {
	encoded, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("mdnlib: cannot load the model: %w", err)
	}
	m, err := decode(encoded, head)
	if err != nil {
		return nil, fmt.Errorf("mdnlib: cannot load the model in %s: %w", path, err)
	}
	return m, nil
}

func decode(encoded []byte, head Head) (*Model, error) {
	var content file
	decoder := json.NewDecoder(bytes.NewReader(encoded))
	if err := decoder.Decode(&content); err != nil {
		if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
			return nil, fmt.Errorf("the file ends after %d bytes, in the middle of the model; save it again", len(encoded))
		}
		return nil, fmt.Errorf("it is not a model saved by this library (%w)", err)
	}
	if decoder.More() {
		return nil, errors.New("something follows the model in the file; save it again")
	}
	if content.Format != fileFormat {
		return nil, fmt.Errorf("it is not a model saved by this library: its format is %q, not %q", content.Format, fileFormat)
	}
	if content.Version != fileVersion {
		return nil, fmt.Errorf("it is of version %d and this library reads version %d; train and save the model again",
			content.Version, fileVersion)
	}
	head, err := headFromFile(content.Head, head)
	if err != nil {
		return nil, err
	}
	units := units{content.Units[0], content.Units[1], content.Units[2], content.Units[3]}
	for _, scale := range []float64{units.scaleX, units.scaleY} {
		if !(scale > 0) {
			return nil, fmt.Errorf("its units have the scale %g; it must be above 0", scale)
		}
	}
	if err := content.checkShape(head); err != nil {
		return nil, err
	}
	m := newModel(head, content.Hidden)
	m.units, m.trained = units, !content.Untrained
	for l, layer := range m.layers {
		copy(layer.Weight, content.Layers[l].Weight)
		copy(layer.Bias, content.Layers[l].Bias)
	}
	return m, nil
}

// checkShape returns an error where the layers' numbers are not as many as the hidden layers and the head ask for. It is asked
// before a model is made, as what a damaged file asks for may be more than fits into memory.
func (f file) checkShape(head Head) error {
	widths := slices.Concat(f.Hidden, head.layers())
	if len(f.Layers) != len(widths) {
		return fmt.Errorf("it has %d layers, but its head and hidden layers make %d", len(f.Layers), len(widths))
	}
	inputs := 1
	for l, width := range widths {
		weights, biases, hidden := len(f.Layers[l].Weight), len(f.Layers[l].Bias), l < len(f.Hidden)
		switch {
		case hidden && (width < 1 || width != biases):
			return fmt.Errorf("hidden layer %d is said to be %d wide, which its numbers do not bear out", l+1, width)
		case width != biases:
			return fmt.Errorf("layer %d, one of the head's, is said to be %d wide, which its numbers do not bear out", l+1, width)
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

const (
	meanName     = "mean"
	gaussianName = "gaussian"
	mixtureName  = "mixture"
	funcName     = "func"
)

func headToFile(head Head) fileHead {
	switch h := head.(type) {
	case MeanHead:
		return fileHead{Name: meanName, Sigma: h.Sigma}
	case GaussianHead:
		return fileHead{Name: gaussianName, Scale: h.Scale, Floor: h.Floor, Beta: h.Beta}
	case MixtureHead:
		return fileHead{Name: mixtureName, K: h.K, Scale: h.Scale, Floor: h.Floor}
	default:
		return fileHead{Name: funcName}
	}
}

// headFromFile returns the head in the file, or the reader's own where the file says that there was one.
func headFromFile(f fileHead, own Head) (Head, error) {
	if f.Name == funcName {
		if _, ok := own.(*headFunc); !ok {
			return nil, errors.New("it was trained with a HeadFunc, which no file can hold; pass the same one to Load")
		}
		return own, nil
	}
	if own != nil {
		return nil, fmt.Errorf("its head is %q, so Load needs none; pass nil", f.Name)
	}
	var head Head
	switch f.Name {
	case meanName:
		head = MeanHead{Sigma: f.Sigma}
	case gaussianName:
		head = GaussianHead{Scale: f.Scale, Floor: f.Floor, Beta: f.Beta}
	case mixtureName:
		head = MixtureHead{K: f.K, Scale: f.Scale, Floor: f.Floor}
	default:
		return nil, fmt.Errorf("its head is %q, which this library does not know", f.Name)
	}
	return head, head.check()
}
