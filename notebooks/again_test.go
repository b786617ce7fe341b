package notebooks_test

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"mdn/kernel-setup/program"
	"mdn/kernel-setup/settings"
	"mdn/notebooks/page/build"
)

// again is a page that runs again, in a browser. await returns the result of an expression as JSON, after the promise that it is.
type again interface {
	await(t *testing.T, expression string) string
}

// awaited is what an expression is on a page.
func awaited[T any](t *testing.T, a again, expression string) (result T) {
	t.Helper()
	if err := json.Unmarshal([]byte(a.await(t, expression)), &result); err != nil {
		t.Fatal(err)
	}
	return result
}

func (p *page) await(t *testing.T, expression string) string {
	t.Helper()
	script := fmt.Sprintf("(async () => JSON.stringify(await (%s)) ?? 'null')()", expression)
	result, err := chromedp.Run(p, chromedp.Evaluate[string](script, chromedp.EvalAwaitPromise))
	if err != nil {
		p.picture(t, "failed")
		t.Fatalf("%s: %v", expression, err)
	}
	return result
}

// checked is what tutorial.check returns, and recomputed what tutorial.run does.
type (
	checked struct {
		Outputs, Equal int
		Different      []int
		Seconds        float64
	}
	recomputed struct {
		Outputs    []cellOutputs
		Recomputed int
		Failed     []int
		Seconds    float64
	}
	cellOutputs struct {
		Cell  int
		Items []build.Item
	}
)

// TestAgain has every page prove itself, in each browser, from its file and without a network; and compares what it shows with other
// settings with what the program shows as it is compiled for this machine.
func TestAgain(t *testing.T) {
	folder := pages(t)
	for _, path := range paths(t) {
		name := strings.TrimSuffix(filepath.Base(path), ".ipynb")
		file := filepath.Join(folder, name+".html")
		t.Run(name, func(t *testing.T) {
			cheap := !slices.Contains([]string{"04-other-noise", "05-more-than-one-answer"}, name)
			t.Run("Chromium", func(t *testing.T) {
				p := openPage(t, fileAddress(file), 1280, 900)
				checkProof(t, p)
				if cheap || full() {
					checkMoved(t, p, path)
					checkOtherSettings(t, p, path)
				}
				if slices.Contains(inEachEngine, name) {
					p.checkStates(t, fileAddress(file))
				}
				p.noErrors(t)
			})
			if !full() && !slices.Contains(inEachEngine, name) {
				return
			}
			t.Run("Firefox", func(t *testing.T) {
				f := openFirefox(t, file)
				checkProof(t, f)
				if cheap {
					checkMoved(t, f, path)
				}
				for _, message := range f.console {
					t.Errorf("the browser's console says: %s", message)
				}
			})
			t.Run("WebKit", func(t *testing.T) {
				w := openWebKit(t, file)
				checkProof(t, w)
				if cheap {
					checkMoved(t, w, path)
				}
			})
		})
	}
}

// inEachEngine are the pages that every engine tries when the long tests do not run.
var inEachEngine = []string{"03-mixture-density-network", "07-real-data"}

func fileAddress(path string) string {
	return (&url.URL{Scheme: "file", Path: filepath.ToSlash(path)}).String()
}

// checkProof has the page compute everything anew, and compare it.
func checkProof(t *testing.T, a again) {
	t.Helper()
	all := awaited[checked](t, a, "tutorial.check()")
	if all.Outputs == 0 || all.Equal != all.Outputs || len(all.Different) > 0 {
		t.Errorf("of %d outputs %d are computed with the same digits; others are in cells %v", all.Outputs, all.Equal, all.Different)
	}
	t.Logf("%d outputs in %.1f s", all.Outputs, all.Seconds)
}

// checkMoved moves a setting there and back: the seed, or where there is none the first.
func checkMoved(t *testing.T, a again, path string) {
	t.Helper()
	all, err := settings.Of(readNotebook(t, path))
	if err != nil {
		t.Fatal(err)
	}
	s := all[max(0, slices.IndexFunc(all, func(s settings.Setting) bool { return s.Name == "seed" }))]
	asked, err := json.Marshal(map[string]string{s.Name: otherValues(s)[0]})
	if err != nil {
		t.Fatal(err)
	}
	before := awaited[string](t, a, outputsHTML)
	moved := awaited[recomputed](t, a, fmt.Sprintf("tutorial.run(%s)", asked))
	if moved.Recomputed == 0 || len(moved.Failed) > 0 {
		t.Errorf("with %s %d cells are recomputed, and cells %v fail", asked, moved.Recomputed, moved.Failed)
	}
	if awaited[string](t, a, outputsHTML) == before {
		t.Errorf("with %s everything is as it was", asked)
	}
	a.await(t, "tutorial.reset()")
	if awaited[string](t, a, outputsHTML) != before {
		t.Error("the text does not come back as it was")
	}
	t.Logf("with %s %d cells in %.1f s", asked, moved.Recomputed, moved.Seconds)
}

// outputsHTML is what cells show, but for what trains by itself.
const outputsHTML = `[...document.querySelectorAll(".outputs > :not(.live)")].map(output => output.outerHTML).join("")`

