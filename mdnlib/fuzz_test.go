package mdnlib

import (
	"bytes"
	"slices"
	"strings"
	"testing"
)

// FuzzReadTable reads files of any content, in every way in which a table can be read: with an error that names the file, or with numbers.
func FuzzReadTable(f *testing.F) {
	for _, content := range []string{
		"x,y\n1,2\n3,4\n", "kind,x,y\na,1,2\nb,NA,3\na,5,6\n", "x;y\n1;2\n", "x\ty\n1\t2\n", "\ufeffx,y\r\n1,2\r\n", "x,y\r1,2\r", "x,x\n1,2\n", "x,y\n1e400,2\n3,4\n",
		"\"x\",\"y\"\n\"1\n2\",3\n", "x,y\n\"1,2\n", "", "\xff\xfex\x00", "a=b,a,y\nb,1,2\nc,2,3\n,,\n", "x,y\n1,234,5\n",
	} {
		f.Add(content)
	}
	f.Fuzz(func(t *testing.T, content string) {
		check := func(err error) {
			if err != nil && !strings.HasPrefix(err.Error(), "mdnlib: ") {
				t.Errorf("error %q", err)
			}
		}
		table, err := ReadTable(write(t, content))
		check(err)
		if err != nil {
			return
		}
		names := table.columns
		for _, y := range names {
			data, err := table.Data(names[0], y)
			check(err)
			if err == nil && data.Check() != nil {
				t.Errorf("%q over %q: %v", y, names[0], data.Check())
			}
			_, err = table.Values(y)
			check(err)
			complete, err := table.Complete(names...)
			check(err)
			if err != nil {
				continue
			}
			inputs := slices.DeleteFunc(slices.Clone(names), func(name string) bool { return name == y })
			rows, err := complete.Rows(inputs, y)
			check(err)
			if err == nil && rows.Check() != nil {
				t.Errorf("rows of %q: %v", y, rows.Check())
			}
		}
	})
}

// FuzzDecode reads models of any content, with the right checksum and without: an error, or a model that is written as it was read.
func FuzzDecode(f *testing.F) {
	for _, network := range []Network{
		{Hidden: []int{2}, Head: GaussianHead{Floor: 0.1}}, {Inputs: []string{"a", "b=c"}, Head: MixtureHead{K: 2}}, {Head: MeanHead{}},
		{Hidden: []int{1}, Head: StudentHead{Nu: 5}},
	} {
		var file bytes.Buffer
		if err := New(network, 1).Encode(&file); err != nil {
			f.Fatal(err)
		}
		f.Add(file.String())
	}
	f.Add(`{"format":"mdn model","version":2,"head":{"name":"mean"},"units":[0,1,0,1],"hidden":[],"layers":[{"weight":[1],"bias":[0]}]}`)
	f.Fuzz(func(t *testing.T, content string) {
		if strings.TrimSpace(content) == "" {
			return
		}
		for _, file := range []string{content, resealed(content)} {
			m, err := Decode(strings.NewReader(file), nil)
			if err != nil {
				continue
			}
			var written bytes.Buffer
			if err := m.Encode(&written); err != nil {
				t.Fatalf("a model read from %q cannot be written: %v", file, err)
			}
			again, err := Decode(&written, nil)
			if err != nil || !slices.Equal(again.parameters, m.parameters) || !slices.Equal(again.names, m.names) {
				t.Fatalf("a model read from %q is another one when written and read: %v", file, err)
			}
			m.AtEachRow([][]float64{make([]float64, len(m.inputs))})
		}
	})
}
