package notebooks_test

import (
	"bytes"
	"context"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"mdn/kernel-setup/notebook"
	"mdn/kernel-setup/record"
)

// export exports notebooks into a folder, as a user does.
func export(t *testing.T, folder string, arguments ...string) {
	t.Helper()
	python(t) // skips where nothing is installed
	cmd, err := kernelSetup(t.Context(), append([]string{"export", "-o", folder}, arguments...)...)
	if err != nil {
		t.Fatal(err)
	}
	if output, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, output)
	}
}

// exportedPages is a folder with the pages of all notebooks, of the outputs that they have shown in a fresh kernel.
var exportedPages = sync.OnceValues(func() (string, error) {
	executed, err := runAll()
	if err != nil {
		return "", err
	}
	folder := filepath.Join(kept, "pages of mine")
	cmd, err := kernelSetup(context.Background(), append([]string{"export", "-o", folder, "-as-is"}, executed...)...)
	if err != nil {
		return "", err
	}
	if output, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w: %s", err, output)
	}
	return folder, nil
})

// pages returns that folder.
func pages(t *testing.T) string {
	t.Helper()
	python(t) // skips where nothing is installed
	folder, err := exportedPages()
	if err != nil {
		t.Fatal(err)
	}
	return folder
}

// runAll runs all notebooks, as many side by side as there are cores, and returns where they are with their outputs.
func runAll() (executed []string, err error) {
	all, err := filepath.Glob(notebookFiles)
	if err != nil {
		return nil, err
	}
	var wait sync.WaitGroup
	waiting := make(chan string)
	for range runtime.NumCPU() {
		wait.Go(func() {
			for path := range waiting {
				run(path)
			}
		})
	}
	for _, path := range all {
		waiting <- path
	}
	close(waiting)
	wait.Wait()
	for _, path := range all {
		one, err := run(path)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		executed = append(executed, one)
	}
	return executed, nil
}

// TestPages exports all notebooks and reads each page as its readers do: from its file, with the network off, on a phone and
// on a desk, by day and by night. What is exported again is the same bytes, also where the notebook is run again for it.
func TestPages(t *testing.T) {
	t.Parallel()
	folder := pages(t)
	names := []string{"index.html"}
	for _, path := range paths(t) {
		names = append(names, pageOf(path))
	}
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			content, err := os.ReadFile(filepath.Join(folder, name))
			if err != nil {
				t.Fatal(err)
			}
			if len(content) > 3<<20 {
				t.Errorf("the page has %d KB", len(content)>>10)
			}
			for _, own := range []string{root(t), filepath.Dir(folder), time.Now().Format("2006-01-02")} {
				if bytes.Contains(content, []byte(own)) {
					t.Errorf("the page says %s", own)
				}
			}
			p := openPage(t, "about:blank", 1280, 900)
			address := (&url.URL{Scheme: "file", Path: filepath.ToSlash(filepath.Join(folder, name))}).String()
			requests := p.requests(t)
			for _, width := range []int64{360, 1280} {
				for _, scheme := range []string{"light", "dark"} {
					p.show(t, address, width, scheme)
					p.picture(t, fmt.Sprintf("%s-%d-%s", name, width, scheme))
					where := fmt.Sprintf("%d pixels wide, %s", width, scheme)
					p.checkReading(t, where, width)
					if full() || (width == 360) == (scheme == "dark") {
						p.checkAccessible(t, where)
					}
				}
			}
			p.checkKeyboard(t)
			if bytes.Contains(content, []byte(`class="live"`)) {
				p.checkLive(t)
			}
			p.checkLinks(t, folder)
			if name != "index.html" {
				p.checkFolds(t, address)
				p.checkContent(t, strings.TrimSuffix(name, ".html")+".ipynb")
				p.checkWithoutScripts(t)
			}
			if len(*requests) == 0 {
				t.Error("no request was heard of, not even that for the page")
			}
			for _, asked := range *requests {
				if asked != address && !strings.HasPrefix(asked, "blob:") { // made on the page itself
					t.Errorf("the page asks for %s", asked)
				}
			}
			p.mu.Lock()
			defer p.mu.Unlock()
			for _, message := range p.messages {
				t.Errorf("the browser's console says: %s", message)
			}
		})
	}

	again := filepath.Join(t.TempDir(), "other pages")
	asTheyRan, err := runAll()
	if err != nil {
		t.Fatal(err)
	}
	export(t, again, append([]string{"-as-is"}, asTheyRan...)...)
	anew := paths(t)[:1] // from the start
	if full() {
		anew = paths(t)
	}
	export(t, again, anew...)
	for _, name := range names {
		first, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			t.Fatal(err)
		}
		second, err := os.ReadFile(filepath.Join(again, name))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(first, second) {
			t.Errorf("exported twice, %s is two files", name)
		}
	}
}

