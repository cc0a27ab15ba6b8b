package github

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

// conversation is the comments of one pull request in memory, two on a page.
type conversation struct {
	comments []Comment
	lastID   int64
	viewer   string           // whose token it is
	refuse   map[string]error // by call
	script   []string         // the calls that wrote, as "create 1"

	// before runs ahead of a call, for what other jobs do at that moment.
	before func(call string)
}

func (c *conversation) enter(call string) error {
	if hook := c.before; hook != nil {
		hook(call)
	}
	return c.refuse[call]
}

func (c *conversation) Viewer(context.Context) (string, error) {
	if err := c.enter("viewer"); err != nil {
		return "", err
	}
	return c.viewer, nil
}

func (c *conversation) ListComments(_ context.Context, _, page int) ([]Comment, int, error) {
	if err := c.enter("list"); err != nil {
		return nil, 0, err
	}
	const size = 2
	from := min((page-1)*size, len(c.comments))
	to := min(from+size, len(c.comments))
	next := 0
	if to < len(c.comments) {
		next = page + 1
	}
	return slices.Clone(c.comments[from:to]), next, nil
}

func (c *conversation) CreateComment(_ context.Context, _ int, body string) (Comment, error) {
	if err := c.enter("create"); err != nil {
		return Comment{}, err
	}
	author := c.viewer
	if author == "" {
		author = workflowBot
	}
	return c.add(author, body), nil
}

func (c *conversation) add(author, body string) Comment {
	c.lastID++
	made := Comment{ID: c.lastID, Author: author, Body: body, URL: fmt.Sprintf("https://github.example/pull/7#issuecomment-%d", c.lastID)}
	c.comments = append(c.comments, made)
	c.script = append(c.script, fmt.Sprintf("create %d", made.ID))
	return made
}

func (c *conversation) UpdateComment(_ context.Context, id int64, body string) (Comment, error) {
	if err := c.enter("update"); err != nil {
		return Comment{}, err
	}
	for i := range c.comments {
		if c.comments[i].ID == id {
			// GitHub's own way with the ends of lines and of the body.
			c.comments[i].Body = strings.ReplaceAll(strings.TrimSpace(body), "\n", "\r\n")
			c.script = append(c.script, fmt.Sprintf("update %d", id))
			return c.comments[i], nil
		}
	}
	return Comment{}, &APIError{Status: http.StatusNotFound, Kind: NotFound}
}

func (c *conversation) DeleteComment(_ context.Context, id int64) error {
	if err := c.enter("delete"); err != nil {
		return err
	}
	before := len(c.comments)
	c.comments = slices.DeleteFunc(c.comments, func(o Comment) bool { return o.ID == id })
	if len(c.comments) == before {
		return &APIError{Status: http.StatusNotFound, Kind: NotFound}
	}
	c.script = append(c.script, fmt.Sprintf("delete %d", id))
	return nil
}

// job puts its section with a clock that stands still; asleep runs while it waits.
func (c *conversation) job(t *testing.T, key, body string, clean bool, asleep ...func()) (Outcome, error) {
	t.Helper()
	naps := 0
	s := &Sticky{
		Comments: c,
		Sleep: func(_ context.Context, d time.Duration) error {
			if d < settle {
				t.Errorf("a pause of %v gives others no time to write", d)
			}
			if naps < len(asleep) {
				asleep[naps]()
			}
			naps++
			return nil
		},
		Jitter: func(d time.Duration) time.Duration { return d / 2 },
	}
	return s.Put(t.Context(), 7, Section{Key: key, Body: body, Clean: clean})
}

func (c *conversation) mustJob(t *testing.T, key, body string, clean bool, want CommentState, asleep ...func()) {
	t.Helper()
	if out, err := c.job(t, key, body, clean, asleep...); err != nil || out.State != want {
		t.Fatalf("%s: %+v, %v, want %s", key, out, err, want)
	}
}

