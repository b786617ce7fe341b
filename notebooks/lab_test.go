package notebooks_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// lab is a JupyterLab started by kernel-setup, as a user starts it.
type lab struct {
	URL   string // ends in /
	Token string
}

// startLab runs kernel-setup's lab, on a notebook if one is named. The function that it returns ends it, and returns what it has said.
func startLab(notebook ...string) (l lab, end func() (said string), err error) {
	ctx, cancel := context.WithCancel(context.Background())
	cmd, err := kernelSetup(ctx, append([]string{"lab", "-no-browser"}, notebook...)...)
	if err != nil {
		cancel()
		return lab{}, nil, err
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // it becomes JupyterLab, which starts kernels
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM) }
	cmd.WaitDelay = 10 * time.Second // a kernel may hold its outputs open
	var said bytes.Buffer
	cmd.Stderr = &said
	if err := cmd.Start(); err != nil {
		cancel()
		return lab{}, nil, err
	}
	ended := make(chan struct{})
	go func() {
		_ = cmd.Wait()
		close(ended)
	}()
	end = func() string {
		cancel()
		// A server that is only just starting can miss the signal to stop.
		insist := time.AfterFunc(10*time.Second, func() { _ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) })
		defer insist.Stop()
		<-ended
		return said.String()
	}
	// Where it serves, and with which token, Jupyter's server leaves in a file.
	info := filepath.Join("..", ".jupyter", "runtime", fmt.Sprintf("jpserver-%d.json", cmd.Process.Pid))
	soon, stop := context.WithTimeout(ctx, 5*time.Minute)
	defer stop()
	err = poll(soon, func() bool {
		select {
		case <-ended:
			stop()
		default:
		}
		content, err := os.ReadFile(info)
		return err == nil && json.Unmarshal(content, &l) == nil && l.do(http.MethodGet, "api/status", new(any)) == nil
	})
	if err != nil {
		return lab{}, nil, fmt.Errorf("JupyterLab does not serve: %s", end())
	}
	return l, end, nil
}

// sharedLab is started on the first notebook. The tests open notebooks of their own in it, one after the other: two would mix up their
// tabs in one workspace.
var sharedLab = sync.OnceValues(func() (lab, error) {
	l, end, err := startLab()
	if err == nil {
		afterAll(func() { end() })
	}
	return l, err
})

