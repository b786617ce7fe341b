package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"io"
	"maps"
	"math"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"mdn/kernel-setup/notebook"
	"mdn/kernel-setup/record"
)

// floors returns the lowest mean squared error and negative log likelihood there can be for the law of the notebooks, on
// their grid: the mean of (σ₀x)², and of ln(σ₀x) + ½ ln(2πe).
func floors(noise float64) (mse, nll string) {
	var squares, entropies float64
	for i := range 21 {
		sigma := noise * (1 + 0.2*float64(i))
		squares += sigma * sigma / 21
		entropies += (math.Log(sigma) + math.Log(2*math.Pi*math.E)/2) / 21
	}
	return fmt.Sprintf("%.4f", squares), fmt.Sprintf("%.4f", entropies)
}

// read returns a page, with the hyphen for each minus sign, as Go writes numbers.
func read(t *testing.T, path string) string {
	t.Helper()
	page, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(string(page), "−", "-")
}

// text returns what a page says, without its tags.
func text(t *testing.T, path string) string {
	t.Helper()
	return html.UnescapeString(regexp.MustCompile(`(?s)<style.*?</style>|<[^>]*>`).ReplaceAllString(read(t, path), ""))
}

// checkLinks checks that a page has a number of links to files, all of which are there.
func checkLinks(t *testing.T, path string, want int) {
	t.Helper()
	page, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	links := map[string]bool{}
	for _, link := range regexp.MustCompile(`href="([^":#][^":]*)"`).FindAllStringSubmatch(string(page), -1) {
		links[html.UnescapeString(link[1])] = true
	}
	if len(links) != want {
		t.Errorf("%s has the links %q, want %d", path, slices.Sorted(maps.Keys(links)), want)
	}
	for link := range links {
		file, err := url.PathUnescape(link)
		if err == nil {
			_, err = os.Stat(filepath.Join(filepath.Dir(path), file))
		}
		if err != nil {
			t.Error(err)
		}
	}
}

// showing is a cell that shows a chart, whose drawing for a phone says the value, and a key number, as the package figure sends them.
const showing = `%noautoget
import (
	"fmt"
	"github.com/janpfeifer/gonb/gonbui"
	"github.com/janpfeifer/gonb/gonbui/protocol"
)
func show(kind, name string, data map[protocol.MIMEType]any) {
	gonbui.SendData(&protocol.DisplayData{Data: data, Metadata: map[string]any{"mdn": kind, "alt": name}})
	gonbui.Sync()
}
%%
const description = "{\"what\": \"A dot.\", \"numbers\": \"\", \"trend\": \"\", \"point\": \"\"}"
show("chart", "One dot", map[protocol.MIMEType]any{"image/png": []byte("a dot"), "text/plain": "A dot.",
	"application/vnd.mdn.chart.desk+svg": "<svg></svg>", "application/vnd.mdn.chart.phone+svg": "<svg><text>" + value + "</text></svg>",
	"application/vnd.mdn.chart+json": "{\"version\": 2, \"title\": \"Dot\", \"name\": \"One dot\", \"tables\": [], \"description\": " + description + "}"})
if number := len(value); number > 4 {
	show("numbers", "", map[protocol.MIMEType]any{"text/plain": "a table", "application/vnd.mdn.numbers+json": fmt.Sprintf(
		"{\"version\": 1, \"columns\": [{\"name\": \"length\", \"unit\": \"letters\"}], \"rows\": [{\"name\": \"value\", \"cells\": [{\"text\": \"%d\", \"value\": %d, \"error\": 0.5}]}]}", number, number)})
}`

