//go:build page && !js

package memory

import "sync"

// Enabled says whether the program remembers trainings.
const Enabled = true

var (
	mutex   sync.Mutex
	changed = sync.NewCond(&mutex)
	results = map[string][]byte{}
	claimed = map[string]bool{}
)

// Claim asks for the result of a training. With wait it never returns Busy: it waits until the other has done it, or given it back.
func Claim(key string, wait bool) ([]byte, State) {
	mutex.Lock()
	defer mutex.Unlock()
	for {
		if result, ok := results[key]; ok {
			return result, Known
		}
		if !claimed[key] {
			claimed[key] = true
			return nil, Yours
		}
		if !wait {
			return nil, Busy
		}
		changed.Wait()
	}
}

// Keep remembers the result of a training, whether it was claimed or not.
func Keep(key string, result []byte) {
	mutex.Lock()
	defer mutex.Unlock()
	results[key] = result
	delete(claimed, key)
	changed.Broadcast()
}

// Drop gives a claimed training back: it has failed.
func Drop(key string) {
	mutex.Lock()
	defer mutex.Unlock()
	delete(claimed, key)
	changed.Broadcast()
}
