package notebooks_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"go/version"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	cdpage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"mdn/mdnlib"
	"mdn/mdnlib/figure"
	"mdn/notebooks/page/build"
)

// post are the settings of notebook 3, but for the number of epochs.
func post(epochs int) figure.LiveSettings {
	return figure.LiveSettings{Law: "growing", Noise: 0.1, Grid: 21, Samples: 50, Seed: 1,
		Network:  mdnlib.Network{Hidden: []int{12, 12, 12}, Head: mdnlib.GaussianHead{}},
		Training: mdnlib.Settings{Epochs: epochs, Batch: 50, Adam: mdnlib.Adam{Rate: 0.0003}, Seed: 1}}
}

// train is what the live part promises to do, done by the library, here.
func train(t *testing.T, s figure.LiveSettings) (cost float64) {
	t.Helper()
	law, err := mdnlib.LawByName(s.Law, s.Noise)
	if err != nil {
		t.Fatal(err)
	}
	data := mdnlib.Sample(law.Law, mdnlib.Repeat(mdnlib.Grid(law.From, law.To, s.Grid), s.Samples), s.Seed).Shuffle(s.Seed)
	if s.Law == "inverse" {
		data = law.Sample(s.Grid*s.Samples, s.Seed)
	}
	history, err := mdnlib.Fit(context.Background(), mdnlib.New(s.Network, s.Seed), data, s.Training)
	if err != nil {
		t.Fatal(err)
	}
	return history.Final()
}

// buildLive builds the live part into a folder and returns it.
func buildLive(folder string) ([]byte, error) {
	if output, err := exec.Command("go", "run", "./live/build", "-o", folder).CombinedOutput(); err != nil {
		return nil, fmt.Errorf("%w: %s", err, output)
	}
	return os.ReadFile(filepath.Join(folder, "live.html"))
}

var builtLive = sync.OnceValues(func() ([]byte, error) {
	folder, err := os.MkdirTemp("", "mdn-live-*")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	return buildLive(folder)
})

func liveFragment(t *testing.T) string {
	t.Helper()
	fragment, err := builtLive()
	if err != nil {
		t.Fatal(err)
	}
	return string(fragment)
}

