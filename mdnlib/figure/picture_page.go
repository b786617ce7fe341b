//go:build page

package figure

// picture returns none: a page has drawings, and its program needs nothing that paints.
func (c *Chart) picture() ([]byte, error) { return nil, c.check() }
