package finding

import (
	"slices"
	"testing"
	"time"
)

func TestSeverityOf(t *testing.T) {
	for _, tt := range []struct {
		score  float64
		v3, v2 Severity
	}{
		{0, None, Low},
		{0.1, Low, Low},
		{3.9, Low, Low},
		{4, Medium, Medium},
		{6.9, Medium, Medium},
		{7, High, High},
		{8.9, High, High},
		{9, Critical, High}, // version 2 has no critical
		{10, Critical, High},
	} {
		if got := SeverityOf(tt.score); got != tt.v3 {
			t.Errorf("SeverityOf(%v) = %v, want %v", tt.score, got, tt.v3)
		}
		if got := SeverityOfV2(tt.score); got != tt.v2 {
			t.Errorf("SeverityOfV2(%v) = %v, want %v", tt.score, got, tt.v2)
		}
	}
}

func TestParseSeverity(t *testing.T) {
	for _, s := range Severities() {
		if got, err := ParseSeverity(s.String()); err != nil || got != s {
			t.Errorf("ParseSeverity(%q) = %v, %v", s, got, err)
		}
	}
	if got, err := ParseSeverity("HIGH"); err != nil || got != High {
		t.Errorf("ParseSeverity is not free of case: %v, %v", got, err)
	}
	if _, err := ParseSeverity("grave"); err == nil {
		t.Error("ParseSeverity accepts anything")
	}
}

func TestFullVersion(t *testing.T) {
	for _, tt := range []struct {
		pkg  Package
		want string
	}{
		{Package{Version: "1.2"}, "1.2"},
		{Package{Version: "1.2", Release: "3"}, "1.2-3"},
		{Package{Epoch: 1, Version: "1.2", Release: "3+b1"}, "1:1.2-3+b1"},
	} {
		if got := tt.pkg.FullVersion(); got != tt.want {
			t.Errorf("FullVersion of %+v = %q, want %q", tt.pkg, got, tt.want)
		}
	}
}

// A fingerprint survives a new build, a new version and a new rating, and nothing
// else.
func TestFingerprint(t *testing.T) {
	f := Finding{ID: "CVE-2021-1", Package: Package{Type: "debian", Name: "libc6", Path: "var/lib/dpkg/status"}}
	got := f.Fingerprint("acme/app")
	if len(got) != 16 {
		t.Errorf("%q is not 16 digits", got)
	}

	same := f
	same.Package.Version, same.Package.Layer, same.FixedIn, same.Rating.Severity = "2", "sha256:1", "3", High
	if same.Fingerprint("acme/app") != got {
		t.Error("the version, the layer, the fix or the rating changes it")
	}

	before, after := f, f
	before.Package.Version, before.Package.Path = "2.31.0", "site-packages/requests-2.31.0.dist-info/METADATA"
	after.Package.Version, after.Package.Path = "2.32.0", "site-packages/requests-2.32.0.dist-info/METADATA"
	if before.Fingerprint("acme/app") != after.Fingerprint("acme/app") {
		t.Error("the version in the path changes it")
	}

	others := []string{got, f.Fingerprint("acme/other")}
	for _, change := range []func(*Finding){
		func(f *Finding) { f.ID = "CVE-2021-2" },
		func(f *Finding) { f.Package.Type = "alpine" },
		func(f *Finding) { f.Package.Name = "libc" },
		func(f *Finding) { f.Package.Name, f.Package.Path = "libc6v", "ar/lib/dpkg/status" },
	} {
		other := f
		change(&other)
		others = append(others, other.Fingerprint("acme/app"))
	}
	slices.Sort(others)
	if len(slices.Compact(others)) != len(others) {
		t.Errorf("two findings share a fingerprint: %v", others)
	}
}

func TestFix(t *testing.T) {
	for status, want := range map[Status]string{
		StatusAffected:           "no fix yet",
		StatusWillNotFix:         "will not fix",
		StatusEndOfLife:          "end of life",
		StatusFixDeferred:        "fix deferred",
		StatusUnderInvestigation: "under investigation",
	} {
		if got := (Finding{Status: status}).Fix(); got != want {
			t.Errorf("Fix with status %q = %q, want %q", status, got, want)
		}
	}
	if got := (Finding{FixedIn: "1.2", Status: StatusFixed}).Fix(); got != "1.2" {
		t.Errorf("Fix = %q, want the version", got)
	}
}

// The order is total: whatever order findings come in, they end up the same.
func TestSort(t *testing.T) {
	want := []Finding{
		{ID: "CVE-3", Rating: Rating{Severity: Critical, Score: 9.8}, Package: Package{Name: "z"}},
		{ID: "CVE-2", Rating: Rating{Severity: High, Score: 8.1}, Package: Package{Name: "b"}},
		{ID: "CVE-2", Rating: Rating{Severity: High, Score: 7.5}, Package: Package{Name: "a"}},
		{ID: "CVE-4", Rating: Rating{Severity: High, Score: 7.5}, Package: Package{Name: "a"}},
		{ID: "CVE-4", Rating: Rating{Severity: High, Score: 7.5}, Package: Package{Name: "a", Path: "x"}},
		{ID: "CVE-1", Rating: Rating{Severity: Unknown}, Package: Package{Name: "a"}},
	}
	got := slices.Clone(want)
	slices.Reverse(got)
	Sort(got)
	for i := range want {
		if got[i].ID != want[i].ID || got[i].Package.Path != want[i].Package.Path {
			t.Fatalf("in place %d: %s %q, want %s %q", i, got[i].ID, got[i].Package.Path, want[i].ID, want[i].Package.Path)
		}
	}
}

func TestAge(t *testing.T) {
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		built time.Time
		want  time.Duration
	}{
		{now.Add(-36 * time.Hour), 36 * time.Hour},
		{now.Add(time.Hour), 0}, // a clock that is behind
		{time.Time{}, 0},        // no date
	} {
		if got := (Database{Built: tt.built}).Age(now); got != tt.want {
			t.Errorf("Age of %v = %v, want %v", tt.built, got, tt.want)
		}
	}
}

func TestParseTier(t *testing.T) {
	for _, want := range Tiers() {
		if got, err := ParseTier(string(want)); got != want || err != nil {
			t.Errorf("ParseTier(%q) = %q, %v", want, got, err)
		}
	}
	_, err := ParseTier("cvss")
	if want := `unknown kind of rating "cvss": expected one of nvd-v3, vendor-v3, any-v3, nvd-v4, nvd-v2, word`; err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
}
