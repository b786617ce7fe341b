package settings

import (
	"fmt"
	"testing"
)

// TestControl writes numbers as JavaScript reads them.
func TestControl(t *testing.T) {
	for written, want := range map[string]string{
		"0.1": "0.1", "1e-05": "1e-05", "1_000": "1000", "0x10": "16", "-0x10": "-16", ".5": "0.5", "0x1p-2": "0.25", "18446744073709551615": "18446744073709551615",
	} {
		c := Setting{Name: "a", Type: "float64", Default: written, Range: &Range{Low: written, High: written}}.Control(written)
		if got := fmt.Sprint(c.Value, c.Default, c.Range.Low, c.Range.High); got != fmt.Sprint(want, want, want, want) {
			t.Errorf("%s is written %s", written, got)
		}
	}
	if c := (Setting{Type: "string"}).Control("0x10"); c.Value != "0x10" {
		t.Errorf("a text becomes %s", c.Value)
	}
}
