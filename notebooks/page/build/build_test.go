package build

import (
	"bytes"
	"encoding/base64"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mdn/kernel-setup/notebook"
)

// TestPack packs and unpacks bytes of many lengths. Nothing of what it writes means anything in HTML.
func TestPack(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for length := range 300 {
		content := make([]byte, length)
		for i := range content {
			content[i] = byte(random.Uint32())
		}
		packed, err := pack(content)
		if err != nil {
			t.Fatal(err)
		}
		if strings.ContainsAny(packed, "<>&\"'`\\\n") {
			t.Fatalf("%d bytes are written as %s", length, packed)
		}
		if back, err := Unpack(packed); err != nil || !bytes.Equal(back, content) {
			t.Fatalf("%d bytes come back as %d (%v)", length, len(back), err)
		}
		if length > 100 && len(letters(content)) >= base64.StdEncoding.EncodedLen(length) {
			t.Errorf("%d bytes are %d letters, no less than in base 64", length, len(letters(content)))
		}
	}
	if _, err := Unpack("<script>"); err == nil {
		t.Error("what was never packed is unpacked")
	}
}

// TestRead reads what a program has printed and shown: in its order, by cells, with what takes the place of something else in that place.
func TestRead(t *testing.T) {
	folder := t.TempDir()
	write := func(name, content string) string {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	printed := write("printed", "one\ntwo\nthree\n")
	shown := write("shown", `{"after":0,"begin":1}
{"after":0,"id":"1","kind":"progress","html":""}
{"after":4,"id":"","kind":"numbers","html":"<dl>"}
{"after":8,"id":"1","kind":"chart","html":"<figure>"}
{"after":8,"id":"2","kind":"progress","html":""}
{"after":8,"begin":2}
{"after":14,"id":"","kind":"live","html":"{}"}
`)
	items := map[int][]Item{}
	last, err := read(printed, shown, items)
	if err != nil || last != 2 {
		t.Fatalf("the last cell is %d (%v)", last, err)
	}
	for cell, want := range map[int][]Item{
		1: {{HTML: "<figure>"}, {Text: "one\n"}, {HTML: "<dl>"}, {Text: "two\n"}},
		2: {{Text: "three\n"}, {Live: "{}"}},
	} {
		if difference := Difference(want, items[cell]); difference != "" {
			t.Errorf("cell %d: %s", cell, difference)
		}
	}
	if _, err := read(printed, write("wrong", "{\"after\":99}\n"), items); err == nil {
		t.Error("a place after the end is taken")
	}
}

// TestDifference says where two differ.
func TestDifference(t *testing.T) {
	one, other := Item{Text: "a cost of 0.1234"}, Item{Text: "a cost of 0.1235"}
	number := 0
	for want, pair := range map[string][2][]Item{
		"": {{one}, {one}},
		`it shows "a cost of 0.1235", and in the`: {{one}, {other}},
		"it shows 2 things in the notebook":       {{one, one}, {one}},
		"which it did not in the notebook":        {{}, {one}},
		`it shows "", and in the notebook ""`:     {{{Other: &number}}, {{Other: &number}}}, // of which nothing is known
	} {
		if got := Difference(pair[0], pair[1]); !strings.HasPrefix(got, want) && !strings.Contains(got, want) || want == "" && got != "" {
			t.Errorf("the difference is %q, want %q", got, want)
		}
	}
}

// TestItems reads the outputs of a notebook's cell.
func TestItems(t *testing.T) {
	n, err := notebook.Parse([]byte(`{"nbformat":4,"nbformat_minor":5,"metadata":{},"cells":[{"cell_type":"code","id":"a","metadata":{},"source":"","execution_count":1,"outputs":[
	{"output_type":"stream","name":"stdout","text":"a"},{"output_type":"stream","name":"stderr","text":["b\n","c"]},
	{"output_type":"display_data","data":{"text/markdown":"*Shown*"},"metadata":{"mdn":"caption"}},
	{"output_type":"display_data","data":{"text/html":""},"metadata":{"mdn":"live","live":"{\"noise\":0.1}"}},
	{"output_type":"display_data","data":{"text/html":"<b>"},"metadata":{}}]}]}`))
	if err != nil {
		t.Fatal(err)
	}
	items, err := Items(n.Cells[0])
	if err != nil || len(items) != 3 || items[0].Text != "ab\nc" || items[1].Live != `{"noise":0.1}` || items[2].Other == nil || *items[2].Other != 4 {
		t.Errorf("the items are %+v (%v)", items, err)
	}
}