// TestSweepPage exports a notebook with several values of a setting, and reads the page that compares them, and one of those that it leads
// to.
func TestSweepPage(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	export(t, folder, "-set", "noise=0.05,0.2", "01-data")
	for _, name := range []string{"01-data.noise.html", "01-data.noise=0.2.html"} {
		p := openPage(t, "about:blank", 1280, 900)
		address := (&url.URL{Scheme: "file", Path: filepath.ToSlash(filepath.Join(folder, name))}).String()
		for _, width := range []int64{360, 1280} {
			for _, scheme := range []string{"light", "dark"} {
				p.show(t, address, width, scheme)
				p.picture(t, fmt.Sprintf("%s-%d-%s", name, width, scheme))
				where := fmt.Sprintf("%s, %d pixels wide, %s", name, width, scheme)
				p.checkReading(t, where, width)
				p.checkAccessible(t, where)
				small := eval[float64](t, p, `Math.min(99, ...[...document.querySelectorAll(".grid svg text")].map(letters =>
					parseFloat(getComputedStyle(letters).fontSize) * letters.ownerSVGElement.getBoundingClientRect().width / letters.ownerSVGElement.viewBox.baseVal.width))`)
				if small < 12 {
					t.Errorf("%s: a chart has letters of %.1f pixels", where, small)
				}
			}
		}
		p.checkKeyboard(t)
		p.checkLinks(t, folder)
	}
}

// checkLive brings the live part into view, has it train, and waits for it to arrive at the text's final cost.
func (p *page) checkLive(t *testing.T) {
	t.Helper()
	eval[int](t, p, `(document.querySelector(".live-fit").scrollIntoView(), 0)`)
	p.do(t, chromedp.Click(chromedp.CSS(`.live button[name="pause"]`)))
	state := ""
	if err := poll(p.Context, func() bool {
		state = eval[string](t, p, `document.querySelector(".live").dataset.state`)
		return state == "done"
	}); err != nil {
		t.Fatalf("the live part is %s, and not done", state)
	}
	if said := eval[string](t, p, `document.querySelector(".live-result").textContent`); !strings.HasSuffix(said, ": the same digits.") {
		t.Errorf("the live part says %q", said)
	}
	if !eval[bool](t, p, `(() => {
		const live = document.querySelector(".live");
		return live.dataset.kernels === (document.querySelector("#again-simd").textContent ? "simd" : "plain");
	})()`) {
		t.Error("the live part does not train with the kernels that it has for this browser")
	}
	t.Log(eval[[]string](t, p, `performance.getEntriesByType("mark").map((m) => m.name + " at " + Math.round(m.startTime) + " ms")`))
}

func pageOf(notebook string) string { return strings.TrimSuffix(notebook, ".ipynb") + ".html" }

// requests collects the addresses that the page asks for from now on.
func (p *page) requests(t *testing.T) *[]string {
	t.Helper()
	var mu sync.Mutex
	var asked []string
	if err := chromedp.Listen(p, func(event any) {
		if e, ok := event.(*network.EventRequestWillBeSent); ok {
			mu.Lock()
			defer mu.Unlock()
			if address := e.Request.URL; !strings.HasPrefix(address, "data:") {
				asked = append(asked, address)
			}
		}
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := chromedp.Call(p, network.Enable, network.EnableParams{}); err != nil {
		t.Fatal(err)
	}
	return &asked
}

// show opens a page at a width, for a reader who prefers a colour scheme.
func (p *page) show(t *testing.T, address string, width int64, scheme string) {
	t.Helper()
	media := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}}
	if _, err := chromedp.Call(p, emulation.SetEmulatedMedia, media); err != nil {
		t.Fatal(err)
	}
	p.do(t, chromedp.EmulateViewport(width, 900), chromedp.Navigate(address))
	if _, err := chromedp.Run(p, chromedp.Evaluate[bool]("document.fonts.ready.then(() => true)", chromedp.EvalAwaitPromise)); err != nil {
		t.Fatal(err)
	}
	if !eval[bool](t, p, fmt.Sprintf(`matchMedia("(prefers-color-scheme: %s)").matches`, scheme)) {
		t.Fatalf("the browser does not prefer %s", scheme)
	}
}

