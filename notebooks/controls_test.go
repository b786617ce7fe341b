package notebooks_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"mdn/kernel-setup/notebook"
	"mdn/kernel-setup/settings"
)

// until waits until an expression is true on the page.
func (p *page) until(t *testing.T, expression string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(p, time.Minute)
	defer cancel()
	if err := poll(ctx, func() bool { return eval[bool](t, p, expression) }); err != nil {
		p.picture(t, "failed")
		t.Fatalf("not within a minute: %s", expression)
	}
}

// is fails the test where an expression is not true on the page.
func (p *page) is(t *testing.T, what, expression string) {
	t.Helper()
	if !eval[bool](t, p, expression) {
		p.picture(t, "failed")
		t.Errorf("%s: %s is false", what, expression)
	}
}

// enter types a text over what stands in a field.
func (p *page) enter(t *testing.T, field, text string) {
	t.Helper()
	p.do(t, chromedp.Focus(chromedp.CSS(field)))
	eval[bool](t, p, `document.activeElement.select() ?? true`)
	p.do(t, chromedp.KeyEvent(text+kb.Enter))
}

const (
	barWith     = `document.querySelector(".again-with").textContent`
	barHidden   = `document.querySelector(".again-bar").hidden`
	allComputed = `/^(\d+) of \1 cells? recomputed/.test(document.querySelector(".again-progress").textContent)`
)

func openAgain(t *testing.T, name, hash string) *page {
	t.Helper()
	return openPage(t, fileAddress(filepath.Join(pages(t), name+".html"))+hash, 1280, 900)
}

// TestControls moves settings as a reader does, by keyboard and by mouse.
func TestControls(t *testing.T) {
	p := openAgain(t, "01-data", "")
	p.is(t, "nothing runs unasked", barHidden+` && !document.querySelector(".cell[data-state]")`)
	for _, name := range []string{"noise", "samples", "seed"} {
		p.is(t, name+" has a label", `document.querySelector("label[for=again-`+name+`]").textContent === "`+name+`"`)
	}

	// By keyboard.
	p.do(t, chromedp.Focus(chromedp.CSS("#again-noise-slider")), chromedp.KeyEvent(kb.ArrowRight))
	p.until(t, allComputed)
	p.is(t, "the bar says what differs", barWith+` === "noise 0.11 (text: 0.1)"`)
	p.is(t, "the field follows the slider", `document.querySelector("#again-noise").value === "0.11"`)
	p.is(t, "the address can be shared", `location.hash === "#noise=0.11"`)
	p.is(t, "what is recomputed says so", `document.querySelector("#cell-11").dataset.state === "recomputed"`)
	p.is(t, "the text's number stands beside", `document.querySelector("#cell-11 .was span:nth-child(2)").textContent === "0.1047"`)
	p.is(t, "sentences say of what they are said", `[...document.querySelectorAll(".usual")].every(s =>
		(s.dataset.settings && !s.dataset.settings.includes("noise")) || s.querySelector(".said").textContent.includes("noise 0.1"))`)

	// By the field; what cannot be is refused in words, and changes nothing.
	p.enter(t, "#again-samples", "1")
	p.until(t, `document.querySelector(".again-message").textContent === "samples cannot be 1; it can be a whole number from 2 to 1000."`)
	p.is(t, "the field is marked", `document.querySelector("#again-samples").getAttribute("aria-invalid") === "true"`)
	p.is(t, "nothing has changed", barWith+` === "noise 0.11 (text: 0.1)"`)
	p.enter(t, "#again-samples", "60")
	p.until(t, barWith+` === "noise 0.11 (text: 0.1) · samples 60 (text: 50)" && `+allComputed)

	// The chart of the text, and both on one pair of axes.
	for _, which := range []string{"text", "both", "yours"} {
		p.do(t, chromedp.Click(chromedp.CSS(`#cell-8 .switch button[data-which=`+which+`]`)))
		p.is(t, which+" is chosen", `document.querySelector("#cell-8 .switch [aria-pressed=true]").dataset.which === "`+which+`"`)
		p.is(t, which+" is seen", map[string]string{
			"text":  `document.querySelector("#cell-8 .desk svg").outerHTML.includes("g class=\"data\"") && !document.querySelector("#cell-8 .of-the-text")`,
			"both":  `document.querySelectorAll("#cell-8 .desk g.data").length === 2 && document.querySelector("#cell-8 .desk .of-the-text path") !== null`,
			"yours": `document.querySelectorAll("#cell-8 .desk g.data").length === 1`,
		}[which])
	}

	// Back to the text at once.
	p.do(t, chromedp.Click(chromedp.CSS(`.again-bar button[name=text]`)))
	p.until(t, barHidden)
	p.is(t, "the text is back", `!document.querySelector(".was, .switch, .state") && location.hash === "" && document.querySelector("#again-noise").value === "0.1"`)
	p.is(t, "no sentence is qualified", `[...document.querySelectorAll(".said")].every(s => s.hidden)`)

	// An exercise.
	p.do(t, chromedp.Click(chromedp.CSS(`button.try`)))
	p.until(t, `!`+barHidden+` && `+allComputed)
	p.is(t, "the exercise is tried", barWith+` === "noise 0.3 (text: 0.1)"`)
	p.do(t, chromedp.Click(chromedp.CSS(`.again-bar button[name=back]`)))
	p.is(t, "the way back", `document.activeElement.matches("button.try")`)
	p.noErrors(t)
}

