//go:build js && wasm

// Command live is the part of a page that trains: the network of notebook 3 in a browser's Web Worker. worker.js calls its
// two functions, live.begin and live.advance, and hands what they return to the page, which draws it.
package main

import (
	"syscall/js"
	"time"
)

func main() {
	var current *training
	js.Global().Set("live", map[string]any{
		// begin(settings) draws the data for the settings and drops the training before. It returns what stays the same while
		// the network trains, or {error} where the settings are impossible.
		"begin": js.FuncOf(func(_ js.Value, arguments []js.Value) any {
			if current != nil {
				current.stop()
			}
			next, err := begin(read(arguments[0]))
			current = next
			if err != nil {
				return map[string]any{"error": err.Error()}
			}
			return next.setting()
		}),
		// advance(milliseconds) trains for that long and returns how things stand.
		"advance": js.FuncOf(func(_ js.Value, arguments []js.Value) any {
			return current.advance(time.Duration(arguments[0].Float() * float64(time.Millisecond)))
		}),
	})
	select {} // the functions live as long as the program
}

// settings are what the reader can change, and the rate, which comes from the page.
type settings struct {
	law        string
	noise      float64
	grid       int // inputs at which samples are drawn
	samples    int // at each of them
	components int // of the predicted mixture
	epochs     int
	rate       float64
	seed       uint64
}

func read(v js.Value) settings {
	return settings{
		law:        v.Get("law").String(),
		noise:      v.Get("noise").Float(),
		grid:       v.Get("grid").Int(),
		samples:    v.Get("samples").Int(),
		components: v.Get("components").Int(),
		epochs:     v.Get("epochs").Int(),
		rate:       v.Get("rate").Float(),
		seed:       uint64(v.Get("seed").Float()),
	}
}

// array makes a Float64Array.
func array(values []float64) js.Value {
	bytes := littleEndian(values)
	buffer := js.Global().Get("Uint8Array").New(len(bytes))
	js.CopyBytesToJS(buffer, bytes)
	return js.Global().Get("Float64Array").New(buffer.Get("buffer"))
}