func theLab(t *testing.T) lab {
	t.Helper()
	python(t) // skips where nothing is installed
	l, err := sharedLab()
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// do calls the server's REST interface.
func (l lab) do(method, path string, into any) error {
	var content bytes.Buffer
	if err := l.send(method, path, &content); err != nil || into == nil {
		return err
	}
	return json.NewDecoder(&content).Decode(into)
}

// send sends the server a request without a body.
func (l lab) send(method, path string, answer io.Writer) error {
	request, err := http.NewRequest(method, l.URL+path, nil)
	if err != nil {
		return err
	}
	request.Header.Set("Authorization", "token "+l.Token)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode >= 300 {
		return errors.New(response.Status)
	}
	_, err = io.Copy(answer, response.Body)
	return err
}

// opensOn returns the path that the server leads a browser to.
func (l lab) opensOn(t *testing.T) string {
	t.Helper()
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	response, err := client.Get(l.URL + "?token=" + l.Token)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	to, err := response.Location()
	if err != nil {
		t.Fatal(err)
	}
	return to.Path
}

// session is a notebook that is open in JupyterLab.
type session struct {
	ID, Path string
	Kernel   struct {
		State       string `json:"execution_state"`
		Connections int
	}
}

// session returns that of a notebook, whose path begins at the checkout.
func (l lab) session(path string) (session, bool) {
	var sessions []session
	if err := l.do(http.MethodGet, "api/sessions", &sessions); err != nil {
		return session{}, false
	}
	i := slices.IndexFunc(sessions, func(s session) bool { return s.Path == path })
	if i < 0 {
		return session{}, false
	}
	return sessions[i], true
}

// waitForKernel waits until the notebook's kernel has started and has nothing to do: keys pressed before are lost.
func (l lab) waitForKernel(ctx context.Context, path string) error {
	return poll(ctx, func() bool {
		s, open := l.session(path)
		return open && s.Kernel.State == "idle" && s.Kernel.Connections > 0
	})
}

// menu chooses an item of a menu of JupyterLab's menu bar.
func (p *page) menu(t *testing.T, bar, item string) {
	t.Helper()
	p.click(t, fmt.Sprintf(`//div[contains(@class,"lm-MenuBar-itemLabel") and text()=%q]`, bar))
	p.click(t, fmt.Sprintf(`//div[contains(@class,"lm-Menu-itemLabel") and starts-with(normalize-space(.),%q)]`, item))
}

// save saves the notebook, and waits until JupyterLab knows that it is saved: until then the page asks before it is left, and a reload
// would wait for the answer.
func (p *page) save(t *testing.T) {
	t.Helper()
	p.menu(t, "File", "Save Notebook")
	if err := poll(p, func() bool { return eval[bool](t, p, `document.querySelector(".lm-TabBar-tab.jp-mod-dirty") === null`) }); err != nil {
		p.picture(t, "failed")
		t.Fatal("the notebook is not saved")
	}
}

// cells is what a notebook in JupyterLab looks like to its reader.
type cells struct {
	Prompts []string // of the code cells: [1]: when a cell has run, [*]: while it runs, [ ]: before
	Charts  int      // drawings and pictures that are there and not empty
	Text    string   // all the outputs
}

func (p *page) cells(t *testing.T) cells {
	t.Helper()
	return eval[cells](t, p, `(() => {
		const notebook = document.querySelector('.jp-Notebook');
		return {
			Prompts: [...notebook.querySelectorAll('.jp-CodeCell .jp-InputPrompt')].map(e => e.innerText.trim()),
			Charts: [...notebook.querySelectorAll('.drawing > svg, .jp-RenderedImage img')].filter(e => e.getBoundingClientRect().width > 100).length,
			Text: [...notebook.querySelectorAll('.jp-OutputArea-output')].map(e => e.innerText).join('\n'),
		};
	})()`)
}

// untracked returns a path for a notebook of the test's own, in a folder of its own, so that no one takes it for one of the
// project's. It lies in the checkout, because JupyterLab shows nothing outside of it, and is removed at the end.
func untracked(t *testing.T) string {
	t.Helper()
	folder, err := os.MkdirTemp(filepath.Join(root(t), "notebooks"), "untracked-*")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(folder) })
	return filepath.Join(folder, "notebook.ipynb")
}

