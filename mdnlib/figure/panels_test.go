package figure

import (
	"encoding/json"
	"html"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"gonum.org/v1/plot/plotter"

	"mdn/mdnlib"
)

// layouts are how a chart is laid out for a desk, and for a phone.
var layouts = map[string]func(*Chart) *Chart{
	"desk":  func(c *Chart) *Chart { return c },
	"phone": (*Chart).forPhone,
}

// drawingOf returns a chart's drawing and what its panels are, as a page's script reads them.
func drawingOf(t *testing.T, c *Chart) (drawing string, panels []panel) {
	t.Helper()
	drawing, err := c.drawing()
	if err != nil {
		t.Fatal(err)
	}
	if found := regexp.MustCompile(`^<svg [^>]* data-panels='([^']*)'>`).FindStringSubmatch(drawing); found != nil {
		if err := json.Unmarshal([]byte(html.UnescapeString(found[1])), &panels); err != nil {
			t.Fatal(err)
		}
	}
	return drawing, panels
}

// at returns where a panel says that a point is.
func (p panel) at(t *testing.T, x, y float64) (across, down float64) {
	t.Helper()
	share := func(ends [2]json.Number, v float64) float64 {
		from, errFrom := ends[0].Float64()
		to, errTo := ends[1].Float64()
		if errFrom != nil || errTo != nil || from >= to {
			t.Fatalf("an axis goes from %s to %s", ends[0], ends[1])
		}
		return (v - from) / (to - from)
	}
	return p.Left + share(p.X, x)*(p.Right-p.Left), p.Bottom - share(p.Y, y)*(p.Bottom-p.Top)
}

// checkAt fails the test unless something is drawn where a panel says that the point is.
func checkAt(t *testing.T, p panel, x, y, across, down float64) {
	t.Helper()
	wantAcross, wantDown := p.at(t, x, y)
	if math.Abs(across-wantAcross) > 0.2 || math.Abs(down-wantDown) > 0.2 { // each end of an axis is rounded to a tenth
		t.Errorf("(%g, %g) is drawn at %.1f, %.1f, and its panel says %.1f, %.1f", x, y, across, down, wantAcross, wantDown)
	}
}

// centres returns where the dots are that are drawn one by one, without those of the legend.
func centres(t *testing.T, drawing string) (centres [][2]float64) {
	t.Helper()
	for i, found := range regexp.MustCompile(`<circle[^>]* cx="([0-9.]+)" cy="([0-9.]+)"`).FindAllStringSubmatch(drawing, -1) {
		if i > 0 {
			centres = append(centres, [2]float64{coordinate(t, found[1]), coordinate(t, found[2])})
		}
	}
	return centres
}

