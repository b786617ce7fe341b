//go:build !js

package live

// Offer does nothing where there is no browser.
func Offer() {}
