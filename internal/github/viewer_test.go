package github

import (
	"net/http"
	"slices"
	"testing"
	"testing/synctest"

	"github.com/org/imgscan-action/internal/githubtest"
)

// app is who writes with the token of a GitHub App.
const app = "scanner-app[bot]"

func TestViewer(t *testing.T) {
	t.Parallel()
	refused := func(status int) []githubtest.Fault {
		return []githubtest.Fault{{Status: status, Message: "Resource not accessible by integration"}}
	}
	for name, tt := range map[string]struct {
		viewer string
		faults []githubtest.Fault
		want   string // empty for an error
		rest   int    // how often the REST API is asked
	}{
		"workflow":      {githubtest.Login, nil, githubtest.Login, 0},
		"app":           {app, nil, app, 0},
		"unavailable":   {app, []githubtest.Fault{{Status: http.StatusBadGateway}}, app, 0},
		"says no":       {app, refused(http.StatusOK), "", 1},
		"refused":       {app, refused(http.StatusForbidden), "", 1},
		"not there":     {app, refused(http.StatusNotFound), "", 1},
		"no such token": {app, refused(http.StatusUnauthorized), "", 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := githubtest.New(t)
				s.SetViewer(tt.viewer)
				s.Fail(githubtest.GraphQLOperation, tt.faults...)
				got, err := openClient(t, s).Viewer(t.Context())
				if got != tt.want || (err == nil) != (tt.want != "") {
					t.Errorf("%q, %v, want %q", got, err, tt.want)
				}
				if n := s.Count("users/get-authenticated"); n != tt.rest {
					t.Errorf("the REST API was asked %d times, want %d", n, tt.rest)
				}
			})
		})
	}
}

// TestGraphAddress is that the token goes to the API's own host, whatever the
// environment says.
func TestGraphAddress(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ api, graph, want string }{
		{"https://api.github.com", "https://api.github.com/graphql", "https://api.github.com/graphql"},
		{"https://ghe.test/api/v3", "https://ghe.test/api/graphql", "https://ghe.test/api/graphql"},
		{"https://ghe.test/api/v3/", "https://GHE.test/api/graphql", "https://GHE.test/api/graphql"},
		{"https://api.github.com", "", "https://api.github.com/graphql"},
		{"https://ghe.test/api/v3", "https://api.github.com/graphql", "https://ghe.test/api/graphql"},
		{"https://api.github.com", "https://elsewhere.test/graphql", "https://api.github.com/graphql"},
		{"https://api.github.com", "https://api.github.com:444/graphql", "https://api.github.com/graphql"},
		{"https://api.github.com", "http://api.github.com/graphql", "https://api.github.com/graphql"},
		{"https://api.github.com", "https://user:word@api.github.com/graphql", "https://api.github.com/graphql"},
		{"https://api.github.com", "%zz", "https://api.github.com/graphql"},
	} {
		c := overTLS(t, nil, "GITHUB_API_URL="+tt.api, "GITHUB_GRAPHQL_URL="+tt.graph)
		if got := c.graphAddress(); got != tt.want {
			t.Errorf("with %+v: %q", tt, got)
		}
	}
}

// TestStickyOfAnApp plays two jobs with the token of a GitHub App: they share one
// comment, which nobody has to post twice, and which resolves.
func TestStickyOfAnApp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := talk(t)
		s.SetViewer(app)
		theirs := s.AddComment(githubtest.Comment{Pull: 7, Author: "github-actions[bot]", Body: commentMarker + "\n\nof another workflow"})
		for _, step := range []struct {
			section Section
			want    CommentState
		}{
			{Section{Key: "api", Body: "### api fails"}, CommentCreated},
			{Section{Key: "web", Body: "### web fails"}, CommentUpdated},
			{Section{Key: "api", Body: "### api fails"}, CommentUnchanged},
			{Section{Key: "api", Body: "### api passes", Clean: true}, CommentUpdated},
			{Section{Key: "web", Body: "### web passes", Clean: true}, CommentUpdated},
		} {
			out, err := openClient(t, s).Sticky(t.Context(), 7, step.section)
			if err != nil || out.State != step.want {
				t.Errorf("%+v: %+v, %v", step.section, out, err)
			}
		}
		if got, want := saidBy(t, s, app), []string{"### api passes", "### web passes"}; !slices.Equal(got, want) {
			t.Errorf("the comment says %q, want %q", got, want)
		}
		if n := s.Count("issues/create-comment"); n != 1 {
			t.Errorf("%d comments were posted", n)
		}
		if s.Count("issues/delete-comment") != 0 || s.Comments(7)[0].ID != theirs {
			t.Error("a comment was deleted")
		}
	})
}

// TestStickyOfAppsMeet lets both jobs of an App find no comment and post one.
func TestStickyOfAppsMeet(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := talk(t)
		s.SetViewer(app)
		put := func(key string) {
			if _, err := openClient(t, s).Sticky(t.Context(), 7, Section{Key: key, Body: "### " + key}); err != nil {
				t.Errorf("%s: %v", key, err)
			}
		}
		done := make(chan bool)
		s.Fail("issues/create-comment", githubtest.Fault{Before: func() {
			go func() {
				put("web")
				close(done)
			}()
			synctest.Wait() // until it has written and waits
		}})
		put("api")
		<-done
		if got, want := saidBy(t, s, app), []string{"### api", "### web"}; !slices.Equal(got, want) {
			t.Errorf("the comment says %q, want %q", got, want)
		}
	})
}

// TestStickyOfAnUnknown is an App that is not told its name: it learns it from what
// it has posted.
func TestStickyOfAnUnknown(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := talk(t)
		s.SetViewer(app)
		for _, key := range []string{"api", "web"} {
			s.Fail(githubtest.GraphQLOperation, githubtest.Fault{Status: http.StatusForbidden})
			if out, err := openClient(t, s).Sticky(t.Context(), 7, Section{Key: key, Body: "### " + key}); err != nil || out.State != CommentCreated {
				t.Errorf("%s: %+v, %v", key, out, err)
			}
		}
		if got, want := saidBy(t, s, app), []string{"### api", "### web"}; !slices.Equal(got, want) {
			t.Errorf("the comment says %q, want %q", got, want)
		}
	})
}
