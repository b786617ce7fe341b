package figure

import (
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"

	"mdn/mdnlib"
	"mdn/mdnlib/internal/outlet"
)

// page is a place that keeps what it is shown.
type page struct {
	shown   []outlet.Thing
	flushed int // how much of that was waited for
}

func (p *page) Where() outlet.Where                    { return outlet.Notebook }
func (p *page) NewID() outlet.ID                       { return "id" }
func (p *page) Show(_ outlet.ID, t outlet.Thing) error { p.shown = append(p.shown, t); return nil }
func (p *page) Clear(...outlet.ID) error               { return nil }
func (p *page) Flush() error                           { p.flushed = len(p.shown); return nil }

// shownBy returns what is shown by f, and checks that f waits until it has arrived.
func shownBy(t *testing.T, f func()) []outlet.Thing {
	t.Helper()
	var p page
	defer outlet.Use(&p)()
	f()
	if p.flushed != len(p.shown) || len(p.shown) == 0 {
		t.Errorf("%d things are shown, and %d waited for", len(p.shown), p.flushed)
	}
	return p.shown
}

// decode reads JSON into a value that has a field for everything in it.
func decode(t *testing.T, text any, into any) {
	t.Helper()
	decoder := json.NewDecoder(strings.NewReader(text.(string)))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
}

func value(v float64) *float64 { return &v }

// TestTable compares a table's three forms.
func TestTable(t *testing.T) {
	table := NewTable("law", Column{"error of μ", "y's units", 3}, Column{"CRPS", "", Significant(2)}, Column{"n", "", 0}, Column{Name: "so it is"})
	table.Title = "On new *data*"
	table.Row("growing", PlusMinus(0.0212345, 0.001), -12.345, 50, "as good as its word")
	table.Row("a|b", PlusMinus(-0.0001, math.NaN()), math.Inf(-1))
	table.Row("several", []float64{1, math.NaN()}, 1050)
	things := shownBy(t, func() { Show(table) })
	if len(things) != 1 || things[0].Kind != outlet.Numbers {
		t.Fatalf("shown is %v", things)
	}
	data := things[0].Data

	wantText := `On new *data*
law      error of μ, y's units       CRPS     n  so it is
growing          0.021 ± 0.001        −12    50  as good as its word
a|b                      0.000       −Inf
several                  1.000  not known  1050`
	if data["text/plain"] != wantText || things[0].Terminal != wantText+"\n" {
		t.Errorf("text\n%s\nwant\n%s", data["text/plain"], wantText)
	}
	wantMarkdown := `**On new \*data\***

| law | error of μ, y's units | CRPS | n | so it is |
| :--- | ---: | ---: | ---: | :--- |
| growing | 0.021 ± 0.001 | −12 | 50 | as good as its word |
| a\|b | 0.000 | −Inf |  |  |
| several | 1.000 | not known | 1050 |  |
`
	if data["text/markdown"] != wantMarkdown {
		t.Errorf("Markdown\n%s\nwant\n%s", data["text/markdown"], wantMarkdown)
	}
	var got numbersFile
	decode(t, data[numbersMIME], &got)
	want := numbersFile{
		Version: 1, Title: "On new *data*", RowsAre: "law",
		Columns: []numbersTitle{{"error of μ", "y's units"}, {"CRPS", ""}, {"n", ""}, {"so it is", ""}},
		Rows: []row{
			{"growing", []cell{{"0.021 ± 0.001", value(0.0212345), value(0.001)}, {"−12", value(-12.345), nil}, {"50", value(50), nil}, {Text: "as good as its word"}}},
			{"a|b", []cell{{"0.000", value(-0.0001), nil}, {Text: "−Inf"}, {}, {}}},
			{"several", []cell{{"1.000", value(1), nil}, {Text: "not known"}, {"1050", value(1050), nil}, {}}},
		},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("JSON %s", data[numbersMIME])
	}
}

