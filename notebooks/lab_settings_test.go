package notebooks_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"mdn/kernel-setup/graph"
	"mdn/kernel-setup/settings"
)

// standing is how things stand in a notebook with settings.
type standing struct {
	Prompts []string          // by code cell
	Notes   map[string]string // by the number of a code cell, from 1, why it is out of date
	Button  string            // what runs what is out of date
	Count   string
	Value   string // of the first control
	Problem string
}

func (p *page) standing(t *testing.T) standing {
	t.Helper()
	return eval[standing](t, p, `(() => {
		const cells = [...document.querySelectorAll('.jp-Notebook .jp-CodeCell')];
		const form = document.querySelector('.mdn-form');
		return {
			Prompts: cells.map(cell => cell.querySelector('.jp-InputPrompt').textContent.trim()),
			Notes: Object.fromEntries(cells.map((cell, i) => [i + 1, cell.querySelector('.mdn-note:not(.lm-mod-hidden)')?.textContent ?? '']).filter(([, why]) => why)),
			Button: document.querySelector('[data-jp-item-name="mdn-run"]')?.textContent ?? '',
			Count: form?.querySelector('.mdn-count').textContent ?? '',
			Value: form?.querySelector('input[type="text"]').value ?? '',
			Problem: form?.querySelector('.again-message').textContent ?? '',
		};
	})()`)
}

// stands waits until the notebook stands as it should, and fails the test otherwise.
func (p *page) stands(t *testing.T, what string, is func(standing) bool) standing {
	t.Helper()
	var s standing
	if err := poll(p, func() bool {
		s = p.standing(t)
		return is(s)
	}); err != nil {
		p.picture(t, "stands-failed")
		t.Fatalf("%s; it stands so: %+v", what, s)
	}
	return s
}

func (s standing) idle() bool { return !slices.Contains(s.Prompts, "[*]:") }

// marked are the numbers of the cells that are out of date.
func (s standing) marked() (numbers []string) {
	for i := range s.Prompts {
		if number := fmt.Sprint(i + 1); s.Notes[number] != "" {
			numbers = append(numbers, number)
		}
	}
	return numbers
}

// openSettings opens a copy of a notebook, and waits for its controls.
func openSettings(t *testing.T, name string) (*page, string) {
	t.Helper()
	path := copyOf(t, name)
	p := openNotebook(t, path)
	p.stands(t, "there are no controls", func(s standing) bool { return s.Value != "" && s.Button == "Up to date" })
	return p, path
}

// runAll runs all cells and waits until they have run.
func (p *page) runAll(t *testing.T) {
	t.Helper()
	p.menu(t, "Run", "Run All Cells")
	p.stands(t, "Run All has not come to its end", func(s standing) bool {
		return s.idle() && s.Prompts[len(s.Prompts)-1] == fmt.Sprintf("[%d]:", len(s.Prompts))
	})
}

func (p *page) press(t *testing.T, key string, modifiers ...chromedp.Modifier) {
	t.Helper()
	p.do(t, chromedp.KeyEvent(key, chromedp.KeyModifiers(modifiers...)))
}

// insert types a text at once, as pasting does: JupyterLab's editor closes brackets that are typed one by one.
func (p *page) insert(t *testing.T, text string) {
	t.Helper()
	if !eval[bool](t, p, fmt.Sprintf(`document.execCommand("insertText", false, %q)`, text)) {
		t.Fatal("nothing can be typed here")
	}
}

const (
	mixture      = "03-mixture-density-network.ipynb"
	settingsCell = 2  // of that notebook, from 1
	trainingCell = 11 // which prints the final cost
)

