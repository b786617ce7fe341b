package main

import (
	"encoding/json"
	"os"
	"runtime"
	"strings"
	"testing"
)

// TestFastPath asserts with which Go the library is compiled with SIMD before anything is tried.
func TestFastPath(t *testing.T) {
	for _, test := range []struct{ version, plain string }{
		{"go1.25.12", noSIMD},
		{"go1.26.8", noSIMD},
		{"go1.26.8 X:nodwarf5", noSIMD},
		{"go1.27rc1", untriedSIMD},
		{"go1.27.0", ""},
		{"go1.27.4", ""},
		{"go1.27.9 X:jsonv2", ""},
		{"go1.27-devel_0123456789", untriedSIMD},
		{"go1.28rc1", untriedSIMD},
		{"go1.28.1", untriedSIMD},
		{"devel go1.28-0123456789 Thu Jan 1 00:00:00 2026 +0000", untriedSIMD},
		{"devel", untriedSIMD},
		{"", untriedSIMD},
	} {
		g := toolchain{}.found(map[string]string{"GOVERSION": test.version})
		if g.plain != test.plain {
			t.Errorf("%q has %q, want %q", test.version, g.plain, test.plain)
		}
		for _, architecture := range []string{"amd64", "arm64", "wasm", "riscv64"} {
			want := "GOEXPERIMENT="
			if test.plain == "" && architecture != "riscv64" {
				want = "GOEXPERIMENT=simd"
			}
			if got := g.fastPath(architecture); got != want {
				t.Errorf("%q compiles for %s with %s, want %s", test.version, architecture, got, want)
			}
		}
	}
	tried := toolchain{version: "go1.28.1"} // with SIMD that agrees
	if tried.fastPath("amd64") != "GOEXPERIMENT=simd" || tried.fastPath("wasm") != "GOEXPERIMENT=" {
		t.Error("SIMD that agrees here is used elsewhere, or not used here")
	}
}

// TestFastPathIsTaken fails where training is slower than it can be on this machine.
func TestFastPathIsTaken(t *testing.T) {
	c := installedCheckout(t)
	info, _ := os.ReadFile("/proc/cpuinfo")
	if runtime.GOARCH != "arm64" && !(runtime.GOARCH == "amd64" && strings.Contains(string(info), " avx2 ")) {
		t.Skip("this processor has no SIMD that the library can use, or does not say so")
	}
	if kernels, err := c.kernels(t.Context(), pinned(t)); err != nil || kernels != fastKernels {
		t.Errorf("cells train with %s (%v), want %s", kernels, err, fastKernels)
	}
}

// TestLivePartHasSIMD asserts that pages train with SIMD where the browser has it.
func TestLivePartHasSIMD(t *testing.T) {
	c := installedCheckout(t)
	pinned(t)
	content, err := os.ReadFile(c.liveFile())
	if err != nil {
		t.Fatal(err)
	}
	_, simd, found := strings.Cut(string(content), `class="live-simd">`)
	if !found || strings.HasPrefix(simd, "<") {
		t.Error("the live part has no program with SIMD")
	}
}

// TestSlowly asserts what is said where training is slow.
func TestSlowly(t *testing.T) {
	instead := problem{"go1.27.4 could not be fetched (the package registries cannot be reached)", "connect to the network and run the same command again"}
	const slower = "training runs in plain Go, several times slower: "
	for _, test := range []struct {
		g    toolchain
		want string
	}{
		{toolchain{version: "go1.27.4"}, "the library has no SIMD for this processor; the digits are the same"},
		{toolchain{version: "go1.26.8", plain: noSIMD, instead: instead},
			"go1.27.4 could not be fetched (the package registries cannot be reached), and the installed go1.26.8 has no SIMD that the library can use; connect to the network and run the same command again"},
		{toolchain{version: "go1.28.1", plain: otherSIMD, instead: instead},
			"go1.27.4 could not be fetched (the package registries cannot be reached), and the installed go1.28.1 has SIMD with which the library gives other digits; connect to the network and run the same command again"},
	} {
		if test.g.plain != "" && runtime.GOARCH != "amd64" && runtime.GOARCH != "arm64" {
			continue
		}
		if got := test.g.slowly(); got != slower+test.want {
			t.Errorf("of %s it says\n%s, want\n%s", test.g.version, got, slower+test.want)
		}
	}
}

