package report

import (
	"strings"
	"testing"
)

// TestFailure: the reason of a failed run quotes names that somebody else has chosen.
func TestFailure(t *testing.T) {
	t.Parallel()
	got := Failure("cannot open \"@octocat fixes #1\" <img src=x>\n# [l](javascript:x) ::error::")
	if !strings.HasPrefix(got, "## ❓ imgscan could not scan\n\n") {
		t.Errorf("%q", got)
	}
	for _, bad := range []string{"@octocat", "fixes #1", "<img", "\n# ", "[l](", "\n::error"} {
		if strings.Contains(strings.ReplaceAll(got, "\\<", ""), bad) {
			t.Errorf("%q is in %q", bad, got)
		}
	}
}
