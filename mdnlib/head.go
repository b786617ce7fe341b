package mdnlib

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"mdn/mdnlib/internal/vector"
)

// Head says what a network's raw outputs mean: how many there are, the loss that trains them, and the distribution of y that
// they describe. The heads are [MeanHead], [GaussianHead], [MixtureHead], [StudentHead], and a reader's own, made by [HeadFunc].
//
// A new head of the library is one file: the methods below, and a call of register. Methods that most heads do without are those of
// small interfaces, each beside the function that asks for it: starter (network.go), opener, finisher and serial (train.go), otherLoss
// (metrics.go), mixable (ensemble.go) and spreader (warnings.go). A loss is a negative log likelihood in nats, but for the heads that are
// an otherLoss.
type Head interface {
	// name returns what saved models call the head. They hold its exported fields beside it, those that are not 0.
	name() string

	// check returns an error that names the first field with an impossible value, nil if there is none.
	check() error

	// layers returns the widths of the dense layers that compute the raw outputs, side by side.
	layers() []int

	// loss takes a panel of a batch, whose first columns are samples and whose others are padding: row j of raw holds raw output
	// j of every column, y the targets, and rows are as long as y. It writes every sample's loss into loss (one row), and the
	// derivatives of the mean loss of the batch, which has so many samples, by the raw outputs into gradient (rows as in raw).
	// What it writes into the padding is ignored. Several goroutines call it, for other panels of the same batch.
	loss(loss, gradient, raw, y []float32, samples, batch int)

	// at returns the distribution that one sample's raw outputs describe, in the user's units.
	at(raw []float32, u units) Distribution
}

// heads make the head of a name; fill sets its fields.
var heads = map[string]func(fill func(fields any) error) (Head, error){}

// register makes a head known that is all in its fields.
func register[H Head]() {
	var zero H
	heads[zero.name()] = func(fill func(fields any) error) (Head, error) {
		var head H
		if err := fill(&head); err != nil {
			return nil, fmt.Errorf("a field of the head %q is wrong (%w)", head.name(), err)
		}
		return head, head.check()
	}
}

// HeadByName returns a head by its name in saved models, such as "gaussian". fill is given a pointer to the head, of
// which all fields are 0, and sets them, as a decoder does.
func HeadByName(name string, fill func(fields any) error) (Head, error) {
	head, known := heads[name]
	if !known {
		names := slices.DeleteFunc(slices.Sorted(maps.Keys(heads)), func(name string) bool { return name == (*headFunc)(nil).name() })
		return nil, fmt.Errorf("no head is named %q; use one of %s", name, strings.Join(names, ", "))
	}
	return head(fill)
}

// headToJSON returns the head as a saved model holds it.
func headToJSON(head Head) (json.RawMessage, error) {
	fields, err := json.Marshal(head)
	if err != nil {
		return nil, err
	}
	encoded := fmt.Sprintf(`{"name":%q`, head.name())
	if len(fields) > len("{}") {
		encoded += ","
	}
	return append([]byte(encoded), fields[1:]...), nil
}

// headFromJSON returns the head of a saved model; own is the one that the reader of the file has given, nil if none.
func headFromJSON(encoded []byte, own Head) (Head, error) {
	var saved struct{ Name string }
	if err := json.Unmarshal(encoded, &saved); err != nil {
		return nil, fmt.Errorf("the head is not an object with a name (%w)", err)
	}
	head, err := HeadByName(saved.Name, func(fields any) error { return json.Unmarshal(encoded, fields) })
	switch {
	case errors.Is(err, errNeedsHead) && own != nil && own.name() == saved.Name:
		return own, nil
	case err == nil && own != nil:
		return nil, fmt.Errorf("its head is %q, which the file holds; pass nil as the head", saved.Name)
	}
	return head, err
}

// Scale says how a head makes a standard deviation, which is positive, of a raw output z.
type Scale int

const (
	EluPlusOne Scale = iota // elu(z) + 1, as the post does: eᶻ for z ≤ 0, z + 1 above (Clevert et al. 2016, eq. 15)
	Softplus                // log(1 + eᶻ) (Dugas et al. 2001), as smooth at 0 as everywhere
)

func scale(s Scale, floor float64) vector.Scale {
	return vector.Scale{Softplus: s == Softplus, Floor: float32(floor)}
}

func checkScale(head string, s Scale, floor float64) error {
	if s != EluPlusOne && s != Softplus {
		return fmt.Errorf("%s.Scale is %d; use EluPlusOne or Softplus", head, s)
	}
	if floor != 0 && !(floor >= 1e-30 && floor <= 1e30) {
		return fmt.Errorf("%s.Floor is %g; use 0 for none, or a value such as 0.01", head, floor)
	}
	return nil
}
