package github

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	gh "github.com/google/go-github/v60/github"

	"github.com/org/imgscan-action/internal/githubtest"
)

const (
	askListArtifacts = "actions/list-artifacts-for-repo"
	askArtifact      = "actions/download-artifact"
)

// at is a moment of an artifact's life, by the hour.
func at(hour int) time.Time { return time.Date(2026, 11, 1, hour, 0, 0, 0, time.UTC) }

// leave adds an artifact that says where and when it was made.
func leave(t *testing.T, s *githubtest.Server, a githubtest.Artifact) int64 {
	t.Helper()
	if a.Content == nil {
		a.Content = zipOf(t, "report.json", fmt.Sprintf(`{"of": "%s %d"}`, a.Branch, a.Created.Hour()))
	}
	if a.Name == "" {
		a.Name = "imgscan"
	}
	return s.AddArtifact(a)
}

// TestReportArtifact has one report that counts among many that are newer.
func TestReportArtifact(t *testing.T) {
	t.Parallel()
	s := githubtest.New(t)
	leave(t, s, githubtest.Artifact{Branch: "main", Created: at(1), SHA: githubtest.SHA(11)})
	id := leave(t, s, githubtest.Artifact{Branch: "main", Created: at(3), SHA: githubtest.SHA(13)})
	leave(t, s, githubtest.Artifact{Branch: "main", Created: at(2), SHA: githubtest.SHA(12)})
	leave(t, s, githubtest.Artifact{Branch: "main", Created: at(4), Expired: true})
	leave(t, s, githubtest.Artifact{Branch: "main", Created: at(5), Name: "imgscan-web"})
	leave(t, s, githubtest.Artifact{Branch: "main", Created: at(5), Name: "IMGSCAN"})
	leave(t, s, githubtest.Artifact{Branch: "Main", Created: at(6)})
	leave(t, s, githubtest.Artifact{Branch: "feature/main", Created: at(7)})
	leave(t, s, githubtest.Artifact{Branch: "main", Created: at(8), HeadRepoFork: true})
	for hour := range 20 {
		for _, event := range []string{"workflow_run", "issue_comment"} {
			leave(t, s, githubtest.Artifact{Branch: "main", Created: at(9 + hour), Event: event})
		}
	}
	leave(t, s, githubtest.Artifact{Branch: "main", Created: at(30), Event: "pull_request_target"})

	content, got, err := openClient(t, s).ReportArtifact(t.Context(), "imgscan", "main")
	if err != nil || string(content) != `{"of": "main 3"}` {
		t.Fatalf("%q, %v", content, err)
	}
	if n := s.Count(askArtifact); n != 1 {
		t.Errorf("%d artifacts were fetched", n)
	}
	run := got.RunID
	if want := (Artifact{Name: "imgscan", ID: id, RunID: run, SHA: githubtest.SHA(13), Created: at(3)}); run == 0 || !cmp.Equal(want, got) {
		t.Errorf("(-want +got):\n%s", cmp.Diff(want, got))
	}

	// Run again, that run does not compare its image with itself.
	content, _, err = openClient(t, s, fmt.Sprintf("GITHUB_RUN_ID=%d", run)).ReportArtifact(t.Context(), "imgscan", "main")
	if err != nil || string(content) != `{"of": "main 2"}` {
		t.Errorf("%q, %v", content, err)
	}
}

// TestReportArtifactOfAFork is the attack: a fork has a branch of the same name, and
// its pull request uploads what it likes under the right name.
func TestReportArtifactOfAFork(t *testing.T) {
	t.Parallel()
	s := githubtest.New(t)
	for hour := range 5 {
		leave(t, s, githubtest.Artifact{Branch: "main", Created: at(hour), HeadRepoFork: true})
	}
	c := openClient(t, s)
	if content, _, err := c.ReportArtifact(t.Context(), "imgscan", "main"); !isSkip(err) || content != nil {
		t.Errorf("%q, %v", content, err)
	}
	if n := s.Count(askArtifact); n != 0 {
		t.Errorf("%d artifacts were fetched", n)
	}
}

