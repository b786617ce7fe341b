package svg

import (
	"fmt"
	"math"
	"math/cmplx"
	"strconv"
	"strings"

	"gonum.org/v1/plot/vg"
)

// shape is a path on the canvas, in pixels from the upper left corner.
type shape struct {
	segments []segment
	circle   bool // the path is a circle about centre with this radius
	centre   complex128
	radius   float64
}

// segment is a part of a shape. Its command is one of those of section 9.3: M, L, Q, C, A or Z.
type segment struct {
	command byte
	points  []complex128 // control points, and the end
	centre  complex128   // of an arc
	radius  float64      // of an arc
	large   bool         // an arc of more than half a circle
	sweep   bool         // an arc that goes clockwise
}

// shape returns where a path is on the canvas.
func (c *Canvas) shape(path vg.Path) shape {
	var s shape
	add := func(command byte, points ...vg.Point) {
		placed := make([]complex128, len(points))
		for i, p := range points {
			placed[i] = c.pixel(p)
		}
		s.segments = append(s.segments, segment{command: command, points: placed})
	}
	for _, part := range path {
		if len(s.segments) == 0 && (part.Type == vg.LineComp || part.Type == vg.CurveComp) {
			add('M', part.Pos) // as vgimg's canvas does where a path begins without a Move
			continue
		}
		switch part.Type {
		case vg.MoveComp:
			add('M', part.Pos)
		case vg.LineComp:
			add('L', part.Pos)
		case vg.CurveComp:
			switch len(part.Control) {
			case 1:
				add('Q', part.Control[0], part.Pos)
			case 2:
				add('C', part.Control[0], part.Control[1], part.Pos)
			default:
				c.fail(fmt.Errorf("svg: a curve with %d control points; it has to have one or two", len(part.Control)))
			}
		case vg.ArcComp:
			c.addArc(&s, part)
		case vg.CloseComp:
			s.segments = append(s.segments, segment{command: 'Z'})
		default:
			c.fail(fmt.Errorf("svg: a path has a part of the unknown type %d", part.Type))
		}
	}
	s.findCircle()
	return s
}

// addArc adds an arc, and a line to its beginning if the path is not there yet. A full circle is two arcs: one that ends where it
// begins would not be drawn (section 9.5.1).
func (c *Canvas) addArc(s *shape, arc vg.PathComp) {
	at := func(angle float64) complex128 {
		return c.pixel(arc.Pos.Add(vg.Point{X: arc.Radius * vg.Length(math.Cos(angle)), Y: arc.Radius * vg.Length(math.Sin(angle))}))
	}
	begin := at(arc.Start)
	if len(s.segments) == 0 {
		s.segments = append(s.segments, segment{command: 'M', points: []complex128{begin}})
	} else if now, ok := s.current(); !ok || cmplx.Abs(now-begin) > 1e-6 {
		s.segments = append(s.segments, segment{command: 'L', points: []complex128{begin}})
	}
	angle := min(max(arc.Angle, -2*math.Pi), 2*math.Pi)
	parts := 1
	if math.Abs(angle) > 2*math.Pi-1e-9 {
		parts = 2
	}
	for i := range parts {
		s.segments = append(s.segments, segment{
			command: 'A',
			points:  []complex128{at(arc.Start + angle*float64(i+1)/float64(parts))},
			centre:  c.pixel(arc.Pos),
			radius:  c.scaled(arc.Radius),
			large:   math.Abs(angle)/float64(parts) > math.Pi+1e-9,
			sweep:   angle < 0, // y goes down, so what went counterclockwise upwards still does for the eye
		})
	}
}

// current returns where the path is, which after a Z is not known here.
func (s *shape) current() (at complex128, ok bool) {
	last := s.segments[len(s.segments)-1]
	if len(last.points) == 0 {
		return 0, false
	}
	return last.points[len(last.points)-1], true
}

