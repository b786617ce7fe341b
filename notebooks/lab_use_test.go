package notebooks_test

import (
	"flag"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

var use = flag.Duration("use", 0, "how long TestUse works in one JupyterLab")

// TestUse works in one JupyterLab for as long as -use says: it changes a setting and runs what is out of date, interrupts a training, runs
// all, saves and exports, again and again. The memory of each program stays level, and no temporary file is left.
func TestUse(t *testing.T) {
	if *use == 0 {
		t.Skip("go test ./notebooks -run TestUse -timeout 2h -use 1h works in one JupyterLab for an hour")
	}
	temporary := t.TempDir()
	t.Setenv("TMPDIR", temporary)
	p, _ := openSettings(t, mixture)
	own := settingsSource(t, mixture)
	change := func(noise, epochs string) {
		t.Helper()
		p.click(t, fmt.Sprintf(`(//div[contains(@class,"jp-CodeCell")])[%d]//div[contains(@class,"cm-content")]`, settingsCell))
		p.press(t, "a", chromedp.ModifierCtrl)
		p.insert(t, strings.NewReplacer("float64 = 0.1 ", "float64 = "+noise+" ", "= 2000 ", "= "+epochs+" ").Replace(own))
		p.stands(t, "nothing is out of date", func(s standing) bool { return s.Value == noise && len(s.Notes) > 0 })
	}
	run := func() { p.click(t, `//*[@data-jp-item-name="mdn-run"]//*[contains(text(),"out of date")]`) }
	var sizes []map[string]int // after each round
	var files []int
	for began := time.Now(); time.Since(began) < *use; {
		change([]string{"0.2", "0.3"}[len(sizes)%2], "300")
		run()
		p.stands(t, "what is out of date has not run", func(s standing) bool { return s.Button == "Up to date" && s.idle() && len(s.Notes) == 0 })
		change("0.4", "20000")
		run()
		p.stands(t, "the training does not begin", func(s standing) bool { return s.Prompts[trainingCell-1] == "[*]:" })
		time.Sleep(time.Second)
		p.menu(t, "Kernel", "Interrupt Kernel")
		p.stands(t, "the training cannot be interrupted", standing.idle)
		change("0.1", "300")
		before := p.standing(t).Prompts
		p.menu(t, "Run", "Run All Cells")
		p.stands(t, "Run All has not come to its end", func(s standing) bool {
			return s.idle() && s.Prompts[len(before)-1] != before[len(before)-1] && len(s.Notes) == 0
		})
		p.save(t)
		if err := theLab(t).send(http.MethodGet, "nbconvert/tutorial/notebooks/"+filepath.Base(paths(t)[0]), io.Discard); err != nil {
			t.Fatal(err)
		}
		p.noErrors(t)
		size := memoryByProgram(t)
		size["page"] = int(p.held(t)) >> 20 // a part of Chromium's
		sizes = append(sizes, size)
		files = append(files, filesIn(t, temporary))
		t.Logf("round %d after %.0f s: %d temporary files, memory in MB %v", len(sizes), time.Since(began).Seconds(), files[len(files)-1], sizes[len(sizes)-1])
	}
	third := len(sizes) / 3
	if third < 3 {
		t.Skipf("%d rounds are too few to see growth", len(sizes))
	}
	for _, program := range slices.Sorted(maps.Keys(sizes[0])) {
		middle := func(rounds []map[string]int) int {
			var values []int
			for _, round := range rounds {
				values = append(values, round[program])
			}
			slices.Sort(values)
			return values[len(values)/2]
		}
		if early, late := middle(sizes[third:2*third]), middle(sizes[2*third:]); late > early+early/5+10 {
			t.Errorf("%s has grown from %d to %d MB", program, early, late)
		}
	}
	if early, late := slices.Max(files[:third]), slices.Max(files[2*third:]); late > early {
		t.Errorf("%d temporary files have become %d", early, late)
	}
}

// memoryByProgram returns how much memory of their own all processes have that this one has started, in MB, by the names of their programs.
func memoryByProgram(t *testing.T) map[string]int {
	t.Helper()
	running := processes(t)
	sizes := map[string]int{}
	for id, p := range running {
		for ancestor := id; ancestor > 1; ancestor = running[ancestor].parent {
			if ancestor == os.Getpid() && id != ancestor {
				sizes[p.name] += p.own >> 20
			}
		}
	}
	return sizes
}

// filesIn returns how many files and folders lie in a folder, at any depth.
func filesIn(t *testing.T, folder string) (count int) {
	t.Helper()
	if err := filepath.WalkDir(folder, func(string, fs.DirEntry, error) error {
		count++
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return count
}
