package match_test

import (
	"context"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/org/imgscan-action/internal/finding"
	"github.com/org/imgscan-action/internal/match"
	"github.com/org/imgscan-action/internal/vulndb"
)

var update = flag.Bool("update", false, "rewrite the golden files")

var now = time.Date(2021, 4, 20, 12, 0, 0, 0, time.UTC)

// useDatabase opens a database made of testdata/advisories. The process has room
// for one, so these tests do not run in parallel.
func useDatabase(t *testing.T, sets ...string) {
	t.Helper()
	root := filepath.Join("..", "..", "testdata", "advisories")
	var osv []string
	for _, set := range sets {
		osv = append(osv, filepath.Join(root, "osv", set))
	}
	if len(sets) == 0 {
		osv = []string{filepath.Join(root, "osv")}
	}
	out := filepath.Join(t.TempDir(), "db")
	_, err := vulndb.Build(t.Context(), vulndb.BuildOptions{OSV: osv, NVD: []string{filepath.Join(root, "nvd")}, Out: out, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	openDatabase(t, out)
}

func openDatabase(t *testing.T, dir string) {
	t.Helper()
	db, err := vulndb.Open(t.Context(), vulndb.Options{Source: dir, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
}

// alpine310 is what Trivy's test image alpine-310 holds.
func alpine310() finding.Inventory {
	inv := finding.Inventory{OS: finding.OS{Family: "alpine", Version: "3.10.4"}}
	for _, line := range strings.Fields(`
		alpine-baselayout=3.1.2-r0 alpine-keys=2.1-r2 apk-tools=2.10.4-r2 busybox=1.30.1-r3
		ca-certificates-cacert=20190108-r0:ca-certificates libc-utils=0.7.1-r0:libc-dev
		libcrypto1.1=1.1.1d-r2:openssl libssl1.1=1.1.1d-r2:openssl libtls-standalone=2.9.1-r0
		musl=1.1.22-r3 musl-utils=1.1.22-r3:musl scanelf=1.2.3-r0:pax-utils ssl_client=1.30.1-r3:busybox zlib=1.2.11-r1`) {
		name, rest, _ := strings.Cut(line, "=")
		version, source, ok := strings.Cut(rest, ":")
		if !ok {
			source = name
		}
		inv.Packages = append(inv.Packages, finding.Package{
			Class: finding.ClassOS, Type: "alpine", ID: name + "@" + version, Name: name, Version: version,
			SrcName: source, SrcVersion: version, Path: "lib/apk/db/installed",
		})
	}
	return inv
}

func language(kind, name, version, path string) finding.Package {
	return finding.Package{Class: finding.ClassLanguage, Type: kind, ID: name + "@" + version, Name: name, Version: version, Path: path}
}

func TestMatchAlpine(t *testing.T) {
	useDatabase(t)
	findings, gaps, err := match.Matcher{Now: now}.Match(t.Context(), alpine310())
	if err != nil {
		t.Fatal(err)
	}
	if len(gaps) != 0 {
		t.Errorf("gaps: %v", gaps)
	}
	golden(t, "alpine310.json", findings)
}

func TestMatchDebian(t *testing.T) {
	useDatabase(t)
	deb := func(name, version, source string) finding.Package {
		return finding.Package{Class: finding.ClassOS, Type: "debian", Name: name, Version: version, SrcName: source, SrcVersion: version, Path: "var/lib/dpkg/status"}
	}
	zlib := deb("zlib1g", "1.2.13.dfsg", "zlib")
	zlib.Epoch, zlib.SrcEpoch, zlib.Release, zlib.SrcRelease = 1, 1, "1", "1"
	glibc := deb("libc6", "2.36", "glibc")
	glibc.Release, glibc.SrcRelease = "9+deb12u4", "9+deb12u4"
	inv := finding.Inventory{
		OS:       finding.OS{Family: "debian", Version: "12.5"},
		Packages: []finding.Package{deb("apt", "2.6.1", "apt"), glibc, zlib},
	}
	findings, gaps, err := match.Matcher{Now: now}.Match(t.Context(), inv)
	if err != nil || len(gaps) != 0 {
		t.Fatal(err, gaps)
	}
	golden(t, "debian12.json", findings)
}

func TestMatchLanguages(t *testing.T) {
	useDatabase(t)
	inv := finding.Inventory{Packages: []finding.Package{
		language("gemspec", "activesupport", "6.0.3", "usr/lib/ruby/specifications/activesupport.gemspec"),
		language("gobinary", "golang.org/x/net", "v0.12.0", "usr/bin/app"),
		language("gobinary", "stdlib", "v1.20.9", "usr/bin/app"),
		language("jar", "com.fasterxml.jackson.core:jackson-databind", "2.9.10.3", "app.jar"),
		language("node-pkg", "lodash", "4.17.4", "app/node_modules/lodash/package.json"),
		language("node-pkg", "lodash", "4.17.12", "b/node_modules/lodash/package.json"),
		language("python-pkg", "Werkzeug", "0.15.2", "usr/lib/python3/Werkzeug.dist-info/METADATA"),
	}}
	findings, gaps, err := match.Matcher{Now: now}.Match(t.Context(), inv)
	if err != nil || len(gaps) != 0 {
		t.Fatal(err, gaps)
	}
	golden(t, "languages.json", findings)
}

func TestMatchGaps(t *testing.T) {
	useDatabase(t, "alpine", "npm")
	osPackage := finding.Package{Class: finding.ClassOS, Type: "x", Name: "bash", Version: "5.0", SrcName: "bash", SrcVersion: "5.0"}
	tests := []struct {
		name string
		inv  finding.Inventory
		now  time.Time
		want []finding.GapKind
	}{
		{"supported", alpine310(), now, nil},
		{"past its end of life", alpine310(), now.AddDate(1, 0, 0), []finding.GapKind{finding.GapEndOfLifeOS}},
		{
			"nobody has advisories",
			finding.Inventory{OS: finding.OS{Family: "fedora", Version: "35"}, Packages: []finding.Package{osPackage}},
			now,
			[]finding.GapKind{finding.GapUnknownOS},
		},
		{
			"no operating system and its packages",
			finding.Inventory{Packages: []finding.Package{osPackage}},
			now,
			[]finding.GapKind{finding.GapUnknownOS},
		},
		{"the inventory says so itself", finding.Inventory{Packages: []finding.Package{osPackage}, Gaps: []finding.Gap{{Kind: finding.GapUnknownOS}}}, now, nil},
		{
			"a release that the database does not hold",
			finding.Inventory{OS: finding.OS{Family: "alpine", Version: "3.99.0"}},
			now,
			[]finding.GapKind{finding.GapNoAdvisories},
		},
		{
			"and past its end of life",
			finding.Inventory{OS: finding.OS{Family: "alpine", Version: "3.2.0"}},
			now,
			[]finding.GapKind{finding.GapEndOfLifeOS, finding.GapNoAdvisories},
		},
		{"the configured repository decides", finding.Inventory{OS: finding.OS{Family: "alpine", Version: "3.99", RepositoryFamily: "alpine", RepositoryRelease: "3.10"}}, now, nil},
		{"and stands in for a missing release file", finding.Inventory{OS: finding.OS{RepositoryFamily: "alpine", RepositoryRelease: "3.10"}}, now, nil},
		{
			"red hat",
			finding.Inventory{OS: finding.OS{Family: "redhat", Version: "9.4"}, Packages: []finding.Package{osPackage}},
			now,
			[]finding.GapKind{finding.GapNoAdvisories},
		},
		{"scratch", finding.Inventory{}, now, nil},
		{
			"ecosystem that the database holds nothing about",
			finding.Inventory{Packages: []finding.Package{language("jar", "a:b", "1", "a.jar")}},
			now,
			[]finding.GapKind{finding.GapNoAdvisories},
		},
		{
			"ecosystem without advisories",
			finding.Inventory{Packages: []finding.Package{language("conda-pkg", "b", "1", "b.json")}},
			now,
			[]finding.GapKind{finding.GapNoAdvisories},
		},
		{
			"a distribution without a version",
			finding.Inventory{OS: finding.OS{Family: "debian"}, Packages: []finding.Package{osPackage}},
			now,
			[]finding.GapKind{finding.GapNoAdvisories},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, gaps, err := match.Matcher{Now: tt.now}.Match(t.Context(), tt.inv)
			if err != nil {
				t.Fatal(err)
			}
			var kinds []finding.GapKind
			for _, g := range gaps {
				kinds = append(kinds, g.Kind)
				if g.Detail == "" || strings.HasSuffix(g.Detail, ".") {
					t.Errorf("detail %q", g.Detail)
				}
			}
			if diff := cmp.Diff(tt.want, kinds); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestMatchReportsAPackageOnce(t *testing.T) {
	useDatabase(t)
	inv := alpine310()
	once, _, err := match.Matcher{Now: now}.Match(t.Context(), inv)
	if err != nil {
		t.Fatal(err)
	}
	inv.Packages = append(inv.Packages, inv.Packages...)
	twice, _, err := match.Matcher{Now: now}.Match(t.Context(), inv)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(once, twice); diff != "" {
		t.Error(diff)
	}
}

func TestMatchSkips(t *testing.T) {
	useDatabase(t)
	tests := map[string]func(*finding.Package){
		"keys":        func(p *finding.Package) { p.Name = "gpg-pubkey" },
		"third party": func(p *finding.Package) { p.ThirdParty = true },
	}
	for name, change := range tests {
		t.Run(name, func(t *testing.T) {
			inv := alpine310()
			for i := range inv.Packages {
				change(&inv.Packages[i])
			}
			findings, _, err := match.Matcher{Now: now}.Match(t.Context(), inv)
			if err != nil || len(findings) != 0 {
				t.Errorf("%v, %d findings", err, len(findings))
			}
		})
	}
}

func TestMatchWithoutDatabase(t *testing.T) {
	_, _, err := match.Matcher{Now: now}.Match(t.Context(), alpine310())
	if err == nil || !strings.Contains(err.Error(), "no vulnerability database is open") {
		t.Errorf("got %v", err)
	}
}

func TestMatchCancelled(t *testing.T) {
	useDatabase(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	inv := finding.Inventory{Packages: []finding.Package{language("node-pkg", "lodash", "4.17.4", "package.json")}}
	if _, _, err := (match.Matcher{Now: now}).Match(ctx, inv); err == nil {
		t.Error("a cancelled match succeeded")
	}
}

// golden compares what matching fills in. What others add later is left out.
func golden(t *testing.T, name string, findings []finding.Finding) {
	t.Helper()
	raw, err := json.Marshal(findings)
	if err != nil {
		t.Fatal(err)
	}
	var plain []map[string]any
	if err := json.Unmarshal(raw, &plain); err != nil {
		t.Fatal(err)
	}
	for _, f := range plain {
		for _, later := range []string{"Origin", "Change", "Disposition", "Context", "Judgement"} {
			delete(f, later)
		}
	}
	got, err := json.MarshalIndent(plain, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	got = append(got, '\n')
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Error(diff)
	}
}

// TestMatchSurvivesABrokenDatabase holds that a database that opens and is
// rotten inside ends in an error or in fewer findings, and never in a crash.
func TestMatchSurvivesABrokenDatabase(t *testing.T) {
	root := filepath.Join("..", "..", "testdata", "advisories")
	out := filepath.Join(t.TempDir(), "db")
	if _, err := vulndb.Build(t.Context(), vulndb.BuildOptions{OSV: []string{filepath.Join(root, "osv")}, Out: out, Now: now}); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(out, "trivy.db")
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	page := os.Getpagesize()
	failed := 0
	for at := 2 * page; at < len(whole); at += page {
		rotten := append([]byte(nil), whole...)
		for i := at; i < at+page; i++ {
			rotten[i] = 0xff
		}
		if err := os.WriteFile(path, rotten, 0o600); err != nil {
			t.Fatal(err)
		}
		db, err := vulndb.Open(t.Context(), vulndb.Options{Source: out, Now: now})
		if err != nil {
			failed++
			continue
		}
		if _, _, err := (match.Matcher{Now: now}).Match(t.Context(), alpine310()); err != nil {
			failed++
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if failed == 0 {
		t.Error("no rotten page was noticed")
	}
}
