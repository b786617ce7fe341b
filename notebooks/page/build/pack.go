package build

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/binary"
)

// difference returns what makes a program of another one that is much like it. It begins with little-endian words of 32 bits: the
// number of pieces that the program is cut into, and of each where it begins, and the place in the other from which on that is most
// like it. Then follows every byte of the program, less the one that stands at its place in the other, or less 0 after the
// other's end.
//
// Two programs of the same functions in the same order make a few hundred pieces. In them differ the numbers of functions and the
// addresses, by the same amount over long stretches, which gzip makes little of; of the second program itself it would make as much
// as of the first, as it sees no further than 32 KiB back.
func difference(program, other []byte) []byte {
	const window = 6          // bytes that have to be the same for a new piece
	const ahead, more = 64, 8 // and of the bytes ahead so many more have to agree than if the last piece went on
	places := map[string]int{}
	for i := 0; i+window <= len(other); i++ {
		places[string(other[i:i+window])] = i
	}
	at := func(i int) byte {
		if i < len(other) {
			return other[i]
		}
		return 0
	}
	agree := func(begin, shift int) (n int) {
		for i := begin; i < min(begin+ahead, len(program)); i++ {
			if program[i] == at(i+shift) {
				n++
			}
		}
		return n
	}
	shift := 0
	pieces := []uint32{0, 0}
	rest := make([]byte, len(program))
	for i, b := range program {
		if b != at(i+shift) && i+window <= len(program) {
			place, found := places[string(program[i:i+window])]
			if found && agree(i, place-i) > agree(i, shift)+more {
				pieces = append(pieces, uint32(i), uint32(place))
				shift = place - i
			}
		}
		rest[i] = b - at(i+shift)
	}
	result := binary.LittleEndian.AppendUint32(nil, uint32(len(pieces)/2))
	for _, word := range pieces {
		result = binary.LittleEndian.AppendUint32(result, word)
	}
	return append(result, rest...)
}

// pack compresses bytes and writes them in letters. The header that gzip writes has no time and no name.
func pack(content []byte) (string, error) {
	var packed bytes.Buffer
	writer, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		return "", err
	}
	if _, err := writer.Write(content); err != nil {
		return "", err
	}
	if err := writer.Close(); err != nil {
		return "", err
	}
	return base64.StdEncoding.EncodeToString(packed.Bytes()), nil
}