// findCircle finds out whether the shape is a circle, as gonum's CircleGlyph draws it.
func (s *shape) findCircle() {
	const full = "MAAZ"
	if len(s.segments) < 3 || len(s.segments) > len(full) {
		return
	}
	for i, segment := range s.segments {
		if segment.command != full[i] {
			return
		}
	}
	first, second := s.segments[1], s.segments[2]
	if first.centre == second.centre && cmplx.Abs(second.points[0]-s.segments[0].points[0]) < 1e-6 {
		s.circle, s.centre, s.radius = true, first.centre, first.radius
	}
}

// anchor is the point about which a shape is the same wherever it is drawn.
func (s *shape) anchor() complex128 {
	if s.circle {
		return s.centre
	}
	return s.segments[0].points[0]
}

func (s *shape) box(border float64) box {
	var points []complex128
	for _, segment := range s.segments {
		points = append(points, segment.points...)
		if segment.command == 'A' {
			r := complex(segment.radius, segment.radius)
			points = append(points, segment.centre-r, segment.centre+r)
		}
	}
	return around(border, points...)
}

// data returns the value of a path's attribute d, as seen from an origin.
func (s *shape) data(origin complex128) string {
	var w pathWriter
	w.add(s, origin)
	return w.String()
}

// pathWriter writes path data as short as it can be without looking ahead: of the absolute and the relative form of each command the
// shorter, without the letter where it is the same as before, and without spaces where a number ends by itself.
type pathWriter struct {
	text        strings.Builder
	implied     byte // the command that numbers without a letter would belong to
	hasPoint    bool // the last thing written is a number with a decimal point
	at, start   dot  // the current point, and the beginning of its subpath
	from        dot  // where the line that is pending begins
	pending     bool // a line from from to at is not written yet: what comes next may prolong it
	keepsPoints bool // every point counts, even where the path goes on straight or stays: it gets a marker
}

// dot is a point in steps of the precision.
type dot struct{ x, y int }

func round(z complex128) dot {
	return dot{int(math.Round(real(z) * precision)), int(math.Round(imag(z) * precision))}
}

func (d dot) minus(other dot) dot { return dot{d.x - other.x, d.y - other.y} }

func (w *pathWriter) String() string {
	w.finishLine()
	return w.text.String()
}

// add writes a shape.
func (w *pathWriter) add(s *shape, origin complex128) {
	for _, segment := range s.segments {
		points := make([]dot, len(segment.points))
		for i, p := range segment.points {
			points[i] = round(p - origin)
		}
		w.segment(segment, points)
	}
}

func (w *pathWriter) segment(s segment, points []dot) {
	switch s.command {
	case 'M':
		w.finishLine()
		w.command('M', points)
		w.start = points[0]
	case 'L':
		w.lineTo(points[0])
		return
	case 'Z':
		if w.pending && w.at == w.start {
			w.pending, w.at = false, w.from // the Z draws this line
		}
		w.finishLine()
		w.write('Z')
		w.at = w.start
		return
	case 'A':
		w.finishLine()
		w.arc(s, points[0])
	default:
		w.finishLine()
		w.command(s.command, points)
	}
	w.at = points[len(points)-1]
}

// lineTo draws a line, which is written when it is known that the next does not go on in the same direction.
func (w *pathWriter) lineTo(to dot) {
	if !w.keepsPoints {
		if to == w.at {
			return
		}
		if before, next := w.at.minus(w.from), to.minus(w.at); w.pending &&
			before.x*next.y == before.y*next.x && before.x*next.x+before.y*next.y > 0 {
			w.at = to
			return
		}
	}
	w.finishLine()
	w.from, w.at, w.pending = w.at, to, true
}

func (w *pathWriter) finishLine() {
	if !w.pending {
		return
	}
	w.pending = false
	to := w.at
	w.at = w.from
	switch {
	case to.y == w.at.y:
		w.shorter('H', []int{to.x}, []int{to.x - w.at.x})
	case to.x == w.at.x:
		w.shorter('V', []int{to.y}, []int{to.y - w.at.y})
	default:
		w.command('L', []dot{to})
	}
	w.at = to
}

