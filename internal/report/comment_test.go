package report

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/org/imgscan-action/internal/finding"
)

// comparedReport is debianApp beside the image of the branch that it goes into.
func comparedReport() *finding.Report {
	rep := debianApp()
	kinds := map[string]finding.Change{
		"CVE-2024-5535":  {Kind: finding.ChangeIntroduced, Why: "the base branch's image has no libssl3"},
		"CVE-2024-7264":  {}, // as good as introduced
		"CVE-2024-37371": {Kind: finding.ChangeBaseTagMoved, Why: "debian:12 led to another image then"},
		"CVE-2022-32149": {Kind: finding.ChangeNewlyDisclosed, Why: "the same version is there"},
	}
	for i := range rep.Findings {
		f := &rep.Findings[i]
		change, ok := kinds[f.ID]
		if !ok {
			change = finding.Change{Kind: finding.ChangePreExisting, Why: "it is there too"}
		}
		f.Change = change
	}
	rep.Compared = &finding.Compared{
		Ref: "registry.example.com:5000/shop/api:main", Digest: layerDigest("d"), From: "scanned with the same database",
		Resolved: []finding.Finding{rep.Removed[0], rep.Removed[0]},
	}
	return rep
}

func incomparableReport() *finding.Report {
	rep := debianApp()
	rep.Compared = &finding.Compared{Ref: "shop/api:main", Why: "the registry has no shop/api:main"}
	return rep
}

func hostileComparison() *finding.Report {
	rep := hostileTriage()
	rep.Compared = &finding.Compared{Ref: hostile, Digest: hostile, From: hostile, Resolved: rep.Removed}
	rep.Compared.Resolved[0].ID = hostile
	rep.Findings[1].Change = finding.Change{Kind: finding.ChangePreExisting, Why: hostile}
	return rep
}

func comments() map[string]*finding.Report {
	return map[string]*finding.Report{
		"debian-app":         debianApp(),
		"triaged":            triagedReport(),
		"clean":              cleanReport(),
		"failing":            failingReport(), // nothing is known of its base
		"inconclusive":       inconclusiveReport(),
		"hostile":            hostileReport(),
		"compared":           comparedReport(),
		"incomparable":       incomparableReport(),
		"hostile-comparison": hostileComparison(),
	}
}

func comment(t *testing.T, rep *finding.Report, opts Options) string {
	t.Helper()
	var b bytes.Buffer
	if err := WriteComment(&b, rep, opts); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestCommentGolden(t *testing.T) {
	t.Parallel()
	for name, rep := range comments() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := comment(t, rep, Options{})
			checkInert(t, got)
			file := filepath.Join("testdata", name+".comment.golden.md")
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if diff := cmp.Diff(string(readFile(t, file)), got); diff != "" {
				t.Errorf("%s differs (-want +got):\n%s", file, diff)
			}
		})
	}
}

// codeSpan is what Markdown shows as it is, and own are the links that we make.
var (
	codeSpan = regexp.MustCompile("(?s)(`+)[^`].*?[^`]?(`+)")
	own      = regexp.MustCompile(`\]\(https://(nvd\.nist\.gov/vuln/detail|github\.com/advisories)/[A-Za-z0-9-]+\)`)
)