// TestLeftOn holds which runs count, as GitHub describes them.
func TestLeftOn(t *testing.T) {
	t.Parallel()
	c := openClient(t, githubtest.New(t), "GITHUB_RUN_ID=99")
	const whole = `"repository_id": 1, "head_repository_id": 1, "head_branch": "main"`
	for run, want := range map[string]bool{
		`{"id": 7, ` + whole + `}`:  true,
		`{"id": 99, ` + whole + `}`: false, // this run
		`null`:                      false,
		`{}`:                        false,
		`{"repository_id": 1, "head_repository_id": 1, "head_branch": null}`:         false,
		`{"repository_id": 1, "head_repository_id": 1}`:                              false,
		`{"repository_id": 1, "head_repository_id": null, "head_branch": "main"}`:    false, // a fork that is gone
		`{"repository_id": 1, "head_repository_id": 2, "head_branch": "main"}`:       false,
		`{"repository_id": null, "head_repository_id": null, "head_branch": "main"}`: false,
		`{"head_branch": "main"}`: false,
		`{"repository_id": 1, "head_repository_id": 1, "head_branch": "refs/heads/main"}`:      false,
		`{"repository_id": 1, "head_repository_id": 1, "head_branch": "main ", "head_sha":""}`: false,
	} {
		a := new(gh.Artifact)
		if err := json.Unmarshal([]byte(`{"name": "imgscan", "expired": false, "workflow_run": `+run+`}`), a); err != nil {
			t.Fatal(err)
		}
		if got := c.leftOn("main", a); got != want {
			t.Errorf("%s: %t", run, got)
		}
	}
}

// TestReportArtifactPages looks behind many artifacts of other branches, and not
// for ever.
func TestReportArtifactPages(t *testing.T) {
	t.Parallel()
	for others, want := range map[int]struct {
		pages int
		found bool
	}{0: {1, true}, 99: {1, true}, 100: {2, true}, 999: {10, true}, 1000: {10, false}, 1500: {10, false}} {
		t.Run(fmt.Sprint(others), func(t *testing.T) {
			t.Parallel()
			s := githubtest.New(t)
			leave(t, s, githubtest.Artifact{Branch: "main", Created: at(1)})
			for range others {
				leave(t, s, githubtest.Artifact{Branch: "feature", Created: at(2), Content: []byte("{}")})
			}
			_, _, err := openClient(t, s).ReportArtifact(t.Context(), "imgscan", "main")
			if want.found && err != nil || !want.found && !isSkip(err) {
				t.Error(err)
			}
			if n := s.Count(askListArtifacts); n != want.pages {
				t.Errorf("%d pages were read, want %d", n, want.pages)
			}
		})
	}
}

// TestReportArtifactIsGone plays artifacts that are deleted, or expire, between two
// requests.
func TestReportArtifactIsGone(t *testing.T) {
	t.Parallel()
	gone := func(operation string, status ...int) func(*githubtest.Server) {
		return func(s *githubtest.Server) {
			for _, code := range status {
				s.Fail(operation, githubtest.Fault{Status: code})
			}
		}
	}
	for name, tt := range map[string]struct {
		play func(*githubtest.Server)
		want string // empty for none
	}{
		"nothing happens":        {gone(askArtifact), "main 4"},
		"deleted":                {gone(askArtifact, 404), "main 3"},
		"expired":                {gone(askArtifact, 410), "main 3"},
		"deleted in the store":   {gone(githubtest.StoreOperation, 404), "main 3"},
		"two":                    {gone(askArtifact, 410, 404), "main 2"},
		"more than are tried":    {gone(askArtifact, slices.Repeat([]int{410, 404}, maxTried/2)...), ""},
		"deleted and its server": {gone(githubtest.StoreOperation, slices.Repeat([]int{404}, maxTried)...), ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := githubtest.New(t)
			for hour := 4 - maxTried; hour < 5; hour++ {
				leave(t, s, githubtest.Artifact{Branch: "main", Created: at(hour)})
			}
			tt.play(s)
			content, _, err := openClient(t, s).ReportArtifact(t.Context(), "imgscan", "main")
			switch {
			case tt.want == "" && !isSkip(err):
				t.Errorf("%q, %v, want none", content, err)
			case tt.want != "" && (err != nil || string(content) != `{"of": "`+tt.want+`"}`):
				t.Errorf("%q, %v, want that of %s", content, err, tt.want)
			}
		})
	}
}

