//go:build goexperiment.simd && go1.27 && (arm64 || wasm)

package vector

import (
	"simd/archsimd"
	"unsafe"
)

//go:generate go run ./generate

// The functions here, and in kernels_loss.go, do what their plain twins do, as many samples at a time as a register holds, in the
// same order of operations and with the same roundings, so that they return the same bits. They are written for registers of four
// numbers, which arm64 and WebAssembly have. For the registers of eight and sixteen that amd64 has, ./generate writes the same text
// into kernels_amd64.go, with other types. (The package simd, which needs no copies, costs an instruction that does nothing for
// each operation; README.md says what that came to.)
//
// None of them may hold a Go float: on amd64 Go compiles scalar floats to instructions of the time before AVX, and each of those
// can cost a hundred nanoseconds while the upper halves of the registers are in use. So numbers are broadcast from memory as
// integers, and each function that vector.go calls ends by clearing those halves.

// width is how many numbers a register holds.
const width = 4

func load(p *float32, k int) archsimd.Float32x4 {
	return archsimd.LoadFloat32x4Array((*[width]float32)(unsafe.Pointer(at(p, k))))
}

func store(x archsimd.Float32x4, p *float32, k int) {
	x.StoreArray((*[width]float32)(unsafe.Pointer(at(p, k))))
}

// broadcast returns *x in every lane.
func broadcast(x *float32) archsimd.Float32x4 {
	return archsimd.BroadcastUint32x4(*(*uint32)(unsafe.Pointer(x))).BitsToFloat32()
}

// every returns number i of c in every lane.
func every(c *constants, i int) archsimd.Float32x4 { return load(&c[i][0], 0) }

// A wide layer's matrix does not fit into the first-level cache, and would be read from further away for every pair of its
// outputs. So the products go block by block of its rows, which stay near while all outputs use them. The sums are added in the
// same order as without blocks.

func affineSIMD(out, in, weight, bias []float32, stride int) {
	inputs, outputs, block := len(in)/stride, len(bias), blockRows(stride)
	for i := 0; i < inputs; i += block {
		n := min(block, inputs-i)
		for j := 0; j < outputs; j += 2 {
			other := min(j+1, outputs-1) // a row without a partner is its own: computed twice, and stored twice the same
			startA, startB := &bias[j], &bias[other]
			if i > 0 {
				startA, startB = nil, nil
			}
			addRowsSIMD(&out[j*stride], &out[other*stride], startA, startB,
				&in[i*stride], &weight[j*inputs+i], &weight[other*inputs+i], stride, n, 1)
		}
	}
	clearUpper()
}

func backAffineSIMD(in, out, weight []float32, stride, from, to int) {
	start := new(float32) // the first block starts every sum at 0, the others go on
	inputs, outputs, block := len(in)/stride, len(out)/stride, blockRows(stride)
	for j := 0; j < outputs; j += block {
		n := min(block, outputs-j)
		for i := from; i < to; i += 2 {
			other := min(i+1, to-1)
			addRowsSIMD(&in[i*stride], &in[other*stride], start, start,
				&out[j*stride], &weight[j*inputs+i], &weight[j*inputs+other], stride, n, inputs)
		}
		start = nil
	}
	clearUpper()
}

// addRowsSIMD adds Σᵢ factor[i·step]·(row i of matrix), for n rows, to two rows of sums, each with factors of its own, in the
// order of i. With starts, the sums begin there instead. Two rows of sums share each load of a row, and four registers of each
// stay where they are all the way.
//
// Addresses walk from row to row, because the compiler computes base + offset anew for every load; and they stop at the
// last row, because a pointer must not leave its array.
func addRowsSIMD(sumA, sumB, startA, startB, matrix, factorA, factorB *float32, stride, n, step int) {
	k := 0
	for ; k+4*width <= stride; k += 4 * width {
		a, b := at(sumA, k), at(sumB, k)
		var a0, a1, a2, a3, b0, b1, b2, b3 archsimd.Float32x4
		if startA != nil {
			a0, b0 = broadcast(startA), broadcast(startB)
			a1, a2, a3, b1, b2, b3 = a0, a0, a0, b0, b0, b0
		} else {
			a0, a1, a2, a3 = load(a, 0), load(a, width), load(a, 2*width), load(a, 3*width)
			b0, b1, b2, b3 = load(b, 0), load(b, width), load(b, 2*width), load(b, 3*width)
		}
		row, fa, fb := at(matrix, k), factorA, factorB
		for i := n; ; {
			x, y := broadcast(fa), broadcast(fb)
			r := load(row, 0)
			a0, b0 = a0.Add(x.Mul(r)), b0.Add(y.Mul(r))
			r = load(row, width)
			a1, b1 = a1.Add(x.Mul(r)), b1.Add(y.Mul(r))
			r = load(row, 2*width)
			a2, b2 = a2.Add(x.Mul(r)), b2.Add(y.Mul(r))
			r = load(row, 3*width)
			a3, b3 = a3.Add(x.Mul(r)), b3.Add(y.Mul(r))
			if i--; i == 0 {
				break
			}
			row, fa, fb = at(row, stride), at(fa, step), at(fb, step)
		}
		store(a0, a, 0)
		store(a1, a, width)
		store(a2, a, 2*width)
		store(a3, a, 3*width)
		store(b0, b, 0)
		store(b1, b, width)
		store(b2, b, 2*width)
		store(b3, b, 3*width)
	}
	for ; k < stride; k += width {
		var a, b archsimd.Float32x4
		if startA != nil {
			a, b = broadcast(startA), broadcast(startB)
		} else {
			a, b = load(sumA, k), load(sumB, k)
		}
		row, fa, fb := at(matrix, k), factorA, factorB
		for i := n; ; {
			r := load(row, 0)
			a, b = a.Add(broadcast(fa).Mul(r)), b.Add(broadcast(fb).Mul(r))
			if i--; i == 0 {
				break
			}
			row, fa, fb = at(row, stride), at(fa, step), at(fb, step)
		}
		store(a, sumA, k)
		store(b, sumB, k)
	}
}

