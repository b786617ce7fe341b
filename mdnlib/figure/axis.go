package figure

import (
	"fmt"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg/draw"
)

// Axis is the horizontal or the vertical axis of a chart.
type Axis struct {
	Label    string  // what it measures, with the unit
	Min, Max float64 // where it begins and ends; NaN, as New leaves them, is as far as the data goes

	narrow bool     // is drawn for a phone: has fewer marks, and a name in lines no longer than itself
	hidden bool     // has no line, no marks and no space
	bars   []string // names of bars, the first at 0 and each next one lower by 1; they stand in place of numbers
}

// check returns what is wrong with the ends that were set.
func (a Axis) check(which string) error {
	for _, end := range []struct {
		name  string
		value float64
	}{{"Min", a.Min}, {"Max", a.Max}} {
		if math.Abs(end.value) > farthest { // false where it is NaN
			return fmt.Errorf("the %s axis has %s %g; use a number from %g to %g, or NaN for as far as the data goes", which, end.name,
				end.value, -farthest, farthest)
		}
	}
	if a.Min >= a.Max { // false where one of them is NaN
		return fmt.Errorf("the %s axis goes from %g to %g; use a Min below its Max", which, a.Min, a.Max)
	}
	return nil
}

// farthest is the largest value that an axis reaches, so that the difference of any two is finite. What lies beyond is outside of the
// chart, as the description says.
const farthest = 1e307

// ends returns where the axis begins and ends, if the data goes from one value to another. Where that is a single value, or no data at
// all, differ is false, and the axis has some space around it.
func (a Axis) ends(from, to float64) (low, high float64, differ bool) {
	if from > to { // no data
		from, to = 0, 0
	}
	low, high = min(max(from, -farthest), farthest), min(max(to, -farthest), farthest)
	if !math.IsNaN(a.Min) {
		low = a.Min
	}
	if !math.IsNaN(a.Max) {
		high = a.Max
	}
	if low < high {
		return low, high, true
	}
	around := max(1, 1e-6*max(math.Abs(low), math.Abs(high)))
	switch setLow, setHigh := low == a.Min, high == a.Max; {
	case setLow && !setHigh: // and all data is below
		return low, low + around, false
	case setHigh && !setLow:
		return high - around, high, false
	}
	return low - around, low + around, false
}

// style makes a plot's axis look as all do here.
func (a Axis) style(axis *plot.Axis) {
	label, tick := textStyle(12), textStyle(11)
	// plot.New has set how the texts sit on their axis.
	label.XAlign, label.YAlign, label.Rotation = axis.Label.TextStyle.XAlign, axis.Label.TextStyle.YAlign, axis.Label.TextStyle.Rotation
	tick.XAlign, tick.YAlign = axis.Tick.Label.XAlign, axis.Tick.Label.YAlign
	axis.Label.Text, axis.Label.TextStyle, axis.Tick.Label = a.Label, label, tick
	axis.Label.Padding = 4
	axis.LineStyle = draw.LineStyle{Color: ink, Width: 0.8}
	axis.Tick.LineStyle = axis.LineStyle
	axis.Tick.Length = 4
	axis.Tick.Marker = plot.TickerFunc(ticks)
	if a.narrow {
		axis.Tick.Marker = plot.TickerFunc(fewTicks)
	}
	axis.Scale = boundedScale{}
	if a.bars != nil {
		var marks []plot.Tick
		for i, name := range a.bars {
			marks = append(marks, plot.Tick{Value: -float64(i), Label: name})
		}
		axis.Tick.Marker, axis.Tick.Length, axis.LineStyle.Width = plot.ConstantTicks(marks), 0, 0
	}
	if a.hidden {
		axis.Tick.Marker, axis.Tick.Length, axis.LineStyle.Width, axis.Padding = plot.ConstantTicks(nil), 0, 0, 0
	}
}

// boundedScale is a linear scale that places what is far outside of the axis at a bounded distance, so that no drawing takes forever:
// rasterising takes as long as what is drawn is large, whether it is seen or not.
type boundedScale struct{}

func (boundedScale) Normalize(low, high, v float64) float64 {
	const most = 1e6 // lengths of the axis
	return min(max((v-low)/(high-low), -most), most)
}

// ticks marks four to eight round values.
func ticks(from, to float64) []plot.Tick { return ticksAtMost(8, from, to) }

// fewTicks marks three to five round values.
func fewTicks(from, to float64) []plot.Tick { return ticksAtMost(5, from, to) }

// ticksAtMost marks round values, at most so many intervals between them, and at least about half as many.
func ticksAtMost(intervals int, from, to float64) []plot.Tick {
	rough := (to - from) / float64(intervals)
	magnitude := math.Pow(10, math.Floor(math.Log10(rough)))
	step := 10 * magnitude
	for _, round := range []float64{1, 2, 2.5, 5} {
		if round*magnitude >= rough {
			step = round * magnitude
			break
		}
	}
	label := number
	if digits := 3 + int(math.Log10(max(math.Abs(from), math.Abs(to))/step)); digits > 4 { // as of years and their quarters
		label = func(v float64) string { return minus(fmt.Sprintf("%.*g", digits, v)) }
	}
	var marks []plot.Tick
	first := math.Ceil(from/step - 1e-9)
	for i := range intervals + 2 { // a count of its own: beyond 2⁵³ a float64 has no next whole number
		value := (first + float64(i)) * step
		if !(value <= to+step*1e-9) {
			break
		}
		if len(marks) == 0 || value > marks[len(marks)-1].Value {
			marks = append(marks, plot.Tick{Value: value, Label: label(value)})
		}
	}
	return marks
}

// view is what a chart shows of its layers: what the axes measure, and the rectangle of x and y that is drawn.
type view struct {
	x, y                     string // the axes' labels
	left, right, bottom, top float64
}

func (v view) contains(x, y float64) bool { return v.containsX(x) && v.bottom <= y && y <= v.top }

func (v view) containsX(x float64) bool { return v.left <= x && x <= v.right }