// copyOf copies a notebook, so that JupyterLab, which saves by itself now and then, leaves the committed one alone; and beside it
// the data that notebooks read.
func copyOf(t *testing.T, notebook string) string {
	t.Helper()
	content, err := os.ReadFile(notebook)
	if err != nil {
		t.Fatal(err)
	}
	path := untracked(t)
	if err := os.WriteFile(path, content, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(filepath.Join(filepath.Dir(path), "data"), os.DirFS(filepath.Join(root(t), "notebooks", "data"))); err != nil {
		t.Fatal(err)
	}
	return path
}

// openNotebook opens a notebook in JupyterLab and waits until it can be used.
func openNotebook(t *testing.T, notebook string) *page {
	t.Helper()
	l := theLab(t)
	path, err := filepath.Rel(root(t), notebook)
	if err != nil {
		t.Fatal(err)
	}
	path = filepath.ToSlash(path)
	t.Cleanup(func() {
		if s, open := l.session(path); open {
			_ = l.do(http.MethodDelete, "api/sessions/"+s.ID, nil)
		}
	})
	address := l.URL + "lab/tree/" + (&url.URL{Path: path}).EscapedPath() + "?reset&token=" + l.Token // without the tabs of the time before
	p := openPage(t, address, 1280, 16000)                                                            // tall: JupyterLab draws only the cells that can be seen
	p.do(t, chromedp.WaitVisible(chromedp.CSS(`.jp-Notebook .jp-CodeCell`)))
	if err := l.waitForKernel(p, path); err != nil {
		t.Fatalf("the kernel is not ready: %v", err)
	}
	return p
}

// TestJupyterLab uses JupyterLab in a browser, as command one opens it.
func TestJupyterLab(t *testing.T) {
	t.Parallel()
	t.Run("opens a notebook", testLabOpensANotebook)
	t.Run("lets nobody else in", testGuardedLab)
	t.Run("shows the notebooks", testFileBrowser)
	t.Run("offers the export", testLabOffersTheExport)
	t.Run("runs all cells", testRunAll)
	t.Run("moves a setting", testMove)
	t.Run("marks what is out of date", testOutOfDate)
	t.Run("says what has not run", testRestarted)
	t.Run("runs on every change", testOnEveryChange)
	t.Run("depends as the graph says", testScriptsAgree)
	t.Run("guards the graph", testGraphIsGuarded)
	t.Run("has accessible settings", testSettingsAreAccessible)
	t.Run("interrupts training", testInterrupt)
	t.Run("completes names", testCompletion)
	t.Run("survives endless printing", testRunawayPrint)
	t.Run("explains errors", testErrors)
	t.Run("shows the live part", testLiveInJupyterLab)
	t.Run("shows pictures where it is not trusted", testPictures)
	t.Run("draws charts to touch", testChartsToTouch)
}

// testGuardedLab asks the server as somebody who has no token, and as a page of another site that has led its name to this machine.
func testGuardedLab(t *testing.T) {
	l := theLab(t)
	address, err := url.Parse(l.URL)
	if err != nil {
		t.Fatal(err)
	}
	if ip := net.ParseIP(address.Hostname()); ip == nil || !ip.IsLoopback() {
		t.Errorf("it serves at %s, want only this machine", address.Hostname())
	}
	if len(l.Token) < 32 {
		t.Errorf("the token has %d letters, want 32 or more", len(l.Token))
	}
	for _, ask := range []struct{ name, host, token string }{
		{"without a token", "", ""}, {"with a wrong token", "", strings.Repeat("0", len(l.Token))}, {"as another host", "attacker.example:8888", l.Token},
	} {
		request, err := http.NewRequest(http.MethodGet, l.URL+"api/contents", nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Host = ask.host
		if ask.token != "" {
			request.Header.Set("Authorization", "token "+ask.token)
		}
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		if response.StatusCode != http.StatusForbidden {
			t.Errorf("%s it answers %s, want 403", ask.name, response.Status)
		}
	}
}

// testLabOpensANotebook checks where command one leads: to the first notebook, or to the one that is named.
func testLabOpensANotebook(t *testing.T) {
	if got, want := theLab(t).opensOn(t), "/lab/tree/notebooks/"+paths(t)[0]; got != want {
		t.Errorf("it opens %s, want %s", got, want)
	}
	l, end, err := startLab("02-mean")
	if err != nil {
		t.Fatal(err)
	}
	defer end()
	if got, want := l.opensOn(t), "/lab/tree/notebooks/02-mean.ipynb"; got != want {
		t.Errorf("asked for 02-mean, it opens %s, want %s", got, want)
	}
}

// testFileBrowser looks at what stands beside an open notebook: the folder that it is in, without what is not for learners.
func testFileBrowser(t *testing.T) {
	p := openNotebook(t, filepath.Join(root(t), "notebooks", paths(t)[0]))
	var shown []string
	if err := poll(p, func() bool {
		shown = eval[[]string](t, p, `[...document.querySelectorAll(".jp-DirListing-itemText")].map(item => item.textContent)`)
		return slices.Contains(shown, paths(t)[0])
	}); err != nil {
		p.picture(t, "files-failed")
		t.Fatalf("the file browser shows %q", shown)
	}
	for _, name := range shown {
		if strings.HasSuffix(name, "_test.go") || slices.Contains([]string{"testdata", "live", "page"}, name) {
			t.Errorf("it shows %s", name)
		}
	}
	if !slices.Contains(shown, "data") {
		t.Errorf("it does not show the data: %q", shown)
	}
}

// testRunAll opens every notebook, chooses Run All Cells, and looks for the charts.
func testRunAll(t *testing.T) {
	notebooks := paths(t)
	if !full() {
		notebooks = notebooks[2:3] // the one with all kinds of output
	}
	for _, path := range notebooks {
		t.Run(path, func(t *testing.T) {
			committed := readNotebook(t, path)
			charts := charts(committed)
			p := openNotebook(t, copyOf(t, path))
			p.menu(t, "Edit", "Clear Outputs of All Cells")
			if err := poll(p, func() bool { return p.cells(t).Charts == 0 }); err != nil {
				t.Fatal("charts are there after the outputs were cleared")
			}
			p.menu(t, "Run", "Run All Cells")
			want := len(codeOf(committed))
			last := fmt.Sprintf("[%d]:", want)
			if err := poll(p, func() bool {
				seen := p.cells(t)
				return len(seen.Prompts) == want && seen.Prompts[want-1] == last && seen.Charts >= charts
			}); err != nil {
				p.picture(t, path+"-stuck")
				t.Fatalf("Run All has not come to its end: %+v", p.cells(t))
			}
			p.picture(t, path)
			seen := p.cells(t)
			for i, prompt := range seen.Prompts {
				if prompt != fmt.Sprintf("[%d]:", i+1) {
					t.Errorf("the prompt of code cell %d is %s", i+1, prompt)
				}
			}
			if seen.Charts != charts {
				t.Errorf("%d charts are shown, want %d", seen.Charts, charts)
			}
			if strings.Contains(seen.Text, "rate exceeded") {
				t.Error("JupyterLab has dropped some of the outputs")
			}
			if news := eval[int](t, p, `document.querySelectorAll('.Toastify__toast').length`); news != 0 {
				t.Errorf("%d pop-ups are shown", news)
			}
			p.noErrors(t)
		})
	}
}

// testInterrupt chooses Kernel > Interrupt while a cell trains: training ends, says so, the model can be used in the same
// cell, and the kernel runs the next cell.
func testInterrupt(t *testing.T) {
	path := untracked(t)
	writeNotebook(t, path,
		"%noautoget\nimport (\n\t\"mdn/mdnlib\"\n\t\"mdn/mdnlib/figure\"\n)",
		"%%\nlaw := mdnlib.Quadratic(0.1)\ndata := mdnlib.Sample(law, mdnlib.Repeat(mdnlib.Grid(1, 5, 21), 50), 1)\n"+
			"m := mdnlib.New(mdnlib.Network{Hidden: []int{12, 12, 12}, Head: mdnlib.GaussianHead{}}, 1)\n"+
			"history, err := figure.Train(m, data, mdnlib.Settings{Epochs: 10_000_000}, law)\n"+
			"fmt.Println(\"error:\", err, \"history:\", len(history) > 0, \"deviation above zero:\", m.At(3).StdDev() > 0)",
		"%%\nfmt.Println(\"still\", \"alive\")",
	)
	p := openNotebook(t, path)
	p.menu(t, "Run", "Run All Cells")
	if err := poll(p, func() bool { return strings.Contains(p.cells(t).Text, "of 10000000") }); err != nil {
		t.Fatalf("training shows no progress: %+v", p.cells(t))
	}
	p.picture(t, "training")
	asked := time.Now()
	p.menu(t, "Kernel", "Interrupt Kernel")
	if err := poll(p, func() bool { return strings.Contains(p.cells(t).Text, "Interrupted after") }); err != nil {
		t.Fatalf("the interrupt has no effect: %+v", p.cells(t))
	}
	t.Logf("interrupted within %.1f s of the first key", time.Since(asked).Seconds())
	// Jupyter drops the cells that were still waiting; run the last one again.
	p.click(t, `(//div[contains(@class,"jp-CodeCell")])[last()]//div[contains(@class,"cm-content")]`)
	p.do(t, chromedp.KeyEvent(kb.Enter, chromedp.KeyModifiers(chromedp.ModifierShift)))
	if err := poll(p, func() bool { return strings.Contains(p.cells(t).Text, "still alive") }); err != nil {
		t.Fatalf("the kernel has not survived: %+v", p.cells(t))
	}
	p.picture(t, "interrupted")
	if text := p.cells(t).Text; !strings.Contains(text, "error: <nil> history: true deviation above zero: true") {
		t.Errorf("the cell did not go on with the model: %s", text)
	}
	p.noErrors(t)
}

// testCompletion presses Tab once, after the beginning of a name, in a kernel that has just started, where the answer takes
// longest.
func testCompletion(t *testing.T) {
	path := untracked(t)
	writeNotebook(t, path, "%noautoget\nimport \"mdn/mdnlib\"", "%%\nmdnlib.Quad")
	p := openNotebook(t, path)
	edit := func(cell int, text string) {
		p.click(t, fmt.Sprintf(`(//div[contains(@class,"jp-CodeCell")])[%d]//div[contains(@class,"cm-content")]`, cell))
		if err := poll(p, func() bool {
			return strings.Contains(eval[string](t, p, `document.activeElement.closest(".cm-content")?.innerText || ""`), text)
		}); err != nil {
			t.Fatalf("the cursor is not in the cell with %s", text)
		}
	}
	edit(1, "import")
	p.do(t, chromedp.KeyEvent(kb.Enter, chromedp.KeyModifiers(chromedp.ModifierShift)))
	if err := poll(p, func() bool { return p.cells(t).Prompts[0] == "[1]:" }); err != nil {
		t.Fatalf("the import does not run: %+v", p.cells(t))
	}
	edit(2, "Quad")
	p.do(t, chromedp.KeyEvent(kb.End, chromedp.KeyModifiers(chromedp.ModifierCtrl)))
	// JupyterLab needs a moment to see that the cursor is after a name; until then Tab indents.
	if err := poll(p, func() bool {
		return eval[bool](t, p, `document.activeElement.closest(".jp-mod-completer-enabled") !== null`)
	}); err != nil {
		t.Fatal("JupyterLab does not complete where the cursor is")
	}
	p.do(t, chromedp.KeyEvent(kb.Tab))
	asked := time.Now()
	soon, cancel := context.WithTimeout(p, 2*time.Minute)
	defer cancel()
	if err := poll(soon, func() bool {
		return eval[string](t, p, `document.querySelector(".jp-Completer-item")?.innerText || ""`) == "Quadratic"
	}); err != nil {
		p.picture(t, "completion-failed")
		log, _ := os.ReadFile(filepath.Join(root(t), ".jupyter", "gonb.log"))
		t.Fatalf("nothing is offered: %+v; the cursor is in %q; GoNB's log ends with\n%s", p.cells(t),
			eval[string](t, p, `document.activeElement.innerText`), log[max(0, len(log)-4000):])
	}
	t.Logf("answered after %.1f s", time.Since(asked).Seconds())
	p.noErrors(t)
}

// testRunawayPrint runs a cell that prints more than anyone reads, and one that prints without end. The page answers all the while. The
// beginning and the end are shown, and how much is left out between them; while it goes on, how to stop it. Kernel and guard stay small.
func testRunawayPrint(t *testing.T) {
	path := untracked(t)
	writeNotebook(t, path, "%%\nfor i := range 200_000 {\n\tfmt.Println(\"line\", i)\n}", "%%\nfor i := 0; ; i++ {\n\tfmt.Println(\"number\", i)\n}",
		"%%\nfmt.Println(\"still\", \"alive\")")
	p := openNotebook(t, path)
	p.do(t, chromedp.EmulateViewport(1280, 900)) // as a screen is
	var longest time.Duration
	wait := func(what string, seen func(text string) bool) {
		t.Helper()
		soon, stop := context.WithTimeout(p, time.Minute)
		defer stop()
		text := ""
		if err := poll(soon, func() bool {
			asked := time.Now()
			text = p.cells(t).Text
			longest = max(longest, time.Since(asked))
			return seen(text)
		}); err != nil {
			p.picture(t, "runaway-failed")
			t.Fatalf("%s: never; the page ends with %q", what, text[max(0, len(text)-300):])
		}
	}
	run := func() { // and go to the next cell
		t.Helper()
		p.menu(t, "Run", "Run Selected Cell")
	}
	run()
	wait("200,000 lines end", func(text string) bool {
		return strings.Contains(text, "line 0\nline 1\n") && strings.Contains(text, " lines (2.2 MB) left out;") && strings.HasSuffix(strings.TrimSpace(text), "line 199999")
	})
	run()
	wait("the reader is told how to stop an endless print", func(text string) bool { return strings.Contains(text, "To stop the cell: Kernel > Interrupt Kernel") })
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); {
		wait("", func(string) bool { return true })
		for name, size := range memory(t, "gonb", "gonb-guard") {
			if size > 500<<20 {
				t.Fatalf("%s has grown to %d MB", name, size>>20)
			}
		}
	}
	p.picture(t, "runaway")
	asked := time.Now()
	p.menu(t, "Kernel", "Interrupt Kernel")
	wait("the endless print ends", func(text string) bool {
		return strings.Contains(text, "Interrupted.") && !strings.Contains(text, "To stop the cell")
	})
	t.Logf("the print went on for %.1f s after the interrupt, half of which the menu takes", time.Since(asked).Seconds())
	run()
	wait("the next cell runs", func(text string) bool { return strings.HasSuffix(strings.TrimSpace(text), "still alive") })
	t.Logf("the page answered within %.1f s", longest.Seconds())
	p.noErrors(t)
}

// memory returns how large the largest process of each name is, in bytes; nothing where the system does not say so.
func memory(t *testing.T, names ...string) map[string]int {
	t.Helper()
	largest := map[string]int{}
	for _, p := range processes(t) {
		if slices.Contains(names, p.name) {
			largest[p.name] = max(largest[p.name], p.resident)
		}
	}
	return largest
}

// process is a running program.
type process struct {
	name          string
	parent        int
	resident, own int // bytes of memory, and those of them that are no files'
}

// processes returns what runs on this machine by its number, as far as the system says so.
func processes(t *testing.T) map[int]process {
	t.Helper()
	paths, err := filepath.Glob("/proc/[0-9]*/status")
	if err != nil {
		t.Fatal(err)
	}
	all := map[int]process{}
	for _, path := range paths {
		content, err := os.ReadFile(path)
		if err != nil {
			continue // it has ended
		}
		var p process
		var id int
		numbers := map[string]*int{"Pid": &id, "PPid": &p.parent, "VmRSS": &p.resident, "RssAnon": &p.own}
		for line := range strings.Lines(string(content)) {
			field, value, _ := strings.Cut(strings.TrimSpace(line), ":\t")
			if field == "Name" {
				p.name = value
			}
			if number, ok := numbers[field]; ok {
				_, _ = fmt.Sscan(value, number)
			}
		}
		p.resident, p.own = p.resident<<10, p.own<<10
		all[id] = p
	}
	return all
}

// testErrors runs cells that fail: each shows one error in the terms of the notebook, with the cell and the line.
func testErrors(t *testing.T) {
	path := untracked(t)
	writeNotebook(t, path, "%%\nfmt.Println(trained)", "x := 1", "func root(x float64) float64 {\n\tpanic(\"negative\")\n}", "%%\nroot(-1)", "%%\nlog.Fatal(\"no file\")")
	p := openNotebook(t, path)
	for cell := range 5 {
		p.click(t, fmt.Sprintf(`(//div[contains(@class,"jp-CodeCell")])[%d]//div[contains(@class,"cm-content")]`, cell+1))
		p.do(t, chromedp.KeyEvent(kb.Enter, chromedp.KeyModifiers(chromedp.ModifierCtrl)))
		if err := poll(p, func() bool { return p.cells(t).Prompts[cell] == fmt.Sprintf("[%d]:", cell+1) }); err != nil {
			t.Fatalf("cell %d does not end: %+v", cell+1, p.cells(t))
		}
	}
	p.picture(t, "errors")
	text := p.cells(t).Text
	for _, want := range []string{
		"Cell [1], line 2: undefined: trained\n\nIs it declared in a cell that has not run? Run > Run All Above Selected Cell runs those.",
		"Cell [2], line 1: expected declaration, found x\n\nStatements need a line %% before them.",
		"panic: negative\nCell [3], line 2, in root\nCell [4], line 2", "no file\n", "The cell's program has ended with status 1",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the errors are\n%s\nwithout %q", text, want)
		}
	}
	for _, never := range []string{"main.go", "/tmp/", "go build", "exit status", "goroutine"} {
		if strings.Contains(text, never) {
			t.Errorf("the errors speak of %s:\n%s", never, text)
		}
	}
	outputs := eval[[]int](t, p, `[...document.querySelectorAll(".jp-CodeCell")].map(cell => cell.querySelectorAll(".jp-OutputArea-output").length)`)
	if want := []int{1, 1, 0, 1, 2}; !slices.Equal(outputs, want) { // the last has printed something before
		t.Errorf("the cells have %d outputs, want %d", outputs, want)
	}
	p.noErrors(t)
}

