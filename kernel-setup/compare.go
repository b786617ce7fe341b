package main

import (
	"cmp"
	"fmt"
	"html/template"
	"math"
	"slices"
	"strconv"
	"strings"

	"mdn/kernel-setup/chart"
	"mdn/kernel-setup/record"
	"mdn/kernel-setup/settings"
)

// A comparison is how the runs of a sweep are told apart in the charts of their key numbers: by a numeric setting along the x axis, and
// by a line for each combination of the others; or, where only texts differ, by their names, one under the other.
type comparison struct {
	runs   []outcome
	varied []string // the settings of which there are several values
	across string   // that of them which is the x axis, "" where none is a number
	x      []float64
	line   []string // of each run, what the other settings are set to; "" where no other differs
}

// The most lines that can be told apart in a small chart, and the most names that one has room for.
const (
	mostLines = 8
	mostNames = 24
)

func compare(runs []outcome) comparison {
	c := comparison{runs: runs}
	numeric := map[string]bool{}
	for i, v := range runs[0].Values {
		for _, r := range runs {
			if r.Values[i].Text != v.Text {
				c.varied = append(c.varied, v.Setting.Name)
				numeric[v.Setting.Name] = v.Setting.Type != "string" && v.Setting.Type != "bool"
				break
			}
		}
	}
	if i := slices.IndexFunc(c.varied, func(name string) bool { return numeric[name] }); i >= 0 {
		c.across = c.varied[i]
	}
	for _, r := range runs {
		x, line := 0.0, ""
		for _, v := range r.Values {
			switch {
			case v.Setting.Name == c.across:
				x, _ = strconv.ParseFloat(v.Text, 64) // which settings.Read has written
			case slices.Contains(c.varied, v.Setting.Name):
				line = joined(line, c.naming(v))
			}
		}
		c.x, c.line = append(c.x, x), append(c.line, line)
	}
	return c
}

// naming names a value: without the setting's name where that is the only one and a text, as texts speak for themselves.
func (c comparison) naming(v settings.Value) string {
	if len(c.varied) == 1 {
		return v.Legible()
	}
	return v.String()
}

func joined(list, next string) string {
	if list == "" {
		return next
	}
	return list + ", " + next
}

// said names a run by what differs: noise = 0.05.
func (c comparison) said(run int) string {
	said := ""
	for _, v := range c.runs[run].Values {
		if slices.Contains(c.varied, v.Setting.Name) {
			said = joined(said, v.String())
		}
	}
	return said
}

// A numberChart is a key number over what differs between the runs.
type numberChart struct {
	Name, Unit string
	Drawing    template.HTML
	Missing    string // in words, what is not drawn
}

// charts returns a chart for each key number that differs between the runs, and names those that do not, each with its number.
func (c comparison) charts(rows []*row) (charts []numberChart, same []string) {
	if c.tangle() != "" {
		return nil, nil
	}
	for _, r := range rows {
		shown, missing := distinct(r.finite()), c.missing(r)
		switch {
		case len(r.finite()) < 2:
		case len(shown) == 1 && missing == "":
			same = append(same, fmt.Sprintf("%s (%s)", r.Name, strings.TrimSpace(shown[0]+" "+r.Unit)))
		default:
			charts = append(charts, numberChart{r.Name, r.Unit, template.HTML(c.chart(r).SVG()), missing})
		}
	}
	return charts, same
}

// tangle says why there are no charts of key numbers, "" where there are.
func (c comparison) tangle() string {
	lines := len(distinct(c.line))
	if c.across != "" && lines > mostLines || c.across == "" && lines > mostNames {
		return fmt.Sprintf("These are %d lines or names in one chart, more than can be told apart, so the key numbers are not drawn.", lines)
	}
	return ""
}

// finite returns the finite numbers of a row, as they are shown.
func (r *row) finite() (shown []string) {
	for i, n := range r.known {
		if n != nil && n.Value != nil {
			shown = append(shown, r.Numbers[i])
		}
	}
	return shown
}

// missing says in words which runs have no finite number there.
func (c comparison) missing(r *row) string {
	var missing []string
	for i, n := range r.known {
		switch {
		case c.runs[i].Record == nil: // which is said once for all charts
		case n == nil:
			missing = append(missing, c.said(i)+" has none")
		case n.Value == nil:
			missing = append(missing, c.said(i)+": "+n.Text)
		}
	}
	if missing == nil {
		return ""
	}
	return "Not drawn: " + strings.Join(missing, "; ") + "."
}

// lineColors are those of lines, one after the other; names stand beside them, so that nobody has to tell them apart by colour.
var lineColors = []string{
	"var(--chart-first,#202060)", "var(--chart-predicted,#e02a1b)", "var(--chart-second,#008066)", "var(--chart-third,#c87a00)",
	"var(--chart-observed,#1f5fd0)", "var(--chart-truth,#b000a8)", "var(--chart-grey,#606060)", "var(--chart-floor,#303030)",
}

