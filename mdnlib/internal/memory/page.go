//go:build page && !js

package memory

func program() Memory { return NewShelf() }
