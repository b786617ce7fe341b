package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
)

const host = "127.0.0.1"

// lab opens JupyterLab on a notebook, the first unless another is named.
func lab(ctx context.Context, c checkout, flags *flag.FlagSet, arguments []string) error {
	port := flags.Int("port", 0, "serve on this port; 0 takes 8888, or one near it if that is taken")
	noBrowser := flags.Bool("no-browser", false, "print the address instead of opening a browser")
	if err := parse(flags, arguments, 1); err != nil {
		return err
	}
	name := flags.Arg(0)
	if name == "" {
		paths, err := c.notebooks()
		if err != nil || len(paths) == 0 {
			return problem{"there are no notebooks in " + c.path("notebooks"), "restore them with git checkout notebooks"}
		}
		name = paths[0]
	}
	notebook, err := c.notebook(name)
	if err != nil {
		return err
	}
	inside, err := filepath.Rel(string(c), notebook)
	if err != nil || !filepath.IsLocal(inside) {
		return problem{notebook + " is outside of the checkout", "copy it into " + c.path("notebooks")}
	}
	if err := c.tryLabPath(); err != nil {
		return err
	}
	serveOn := []string{"--ServerApp.port=8888", "--ServerApp.port_retries=50"}
	if *port != 0 {
		if err := tryPort(*port); err != nil { // before anything that takes minutes
			return err
		}
		serveOn = []string{"--ServerApp.port=" + strconv.Itoa(*port), "--ServerApp.port_retries=0"}
	}
	g, err := c.setUp(ctx, "JupyterLab")
	if err != nil {
		return err
	}
	environment := append(c.environ(g), "MDN_BROWSER="+cmp.Or(os.Getenv("MDN_BROWSER"), browser.find())) // which prints pages as PDF
	if err := os.Chdir(string(c)); err != nil {
		return err
	}
	fmt.Printf("JupyterLab opens on %s. To stop it, press Ctrl-C here twice.\n", inside)
	address := url.URL{Path: "/lab/tree/" + filepath.ToSlash(inside)}
	run := []string{"-m", "jupyterlab",
		"--LabApp.default_url=" + address.EscapedPath(),
		"--ServerApp.root_dir=" + string(c),
		"--ServerApp.extra_static_paths=" + filepath.Dir(c.liveFile()),                                                // figure.Live shows it
		"--ServerApp.extra_static_paths=" + c.path("notebooks", "page"),                                               // the controls of settings
		"--ServerApp.extra_static_paths=" + c.path("kernel-setup", "jupyter", "mdn_jupyter", "templates", "tutorial"), // charts
		"--LabServerApp.extra_labextensions_path=" + c.path("kernel-setup", "jupyter", "labextensions"),
		"--ServerApp.jpserver_extensions=mdn_jupyter.lab=True",
		"--ServerApp.log_level=WARN",
		"--ServerApp.ip=" + host,
		"--ServerApp.open_browser=" + map[bool]string{true: "False", false: "True"}[*noBrowser],
		// gonb-guard bounds what a cell prints, and says what it leaves out. Jupyter's server would drop arbitrary parts of what is let
		// through, where many short messages come together.
		"--ZMQChannelsWebsocketConnection.limit_rate=False",
	}
	for _, pattern := range hidden {
		run = append(run, "--ContentsManager.hide_globs="+pattern)
	}
	for _, exporter := range lacking {
		run = append(run, "--"+exporter+".enabled=False")
	}
	run = append(run, serveOn...)
	if os.Geteuid() == 0 {
		run = append(run, "--allow-root")
	}
	return become(c.python(), run, environment)
}

// hidden are the files and folders that the file browser of JupyterLab leaves out: those that it leaves out anyway, and in the folder of the
// notebooks what is not for learners. They can still be opened by their names.
var hidden = []string{"__pycache__", "*.pyc", "*.pyo", ".DS_Store", "*~", "*_test.go", "testdata", "live", "page"}

// lacking are the exporters of nbconvert's that cannot do their work here, or not for these notebooks; JupyterLab's menu would offer them
// all. The first five lack pandoc, TeX, Playwright or Qt. Slides would be one, scripts no program, and in Python.
var lacking = []string{
	"ASCIIDocExporter", "LatexExporter", "RSTExporter", "WebPDFExporter", "QtExporter", "SlidesExporter", "ScriptExporter", "PythonExporter",
}

// tryPort returns an error if nothing can be served on the port.
func tryPort(port int) error {
	const otherwise = "choose another with -port, or leave -port out to get a free one"
	if port < 1 || port > 65535 {
		return problem{fmt.Sprintf("there is no port %d; ports are numbered 1 to 65535", port), otherwise}
	}
	listener, err := net.Listen("tcp", net.JoinHostPort(host, strconv.Itoa(port)))
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return problem{fmt.Sprintf("port %d is taken", port), otherwise}
	case err != nil:
		return problem{fmt.Sprintf("port %d cannot be used: %v", port, err), otherwise}
	}
	return listener.Close()
}
