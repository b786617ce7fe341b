package main

import (
	"fmt"
	"testing"

	"mdn/kernel-setup/record"
	"mdn/kernel-setup/settings"
)

// TestReadable writes numbers as JavaScript reads them.
func TestReadable(t *testing.T) {
	for written, want := range map[string]string{
		"0.1": "0.1", "1e-05": "1e-05", "1_000": "1000", "0x10": "16", "-0x10": "-16", ".5": "0.5", "0x1p-2": "0.25", "18446744073709551615": "18446744073709551615",
	} {
		s := record.Setting{Setting: settings.Setting{Name: "a", Type: "float64", Default: written, Range: &settings.Range{Low: written, High: written}}, Value: written}
		own := readable(s)
		if got := fmt.Sprint(own.Value, own.Default, own.Range.Low, own.Range.High); got != fmt.Sprint(want, want, want, want) {
			t.Errorf("%s is written %s", written, got)
		}
	}
	if own := readable(record.Setting{Setting: settings.Setting{Type: "string"}, Value: "0x10"}); own.Value != "0x10" {
		t.Errorf("a text becomes %s", own.Value)
	}
}