// TestSingleNumber shows key numbers that stand alone.
func TestSingleNumber(t *testing.T) {
	for _, test := range []struct {
		show func()
		want string
		json string
	}{
		{func() { Number("Final cost", 0.123321, "nats") }, "Final cost: 0.1233 nats",
			`{"version":1,"title":"","rows_are":"","columns":[{"name":"","unit":"nats"}],"rows":[{"name":"Final cost","cells":[{"text":"0.1233","value":0.123321}]}]}`},
		{func() { Number("price", 0.00871, "nats", 4) }, "price: 0.0087 nats", ""},
		{func() { Number("rows", 20000, "") }, "rows: 20000", ""},
		{func() { Number("far", 1.5e300, "", 3) }, "far: 1.5e+300", ""},
		{func() { Number("floor", math.Inf(-1), "nats", 4) }, "floor: −Inf nats",
			`{"version":1,"title":"","rows_are":"","columns":[{"name":"","unit":"nats"}],"rows":[{"name":"floor","cells":[{"text":"−Inf"}]}]}`},
		{func() { NumberWithError("lines", 2.339123, 0.053456, "nats", 3) }, "lines: 2.339 ± 0.053 nats",
			`{"version":1,"title":"","rows_are":"","columns":[{"name":"","unit":"nats"}],"rows":[{"name":"lines","cells":[{"text":"2.339 ± 0.053","value":2.339123,"error":0.053456}]}]}`},
	} {
		thing := shownBy(t, test.show)[0]
		if thing.Kind != outlet.Numbers || thing.Data["text/plain"] != test.want || thing.Terminal != test.want+"\n" {
			t.Errorf("%q is shown as %q and printed as %q", test.want, thing.Data["text/plain"], thing.Terminal)
		}
		if _, ok := thing.Data["text/markdown"]; ok {
			t.Errorf("%q has Markdown too", test.want)
		}
		if test.json != "" && thing.Data[numbersMIME] != test.json {
			t.Errorf("%q is\n%s, want\n%s", test.want, thing.Data[numbersMIME], test.json)
		}
	}
}

// TestReportIsATable shows a report with and without the truth.
func TestReportIsATable(t *testing.T) {
	truth := mdnlib.Quadratic(0)
	heldOut := mdnlib.Sample(truth, mdnlib.Grid(1, 5, 9), 1)
	model := func(x float64) mdnlib.Distribution { return mdnlib.Normal(truth(x).Mean(), 0.5) }
	report := mdnlib.Score(model, truth, heldOut)
	thing := shownBy(t, func() { Show(report) })[0]
	var got numbersFile
	decode(t, thing.Data[numbersMIME], &got)
	if got.RowsAre != "score" || len(got.Columns) != 2 || len(got.Rows) != 10 || got.Rows[0].Name != "held-out pairs" || *got.Rows[0].Cells[1].Value != 9 {
		t.Fatalf("the table is %s", thing.Data[numbersMIME])
	}
	nll := got.Rows[1].Cells
	if got.Rows[1].Name != "NLL, nats" || *nll[0].Value != report.Model.NLL || *nll[0].Error != report.Model.NLLError {
		t.Errorf("the second row is %+v", got.Rows[1])
	}
	if nll[1].Text != "none" || nll[1].Value != nil { // without noise the truth is never surprised
		t.Errorf("the truth's NLL is %+v", nll[1])
	}
	if share := got.Rows[4].Cells[0]; share.Text != "100.0 %" || *share.Value != 100 {
		t.Errorf("the share in the 90 %% interval is %+v", share)
	}
	report.Truth = nil
	var alone numbersFile
	decode(t, shownBy(t, func() { Show(report) })[0].Data[numbersMIME], &alone)
	if len(alone.Columns) != 1 || len(alone.Rows) != 6 {
		t.Errorf("without the truth there are %d columns and %d rows", len(alone.Columns), len(alone.Rows))
	}
}

