//go:build unix

package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"strings"

	"github.com/go-zeromq/zmq4"
	"github.com/go-zeromq/zmq4/security/null"
)

// A connection is the content of the file that says where a kernel listens, and the key that signs its messages.
type connection struct {
	Transport       string `json:"transport"`
	IP              string `json:"ip"` // with ipc, the beginning of a path
	Shell           int    `json:"shell_port"`
	Control         int    `json:"control_port"`
	Stdin           int    `json:"stdin_port"`
	IOPub           int    `json:"iopub_port"`
	Heartbeat       int    `json:"hb_port"`
	SignatureScheme string `json:"signature_scheme"`
	Key             string `json:"key"`
	KernelName      string `json:"kernel_name,omitempty"`
}

func readConnection(file string) (connection, error) {
	var c connection
	content, err := os.ReadFile(file)
	if err == nil {
		err = json.Unmarshal(content, &c)
	}
	if err == nil && c.SignatureScheme != "hmac-sha256" {
		err = fmt.Errorf("the messages are signed by %q; use hmac-sha256", c.SignatureScheme)
	}
	if err != nil {
		return c, fmt.Errorf("read the connection file %s: %w", file, err)
	}
	return c, nil
}

func (c connection) write(file string) error {
	content, err := json.Marshal(c)
	if err != nil {
		return err
	}
	return os.WriteFile(file, content, 0o600)
}

// behind is the connection to a kernel behind this one, by sockets whose paths begin as given. The key is the same, as messages pass as they
// are.
func (c connection) behind(path string) connection {
	c.Transport, c.IP = "ipc", path
	c.Shell, c.Control, c.Stdin, c.IOPub, c.Heartbeat = 1, 2, 3, 4, 5
	return c
}

// address is that of one of the ports.
func (c connection) address(port int) string {
	if c.Transport == "ipc" {
		return fmt.Sprintf("ipc://%s-%d", c.IP, port)
	}
	return fmt.Sprintf("%s://%s:%d", c.Transport, c.IP, port)
}

// subscription reads all that a PUB socket publishes. It reads faster than zmq4's own, which asks the system for each frame's header and for
// each frame: what it leaves unread waits in GoNB's memory, without limit.
type subscription struct{ conn *zmq4.Conn }

type bufferedConn struct {
	net.Conn
	reader *bufio.Reader
}

func (c bufferedConn) Read(p []byte) (int, error) { return c.reader.Read(p) }

func subscribe(ctx context.Context, address string) (subscription, error) {
	raw, err := (&net.Dialer{}).DialContext(ctx, "unix", strings.TrimPrefix(address, "ipc://"))
	if err != nil {
		return subscription{}, err
	}
	conn, err := zmq4.Open(bufferedConn{raw, bufio.NewReaderSize(raw, 256<<10)}, null.Security(), zmq4.Sub, nil, false, nil)
	if err == nil {
		err = conn.SendMsg(zmq4.NewMsg([]byte{1})) // to everything
	}
	if err != nil {
		raw.Close()
		return subscription{}, err
	}
	return subscription{conn}, nil
}

// receive returns the next message.
func (s subscription) receive() (zmq4.Msg, error) { return s.conn.RecvMsg() }

func (s subscription) close() { s.conn.Close() }