// testLiveInJupyterLab runs a cell with figure.Live: the cell is done at once, the network trains in its output, and little of
// it is kept in the notebook.
func testLiveInJupyterLab(t *testing.T) {
	path := untracked(t)
	s := post(300)
	final := fmt.Sprintf("%.4f", train(t, s))
	writeNotebook(t, path,
		"%noautoget\nimport (\n\t\"mdn/mdnlib\"\n\t\"mdn/mdnlib/figure\"\n)",
		fmt.Sprintf("%%%%\nfigure.Live(figure.LiveSettings{Law: \"growing\", Noise: 0.1, Grid: 21, Samples: 50, Seed: 1, "+
			"Network: mdnlib.Network{Hidden: []int{12, 12, 12}, Head: mdnlib.GaussianHead{}}, "+
			"Training: mdnlib.Settings{Epochs: 300, Adam: mdnlib.Adam{Rate: 0.0003}, Seed: 1}, FinalCost: %q})", final))
	p := openNotebook(t, path)
	p.menu(t, "Run", "Run All Cells")
	result := ""
	if err := poll(p, func() bool {
		result = eval[string](t, p, `(() => {
			const live = document.querySelector(".jp-OutputArea iframe")?.contentDocument?.querySelector(".live");
			if (live?.dataset.state === "waiting") live.querySelector('button[name="pause"]').click();
			return live?.querySelector(".live-result")?.textContent || "";
		})()`)
		return strings.Contains(result, "Done")
	}); err != nil {
		p.picture(t, "live-lab-failed")
		t.Fatalf("it says %q, and the cells %+v", result, p.cells(t))
	}
	if want := fmt.Sprintf("The text’s final cost is %s, here %[1]s", final); !strings.Contains(result, want) {
		t.Errorf("it says %q, and should say %q", result, want)
	}
	if prompts := p.cells(t).Prompts; len(prompts) != 2 || prompts[1] != "[2]:" {
		t.Errorf("the cells are %q", prompts)
	}
	p.inThemes(t, func(theme string, dark bool) { // which the live part follows
		type colours struct {
			Dark            bool
			Paper, Notebook string
		}
		var seen colours
		if err := poll(p, func() bool {
			seen = eval[colours](t, p, `(() => {
				const live = document.querySelector(".jp-OutputArea iframe").contentDocument.querySelector(".live");
				return {
					Dark: getComputedStyle(live).colorScheme === "dark",
					Paper: getComputedStyle(live).backgroundColor, Notebook: getComputedStyle(document.querySelector(".jp-Notebook")).backgroundColor,
				};
			})()`)
			return seen.Dark == dark && seen.Paper == seen.Notebook
		}); err != nil {
			t.Errorf("%s: the live part has the colours %+v", theme, seen)
		}
		p.picture(t, "live-"+theme)
	})
	p.save(t)
	if content, err := os.ReadFile(path); err != nil || !strings.Contains(string(content), "data-settings") {
		t.Fatalf("the output is not saved: %v", err)
	}
	if info, err := os.Stat(path); err != nil || info.Size() > 20_000 {
		t.Errorf("the notebook with the live part has %d bytes", info.Size())
	}
	p.noErrors(t)
}

