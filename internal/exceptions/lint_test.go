package exceptions_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/org/imgscan-action/internal/exceptions"
	"github.com/org/imgscan-action/internal/finding"
)

var now = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func TestLint(t *testing.T) {
	limits := map[finding.Severity]int{finding.Critical: 30, finding.High: 90, finding.Low: 365}
	tests := []struct {
		name string
		set  map[string]string // keys of the entry; "-" leaves one out
		opts exceptions.LintOptions
		want string // empty when there is nothing to say
	}{
		{name: "nothing"},
		{"nobody approved", map[string]string{"approved_by": "[]"}, exceptions.LintOptions{}, "error: nobody has approved it: it does nothing until somebody does"},
		{"approved tomorrow", map[string]string{"approved_on": "2026-11-24"}, exceptions.LintOptions{}, "error: it is approved on 2026-11-24, which has not come yet"},
		{"approved today", map[string]string{"approved_on": "2026-11-23"}, exceptions.LintOptions{}, ""},
		{"an approver", nil, exceptions.LintOptions{Approvers: []string{"lead"}}, ""},
		{"an approver in capitals", nil, exceptions.LintOptions{Approvers: []string{"@LEAD"}}, ""},
		{"no approver", nil, exceptions.LintOptions{Approvers: []string{"@ciso"}}, "error: @lead is not an approver: expected one of @ciso"},
		{"one of two is no approver", map[string]string{"approved_by": `["@lead", "@eve"]`}, exceptions.LintOptions{Approvers: []string{"@lead"}}, "error: @eve is not an approver: expected one of @lead"},
		{"exploited, and no list", map[string]string{"kev_ack": "true"}, exceptions.LintOptions{Approvers: []string{"@lead"}}, ""},
		{
			"exploited, not on its list",
			map[string]string{"kev_ack": "true"},
			exceptions.LintOptions{Approvers: []string{"@lead"}, KEVApprovers: []string{"@ciso"}},
			"error: it is about a vulnerability that is known to be exploited, which @ciso may approve, and not @lead",
		},
		{"exploited, and both", map[string]string{"kev_ack": "true", "approved_by": `["@lead", "@ciso"]`}, exceptions.LintOptions{Approvers: []string{"@lead"}, KEVApprovers: []string{"@ciso"}}, ""},
		{"not exploited, by one who may approve worse", map[string]string{"approved_by": `["@ciso"]`}, exceptions.LintOptions{Approvers: []string{"@lead"}, KEVApprovers: []string{"@ciso"}}, ""},
		{"four eyes", map[string]string{"approved_by": `["@lead", "Dana"]`}, exceptions.LintOptions{}, "error: @dana has requested it and approved it: somebody else has to approve"},
		{"two eyes for all we know", map[string]string{"requested_by": "-"}, exceptions.LintOptions{}, "warning: it has no requested_by: nobody can tell whether two people have looked at it"},

		{"expired", map[string]string{"expires": "2026-11-20"}, exceptions.LintOptions{}, "error: it expired 3 days ago, after 2026-11-20: renew it or remove it"},
		{"the last day", map[string]string{"expires": "2026-11-23"}, exceptions.LintOptions{}, ""},
		{"the last day, with a warning", map[string]string{"expires": "2026-11-23"}, exceptions.LintOptions{WarnWithin: 14 * 24 * time.Hour}, "warning: it expires in 1 day: its last day is 2026-11-23"},
		{"soon", map[string]string{"expires": "2026-12-06"}, exceptions.LintOptions{WarnWithin: 14 * 24 * time.Hour}, "warning: it expires in 14 days: its last day is 2026-12-06"},
		{"not so soon", map[string]string{"expires": "2026-12-07"}, exceptions.LintOptions{WarnWithin: 14 * 24 * time.Hour}, ""},
		{"before it began", map[string]string{"expires": "2026-11-01"}, exceptions.LintOptions{}, "error: it expires on 2026-11-01, before it is approved on 2026-11-02"},
		{"the most for its severity", map[string]string{"severity": "high", "expires": "2027-01-31"}, exceptions.LintOptions{MaxDays: limits}, ""},
		{"a day more", map[string]string{"severity": "high", "expires": "2027-02-01"}, exceptions.LintOptions{MaxDays: limits}, "error: it holds for 91 days, and 90 is the most for a severity of high"},
		{"a severity without a limit", map[string]string{"severity": "medium", "expires": "2036-01-01"}, exceptions.LintOptions{MaxDays: limits}, ""},
		{"no severity", map[string]string{"expires": "2026-12-03"}, exceptions.LintOptions{MaxDays: limits}, "error: it holds for 31 days, and 30 is the most where it names no severity (critical 30, high 90, low 365)"},
		{"affected for ever", map[string]string{"decision": "affected", "expires": "2036-01-01"}, exceptions.LintOptions{MaxDays: limits}, ""},

		{"all vulnerabilities", map[string]string{"vulnerabilities": `["*"]`, "packages": "[{name: linux-libc-dev}]"}, exceptions.LintOptions{}, `error: it is about every vulnerability ("*") of its packages, which the configuration does not allow`},
		{"all vulnerabilities, allowed", map[string]string{"vulnerabilities": `["*"]`, "packages": "[{name: linux-libc-dev}]"}, exceptions.LintOptions{AllowWildcard: true}, ""},
		{"a cause that fits", map[string]string{"decision": "not_exploitable", "cause": "requires_privilege"}, exceptions.LintOptions{}, ""},
		{"a cause of something else", map[string]string{"decision": "false_positive", "cause": "inline"}, exceptions.LintOptions{}, "error: the cause inline does not explain a decision of false_positive: expected one of component_not_present, vulnerable_code_not_present, fixed_by_backport"},
		{"a cause of nothing", map[string]string{"cause": "inline"}, exceptions.LintOptions{}, "error: a decision of risk_accepted has no cause, and it gives inline"},

		{"a true claim", rescored("medium", modified), exceptions.LintOptions{}, ""},
		{"a false claim", rescored("low", modified), exceptions.LintOptions{}, "error: claims low, its vector says 4.3 medium (base 7.5 high)"},
		{"a true claim of a whole vector", rescored("medium", whole), exceptions.LintOptions{}, ""},
		{"a false claim of a whole vector", rescored("none", whole), exceptions.LintOptions{}, "error: claims none, its vector says 4.3 medium"},
		{"another vulnerability's vector", rescored("medium", strings.Replace(whole, "vector:", `base: "CVSS:3.1/AV:L/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H", vector:`, 1)), exceptions.LintOptions{}, "error: cvss: rescoring: "},
		{"no base", rescored("medium", `{modified: {MAV: A}, rationale: {MAV: Only the mesh.}}`), exceptions.LintOptions{}, "warning: cvss.base is missing: without the vector that was looked at, nothing can be recomputed"},
		{"no rationale for one", rescored("medium", strings.Replace(modified, ", MA: It", ", MC: It", 1)), exceptions.LintOptions{}, "warning: cvss.rationale does not say why MA is set"},
		{"no rationale in a whole vector", rescored("medium", strings.Split(whole, ", rationale")[0]+"}"), exceptions.LintOptions{}, "warning: cvss.rationale does not say why MAV, MA is set"},

		{"evidence", map[string]string{"evidence": `[docs/a.md, "docs/a.md#why", docs, "https://example.com/x", RH case 7, "mailto:a@b"]`}, exceptions.LintOptions{FS: repository}, ""},
		{"no evidence", map[string]string{"evidence": "[docs/b.md]"}, exceptions.LintOptions{FS: repository}, `error: evidence: there is no file "docs/b.md"`},
		{"evidence elsewhere", map[string]string{"evidence": "[../b.md]"}, exceptions.LintOptions{FS: repository}, `error: evidence: "../b.md" leads out of the repository`},
		{"no evidence, and nowhere to look", map[string]string{"evidence": "[docs/b.md]"}, exceptions.LintOptions{}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.opts.Now = now
			problems := exceptions.Lint(files(t, entry("EX-1", tt.set)), nil, tt.opts)
			if tt.want == "" {
				if len(problems) > 0 {
					t.Errorf("%+v", problems)
				}
				return
			}
			if len(problems) != 1 {
				t.Fatalf("%+v, want %s", problems, tt.want)
			}
			p := problems[0]
			if got := p.Level + ": " + p.Text; !strings.HasPrefix(got, tt.want) {
				t.Errorf("%s, want %s", got, tt.want)
			}
			if p.Entry != "EX-1" || p.At.File != "f0.yaml" || p.At.Start != 3 {
				t.Errorf("it is about %s in %+v", p.Entry, p.At)
			}
		})
	}
}

