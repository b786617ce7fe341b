package mdnlib

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

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

// TestSavedBytes compares files with those that this library has always written, and reads them.
func TestSavedBytes(t *testing.T) {
	own := HeadFunc(1, func(_, _ []float64, _ float64) float64 { return 0 }, func(raw []float64) Distribution { return PointMass(raw[0]) })
	for _, test := range []struct {
		m    *Model
		want string
	}{
		{New(Network{Hidden: []int{2}, Head: MeanHead{}}, 1), `"head":{"name":"mean"},"units":[0,1,0,1],"hidden":[2],"layers":` +
			`[{"weight":[0.10616433,-1.2889296],"bias":[0,0]},{"weight":[0.3898577,-0.42112705],"bias":[0]}]`},
		{New(Network{Hidden: nil, Head: MeanHead{Sigma: 0.25}}, 1), `"head":{"name":"mean","sigma":0.25},"units":[0,1,0,1],"hidden":[],"layers":` +
			`[{"weight":[0.13002422],"bias":[0]}]`},
		{New(Network{Hidden: []int{1}, Head: GaussianHead{}}, 2), `"head":{"name":"gaussian"},"units":[0,1,0,1],"hidden":[1],"layers":` +
			`[{"weight":[-1.3214148],"bias":[0]},{"weight":[1.4823343],"bias":[0]},{"weight":[1.095804],"bias":[0]}]`},
		{New(Network{Hidden: []int{1}, Head: GaussianHead{Scale: Softplus, Floor: 0.01, Beta: 0.5}}, 3),
			`"head":{"name":"gaussian","scale":1,"floor":0.01,"beta":0.5},"units":[0,1,0,1],"hidden":[1],"layers":` +
				`[{"weight":[-0.6483032],"bias":[0]},{"weight":[-0.60578847],"bias":[0]},{"weight":[1.4828845],"bias":[0]}]`},
		{New(Network{Hidden: nil, Head: GaussianHead{MeanFirst: 3}}, 2), `"head":{"name":"gaussian","meanFirst":3},"units":[0,1,0,1],"hidden":[],"layers":` +
			`[{"weight":[-1.3214148],"bias":[0]},{"weight":[1.4823343],"bias":[0]}]`},
		{New(Network{Hidden: nil, Head: MixtureHead{K: 2, Scale: Softplus, Floor: 0.01}}, 4),
			`"head":{"name":"mixture","k":2,"scale":1,"floor":0.01},"units":[0,1,0,1],"hidden":[],"layers":` +
				`[{"weight":[-1.2405769,-0.49875057],"bias":[-0.5,0.5]},{"weight":[-0.30920795,-0.47069135],"bias":[0,0]},` +
				`{"weight":[-1.1201509,0.772202],"bias":[0,0]}]`},
		{New(Network{Hidden: nil, Head: own}, 5), `"head":{"name":"func"},"units":[0,1,0,1],"hidden":[],"layers":[{"weight":[0.89145964],"bias":[0]}]`},
	} {
		want := resealed(`{"format":"mdn model","version":3,`+test.want+`,"untrained":true}`) + "\n"
		var got bytes.Buffer
		if err := test.m.Encode(&got); err != nil {
			t.Fatal(err)
		}
		if got.String() != want {
			t.Errorf("the model is written as\n%swant\n%s", &got, want)
		}
		var head Head
		if test.m.head.name() == own.name() {
			head = own
		}
		read, err := Decode(strings.NewReader(want), head)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(read.parameters, test.m.parameters) || read.head != test.m.head || read.trained {
			t.Errorf("read from %s: another model", want)
		}
	}
}

// TestEnsembleOfOtherHeadsIsSaved saves models of several heads together, a reader's own among them.
func TestEnsembleOfOtherHeadsIsSaved(t *testing.T) {
	own := HeadFunc(1, func(_, _ []float64, _ float64) float64 { return 0 }, func(raw []float64) Distribution { return PointMass(raw[0]) })
	e := Ensemble{New(Network{Hidden: []int{3}, Head: GaussianHead{}}, 1), New(Network{Hidden: nil, Head: own}, 2)}
	var file bytes.Buffer
	if err := e.Encode(&file); err != nil {
		t.Fatal(err)
	}
	if _, err := DecodeEnsemble(bytes.NewReader(file.Bytes()), nil); err == nil || !strings.Contains(err.Error(), "model 1: its head is a HeadFunc") {
		t.Errorf("without the head: error %v", err)
	}
	read, err := DecodeEnsemble(&file, own)
	if err != nil {
		t.Fatal(err)
	}
	for i, m := range read {
		if m.head != e[i].head || !slices.Equal(m.parameters, e[i].parameters) {
			t.Errorf("model %d read back is not the one written", i)
		}
	}
	if err := (Ensemble{}).Encode(&file); err == nil || err.Error() != "mdnlib: cannot encode the ensemble: it has no models; NewEnsemble makes some" {
		t.Errorf("without models: error %v", err)
	}
	if _, err := LoadEnsemble(filepath.Join(t.TempDir(), "nosuch.json"), nil); err == nil || !strings.Contains(err.Error(), "nosuch.json") {
		t.Errorf("missing file: error %v", err)
	}
}

