package mdnlib

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestContributing adds the head and the law that CONTRIBUTING shows, each by the one file that it says, and puts them through the
// tests of all heads and all laws.
func TestContributing(t *testing.T) {
	content, err := os.ReadFile("../CONTRIBUTING.md")
	if err != nil {
		t.Fatal(err)
	}
	shown := regexp.MustCompile("(?s)```go\n(.*?)```").FindAllStringSubmatch(string(content), -1)
	if len(shown) != 2 {
		t.Fatalf("CONTRIBUTING shows %d pieces of Go, want a head and a law", len(shown))
	}
	laws, err := os.ReadFile("laws.go")
	if err != nil {
		t.Fatal(err)
	}
	const last = "\t\t\tpair: func(source *rand.Rand) (x, y float64) { return inversePair(noise, source) }},\n"
	if strings.Count(string(laws), last) != 1 {
		t.Fatal("laws.go no longer ends its list with the inverse law")
	}
	folder := t.TempDir()
	overlay := map[string]string{}
	for name, content := range map[string]string{
		"head_laplace.go": shown[0][1],
		"laws.go":         strings.Replace(string(laws), last, last+shown[1][1], 1),
		"head_laplace_test.go": `package mdnlib

import (
	"math"
	"testing"
)

func TestLaplace(t *testing.T) {
	formula := func(raw []float64, y float64) float64 {
		b := eluPlusOne(raw[1])
		return math.Abs(y-raw[0])/b + math.Log(2*b)
	}
	h := testedHead{"Laplace", LaplaceHead{}, formula, [][]float32{{0, -3}, {1.5, -0.75}, {-2.5, 0.25}, {1, 0.75}, {0.75, 4}}}
	t.Run("loss", h.testLoss)
	t.Run("saved", h.testSaved)
	t.Run("side by side", h.testFitAll)
	if m := New(Network{Hidden: nil, Head: LaplaceHead{}}, 1); m.CostUnit() != "nats" || m.Cost(Quadratic(0.1), Data{X: []float64{1}, Y: []float64{4}}) > 0 {
		t.Error("a law is not scored as the head is trained")
	}
	if l, err := LawByName("light-tailed", 0.1); err != nil || l.Law(3).StdDev() < 0.3 - 1e-12 || l.Law(3).StdDev() > 0.3 + 1e-12 {
		t.Errorf("the law is %+v (%v)", l, err)
	}
}
`,
	} {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
		here, err := filepath.Abs(name)
		if err != nil {
			t.Fatal(err)
		}
		overlay[here] = path
	}
	encoded, err := json.Marshal(map[string]any{"Replace": overlay})
	if err != nil {
		t.Fatal(err)
	}
	list := filepath.Join(folder, "overlay.json")
	if err := os.WriteFile(list, encoded, 0o644); err != nil {
		t.Fatal(err)
	}
	test := exec.Command("go", "test", "-count=1", "-overlay="+list, "-run", "^(TestLaplace|TestDistributions|TestNamedLawSample|TestNoNoise|TestNoInstructionFuses)$", "-v", ".")
	output, err := test.CombinedOutput()
	for _, want := range []string{"--- PASS: TestLaplace ", "--- PASS: TestDistributions/light-tailed_at_x_=_3"} {
		if err != nil || !strings.Contains(string(output), want) {
			t.Fatalf("%v: no %q in\n%s", err, want, output)
		}
	}
}
