package publish

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/org/imgscan-action/internal/finding"
	"github.com/org/imgscan-action/internal/github"
	"github.com/org/imgscan-action/internal/githubtest"
)

func packageOf(purl string) finding.Package {
	return finding.Package{Class: finding.ClassOS, Type: "debian", Name: "a", PURL: purl}
}

func TestDependencies(t *testing.T) {
	t.Parallel()
	direct := finding.Origin{Kind: finding.OriginIntroduced, Manifests: []finding.Manifest{{Role: "lock"}, {Role: "direct"}}}
	for name, tt := range map[string]struct {
		packages []string
		findings []finding.Finding
		asked    []finding.Attributed
		want     []github.Dependency
	}{
		"none": {},
		"in order, each once, and none without a URL": {
			packages: []string{"pkg:deb/b@1", "", "pkg:deb/a@1", "pkg:deb/b@1"},
			want:     []github.Dependency{{PURL: "pkg:deb/a@1"}, {PURL: "pkg:deb/b@1"}},
		},
		"a manifest asks for it": {
			packages: []string{"pkg:npm/a@1", "pkg:npm/b@1"},
			findings: []finding.Finding{
				{Package: packageOf("pkg:npm/a@1"), Origin: direct},
				{Package: packageOf("pkg:npm/a@1")},
				{Package: packageOf("pkg:npm/b@1"), Origin: finding.Origin{Manifests: []finding.Manifest{{Role: "parent"}, {Role: "lock"}}}},
			},
			want: []github.Dependency{{PURL: "pkg:npm/a@1", Direct: true}, {PURL: "pkg:npm/b@1"}},
		},
		"a command asks for it": {
			packages: []string{"pkg:deb/curl@1", "pkg:deb/libcurl4@1"},
			findings: []finding.Finding{
				{Package: packageOf("pkg:deb/curl@1"), Origin: finding.Origin{Asked: "apt-get install curl", Path: []string{"curl"}}},
				{Package: packageOf("pkg:deb/libcurl4@1"), Origin: finding.Origin{Asked: "apt-get install curl", Path: []string{"curl", "libcurl4"}}},
			},
			want: []github.Dependency{{PURL: "pkg:deb/curl@1", Direct: true}, {PURL: "pkg:deb/libcurl4@1"}},
		},
		"the base asks for it": {
			packages: []string{"pkg:deb/curl@1"},
			findings: []finding.Finding{{
				Package: packageOf("pkg:deb/curl@1"),
				Origin:  finding.Origin{Kind: finding.OriginInherited, Asked: "apt-get install curl", Path: []string{"curl"}},
			}},
			want: []github.Dependency{{PURL: "pkg:deb/curl@1"}},
		},
		"somebody asked about it": {
			packages: []string{"pkg:npm/a@1"},
			asked:    []finding.Attributed{{Package: packageOf("pkg:npm/a@1"), Origin: direct}},
			want:     []github.Dependency{{PURL: "pkg:npm/a@1", Direct: true}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
			rep := &finding.Report{
				Tool: "1.2.0", Now: now, Findings: tt.findings, Asked: tt.asked,
				Image:   finding.Image{Name: "ghcr.io/acme/app", Platform: "linux/amd64", Ref: "ghcr.io/acme/app:1"},
				Lineage: finding.Lineage{Dockerfile: "api/Dockerfile"},
			}
			for _, purl := range tt.packages {
				rep.Packages = append(rep.Packages, packageOf(purl))
			}
			var got github.Snapshot
			err := Dependencies{
				Tool: "imgscan", URL: "https://example.com", Job: "ci/scan",
				Submit: func(s github.Snapshot) error { got = s; return nil },
			}.Publish(rep)
			if err != nil {
				t.Fatal(err)
			}
			want := github.Snapshot{
				Correlator: "ci/scan ghcr.io/acme/app linux/amd64",
				Tool:       "imgscan", ToolVersion: "1.2.0", ToolURL: "https://example.com",
				Scanned: now, Manifest: "ghcr.io/acme/app linux/amd64", Source: "api/Dockerfile", Dependencies: tt.want,
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// A submission that fails is a reason, and never a failure.
func TestDependenciesThatFail(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		err  error
		want string
	}{
		"not wanted": {&github.Skip{Reason: "there is no runner"}, "there is no runner"},
		"forbidden":  {&github.APIError{Status: 403, Kind: github.Forbidden, Permission: "contents: write"}, "contents: write"},
		"wrong":      {&github.APIError{Status: 422, Kind: github.Invalid, Message: "a bad URL"}, "a bad URL"},
		"broken":     {errBroken, "broken"},
	} {
		err := Dependencies{Submit: func(github.Snapshot) error { return tt.err }}.Publish(&finding.Report{})
		var skip Skip
		if !errors.As(err, &skip) || !strings.Contains(string(skip), tt.want) {
			t.Errorf("%s: %v, want a skip with %q", name, err, tt.want)
		}
	}
}

// GitHub takes what is submitted, and the next image of the same name replaces it.
func TestDependenciesArrive(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := githubtest.New(t)
		client, _ := onMain(t, s)
		d := Dependencies{
			Tool: "imgscan", URL: "https://example.com", Job: "ci/scan",
			Submit: func(snapshot github.Snapshot) error {
				snapshot.Ref, snapshot.SHA = "refs/heads/main", githubtest.SHA(1)
				_, err := client.SubmitDependencies(t.Context(), snapshot)
				return err
			},
		}
		rep := &finding.Report{Image: finding.Image{Name: "app", Platform: "linux/amd64"}}
		for _, purls := range [][]string{{"pkg:deb/debian/old@1"}, {"pkg:deb/debian/zlib@1.2", "pkg:npm/a@1"}} {
			rep.Packages = nil
			for _, purl := range purls {
				rep.Packages = append(rep.Packages, packageOf(purl))
			}
			if err := d.Publish(rep); err != nil {
				t.Fatal(err)
			}
		}
		all := s.Snapshots()
		if len(all) != 1 || len(all[0].Manifests["app linux/amd64"].Resolved) != 2 {
			t.Errorf("the graph has %+v", all)
		}
	})
}
