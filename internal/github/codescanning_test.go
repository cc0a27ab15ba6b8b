package github

import (
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/org/imgscan-action/internal/githubtest"
)

// sarifFile has one result for each rule.
func sarifFile(rules ...string) []byte {
	var described, results []string
	for _, rule := range rules {
		described = append(described, fmt.Sprintf(`{"id":%q,"shortDescription":{"text":"d"}}`, rule))
		results = append(results, fmt.Sprintf(`{"ruleId":%q,"message":{"text":"m"},"locations":[{"physicalLocation":{"artifactLocation":{"uri":"app/lib"}}}]}`, rule))
	}
	return fmt.Appendf(nil, `{"$schema":"https://json.schemastore.org/sarif-2.1.0.json","version":"2.1.0","runs":[{"automationDetails":{"id":"imgscan/app/"},"tool":{"driver":{"name":"imgscan","rules":[%s]}},"results":[%s]}]}`,
		strings.Join(described, ","), strings.Join(results, ","))
}

func cleanUpload() Upload {
	return Upload{
		SARIF: sarifFile(), Ref: "refs/heads/" + githubtest.DefaultBranch, SHA: githubtest.SHA(1),
		CheckoutURI: "file:///github/workspace/", Tool: "imgscan",
	}
}

// What is uploaded becomes alerts, and what is not there any more closes them.
func TestUploadSARIF(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := githubtest.New(t)
		c := openClient(t, s)
		u := cleanUpload()
		for _, tt := range []struct {
			rules []string
			want  []string
		}{
			{[]string{"CVE-1", "CVE-2"}, []string{"CVE-1 open", "CVE-2 open"}},
			{[]string{"CVE-2"}, []string{"CVE-1 fixed", "CVE-2 open"}},
			{nil, []string{"CVE-1 fixed", "CVE-2 fixed"}},
		} {
			u.SARIF = sarifFile(tt.rules...)
			up, err := c.UploadSARIF(t.Context(), u)
			if err != nil || up.Status != "complete" {
				t.Fatalf("%+v, %v", up, err)
			}
			var got []string
			for _, a := range s.Alerts() {
				got = append(got, a.Rule+" "+a.State)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
			want := "http://github.test/octo-org/app/security/code-scanning?query=is%3Aopen+tool%3Aimgscan+branch%3Amain"
			if up.URL != want {
				t.Errorf("the page is %s, want %s", up.URL, want)
			}
		}
	})
}

// GitHub is asked as often as codeql-action asks; not to know is not to fail.
func TestUploadSARIFWaits(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		polls  int
		faults []githubtest.Fault
		status string
		took   time.Duration
	}{
		{0, nil, "complete", 5 * time.Second},
		{2, nil, "complete", 35 * time.Second},
		{5, nil, "pending", 155 * time.Second},
		{0, []githubtest.Fault{{Status: 404}, {Status: 403}}, "complete", 35 * time.Second},
	} {
		synctest.Test(t, func(t *testing.T) {
			s := githubtest.New(t)
			s.SlowProcessing(tt.polls)
			s.Fail("code-scanning/get-sarif", tt.faults...)
			start := time.Now()
			up, err := openClient(t, s).UploadSARIF(t.Context(), cleanUpload())
			if took := time.Since(start); err != nil || up.Status != tt.status || took != tt.took {
				t.Errorf("%+v, %v after %s, want %s after %s", up, err, took, tt.status, tt.took)
			}
		})
	}
}

func TestUploadSARIFFails(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		change func(*Upload, *githubtest.Server)
		kind   ErrorKind
		notice string // part of it; empty when it is an error
	}{
		"no permission": {func(_ *Upload, s *githubtest.Server) { s.Deny("security-events") }, Forbidden, "security-events: write"},
		"default setup": {func(_ *Upload, s *githubtest.Server) {
			s.FailProcessing("CodeQL analyses from advanced configurations cannot be processed when the default setup is enabled")
		}, Processing, "default setup is enabled"},
		"unknown ref":  {func(u *Upload, _ *githubtest.Server) { u.Ref = "refs/heads/gone" }, Processing, "not found in this repository"},
		"hostile text": {func(_ *Upload, s *githubtest.Server) { s.FailProcessing("a\n##[error]b") }, Processing, `a\n##\[error]b`},
		"too large": {func(u *Upload, _ *githubtest.Server) {
			noise := make([]byte, maxPackedSARIF+1)
			_, _ = rand.Read(noise) // never fails
			u.SARIF = noise
		}, TooLarge, "larger than GitHub takes"},
		"not a commit": {func(u *Upload, _ *githubtest.Server) { u.SHA = "main" }, "", ""},
		"not a ref":    {func(u *Upload, _ *githubtest.Server) { u.Ref = "main" }, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := githubtest.New(t)
				u := cleanUpload()
				tt.change(&u, s)
				_, err := openClient(t, s).UploadSARIF(t.Context(), u)
				var failure *APIError
				if errors.As(err, &failure); err == nil || failure != nil && failure.Kind != tt.kind || failure == nil && tt.kind != "" {
					t.Fatalf("error %v, want the kind %q", err, tt.kind)
				}
				notice, ok := Downgrade(err)
				if ok != (tt.notice != "") || !strings.Contains(notice, tt.notice) {
					t.Errorf("the notice is %q, want %q in it", notice, tt.notice)
				}
			})
		})
	}
}

// What somebody has to repair stays an error; everything else does not change a
// verdict.
func TestDowngrade(t *testing.T) {
	t.Parallel()
	kinds := []ErrorKind{
		BadToken, Forbidden, NotEnabled, Locked, NotFound, Conflict, Gone, TooLarge, Invalid, RateLimited, Unavailable, Processing, Unexpected,
	}
	var kept []ErrorKind
	for _, kind := range kinds {
		if _, ok := Downgrade(fmt.Errorf("a: %w", &APIError{Kind: kind, Status: 400})); !ok {
			kept = append(kept, kind)
		}
	}
	if want := []ErrorKind{BadToken, Invalid, Unexpected}; !slices.Equal(kept, want) {
		t.Errorf("%q stay errors, want %q", kept, want)
	}
	if notice, ok := Downgrade(&Skip{Reason: "why"}); !ok || notice != "why" {
		t.Errorf("a skip is %q, %t", notice, ok)
	}
	if _, ok := Downgrade(errors.New("other")); ok {
		t.Error("an error of another kind is passed over")
	}
}
