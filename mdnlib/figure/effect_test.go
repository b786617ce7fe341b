package figure

import (
	"fmt"
	"strings"
	"testing"

	"mdn/mdnlib"
)

// someRows are forty rows of a number and a word, and what a law says of them.
func someRows() (mdnlib.Rows, mdnlib.RowLaw) {
	rows := mdnlib.Rows{Columns: []string{"mass", "kind=blue", "kind=red"}}
	for i := range 40 {
		blue := float64(i % 4 / 3)
		rows.X, rows.Y = append(rows.X, []float64{float64(i), blue, 1 - blue}), append(rows.Y, float64(i))
	}
	return rows, func(row []float64) mdnlib.Distribution { return mdnlib.Normal(row[0]/2+8*row[1], 2+row[0]/10+row[2]) }
}

func someEffect() mdnlib.Effect {
	rows, law := someRows()
	return rows.Effect(law, "mass")
}

func TestEffect(t *testing.T) {
	for _, want := range []string{"How y depends on mass, on average over the rows", "nine of ten rows: mass from 2 to 37", "mean: from (0, 2) to (39, 21.5)",
		"standard deviation to either side: from -0.75 to 4.75 at mass = 0 to 14.85 to 28.15 at mass = 39"} {
		if got := strings.ReplaceAll(said(Effect(someEffect())), "−", "-"); !strings.Contains(got, want) {
			t.Errorf("the description %q does not say %q", got, want)
		}
	}
	rows, law := someRows()
	rows.YColumn = "bill"
	if got, want := said(Effect(rows.Effect(law, "mass"))), "How bill depends on mass, on average over the rows"; !strings.Contains(got, want) {
		t.Errorf("the description %q does not say %q", got, want)
	}
	kind := rows.Effect(law, "kind")
	want := "kind   mean  standard deviation  rows\nblue  17.75                3.95    10\nred    9.75                4.95    30"
	if got := EffectTable(kind).String(); strings.TrimSpace(got) != want {
		t.Errorf("the table is\n%s\nwant\n%s", got, want)
	}
	for want, draw := range map[string]func(){
		`figure: cannot draw "the effect of kind": it is a column of words; use EffectTable`: func() { Effect(kind) },
		`figure: the column "mass" is one of numbers; use Effect`:                            func() { EffectTable(someEffect()) },
	} {
		func() {
			defer func() {
				if got := fmt.Sprint(recover()); got != want {
					t.Errorf("panic %q, want %q", got, want)
				}
			}()
			draw()
		}()
	}
}
