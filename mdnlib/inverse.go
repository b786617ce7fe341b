package mdnlib

import (
	"fmt"
	"math"
	"math/rand/v2"
)

// Uniforms is a mixture of uniform distributions on intervals that do not overlap, in ascending order: interval i is
// [From[i], To[i]] and holds the share Weight[i]. The weights sum to 1. An interval of length 0 is a point, and one of weight 0 adds nothing.
type Uniforms struct{ Weight, From, To []float64 }

// LogProb is the log density in nats: +Inf at a point, −Inf outside all intervals. The ends of the intervals are taken to
// the float32 precision of a sample.
func (d Uniforms) LogProb(y float64) float64 {
	for i, w := range d.Weight {
		if w > 0 && float32(d.From[i]) <= float32(y) && float32(y) <= float32(d.To[i]) {
			return math.Log(w / (d.To[i] - d.From[i]))
		}
	}
	return math.Inf(-1)
}

// CDF is the share at or below y.
func (d Uniforms) CDF(y float64) float64 {
	share := 0.0
	for i, w := range d.Weight {
		switch {
		case y < d.From[i]:
			return share
		case y < d.To[i]:
			return share + w*(y-d.From[i])/(d.To[i]-d.From[i])
		}
		share += w
	}
	return 1
}

// Quantile is the smallest y with the share p at or below it. It panics when p is not in [0, 1].
func (d Uniforms) Quantile(p float64) float64 {
	if !(p >= 0 && p <= 1) {
		panic(fmt.Sprintf("mdnlib: quantile of the share %g; use a share in [0, 1]", p))
	}
	y := math.NaN()
	for i, w := range d.Weight {
		if w == 0 {
			continue
		}
		y = d.From[i] + float64(min(p/w, 1)*(d.To[i]-d.From[i]))
		if p <= w {
			return y
		}
		p -= w
	}
	return y // the end of the last interval, where the weights are rounded
}

// Mean is the weighted mean of the middles.
func (d Uniforms) Mean() float64 {
	mean := 0.0
	for i, w := range d.Weight {
		mean += float64(w * (d.From[i] + d.To[i]) / 2)
	}
	return mean
}

// StdDev adds the variance within each interval, its length squared over 12, and that between the middles.
func (d Uniforms) StdDev() float64 {
	mean, variance := d.Mean(), 0.0
	for i, w := range d.Weight {
		length, off := d.To[i]-d.From[i], float64((d.From[i]+d.To[i])/2)-mean
		variance += float64(w * (float64(length*length/12) + float64(off*off)))
	}
	return math.Sqrt(variance)
}

// Entropy is in nats, and −Inf where there is a point.
func (d Uniforms) Entropy() float64 {
	entropy := 0.0
	for i, w := range d.Weight {
		if w > 0 {
			entropy -= float64(w * math.Log(w/(d.To[i]-d.From[i])))
		}
	}
	return entropy
}

// nearest returns the value in the intervals that is closest to y.
func (d Uniforms) nearest(y float64) float64 {
	best := math.Inf(1)
	for i := range d.Weight {
		if v := min(max(y, d.From[i]), d.To[i]); math.Abs(v-y) < math.Abs(best-y) {
			best = v
		}
	}
	return best
}

// bishop is the curve of Bishop's inverse problem (1994, section 5) and its slope. On [0, 1] it rises from 0 to 0.59 at
// t = bishopTurn, falls to 0.41 at 1 − bishopTurn, and rises to 1.
func bishop(t float64) (x, slope float64) {
	sin, cos := math.Sincos(2 * math.Pi * t)
	return t + float64(0.3*sin), 1 + float64(0.6*math.Pi*cos)
}

// bishopTurn is the first t in (0, 1) at which the slope is 0.
var bishopTurn = math.Acos(-1/(0.6*math.Pi)) / (2 * math.Pi)

// inverse is the distribution of t given x = bishop(t) + u, with t uniform on (0, 1) and u uniform on (−noise, noise): every
// t with |x − bishop(t)| ≤ noise is as likely as any other. As noise goes to 0 a stretch of the curve leaves a point, with a
// weight in proportion to the time that the curve spends there, 1/|slope|. It panics at an x that no t gives.
func inverse(noise, x float64) Uniforms {
	if !(float32(x) >= float32(-noise) && float32(x) <= float32(1+noise)) { // the precision of a sample
		panic(fmt.Sprintf("mdnlib: the inverse law has no y at x = %g; with noise %g use x in [%g, %g]",
			x, noise, -noise, 1+noise))
	}
	if noise < 1e-9 { // less than float32 can show, and so little that the ends of an interval would run together
		noise = 0
	}
	var d Uniforms
	total := 0.0
	ends := [...]float64{0, bishopTurn, 1 - bishopTurn, 1} // between them the curve only rises or only falls
	for i := range ends[1:] {
		a, b := crossing(x-noise, ends[i], ends[i+1]), crossing(x+noise, ends[i], ends[i+1])
		from, to := min(a, b), max(a, b)
		weight := to - from
		if noise == 0 {
			value, slope := bishop(from)
			if math.Abs(x-value) > 1e-7 { // the precision of a sample
				continue
			}
			weight = 1 / max(math.Abs(slope), 0x1p-52)
		}
		if weight == 0 { // nothing of this stretch is near enough
			continue
		}
		total += weight
		if last := len(d.To) - 1; last >= 0 && d.To[last] == from { // one interval, across a turn of the curve
			d.To[last] = to
			d.Weight[last] += weight
			continue
		}
		d.From, d.To, d.Weight = append(d.From, from), append(d.To, to), append(d.Weight, weight)
	}
	if total == 0 { // x is at an end of its range, where one t is left
		t := math.Round(min(max(x, 0), 1))
		return Uniforms{Weight: []float64{1}, From: []float64{t}, To: []float64{t}}
	}
	for i := range d.Weight {
		d.Weight[i] /= total
	}
	return d
}

// crossing returns the t in [from, to], where the curve only rises or only falls, at which it comes to the level x; the
// nearer end where it does not. It is Newton's method, and halves the bracket where a step would leave it.
func crossing(x, from, to float64) float64 {
	low, high := from, to // where the curve is below x, and above
	startX, _ := bishop(from)
	endX, _ := bishop(to)
	if startX > endX {
		low, high, startX, endX = high, low, endX, startX
	}
	if x <= startX {
		return low
	}
	if x >= endX {
		return high
	}
	t := (low + high) / 2
	for range 100 {
		value, slope := bishop(t)
		if value < x {
			low = t
		} else {
			high = t
		}
		next := t - (value-x)/slope
		if !(min(low, high) < next && next < max(low, high)) {
			next = (low + high) / 2
		}
		if next == t {
			break
		}
		t = next
	}
	return t
}

// inversePair draws t and u, and from them x. As x is rounded to float32, t may come to lie just outside the distribution at
// x; it moves to the nearest value inside.
func inversePair(noise float64, source *rand.Rand) (x, t float64) {
	t = uniform(source)
	x, _ = bishop(t)
	x = float64(float32(x + float64(noise*(float64(2*uniform(source))-1))))
	return x, inverse(noise, x).nearest(t)
}