const (
	modified = `{base: "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H", modified: {MAV: A, MA: L}, rationale: {MAV: Only the mesh., MA: It is capped.}}`
	whole    = `{vector: "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H/MAV:A/MA:L", rationale: {MAV: Only the mesh., MA: It is capped.}}`
)

var repository = fstest.MapFS{"docs/a.md": {}}

func rescored(severity, cvss string) map[string]string {
	return map[string]string{"decision": "rescored", "severity": severity, "cvss": cvss}
}

func TestLintOverlaps(t *testing.T) {
	type set = map[string]string
	const conflict, twice = "error", "warning"
	tests := []struct {
		name          string
		first, second set
		want          string
	}{
		{"the same", set{}, set{}, twice},
		{"another decision", set{}, set{"decision": "affected"}, conflict},
		{"another case", set{"vulnerabilities": "[cve-2024-1]"}, set{"decision": "affected"}, conflict},
		{"another vulnerability", set{}, set{"vulnerabilities": "[CVE-2024-2]"}, ""},
		{"two vulnerabilities in common", set{"vulnerabilities": "[CVE-2024-1, CVE-2024-2]"}, set{"vulnerabilities": "[CVE-2024-2, CVE-2024-1]"}, twice},
		{"expired", set{"expires": "2026-11-22"}, set{"decision": "affected"}, ""},
		{"one after the other", set{"expires": "2026-12-01"}, set{"approved_on": "2026-12-02", "decision": "affected"}, ""},
		{"one day together", set{"expires": "2026-12-02"}, set{"approved_on": "2026-12-02", "decision": "affected"}, conflict},

		{"another image", set{}, set{"images": "[ghcr.io/acme/db]"}, ""},
		{"one of the images", set{}, set{"images": "[ghcr.io/acme/db, ghcr.io/acme/api]"}, twice},
		{"all images is less specific", set{}, set{"images": `["*"]`, "decision": "affected"}, ""},
		{"a tag is more specific", set{}, set{"images": `["ghcr.io/acme/api:1"]`}, ""},
		{"a glob is less specific", set{}, set{"images": `["ghcr.io/acme/*"]`}, ""},
		{"a digest is more specific than a tag", set{"images": `["a:1"]`}, set{"images": `["a@sha256:00"]`}, ""},
		{"two globs that meet", set{"images": `["ghcr.io/*-api"]`}, set{"images": `["ghcr.io/web-*"]`, "decision": "affected"}, conflict},
		{"two globs that do not", set{"images": `["ghcr.io/*-api"]`}, set{"images": `["ghcr.io/*-db"]`}, ""},
		{"tags by glob", set{"images": `["a:1.*"]`}, set{"images": `["a:1.2"]`}, twice},
		{"other tags", set{"images": `["a:1"]`}, set{"images": `["a:2"]`}, ""},
		{"a port is no tag", set{"images": `["localhost:5000/a"]`}, set{"images": `["localhost:5000/a"]`}, twice},
		{"Docker's own registry", set{"images": "[nginx]"}, set{"images": "[docker.io/library/nginx]"}, twice},
		{"a logical name", set{"images": `["name:api"]`}, set{"images": `["name:api"]`}, twice},
		{"a choice", set{"images": `["ghcr.io/{a,b}"]`}, set{"images": `["ghcr.io/a*"]`}, twice},
		{"a question mark", set{"images": `["ghcr.io/?"]`}, set{"images": `["ghcr.io/a?"]`}, ""},

		{"a package is more specific", set{}, set{"packages": "[{name: a}]", "decision": "affected"}, ""},
		{"the same package", set{"packages": "[{name: a}]"}, set{"packages": "[{name: b}, {name: a}]"}, twice},
		{"another package", set{"packages": "[{name: a}]"}, set{"packages": "[{name: b}]"}, ""},
		{"another type", set{"packages": "[{name: a, type: deb}]"}, set{"packages": "[{name: a, type: npm}]"}, ""},
		{"any type", set{"packages": "[{name: a, type: deb}]"}, set{"packages": "[{name: a}]"}, twice},
		{"name and source", set{"packages": "[{name: a}]"}, set{"packages": "[{source: a}]"}, ""},
		{"the same source", set{"packages": "[{source: a}]"}, set{"packages": "[{source: a}]"}, twice},
		{"the same package URL", set{"packages": `[{purl: "pkg:deb/debian/a"}]`}, set{"packages": `[{purl: "pkg:deb/debian/a?arch=amd64"}]`}, twice},
		{"another architecture", set{"packages": `[{purl: "pkg:deb/debian/a?arch=arm64"}]`}, set{"packages": `[{purl: "pkg:deb/debian/a?arch=amd64"}]`}, ""},
		{"another namespace", set{"packages": `[{purl: "pkg:deb/debian/a"}]`}, set{"packages": `[{purl: "pkg:deb/ubuntu/a"}]`}, ""},
		{"a version is more specific", set{"packages": `[{purl: "pkg:deb/debian/a"}]`}, set{"packages": `[{purl: "pkg:deb/debian/a@1"}]`}, ""},
		{"the same version", set{"packages": `[{purl: "pkg:deb/debian/a@1"}]`}, set{"packages": `[{purl: "pkg:deb/debian/a@1"}]`}, twice},
		{"versions that meet", set{"packages": `[{name: a, versions: ["1.*"]}]`}, set{"packages": `[{name: a, versions: ["2", "1.2"]}]`}, twice},
		{"versions that do not", set{"packages": `[{name: a, versions: ["1.*"]}]`}, set{"packages": `[{name: a, versions: ["2"]}]`}, ""},
		{"paths that meet", set{"packages": `[{paths: ["/srv/**"]}]`}, set{"packages": `[{paths: ["**/a.jar"]}]`}, twice},
		{"paths that do not", set{"packages": `[{paths: ["/srv/**"]}]`}, set{"packages": `[{paths: ["/opt/**"]}]`}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			// In two files and in either order: neither may matter.
			for _, order := range [][]set{{tt.first, tt.second}, {tt.second, tt.first}} {
				var got []string
				for _, p := range exceptions.Lint(files(t, entry("EX-1", order[0]), entry("EX-2", order[1])), nil, exceptions.LintOptions{Now: now, AllowWildcard: true}) {
					if strings.Contains(p.Text, "EX-1 (f0.yaml:3)") {
						got = append(got, p.Level)
					}
				}
				if strings.Join(got, " ") != tt.want {
					t.Errorf("%q, want %q", got, tt.want)
				}
			}
		})
	}
}

