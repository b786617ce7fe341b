//go:build goexperiment.simd && go1.27 && (amd64 || arm64 || wasm)

package vector

import (
	"math"
	"unsafe"
)

// What the kernels have in common, whatever their registers hold.

// fast reports whether the kernels are used.
var fast = supported()

// at returns the address k floats after p. The exported functions have checked the lengths: a check at each load would cost as
// much as the arithmetic.
func at(p *float32, k int) *float32 { return (*float32)(unsafe.Add(unsafe.Pointer(p), 4*k)) }

// copyBits copies a float as the integer that its bits are.
func copyBits(to, from *float32) { *(*uint32)(unsafe.Pointer(to)) = *(*uint32)(unsafe.Pointer(from)) }

const signBit = 1 << 31

// blockRows returns how many rows of the given length are a block: 16 KiB, half of the usual first-level cache.
func blockRows(length int) int { return max(4, 4096/length) }

// panels is the shape of two matrices that are cut into panels, see [Gradient].
type panels struct{ outputs, inputs, columns, stride int }

// constants are numbers, each sixteen times: the compiler would put a broadcast together anew in every turn of a loop, and loads
// what lies ready.
type constants [16][16]float32

func repeat(numbers ...float32) (c constants) {
	for i, x := range numbers {
		for k := range c[i] {
			c[i][k] = x
		}
	}
	return c
}

var (
	tanhConstants = repeat(tanhHighest, 0.25)
	lossConstants = repeat(1, 0.5, HalfLog2Pi)
	expConstants  = repeat(expLowest, 0, 1, roundToInt, log2e, ln2Hi, ln2Lo, exp0, exp1, exp2, exp3, exp4)
	logConstants  = repeat(1, 0.5, math.MaxFloat32, ln2Hi, ln2Lo, log0, log1, log2, log3, log4, log5, log6, log7)
)
