package mdnlib

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
)

// Data are pairs of x and y: Y[i] was observed at X[i]. It is a plotter.XYer of gonum/plot.
type Data struct {
	X, Y []float64
}

// Len returns the number of pairs.
func (d Data) Len() int { return len(d.X) }

// XY returns pair i.
func (d Data) XY(i int) (x, y float64) { return d.X[i], d.Y[i] }

// At returns every y that was observed at x. Where no pair has exactly this x, they are those of the x that are the same in
// float32, to which [Sample] rounds.
func (d Data) At(x float64) []float64 {
	d.mustPair()
	var exact, rounded []float64
	for i := range d.X {
		if d.X[i] == x {
			exact = append(exact, d.Y[i])
		}
		if float32(d.X[i]) == float32(x) {
			rounded = append(rounded, d.Y[i])
		}
	}
	if exact != nil {
		return exact
	}
	return rounded
}

// Grid returns n evenly spaced values, the first at from and the last at to.
func Grid(from, to float64, n int) []float64 {
	if n < 2 {
		panic(fmt.Sprintf("mdnlib: Grid of %d values; use 2 or more", n))
	}
	grid := make([]float64, n)
	step := (to - from) / float64(n-1)
	for i := range grid {
		grid[i] = from + float64(step*float64(i)) // converted, so that no platform fuses it
	}
	grid[n-1] = to
	return grid
}

// Repeat returns every x n times, equal ones side by side: one x for each sample to be drawn there.
func Repeat(x []float64, n int) []float64 {
	if n < 1 {
		panic(fmt.Sprintf("mdnlib: Repeat %d times; use 1 or more", n))
	}
	repeated := make([]float64, 0, n*len(x))
	for _, v := range x {
		for range n {
			repeated = append(repeated, v)
		}
	}
	return repeated
}

// Independent streams of random numbers, so that one seed can serve them all.
const (
	streamSample = iota + 1
	streamShuffle
	streamWeights
	streamOrder
	streamInputs
	streamHoldOut
	streamBootstrap
)

func random(seed, stream uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, stream)) }

// uniform returns a random number in (0, 1): neither end, where a quantile may be infinite.
func uniform(source *rand.Rand) float64 {
	return float64((float64(source.Uint64()>>12) + 0.5) * 0x1p-52)
}

// Sample draws one y from the law at each x, in the order of x. The same seed draws the same data.
//
// Each y is the law's quantile at a uniform random number: with more noise the same points lie further from their means. Values are
// rounded to float32, the precision of training.
func Sample(law Law, x []float64, seed uint64) Data {
	source := random(seed, streamSample)
	d := Data{X: make([]float64, len(x)), Y: make([]float64, len(x))}
	for i, v := range x {
		d.X[i] = float64(float32(v))
		d.Y[i] = float64(float32(law.At(d.X[i]).Quantile(uniform(source))))
	}
	return d
}

// Shuffle returns the pairs in a random order, each still together. The same seed gives the same order.
func (d Data) Shuffle(seed uint64) Data {
	d.mustPair()
	shuffled := Data{X: append([]float64(nil), d.X...), Y: append([]float64(nil), d.Y...)}
	random(seed, streamShuffle).Shuffle(d.Len(), func(i, j int) {
		shuffled.X[i], shuffled.X[j] = shuffled.X[j], shuffled.X[i]
		shuffled.Y[i], shuffled.Y[j] = shuffled.Y[j], shuffled.Y[i]
	})
	return shuffled
}

// Fold is one way to divide data: train on one part, score on the other.
type Fold struct {
	Training, HeldOut Data
}

