package figure

import (
	"math"

	"gonum.org/v1/plot/plotter"
)

// stretch is a part of a line that is seen without a gap.
type stretch struct {
	points         plotter.XYs
	enters, leaves string // the edge of the chart at which it begins and ends: "left", "right", "bottom", "top"; "" is inside
}

// visible returns what v shows of a line.
func visible(v view, line plotter.XYs) (stretches []stretch) {
	if len(line) == 1 && v.contains(line[0].X, line[0].Y) {
		return []stretch{{points: line}}
	}
	open := false // the last stretch goes on
	for i := 1; i < len(line); i++ {
		from, to, enters, leaves, seen := clip(v, line[i-1], line[i])
		if !seen {
			open = false
			continue
		}
		if !open {
			stretches = append(stretches, stretch{points: plotter.XYs{from}, enters: enters})
		}
		last := &stretches[len(stretches)-1]
		last.points = append(last.points, to)
		last.leaves = leaves
		open = leaves == ""
	}
	return stretches
}

// clip returns the part of a line between two points that v shows, and the edges that cut it off (Liang and Barsky 1984).
func clip(v view, p, q plotter.XY) (from, to plotter.XY, enters, leaves string, seen bool) {
	if v.logX || v.logY {
		return clipLogs(v, p, q)
	}
	first, last := 0.0, 1.0            // the part that is seen, in shares of the way from p to q
	dx, dy := q.X/4-p.X/4, q.Y/4-p.Y/4 // in quarters, so that no difference overflows
	for _, edge := range []struct {
		name               string
		towards, remaining float64 // how fast p to q nears the edge from inside, and how far inside p is
	}{
		{"left", -dx, p.X/4 - v.left/4}, {"right", dx, v.right/4 - p.X/4},
		{"bottom", -dy, p.Y/4 - v.bottom/4}, {"top", dy, v.top/4 - p.Y/4},
	} {
		switch share := edge.remaining / edge.towards; {
		case edge.towards == 0 && edge.remaining < 0:
			return from, to, "", "", false
		case edge.towards == 0:
		case edge.towards < 0 && share > first:
			first, enters = share, edge.name
		case edge.towards > 0 && share < last:
			last, leaves = share, edge.name
		}
	}
	if first > last || first == last && p != q {
		return from, to, "", "", false
	}
	at := func(share float64) plotter.XY {
		return plotter.XY{X: float64(p.X*(1-share)) + float64(q.X*share), Y: float64(p.Y*(1-share)) + float64(q.Y*share)}
	}
	from, to = p, q
	if enters != "" {
		from = at(first)
	}
	if leaves != "" {
		to = at(last)
	}
	return from, to, enters, leaves, true
}

// clipLogs is clip on axes of which one is logarithmic, or both: a line is straight there, as it is drawn.
func clipLogs(v view, p, q plotter.XY) (from, to plotter.XY, enters, leaves string, seen bool) {
	straight := v
	straight.logX, straight.logY = false, false
	logs := func(is bool, values ...*float64) {
		for _, value := range values {
			if is {
				*value = math.Log(max(*value, math.SmallestNonzeroFloat64))
			}
		}
	}
	a, b := p, q
	logs(v.logX, &straight.left, &straight.right, &a.X, &b.X)
	logs(v.logY, &straight.bottom, &straight.top, &a.Y, &b.Y)
	from, to, enters, leaves, seen = clip(straight, a, b)
	back := func(clipped, own plotter.XY, edge string) plotter.XY {
		if edge == "" {
			return own
		}
		if v.logX {
			clipped.X = math.Exp(clipped.X)
		}
		if v.logY {
			clipped.Y = math.Exp(clipped.Y)
		}
		return clipped
	}
	return back(from, p, enters), back(to, q, leaves), enters, leaves, seen
}
