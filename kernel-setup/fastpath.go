package main

import (
	"context"
	"encoding/json"
	"fmt"
	"go/version"
	"runtime"
	"slices"
	"strings"
)

// What a Go has that keeps the library from being compiled with SIMD.
const (
	noSIMD      = "no SIMD that the library can use"
	untriedSIMD = "SIMD that has not been tried with the library"
	brokenSIMD  = "SIMD with which the library does not work"
	otherSIMD   = "SIMD with which the library gives other digits"
)

// simdArchitectures are those that have kernels and compile cells. WebAssembly has kernels as well.
var simdArchitectures = []string{"amd64", "arm64"}

// fastKernels is what the program versus says where it trains with SIMD.
const fastKernels = "simd kernels"

// plainIn returns which of them a version of Go has, "" where it has none. The library's kernels are written for an experiment
// as it is in the pinned Go: an older one does not have it so, and in a newer one it has to be tried.
func plainIn(goVersion string) string {
	goVersion, _, _ = strings.Cut(goVersion, " ") // what follows are experiments
	language := version.Lang(pinnedGo)
	switch {
	case version.IsValid(goVersion) && version.Compare(version.Lang(goVersion), language) < 0:
		return noSIMD
	case version.Lang(goVersion) == language && version.Compare(goVersion, language+".0") >= 0:
		return ""
	}
	return untriedSIMD // a development version too, which may have a version number of its own
}

// fastPath returns the setting with which Go compiles the library for an architecture: with SIMD where there are kernels for
// it, and otherwise plain Go, which does the same arithmetic. Where SIMD had to be tried, only what runs on this machine was.
func (g toolchain) fastPath(architecture string) string {
	here := slices.Contains(simdArchitectures, architecture) && g.plain == ""
	if here || architecture == "wasm" && plainIn(g.version) == "" {
		return "GOEXPERIMENT=simd"
	}
	return "GOEXPERIMENT="
}

// cellBuild returns the settings with which the kernel compiles cells: the fast path, and no C, whose part of the runtime a
// cell would link each time.
func (g toolchain) cellBuild() []string {
	return []string{g.fastPath(runtime.GOARCH), "CGO_ENABLED=0"}
}

// trySIMD tries the SIMD of a Go with which it has not been tried yet, and remembers how that ended.
func (c checkout) trySIMD(ctx context.Context, g toolchain, progress *progress) (_ toolchain, err error) {
	g, err = c.recallSIMD(g)
	if err != nil || g.plain != untriedSIMD || !slices.Contains(simdArchitectures, runtime.GOARCH) {
		return g, err
	}
	step := progress.begin("SIMD of " + g.version)
	defer func() { step.end(err) }()
	if g.plain, err = c.compareSIMD(ctx, g); err != nil {
		return g, err
	}
	tried, err := c.simdStamp(g)
	if err != nil {
		return g, err
	}
	return g, tried.set()
}

// recallSIMD fills in how trying the SIMD of a Go has ended, where that is remembered.
func (c checkout) recallSIMD(g toolchain) (toolchain, error) {
	if g.plain != untriedSIMD {
		return g, nil
	}
	for _, end := range []string{"", noSIMD, brokenSIMD, otherSIMD} {
		tried := g
		tried.plain = end
		if s, err := c.simdStamp(tried); err != nil || s.valid() {
			return tried, err
		}
	}
	return g, nil
}

// simdStamp says how trying the SIMD of a Go has ended, with the library as it is now.
func (c checkout) simdStamp(g toolchain) (stamp, error) {
	files, err := sources(c.path("mdnlib"))
	if err != nil {
		return stamp{}, err
	}
	content, err := c.digest(g.version+" "+runtime.GOARCH, append(files, c.path("go.mod"))...)
	return stamp{c.installed("stamps", "simd"), content + g.plain + "\n", true}, err
}

// compareSIMD trains small networks in plain Go and with SIMD. It returns what keeps the library from being compiled with SIMD,
// "" where all parameters end as the same bits.
func (c checkout) compareSIMD(ctx context.Context, g toolchain) (string, error) {
	for _, task := range []string{"odd", "mdn", "dense"} {
		plain, err := c.trial(ctx, g, "GOEXPERIMENT=", task)
		if err != nil {
			return "", err
		}
		fast, err := c.trial(ctx, g, "GOEXPERIMENT=simd", task)
		switch {
		case ctx.Err() != nil:
			return "", ctx.Err()
		case err != nil:
			return brokenSIMD, nil
		case fast.Path != "simd":
			return noSIMD, nil
		case fast.Parameters != plain.Parameters:
			return otherSIMD, nil
		}
	}
	return "", nil
}

// A trial is how a short training ended.
type trial struct {
	Parameters string `json:"params_sha256"`
	Path       string // which kernels ran
}

// trial runs a short training of the program versus, compiled with a setting.
func (c checkout) trial(ctx context.Context, g toolchain, setting, task string) (end trial, err error) {
	output, err := c.versus(ctx, g, []string{setting, "CGO_ENABLED=0"}, "-task", task, "-epochs", "5", "-json")
	if err == nil {
		err = json.Unmarshal([]byte(output), &end)
	}
	return end, err
}

// kernels returns which kernels the library trains with in a cell, as the library says itself.
func (c checkout) kernels(ctx context.Context, g toolchain) (string, error) {
	return c.versus(ctx, g, g.cellBuild(), "-kernels")
}

// versus runs the program versus, which prints one line.
func (c checkout) versus(ctx context.Context, g toolchain, settings []string, arguments ...string) (string, error) {
	cmd := command(ctx, append(c.environ(g), settings...), g.command(), append([]string{"run", "./mdnlib/internal/versus"}, arguments...)...)
	cmd.Dir = string(c)
	output, err := cmd.Output()
	if err != nil {
		return "", explainInstall("compile the library", complaint(err), err)
	}
	return strings.TrimSpace(string(output)), nil
}

// slowly says in one line that training runs in plain Go, why, and what to do about it.
func (g toolchain) slowly() string {
	why := problem{"the library has no SIMD for this processor", "the digits are the same"}
	if g.plain != "" && slices.Contains(simdArchitectures, runtime.GOARCH) {
		why = problem{fmt.Sprintf("%s, and the installed %s has %s", g.instead.what, g.version, g.plain), g.instead.fix}
	}
	return "training runs in plain Go, several times slower: " + why.Error()
}
