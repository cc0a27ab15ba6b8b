package vulndb

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aquasecurity/trivy-db/pkg/db"
	"github.com/aquasecurity/trivy-db/pkg/types"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// buildFrom makes a database of the given records and opens it.
func buildFrom(t *testing.T, records ...string) BuildStats {
	t.Helper()
	stats, out, err := tryBuild(t, records...)
	if err != nil {
		t.Fatal(err)
	}
	mustOpen(t, Options{Source: out, Now: now})
	return stats
}

func tryBuild(t *testing.T, records ...string) (BuildStats, string, error) {
	t.Helper()
	dir := t.TempDir()
	for i, r := range records {
		if err := os.WriteFile(filepath.Join(dir, string(rune('a'+i))+".json"), []byte(r), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	out := filepath.Join(t.TempDir(), "out")
	stats, err := Build(t.Context(), BuildOptions{OSV: []string{dir}, Out: out, Now: now})
	return stats, out, err
}

// found is what the detectors would see under the bucket, by identifier.
func found(t *testing.T, bucket, pkg string) map[string]types.Advisory {
	t.Helper()
	advisories, err := db.Config{}.GetAdvisories(bucket, pkg)
	if err != nil {
		t.Fatal(err)
	}
	byID := map[string]types.Advisory{}
	for _, adv := range advisories {
		byID[adv.VulnerabilityID] = adv
	}
	return byID
}

func compare(t *testing.T, want, got map[string]types.Advisory) {
	t.Helper()
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(types.Advisory{}, "VulnerabilityID", "DataSource"), cmpopts.EquateEmpty()); diff != "" {
		t.Error(diff)
	}
}

func TestBuildIsReproducible(t *testing.T) {
	build := func() []byte {
		out := filepath.Join(t.TempDir(), "out")
		_, err := Build(t.Context(), BuildOptions{OSV: []string{advisories("osv")}, NVD: []string{advisories("nvd")}, Out: out, Now: now})
		if err != nil {
			t.Fatal(err)
		}
		var all []byte
		for _, name := range []string{databaseFile, metadataFile} {
			content, err := os.ReadFile(filepath.Join(out, name))
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, content...)
		}
		return all
	}
	first := build()
	for range 3 {
		if !bytes.Equal(first, build()) {
			t.Fatal("the same input gave other bytes")
		}
	}
}

