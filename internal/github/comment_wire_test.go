package github

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/org/imgscan-action/internal/githubtest"
)

func talk(t *testing.T) *githubtest.Server {
	t.Helper()
	s := githubtest.New(t)
	s.AddPull(githubtest.Pull{Number: 7})
	return s
}

// said is the sections of the only comment of ours.
func said(t *testing.T, s *githubtest.Server) []string {
	t.Helper()
	return saidBy(t, s, githubtest.Login)
}

// saidBy is the same of another author.
func saidBy(t *testing.T, s *githubtest.Server, author string) []string {
	t.Helper()
	var texts []string
	n := 0
	for _, c := range s.Comments(7) {
		if c.Author == author && isOurs(c.Body) {
			n++
			for _, section := range parseSections(c.Body) {
				texts = append(texts, section.text)
			}
		}
	}
	if n != 1 {
		t.Errorf("%d comments of ours", n)
	}
	return texts
}

// TestStickyOnTheWire plays a comment's life against GitHub's own description of
// its API, beside more comments than fit on a page.
func TestStickyOnTheWire(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := talk(t)
		for i := range 120 {
			s.AddComment(githubtest.Comment{Pull: 7, Author: "octocat", Body: fmt.Sprintf("%s\n\n%d", commentMarker, i)})
		}
		for _, step := range []struct {
			section Section
			want    CommentState
		}{
			{Section{Key: "api", Body: "### fine", Clean: true}, CommentNotNeeded},
			{Section{Key: "api", Body: "### api fails"}, CommentCreated},
			{Section{Key: "web", Body: "### web fails"}, CommentUpdated},
			{Section{Key: "web", Body: "### web fails"}, CommentUnchanged},
			{Section{Key: "api", Body: "### api passes", Clean: true}, CommentUpdated},
		} {
			out, err := openClient(t, s).Sticky(t.Context(), 7, step.section)
			if err != nil || out.State != step.want || (out.URL == "") != (step.want == CommentNotNeeded) {
				t.Errorf("%+v: %+v, %v", step.section, out, err)
			}
		}
		if got, want := said(t, s), []string{"### web fails", "### api passes"}; !slices.Equal(got, want) {
			t.Errorf("the comment says %q, want %q", got, want)
		}
		if n := s.Count("issues/update-comment"); n != 2 {
			t.Errorf("written over %d times", n)
		}
	})
}

// TestStickyJobsMeet lets a second job write while a first is between reading and
// writing: the second finds out when it reads again.
func TestStickyJobsMeet(t *testing.T) {
	t.Parallel()
	for _, operation := range []string{"issues/create-comment", "issues/update-comment"} {
		t.Run(operation, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := talk(t)
				put := func(key string) {
					if _, err := openClient(t, s).Sticky(t.Context(), 7, Section{Key: key, Body: "### " + key}); err != nil {
						t.Errorf("%s: %v", key, err)
					}
				}
				want := []string{"### api", "### web"}
				if operation == "issues/update-comment" {
					put("base")
					want = []string{"### api", "### base", "### web"}
				}
				done := make(chan bool)
				s.Fail(operation, githubtest.Fault{Before: func() {
					go func() {
						put("web")
						close(done)
					}()
					synctest.Wait() // until it has written and waits
				}})
				put("api")
				<-done
				if got := said(t, s); !slices.Equal(got, want) {
					t.Errorf("the comment says %q, want %q", got, want)
				}
			})
		})
	}
}

func TestStickyIsRefused(t *testing.T) {
	t.Parallel()
	for name, refuse := range map[string]func(*githubtest.Server){
		"locked": func(s *githubtest.Server) { s.Lock(7) },
		"fork":   func(s *githubtest.Server) { s.Deny("pull-requests") },
		"gone":   func(s *githubtest.Server) { s.Fail("issues/list-comments", githubtest.Fault{Status: http.StatusGone}) },
		"no such": func(s *githubtest.Server) {
			s.Fail("issues/list-comments", githubtest.Fault{Status: http.StatusNotFound})
		},
		"lost, and is not": func(s *githubtest.Server) {
			s.Fail("issues/create-comment", githubtest.Fault{Status: http.StatusBadGateway, After: true})
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := talk(t)
				refuse(s)
				_, err := openClient(t, s).Sticky(t.Context(), 7, Section{Key: "api", Body: "### api"})
				if skip := new(Skip); !errors.As(err, &skip) || !strings.Contains(skip.Reason, "the job summary has the same text") {
					t.Errorf("%v is no notice", err)
				}
			})
		})
	}
}
