package image_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-containerregistry/pkg/authn"

	"github.com/org/imgscan-action/internal/image"
	"github.com/org/imgscan-action/internal/imagetest"
)

// perHost is a keychain with one user per registry.
type perHost map[string]string

func (k perHost) Resolve(r authn.Resource) (authn.Authenticator, error) {
	if user, ok := k[r.RegistryStr()]; ok {
		return &authn.Basic{Username: user, Password: "secret"}, nil
	}
	return authn.Anonymous, nil
}

func TestLogin(t *testing.T) {
	built := imagetest.Must(t, twoLayers)
	for _, way := range []string{"basic", "token"} {
		for _, tt := range []struct {
			name string
			opts image.Options
			want string // in the error; empty for success
		}{
			{"keychain", image.Options{Keychain: perHost{}}, ""}, // filled in below
			{"options", image.Options{Username: "user", Password: "secret"}, ""},
			{"nobody", image.Options{}, "401 Unauthorized: not logged in"},
			{"wrong password", image.Options{Username: "user", Password: "guess"}, "401 Unauthorized: not logged in"},
		} {
			t.Run(way+" "+tt.name, func(t *testing.T) {
				reg := imagetest.NewRegistry(t)
				reg.MustPush(t, "app:1", built)
				if way == "basic" {
					reg.RequireLogin("user", "secret")
				} else {
					reg.RequireToken("user", "secret")
				}
				opts := options(t)
				opts.Insecure = []string{reg.Host}
				opts.Username, opts.Password = tt.opts.Username, tt.opts.Password
				if tt.opts.Keychain != nil {
					opts.Keychain = perHost{reg.Host: "user"}
				}
				if tt.want == "" {
					for _, l := range open(t, reg.Host+"/app:1", opts).Layers() {
						ok(t, drain(t.Context(), l))
					}
					return
				}
				_, err := image.Open(t.Context(), "registry:"+reg.Host+"/app:1", opts)
				if err == nil || !strings.Contains(err.Error(), tt.want) || !strings.Contains(err.Error(), "docker login "+reg.Host) {
					t.Errorf("error %v, want %q and what to do", err, tt.want)
				}
				if err != nil && strings.Contains(err.Error(), "guess") {
					t.Errorf("error %q holds the password", err)
				}
			})
		}
	}
}

// TestCredentialsStayHome is about the credentials of one registry and the
// mirror that is asked before it.
func TestCredentialsStayHome(t *testing.T) {
	mirror, origin := imagetest.NewRegistry(t), imagetest.NewRegistry(t)
	origin.MustPush(t, "app:1", imagetest.Must(t, twoLayers))
	origin.RequireLogin("user", "secret")
	mirror.RequireLogin("other", "secret")
	opts := options(t)
	opts.Insecure = []string{mirror.Host, origin.Host}
	opts.Mirrors = map[string][]string{origin.Host: {mirror.Host}}
	opts.Username, opts.Password = "user", "secret"
	open(t, origin.Host+"/app:1", opts)
	if len(mirror.Requests()) == 0 {
		t.Fatal("the mirror was not asked")
	}
	for _, r := range mirror.Requests() {
		if r.Username != "" {
			t.Errorf("the mirror got user %q at %s", r.Username, r.Path)
		}
	}
}

func TestMirrors(t *testing.T) {
	empty, full, origin := imagetest.NewRegistry(t), imagetest.NewRegistry(t), imagetest.NewRegistry(t)
	built := imagetest.Must(t, twoLayers)
	full.MustPush(t, "hub/library/app:1", built)
	full.MustPush(t, "hub/org/app:1", built)
	origin.MustPush(t, "org/only-here:1", built)
	opts := options(t)
	opts.Insecure = []string{empty.Host, full.Host, origin.Host}
	opts.Mirrors = map[string][]string{
		"docker.io": {empty.Host, full.Host + "/hub"},
		origin.Host: {empty.Host, full.Host + "/hub/"},
	}
	for ref, name := range map[string]string{
		"registry:app:1":                               "app",
		"registry:docker.io/org/app:1":                 "org/app",
		"registry:" + origin.Host + "/org/app:1":       origin.Host + "/org/app",
		"registry:" + origin.Host + "/org/only-here:1": origin.Host + "/org/only-here",
	} {
		img := open(t, ref, opts)
		if img.Name != name {
			t.Errorf("%s: name %q, want %q", ref, img.Name, name)
		}
		ok(t, drain(t.Context(), img.Layers()[0]))
	}
	_, err := image.Open(t.Context(), "registry:"+origin.Host+"/org/nowhere:1", opts)
	var diagnosis *image.OpenError
	if !errors.As(err, &diagnosis) {
		t.Fatalf("error %v, want an *OpenError", err)
	}
	var tried []string
	for _, a := range diagnosis.Attempts {
		tried = append(tried, a.Where)
	}
	if diff := cmp.Diff([]string{"registry " + empty.Host, "registry " + full.Host, "registry " + origin.Host}, tried); diff != "" {
		t.Errorf("attempts (-want +got):\n%s", diff)
	}
}