// testLabOffersTheExport looks at what JupyterLab's menu Save and Export Notebook As has, and exports in each format that its server offers.
func testLabOffersTheExport(t *testing.T) {
	l := theLab(t)
	begins := map[string]string{ // what is made, by its format
		"html": "<!DOCTYPE html>", "markdown": "PK", "notebook": "{", "tutorial": "<!DOCTYPE html>", "TutorialPDF": "%PDF-",
	}
	const menu = "HTML, Markdown, Tutorial, TutorialPDF" // without Notebook, which is what there is already
	var formats map[string]json.RawMessage
	if err := l.do(http.MethodGet, "api/nbconvert", &formats); err != nil {
		t.Fatal(err)
	}
	delete(formats, "custom") // which JupyterLab does not offer: it is for templates of one's own
	if want := slices.Sorted(maps.Keys(begins)); !slices.Equal(slices.Sorted(maps.Keys(formats)), want) {
		t.Errorf("the formats are %v, want %v", slices.Sorted(maps.Keys(formats)), want)
	}
	for format, begin := range begins {
		var content bytes.Buffer
		if err := l.send(http.MethodGet, "nbconvert/"+format+"/notebooks/"+paths(t)[0], &content); err != nil {
			t.Errorf("%s: %v", format, err)
		} else if !strings.HasPrefix(strings.TrimSpace(content.String()), begin) || content.Len() < 10_000 {
			t.Errorf("%s has %d bytes, and begins with %.40q, want %q", format, content.Len(), content.String(), begin)
		}
	}

	p := openNotebook(t, copyOf(t, paths(t)[0]))
	p.menu(t, "File", "Save and Export Notebook As")
	offered := ""
	if err := poll(p, func() bool {
		offered = eval[string](t, p, `[...[...document.querySelectorAll(".lm-Menu")].at(-1).querySelectorAll(".lm-Menu-itemLabel")].map(item => item.textContent).filter(name => name).sort().join(", ")`)
		return offered == menu
	}); err != nil {
		p.picture(t, "export-failed")
		t.Errorf("the menu has %s, want %s", offered, menu)
	}
	p.picture(t, "export")
	p.noErrors(t)
}
