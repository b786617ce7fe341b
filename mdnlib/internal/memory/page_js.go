//go:build page && js

package memory

import "syscall/js"

func program() Memory { return worker{} }

// worker is the Web Worker that runs the program. It has the functions claimTraining(key, wait, answer), keepTraining(key, result) and
// dropTraining(key), and calls answer once: with a Uint8Array, or with true where the training is the caller's, or with false where it is
// another's.
type worker struct{}

func (worker) Claim(key string, wait bool) (result []byte, state State) {
	answered := make(chan struct{})
	answer := js.FuncOf(func(_ js.Value, arguments []js.Value) any {
		switch given := arguments[0]; {
		case given.Type() == js.TypeObject:
			result, state = make([]byte, given.Length()), Known
			js.CopyBytesToGo(result, given)
		case given.Bool():
			state = Yours
		default:
			state = Busy
		}
		close(answered)
		return nil
	})
	defer answer.Release()
	js.Global().Call("claimTraining", key, wait, answer)
	<-answered
	return result, state
}

func (worker) Keep(key string, result []byte) {
	bytes := js.Global().Get("Uint8Array").New(len(result))
	js.CopyBytesToJS(bytes, result)
	js.Global().Call("keepTraining", key, bytes)
}

func (worker) Drop(key string) { js.Global().Call("dropTraining", key) }