// TestShared opens a page by an address that somebody has shared.
func TestShared(t *testing.T) {
	p := openAgain(t, "01-data", "#noise=0.4&seed=7")
	p.until(t, allComputed)
	p.is(t, "its settings are those of the address", barWith+` === "noise 0.4 (text: 0.1) · seed 7 (text: 1)"`)
	p.noErrors(t)
	wrong := openAgain(t, "01-data", "#noise=4")
	wrong.is(t, "what cannot be is refused", `document.querySelector(".again-message").textContent.startsWith("noise cannot be 4; it can be a number from 0 to 1.")`)
	anchor := openAgain(t, "01-data", "#The-data")
	anchor.is(t, "an anchor is no setting", barHidden+` && location.hash === "#The-data"`)
}

// TestStops stops a computation, goes on with it, and gives way to newer values.
func TestStops(t *testing.T) {
	p := openAgain(t, "03-mixture-density-network", "")
	eval[bool](t, p, `{ window.first = tutorial.run({noise: 0.3, epochs: 3000}); true }`)
	p.until(t, `document.querySelector(".cell[data-state=running]") !== null && !document.querySelector(".again-bar button[name=stop]").hidden`)
	p.do(t, chromedp.Click(chromedp.CSS(`.again-bar button[name=stop]`)))
	p.until(t, `document.querySelector(".again-bar button[name=stop]").hidden && !document.querySelector(".again-bar button[name=go]").hidden`)
	p.is(t, "what waits shows what it did", `document.querySelector("#cell-19").dataset.state === "waiting"`)
	p.do(t, chromedp.Click(chromedp.CSS(`.again-bar button[name=go]`)))
	p.until(t, allComputed)
	// A newer value ends what runs for an older one.
	eval[bool](t, p, `{ tutorial.run({noise: 0.2, epochs: 20000}); true }`)
	p.until(t, `document.querySelector(".cell[data-state=running]") !== null`)
	began := time.Now()
	last := awaited[recomputed](t, p, `tutorial.run({noise: 0.2, epochs: 30})`)
	if last.Recomputed == 0 || time.Since(began) > 30*time.Second {
		t.Errorf("%d cells are recomputed after %v", last.Recomputed, time.Since(began))
	}
	// A drag previews what is in view with a tenth of the epochs, marked as that, and the release computes all.
	p.await(t, "tutorial.reset()")
	eval[bool](t, p, `{ document.querySelector("#cell-13 .outputs").scrollIntoView(); const slider = document.querySelector("#again-noise-slider");
		slider.value = Number(slider.value) + 5; slider.dispatchEvent(new Event("input", {bubbles: true})); true }`)
	p.until(t, `document.querySelector("#cell-13").dataset.state === "preview"`)
	p.is(t, "a preview says so", `document.querySelector("#cell-13 .state").textContent.startsWith("A preview")`)
	eval[bool](t, p, `document.querySelector("#again-noise-slider").dispatchEvent(new Event("change", {bubbles: true}))`)
	p.until(t, `document.querySelector("#cell-13").dataset.state === "recomputed" && `+allComputed)
	p.noErrors(t)
}