// TestLiveBuild checks that two builds are the same bytes, with nothing of this machine in them, and the size of the file; and that
// it holds a program with SIMD where this Go can compile one.
func TestLiveBuild(t *testing.T) {
	fragment := liveFragment(t)
	again, err := buildLive(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if fragment != string(again) {
		t.Error("two builds differ")
	}
	most := 1_400_000
	simd := strings.Contains(runtime.Version(), "simd") && version.Compare(runtime.Version(), "go1.27") >= 0 // go1.27.4-X:simd
	if simd {
		most = 1_550_000
	}
	if got := livePart(t, "simd") != ""; got != simd {
		t.Errorf("the live part has a program with SIMD: %t, want %t", got, simd)
	}
	if bytes.Contains(unpack(t, livePart(t, bestKernels(t))), []byte(root(t))) {
		t.Error("the program contains the path of this checkout")
	}
	t.Logf("the live part has %d bytes", len(fragment))
	if len(fragment) > most {
		t.Errorf("the live part has %d bytes, and should have at most %d", len(fragment), most)
	}
	if n := strings.Count(fragment, `{"live":"settings"}`); n != 1 {
		t.Errorf("the placeholder for the settings is there %d times", n)
	}
}

// livePart returns the text of an element of the live part: worker, or a packed program, simd or plain, or what makes that of it.
func livePart(t *testing.T, name string) string {
	t.Helper()
	_, after, found := strings.Cut(liveFragment(t), `class="live-`+name+`">`)
	content, _, ended := strings.Cut(after, "</script>")
	if !found || !ended {
		t.Fatalf("the fragment has no element live-%s", name)
	}
	return content
}

// unpack unpacks a program.
func unpack(t *testing.T, packed string) []byte {
	t.Helper()
	program, err := build.Unpack(packed)
	if err != nil {
		t.Fatal(err)
	}
	return program
}

// withoutSIMD makes a worker take its browser for one that has no SIMD.
const withoutSIMD = "WebAssembly.validate = () => false;\n"

// runLive runs the worker in Node as a page does. It begins each training twice, to drop the first, and prints which kernels ran,
// the number of epochs and the final cost.
const runLive = `
const { worker, programs, settings } = JSON.parse(require("fs").readFileSync(process.argv[2]));
let run = 0, kernels, costs, done;
globalThis.postMessage = ({ failure, setting, report, run: number }) => {
	if (failure) throw new Error(failure);
	if (number !== run) return;
	if (setting) ({ kernels } = setting);
	if (report) costs.push(...report.costs);
	if (report?.done) done();
};
globalThis.onmessage = null;
require("vm").runInThisContext(worker);
onmessage({ data: programs });
(async () => {
	for (const begin of settings) {
		onmessage({ data: { begin, run: ++run } });
		costs = [];
		run++;
		await new Promise((resolve) => {
			done = resolve;
			onmessage({ data: { begin, run } });
		});
		console.log(kernels, costs.length, costs.at(-1));
	}
	process.exit();
})();
`

// TestLiveDigits compares the final costs, to the last bit, with the library's: those of the program that Node takes by itself, and
// those of the plain one.
func TestLiveDigits(t *testing.T) {
	node := os.Getenv("MDN_NODE")
	if node == "" {
		t.Skip("no Node.js; go run ./kernel-setup test looks for it")
	}
	var all []figure.LiveSettings
	var want []float64
	add := func(s figure.LiveSettings) {
		all, want = append(all, s), append(want, train(t, s))
	}
	for _, name := range mdnlib.Laws(0) {
		for _, head := range []mdnlib.Head{mdnlib.GaussianHead{}, mdnlib.MixtureHead{K: 3}} {
			s := post(100)
			s.Law, s.Network.Head, s.Seed, s.Training.Seed = name.Name, head, 3, 4
			add(s)
		}
	}
	for _, s := range otherTexts() {
		add(s)
	}
	script := filepath.Join(t.TempDir(), "run.js")
	if err := os.WriteFile(script, []byte(runLive), 0o644); err != nil {
		t.Fatal(err)
	}
	for kernels, before := range map[string]string{bestKernels(t): "", "plain": withoutSIMD} {
		t.Run(kernels, func(t *testing.T) {
			content, err := json.Marshal(map[string]any{
				"worker":   before + livePart(t, "worker"),
				"programs": map[string]string{"plain": livePart(t, "plain"), "simd": livePart(t, "simd")},
				"settings": all,
			})
			if err != nil {
				t.Fatal(err)
			}
			input := filepath.Join(t.TempDir(), "input.json")
			if err := os.WriteFile(input, content, 0o644); err != nil {
				t.Fatal(err)
			}
			output, err := exec.Command(node, script, input).CombinedOutput()
			if err != nil {
				t.Fatalf("%v: %s", err, output)
			}
			lines := strings.Split(strings.TrimSpace(string(output)), "\n")
			if len(lines) != len(all) {
				t.Fatalf("Node prints %s", output)
			}
			for i, s := range all {
				var ran string
				var epochs int
				var cost float64
				if _, err := fmt.Sscan(lines[i], &ran, &epochs, &cost); err != nil {
					t.Fatalf("Node prints %s: %v", lines[i], err)
				}
				if ran != kernels || epochs != s.Training.Epochs || cost != want[i] {
					t.Errorf("%s with %+v: cost %v after %d epochs of %s kernels, the library's is %v after %d; want %s kernels",
						s.Law, s.Network, cost, epochs, ran, want[i], s.Training.Epochs, kernels)
				}
			}
		})
	}
}

// bestKernels returns what the live part trains with in a browser that has SIMD.
func bestKernels(t *testing.T) string {
	t.Helper()
	if livePart(t, "simd") == "" {
		return "plain"
	}
	return "simd"
}

// writeLive writes a page that holds the live part and nothing else, and returns its path.
func writeLive(t *testing.T, s figure.LiveSettings) string {
	t.Helper()
	settings, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "page.html")
	content := `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Live</title>
<style>:root { color-scheme: light dark } body { max-width: 46rem; margin: 1rem auto; padding: 0 1rem }</style>
<main><h1>The live part</h1>` + strings.Replace(liveFragment(t), `{"live":"settings"}`, string(settings), 1) + `</main></html>`
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// livePage is such a page, opened from its file in Chromium.
type livePage struct {
	*page
	mu       sync.Mutex
	requests []string
	messages []string
}

// openLive opens the page; before it does, it calls prepare with the browser's tab.
func openLive(t *testing.T, s figure.LiveSettings, width, height int, prepare func(ctx context.Context) error) *livePage {
	t.Helper()
	path := writeLive(t, s)
	p := &livePage{page: openPage(t, "about:blank", width, height)}
	note := func(list *[]string, what string) {
		p.mu.Lock()
		defer p.mu.Unlock()
		*list = append(*list, what)
	}
	requests := chromedp.Events(p.Context, network.RequestWillBeSent)
	go func() {
		for event, err := range requests {
			if err != nil {
				return
			}
			if r := event.Request.URL; !strings.HasPrefix(r, "file:") && !strings.HasPrefix(r, "blob:null/") {
				note(&p.requests, r)
			}
		}
	}()
	messages := chromedp.Console(p.Context)
	go func() {
		for message, err := range messages {
			if err != nil {
				return
			}
			note(&p.messages, message.String())
		}
	}()
	everything := network.SetBlockedURLsParams{URLPatterns: []*network.BlockPattern{
		{URLPattern: "http://*:*/*", Block: true}, {URLPattern: "https://*:*/*", Block: true},
	}}
	if _, err := chromedp.Call(p.Context, network.SetBlockedURLs, everything); err != nil {
		t.Fatal(err)
	}
	if prepare != nil {
		if err := prepare(p.Context); err != nil {
			t.Fatal(err)
		}
	}
	p.do(t, chromedp.EmulateViewport(int64(width), int64(height)), chromedp.Navigate((&url.URL{Scheme: "file", Path: path}).String()))
	return p
}

// start has it train, which it does not do unasked.
func (p *livePage) start(t *testing.T) {
	t.Helper()
	p.until(t, "the data", func(l live) bool { return strings.Contains(l.Label, "samples") })
	if l := p.look(t); l.State != "waiting" || l.Button != "Start" {
		t.Errorf("before it starts it is %s, with the button %q", l.State, l.Button)
	}
	p.do(t, chromedp.Click(chromedp.CSS(`.live button[name="pause"]`)))
}

// quiet fails the test if the page has asked for anything, or said anything on the console.
func (p *livePage) quiet(t *testing.T) {
	t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.requests) > 0 {
		t.Errorf("the page makes %d requests, the first for %s", len(p.requests), p.requests[0])
	}
	if len(p.messages) > 0 {
		t.Errorf("the page says %d things on the console, the first %s", len(p.messages), p.messages[0])
	}
}

