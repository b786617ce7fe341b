package settings

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"mdn/kernel-setup/notebook"
	"mdn/kernel-setup/shell"
)

// MostPages is how many pages settings can make at once.
const MostPages = 64

// longestName is how many bytes the name of a file can have, with its ending, on common file systems.
const longestName = 255

// A Plan is the pages to make of a notebook: one, or one for each combination of values.
type Plan struct {
	Notebook *notebook.Notebook
	Pages    []Page
	Sweep    string // the name of the page that shows the others side by side, where there are several
	With     string // the values of all pages: noise = 0.05, 0.3; seed = 2
}

// A Page is a notebook with some of its settings set.
type Page struct {
	Name   string  // of its file, without the ending: 02-mean.noise=0.3
	Values []Value // in the order of the notebook's settings
}

// With says what is set to what: noise = 0.3, seed = 2.
func (p Page) With() string {
	var said []string
	for _, v := range p.Values {
		said = append(said, v.String())
	}
	return strings.Join(said, ", ")
}

// Plans returns for each notebook the pages that assignments of the form NAME=VALUE[,VALUE…] make of it. A notebook takes those
// settings that it has; with several values it makes a page for each combination. The values are the fields of one record of a
// CSV file: one with a comma or a quotation mark in it stands in quotation marks, as in file="my, data.csv". The error says which
// value cannot be, and lists the settings.
func Plans(notebooks []*notebook.Notebook, assignments []string) ([]Plan, error) {
	settings := make([][]Setting, len(notebooks))
	var lists []string
	for i, n := range notebooks {
		var err error
		if settings[i], err = Of(n); err != nil {
			return nil, err
		}
		lists = append(lists, List(n, settings[i]))
	}
	plans, err := plan(notebooks, settings, assignments)
	if err != nil {
		return nil, fmt.Errorf("%w; these are the settings:\n\n%s", err, strings.TrimSpace(strings.Join(lists, "\n")))
	}
	return plans, checkNames(plans)
}

func plan(notebooks []*notebook.Notebook, settings [][]Setting, assignments []string) ([]Plan, error) {
	asked := map[string][]string{} // by the name of the setting
	for _, assignment := range assignments {
		name, list, ok := strings.Cut(assignment, "=")
		name = strings.TrimSpace(name)
		if !ok || name == "" {
			return nil, fmt.Errorf("%q is not of the form NAME=VALUE", assignment)
		}
		values, err := splitValues(list)
		if err != nil {
			return nil, fmt.Errorf("the values of %s, %s, %w", name, list, err)
		}
		if former, twice := asked[name]; twice {
			return nil, fmt.Errorf("%s is set twice; for a page with each value write -set %s", name, shell.Quote(name+"="+joinValues(append(former, values...))))
		}
		if !slices.ContainsFunc(settings, func(own []Setting) bool {
			return slices.ContainsFunc(own, func(s Setting) bool { return s.Name == name })
		}) {
			return nil, fmt.Errorf("there is no setting %s", name)
		}
		asked[name] = values
	}
	axes, count := make([][][]Value, len(notebooks)), 0
	for i, own := range settings {
		pages := 1
		for _, s := range own {
			axis, err := s.axis(asked[s.Name])
			if err != nil {
				return nil, err
			}
			if axis != nil {
				axes[i] = append(axes[i], axis)
				pages *= len(axis)
			}
		}
		count += pages
	}
	if len(asked) > 0 && count > MostPages {
		return nil, fmt.Errorf("these settings make %d pages, and %d are the most at once", count, MostPages)
	}
	var plans []Plan
	for i, n := range notebooks {
		plans = append(plans, combine(n, axes[i]))
	}
	return plans, nil
}

