//go:build goexperiment.simd && go1.27

package vector

import "simd/archsimd"

// eachWidth calls run with each kind of registers that this machine has.
func eachWidth(run func()) {
	for _, sixteen = range []bool{false, archsimd.X86.AVX512()} {
		run()
	}
}
