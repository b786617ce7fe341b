package mdnlib

import (
	"bytes"
	"reflect"
	"slices"
	"strings"
	"testing"
)

func tableOf(t *testing.T, content string) Table {
	t.Helper()
	table, err := ReadTable(write(t, content))
	if err != nil {
		t.Fatal(err)
	}
	return table
}

// TestTableRows reads numbers and words, the words in the order of the alphabet, whatever is in them.
func TestTableRows(t *testing.T) {
	table := tableOf(t, "y,mass,a=b,kind\n1,3.5,x=1,red\n2,-4e1,x=2,\"blue, or so\"\n3,7,x=1,red\n4,8,x=2,\"blue, or so\"\n")
	rows, err := table.Rows([]string{"mass", "kind", "a=b"}, "y")
	if err != nil {
		t.Fatal(err)
	}
	want := Rows{[]string{"mass", "kind=blue, or so", "kind=red", "a=b=x=1", "a=b=x=2"},
		[][]float64{{3.5, 0, 1, 1, 0}, {-40, 1, 0, 0, 1}, {7, 0, 1, 1, 0}, {8, 1, 0, 0, 1}}, []float64{1, 2, 3, 4}, "y"}
	if !reflect.DeepEqual(rows, want) {
		t.Errorf("read %v, want %v", rows, want)
	}
}

// TestTableRowsRefuses asserts the whole of what is said about columns that cannot be learned from.
func TestTableRowsRefuses(t *testing.T) {
	const plain = "y,a,b\n1,2,red\n2,3,blue\n3,4,red\n4,5,blue\n"
	for _, test := range []struct {
		name, content string
		inputs        []string
		want          string
	}{
		{"no inputs", plain, nil, "no inputs are asked for; name one column or more"},
		{"no such column", plain, []string{"a", "c"}, `there is no column "c"; the first line names "y", "a", "b"`},
		{"twice", plain, []string{"a", "a"}, `the inputs: there are two columns "a"; give one of them another name, or leave it out`},
		{"y as an input", plain, []string{"a", "y"}, `the column "y" is asked for as an input and as y; leave it out of the inputs`},
		{"one row", "y,a\n1,2\n", []string{"a"}, "the number of rows with data is 1; at least 2 are needed, and some hundreds to learn from"},
		{"missing values", "y,a,b\n1,2,3\n2,4,NA\n3,,4\nnull,5,6\n4,7,8\n", []string{"a", "b"},
			`line 3, column "b": a value is missing ("NA"); 3 of 5 rows lack one: fill them in, or leave these rows out with ` +
				`Complete("a", "b", "y")`},
		{"the same number", "y,a,b\n1,2,3\n2,2,4\n", []string{"a", "b"},
			`column "a": it is "2" in every row, which says nothing of y; leave it out of the inputs`},
		{"the same word", "y,a\n1,red\n2,red\n3,red\n", []string{"a"},
			`column "a": it is "red" in every row, which says nothing of y; leave it out of the inputs`},
		{"another word in every row", "y,a\n1,Ann\n2,Bob\n3,Cid\n4,Dan\n5,Eve\n", []string{"a"},
			`line 2, column "a": "Ann" is one of 5 words in 5 rows; each word becomes an input, and more than half as many as rows (2) cannot be ` +
				`learned: leave the column out, or put words together`},
		{"words among numbers", "y,a\n1,2\n2,3 mm\n3,4\n", []string{"a"},
			`line 3, column "a": "3 mm" is not a number, but 2 of 3 values are; correct it, or make all of them words`},
		{"no such y", "z,a\n1,2\n2,3\n", []string{"a"}, `there is no column "y"; the first line names "z", "a"`},
		{"decimal commas", "y,a\n1,\"2,5\"\n2,\"3,5\"\n3,\"2,5\"\n4,\"3,5\"\n", []string{"a"},
			`line 2, column "a": "2,5" is not a number; write it with a decimal point, and nothing between thousands`},
		{"beyond all numbers", "y,a\n1,2\n2,1e999\n3,4\n", []string{"a"},
			`line 3, column "a": 1e999 is too large, as training is in float32, which ends at 3.4e+38; choose a larger unit`},
		{"too large", "y,a\n1,2\n2,1e39\n3,4\n", []string{"a"},
			`line 3, column "a": 1e39 is too large, as training is in float32, which ends at 3.4e+38; choose a larger unit`},
		{"words as y", "y,a\nred,2\nblue,3\n", []string{"a"},
			`line 2, column "y": "red" is not a number; choose a column of numbers, or correct the value`},
	} {
		t.Run(test.name, func(t *testing.T) {
			rows, err := tableOf(t, test.content).Rows(test.inputs, "y")
			if want := "mdnlib: some.csv: " + test.want; err == nil || err.Error() != want {
				t.Errorf("error\n%v, want\n%s", err, want)
			}
			if !reflect.DeepEqual(rows, Rows{}) {
				t.Errorf("with the error came rows, %v", rows)
			}
		})
	}
}

