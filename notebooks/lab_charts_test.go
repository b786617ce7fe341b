package notebooks_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"mdn/kernel-setup/notebook"
	"mdn/mdnlib/figure/markup"
)

// chartsOf returns the outputs of a notebook that are charts.
func chartsOf(n *notebook.Notebook) (charts []notebook.Output) {
	for _, c := range n.Cells {
		for _, o := range c.Outputs {
			if _, ok := o.As(markup.ChartType); ok {
				charts = append(charts, o)
			}
		}
	}
	return charts
}

// captions returns the words under charts that can be seen.
func (p *page) captions(t *testing.T) []string {
	t.Helper()
	return eval[[]string](t, p, `[...document.querySelectorAll(".jp-OutputArea-output")]
		.filter(output => output.checkVisibility()).map(output => output.innerText).filter(text => text.startsWith("Shown: "))`)
}

// testPictures opens a notebook as it comes, which the reader has not said to trust: it shows the pictures, each with its description, and
// the words under them.
func testPictures(t *testing.T) {
	path := paths(t)[0]
	var want []string
	for _, chart := range chartsOf(readNotebook(t, path)) {
		want = append(want, chart.MetadataText("alt"))
	}
	p := openNotebook(t, unknownCopyOf(t, path))
	soon, cancel := context.WithTimeout(p, 30*time.Second)
	defer cancel()
	var got []string
	if err := poll(soon, func() bool {
		got = eval[[]string](t, p, `[...document.querySelectorAll(".jp-RenderedImage img")].map(picture => picture.alt)`)
		return slices.Equal(got, want)
	}); err != nil {
		p.picture(t, "pictures-failed")
		t.Errorf("the pictures are described as %q, want %q", got, want)
	}
	if drawn := eval[int](t, p, `document.querySelectorAll(".jp-OutputArea-output svg").length`); drawn > 0 {
		t.Errorf("%d drawings of a notebook are shown that the reader does not trust", drawn)
	}
	if captions := p.captions(t); len(captions) != len(want) {
		t.Errorf("%d charts have the captions %q", len(want), captions)
	}
	p.noErrors(t)
}

