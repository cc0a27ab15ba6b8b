package githubtest

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
)

// Client is one job's way to the server, without a network.
func (s *Server) Client() *http.Client {
	return &http.Client{Transport: &wire{server: s, pace: pace{apart: betweenWrites}}}
}

// wire carries the requests of one job.
type wire struct {
	server *Server
	pace   pace
}

// RoundTrip implements http.RoundTripper.
func (w *wire) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.URL.Scheme != "http" || req.URL.Host != memoryHost && req.URL.Host != memoryStore {
		w.server.failf("a request to %q", req.URL.Host)
		return nil, fmt.Errorf("no such host: %q", req.URL.Host)
	}
	if err := req.Context().Err(); err != nil {
		return nil, err
	}
	var body bytes.Buffer
	if req.Body != nil {
		defer req.Body.Close()
		if _, err := body.ReadFrom(req.Body); err != nil {
			return nil, err
		}
	}
	in := httptest.NewRequestWithContext(w.pace.in(req.Context()), req.Method, req.URL.String(), &body)
	in.Header = req.Header.Clone()
	recorder := httptest.NewRecorder()
	w.server.ServeHTTP(recorder, in)
	resp := recorder.Result()
	resp.Request = req
	return resp, nil
}
