//go:build !page

package memory

// program is a notebook's cell, or anybody's program: it keeps its own results.
func program() Memory { return nil }