// TestAskedBeforeInstalling asks for the settings, and gives some that cannot be, in a checkout where nothing is installed and on a
// machine without Go and Python. The answer comes without them, and no folder is made.
func TestAskedBeforeInstalling(t *testing.T) {
	c := emptyCheckout(t)
	nothing := []string{"PATH=" + t.TempDir()}
	output, err := kernelSetup(t, string(c), nothing, "export", "-list")
	if want := "01-one has no settings\n\n02-two\n  name  type  default  range   meaning\n  n     int   1        [0, 9]  a number\n"; err != nil || output != want {
		t.Errorf("%v: it lists\n%s, want\n%s", err, output, want)
	}
	for set, want := range map[string]string{
		"n=10":   "kernel-setup: n = 10 is outside of [0, 9]; these are the settings:\n\n01-one has no settings\n\n02-two\n  name ",
		"nose=1": "kernel-setup: there is no setting nose; these are the settings:",
	} {
		folder := filepath.Join(t.TempDir(), "pages")
		output, err := kernelSetup(t, string(c), nothing, "export", "-o", folder, "-set", set)
		if _, missing := os.Stat(folder); err == nil || missing == nil || !strings.HasPrefix(output, want) {
			t.Errorf("%v: it says\n%s, want\n%s", err, output, want)
		}
	}
	if _, err := os.Stat(c.installed()); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("something has been installed (%v)", err)
	}
	for content, want := range map[string]string{
		"{\n<<<<<<< HEAD\n":                 "is not valid JSON, as a notebook has to be: invalid character '<' looking for beginning of object key string, at byte 3 of 15, in line 2; restore it",
		`{"nbformat": 3, "worksheets": []}`: "is a notebook of format 3, and 4 is the oldest that can be read; open it in JupyterLab and save it",
	} {
		broken := c.path("notebooks", "03-broken.ipynb")
		if err := writeFile(broken, []byte(content)); err != nil {
			t.Fatal(err)
		}
		for _, arguments := range [][]string{{"export"}, {"export", "-list"}, {"export", "03-broken"}} {
			if output, err := kernelSetup(t, string(c), nothing, arguments...); err == nil || !strings.Contains(output, "03-broken.ipynb "+want) || strings.Contains(output, "exit status") {
				t.Errorf("%v: it says\n%s, want\n%s", err, output, want)
			}
		}
	}
}

// TestSweep exports the first notebook with two values of noise, and looks for the floors that they have.
func TestSweep(t *testing.T) {
	folder := t.TempDir()
	output, err := kernelSetup(t, string(installedCheckout(t)), nil, "export", "-o", folder, "-set", "seed=2", "-set", "noise=0.05,0.3", "01-data")
	if err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	files, _ := filepath.Glob(filepath.Join(folder, "*.html"))
	if len(files) != 4 {
		t.Errorf("it has written %v, want two pages, one with both side by side, and the index of all", files)
	}
	for _, value := range []float64{0.05, 0.3} {
		mse, nll := floors(value)
		page := text(t, filepath.Join(folder, fmt.Sprintf("01-data.noise=%g.seed=2.html", value)))
		for _, want := range []string{
			fmt.Sprintf("1. The data: where does the spread come from? (noise = %g, seed = 2)", value), // its title
			fmt.Sprintf("With noise = %g, seed = 2.", value),
			fmt.Sprintf("const noise float64 = %g\nconst seed uint64 = 2\n", value),
			mse, nll,
		} {
			if !strings.Contains(page, want) {
				t.Errorf("the page with noise %g does not say %q", value, want)
			}
		}
	}
	sweep := filepath.Join(folder, "01-data.noise.seed=2.html")
	checkLinks(t, sweep, 3) // to two pages and to the index
	written := read(t, sweep)
	lowMSE, lowNLL := floors(0.05)
	highMSE, highNLL := floors(0.3)
	for _, want := range []string{
		"(noise = 0.05, 0.3; seed = 2)</title>", "<td>" + lowMSE + "</td><td>" + highMSE + "</td>", "<td>" + lowNLL + "</td><td>" + highNLL + "</td>",
	} {
		if !strings.Contains(written, want) {
			t.Errorf("the runs side by side do not say %q", want)
		}
	}
	for _, want := range []string{
		"Sampled data and the true mean: every chart on the same axes.", `aria-label="score mean squared error, floor`,
		`Dots and a line: g(x) over x, with noise = 0.05, seed = 2"`, `Dots and a line: g(x) over x, with noise = 0.3, seed = 2"`,
	} {
		if !strings.Contains(written, want) {
			t.Errorf("the runs side by side do not say %q", want)
		}
	}
	for value, want := range map[string]string{
		"0.05": `<a class="step" href="01-data.noise=0.3.seed=2.html">noise = 0.3 →</a>` + "\n" + `<a href="01-data.noise.seed=2.html">side by side</a>`,
		"0.3":  `<a class="step" href="01-data.noise=0.05.seed=2.html">← noise = 0.05</a>` + "\n" + `<a href="01-data.noise.seed=2.html">side by side</a>`,
	} {
		if page := read(t, filepath.Join(folder, "01-data.noise="+value+".seed=2.html")); !strings.Contains(page, want) {
			t.Errorf("the page with noise %s has no links to the others", value)
		}
	}
	if all := text(t, filepath.Join(folder, "index.html")); !strings.Contains(all, "With other settings: noise = 0.05, 0.3; seed = 2; noise = 0.05, seed = 2; noise = 0.3, seed = 2") {
		t.Errorf("the index says %s", all)
	}
}

