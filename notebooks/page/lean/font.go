package lean

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
)

// needed are the tables of a font (https://learn.microsoft.com/typography/opentype/spec/otff) without which it cannot be read, or
// measures text otherwise. Of "glyf" and "loca", which hold the outlines, there have to be some, and of "post" the head.
var needed = []string{"OS/2", "cmap", "glyf", "head", "hhea", "hmtx", "kern", "loca", "maxp", "post"}

// withoutOutlines returns a TrueType font whose letters are as wide as they were, and empty.
func withoutOutlines(font []byte) ([]byte, error) {
	if len(font) < 12 {
		return nil, errors.New("it is no font")
	}
	type table struct {
		tag  string
		data []byte
	}
	var tables []table
	for i := range int(binary.BigEndian.Uint16(font[4:])) {
		entry := font[12+16*i:]
		tag, from, size := string(entry[:4]), binary.BigEndian.Uint32(entry[8:]), binary.BigEndian.Uint32(entry[12:])
		if int64(from)+int64(size) > int64(len(font)) {
			return nil, fmt.Errorf("its table %s ends after the file", tag)
		}
		data := slices.Clone(font[from:][:size])
		switch tag {
		case "glyf":
			data = make([]byte, 4)
		case "loca":
			clear(data) // each outline begins where the next one does
		case "post":
			data = data[:32]
			binary.BigEndian.PutUint32(data, 0x30000) // version 3.0, which has no names of glyphs
		}
		if slices.Contains(needed, tag) {
			tables = append(tables, table{tag, data})
		}
	}
	result := slices.Clone(font[:12])
	binary.BigEndian.PutUint16(result[4:], uint16(len(tables)))
	at := 12 + 16*len(tables)
	for _, t := range tables {
		result = append(result, t.tag...)
		result = binary.BigEndian.AppendUint32(result, 0) // a checksum, which Go's reader ignores
		result = binary.BigEndian.AppendUint32(result, uint32(at))
		result = binary.BigEndian.AppendUint32(result, uint32(len(t.data)))
		at += (len(t.data) + 3) / 4 * 4
	}
	for _, t := range tables {
		result = append(result, t.data...)
		result = append(result, make([]byte, -len(t.data)&3)...)
	}
	return result, nil
}
