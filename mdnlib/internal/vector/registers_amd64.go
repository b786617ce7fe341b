//go:build goexperiment.simd && go1.27

package vector

import (
	"simd/archsimd"
	"unsafe"
)

// What the kernels need of registers of eight numbers and of sixteen, beyond what is generated.

// supported reports whether the processor has what the kernels are made of.
func supported() bool { return archsimd.X86.AVX2() }

// sixteen says that registers of sixteen numbers are used, and not of eight.
var sixteen = archsimd.X86.AVX2() && archsimd.X86.AVX512()

// registerWidth returns how many numbers a register holds.
func registerWidth() int {
	if sixteen {
		return 16
	}
	return 8
}

// clearUpper ends a function that has used whole registers: the next scalar instruction would wait for their upper halves.
func clearUpper() { archsimd.ClearAVXUpperBits() }

// fold8 folds eight sums, each in Lanes lanes, to one number each, in the order of fold; four of them go to toA, four to toB.
func fold8(lanes *[8][Lanes]float32, toA, toB *[4]float32) {
	foldPairs(halves(lanes, 0), halves(lanes, 1), halves(lanes, 2), halves(lanes, 3), toA, toB)
}

// halves returns number i of toA's sums and number i of toB's as a pair, folded from sixteen lanes to eight.
func halves(lanes *[8][Lanes]float32, i int) archsimd.Float32x8 {
	a, b := &lanes[i], &lanes[4+i]
	return pair(load8(&a[0], 0).Add(load8(&a[0], 8)), load8(&b[0], 0).Add(load8(&b[0], 8)))
}

// finish16 folds in registers, as one holds all lanes of a sum.
func finish16(_ *eightSums, _ int, toA, toB *float32, a0, a1, a2, a3, b0, b1, b2, b3 archsimd.Float32x16) {
	foldPairs(halves16(a0, b0), halves16(a1, b1), halves16(a2, b2), halves16(a3, b3),
		(*[4]float32)(unsafe.Pointer(toA)), (*[4]float32)(unsafe.Pointer(toB)))
}

func halves16(a, b archsimd.Float32x16) archsimd.Float32x8 {
	return pair(a.GetLo().Add(a.GetHi()), b.GetLo().Add(b.GetHi()))
}

// pair folds two sums from eight lanes to four each, in one register.
func pair(a, b archsimd.Float32x8) archsimd.Float32x8 {
	return a.ConcatPermute128Scalars(0, 2, b).Add(a.ConcatPermute128Scalars(1, 3, b))
}

// foldPairs folds four pairs of sums from four lanes to one.
func foldPairs(s0, s1, s2, s3 archsimd.Float32x8, toA, toB *[4]float32) {
	s01 := s0.ConcatPermuteScalarsGrouped(0, 1, 4, 5, s1).Add(s0.ConcatPermuteScalarsGrouped(2, 3, 6, 7, s1))
	s23 := s2.ConcatPermuteScalarsGrouped(0, 1, 4, 5, s3).Add(s2.ConcatPermuteScalarsGrouped(2, 3, 6, 7, s3))
	sums := s01.ConcatAddPairsGrouped(s23)
	sums.GetLo().StoreArray(toA)
	sums.GetHi().StoreArray(toB)
}

// tanhColumns is tanhTable with every interval's column at the low four bits of its number, which is all that a permutation looks
// at.
var tanhColumns = byNumber()

func byNumber() (columns [8][16]float32) {
	for row := range tanhTable {
		for i := range tanhTable[row] {
			columns[row][(tanhFirst+i)%16] = tanhTable[row][i]
		}
	}
	return columns
}

// tanhSIMD looks up the table's factors in registers that hold its rows.
func tanhSIMD(matrix []float32) {
	if sixteen {
		tanh16(matrix)
	} else {
		tanh8(matrix)
	}
	clearUpper()
}

func tanh16(matrix []float32) {
	c := &tanhColumns
	t0, t1, t2, t3, t4, t5, t6, t7 := row16(c, 0), row16(c, 1), row16(c, 2), row16(c, 3), row16(c, 4), row16(c, 5), row16(c, 6), row16(c, 7)
	highest, quarter := every16(&tanhConstants, 0), every16(&tanhConstants, 1)
	first, sign := archsimd.BroadcastInt32x16(tanhFirst), archsimd.BroadcastUint32x16(signBit)
	for k := 0; k < len(matrix); k += 16 {
		x := load16(&matrix[0], k).ToBits()
		magnitude := x.AndNot(sign).BitsToFloat32()
		a := highest.Min(magnitude)
		i := a.ToBits().BitsToInt32().ShiftAllRight(tanhShift).Max(first).ToBits()
		r := a.Sub(t0.Permute(i))
		square := r.Mul(r)
		p := t7.Permute(i).Mul(r).Add(t6.Permute(i))
		p = p.Mul(square).Add(t5.Permute(i).Mul(r).Add(t4.Permute(i)))
		p = p.Mul(square).Add(t3.Permute(i).Mul(r).Add(t2.Permute(i)))
		start := t1.Permute(i).IfElse(magnitude.GreaterEqual(quarter), magnitude) // NaN is not, and stays NaN
		store16(start.Add(p.Mul(r)).ToBits().Or(x.And(sign)).BitsToFloat32(), &matrix[0], k)
	}
}

func row16(columns *[8][16]float32, row int) archsimd.Float32x16 { return load16(&columns[row][0], 0) }

func tanh8(matrix []float32) {
	highest, quarter := every8(&tanhConstants, 0), every8(&tanhConstants, 1)
	first, below2, sign := archsimd.BroadcastInt32x8(tanhFirst), archsimd.BroadcastInt32x8(255), archsimd.BroadcastUint32x8(signBit)
	for k := 0; k < len(matrix); k += 8 {
		x := load8(&matrix[0], k).ToBits()
		magnitude := x.AndNot(sign).BitsToFloat32()
		a := highest.Min(magnitude)
		i := a.ToBits().BitsToInt32().ShiftAllRight(tanhShift).Max(first)
		from2 := i.Greater(below2)
		r := a.Sub(factor8(0, i, from2))
		square := r.Mul(r)
		p := factor8(7, i, from2).Mul(r).Add(factor8(6, i, from2))
		p = p.Mul(square).Add(factor8(5, i, from2).Mul(r).Add(factor8(4, i, from2)))
		p = p.Mul(square).Add(factor8(3, i, from2).Mul(r).Add(factor8(2, i, from2)))
		start := factor8(1, i, from2).IfElse(magnitude.GreaterEqual(quarter), magnitude)
		store8(start.Add(p.Mul(r)).ToBits().Or(x.And(sign)).BitsToFloat32(), &matrix[0], k)
	}
}

// factor8 returns a row of the table at the intervals of numbers i; from2 says which of them begin at 2 or above, and have their columns
// in the first half.
func factor8(row int, i archsimd.Int32x8, from2 archsimd.Mask32x8) archsimd.Float32x8 {
	t := &tanhColumns[row]
	at := i.ToBits()
	return load8(&t[0], 0).Permute(at).IfElse(from2, load8(&t[8], 0).Permute(at))
}
