// Package settings reads the settings of notebooks, and gives them other values.
//
// The settings of a notebook are the constants of its cell tagged parameters. Each is of one line, with a type, a value, and a
// comment that begins with what it can be set to:
//
//	const noise float64 = 0.1 // [0, 1] σ₀, the spread of y for each unit of x
//	const law string = "growing" // [growing, constant, "heavy, skewed"] how the noise depends on x
//	const file string = "data.csv" // the file; where no choices are named, it can be any text
package settings

import (
	"fmt"
	"go/constant"
	"go/token"
	"math"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"mdn/kernel-setup/notebook"
)

// A Setting is one constant of the cell tagged parameters.
type Setting struct {
	Name    string   `json:"name"`
	Type    string   `json:"type"`              // Go's: string, bool, or one of numbers
	Default string   `json:"default"`           // the notebook's own value: a text without quotes, anything else as it is written
	Range   *Range   `json:"range,omitempty"`   // of a number, nil where it can be whatever its type holds
	Choices []string `json:"choices,omitempty"` // of a text, none where it can be any
	Meaning string   `json:"meaning"`
	Cell    string   `json:"cell"` // the id of the cell that declares it
	Line    int      `json:"line"` // the line in that cell, from 1
}

// A Range is the lowest and the highest number that a setting can be, as they are written.
type Range struct {
	Low  string `json:"low"`
	High string `json:"high"`
}

// A Place is where a value is written: in a line of a cell, from 1, between two of its bytes.
type Place struct {
	Cell           string // its id
	Line, From, To int
}

// Places returns where the notebook says what each setting is, by its name: where it is declared, or where it is given another value.
func Places(n *notebook.Notebook) (map[string]Place, error) {
	places := map[string]Place{}
	for _, tag := range []string{parameters, injected} {
		for _, cell := range n.Cells {
			if cell.Kind != notebook.Code || !cell.Tagged(tag) {
				continue
			}
			constants, err := constants(cell)
			if err != nil {
				return nil, at(n, cell, err)
			}
			for _, c := range constants {
				places[c.name] = c.place
			}
		}
	}
	return places, nil
}

// A Value is what a setting is set to.
type Value struct {
	Setting Setting
	Text    string // as Read returns it
}

// limits returns what the setting can be, as its comment has it: [0, 1] or [growing, constant]; "" where it can be anything.
func (s Setting) limits() string {
	var list []string
	switch {
	case s.Range != nil:
		list = []string{s.Range.Low, s.Range.High}
	case s.Choices != nil && s.Type != "bool":
		for _, choice := range s.Choices {
			if legible(choice) != choice || choice != strings.TrimSpace(choice) || strings.ContainsAny(choice, "\",]`") {
				choice = strconv.Quote(choice)
			}
			list = append(list, choice)
		}
	default:
		return ""
	}
	return "[" + strings.Join(list, ", ") + "]"
}

// Read returns the value that a text stands for, written the same for every way to write it. The error says what the setting can be.
func (s Setting) Read(text string) (string, error) {
	refuse := func(why string, values ...any) (string, error) {
		return "", fmt.Errorf("%s %s", Value{s, text}, fmt.Sprintf(why, values...))
	}
	trimmed := strings.TrimSpace(text)
	if s.Choices != nil {
		if i := slices.Index(s.Choices, text); i >= 0 {
			return s.Choices[i], nil
		}
		if slices.Contains(s.Choices, trimmed) {
			return trimmed, nil
		}
		if s.Type == "bool" {
			return refuse("is neither true nor false")
		}
		return refuse("is none of %s", s.limits())
	}
	if s.Type == "string" {
		return text, nil
	}
	value := ""
	if numbers[s.Type].whole {
		whole, ok := new(big.Int).SetString(trimmed, 10)
		if !ok {
			return refuse("is not a whole number (%s)", s.Type)
		}
		value = whole.String()
	} else {
		number, err := strconv.ParseFloat(trimmed, numbers[s.Type].bits)
		if err != nil && !math.IsInf(number, 0) {
			return refuse("is not a number (%s)", s.Type)
		}
		if math.IsNaN(number) || math.IsInf(number, 0) {
			return refuse("is outside of %s", s.reach())
		}
		value = decimal(number, numbers[s.Type].bits)
	}
	if !s.within(constantOf(value)) {
		return refuse("is outside of %s", s.reach())
	}
	return value, nil
}

// decimal writes a number with as few digits as tell it from all others, very small and very large ones with an exponent.
func decimal(v float64, bits int) string {
	format := byte('f')
	if size := math.Abs(v); size != 0 && size < 1e-4 || size >= 1e16 {
		format = 'e'
	}
	return strconv.FormatFloat(v+0, format, -1, bits) // adding 0 makes 0 of −0
}

// number is what a numeric type of Go can hold.
type number struct {
	whole, negative bool
	bits            int
}

var numbers = map[string]number{
	"int": {true, true, strconv.IntSize}, "int8": {true, true, 8}, "int16": {true, true, 16},
	"int32": {true, true, 32}, "int64": {true, true, 64},
	"uint": {true, false, strconv.IntSize}, "uint8": {true, false, 8}, "uint16": {true, false, 16},
	"uint32": {true, false, 32}, "uint64": {true, false, 64},
	"float32": {false, true, 32}, "float64": {false, true, 64},
}

