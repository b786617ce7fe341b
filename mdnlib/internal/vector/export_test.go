//go:build goexperiment.simd && go1.27 && (amd64 || arm64 || wasm)

package vector

import "fmt"

// Fast reports whether this machine has SIMD that the kernels can use.
func Fast() bool { return fast }

// EachPath runs something by plain Go, and then by SIMD with registers of each width.
func EachPath(run func(path string)) {
	fast = false
	run("plain")
	fast = true
	eachWidth(func() { run(fmt.Sprintf("registers of %d", registerWidth())) })
}
