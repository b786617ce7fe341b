//go:build page && js

package memory

import "syscall/js"

// Enabled says whether the program remembers trainings.
const Enabled = true

// The worker that runs the program has the functions claimTraining(key, wait, answer), keepTraining(key, result) and dropTraining(key).
// It calls answer once, with a Uint8Array, or with true where the training is the caller's, or with false where it is another's.

// Claim asks for the result of a training. With wait it never returns Busy: it waits until the other has done it, or given it back.
func Claim(key string, wait bool) (result []byte, state State) {
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

// Keep remembers the result of a training, whether it was claimed or not.
func Keep(key string, result []byte) {
	bytes := js.Global().Get("Uint8Array").New(len(result))
	js.CopyBytesToJS(bytes, result)
	js.Global().Call("keepTraining", key, bytes)
}

// Drop gives a claimed training back: it has failed.
func Drop(key string) { js.Global().Call("dropTraining", key) }