// live is what the live part shows.
type live struct {
	State, Kernels, Result, Progress, Button, Label string
	Focus                                           string // name of the control that has the focus
	Values                                          map[string]string
	Curve                                           string // the learned mean, as drawn
}

func (p *livePage) look(t *testing.T) live {
	t.Helper()
	return eval[live](t, p.page, `(() => {
		const find = (selector) => document.querySelector(".live " + selector);
		const controls = find(".live-controls").elements;
		return {
			State: document.querySelector(".live").dataset.state,
			Kernels: document.querySelector(".live").dataset.kernels || "",
			Result: find(".live-result").textContent,
			Progress: find(".live-progress").textContent,
			Button: controls.pause.textContent,
			Label: find(".live-fit .moving").getAttribute("aria-label") || "",
			Focus: document.activeElement.name || document.activeElement.localName,
			Values: Object.fromEntries(["law", "noise", "samples", "components", "epochs", "seed", "rate"].map((name) => [name, controls[name].value])),
			Curve: find(".live-fit .moving .predicted")?.getAttribute("d") || "",
		};
	})()`)
}

// until waits until what is shown is as wanted.
func (p *livePage) until(t *testing.T, what string, wanted func(live) bool) live {
	t.Helper()
	var seen live
	if err := poll(p.Context, func() bool { seen = p.look(t); return wanted(seen) }); err != nil {
		p.picture(t, "live-failed")
		t.Fatalf("%s does not come: %+v", what, seen)
	}
	return seen
}

func in(state string) func(live) bool { return func(l live) bool { return l.State == state } }

func (p *livePage) press(t *testing.T, keys ...string) {
	t.Helper()
	for _, key := range keys {
		p.do(t, chromedp.KeyEvent(key))
	}
}