// TestAtTable trains on penguins, saves the model, and predicts for files that are not as the first.
func TestAtTable(t *testing.T) {
	table, err := ReadTable("../notebooks/data/penguins.csv")
	if err != nil {
		t.Fatal(err)
	}
	columns := []string{"species", "sex", "body_mass_g"}
	complete, err := table.Complete(append(columns, "flipper_length_mm")...)
	if err != nil || table.Len()-complete.Len() != 11 {
		t.Fatalf("%d of %d rows are complete (%v), want all but 11", complete.Len(), table.Len(), err)
	}
	rows, err := complete.Rows(columns, "flipper_length_mm")
	if err != nil {
		t.Fatal(err)
	}
	inputs := []string{"species=Adelie", "species=Chinstrap", "species=Gentoo", "sex=female", "sex=male", "body_mass_g"}
	if !slices.Equal(rows.Columns, inputs) || !slices.Equal(rows.X[0], []float64{1, 0, 0, 0, 1, 3750}) || rows.Y[0] != 181 {
		t.Errorf("the columns are %q, and the first row is %v", rows.Columns, rows.X[0])
	}
	e := NewEnsemble(2, Network{Inputs: rows.Columns, Hidden: []int{8}, Head: GaussianHead{}}, 1)
	if _, err := e.Fit(t.Context(), rows.Shuffle(1), Settings{Epochs: 20, Standardise: true}, nil); err != nil {
		t.Fatal(err)
	}
	var file bytes.Buffer
	if err := e[0].Encode(&file); err != nil {
		t.Fatal(err)
	}
	m, err := Decode(&file, nil)
	if err != nil {
		t.Fatal(err)
	}

	fresh := tableOf(t, "sex,note,body_mass_g,species\nfemale,small,3000,Adelie\nfemale,,3000,Adelie\n")
	predicted, err := m.AtTable(fresh)
	if want := e[0].AtRow([]float64{1, 0, 0, 1, 0, 3000}); err != nil || !slices.Equal(predicted, []Distribution{want, want}) {
		t.Errorf("predicted %v (%v), want %v twice", predicted, err, want)
	}
	mixed, err := e.AtTable(fresh)
	if want := e.AtRow([]float64{1, 0, 0, 1, 0, 3000}); err != nil || !reflect.DeepEqual(mixed, []Distribution{want, want}) {
		t.Errorf("the ensemble predicts %v (%v), want %v twice", mixed, err, want)
	}
	again, err := m.Rows(complete, "flipper_length_mm")
	if err != nil || !reflect.DeepEqual(again, rows) {
		t.Errorf("the model reads its own table as other rows (%v)", err)
	}

	for _, test := range []struct{ content, want string }{
		{"sex,body_mass_g,species\nmale,3000,Macaroni\n",
			`line 2, column "species": "Macaroni" is none of the words that the model has learned from, "Adelie", "Chinstrap", "Gentoo"; ` +
				`correct it, or leave the line out`},
		{"sex,body_mass_g\nmale,3000\n", `there is no column "species"; the first line names "sex", "body_mass_g"`},
		{"sex,body_mass_g,species\nmale,heavy,Gentoo\n",
			`line 2, column "body_mass_g": "heavy" is not a number; choose a column of numbers, or correct the value`},
		{"sex,body_mass_g,species\nmale,3000,Gentoo\nNA,3000,Gentoo\n",
			`line 3, column "sex": a value is missing ("NA"); 1 of 2 rows lack one: fill them in, or leave these rows out with ` +
				`Complete("species", "sex", "body_mass_g")`},
	} {
		fresh := tableOf(t, test.content)
		_, err := m.AtTable(fresh)
		_, errOfAll := e.AtTable(fresh)
		if want := "mdnlib: some.csv: " + test.want; err == nil || err.Error() != want || errOfAll == nil || errOfAll.Error() != want {
			t.Errorf("errors\n%v and\n%v, want\n%s", err, errOfAll, want)
		}
	}
	_, err = New(Network{Head: MeanHead{}}, 1).AtTable(fresh)
	if err == nil || !strings.HasSuffix(err.Error(), "the model's one input has no name; read its pairs with Data, or train a model with Network.Inputs") {
		t.Errorf("without names: error %v", err)
	}
	if _, err := m.Rows(fresh, "flipper_length_mm"); err == nil || !strings.Contains(err.Error(), `there is no column "flipper_length_mm"`) {
		t.Errorf("without y: error %v", err)
	}
}
