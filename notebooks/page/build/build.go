package build

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"mdn/kernel-setup/licences"
	"mdn/kernel-setup/program"
	"mdn/notebooks/page/lean"
)

// Built is a program that has been built.
type Built struct {
	Packed
	Licences string // of what it is made of, and of the font of formulas, as HTML
	Native   string // the path of that for this machine
}

// Packed is a program as WebAssembly, in letters.
type Packed struct {
	// SIMD is the program with SIMD, "" where there is none. Plain is the program without: where there is one with SIMD, what makes it
	// of that one, see [difference].
	SIMD  string `json:"simd"`
	Plain string `json:"plain"`
}

// standIns writes the smaller modules, and returns the path of their go.mod.
func standIns(checkout, fonts string) (string, error) {
	return lean.Write(checkout, folder(checkout), fonts)
}

// Program builds the program of a notebook, or takes the one that was built before of the same sources. The error is a *program.Refused
// where the cells do not compile as one program.
func Program(ctx context.Context, checkout string, p *program.Program) (*Built, error) {
	b := builder{checkout: checkout, program: p}
	var err error
	if b.config, err = ReadConfig(checkout); err != nil {
		return nil, err
	}
	key, err := b.key()
	if err != nil {
		return nil, err
	}
	kept := filepath.Join(folder(checkout), "programs", key)
	if _, err := os.Stat(kept); err != nil {
		if err := b.build(ctx, kept); err != nil {
			return nil, err
		}
	}
	built := &Built{Native: filepath.Join(kept, nativeName)}
	packed, err := os.ReadFile(filepath.Join(kept, packedName))
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(packed, &built.Packed); err != nil {
		return nil, err
	}
	terms, err := os.ReadFile(filepath.Join(kept, licencesName))
	built.Licences = string(terms)
	return built, err
}

// The files of a program that is kept.
const (
	nativeName   = "native"
	packedName   = "packed.json"
	licencesName = "licences.html"
)

// builder builds one program.
type builder struct {
	checkout string
	program  *program.Program
	config   Config
	work     string // a folder for the while
	modfile  string
}

// key is another one when anything is that the program is made of.
func (b *builder) key() (string, error) {
	hash := sha256.New()
	config, err := json.Marshal(b.config)
	if err != nil {
		return "", err
	}
	fmt.Fprintf(hash, "%s\n%s\n", config, b.program.Source)
	files := []string{filepath.Join(b.checkout, "go.mod"), filepath.Join(b.checkout, "go.sum")}
	for _, folder := range []string{"mdnlib", "notebooks", filepath.Join("kernel-setup", "licences")} {
		err := filepath.WalkDir(filepath.Join(b.checkout, folder), func(path string, entry fs.DirEntry, err error) error {
			if err == nil && strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_test.go") {
				files = append(files, path)
			}
			return err
		})
		if err != nil {
			return "", err
		}
	}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(hash, "%s %d\n", file, len(content))
		hash.Write(content)
	}
	return hex.EncodeToString(hash.Sum(nil)[:16]), nil
}

// build builds the program into a folder, which appears whole or not at all.
func (b *builder) build(ctx context.Context, kept string) (err error) {
	if err := os.MkdirAll(filepath.Dir(kept), 0o755); err != nil {
		return err
	}
	if err := forget(filepath.Dir(kept)); err != nil {
		return err
	}
	if b.work, err = os.MkdirTemp(filepath.Dir(kept), "building-*"); err != nil {
		return err
	}
	defer os.RemoveAll(b.work)
	if b.modfile, err = standIns(b.checkout, b.config.Fonts); err != nil {
		return err
	}
	if err := b.writeSource(ctx); err != nil {
		return err
	}
	if err := b.compile(ctx, nativeName, b.config.Native); err != nil {
		return err
	}
	var packed Packed
	simd, plain := "", "plain.wasm"
	if err := b.compile(ctx, plain, withoutSIMD(b.config.WebAssembly), browser...); err != nil {
		return err
	}
	if strings.Contains(b.config.WebAssembly, "simd") {
		simd = "simd.wasm"
		if err := b.compile(ctx, simd, b.config.WebAssembly, browser...); err != nil {
			return err
		}
	}
	if packed, err = b.pack(plain, simd); err != nil {
		return err
	}
	encoded, err := json.Marshal(packed)
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(b.work, packedName), encoded, 0o644); err != nil {
		return err
	}
	if err := b.writeLicences(ctx); err != nil {
		return err
	}
	for _, file := range []string{plain, simd, sourceName, overlayName} {
		os.Remove(filepath.Join(b.work, file))
	}
	if err := os.Rename(b.work, kept); err != nil && !errors.Is(err, fs.ErrExist) {
		if _, missing := os.Stat(kept); missing != nil { // and nobody else was faster
			return err
		}
	}
	return nil
}

// browser is the platform of a page.
var browser = []string{"GOOS=js", "GOARCH=wasm", "GOWASM="}

// withoutSIMD returns the experiments for a browser that has none.
func withoutSIMD(experiments string) string { return strings.ReplaceAll(experiments, "simd", "nosimd") }

// mostKept is how many programs are kept. All pages of a large sweep have one program.
const mostKept = 16

