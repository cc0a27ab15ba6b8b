package triage

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/org/imgscan-action/internal/finding"
)

// TestIdentityNames: an image is known by the name that the user gives it and by
// where it is, with the tag that it was asked for.
func TestIdentityNames(t *testing.T) {
	const registry = "registry"
	for _, tt := range []struct {
		name string
		img  finding.Image
		want []reference
	}{
		{"nothing", finding.Image{}, nil},
		{
			"its own name",
			finding.Image{Ref: "ghcr.io/acme/api:1", Name: "ghcr.io/acme/api", Repository: "ghcr.io/acme/api", Source: registry},
			[]reference{{repo: "ghcr.io/acme/api", tag: "1"}},
		},
		{
			"the user's",
			finding.Image{Ref: "registry:localhost:5000/api:1", Name: "ghcr.io/acme/api", Repository: "localhost:5000/api", Source: registry},
			[]reference{{repo: "ghcr.io/acme/api", tag: "1"}, {repo: "localhost:5000/api", tag: "1"}},
		},
		{
			"a file of the user's name",
			finding.Image{Ref: "app.tar", Name: "ghcr.io/acme/api", Source: "docker archive"},
			[]reference{{repo: "ghcr.io/acme/api"}},
		},
		{
			"a stored report, which has no repository",
			finding.Image{Ref: "debian:12", Name: "debian", Source: registry},
			[]reference{{repo: "docker.io/library/debian", tag: "12"}},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := identityOf(tt.img, nil).names
			if diff := cmp.Diff(tt.want, got, cmp.AllowUnexported(reference{})); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
