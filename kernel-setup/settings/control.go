package settings

import (
	"encoding/json"
	"go/constant"
	"strconv"
)

// A Control is a setting as the scripts of pages and of JupyterLab read it: its numbers as JavaScript writes them.
type Control struct {
	Name    string   `json:"name"`
	Type    string   `json:"type"`
	Value   string   `json:"value"`   // what it is set to
	Default string   `json:"default"` // the notebook's own value
	Range   *Range   `json:"range,omitempty"`
	Choices []string `json:"choices,omitempty"`
	Meaning string   `json:"meaning"`
}

// Control returns the control of a setting that is set to a value.
func (s Setting) Control(value string) Control {
	c := Control{s.Name, s.Type, s.readable(value), s.readable(s.Default), nil, s.Choices, s.Meaning}
	if s.Range != nil {
		c.Range = &Range{Low: s.readable(s.Range.Low), High: s.readable(s.Range.High)}
	}
	return c
}

// readable returns a value as JavaScript reads it. Go writes some numbers as JavaScript does not, 0x10 or 1_000.
func (s Setting) readable(written string) string {
	if s.Type == "string" || s.Type == "bool" || json.Valid([]byte(written)) {
		return written
	}
	value := constantOf(written)
	if value.Kind() == constant.Float {
		v, _ := constant.Float64Val(value)
		return strconv.FormatFloat(v, 'g', -1, 64)
	}
	return value.ExactString()
}
