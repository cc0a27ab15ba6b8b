package lineage

import (
	"strings"
	"testing"
)

func TestClean(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"debian:12":                  "debian:12",
		" a\tb\nc ":                  "a b c",
		"a\x1b[31mb":                 "a [31mb",
		"a\u202eb\u200bc":            "a b c",
		"a\xffb":                     "ab",
		strings.Repeat("é", 11):      strings.Repeat("é", 10) + "…",
		strings.Repeat("x", 1<<20):   strings.Repeat("x", 10) + "…",
		strings.Repeat("\n", 1<<20):  "…",
		strings.Repeat("x", 10):      strings.Repeat("x", 10),
		"0123456789\u2028 and so on": "0123456789…",
	} {
		if got := clean(in, 10); got != want {
			t.Errorf("clean(%.20q) = %q, want %q", in, got, want)
		}
	}
}

func TestCleanPath(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"":                      "Dockerfile",
		"Dockerfile":            "Dockerfile",
		"./build/../Dockerfile": "Dockerfile",
		"docker/app.Dockerfile": "docker/app.Dockerfile",
		`docker\Dockerfile`:     "docker/Dockerfile",
		"../Dockerfile":         "Dockerfile",
		"a/../../etc/passwd":    "Dockerfile",
		"/etc/passwd":           "Dockerfile",
		"C:/x":                  "Dockerfile",
	} {
		if got := cleanPath(in); got != want {
			t.Errorf("cleanPath(%q) = %q, want %q", in, got, want)
		}
	}
}