// checkReading checks that the page fits its width, that its charts can be seen, and how long its lines are.
func (p *page) checkReading(t *testing.T, where string, width int64) {
	t.Helper()
	seen := eval[struct {
		Width, Wide    float64
		Empty          []string
		Small          []string // charts with letters of less than 12 pixels
		Cut            []string // formulas that are wider than the page
		Letters, Lines float64
	}](t, p, `(() => {
		const empty = [...document.images].filter(image => {
			const canvas = document.createElement("canvas");
			canvas.width = image.naturalWidth;
			canvas.height = image.naturalHeight;
			if (!canvas.width || image.getBoundingClientRect().width < 100) return true;
			const context = canvas.getContext("2d", {willReadFrequently: true});
			context.drawImage(image, 0, 0);
			const dots = new Uint32Array(context.getImageData(0, 0, canvas.width, canvas.height).data.buffer);
			return new Set(dots).size < 5;
		}).map(image => image.alt);
		const small = [];
		for (const chart of document.querySelectorAll(".chart")) {
			const drawings = [...chart.querySelectorAll(".drawing > svg")].filter(d => d.getBoundingClientRect().width > 100);
			if (drawings.length != 1 || drawings[0].querySelectorAll("text, circle, path").length < 5) empty.push(chart.id);
			for (const drawing of drawings) {
				const scale = drawing.getBoundingClientRect().width / drawing.viewBox.baseVal.width;
				const sizes = [...drawing.querySelectorAll("text")].map(letters => parseFloat(getComputedStyle(letters).fontSize) * scale);
				if (Math.min(...sizes) < 12) small.push(chart.id + ": " + Math.min(...sizes).toFixed(1));
			}
		}
		let letters = 0, lines = 0;
		for (const p of document.querySelectorAll("main > p")) {
			const count = Math.round(p.clientHeight / parseFloat(getComputedStyle(p).lineHeight));
			if (count < 3 || p.querySelector("math, .formula")) continue;
			letters += p.innerText.length;
			lines += count - 0.5; // the last line is half full
		}
		return {
			Width: innerWidth, Wide: document.documentElement.scrollWidth,
			Empty: empty, Small: small, Cut: [...document.querySelectorAll(".formula")].filter(f => f.scrollWidth > f.clientWidth).map(f => f.innerText), Letters: letters, Lines: lines,
		};
	})()`)
	if seen.Wide > seen.Width || int64(seen.Width) != width {
		t.Errorf("%s: the page is %g wide, in a window of %g", where, seen.Wide, seen.Width)
	}
	for _, alt := range seen.Empty {
		t.Errorf("%s: a chart cannot be seen: %s", where, alt)
	}
	for _, chart := range seen.Small {
		t.Errorf("%s: the letters of a chart are small: %s pixels", where, chart)
	}
	for _, formula := range seen.Cut {
		t.Errorf("%s: a formula does not fit: %s", where, formula)
	}
	if measure := seen.Letters / seen.Lines; width == 1280 && seen.Lines > 0 && (measure < 60 || measure > 75) {
		t.Errorf("%s: the lines have %.0f letters, want 60 to 75", where, measure)
	}
}

// checkAccessible asks axe-core what is wrong with the page, with everything that is folded opened.
func (p *page) checkAccessible(t *testing.T, where string) {
	t.Helper()
	p.checkAccessibleIn(t, where, "html")
	named := map[string]bool{}
	for _, name := range eval[[]string](t, p, `[...document.querySelectorAll("main button, footer button")].map(b => b.getAttribute("aria-label") ?? b.textContent)`) {
		if named[name] {
			t.Errorf("%s: two buttons are named %q", where, name)
		}
		named[name] = true
	}
}

