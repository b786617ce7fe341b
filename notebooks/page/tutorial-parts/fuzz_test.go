package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"mdn/kernel-setup/graph"
	"mdn/kernel-setup/notebook"
	"mdn/kernel-setup/program"
	"mdn/kernel-setup/record"
	"mdn/notebooks/page/build"
)

// FuzzParts makes of notebooks of any content what their pages are made of, but for running their programs: an error, or a record that is
// the same when it is written and read.
func FuzzParts(f *testing.F) {
	const settings = `{"cell_type":"code","metadata":{"tags":["parameters"]},"source":"const n int = 3 // [1, 9] a number","outputs":[],"execution_count":1}`
	const chart = `{\"version\":2,\"title\":\"Samples.\",\"name\":\"Samples\",\"description\":{\"what\":\"Points.\",\"numbers\":\"\",\"trend\":\"\",\"point\":\"\"},` +
		`\"tables\":[{\"name\":\"samples\",\"columns\":[\"x\",\"y\"],\"rows\":[[1,0.50]],\"of\":50}]}`
	const numbers = `{\"version\":1,\"title\":\"\",\"rows_are\":\"law\",\"columns\":[{\"name\":\"error\",\"unit\":\"\"}],` +
		`\"rows\":[{\"name\":\"growing\",\"cells\":[{\"text\":\"0.021\",\"value\":0.0212}]}]}`
	for _, outputs := range []string{
		`{"output_type":"stream","name":"stdout","text":["one\n","two"]}`,
		`{"output_type":"display_data","metadata":{"mdn":"numbers"},"data":{"text/plain":"a","text/markdown":"| a |\n|---|\n| 1 |","application/vnd.mdn.numbers+json":"` + numbers + `"}}`,
		`{"output_type":"display_data","metadata":{"mdn":"chart","alt":"a"},"data":{"application/vnd.mdn.chart+json":"` + chart +
			`","application/vnd.mdn.chart.desk+svg":"<svg></svg>","application/vnd.mdn.chart.phone+svg":"<svg></svg>","image/png":"AAAA"}}`,
		`{"output_type":"error","ename":"a","evalue":"b","traceback":[]}`,
		`{"output_type":"display_data","metadata":{"mdn":"live","live":"{}"},"data":{"text/html":"<p>a</p>"}}`,
	} {
		f.Add([]byte(`{"cells":[{"cell_type":"markdown","metadata":{},"source":"# A title\n\nOne. *Two* $x$."},` + settings +
			`,{"cell_type":"code","metadata":{"tags":["thumbnail"]},"source":"import \"fmt\"\nfunc f() int { return n }\n%%\nfmt.Println(f())","execution_count":2,"outputs":[` + outputs +
			`]}],"metadata":{},"nbformat":4,"nbformat_minor":4}`))
	}
	checkout := f.TempDir()
	if err := os.WriteFile(filepath.Join(checkout, "go.mod"), []byte("module mdn\n"), 0o644); err != nil {
		f.Fatal(err)
	}
	f.Setenv("PATH", "") // no git, which would be asked each time
	f.Fuzz(func(t *testing.T, content []byte) {
		n, err := notebook.Parse(content)
		if err != nil {
			return
		}
		graph.Of(n)
		if merged, err := program.Of(n); err == nil && merged == nil {
			t.Error("neither a program nor why there is none")
		}
		for _, cell := range n.Cells {
			items, err := build.Items(cell)
			if _, unwritable := json.Marshal(items); err == nil && unwritable != nil {
				t.Errorf("the items cannot be written: %v", unwritable)
			}
		}
		made, err := record.Make(n, checkout)
		if err != nil {
			return
		}
		encoded, err := record.Encode(made)
		if err != nil {
			t.Fatalf("the record cannot be written: %v", err)
		}
		var again record.Record
		if err := json.Unmarshal(encoded, &again); err != nil {
			t.Fatalf("the record cannot be read again: %v", err)
		}
		if twice, err := record.Encode(&again); err != nil || !reflect.DeepEqual(twice, encoded) {
			t.Errorf("the record is another one when written and read:\n%s\nthen (%v)\n%s", encoded, err, twice)
		}
	})
}
