package image

import (
	"strings"
	"testing"
)

func TestParseNamed(t *testing.T) {
	digest := "sha256:" + strings.Repeat("a", 64)
	for ref, want := range map[string][2]string{ // what the daemon and what a registry is asked for
		"debian":                                {"debian:latest", "index.docker.io/library/debian:latest"},
		"debian:12":                             {"debian:12", "index.docker.io/library/debian:12"},
		"docker.io/library/debian:12":           {"debian:12", "index.docker.io/library/debian:12"},
		"index.docker.io/acme/app":              {"acme/app:latest", "index.docker.io/acme/app:latest"},
		"ghcr.io/acme/app:1":                    {"ghcr.io/acme/app:1", "ghcr.io/acme/app:1"},
		"registry.corp:5000/a/b_c/d--e/f.g:V_1": {"registry.corp:5000/a/b_c/d--e/f.g:V_1", "registry.corp:5000/a/b_c/d--e/f.g:V_1"},
		"debian@" + digest:                      {"debian@" + digest, "index.docker.io/library/debian@" + digest},
		"debian:12@" + digest:                   {"debian:12@" + digest, "index.docker.io/library/debian@" + digest},
		"localhost/app:1":                       {"localhost/app:1", ""},
		"[2001:db8::1]:5000/app:1":              {"[2001:db8::1]:5000/app:1", "[2001:db8::1]:5000/app:1"},
		// Prefixes mean nothing here.
		"docker:24":  {"docker:24", "index.docker.io/library/docker:24"},
		"registry:2": {"registry:2", "index.docker.io/library/registry:2"},
		digest:       {digest, ""},
	} {
		parsed, named, err := parseNamed(ref)
		if err != nil {
			t.Errorf("%s: %v", ref, err)
			continue
		}
		if parsed.path != "" || parsed.selector != "" || parsed.name != want[0] {
			t.Errorf("%s: the daemon is asked for %+v, want %q", ref, parsed, want[0])
		}
		if got := named.Name(); want[1] != "" && got != want[1] {
			t.Errorf("%s: a registry is asked for %q, want %q", ref, got, want[1])
		}
		if byID := parsed.scheme == schemeDaemon; byID != (want[1] == "") {
			t.Errorf("%s: only the daemon is asked: %v", ref, byID)
		}
	}
}

// FuzzParseNamed looks for a name that leads a request elsewhere than to the
// repository that it names.
func FuzzParseNamed(f *testing.F) {
	for _, ref := range []string{"debian:12", "ghcr.io/acme/app@sha256:" + strings.Repeat("a", 64), "a/../../b", "user:pw@host/x", "[::1]:5000/x", "UPPER/x", "x.y:1/z"} {
		f.Add(ref)
	}
	f.Fuzz(func(t *testing.T, ref string) {
		parsed, named, err := parseNamed(ref)
		if err != nil {
			return
		}
		for _, asked := range []string{parsed.name, named.Name()} {
			if strings.Contains(asked, "..") || strings.Contains(asked, "//") || strings.ContainsAny(asked, "?#%\\ \t\r\n\x00") {
				t.Errorf("%q asks for %q", ref, asked)
			}
		}
		if host := named.Context().RegistryStr(); strings.ContainsAny(host, "@/") || len(host) > maxHost {
			t.Errorf("%q asks host %q", ref, host)
		}
		// What the daemon is asked for is the same image.
		again, sameNamed, err := parseNamed(parsed.name)
		if err != nil || again != parsed || sameNamed.Name() != named.Name() {
			t.Errorf("%q asks the daemon for %q, which is %v, %v", ref, parsed.name, sameNamed, err)
		}
	})
}
