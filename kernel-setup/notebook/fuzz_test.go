package notebook

import (
	"os"
	"slices"
	"testing"
)

// FuzzParse reads files of any content as notebooks: an error, or a notebook that is the same when it is written and read.
func FuzzParse(f *testing.F) {
	committed, err := os.ReadFile("../../notebooks/01-data.ipynb")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(committed[:4000])
	for _, content := range []string{
		`{"cells":[{"cell_type":"code","id":"a","metadata":{"tags":["parameters"]},"source":["const a int = 1"],"outputs":[],"execution_count":null}],"metadata":{},"nbformat":4,"nbformat_minor":5}`,
		`{"cells":[{"cell_type":"markdown","metadata":{},"source":"# A title"}],"metadata":{"kernelspec":{"name":"gonb"}},"nbformat":4,"nbformat_minor":2}`,
		`{"cells":[]}`, `{}`, `[]`, `{"cells":[{}]}`, `{"cells":[{"cell_type":"code","outputs":[{"output_type":"stream","text":["x"]}]}]}`, "",
	} {
		f.Add([]byte(content))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		n, err := Parse(content)
		if err != nil {
			return
		}
		written, err := n.Encode()
		if err != nil {
			t.Fatalf("%q is read, and cannot be written: %v", content, err)
		}
		again, err := Parse(written)
		if err != nil || len(again.Cells) != len(n.Cells) {
			t.Fatalf("%q is another notebook when written and read (%v)", content, err)
		}
		for i, c := range n.Cells {
			if d := again.Cells[i]; d.Kind != c.Kind || d.Source != c.Source || !slices.Equal(d.Tags, c.Tags) || len(d.Outputs) != len(c.Outputs) {
				t.Errorf("%q: cell %d is another one when written and read: %+v, then %+v", content, i, c, d)
			}
		}
	})
}