// testMove moves the noise of notebook 3 from 0.1 to 0.2 by keyboard alone. What depends on it runs, and nothing else; a run that a later
// value takes the place of leaves nothing behind; the notebook is plain Go, and can be undone.
func testMove(t *testing.T) {
	p, path := openSettings(t, mixture)
	p.runAll(t)
	before := p.standing(t)
	p.click(t, `(//div[contains(@class,"jp-MarkdownCell")])[1]`)
	p.press(t, "s", chromedp.ModifierAlt)
	if err := poll(p, func() bool { return eval[bool](t, p, `document.activeElement.type === "range"`) }); err != nil {
		t.Fatal("the key does not lead to the settings")
	}
	began := time.Now()
	for range 10 {
		p.press(t, kb.ArrowRight)
	}
	after := p.stands(t, "what depends on the noise has not run", func(s standing) bool {
		return s.Value == "0.2" && s.Button == "Up to date" && s.idle() && s.Prompts[trainingCell-1] != before.Prompts[trainingCell-1]
	})
	t.Logf("10 steps and all that depends on the noise took %.1f s", time.Since(began).Seconds())
	p.picture(t, "moved")
	n := readNotebook(t, mixture)
	cells := graph.Of(n)
	for i, cell := range cells {
		depends := len(graph.Reached(cells, cell, []string{"noise"})) > 0 || i+1 == settingsCell
		if ran := after.Prompts[i] != before.Prompts[i]; ran != depends {
			t.Errorf("cell %d depends on the noise: %t, and has run again: %t", i+1, depends, ran)
		}
	}
	s := post(2000)
	s.Noise = 0.2
	if want := fmt.Sprintf("Final cost: %.4f", train(t, s)); !strings.Contains(p.cells(t).Text, want) {
		t.Errorf("the outputs do not say %q", want)
	}
	p.save(t)
	if saved := readNotebook(t, path); !strings.Contains(saved.Cells[3].Source+saved.Cells[2].Source, "const noise float64 = 0.2 ") {
		t.Error("the constant is not written into the cell")
	}
	// Undone in the cell, as what somebody has typed.
	p.click(t, fmt.Sprintf(`(//div[contains(@class,"jp-CodeCell")])[%d]//div[contains(@class,"cm-content")]`, settingsCell))
	for range 10 {
		p.press(t, "z", chromedp.ModifierCtrl)
	}
	p.stands(t, "the move cannot be undone", func(s standing) bool { return s.Value == "0.1" && len(s.marked()) > 0 })
	p.noErrors(t)
}

// testOutOfDate changes code by hand: what is out of date says so and why, is run by the button, and is remembered in the file.
func testOutOfDate(t *testing.T) {
	p, path := openSettings(t, mixture)
	edit := func(source string) { // the cell of the settings
		t.Helper()
		p.click(t, fmt.Sprintf(`(//div[contains(@class,"jp-CodeCell")])[%d]//div[contains(@class,"cm-content")]`, settingsCell))
		p.press(t, "a", chromedp.ModifierCtrl)
		p.insert(t, source)
	}
	own := settingsSource(t, mixture)
	cells := graph.Of(readNotebook(t, mixture))
	var depending []string // cells that have outputs and depend on the number of epochs
	for i, cell := range cells {
		if cell.Runs && len(graph.Reached(cells, cell, []string{"epochs"})) > 0 {
			depending = append(depending, fmt.Sprint(i+1))
		}
	}
	edit(strings.Replace(own, "= 2000 ", "= 300 ", 1))
	rightOnes := func(s standing) bool { return slices.Equal(s.marked(), depending) }
	wanted := fmt.Sprintf("out of date are not the cells %v", depending)
	s := p.stands(t, wanted, rightOnes)
	if why := s.Notes[depending[0]]; why != "Out of date: epochs has changed since it ran." {
		t.Errorf("it says %q", why)
	}
	if want := fmt.Sprintf("%d cells are out of date.", len(depending)); s.Count != want || s.Button != fmt.Sprintf("Run %d out of date", len(depending)) {
		t.Errorf("it says %q and %q", s.Count, s.Button)
	}
	// A comment changes nothing; what is no Go says so, and the controls stay.
	edit(own + "\n// a comment")
	p.stands(t, "a comment leaves cells out of date", func(s standing) bool { return len(s.Notes) == 0 && s.Button == "Up to date" })
	edit(strings.Replace(own, "float64 = 0.1", "float64 0.1", 1))
	p.stands(t, "the controls do not say what is wrong", func(s standing) bool {
		return strings.HasPrefix(s.Problem, "line 1: this is not Go") && s.Value == "0.1"
	})
	edit(strings.Replace(own, "= 2000 ", "= 300 ", 1))
	p.stands(t, wanted, rightOnes)
	p.picture(t, "out-of-date")
	p.save(t)
	if saved, err := os.ReadFile(path); err != nil || !strings.Contains(string(saved), "madeWith") {
		t.Errorf("what the outputs are made with is not saved: %v", err)
	}
	p.do(t, chromedp.Reload())
	s = p.stands(t, "opened again, "+wanted, rightOnes)
	p.click(t, `//*[@data-jp-item-name="mdn-run"]//*[contains(text(),"out of date")]`)
	after := p.stands(t, "what is out of date has not run", func(s standing) bool { return s.Button == "Up to date" && s.idle() && len(s.Notes) == 0 })
	ran := 0
	for i, prompt := range after.Prompts {
		if prompt != s.Prompts[i] {
			ran++
		}
	}
	if ran <= len(depending) || ran >= len(cells) {
		t.Errorf("%d of %d cells have run, and %d depend on the epochs", ran, len(cells), len(depending))
	}
	cost := post(300)
	if want := fmt.Sprintf("Final cost: %.4f", train(t, cost)); !strings.Contains(p.cells(t).Text, want) {
		t.Errorf("the outputs do not say %q", want)
	}
	p.noErrors(t)
}