// command writes a command with its points.
func (w *pathWriter) command(letter byte, points []dot) {
	var absolute, relative []int
	for _, p := range points {
		absolute = append(absolute, p.x, p.y)
		relative = append(relative, p.x-w.at.x, p.y-w.at.y)
	}
	w.shorter(letter, absolute, relative)
}

// shorter writes whichever form of a command is shorter.
func (w *pathWriter) shorter(letter byte, absolute, relative []int) {
	small := letter - 'A' + 'a'
	if w.text.Len() > 0 && len(w.form(small, numbers(relative))) < len(w.form(letter, numbers(absolute))) {
		w.write(small, numbers(relative)...)
	} else {
		w.write(letter, numbers(absolute)...)
	}
}

// arc writes a part of a circle.
func (w *pathWriter) arc(s segment, to dot) {
	flag := map[bool]string{false: "0", true: "1"}
	begin := []string{decimal(s.radius, 2), decimal(s.radius, 2), "0", flag[s.large], flag[s.sweep]}
	absolute := append(begin[:5:5], numbers([]int{to.x, to.y})...)
	relative := append(begin[:5:5], numbers([]int{to.x - w.at.x, to.y - w.at.y})...)
	if len(w.form('a', relative)) < len(w.form('A', absolute)) {
		w.write('a', relative...)
	} else {
		w.write('A', absolute...)
	}
}

// form returns how a command is written after what has been written.
func (w *pathWriter) form(letter byte, numbers []string) string {
	var form strings.Builder
	ends, hasPoint := false, w.hasPoint // a letter ends a number
	if letter != w.implied || len(numbers) == 0 {
		form.WriteByte(letter)
		ends, hasPoint = true, false
	}
	for _, number := range numbers {
		if !ends && number[0] != '-' && !(number[0] == '.' && hasPoint) {
			form.WriteByte(' ')
		}
		form.WriteString(number)
		ends, hasPoint = false, strings.Contains(number, ".")
	}
	return form.String()
}

func (w *pathWriter) write(letter byte, numbers ...string) {
	w.text.WriteString(w.form(letter, numbers))
	w.implied, w.hasPoint = letter, false
	switch letter {
	case 'M':
		w.implied = 'L' // section 9.3.3
	case 'm':
		w.implied = 'l'
	}
	if len(numbers) > 0 {
		w.hasPoint = strings.Contains(numbers[len(numbers)-1], ".")
	}
}

// numbers returns how numbers of steps are written.
func numbers(steps []int) []string {
	var written []string
	for _, n := range steps {
		written = append(written, decimal(float64(n)/precision, 1))
	}
	return written
}

// decimal writes a number with at most so many digits after the point, and with nothing that could be left out.
func decimal(v float64, places int) string {
	digits := strconv.FormatFloat(v, 'f', places, 64)
	digits = strings.TrimRight(strings.TrimRight(digits, "0"), ".")
	switch {
	case digits == "" || digits == "-" || digits == "-0":
		return "0"
	case strings.HasPrefix(digits, "0."):
		return digits[1:]
	case strings.HasPrefix(digits, "-0."):
		return "-" + digits[2:]
	}
	return digits
}

// box is an upright rectangle, in steps of the precision.
type box struct{ min, max dot }

// around returns the box of points, and of a border about them in pixels.
func around(border float64, points ...complex128) box {
	b := box{min: dot{math.MaxInt, math.MaxInt}, max: dot{math.MinInt, math.MinInt}}
	for _, p := range points {
		low, high := round(p-complex(border, border)), round(p+complex(border, border))
		b.min.x, b.min.y = min(b.min.x, low.x), min(b.min.y, low.y)
		b.max.x, b.max.y = max(b.max.x, high.x), max(b.max.y, high.y)
	}
	return b
}

// overlaps reports whether two boxes share more than an edge.
func (b box) overlaps(other box) bool {
	return b.min.x < other.max.x && other.min.x < b.max.x && b.min.y < other.max.y && other.min.y < b.max.y
}
