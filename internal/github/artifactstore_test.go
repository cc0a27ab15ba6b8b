package github

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// signature is what must not be seen.
const signature = "se=2026-11-01&sig=c2VjcmV0"

// transport is a function that answers requests.
type transport func(*http.Request) (*http.Response, error)

func (f transport) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

// answer is one with a status, and a place to go to.
func answer(req *http.Request, status int, location, body string) *http.Response {
	resp := &http.Response{
		StatusCode: status, Header: http.Header{"Content-Type": {"application/json"}}, Request: req,
		Body: io.NopCloser(strings.NewReader(body)),
	}
	if location != "" {
		resp.Header.Set("Location", location)
	}
	return resp
}

// overTLS is a client of an API that is encrypted, as GitHub's is.
func overTLS(t *testing.T, answers transport, environ ...string) *Client {
	t.Helper()
	r := NewRunner(append([]string{
		"GITHUB_ACTIONS=true", "GITHUB_REPOSITORY=org/app", "GITHUB_API_URL=https://api.github.test",
	}, environ...), io.Discard, io.Discard)
	c, err := r.Client(testToken, &http.Client{Transport: answers})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestArtifactStore plays what stands between the API and the content of an
// artifact. The token stays at the API, and the signature in the address.
func TestArtifactStore(t *testing.T) {
	t.Parallel()
	const (
		store   = "https://store.test/a.zip?" + signature
		content = `{"schema": 1}`
	)
	redirects := map[string]string{ // of the store
		"https://store.test/moved?" + signature:    store,
		"https://store.test/plain?" + signature:    "http://store.test/a.zip?" + signature,
		"https://store.test/loop?" + signature:     "https://store.test/loop?" + signature,
		"https://store.test/nonsense?" + signature: "https://store.test/%zz?" + signature,
	}
	for name, tt := range map[string]struct {
		api  int    // the API's answer; 0 for a redirect
		to   string // there
		want string // in the error; empty for the content
	}{
		"as usual":                  {to: store},
		"on to another place":       {to: "https://store.test/moved?" + signature},
		"not encrypted":             {to: "http://store.test/a.zip?" + signature, want: `"http://store.test", which is not encrypted`},
		"on to what is not":         {to: "https://store.test/plain?" + signature, want: `it redirects to "http://store.test", which is not encrypted`},
		"round in circles":          {to: "https://store.test/loop?" + signature, want: "it redirects more than 3 times"},
		"on to nonsense":            {to: "https://store.test/nonsense?" + signature, want: "failed to parse Location header"},
		"a file":                    {to: "file:///etc/passwd", want: "does not say where"},
		"another scheme":            {to: "ftp://store.test/?" + signature, want: `"ftp://store.test", which is not encrypted`},
		"nonsense":                  {to: "https://store.test/%zz?" + signature, want: "does not say where"},
		"nowhere":                   {to: "", want: "does not say where"},
		"a path":                    {to: "/a.zip?" + signature, want: "does not say where"},
		"no redirect":               {api: http.StatusOK, want: "no redirect"},
		"another kind of redirect":  {api: http.StatusTemporaryRedirect, to: store, want: "307"},
		"host that does not answer": {to: "https://gone.test/?" + signature, want: `fetching the artifact from "gone.test": no such host at https://gone.test/?…`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				c := overTLS(t, func(req *http.Request) (*http.Response, error) {
					if token := req.Header.Get("Authorization"); (token != "") != (req.URL.Host == "api.github.test") {
						t.Errorf("%s gets the token %q", req.URL.Host, token)
					}
					if referer := req.Header.Get("Referer"); referer != "" {
						t.Errorf("%s gets the address %q", req.URL.Host, referer)
					}
					if req.URL.Scheme != "https" {
						t.Errorf("%s is asked without TLS", req.URL)
					}
					switch to := redirects[req.URL.String()]; {
					case req.URL.Host == "api.github.test" && tt.api != 0:
						return answer(req, tt.api, tt.to, "{}"), nil
					case req.URL.Host == "api.github.test":
						return answer(req, http.StatusFound, tt.to, ""), nil
					case to != "":
						return answer(req, http.StatusTemporaryRedirect, to, ""), nil
					case req.URL.String() == store:
						return answer(req, http.StatusOK, "", content), nil
					}
					return nil, fmt.Errorf("no such host at %s", req.URL)
				})
				got, err := c.artifactReport(t.Context(), Artifact{ID: 5})
				switch {
				case tt.want == "" && (err != nil || string(got) != content):
					t.Errorf("%q, %v", got, err)
				case tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)):
					t.Errorf("error %v, want %q in it", err, tt.want)
				case tt.want != "" && (strings.Contains(err.Error(), "sig=") || strings.Contains(err.Error(), testToken)):
					t.Errorf("a secret is in %q", err)
				}
			})
		})
	}
}

// TestArtifactStoreHangs is that a store which does not answer, or never comes to
// an end, costs minutes and not hours, and nothing once the job is canceled.
func TestArtifactStoreHangs(t *testing.T) {
	t.Parallel()
	hang := func(req *http.Request) (*http.Response, error) {
		<-req.Context().Done()
		return nil, req.Context().Err()
	}
	trickle := func(req *http.Request) (*http.Response, error) {
		resp := answer(req, http.StatusOK, "", "")
		resp.Body = io.NopCloser(reader(func(p []byte) (int, error) {
			select {
			case <-req.Context().Done():
				return 0, req.Context().Err()
			case <-time.After(time.Second):
				return copy(p, "{"), nil
			}
		}))
		return resp, nil
	}
	for name, store := range map[string]transport{"silent": hang, "slow": trickle} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				c := overTLS(t, func(req *http.Request) (*http.Response, error) {
					if req.URL.Host == "api.github.test" {
						return answer(req, http.StatusFound, "https://store.test/?"+signature, ""), nil
					}
					return store(req)
				})
				start := time.Now()
				_, err := c.artifactReport(t.Context(), Artifact{ID: 5})
				var failure *APIError
				if !errors.As(err, &failure) || failure.Kind != Unavailable || time.Since(start) > 5*time.Minute {
					t.Errorf("%v after %s", err, time.Since(start))
				}
				ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
				defer cancel()
				start = time.Now()
				if _, err := c.artifactReport(ctx, Artifact{ID: 5}); !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != 5*time.Second {
					t.Errorf("%v after %s", err, time.Since(start))
				}
			})
		})
	}
}

// reader is a function that reads.
type reader func([]byte) (int, error)

func (f reader) Read(p []byte) (int, error) { return f(p) }
