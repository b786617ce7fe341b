package mdnlib

import (
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
)

func TestSaveAndLoad(t *testing.T) {
	_, data := post(1)
	for _, m := range []*Model{New(Network{[]int{12, 5}, MeanHead{}}, 1), New(Network{[]int{3}, GaussianHead{}}, 2), New(Network{Head: GaussianHead{Scale: Softplus, Floor: 0.01, Beta: 0.5}}, 3),
		New(Network{[]int{3}, MixtureHead{K: 2, Scale: Softplus, Floor: 0.01}}, 4)} {
		settings := postSettings(2, 1)
		settings.Standardise = true
		if _, err := Fit(t.Context(), m, data, settings); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.TempDir(), "model.json")
		for range 2 { // the second time over the first
			if err := m.Save(path); err != nil {
				t.Fatal(err)
			}
		}
		loaded, err := Load(path, nil)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(loaded.parameters, m.parameters) || loaded.head != m.head || loaded.units != m.units || !loaded.trained {
			t.Errorf("%T: the model read back is not the one written", m.head)
		}
		for _, x := range []float64{1, 2.3, 5} {
			if !reflect.DeepEqual(loaded.At(x), m.At(x)) {
				t.Errorf("%T: at %g the model read back says %v, was %v", m.head, x, loaded.At(x), m.At(x))
			}
		}
		if left, _ := filepath.Glob(filepath.Join(filepath.Dir(path), "*")); len(left) != 1 {
			t.Errorf("saving has left %v", left)
		}
	}
}

func TestSaveWithOwnHead(t *testing.T) {
	own := HeadFunc(1, func(gradient, raw []float64, y float64) float64 { return 0 },
		func(raw []float64) Distribution { return PointMass(raw[0]) })
	m := New(Network{[]int{4}, own}, 1)
	path := filepath.Join(t.TempDir(), "model.json")
	if err := m.Save(path); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(path, nil); err == nil || !strings.Contains(err.Error(), "its head is a HeadFunc, which no file can hold; to read a model, pass the same one as the head") {
		t.Errorf("without the head: error %v", err)
	}
	loaded, err := Load(path, own)
	if err != nil {
		t.Fatal(err)
	}
	if loaded.At(2) != m.At(2) {
		t.Errorf("read back, the model predicts %v, was %v", loaded.At(2), m.At(2))
	}
}

// TestSaveKeepsWhatWasThere checks that a model that cannot be written leaves the old file alone.
func TestSaveKeepsWhatWasThere(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "nosuch")
	if err := New(Network{Head: MeanHead{}}, 1).Save(filepath.Join(folder, "model.json")); err == nil || !strings.Contains(err.Error(), "cannot save the model") {
		t.Errorf("into a folder that is not there: error %v", err)
	}
	// A folder in the file's place cannot be replaced by the file.
	path := filepath.Join(t.TempDir(), "model.json")
	if err := os.MkdirAll(filepath.Join(path, "inside"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := New(Network{Head: MeanHead{}}, 1).Save(path); err == nil {
		t.Error("a folder was replaced by a file")
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(path), "*")); len(left) != 1 {
		t.Errorf("a failed save has left %v", left)
	}
}

func TestLoadRefuses(t *testing.T) {
	path := filepath.Join(t.TempDir(), "model.json")
	if err := New(Network{[]int{4}, GaussianHead{}}, 1).Save(path); err != nil {
		t.Fatal(err)
	}
	saved, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	good := string(saved)
	replace := func(from, to string) string {
		if !strings.Contains(good, from) {
			t.Fatalf("a saved model does not contain %q", from)
		}
		return strings.Replace(good, from, to, 1)
	}
	// Two layers of 200,000 biases each, between which there would have to be 160 GB of weights.
	zeros := "[0" + strings.Repeat(",0", 199999) + "]"
	beyondMemory := `{"format":"mdn model","version":2,"head":{"name":"mean"},"units":[0,1,0,1],"hidden":[200000,200000],"layers":[{"weight":` +
		zeros + `,"bias":` + zeros + `},{"weight":[0],"bias":` + zeros + `},{"weight":[0],"bias":[0]}]}`
	for _, test := range []struct{ name, content, want string }{
		{"truncated", good[:len(good)/2], "in the middle of the model; save it again"},
		{"empty", "", "it ends after 0 bytes, in the middle of the model"},
		{"twice", good + good, "something follows the model; save it again"},
		{"not JSON", "\x89PNG\r\n", "it is no model saved by this library"},
		{"other JSON", `{"weights": [1, 2]}`, `its format is "", not "mdn model"`},
		{"version", replace(`"version":2`, `"version":3`), "it is of version 3 and this library reads version 2; train and save the model again"},
		{"head", replace(`"gaussian"`, `"poisson"`), `no head is named "poisson"; use mean, gaussian or mixture`},
		{"head's field", replace(`"gaussian"`, `"mixture"`), "MixtureHead.K is 0; use 1 or more components"},
		{"units", replace(`"units":[0,1,0,1]`, `"units":[0,1,0,0]`), "its units have the scale 0; it must be above 0"},
		{"width", replace(`"hidden":[4]`, `"hidden":[5]`), "hidden layer 1 is said to be 5 wide"},
		{"layers", replace(`"hidden":[4]`, `"hidden":[]`), "it has 3 layers, but its head and hidden layers make 2"},
		{"negative width", replace(`"hidden":[4]`, `"hidden":[-4]`), "hidden layer 1 is said to be -4 wide"},
		{"number", replace(`"weight":[`, `"weight":[1e99,`), "it is no model saved by this library"},
		{"width beyond memory", replace(`"hidden":[4]`, `"hidden":[1000000000000000]`), "hidden layer 1 is said to be 1000000000000000 wide"},
		{"K beyond memory", `{"format":"mdn model","version":2,"head":{"name":"mixture","k":1000000000000000},"units":[0,1,0,1],"hidden":[],` +
			`"layers":[{"weight":[1],"bias":[1]},{"weight":[1],"bias":[1]},{"weight":[1],"bias":[1]}]}`,
			"layer 1, one of the head's, is said to be 1000000000000000 wide"},
		{"K without layers", `{"format":"mdn model","version":2,"head":{"name":"mixture","k":1000000000000000},"units":[0,1,0,1],"hidden":[],"layers":[]}`,
			"it has 0 layers, but its head and hidden layers make 3"},
		{"weights beyond memory", beyondMemory, "layer 2 has 1 weights and 200000 biases, but its shape needs 40000000000 and 200000"},
		{"weights", replace(`"weight":[`, `"weight":[1,`), "layer 1 has 5 weights and 4 biases, but its shape needs 4 and 4"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if err := os.WriteFile(path, []byte(test.content), 0o644); err != nil {
				t.Fatal(err)
			}
			_, err := Load(path, nil)
			if err == nil || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), path) {
				t.Errorf("error %v, want one that names the file and says %q", err, test.want)
			}
		})
	}
	if _, err := Load(filepath.Join(t.TempDir(), "nosuch.json"), nil); err == nil || !strings.Contains(err.Error(), "nosuch.json") {
		t.Errorf("missing file: error %v", err)
	}
}