// TestSweepOverTexts exports notebooks with dots in their names and parentheses in their titles, with texts of which one has
// parentheses, into a fresh folder. Each has a title, a sentence, a picture and its own pages in the index.
func TestSweepOverTexts(t *testing.T) {
	c := installedCheckout(t)
	source, folder := t.TempDir(), filepath.Join(t.TempDir(), "fresh")
	arguments := []string{"export", "-o", folder, "-set", `value=bent (twice),"a, b"`}
	titles := map[string]string{"lab.one": "Lab one", "lab.two": "8. Mixtures (K = 3)"}
	for name, title := range titles {
		path := filepath.Join(source, name+".ipynb")
		settings := `%parameters const value string = "plain" // [plain, "bent (twice)", "a, b"] which`
		writeNotebook(t, path, "# "+title+"\n\nIt is **"+name+"**. Two. Three.", settings, showing)
		arguments = append(arguments, path)
	}
	if output, err := kernelSetup(t, string(c), nil, arguments...); err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	sweep := filepath.Join(folder, "lab.two.value.html")
	checkLinks(t, sweep, 3)
	if said := text(t, sweep); !strings.Contains(said, "8. Mixtures (K = 3) (value = bent (twice), a, b)") || !strings.Contains(said, "value, length (letters)12 ± 0.5–") {
		t.Errorf("the runs side by side say %s", said)
	}
	if page := text(t, filepath.Join(folder, "lab.two.value=bent%20%28twice%29.html")); !strings.Contains(page, "8. Mixtures (K = 3) (value = bent (twice))") ||
		!strings.Contains(page, "go run ./kernel-setup export -set 'value=bent (twice)' lab.two\n") {
		t.Errorf("the page says %s", page)
	}
	index := filepath.Join(folder, "index.html")
	checkLinks(t, index, 6)
	for name, title := range titles {
		if said, want := text(t, index), title+"\nIt is "+name+". Two.\nWith other settings: value = bent (twice), a, b; value = a, b; value = bent (twice)\n"; !strings.Contains(said, want) {
			t.Errorf("the index says\n%s, want\n%s", said, want)
		}
	}
	content, err := os.ReadFile(index)
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(content), "</div>\n<svg><text>a, b</text></svg></li>"); n != 2 {
		t.Errorf("the index shows %d drawings, want one for each notebook:\n%s", n, content)
	}
	r, err := record.Read(record.Path(folder, "lab.one.value=a%2C%20b"))
	if err != nil || r.Notebook != "lab.one" || r.With != "value = a, b" || r.Thumbnail.Drawing != "<svg><text>a, b</text></svg>" {
		t.Errorf("the record is %+v (%v)", r, err)
	}
}

// TestSweepWithAFailure checks that one run that fails does not take the others with it, and leaves its page of before.
func TestSweepWithAFailure(t *testing.T) {
	c := installedCheckout(t)
	folder := t.TempDir()
	notebook := filepath.Join(folder, "tiny.ipynb")
	writeNotebook(t, notebook, "# Tiny", `%parameters const value string = "usual" // [usual, bad, better] which`,
		"%%\nif value == \"bad\" {\n\tlog.Fatal(\"no cheese\")\n}\nfmt.Println(\"it is\", value)", showing)
	if err := os.WriteFile(filepath.Join(folder, "tiny.value=bad.html"), []byte("before"), 0o644); err != nil {
		t.Fatal(err)
	}
	output, err := kernelSetup(t, string(c), nil, "export", "-o", folder, "-set", "value=bad,better", notebook)
	if err == nil || !strings.Contains(output, "tiny.ipynb with value = bad stops at code cell 3: ") || !strings.Contains(output, "no cheese") {
		t.Errorf("%v: %s", err, output)
	}
	if page := text(t, filepath.Join(folder, "tiny.value=bad.html")); page != "before" {
		t.Errorf("the page of the run that failed is now %q", page)
	}
	if page := text(t, filepath.Join(folder, "tiny.value=better.html")); !strings.Contains(page, "it is better") {
		t.Errorf("the page of the run after the failure does not say it: %s", page)
	}
	sweep := filepath.Join(folder, "tiny.value.html")
	if said := text(t, sweep); !strings.Contains(said, "no cheese") || !strings.Contains(said, "value, length (letters)–6 ± 0.5") {
		t.Errorf("the runs side by side say %s", said)
	}
	written, err := os.ReadFile(sweep)
	if err != nil {
		t.Fatal(err)
	}
	for _, link := range regexp.MustCompile(`href="tiny[^"]*"`).FindAllString(string(written), -1) {
		if link != `href="tiny.value=better.html"` {
			t.Errorf("it has the link %s, want some to the page of the run that did not fail, and to no other", link)
		}
	}
}

