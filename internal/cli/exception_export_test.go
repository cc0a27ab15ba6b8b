package cli

import (
	"strings"
	"testing"
)

func TestNamedImage(t *testing.T) {
	digest := "sha256:" + strings.Repeat("a", 64)
	tests := []struct{ ref, name, digest string }{
		{"ghcr.io/acme/api", "ghcr.io/acme/api", ""},
		{"ghcr.io/acme/api:1.4", "ghcr.io/acme/api", ""},
		{"localhost:5000/api", "localhost:5000/api", ""},
		{"localhost:5000/api:1@" + digest, "localhost:5000/api", digest},
		{"alpine@" + digest, "alpine", digest},
	}
	for _, tt := range tests {
		img, err := namedImage(tt.ref)
		if err != nil || img.Name != tt.name || img.Digest != tt.digest || img.Ref != tt.ref {
			t.Errorf("%s: got %+v, %v", tt.ref, img, err)
		}
	}
	for _, ref := range []string{"", "Not An Image", "api@sha256:1"} {
		if img, err := namedImage(ref); code(err) != ExitUsage {
			t.Errorf("%q: got %+v, %v, want an error of usage", ref, img, err)
		}
	}
}
