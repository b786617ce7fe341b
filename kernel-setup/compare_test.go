package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"mdn/kernel-setup/notebook"
	"mdn/kernel-setup/record"
	"mdn/kernel-setup/settings"
)

// swept returns the plan that assignments make of a notebook with three settings, and an outcome for each of its pages, with key numbers
// that a function gives for the values of the page.
func swept(t *testing.T, numbers func(values []string) []record.Number, assignments ...string) (settings.Plan, []outcome) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "lab.ipynb")
	writeNotebook(t, path, "# Lab", "%parameters const noise float64 = 0.1 // [0, 1000] the noise\nconst seed int = 1 // [0, 9] the seed\n"+
		`const law string = "even" // [even, odd, "neither of them, or both"] the law`)
	n, err := notebook.Read(path)
	if err != nil {
		t.Fatal(err)
	}
	plans, err := settings.Plans([]*notebook.Notebook{n}, assignments)
	if err != nil {
		t.Fatal(err)
	}
	var runs []outcome
	for _, page := range plans[0].Pages {
		var values []string
		for _, v := range page.Values {
			values = append(values, v.Text)
		}
		runs = append(runs, outcome{Page: page, Record: &record.Record{Numbers: numbers(values)}})
	}
	return plans[0], runs
}

func keyed(name, text string, value, deviation float64) record.Number {
	return record.Number{Name: name, Unit: "m", Text: text, Value: &value, Error: &deviation}
}

// letters returns what is written in a chart.
func letters(drawing string) string {
	return strings.Join(regexp.MustCompile(`>([^<>]+)</text>`).FindAllString(drawing, -1), "")
}

// TestNumberCharts draws key numbers over one setting, two settings, settings that are far apart, and names.
func TestNumberCharts(t *testing.T) {
	length := func(values []string) []record.Number {
		size := float64(len(values[0]))
		return []record.Number{keyed("length", fmt.Sprint(size), size, 0.5), keyed("same", "3", 3, 0), {Name: "verdict", Text: "good"}}
	}
	for _, test := range []struct {
		name        string
		assignments []string
		at          string // what stands at the x axis, and the names of the lines
		line        int    // how many paths are lines of data
	}{
		{"one", []string{"noise=0.2,0.05,0.125"}, "0.05 0.125 0.2 m noise", 1},
		{"far apart", []string{"noise=1,10,100"}, "1 10 100 m noise, logarithmic", 1},
		{"two", []string{"noise=0.05,0.2", "seed=1,2"}, "0.05 0.2 m noise seed = 1 seed = 2", 2},
		{"a number and a text", []string{"seed=1", "law=odd,even", "noise=0.05,0.2"}, "0.05 0.2 m noise law = odd law = even", 2},
	} {
		_, runs := swept(t, length, test.assignments...)
		rows := rows(runs)
		charts, same := compare(runs).charts(rows)
		if test.name == "far apart" || test.name == "one" {
			if strings.Join(same, "; ") != "same (3 ± 0 m)" || len(charts) != 1 {
				t.Errorf("%s: %d charts, and the same are %q", test.name, len(charts), same)
			}
		}
		said := strings.ReplaceAll(letters(string(charts[0].Drawing)), "</text>>", " ")
		said = strings.TrimSuffix(strings.TrimPrefix(said, ">"), "</text>")
		if !strings.HasSuffix(said, test.at) {
			t.Errorf("%s: the chart says %q, want %q at its end", test.name, said, test.at)
		}
		lines := strings.Count(string(charts[0].Drawing), `stroke-width="1.6"`) - len(runs) // each has an error as well
		if lines != test.line {
			t.Errorf("%s: it has %d lines, want %d", test.name, lines, test.line)
		}
	}

	_, runs := swept(t, func(values []string) []record.Number {
		return []record.Number{keyed("length", fmt.Sprint(len(values[0])), float64(len(values[0])), 0.5)}
	}, `law=odd,even,"neither of them, or both"`)
	charts, _ := compare(runs).charts(rows(runs))
	if said := letters(string(charts[0].Drawing)); !strings.Contains(said, "odd</text>>even</text>>neither of them…</text>") {
		t.Errorf("the names are %s", said)
	}
	if want := `aria-label="length (m): 3 ± 0.5 at law = odd, 4 ± 0.5 at law = even, 24 ± 0.5 at law = neither of them, or both"`; !strings.Contains(string(charts[0].Drawing), want) {
		t.Errorf("a screen reader says %s", charts[0].Drawing)
	}
}

// TestMissingNumbers draws the numbers that there are, with a gap in the line, and says which there are not.
func TestMissingNumbers(t *testing.T) {
	_, runs := swept(t, func(values []string) []record.Number {
		switch values[0] {
		case "30":
			return []record.Number{{Name: "cost", Unit: "m", Text: "+Inf"}}
		case "40":
			return nil
		}
		return []record.Number{keyed("cost", values[0], float64(len(values[0])), 0)}
	}, "noise=1,22,30,333,40,555")
	runs[0].Record, runs[0].Failure = nil, errors.New("no cheese")
	charts, _ := compare(runs).charts(rows(runs))
	if len(charts) != 1 || charts[0].Missing != "Not drawn: noise = 30: +Inf; noise = 40 has none." {
		t.Fatalf("the charts are %+v", charts)
	}
	// Three have an error, of no length, and a line joins the two beyond the gap.
	if lines := regexp.MustCompile(`stroke-width="1.6" d="M[^L"]+L[^L"]+"`).FindAllString(string(charts[0].Drawing), -1); len(lines) != 4 {
		t.Errorf("it has the lines %q", lines)
	}
	_, runs = swept(t, func(values []string) []record.Number { return []record.Number{keyed("cost", "9", 9, 0)} }, "noise=1,2")
	runs[0].Record = nil
	if charts, same := compare(runs).charts(rows(runs)); charts != nil || same != nil {
		t.Errorf("of one run there are the charts %v, and the same are %q", charts, same)
	}
	_, runs = swept(t, func(values []string) []record.Number {
		return []record.Number{keyed("cost", values[0], float64(len(values[0])), 0)}
	},
		"noise=1,22", "seed=1,2,3", "law=odd,even,\"neither of them, or both\"")
	if over := compare(runs); !strings.HasPrefix(over.tangle(), "These are 9 lines or names in one chart") {
		t.Errorf("of 9 lines it says %q", over.tangle())
	} else if charts, _ := over.charts(rows(runs)); charts != nil {
		t.Errorf("9 lines are drawn: %v", charts)
	}
}

