package owner_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/org/imgscan-action/internal/finding"
	"github.com/org/imgscan-action/internal/owner"
)

func TestShared(t *testing.T) {
	other := func(f finding.Finding, change func(*finding.Finding)) finding.Finding {
		change(&f)
		return f
	}
	lodash := found("CVE-1", "node-pkg", "lodash", inherited(1))
	tests := []struct {
		name     string
		findings []finding.Finding
		want     [][]string
	}{
		{"alone", []finding.Finding{lodash}, [][]string{nil}},
		{
			"a base and a manifest",
			[]finding.Finding{lodash, found("CVE-1", "node-pkg", "lodash", required("direct", "package.json"))},
			[][]string{{"package.json"}, {"ghcr.io/acme/base:3"}},
		},
		{
			"two bases and the Dockerfile",
			[]finding.Finding{lodash, found("CVE-1", "node-pkg", "lodash", inherited(2)), found("CVE-1", "node-pkg", "lodash", installed())},
			[][]string{{"Dockerfile", "debian:12"}, {"Dockerfile", "ghcr.io/acme/base:3"}, {"debian:12", "ghcr.io/acme/base:3"}},
		},
		{
			"two manifests of one package",
			[]finding.Finding{found("CVE-1", "node-pkg", "lodash", required("direct", "a/package.json", "b/package.json"))},
			[][]string{{"b/package.json"}},
		},
		{
			"a manifest and its lock file are one place",
			[]finding.Finding{other(found("CVE-1", "node-pkg", "lodash", required("direct", "package.json", "package-lock.json")), func(f *finding.Finding) {
				f.Origin.Manifests[1].Role = "lock"
			})},
			[][]string{nil},
		},
		{
			"a builder and nobody knows",
			[]finding.Finding{found("CVE-1", "node-pkg", "lodash", copied()), found("CVE-1", "node-pkg", "lodash", finding.Origin{Kind: finding.OriginUnknown})},
			[][]string{{"app"}, {"ghcr.io/acme/tools:1"}},
		},
		{
			"two files that one base brought",
			[]finding.Finding{lodash, other(lodash, func(f *finding.Finding) { f.Package.Path = "opt/app" })},
			[][]string{nil, nil},
		},
		{
			"another vulnerability, name or type",
			[]finding.Finding{
				lodash,
				found("CVE-2", "node-pkg", "lodash", installed()),
				found("CVE-1", "node-pkg", "lodash.merge", installed()),
				found("CVE-1", "debian", "lodash", installed()),
			},
			[][]string{nil, nil, nil, nil},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			rep := &finding.Report{Lineage: chain(), Findings: tt.findings}
			for range 2 { // what was said before is replaced
				new(owner.Owners).Assign(rep)
			}
			var got [][]string
			for _, f := range rep.Findings {
				got = append(got, f.Origin.Shared)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("shared with (-want +got):\n%s", diff)
			}
		})
	}
}
