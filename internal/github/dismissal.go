package github

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	gh "github.com/google/go-github/v60/github"
)

// DismissalReason is one of GitHub's reasons to close an alert by hand.
type DismissalReason string

// The reasons.
const (
	FalsePositive DismissalReason = "false positive"
	WontFix       DismissalReason = "won't fix"
	UsedInTests   DismissalReason = "used in tests"
)

const (
	// mayList is what reading alerts needs.
	mayList = "security-events: read"

	// maxDismissalComment is what GitHub keeps of a comment, in characters.
	maxDismissalComment = 280

	// maxAlertPages bounds what is read of the alerts, at 100 a page: code scanning
	// shows no more of an analysis.
	maxAlertPages = 50
)

// Alert is an alert of code scanning. Its rule, path and category are those of the
// SARIF that was uploaded; people wrote the reason's comment, which is untrusted.
type Alert struct {
	Number   int
	RuleID   string
	Category string // "imgscan/app", without the last slash
	Path     string
	URL      string // its page
	State    string // open, dismissed or fixed

	// What follows is empty unless State is dismissed. By is a login.
	Reason  DismissalReason
	Comment string
	By      string
	At      time.Time
}

// Alerts lists the alerts of a tool in a state, "open" or "dismissed", on the
// default branch, by number. When there are more than GitHub shows of one analysis,
// the rest is left out and more is true.
func (c *Client) Alerts(ctx context.Context, tool, state string) (alerts []Alert, more bool, err error) {
	opts := &gh.AlertListOptions{State: state, ToolName: tool, ListOptions: gh.ListOptions{Page: 1, PerPage: 100}}
	for n := 0; opts.ListOptions.Page > 0; n++ {
		if n == maxAlertPages {
			more = true
			break
		}
		var found []*gh.Alert
		next := 0
		err := c.do(ctx, mayList, func() (resp *gh.Response, err error) {
			found, resp, err = c.client.CodeScanning.ListAlertsForRepo(ctx, c.owner, c.name, opts)
			if resp != nil {
				next = resp.NextPage
			}
			return resp, err
		})
		if err != nil {
			return nil, false, fmt.Errorf("listing the %s alerts of code scanning: %w", state, err)
		}
		for _, f := range found {
			alerts = append(alerts, alert(f))
		}
		opts.ListOptions.Page = next
	}
	slices.SortFunc(alerts, func(a, b Alert) int { return a.Number - b.Number })
	return alerts, more, nil
}

// Dismissals are the alerts of a tool that people, or an earlier run, dismissed.
func (c *Client) Dismissals(ctx context.Context, tool string) (dismissed []Alert, more bool, err error) {
	return c.Alerts(ctx, tool, "dismissed")
}

// Dismiss dismisses an alert. One that is dismissed or fixed already stays as it is,
// so that nobody's words are written over; the comment is cut to what GitHub keeps.
func (c *Client) Dismiss(ctx context.Context, number int, reason DismissalReason, comment string) error {
	if cut := []rune(comment); len(cut) > maxDismissalComment {
		comment = string(cut[:maxDismissalComment-1]) + "…"
	}
	why := string(reason)
	err := c.setAlert(ctx, number, "open", &gh.CodeScanningAlertState{
		State: "dismissed", DismissedReason: &why, DismissedComment: &comment,
	})
	if err != nil {
		return fmt.Errorf("dismissing alert %d: %w", number, err)
	}
	return nil
}

// Reopen opens an alert that was dismissed. One that is open or fixed stays so.
func (c *Client) Reopen(ctx context.Context, number int) error {
	if err := c.setAlert(ctx, number, "dismissed", &gh.CodeScanningAlertState{State: "open"}); err != nil {
		return fmt.Errorf("reopening alert %d: %w", number, err)
	}
	return nil
}

// setAlert changes an alert that is in a state, and no other.
func (c *Client) setAlert(ctx context.Context, number int, from string, to *gh.CodeScanningAlertState) error {
	if number < 1 {
		return errors.New("there is no such alert")
	}
	var found *gh.Alert
	err := c.do(ctx, mayUpload, func() (resp *gh.Response, err error) {
		found, resp, err = c.client.CodeScanning.GetAlert(ctx, c.owner, c.name, int64(number))
		return resp, err
	})
	if err != nil || found.GetState() != from {
		return err
	}
	return c.do(ctx, mayUpload, func() (*gh.Response, error) {
		_, resp, err := c.client.CodeScanning.UpdateAlert(ctx, c.owner, c.name, int64(number), to)
		return resp, err
	})
}

// alert is one of go-github's.
func alert(a *gh.Alert) Alert {
	at := a.GetMostRecentInstance()
	rule := a.GetRule().GetID()
	if rule == "" {
		rule = a.GetRuleID() // GitHub Enterprise Server of old
	}
	return Alert{
		Number: a.GetNumber(), RuleID: valid(rule), Path: valid(at.GetLocation().GetPath()), URL: a.GetHTMLURL(), State: a.GetState(),
		Category: strings.TrimSuffix(at.GetCategory(), "/"),
		Reason:   DismissalReason(a.GetDismissedReason()), Comment: valid(a.GetDismissedComment()),
		By: a.GetDismissedBy().GetLogin(), At: a.GetDismissedAt().Time,
	}
}

// valid is text without what is no UTF-8, which would not survive being stored.
func valid(text string) string {
	if utf8.ValidString(text) {
		return text
	}
	return strings.ToValidUTF8(text, "�")
}