// ends returns the least and the greatest value of the type.
func (n number) ends() (low, high constant.Value) {
	switch {
	case !n.whole && n.bits == 32:
		return constant.MakeFloat64(-math.MaxFloat32), constant.MakeFloat64(math.MaxFloat32)
	case !n.whole:
		return constant.MakeFloat64(-math.MaxFloat64), constant.MakeFloat64(math.MaxFloat64)
	case n.negative:
		return constant.MakeInt64(math.MinInt64 >> (64 - n.bits)), constant.MakeInt64(math.MaxInt64 >> (64 - n.bits))
	}
	return constant.MakeUint64(0), constant.MakeUint64(math.MaxUint64 >> (64 - n.bits))
}

// reach says what a number can be: its range, or what its type holds.
func (s Setting) reach() string {
	if s.Range != nil {
		return s.limits()
	}
	low, high := numbers[s.Type].ends()
	return fmt.Sprintf("what %s holds, %s to %s", s.Type, low, high)
}

// within reports whether the setting can be a number.
func (s Setting) within(v constant.Value) bool {
	inside := func(low, high constant.Value) bool {
		return constant.Compare(low, token.LEQ, v) && constant.Compare(v, token.LEQ, high)
	}
	return inside(numbers[s.Type].ends()) && (s.Range == nil || inside(constantOf(s.Range.Low), constantOf(s.Range.High)))
}

// constantOf returns the number that is written in Go, Unknown where it is none.
func constantOf(written string) constant.Value {
	digits, negative := strings.CutPrefix(written, "-")
	value := constant.MakeFromLiteral(digits, token.INT, 0)
	if value.Kind() == constant.Unknown {
		value = constant.MakeFromLiteral(digits, token.FLOAT, 0)
	}
	if negative && value.Kind() != constant.Unknown {
		value = constant.UnaryOp(token.SUB, value, 0)
	}
	return value
}

// String says what is set to what: noise = 0.3.
func (v Value) String() string { return v.Setting.Name + " = " + legible(v.Text) }

// legible writes what could not be seen in a line of text as Go writes it: "" for an empty text, "a\nb" for two lines.
func legible(text string) string {
	if text == "" || strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return strconv.Quote(text)
	}
	return text
}

// source is the declaration that gives the setting this value.
func (v Value) source() string {
	text := v.Text
	if v.Setting.Type == "string" {
		text = strconv.Quote(text)
	}
	return fmt.Sprintf("const %s %s = %s", v.Setting.Name, v.Setting.Type, text)
}

// injected is the tag of the cell that gives settings other values. papermill tags its own so as well.
const injected = "injected-parameters"

// IsInjected reports whether a cell only gives settings other values.
func IsInjected(c notebook.Cell) bool { return c.Tagged(injected) }

// Inject gives settings of a notebook other values, by a cell after the one that declares them. Values that the notebook has been given
// before stay, but for those of the same settings. The error says what is wrong with the cells of settings that it has.
func Inject(n *notebook.Notebook, values []Value) error {
	declared, err := Of(n)
	if err != nil {
		return err
	}
	all, err := Given(n, declared)
	if err != nil {
		return err
	}
	for _, v := range values {
		all = append(without(all, v.Setting.Name), v)
	}
	source := []string{"// In place of the values above"}
	for _, v := range all {
		source = append(source, v.source())
	}
	n.Cells = slices.DeleteFunc(n.Cells, func(c notebook.Cell) bool { return c.Tagged(injected) })
	declaring := slices.IndexFunc(n.Cells, func(c notebook.Cell) bool { return c.Tagged(parameters) })
	n.Cells = slices.Insert(n.Cells, declaring+1, notebook.NewCode(injected, strings.Join(source, "\n"), injected))
	return nil
}

// without returns the values less that of the setting of a name.
func without(values []Value, name string) []Value {
	return slices.DeleteFunc(values, func(v Value) bool { return v.Setting.Name == name })
}

// Given returns the values that a notebook's settings have been given by Inject, or by papermill. The error says which of them cannot be.
func Given(n *notebook.Notebook, settings []Setting) ([]Value, error) {
	var given []Value
	for _, cell := range n.Cells {
		if !cell.Tagged(injected) {
			continue
		}
		constants, err := constants(cell)
		if err != nil {
			return nil, at(n, cell, err)
		}
		for _, c := range constants {
			i := slices.IndexFunc(settings, func(s Setting) bool { return s.Name == c.name })
			if i < 0 || c.value == nil {
				continue
			}
			value, err := settings[i].Read(c.text())
			if err != nil {
				return nil, at(n, cell, err)
			}
			given = append(without(given, c.name), Value{settings[i], value})
		}
	}
	return given, nil
}

// List returns the settings of a notebook as a table for a terminal.
func List(n *notebook.Notebook, settings []Setting) string {
	if len(settings) == 0 {
		return n.Name + " has no settings\n"
	}
	rows := [][]string{{"name", "type", "default", "range", "meaning"}}
	for _, s := range settings {
		rows = append(rows, []string{s.Name, s.Type, legible(s.Default), s.limits(), s.Meaning})
	}
	width := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, text := range row {
			width[i] = max(width[i], len([]rune(text)))
		}
	}
	var list strings.Builder
	fmt.Fprintln(&list, n.Name)
	for _, row := range rows {
		line := " "
		for i, text := range row {
			line += fmt.Sprintf(" %-*s ", width[i], text)
		}
		fmt.Fprintln(&list, strings.TrimRight(line, " "))
	}
	return list.String()
}
