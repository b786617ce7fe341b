package notebooks_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

var screenshots = flag.String("screenshots", "", "keep a picture of every page in this folder")

// lab is a JupyterLab started by kernel-setup, as a user starts it.
type lab struct {
	address *url.URL // of the notebook it opens, with its token
}

// startLab runs kernel-setup's lab, on a notebook if one is named. It ends with the test.
func startLab(t *testing.T, notebook ...string) lab {
	t.Helper()
	python(t) // skips where nothing is installed
	ctx, cancel := context.WithCancel(context.Background())
	cmd := exec.CommandContext(ctx, "go", append([]string{"run", "./kernel-setup", "lab", "-no-browser"}, notebook...)...)
	cmd.Dir = root(t)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // go run starts kernel-setup, which becomes JupyterLab, which starts kernels
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM) }
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	found := make(chan string, 1)
	var reading sync.WaitGroup
	var printed strings.Builder
	reading.Go(func() {
		address := regexp.MustCompile(`http://127\.0\.0\.1:\S+token=\w+`)
		scanner := bufio.NewScanner(stderr)
		for scanner.Scan() {
			fmt.Fprintln(&printed, scanner.Text())
			if a := address.FindString(scanner.Text()); a != "" {
				select {
				case found <- a:
				default:
				}
			}
		}
		close(found)
	})
	t.Cleanup(func() {
		cancel()
		// A server that is only just starting can miss the signal to stop.
		insist := time.AfterFunc(10*time.Second, func() {
			_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
			_ = stderr.Close() // which a kernel may still hold open
		})
		defer insist.Stop()
		reading.Wait()
		_ = cmd.Wait()
		if t.Failed() {
			t.Log(printed.String())
		}
	})
	select {
	case a, ok := <-found:
		if !ok {
			t.Fatal("JupyterLab ended before it had an address")
		}
		address, err := url.Parse(a)
		if err != nil {
			t.Fatal(err)
		}
		l := lab{address}
		soon, stop := context.WithTimeout(ctx, time.Minute)
		defer stop()
		if err := poll(soon, func() bool { return l.get("/api/status", new(any)) == nil }); err != nil {
			t.Fatal("JupyterLab has said its address, and does not answer there")
		}
		return l
	case <-time.After(5 * time.Minute):
		t.Fatal("JupyterLab did not start")
	}
	panic("unreachable")
}

// get reads from the server's REST interface.
func (l lab) get(path string, into any) error {
	address := *l.address
	address.Path = path
	response, err := http.Get(address.String())
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return errors.New(response.Status)
	}
	return json.NewDecoder(response.Body).Decode(into)
}

// waitForKernel waits until the notebook's kernel has started and has nothing to do: keys pressed before are lost.
func (l lab) waitForKernel(ctx context.Context) error {
	return poll(ctx, func() bool {
		var kernels []struct {
			State       string `json:"execution_state"`
			Connections int
		}
		return l.get("/api/kernels", &kernels) == nil && len(kernels) == 1 && kernels[0].State == "idle" && kernels[0].Connections > 0
	})
}

func poll(ctx context.Context, done func() bool) error {
	for !done() {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(200 * time.Millisecond):
		}
	}
	return nil
}

// page is a tab of a browser, and what went wrong on it.
type page struct {
	context.Context
	mu       sync.Mutex
	errors   []string
	messages []string // all that the console says
}

// openPage opens an address in headless Chromium, for which there is no network but this machine.
func openPage(t *testing.T, address string, width, height int) *page {
	t.Helper()
	browser := os.Getenv("MDN_BROWSER")
	if browser == "" {
		t.Skip("no browser; go run ./kernel-setup test looks for Chromium or Chrome")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(browser),
		chromedp.WindowSize(width, height),
		chromedp.DisableGPU,
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"),
		chromedp.UserDataDir(t.TempDir()),
	)
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox)
	}
	limited, cancelTimeout := context.WithTimeout(context.Background(), 4*time.Minute)
	allocator, cancelAllocator := chromedp.NewExecAllocator(limited, options...)
	tab, cancelTab := chromedp.NewContext(allocator)
	t.Cleanup(func() {
		_ = chromedp.Cancel(tab) // waits until the browser has ended
		cancelTab()
		cancelAllocator()
		cancelTimeout()
	})
	p := &page{Context: tab}
	messages := chromedp.Console(tab)
	go func() {
		for message, err := range messages {
			if err != nil {
				return
			}
			p.mu.Lock()
			p.messages = append(p.messages, message.String()+" "+message.URL)
			if message.Type == chromedp.ConsoleError || message.IsException() {
				p.errors = append(p.errors, message.String()+" "+message.URL)
			}
			p.mu.Unlock()
		}
	}()
	p.do(t, chromedp.Navigate(address))
	return p
}

