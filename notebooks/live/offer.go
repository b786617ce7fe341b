//go:build js && wasm

package live

import (
	"reflect"
	"strings"
	"syscall/js"
	"time"
)

// Offer sets the object live, with its two functions.
func Offer() {
	var current *training
	js.Global().Set("live", map[string]any{
		// begin(settings) draws the data for the settings, figure.LiveSettings, and drops the training before. It returns what
		// stays the same while the network trains, or {error} where the settings are impossible.
		"begin": js.FuncOf(func(_ js.Value, arguments []js.Value) any {
			if current != nil {
				current.stop()
			}
			next, err := begin(arguments[0])
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
}

// fill sets the fields of a struct from an object, by their names in JSON. What the object lacks stays as it is. That is what
// encoding/json does, but for half a megabyte of it in every page.
func fill(object js.Value, fields reflect.Value) {
	for i := range fields.NumField() {
		name, _, _ := strings.Cut(fields.Type().Field(i).Tag.Get("json"), ",")
		v := object.Get(name)
		if v.IsUndefined() {
			continue
		}
		switch field := fields.Field(i); field.Kind() {
		case reflect.Struct:
			fill(v, field)
		case reflect.String:
			field.SetString(v.String())
		case reflect.Bool:
			field.SetBool(v.Bool())
		case reflect.Int:
			field.SetInt(int64(v.Float()))
		case reflect.Uint64:
			field.SetUint(uint64(v.Float()))
		case reflect.Float64:
			field.SetFloat(v.Float())
		default:
			panic("live: the settings have a field of another type, " + name)
		}
	}
}

// array makes a Float64Array.
func array(values []float64) js.Value {
	bytes := littleEndian(values)
	buffer := js.Global().Get("Uint8Array").New(len(bytes))
	js.CopyBytesToJS(buffer, bytes)
	return js.Global().Get("Float64Array").New(buffer.Get("buffer"))
}
