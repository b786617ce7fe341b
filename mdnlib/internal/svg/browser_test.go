package svg_test

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"mdn/mdnlib"
	"mdn/mdnlib/figure"
	"mdn/mdnlib/internal/svg"
)

// photograph returns what Chromium shows of an <svg> element of a size in pixels of CSS, with several dots for each, on white.
func photograph(t *testing.T, element string, width, height int64, dots float64) image.Image {
	t.Helper()
	browser := os.Getenv("MDN_BROWSER")
	if browser == "" {
		t.Skip("no browser; go run ./kernel-setup test looks for Chromium or Chrome")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(browser),
		chromedp.DisableGPU,
		chromedp.UserDataDir(t.TempDir()),
	)
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox)
	}
	allocator, cancelAllocator := chromedp.NewExecAllocator(t.Context(), options...)
	defer cancelAllocator()
	tab, cancelTab := chromedp.NewContext(allocator)
	defer cancelTab()
	defer func() { _ = chromedp.Cancel(tab) }() // waits until the browser has ended

	page := filepath.Join(t.TempDir(), "page.html")
	content := `<!DOCTYPE html><meta charset="utf-8"><body style="margin: 0; background: #fff">` + element
	if err := os.WriteFile(page, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
	viewport := chromedp.EmulateViewport(width, height, chromedp.EmulateScale(dots))
	if err := chromedp.Do(tab, viewport, chromedp.Navigate("file://"+page)); err != nil {
		t.Fatal(err)
	}
	file, err := chromedp.Run(tab, chromedp.CaptureScreenshot())
	if err != nil {
		t.Fatal(err)
	}
	picture, err := png.Decode(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	if want := image.Pt(int(float64(width)*dots), int(float64(height)*dots)); picture.Bounds().Size() != want {
		t.Fatalf("the browser shows %v dots, want %v", picture.Bounds().Size(), want)
	}
	return picture
}

// TestDotsAddUp draws one to five dots of black with an opacity of 0.2 in one place each: where there are k, 0.8^k of white is left.
func TestDotsAddUp(t *testing.T) {
	const pixel = vg.Inch / 96
	c := svg.New(100*pixel, 20*pixel, svg.Options{Label: "dots"})
	drawing := draw.New(c)
	for k := 1; k <= 5; k++ {
		for range k {
			drawing.DrawGlyph(draw.GlyphStyle{Color: color.NRGBA{A: 51}, Radius: 6 * pixel, Shape: draw.CircleGlyph{}},
				vg.Point{X: vg.Length(20*k-10) * pixel, Y: 10 * pixel})
		}
	}
	var element bytes.Buffer
	if _, err := c.WriteTo(&element); err != nil {
		t.Fatal(err)
	}
	picture := photograph(t, element.String(), 100, 20, 1)
	for k := 1; k <= 5; k++ {
		grey := color.GrayModel.Convert(picture.At(20*k-10, 10)).(color.Gray).Y
		if want := 255 * math.Pow(0.8, float64(k)); math.Abs(float64(grey)-want) > 2.5 { // each dot is rounded to a whole step
			t.Errorf("where %d dots lie on each other, %d of 255 is left; want %.0f", k, grey, want)
		}
	}
}

// TestAsThePNG draws charts of package figure by both pens, and compares what Chromium shows of the SVG with the PNG. Letters may be
// those of another font, and edges are softened in other ways, so both are compared as means over squares of 16 dots. A chart is
// mostly white, so that even two charts of other things differ little: the bound is a quarter of what two of these charts do.
func TestAsThePNG(t *testing.T) {
	law := mdnlib.Quadratic(0.1)
	data := mdnlib.Sample(law, mdnlib.Repeat(mdnlib.Grid(1, 5, 21), 50), 1)
	grid := mdnlib.Grid(1, 5, 21)
	density := figure.New("A density", "x", "y")
	density.Density("density of y", law, 1, 5, -1, 5)
	density.Width, density.Height = 7*vg.Inch, 7*vg.Inch // as the others
	charts := []*figure.Chart{figure.Samples(data, law), figure.Distributions(data, law, grid, law, grid), density}
	var drawn, shown [][]float64
	for _, chart := range charts {
		file, err := chart.PNG()
		if err != nil {
			t.Fatal(err)
		}
		picture, err := png.Decode(bytes.NewReader(file))
		if err != nil {
			t.Fatal(err)
		}
		drawings, err := chart.SVG()
		if err != nil {
			t.Fatal(err)
		}
		drawn = append(drawn, squares(picture))
		shown = append(shown, squares(photograph(t, drawings.Desk, 672, 672, 2)))
	}
	apart := math.Inf(1)
	for i := range charts {
		for k := range i {
			apart = min(apart, difference(drawn[i], drawn[k]))
		}
	}
	for i, chart := range charts {
		d := difference(drawn[i], shown[i])
		t.Logf("%q: %.2f of 255 apart; the most alike of the charts %.2f", chart.Title, d, apart)
		if d > apart/4 {
			t.Errorf("%q is drawn differently as PNG and as SVG: by %.2f of 255; want at most %.2f", chart.Title, d, apart/4)
		}
	}
}

// squares returns the means of red, green and blue in each square of 16 dots.
func squares(picture image.Image) []float64 {
	const side = 16
	size := picture.Bounds().Size()
	columns := size.X / side
	means := make([]float64, 3*columns*(size.Y/side))
	for y := range size.Y / side * side {
		for x := range columns * side {
			r, g, b, _ := picture.At(x, y).RGBA()
			for i, v := range []uint32{r, g, b} {
				means[3*(y/side*columns+x/side)+i] += float64(v) / 0x101 / (side * side)
			}
		}
	}
	return means
}

// difference returns how much two pictures differ in the mean.
func difference(a, b []float64) float64 {
	if len(a) != len(b) {
		panic(fmt.Sprintf("pictures of %d and of %d squares", len(a)/3, len(b)/3))
	}
	sum := 0.0
	for i := range a {
		sum += math.Abs(a[i] - b[i])
	}
	return sum / float64(len(a))
}