// chart draws a key number over what differs.
func (c comparison) chart(r *row) chart.Chart {
	drawn := chart.Chart{Label: c.label(r), Width: 272, Height: 170, X: c.xAxis()}
	names := distinct(c.line)
	low, high := math.Inf(1), math.Inf(-1)
	for k, name := range names {
		color := lineColors[0]
		if c.across != "" {
			color = lineColors[k]
		}
		rows := c.rowsOf(r, name)
		for _, row := range rows {
			low, high = min(low, row[1]-row[2]), max(high, row[1]+row[2])
		}
		if c.across == "" {
			drawn.Layers = append(drawn.Layers, sideways(rows, k, color))
			continue
		}
		drawn.Layers = append(drawn.Layers, c.lines(r, name, rows, color)...)
	}
	if drawn.Y = padded(low, high); c.across == "" {
		drawn.X, drawn.Y = drawn.Y, chart.Axis{From: float64(len(names)) - 0.5, To: -0.5, Names: shortened(names)}
		drawn.X.Label, drawn.Height = r.Unit, 50+24*float64(len(names))
		return drawn
	}
	drawn.Y.Label = r.Unit
	return drawn
}

// rowsOf returns x, the number and its error of the runs on one line, by x.
func (c comparison) rowsOf(r *row, line string) (rows [][]float64) {
	for i, n := range r.known {
		if c.line[i] != line || n == nil || n.Value == nil {
			continue
		}
		row := []float64{c.x[i], *n.Value, 0}
		if n.Error != nil {
			row[2] = *n.Error
		}
		rows = append(rows, row)
	}
	slices.SortFunc(rows, func(a, b []float64) int { return cmp.Compare(a[0], b[0]) })
	return rows
}

// lines returns a line's dots with their errors, and what joins them, broken where a run in between has no number.
func (c comparison) lines(r *row, name string, rows [][]float64, color string) (layers []chart.Layer) {
	if len(rows) == 0 {
		return nil
	}
	var gaps []float64
	for i, n := range r.known {
		if c.line[i] == name && (n == nil || n.Value == nil) {
			gaps = append(gaps, c.x[i])
		}
	}
	begin := 0
	for k := 1; k <= len(rows); k++ {
		broken := k == len(rows) || slices.ContainsFunc(gaps, func(gap float64) bool { return rows[k-1][0] < gap && gap < rows[k][0] })
		if broken && k-begin > 1 {
			layers = append(layers, chart.Layer{Drawn: record.Drawn{As: record.Line, Color: color}, Rows: rows[begin:k]})
		}
		if broken {
			begin = k
		}
	}
	return append(layers, chart.Layer{Drawn: record.Drawn{As: record.ErrorBars, Color: color}, Rows: rows, Name: shortened([]string{name})[0]})
}

// sideways returns the rows of a run as dots beside its name.
func sideways(rows [][]float64, at int, color string) chart.Layer {
	layer := chart.Layer{Drawn: record.Drawn{As: chart.Sideways, Color: color}}
	for _, row := range rows {
		layer.Rows = append(layer.Rows, []float64{row[1], row[2], float64(at)})
	}
	return layer
}

// xAxis returns the axis of a numeric setting, with a mark at each value. It is logarithmic where the values are far apart.
func (c comparison) xAxis() chart.Axis {
	a := chart.Axis{Label: c.across, From: slices.Min(c.x), To: slices.Max(c.x), Marks: slices.Compact(slices.Sorted(slices.Values(c.x)))}
	if a.From > 0 && a.To >= 30*a.From {
		a.Log, a.Label = true, a.Label+", logarithmic"
	}
	return a
}

// padded returns an axis from one value to another with some room at its ends.
func padded(low, high float64) chart.Axis {
	const farthest = 1e300 // so that the length of the axis is finite
	low, high = max(low, -farthest), min(high, farthest)
	room := max(0.08*(high-low), leastLength*max(math.Abs(low), math.Abs(high)))
	if low == high {
		room = max(0.5*math.Abs(low), 1)
	}
	return chart.Axis{From: low - room, To: high + room}
}

// leastLength is how long an axis is at least, as a share of the largest number on it: with less, numbers do not tell its ends apart.
const leastLength = 1e-9

// label says what a chart shows to who does not see it.
func (c comparison) label(r *row) string {
	label := r.Name
	if r.Unit != "" {
		label += " (" + r.Unit + ")"
	}
	var points []string
	for i, n := range r.known {
		if n != nil && n.Value != nil {
			points = append(points, fmt.Sprintf("%s at %s", r.Numbers[i], c.said(i)))
		}
	}
	const most = 8 // more are not followed by ear
	if len(points) > most {
		return fmt.Sprintf("%s of %d runs; the numbers are listed below", label, len(points))
	}
	return label + ": " + strings.Join(points, ", ")
}