// TestReportInMarkdown compares a report as a notebook shows it.
func TestReportInMarkdown(t *testing.T) {
	r := mdnlib.Report{
		Pairs: 20000,
		Model: mdnlib.Scores{NLL: 0.134249, NLLError: 0.00512, CRPS: 0.169312,
			Coverage50: 0.49123, Coverage90: 0.8912, Sharpness: 1.01234},
	}
	want := `| score | model |
| :--- | ---: |
| held-out pairs | 20000 |
| NLL, nats | 0.1342 ± 0.0051 |
| CRPS, y's units | 0.1693 |
| y inside the 50 % interval | 49.1 % |
| y inside the 90 % interval | 89.1 % |
| mean width of the 90 % interval | 1.012 |
`
	if got := shownBy(t, func() { Show(r) })[0].Data["text/markdown"]; got != want {
		t.Errorf("without a truth:\n%s\nwant:\n%s", got, want)
	}
	r.Truth, r.KL = &mdnlib.Scores{}, 0.0169
	got := shownBy(t, func() { Show(r) })[0].Data["text/markdown"].(string)
	for _, line := range []string{
		"| score | model | truth |\n| :--- | ---: | ---: |\n| held-out pairs | 20000 | 20000 |\n",
		"| KL divergence from the truth, nats | 0.0169 |  |\n",
	} {
		if !strings.Contains(got, line) {
			t.Errorf("there is no line %q:\n%s", line, got)
		}
	}
}

// TestSelectionInMarkdown compares what a selection has tried as a notebook shows it.
func TestSelectionInMarkdown(t *testing.T) {
	s := mdnlib.Selected{Candidates: []mdnlib.Candidate{
		{Scores: mdnlib.Scores{NLL: 3.1168, NLLError: 0.0288, CRPS: 3.16123, Coverage90: 0.942}},
		{Components: 1, Gain: 0.1628, GainError: 0.0324,
			Scores: mdnlib.Scores{NLL: 2.9544, NLLError: 0.0471, CRPS: 2.76912, Coverage90: 0.93}},
	}}
	want := `| model | held out, nats | better by, nats | CRPS | in the 90 % interval, % |
| :--- | ---: | ---: | ---: | ---: |
| one bell curve, blind to the inputs | 3.117 ± 0.029 |  | 3.161 | 94.2 |
| 1 component | 2.954 ± 0.047 | 0.163 ± 0.032 | 2.769 | 93.0 |
`
	if got := shownBy(t, func() { Show(s) })[0].Data["text/markdown"]; got != want {
		t.Errorf("shown:\n%s\nwant:\n%s", got, want)
	}
}

func TestTableRefuses(t *testing.T) {
	for _, test := range []struct {
		draw func(*Table)
		want string
	}{
		{func(t *Table) { t.Row("r", 1, 2) }, `figure: the row "r" has 2 cells, and its table 1 columns; give at most one cell for each`},
		{func(t *Table) { t.Row("r", true) }, `figure: the row "r" has a bool in column "c"; use a float64, an int, PlusMinus, a string or a []float64`},
		{func(*Table) { Number("n", 1, "", 2, 3) }, `figure: the number "n" has 2 counts of decimals; give one, or none`},
	} {
		func() {
			defer func() {
				if got := recover(); got != test.want {
					t.Errorf("panic %v, want %q", got, test.want)
				}
			}()
			test.draw(NewTable("", Column{Name: "c"}))
		}()
	}
}

// TestNumberDecimals asserts how numbers are written where nothing says with how many digits.
func TestNumberDecimals(t *testing.T) {
	for _, test := range []struct {
		value, standardError float64
		want                 string
	}{
		{0.12334, math.NaN(), "0.1233"},
		{12, math.NaN(), "12"},
		{12345.6, math.NaN(), "12346"},
		{2.339123, 0.0531234, "2.339 ± 0.053"},
		{0, 0.05, "0.000 ± 0.050"},
		{1234.5, 67.8, "1234 ± 68"},
		{2.339123, math.NaN(), "2.339"},
	} {
		thing := shownBy(t, func() { NumberWithError("a", test.value, test.standardError, "") })[0]
		if got := thing.Data["text/plain"]; got != "a: "+test.want {
			t.Errorf("%g with the error %g is %q, want %q", test.value, test.standardError, got, test.want)
		}
	}
}

// TestLimitsRefuse asserts what a level that is no share is answered with.
func TestLimitsRefuse(t *testing.T) {
	defer func() {
		if got := fmt.Sprint(recover()); !strings.Contains(got, "its level is 90; use a share between 0 and 1, such as 0.9") {
			t.Errorf("it says %s", got)
		}
	}()
	New("Limits", "x", "y").Limits("limits", Truth, mdnlib.Quadratic(0.1), 90, 1, 5)
}
