package notebooks_test

import (
	"bytes"
	"encoding/json"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// written writes a notebook whose cells have run, and returns its path.
func written(t *testing.T, folder, name string, cells ...map[string]any) string {
	t.Helper()
	count := 0
	for _, cell := range cells {
		cell["metadata"] = map[string]any{}
		if cell["cell_type"] == "code" {
			count++
			cell["execution_count"] = count
		}
	}
	content, err := json.Marshal(map[string]any{"nbformat": 4, "nbformat_minor": 4, "metadata": map[string]any{}, "cells": cells})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(folder, name+".ipynb")
	if err := os.WriteFile(path, content, 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func markdown(source string) map[string]any {
	return map[string]any{"cell_type": "markdown", "source": source}
}

// showing is a cell of code that has shown something in these types.
func showing(data map[string]any) map[string]any {
	return map[string]any{"cell_type": "code", "source": "x",
		"outputs": []any{map[string]any{"output_type": "display_data", "metadata": map[string]any{}, "data": data}}}
}

// TestHostileNotebook exports what a page takes from a notebook that means ill, with one beside it that does not: that one's page is the
// same, to the byte, as if it were alone. Then it puts into the first page what a page does not take from a notebook, as if nobody had looked,
// and opens it in a browser: nothing of it runs, leads away, or asks the network for anything. Left out are an <iframe src> and a form
// that is sent, to whose servers Chromium opens a connection, on which it then sends nothing: only that no page takes one keeps that from happening.
func TestHostileNotebook(t *testing.T) {
	t.Parallel()
	var calls atomic.Int64
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { t.Errorf("the page has asked for %s", r.URL) }))
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew { // also where nothing is asked for afterwards
			calls.Add(1)
		}
	}
	server.Start()
	defer server.Close()
	to := func(content string) string { return strings.ReplaceAll(content, "SERVER", server.URL) }

	folder := t.TempDir()
	good := written(t, folder, "good", markdown("# A good notebook\n\nOne. Two."), showing(map[string]any{"text/plain": "three"}))
	hostile := written(t, folder, "hostile",
		markdown(to("# Bad \u202eeltit \u2066and\n\nFirst. <b style=\"position:fixed;inset:0;opacity:0.01\">over all</b>")),
		markdown(to(`<svg><foreignObject><p>foreign</p></foreignObject><use href="#text"/><animate attributeName="x" values="0;1"/></svg>`)),
		markdown(strings.Repeat("> ", 500)+"deep\n\n"+strings.Repeat("<div>", 3000)+"deeper"+strings.Repeat("</div>", 3000)),
		map[string]any{"cell_type": "markdown", "source": "![a](attachment:a.png)", "attachments": map[string]any{"a.png": map[string]any{"image/png": "AAAA"}}},
		showing(map[string]any{"application/javascript": "window.pwned = 1", "application/x-unknown": "<script>window.pwned = 1</script>", "text/plain": "<script>window.pwned = 1</script>"}),
		showing(map[string]any{"text/html": to(`<table><tr><td><a href="SERVER/a" ping="SERVER/ping">a</a></table>`)}))
	alone, together := filepath.Join(folder, "alone"), filepath.Join(folder, "together")
	export(t, alone, "-as-is", good)
	export(t, together, "-as-is", hostile, good)
	read := func(path ...string) []byte {
		content, err := os.ReadFile(filepath.Join(path...))
		if err != nil {
			t.Fatal(err)
		}
		return content
	}
	if !bytes.Equal(read(alone, "good.html"), read(together, "good.html")) {
		t.Error("the page of the good notebook is another one beside a hostile notebook")
	}

	unseen := to(`<script>window.pwned = 1; fetch("SERVER/fetch")</script>
<img src="x" onerror="window.pwned = 1" alt="a"><svg onload="window.pwned = 1"><script>window.pwned = 1</script></svg>
<svg><style><img src="x" alt="a" onerror="window.pwned = 1"></style></svg>
<script src="SERVER/a.js"></script><script src="data:text/javascript,window.pwned=1"></script><script type="module">import "SERVER/b.js"</script>
<iframe srcdoc="<script>parent.pwned = 1</script><img src='SERVER/inner'>"></iframe>
<object data="SERVER/object"></object><embed src="SERVER/embed"><video poster="SERVER/poster" src="SERVER/video" autoplay></video>
<link rel="stylesheet" href="SERVER/a.css"><link rel="prefetch" href="SERVER/prefetch"><link rel="preload" as="image" href="SERVER/preload">
<link rel="manifest" href="SERVER/manifest"><link rel="icon" href="SERVER/icon"><link rel="modulepreload" href="SERVER/c.js">
<style>@import url(SERVER/import.css); @font-face { font-family: F; src: url(SERVER/font) } .pwned { background: url(SERVER/background); font-family: F }</style>
<p class="pwned" style="cursor: url(SERVER/cursor), auto; border-image: image-set('SERVER/border' 1x)">text</p>
<svg><image href="SERVER/image"/><use href="SERVER/use.svg#a"/><filter id="f"><feImage href="SERVER/feimage"/></filter><rect filter="url(SERVER/filter#a)"/></svg>
<a id="program" href="javascript:window.pwned = 1">a</a><a id="animated"><svg><a id="moving"><animate attributeName="href" values="javascript:window.pwned=1"/><text>a</text></a></svg></a>
<form id="leading" action="SERVER/form"><input autofocus></form><base href="SERVER/">`)
	path := filepath.Join(together, "unseen.html")
	if err := os.WriteFile(path, bytes.Replace(read(together, "hostile.html"), []byte("</main>"), []byte(unseen+"</main>"), 1), 0o644); err != nil {
		t.Fatal(err)
	}
	p := openPage(t, "about:blank", 1280, 900)
	address := (&url.URL{Scheme: "file", Path: filepath.ToSlash(path)}).String()
	p.show(t, address, 1280, "light")
	for _, id := range []string{"program", "moving"} {
		eval[bool](t, p, `document.getElementById("`+id+`").dispatchEvent(new MouseEvent("click", {bubbles: true, cancelable: true}))`)
	}
	time.Sleep(time.Second) // for what begins later, of which there is to be nothing
	if eval[bool](t, p, `"pwned" in window`) {
		t.Error("a program of the notebook's ran")
	}
	if got := eval[string](t, p, "location.href"); got != address {
		t.Errorf("the page has led to %s", got)
	}
	if got := eval[bool](t, p, `document.getElementById("show-code").checked && getComputedStyle(document.documentElement).display === "block"`); !got {
		t.Error("the page's own scripts do not run")
	}
	if n := calls.Load(); n > 0 {
		t.Errorf("the network was used %d times", n)
	}
}
