package publish

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"github.com/org/imgscan-action/internal/finding"
	"github.com/org/imgscan-action/internal/github"
	"github.com/org/imgscan-action/internal/githubtest"
)

// category is that of the image's own side in code scanning.
const category = "imgscan/app/linux-amd64/app"

func reportOf(findings ...finding.Finding) *finding.Report {
	return &finding.Report{Image: finding.Image{Name: "app", Platform: "linux-amd64"}, Findings: findings}
}

// vulnerability is CVE-n in a package of its own, as somebody decided about it.
func vulnerability(n int, d finding.Disposition) finding.Finding {
	return finding.Finding{
		ID:          fmt.Sprintf("CVE-%d", n),
		Package:     finding.Package{Type: "npm", Name: "a", Path: "srv/package.json"},
		Disposition: d,
	}
}

func excepted(decision finding.Decision) finding.Disposition {
	return finding.Disposition{Decision: decision, Entry: "EX-1", Reason: "because\nof this", Suppressed: true}
}

// alertOf is the alert of vulnerability n, with n for its number.
func alertOf(n int, state, comment string) github.Alert {
	return github.Alert{
		Number: n, RuleID: fmt.Sprintf("CVE-%d-npm-a", n), Category: category, Path: "app/srv/package.json",
		State: state, Comment: comment, Reason: github.WontFix, By: "octocat", URL: fmt.Sprintf("https://github.test/%d", n),
	}
}

// board is code scanning as Dismissals sees it, and what was said and done.
type board struct {
	alerts  []github.Alert
	more    bool
	refuse  int // the number of an alert that cannot be changed
	elseRef bool

	notes, done []string
}

func (b *board) dismissals(apply bool) Dismissals {
	change := func(number int, words string) error {
		if number == b.refuse {
			return &github.APIError{Status: 403, Kind: github.Forbidden, Permission: "security-events: write"}
		}
		b.done = append(b.done, words)
		return nil
	}
	return Dismissals{
		Alerts: func(state string) (alerts []github.Alert, more bool, err error) {
			for _, a := range b.alerts {
				if a.State == state {
					alerts = append(alerts, a)
				}
			}
			return alerts, b.more, nil
		},
		Apply: apply,
		Dismiss: func(number int, reason github.DismissalReason, comment string) error {
			return change(number, fmt.Sprintf("dismiss %d as %s: %s", number, reason, comment))
		},
		Reopen:          func(number int) error { return change(number, fmt.Sprintf("reopen %d", number)) },
		OnDefaultBranch: func() (bool, error) { return !b.elseRef, nil },
		Note:            func(sentence string) { b.notes = append(b.notes, sentence) },
	}
}

const theirs1 = `alert 1 (CVE-1-npm-a in "app/srv/package.json") was dismissed in code scanning by octocat as "won't fix", and no exception covers it, so it still counts: https://github.test/1`