// TestLive trains as the text does, from the file alone, to the number that the library arrives at here, with SIMD and
// in a browser that has none.
func TestLive(t *testing.T) {
	s := post(2000)
	s.FinalCost = fmt.Sprintf("%.4f", train(t, s))
	for _, test := range []struct {
		name, scheme  string
		width, height int
		kernels       string
		script        string // that runs in the page before its own
	}{
		{"desktop", "light", 1280, 1000, bestKernels(t), ""},
		{"phone", "dark", 360, 1500, bestKernels(t), ""},
		{"no-SIMD", "light", 1280, 1000, "plain", `
			const Whole = Blob; // of the worker's text
			Blob = function (parts, options) { return new Whole([` + strconv.Quote(withoutSIMD) + `, ...parts], options); };`},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := openLive(t, s, test.width, test.height, func(ctx context.Context) error {
				_, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
					Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: test.scheme}}})
				if err == nil {
					_, err = chromedp.Call(ctx, cdpage.AddScriptToEvaluateOnNewDocument,
						cdpage.AddScriptToEvaluateOnNewDocumentParams{Source: test.script})
				}
				return err
			})
			p.start(t)
			l := p.until(t, "the end of training", in("done"))
			if want := fmt.Sprintf("The text’s final cost is %s, here %[1]s", s.FinalCost); !strings.Contains(l.Result, want) {
				t.Errorf("it says %q, and should say %q", l.Result, want)
			}
			if l.Kernels != test.kernels {
				t.Errorf("it trains with %s kernels, want %s", l.Kernels, test.kernels)
			}
			l = p.until(t, "a description", func(l live) bool { return strings.Contains(l.Label, "Learned") })
			if want := "1050 samples, x from 1 to 5, y from −0.8228 to 4.947."; !strings.Contains(l.Label, want) {
				t.Errorf("the chart's description is %q, and should contain %q", l.Label, want)
			}
			if l.Curve == "" {
				t.Error("the learned mean is not drawn")
			}
			if width := eval[int](t, p.page, `document.documentElement.scrollWidth`); width > test.width {
				t.Errorf("the page is %d pixels wide on a screen of %d", width, test.width)
			}
			t.Log(eval[[]string](t, p.page, `performance.getEntriesByType("mark").map((m) => m.name + " at " + Math.round(m.startTime) + " ms")`))
			p.picture(t, "live-"+test.name)
			p.quiet(t)
		})
	}
}

// otherTexts are of other networks than the post's, trained in other ways.
func otherTexts() (texts []figure.LiveSettings) {
	for _, head := range []mdnlib.Head{
		mdnlib.GaussianHead{}, mdnlib.GaussianHead{Scale: mdnlib.Softplus, Floor: 0.05, Beta: 0.5, MeanFirst: 20}, mdnlib.MixtureHead{K: 3, Floor: 0.01},
		mdnlib.MeanHead{},
	} {
		s := post(100)
		s.Network = mdnlib.Network{Hidden: []int{24, 24}, Head: head}
		s.Training.Batch, s.Training.Adam = 35, mdnlib.Adam{Rate: 0.002, Beta2: 0.99, Textbook: true}
		s.Training.Standardise, s.Training.Anneal, s.Training.Clip, s.Training.Seed = true, true, 1, 7
		texts = append(texts, s)
	}
	return texts
}

// TestLiveIsTheText gives the page other networks than the post's, trained in other ways: it must arrive at the text's cost. With
// another number of components the rest stays as in the text.
func TestLiveIsTheText(t *testing.T) {
	for _, s := range otherTexts() {
		s.FinalCost = fmt.Sprintf("%.4f", train(t, s))
		p := openLive(t, s, 1280, 1000, nil)
		p.start(t)
		l := p.until(t, "the end of training", in("done"))
		if want := strings.ReplaceAll(fmt.Sprintf("The text’s final cost is %s, here %[1]s: the same digits.", s.FinalCost), "-", "−"); !strings.Contains(l.Result, want) {
			t.Errorf("with %+v it says %q, and should say %q", s.Network, l.Result, want)
		}
		for components, head := range map[int]mdnlib.Head{1: mdnlib.GaussianHead{}, 2: mdnlib.MixtureHead{K: 2}} {
			if l.Values["components"] == strconv.Itoa(components) {
				continue // the text's head
			}
			eval[int](t, p.page, fmt.Sprintf(`(() => {
				const control = document.querySelector("#live-components");
				control.value = %d;
				control.dispatchEvent(new Event("input", { bubbles: true }));
				return 0;
			})()`, components))
			s.Network.Head = head
			want := strings.ReplaceAll(fmt.Sprintf("The final cost is %.4f", train(t, s)), "-", "−")
			p.until(t, "the cost of "+strconv.Itoa(components)+" components, "+want,
				func(l live) bool { return l.State == "done" && strings.Contains(l.Result, want) })
		}
		p.quiet(t)
	}
}