// TestReportArtifactFails holds what is worth a notice and what is not, and that
// neither the token nor the address with the signature is in it.
func TestReportArtifactFails(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		content []byte // of the artifact, where it is not a report
		play    func(*githubtest.Server)
		want    string    // in the error
		kind    ErrorKind // empty for what a person has to look at
	}{
		"no permission": {play: func(s *githubtest.Server) {
			s.Deny("actions:read")
		}, want: "403", kind: Forbidden},
		"limit": {play: func(s *githubtest.Server) {
			s.Fail(askArtifact, githubtest.SecondaryLimit("3600"))
		}, want: "secondary rate limit", kind: RateLimited},
		"API is down": {play: func(s *githubtest.Server) {
			s.Fail(askArtifact, githubtest.Fault{Status: 500}, githubtest.Fault{Status: 502}, githubtest.Fault{Status: 503}, githubtest.Fault{Status: 504})
		}, want: "504", kind: Unavailable},
		"store is down": {play: func(s *githubtest.Server) {
			s.Fail(githubtest.StoreOperation, githubtest.Fault{Status: 500}, githubtest.Fault{Status: 502}, githubtest.Fault{Status: 503}, githubtest.Fault{Status: 503})
		}, want: "answered 503", kind: Unavailable},
		"address was too old": {play: func(s *githubtest.Server) {
			s.Fail(githubtest.StoreOperation, githubtest.Fault{Status: 403})
		}, want: "answered 403", kind: Unavailable},
		"not a report":  {content: []byte("hello"), want: "neither a zip nor JSON"},
		"several files": {content: zipOf(t, "a.json", "{}", "b.json", "{}"), want: "several .json files"},
		"empty":         {content: []byte{}, want: "neither a zip nor JSON"},
		"too large":     {content: make([]byte, maxReport+1), want: "more than 67108864 bytes", kind: TooLarge},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := githubtest.New(t)
				leave(t, s, githubtest.Artifact{Branch: "main", Created: at(1), Content: tt.content})
				if tt.play != nil {
					tt.play(s)
				}
				_, _, err := openClient(t, s).ReportArtifact(t.Context(), "imgscan", "main")
				if err == nil || isSkip(err) || !strings.Contains(err.Error(), tt.want) || !strings.Contains(err.Error(), `"imgscan"`) {
					t.Fatalf("error %v, want %q in it", err, tt.want)
				}
				if text := err.Error(); strings.Contains(text, "sig=") || strings.Contains(text, githubtest.Token) {
					t.Errorf("a secret is in %q", text)
				}
				var failure *APIError
				if errors.As(err, &failure); tt.kind == "" && failure != nil || tt.kind != "" && (failure == nil || failure.Kind != tt.kind || failure.Permission != mayReadArtifacts) {
					t.Errorf("%+v, want the kind %q", failure, tt.kind)
				}
				if notice, ok := Downgrade(err); ok != (tt.kind != "") {
					t.Errorf("downgraded %t to %q", ok, notice)
				}
			})
		})
	}
	s := githubtest.New(t)
	for _, names := range [][2]string{{"", "main"}, {"imgscan", ""}} {
		if _, _, err := openClient(t, s).ReportArtifact(t.Context(), names[0], names[1]); err == nil || isSkip(err) {
			t.Errorf("%q: %v", names, err)
		}
	}
}

// TestReportArtifactUnpacked is what upload-artifact leaves with "archive: false".
func TestReportArtifactUnpacked(t *testing.T) {
	t.Parallel()
	s := githubtest.New(t)
	leave(t, s, githubtest.Artifact{Name: "report.json", Branch: "main", Content: []byte("{\"schema\": 1}\n")})
	content, _, err := openClient(t, s).ReportArtifact(t.Context(), "report.json", "main")
	if err != nil || string(content) != "{\"schema\": 1}\n" {
		t.Errorf("%q, %v", content, err)
	}
}

// The store is down for a moment, and asked again.
func TestReportArtifactIsPatient(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := githubtest.New(t)
		leave(t, s, githubtest.Artifact{Branch: "main", Created: at(1)})
		s.Fail(githubtest.StoreOperation, githubtest.Fault{Status: http.StatusServiceUnavailable})
		start := time.Now()
		if _, _, err := openClient(t, s).ReportArtifact(t.Context(), "imgscan", "main"); err != nil || time.Since(start) > 10*time.Second {
			t.Errorf("%v after %s", err, time.Since(start))
		}
	})
}
