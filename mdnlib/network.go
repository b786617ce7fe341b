package mdnlib

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"

	"mdn/mdnlib/internal/team"
	"mdn/mdnlib/internal/vector"
)

// Network is the shape of a dense network: its inputs, hidden layers with tanh, then the head's layers, which are linear and
// side by side. It goes to JSON and back, but for a [HeadFunc], which JSON cannot hold.
type Network struct {
	Inputs []string // names of the inputs, those of Rows.Columns; nil for a single one, x
	Hidden []int    // widths of the hidden layers
	Head   Head
}

// MarshalJSON writes the head as a saved model does, see [Model.Encode].
func (n Network) MarshalJSON() ([]byte, error) {
	if err := n.check(); err != nil {
		return nil, err
	}
	head, err := headToJSON(n.Head)
	if err != nil {
		return nil, err
	}
	fields := map[string]any{"hidden": append([]int{}, n.Hidden...), "head": head}
	if len(n.Inputs) > 0 {
		fields["inputs"] = n.Inputs
	}
	return json.Marshal(fields)
}

// UnmarshalJSON reads what [encoding/json.Marshal] makes of a Network, and refuses an impossible one.
func (n *Network) UnmarshalJSON(encoded []byte) error {
	var content struct {
		Inputs []string
		Hidden []int
		Head   json.RawMessage
	}
	err := json.Unmarshal(encoded, &content)
	if err == nil {
		n.Inputs, n.Hidden = content.Inputs, content.Hidden
		n.Head, err = headFromJSON(content.Head, nil)
	}
	if err == nil {
		err = n.check()
	}
	return wrap("cannot read the network", err)
}

// check returns an error that names the first impossible value, nil if there is none.
func (n Network) check() error {
	if n.Head == nil {
		return errors.New("a network needs a head; use MeanHead{}, GaussianHead{}, MixtureHead{K: 3} or a HeadFunc")
	}
	if err := checkColumns(n.Inputs); err != nil {
		return fmt.Errorf("Network.Inputs: %w", err)
	}
	for i, width := range n.Hidden {
		if width < 1 {
			return fmt.Errorf("hidden layer %d is %d wide; use 1 or more", i+1, width)
		}
	}
	return n.Head.check()
}

// Model is a network with its weights and biases. Its methods may be called at the same time, except while it is being trained.
type Model struct {
	head       Head
	hidden     int       // number of hidden layers, the first of layers
	layers     []Layer   // hidden layers, then the head's
	last       Layer     // the head's layers, seen as one: their outputs are side by side
	parameters []float32 // all weights and biases, and zeros up to whole registers; the layers' slices are parts of it
	count      int       // number of weights and biases
	names      []string  // of the inputs, nil where the only one is x
	inputs     []scaling // in which the network sees the inputs, settled by the first training
	units      units     // and y
	trained    bool      // whether a step of training has been made
	validation Validation
	answers    sync.Pool // of *answer, for At
}

// Layer is one dense layer: output j is Bias[j] + Σᵢ Weight[j·Inputs + i]·(input i), then tanh if the layer is hidden.
type Layer struct {
	Inputs, Outputs int
	Weight          []float32 // Outputs × Inputs, one row an output
	Bias            []float32 // one an output
}

// starter is a head whose biases do not all start at zero.
type starter interface{ start(headLayers []Layer) }

// New returns an untrained model. Weights are uniform on ±√(6/(inputs + outputs)) of their layer (Glorot and Bengio 2010,
// eq. 16), biases are zero, but for those of a [MixtureHead]'s means, which are spread over [−1, 1]. The same seed gives the
// same weights. New panics where a width or a field of the head is impossible.
func New(network Network, seed uint64) *Model {
	if err := network.check(); err != nil {
		panic(fmt.Sprintf("mdnlib: %v", err))
	}
	m := newModel(network)
	source := random(seed, streamWeights)
	for _, layer := range m.layers {
		limit := math.Sqrt(6 / float64(layer.Inputs+layer.Outputs))
		for i := range layer.Weight {
			layer.Weight[i] = float32(limit * (float64(2*float64(source.Float64())) - 1))
		}
	}
	if head, ok := m.head.(starter); ok {
		head.start(m.layers[m.hidden:])
	}
	return m
}

// newModel returns a model whose parameters are all zero.
func newModel(network Network) *Model {
	m := &Model{head: network.Head, hidden: len(network.Hidden), names: slices.Clone(network.Inputs), units: plain}
	inputs := max(1, len(m.names))
	m.inputs = plainInputs(inputs)
	add := func(outputs int) {
		m.layers = append(m.layers, Layer{Inputs: inputs, Outputs: outputs})
		m.count += (inputs + 1) * outputs
	}
	for _, width := range network.Hidden {
		add(width)
		inputs = width
	}
	for _, width := range m.head.layers() {
		add(width)
	}
	m.parameters = make([]float32, (m.count+vector.Lanes-1)/vector.Lanes*vector.Lanes)
	m.layers, m.last = m.layersOf(m.parameters)
	m.answers.New = func() any { return m.newAnswer() }
	return m
}