func gradientSIMD(sums *eightSums, weight, bias, delta, in []float32, stride, from, to int) {
	m := panels{outputs: len(bias), inputs: len(weight) / len(bias), columns: len(delta) / len(bias), stride: stride}
	for j := from; j < to; {
		if to-from < 8 {
			sumRow(sums, &bias[j], &delta[0], j, &m)
			j++
			continue
		}
		j = min(j, to-8) // eight rows, even if some have been done already
		sumRows(sums, &bias[j], &delta[0], j, &m)
		j += 8
	}
	switch {
	case m.inputs >= 4:
		block := blockRows(m.columns)
		for i := 0; i < m.inputs; i += block {
			i = min(i, m.inputs-4) // four rows at least, even if some have been done already
			for j := from; j < to; j += 2 {
				dots(sums, &weight[j*m.inputs+i], &delta[0], &in[0], j, min(j+1, to-1), i, min(block, m.inputs-i), &m)
			}
		}
	case to-from >= 4: // a product's factors may change places
		turned := panels{outputs: m.inputs, inputs: m.outputs, columns: m.columns, stride: stride}
		if m.inputs == 1 { // whose weights lie side by side
			dots(sums, &weight[from], &in[0], &delta[0], 0, 0, from, to-from, &turned)
			break
		}
		for j := from; j < to; j += 4 {
			j = min(j, to-4)
			for i := range m.inputs {
				dots(sums, &sums.folded[0], &in[0], &delta[0], i, i, j, 4, &turned)
				for k := range 4 {
					copyBits(&weight[(j+k)*m.inputs+i], &sums.folded[k])
				}
			}
		}
	default: // so few that speed is of no account
		lonelyDots(sums, weight, delta, in, from, to, &m)
	}
	clearUpper()
}

// dots writes the dot products of the rows j and other of delta, which may be one row, with n rows of in from i on, four or more;
// those of other go where the weights of that output are. The sums of a dot product are kept in Lanes lanes, which may be several
// registers: these are filled one after the other.
func dots(sums *eightSums, weight, delta, in *float32, j, other, i, n int, m *panels) {
	for done := 0; done < n; done += 4 {
		done = min(done, n-4) // the last four may have been computed already
		for lane := 0; lane < Lanes; lane += width {
			var a0, a1, a2, a3, b0, b1, b2, b3 archsimd.Float32x4
			for start := 0; start < m.columns; start += m.stride {
				stride := min(m.stride, m.columns-start)
				x, r0 := at(delta, start*m.outputs+j*stride), at(in, start*m.inputs+(i+done)*stride)
				y, r1, r2, r3 := at(x, (other-j)*stride), at(r0, stride), at(r0, 2*stride), at(r0, 3*stride)
				for k := lane; k < stride; k += Lanes {
					d, e := load(x, k), load(y, k)
					r := load(r0, k)
					a0, b0 = a0.Add(d.Mul(r)), b0.Add(e.Mul(r))
					r = load(r1, k)
					a1, b1 = a1.Add(d.Mul(r)), b1.Add(e.Mul(r))
					r = load(r2, k)
					a2, b2 = a2.Add(d.Mul(r)), b2.Add(e.Mul(r))
					r = load(r3, k)
					a3, b3 = a3.Add(d.Mul(r)), b3.Add(e.Mul(r))
				}
			}
			finish(sums, lane, at(weight, done), at(weight, done+(other-j)*m.inputs), a0, a1, a2, a3, b0, b1, b2, b3)
		}
	}
}

// lonelyDots writes the dot products of the rows from up to to of delta with all rows of in, fewer than four of each.
func lonelyDots(sums *eightSums, weight, delta, in []float32, from, to int, m *panels) {
	for j := from; j < to; j++ {
		for i := range m.inputs {
			for lane := 0; lane < Lanes; lane += width {
				var s, none archsimd.Float32x4
				for start := 0; start < m.columns; start += m.stride {
					stride := min(m.stride, m.columns-start)
					x, r := &delta[start*m.outputs+j*stride], &in[start*m.inputs+i*stride]
					for k := lane; k < stride; k += Lanes {
						s = s.Add(load(x, k).Mul(load(r, k)))
					}
				}
				finish(sums, lane, &sums.folded[0], &sums.folded[4], s, none, none, none, none, none, none, none)
			}
			copyBits(&weight[j*m.inputs+i], &sums.folded[0])
		}
	}
}

