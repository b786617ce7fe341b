//go:build goexperiment.simd && go1.27 && (arm64 || wasm)

package vector

import "simd/archsimd"

// What the kernels need of registers of four numbers.

// supported reports whether the processor has what the kernels are made of; all of these have.
func supported() bool { return true }

// registerWidth returns how many numbers a register holds.
func registerWidth() int { return width }

// clearUpper does nothing: these registers have no upper halves that would have to be cleared.
func clearUpper() {}

// fold8 folds eight sums, each in Lanes lanes, to one number each, in the order of fold; four of them go to toA, four to toB.
func fold8(lanes *[8][Lanes]float32, toA, toB *[4]float32) {
	for i := range toA {
		toA[i], toB[i] = foldLanes(&lanes[i]), foldLanes(&lanes[4+i])
	}
}

func foldLanes(sum *[Lanes]float32) float32 {
	s := fourAt(sum, 0).Add(fourAt(sum, 8)).Add(fourAt(sum, 4).Add(fourAt(sum, 12)))
	return (s.GetElem(0) + s.GetElem(2)) + (s.GetElem(1) + s.GetElem(3))
}

func fourAt(sum *[Lanes]float32, k int) archsimd.Float32x4 {
	return archsimd.LoadFloat32x4(sum[k : k+4])
}

// tanhByInterval is tanhTable with the factors of an interval side by side.
var tanhByInterval = turned()

func turned() (factors [16][8]float32) {
	for row := range tanhTable {
		for i := range tanhTable[row] {
			factors[i][row] = tanhTable[row][i]
		}
	}
	return factors
}

func tanhSIMD(matrix []float32) {
	highest, quarter := archsimd.BroadcastFloat32x4(tanhHighest), archsimd.BroadcastFloat32x4(0.25)
	first, sign := archsimd.BroadcastInt32x4(tanhFirst), archsimd.BroadcastUint32x4(signBit)
	for ; len(matrix) >= 4; matrix = matrix[4:] {
		x := archsimd.LoadFloat32x4(matrix).ToBits()
		magnitude := x.AndNot(sign).BitsToFloat32()
		a := highest.Min(magnitude)
		number := a.ToBits().BitsToInt32().ShiftAllRight(tanhShift).Max(first).Sub(first)
		// The number of a NaN is beyond the table; its last four bits are not.
		t0, t1 := &tanhByInterval[number.GetElem(0)&15], &tanhByInterval[number.GetElem(1)&15]
		t2, t3 := &tanhByInterval[number.GetElem(2)&15], &tanhByInterval[number.GetElem(3)&15]
		factor := func(row int) (f archsimd.Float32x4) {
			return f.SetElem(0, t0[row]).SetElem(1, t1[row]).SetElem(2, t2[row]).SetElem(3, t3[row])
		}
		r := a.Sub(factor(0))
		square := r.Mul(r)
		p := factor(7).Mul(r).Add(factor(6))
		p = p.Mul(square).Add(factor(5).Mul(r).Add(factor(4)))
		p = p.Mul(square).Add(factor(3).Mul(r).Add(factor(2)))
		start := factor(1).IfElse(magnitude.GreaterEqual(quarter), magnitude) // NaN is not, and stays NaN
		start.Add(p.Mul(r)).ToBits().Or(x.And(sign)).BitsToFloat32().Store(matrix)
	}
}