// Network returns the model's shape. A trained [MeanHead] has its Sigma there.
func (m *Model) Network() Network {
	m.mustBe()
	n := Network{Inputs: slices.Clone(m.names), Hidden: make([]int, m.hidden), Head: m.head}
	for l := range n.Hidden {
		n.Hidden[l] = m.layers[l].Outputs
	}
	return n
}

// layersOf returns layers shaped as the model's, whose weights and biases are parts of values, and the head's seen as one, with all
// their weights before all their biases.
func (m *Model) layersOf(values []float32) (layers []Layer, last Layer) {
	take := func(from *[]float32, n int) []float32 {
		taken := (*from)[:n:n]
		*from = (*from)[n:]
		return taken
	}
	for _, layer := range m.layers[:m.hidden] {
		layer.Weight, layer.Bias = take(&values, layer.Inputs*layer.Outputs), take(&values, layer.Outputs)
		layers = append(layers, layer)
	}
	for _, layer := range m.layers[m.hidden:] {
		last.Inputs, last.Outputs = layer.Inputs, last.Outputs+layer.Outputs
	}
	last.Weight, last.Bias = take(&values, last.Inputs*last.Outputs), take(&values, last.Outputs)
	weights, biases := last.Weight, last.Bias
	for _, layer := range m.layers[m.hidden:] {
		layer.Weight, layer.Bias = take(&weights, layer.Inputs*layer.Outputs), take(&biases, layer.Outputs)
		layers = append(layers, layer)
	}
	return layers, last
}

// Layers returns the hidden layers in order, then the head's: one for μ, one for z, one for the logits. Their slices are the
// model's own, so writing to them changes the model.
func (m *Model) Layers() []Layer {
	m.mustBe()
	return slices.Clone(m.layers)
}

// ParameterCount returns the number of weights and biases.
func (m *Model) ParameterCount() int {
	m.mustBe()
	return m.count
}

// At returns the distribution of y that the model predicts at x. It panics where the model has several inputs: [Model.AtRow] is for these.
func (m *Model) At(x float64) Distribution { return m.AtRow([]float64{x}) }

// AtRow returns the distribution of y that the model predicts at a row with a number for each of its inputs.
func (m *Model) AtRow(row []float64) Distribution {
	m.mustBe()
	m.mustTake(len(row))
	a := m.answers.Get().(*answer)
	defer m.answers.Put(a)
	for j, x := range row {
		a.x[j] = m.inputs[j].input(x)
	}
	in := a.x
	for l, layer := range m.layers[:m.hidden] {
		out := a.activations[l]
		vector.AffineOne(out[:layer.Outputs], in, layer.Weight, layer.Bias)
		vector.TanhRows(out)
		in = out[:layer.Outputs]
	}
	vector.AffineOne(a.raw, in, m.last.Weight, m.last.Bias)
	return m.head.at(a.raw, m.units)
}

var errNoModel = errors.New("there is no model; New makes one, and Load reads one")

// check returns an error where the model is nil or was not made by this library.
func (m *Model) check() error {
	if m == nil || m.head == nil {
		return errNoModel
	}
	return nil
}

func (m *Model) mustBe() {
	if err := m.check(); err != nil {
		panic("mdnlib: " + err.Error())
	}
}

func (m *Model) mustTake(numbers int) {
	if numbers != len(m.inputs) {
		panic(fmt.Sprintf("mdnlib: a model with %d inputs, %s, was given a row of %d; At is for one input, AtRow for several, and "+
			"Rows.Along makes a Law of these", len(m.inputs), quoted(inputNames(m.names)), numbers))
	}
}

// answer holds what one prediction is computed in.
type answer struct {
	x           []float32   // as the network sees it
	activations [][]float32 // of each hidden layer, padded
	raw         []float32   // the head's outputs
}

func (m *Model) newAnswer() *answer {
	a := &answer{x: make([]float32, len(m.inputs)), raw: make([]float32, m.last.Outputs)}
	for _, layer := range m.layers[:m.hidden] {
		a.activations = append(a.activations, make([]float32, vector.Padded(layer.Outputs)))
	}
	return a
}

// AtEach returns the distribution of y that the model predicts at every x, the same to the bit as [Model.At] does, in a fraction
// of the time: many x go through the network side by side.
func (m *Model) AtEach(x []float64) []Distribution { return m.AtEachRow(single(x)) }

// AtEachRow is AtEach for rows, as [Model.AtRow] takes them.
func (m *Model) AtEachRow(rows [][]float64) []Distribution {
	m.mustBe()
	const together = 64
	p := m.newPass(max(1, min(len(rows), together)))
	raw := make([]float32, m.last.Outputs)
	distributions := make([]Distribution, 0, len(rows))
	for part := range slices.Chunk(rows, together) {
		m.show(p, p.activations[0], part)
		m.forward(p, 0, team.Alone)
		for k := range part {
			for j := range raw {
				raw[j] = p.raw[j*p.stride+k]
			}
			distributions = append(distributions, m.head.at(raw, m.units))
		}
	}
	return distributions
}

