package build

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"mdn/kernel-setup/notebook"
	"mdn/mdnlib/figure/markup"
)

// An Item is one thing that a cell has printed or shown, as a page has it. One of the fields is set.
type Item struct {
	Text  string `json:"text,omitempty"`  // printed
	HTML  string `json:"html,omitempty"`  // shown by package figure
	Live  string `json:"live,omitempty"`  // the settings of the part that trains in the browser
	Other *int   `json:"other,omitempty"` // shown by anything else: the number of the output among those of the cell
}

// Same reports whether two are equal.
func (i Item) Same(other Item) bool {
	return i.Other == nil && other.Other == nil && i.Text == other.Text && i.HTML == other.HTML && i.Live == other.Live
}

// Items returns what a cell of a notebook has printed and shown. What is printed in several pieces is one.
func Items(cell notebook.Cell) (items []Item, err error) {
	items = []Item{} // which JSON writes as a list
	for number, o := range cell.Outputs {
		if o.Type == notebook.Stream {
			items = printed(items, o.Text)
			continue
		}
		kind := o.MetadataText("mdn")
		if kind == "live" {
			items = append(items, Item{Live: o.MetadataText("live")})
			continue
		}
		data := map[string]string{}
		for mediaType := range o.Data {
			data[mediaType], _ = o.As(mediaType)
		}
		element, known, err := markup.Output(kind, data)
		switch {
		case err != nil:
			return nil, err
		case !known || o.Type == notebook.Failed:
			items = append(items, Item{Other: &number})
		case element != "":
			items = append(items, Item{HTML: element})
		}
	}
	return items, nil
}

func printed(items []Item, text string) []Item {
	if n := len(items); n > 0 && items[n-1].Text != "" {
		items[n-1].Text += text
		return items
	}
	if text == "" {
		return items
	}
	return append(items, Item{Text: text})
}

// Run runs the program on this machine, in a folder, and returns what each of its cells prints and shows, counted from 1. A cell that fails
// has an error.
func (b *Built) Run(ctx context.Context, folder string, settings map[string]any, cells int) (items map[int][]Item, failed map[int]error, err error) {
	encoded, err := json.Marshal(settings)
	if err != nil {
		return nil, nil, err
	}
	items, failed = map[int][]Item{}, map[int]error{}
	for first := 1; first <= cells; {
		last, complaint, err := b.runFrom(ctx, folder, string(encoded), first, items)
		if err != nil {
			return nil, nil, err
		}
		if complaint == nil {
			return items, failed, nil
		}
		failed[last] = complaint
		first = last + 1
	}
	return items, failed, nil
}

// runFrom runs the cells from the first on, until one fails: that is the last, and complaint says how.
func (b *Built) runFrom(ctx context.Context, folder, settings string, first int, items map[int][]Item) (last int, complaint, err error) {
	work, err := os.MkdirTemp("", "mdn-page-*")
	if err != nil {
		return 0, nil, err
	}
	defer os.RemoveAll(work)
	stdout, err := os.Create(filepath.Join(work, "printed"))
	if err != nil {
		return 0, nil, err
	}
	defer stdout.Close()
	shown, err := os.Create(filepath.Join(work, "shown"))
	if err != nil {
		return 0, nil, err
	}
	defer shown.Close()
	var stderr bytes.Buffer
	cmd := exec.CommandContext(ctx, b.Native, settings, strconv.Itoa(first))
	cmd.Dir, cmd.Stdout, cmd.Stderr, cmd.ExtraFiles = folder, stdout, &stderr, []*os.File{shown}
	runErr := cmd.Run()
	if ctx.Err() != nil {
		return 0, nil, ctx.Err()
	}
	last, err = read(stdout.Name(), shown.Name(), items)
	var exit *exec.ExitError
	switch {
	case err != nil:
		return 0, nil, err
	case runErr == nil:
		return last, nil, nil
	case !errors.As(runErr, &exit) || last < first:
		return 0, nil, fmt.Errorf("the program of the page does not run: %w: %s", runErr, stderr.String())
	}
	return last, errors.New(strings.TrimSpace(stderr.String())), nil
}

// read reads what a run has printed and shown, by cells, and returns the last cell that began.
func read(printedFile, shownFile string, items map[int][]Item) (last int, err error) {
	text, err := os.ReadFile(printedFile)
	if err != nil {
		return 0, err
	}
	file, err := os.Open(shownFile)
	if err != nil {
		return 0, err
	}
	defer file.Close()
	at := int64(0)
	printUntil := func(end int64) {
		if last > 0 {
			items[last] = printed(items[last], string(text[at:end]))
		}
		at = end
	}
	places := map[string]int{} // of the elements of the cell that have an id
	lines := bufio.NewReader(file)
	for {
		line, err := lines.ReadBytes('\n')
		if len(line) == 0 {
			printUntil(int64(len(text)))
			items[last] = withoutEmpty(items[last])
			return last, nil
		}
		var element struct {
			After          int64
			Begin          int
			ID, Kind, HTML string
		}
		if err == nil {
			err = json.Unmarshal(line, &element)
		}
		if err != nil || element.After < at || element.After > int64(len(text)) {
			return 0, fmt.Errorf("the program of the page has written %q where a line of JSON belongs (%w)", line, err)
		}
		printUntil(element.After)
		if element.Begin > 0 {
			items[last] = withoutEmpty(items[last])
			last, places = element.Begin, map[string]int{}
			items[last] = nil
			continue
		}
		item := Item{HTML: element.HTML}
		if element.Kind == "live" {
			item = Item{Live: element.HTML}
		}
		if place, again := places[element.ID]; again && element.ID != "" {
			items[last][place] = item
			continue
		}
		places[element.ID] = len(items[last])
		items[last] = append(items[last], item)
	}
}

// Difference says where what a cell shows here differs from what it showed in the notebook, "" where it is the same.
func Difference(notebook, here []Item) string {
	if slices.EqualFunc(notebook, here, Item.Same) {
		return ""
	}
	for i := range max(len(notebook), len(here)) {
		switch {
		case i >= len(here):
			return fmt.Sprintf("it shows %d things in the notebook, and %d here", len(notebook), len(here))
		case i >= len(notebook):
			return fmt.Sprintf("it shows %s, which it did not in the notebook", brief(here[i], ""))
		case !notebook[i].Same(here[i]):
			return fmt.Sprintf("it shows %s, and in the notebook %s", brief(here[i], whole(notebook[i])), brief(notebook[i], whole(here[i])))
		}
	}
	return ""
}

// withoutEmpty leaves out what has kept its place and not shown anything in the end.
func withoutEmpty(items []Item) []Item {
	return slices.DeleteFunc(items, func(i Item) bool { return i == Item{} })
}

func whole(i Item) string { return i.Text + i.HTML + i.Live }

// brief quotes an item from shortly before the place on where it differs from another.
func brief(i Item, other string) string {
	text := whole(i)
	from := 0
	for from < min(len(text), len(other)) && text[from] == other[from] {
		from++
	}
	from = max(0, from-20)
	return strconv.Quote(strings.ToValidUTF8(text[from:min(len(text), from+60)], ""))
}
