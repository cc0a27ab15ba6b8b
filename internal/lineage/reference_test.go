package lineage

import (
	"strings"
	"testing"
)

func TestParseReference(t *testing.T) {
	t.Parallel()
	d := digest("x")
	for _, tt := range []struct{ in, host, want, digest string }{
		{"debian", "index.docker.io", "debian:latest", ""},
		{"debian:12", "index.docker.io", "debian:12", ""},
		{"docker.io/library/debian:12", "index.docker.io", "debian:12", ""},
		{"registry-1.docker.io/library/debian:12", "index.docker.io", "debian:12", ""},
		{"debian@" + d, "index.docker.io", "debian", d},
		{"debian:12@" + d, "index.docker.io", "debian:12", d},
		{"debian:latest@" + d, "index.docker.io", "debian:latest", d},
		{"ghcr.io/acme/base:3", "ghcr.io", "ghcr.io/acme/base:3", ""},
		{"localhost:5000/base", "localhost:5000", "localhost:5000/base:latest", ""},
		{"localhost:5000/base@" + d, "localhost:5000", "localhost:5000/base", d},
		{"10.0.0.5/app:1", "10.0.0.5", "10.0.0.5/app:1", ""},
	} {
		ref, err := parseReference(tt.in)
		if err != nil || ref.host() != tt.host || ref.String() != tt.want || ref.digest != tt.digest {
			t.Errorf("parseReference(%q) = %q %q %q, %v", tt.in, ref.host(), ref, ref.digest, err)
		}
	}
	for _, in := range []string{
		"", "UPPER/x", "user:pw@host/x", "x@sha256:1", "x@sha512:" + strings.Repeat("a", 128), "x y", "x\n", "gсr.io/x:1",
		"gcr.io/x:1@" + d + "@" + d, strings.Repeat("x", maxRef+1), "../x", "x:", "-",
	} {
		if ref, err := parseReference(in); err == nil {
			t.Errorf("parseReference(%q) = %q", in, ref)
		}
	}
}

func FuzzReference(f *testing.F) {
	for _, s := range []string{"debian:12", "ghcr.io/a/b@" + digest("x"), "localhost:5000/x:1", "[::1]:80/x", "a.b/c"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		ref, err := parseReference(s)
		if err != nil {
			return
		}
		again, err := parseReference(ref.String())
		if err != nil || again.name() != ref.name() || ref.tag != "" && again.tag != ref.tag {
			t.Errorf("%q is printed as %q, which is %q (%v)", s, ref, again, err)
		}
		if strings.ContainsAny(ref.host(), "/@ \t\n") {
			t.Errorf("%q has the host %q", s, ref.host())
		}
	})
}