// Folds divides the data n times, for n-fold cross-validation (Stone 1974). The data is shuffled as [Data.Shuffle] does and cut
// into n parts of equal size, give or take one pair; fold i holds out part i and trains on the others. The same seed gives the
// same folds. Folds panics unless n is from 2 to the number of pairs.
func (d Data) Folds(n int, seed uint64) []Fold {
	d.mustPair()
	if n < 2 || n > d.Len() {
		panic(fmt.Sprintf("mdnlib: Folds(%d) of %d pairs; use from 2 folds to as many as there are pairs", n, d.Len()))
	}
	shuffled := d.Shuffle(seed)
	folds := make([]Fold, n)
	for i := range folds {
		from, to := i*d.Len()/n, (i+1)*d.Len()/n
		folds[i] = Fold{
			Training: Data{X: slices.Concat(shuffled.X[:from], shuffled.X[to:]), Y: slices.Concat(shuffled.Y[:from], shuffled.Y[to:])},
			HeldOut:  Data{X: shuffled.X[from:to:to], Y: shuffled.Y[from:to:to]},
		}
	}
	return folds
}

// HoldOut sets a share of the pairs apart, chosen at random, at least one and not all. Both parts keep the order of the data. The same seed
// chooses the same pairs. HoldOut panics unless share is between 0 and 1, and there are two pairs or more.
func (d Data) HoldOut(share float64, seed uint64) Fold {
	d.mustPair()
	if !(share > 0 && share < 1) {
		panic(fmt.Sprintf("mdnlib: HoldOut of a share of %g; use a share between 0 and 1, such as 0.1", share))
	}
	if d.Len() < 2 {
		panic(fmt.Sprintf("mdnlib: HoldOut of %d pairs; 2 or more can be divided", d.Len()))
	}
	held := min(max(1, int(math.Round(share*float64(d.Len())))), d.Len()-1)
	order := random(seed, streamHoldOut).Perm(d.Len())
	return Fold{Training: d.pick(slices.Sorted(slices.Values(order[held:]))), HeldOut: d.pick(slices.Sorted(slices.Values(order[:held])))}
}

// Bootstrap draws as many pairs as there are, each at random from all of them: some come several times, and about a third not at all (Efron
// 1979). What differs from one such sample to the next is the luck of the sample. The same seed draws the same pairs.
func (d Data) Bootstrap(seed uint64) Data {
	d.mustPair()
	source, numbers := random(seed, streamBootstrap), make([]int, d.Len())
	for k := range numbers {
		numbers[k] = source.IntN(d.Len())
	}
	return d.pick(numbers)
}

// pick returns the pairs of these numbers, in their order.
func (d Data) pick(numbers []int) Data {
	picked := Data{X: make([]float64, len(numbers)), Y: make([]float64, len(numbers))}
	for k, i := range numbers {
		picked.X[k], picked.Y[k] = d.X[i], d.Y[i]
	}
	return picked
}

// checkPairs returns an error unless every x has its y.
func (d Data) checkPairs() error {
	if len(d.X) != len(d.Y) {
		return fmt.Errorf("data has %d x but %d y; every x needs its y", len(d.X), len(d.Y))
	}
	return nil
}

func (d Data) mustPair() {
	if err := d.checkPairs(); err != nil {
		panic("mdnlib: " + err.Error())
	}
}

// Check returns an error that names the first value or length that cannot be trained on, nil if there is none.
func (d Data) Check() error {
	if err := d.checkPairs(); err != nil {
		return err
	}
	if len(d.X) == 0 {
		return errNoSamples
	}
	for i := range d.X {
		if err := cmp.Or(checkValue("x", i, d.X[i]), checkValue("y", i, d.Y[i])); err != nil {
			return err
		}
	}
	return nil
}

func checkValue(name string, i int, value float64) error {
	if math.IsNaN(value) {
		return fmt.Errorf("%s[%d] is NaN; remove the sample or fill in its value", name, i)
	}
	if math.Abs(value) > math.MaxFloat32 {
		return fmt.Errorf("%s[%d] is %g, but training is in float32, which ends at %.3g; scale the values down",
			name, i, value, math.MaxFloat32)
	}
	return nil
}
