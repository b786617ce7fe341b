//go:build goexperiment.simd && go1.28 && (amd64 || arm64 || wasm)

package vector

func init() { fast = agree() }
