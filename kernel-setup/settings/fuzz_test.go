package settings

import (
	"reflect"
	"testing"

	"mdn/kernel-setup/notebook"
)

// FuzzOf reads cells of any source as settings: an error, or settings that can be given their own values, and then have them.
func FuzzOf(f *testing.F) {
	for _, source := range []string{
		"const noise float64 = 0.1 // [0, 1] standard deviation", "const law string = \"growing\" // [growing, constant] the law", "const quiet bool = true",
		"const seed uint64 = 1 // [0, 1000000] which\nconst few = 3", "const a, b float64 = 1, 2", "const x float64 = 1e400", "const n int = 3 // (0, 1] half open",
		"var x = 1", "const (\n\ta int = 1 // [0, 2]\n\tb string = `x`\n)", "const s string = \"\\xff\"", "", "%%\nconst a int = 1", "const a int = -0 // [-1, 1]",
	} {
		f.Add(source)
	}
	f.Fuzz(func(t *testing.T, source string) {
		n := &notebook.Notebook{Name: "some", Cells: []notebook.Cell{notebook.NewCode("settings", source, parameters)}}
		all, err := Of(n)
		if err != nil {
			return
		}
		if _, err := Places(n); err != nil {
			t.Errorf("settings of %q have no places: %v", source, err)
		}
		var values []Value
		for _, s := range all {
			value, err := s.Read(s.Default)
			if err != nil {
				t.Fatalf("%q: %s cannot be what it is, %q: %v", source, s.Name, s.Default, err)
			}
			values = append(values, Value{s, value})
		}
		if values == nil {
			return
		}
		if err := Inject(n, values); err != nil {
			t.Fatalf("%q: its own values are refused: %v", source, err)
		}
		if given, err := Given(n, all); err != nil || !reflect.DeepEqual(given, values) {
			t.Errorf("%q: given %v, read %v (%v)", source, values, given, err)
		}
	})
}
