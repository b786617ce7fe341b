//go:build js

package run

import "syscall/js"

// Main makes the program answer to the worker that has started it, by two functions: setSettings(json) returns what is wrong with the
// settings, or ""; runCell(k, done) runs a cell and calls done with what went wrong, or "". When both
// are there it calls programReady().
func Main() {
	js.Global().Set("setSettings", js.FuncOf(func(_ js.Value, arguments []js.Value) any {
		return message(set(arguments[0].String()))
	}))
	js.Global().Set("runCell", js.FuncOf(func(_ js.Value, arguments []js.Value) any {
		k, done := arguments[0].Int(), arguments[1]
		go func() { done.Invoke(message(runCell(k))) }() // which may have to wait for another worker; a function called by JavaScript must not
		return nil
	}))
	js.Global().Call("programReady")
	select {}
}

func message(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
