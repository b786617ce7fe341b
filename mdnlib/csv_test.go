package mdnlib

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// write puts a text into a file and goes to its folder, so that errors name the file alone.
func write(t *testing.T, content string) (name string) {
	t.Helper()
	t.Chdir(t.TempDir())
	if err := os.WriteFile("some.csv", []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
	return "some.csv"
}

func TestReadCSV(t *testing.T) {
	for name, content := range map[string]string{
		"plain":              "a,b,c\n1,2,x\n3,-4.5e1,y\n",
		"CRLF, no last end":  "a,b,c\r\n1,2,x\r\n3,-4.5e1,y",
		"a mark, spaces":     "\ufeffa , b,c\n 1 ,2,x\n3,-4.5e1 ,y\n",
		"quotes":             "\"a\",b,c\n\"1\",2,\"x, or\ny\"\n3,-4.5e1,y\n",
		"an old Mac's lines": "a,b,c\r1,2,x\r3,-4.5e1,y\r",
		"empty lines":        "a,b,c\n\n1,2,x\n\n3,-4.5e1,y\n\n",
	} {
		t.Run(name, func(t *testing.T) {
			d, err := ReadCSV(write(t, content), "b", "a")
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(d.X, []float64{2, -45}) || !slices.Equal(d.Y, []float64{1, 3}) {
				t.Errorf("read %v", d)
			}
		})
	}
}

// TestReadCSVRefuses asserts the whole of what is said about a file that cannot be read.
func TestReadCSVRefuses(t *testing.T) {
	for _, test := range []struct{ name, content, want string }{
		{"an empty file", "", `the file is empty; its first line has to name the columns`},
		{"no rows", "x,y\n", `the number of rows with data is 0; at least 2 are needed, and some hundreds to learn from`},
		{"one row", "x,y\n1,2\n", `the number of rows with data is 1; at least 2 are needed, and some hundreds to learn from`},
		{"UTF-16", "\xff\xfex\x00,\x00y\x00\n\x001\x00,\x002\x00\n\x00", `the file is not in UTF-8, but in UTF-16 or no text at all; save it as CSV in UTF-8, ` +
			`as the command  iconv -f UTF-16 -t UTF-8 <old.csv >new.csv  does`},
		{"a long value", "x,y\n1,2\n" + strings.Repeat("é", 50_000) + ",3\n", `line 3, column "x": "` + strings.Repeat("é", 50) +
			`… (100000 bytes)" is not a number; choose a column of numbers, or correct the value`},
		{"no such column", "x,z,a b\n1,2,3\n2,3,4\n", `there is no column "y"; the first line names "x", "z", "a b"`},
		{"two such columns", "x,y,y\n1,2,3\n2,3,4\n", `there are two columns "y"; give one of them another name in the first line`},
		{"a text column", "x,y\n1,red\n2,blue\n", `line 2, column "y": "red" is not a number; choose a column of numbers, or correct the value`},
		{"a text after an empty line", "x,y\n1,2\n\n2,2 mm\n", `line 4, column "y": "2 mm" is not a number; choose a column of numbers, or correct the value`},
		{"a decimal comma", "x,y\n1,2\n\"2,5\",3\n",
			`line 3, column "x": "2,5" is not a number; write it with a decimal point, and nothing between thousands`},
		{"infinity", "x,y\n1,2\n2,-Inf\n", `line 3, column "y": -Inf is too large, as training is in float32, which ends at 3.4e+38; choose a larger unit`},
		{"too large", "x,y\n1e999,2\n2,3\n", `line 2, column "x": 1e999 is too large, as training is in float32, which ends at 3.4e+38; choose a larger unit`},
		{"NaN", "x,y\n1,2\n2,NaN\n3,\nNA,na\n4,5\n", `line 3, column "y": a value is missing ("NaN"); 3 of 5 rows lack x or y: ` +
			`fill them in, or leave them out with ReadTable(path) and Complete("x", "y")`},
		{"a short row", "x,y\n1,2\n3\n", `line 3 has 1 values, but the first line names 2 columns; a value with a comma in it needs quotes around it, ` +
			`and numbers a decimal point`},
		{"semicolons", "x;y\n1,5;2\n", `the first line, "x;y", has its columns separated by semicolons; save the file with commas between columns ` +
			`and points in numbers, as the command  tr ',;' '.,' <old.csv >new.csv  does`},
		{"tabs", "x\ty\n1\t2\n", `the first line, "x\ty", has its columns separated by tabs; save the file with commas between columns ` +
			`and points in numbers, as the command  tr ',\t' '.,' <old.csv >new.csv  does`},
		{"a stray quote", "x,y\n1,2\n3,4\"\n", `parse error on line 3, column 4: bare " in non-quoted-field`},
	} {
		t.Run(test.name, func(t *testing.T) {
			d, err := ReadCSV(write(t, test.content), "x", "y")
			if err == nil {
				t.Fatalf("no error; read %v", d)
			}
			if want := "mdnlib: some.csv: " + test.want; err.Error() != want {
				t.Errorf("error\n%s, want\n%s", err, want)
			}
			if d.X != nil || d.Y != nil {
				t.Errorf("with the error came data, %v", d)
			}
		})
	}
}

func TestReadCSVWithoutAFile(t *testing.T) {
	folder := t.TempDir()
	t.Chdir(folder)
	_, err := ReadCSV("data/mine.csv", "x", "y")
	if err == nil || !strings.Contains(err.Error(), "there is no file data/mine.csv in ") || !strings.Contains(err.Error(), filepath.Base(folder)) {
		t.Errorf("error %v, which does not say what is missing where", err)
	}
	if !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("error %v, which does not wrap fs.ErrNotExist", err)
	}
	_, err = ReadTable(filepath.Join(folder, "mine.csv"))
	if err == nil || !strings.Contains(err.Error(), "no such file") || !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("error %v", err)
	}
}

// TestComplete leaves out rows that lack a value in the columns asked for, and no others.
func TestComplete(t *testing.T) {
	table, err := ReadTable(write(t, "name,x,y,z\na,1,2,\nb,NA,3,1\nc,4,nan,1\nd,5,null,1\ne,6,7,N/A\n,8,9,1\n"))
	if err != nil {
		t.Fatal(err)
	}
	if table.Len() != 6 || !slices.Equal(table.columns, []string{"name", "x", "y", "z"}) {
		t.Errorf("%d rows of %q", table.Len(), table.columns)
	}
	complete, err := table.Complete("x", "y")
	if err != nil {
		t.Fatal(err)
	}
	if table.Len() != 6 {
		t.Errorf("the table itself was cut to %d rows", table.Len())
	}
	names, err := complete.Values("name")
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"a", "e", ""}; !slices.Equal(names, want) {
		t.Errorf("complete are the rows %q, want %q", names, want)
	}
	d, err := complete.Data("x", "y")
	if err != nil || !slices.Equal(d.X, []float64{1, 6, 8}) || !slices.Equal(d.Y, []float64{2, 7, 9}) {
		t.Errorf("read %v, error %v", d, err)
	}
	if _, err := table.Complete("x", "w"); err == nil || !strings.Contains(err.Error(), `there is no column "w"; the first line names "name", "x"`) {
		t.Errorf("error %v", err)
	}
}
