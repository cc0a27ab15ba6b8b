package image

import (
	"strings"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

func TestPlatformChoice(t *testing.T) {
	host := platformString(hostPlatform())
	for _, tt := range []struct{ have, want, chosen string }{
		{"linux/s390x", "", "linux/s390x"},
		{"windows/amd64 " + host, "", host},
		{"plan9/mips freebsd/mips", "", ""},
		{"linux/arm64/v8", "linux/arm64", "linux/arm64/v8"},
		{"linux/arm64", "linux/arm64/v8", "linux/arm64"},
		{"linux/arm/v5 linux/arm/v7 linux/arm/v6", "linux/arm", "linux/arm/v7"},
		{"linux/arm/v5 linux/arm/v7", "linux/arm/v6", ""},
		{"linux/amd64/v3 linux/amd64", "linux/amd64", "linux/amd64"},
		{"linux/amd64/v3 linux/amd64", "linux/amd64/v3", "linux/amd64/v3"},
		{"linux/amd64/v3", "linux/amd64", "linux/amd64/v3"},
		{"Linux/X86_64", "linux/amd64", "Linux/X86_64"},
	} {
		platforms := []string{}
		have := parseAll(t, tt.have)
		for _, p := range have {
			platforms = append(platforms, platformString(p))
		}
		want, err := parsePlatform(tt.want)
		if err != nil {
			t.Fatal(err)
		}
		chosen := ""
		if i := choose(have, want); i >= 0 {
			chosen = platforms[i]
		}
		if chosen != tt.chosen {
			t.Errorf("of %q for %q: %q, want %q", tt.have, tt.want, chosen, tt.chosen)
		}
	}
}

func parseAll(t *testing.T, platforms string) []v1.Platform {
	t.Helper()
	var out []v1.Platform
	for _, s := range strings.Fields(platforms) {
		p, err := parsePlatform(s)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, *p)
	}
	return out
}
