package notebooks_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/coder/websocket/wsjson"
)

// firefox is a tab of Firefox, driven by WebDriver BiDi (https://www.w3.org/TR/webdriver-bidi/).
type firefox struct {
	connection *websocket.Conn
	tab        string
	sent       int
	console    []string // errors and warnings
}

// openFirefox opens a file in Firefox, for which there is no network.
func openFirefox(t *testing.T, path string) *firefox {
	t.Helper()
	program := os.Getenv("MDN_FIREFOX")
	if program == "" {
		t.Skip("no Firefox; go run ./kernel-setup test looks for it")
	}
	profile := t.TempDir()
	preferences := `user_pref("network.proxy.type", 1); user_pref("network.proxy.http", "127.0.0.1"); user_pref("network.proxy.http_port", 9);
user_pref("network.proxy.ssl", "127.0.0.1"); user_pref("network.proxy.ssl_port", 9); user_pref("network.proxy.allow_hijacking_localhost", false);
`
	if err := os.WriteFile(filepath.Join(profile, "user.js"), []byte(preferences), 0o644); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program, "--headless", "--no-remote", "--profile", profile, "--remote-debugging-port", "0")
	cmd.Env = append(os.Environ(), "HOME="+profile)
	printed, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	startGroup(t, cmd)
	address := ""
	for lines := bufio.NewScanner(printed); address == "" && lines.Scan(); {
		if _, after, found := strings.Cut(lines.Text(), "WebDriver BiDi listening on "); found {
			address = strings.TrimSpace(after)
		}
	}
	if address == "" {
		t.Fatal("Firefox does not say where it listens")
	}
	go func() { // what is not read would block it
		for lines := bufio.NewScanner(printed); lines.Scan(); {
		}
	}()
	f := &firefox{}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if f.connection, _, err = websocket.Dial(ctx, address+"/session", nil); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.connection.CloseNow() })
	f.connection.SetReadLimit(64 << 20)
	f.call(t, "session.new", map[string]any{"capabilities": map[string]any{}}, nil)
	f.call(t, "session.subscribe", map[string]any{"events": []string{"log.entryAdded"}}, nil)
	var tree struct{ Contexts []struct{ Context string } }
	f.call(t, "browsingContext.getTree", map[string]any{}, &tree)
	f.tab = tree.Contexts[0].Context
	f.call(t, "browsingContext.navigate", map[string]any{
		"context": f.tab, "wait": "complete", "url": (&url.URL{Scheme: "file", Path: path}).String(),
	}, nil)
	return f
}

// call sends a command. Its result goes into a pointer, unless that is nil.
func (f *firefox) call(t *testing.T, method string, parameters map[string]any, into any) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 4*time.Minute)
	defer cancel()
	f.sent++
	if err := wsjson.Write(ctx, f.connection, map[string]any{"id": f.sent, "method": method, "params": parameters}); err != nil {
		t.Fatal(err)
	}
	for {
		var message struct {
			ID             int
			Error, Message string
			Result         json.RawMessage
			Method         string
			Params         struct{ Level, Text string }
		}
		if err := wsjson.Read(ctx, f.connection, &message); err != nil {
			t.Fatalf("%s: %v", method, err)
		}
		switch {
		case message.Method == "log.entryAdded" && message.Params.Level != "info" && message.Params.Level != "debug":
			f.console = append(f.console, message.Params.Text)
		case message.ID != f.sent:
		case message.Error != "":
			t.Fatalf("%s: %s: %s", method, message.Error, message.Message)
		case into != nil:
			if err := json.Unmarshal(message.Result, into); err != nil {
				t.Fatal(err)
			}
			return
		default:
			return
		}
	}
}

// await evaluates an expression, waits for the promise that it is, and returns its result as JSON.
func (f *firefox) await(t *testing.T, expression string) string {
	t.Helper()
	var result struct {
		Result           struct{ Value string }
		ExceptionDetails struct{ Text string }
	}
	f.call(t, "script.evaluate", map[string]any{
		"expression": fmt.Sprintf("(async () => JSON.stringify(await (%s)) ?? 'null')()", expression),
		"target":     map[string]any{"context": f.tab}, "awaitPromise": true,
	}, &result)
	if result.ExceptionDetails.Text != "" {
		t.Fatalf("%s: %s", expression, result.ExceptionDetails.Text)
	}
	return result.Result.Value
}
