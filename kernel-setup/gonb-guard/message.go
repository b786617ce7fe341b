//go:build unix

package main

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/go-zeromq/zmq4"
)

// A header says what a message is. Its fields are those of Jupyter's protocol.
type header struct {
	ID       string `json:"msg_id"`
	Username string `json:"username"`
	Session  string `json:"session"`
	Type     string `json:"msg_type"`
	Version  string `json:"version"`
	Date     string `json:"date"`
}

// A message is one of Jupyter's. Its content is decoded by those who need it.
type message struct {
	identities [][]byte // for whom it is, or from whom
	header     header
	parent     header // of the request that it belongs to
	metadata   json.RawMessage
	content    json.RawMessage
}

const (
	delimiter       = "<IDS|MSG>" // stands between the identities and the message
	protocolVersion = "5.4"
)

// parseMessage reads the frames of a message. Its signature is not checked: whoever gets the message does so.
func parseMessage(wire zmq4.Msg) (message, error) {
	at := slices.IndexFunc(wire.Frames, func(frame []byte) bool { return string(frame) == delimiter })
	if at < 0 || len(wire.Frames) < at+6 {
		return message{}, errors.New("a message has too few frames")
	}
	m := message{identities: wire.Frames[:at], metadata: wire.Frames[at+4], content: wire.Frames[at+5]}
	return m, errors.Join(json.Unmarshal(wire.Frames[at+2], &m.header), json.Unmarshal(wire.Frames[at+3], &m.parent))
}

// A key signs messages: whoever runs the kernel and the kernel know it, and no other program.
type key []byte

// wire returns the message as signed frames.
func (k key) wire(m message) (zmq4.Msg, error) {
	head, err := json.Marshal(m.header)
	if err != nil {
		return zmq4.Msg{}, err
	}
	parent := []byte("{}")
	if m.parent != (header{}) {
		if parent, err = json.Marshal(m.parent); err != nil {
			return zmq4.Msg{}, err
		}
	}
	parts := [][]byte{head, parent, m.metadata, m.content}
	var signature []byte
	if len(k) > 0 {
		mac := hmac.New(sha256.New, k)
		for _, part := range parts {
			mac.Write(part)
		}
		signature = []byte(hex.EncodeToString(mac.Sum(nil)))
	}
	frames := slices.Concat(m.identities, [][]byte{[]byte(delimiter), signature}, parts)
	return zmq4.NewMsgFrom(frames...), nil
}

// answer is a new message about the request that m is about.
func (m message) answer(kind string, content any) (message, error) {
	answer := m
	answer.header = newHeader(kind, m.header.Session)
	answer.header.Username = m.header.Username
	answer.metadata = json.RawMessage("{}")
	return answer.with(content)
}

// with is the message with another content.
func (m message) with(content any) (message, error) {
	var err error
	m.content, err = json.Marshal(content)
	return m, err
}

func newHeader(kind, session string) header {
	return header{ID: rand.Text(), Session: session, Type: kind, Version: protocolVersion, Date: time.Now().UTC().Format(time.RFC3339Nano)}
}
