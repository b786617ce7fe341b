package figure

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"image/color"
	"io"
	"math"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"mdn/mdnlib"
)

// chartsOfAllKinds are charts that together have everything that a chart can show, and names that are longer than a phone is wide.
func chartsOfAllKinds() []*Chart {
	law, data := post()
	at := mdnlib.Grid(1, 5, 21)
	model := mdnlib.New(mdnlib.Network{Hidden: []int{12, 12, 12}, Head: mdnlib.GaussianHead{}}, 1)
	two := func(x float64) mdnlib.Distribution {
		return mdnlib.Mixture{Weight: []float64{x / 6, 1 - x/6}, Mu: []float64{x, 5 - x}, Sigma: []float64{0.4, 0.3}}
	}
	long := "a name that is longer than a phone is wide"
	lines := New("Lines of all kinds, under "+long, "x, which has "+long, "y")
	for _, style := range []Style{First, Second, Third, Floor, PredictedLight} {
		lines.Function("one of the lines, under "+long, style, 0, 1, math.Sqrt)
	}
	density := New("Density", "x", "y, which has "+long+", and longer than it is high, too")
	density.Density("density", two, 1, 5, 0, 5)
	density.Intervals("intervals", Predicted, at, func(x float64) [][2]float64 {
		return [][2]float64{{x - 1, x - 0.5}, {x, x + 1}}
	})
	components := New("Components", "x", "y")
	components.Components("components", Predicted, two, 1, 5, 1)
	few := mdnlib.Data{X: data.X[:40], Y: data.Y[:40]}
	components.Groups([]string{"a", "b", "c", "d"}, []mdnlib.Data{few, few, few, few})
	histogram := New("Histogram", "y", "density")
	histogram.Histogram("values", Observed, data.Y, 30)
	bars := New("Bars", "nats", "")
	bars.Bars("bars", Predicted, []string{"one", "another, under " + long}, []float64{1, math.Inf(1)}, []float64{0.1, math.NaN()})
	bars.Marks("marks", First, []float64{1, 2})
	var panels []*Chart
	for _, name := range []string{"left", "middle", "right"} {
		panel := New(name, "x, in a panel, which is narrower still", "y, in a panel, which is lower as well")
		panel.Bands("law", Predicted, law, 1, 5)
		panel.Points("data", ObservedSmall, data)
		panels = append(panels, panel)
	}
	prediction := Prediction{"right", Predicted, law}
	return []*Chart{
		Samples(data, law), Predictions(data, law, law, at), Distributions(data, law, at, law, at), Network(model),
		lines, density, components, histogram, bars, Multiples("Panels", 3, panels...), New("", "", ""),
		Reliability(data, prediction), PIT(data, 20, prediction), CRPS(law(2), 1),
		Spread(mdnlib.Ensemble{model, model}, law, data, 1, 5), Effect(someEffect()),
	}
}

// TestDrawings draws charts of all kinds for a page. Every colour is one that the page can set, no text is small or cut off by the
// drawing's edge, and no id is there twice.
func TestDrawings(t *testing.T) {
	ids := map[string]bool{}
	for _, chart := range chartsOfAllKinds() {
		drawings, err := chart.SVG()
		if err != nil {
			t.Errorf("%s: %v", chart.Title, err)
			continue
		}
		for drawing, width := range map[string]float64{drawings.Desk: chart.Width.Dots(pixelsPerInch), drawings.Phone: 328} {
			checkDrawing(t, chart.Title, drawing, width, ids)
		}
		if again, err := chart.SVG(); err != nil || again != drawings {
			t.Errorf("%s: drawn twice, it is two drawings (%v)", chart.Title, err)
		}
	}
}

func checkDrawing(t *testing.T, title, drawing string, width float64, ids map[string]bool) {
	t.Helper()
	var height float64
	var sizes []float64 // of the letters in the elements that are open
	decoder := xml.NewDecoder(strings.NewReader(drawing))
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatalf("%s: %v", title, err)
		}
		if _, ok := token.(xml.EndElement); ok {
			sizes = sizes[:len(sizes)-1]
		}
		element, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		numbers := map[string]float64{}
		upright := false
		for _, attribute := range element.Attr {
			name, value := attribute.Name.Local, attribute.Value
			numbers[name], _ = strconv.ParseFloat(value, 64)
			if (name == "fill" || name == "stroke") && value != "none" && !strings.HasPrefix(value, "var(--chart-") {
				t.Errorf("%s: a colour is %s, which no page can set", title, value)
			}
			if name == "id" {
				if ids[value] {
					t.Errorf("%s: the id %s is there twice", title, value)
				}
				ids[value] = true
			}
			if name == "transform" {
				var x, y float64
				if _, err := fmt.Sscanf(value, "translate(%g %g)rotate(-90)", &x, &y); err != nil {
					t.Errorf("%s: something is turned by %s", title, value)
				}
				numbers["x"], numbers["y"], upright = x, y, true
			}
		}
		size := numbers["font-size"]
		if size == 0 && len(sizes) > 0 {
			size = sizes[len(sizes)-1]
		}
		sizes = append(sizes, size)
		switch element.Name.Local {
		case "svg":
			if height = numbers["height"]; numbers["width"] != width {
				t.Errorf("%s: a drawing is %g wide, want %g", title, numbers["width"], width)
			}
		case "text":
			from, to, room := numbers["x"], numbers["x"]+numbers["textLength"], width
			if upright {
				from, to, room = numbers["y"]-numbers["textLength"], numbers["y"], height
			}
			if size < 12 || from < 0 || to > room {
				t.Errorf("%s: a text of %g pixels goes from %g to %g of %g (upright: %v)", title, size, from, to, room, upright)
			}
		}
	}
}

