package github

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/org/imgscan-action/internal/githubtest"
)

func TestDismissals(t *testing.T) {
	t.Parallel()
	s := githubtest.New(t)
	s.AddAlert(githubtest.Alert{State: "open", Tool: "imgscan", Rule: "CVE-1"})
	s.AddAlert(githubtest.Alert{State: "dismissed", Tool: "imgscan", Rule: "CVE-2", Category: "imgscan/app/", Path: "app/lib", Reason: "won't fix", Comment: "later"})
	s.AddAlert(githubtest.Alert{State: "dismissed", Tool: "CodeQL", Rule: "js/x", Reason: "false positive"})
	got, more, err := openClient(t, s).Dismissals(t.Context(), "imgscan")
	if err != nil || more {
		t.Fatal(more, err)
	}
	want := []Alert{{
		Number: 2, RuleID: "CVE-2", Category: "imgscan/app", Path: "app/lib", State: "dismissed",
		URL:    "https://github.test/octo-org/app/security/code-scanning/2",
		Reason: WontFix, Comment: "later", By: "octocat",
	}}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(Alert{}, "At")); diff != "" {
		t.Error(diff)
	}
	if got[0].At.IsZero() {
		t.Error("nobody says when")
	}
}

// All pages are read, in the order of numbers.
func TestAlertsHavePages(t *testing.T) {
	t.Parallel()
	s := githubtest.New(t)
	for i := range 201 {
		s.AddAlert(githubtest.Alert{State: "open", Tool: "imgscan", Rule: fmt.Sprintf("CVE-%d", i)})
	}
	got, more, err := openClient(t, s).Alerts(t.Context(), "imgscan", "open")
	if err != nil || more || len(got) != 201 || got[200].Number != 201 {
		t.Errorf("%d alerts, %t, %v", len(got), more, err)
	}
	if n := s.Count("code-scanning/list-alerts-for-repo"); n != 3 {
		t.Errorf("%d requests, want 3", n)
	}
}

// Each state changes only from the one it is meant for, so that doing it again does
// nothing and nobody's words are written over.
func TestDismissAndReopen(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := githubtest.New(t)
		open := s.AddAlert(githubtest.Alert{State: "open", Tool: "imgscan", Rule: "CVE-1"})
		fixed := s.AddAlert(githubtest.Alert{State: "fixed", Tool: "imgscan", Rule: "CVE-2"})
		theirs := s.AddAlert(githubtest.Alert{State: "dismissed", Tool: "imgscan", Rule: "CVE-3", Reason: "false positive", Comment: "theirs"})
		c := openClient(t, s)
		long := strings.Repeat("é", maxDismissalComment+1)
		for _, number := range []int{open, open, fixed, theirs} {
			if err := c.Dismiss(t.Context(), number, WontFix, long); err != nil {
				t.Error(err)
			}
		}
		alerts := s.Alerts()
		if a := alerts[open-1]; a.State != "dismissed" || a.Reason != "won't fix" || utf8.RuneCountInString(a.Comment) != maxDismissalComment {
			t.Errorf("dismissed is %+v", a)
		}
		if alerts[fixed-1].State != "fixed" || alerts[theirs-1].Comment != "theirs" {
			t.Errorf("left alone are %+v", alerts[1:])
		}
		for _, number := range []int{open, open, fixed} {
			if err := c.Reopen(t.Context(), number); err != nil {
				t.Error(err)
			}
		}
		if a := s.Alerts()[open-1]; a.State != "open" || a.Reason != "" {
			t.Errorf("reopened is %+v", a)
		}
		if n := s.Count("code-scanning/update-alert"); n != 2 {
			t.Errorf("%d changes, want 2", n)
		}
		err := c.Dismiss(t.Context(), 99, WontFix, "")
		if notice, ok := Downgrade(err); !ok || !strings.Contains(notice, "alert 99") {
			t.Errorf("without the alert: %v", err)
		}
	})
}