// TestOwnFile gives the page of notebook 7 a file of the reader's, and columns that it has not got.
func TestOwnFile(t *testing.T) {
	p := openAgain(t, "07-real-data", "")
	failing := awaited[recomputed](t, p, `tutorial.run({xColumn: "no such column"})`)
	if len(failing.Failed) == 0 {
		t.Error("no cell fails without its column")
	}
	p.is(t, "the words are the library's", `document.querySelector(".cell[data-state=failed] .state").textContent.includes("no such column")`)
	p.await(t, "tutorial.reset()")
	var file strings.Builder
	file.WriteString("size,\"weight, g\",species\n")
	for i := range 200 {
		fmt.Fprintf(&file, "%d.5,%d,%c\n", i%20, i%7+i%20, 'a'+i%2)
	}
	path := filepath.Join(t.TempDir(), "mine.csv")
	if err := os.WriteFile(path, []byte(file.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	p.do(t, chromedp.SetUploadFiles(chromedp.CSS("#again-file-file"), []string{path}))
	p.until(t, `document.querySelector(".again-message").textContent.startsWith("mine.csv is read in this page and goes nowhere else")`)
	p.is(t, "its columns are offered", `[...document.querySelectorAll("#again-columns option")].map(o => o.value).join("|") === "size|weight, g|species"`)
	mine := awaited[recomputed](t, p, `tutorial.run({file: "mine.csv", xColumn: "size", yColumn: "weight, g", group: "species", epochs: 20})`)
	if mine.Recomputed == 0 || len(mine.Failed) > 0 {
		t.Errorf("with a file of one's own %d cells are recomputed, and cells %v fail", mine.Recomputed, mine.Failed)
	}
	p.await(t, "tutorial.reset()")
	p.until(t, barHidden+` && document.querySelector("#again-file").value === "data/penguins.csv"`) // the bar goes with the next picture
	p.noErrors(t)
}

// TestTrueSentences makes the page of every notebook with other noise, and looks for sentences that are said of the usual noise and do not say so.
func TestTrueSentences(t *testing.T) {
	marked := regexp.MustCompile(`<span class="usual"( data-settings="([^"]*)")?>`)
	seen := 0
	for _, path := range paths(t) {
		n := readNotebook(t, executed(t, path))
		all, err := settings.Of(n)
		if err != nil {
			t.Fatal(err)
		}
		var noise []settings.Value
		for _, s := range all {
			if s.Name == "noise" {
				noise = append(noise, settings.Value{Setting: s, Text: "0.4"})
			}
		}
		if noise == nil {
			continue
		}
		if err := settings.Inject(n, noise); err != nil {
			t.Fatal(err)
		}
		page := string(exportAsIs(t, path, n))
		for _, sentence := range marked.FindAllStringIndex(page, -1) {
			found := marked.FindStringSubmatch(page[sentence[0]:])
			text := span(page[sentence[0]:])
			depends := found[1] == "" || strings.Contains(" "+found[2]+" ", " noise ")
			if depends {
				seen++
			}
			if qualified := strings.Contains(text, `<span class="said"> (said of noise `); qualified != depends {
				t.Errorf("%s: it is said of what %q is said: %t, want %t", path, text, qualified, depends)
			}
		}
	}
	if seen < 10 {
		t.Errorf("only %d sentences depend on the noise", seen)
	}
}

// span returns the <span> that a text begins with, to its end.
func span(text string) string {
	depth := 0
	for _, tag := range regexp.MustCompile(`</?span`).FindAllStringIndex(text, -1) {
		if text[tag[0]+1] == '/' {
			depth--
		} else {
			depth++
		}
		if depth == 0 {
			return text[:tag[1]]
		}
	}
	return text
}

// exportAsIs returns the page of the outputs that a notebook has.
func exportAsIs(t *testing.T, path string, n *notebook.Notebook) []byte {
	t.Helper()
	content, err := n.Encode()
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	source, page := filepath.Join(folder, filepath.Base(path)), filepath.Join(folder, "page.html")
	if err := os.WriteFile(source, content, 0o644); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(python(t), "-m", "mdn_jupyter.run_notebook", "--as-is", "--page", page, filepath.Join(folder, "record.json"),
		"--folder", root(t)+"/notebooks", source, filepath.Join(folder, "out.ipynb"))
	if output, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	if content, err = os.ReadFile(page); err != nil {
		t.Fatal(err)
	}
	return content
}