// TestDecodeEnsembleRefuses damages an ensemble in every way, and cuts it short at every byte.
func TestDecodeEnsembleRefuses(t *testing.T) {
	var file, model bytes.Buffer
	e := NewEnsemble(2, Network{Hidden: []int{2}, Head: GaussianHead{}}, 1)
	if err := e.Encode(&file); err != nil {
		t.Fatal(err)
	}
	if err := e[0].Encode(&model); err != nil {
		t.Fatal(err)
	}
	good := strings.TrimSpace(file.String())
	for _, test := range []struct{ name, content, want string }{
		{"a model", model.String(), "it is a model, not an ensemble; read it with Load or Decode"},
		{"twice", good + good, "something follows the ensemble; save it again"},
		{"a bracket too many", good + "}", "something follows the ensemble; save it again"},
		{"other JSON", "[1, 2]", "it is no ensemble saved by this library ("},
		{"version", strings.Replace(good, `"version":2`, `"version":3`, 1), "it is of version 3 and this library reads version 2; train and save the ensemble again"},
		{"no models", `{"format":"mdn ensemble","version":1,"models":[]}`, "it has no models; save it again"},
		{"models of another type", `{"format":"mdn ensemble","version":1,"models":3}`, "it is no ensemble saved by this library ("},
		{"a damaged model", strings.Replace(good, `"hidden":[2]`, `"hidden":[3]`, 1), "its bytes are not those that were saved"},
		{"a damaged model, sealed", resealed(strings.Replace(good, `"hidden":[2]`, `"hidden":[3]`, 1)), "model 0: its bytes are not those that were saved"},
		{"an ensemble in it", resealed(`{"format":"mdn ensemble","version":2,"models":[` + good + `]}`),
			"model 0: it is an ensemble, not a model; read it with LoadEnsemble or DecodeEnsemble"},
	} {
		_, err := DecodeEnsemble(strings.NewReader(test.content), nil)
		if err == nil || !strings.HasPrefix(err.Error(), "mdnlib: cannot decode the ensemble: "+test.want) {
			t.Errorf("%s: error %v, want %s", test.name, err, test.want)
		}
	}
	for n := range len(good) {
		want := fmt.Sprintf("mdnlib: cannot decode the ensemble: it ends after %d bytes, in the middle of the ensemble; save it again", n)
		if _, err := DecodeEnsemble(strings.NewReader(good[:n]), nil); err == nil || err.Error() != want {
			t.Fatalf("cut after %d bytes: error %v, want %s", n, err, want)
		}
	}
	if _, err := Decode(strings.NewReader(good), nil); err == nil || !strings.Contains(err.Error(), "it is an ensemble, not a model") {
		t.Errorf("an ensemble read as a model: error %v", err)
	}
	broken := errors.New("the line is cut")
	if _, err := Decode(iotest.ErrReader(broken), nil); !errors.Is(err, broken) {
		t.Errorf("from a reader that fails: error %v", err)
	}
	if err := e.Encode(failing{broken}); !errors.Is(err, broken) {
		t.Errorf("to a writer that fails: error %v", err)
	}
}

// resealed returns a file with the checksum of what it says, so that what is wrong with that is found.
func resealed(file string) string {
	file = strings.TrimSpace(file)
	if n := len(file) - len(seal(nil)); n > 0 && strings.HasPrefix(file[n:], `,"crc64":`) {
		file = file[:n] + "}"
	}
	return file[:len(file)-1] + seal([]byte(file[:len(file)-1]))
}

// TestEveryByteCounts changes every bit of a saved model and of a saved ensemble.
func TestEveryByteCounts(t *testing.T) {
	for name, write := range map[string]func(io.Writer) error{
		"model":    New(Network{Inputs: []string{"a", "b=c"}, Hidden: []int{2}, Head: GaussianHead{Floor: 0.1}}, 1).Encode,
		"ensemble": NewEnsemble(2, Network{Hidden: []int{2}, Head: MixtureHead{K: 2}}, 1).Encode,
	} {
		var file bytes.Buffer
		if err := write(&file); err != nil {
			t.Fatal(err)
		}
		read := func(content []byte) error {
			_, err := Decode(bytes.NewReader(content), nil)
			if name == "ensemble" {
				_, err = DecodeEnsemble(bytes.NewReader(content), nil)
			}
			return err
		}
		if err := read(file.Bytes()); err != nil {
			t.Fatal(err)
		}
		for i := range file.Len() {
			for bit := range 8 {
				changed := slices.Clone(file.Bytes())
				changed[i] ^= 1 << bit
				if read(changed) == nil {
					t.Errorf("%s: byte %d is %q in place of %q, and nobody sees it", name, i, changed[i], file.Bytes()[i])
				}
			}
		}
	}
}

