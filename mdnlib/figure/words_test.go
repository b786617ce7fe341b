package figure

import (
	"math"
	"testing"
)

func TestNumber(t *testing.T) {
	for value, want := range map[float64]string{0: "0", math.Copysign(0, -1): "0", 1.23456: "1.235", -12.3456: "−12.35", 1e-7: "1e−07", 12345: "12345", 20000: "20000", 1e8: "1e+08"} {
		if got := number(value); got != want {
			t.Errorf("number(%g) = %q, want %q", value, got, want)
		}
	}
}
