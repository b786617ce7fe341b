//go:build goexperiment.simd && go1.27 && (arm64 || wasm)

package vector

// eachWidth calls run with each kind of registers that this machine has.
func eachWidth(run func()) { run() }
