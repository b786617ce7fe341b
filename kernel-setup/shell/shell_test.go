package shell

import (
	"os/exec"
	"testing"
)

// TestQuote has a shell read what is quoted.
func TestQuote(t *testing.T) {
	for _, word := range []string{"plain", "noise=0.3", "", " ", "my data.csv", "it's", `"`, "$(touch pwned)", "`x`", "a;b", "a\nb", "é*?[x]~", `\`, "!x", "#x", "-n"} {
		output, err := exec.Command("sh", "-c", "printf '%s.' "+Quote(word)).CombinedOutput()
		if err != nil || string(output) != word+"." {
			t.Errorf("%q is quoted as %s, which a shell reads as %q (%v)", word, Quote(word), output, err)
		}
	}
	if got := Quote("noise=0.3"); got != "noise=0.3" {
		t.Errorf("a plain word is quoted as %s", got)
	}
}