// shortened returns names that leave a chart its room.
func shortened(names []string) (short []string) {
	const most = 16
	for _, name := range names {
		if letters := []rune(name); len(letters) > most {
			name = string(letters[:most-1]) + "…"
		}
		short = append(short, name)
	}
	return short
}

// distinct returns texts without repetition, in their order.
func distinct(texts []string) (kept []string) {
	for _, text := range texts {
		if !slices.Contains(kept, text) {
			kept = append(kept, text)
		}
	}
	return kept
}

// A runChart is the chart that stands for a notebook, as one run has it.
type runChart struct {
	title  string
	axes   record.Axes
	layers []chart.Layer
	thin   string // what is said of dots that are left out
}

// chartOf returns the chart that stands for a run's notebook, where the record has all that it takes to draw it again.
func chartOf(r *record.Record) (drawn runChart, ok bool) {
	if r.Thumbnail == nil {
		return drawn, false
	}
	i := slices.IndexFunc(r.Outputs, func(o record.Output) bool {
		return o.Kind == record.Chart && o.Cell == r.Thumbnail.Cell && o.Name == r.Thumbnail.Name
	})
	if i < 0 || r.Outputs[i].Axes == nil || len(r.Outputs[i].Tables) == 0 {
		return drawn, false
	}
	o := r.Outputs[i]
	for _, a := range []record.Axis{o.Axes.X, o.Axes.Y} {
		if !(a.To-a.From > leastLength*max(math.Abs(a.From), math.Abs(a.To))) {
			return drawn, false
		}
	}
	drawn.title, drawn.axes = o.Title, *o.Axes
	for _, t := range o.Tables {
		if t.Drawn == nil {
			return drawn, false
		}
		layer := chart.Layer{Drawn: *t.Drawn, Name: t.Name}
		for _, row := range t.Rows {
			var numbers []float64
			for _, written := range row {
				v, err := written.Float64()
				if err != nil {
					return drawn, false
				}
				numbers = append(numbers, v)
			}
			layer.Rows = append(layer.Rows, numbers)
		}
		if t.Drawn.As == record.Dots && t.Of > len(t.Rows) {
			drawn.thin = fmt.Sprintf("Of the %d dots of “%s”, %d are drawn here.", t.Of, t.Name, len(t.Rows))
		}
		drawn.layers = append(drawn.layers, layer)
	}
	return drawn, true
}

// A sample is a line of a legend.
type sample struct {
	Name    string
	Drawing template.HTML
}

// onCommonAxes is the charts that stand for the runs, drawn again on axes that show all of each.
type onCommonAxes struct {
	Title, Thin string
	Legend      []sample
	drawings    []template.HTML // one for each run, "" where it has failed
}

// commonAxes draws the charts of runs on common axes, nil where a chart has none in common with the others, or more in it than its
// record has.
//
// A run's own drawing is finished: its axes cannot be stretched without its dots and letters. So the charts are drawn again, from the
// tables behind them, of which the longest have some 60 rows left, evenly spaced. To run the notebooks once more, with axes that are
// given, would show every dot, and take twice as long; who wants to see them all follows the link.
func commonAxes(runs []outcome) *onCommonAxes {
	var charts []runChart
	var common onCommonAxes
	for _, r := range runs {
		if r.Record == nil {
			continue
		}
		own, ok := chartOf(r.Record)
		if !ok || len(charts) > 0 && (own.axes.X.Label != charts[0].axes.X.Label || own.axes.Y.Label != charts[0].axes.Y.Label) {
			return nil
		}
		charts = append(charts, own)
	}
	if len(charts) < 2 {
		return nil
	}
	axes := charts[0].axes
	for _, own := range charts {
		axes.X, axes.Y = both(axes.X, own.axes.X), both(axes.Y, own.axes.Y)
		common.Thin = own.thin
		for _, l := range own.layers {
			if !slices.ContainsFunc(common.Legend, func(s sample) bool { return s.Name == l.Name }) {
				common.Legend = append(common.Legend, sample{l.Name, template.HTML(l.Sample())})
			}
		}
	}
	common.Title = charts[0].title
	axis := func(a record.Axis) chart.Axis { return chart.Axis{Label: a.Label, From: a.From, To: a.To} }
	next := 0
	for _, r := range runs {
		if r.Record == nil {
			common.drawings = append(common.drawings, "")
			continue
		}
		drawn := chart.Chart{Label: r.Record.Thumbnail.Name + ", with " + r.With(), Width: 304, Height: 250, X: axis(axes.X), Y: axis(axes.Y)}
		for _, l := range charts[next].layers {
			l.Name = "" // which the legend has
			drawn.Layers = append(drawn.Layers, l)
		}
		common.drawings = append(common.drawings, template.HTML(drawn.SVG()))
		next++
	}
	return &common
}

// both returns an axis that shows what two do.
func both(a, b record.Axis) record.Axis {
	return record.Axis{Label: a.Label, From: min(a.From, b.From), To: max(a.To, b.To)}
}
