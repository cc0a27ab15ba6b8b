package image

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"
)

// registryTransport is how registries are reached: verified TLS, except for the
// hosts that were named, and with retries.
type registryTransport struct {
	insecure   []string // hosts with their port, lower case
	verified   *http.Transport
	unverified *http.Transport

	// sleep waits between tries; it returns early, and false, when the request is
	// cancelled.
	sleep func(*http.Request, time.Duration) bool
}

func newRegistryTransport(insecure []string) *registryTransport {
	verified := &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		DialContext:           (&net.Dialer{Timeout: 20 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
		TLSClientConfig:       &tls.Config{MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout:   20 * time.Second,
		ResponseHeaderTimeout: time.Minute,
		IdleConnTimeout:       time.Minute,
		MaxIdleConnsPerHost:   registryJobs,
		ForceAttemptHTTP2:     true,
	}
	unverified := verified.Clone()
	unverified.TLSClientConfig.InsecureSkipVerify = true // only for the hosts that the user named
	t := &registryTransport{verified: verified, unverified: unverified, sleep: sleep}
	for _, host := range insecure {
		t.insecure = append(t.insecure, strings.ToLower(host))
	}
	return t
}

func (t *registryTransport) insecureHost(host string) bool {
	return slices.Contains(t.insecure, strings.ToLower(host))
}

func (t *registryTransport) closeIdle() {
	t.verified.CloseIdleConnections()
	t.unverified.CloseIdleConnections()
}

// plainHTTPError is that a host would have been asked over plain http.
type plainHTTPError struct {
	host string
}

func (e *plainHTTPError) Error() string {
	return fmt.Sprintf("plain http is not allowed to %s", e.host)
}

// RoundTrip implements http.RoundTripper. Every request to a registry goes
// through here, also those to token services and after redirects.
func (t *registryTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	if t.insecureHost(req.URL.Host) {
		return t.retry(t.unverified, req)
	}
	if req.URL.Scheme != "https" {
		return nil, &plainHTTPError{host: req.URL.Host}
	}
	return t.retry(t.verified, req)
}

// How often and how long to wait for a registry that says it is busy.
const (
	maxTries      = 4
	firstWait     = time.Second
	maxRetryAfter = time.Minute
)

// retry sends a request until the answer is final. Requests that would change
// something are sent once.
func (t *registryTransport) retry(next http.RoundTripper, req *http.Request) (*http.Response, error) {
	wait := firstWait
	for try := 1; ; try++ {
		resp, err := next.RoundTrip(req)
		if try == maxTries || req.Method != http.MethodGet && req.Method != http.MethodHead || req.Context().Err() != nil {
			return resp, err
		}
		pause := wait
		switch {
		case err != nil:
			if !temporary(err) {
				return nil, err
			}
		case !busy(resp.StatusCode):
			return resp, nil
		default:
			after, said := retryAfter(resp.Header.Get("Retry-After"), time.Now())
			if after > maxRetryAfter {
				return resp, nil // a build does not wait that long
			}
			if said {
				pause = after
			}
		}
		if resp != nil {
			resp.Body.Close()
		}
		if !t.sleep(req, pause) {
			return nil, req.Context().Err()
		}
		wait *= 2
	}
}

// busy says whether a status may be another one a moment later.
func busy(status int) bool {
	switch status {
	case http.StatusRequestTimeout, http.StatusTooManyRequests, http.StatusInternalServerError,
		http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return false
}

// temporary says whether a connection that failed may work a moment later: it
// was there and broke. Nobody listening, an unknown host and a bad certificate
// stay as they are.
func temporary(err error) bool {
	var op *net.OpError
	if errors.As(err, &op) && op.Op == "dial" {
		return false
	}
	var dns *net.DNSError
	if errors.As(err, &dns) {
		return dns.IsTemporary && !dns.IsNotFound
	}
	return brokenConnection(err)
}

func sleep(req *http.Request, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-req.Context().Done():
		return false
	}
}
