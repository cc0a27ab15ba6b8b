package lineage

import (
	"strings"
	"testing"
)

func TestRefuse(t *testing.T) {
	t.Parallel()
	img := Image{Ref: "ghcr.io/acme/app:1"}
	h := newHosts(img, nil, nil, Options{Hosts: []string{"Docker.io", "registry.example:5000", "127.0.0.1:5000"}})
	for host, want := range map[string]string{
		"ghcr.io":               "",
		"index.docker.io":       "",
		"registry.example:5000": "",
		"127.0.0.1:5000":        "",
		"registry.example":      "names the registry",
		"registry.example:5001": "with this port",
		"ghcr.io:443":           "with this port",
		"169.254.169.254":       "is an address",
		"10.0.0.5":              "is an address",
		"127.0.0.1":             "is an address",
		"[::1]":                 "is an address",
		"[::1]:5000":            "is an address",
		"localhost":             "local network",
		"localhost:5000":        "local network",
		"host.local":            "local network",
		"x.localhost:80":        "local network",
		"registry:5000":         "local network",
		"quay.io":               "names the registry",
		"gh\u0441r.io":          "names the registry",
	} {
		got := h.refuse(host)
		if (got == "") != (want == "") || !strings.Contains(got, want) {
			t.Errorf("refuse(%q) = %q, want %q in it", host, got, want)
		}
	}
}
