package vector

import "math"

// The functions below are ours because Go's are not the same everywhere: math.Exp and math.Log are assembly on some
// platforms and Go on others, and may differ in the last bit. These use only +, −, ×, ÷ and integer operations in float32,
// each rounded by itself, so they return the same bits on every platform. The polynomials of exp and log are minimax fits (Remez)
// of the function named beside them; the errors of all three are measured in math_test.go.

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

	// At tanhHighest and above tanh rounds to 1.
	tanhHighest = 9.5
	// A float32's bits, shifted right by tanhShift, count half octaves; tanhFirst is the last one below ¼.
	tanhShift, tanhFirst = 22, 249
)

// tanhTable is what Tanh knows of each of its twelve intervals, a column each: |x| < ¼, then half an octave each up to tanhHighest.
// The first row is the interval's centre c, the second tanh c, which is so near a float32 that its rounding is not felt, and the
// others are the factors of |x| − c and its powers up to the sixth, in the first interval of what x lacks. testdata/tanh.py printed it.
var tanhTable = [8][16]float32{
	{0.0, 0.31252342462539673, 0.4375085234642029, 0.6251066327095032, 0.875141978263855, 1.2497118711471558, 1.7497650384902954, 2.4997172355651855, 3.50058650970459, 4.999770164489746, 6.998569488525391, 8.747138977050781},
	{0.0, 0.3027310073375702, 0.41157713532447815, 0.5546735525131226, 0.7039772272109985, 0.8482028245925903, 0.9413487911224365, 0.986606776714325, 0.9981800317764282, 0.9999091625213623, 0.9999983310699463, 0.9999999403953552},
	{0.0, 0.9083539247512817, 0.8306042551994324, 0.6923372745513916, 0.5044160485267639, 0.28055185079574585, 0.11386240273714066, 0.026607180014252663, 0.003636695211753249, 0.00018194258154835552, 3.340742523505469e-06, 1.0104270131705562e-07},
	{-9.277020041054129e-08, -0.2749868929386139, -0.3418577313423157, -0.38402116298675537, -0.3550974130630493, -0.23796500265598297, -0.1071842610836029, -0.02625063806772232, -0.0036300208885222673, -0.00018171739066019654, -3.336884901727899e-06, -1.0102284875301848e-07},
	{-0.3333147466182709, -0.21953758597373962, -0.13616757094860077, -0.017779016867280006, 0.08183944970369339, 0.10834062099456787, 0.06295034289360046, 0.017026489600539207, 0.002408920554444194, 0.00011888572771567851, 2.183193601013045e-06, 6.697058552163071e-08},
	{-0.0005986267351545393, 0.15812276303768158, 0.16999569535255432, 0.1378660649061203, 0.06075317785143852, -0.012556825764477253, -0.023526787757873535, -0.008054179139435291, -0.0011963114375248551, -5.99823979428038e-05, -1.1019093335562502e-06, -3.3579631519842223e-08},
	{0.14013350009918213, 0.0454958975315094, -0.005964966025203466, -0.05435080826282501, -0.05853642150759697, -0.019716942682862282, 0.0034793573431670666, 0.0028888024389743805, 0.0004898138577118516, 2.8487407689681277e-05, 5.24214726738137e-07, 1.4781984525313874e-08},
	{-0.03192507475614548, -0.07239852100610733, -0.06163587048649788, -0.024017781019210815, 0.013005168177187443, 0.015098219737410545, 0.002077605342492461, -0.0007010426488704979, -0.00015649519627913833, -9.1039846665808e-06, -1.6783398848474462e-07, -4.815333465302274e-09},
}

// tanhIsX is 1 for the interval in which tanh |x| is |x| and a polynomial.
var tanhIsX = [16]float32{1}

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

// Tanh returns the hyperbolic tangent of x, within 1.5 ulp.
func Tanh(x float32) float32 {
	row := [1]float32{x}
	tanhPlain(row[:], &tanhTable)
	return row[0]
}

// tanhPlain replaces every x of a row by tanh x: the value at the centre of an interval and a polynomial in the distance from it. The
// last addition is nearly the only rounding that is felt, which keeps the function monotone. The table is a parameter because the
// compiler then keeps its address in a register.
func tanhPlain(row []float32, table *[8][16]float32) {
	highest := math.Float32bits(tanhHighest)
	for k, x := range row {
		magnitude := math.Float32bits(x) &^ (1 << 31) // magnitudes are ordered as their bits are, then NaN
		if magnitude > highest {
			if x != x {
				continue
			}
			magnitude = highest
		}
		i := int32(magnitude>>tanhShift) - tanhFirst
		i = i &^ (i >> 31) & 15 // 0 if it was below; processors could not guess a branch
		a := math.Float32frombits(magnitude)
		r := a - table[0][i]
		square := float32(r * r) // pairs of terms, which need not wait for each other
		p := float32(table[7][i]*r) + table[6][i]
		p = float32(p*square) + (float32(table[5][i]*r) + table[4][i])
		p = float32(p*square) + (float32(table[3][i]*r) + table[2][i])
		start := float32(a*tanhIsX[i]) + table[1][i]
		row[k] = math.Float32frombits(math.Float32bits(start+float32(p*r)) | math.Float32bits(x)&(1<<31))
	}
}
