package notebooks_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/heapprofiler"
	cdmemory "github.com/chromedp/cdproto/memory"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

var screenshots = flag.String("screenshots", "", "keep a picture of every page in this folder")

// page is a tab of a browser, and what went wrong on it.
type page struct {
	context.Context
	mu       sync.Mutex
	errors   []string
	messages []string // all that the console says
}

// sharedBrowser is headless Chromium, for which there is no network but this machine.
var sharedBrowser = sync.OnceValues(func() (context.Context, error) {
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(os.Getenv("MDN_BROWSER")),
		chromedp.DisableGPU,
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"),
		chromedp.UserDataDir(filepath.Join(kept, "browser")),
	)
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox)
	}
	allocator, cancelAllocator := chromedp.NewExecAllocator(context.Background(), options...)
	browser, cancelBrowser := chromedp.NewContext(allocator)
	afterAll(func() {
		_ = chromedp.Cancel(browser) // waits until it has ended
		cancelBrowser()
		cancelAllocator()
	})
	return browser, chromedp.Do(browser)
})

// openPage opens an address in a window of its own, which shares neither storage nor settings with other pages.
func openPage(t *testing.T, address string, width, height int) *page {
	t.Helper()
	if os.Getenv("MDN_BROWSER") == "" {
		t.Skip("no browser; go run ./kernel-setup test looks for Chromium or Chrome")
	}
	browser, err := sharedBrowser()
	if err != nil {
		t.Fatal(err)
	}
	tab, cancelTab := chromedp.NewContext(browser, chromedp.WithNewBrowserContext(), chromedp.WithNewWindow(true))
	t.Cleanup(func() {
		_ = chromedp.Cancel(tab)
		cancelTab()
	})
	if err := chromedp.Do(tab); err != nil {
		t.Fatal(err)
	}
	limited, cancelTimeout := context.WithTimeout(tab, 4*time.Minute+*use)
	t.Cleanup(cancelTimeout)
	p := &page{Context: limited}
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
	p.do(t, chromedp.EmulateViewport(int64(width), int64(height)), chromedp.Navigate(address))
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

// click moves the mouse to the first that can be seen of what an XPath finds, which a menu wants to see before it believes the click. It waits
// until that stays where it is, and nothing lies over it. The browser is asked for the place alone: what it is asked for by chromedp's own
// search it keeps as long as the page.
func (p *page) click(t *testing.T, xpath string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(p, time.Minute)
	defer cancel()
	var centre []float64
	if err := poll(ctx, func() bool {
		before := centre
		centre = eval[[]float64](t, p, fmt.Sprintf(`(() => {
			const found = document.evaluate(%q, document, null, XPathResult.ORDERED_NODE_SNAPSHOT_TYPE);
			for (let i = 0; i < found.snapshotLength; i++) {
				const element = found.snapshotItem(i);
				const { left, top, width, height } = element.getBoundingClientRect();
				if (width > 0 && height > 0 && element.checkVisibility({ visibilityProperty: true })) {
					const x = left + width / 2, y = top + height / 2;
					return element.contains(document.elementFromPoint(x, y)) ? [x, y] : [];
				}
			}
			return [];
		})()`, xpath))
		return len(centre) == 2 && slices.Equal(centre, before)
	}); err != nil {
		p.picture(t, "failed")
		t.Fatalf("%s: %v", xpath, err)
	}
	p.do(t, chromedp.MouseEvent(chromedp.MouseMoved, centre[0], centre[1]), chromedp.MouseClickXY(centre[0], centre[1]))
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

// held is about how many bytes a page holds that nothing forgets: what its JavaScript holds, and 1 KB for each node, be it shown or not.
func (p *page) held(t *testing.T) float64 {
	t.Helper()
	_, err := chromedp.Call(p, heapprofiler.CollectGarbage, cdp.Empty{})
	if err != nil {
		t.Fatal(err)
	}
	heap, err := chromedp.Call(p, runtime.GetHeapUsage, cdp.Empty{})
	if err != nil {
		t.Fatal(err)
	}
	dom, err := chromedp.Call(p, cdmemory.GetDOMCounters, cdp.Empty{})
	if err != nil {
		t.Fatal(err)
	}
	return heap.UsedSize + heap.BackingStorageSize + 1e3*float64(dom.Nodes)
}