// checkOtherSettings compares what the page shows with other values with what the program shows on this machine: one value of one
// setting, or, of the long tests, two of each. With few epochs and folds, as that takes long.
func checkOtherSettings(t *testing.T, p *page, path string) {
	t.Helper()
	all, merged, built := programOf(t, path)
	quick := map[string]string{"epochs": "20", "folds": "2"}
	values := map[string]string{}
	for _, s := range all {
		values[s.Name] = cmp.Or(quick[s.Name], s.Default)
	}
	for _, s := range all {
		for i, other := range otherValues(s) {
			if !full() && (i > 0 || s.Name != "noise" && s.Name != "components") {
				continue
			}
			t.Run(s.Name+"="+other, func(t *testing.T) {
				asked := maps.Clone(values)
				asked[s.Name] = other
				own := map[string]any{}
				for _, s := range all {
					own[s.Name] = valueOf(s, asked[s.Name])
				}
				shown, failed, err := built.Run(t.Context(), filepath.Dir(path), own, len(merged.Cells))
				if err != nil {
					t.Fatal(err)
				}
				encoded, err := json.Marshal(asked)
				if err != nil {
					t.Fatal(err)
				}
				result := awaited[recomputed](t, p, fmt.Sprintf("tutorial.run(%s)", encoded))
				want := 0
				for k, cell := range merged.Cells {
					if !slices.ContainsFunc(cell.Settings, func(name string) bool { return name == s.Name || quick[name] != "" }) {
						continue
					}
					want++
					i := slices.IndexFunc(result.Outputs, func(o cellOutputs) bool { return o.Cell == cell.Number })
					switch {
					case failed[k+1] != nil != slices.Contains(result.Failed, cell.Number):
						t.Errorf("cell %d fails in the page or here (%v), and not in both", cell.Number, failed[k+1])
					case i < 0:
						t.Errorf("cell %d is not recomputed", cell.Number)
					case failed[k+1] == nil:
						if difference := build.Difference(shown[k+1], result.Outputs[i].Items); difference != "" {
							t.Errorf("cell %d: %s", cell.Number, difference)
						}
					}
				}
				if result.Recomputed != want {
					t.Errorf("%d cells are recomputed, and %d depend on %s or on what makes it quick", result.Recomputed, want, s.Name)
				}
			})
		}
	}
	p.await(t, "tutorial.reset()")
}

// programOf returns the settings of a notebook, and its program, built for this machine.
func programOf(t *testing.T, path string) ([]settings.Setting, *program.Program, *build.Built) {
	t.Helper()
	n := readNotebook(t, path)
	all, err := settings.Of(n)
	if err != nil {
		t.Fatal(err)
	}
	merged, err := program.Of(n)
	if err != nil {
		t.Fatal(err)
	}
	built, err := build.Program(t.Context(), root(t), merged)
	if err != nil {
		t.Fatal(err)
	}
	return all, merged, built
}

// valueOf is a value as the program takes it.
func valueOf(s settings.Setting, text string) any {
	if s.Type == "string" {
		return text
	}
	return json.RawMessage(text)
}

// otherValues are two that a setting can have as well, none where it can be any text.
func otherValues(s settings.Setting) []string {
	switch {
	case s.Name == "epochs":
		return []string{"50", "10"}
	case s.Name == "samples":
		return []string{"100", "200"}
	case s.Range != nil:
		var other []string
		for _, text := range []string{s.Range.Low, "3", "0.3", "0.001", "2"} {
			if value, err := s.Read(text); err == nil && value != s.Default && len(other) < 2 && !slices.Contains(other, value) {
				other = append(other, value)
			}
		}
		return other
	case s.Choices != nil:
		other := slices.DeleteFunc(slices.Clone(s.Choices), func(value string) bool { return value == s.Default })
		return other[:min(2, len(other))]
	}
	return nil
}

// checkStates looks for what keeps people out in each of the states that outputs can be in, on a phone and on a desk, by day and by night.
func (p *page) checkStates(t *testing.T, address string) {
	t.Helper()
	for _, width := range []int64{360, 1280} {
		for _, scheme := range []string{"light", "dark"} {
			if !full() && (width == 360) != (scheme == "dark") {
				continue
			}
			where := fmt.Sprintf(", %d pixels wide, %s", width, scheme)
			p.show(t, address, width, scheme)
			p.await(t, "tutorial.run({seed: 3})")
			p.picture(t, fmt.Sprintf("recomputed-%d-%s", width, scheme))
			p.checkAccessible(t, "recomputed"+where)
			eval[bool](t, p, `{ tutorial.run({seed: 4}); document.querySelector('.again-bar button[name="stop"]').click(); true }`)
			p.checkAccessible(t, "waiting"+where)
		}
	}
}

// TestWrongDigit changes one digit of a page, and has the page find it.
func TestWrongDigit(t *testing.T) {
	folder := pages(t)
	content, err := os.ReadFile(filepath.Join(folder, "01-data.html"))
	if err != nil {
		t.Fatal(err)
	}
	const right, wrong = "0.1047", "0.1048" // a floor
	if bytes.Count(content, []byte("<td>"+right+"</td>")) != 1 {
		t.Fatalf("the page has not got the number %s once", right)
	}
	path := filepath.Join(t.TempDir(), "wrong.html")
	if err := os.WriteFile(path, bytes.Replace(content, []byte("<td>"+right+"</td>"), []byte("<td>"+wrong+"</td>"), 1), 0o644); err != nil {
		t.Fatal(err)
	}
	p := openPage(t, fileAddress(path), 1280, 900)
	if all := awaited[checked](t, p, "tutorial.check()"); all.Equal != all.Outputs-1 || len(all.Different) != 1 {
		t.Errorf("of %d outputs %d are the same, and others are in cells %v", all.Outputs, all.Equal, all.Different)
	}
	p.noErrors(t)
}