// do acts on the page; an action that waits for something that does not come fails before the page's own time is up, so
// that there is some left for a picture.
func (p *page) do(t *testing.T, actions ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	ctx, cancel := context.WithTimeout(p, time.Minute)
	defer cancel()
	if err := chromedp.Do(ctx, actions...); err != nil {
		p.picture(t, "failed")
		t.Fatal(err)
	}
}

// eval evaluates JavaScript on the page.
func eval[T any](t *testing.T, p *page, script string) T {
	t.Helper()
	result, err := chromedp.Run(p, chromedp.Evaluate[T](script))
	if err != nil {
		t.Fatal(err)
	}
	return result
}

// menu chooses an item of a menu of JupyterLab's menu bar.
func (p *page) menu(t *testing.T, bar, item string) {
	t.Helper()
	p.click(t, fmt.Sprintf(`//div[contains(@class,"lm-MenuBar-itemLabel") and text()=%q]`, bar))
	p.click(t, fmt.Sprintf(`//div[contains(@class,"lm-Menu-itemLabel") and starts-with(normalize-space(.),%q)]`, item))
}

// click moves the mouse to what an XPath finds, which a menu wants to see before it believes the click.
func (p *page) click(t *testing.T, xpath string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(p, time.Minute)
	defer cancel()
	box, err := chromedp.Run(ctx, chromedp.Dimensions(chromedp.Search(xpath), chromedp.NodeVisible))
	if err != nil {
		p.picture(t, "failed")
		t.Fatalf("%s: %v", xpath, err)
	}
	x, y := (box.Content[0]+box.Content[4])/2, (box.Content[1]+box.Content[5])/2
	p.do(t, chromedp.MouseEvent(chromedp.MouseMoved, x, y), chromedp.MouseClickXY(x, y))
}

// picture keeps a screenshot, if pictures are asked for.
func (p *page) picture(t *testing.T, name string) {
	if *screenshots == "" {
		return
	}
	png, err := chromedp.Run(p, chromedp.FullScreenshot(100))
	if err != nil {
		t.Logf("no screenshot: %v", err)
		return
	}
	if err := os.WriteFile(filepath.Join(*screenshots, name+".png"), png, 0o644); err != nil {
		t.Log(err)
	}
}

// noErrors fails the test if the page's console has an error.
func (p *page) noErrors(t *testing.T) {
	t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, message := range p.errors {
		t.Errorf("the browser's console says: %s", message)
	}
}

// cells is what a notebook in JupyterLab looks like to its reader.
type cells struct {
	Prompts []string // of the code cells: [1]: when a cell has run, [*]: while it runs, [ ]: before
	Charts  int      // pictures that are there and not empty
	Text    string   // all the outputs
}

