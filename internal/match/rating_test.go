package match

import (
	"math"
	"testing"

	dbTypes "github.com/aquasecurity/trivy-db/pkg/types"
	"github.com/google/go-cmp/cmp"

	"github.com/org/imgscan-action/internal/finding"
)

const (
	v31Critical = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H" // 9.8
	v31High     = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H" // 7.5
	v30Medium   = "CVSS:3.0/AV:N/AC:H/PR:N/UI:N/S:U/C:L/I:L/A:N" // 4.8
	v31None     = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N" // 0.0
	v40High     = "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:N/VA:H/SC:N/SI:N/SA:N"
	v2High      = "AV:N/AC:L/Au:N/C:C/I:C/A:C" // 10.0
)

var (
	nvd98    = finding.Rating{Severity: finding.Critical, Score: 9.8, Vector: v31Critical, Version: "3.1", Source: "nvd"}
	nvd2     = finding.Rating{Severity: finding.High, Score: 10, Vector: v2High, Version: "2.0", Source: "nvd"}
	nvd4     = finding.Rating{Severity: finding.High, Score: 8.7, Vector: v40High, Version: "4.0", Source: "nvd"}
	redhat48 = finding.Rating{Severity: finding.Medium, Score: 4.8, Vector: v30Medium, Version: "3.0", Source: "redhat"}
)

func from(source string, r finding.Rating) finding.Rating { r.Source = source; return r }

func word(source string, s finding.Severity) finding.Rating {
	return finding.Rating{Severity: s, Source: source}
}