// sumRows writes the sums of eight rows of delta from j on.
func sumRows(sums *eightSums, bias, delta *float32, j int, m *panels) {
	for lane := 0; lane < Lanes; lane += width {
		var s0, s1, s2, s3, s4, s5, s6, s7 archsimd.Float32x4
		for start := 0; start < m.columns; start += m.stride {
			stride := min(m.stride, m.columns-start)
			r0 := at(delta, start*m.outputs+j*stride)
			r1, r2, r3, r4 := at(r0, stride), at(r0, 2*stride), at(r0, 3*stride), at(r0, 4*stride)
			r5, r6, r7 := at(r4, stride), at(r4, 2*stride), at(r4, 3*stride)
			for k := lane; k < stride; k += Lanes {
				s0, s1, s2, s3 = s0.Add(load(r0, k)), s1.Add(load(r1, k)), s2.Add(load(r2, k)), s3.Add(load(r3, k))
				s4, s5, s6, s7 = s4.Add(load(r4, k)), s5.Add(load(r5, k)), s6.Add(load(r6, k)), s7.Add(load(r7, k))
			}
		}
		finish(sums, lane, bias, at(bias, 4), s0, s1, s2, s3, s4, s5, s6, s7)
	}
}

// sumRow writes the sum of row j of delta.
func sumRow(sums *eightSums, bias, delta *float32, j int, m *panels) {
	for lane := 0; lane < Lanes; lane += width {
		var s, none archsimd.Float32x4
		for start := 0; start < m.columns; start += m.stride {
			stride := min(m.stride, m.columns-start)
			row := at(delta, start*m.outputs+j*stride)
			for k := lane; k < stride; k += Lanes {
				s = s.Add(load(row, k))
			}
		}
		finish(sums, lane, &sums.folded[0], &sums.folded[4], s, none, none, none, none, none, none, none)
	}
	copyBits(bias, &sums.folded[0])
}

// finish takes eight sums' lanes from number lane on, and once all lanes are there folds them; four sums go to toA, four to toB.
func finish(sums *eightSums, lane int, toA, toB *float32, a0, a1, a2, a3, b0, b1, b2, b3 archsimd.Float32x4) {
	to := &sums.lanes[0][lane]
	store(a0, to, 0)
	store(a1, to, Lanes)
	store(a2, to, 2*Lanes)
	store(a3, to, 3*Lanes)
	store(b0, to, 4*Lanes)
	store(b1, to, 5*Lanes)
	store(b2, to, 6*Lanes)
	store(b3, to, 7*Lanes)
	if lane+width == Lanes {
		fold8(&sums.lanes, (*[4]float32)(unsafe.Pointer(toA)), (*[4]float32)(unsafe.Pointer(toB)))
	}
}

func sumSIMD(sums *eightSums, sum *float32, a []float32) {
	sumRow(sums, sum, &a[0], 0, &panels{outputs: 1, columns: len(a), stride: len(a)})
	clearUpper()
}

func backTanhSIMD(delta, tanh []float32) {
	one := every(&lossConstants, 0)
	for k := 0; k < len(delta); k += width {
		t := load(&tanh[0], k)
		store(load(&delta[0], k).Mul(one.Sub(t.Mul(t))), &delta[0], k)
	}
	clearUpper()
}

// largestMagnitudeSIMD returns the bits of the largest magnitude in a, whose length is a multiple of Lanes.
func largestMagnitudeSIMD(a []float32) (bits uint32) {
	sign := archsimd.BroadcastUint32x4(signBit)
	var largest archsimd.Uint32x4
	for k := 0; k < len(a); k += width {
		largest = largest.Max(load(&a[0], k).ToBits().AndNot(sign))
	}
	var lanes [width]uint32
	largest.StoreArray(&lanes)
	clearUpper()
	for i := range lanes { // by index: ranging over a copy of the array copies it with legacy instructions
		bits = max(bits, lanes[i])
	}
	return bits
}

// adamSIMD applies a step to parameters whose number is a multiple of Lanes.
func adamSIMD(s *AdamStep, parameter, gradient, mean, square []float32) {
	beta1, new1 := broadcast(&s.Beta1), broadcast(&s.New1)
	beta2, new2 := broadcast(&s.Beta2), broadcast(&s.New2)
	rate, epsilon := broadcast(&s.Rate), broadcast(&s.Epsilon)
	for k := 0; k < len(parameter); k += width {
		g := load(&gradient[0], k)
		m := beta1.Mul(load(&mean[0], k)).Add(new1.Mul(g))
		v := beta2.Mul(load(&square[0], k)).Add(new2.Mul(g).Mul(g))
		store(m, &mean[0], k)
		store(v, &square[0], k)
		store(load(&parameter[0], k).Sub(rate.Mul(m).Div(v.Sqrt().Add(epsilon))), &parameter[0], k)
	}
	clearUpper()
}
