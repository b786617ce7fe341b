package build

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"io"
	"strings"
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
	return letters(packed.Bytes()), nil
}

// alphabet has the digits of base 85, as worker.js has them: none of them means anything in HTML.
const alphabet = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ!#$%()*+,-./:;=?@[]^_{}"

// Pack packs a program, and the same program with SIMD, nil where there is none.
func Pack(plain, simd []byte) (packed Packed, err error) {
	if simd == nil {
		packed.Plain, err = pack(plain)
		return packed, err
	}
	if packed.SIMD, err = pack(simd); err == nil {
		packed.Plain, err = pack(difference(plain, simd))
	}
	return packed, err
}

// letters writes bytes in base 85, four of them as five letters, the highest digit first; of the last one to three, as many letters as
// bytes and one more. Base 64 would be a fifteenth longer, a hundred kilobytes a page.
func letters(content []byte) string {
	text := make([]byte, 0, len(content)/4*5+5)
	for len(content) > 0 {
		var group [4]byte
		n := copy(group[:], content)
		content = content[n:]
		var digits [5]byte
		for value, i := binary.BigEndian.Uint32(group[:]), 4; i >= 0; i-- {
			digits[i] = alphabet[value%85]
			value /= 85
		}
		text = append(text, digits[:n+1]...)
	}
	return string(text)
}

// Unpack returns what was packed, as worker.js does in a page.
func Unpack(packed string) ([]byte, error) {
	var content []byte
	for len(packed) > 0 {
		n := min(5, len(packed))
		value := uint64(0)
		for i := range 5 {
			digit := 84
			if i < n {
				if digit = strings.IndexByte(alphabet, packed[i]); digit < 0 {
					return nil, fmt.Errorf("%q is no digit of base 85", packed[i])
				}
			}
			value = 85*value + uint64(digit)
		}
		content = append(content, binary.BigEndian.AppendUint32(nil, uint32(value))[:n-1]...)
		packed = packed[n:]
	}
	reader, err := gzip.NewReader(bytes.NewReader(content))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(reader)
}