func TestBuildAdvisoriesOfTheRepository(t *testing.T) {
	out := filepath.Join(t.TempDir(), "out")
	stats, err := Build(t.Context(), BuildOptions{OSV: []string{advisories("osv")}, NVD: []string{advisories("nvd")}, Out: out, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	if want := (BuildStats{Records: 32, Advisories: 22, NVD: 24}); stats != want {
		t.Errorf("stats %+v, want %+v", stats, want)
	}
	mustOpen(t, Options{Source: out, Now: now})
	vuln, err := db.Config{}.GetVulnerability("CVE-2021-36159")
	if err != nil {
		t.Fatal(err)
	}
	if got := vuln.CVSS["nvd"]; got.V3Score != 9.1 || got.V2Score != 6.4 {
		t.Errorf("CVSS: %+v", got)
	}
	if source := found(t, "go::", "golang.org/x/text")["CVE-2021-38561"].DataSource; source == nil || source.ID != "govulndb" {
		t.Errorf("source: %+v", source)
	}
}

func TestBuildDistros(t *testing.T) {
	buildFrom(t,
		`{"id":"ALPINE-CVE-1","upstream":["CVE-2020-1"],"affected":[{"package":{"ecosystem":"Alpine:v3.18","name":"a"},
			"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"1.2-r0"},{"fixed":"1.4-r1"}]}]}]}`,
		`{"id":"DEBIAN-CVE-2020-2","affected":[{"package":{"ecosystem":"Debian:12","name":"b"},
			"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"}]}],"ecosystem_specific":{"urgency":"low**"}}]}`,
		`{"id":"DSA-1-1","upstream":["CVE-2020-2","CVE-2020-3"],"affected":[{"package":{"ecosystem":"Debian:12","name":"b"},
			"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":"1:2-3"}]}]}]}`,
		`{"id":"UBUNTU-CVE-2020-4","severity":[{"type":"Ubuntu","score":"negligible"}],
			"affected":[{"package":{"ecosystem":"Ubuntu:Pro:18.04:LTS","name":"c"},
			"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"last_affected":"5"}]}]}]}`,
		`{"id":"ALSA-2020:5","summary":"Important: d security update","related":["CVE-2020-6","CVE-2020-5","RHSA-1"],
			"affected":[{"package":{"ecosystem":"AlmaLinux:9","name":"d"},"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":"2.9-1.el9"}]}]}]}`,
		`{"id":"ALSA-2020:6","related":["CVE-2020-5"],
			"affected":[{"package":{"ecosystem":"AlmaLinux:9","name":"d"},"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":"2.10-1.el9"}]}]}]}`,
		`{"id":"SUSE-SU-2020:7-1","related":["CVE-2020-7"],"affected":[{"package":{"ecosystem":"SUSE:Linux Enterprise Server 15 SP5","name":"source"},
			"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":"3-1"}]}],"ecosystem_specific":{"binaries":[{"libe":"3-1","e":"3-1"}]}}]}`,
		`{"id":"CVE-2020-8","affected":[{"package":{"ecosystem":"Wolfi","name":"f"},
			"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":"1-r0"},{"introduced":"2-r0"},{"fixed":"2-r5"}]}]}]}`,
	)
	compare(t, map[string]types.Advisory{"CVE-2020-1": {FixedVersion: "1.4-r1", AffectedVersion: "1.2-r0"}}, found(t, "alpine 3.18", "a"))
	compare(t, map[string]types.Advisory{
		"CVE-2020-2": {FixedVersion: "1:2-3", Severity: types.SeverityLow, VendorIDs: []string{"DSA-1-1"}},
		"CVE-2020-3": {FixedVersion: "1:2-3", VendorIDs: []string{"DSA-1-1"}},
	}, found(t, "debian 12", "b"))
	compare(t, map[string]types.Advisory{"CVE-2020-4": {Status: types.StatusAffected}}, found(t, "ubuntu 18.04-ESM", "c"))
	compare(t, map[string]types.Advisory{
		"CVE-2020-5": {FixedVersion: "2.10-1.el9", VendorIDs: []string{"ALSA-2020:5", "ALSA-2020:6"}},
		"CVE-2020-6": {FixedVersion: "2.9-1.el9", VendorIDs: []string{"ALSA-2020:5"}},
	}, found(t, "alma 9", "d"))
	compare(t, map[string]types.Advisory{"CVE-2020-7": {FixedVersion: "3-1", VendorIDs: []string{"SUSE-SU-2020:7-1"}}}, found(t, "SUSE Linux Enterprise 15.5", "libe"))
	compare(t, nil, found(t, "SUSE Linux Enterprise 15.5", "source"))
	compare(t, map[string]types.Advisory{"CVE-2020-8": {FixedVersion: "2-r5"}}, found(t, "wolfi", "f"))

	for id, want := range map[string]types.VendorSeverity{
		"CVE-2020-4": {"ubuntu": types.SeverityLow},
		"CVE-2020-6": {"alma": types.SeverityHigh},
	} {
		vuln, err := db.Config{}.GetVulnerability(id)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, vuln.VendorSeverity); diff != "" {
			t.Error(id, diff)
		}
	}
}

func TestBuildLanguages(t *testing.T) {
	buildFrom(t,
		// One record, two CVEs: each has its own entry.
		`{"id":"GHSA-aaaa-aaaa-aaaa","aliases":["CVE-2020-1","CVE-2020-2"],"database_specific":{"severity":"MODERATE"},
			"affected":[{"package":{"ecosystem":"npm","name":"a"},"ranges":[{"type":"SEMVER","events":[{"introduced":"1.0.0"},{"last_affected":"1.5.0"}]}],"versions":["0.9.0"]}]}`,
		// Two records, one CVE, one package: neither replaces the other.
		`{"id":"GO-2020-1","aliases":["CVE-2020-3"],"affected":[{"package":{"ecosystem":"Go","name":"m"},"ranges":[{"type":"SEMVER","events":[{"introduced":"0"},{"fixed":"1.0.0"}]}]}]}`,
		`{"id":"GO-2020-2","aliases":["CVE-2020-3"],"affected":[{"package":{"ecosystem":"Go","name":"m"},"ranges":[{"type":"SEMVER","events":[{"introduced":"2.0.0"},{"fixed":"2.1.0"}]}]}]}`,
		// An organisation's own.
		`{"id":"ACME-1","affected":[{"package":{"ecosystem":"PyPI","name":"Acme_Tools"},"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":"2"}]}]}]}`,
	)
	a := types.Advisory{VulnerableVersions: []string{">=1.0.0, <=1.5.0", "=0.9.0"}, VendorIDs: []string{"GHSA-aaaa-aaaa-aaaa"}}
	compare(t, map[string]types.Advisory{"CVE-2020-1": a, "CVE-2020-2": a}, found(t, "npm::", "a"))
	compare(t, map[string]types.Advisory{"CVE-2020-3": {
		VulnerableVersions: []string{"<1.0.0", ">=2.0.0, <2.1.0"}, PatchedVersions: []string{"1.0.0", "2.1.0"}, VendorIDs: []string{"GO-2020-1", "GO-2020-2"},
	}}, found(t, "go::", "m"))
	compare(t, map[string]types.Advisory{"ACME-1": {VulnerableVersions: []string{"<2"}, PatchedVersions: []string{"2"}}}, found(t, "pip::", "acme-tools"))
	vuln, err := db.Config{}.GetVulnerability("CVE-2020-2")
	if err != nil || vuln.VendorSeverity["ghsa"] != types.SeverityMedium {
		t.Errorf("%+v, %v", vuln.VendorSeverity, err)
	}
}

func TestBuildCounts(t *testing.T) {
	stats := buildFrom(t,
		`{"id":"CVE-2020-1","affected":[{"package":{"ecosystem":"npm","name":"a"},"versions":["1.0.0"]}]}`,
		`{"id":"CVE-2020-2","withdrawn":"2026-06-30T00:00:00Z","affected":[{"package":{"ecosystem":"npm","name":"a"},"versions":["1.0.0"]}]}`,
		`{"id":"CVE-2020-3","withdrawn":"2026-07-02T00:00:00Z","affected":[{"package":{"ecosystem":"npm","name":"a"},"versions":["1.0.0"]}]}`,
		`{"id":"ALSA-1","affected":[{"package":{"ecosystem":"AlmaLinux:8","name":"perl"},"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":"1-1.module_el8.6.0+1"}]}]}]}`,
		`{"id":"ALSA-2","affected":[{"package":{"ecosystem":"AlmaLinux:8","name":"vim"},"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"}]}]}]}`,
		`{"id":"CVE-2020-4","affected":[{"ranges":[{"type":"GIT","events":[{"fixed":"abc"}]}]}]}`,
	)
	if want := (BuildStats{Records: 6, Withdrawn: 1, Unexpressed: 2}); stats != want {
		t.Errorf("got %+v, want %+v", stats, want)
	}
	if got := found(t, "npm::", "a"); len(got) != 2 {
		t.Errorf("%v", got)
	}
}

func TestBuildRefuses(t *testing.T) {
	one := `{"id":"CVE-1","affected":[{"package":{"ecosystem":"npm","name":"a"},"versions":["1.0.0"]}]}`
	tests := []struct {
		name   string
		record string
		want   []string
	}{
		{"bad JSON", "{\n\"id\": \"x\",\n  oops}", []string{"a.json", "line 3"}},
		{"wrong shape", "{\n\"id\": 5}", []string{"a.json", "line 2"}},
		{"no identifier", `{}`, []string{"a.json", `no "id"`}},
		{"unknown ecosystem", `{"id":"X-1","affected":[{"package":{"ecosystem":"Haiku","name":"a"}}]}`, []string{"a.json", `"Haiku"`, "alpine, bitnami"}},
		{"red hat", `{"id":"X-1","affected":[{"package":{"ecosystem":"Red Hat:enterprise_linux:9::baseos","name":"a"}}]}`, []string{"a.json", `"Red Hat:`}},
		{"no release", `{"id":"X-1","affected":[{"package":{"ecosystem":"Alpine","name":"a"}}]}`, []string{"a.json", `unknown release in ecosystem "Alpine"`}},
		{"nameless package", `{"id":"X-1","affected":[{"package":{"ecosystem":"npm"}}]}`, []string{"no name"}},
		{"range without beginning", `{"id":"X-1","affected":[{"package":{"ecosystem":"npm","name":"a"},"ranges":[{"type":"SEMVER","events":[{"fixed":"1"}]}]}]}`, []string{"introduced"}},
		{"versions that cannot be compared", `{"id":"X-1","affected":[{"package":{"ecosystem":"Debian:12","name":"a"},
			"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":"!"},{"introduced":"0"},{"fixed":"?"}]}]}]}`, []string{"a.json", `"a"`}},
		{"all withdrawn", `{"id":"X-1","withdrawn":"2020-01-01T00:00:00Z"}`, []string{"no advisory in force"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, out, err := tryBuild(t, tt.record)
			if err == nil {
				t.Fatal("no error")
			}
			for _, want := range tt.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%v does not contain %q", err, want)
				}
			}
			left, globErr := filepath.Glob(filepath.Join(filepath.Dir(out), "*"))
			dotted, dotErr := filepath.Glob(filepath.Join(filepath.Dir(out), ".*"))
			if len(left)+len(dotted) > 0 || globErr != nil || dotErr != nil {
				t.Errorf("left behind: %v %v", left, dotted)
			}
		})
	}

	t.Run("empty folder", func(t *testing.T) {
		if _, _, err := tryBuild(t); err == nil || !strings.Contains(err.Error(), "holds no advisory") {
			t.Errorf("got %v", err)
		}
	})
	t.Run("something else in the way", func(t *testing.T) {
		out := t.TempDir()
		if err := os.WriteFile(filepath.Join(out, "thesis.txt"), nil, 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := Build(t.Context(), BuildOptions{OSV: []string{advisories("osv")}, Out: out, Now: now})
		if err == nil || !strings.Contains(err.Error(), "thesis.txt") {
			t.Errorf("got %v", err)
		}
	})
	t.Run("cancelled", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err := Build(ctx, BuildOptions{OSV: []string{advisories("osv")}, Out: filepath.Join(t.TempDir(), "out"), Now: now})
		if !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("bad NVD record", func(t *testing.T) {
		for content, want := range map[string]string{`{"cve": [`: "line 1", `{"vulnerabilities":[]}`: `no "id"`} {
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, "n.json"), []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
			osv := t.TempDir()
			if err := os.WriteFile(filepath.Join(osv, "a.json"), []byte(one), 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := Build(t.Context(), BuildOptions{OSV: []string{osv}, NVD: []string{dir}, Out: filepath.Join(t.TempDir(), "out"), Now: now})
			if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "n.json") {
				t.Errorf("%s: %v", content, err)
			}
		}
	})
}