// TestTrySIMD tries the SIMD of a Go with libraries that are only a few lines. How that ends is remembered for as long as the library
// and the Go stay the same.
func TestTrySIMD(t *testing.T) {
	if runtime.GOARCH != "amd64" && runtime.GOARCH != "arm64" {
		t.Skip("there are no kernels for this processor")
	}
	c := emptyCheckout(t)
	g := chosenGo(t)
	g.plain = untriedSIMD
	write := func(name, content string) {
		t.Helper()
		if err := writeFile(c.path("mdnlib", "internal", "versus", name), []byte(content)); err != nil {
			t.Fatal(err)
		}
	}
	write("main.go", "package main\n\nfunc main() { println() }\n")
	program := func(build, parameters, path string) string {
		return "//go:build " + build + "\n\npackage main\n\nimport \"os\"\n\nfunc init() {\n" +
			"\tos.Stdout.WriteString(`{\"task\": \"odd\", \"params_sha256\": \"" + parameters + "\", \"path\": \"" + path + "\"}`)\n}\n"
	}
	write("plain.go", program("!goexperiment.simd", "0a", "plain"))
	progress := newProgress()
	defer progress.close()
	for _, test := range []struct{ name, simd, want string }{
		{"the same digits", program("goexperiment.simd", "0a", "simd"), ""},
		{"other digits", program("goexperiment.simd", "0b", "simd"), otherSIMD},
		{"no kernels", program("goexperiment.simd", "0a", "plain"), noSIMD},
		{"an unknown package", "//go:build goexperiment.simd\n\npackage main\n\nimport _ \"simd/nosuch\"\n", brokenSIMD},
		{"a crash", "//go:build goexperiment.simd\n\npackage main\n\nfunc init() { panic(\"no SIMD\") }\n", brokenSIMD},
	} {
		t.Run(test.name, func(t *testing.T) {
			write("simd.go", test.simd)
			if before, err := c.recallSIMD(g); err != nil || before.plain != untriedSIMD {
				t.Errorf("before it is tried with this library it has %q (%v)", before.plain, err)
			}
			if tried, err := c.trySIMD(t.Context(), g, progress); err != nil || tried.plain != test.want {
				t.Errorf("it has %q (%v), want %q", tried.plain, err, test.want)
			}
			if after, err := c.recallSIMD(g); err != nil || after.plain != test.want {
				t.Errorf("it is remembered to have %q (%v), want %q", after.plain, err, test.want)
			}
			later := g
			later.version = "go1.99.0"
			if other, err := c.recallSIMD(later); err != nil || other.plain != untriedSIMD {
				t.Errorf("another Go is taken to have %q (%v)", other.plain, err)
			}
		})
	}
}

// TestNewestGo trains with the newest Go that the module proxy has, with SIMD if that can be used. The digits are those of the
// pinned Go without SIMD.
func TestNewestGo(t *testing.T) {
	c, g := installedCheckout(t), chosenGo(t)
	ask := command(t.Context(), c.environ(g), g.command(), "list", "-m", "-json", "go@latest")
	ask.Dir = string(c)
	output, err := ask.Output()
	if err != nil {
		t.Skip("the module proxy does not say which Go is the newest: ", complaint(err))
	}
	var newest struct{ Version string }
	if err := json.Unmarshal(output, &newest); err != nil {
		t.Fatal(err)
	}
	progress := newProgress()
	defer progress.close()
	later, err := installed(t).fetched(t.Context(), "go"+newest.Version, progress)
	if err != nil {
		t.Fatal(err)
	}
	if later.instead != (problem{}) {
		t.Skip(later.instead)
	}
	if later.plain, err = c.compareSIMD(t.Context(), later); err != nil {
		t.Fatal(err)
	}
	t.Logf("%s compiles the library with %s", later.version, later.fastPath(runtime.GOARCH))
	want, err := c.trial(t.Context(), g, "GOEXPERIMENT=", "odd")
	if err != nil {
		t.Fatal(err)
	}
	got, err := c.trial(t.Context(), later, later.fastPath(runtime.GOARCH), "odd")
	if err != nil || got.Parameters != want.Parameters || len(want.Parameters) != 64 {
		t.Errorf("parameters %s with %s, %s with %s (%v)", got.Parameters, later.version, want.Parameters, g.version, err)
	}
}