func TestDismissals(t *testing.T) {
	t.Parallel()
	open, dismissed := "open", "dismissed"
	other := alertOf(1, dismissed, "")
	other.Category = "imgscan/other/linux-amd64/app"
	vendors := excepted(finding.NotExploitable)
	vendors.Vendor = true
	twin := vulnerability(1, finding.Disposition{})
	twin.Package.Version = "2"
	for name, tt := range map[string]struct {
		board       board
		findings    []finding.Finding
		apply       bool
		notes, done []string
	}{
		"no alerts": {findings: []finding.Finding{vulnerability(1, finding.Disposition{})}, apply: true},
		"nobody excepts it": {
			board:    board{alerts: []github.Alert{alertOf(1, dismissed, "mine")}},
			findings: []finding.Finding{vulnerability(1, finding.Disposition{})},
			notes:    []string{theirs1, howToImport},
		},
		"nobody excepts it, and it is not ours to reopen": {
			board:    board{alerts: []github.Alert{alertOf(1, dismissed, "EX-1: mine")}},
			findings: []finding.Finding{vulnerability(1, finding.Disposition{})},
			apply:    true,
			notes:    []string{theirs1, howToImport},
		},
		"an exception covers it": {
			board:    board{alerts: []github.Alert{alertOf(1, dismissed, "")}},
			findings: []finding.Finding{vulnerability(1, excepted(finding.RiskAccepted))},
			apply:    true,
		},
		"an exception covers one of two that share the alert": {
			board:    board{alerts: []github.Alert{alertOf(1, dismissed, "")}},
			findings: []finding.Finding{vulnerability(1, excepted(finding.RiskAccepted)), twin},
			apply:    true,
			notes:    []string{theirs1, howToImport},
		},
		"it is gone, or another image's": {
			board: board{alerts: []github.Alert{alertOf(1, dismissed, ""), alertOf(2, dismissed, "EX-1 (imgscan): x"), other}},
			apply: true,
		},
		"GitHub does not list all": {
			board: board{more: true},
			notes: []string{"GitHub has more dismissed alerts than it lists; the others were not compared with the exceptions"},
		},
		"open alerts follow their exceptions": {
			board: board{alerts: []github.Alert{
				alertOf(1, open, ""), alertOf(2, open, ""), alertOf(3, open, ""), alertOf(4, open, ""), alertOf(5, open, ""),
				alertOf(6, open, ""), alertOf(7, open, ""), alertOf(8, open, ""), alertOf(9, open, ""),
			}},
			findings: []finding.Finding{
				vulnerability(1, excepted(finding.FalsePositive)),
				vulnerability(2, excepted(finding.NotInExecutePath)),
				vulnerability(3, excepted(finding.NotExploitable)),
				vulnerability(4, excepted(finding.Mitigated)),
				vulnerability(5, excepted(finding.RiskAccepted)),
				vulnerability(6, excepted(finding.VendorDependency)),
				vulnerability(7, finding.Disposition{Decision: finding.Rescored, Entry: "EX-2"}),
				vulnerability(8, vendors),
			},
			apply: true,
			notes: []string{"alerts dismissed because an exception covers them: 6"},
			done: []string{
				"dismiss 1 as false positive: EX-1 (imgscan): because of this",
				"dismiss 2 as false positive: EX-1 (imgscan): because of this",
				"dismiss 3 as false positive: EX-1 (imgscan): because of this",
				"dismiss 4 as won't fix: EX-1 (imgscan): because of this",
				"dismiss 5 as won't fix: EX-1 (imgscan): because of this",
				"dismiss 6 as won't fix: EX-1 (imgscan): because of this",
			},
		},
		"an exception covers one of two that share the open alert": {
			board:    board{alerts: []github.Alert{alertOf(1, open, "")}},
			findings: []finding.Finding{vulnerability(1, excepted(finding.RiskAccepted)), twin},
			apply:    true,
		},
		"an exception without a name cannot be told from somebody's words": {
			board:    board{alerts: []github.Alert{alertOf(1, open, ""), alertOf(2, dismissed, " (imgscan): x")}},
			findings: []finding.Finding{vulnerability(1, finding.Disposition{Suppressed: true}), vulnerability(2, finding.Disposition{})},
			apply:    true,
			notes:    []string{strings.NewReplacer("alert 1", "alert 2", "CVE-1", "CVE-2", "test/1", "test/2").Replace(theirs1), howToImport},
		},
		"ours is reopened when its exception is over": {
			board: board{alerts: []github.Alert{
				alertOf(1, dismissed, "EX-1 (imgscan): x"), alertOf(2, dismissed, "EX-1 (imgscan): x"), alertOf(3, dismissed, "EX-1 (imgscan): x"),
			}},
			findings: []finding.Finding{
				vulnerability(1, finding.Disposition{}),
				vulnerability(2, excepted(finding.RiskAccepted)),
				vulnerability(3, vendors),
			},
			apply: true,
			notes: []string{"alerts reopened because their exception no longer acts: 1"},
			done:  []string{"reopen 1"},
		},
		"only told": {
			board:    board{alerts: []github.Alert{alertOf(1, dismissed, "EX-1 (imgscan): x"), alertOf(2, open, "")}},
			findings: []finding.Finding{vulnerability(1, finding.Disposition{}), vulnerability(2, excepted(finding.FalsePositive))},
			notes:    []string{theirs1, howToImport},
		},
		"only told elsewhere than on the default branch": {
			board:    board{alerts: []github.Alert{alertOf(1, dismissed, "EX-1 (imgscan): x"), alertOf(2, open, "")}, elseRef: true},
			findings: []finding.Finding{vulnerability(1, finding.Disposition{}), vulnerability(2, excepted(finding.FalsePositive))},
			apply:    true,
			notes:    []string{"alerts are dismissed and reopened for exceptions on the default branch only", theirs1, howToImport},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := tt.board
			if err := b.dismissals(tt.apply).Publish(reportOf(tt.findings...)); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.notes, b.notes); diff != "" {
				t.Errorf("notes: %s", diff)
			}
			if diff := cmp.Diff(tt.done, b.done); diff != "" {
				t.Errorf("done: %s", diff)
			}
		})
	}
}