// TestLiveControls uses every control by the keyboard alone.
func TestLiveControls(t *testing.T) {
	p := openLive(t, post(5000), 1280, 1000, nil)
	p.until(t, "the data", func(l live) bool { return l.State == "waiting" && strings.Contains(l.Label, "samples") })
	for _, name := range []string{"law", "noise", "samples", "components", "epochs", "seed", "rate", "pause", "again", "text"} {
		p.press(t, kb.Tab)
		if l := p.look(t); l.Focus != name {
			t.Fatalf("the Tab key leads to %q, and should lead to %q", l.Focus, name)
		}
	}
	outline := eval[string](t, p.page, `getComputedStyle(document.activeElement).outlineStyle`)
	if outline != "solid" {
		t.Errorf("the focus is shown with the outline %q", outline)
	}
	back := func(times int) {
		for range times {
			p.do(t, chromedp.KeyEvent(kb.Tab, chromedp.KeyModifiers(chromedp.ModifierShift)))
		}
	}

	back(2) // to Start
	p.press(t, kb.Enter)
	p.until(t, "training", func(l live) bool { return l.State == "training" && l.Curve != "" })
	p.press(t, kb.Enter)
	stopped := p.until(t, "a stop", in("stopped"))
	if stopped.Button != "Go on" {
		t.Errorf("a stopped training has the button %q", stopped.Button)
	}
	p.press(t, kb.Enter)
	p.until(t, "more epochs", func(l live) bool { return l.State == "training" && l.Progress != stopped.Progress })
	p.press(t, kb.Enter)
	p.until(t, "another stop", in("stopped"))
	p.press(t, kb.Tab, kb.Enter) // Start over
	p.until(t, "training from the start", in("training"))

	back(7) // to the noise
	p.press(t, kb.ArrowRight, kb.ArrowRight)
	if l := p.until(t, "training with more noise", in("training")); l.Values["noise"] != "0.12" {
		t.Errorf("two steps to the right move the noise to %s", l.Values["noise"])
	}
	back(1)
	p.press(t, "i") // the law that begins with it
	l := p.until(t, "another law", func(l live) bool { return strings.Contains(l.Label, "three answers") })
	if l.Values["law"] != "inverse" {
		t.Errorf("the law is %q", l.Values["law"])
	}
	p.press(t, kb.Tab, kb.Tab, kb.Tab, kb.ArrowRight) // components
	p.until(t, "a mixture", func(l live) bool { return strings.Contains(l.Label, "2 components together") })
	p.press(t, kb.Tab, kb.Home) // as few epochs as there are
	if l := p.until(t, "the end", in("done")); !strings.Contains(l.Result, "Done after 100 epochs") || strings.Contains(l.Result, "text’s") {
		t.Errorf("in the end it says %q", l.Result)
	}
	p.press(t, kb.Tab, "7")
	p.until(t, "another seed", func(l live) bool {
		return l.Values["seed"] == "17" || l.Values["seed"] == "71" || l.Values["seed"] == "7"
	})
	p.press(t, kb.Tab, kb.Home, "0") // the rate: 00.0003
	p.until(t, "training at another rate", in("training"))
	p.press(t, kb.Tab, kb.Tab, kb.Tab, kb.Enter) // As in the text
	l = p.until(t, "the text's settings", func(l live) bool { return l.State == "training" && l.Values["law"] == "growing" })
	for name, want := range map[string]string{"noise": "0.1", "samples": "50", "components": "1", "epochs": "5000", "seed": "1", "rate": "0.0003"} {
		if l.Values[name] != want {
			t.Errorf("back in the text, %s is %q, want %q", name, l.Values[name], want)
		}
	}
	p.quiet(t)
}

