package vector

import "math"

// The functions below are ours because Go's are not the same everywhere: math.Exp and math.Log are assembly on some
// platforms and Go on others, and may differ in the last bit. These use only +, −, ×, ÷ and integer operations in float32,
// each rounded by itself, so they return the same bits on every platform. Their polynomials are minimax fits (Remez) of
// the function named beside them; their errors are measured in math_test.go.

const (
	// Adding roundToInt to |x| < 2²² rounds x to the nearest integer, which then sits in the low bits of the sum.
	roundToInt = 3 << 22

	log2e = 1.44269504088896341
	// ln 2 in two parts; the first has so few bits that its product with an exponent is exact.
	ln2Hi = 0.693359375
	ln2Lo = -2.12194440e-4

	expLowest  = -104.5 // below it e^x rounds to 0
	expHighest = 89     // above it e^x is past the largest float32

	// (e^r − 1 − r) / r² for |r| ≤ ln 2 / 2, by powers of r
	exp0 = 0.4999999403953552
	exp1 = 0.1666651964187622
	exp2 = 0.041668400168418884
	exp3 = 0.00836885068565607
	exp4 = 0.0013814320554956694

	// (ln(1 + f) − f + f²/2) / f³ for √½ ≤ 1 + f ≤ √2, by powers of f
	log0 = 0.3333333134651184
	log1 = -0.25000837445259094
	log2 = 0.20001213252544403
	log3 = -0.1662270575761795
	log4 = 0.14201542735099792
	log5 = -0.1316680610179901
	log6 = 0.12766511738300323
	log7 = -0.0762229785323143

	sqrtHalf = 0x3f3504f3 // the bits of √½

	// Below tanhMiddle tanh is a polynomial near x; above it is 1 minus something small, so that in both parts the last
	// addition is nearly the only rounding, which keeps the function monotone.
	tanhMiddle = 0.65
	// At tanhHighest and above tanh rounds to 1.
	tanhHighest = 9.5
)

// The coefficients of tanh are variables: an instruction can take these from memory, while the compiler spends one of their own on
// constants, each time.
var (
	// (tanh a / a − 1) / a² for a ≤ tanhMiddle, by powers of a²
	tanh0 float32 = -0.3333325982093811
	tanh1 float32 = 0.1333083063364029
	tanh2 float32 = -0.05368802323937416
	tanh3 float32 = 0.02046941965818405
	tanh4 float32 = -0.005515163764357567

	// 2^f for |f| ≤ ½, by powers of f, after 1
	power1 float32 = 0.6931470036506653
	power2 float32 = 0.24022242426872253
	power3 float32 = 0.05550733581185341
	power4 float32 = 0.009671512991189957
	power5 float32 = 0.001326472731307149
)

// Exp returns e^x, within 1 ulp.
func Exp(x float32) float32 {
	switch {
	case x != x:
		return x
	case x > expHighest:
		return float32(math.Inf(1))
	case x < expLowest:
		return 0
	}
	// x = k·ln 2 + r with |r| ≤ ln 2 / 2, so e^x = 2^k · e^r.
	shifted := float32(x*log2e) + roundToInt
	k := shifted - roundToInt
	r := x - float32(k*ln2Hi)
	r -= float32(k * ln2Lo)

	p := float32(exp4*r) + exp3
	p = float32(p*r) + exp2
	p = float32(p*r) + exp1
	p = float32(p*r) + exp0
	p = float32(float32(r*r)*p) + r
	p++

	// 2^k in two factors, because k can be outside the range of a float32's exponent when e^x is subnormal or near the top.
	exponent := int32(math.Float32bits(shifted)) - int32(math.Float32bits(roundToInt))
	half := exponent >> 1
	return float32(p*powerOfTwo(half)) * powerOfTwo(exponent-half)
}

// powerOfTwo returns 2^k for −126 ≤ k ≤ 127.
func powerOfTwo(k int32) float32 { return math.Float32frombits(uint32(k+127) << 23) }

// Log returns the natural logarithm of x, within 1 ulp; −Inf at 0, NaN below.
func Log(x float32) float32 {
	switch {
	case x != x || x > math.MaxFloat32:
		return x
	case x < 0:
		return float32(math.NaN())
	case x == 0:
		return float32(math.Inf(-1))
	}
	exponent := int32(0)
	if x < 0x1p-126 { // subnormal: bring it to where the exponent field means what it says
		x *= 0x1p23
		exponent = -23
	}
	// x = 2^exponent · (1 + f) with √½ ≤ 1 + f < √2.
	bits := int32(math.Float32bits(x)) - sqrtHalf
	exponent += bits >> 23
	f := math.Float32frombits(uint32(bits&0x7fffff+sqrtHalf)) - 1

	p := float32(log7*f) + log6
	p = float32(p*f) + log5
	p = float32(p*f) + log4
	p = float32(p*f) + log3
	p = float32(p*f) + log2
	p = float32(p*f) + log1
	p = float32(p*f) + log0

	square := float32(f * f)
	k := float32(exponent)
	p = float32(float32(p*f)*square) + float32(k*ln2Lo)
	p -= float32(0.5 * square)
	return float32(f+p) + float32(k*ln2Hi)
}

// Tanh returns the hyperbolic tangent of x, within 2 ulp.
func Tanh(x float32) float32 {
	if !isFar(x) {
		return tanhNear(x)
	}
	shifted, f := tanhExponent(x)
	return tanhFar(x, tanhPower(shifted, twoTo(f)))
}

// isFar says whether tanh x is computed by tanhFar. NaN is not far: tanhNear returns it.
func isFar(x float32) bool {
	const middle, infinity = 0x3f266666, 0x7f800000 // the bits of tanhMiddle and of infinity
	return math.Float32bits(x)&^(1<<31)-middle <= infinity-middle
}

// tanhNear returns tanh x for |x| below tanhMiddle.
func tanhNear(x float32) float32 {
	z := float32(x * x)
	p := float32(tanh4*z) + tanh3
	p = float32(p*z) + tanh2
	p = float32(p*z) + tanh1
	p = float32(p*z) + tanh0
	return x + float32(x*(float32(z*p)+0)) // + 0 makes 0 of −0, so that tanh −0 is −0
}

// From tanhMiddle on, tanh |x| = 1 − 2/(e^{2|x|} + 1), with e^{2|x|} = 2^k · 2^f and |f| ≤ ½. It is cut into four functions for
// the loops of TanhRows.

// tanhExponent returns k, which is in the low bits of shifted, and f.
func tanhExponent(x float32) (shifted, f float32) {
	const highest = 0x41180000 // the bits of tanhHighest; magnitudes are ordered as their bits are
	a := math.Float32frombits(min(math.Float32bits(x)&^(1<<31), highest))
	w := float32(a * (2 * log2e))
	shifted = w + roundToInt
	return shifted, w - (shifted - roundToInt)
}

// twoTo returns 2^f for |f| ≤ ½.
func twoTo(f float32) float32 {
	p := float32(power5*f) + power4
	p = float32(p*f) + power3
	p = float32(p*f) + power2
	p = float32(p*f) + power1
	return float32(p*f) + 1
}

// tanhPower returns 2^k · 2^f from shifted and 2^f.
func tanhPower(shifted, twoToF float32) float32 {
	return math.Float32frombits(math.Float32bits(twoToF) + math.Float32bits(shifted)<<23)
}

// tanhFar returns tanh x for |x| from tanhMiddle to infinity, from e^{2|x|}.
func tanhFar(x, power float32) float32 {
	return math.Float32frombits(math.Float32bits(1-2/(power+1)) | math.Float32bits(x)&(1<<31))
}
