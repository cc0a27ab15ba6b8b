package config_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/org/imgscan-action/internal/config"
	"github.com/org/imgscan-action/internal/finding"
)

func TestImages(t *testing.T) {
	cfg, err := config.Parse("f.yaml", []byte(`
version: 1
images:
  - {name: api, match: [ghcr.io/acme/api, "api:*"], exposure: public}
  - {name: batch, match: ["ghcr.io/acme/batch-*"], exposure: internal}
  - {name: all, match: ["ghcr.io/acme/**"]}
  - {name: proxy, match: [docker.io/library/nginx, "acme/nginx:1.*"], exposure: internal}
`))
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		refs    []string
		names   []string
		exposed bool
	}{
		{[]string{"ghcr.io/acme/api:1.2"}, []string{"all", "api"}, true},
		{[]string{"ghcr.io/acme/api@sha256:00"}, []string{"all", "api"}, true},
		{[]string{"ghcr.io/acme/api:1.2@sha256:00", "ghcr.io/acme/api"}, []string{"all", "api"}, true},
		{[]string{"api:dev"}, []string{"api"}, true},
		{[]string{"ghcr.io/acme/batch-night:2"}, []string{"all", "batch"}, false},
		{[]string{"ghcr.io/acme/batch-night/x"}, []string{"all"}, true},
		{[]string{"nginx"}, []string{"proxy"}, false},
		{[]string{"nginx:1.29"}, []string{"proxy"}, false},
		{[]string{"docker.io/acme/nginx:1.29"}, nil, true},
		{[]string{"acme/nginx:1.29"}, []string{"proxy"}, false},
		{[]string{"acme/nginx:2"}, nil, true},
		{[]string{"nginx", "api:dev"}, []string{"api", "proxy"}, true},
		{[]string{"registry.corp:5000/x"}, nil, true},
		{nil, nil, true},
	}
	for _, tt := range tests {
		if diff := cmp.Diff(tt.names, cfg.NamesOf(tt.refs...)); diff != "" {
			t.Errorf("names of %q (-want +got):\n%s", tt.refs, diff)
		}
		if got := cfg.Exposed(tt.refs...); got != tt.exposed {
			t.Errorf("%q is exposed: %v, want %v", tt.refs, got, tt.exposed)
		}
	}
}

func TestMaxDays(t *testing.T) {
	cfg, err := config.Parse("f.yaml", []byte("version: 1\ntriage: {max-days: {high: 0, low: 9999}}"))
	if err != nil {
		t.Fatal(err)
	}
	want := map[finding.Severity]int{finding.Critical: 30, finding.Medium: 180, finding.Low: 9999}
	if diff := cmp.Diff(want, cfg.Triage.MaxDays.Limits()); diff != "" {
		t.Errorf("limits (-want +got):\n%s", diff)
	}
}