// says fails unless the conversation has one comment of ours with these sections.
func (c *conversation) says(t *testing.T, want ...string) {
	t.Helper()
	var texts []string
	n := 0
	for _, comment := range c.comments {
		if comment.Author == workflowBot && isOurs(comment.Body) {
			n++
			for _, s := range parseSections(comment.Body) {
				texts = append(texts, s.text)
			}
		}
	}
	if n != 1 || !slices.Equal(texts, want) {
		t.Errorf("%d comments of ours say %q, want one with %q", n, texts, want)
	}
}

func TestStickyLife(t *testing.T) {
	t.Parallel()
	c := &conversation{}
	for range 5 {
		c.add("octocat", commentMarker+"\n\nanybody can paste this")
	}
	c.script = nil
	c.mustJob(t, "api", "### fine", true, CommentNotNeeded)
	c.mustJob(t, "api", "### api fails", false, CommentCreated)
	c.mustJob(t, "api", "### api fails", false, CommentUnchanged)
	c.mustJob(t, "web", "### web fails", false, CommentUpdated)
	c.mustJob(t, "new", "### fine", true, CommentUnchanged)
	c.says(t, "### api fails", "### web fails")
	if body := c.comments[5].Body; !strings.Contains(body, "2 images need attention\r\n") {
		t.Errorf("no count in %q", body)
	}
	c.mustJob(t, "api", "### api passes", true, CommentUpdated)
	c.says(t, "### web fails", "### api passes")
	if body := c.comments[5].Body; !strings.Contains(body, "1 image needs attention, 1 is resolved\r\n") {
		t.Errorf("no count in %q", body)
	}
	c.mustJob(t, "web", "### web passes", true, CommentUpdated)
	if body := c.comments[5].Body; !strings.Contains(body, "imgscan: resolved.") || !strings.HasSuffix(body, "</details>") {
		t.Errorf("not collapsed: %q", body)
	}
	c.mustJob(t, "web", "### web passes", true, CommentUnchanged)
	c.mustJob(t, "web", "### web fails again", false, CommentUpdated)
	c.says(t, "### web fails again", "### api passes")
	if want := []string{"create 6", "update 6", "update 6", "update 6", "update 6"}; !slices.Equal(c.script, want) {
		t.Errorf("written: %q, want %q", c.script, want)
	}
}

// TestStickyRaces plays what other jobs do between two requests of one.
func TestStickyRaces(t *testing.T) {
	t.Parallel()
	t.Run("both create", func(t *testing.T) {
		t.Parallel()
		c := &conversation{}
		c.before = func(call string) {
			if call == "create" {
				c.before = nil
				c.mustJob(t, "web", "### web", false, CommentCreated)
			}
		}
		c.mustJob(t, "api", "### api", false, CommentCreated)
		c.says(t, "### api", "### web")
		if want := []string{"create 1", "create 2", "update 1", "delete 2"}; !slices.Equal(c.script, want) {
			t.Errorf("written: %q, want %q", c.script, want)
		}
	})
	t.Run("another writes between reading and writing", func(t *testing.T) {
		t.Parallel()
		c := &conversation{}
		c.mustJob(t, "api", "### api 1", false, CommentCreated)
		c.mustJob(t, "web", "### web 1", false, CommentUpdated)

		// What web would write now, which has the first words of api.
		stale := &conversation{comments: slices.Clone(c.comments), lastID: c.lastID}
		stale.mustJob(t, "web", "### web 2", false, CommentUpdated)

		c.mustJob(t, "api", "### api 2", false, CommentUpdated, func() {
			c.comments[0].Body = stale.comments[0].Body
		})
		c.says(t, "### api 2", "### web 2")
	})
	t.Run("others always write", func(t *testing.T) {
		t.Parallel()
		c := &conversation{}
		c.mustJob(t, "api", "### api 1", false, CommentCreated)
		first := c.comments[0].Body
		again := func() { c.comments[0].Body = first }
		_, err := c.job(t, "api", "### api 2", false, again, again, again, again, again, again)
		if skip := new(Skip); !errors.As(err, &skip) || len(c.script) != 1+maxRounds {
			t.Errorf("%v after %q", err, c.script)
		}
	})
	t.Run("deleted while it is written", func(t *testing.T) {
		t.Parallel()
		c := &conversation{}
		c.mustJob(t, "api", "### api 1", false, CommentCreated)
		c.before = func(call string) {
			if call == "update" {
				c.before, c.comments = nil, nil
			}
		}
		c.mustJob(t, "api", "### api 2", false, CommentCreated)
		c.says(t, "### api 2")
	})
	t.Run("deleted once it is there", func(t *testing.T) {
		t.Parallel()
		c := &conversation{}
		c.mustJob(t, "api", "### api", false, CommentCreated, func() { c.comments = nil })
		if len(c.comments) != 0 {
			t.Error("what a person deleted was posted again")
		}
	})
}