// settingsSource is the source of the cell that declares a notebook's settings.
func settingsSource(t *testing.T, path string) string {
	t.Helper()
	for _, cell := range readNotebook(t, path).Cells {
		if cell.Tagged("parameters") {
			return cell.Source
		}
	}
	t.Fatalf("%s has no settings", path)
	return ""
}

// testRestarted restarts the kernel, and runs a cell that needs others: it says which, and one button runs those as well.
func testRestarted(t *testing.T) {
	path := untracked(t)
	writeNotebook(t, path, "const n int = 3", "func double(x int) int { return 2 * x }", "%%\nfmt.Println(\"twice\", double(n))", "%%\nfmt.Println(1)")
	p := openNotebook(t, path)
	p.stands(t, "the notebook is not watched", func(s standing) bool { return s.Button == "Up to date" })
	p.click(t, `(//div[contains(@class,"jp-CodeCell")])[3]//div[contains(@class,"cm-content")]`)
	p.press(t, kb.Enter, chromedp.ModifierCtrl)
	s := p.stands(t, "the cell does not say what it lacks", func(s standing) bool { return len(s.Notes) > 0 })
	want := map[string]string{"3": "Out of date: double and n are declared in cells that have not run in this kernel: Run > Run All Above Selected Cell."}
	if fmt.Sprint(s.Notes) != fmt.Sprint(want) {
		t.Errorf("it says %q", s.Notes)
	}
	p.picture(t, "undeclared")
	p.click(t, `//*[@data-jp-item-name="mdn-run"]//*[contains(text(),"out of date")]`)
	s = p.stands(t, "what it lacks has not run", func(s standing) bool { return len(s.Notes) == 0 && s.idle() && s.Prompts[0] != "[ ]:" })
	if text := p.cells(t).Text; !strings.Contains(text, "twice 6") || s.Prompts[3] != "[ ]:" {
		t.Errorf("it prints %q, and the cells are %q", text, s.Prompts)
	}
	p.noErrors(t)
}

