package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	natsserver "github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// address is where the servers are, and who asks.
type address struct {
	url       string // of one server, or of several, separated by commas
	creds     string // files of NATS' own: a user's credentials,
	ca        string // the authority that the server's certificate is checked by,
	cert, key string // and a certificate of our own
}

// String is the servers' URLs as they can be said: a password in one is left out.
func (a address) String() string {
	var said []string
	for one := range strings.SplitSeq(a.url, ",") {
		if parsed, err := url.Parse(strings.TrimSpace(one)); err == nil {
			one = parsed.Redacted()
		}
		said = append(said, one)
	}
	return strings.Join(said, ",")
}

// changes returns a say that leaves out what is the same as what it has said last.
func changes(say func(string)) func(string) {
	var mutex sync.Mutex
	last := ""
	return func(words string) {
		mutex.Lock()
		defer mutex.Unlock()
		if words != last {
			last = words
			say(words)
		}
	}
}

// connect connects to a server, and waits for one that is away, now and later. say is told when one is away, and when it is back. The
// context ends where the server refuses us.
func (a address) connect(ctx context.Context, say func(string)) (context.Context, *nats.Conn, error) {
	ctx, stop := context.WithCancelCause(ctx)
	var mutex sync.Mutex
	away := false
	forbidden := changes(say)
	now := func(gone bool, words string) {
		mutex.Lock()
		defer mutex.Unlock()
		if gone != away {
			away = gone
			say(words)
		}
	}
	options := []nats.Option{
		nats.Name("mdn sweep"), nats.RetryOnFailedConnect(true), nats.MaxReconnects(-1), nats.ReconnectWait(time.Second),
		nats.ReconnectErrHandler(func(_ *nats.Conn, err error) {
			now(true, fmt.Sprintf("%s does not answer (%v); waiting for it", a, err))
		}),
		nats.DisconnectErrHandler(func(_ *nats.Conn, err error) {
			if err != nil { // not our own Close
				now(true, a.String()+" is away; waiting for it")
			}
		}),
		nats.ReconnectHandler(func(*nats.Conn) { now(false, a.String()+" is back") }),
		nats.ConnectHandler(func(*nats.Conn) { now(false, a.String()+" is there") }),
		nats.ErrorHandler(func(c *nats.Conn, _ *nats.Subscription, err error) {
			if errors.Is(err, nats.ErrPermissionViolation) { // of anything else, who waits for an answer asks again
				forbidden(fmt.Sprintf("%s: %v; give this user the rights that it lacks", c.ConnectedUrlRedacted(), err))
			}
		}),
		nats.ClosedHandler(func(c *nats.Conn) {
			if err := c.LastError(); err != nil {
				stop(fmt.Errorf("%s has closed the connection: %w; see which credentials it asks for", a, err))
			}
		}),
	}
	if a.creds != "" {
		options = append(options, nats.UserCredentials(a.creds))
	}
	if a.ca != "" {
		options = append(options, nats.RootCAs(a.ca))
	}
	if a.cert != "" || a.key != "" {
		options = append(options, nats.ClientCert(a.cert, a.key))
	}
	connection, err := nats.Connect(a.url, options...)
	if err != nil {
		return ctx, nil, fmt.Errorf("%s: %w", a, err)
	}
	return ctx, connection, nil
}

// answers is how long an answer of the servers is waited for.
const answers = 10 * time.Second

// persist does something that needs JetStream, for limit at a time, again and again until it is done, the context has ended, or a server has
// said that it cannot be done. tell is told what a server that is there fails with each time; it is one of those that leave out repetitions.
func persist(ctx context.Context, js jetstream.JetStream, limit time.Duration, tell func(string), do func(ctx context.Context) error) error {
	for {
		limited, stop := context.WithTimeout(ctx, limit)
		err := do(limited)
		stop()
		var refused *jetstream.APIError
		without := errors.Is(err, nats.ErrNoResponders) || errors.Is(err, jetstream.ErrJetStreamNotEnabled) || errors.Is(err, jetstream.ErrJetStreamNotEnabledForAccount)
		switch {
		case err == nil:
			return nil
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case without:
			tell("the server is there, but not its JetStream; waiting for it. It has one with -js, where the account may use it, and in a cluster most servers are up")
		case errors.As(err, &refused) && refused.Code < 500:
			return err
		case !js.Conn().IsConnected(): // which has been said
		case errors.Is(err, context.DeadlineExceeded):
			tell(fmt.Sprintf("%s does not answer within %s; trying again", js.Conn().ConnectedUrlRedacted(), limit))
		default:
			tell(fmt.Sprintf("%s: %v; trying again", js.Conn().ConnectedUrlRedacted(), err))
		}
		pause(ctx, time.Second)
	}
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-time.After(d):
	case <-ctx.Done():
	}
}

// serve starts a server in this process, for other machines to come to. What it stores is gone when it ends.
func serve(at string) (url string, end func(), err error) {
	host, portText, err := net.SplitHostPort(at)
	port, errOfPort := strconv.Atoi(portText)
	if err != nil || errOfPort != nil {
		return "", nil, fmt.Errorf("-serve is %q; use an address and a port, such as 127.0.0.1:4222", at)
	}
	folder, err := os.MkdirTemp("", "mdn-sweep-*")
	if err != nil {
		return "", nil, err
	}
	s, err := natsserver.NewServer(&natsserver.Options{ServerName: "mdn-sweep", Host: host, Port: port, JetStream: true, StoreDir: folder, NoSigs: true, NoLog: true})
	if err == nil {
		go s.Start()
		if !s.ReadyForConnections(10 * time.Second) {
			err = errors.New("it does not come up; is the port taken? Choose another")
		}
	}
	if err != nil {
		os.RemoveAll(folder)
		return "", nil, fmt.Errorf("-serve %s: %w", at, err)
	}
	return s.ClientURL(), func() {
		s.Shutdown()
		s.WaitForShutdown()
		os.RemoveAll(folder)
	}, nil
}