// show writes into a matrix what the network sees of the rows.
func (m *Model) show(p pass, matrix []float32, rows [][]float64) {
	for k, row := range rows {
		m.mustTake(len(row))
		start := k / p.stride * p.stride
		in, columns := p.panel(matrix, start)
		for j, x := range row {
			in[j*columns+k-start] = m.inputs[j].input(x)
		}
	}
}

// pass holds what one batch needs on its way through the network. Matrices have a row for each feature and a column for each
// sample. They consist of panels, one after the other, each a matrix of stride columns; the last may have fewer. Columns after the
// last sample are padding.
type pass struct {
	columns, stride int
	activations     [][]float32 // activations[l] is what layer l reads: the inputs, then the output of each hidden layer
	raw             []float32   // the head's outputs
}

func (m *Model) newPass(batch int) pass {
	p := pass{stride: vector.Panel(batch)}
	p.columns = batch/p.stride*p.stride + vector.Padded(batch%p.stride)
	p.activations = append(p.activations, p.matrix(len(m.inputs)))
	for _, layer := range m.layers[:m.hidden] {
		p.activations = append(p.activations, p.matrix(layer.Outputs))
	}
	p.raw = p.matrix(m.last.Outputs)
	return p
}

func (p pass) matrix(rows int) []float32 { return make([]float32, rows*p.columns) }

// panels returns how many panels a matrix has.
func (p pass) panels() int { return (p.columns + p.stride - 1) / p.stride }

// panel returns the panel of a matrix that begins with column start, and how many columns it has.
func (p pass) panel(matrix []float32, start int) (part []float32, columns int) {
	if p.columns == p.stride { // which saves small networks a division
		return matrix, p.columns
	}
	columns = min(p.stride, p.columns-start)
	rows := len(matrix) / p.columns
	return matrix[start*rows:][:columns*rows], columns
}

// roundTrip holds what one batch needs on its way through the network and back.
type roundTrip struct {
	pass
	deltas      [][]float32 // deltas[l] is the gradient of the loss by activations[l]; none for the inputs
	rawGradient []float32   // the gradient of the loss by the head's outputs
	loss        []float32   // the loss of every sample
	gradient    []float32   // the gradient of the loss by every parameter, in the model's order
	layers      []Layer     // the gradient, seen as layers
	last        Layer       // and the head's as one
}

func (m *Model) newRoundTrip(batch int) *roundTrip {
	p := &roundTrip{pass: m.newPass(batch)}
	p.deltas = append(p.deltas, nil)
	for _, layer := range m.layers[:m.hidden] {
		p.deltas = append(p.deltas, p.matrix(layer.Outputs))
	}
	p.rawGradient, p.loss = p.matrix(m.last.Outputs), p.matrix(1)
	p.gradient = make([]float32, len(m.parameters))
	p.layers, p.last = m.layersOf(p.gradient)
	return p
}

// forward computes the raw outputs from the inputs in p.activations[0], for the panel that begins with column start. A member of a team
// does its share of every hidden layer's rows; the first member computes the raw outputs.
func (m *Model) forward(p pass, start int, member team.Member) {
	in, columns := p.panel(p.activations[0], start)
	for l, layer := range m.layers[:m.hidden] {
		out, _ := p.panel(p.activations[l+1], start)
		if from, to := member.Share(layer.Outputs); from < to {
			rows := out[from*columns : to*columns]
			vector.Affine(rows, in, layer.Weight[from*layer.Inputs:to*layer.Inputs], layer.Bias[from:to], columns)
			vector.TanhRows(rows)
		}
		member.Wait()
		in = out
	}
	if member.First() {
		raw, _ := p.panel(p.raw, start)
		vector.Affine(raw, in, m.last.Weight, m.last.Bias, columns)
	}
}

// backward carries the gradient of the loss by the raw outputs back to every hidden layer's outputs, for a panel that has been
// forward. A member of a team does its share of every layer's rows.
func (m *Model) backward(p *roundTrip, start int, member team.Member) {
	out, columns := p.panel(p.rawGradient, start)
	layer := m.last
	for l := m.hidden; l > 0; l-- { // the inputs need no gradient
		in, _ := p.panel(p.deltas[l], start)
		if from, to := member.Share(layer.Inputs); from < to {
			values, _ := p.panel(p.activations[l], start)
			vector.BackAffine(in, out, layer.Weight, columns, from, to)
			vector.BackTanh(in[from*columns:to*columns], values[from*columns:to*columns])
		}
		member.Wait()
		out, layer = in, m.layers[l-1]
	}
}

// gradientOf computes the gradient of the loss by the parameters, once all panels have been back. A member of a team does its share of
// every layer's outputs.
func (m *Model) gradientOf(p *roundTrip, member team.Member) {
	out, gradient := p.rawGradient, p.last
	for l := m.hidden; ; l-- {
		if from, to := member.Share(gradient.Outputs); from < to {
			vector.Gradient(gradient.Weight, gradient.Bias, out, p.activations[l], p.stride, from, to)
		}
		if l == 0 {
			return
		}
		out, gradient = p.deltas[l], p.layers[l-1]
	}
}