// checkAccessibleIn asks axe-core what is wrong with the elements that a selector finds, with everything in them that is folded opened.
func (p *page) checkAccessibleIn(t *testing.T, where, selector string) {
	t.Helper()
	axe, err := os.ReadFile(filepath.Join("testdata", "axe", "axe.min.js"))
	if err != nil {
		t.Fatal(err)
	}
	type finding struct {
		Help  string
		Nodes []string
	}
	findings, err := chromedp.Run(p, chromedp.Evaluate[[]finding](string(axe)+fmt.Sprintf(`; (async () => {
		for (const folded of document.querySelectorAll(":is(" + %[1]q + ") details")) folded.open = true;
		const result = await axe.run(%[1]q, {rules: {"target-size": {enabled: true}}});
		return result.violations.map(v => ({Help: v.id + ": " + v.help, Nodes: v.nodes.slice(0, 3).map(n => n.html.slice(0, 200) + " " + n.failureSummary)}));
	})()`, selector), chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range findings {
		t.Errorf("%s: %s\n%s", where, f.Help, strings.Join(f.Nodes, "\n"))
	}
}

// checkKeyboard walks through the page by the Tab key: what has the focus can be seen to have it.
func (p *page) checkKeyboard(t *testing.T) {
	t.Helper()
	p.do(t, chromedp.Reload())
	for range 12 {
		p.do(t, chromedp.KeyEvent(kb.Tab))
		focus := eval[struct {
			Name    string
			Visible bool
		}](t, p, `(() => {
			const at = document.activeElement, style = getComputedStyle(at), box = at.getBoundingClientRect();
			return {
				Name: at.outerHTML.slice(0, 80),
				Visible: at == document.body || style.outlineStyle == "solid" && parseFloat(style.outlineWidth) >= 2 && box.width > 0 && box.bottom > 0 && box.top < innerHeight,
			};
		})()`)
		if !focus.Visible {
			t.Errorf("the focus on %s cannot be seen", focus.Name)
		}
	}
}

// checkFolds works the switch that folds all code, and the buttons that unfold what is printed. On a phone code is folded at first, and
// on any page as it was left.
func (p *page) checkFolds(t *testing.T, address string) {
	t.Helper()
	open := func(want bool, where string) {
		t.Helper()
		if got := eval[[]string](t, p, fmt.Sprintf(`[...document.querySelectorAll("details.code, #show-code")]
			.filter(e => (e.open ?? e.checked) != %t).map(e => e.textContent.slice(0, 20))`, want)); len(got) > 0 {
			t.Errorf("%s: whether code is open should be %t, and is not for %q", where, want, got)
		}
	}
	p.show(t, address, 360, "light")
	open(false, "on a phone")
	p.do(t, chromedp.Click(chromedp.CSS("#show-code")))
	open(true, "after a click")
	p.do(t, chromedp.Sleep(500*time.Millisecond)) // until what is stored has reached the browser's next process
	p.do(t, chromedp.Reload())
	open(true, "opened again")
	p.do(t, chromedp.Click(chromedp.CSS("#show-code")))
	p.show(t, address, 1280, "light")
	open(false, "left folded")
	if kept := eval[[]string](t, p, `[...document.querySelectorAll(".printed > button")].map(button => {
		const rest = button.nextElementSibling, folded = rest.hidden;
		button.click();
		return folded && !rest.hidden && button.ariaExpanded == "true" ? "" : button.textContent;
	}).filter(name => name)`); len(kept) > 0 {
		t.Errorf("what is printed is not unfolded by %q", kept)
	}
	p.do(t, chromedp.Click(chromedp.CSS("#show-code")))
	open(true, "at the end")
}

// checkLinks follows the page's links to files beside it, and to places in it.
func (p *page) checkLinks(t *testing.T, folder string) {
	t.Helper()
	broken := eval[[]string](t, p, `[...document.querySelectorAll('a[href^="#"]')].map(a => decodeURIComponent(a.getAttribute("href").slice(1)))
		.filter(id => !document.getElementById(id))`)
	if len(broken) > 0 {
		t.Errorf("there are links to %q, which are not on the page", broken)
	}
	for _, file := range eval[[]string](t, p, `[...document.querySelectorAll("a[href]")].map(a => a.getAttribute("href")).filter(h => !/^(#|https?:)/.test(h))
		.map(h => decodeURIComponent(h.replace(/#.*/, "")))`) {
		if _, err := os.Stat(filepath.Join(folder, file)); err != nil {
			t.Errorf("a link leads nowhere: %v", err)
		}
	}
}

// checkContent compares the page with the notebook that it was made from.
func (p *page) checkContent(t *testing.T, path string) {
	t.Helper()
	committed := readNotebook(t, path)
	formulas := 0
	formula := regexp.MustCompile(`(?s)\$\$.+?\$\$|\$[^$\n]+\$`)
	for _, c := range committed.Cells {
		if c.Kind == notebook.Markdown {
			for _, f := range formula.FindAllString(c.Source, -1) {
				formulas += 1 + strings.Count(f, `\qquad`)
			}
		}
	}
	seen := eval[struct {
		Charts, Formulas int
		Unset, Levels    string
		Unlike           []string
		Hollow           []string // folds with nothing in them
		Text, All        string
		Go               int
	}](t, p, `(() => {
		const numbers = f => f.querySelectorAll("table td").length > 0 || /circles/.test(f.querySelector("details p").textContent);
		return {
			Charts: document.querySelectorAll("figure > .desk > svg").length,
			Formulas: [...document.querySelectorAll("math")].filter(m => {
				for (let at = m; at; at = at.parentElement) if (at.tagName == "DETAILS") at.open = true;
				return m.getBoundingClientRect().width > 3;
			}).length,
			Unset: [...document.querySelectorAll("main p, main li")].map(e => e.innerText).filter(text => /\$|\\[a-z]/.test(text)).join("\n"),
			Levels: [...document.querySelectorAll("h1, h2, h3, h4")].map(h => h.tagName[1]).join(""),
			Unlike: [...document.querySelectorAll("figure:not(.live figure)")].filter(f => !f.querySelector("details p").textContent || !numbers(f)
				|| f.getAttribute("aria-label") !== f.querySelector("figcaption .title").textContent).map(f => f.getAttribute("aria-label")),
			Hollow: [...document.querySelectorAll("details")].filter(d => d.children.length < 2).map(d => d.outerHTML),
			Text: document.body.innerText,
			All: document.body.textContent, // what is folded, too
			Go: document.querySelectorAll(".highlight .kd").length, // declarations, which only Go's lexer calls so
		};
	})()`)
	if want := charts(committed); seen.Charts != want || want == 0 {
		t.Errorf("the page has %d charts, want %d", seen.Charts, want)
	}
	if seen.Formulas != formulas || formulas == 0 {
		t.Errorf("the page has %d formulas, want %d", seen.Formulas, formulas)
	}
	if seen.Unset != "" {
		t.Errorf("formulas are not set:\n%s", seen.Unset)
	}
	for i := range seen.Levels {
		if i == 0 && seen.Levels[i] != '1' || i > 0 && (seen.Levels[i] == '1' || seen.Levels[i] > seen.Levels[i-1]+1) {
			t.Errorf("the levels of the headings are %s", seen.Levels)
			break
		}
	}
	for _, figure := range seen.Unlike {
		t.Errorf("%s lacks its name, its description or its numbers", figure)
	}
	made, err := record.Make(committed, root(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, number := range made.Numbers {
		if !strings.Contains(seen.All, number.Text) {
			t.Errorf("the page does not have the %q of %s", number.Text, number.Name)
		}
	}
	for _, fold := range seen.Hollow {
		t.Errorf("a fold is empty: %s", fold)
	}
	if seen.Go == 0 {
		t.Error("Go is not coloured as Go")
	}
	setting := made.Settings[0]
	for _, want := range []string{"How this page was made", setting.Name + " = " + setting.Value, "GoNB 0.11.4", "go run ./kernel-setup export " + strings.TrimSuffix(path, ".ipynb")} {
		if !strings.Contains(seen.Text, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
}

// checkWithoutScripts reads the page with scripts off: code can be folded, and there is no button that would do nothing.
func (p *page) checkWithoutScripts(t *testing.T) {
	t.Helper()
	if _, err := chromedp.Call(p, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}); err != nil {
		t.Fatal(err)
	}
	p.do(t, chromedp.Reload(), chromedp.Click(chromedp.CSS(".code > summary")))
	dead := eval[[]string](t, p, `[...document.querySelectorAll("button, input, .live")].filter(e => e.getBoundingClientRect().width).map(e => e.outerHTML.slice(0, 100))`)
	if len(dead) > 0 {
		t.Errorf("without scripts there are %q", dead)
	}
	if eval[bool](t, p, `document.querySelector(".code").open`) {
		t.Error("without scripts code cannot be folded")
	}
}

// TestNbconvert converts a notebook with nbconvert's own command, which finds the exporter by its entry point.
func TestNbconvert(t *testing.T) {
	folder := t.TempDir()
	cmd := exec.Command(python(t), "-m", "nbconvert", "--to", "tutorial", "--output-dir", folder, executed(t, paths(t)[0]))
	if output, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	content, err := os.ReadFile(filepath.Join(folder, pageOf(paths(t)[0])))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"<figure", "<math", "How this page was made"} {
		if !bytes.Contains(content, []byte(want)) {
			t.Errorf("the page has no %s", want)
		}
	}
}