// TestLiveRestarts moves a slider faster than anything can train: what is shown in the end is the last value's. In full it does so until
// there have been more than a thousand restarts, after which the page holds no more than after the first fifty.
func TestLiveRestarts(t *testing.T) {
	s := post(100)
	p := openLive(t, s, 1280, 1000, nil)
	p.start(t)
	p.until(t, "the end", in("done"))
	move := func() {
		eval[int](t, p.page, `(() => {
			const noise = document.querySelector("#live-noise");
			for (let i = 1; i <= 50; i++) {
				noise.value = i / 100;
				noise.dispatchEvent(new Event("input", { bubbles: true }));
			}
			return 0;
		})()`)
	}
	move()
	s.Noise = 0.5
	want := strings.ReplaceAll(fmt.Sprintf("The final cost is %.4f", train(t, s)), "-", "−")
	ended := func() {
		t.Helper()
		p.until(t, "the last value's cost, "+want, func(l live) bool { return l.State == "done" && strings.Contains(l.Result, want) })
	}
	ended()
	if full() {
		before := p.held(t)
		for range 22 {
			move()
			ended()
		}
		if after := p.held(t); after > 1.2*before+1e6 {
			t.Errorf("after 1150 restarts the page holds %.0f bytes, and after the first 50 %.0f", after, before)
		}
	}
	p.quiet(t)
}

// TestLiveStaysStill checks that nothing moves unasked for who does not want that.
func TestLiveStaysStill(t *testing.T) {
	p := openLive(t, post(100), 1280, 1000, func(ctx context.Context) error {
		_, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-reduced-motion", Value: "reduce"}}})
		return err
	})
	l := p.until(t, "the data", func(l live) bool { return strings.Contains(l.Label, "1050 samples") })
	if l.State != "waiting" || l.Button != "Start" {
		t.Errorf("it is %s, with the button %q", l.State, l.Button)
	}
	p.do(t, chromedp.Focus(chromedp.CSS(`.live button[name="pause"]`)))
	p.press(t, kb.Enter)
	p.until(t, "the end", in("done"))
	p.quiet(t)
}

// TestLiveFails gives the live part a program that cannot be unpacked: it says so, and shows nothing that does not work.
func TestLiveFails(t *testing.T) {
	p := openLive(t, post(100), 1280, 1000, func(ctx context.Context) error {
		_, err := chromedp.Call(ctx, cdpage.AddScriptToEvaluateOnNewDocument, cdpage.AddScriptToEvaluateOnNewDocumentParams{Source: `
			const send = Worker.prototype.postMessage;
			Worker.prototype.postMessage = function (message) { send.call(this, message.plain ? { plain: btoa("no gzip") } : message); };`})
		return err
	})
	l := p.until(t, "the failure", in("failed"))
	if !strings.HasPrefix(l.Result, "This browser cannot train here: ") {
		t.Errorf("it says %q", l.Result)
	}
	p.picture(t, "live-fails")
	shown := eval[[]string](t, p.page, `[...document.querySelectorAll(".live *")].filter((e) => e.checkVisibility()).map((e) => e.getAttribute("class") || e.localName)`)
	if !slices.Equal(shown, []string{"live-result"}) {
		t.Errorf("beside the message it shows %q", shown)
	}
	p.quiet(t)
}

// TestLiveHidden checks that nothing of the live part is seen where it cannot run.
func TestLiveHidden(t *testing.T) {
	for name, prepare := range map[string]func(ctx context.Context) error{
		"scripts off": func(ctx context.Context) error {
			_, err := chromedp.Call(ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
			return err
		},
		"no WebAssembly": func(ctx context.Context) error {
			_, err := chromedp.Call(ctx, cdpage.AddScriptToEvaluateOnNewDocument,
				cdpage.AddScriptToEvaluateOnNewDocumentParams{Source: "delete globalThis.WebAssembly"})
			return err
		},
		"print": func(ctx context.Context) error {
			_, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"})
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := openLive(t, post(100), 1280, 1000, prepare)
			height := eval[float64](t, p.page, `document.querySelector(".live").getBoundingClientRect().height`)
			if height != 0 {
				t.Errorf("the live part is %g pixels high", height)
			}
			p.quiet(t)
		})
	}
}
