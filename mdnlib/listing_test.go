package mdnlib

import (
	"os"
	"testing"

	"mdn/mdnlib/internal/listing"
)

// TestNoInstructionFuses reads what the compiler has made of this package, and of those that its numbers come from, for platforms that
// can add to a product without rounding it first. Where it does, a conversion is missing, float64(x*y) + z, and results have other
// bits than on platforms that cannot.
func TestNoInstructionFuses(t *testing.T) {
	for folder, least := range map[string]int{".": 10_000, "internal/crps": 400, "internal/outliers": 100, "internal/portable": 50} {
		t.Run(folder, func(t *testing.T) {
			t.Chdir(folder)
			for _, settings := range [][]string{
				{"GOOS=linux", "GOARCH=arm64", "GOEXPERIMENT="},
				{"GOOS=linux", "GOARCH=amd64", "GOAMD64=v3", "GOEXPERIMENT="},
			} {
				instructions, err := listing.Compile(settings...)
				if err != nil {
					t.Fatal(err)
				}
				own := 0
				for _, i := range instructions {
					if _, elsewhere := os.Stat(i.File); elsewhere != nil { // some functions of other packages are inlined
						continue
					}
					own++
					if i.Fused() {
						t.Errorf("%v: %s in %s contains %s %s", settings, i.Function, i.File, i.Name, i.Operands)
					}
				}
				if own < least {
					t.Errorf("%v: only %d instructions are read", settings, own)
				}
			}
		})
	}
}
