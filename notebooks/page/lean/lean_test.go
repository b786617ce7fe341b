package lean

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"codeberg.org/go-fonts/liberation/liberationsansbold"
	"codeberg.org/go-fonts/liberation/liberationsansregular"
	xfont "golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
	"golang.org/x/mod/modfile"
)

// TestMeasures compares the widths of letters, their distances and the heights of lines of the smaller fonts with those of the fonts.
func TestMeasures(t *testing.T) {
	for name, whole := range map[string][]byte{"regular": liberationsansregular.TTF, "bold": liberationsansbold.TTF} {
		small, err := withoutOutlines(whole)
		if err != nil {
			t.Fatal(err)
		}
		if 5*len(small) > len(whole) {
			t.Errorf("%s has %d bytes, and the font %d", name, len(small), len(whole))
		}
		a, err := opentype.Parse(whole)
		if err != nil {
			t.Fatal(err)
		}
		b, err := opentype.Parse(small)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		var buffer sfnt.Buffer
		size := fixed.I(1000)
		var glyphs []sfnt.GlyphIndex
		for _, r := range " !\"#%'()*+,-./0123456789:<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyzäéσμ√±−·²≤“”…" {
			i, err := a.GlyphIndex(&buffer, r)
			if err != nil {
				t.Fatal(err)
			}
			if other, err := b.GlyphIndex(&buffer, r); err != nil || other != i {
				t.Fatalf("%s: %q is glyph %d, and in the font %d (%v)", name, r, other, i, err)
			}
			glyphs = append(glyphs, i)
		}
		for _, i := range glyphs {
			is, err := b.GlyphAdvance(&buffer, i, size, xfont.HintingNone)
			want, err2 := a.GlyphAdvance(&buffer, i, size, xfont.HintingNone)
			if err != nil || err2 != nil || is != want {
				t.Errorf("%s: glyph %d is %v wide, want %v (%v, %v)", name, i, is, want, err, err2)
			}
			for _, k := range glyphs {
				is, _ := b.Kern(&buffer, i, k, size, xfont.HintingNone) // 0 where there is an error: the pair is not in a table
				want, _ := a.Kern(&buffer, i, k, size, xfont.HintingNone)
				if is != want {
					t.Errorf("%s: glyphs %d and %d are moved by %v, want %v", name, i, k, is, want)
				}
			}
		}
		is, err := b.Metrics(&buffer, size, xfont.HintingNone)
		want, err2 := a.Metrics(&buffer, size, xfont.HintingNone)
		if err != nil || err2 != nil || is != want {
			t.Errorf("%s: the lines are %+v, want %+v (%v, %v)", name, is, want, err, err2)
		}
	}
	if _, err := withoutOutlines([]byte("no font")); err == nil {
		t.Error("what is no font is taken")
	}
}

// TestWrite writes the modules, twice: the second time nothing changes. Its go.mod has what it is asked to have, by paths inside of the checkout.
func TestWrite(t *testing.T) {
	checkout := t.TempDir()
	for _, name := range []string{"go.mod", "go.sum", "LICENSE"} {
		content, err := os.ReadFile(filepath.Join("..", "..", "..", name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(checkout, name), content, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	listed, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", FontsModule).Output()
	if err != nil {
		t.Fatal(err)
	}
	fonts := strings.TrimSpace(string(listed))
	folder := filepath.Join(checkout, ".jupyter", "pages")
	path, err := Write(checkout, folder, fonts)
	if err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	module, err := modfile.Parse(path, content, nil)
	if err != nil {
		t.Fatal(err)
	}
	replaced := map[string]string{}
	for _, r := range module.Replace {
		replaced[r.Old.Path] = r.New.Path
	}
	if replaced[FontsModule] != "./.jupyter/pages/fonts" || replaced[latexModule] != "./.jupyter/pages/latex" {
		t.Errorf("its go.mod replaces %v", replaced)
	}
	before, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Write(checkout, folder, fonts); err != nil {
		t.Fatal(err)
	}
	if after, err := os.Stat(path); err != nil || !after.ModTime().Equal(before.ModTime()) {
		t.Errorf("it is written again (%v)", err)
	}
	if _, err := Write(checkout, t.TempDir(), fonts); err == nil || !strings.Contains(err.Error(), "inside of") {
		t.Errorf("a folder elsewhere is taken (%v)", err)
	}
	if _, err := Write(checkout, folder, t.TempDir()); err == nil || !strings.Contains(err.Error(), "LICENSE") {
		t.Errorf("a folder without fonts is taken (%v)", err)
	}
}
