package notebooks_test

import (
	"encoding/json"
	"fmt"
	"math"
	"net/url"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// openCharts opens the page of a notebook, as it ran, at a width.
func openCharts(t *testing.T, notebook string, width int64) *page {
	t.Helper()
	made := filepath.Join(t.TempDir(), pageOf(notebook))
	cmd := exec.Command(python(t), "-m", "mdn_jupyter.run_notebook", "--as-is", "--page", made, made+".json",
		executed(t, notebook), made+".ipynb")
	if output, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	return openPage(t, (&url.URL{Scheme: "file", Path: filepath.ToSlash(made)}).String(), int(width), 900)
}

// layer is a table of a chart, and where what it holds is drawn, as the page has both.
type layer struct {
	Name, Mark string
	Panel      struct {
		Title                    string
		Left, Top, Right, Bottom float64 // in pixels of the window
		X, Y                     [2]float64
		LogX, LogY               bool
	}
	Bar     int
	Thinned bool
	Box     [3]float64 // left, right and top of the drawing
	Columns []string
	Rows    [][]string
}

// layersOf reads the tables of a figure, and brings its drawing into view.
func (p *page) layersOf(t *testing.T, figure int) (layers []layer) {
	t.Helper()
	return eval[[]layer](t, p, fmt.Sprintf(`(() => {
		const figure = document.querySelectorAll("figure.chart")[%d];
		const drawing = [...figure.querySelectorAll(".drawing > svg")].find((svg) => svg.getBoundingClientRect().width > 0);
		if (!drawing.dataset.panels) return [];
		drawing.scrollIntoView({block: "center"});
		const box = drawing.getBoundingClientRect(), scale = box.width / drawing.viewBox.baseVal.width;
		const panels = JSON.parse(drawing.dataset.panels);
		const all = panels.flatMap((panel) => {
			const bars = [...panel.bars || []];
			return panel.tables.map((mark) => ({ panel, mark, bar: mark === "bar" ? bars.shift() : 0 }));
		});
		const texts = (cells) => [...cells].map((cell) => cell.textContent);
		return [...figure.querySelectorAll("table")].map((table, i) => ({
			Name: table.caption.textContent.replace(/ \(\d+ of \d+\)$/, ""), Thinned: / of \d+\)$/.test(table.caption.textContent),
			Mark: all[i].mark, Bar: all[i].bar, Box: [box.left, box.right, box.top],
			Panel: {
				Title: all[i].panel.title || "", X: all[i].panel.x, Y: all[i].panel.y, LogX: !!all[i].panel.logX, LogY: !!all[i].panel.logY,
				Left: box.left + scale * all[i].panel.left, Right: box.left + scale * all[i].panel.right,
				Top: box.top + scale * all[i].panel.top, Bottom: box.top + scale * all[i].panel.bottom,
			},
			Columns: texts(table.tHead.rows[0].cells), Rows: [...table.tBodies[0].rows].map((row) => texts(row.cells)),
		}));
	})()`, figure))
}

// said is what the label has to say of a row.
func (l layer) said(row int) string {
	said := strings.TrimPrefix(l.Name, l.Panel.Title+": ")
	for k, column := range l.Columns {
		if strings.ContainsAny(column, ",:") {
			column += ":"
		}
		said += " · " + column + " " + l.Rows[row][k]
	}
	return said
}

// place returns where a row's number, or the first of two, is drawn, in pixels of the window, and whether that is in its panel.
func (l layer) place(t *testing.T, row int) (across, down float64, seen bool) {
	t.Helper()
	var numbers []float64
	for _, written := range l.Rows[row] {
		v, err := json.Number(strings.ReplaceAll(written, "−", "-")).Float64()
		if err != nil {
			t.Fatalf("%s has a row with %q", l.Name, written)
		}
		numbers = append(numbers, v)
	}
	var x, y float64
	switch l.Mark {
	case "dot", "line", "component", "spread", "band", "interval":
		x, y = numbers[0], numbers[1]
	case "bin":
		x, y = numbers[0]/2+numbers[1]/2, numbers[2]
	case "bar":
		x, y = numbers[0], -float64(l.Bar)
	case "mark":
		x, y = numbers[1], 1-numbers[0]
	default:
		return 0, 0, false
	}
	share := func(v float64, ends [2]float64, log bool) float64 {
		if log {
			return math.Log(v/ends[0]) / math.Log(ends[1]/ends[0])
		}
		return (v - ends[0]) / (ends[1] - ends[0])
	}
	across = l.Panel.Left + share(x, l.Panel.X, l.Panel.LogX)*(l.Panel.Right-l.Panel.Left)
	down = l.Panel.Bottom - share(y, l.Panel.Y, l.Panel.LogY)*(l.Panel.Bottom-l.Panel.Top)
	inside := l.Panel.Left <= across && across <= l.Panel.Right && l.Panel.Top <= down && down <= l.Panel.Bottom
	return across, down, inside && !(l.Mark == "component" && numbers[3] < 0.01) // which is not drawn
}

// touched is what a page shows of what is touched.
type touched struct {
	Label, Said string // "" if there is no label
	Labels      int
	Out         bool // the label reaches out of its drawing
	Covers      bool // the label covers a ring
	Ring        bool
}

func (p *page) touched(t *testing.T) touched {
	t.Helper()
	return eval[touched](t, p, `(() => {
		const labels = [...document.querySelectorAll(".touched-label")], said = document.querySelectorAll(".touched-said[aria-live]");
		const Said = [...said].map((line) => line.textContent).join("|");
		if (!labels[0]) return { Label: "", Said, Labels: 0 };
		const box = labels[0].getBoundingClientRect(), drawing = labels[0].closest(".drawing").getBoundingClientRect();
		const path = document.querySelector(".touched-ink").getAttribute("d");
		const frame = document.querySelector(".touched").getBoundingClientRect();
		const rings = [...path.matchAll(/M([\d.-]+) ([\d.-]+)a([\d.]+)/g)].map((found) => found.slice(1).map(Number))
			.map(([x, y, r]) => ({ x: frame.left + x + r, y: frame.top + y, r }));
		return {
			Label: labels[0].textContent.replace(/\u00a0/g, " "), Said, Labels: labels.length, Ring: rings.length > 0,
			Out: box.left < drawing.left || box.right > drawing.right || box.top < drawing.top || box.bottom > drawing.bottom,
			Covers: rings.some(({ x, y, r }) => x + r > box.left && x - r < box.right && y + r > box.top && y - r < box.bottom),
		};
	})()`)
}

// well reports what is wrong with how a label stands.
func (seen touched) well(t *testing.T, where string) {
	t.Helper()
	if seen.Labels != 1 || seen.Out || seen.Covers {
		t.Errorf("%s: of %d labels %q is out of its drawing: %t; it covers what it is about: %t", where, seen.Labels, seen.Label, seen.Out, seen.Covers)
	}
}

func (p *page) moveTo(t *testing.T, x, y float64) {
	t.Helper()
	p.do(t, chromedp.MouseEvent(chromedp.MouseMoved, x, y))
}

// TestTouch compares what charts say at the pointer, and by every key, with their tables: those of two notebooks, on a desk and on a phone.
func TestTouch(t *testing.T) {
	notebooks := []string{"03-mixture-density-network.ipynb", "04-other-noise.ipynb"}
	if full() {
		notebooks = paths(t)
	}
	for _, notebook := range notebooks {
		for _, width := range []int64{1280, 360} {
			t.Run(fmt.Sprintf("%s, %d", notebook, width), func(t *testing.T) {
				t.Parallel()
				p := openCharts(t, notebook, width)
				checked := 0
				for figure := range eval[int](t, p, `document.querySelectorAll("figure.chart").length`) {
					layers := p.layersOf(t, figure)
					if len(layers) == 0 { // a diagram
						continue
					}
					checked++
					p.checkPointer(t, layers)
					p.checkKeys(t, figure, layers)
				}
				if checked < 3 {
					t.Errorf("%d charts say where their data is", checked)
				}
				p.noErrors(t)
			})
		}
	}
}

// checkPointer points at the first, the middle and the last row of each table, and finds the row that is there. Areas are pointed at where
// something else may be nearer.
func (p *page) checkPointer(t *testing.T, layers []layer) {
	t.Helper()
	for _, l := range layers {
		for _, row := range slices.Compact([]int{0, len(l.Rows) / 2, len(l.Rows) - 1}) {
			x, y, seen := l.place(t, row)
			if !seen || l.Mark == "band" {
				continue
			}
			p.moveTo(t, 1, 1) // off the label
			p.moveTo(t, x, y)
			got := p.touched(t)
			got.well(t, l.said(row))
			if !got.Ring {
				t.Errorf("%q: there is no ring", got.Label)
			}
			if !slices.ContainsFunc(layers, func(other layer) bool { return other.Panel == l.Panel && other.has(t, got.Label, x, y) }) {
				t.Errorf("at %q, at %.1f, %.1f, it says %q", l.said(row), x, y, got.Label)
			}
		}
	}
	p.moveTo(t, 1, 1)
	if got := p.touched(t); got.Labels > 0 {
		t.Errorf("when the pointer has left, it still says %q", got.Label)
	}
}

// has says whether a label is about a row of the layer that is drawn at a place.
func (l layer) has(t *testing.T, label string, x, y float64) bool {
	t.Helper()
	for row := range l.Rows {
		across, down, _ := l.place(t, row)
		const rounding = 1.5                                                              // pixels: tables have four digits
		long := slices.Contains([]string{"spread", "interval", "bar", "upright"}, l.Mark) // these are as near anywhere along their bars
		if l.said(row) == label && (long || math.Hypot(across-x, down-y) <= rounding) {
			return true
		}
	}
	return false
}

// checkKeys walks through all layers of a chart.
func (p *page) checkKeys(t *testing.T, figure int, layers []layer) {
	t.Helper()
	p.do(t, chromedp.KeyEvent(kb.Escape)) // so that the focus is one by keys
	eval[bool](t, p, fmt.Sprintf(`(() => {
		const drawings = [...document.querySelectorAll("figure.chart")[%d].querySelectorAll('.drawing[tabindex="0"]')]
			.filter((drawing) => drawing.getBoundingClientRect().width > 0);
		drawings[0].focus();
		return document.activeElement === drawings[0];
	})()`, figure))
	p.says(t, "a focus by script", "Arrow keys show the values", "")
	for range layers { // up from where the pointer was
		p.do(t, chromedp.KeyEvent(kb.ArrowUp))
	}
	for i := 0; i < len(layers); {
		rows := []layer{layers[i]} // one table for each row, if it is of bars
		for i++; layers[i-1].Mark == "bar" && i < len(layers) && layers[i].Mark == "bar"; i++ {
			rows = append(rows, layers[i])
		}
		last := len(rows[0].Rows) - 1
		if len(rows) > 1 {
			last = len(rows) - 1
		}
		want := func(row int) (label, said string) {
			l, of := rows[0], row
			if len(rows) > 1 {
				l, of = rows[row], 0
			}
			shown := ""
			if l.Thinned {
				shown = " shown"
			}
			label = l.said(of)
			return label, strings.ReplaceAll(label, " · ", ", ") + fmt.Sprintf("; %d of %d%s", row+1, last+1, shown)
		}
		tenth := max(1, int(math.Round(float64(last+1)/10)))
		type step struct {
			key, name string
			row       int
		}
		steps := []step{{kb.Home, "Home", 0}, {kb.ArrowRight, "Right", min(1, last)}, {kb.End, "End", last}}
		if rows[0].Name == layers[0].Name {
			steps = append(steps, step{kb.ArrowRight, "Right, at the end", last}, step{kb.PageUp, "Page Up", max(0, last-tenth)},
				step{kb.Home, "Home", 0}, step{kb.ArrowLeft, "Left, at the start", 0}, step{kb.PageDown, "Page Down", min(tenth, last)},
				step{kb.ArrowLeft, "Left", max(0, min(tenth, last)-1)})
		}
		for _, step := range steps {
			p.do(t, chromedp.KeyEvent(step.key))
			label, said := want(step.row)
			p.says(t, step.name, label, said)
		}
		p.do(t, chromedp.KeyEvent(kb.ArrowDown))
	}
	p.do(t, chromedp.KeyEvent(kb.Tab))
	if got := p.touched(t); got.Labels > 0 {
		t.Errorf("when the focus has gone on, it still says %q", got.Label)
	}
}

// says checks what the label has, and what is read aloud, where a panel's name may stand first.
func (p *page) says(t *testing.T, where, label, said string) {
	t.Helper()
	got := p.touched(t)
	got.well(t, where)
	if got.Label != label || !strings.HasSuffix(got.Said, said) {
		t.Errorf("%s: it says %q, and aloud %q; want %q and %q", where, got.Label, got.Said, label, said)
	}
}

// TestTouchManners checks when a label is there, and that a figure may be replaced.
func TestTouchManners(t *testing.T) {
	t.Parallel()
	p := openCharts(t, "03-mixture-density-network.ipynb", 1280)
	at := -1
	for figure := range eval[int](t, p, `document.querySelectorAll("figure.chart").length`) {
		if layers := p.layersOf(t, figure); len(layers) > 0 && slices.ContainsFunc(layers, func(l layer) bool { return l.Mark == "spread" }) {
			at = figure
		}
	}
	if at < 0 {
		t.Fatal("no chart has error bars")
	}
	layers := p.layersOf(t, at)
	bars := layers[slices.IndexFunc(layers, func(l layer) bool { return l.Mark == "spread" })]
	x, y, _ := bars.place(t, 3)

	p.moveTo(t, x, y)
	middle := eval[[2]float64](t, p, `(() => {
		const box = document.querySelector(".touched-label").getBoundingClientRect();
		return [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
	})()`)
	before := p.touched(t).Label
	p.moveTo(t, middle[0], middle[1])
	if got := p.touched(t).Label; got != before || got == "" {
		t.Errorf("on the label %q it says %q", before, got)
	}

	p.moveTo(t, x, y)
	p.do(t, chromedp.KeyEvent(kb.Escape))
	p.moveTo(t, x+2, y)
	if got := p.touched(t); got.Labels > 0 {
		t.Errorf("after Escape it says %q", got.Label)
	}
	p.moveTo(t, 1, 1)
	p.moveTo(t, x, y)
	p.touched(t).well(t, "when the pointer has come back")

	// The drawing and the tables of another run, with another law at the third bar.
	eval[int](t, p, fmt.Sprintf(`(() => {
		const figure = document.querySelectorAll("figure.chart")[%d];
		for (const drawing of figure.querySelectorAll(".drawing")) drawing.innerHTML = drawing.querySelector("svg").outerHTML;
		const table = [...figure.querySelectorAll("table")].find((table) => table.caption.textContent.startsWith(%q));
		table.tBodies[0].rows[3].cells[2].textContent = "0.777";
		for (let i = 0; i < 3; i++) touch(figure);
		return 0;
	})()`, at, bars.Name))
	p.moveTo(t, x, y)
	if got := p.touched(t); got.Labels != 1 || !strings.HasSuffix(got.Label, "standard deviation 0.777") {
		t.Errorf("of the figure that was replaced %d labels say %q", got.Labels, got.Label)
	}

	// Beside it the drawing of another figure, whose numbers are others: those are said where it is pointed at.
	width := eval[float64](t, p, fmt.Sprintf(`(() => {
		const figure = document.querySelectorAll("figure.chart")[%d], drawing = figure.querySelector(".drawing.desk");
		const other = figure.cloneNode(true), svg = other.querySelector(".drawing.desk > svg");
		[...other.querySelectorAll("table")].find((table) => table.caption.textContent.startsWith(%q)).tBodies[0].rows[3].cells[2].textContent = "0.555";
		touch.from(svg, other, "the text’s");
		for (const one of [drawing.firstElementChild, svg]) one.style = "display: inline-block; width: 50%%";
		drawing.replaceChildren(drawing.firstElementChild, svg);
		figure.dispatchEvent(new CustomEvent("shown", { bubbles: true }));
		return drawing.querySelector("svg").getBoundingClientRect().width;
	})()`, at, bars.Name))
	for i, want := range []string{" 0.777", " 0.555"} {
		box := eval[[2]float64](t, p, fmt.Sprintf(`(() => {
			const box = document.querySelectorAll("figure.chart")[%d].querySelectorAll(".drawing.desk > svg")[%d].getBoundingClientRect();
			return [box.left, box.top];
		})()`, at, i))
		half := width / (bars.Box[1] - bars.Box[0])
		p.moveTo(t, 1, 1)
		p.moveTo(t, box[0]+half*(x-bars.Box[0]), box[1]+half*(y-bars.Box[2]))
		got := p.touched(t)
		got.well(t, "one of two")
		if !strings.HasSuffix(got.Label, want) || strings.Contains(got.Label, ", the text’s ·") != (i == 1) {
			t.Errorf("of two drawings number %d says %q, want one that ends in %s", i, got.Label, want)
		}
	}
	eval[int](t, p, fmt.Sprintf(`(() => {
		const figure = document.querySelectorAll("figure.chart")[%d], drawing = figure.querySelector(".drawing.desk");
		drawing.firstElementChild.removeAttribute("style");
		drawing.replaceChildren(drawing.firstElementChild);
		touch(figure);
		return 0;
	})()`, at))

	// By touch: a tap shows, one elsewhere hides.
	p.moveTo(t, 1, 1)
	for _, tap := range []struct {
		x, y float64
		want int
	}{{x, y, 1}, {5, 5, 0}} {
		for _, touch := range []input.DispatchTouchEventParams{
			{Type: input.DispatchTouchEventTypeTouchStart, TouchPoints: []*input.TouchPoint{{X: tap.x, Y: tap.y}}},
			{Type: input.DispatchTouchEventTypeTouchEnd, TouchPoints: []*input.TouchPoint{}},
		} {
			if _, err := chromedp.Call(p, input.DispatchTouchEvent, touch); err != nil {
				t.Fatal(err)
			}
		}
		if got := p.touched(t); got.Labels != tap.want {
			t.Errorf("after a tap at %g, %g there are %d labels, want %d", tap.x, tap.y, got.Labels, tap.want)
		}
	}

	// A figure is one stop for the Tab key, and what is after it the next.
	eval[bool](t, p, fmt.Sprintf(`(document.querySelectorAll("figure.chart")[%d].querySelector(".drawing").focus(), true)`, at))
	p.do(t, chromedp.KeyEvent(kb.Tab))
	if next := eval[string](t, p, `document.activeElement.tagName`); next != "SUMMARY" {
		t.Errorf("after the drawing the Tab key leads to %s", next)
	}
	p.do(t, chromedp.KeyEvent(kb.Tab, chromedp.KeyModifiers(chromedp.ModifierShift)))
	p.says(t, "back by the Tab key", "Arrow keys show the values", "")
	p.do(t, chromedp.KeyEvent(kb.ArrowRight)) // shows where the reader is: at the bar that was tapped
	p.touched(t).well(t, "an arrow key")
	if got := p.touched(t); !strings.HasSuffix(got.Label, "standard deviation 0.777") {
		t.Errorf("the first arrow key leads to %q", got.Label)
	}
	p.checkAccessible(t, "with a label")
	p.noErrors(t)
}