// TestCommentIsInert holds what GitHub must not find in a comment, of anybody:
// mentions, references, links and emoji. What is trusted mentions nobody either.
func TestCommentIsInert(t *testing.T) {
	t.Parallel()
	for name, rep := range comments() {
		for line := range strings.Lines(comment(t, rep, Options{})) {
			seen := own.ReplaceAllString(codeSpan.ReplaceAllString(line, ""), "")
			if found := bareLink.FindString(strings.ReplaceAll(seen, `\`, "")); found != "" {
				t.Errorf("%s: GitHub finds %q in %q", name, found, line)
			}
			if strings.Contains(seen, "<!--") && !strings.Contains(seen, `\<!--`) {
				t.Errorf("%s: a comment opens in %q", name, line)
			}
		}
	}
}

// TestCommentIsSteady holds that the hour changes nothing, and the day does.
func TestCommentIsSteady(t *testing.T) {
	t.Parallel()
	at := func(hours int) string {
		rep := triagedReport()
		rep.Now = rep.Now.Add(time.Duration(hours) * time.Hour)
		return comment(t, rep, Options{})
	}
	if diff := cmp.Diff(at(0), at(2)); diff != "" {
		t.Errorf("two hours later:\n%s", diff)
	}
	if at(0) == at(48) {
		t.Error("two days later the database is as old as before")
	}
}

func TestCommentFits(t *testing.T) {
	t.Parallel()
	rep := bigReport()
	got := comment(t, rep, Options{})
	if len(got) > maxSection || strings.Count(got, "<details>") != strings.Count(got, "</details>") {
		t.Errorf("%d bytes, %d tags opened, %d closed", len(got), strings.Count(got, "<details>"), strings.Count(got, "</details>"))
	}
	if first, _, _ := strings.Cut(got, "\n"); !strings.Contains(first, headline(rep.Verdict)) || !strings.Contains(first, rep.Image.Ref) {
		t.Errorf("the first line is %q", first)
	}
	for _, words := range []string{"\n1. Rebuild ", "more gaps, left out for size.", "more upgrades, left out for size.", "more facts, left out for size."} {
		if !strings.Contains(got, words) {
			t.Errorf("%q is not there", words)
		}
	}
}

// TestCommentReadsDownwards holds the order, most urgent first, and that all that is
// folded comes after.
func TestCommentReadsDownwards(t *testing.T) {
	t.Parallel()
	rep := triagedReport()
	rep.Compared = comparedReport().Compared
	got := comment(t, rep, Options{})
	at := 0
	for _, words := range []string{
		headline(rep.Verdict), rep.Verdict.Reasons[0], "🟥", adviceTitle, "1. **", newsTitle, inheritedTitle, "#### " + decisionsTitle,
		"expires 2026-11-30", pendingTitle, "Looked into 9 packages", "<details>", "Decided, and not counted", "Image and database",
	} {
		next := strings.Index(got[at:], words)
		if next < 0 {
			t.Fatalf("%q does not come where it belongs:\n%s", words, got)
		}
		at += next
	}
	if strings.Contains(got[at:], "\n#") {
		t.Errorf("a title comes after what is folded:\n%s", got[at:])
	}
}

func TestNothingToDo(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		change func(*finding.Report)
		want   bool
	}{
		"clean":     {func(*finding.Report) {}, true},
		"found":     {func(r *finding.Report) { r.Findings = failingFindings()[8:] }, true},
		"fail":      {func(r *finding.Report) { r.Verdict.Outcome, r.Verdict.Judged = finding.Fail, finding.Fail }, false},
		"observed":  {func(r *finding.Report) { r.Verdict.Judged = finding.Fail }, false},
		"no answer": {func(r *finding.Report) { r.Verdict = finding.Verdict{} }, false},
		"later":     {func(r *finding.Report) { r.Forecast = []finding.Forecast{{Judged: finding.Fail}} }, false},
		"harmless":  {func(r *finding.Report) { r.Forecast = []finding.Forecast{{Judged: finding.Pass}} }, true},
		"pending":   {func(r *finding.Report) { r.Pending = []string{"the threshold would be low"} }, false},
		"expiring":  {func(r *finding.Report) { r.Triage.Expiring = []finding.Expiring{{Entry: "EX-1"}} }, false},
	} {
		rep := cleanReport()
		tt.change(rep)
		if got := NothingToDo(rep); got != tt.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}

func TestBar(t *testing.T) {
	t.Parallel()
	findings := bigReport().Findings
	got := bar(findings, 100)
	if want := "🟥🟧" + strings.Repeat("🟨", 21) + "🟦⬜"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