func TestStickyDuplicates(t *testing.T) {
	t.Parallel()
	c := &conversation{}
	for _, image := range []string{"api", "web", "web", "jobs"} {
		body, err := compose(merge(nil, Section{Key: image, Body: "### " + image}))
		if err != nil {
			t.Fatal(err)
		}
		c.add(workflowBot, body)
		c.add("octocat", "What is this?")
	}
	c.mustJob(t, "api", "### api", false, CommentUpdated)
	c.says(t, "### api", "### jobs", "### web")
	if c.comments[0].ID != 1 || len(c.comments) != 5 {
		t.Errorf("left: %+v", c.comments)
	}
}

func TestStickyAuthor(t *testing.T) {
	t.Parallel()
	c := &conversation{viewer: "scanner-app[bot]"}
	c.add(workflowBot, commentMarker+"\n\nof another workflow")
	c.add("scanner", commentMarker+"\n\nof a person")
	c.mustJob(t, "api", "### api", false, CommentCreated)
	c.mustJob(t, "api", "### api", false, CommentUnchanged)

	// An app that is not told who it is learns it from what it wrote.
	nameless := &conversation{refuse: map[string]error{"viewer": &APIError{Status: http.StatusForbidden, Kind: Forbidden}}}
	nameless.viewer = "scanner-app[bot]"
	nameless.mustJob(t, "api", "### api", false, CommentCreated)
	nameless.mustJob(t, "web", "### web", false, CommentCreated)
	if want := []string{"create 1", "create 2", "update 1", "delete 2"}; !slices.Equal(nameless.script, want) {
		t.Errorf("written: %q, want %q", nameless.script, want)
	}
}

func TestStickyNotices(t *testing.T) {
	t.Parallel()
	for _, call := range []string{"list", "create", "update"} {
		for _, kind := range []ErrorKind{Forbidden, Locked, NotFound, Gone, RateLimited, Unavailable} {
			if call == "update" && (kind == NotFound || kind == Gone) {
				continue // somebody deleted it: another is created
			}
			c := &conversation{}
			if call == "update" {
				c.mustJob(t, "api", "### before", false, CommentCreated)
			}
			c.refuse = map[string]error{call: &APIError{Status: 1, Kind: kind}}
			_, err := c.job(t, "api", "### api", false)
			if skip := new(Skip); !errors.As(err, &skip) || skip.Reason == "" {
				t.Errorf("%s of %s: %v, want a notice", kind, call, err)
			}
		}
	}
	c := &conversation{}
	for _, failure := range []error{errors.New("broken"), &APIError{Status: http.StatusUnauthorized, Kind: BadToken}} {
		c.refuse = map[string]error{"list": failure}
		if _, err := c.job(t, "api", "### api", false); !errors.Is(err, failure) || errors.As(err, new(*Skip)) {
			t.Errorf("somebody has to repair %v: %v", failure, err)
		}
	}
	if _, err := c.job(t, "", "### api", false); err == nil {
		t.Error("a section without a key was taken")
	}
}