// TestPhone checks what is laid out otherwise for a phone: panels have two columns at most, and the figures of bars are under their names,
// nearer to these than to any other, so that they take no width. The chart itself stays what it is.
func TestPhone(t *testing.T) {
	for _, c := range chartsOfAllKinds() {
		before, err := c.PNG()
		if err != nil {
			t.Fatal(err)
		}
		for i, p := range c.forPhone().parts {
			switch layer := p.layer.(type) {
			case multiples:
				if layer.columns != 2 || c.parts[i].layer.(multiples).columns != 3 {
					t.Errorf("%s: a phone has %d columns of panels, a desk %d", c.Title, layer.columns, c.parts[i].layer.(multiples).columns)
				}
			case *bars:
				beside, under := heightOf(t, c, "1.000 ± 0.100"), heightOf(t, c.forPhone(), "1.000 ± 0.100")
				if label := heightOf(t, c, "one"); math.Abs(beside-label) > 1 {
					t.Errorf("%s: on a desk the figures stand at %g, the bar's name at %g", c.Title, beside, label)
				}
				label, next := heightOf(t, c.forPhone(), "one"), heightOf(t, c.forPhone(), "another, under a")
				if !(under >= label+12 && under-label < 0.6*(next-under)) {
					t.Errorf("%s: on a phone the figures stand at %g, the bar's name at %g, the next one's at %g", c.Title, under, label, next)
				}
			}
		}
		if after, err := c.PNG(); err != nil || !bytes.Equal(before, after) {
			t.Errorf("%s: after it was laid out for a phone, its PNG is another (%v)", c.Title, err)
		}
	}
}

// heightOf returns how many pixels below the upper edge a text of a drawing stands.
func heightOf(t *testing.T, c *Chart, text string) (y float64) {
	t.Helper()
	drawing, err := c.drawing()
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile(`<text[^>]* y="([0-9.]+)"[^>]*>` + text + "</text>").FindStringSubmatch(drawing)
	if found == nil {
		t.Fatalf("%s: there is no text %q", c.Title, text)
	}
	y, err = strconv.ParseFloat(found[1], 64)
	if err != nil {
		t.Fatal(err)
	}
	return y
}

// TestDrawingWithoutRoom asserts what is said about a name that no line has room for.
func TestDrawingWithoutRoom(t *testing.T) {
	c := New("A title", "nats", "")
	c.Bars("bars", Predicted, []string{strings.Repeat("endless", 10)}, []float64{1}, []float64{0})
	want := "in a drawing of 328 by 188 pixels its names leave no room for the data; use shorter ones (svg: "
	if _, err := c.SVG(); err == nil || !strings.HasPrefix(err.Error(), want) {
		t.Errorf("it says %v, want %s", err, want)
	}
}

// TestPagesSetTheColours checks that pages have a colour for the dark for each that charts name, and for no other.
func TestPagesSetTheColours(t *testing.T) {
	style, err := os.ReadFile("../../kernel-setup/jupyter/mdn_jupyter/templates/tutorial/dark.css")
	if err != nil {
		t.Fatal(err)
	}
	for c, name := range colourNames {
		if !strings.Contains(string(style), " --"+name+": ") {
			t.Errorf("dark.css does not set --%s", name)
		}
		if c.A != 0xff {
			t.Errorf("the colour of --%s is not opaque", name)
		}
	}
	if set := strings.Count(string(style), " --chart-"); set != len(colourNames)+1 { // and the filter
		t.Errorf("dark.css sets %d properties of charts, want %d", set, len(colourNames)+1)
	}
}

// TestStylesHaveNames checks that no style has a colour of its own that pages cannot set.
func TestStylesHaveNames(t *testing.T) {
	for _, style := range []Style{
		Observed, ObservedFaint, ObservedSmall, Observations, Measured, Truth, TruthThin, TrueSpread, Predicted, PredictedLight,
		Floor, First, Second, Third, Chance,
	} {
		if colourNames[opaque(style.Color)] == "" {
			t.Errorf("the colour %v has no name", style.Color)
		}
	}
	for _, c := range []color.Color{ink, rule, groups[0].Color, groups[1].Color, groups[2].Color, groups[3].Color} {
		if colourNames[opaque(c)] == "" {
			t.Errorf("the colour %v has no name", c)
		}
	}
}