func (p *page) cells(t *testing.T) cells {
	t.Helper()
	return eval[cells](t, p, `(() => {
		const notebook = document.querySelector('.jp-Notebook');
		return {
			Prompts: [...notebook.querySelectorAll('.jp-CodeCell .jp-InputPrompt')].map(e => e.innerText.trim()),
			Charts: [...notebook.querySelectorAll('.jp-RenderedImage img')].filter(e => e.naturalWidth > 100).length,
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
	l := startLab(t, notebook)
	address := *l.address
	address.RawQuery += "&reset"                    // without the tabs of the time before
	p := openPage(t, address.String(), 1280, 16000) // tall: JupyterLab draws only the cells that can be seen
	p.do(t, chromedp.WaitVisible(chromedp.CSS(`.jp-Notebook .jp-CodeCell`)))
	if err := l.waitForKernel(p); err != nil {
		t.Fatalf("the kernel is not ready: %v", err)
	}
	return p
}

// TestLabOpensTheFirstNotebook checks where command one leads.
func TestLabOpensTheFirstNotebook(t *testing.T) {
	if got, want := startLab(t).address.Path, "/lab/tree/notebooks/"+paths(t)[0]; got != want {
		t.Errorf("it opens %s, want %s", got, want)
	}
	if got, want := startLab(t, "02-mean").address.Path, "/lab/tree/notebooks/02-mean.ipynb"; got != want {
		t.Errorf("asked for 02-mean, it opens %s, want %s", got, want)
	}
}

// TestJupyterLab opens every notebook as command one does, chooses Run All Cells, and looks for the charts.
func TestJupyterLab(t *testing.T) {
	t.Parallel() // with TestOutputs; but one JupyterLab at a time, as they share a port to look for, settings and workspaces
	for _, path := range paths(t) {
		t.Run(path, func(t *testing.T) {
			committed := readNotebook(t, path)
			charts := 0
			for _, c := range committed.code() {
				for _, o := range c.Outputs {
					if _, ok := o.Data["image/png"]; ok {
						charts++
					}
				}
			}
			p := openNotebook(t, copyOf(t, path))
			p.menu(t, "Edit", "Clear Outputs of All Cells")
			if err := poll(p, func() bool { return p.cells(t).Charts == 0 }); err != nil {
				t.Fatal("charts are there after the outputs were cleared")
			}
			p.menu(t, "Run", "Run All Cells")
			want := len(committed.code())
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

// TestInterrupt chooses Kernel > Interrupt while a cell trains: training ends, says so, the model can be used in the same
// cell, and the kernel runs the next cell.
func TestInterrupt(t *testing.T) {
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

// TestCompletion presses Tab once, after the beginning of a name, in a kernel that has just started, where the answer takes
// longest.
func TestCompletion(t *testing.T) {
	path := untracked(t)
	writeNotebook(t, path, "%noautoget\nimport \"mdn/mdnlib\"", "%%\nmdnlib.Quad")
	p := openNotebook(t, path)
	edit := func(cell int) {
		p.click(t, fmt.Sprintf(`(//div[contains(@class,"jp-CodeCell")])[%d]//div[contains(@class,"cm-content")]`, cell))
	}
	edit(1)
	p.do(t, chromedp.KeyEvent(kb.Enter, chromedp.KeyModifiers(chromedp.ModifierShift)))
	if err := poll(p, func() bool { return p.cells(t).Prompts[0] == "[1]:" }); err != nil {
		t.Fatalf("the import does not run: %+v", p.cells(t))
	}
	edit(2)
	p.do(t, chromedp.KeyEvent(kb.End, chromedp.KeyModifiers(chromedp.ModifierCtrl)), chromedp.KeyEvent(kb.Tab))
	asked := time.Now()
	if err := poll(p, func() bool {
		return eval[string](t, p, `document.querySelector(".jp-Completer-item")?.innerText || ""`) == "Quadratic"
	}); err != nil {
		p.picture(t, "completion-failed")
		t.Fatal("nothing is offered")
	}
	t.Logf("answered after %.1f s", time.Since(asked).Seconds())
	p.noErrors(t)
}

// TestRunawayPrint runs a cell that prints more than anyone reads. The page answers all the while, says that it does not show
// everything, and shows what the next cell prints.
func TestRunawayPrint(t *testing.T) {
	path := untracked(t)
	writeNotebook(t, path, "%%\nfor i := range 200_000 {\n\tfmt.Println(\"line\", i)\n}", "%%\nfmt.Println(\"still\", \"alive\")")
	p := openNotebook(t, path)
	p.do(t, chromedp.EmulateViewport(1280, 900)) // as a screen is
	p.menu(t, "Run", "Run All Cells")
	var longest time.Duration
	if err := poll(p, func() bool {
		asked := time.Now()
		text := p.cells(t).Text
		longest = max(longest, time.Since(asked))
		return strings.Contains(text, "IOPub data rate exceeded") && strings.HasSuffix(strings.TrimSpace(text), "still alive")
	}); err != nil {
		p.picture(t, "runaway-failed")
		t.Fatal("the next cell has not run")
	}
	t.Logf("the page answered within %.1f s", longest.Seconds())
}
