package mdnlib

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"hash/fnv"
	"math"
	"slices"

	"mdn/mdnlib/internal/memory"
)

// remembered is the result of a training, as package memory keeps it.
type remembered struct {
	History    History
	Validation Validation
	Model      json.RawMessage // as Model.Encode writes it
}

// once trains by train, or takes the result of the same training where the program remembers it. Without wait it leaves a training
// alone that another worker is at, and reports that it is busy.
func (t Training) once(wait bool, train func() (History, error)) (h History, busy bool, err error) {
	key := ""
	if memory.Enabled() {
		key = t.key()
	}
	if key == "" {
		h, err = train()
		return h, false, err
	}
	claimed := t.Settings.Each == nil // what Each would see of the epochs is not remembered
	if claimed {
		result, state := memory.Claim(key, wait)
		switch state {
		case memory.Known:
			h, err = t.recall(result)
			return h, false, err
		case memory.Busy:
			return nil, true, nil
		}
	}
	if h, err = train(); err == nil {
		var result []byte
		if result, err = t.result(h); err == nil {
			memory.Keep(key, result)
			return h, false, nil
		}
		err = nil // a model that cannot be written down is one that nobody can recall
	}
	if claimed {
		memory.Drop(key)
	}
	return h, false, err
}

// key is the same for trainings that end the same, and "" for those that cannot be told apart by what is known of them: functions.
func (t Training) key() string {
	if t.Model.check() != nil || t.Settings.Order != nil || checkSamples(t.Data) != nil || t.Settings.fillIn() != nil {
		return ""
	}
	if _, ok := t.Model.head.(*headFunc); ok {
		return ""
	}
	network, err := json.Marshal(t.Model.Network())
	if err != nil {
		return ""
	}
	settings, err := json.Marshal(t.Settings)
	if err != nil {
		return ""
	}
	sum := fnv.New128a()
	sum.Write(network)
	sum.Write(settings)
	state := append(t.Model.flatUnits(), 0)
	if t.Model.trained {
		state[len(state)-1] = 1
	}
	for _, p := range t.Model.parameters {
		state = append(state, float64(p))
	}
	rows := t.Data.rows()
	var number [8]byte
	for _, values := range slices.Concat([][]float64{state, rows.Y}, rows.X) {
		for _, v := range values {
			binary.LittleEndian.PutUint64(number[:], math.Float64bits(v))
			sum.Write(number[:])
		}
	}
	return hex.EncodeToString(sum.Sum(nil))
}

// result returns what is to be remembered of the training.
func (t Training) result(h History) ([]byte, error) {
	var model bytes.Buffer
	if err := t.Model.encode(&model); err != nil {
		return nil, err
	}
	return json.Marshal(remembered{h, t.Model.validation, model.Bytes()})
}

// recall leaves the model as the training that is remembered has left another.
func (t Training) recall(result []byte) (History, error) {
	var r remembered
	if err := json.Unmarshal(result, &r); err != nil {
		return nil, err
	}
	model, err := decode(bytes.NewReader(r.Model), nil)
	if err != nil {
		return nil, err
	}
	copy(t.Model.parameters, model.parameters)
	t.Model.head, t.Model.inputs, t.Model.units, t.Model.trained = model.head, model.inputs, model.units, model.trained
	t.Model.validation = r.Validation
	return r.History, nil
}
