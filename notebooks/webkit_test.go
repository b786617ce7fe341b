package notebooks_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"
)

// webkit is a tab of WebKitGTK's browser, which has Safari's engine. It is the address of a session of WebDriver
// (https://www.w3.org/TR/webdriver2/).
type webkit string

// openWebKit opens a file in WebKit, on a screen that nobody sees. kernel-setup says in MDN_WEBKIT and MDN_XVFB which programs
// can do that.
func openWebKit(t *testing.T, path string) webkit {
	t.Helper()
	driver, xvfb := os.Getenv("MDN_WEBKIT"), os.Getenv("MDN_XVFB")
	if driver == "" || xvfb == "" {
		t.Skip("no WebKit, or no screen for it; go run ./kernel-setup test looks for WebKitWebDriver and Xvfb")
	}
	screen := exec.Command(xvfb, "-displayfd", "1", "-screen", "0", "1280x1000x24")
	printed, err := screen.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	startGroup(t, screen)
	display, err := bufio.NewReader(printed).ReadString('\n') // the first that is free
	if err != nil {
		t.Fatalf("Xvfb does not start: %v", err)
	}
	address := freeAddress(t)
	_, port, _ := net.SplitHostPort(address)
	cmd := exec.Command(driver, "--port="+port)
	cmd.Env = append(os.Environ(), "DISPLAY=:"+strings.TrimSpace(display), "GDK_BACKEND=x11")
	startGroup(t, cmd)

	soon, stop := context.WithTimeout(t.Context(), time.Minute)
	defer stop()
	root := webkit("http://" + address)
	if err := poll(soon, func() bool { return root.call("GET", "/status", nil, nil) == nil }); err != nil {
		t.Fatalf("WebKitWebDriver does not answer: %v", err)
	}
	var session struct{ SessionId string }
	if err := root.call("POST", "/session", map[string]any{"capabilities": map[string]any{}}, &session); err != nil {
		t.Fatal(err)
	}
	w := root + webkit("/session/"+session.SessionId)
	t.Cleanup(func() { _ = w.call("DELETE", "", nil, nil) })
	if err := w.call("POST", "/url", map[string]string{"url": (&url.URL{Scheme: "file", Path: path}).String()}, nil); err != nil {
		t.Fatal(err)
	}
	return w
}

// startGroup starts a program, and ends it and all that it has started with the test.
func startGroup(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM)
		_ = cmd.Wait()
	})
}

// freeAddress returns an address of this machine at which nothing listens.
func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}

// call sends a command to the driver. Its answer goes into a pointer, unless that is nil.
func (w webkit) call(method, path string, command, into any) error {
	var body io.Reader
	if command != nil {
		encoded, err := json.Marshal(command)
		if err != nil {
			return err
		}
		body = bytes.NewReader(encoded)
	}
	request, err := http.NewRequest(method, string(w)+path, body)
	if err != nil {
		return err
	}
	response, err := (&http.Client{Timeout: 4 * time.Minute}).Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", response.Status, answer)
	}
	if into == nil {
		return nil
	}
	return json.Unmarshal(answer, &struct{ Value any }{into})
}

// run runs the body of a function in JavaScript on the page. What that returns goes into a pointer.
func (w webkit) run(t *testing.T, script string, into any) {
	t.Helper()
	if err := w.call("POST", "/execute/sync", map[string]any{"script": script, "args": []any{}}, into); err != nil {
		t.Fatal(err)
	}
}

// await evaluates an expression, waits for the promise that it is, and returns its result as JSON.
func (w webkit) await(t *testing.T, expression string) string {
	t.Helper()
	if err := w.call("POST", "/timeouts", map[string]int{"script": 240_000}, nil); err != nil {
		t.Fatal(err)
	}
	var answer struct{ Value, Error string }
	script := fmt.Sprintf(`const done = arguments[0];
		(async () => JSON.stringify(await (%s)) ?? "null")().then(Value => done({ Value }), error => done({ Error: String(error) }));`, expression)
	if err := w.call("POST", "/execute/async", map[string]any{"script": script, "args": []any{}}, &answer); err != nil {
		t.Fatal(err)
	}
	if answer.Error != "" {
		t.Fatalf("%s: %s", expression, answer.Error)
	}
	return answer.Value
}

// TestLiveInWebKit trains in WebKit, where a worker of a page that was opened from a file may do less than elsewhere.
func TestLiveInWebKit(t *testing.T) {
	s := post(300)
	s.FinalCost = fmt.Sprintf("%.4f", train(t, s))
	w := openWebKit(t, writeLive(t, s))
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	var seen struct{ State, Kernels, Result string }
	w.run(t, `document.querySelector('.live button[name="pause"]').click();`, nil)
	err := poll(ctx, func() bool {
		w.run(t, `const live = document.querySelector(".live");
			return { State: live.dataset.state, Kernels: live.dataset.kernels, Result: live.querySelector(".live-result").textContent };`, &seen)
		return seen.State == "done" || seen.State == "failed"
	})
	if err != nil || !strings.HasSuffix(seen.Result, ": the same digits.") {
		t.Errorf("the live part is %s, and says %q (%v)", seen.State, seen.Result, err)
	}
	t.Logf("it trains with %s kernels", seen.Kernels)
}