func TestLintSameID(t *testing.T) {
	got := exceptions.Lint(files(t, entry("EX-1", nil), entry("EX-1", map[string]string{"vulnerabilities": "[CVE-2]"})), nil, exceptions.LintOptions{Now: now})
	want := []exceptions.Problem{{
		At: finding.Line{File: "f1.yaml", Start: 3, End: 11, Text: "- id: EX-1"}, Level: "error", Entry: "EX-1",
		Text: `the identifier "EX-1" is that of another entry, in f0.yaml:3`,
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestLintChanges(t *testing.T) {
	type set = map[string]string
	all := set{
		"packages": "[{name: a, versions: ['1', '2']}, {name: b}]", "review_when": "[fix_available, kev_listed]", "approved_by": `["@lead", "@ciso"]`,
		"vendor": "{product: a, last_check_in: 2026-11-01}", "cvss": modified, "severity": "medium",
	}
	with := func(change set) set {
		out := set{}
		for k, v := range all {
			out[k] = v
		}
		for k, v := range change {
			out[k] = v
		}
		return out
	}
	tests := []struct {
		name   string
		change set
		want   string // what changed; empty when that needs no approval
	}{
		{name: "nothing"},
		{"the reason", set{"reason": "It is still not reachable."}, ""},
		{"the ticket", set{"ticket": "T-1"}, ""},
		{"evidence", set{"evidence": "[https://example.com]"}, ""},
		{"the vendor was asked", set{"vendor": "{product: a, last_check_in: 2026-11-20}"}, ""},
		{"the order of lists", set{"packages": "[{name: b}, {versions: ['2', '1'], name: a}]", "review_when": "[kev_listed, fix_available]", "approved_by": `["@ciso", "@lead"]`}, ""},
		{"rationale", set{"cvss": strings.Replace(modified, "It is capped", "It is capped twice", 1)}, ""},
		{"vulnerabilities", set{"vulnerabilities": "[CVE-2024-2]"}, "vulnerabilities"},
		{"images", set{"images": `["*"]`}, "images"},
		{"packages", set{"packages": "[{name: a}, {name: b}]"}, "packages"},
		{"decision", set{"decision": "rescored"}, "decision"},
		{"cause", set{"cause": "inline"}, "cause"},
		{"cvss", set{"cvss": strings.Replace(modified, "MA: L", "MA: N", 1)}, "cvss"},
		{"severity", set{"severity": "low"}, "severity"},
		{"kev_ack", set{"kev_ack": "true"}, "kev_ack"},
		{"requested_by", set{"requested_by": `"@eve"`}, "requested_by"},
		{"approved_by", set{"approved_by": `["@lead"]`}, "approved_by"},
		{"expires", set{"expires": "2027-06-01"}, "expires"},
		{"review_when", set{"review_when": "[]"}, "review_when"},
		{"the product", set{"vendor": "{product: b, last_check_in: 2026-11-01}"}, "vendor.product"},
		{"two", set{"expires": "2027-06-01", "images": `["*"]`}, "images, expires"},
		{"with an older approval", set{"expires": "2027-06-01", "approved_on": "2026-10-02"}, "expires"},
		{"with a new approval", set{"expires": "2027-06-01", "approved_on": "2026-11-03"}, ""},
		{"without an approver", set{"expires": "2027-06-01", "approved_by": "[]"}, ""}, // that is another error
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			// The entry moves to another file at the same time.
			base := files(t, entry("EX-1", all))
			moved := files(t, "version: 1\nexceptions: []\n", entry("EX-1", with(tt.change)))
			got := ""
			for _, p := range exceptions.Lint(moved, base, exceptions.LintOptions{Now: now}) {
				if text, ok := strings.CutPrefix(p.Text, "changed without a new approval: "); ok {
					got, _, _ = strings.Cut(text, ", and approved_on is ")
					if p.At.File != "f1.yaml" || p.Level != "error" {
						t.Errorf("%+v", p)
					}
				} else if strings.Contains(p.Text, "removed") {
					t.Errorf("%+v", p)
				}
			}
			if got != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
}

func TestLintAddedAndRemoved(t *testing.T) {
	none := files(t)
	tests := []struct {
		name        string
		files, base []*exceptions.File
		want        []string
	}{
		{"added, approved", files(t, entry("EX-1", nil)), none, nil},
		{"added, not approved", files(t, entry("EX-1", map[string]string{"approved_by": "[]"})), none, []string{"error f0.yaml: nobody has approved it: it does nothing until somebody does"}},
		{"approved for the first time", files(t, entry("EX-1", nil)), files(t, entry("EX-1", map[string]string{"approved_by": "[]"})), nil},
		{"removed", none, files(t, entry("EX-1", nil)), []string{"warning f0.yaml: was removed: what it decided counts no longer"}},
		{"removed a rejection", none, files(t, entry("EX-1", map[string]string{"decision": "affected"})), []string{"warning f0.yaml: was removed: the vendors' claims that it rejected count again"}},
		{"removed after its end", none, files(t, entry("EX-1", map[string]string{"expires": "2026-11-22"})), nil},
		{"nothing to compare with", files(t, entry("EX-1", nil)), nil, nil},
	}
	for _, tt := range tests {
		var got []string
		for _, p := range exceptions.Lint(tt.files, tt.base, exceptions.LintOptions{Now: now}) {
			got = append(got, fmt.Sprintf("%s %s: %s", p.Level, p.At.File, p.Text))
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

// entry is a file with one entry, some keys of which are set.
func entry(id string, set map[string]string) string {
	keys := [][2]string{
		{"id", id},
		{"vulnerabilities", "[CVE-2024-1]"},
		{"images", "[ghcr.io/acme/api]"},
		{"decision", "risk_accepted"},
		{"reason", "It is not reachable."},
		{"requested_by", `"@dana"`},
		{"approved_by", `["@lead"]`},
		{"approved_on", "2026-11-02"},
		{"expires", "2027-05-01"},
		{"packages", "-"},
		{"cause", "-"},
		{"cvss", "-"},
		{"severity", "-"},
		{"evidence", "-"},
		{"kev_ack", "-"},
		{"review_when", "-"},
		{"vendor", "-"},
		{"ticket", "-"},
	}
	var lines []string
	for _, k := range keys {
		if value, ok := set[k[0]]; ok {
			k[1] = value
		}
		if k[1] != "-" {
			lines = append(lines, k[0]+": "+k[1])
		}
	}
	return "version: 1\nexceptions:\n  - " + strings.Join(lines, "\n    ") + "\n"
}

func files(t *testing.T, sources ...string) []*exceptions.File {
	t.Helper()
	all := []*exceptions.File{}
	for i, src := range sources {
		f, err := exceptions.Parse(fmt.Sprintf("f%d.yaml", i), []byte(src))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, f)
	}
	return all
}
