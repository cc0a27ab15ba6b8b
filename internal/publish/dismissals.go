package publish

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/org/imgscan-action/internal/finding"
	"github.com/org/imgscan-action/internal/github"
	"github.com/org/imgscan-action/internal/report"
)

const (
	// maxNamedDismissals is how many dismissals are worth a sentence of their own.
	maxNamedDismissals = 20

	// maxAlertWrites is how many alerts one run changes. GitHub wants a second
	// between two, and the next run goes on where this one stopped.
	maxAlertWrites = 100

	// ours follows the identifier of the exception in the comment of an alert that
	// we dismissed. It is how a later run knows that it may reopen it.
	ours = " (imgscan): "

	// howToImport is said once, after the dismissals that no exception covers.
	howToImport = "to make exceptions of these dismissals, for somebody to approve: " +
		`gh api --paginate "repos/{owner}/{repo}/code-scanning/alerts?tool_name=imgscan&state=dismissed" > alerts.json, ` +
		"then imgscan exception import alerts.json"
)

// Dismissals compares the alerts that were dismissed in code scanning with the
// exceptions of the project. Only exceptions count for the gate, so a dismissal
// without one hides what still breaks the build.
//
// GitHub's alerts do not say which finding they stand for where several share a
// rule and a line. Such an alert is covered when all of its findings are.
type Dismissals struct {
	// Alerts lists the alerts of our tool on the default branch in a state, "open" or
	// "dismissed"; more is set when there are others that GitHub does not list.
	Alerts func(state string) (alerts []github.Alert, more bool, err error)

	// Apply also dismisses the alerts whose findings an exception suppresses, and
	// reopens those that were dismissed for one that no longer does. It happens on
	// the default branch only, which the alerts are of; Dismiss, Reopen and
	// OnDefaultBranch are not called without it.
	Apply           bool
	Dismiss         func(number int, reason github.DismissalReason, comment string) error
	Reopen          func(number int) error
	OnDefaultBranch func() (bool, error)

	// Note is told each sentence of the comparison, without a full stop.
	Note func(sentence string)
}

var _ Publisher = Dismissals{}

func (Dismissals) String() string { return "the dismissals in code scanning" }

// Publish compares, and changes alerts if it may. It stops at the first that GitHub
// refuses, which is no failure: the next run goes on.
func (d Dismissals) Publish(rep *finding.Report) error {
	apply, err := d.mayApply()
	if err != nil {
		return unheard(err)
	}
	dismissed, more, err := d.Alerts("dismissed")
	if err != nil {
		return unheard(err)
	}
	found := report.ByAlert(rep)
	uncovered, lapsed := d.uncovered(dismissed, found, apply)
	d.list(uncovered)
	if more {
		d.Note("GitHub has more dismissed alerts than it lists; the others were not compared with the exceptions")
	}
	if !apply {
		return nil
	}
	open, _, err := d.Alerts("open")
	if err != nil {
		return unheard(err)
	}
	return unheard(d.change(lapsed, open, found))
}

// mayApply says whether alerts may be changed, and tells why not.
func (d Dismissals) mayApply() (bool, error) {
	if !d.Apply {
		return false, nil
	}
	on, err := d.OnDefaultBranch()
	if err == nil && !on {
		d.Note("alerts are dismissed and reopened for exceptions on the default branch only")
	}
	return on, err
}

// uncovered are the dismissed alerts whose findings count. When applying, those that
// an earlier run dismissed are not somebody's, but lapsed.
func (d Dismissals) uncovered(dismissed []github.Alert, found map[report.AlertKey][]finding.Finding, apply bool) (uncovered, lapsed []github.Alert) {
	for _, a := range dismissed {
		findings := found[keyOf(a)]
		switch {
		case len(findings) == 0, allSuppressed(findings):
		case apply && IsOwnDismissal(a.Comment):
			lapsed = append(lapsed, a)
		default:
			uncovered = append(uncovered, a)
		}
	}
	return uncovered, lapsed
}

// list says which dismissals no exception covers, and what to do about them.
func (d Dismissals) list(uncovered []github.Alert) {
	named := uncovered[:min(len(uncovered), maxNamedDismissals)]
	for _, a := range named {
		d.Note(fmt.Sprintf("alert %d (%s in %q) was dismissed in code scanning by %s as %q, and no exception covers it, so it still counts: %s",
			a.Number, a.RuleID, a.Path, cmp.Or(a.By, "somebody"), a.Reason, a.URL))
	}
	if rest := len(uncovered) - len(named); rest > 0 {
		d.Note(fmt.Sprintf("%d more alerts were dismissed in code scanning and are covered by no exception, %d in all", rest, len(uncovered)))
	}
	if len(uncovered) > 0 {
		d.Note(howToImport)
	}
}

// change reopens what lapsed and dismisses what is covered, in this order: an alert
// that is hidden and counts is worse than one that is shown and does not.
func (d Dismissals) change(lapsed, open []github.Alert, found map[report.AlertKey][]finding.Finding) error {
	var reopened, closed int
	defer func() {
		if reopened > 0 {
			d.Note(fmt.Sprintf("alerts reopened because their exception no longer acts: %d", reopened))
		}
		if closed > 0 {
			d.Note(fmt.Sprintf("alerts dismissed because an exception covers them: %d", closed))
		}
	}()
	left := maxAlertWrites
	for _, a := range lapsed[:min(len(lapsed), left)] {
		if err := d.Reopen(a.Number); err != nil {
			return err
		}
		reopened++
	}
	left -= reopened
	for _, a := range open {
		by, ok := exception(found[keyOf(a)])
		if !ok {
			continue
		}
		if left == 0 {
			d.Note(fmt.Sprintf("a run changes %d alerts at most; the next one goes on", maxAlertWrites))
			return nil
		}
		if err := d.Dismiss(a.Number, dismissalReason(by.Decision), comment(by)); err != nil {
			return err
		}
		closed, left = closed+1, left-1
	}
	return nil
}

func keyOf(a github.Alert) report.AlertKey {
	return report.NewAlertKey(a.RuleID, a.Category, a.Path)
}

func allSuppressed(findings []finding.Finding) bool {
	return !slices.ContainsFunc(findings, func(f finding.Finding) bool { return !f.Disposition.Suppressed })
}

// exception is the decision that suppresses the first of the findings, if all of
// them are suppressed by the project's own. A vendor's word is left where it stands.
func exception(findings []finding.Finding) (finding.Disposition, bool) {
	for _, f := range findings {
		if d := f.Disposition; !d.Suppressed || d.Vendor || d.Entry == "" {
			return finding.Disposition{}, false
		}
	}
	if len(findings) == 0 {
		return finding.Disposition{}, false
	}
	return findings[0].Disposition, true
}

// dismissalReason is the one of GitHub's that comes closest.
func dismissalReason(d finding.Decision) github.DismissalReason {
	switch d {
	case finding.FalsePositive, finding.NotInExecutePath, finding.NotExploitable:
		return github.FalsePositive
	}
	return github.WontFix
}

// comment is the exception and why, on one line.
func comment(d finding.Disposition) string {
	return d.Entry + ours + strings.Join(strings.Fields(d.Reason), " ")
}

// IsOwnDismissal says whether the comment of a dismissed alert is one that Dismissals
// wrote, for an exception.
func IsOwnDismissal(comment string) bool {
	entry, _, found := strings.Cut(comment, ours)
	return found && entry != ""
}