// testOnEveryChange chooses that what is out of date runs by itself.
func testOnEveryChange(t *testing.T) {
	path := untracked(t)
	writeNotebook(t, path, "%parameters const n int = 3 // [1, 9] a number", "%%\nfmt.Println(\"n is\", n)", "%%\nfmt.Println(\"alone\")")
	p := openNotebook(t, path)
	p.stands(t, "there are no controls", func(s standing) bool { return s.Value == "3" })
	p.runAll(t)
	p.click(t, `//p[contains(@class,"mdn-choice")]//input`)
	p.click(t, `(//div[contains(@class,"jp-CodeCell")])[1]//div[contains(@class,"cm-content")]`)
	p.press(t, "a", chromedp.ModifierCtrl)
	p.insert(t, "const n int = 4 // [1, 9] a number")
	s := p.stands(t, "the change is not run", func(s standing) bool {
		return s.idle() && len(s.Notes) == 0 && strings.Contains(p.cells(t).Text, "n is 4")
	})
	if s.Value != "4" || s.Prompts[2] != "[3]:" {
		t.Errorf("the control has %s, and the cells are %q", s.Value, s.Prompts)
	}
	p.click(t, `//p[contains(@class,"mdn-choice")]//input`) // kept in the user's settings
	p.noErrors(t)
}

// testScriptsAgree compares what the browser says is out of date after a move with what the graph says, for every setting of every notebook.
func testScriptsAgree(t *testing.T) {
	p := openNotebook(t, filepath.Join(root(t), "notebooks", paths(t)[0]))
	for _, path := range paths(t) {
		n := readNotebook(t, path)
		all, err := settings.Of(n)
		if err != nil {
			t.Fatal(err)
		}
		cells := graph.Of(n)
		encoded, err := json.Marshal(cells)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range all {
			var want []string
			for _, cell := range cells {
				if len(graph.Reached(cells, cell, []string{s.Name})) > 0 {
					want = append(want, cell.ID)
				}
			}
			got, err := chromedp.Run(p, chromedp.Evaluate[[]string](fmt.Sprintf(`(async () => {
				const { madeWith, tableOf, differences } = await import("/lab/extensions/mdn/static/dependence.js");
				const cells = %s, moved = structuredClone(cells);
				for (const d of moved.flatMap(cell => cell.declares)) if (d.name === %q) d.code = "moved";
				const made = (all, i) => madeWith(all[i], tableOf(all, all[i]));
				return cells.filter((_, i) => differences(made(cells, i), made(moved, i)).length > 0).map(cell => cell.id);
			})()`, encoded, s.Name), chromedp.EvalAwaitPromise))
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(got, want) {
				t.Errorf("%s: with another %s cells %v are out of date, want %v", path, s.Name, got, want)
			}
		}
	}
	p.noErrors(t)
}

// testSettingsAreAccessible asks axe-core of the extension's own parts, in both themes.
func testSettingsAreAccessible(t *testing.T) {
	p, _ := openSettings(t, mixture)
	p.click(t, fmt.Sprintf(`(//div[contains(@class,"jp-CodeCell")])[%d]//div[contains(@class,"cm-content")]`, trainingCell))
	p.press(t, kb.End, chromedp.ModifierCtrl)
	p.insert(t, "\nfmt.Println()")
	p.stands(t, "nothing is out of date", func(s standing) bool { return len(s.Notes) == 1 })
	p.inThemes(t, func(theme string, _ bool) {
		p.checkAccessibleIn(t, theme, ".mdn-form, .mdn-note")
		p.picture(t, theme)
	})
}

// testGraphIsGuarded asks the server for what cells depend on, with and without the token, and with what is no notebook.
func testGraphIsGuarded(t *testing.T) {
	l := theLab(t)
	for _, test := range []struct {
		token, body string
		status      int
		want        string
	}{
		{l.Token, `{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": []}`, http.StatusOK, `"cells": []`},
		{l.Token, `{}`, http.StatusBadRequest, "it has no nbformat"},
		{"wrong", `{}`, http.StatusForbidden, ""},
	} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, l.URL+"mdn/graph", strings.NewReader(test.body))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Authorization", "token "+test.token)
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(response.Body)
		response.Body.Close()
		if err != nil || response.StatusCode != test.status || !strings.Contains(string(body), test.want) {
			t.Errorf("with the token %q, %s gives %s: %s (%v)", test.token, test.body, response.Status, body, err)
		}
	}
}
