package notebooks_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"mdn/notebooks/page/build"
)

// TestLogsStayShort trains twice as long and more: what cells print of it stays about as long.
func TestLogsStayShort(t *testing.T) {
	python(t) // skips where nothing is installed
	for _, path := range paths(t)[1:3] {
		t.Run(path, func(t *testing.T) {
			all, merged, built := programOf(t, path)
			values := map[string]any{}
			for _, s := range all {
				values[s.Name] = valueOf(s, s.Default)
				if s.Name == "epochs" {
					values[s.Name] = valueOf(s, "4000")
				}
			}
			shown, failed, err := built.Run(t.Context(), filepath.Dir(path), values, len(merged.Cells))
			if err != nil || len(failed) > 0 {
				t.Fatal(err, failed)
			}
			most := 0
			for k, cell := range merged.Cells {
				for _, item := range shown[k+1] {
					lines := strings.Count(item.Text, "\n")
					most = max(most, lines)
					if lines > 60 {
						t.Errorf("cell %d prints %d lines", cell.Number, lines)
					}
				}
			}
			if most < 20 {
				t.Errorf("no cell prints more than %d lines of its training", most)
			}
		})
	}
}

// TestDepends moves every setting of every notebook once, runs all cells, and looks which show something else: none but those that are
// said to depend on the setting. With few epochs, as that takes long.
func TestDepends(t *testing.T) {
	python(t) // skips where nothing is installed
	for _, path := range paths(t) {
		t.Run(path, func(t *testing.T) {
			all, merged, built := programOf(t, path)
			run := func(moved, to string) (shown map[int][]build.Item, failed map[int]error) {
				values := map[string]any{}
				for _, s := range all {
					values[s.Name] = valueOf(s, s.Default)
					if s.Name == "epochs" {
						values[s.Name] = valueOf(s, "20")
					}
					if s.Name == moved {
						values[s.Name] = valueOf(s, to)
					}
				}
				shown, failed, err := built.Run(t.Context(), filepath.Dir(path), values, len(merged.Cells))
				if err != nil {
					t.Fatal(err)
				}
				return shown, failed
			}
			before, _ := run("", "")
			for _, s := range all {
				for _, value := range otherValues(s)[:min(1, len(otherValues(s)))] {
					after, failed := run(s.Name, value)
					for k, cell := range merged.Cells {
						difference := build.Difference(before[k+1], after[k+1])
						if (difference != "" || failed[k+1] != nil) && !slices.Contains(cell.Settings, s.Name) {
							t.Errorf("with %s = %s cell %d shows something else (%s%v), and depends on %v", s.Name, value, cell.Number, difference, failed[k+1], cell.Settings)
						}
					}
				}
			}
		})
	}
}
