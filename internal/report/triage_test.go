package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/org/imgscan-action/internal/finding"
)

// TestTriageGolden shows what is only there when somebody asks for it: decided
// findings in the table and in SARIF, and the whole story of a decision.
func TestTriageGolden(t *testing.T) {
	t.Parallel()
	format := func(name string, opts Options) func(*testing.T, *finding.Report) string {
		return func(t *testing.T, rep *finding.Report) string { return render(t, name, rep, opts) }
	}
	explain := func(query string) func(*testing.T, *finding.Report) string {
		return func(t *testing.T, rep *finding.Report) string {
			var b bytes.Buffer
			if err := WriteExplanation(&b, rep, query, goldenOptions); err != nil {
				t.Fatal(err)
			}
			return b.String()
		}
	}
	for file, tt := range map[string]struct {
		rep   *finding.Report
		write func(*testing.T, *finding.Report) string
	}{
		"triaged.shown.golden.txt":                 {triagedReport(), format("table", Options{Width: 120, ShowSuppressed: true})},
		"triaged.included.golden.sarif":            {triagedReport(), format("sarif", Options{SuppressedInSARIF: IncludeSuppressed})},
		"triaged.explain-exploited.golden.txt":     {triagedReport(), explain("CVE-2023-24540")},
		"triaged.explain-rescored.golden.txt":      {triagedReport(), explain("CVE-2022-32149")},
		"triaged.explain-lapsed.golden.txt":        {triagedReport(), explain("CVE-2021-23337")},
		"triaged.explain-review.golden.txt":        {triagedReport(), explain("CVE-2024-7264")},
		"triaged.explain-vendor.golden.txt":        {triagedReport(), explain("CVE-2023-45853")},
		"triaged.explain-package.golden.txt":       {triagedReport(), explain("perl-base")},
		"hostile-triage.shown.golden.txt":          {hostileTriage(), format("table", Options{Width: 120, ShowSuppressed: true})},
		"hostile-triage.included.golden.sarif":     {hostileTriage(), format("sarif", Options{SuppressedInSARIF: IncludeSuppressed})},
		"hostile-triage.explain.golden.txt":        {hostileTriage(), explain("CVE-2020-0002")},
		"hostile-triage.explain-vendor.golden.txt": {hostileTriage(), explain("CVE-2020-0003")},
	} {
		t.Run(file, func(t *testing.T) {
			t.Parallel()
			got := tt.write(t, tt.rep)
			checkInert(t, got)
			path := filepath.Join("testdata", file)
			if *update {
				if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if diff := cmp.Diff(string(readFile(t, path)), got); diff != "" {
				t.Errorf("%s differs (-want +got):\n%s", path, diff)
			}
		})
	}
}

// TestDecisionsMentionNobody holds that a name in a decision notifies nobody,
// whoever wrote it.
func TestDecisionsMentionNobody(t *testing.T) {
	t.Parallel()
	for _, rep := range []*finding.Report{triagedReport(), hostileTriage()} {
		for _, format := range []string{"markdown", "github-summary"} {
			out := render(t, format, rep, Options{})
			for _, name := range []string{"@sec-lead", "@ciso", "@kim", "@octocat"} {
				// Inside code GitHub looks for nothing.
				if prose := withoutCode(out); strings.Contains(prose, name) {
					t.Errorf("%s mentions %s: %q", format, name, prose[strings.Index(prose, name)-60:][:90])
				}
			}
		}
	}
}

// codeSpans are those of the fixtures, whose text has no two backquotes in a row;
// one that is escaped opens none.
var codeSpans = regexp.MustCompile("\\\\`|``.*?``|`[^`\\n]*`")

func withoutCode(doc string) string { return codeSpans.ReplaceAllString(doc, "") }

// TestDecidedIsSaid holds that no format hides that findings were decided, and
// which: each either lists them or says how many there are of which decision.
func TestDecidedIsSaid(t *testing.T) {
	t.Parallel()
	rep := triagedReport()
	_, decided := divide(rep.Findings)
	words := decidedWords(decided)
	if !strings.HasPrefix(words, fmt.Sprintf("%d findings are decided and do not count: ", len(decided))) {
		t.Fatalf("words: %s", words)
	}
	for _, format := range []string{"table", "markdown", "github-summary"} {
		if got := strings.Join(strings.Fields(render(t, format, rep, goldenOptions)), " "); !strings.Contains(got, words) {
			t.Errorf("%s does not say %q", format, words)
		}
	}
	for _, f := range decided {
		for format, opts := range map[string]Options{
			"table":    {ShowSuppressed: true},
			"json":     {},
			"sarif":    {SuppressedInSARIF: IncludeSuppressed},
			"markdown": {},
		} {
			if got := render(t, format, rep, opts); !strings.Contains(got, f.ID) || !strings.Contains(got, f.Disposition.Entry) {
				t.Errorf("%s: %s by %s is not there", format, f.ID, f.Disposition.Entry)
			}
		}
	}
	if got := render(t, "table", rep, Options{}); strings.Contains(got, "Decided, and not counted") || strings.Contains(got, "CVE-2024-2398") {
		t.Error("the table shows a decided finding that nobody asked for")
	}

	notes := 0
	for _, run := range renderSARIF(t, rep).Runs {
		for _, n := range run.Invocations[0].ToolExecutionNotifications {
			if strings.Contains(n.Message.Text, "decided and do") {
				notes++
			}
		}
	}
	if notes != 2 {
		t.Errorf("%d runs say what they leave out, want both", notes)
	}
}

// TestEverythingDecided holds that an image all of whose findings are decided does
// not pass for one without any.
func TestEverythingDecided(t *testing.T) {
	t.Parallel()
	rep := failingReport()
	for i := range rep.Findings {
		rep.Findings[i].Disposition = exception(finding.RiskAccepted, "EX-1", 1, "Known.")
		rep.Findings[i].Judgement = finding.Judgement{Rule: "decision"}
	}
	for _, format := range []string{"table", "markdown", "github-summary"} {
		got := render(t, format, rep, Options{})
		if !strings.Contains(got, "9 findings are decided and do not count: 9 risk accepted") || strings.Contains(got, "No known vulnerability") || strings.Contains(got, "What to do") {
			t.Errorf("%s:\n%s", format, got)
		}
	}
}

// TestJSONDisposition holds that every finding of a project that decides says what
// was decided about it, that what nobody knows is null, and that a project without
// decisions is told of none.
func TestJSONDisposition(t *testing.T) {
	t.Parallel()
	type report struct {
		Findings []struct {
			ID          string
			Disposition *struct{ Suppressed bool }
			Context     map[string]any
		}
		Triage *struct {
			ByDecision []struct {
				Decision             string
				Findings, Suppressed int
			}
		}
		Counts struct {
			Findings struct{ Total, Suppressed int }
		}
	}
	parse := func(rep *finding.Report) (doc report) {
		if err := json.Unmarshal([]byte(render(t, "json", rep, Options{})), &doc); err != nil {
			t.Fatal(err)
		}
		return doc
	}
	doc := parse(triagedReport())
	suppressed := 0
	for _, f := range doc.Findings {
		if f.Disposition == nil {
			t.Errorf("%s has no disposition", f.ID)
		} else if f.Disposition.Suppressed {
			suppressed++
		}
		for _, key := range []string{"exploited", "kev", "epss", "ssvc", "deadline"} {
			if _, ok := f.Context[key]; !ok {
				t.Errorf("%s: context.%s is absent", f.ID, key)
			}
		}
		if f.Context["ssvc"] != nil && f.ID != "CVE-2023-24540" {
			t.Errorf("%s: ssvc is %v, which nobody knows", f.ID, f.Context["ssvc"])
		}
	}
	byDecision := 0
	for _, d := range doc.Triage.ByDecision {
		byDecision += d.Suppressed
	}
	if doc.Counts.Findings.Total != 12 || suppressed != 7 || doc.Counts.Findings.Suppressed != 7 || byDecision != 7 {
		t.Errorf("%d findings, suppressed: %d one by one, %d counted, %d by decision", doc.Counts.Findings.Total, suppressed, doc.Counts.Findings.Suppressed, byDecision)
	}
	plain := parse(failingReport())
	if f := plain.Findings[0]; f.Disposition != nil || f.Context != nil || plain.Triage != nil {
		t.Errorf("a project without decisions: %+v", f)
	}
}

func TestSARIFSuppressions(t *testing.T) {
	t.Parallel()
	schema := compile(t, "sarif.json", readFile(t, "testdata/sarif-2.1.0.schema.json"))
	for name, rep := range fixtures() {
		text := render(t, "sarif", rep, Options{SuppressedInSARIF: IncludeSuppressed})
		doc, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(doc); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}

	type log struct {
		Runs []struct {
			Results []struct {
				Suppressions *[]struct{ GUID, Status, Justification string }
				Properties   struct{ Vulnerability string }
			}
		}
	}
	read := func(opts Options) map[string]string {
		var l log
		if err := json.Unmarshal([]byte(render(t, "sarif", triagedReport(), opts)), &l); err != nil {
			t.Fatal(err)
		}
		got := make(map[string]string)
		for _, run := range l.Runs {
			for _, r := range run.Results {
				status := "none"
				if r.Suppressions != nil {
					status = "empty"
					for _, s := range *r.Suppressions {
						status = s.Status
					}
				}
				got[r.Properties.Vulnerability] = status
			}
		}
		return got
	}
	// SARIF wants the list in all results of a run or in none.
	if diff := cmp.Diff(map[string]string{
		"CVE-2023-24540": "underReview", "CVE-2024-5535": "accepted", "CVE-2022-32149": "empty", "CVE-2021-23337": "empty",
		"CVE-2024-7264": "accepted", "CVE-2024-28834": "accepted", "CVE-2024-2398": "accepted", "CVE-2024-9681": "accepted",
		"CVE-2024-37371": "empty", "CVE-2024-2961": "accepted", "CVE-2023-45853": "accepted", "CVE-2026-20001": "empty",
	}, read(Options{SuppressedInSARIF: IncludeSuppressed})); diff != "" {
		t.Errorf("included (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[string]string{
		"CVE-2023-24540": "none", "CVE-2022-32149": "none", "CVE-2021-23337": "none", "CVE-2024-37371": "none", "CVE-2026-20001": "none",
	}, read(Options{})); diff != "" {
		t.Errorf("omitted (-want +got):\n%s", diff)
	}

	var b bytes.Buffer
	if err := writeSARIF(&b, triagedReport(), Options{SuppressedInSARIF: "dismiss"}); err == nil || b.Len() > 0 {
		t.Errorf("an unknown way with suppressed findings: %v, %d bytes", err, b.Len())
	}
}

func TestSuppression(t *testing.T) {
	t.Parallel()
	f := finding.Finding{Disposition: exception(finding.RiskAccepted, "EX-2026-003", 24, "It is known.")}
	want := []suppression{{
		GUID: "cf7299bb-ed75-5c56-aa54-9f73780c0893", Kind: "external", Status: "accepted",
		Justification: "EX-2026-003: It is known. (approved by @sec-lead, until 2026-12-10)",
	}}
	got := suppressions(f)
	for i := range got {
		if at := got[i].Location.PhysicalLocation; *at.ArtifactLocation.URI != exceptionsFile || *at.Region.StartLine != 24 {
			t.Errorf("it stands at %v", at)
		}
		got[i].Location = nil
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("suppression (-want +got):\n%s", diff)
	}
}

// TestSARIFFollowsTheRatingThatCounts holds that GitHub's badge is made of what the
// gate judged, and that the rule says both ratings.
func TestSARIFFollowsTheRatingThatCounts(t *testing.T) {
	t.Parallel()
	rep := triagedReport()
	for _, f := range rep.Findings {
		if f.ID != "CVE-2022-32149" {
			continue
		}
		rule := newRule(ruleID(f), rep.Lineage, f)
		if got := rule.Properties["security-severity"]; got != "4.3" {
			t.Errorf("security-severity %v, want 4.3", got)
		}
		if !strings.Contains(*rule.Help.Text, "4.3 medium (7.5 high before EX-2026-003)") {
			t.Errorf("the help does not say both ratings: %s", *rule.Help.Text)
		}
		return
	}
	t.Fatal("nothing is rescored")
}

// TestTriageShedding holds that what was decided goes before what was not, and
// that what ends soon stays longest of it.
func TestTriageShedding(t *testing.T) {
	t.Parallel()
	rep := triagedReport()
	_, decided := divide(rep.Findings)
	for i := range 300 {
		f := decided[i%len(decided)]
		f.ID = fmt.Sprintf("CVE-2026-%d", 30000+i)
		rep.Findings = append(rep.Findings, f)
		rep.Triage.Unused = append(rep.Triage.Unused, finding.Unused{Entry: fmt.Sprintf("OLD-%d", i), Cause: "resolved"})
	}
	finding.Sort(rep.Findings)
	whole := len(render(t, "markdown", rep, Options{}))
	for _, tt := range []struct {
		limit                               int
		decided, unused, findings, expiring bool // some of them are left out
	}{
		{whole - 1000, true, false, false, false},
		{10_000, true, true, false, false},
		{5_300, true, true, true, true},
	} {
		got := render(t, "markdown", rep, Options{MaxBytes: tt.limit})
		if len(got) > tt.limit {
			t.Errorf("%d bytes, want at most %d", len(got), tt.limit)
		}
		for words, want := range map[string]bool{
			" more decided findings, left out": tt.decided,
			" more decisions, left out":        tt.unused,
			" more finding":                    tt.findings,
		} {
			if strings.Contains(got, words) != want {
				t.Errorf("in %d bytes: %q is there: %t", tt.limit, words, !want)
			}
		}
		if gone := !strings.Contains(got, "expires 2026-11-30"); gone != tt.expiring {
			t.Errorf("in %d bytes: what ends soon is left out: %t", tt.limit, gone)
		}
		if !strings.Contains(got, "307 findings are decided") {
			t.Errorf("in %d bytes: the decided are not counted", tt.limit)
		}
	}
}

func TestTriageWidth(t *testing.T) {
	t.Parallel()
	for _, width := range []int{120, 160} {
		_, body, _ := strings.Cut(render(t, "table", triagedReport(), Options{Width: width, ShowSuppressed: true}), "\nWhat to do")
		for line := range strings.Lines(body) {
			if got := cells.StringWidth(strings.TrimSuffix(line, "\n")); got > width {
				t.Errorf("width %d: a line of %d: %s", width, got, line)
			}
		}
	}
}

func TestTriageWords(t *testing.T) {
	t.Parallel()
	expired := finding.Lapsed{Entry: "EX-1", Why: "expired 3 days ago", ApprovedBy: []string{"@sec-lead"}, Expires: november(20)}
	stale, early := expired, expired
	stale.Why, stale.Expires = "was to be reviewed", december(20)
	early.Why, early.ApprovedBy = "has no approver", nil
	for got, want := range map[string]string{
		lapsedWords(expired, now, plainInk):                              "was excepted by EX-1 (expired 3 days ago, @sec-lead)",
		lapsedWords(stale, now, plainInk):                                "EX-1 does not act: was to be reviewed",
		lapsedWords(early, now, plainInk):                                "EX-1 does not act: has no approver",
		awayWords(november(23), now):                                     "today",
		awayWords(november(24), now):                                     "in 1 day",
		awayWords(november(20), now):                                     "3 days ago",
		kevWords(&finding.KEV{Due: november(23)}, now):                   "KEV, due 2026-11-23",
		kevWords(&finding.KEV{Due: november(22), Ransomware: true}, now): "KEV, was due 2026-11-22, used by ransomware",
		kevWords(&finding.KEV{}, now):                                    "KEV",
		kevWords(nil, now):                                               "",
		deadlineWords(&finding.Deadline{Upgrade: true}):                  "at the next upgrade",
		deadlineWords(&finding.Deadline{Days: 3, Forensics: true}):       "within 3 days, with forensics",
		dueWords(&finding.Deadline{Days: 14}):                            "14 days",
		scoreWords(finding.Rating{Severity: finding.Low}):                "low",
		modeWords(finding.Verdict{Mode: finding.Warn}, finding.Judgement{Breaks: true, Mode: finding.Block}): "stops the build: block mode",
		modeWords(finding.Verdict{Mode: finding.Warn}, finding.Judgement{Breaks: true, Mode: finding.Warn}):  "",
		decisionWords("vendor_dependency"):                                "vendor dependency",
		few([]string{"a", "b", "c", "d", "e", "f", "g"}, strings.ToUpper): "A, B, C, D, E, 2 more",
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	// The day counts in UTC, whatever the zone of the clock.
	if got := daysUntil(november(24), now.In(time.FixedZone("", 14*3600))); got != 1 {
		t.Errorf("%d days, want 1", got)
	}
}

// TestLongDecisions holds that a flood in an exceptions file or a VEX document
// does not flood what people read.
func TestLongDecisions(t *testing.T) {
	t.Parallel()
	rep := hostileTriage()
	long := strings.Repeat(hostile+" @team ::error::x ", 30)
	for i := range rep.Findings {
		d := &rep.Findings[i].Disposition
		d.Entry, d.Reason, d.Review, d.Cause, d.Ticket, d.RequestedBy = long, long, long, long, long, long
		for range 50 {
			d.Evidence, d.Shadowed, d.ApprovedBy = append(d.Evidence, long), append(d.Shadowed, long), append(d.ApprovedBy, long)
			d.Lapsed = append(d.Lapsed, finding.Lapsed{Entry: long, Why: long, ApprovedBy: []string{long}, Expires: november(1)})
		}
	}
	for format, opts := range map[string]Options{"table": {Width: 120, ShowSuppressed: true}, "markdown": {}, "github-summary": {}} {
		got := render(t, format, rep, opts)
		checkInert(t, got)
		if len(got) > 50_000 {
			t.Errorf("%s has %d bytes", format, len(got))
		}
	}
}