// Neither the words nor the changes of one run are without an end.
func TestDismissalsAreBounded(t *testing.T) {
	t.Parallel()
	var b board
	var findings []finding.Finding
	for n := range maxNamedDismissals + 3 {
		b.alerts = append(b.alerts, alertOf(n, "dismissed", ""))
		findings = append(findings, vulnerability(n, finding.Disposition{}))
	}
	for n := 1000; n < 1000+maxAlertWrites/2; n++ {
		b.alerts = append(b.alerts, alertOf(n, "dismissed", "EX-1 (imgscan): x"))
		findings = append(findings, vulnerability(n, finding.Disposition{}))
	}
	for n := 2000; n < 2000+maxAlertWrites; n++ {
		b.alerts = append(b.alerts, alertOf(n, "open", ""))
		findings = append(findings, vulnerability(n, excepted(finding.FalsePositive)))
	}
	if err := b.dismissals(true).Publish(reportOf(findings...)); err != nil {
		t.Fatal(err)
	}
	if len(b.done) != maxAlertWrites || b.done[0] != "reopen 1000" {
		t.Errorf("%d changes, the first one %q", len(b.done), b.done[0])
	}
	want := []string{
		"3 more alerts were dismissed in code scanning and are covered by no exception, 23 in all",
		howToImport,
		"a run changes 100 alerts at most; the next one goes on",
		"alerts reopened because their exception no longer acts: 50",
		"alerts dismissed because an exception covers them: 50",
	}
	if diff := cmp.Diff(want, b.notes[maxNamedDismissals:]); diff != "" {
		t.Error(diff)
	}
}

// What GitHub refuses is a reason, and never a failure; what was done is still told.
func TestDismissalsThatFail(t *testing.T) {
	t.Parallel()
	findings := []finding.Finding{vulnerability(1, finding.Disposition{}), vulnerability(2, excepted(finding.FalsePositive))}
	for name, tt := range map[string]struct {
		spoil func(*Dismissals)
		want  string
	}{
		"the event": {func(d *Dismissals) { d.OnDefaultBranch = func() (bool, error) { return false, errBroken } }, "broken"},
		"listing": {func(d *Dismissals) {
			d.Alerts = func(string) ([]github.Alert, bool, error) { return nil, false, errBroken }
		}, "broken"},
		"listing the open ones": {func(d *Dismissals) {
			d.Alerts = func(state string) ([]github.Alert, bool, error) {
				if state == "open" {
					return nil, false, errBroken
				}
				return nil, false, nil
			}
		}, "broken"},
		"reopening":  {func(d *Dismissals) { d.Reopen = func(int) error { return errBroken } }, "broken"},
		"dismissing": {func(*Dismissals) {}, "security-events: write"},
	} {
		b := board{refuse: 2, alerts: []github.Alert{alertOf(1, "dismissed", "EX-1 (imgscan): x"), alertOf(2, "open", "")}}
		d := b.dismissals(true)
		tt.spoil(&d)
		err := d.Publish(reportOf(findings...))
		var skip Skip
		if !errors.As(err, &skip) || !strings.Contains(string(skip), tt.want) {
			t.Errorf("%s: %v, want a skip with %q", name, err, tt.want)
		}
		if name == "dismissing" && (len(b.notes) != 1 || !strings.HasPrefix(b.notes[0], "alerts reopened")) {
			t.Errorf("%s: the notes are %q", name, b.notes)
		}
	}
}

// An alert is dismissed for its exception, stays so, and opens again after it.
func TestDismissalsOnGitHub(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := githubtest.New(t)
		client, runner := onMain(t, s)
		number := s.AddAlert(githubtest.Alert{State: "open", Tool: "imgscan", Rule: "CVE-1-npm-a", Category: category + "/", Path: "app/srv/package.json"})
		d := Dismissals{
			Apply: true,
			Alerts: func(state string) ([]github.Alert, bool, error) {
				return client.Alerts(t.Context(), "imgscan", state)
			},
			Dismiss: func(number int, reason github.DismissalReason, comment string) error {
				return client.Dismiss(t.Context(), number, reason, comment)
			},
			Reopen:          func(number int) error { return client.Reopen(t.Context(), number) },
			OnDefaultBranch: runner.OnDefaultBranch,
			Note:            func(sentence string) { t.Log(sentence) },
		}
		for _, step := range []struct {
			decided finding.Disposition
			want    string
		}{
			{excepted(finding.RiskAccepted), "dismissed: won't fix: EX-1 (imgscan): because of this"},
			{excepted(finding.RiskAccepted), "dismissed: won't fix: EX-1 (imgscan): because of this"},
			{finding.Disposition{}, "open: : "},
		} {
			if err := d.Publish(reportOf(vulnerability(1, step.decided))); err != nil {
				t.Fatal(err)
			}
			a := s.Alerts()[number-1]
			if got := a.State + ": " + a.Reason + ": " + a.Comment; got != step.want {
				t.Errorf("the alert is %q, want %q", got, step.want)
			}
		}
	})
}