// TestRows puts the key numbers of runs side by side: every number of every run, also one that is there twice, with its error.
func TestRows(t *testing.T) {
	half := 0.5
	runs := []outcome{
		{Record: &record.Record{Numbers: []record.Number{{Name: "cost", Text: "1"}, {Name: "error", Unit: "m", Text: "2", Error: &half}, {Name: "cost", Text: "3"},
			{Name: "price", Text: "5", Cell: "first"}, {Name: "price", Text: "6", Cell: "second"}}}},
		{Failure: errors.New("it failed")},
		{Record: &record.Record{Numbers: []record.Number{{Name: "new", Text: "4 ± 1", Error: &half}, {Name: "cost", Text: "∞"},
			{Name: "price", Text: "7", Cell: "second"}}}},
	}
	var got []string
	for _, r := range rows(runs) {
		got = append(got, fmt.Sprintf("%s %s %q", r.Name, r.Unit, r.Numbers))
	}
	want := []string{`cost  ["1" "" "∞"]`, `error m ["2 ± 0.5" "" ""]`, `cost  ["3" "" ""]`, `price  ["5" "" ""]`, `price  ["6" "" "7"]`, `new  ["" "" "4 ± 1"]`}
	if !slices.Equal(got, want) {
		t.Errorf("the rows are\n%s, want\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestInterruptedExport interrupts an export while a cell runs. It says what is kept, and nothing of installing.
func TestInterruptedExport(t *testing.T) {
	c := installedCheckout(t)
	folder := t.TempDir()
	notebook := filepath.Join(folder, "slow.ipynb")
	writeNotebook(t, notebook, "# Slow", "%%\ntime.Sleep(time.Hour)")
	cmd := exec.Command(program(t), "export", "-o", folder, notebook)
	cmd.Dir = string(c)
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	output, letter := "", make([]byte, 1)
	for !strings.HasSuffix(output, "slow.ipynb …\n") { // which it says when it begins to run it
		if _, err := stderr.Read(letter); err != nil {
			t.Fatalf("%v: %s", err, output)
		}
		output += string(letter)
	}
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	rest, err := io.ReadAll(stderr)
	if err != nil {
		t.Fatal(err)
	}
	err = cmd.Wait()
	if want := "interrupted; the pages that have been written stay in " + folder + ", and no other page has been changed\n"; cmd.ProcessState.ExitCode() != 130 ||
		!strings.HasSuffix(string(rest), want) || strings.Contains(string(rest), "install") {
		t.Errorf("%v: it says\n%s, want\n%s", err, rest, want)
	}
}

// TestKilledExport kills an export with SIGKILL while a cell runs: the older page stays as it was, and nothing goes on running.
func TestKilledExport(t *testing.T) {
	c := installedCheckout(t)
	folder := t.TempDir()
	notebook, page := filepath.Join(folder, "slow.ipynb"), filepath.Join(folder, "slow.html")
	writeNotebook(t, notebook, "# Slow", "%%\ntime.Sleep(time.Hour)")
	if err := os.WriteFile(page, []byte("before"), 0o644); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program(t), "export", "-o", folder, notebook)
	temporary := t.TempDir()
	cmd.Dir, cmd.Env = string(c), append(os.Environ(), "TMPDIR="+temporary)
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for lines := bufio.NewScanner(stderr); lines.Scan() && !strings.HasSuffix(lines.Text(), "slow.ipynb …"); { // which it says when it begins to run it
	}
	time.Sleep(5 * time.Second) // until there is a kernel
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // killed, which is no news
	if after := text(t, page); after != "before" {
		t.Errorf("the page is now %s", after)
	}
	if left, err := filepath.Glob(filepath.Join(folder, "*")); err != nil || len(left) != 2 {
		t.Errorf("beside the notebook and its page lies %v (%v)", left, err)
	}
	if runtime.GOOS != "linux" {
		return // no /proc
	}
	var running []string
	for range 100 {
		running, err = filepath.Glob(filepath.Join(temporary, "*"))
		if err != nil {
			t.Fatal(err)
		}
		programs, _ := filepath.Glob("/proc/[0-9]*/cmdline")
		for _, file := range programs {
			if words, err := os.ReadFile(file); err == nil && (bytes.Contains(words, []byte(folder)) || bytes.Contains(words, []byte(temporary))) { // those that end meanwhile cannot be read
				running = append(running, strings.ReplaceAll(string(words), "\x00", " "))
			}
		}
		if running == nil {
			return
		}
		time.Sleep(200 * time.Millisecond)
	}
	t.Errorf("20 s later these run or lie there: %s", strings.Join(running, "\n"))
}

// TestFullFolder asserts what is said where pages cannot be written: it names the folder, and gives no advice on installing.
func TestFullFolder(t *testing.T) {
	for cause, want := range map[error]string{
		syscall.ENOSPC: "write /disk/pages/a.html: the disk of /disk/pages is full; free space on it, or name another folder with -o",
		syscall.EDQUOT: "write /disk/pages/a.html: the disk of /disk/pages is full; ",
		syscall.EROFS:  "write /disk/pages/a.html: nothing can be written into /disk/pages; make it yours to write, or name another folder with -o",
		syscall.EACCES: "write /disk/pages/a.html: nothing can be written into /disk/pages; ",
		syscall.EIO:    "write /disk/pages/a.html: write /disk/pages/a.html.1: input/output error",
	} {
		err := explainWrite("/disk/pages/a.html", "/disk/pages", elsewhere, &os.PathError{Op: "write", Path: "/disk/pages/a.html.1", Err: cause})
		if !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%v is explained as\n%v, want\n%s", cause, err, want)
		}
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	e := exporter{folder: filepath.Join(file, "pages"), progress: newProgress()}
	defer e.progress.close()
	if err := e.write("a", nil, "", nil); err == nil || !strings.HasPrefix(err.Error(), "write "+filepath.Join(file, "pages", "a.html")+": ") {
		t.Errorf("of a folder that cannot be it says %v", err)
	}
}

// writeRecord writes a page and its record.
func writeRecord(t *testing.T, folder, page string, r any) {
	t.Helper()
	path := record.Path(folder, page)
	if _, ok := r.(*record.Sweep); ok {
		path = record.SweepPath(folder, page)
	}
	content, err := record.Encode(r)
	if err != nil {
		t.Fatal(err)
	}
	for path, content := range map[string][]byte{path: content, filepath.Join(folder, page+".html"): nil} {
		if err := writeFile(path, content); err != nil {
			t.Fatal(err)
		}
	}
}

// TestIndex writes the index of a folder whose own name would be a pattern, from the records in it.
func TestIndex(t *testing.T) {
	c, err := findCheckout()
	if err != nil {
		t.Fatal(err)
	}
	folder := filepath.Join(t.TempDir(), "a[1]")
	lab := func(notebook, title, with string) *record.Record {
		return &record.Record{Version: record.Version, Notebook: notebook, Title: title, Sentence: "Of " + notebook + ".", With: with,
			Thumbnail: &record.Thumbnail{Name: "a chart", Drawing: `<svg aria-label="a &lt;chart>"></svg>`}}
	}
	writeRecord(t, folder, "lab.one", lab("lab.one", "One", ""))
	writeRecord(t, folder, "lab.one.law=a%20b", lab("lab.one", "One", "law = a (b = c)"))
	writeRecord(t, folder, "lab.two.k=1", lab("lab.two", "8. Mixtures (K = 3)", "k = 1"))
	writeRecord(t, folder, "lab.two.k", &record.Sweep{Version: record.Version, Notebook: "lab.two", Title: "8. Mixtures (K = 3)", With: "k = 1, 2"})
	writeRecord(t, folder, "deleted", lab("deleted", "Deleted", ""))
	if err := os.Remove(filepath.Join(folder, "deleted.html")); err != nil {
		t.Fatal(err)
	}
	if err := writeFile(filepath.Join(folder, "foreign.html"), []byte("<title>Foreign</title>")); err != nil {
		t.Fatal(err)
	}
	e := exporter{checkout: c, folder: folder, progress: newProgress()}
	defer e.progress.close()
	if err := e.writeIndex(); err != nil {
		t.Fatal(err)
	}
	index := filepath.Join(folder, "index.html")
	said := text(t, index)
	for _, want := range []string{"One\nOf lab.one.\nWith other settings: law = a (b = c)\n", "8. Mixtures (K = 3)\nOf lab.two.\nWith other settings: k = 1, 2; k = 1\n"} {
		if !strings.Contains(said, want) {
			t.Errorf("the index says\n%s, want\n%s", said, want)
		}
	}
	if strings.Contains(said, "Deleted") || strings.Contains(said, "Foreign") {
		t.Errorf("the index says\n%s, which names what is not there, or is not ours", said)
	}
	content, err := os.ReadFile(index)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`<a href="lab.one.html">One</a>`, `<a href="lab.one.law=a%2520b.html">`, `<a href="lab.two.k.html">8. Mixtures (K = 3)</a>`} {
		if !strings.Contains(string(content), want) {
			t.Errorf("the index has no %s", want)
		}
	}
	if n := strings.Count(string(content), "</div>\n"+`<svg aria-label="a &lt;chart>"></svg></li>`); n != 2 {
		t.Errorf("the index shows %d drawings, want 2", n)
	}
	old := []byte(`{"version": 99}`)
	if err := errors.Join(writeFile(record.Path(folder, "old"), old), writeFile(record.SweepPath(folder, "old"), old)); err != nil {
		t.Fatal(err)
	}
	if err := e.writeIndex(); err == nil || strings.Count(err.Error(), "is a record of version 99, and 2 is the one that is read") != 2 || !strings.Contains(text(t, index), "Of lab.one.") {
		t.Errorf("with records that cannot be read, it says %v and writes\n%s", err, text(t, index))
	}
}

// TestPapermill runs the first notebook by papermill with another noise, and looks for the floors that this noise has.
func TestPapermill(t *testing.T) {
	c := installedCheckout(t)
	environment := environment(t, c)
	path := filepath.Join(t.TempDir(), "out.ipynb")
	source := c.path("notebooks", "01-data.ipynb")
	cmd := command(t.Context(), environment, c.python(), "-m", "papermill", source, path, "-p", "noise", "0.3", "-p", "seed", "2")
	if output, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	n, err := notebook.Read(path)
	if err != nil {
		t.Fatal(err)
	}
	var sources, said string
	for _, cell := range n.Cells {
		sources += cell.Source + "\n"
		for _, output := range cell.Outputs {
			shown, _ := output.As("text/plain")
			said += output.Text + shown
		}
	}
	if want := "const noise float64 = 0.3\nconst seed uint64 = 2\n"; !strings.Contains(sources, want) {
		t.Errorf("no cell says %q", want)
	}
	mse, nll := floors(0.3)
	for _, want := range []string{mse, nll} {
		if !strings.Contains(strings.ReplaceAll(said, "−", "-"), " "+want) {
			t.Errorf("the floor %s is not in\n%s", want, said)
		}
	}

	help, err := command(t.Context(), environment, c.python(), "-m", "papermill", "--help-notebook", source).Output()
	if want := "  noise: float64 (default 0.1)    [0, 1] σ₀, the spread of y for each unit of x\n"; err != nil || !strings.Contains(string(help), want) {
		t.Errorf("%v: papermill's help says\n%s, want\n%s", err, help, want)
	}
}

// writeNotebook writes a notebook with these cells; code begins with %, and a cell of settings with %parameters, which is left out.
func writeNotebook(t *testing.T, path string, sources ...string) {
	t.Helper()
	var cells []map[string]any
	for i, source := range sources {
		source, settings := strings.CutPrefix(source, "%parameters ")
		cell := map[string]any{"id": fmt.Sprint("cell-", i), "cell_type": "markdown", "source": source, "metadata": map[string]any{}}
		if settings || strings.HasPrefix(source, "%") {
			cell["cell_type"], cell["outputs"], cell["execution_count"] = "code", []any{}, nil
		}
		if settings {
			cell["metadata"] = map[string]any{"tags": []string{"parameters"}}
		}
		cells = append(cells, cell)
	}
	content, err := json.Marshal(map[string]any{
		"nbformat": 4, "nbformat_minor": 5, "cells": cells,
		"metadata": map[string]any{"kernelspec": map[string]string{"name": "gonb", "display_name": "Go", "language": "go"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := writeFile(path, content); err != nil {
		t.Fatal(err)
	}
}
