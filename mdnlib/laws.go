package mdnlib

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"

	"gonum.org/v1/gonum/mathext"
	"gonum.org/v1/gonum/stat/distuv"
)

// NamedLaw is a law with the name that settings give it and the range of x that it is for.
type NamedLaw struct {
	Name        string // as a setting spells it
	Description string // what y is at one x, in a few words
	Law         Law
	From, To    float64 // the range of x, for drawing it and for charts

	pair func(source *rand.Rand) (x, y float64) // draws x and y together; nil draws x uniform on [From, To], and then y
}

// Laws returns the laws of the notebooks. All but inverse have the post's mean, x² − 6x + 9 on [1, 5], and standard
// deviations about as large as noise·x. With noise 0 all are points.
//
//   - growing: the post's own, [Quadratic]
//   - constant: normal, with the standard deviation 3·noise that growing has in the middle
//   - none: no noise, whatever noise is
//   - u-shaped: normal, with standard deviation noise·(1 + (x − 3)²)
//   - periodic: normal, with standard deviation noise·(3 + 2 sin πx)
//   - heavy-tailed: Student's t with 5 degrees of freedom, scaled to the standard deviation noise·x
//   - skewed: Gumbel's distribution, the tail towards large y, with standard deviation noise·x
//   - two-humped: two normals of equal weight, 1.8·noise·x apart, with standard deviation noise·x together
//   - inverse: Bishop (1994), section 5. Where x = t + 0.3 sin 2πt + u, with t uniform on (0, 1) and u uniform on
//     (−noise, noise), y is t: one x has up to three answers. Given x, t is uniform on all that is near enough, see
//     [Uniforms]. The law is for x in [0, 1], is defined on [−noise, 1 + noise], and panics outside.
//
// Those with standard deviation noise·x panic at a negative x. Laws panics when noise is negative or not finite.
func Laws(noise float64) []NamedLaw {
	if err := checkNoise("the law", noise); err != nil {
		panic(fmt.Sprintf("mdnlib: %v", err))
	}
	// about is a law with the post's mean. spread gives its standard deviation at x, shape makes a distribution of the two.
	about := func(name, description string, spread func(x float64) float64, shape func(mu, sigma float64) Distribution) NamedLaw {
		law := func(x float64) Distribution {
			sigma := spread(x)
			if sigma == 0 {
				return PointMass(quadratic(x))
			}
			return shape(quadratic(x), sigma)
		}
		return NamedLaw{Name: name, Description: description, Law: law, From: 1, To: 5}
	}
	grows := func(law string) func(x float64) float64 {
		return func(x float64) float64 { return growing("the "+law+" law", noise, x) }
	}
	return []NamedLaw{
		{Name: "growing", Description: "normal, the spread grows with x", Law: Quadratic(noise), From: 1, To: 5},
		about("constant", "normal, the same spread everywhere", func(float64) float64 { return 3 * noise }, Normal),
		about("none", "no noise: one y at every x", func(float64) float64 { return 0 }, Normal),
		about("u-shaped", "normal, the spread is least in the middle",
			func(x float64) float64 { return noise * (1 + float64((x-3)*(x-3))) }, Normal),
		about("periodic", "normal, the spread comes and goes",
			func(x float64) float64 { return noise * (3 + 2*math.Sin(math.Pi*x)) }, Normal),
		about("heavy-tailed", "Student's t, now and then far away", grows("heavy-tailed"), heavyTailed),
		about("skewed", "Gumbel's, a long tail on one side", grows("skewed"), skewed),
		about("two-humped", "two normals, seldom near their mean", grows("two-humped"), twoHumped),
		{Name: "inverse", Description: "Bishop's inverse problem, up to three answers", From: 0, To: 1,
			Law:  func(x float64) Distribution { return inverse(noise, x) },
			pair: func(source *rand.Rand) (x, y float64) { return inversePair(noise, source) }},
	}
}

// LawByName returns the law of that name from [Laws], or an error where none has the name or the noise is impossible.
func LawByName(name string, noise float64) (NamedLaw, error) {
	if err := checkNoise("the law", noise); err != nil {
		return NamedLaw{}, err
	}
	var names []string
	for _, l := range Laws(noise) {
		if l.Name == name {
			return l, nil
		}
		names = append(names, l.Name)
	}
	return NamedLaw{}, fmt.Errorf("no law is named %q; use one of %s", name, strings.Join(names, ", "))
}

// Sample draws n pairs, each at an x of its own: uniform on [From, To], or, for the inverse problem, as t and u make it, up to
// noise outside that range. The same seed draws the same data.
func (l NamedLaw) Sample(n int, seed uint64) Data {
	if n < 1 {
		panic(fmt.Sprintf("mdnlib: Sample of %d pairs; use 1 or more", n))
	}
	if !(l.From < l.To) {
		panic(fmt.Sprintf("mdnlib: the law %q is for x from %g to %g; give it a From below its To", l.Name, l.From, l.To))
	}
	source := random(seed, streamInputs)
	d := Data{X: make([]float64, n), Y: make([]float64, n)}
	if l.pair == nil {
		for i := range d.X {
			d.X[i] = l.From + float64((l.To-l.From)*uniform(source))
		}
		return Sample(l.Law, d.X, seed)
	}
	for i := range d.X {
		x, y := l.pair(source)
		d.X[i], d.Y[i] = float64(float32(x)), float64(float32(y))
	}
	return d
}

// heavyTailed is Student's t with 5 degrees of freedom, whose variance is 5/3 of its scale squared.
func heavyTailed(mu, sigma float64) Distribution {
	return studentsT{distuv.StudentsT{Mu: mu, Sigma: sigma * math.Sqrt(3.0/5), Nu: 5}}
}

// studentsT is distuv's, with the entropy that it does not have.
type studentsT struct{ distuv.StudentsT }

// Entropy is in nats (Cover and Thomas 2006, Elements of Information Theory, table 17.1):
//
//	(ν+1)/2 · (ψ((ν+1)/2) − ψ(ν/2)) + log(√ν B(ν/2, 1/2)) + log σ
func (s studentsT) Entropy() float64 {
	half := float64(s.Nu / 2)
	return float64((half+0.5)*(mathext.Digamma(half+0.5)-mathext.Digamma(half))) + float64(math.Log(s.Nu)/2) + mathext.Lbeta(half, 0.5) +
		math.Log(s.Sigma)
}

// skewed is Gumbel's distribution: mean Mu + γ·Beta, with Euler's γ, and standard deviation π/√6·Beta.
func skewed(mu, sigma float64) Distribution {
	beta := sigma * math.Sqrt(6) / math.Pi
	return distuv.GumbelRight{Mu: mu - distuv.GumbelRight{Beta: beta}.Mean(), Beta: beta}
}

// twoHumped is an equal mixture of two normals 0.9σ to either side of the mean, each so narrow that the variance is σ²
// in all. At the mean the density is a quarter of what it is on the humps.
func twoHumped(mu, sigma float64) Distribution {
	narrow := sigma * math.Sqrt(1-0.9*0.9)
	return Mixture{
		Weight: []float64{0.5, 0.5},
		Mu:     []float64{mu - float64(0.9*sigma), mu + float64(0.9*sigma)},
		Sigma:  []float64{narrow, narrow},
	}
}