func TestBuildReplacesADatabase(t *testing.T) {
	out := buildDatabase(t)
	_, err := Build(t.Context(), BuildOptions{OSV: []string{advisories("osv", "npm")}, Out: out, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	mustOpen(t, Options{Source: out, Now: now})
	if got := found(t, "alpine 3.10", "musl"); len(got) != 0 {
		t.Errorf("the old database is still there: %v", got)
	}
}

func TestDistroOf(t *testing.T) {
	tests := map[string]string{
		"Alpine:v3.10":                        "alpine 3.10",
		"Alpine:edge":                         "alpine edge",
		"Debian:12":                           "debian 12",
		"Ubuntu:22.04:LTS":                    "ubuntu 22.04",
		"Ubuntu:23.10":                        "ubuntu 23.10",
		"Ubuntu:Pro:18.04:LTS":                "ubuntu 18.04-ESM",
		"Ubuntu:Pro:FIPS:18.04:LTS":           "",
		"AlmaLinux:9":                         "alma 9",
		"AlmaLinux":                           "",
		"Rocky Linux:8":                       "rocky 8",
		"Wolfi":                               "wolfi",
		"Chainguard":                          "chainguard",
		"SUSE:Linux Enterprise Server 15 SP5": "SUSE Linux Enterprise 15.5",
		"SUSE:Linux Enterprise Module for Basesystem 15 SP4": "SUSE Linux Enterprise 15.4",
		"SUSE:Linux Enterprise Server 12 SP2-LTSS":           "SUSE Linux Enterprise 12.2-ltss",
		"SUSE:Linux Enterprise Micro 5.3":                    "SUSE Linux Enterprise Micro 5.3",
		"SUSE:Linux Micro 6.0":                               "SUSE Linux Enterprise Micro 6.0",
		"SUSE:Manager Server 4.3":                            "",
		"openSUSE:Leap 15.5":                                 "openSUSE Leap 15.5",
		"openSUSE:Leap Micro 5.3":                            "openSUSE Leap Micro 5.3",
		"openSUSE:Tumbleweed":                                "openSUSE Tumbleweed",
		"openSUSE:":                                          "",
		"npm":                                                "",
		"":                                                   "",
	}
	for ecosystem, want := range tests {
		_, got, ok := distroOf(ecosystem)
		if ok != (want != "") || (ok && got != want) {
			t.Errorf("%q: %q, %v; want %q", ecosystem, got, ok, want)
		}
	}
}