// TestSaveKeepsModeAndLink saves over a file that others must not read, by way of a link to it.
func TestSaveKeepsModeAndLink(t *testing.T) {
	folder := t.TempDir()
	path, link := filepath.Join(folder, "model.json"), filepath.Join(folder, "latest.json")
	if err := errors.Join(os.WriteFile(path, nil, 0o600), os.Symlink("model.json", link)); err != nil {
		t.Fatal(err)
	}
	m := New(Network{Head: MeanHead{}}, 1)
	if err := m.Save(link); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("the link is no link any more (%v)", err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode() != 0o600 || info.Size() == 0 {
		t.Errorf("the file has mode %v and %d bytes (%v)", info.Mode(), info.Size(), err)
	}
	fresh := filepath.Join(folder, "fresh.json")
	if err := m.Save(fresh); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(fresh); err != nil || info.Mode() != 0o644 {
		t.Errorf("a new file has mode %v (%v)", info.Mode(), err)
	}
}

// failing is a writer that cannot write.
type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

func TestLoadRefuses(t *testing.T) {
	path := filepath.Join(t.TempDir(), "model.json")
	if err := New(Network{Hidden: []int{4}, Head: GaussianHead{}}, 1).Save(path); err != nil {
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
		return resealed(strings.Replace(good, from, to, 1))
	}
	// Two layers of 200,000 biases each, between which there would have to be 160 GB of weights.
	zeros := "[0" + strings.Repeat(",0", 199999) + "]"
	beyondMemory := `{"format":"mdn model","version":3,"head":{"name":"mean"},"units":[0,1,0,1],"hidden":[200000,200000],"layers":[{"weight":` +
		zeros + `,"bias":` + zeros + `},{"weight":[0],"bias":` + zeros + `},{"weight":[0],"bias":[0]}]}`
	for _, test := range []struct{ name, content, want string }{
		{"truncated", good[:len(good)/2], "in the middle of the model; save it again"},
		{"empty", "", "it ends after 0 bytes, in the middle of the model"},
		{"twice", good + good, "something follows the model; save it again"},
		{"not JSON", "\x89PNG\r\n", "it is no model saved by this library"},
		{"other JSON", `{"weights": [1, 2]}`, `its format is "", not "mdn model"`},
		{"version", replace(`"version":3`, `"version":4`), "it is of version 4 and this library reads version 3; train and save the model again"},
		{"head", replace(`"gaussian"`, `"poisson"`), `no head is named "poisson"; use one of gaussian, mean, mixture, student`},
		{"head's field", replace(`"gaussian"`, `"mixture"`), "MixtureHead.K is 0; use 1 or more components"},
		{"units", replace(`"units":[0,1,0,1]`, `"units":[0,1,0,0]`), "its units have the scale 0; it must be above 0"},
		{"width", replace(`"hidden":[4]`, `"hidden":[5]`), "hidden layer 1 is said to be 5 wide"},
		{"layers", replace(`"hidden":[4]`, `"hidden":[]`), "it has 3 layers, but its head and hidden layers make 2"},
		{"negative width", replace(`"hidden":[4]`, `"hidden":[-4]`), "hidden layer 1 is said to be -4 wide"},
		{"number", replace(`"weight":[`, `"weight":[1e99,`), "it is no model saved by this library"},
		{"width beyond memory", replace(`"hidden":[4]`, `"hidden":[1000000000000000]`), "hidden layer 1 is said to be 1000000000000000 wide"},
		{"K beyond memory", resealed(`{"format":"mdn model","version":3,"head":{"name":"mixture","k":1000000000000000},"units":[0,1,0,1],"hidden":[],` +
			`"layers":[{"weight":[1],"bias":[1]},{"weight":[1],"bias":[1]},{"weight":[1],"bias":[1]}]}`),
			"layer 1, one of the head's, is said to be 1000000000000000 wide"},
		{"K without layers", resealed(`{"format":"mdn model","version":3,"head":{"name":"mixture","k":1000000000000000},"units":[0,1,0,1],"hidden":[],"layers":[]}`),
			"it has 0 layers, but its head and hidden layers make 3"},
		{"weights beyond memory", resealed(beyondMemory), "layer 2 has 1 weights and 200000 biases, but its shape needs 40000000000 and 200000"},
		{"no checksum", good[:strings.LastIndex(good, ",")] + "}", "its bytes are not those that were saved"},
		{"a field too many", replace(`"units":`, `"rcale":1,"units":`), `unknown field "rcale"`},
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