// splitValues reads values as a record of a CSV file.
func splitValues(list string) ([]string, error) {
	if list == "" {
		return []string{""}, nil // which CSV does not have
	}
	reader := csv.NewReader(strings.NewReader(list))
	reader.TrimLeadingSpace = true
	values, err := reader.Read()
	var wrong *csv.ParseError
	if errors.As(err, &wrong) {
		err = wrong.Err
	}
	if _, more := reader.Read(); err == nil && more != io.EOF {
		err = errors.New("they have more than one line")
	}
	if err != nil {
		const fix = `put "…" around a value with a comma, a quotation mark or a line break in it, and double the marks inside`
		return nil, fmt.Errorf("cannot be read (%w); %s", err, fix)
	}
	return values, nil
}

// joinValues writes values so that splitValues reads them.
func joinValues(values []string) string {
	if len(values) == 1 && values[0] == "" {
		return ""
	}
	var list strings.Builder
	writer := csv.NewWriter(&list)
	_ = writer.Write(values) // a strings.Builder takes everything
	writer.Flush()
	return strings.TrimSuffix(list.String(), "\n")
}

// Assignment is the value as it is given to the command: NAME=VALUE.
func (v Value) Assignment() string { return v.Setting.Name + "=" + joinValues([]string{v.Text}) }

// Legible is the value as it can be read in a line of text.
func (v Value) Legible() string { return legible(v.Text) }

// axis returns the values that texts stand for, without repetition.
func (s Setting) axis(texts []string) ([]Value, error) {
	var axis []Value
	for _, text := range texts {
		value, err := s.Read(text)
		if err != nil {
			return nil, err
		}
		if !slices.ContainsFunc(axis, func(v Value) bool { return v.Text == value }) {
			axis = append(axis, Value{s, value})
		}
	}
	return axis, nil
}

// combine makes a page for each combination of values; the last setting changes first.
func combine(n *notebook.Notebook, axes [][]Value) Plan {
	p := Plan{Notebook: n, Pages: []Page{{Name: n.Name}}, Sweep: n.Name}
	var with []string
	for _, axis := range axes {
		var pages []Page
		for _, page := range p.Pages {
			for _, v := range axis {
				pages = append(pages, Page{page.Name + v.suffix(), append(slices.Clone(page.Values), v)})
			}
		}
		p.Pages = pages
		// Many values would make too long a name for a file, so that of the sweep has only the names of settings with several.
		if len(axis) == 1 {
			p.Sweep += axis[0].suffix()
		} else {
			p.Sweep += "." + axis[0].Setting.Name
		}
		said := axis[0].String()
		for _, v := range axis[1:] {
			said += ", " + legible(v.Text)
		}
		with = append(with, said)
	}
	p.With = strings.Join(with, "; ")
	return p
}

// suffix is what a value adds to the name of a page. Whatever is not safe in the name of a file or in an address is written as %
// and its byte.
func (v Value) suffix() string {
	var safe strings.Builder
	for _, b := range []byte(v.Text) {
		if b >= '0' && b <= '9' || b >= 'A' && b <= 'Z' || b >= 'a' && b <= 'z' || strings.IndexByte("-._~+", b) >= 0 {
			safe.WriteByte(b)
		} else {
			fmt.Fprintf(&safe, "%%%02X", b)
		}
	}
	return "." + v.Setting.Name + "=" + safe.String()
}

// checkNames returns an error if two pages would be the same file, or one cannot be a file.
func checkNames(plans []Plan) error {
	taken := map[string]string{"index": "the index of all pages"}
	for _, p := range plans {
		names := []string{}
		for _, page := range p.Pages {
			names = append(names, page.Name)
		}
		if len(p.Pages) > 1 {
			names = append(names, p.Sweep)
		}
		for _, name := range names {
			file := name + ".html"
			once := strings.ToLower(name) // some file systems do not tell small letters from capital ones
			if other := taken[once]; other != "" {
				return fmt.Errorf("%s makes the page %s, and so does %s; export them into two folders with -o, or rename one",
					p.Notebook.Path, file, other)
			}
			if len(file) > longestName {
				return fmt.Errorf("the name of the page %s would have %d bytes, and %d are the most; give shorter values, or fewer at once",
					file, len(file), longestName)
			}
			taken[once] = p.Notebook.Path
		}
	}
	return nil
}
