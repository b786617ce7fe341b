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
	Log      bool    // it is logarithmic: the same ratio is the same distance everywhere; what it shows has to be above 0

	narrow bool     // is drawn for a phone: has fewer marks, and a name in lines no longer than itself
	hidden bool     // has no line, no marks and no space
	bars   []string // names of bars, the first at 0 and each next one lower by 1; they stand in place of numbers
}

// check returns what is wrong with the ends that were set. The axis begins at low.
func (a Axis) check(which string, low float64) error {
	for _, end := range []struct {
		name  string
		value float64
	}{{"Min", a.Min}, {"Max", a.Max}} {
		if math.Abs(end.value) > farthest { // false where it is NaN
			return fmt.Errorf("the %s axis has %s %g; use a number from %g to %g, or NaN for as far as the data goes", which, end.name,
				end.value, -farthest, farthest)
		}
		if a.Log && end.value <= 0 {
			return fmt.Errorf("the %s axis is logarithmic and has %s %g; use a number above 0", which, end.name, end.value)
		}
	}
	if a.Min >= a.Max { // false where one of them is NaN
		return fmt.Errorf("the %s axis goes from %g to %g; use a Min below its Max", which, a.Min, a.Max)
	}
	if a.Log && !(low > 0) {
		return fmt.Errorf("the %s axis is logarithmic and would have to show 0 or less; set its Min above 0", which)
	}
	return nil
}

// farthest is the largest value that an axis reaches, so that the difference of any two is finite. What lies beyond is outside of the
// chart, as the description says.
const farthest = 1e307

// ends returns where the axis begins and ends, if the data goes from one value to another. Where that is a single value, or no data at
// all, differ is false, and the axis has some space around it.
func (a Axis) ends(from, to float64) (low, high float64, differ bool) {
	if a.Log {
		return a.logEnds(from, to)
	}
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

// logEnds is ends of a logarithmic axis, by those of the logarithms.
func (a Axis) logEnds(from, to float64) (low, high float64, differ bool) {
	if from > to { // no data
		from, to = 1, 1
	}
	logs := Axis{Min: math.Log10(a.Min), Max: math.Log10(a.Max)}
	low, high, differ = logs.ends(math.Log10(from), math.Log10(to))
	low, high = math.Pow(10, low), math.Pow(10, high)
	if low == math.Pow(10, math.Log10(from)) { // which need not be what it was
		low = from
	}
	if high == math.Pow(10, math.Log10(to)) {
		high = to
	}
	if a.Min > 0 {
		low = a.Min
	}
	if a.Max > 0 {
		high = a.Max
	}
	return low, high, differ
}

// margin returns the ends with a share of the axis added to each that was not set.
func (a Axis) margin(low, high, share float64) (from, to float64) {
	from, to = low-float64(share*(high-low)), high+float64(share*(high-low))
	if a.Log {
		ratio := math.Pow(high/low, share)
		from, to = low/ratio, high*ratio
	}
	if !math.IsNaN(a.Min) {
		from = low
	}
	if !math.IsNaN(a.Max) {
		to = high
	}
	return from, to
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
	axis.Scale = boundedScale{}
	marks := ticksAtMost
	if a.Log {
		axis.Scale, marks = boundedLogScale{}, logTicksAtMost
	}
	intervals := 8
	if a.narrow {
		intervals = 5
	}
	axis.Tick.Marker = plot.TickerFunc(func(from, to float64) []plot.Tick { return marks(intervals, from, to) })
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

// boundedLogScale is boundedScale for logarithms. What has none is far below.
type boundedLogScale struct{}

func (boundedLogScale) Normalize(low, high, v float64) float64 {
	return boundedScale{}.Normalize(math.Log(low), math.Log(high), math.Log(max(v, math.SmallestNonzeroFloat64)))
}

// ticksAtMost marks round values, with at most so many intervals between them, and at least about half as many.
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

// logTicksAtMost marks round values of a logarithmic axis: 1, 2 and 5 of each power of ten, where that is too many 1 and 3, or only
// the powers, or every second power, and so on. Where the axis is too short for two of them, it marks values at equal steps.
func logTicksAtMost(intervals int, from, to float64) []plot.Tick {
	first, last := int(math.Floor(math.Log10(from))), int(math.Ceil(math.Log10(to)))
	for _, round := range [][]float64{{1, 2, 5}, {1, 3}, {1}} {
		for stride := 1; stride <= max(1, last-first); stride++ {
			if stride > 1 && len(round) > 1 {
				break
			}
			var marks []plot.Tick
			for power := first; power <= last; power += stride {
				for _, digit := range round {
					if v := digit * math.Pow(10, float64(power)); from*(1-1e-9) <= v && v <= to*(1+1e-9) {
						marks = append(marks, plot.Tick{Value: v, Label: number(v)})
					}
				}
			}
			switch {
			case len(marks) < 2:
				return ticksAtMost(intervals, from, to)
			case len(marks) <= intervals+1:
				return marks
			}
		}
	}
	return nil
}

// view is what a chart shows of its layers: what the axes measure, and the rectangle of x and y that is drawn.
type view struct {
	x, y                     string // the axes' labels
	left, right, bottom, top float64
	logX, logY               bool
}

func (v view) contains(x, y float64) bool { return v.containsX(x) && v.bottom <= y && y <= v.top }

func (v view) containsX(x float64) bool { return v.left <= x && x <= v.right }