// forget deletes the programs that were built longest ago, where there are many, and what builds that were cut off have left.
func forget(folder string) error {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return err
	}
	type kept struct {
		path string
		when time.Time
	}
	var all []kept
	for _, entry := range entries {
		if info, err := entry.Info(); err == nil {
			all = append(all, kept{filepath.Join(folder, entry.Name()), info.ModTime()})
		}
	}
	slices.SortFunc(all, func(a, b kept) int { return b.when.Compare(a.when) })
	for _, old := range all[min(mostKept, len(all)):] {
		if err := os.RemoveAll(old.path); err != nil {
			return err
		}
	}
	return nil
}

const (
	sourceName  = "main.go"
	overlayName = "overlay.json"
)

// writeSource writes the program with all its imports, and an overlay by which Go sees it in the checkout.
func (b *builder) writeSource(ctx context.Context) error {
	source := filepath.Join(b.work, sourceName)
	if err := os.WriteFile(source, []byte(b.program.Source), 0o644); err != nil {
		return err
	}
	imports := exec.CommandContext(ctx, filepath.Join(b.checkout, ".jupyter", "bin", "goimports"), "-srcdir", filepath.Join(b.checkout, "notebooks"), source)
	imports.Dir, imports.Env = b.checkout, append(os.Environ(), b.config.Environment...)
	var complaint bytes.Buffer
	imports.Stderr = &complaint
	complete, err := imports.Output()
	if err != nil {
		return fmt.Errorf("goimports: %w: %s", err, complaint.String())
	}
	if bytes.Contains(complete, []byte(`"syscall/js"`)) { // which goimports has added
		return &program.Refused{Cell: b.program.Cells[0].Number, What: "it, or a cell after it, names syscall/js, and a page runs no other script than its own",
			Fix: "show things by package figure"}
	}
	if err := os.WriteFile(source, complete, 0o644); err != nil {
		return err
	}
	overlay, err := json.Marshal(map[string]any{"Replace": map[string]string{filepath.Join(b.checkout, seenAs, sourceName): source}})
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(b.work, overlayName), overlay, 0o644)
}

// seenAs is the folder in which Go sees the program; it has to be inside of the module, as the library has internal packages.
const seenAs = "notebooks/page/program"

// environment is that of the go command, for a platform.
func (b *builder) environment(experiments string, platform ...string) []string {
	// GOFLAGS has no word for a path with both kinds of quotes in it; from the checkout, in which Go runs, the paths are plain.
	flags := []string{"-modfile=" + b.inside(b.modfile), "-overlay=" + b.inside(filepath.Join(b.work, overlayName)), "-tags=page,minimal", "-trimpath", "-buildvcs=false"}
	return slices.Concat(os.Environ(), b.config.Environment, platform,
		[]string{"GOFLAGS=" + strings.Join(flags, " "), "GOWORK=off", "CGO_ENABLED=0", "GOEXPERIMENT=" + experiments})
}

// inside returns a path as it is from the checkout.
func (b *builder) inside(path string) string {
	return strings.TrimPrefix(path, b.checkout+string(filepath.Separator))
}

// writeLicences writes the licences of what the page will carry.
func (b *builder) writeLicences(ctx context.Context) error {
	all, err := licences.Of(ctx, b.config.Go, b.checkout, b.environment(b.config.WebAssembly, browser...), "./"+seenAs)
	if err != nil {
		return err
	}
	font, err := licences.Read("STIX Two Math", "2.11", filepath.Join(b.checkout, "kernel-setup", "jupyter", "mdn_jupyter", "templates", "tutorial", "maths.txt"))
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(b.work, licencesName), []byte(licences.HTML(append(all, font))), 0o644)
}

// compile builds the program for a platform.
func (b *builder) compile(ctx context.Context, name, experiments string, platform ...string) error {
	cmd := exec.CommandContext(ctx, b.config.Go, "build", "-ldflags=-s -w", "-o", filepath.Join(b.work, name), "./"+seenAs)
	cmd.Dir = b.checkout
	cmd.Env = b.environment(experiments, platform...)
	output, err := cmd.CombinedOutput()
	if err == nil {
		return nil
	}
	for line := range strings.Lines(string(output)) {
		file, rest, found := strings.Cut(line, ":")
		row, message, more := strings.Cut(rest, ":")
		cell := b.program.Where(filepath.Base(file))
		if number, err := strconv.Atoi(row); found && more && cell > 0 && err == nil {
			_, message, _ = strings.Cut(message, ": ")
			return &program.Refused{Cell: cell, What: fmt.Sprintf("line %d: %s", number, strings.TrimSpace(message)),
				Fix: "settings are variables in a page, and the cells are one program; write it so that both can be"}
		}
	}
	return fmt.Errorf("go build: %w\n%s", err, output)
}

// pack packs the programs. simd is "" where there is none.
func (b *builder) pack(plain, simd string) (packed Packed, err error) {
	content, err := os.ReadFile(filepath.Join(b.work, plain))
	if err != nil {
		return packed, err
	}
	var other []byte
	if simd != "" {
		if other, err = os.ReadFile(filepath.Join(b.work, simd)); err != nil {
			return packed, err
		}
	}
	return Pack(content, other)
}