func TestPlainHTTPNeedsItsName(t *testing.T) {
	reg := imagetest.NewRegistry(t)
	reg.MustPush(t, "app:1", imagetest.Must(t, twoLayers))
	opts := options(t)
	opts.Insecure = []string{"localhost:1"}
	_, err := image.Open(t.Context(), reg.Host+"/app:1", opts)
	if err == nil || !strings.Contains(err.Error(), "--insecure "+reg.Host) {
		t.Errorf("error %v, want it to name the flag", err)
	}
	for _, r := range reg.Requests() {
		t.Errorf("the registry was asked for %s over plain http", r.Path)
	}
}

func TestBusyRegistry(t *testing.T) {
	built := imagetest.Must(t, twoLayers)
	now := http.Header{"Retry-After": {"0"}}
	for _, tt := range []struct {
		name    string
		failure imagetest.Failure
		want    string // in the error; empty for success
	}{
		{"twice 429", imagetest.Failure{Times: 2, Status: http.StatusTooManyRequests, Header: now}, ""},
		{"once 503 for the manifest", imagetest.Failure{Contains: "/manifests/", Times: 1, Status: http.StatusServiceUnavailable, Header: now}, ""},
		{"always 429", imagetest.Failure{Contains: "/manifests/", Status: http.StatusTooManyRequests, Header: now}, "429 Too Many Requests: rate limit reached"},
		{"429 for an hour", imagetest.Failure{Contains: "/manifests/", Status: http.StatusTooManyRequests, Header: http.Header{"Retry-After": {"3600"}}}, "429 Too Many Requests: rate limit reached"},
		{"always 500", imagetest.Failure{Contains: "/manifests/", Status: http.StatusInternalServerError, Header: now}, "500 Internal Server Error"},
		{"403", imagetest.Failure{Contains: "/manifests/", Status: http.StatusForbidden}, "403 Forbidden: access denied"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			reg := imagetest.NewRegistry(t)
			reg.MustPush(t, "app:1", built)
			reg.Fail(tt.failure)
			opts := options(t)
			opts.Insecure = []string{reg.Host}
			img, err := image.Open(t.Context(), "registry:"+reg.Host+"/app:1", opts)
			if tt.want == "" {
				ok(t, err)
				ok(t, drain(t.Context(), img.Layers()[0]))
				ok(t, img.Close())
			} else if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want %q", err, tt.want)
			}
			for _, r := range reg.Requests() {
				if !strings.HasPrefix(r.UserAgent, "imgscan/1.2.3") {
					t.Errorf("%s has user agent %q", r.Path, r.UserAgent)
				}
			}
		})
	}
}

func TestLyingRegistry(t *testing.T) {
	built := imagetest.Must(t, twoLayers)
	for _, tt := range []struct {
		name    string
		failure imagetest.Failure
	}{
		{"cut short", imagetest.Failure{Contains: "/blobs/"}},
		{"corrupt", imagetest.Failure{Contains: "/blobs/", Corrupt: true}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			reg := imagetest.NewRegistry(t)
			ref := reg.MustPush(t, "app:1", built)
			opts := options(t)
			opts.Insecure = []string{reg.Host}
			img := open(t, ref, opts) // the configuration is still whole
			reg.Fail(tt.failure)
			l := img.Layers()[0]
			if err := drain(t.Context(), l); err == nil || !strings.Contains(err.Error(), l.DiffID()) {
				t.Errorf("error %v, want one that names the layer", err)
			}
		})
	}
	reg := imagetest.NewRegistry(t)
	ref := reg.MustPush(t, "app:1", built)
	reg.Fail(imagetest.Failure{Contains: "/manifests/", Corrupt: true})
	opts := options(t)
	opts.Insecure = []string{reg.Host}
	if _, err := image.Open(t.Context(), "registry:"+ref, opts); err == nil || !strings.Contains(err.Error(), "does not match") {
		t.Errorf("error %v, want a digest that does not match", err)
	}
}