func TestRate(t *testing.T) {
	tests := []struct {
		name   string
		in     opinions
		want   finding.Rating
		beaten []finding.Rating
	}{
		{name: "nobody says anything"},
		{
			name: "NVD v3 beats everybody",
			in: opinions{own: "debian", packageSource: "debian", packageWord: "LOW", vulnerability: dbTypes.Vulnerability{
				Severity:       "LOW", // not asked
				VendorSeverity: dbTypes.VendorSeverity{"nvd": 4, "debian": 3, "ubuntu": 2},
				CVSS: dbTypes.VendorCVSS{
					"redhat": {V3Vector: v30Medium, V3Score: 4.8},
					"nvd":    {V3Vector: v31Critical, V3Score: 9.8, V2Vector: v2High, V2Score: 10, V40Vector: v40High, V40Score: 8.7},
				},
			}},
			want:   nvd98,
			beaten: []finding.Rating{redhat48, nvd4, nvd2, word("debian", finding.Low), word("ubuntu", finding.Medium)},
		},
		{
			name: "the package's own v3 beats other v3, and those NVD v4 and v2",
			in: opinions{own: "ghsa", vulnerability: dbTypes.Vulnerability{CVSS: dbTypes.VendorCVSS{
				"nvd":    {V2Vector: v2High, V40Vector: v40High},
				"redhat": {V3Vector: v30Medium},
				"ghsa":   {V3Vector: v31High},
			}}},
			want:   finding.Rating{Severity: finding.High, Score: 7.5, Vector: v31High, Version: "3.1", Source: "ghsa"},
			beaten: []finding.Rating{redhat48, nvd4, nvd2},
		},
		{
			name: "other v3: ghsa, redhat, then by name",
			in: opinions{own: "alpine", vulnerability: dbTypes.Vulnerability{CVSS: dbTypes.VendorCVSS{
				"bitnami": {V3Vector: v31Critical}, "amazon": {V3Vector: v31Critical}, "redhat": {V3Vector: v31Critical}, "ghsa": {V3Vector: v31Critical},
			}}},
			want:   from("ghsa", nvd98),
			beaten: []finding.Rating{from("redhat", nvd98), from("amazon", nvd98), from("bitnami", nvd98)},
		},
		{
			name: "NVD v4 beats other v4, and those NVD v2",
			in: opinions{own: "ghsa", vulnerability: dbTypes.Vulnerability{CVSS: dbTypes.VendorCVSS{
				"nvd": {V2Vector: v2High, V40Vector: v40High}, "ghsa": {V40Vector: v40High},
			}}},
			want:   nvd4,
			beaten: []finding.Rating{from("ghsa", nvd4), nvd2},
		},
		{
			name: "NVD v2 beats the distribution's word, and has no critical",
			in: opinions{own: "debian", packageSource: "debian", packageWord: "CRITICAL", vulnerability: dbTypes.Vulnerability{CVSS: dbTypes.VendorCVSS{
				"nvd": {V2Vector: v2High},
			}}},
			want:   nvd2,
			beaten: []finding.Rating{word("debian", finding.Critical)},
		},
		{
			name: "the distribution's word beats others' v2 and words",
			in: opinions{own: "debian", vulnerability: dbTypes.Vulnerability{
				VendorSeverity: dbTypes.VendorSeverity{"debian": 1, "amazon": 4, "ghsa": 3},
				CVSS:           dbTypes.VendorCVSS{"redhat": {V2Vector: v2High}},
			}},
			want:   word("debian", finding.Low),
			beaten: []finding.Rating{from("redhat", nvd2), word("ghsa", finding.High), word("amazon", finding.Critical)},
		},
		{
			name: "the word on the package replaces the one on the vulnerability",
			in: opinions{own: "debian", packageSource: "debian", packageWord: "LOW", vulnerability: dbTypes.Vulnerability{
				VendorSeverity: dbTypes.VendorSeverity{"debian": 3},
			}},
			want: word("debian", finding.Low),
		},
		{
			name: "NVD's word counts when it gave no score",
			in:   opinions{own: "alpine", vulnerability: dbTypes.Vulnerability{VendorSeverity: dbTypes.VendorSeverity{"nvd": 3}}},
			want: word("nvd", finding.High),
		},
		{
			name: "unknown words say nothing",
			in: opinions{own: "debian", packageSource: "debian", packageWord: "UNKNOWN", vulnerability: dbTypes.Vulnerability{
				VendorSeverity: dbTypes.VendorSeverity{"debian": 2, "ubuntu": 0, "amazon": 99, "suse-cvrf": -1},
			}},
		},
		{
			name: "the vector beats a score that disagrees",
			in:   opinions{vulnerability: dbTypes.Vulnerability{CVSS: dbTypes.VendorCVSS{"nvd": {V3Vector: v31Critical, V3Score: 1.0}}}},
			want: nvd98,
		},
		{
			name: "the score stands in for a vector that cannot be read",
			in:   opinions{vulnerability: dbTypes.Vulnerability{CVSS: dbTypes.VendorCVSS{"nvd": {V3Vector: "CVSS:3.1/nonsense", V3Score: 7.5}}}},
			want: finding.Rating{Severity: finding.High, Score: 7.5, Version: "3.1", Source: "nvd"},
		},
		{
			name: "a vector without impact is a rating",
			in:   opinions{vulnerability: dbTypes.Vulnerability{CVSS: dbTypes.VendorCVSS{"nvd": {V3Vector: v31None}}}},
			want: finding.Rating{Severity: finding.None, Vector: v31None, Version: "3.1", Source: "nvd"},
		},
		{
			name: "impossible scores say nothing",
			in: opinions{vulnerability: dbTypes.Vulnerability{CVSS: dbTypes.VendorCVSS{
				"nvd": {V3Score: 11, V2Score: -1, V40Score: math.NaN()}, "ghsa": {V3Score: math.Inf(1)},
			}}},
		},
		{
			name: "trailing slash and parentheses",
			in: opinions{vulnerability: dbTypes.Vulnerability{CVSS: dbTypes.VendorCVSS{
				"nvd": {V3Vector: v31Critical + "/", V2Vector: "(" + v2High + ")"},
			}}},
			want:   nvd98,
			beaten: []finding.Rating{nvd2},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, beaten := rate(tt.in, ladderOf(nil))
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(tt.beaten, beaten); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// FuzzRate holds that whatever a database says, a rating is consistent with
// itself, and that taking NVD away promotes the best of the others.
func FuzzRate(f *testing.F) {
	f.Add(v31Critical, 9.8, v2High, 10.0, v40High, 8.7, "LOW", 3)
	f.Add("CVSS:3.0/", 0.0, "AV:", -1.0, "CVSS:4.0/", math.Inf(1), "", -5)
	f.Fuzz(func(t *testing.T, v3 string, s3 float64, v2 string, s2 float64, v4 string, s4 float64, packageWord string, vendor int) {
		cvss := dbTypes.CVSS{V3Vector: v3, V3Score: s3, V2Vector: v2, V2Score: s2, V40Vector: v4, V40Score: s4}
		in := opinions{own: "debian", packageSource: "debian", packageWord: packageWord, vulnerability: dbTypes.Vulnerability{
			CVSS:           dbTypes.VendorCVSS{"nvd": cvss, "ghsa": cvss, "debian": cvss, "amazon": cvss},
			VendorSeverity: dbTypes.VendorSeverity{"nvd": dbTypes.Severity(vendor), "ubuntu": dbTypes.Severity(vendor)},
		}}
		best, beaten := rate(in, ladderOf(nil))
		for _, r := range append(beaten, best) {
			switch {
			case math.IsNaN(r.Score) || r.Score < 0 || r.Score > 10:
				t.Fatalf("score %v", r.Score)
			case len(r.Vector) > vectorLimit:
				t.Fatalf("vector of %d bytes", len(r.Vector))
			case r.Version == "2.0" && r.Severity != finding.SeverityOfV2(r.Score),
				r.Version != "" && r.Version != "2.0" && r.Severity != finding.SeverityOf(r.Score):
				t.Fatalf("%v is not %v of version %s", r.Severity, r.Score, r.Version)
			}
		}
		for _, r := range beaten {
			if r.Severity == finding.Unknown {
				t.Fatal("an opinion without content")
			}
		}

		delete(in.vulnerability.CVSS, "nvd")
		delete(in.vulnerability.VendorSeverity, "nvd")
		var want finding.Rating
		for i := len(beaten) - 1; i >= 0; i-- {
			if beaten[i].Source != "nvd" {
				want = beaten[i]
			}
		}
		if best.Source != "nvd" {
			want = best
		}
		if without, _ := rate(in, ladderOf(nil)); without != want {
			t.Fatalf("without NVD %+v, want %+v", without, want)
		}
	})
}

func TestPage(t *testing.T) {
	os := finding.Package{Class: finding.ClassOS}
	language := finding.Package{Class: finding.ClassLanguage}
	tests := []struct {
		f    finding.Finding
		want string
	}{
		{finding.Finding{ID: "CVE-2020-1", Package: os, Advisory: finding.Source{ID: "debian"}}, "https://security-tracker.debian.org/tracker/CVE-2020-1"},
		{finding.Finding{ID: "TEMP-1-AB", Package: os, Advisory: finding.Source{ID: "debian"}}, "https://security-tracker.debian.org/tracker/TEMP-1-AB"},
		{finding.Finding{ID: "CVE-2020-1", Package: os, Advisory: finding.Source{ID: "redhat"}}, "https://access.redhat.com/security/cve/CVE-2020-1"},
		{finding.Finding{ID: "CVE-2020-1", Package: os, Advisory: finding.Source{ID: "photon"}}, "https://nvd.nist.gov/vuln/detail/CVE-2020-1"},
		{finding.Finding{ID: "CVE-2020-1", Package: language, Aliases: []string{"GHSA-1", "GO-1"}, Advisory: finding.Source{ID: "ghsa"}}, "https://github.com/advisories/GHSA-1"},
		{finding.Finding{ID: "CVE-2020-1", Package: language, Aliases: []string{"GHSA-1", "GO-1"}, Advisory: finding.Source{ID: "govulndb"}}, "https://pkg.go.dev/vuln/GO-1"},
		{finding.Finding{ID: "RUSTSEC-2020-1", Package: language}, "https://osv.dev/vulnerability/RUSTSEC-2020-1"},
		{finding.Finding{ID: "ACME-1", Package: language, References: []string{"https://acme.example/1"}}, "https://acme.example/1"},
		{finding.Finding{ID: "ACME-1", Package: language}, ""},
		{finding.Finding{ID: "CVE-1/../?x=y", Package: os, Advisory: finding.Source{ID: "debian"}}, ""},
		{finding.Finding{ID: "GHSA-1\n", Package: language}, ""},
	}
	for _, tt := range tests {
		if got := page(tt.f); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.f.ID, got, tt.want)
		}
	}
}

func TestStatus(t *testing.T) {
	tests := []struct {
		fixedIn string
		status  dbTypes.Status
		want    finding.Status
	}{
		{"1", dbTypes.StatusWillNotFix, finding.StatusFixed},
		{"", dbTypes.StatusFixed, finding.StatusAffected},
		{"", dbTypes.StatusUnknown, finding.StatusAffected},
		{"", dbTypes.StatusNotAffected, finding.StatusNotAffected},
		{"", dbTypes.StatusAffected, finding.StatusAffected},
		{"", dbTypes.StatusUnderInvestigation, finding.StatusUnderInvestigation},
		{"", dbTypes.StatusWillNotFix, finding.StatusWillNotFix},
		{"", dbTypes.StatusFixDeferred, finding.StatusFixDeferred},
		{"", dbTypes.StatusEndOfLife, finding.StatusEndOfLife},
		{"", dbTypes.Status(99), finding.StatusUnknown},
	}
	for _, tt := range tests {
		if got := status(tt.fixedIn, tt.status); got != tt.want {
			t.Errorf("%q, %d: %s, want %s", tt.fixedIn, tt.status, got, tt.want)
		}
	}
}