func coordinate(t *testing.T, written string) float64 {
	t.Helper()
	v, err := strconv.ParseFloat(written, 64)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// TestPanels draws dots, and finds each where the drawing's panels say that it is, also where numbers are long, or dots lie at the edge.
func TestPanels(t *testing.T) {
	for name, pairs := range map[string]plotter.XYs{
		"small":  {{X: 1, Y: 0.123456}, {X: 2, Y: -1}, {X: 2.7, Y: -0.3}},
		"years":  {{X: 1999.25, Y: 1e6}, {X: 2001.5, Y: 1.2e6}},
		"large":  {{X: -3e200, Y: -1e-9}, {X: 5e200, Y: 2e-9}},
		"unlike": {{X: 1e6 + 0.001, Y: 0}, {X: 1e6 + 0.002, Y: 1}},
	} {
		for layout, laidOut := range layouts {
			t.Run(name+", "+layout, func(t *testing.T) {
				c := New("One & all, 'the dots'", "x", "y")
				c.Points("dots", Observed, pairs)
				drawing, panels := drawingOf(t, laidOut(c))
				_, data, _ := strings.Cut(drawing, `<g class="data">`)
				if !strings.HasSuffix(data, "</g></svg>") {
					t.Errorf("the data are not drawn last: %s", data)
				}
				if inside := strings.Count(data, "<circle "); inside != len(pairs) { // and not that of the legend
					t.Errorf("in the part of the data are %d dots, want %d", inside, len(pairs))
				}
				dots := centres(t, drawing)
				if len(panels) != 1 || panels[0].Title != "" || len(dots) != len(pairs) {
					t.Fatalf("there are %d dots in the panels %v", len(dots), panels)
				}
				for i, at := range pairs {
					checkAt(t, panels[0], at.X, at.Y, dots[i][0], dots[i][1])
				}
			})
		}
	}
}

// TestPanelsOfMultiples draws a dot in each of several panels.
func TestPanelsOfMultiples(t *testing.T) {
	pairs := plotter.XYs{{X: 1, Y: 1}, {X: 2, Y: 3}, {X: 3, Y: 2}, {X: 2, Y: 1}}
	var charts []*Chart
	for i := range pairs {
		c := New("'panel' <"+strconv.Itoa(i)+">", "x", "y")
		c.Points("dots", Observed, pairs[i:i+1])
		charts = append(charts, c)
	}
	for layout, laidOut := range layouts {
		t.Run(layout, func(t *testing.T) {
			drawing, panels := drawingOf(t, laidOut(Multiples("Panels", 3, charts...)))
			dots := centres(t, drawing)
			if len(panels) != len(pairs) || len(dots) != len(pairs) {
				t.Fatalf("there are %d panels with %d dots, want %d", len(panels), len(dots), len(pairs))
			}
			for i, at := range pairs {
				if panels[i].Title != charts[i].Title {
					t.Errorf("panel %d is %q, want %q", i, panels[i].Title, charts[i].Title)
				}
				checkAt(t, panels[i], at.X, at.Y, dots[i][0], dots[i][1])
			}
		})
	}
}

// TestPanelsOfBars draws a mark across the third bar. The first bar has a table, the second has none.
func TestPanelsOfBars(t *testing.T) {
	c := New("Bars", "nats", "")
	c.Bars("bars", Predicted, []string{"one", "two", "three"}, []float64{1, math.Inf(1), 0.5}, []float64{0.1, math.NaN(), 0})
	c.Marks("marks", First, []float64{math.NaN(), math.NaN(), 0.75})
	for layout, laidOut := range layouts {
		t.Run(layout, func(t *testing.T) {
			drawing, panels := drawingOf(t, laidOut(c))
			stroke := regexp.MustCompile(`stroke="var\(--chart-first,[^>]* d="M([0-9.]+) ([0-9.]+)(V[0-9.]+|v-?[0-9.]+)"`)
			strokes := stroke.FindAllStringSubmatch(drawing, -1)
			if len(panels) != 1 || len(strokes) != 2 { // one in the legend
				t.Fatalf("there are the marks %q in the panels %v", strokes, panels)
			}
			across, from := coordinate(t, strokes[1][1]), coordinate(t, strokes[1][2])
			to := coordinate(t, strokes[1][3][1:])
			if strings.HasPrefix(strokes[1][3], "v") { // from where it begins
				to += from
			}
			checkAt(t, panels[0], 0.75, -2, across, (from+to)/2)
			if got, want := string(must(json.Marshal(panels[0]))), `"tables":["bar","bar","mark"],"bars":[0,2]}`; !strings.HasSuffix(got, want) {
				t.Errorf("the panel is %s, want it to end in %s", got, want)
			}
		})
	}
}

func must(encoded []byte, err error) []byte {
	if err != nil {
		panic(err)
	}
	return encoded
}

// TestPanelsHaveTheTables checks that the panels of charts of all kinds name a mark for each of the chart's tables, and that a diagram
// has no panel.
func TestPanelsHaveTheTables(t *testing.T) {
	known := map[mark]bool{
		asDot: true, asLine: true, asBand: true, asInterval: true, asSpread: true, asBin: true, asStripe: true, asUpright: true,
		asBar: true, asMark: true, asComponent: true,
	}
	seen := map[mark]bool{}
	charts := chartsOfAllKinds()
	certain := New("Certain", "y", "density")
	certain.DensityCurve("all at one place", First, mdnlib.Mixture{Weight: []float64{1}, Mu: []float64{2}, Sigma: []float64{0}}, 1, 3)
	for _, c := range append(charts, certain) {
		for layout, laidOut := range layouts {
			_, panels := drawingOf(t, laidOut(c))
			var marks []mark
			for _, p := range panels {
				marks = append(marks, p.Tables...)
			}
			tables := c.tables(c.view())
			if _, several := c.multiples(); c.diagram && !several != (len(panels) == 0) || len(marks) != len(tables) {
				t.Errorf("%s, %s: %d panels have marks for %d tables, want %d", c.Title, layout, len(panels), len(marks), len(tables))
			}
			for _, m := range marks {
				if !known[m] {
					t.Errorf("%s, %s: a table is of marks %q", c.Title, layout, m)
				}
				seen[m] = true
			}
		}
	}
	for m := range known {
		if !seen[m] {
			t.Errorf("no chart has a table of marks %q", m)
		}
	}
}
