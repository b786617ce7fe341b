//go:build page && js

package outlet

import "syscall/js"

// send hands an element to the worker that runs the program. An id that is not "" is that of the element that it replaces, if there is one.
func send(id ID, kind Kind, element string) error {
	js.Global().Call("showOutput", string(id), string(kind), element)
	return nil
}