// withChart returns outcomes whose charts have axes that end elsewhere.
func withChart(t *testing.T) []outcome {
	t.Helper()
	_, runs := swept(t, func([]string) []record.Number { return nil }, "noise=1,2")
	for i, r := range runs {
		end := float64(i + 1)
		r.Record.Thumbnail = &record.Thumbnail{Cell: "a", Name: "Dots", Drawing: "<svg></svg>"}
		r.Record.Outputs = []record.Output{{Kind: record.Text, Cell: "a"}, {
			Kind: record.Chart, Cell: "a", Name: "Dots", Title: "Some dots",
			Axes: &record.Axes{X: record.Axis{Label: "x", From: 0, To: end}, Y: record.Axis{Label: "y", From: -end, To: 1}},
			Tables: []record.Table{{Name: "data", Columns: []string{"x", "y"}, Rows: [][]json.Number{{"0", "1"}}, Of: 9,
				Drawn: &record.Drawn{As: record.Dots, Color: "#123"}}},
		}}
	}
	return runs
}

// TestCommonAxes draws the charts of runs on axes that show all of each, with one legend, unless one has no axes in common with the others.
func TestCommonAxes(t *testing.T) {
	runs := withChart(t)
	common := commonAxes(runs)
	if common == nil || common.Title != "Some dots" || common.Thin != "Of the 9 dots of “data”, 1 are drawn here." || len(common.Legend) != 1 || common.Legend[0].Name != "data" {
		t.Fatalf("the charts are %+v", common)
	}
	first, second := letters(string(common.drawings[0])), letters(string(common.drawings[1]))
	if first != second || !strings.Contains(first, "−2</text>") || !strings.Contains(first, "2</text>>y") {
		t.Errorf("at the axes stands %s and %s", first, second)
	}
	for name, change := range map[string]func(o *record.Output){
		"another axis":              func(o *record.Output) { o.Axes.Y.Label = "z" },
		"no axes":                   func(o *record.Output) { o.Axes = nil },
		"a layer of which too much": func(o *record.Output) { o.Tables[0].Drawn = nil },
		"an axis of no length":      func(o *record.Output) { o.Axes.X.To = 0 },
	} {
		runs := withChart(t)
		change(&runs[1].Record.Outputs[1])
		if commonAxes(runs) != nil {
			t.Errorf("with %s there are common axes", name)
		}
	}
	runs = withChart(t)
	runs[0].Record = nil
	if commonAxes(runs) != nil {
		t.Error("one chart has axes in common with none")
	}
}

// TestLinks leads from each page of a sweep to those one step away, along each setting.
func TestLinks(t *testing.T) {
	p, _ := swept(t, func([]string) []record.Number { return nil }, "noise=1,2,3", `law=odd,"neither of them, or both"`)
	var got []string
	for _, to := range linksOf(p, p.Pages[2]).Steps { // noise = 2, law = odd
		got = append(got, fmt.Sprintf("%s %v %s", to.Text, to.Back, to.Address))
	}
	want := "noise = 1 true lab.noise=1.law=odd.html\nnoise = 3 false lab.noise=3.law=odd.html\n" +
		"law = neither of them, or both false lab.noise=2.law=neither%2520of%2520them%252C%2520or%2520both.html"
	if strings.Join(got, "\n") != want {
		t.Errorf("the links are\n%s, want\n%s", strings.Join(got, "\n"), want)
	}
	if p, _ := swept(t, func([]string) []record.Number { return nil }, "noise=1"); linksOf(p, p.Pages[0]) != nil {
		t.Error("the only page has links to others")
	}
}

// TestUnlink takes the link to a page that could not be made, and leaves those to the others.
func TestUnlink(t *testing.T) {
	p, _ := swept(t, func([]string) []record.Number { return nil }, `law=odd,"neither of them, or both",even`)
	folder := t.TempDir()
	links := `<a class="step" href="` + address(p.Pages[0].Name) + `">← law = odd</a><a class="step" href="` + address(p.Pages[1].Name) + `">law = neither →</a>`
	for _, k := range []int{0, 2} {
		if err := os.WriteFile(filepath.Join(folder, fileOf(p.Pages[k].Name)), []byte(links), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	e := exporter{folder: folder}
	if err := e.unlink(p); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(filepath.Join(folder, fileOf(p.Pages[2].Name)))
	if want := `<a class="step" href="lab.law=odd.html">← law = odd</a><span>law = neither → (could not be made)</span>`; err != nil || string(content) != want {
		t.Errorf("the page is %s (%v), want %s", content, err, want)
	}
}
