package image

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// script answers requests with statuses and errors in turn.
type script []any

func (s *script) RoundTrip(*http.Request) (*http.Response, error) {
	step := (*s)[0]
	*s = (*s)[1:]
	if err, ok := step.(error); ok {
		return nil, err
	}
	resp := &http.Response{StatusCode: step.(int), Header: http.Header{}, Body: io.NopCloser(strings.NewReader(""))}
	if resp.StatusCode == http.StatusTooManyRequests {
		resp.Header.Set("Retry-After", "7")
	}
	return resp, nil
}

func TestRetry(t *testing.T) {
	for _, tt := range []struct {
		name   string
		method string
		script script
		waits  []time.Duration
		status int // 0 when the last answer is an error
	}{
		{"fine", "GET", script{200}, nil, 200},
		{"not found is final", "GET", script{404}, nil, 404},
		{"backs off", "GET", script{500, 502, 503, 200}, []time.Duration{time.Second, 2 * time.Second, 4 * time.Second}, 200},
		{"gives up", "GET", script{500, 500, 500, 500}, []time.Duration{time.Second, 2 * time.Second, 4 * time.Second}, 500},
		{"does as it is told", "GET", script{429, 200}, []time.Duration{7 * time.Second}, 200},
		{"broken connection", "HEAD", script{io.ErrUnexpectedEOF, 200}, []time.Duration{time.Second}, 200},
		{"other error", "GET", script{errors.New("bad certificate")}, nil, 0},
		{"never twice", "POST", script{500}, nil, 500},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var waits []time.Duration
			tr := newRegistryTransport(nil)
			tr.sleep = func(_ *http.Request, d time.Duration) bool {
				waits = append(waits, d)
				return true
			}
			req, err := http.NewRequestWithContext(t.Context(), tt.method, "https://example.com", nil)
			if err != nil {
				t.Fatal(err)
			}
			resp, err := tr.retry(&tt.script, req)
			if tt.status == 0 {
				if err == nil {
					t.Error("no error")
				}
			} else if err != nil || resp.StatusCode != tt.status {
				t.Errorf("%v, %v; want status %d", resp, err, tt.status)
			}
			if len(tt.script) > 0 {
				t.Errorf("%d answers were not asked for", len(tt.script))
			}
			if diff := cmp.Diff(tt.waits, waits); diff != "" {
				t.Errorf("waits (-want +got):\n%s", diff)
			}
		})
	}
}

func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for header, want := range map[string]time.Duration{
		"":                              -1,
		"soon":                          -1,
		"-3":                            -1,
		"0":                             0,
		" 120 ":                         2 * time.Minute,
		"Fri, 02 Jan 2026 03:04:35 GMT": 30 * time.Second,
		"Fri, 02 Jan 2026 03:00:00 GMT": 0,
	} {
		got, said := retryAfter(header, now)
		if !said {
			got = -1
		}
		if got != want {
			t.Errorf("%q: %v, want %v", header, got, want)
		}
	}
}