// unknownCopyOf copies a notebook, so that Jupyter has not seen what is in it before, and said to trust it.
func unknownCopyOf(t *testing.T, notebook string) string {
	t.Helper()
	path := copyOf(t, notebook)
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	const title = "# 1. The data"
	changed := strings.Replace(string(content), title, title+" in "+filepath.Base(filepath.Dir(path)), 1)
	if changed == string(content) {
		t.Fatalf("%s does not begin with %s", notebook, title)
	}
	if err := os.WriteFile(path, []byte(changed), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// testChartsToTouch runs a notebook. Its charts are drawings with their words and numbers as in a page, and say their values at the pointer
// and by the keys.
func testChartsToTouch(t *testing.T) {
	path := paths(t)[0]
	committed := readNotebook(t, path)
	charts := chartsOf(committed)
	p := openNotebook(t, copyOf(t, path))
	p.menu(t, "Run", "Run All Cells")
	run := func() {
		t.Helper()
		if err := poll(p, func() bool {
			seen := p.cells(t)
			return !slices.ContainsFunc(seen.Prompts, func(prompt string) bool { return strings.Trim(prompt, "[*]: ") == "" }) &&
				eval[int](t, p, `document.querySelectorAll(".mdn-chart").length`) == len(charts)
		}); err != nil {
			p.picture(t, "charts-failed")
			t.Fatalf("the charts are not drawn: %+v", p.cells(t))
		}
	}
	run()
	if pictures := eval[int](t, p, `document.querySelectorAll(".jp-RenderedImage").length`); pictures > 0 {
		t.Errorf("%d charts are still pictures", pictures)
	}
	if captions := p.captions(t); len(captions) > 0 {
		t.Errorf("captions are not folded: %q", captions)
	}
	p.checkWords(t, charts)

	// By the pointer and by the keys, as in a page. JupyterLab has its keys back when another is held as well.
	p.do(t, chromedp.Evaluate[chromedp.Void](`document.querySelector("figure.chart").scrollIntoView()`))
	layers := p.layersOf(t, 0)
	if len(layers) != 3 {
		t.Fatalf("the first chart has %d layers", len(layers))
	}
	p.checkPointer(t, layers)
	cell := func(selector string) int {
		return eval[int](t, p, `[...document.querySelectorAll(".jp-Notebook-cell")].findIndex(cell => cell.matches("`+selector+`"))`)
	}
	active := func() int { return cell(".jp-mod-active") }
	before, count := cell(":has(.mdn-chart)"), len(committed.Cells)
	p.checkKeys(t, 0, layers)
	p.do(t, chromedp.KeyEvent(kb.Tab, chromedp.KeyModifiers(chromedp.ModifierShift)), chromedp.KeyEvent("d"), chromedp.KeyEvent("d"))
	if now := eval[int](t, p, `document.querySelectorAll(".jp-Notebook-cell").length`); now != count || active() != before {
		t.Errorf("a key on a chart has led from cell %d of %d to cell %d of %d", before, count, active(), now)
	}
	p.do(t, chromedp.KeyEvent(kb.Enter, chromedp.KeyModifiers(chromedp.ModifierShift)))
	if now := active(); now != before+1 {
		t.Errorf("Shift+Enter on a chart has led from cell %d to cell %d", before, now)
	}
	run()
	p.checkThemes(t)

	p.do(t, chromedp.EmulateViewport(800, 1000))
	var widths [2]float64
	if err := poll(p, func() bool {
		widths = eval[[2]float64](t, p, `["desk", "phone"].map(name => document.querySelector(".drawing." + name).getBoundingClientRect().width)`)
		return widths[0] == 0 && widths[1] > 0
	}); err != nil {
		t.Errorf("in a narrow window the drawings for a desk and for a phone are %v pixels wide", widths)
	}
	p.picture(t, "charts-narrow")
	p.noErrors(t)
}

// checkWords compares the words and numbers of charts in JupyterLab, and their names, with those of a page.
func (p *page) checkWords(t *testing.T, charts []notebook.Output) {
	t.Helper()
	var pages []string
	for _, chart := range charts {
		data := map[string]string{}
		for kind := range chart.Data {
			data[kind], _ = chart.As(kind)
		}
		page, _, err := markup.Output("chart", data)
		if err != nil {
			t.Fatal(err)
		}
		pages = append(pages, page)
	}
	type words struct{ Name, Chart, Folded string }
	read := func(from string) []words {
		return eval[[]words](t, p, `(from => [...from.querySelectorAll("figure.chart")].map(figure => ({
			Name: figure.getAttribute("aria-label"), Chart: figure.querySelector("svg").getAttribute("aria-label"),
			Folded: figure.querySelector("details").outerHTML.replace(/>\s+</g, "><"),
		})))(`+from+`)`)
	}
	encoded := strings.ReplaceAll(strings.ReplaceAll(strings.Join(pages, ""), `\`, `\\`), "`", "\\`")
	want := read("new DOMParser().parseFromString(`" + encoded + "`, 'text/html')")
	if got := read("document"); !slices.Equal(got, want) {
		t.Errorf("charts in JupyterLab and in a page have the words\n%+v\n%+v", got, want)
	}
	named := eval[[]string](t, p, `[...document.querySelectorAll('.drawing.desk[role="application"]')]
		.map(drawing => drawing.getAttribute("aria-label"))`)
	for i, chart := range charts {
		if alt := chart.MetadataText("alt"); i >= len(named) || named[i] != alt {
			t.Errorf("the charts are named %q, and chart %d is described as %q", named, i+1, alt)
		}
	}
}

// inThemes switches to JupyterLab's dark theme, and back to its light one, and has each looked at.
func (p *page) inThemes(t *testing.T, look func(theme string, dark bool)) {
	t.Helper()
	keepTheme(t)
	for _, theme := range []string{"JupyterLab Dark", "JupyterLab Light"} {
		p.menu(t, "Settings", "Theme")
		p.click(t, `//div[contains(@class,"lm-Menu-itemLabel") and text()="`+theme+`"]`)
		if err := poll(p, func() bool { // while it loads, there is a screen that takes the clicks
			return eval[string](t, p, `document.getElementById("jupyterlab-splash") ? "" : document.body.dataset.jpThemeName ?? ""`) == theme
		}); err != nil {
			t.Fatalf("the theme is not %s", theme)
		}
		look(theme, theme == "JupyterLab Dark")
	}
}

// checkThemes looks at charts in JupyterLab's light theme and in its dark one.
func (p *page) checkThemes(t *testing.T) {
	t.Helper()
	papers := map[string]bool{}
	p.inThemes(t, func(theme string, dark bool) {
		type colours struct {
			Dark     bool
			Paper    string
			Contrast float64
			Letters  int
		}
		var seen colours
		if err := poll(p, func() bool {
			seen = eval[colours](t, p, `(() => {
				const drawings = [...document.querySelectorAll(".drawing.desk")];
				const letters = [...document.querySelectorAll(".drawing.desk svg text")];
				const light = (colour) => {
					const [r, g, b] = colour.match(/[\d.]+/g).map(v => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
					return 0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05;
				};
				const Paper = getComputedStyle(drawings[0]).backgroundColor, paper = light(Paper);
				const contrasts = letters.map(letter => light(getComputedStyle(letter).fill)).map(ink => Math.max(ink, paper) / Math.min(ink, paper));
				return { Dark: document.body.dataset.jpThemeLight === "false", Paper, Contrast: Math.min(...contrasts), Letters: letters.length };
			})()`)
			return seen.Dark == dark && seen.Contrast >= 4.5
		}); err != nil || seen.Letters == 0 {
			t.Errorf("%s: charts have the colours %+v", theme, seen)
		}
		papers[seen.Paper] = true
		p.picture(t, "charts-"+theme)
		p.checkAccessibleIn(t, theme, ".mdn-chart")
	})
	if len(papers) != 2 {
		t.Errorf("in both themes charts lie on %v", papers)
	}
}

// keepTheme lets JupyterLab have at the end the theme that it has now, which it keeps for its user.
func keepTheme(t *testing.T) {
	t.Helper()
	settings := filepath.Join(root(t), ".jupyter", "config", "lab", "user-settings")
	path := filepath.Join(settings, "@jupyterlab", "apputils-extension", "themes.jupyterlab-settings")
	kept, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err = os.WriteFile(path, kept, 0o644); kept == nil {
			err = os.Remove(path)
		}
		if err != nil {
			t.Error(err)
		}
	})
}
