package chart

import (
	"encoding/xml"
	"errors"
	"io"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"mdn/kernel-setup/record"
)

// parsed returns what a chart writes at its axes, and the elements that it has, each with its attributes.
func parsed(t *testing.T, svg string) (texts []string, elements []xml.StartElement) {
	t.Helper()
	decoder := xml.NewDecoder(strings.NewReader(svg))
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return texts, elements
		}
		if err != nil {
			t.Fatalf("%v in %s", err, svg)
		}
		switch token := token.(type) {
		case xml.StartElement:
			elements = append(elements, token)
		case xml.CharData:
			texts = append(texts, string(token))
		}
	}
}

// number returns an attribute that is a number.
func number(t *testing.T, e xml.StartElement, name string) float64 {
	t.Helper()
	i := slices.IndexFunc(e.Attr, func(a xml.Attr) bool { return a.Name.Local == name })
	if i < 0 {
		t.Fatalf("%v has no %s", e, name)
	}
	v, err := strconv.ParseFloat(e.Attr[i].Value, 64)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// TestShapes draws a layer of each shape: all that is drawn lies on the chart, in the layer's colour, and the numbers at the axes are
// round.
func TestShapes(t *testing.T) {
	for shape, rows := range map[record.Shape][][]float64{
		record.Dots: {{1, 2}, {2, 3}}, record.Line: {{1, 2}, {2, 3}}, record.LineWithDots: {{1, 2}, {2, 3}}, record.ErrorBars: {{1, 2, 0.5}, {2, 3, 99}},
		record.UprightBars: {{1, 2, 3}}, record.Band: {{1, 2, 3}, {2, 2, 3}}, record.Histogram: {{1, 1.5, 2}, {1.5, 2, 3}}, Sideways: {{1.5, 0.5, 3}},
	} {
		layer := Layer{Drawn: record.Drawn{As: shape, Color: "#123456", Dashed: shape == record.Line}, Rows: rows}
		c := Chart{Label: `a "b" < c`, Width: 272, Height: 170, X: Axis{Label: "x", From: 1, To: 2}, Y: Axis{Label: "m & s", From: 1.9, To: 3.6}, Layers: []Layer{layer}}
		svg := c.SVG()
		texts, _ := parsed(t, svg)
		if got, want := strings.Join(texts, " "), "2.0 2.5 3.0 3.5 1.0 1.5 2.0 m & s x"; got != want {
			t.Errorf("%s: at the axes stands %q, want %q", shape, got, want)
		}
		if !strings.Contains(svg, `role="img" aria-label="a &#34;b&#34; &lt; c"`) || !strings.Contains(svg, "#123456") {
			t.Errorf("%s: it has no name, or no colour: %s", shape, svg)
		}
		if (shape == record.Line) != strings.Contains(svg, "stroke-dasharray") {
			t.Errorf("%s: its dashes are wrong: %s", shape, svg)
		}
		for _, path := range regexp.MustCompile(`[ML](\S+) ([0-9.-]+)`).FindAllStringSubmatch(svg, -1) {
			x, _ := strconv.ParseFloat(path[1], 64)
			y, _ := strconv.ParseFloat(path[2], 64)
			if x < 0 || x > c.Width || y < 0 || y > c.Height {
				t.Errorf("%s: (%g, %g) is outside of the chart", shape, x, y)
			}
		}
		if sample := layer.Sample(); shape != Sideways && !strings.Contains(sample, "#123456") {
			t.Errorf("%s: in a legend it is %s", shape, sample)
		}
	}
}

// TestLogarithmic draws three dots, each ten times as far as the one before: they are as far from each other.
func TestLogarithmic(t *testing.T) {
	layer := Layer{Drawn: record.Drawn{As: record.Dots, Color: "#000"}, Rows: [][]float64{{10, 1}, {100, 1}, {1000, 1}}}
	c := Chart{Label: "a", Width: 272, Height: 170, X: Axis{From: 10, To: 1000, Log: true, Marks: []float64{10, 100, 1000}}, Y: Axis{From: 0, To: 2}, Layers: []Layer{layer}}
	texts, elements := parsed(t, c.SVG())
	var at []float64
	for _, e := range elements {
		if e.Name.Local == "circle" {
			at = append(at, number(t, e, "cx"))
		}
	}
	if len(at) != 3 || math.Abs(at[2]-2*at[1]+at[0]) > 0.2 || at[1]-at[0] < 50 {
		t.Errorf("the dots are at %g", at)
	}
	if got := strings.Join(texts, " "); !strings.HasSuffix(got, " 10 100 1000") {
		t.Errorf("at the axes stands %q", got)
	}
}

// TestNames names lines that end in one place: no name covers another, and none is outside of the chart.
func TestNames(t *testing.T) {
	c := Chart{Label: "a", Width: 272, Height: 170, X: Axis{From: 1, To: 2}, Y: Axis{From: 0, To: 2}}
	for _, name := range []string{"one", "two", "three", "four", "five"} {
		c.Layers = append(c.Layers, Layer{Drawn: record.Drawn{As: record.Line, Color: "#00f"}, Rows: [][]float64{{1, 1}, {2, 0.1}}, Name: name})
	}
	var at []float64
	_, elements := parsed(t, c.SVG())
	for _, e := range elements {
		if e.Name.Local == "text" && slices.ContainsFunc(e.Attr, func(a xml.Attr) bool { return a.Value == "#00f" }) {
			at = append(at, number(t, e, "y"))
		}
	}
	if len(at) != 5 || slices.Min(at) < letters || slices.Max(at) > c.Height {
		t.Fatalf("the names are at %g", at)
	}
	slices.Sort(at)
	for i := range at[1:] {
		if at[i+1]-at[i] < letters {
			t.Errorf("two names are %g pixels apart, and have letters of %g", at[i+1]-at[i], letters)
		}
	}
}

// TestMarks keeps only those numbers at an axis that have room, and always its ends.
func TestMarks(t *testing.T) {
	marks := make([]float64, 60)
	for i := range marks {
		marks[i] = float64(1000 + i)
	}
	kept := withRoom(Axis{From: 1000, To: 1059, Marks: marks}.ticks(0, 250))
	if len(kept) < 3 || len(kept) > 7 || kept[0].text != "1000" || kept[len(kept)-1].text != "1059" {
		t.Errorf("of 60 numbers these are kept: %v", kept)
	}
	for v, want := range map[float64]string{-0.5: "−0.5", 1e7: "1e7", 2.5e-9: "2.5e−9", 1e300: "1e300", 0.1: "0.1", 123456: "123456"} {
		if got := Number(v); got != want {
			t.Errorf("%g is written %s, want %s", v, got, want)
		}
	}
}
