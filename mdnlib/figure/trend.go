package figure

import (
	"fmt"
	"strings"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/plot/plotter"
)

// lineNumbers says where a line goes, as far as v shows it.
func lineNumbers(v view, line plotter.XYs) string {
	if len(line) == 1 && v.contains(line[0].X, line[0].Y) {
		return fmt.Sprintf("one point, (%s, %s)", number(line[0].X), number(line[0].Y))
	}
	stretches := visible(v, line)
	if len(stretches) == 0 {
		return "outside of the chart"
	}
	var parts []string
	for _, s := range stretches {
		parts = append(parts, s.numbers(v))
	}
	const most = 4
	if more := len(parts) - most; more > 0 {
		parts = append(parts[:most], fmt.Sprintf("%d more pieces", more))
	}
	return strings.Join(parts, ", ")
}

// numbers says where the stretch begins and ends.
func (s stretch) numbers(v view) string {
	low, high := extent(s.points)
	at := func(p plotter.XY) string { return place(p, low, high) }
	end := func(edge string, p plotter.XY) string {
		switch edge {
		case "":
			return at(p)
		case "top", "bottom":
			return fmt.Sprintf("the %s edge at %s = %s", edge, v.x, number(p.X))
		}
		return fmt.Sprintf("the %s edge, at %s", edge, at(p))
	}
	first, last := s.points[0], s.points[len(s.points)-1]
	if low.Y == high.Y && low.X != high.X {
		return "level at " + number(first.Y)
	}
	return "from " + end(s.enters, first) + " to " + end(s.leaves, last)
}

// place writes a point of a line with that extent.
func place(p, low, high plotter.XY) string {
	return fmt.Sprintf("(%s, %s)", near0(p.X, max(high.X, -low.X)), near0(p.Y, max(high.Y, -low.Y)))
}

// lineTrend says whether what v shows of a line rises or falls, and where it turns.
func lineTrend(v view, line plotter.XYs) string {
	var seen plotter.XYs
	for _, s := range visible(v, line) {
		seen = append(seen, s.points...)
	}
	return trend(seen)
}

// trend says whether the points rise or fall from each to the next, and where they turn. Ups and downs of less than a hundredth of
// their range are not seen. Points that do not go from left to right have no trend.
func trend(points plotter.XYs) string {
	if len(points) < 2 {
		return ""
	}
	for i, p := range points[1:] {
		if p.X < points[i].X {
			return ""
		}
	}
	low, high := extent(points)
	if low.Y == high.Y || low.X == high.X {
		return ""
	}
	// One after the other, the points between which they rise and fall.
	enough := high.Y/100 - low.Y/100
	var turns plotter.XYs
	direction, lowest, highest := 0, points[0], points[0]
	for _, p := range points {
		if p.Y < lowest.Y {
			lowest = p
		}
		if p.Y > highest.Y {
			highest = p
		}
		switch {
		case direction >= 0 && highest.Y-p.Y > enough:
			if direction > 0 {
				turns = append(turns, highest)
			}
			direction, lowest = -1, p
		case direction <= 0 && p.Y-lowest.Y > enough:
			if direction < 0 {
				turns = append(turns, lowest)
			}
			direction, highest = 1, p
		}
	}
	at := func(p plotter.XY) string { return place(p, low, high) }
	switch {
	case len(turns) == 0 && direction > 0:
		return "rises"
	case len(turns) == 0:
		return "falls"
	case len(turns) == 1 && direction > 0:
		return "falls to " + at(turns[0]) + ", then rises"
	case len(turns) == 1:
		return "rises to " + at(turns[0]) + ", then falls"
	}
	first, last := points[0], points[len(points)-1]
	said := "goes up and down, and ends as high as it begins"
	if last.Y-first.Y > enough {
		said = "goes up and down, and ends higher than it begins"
	} else if first.Y-last.Y > enough {
		said = "goes up and down, and ends lower than it begins"
	}
	lowest, highest = first, first
	for _, p := range points {
		if p.Y < lowest.Y {
			lowest = p
		}
		if p.Y > highest.Y {
			highest = p
		}
	}
	if lowest.Y < min(first.Y, last.Y) {
		said += ", lowest at " + at(lowest)
	}
	if highest.Y > max(first.Y, last.Y) {
		said += ", highest at " + at(highest)
	}
	return said
}

// drift says whether scattered points rise or fall on the whole: where the correlation of their x and y is a half or more.
func drift(points plotter.XYs) string {
	if len(points) < 10 {
		return ""
	}
	var x, y []float64
	for _, p := range points {
		x, y = append(x, p.X), append(y, p.Y)
	}
	switch r := stat.Correlation(x, y, nil); {
	case r >= 0.5:
		return fmt.Sprintf("on the whole they rise, with a correlation of %.2f", r)
	case r <= -0.5:
		return minus(fmt.Sprintf("on the whole they fall, with a correlation of %.2f", r))
	}
	return ""
}
