package github

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"
)

// Comment is one comment on a pull request. Anybody may have written it.
type Comment struct {
	ID     int64
	Author string // the login as the REST API writes it: "octocat", "github-actions[bot]"
	Body   string
	URL    string // its page
}

// Comments is what a [Sticky] needs of GitHub. Its errors are [*APIError] or those
// of the context.
type Comments interface {
	// Viewer is the login of whoever the token belongs to, as comments name their
	// author; empty where GitHub does not say.
	Viewer(ctx context.Context) (string, error)

	// ListComments is one page of a pull request's comments, the oldest first. Pages
	// are numbered from 1, and next is 0 after the last.
	ListComments(ctx context.Context, pr, page int) (list []Comment, next int, err error)

	CreateComment(ctx context.Context, pr int, body string) (Comment, error)
	UpdateComment(ctx context.Context, id int64, body string) (Comment, error)
	DeleteComment(ctx context.Context, id int64) error
}

// Section is what one job says of one image in the comment that all jobs share.
type Section struct {
	// Key tells the images apart, "ghcr.io/acme/app linux/amd64". It is the same from
	// build to build and never empty.
	Key string

	// Body is Markdown with everything untrusted in it escaped. Its first line is the
	// verdict, which always stays; what stands between lines "<details>" and
	// "</details>" is left out first where the comment becomes too long.
	Body string

	// Clean is set when nobody has to do anything. Such a section is only worth
	// showing where the image was not clean before.
	Clean bool
}

// CommentState is what became of a comment.
type CommentState string

// The states.
const (
	CommentCreated   CommentState = "created"
	CommentUpdated   CommentState = "updated"
	CommentUnchanged CommentState = "unchanged" // it says so already
	CommentNotNeeded CommentState = "not-needed"
)

// Outcome is what became of a comment, and where it is.
type Outcome struct {
	State CommentState
	URL   string // empty when there is none
}

// Sticky keeps one comment on a pull request for all the images that its jobs
// scan. Each job replaces its own section and leaves the others as they are, and
// GitHub has no way to do that at once: so a job reads what is there, writes, and
// reads again after others have had the time to write over it, until it finds its
// section.
//
// A comment is ours when it starts with our marker and the token's own user wrote
// it: anybody can paste a marker.
type Sticky struct {
	Comments Comments

	// Sleep waits, or returns the context's error. Jitter is a random duration below
	// its argument, which keeps jobs from meeting again.
	Sleep  func(context.Context, time.Duration) error
	Jitter func(time.Duration) time.Duration
}

const (
	// settle is longer than a job takes from reading the comment to writing it, which
	// is one request and the second that the client leaves between writes.
	settle = 3 * time.Second

	// maxJitter is added to it at most, and once more for each attempt.
	maxJitter = 2 * time.Second

	// maxRounds bounds how often a job writes: that many others were in between.
	maxRounds = 6

	// maxPages bounds what is read of a conversation: at 100 comments a page, more
	// than GitHub shows.
	maxPages = 100

	// workflowBot is the author of what GITHUB_TOKEN writes. That token is the likely
	// one where GitHub does not say whose it is.
	workflowBot = "github-actions[bot]"
)

// Sticky makes the one comment of a pull request say what the section says, see
// [Sticky.Put].
func (c *Client) Sticky(ctx context.Context, pr int, mine Section) (Outcome, error) {
	s := &Sticky{Comments: c, Sleep: sleepFor, Jitter: rand.N[time.Duration]}
	return s.Put(ctx, pr, mine)
}

// Put makes the comment of the pull request say what the section says. Where GitHub
// does not let the token, the error is a [*Skip]: it is worth a notice and changes
// no verdict.
func (s *Sticky) Put(ctx context.Context, pr int, mine Section) (Outcome, error) {
	if pr < 1 || mine.Key == "" {
		return Outcome{}, fmt.Errorf("commenting on pull request %d about the image %q: both are needed", pr, mine.Key)
	}
	out, err := s.put(ctx, pr, mine)
	if notice, ok := Downgrade(err); ok {
		return out, &Skip{Reason: "no comment on the pull request, the job summary has the same text: " + notice}
	}
	if err != nil {
		return out, fmt.Errorf("commenting on pull request %d: %w", pr, err)
	}
	return out, nil
}

func (s *Sticky) put(ctx context.Context, pr int, mine Section) (Outcome, error) {
	author, err := s.author(ctx)
	if err != nil {
		return Outcome{}, err
	}
	out := Outcome{State: CommentUnchanged}
	for round := 1; ; round++ {
		ours, err := s.ours(ctx, pr, author)
		if err != nil {
			return out, err
		}
		switch {
		case len(ours) == 0 && out.State == CommentCreated:
			// Not listed yet, or a person took it away, which is their right.
		case len(ours) == 0 && mine.Clean:
			return Outcome{State: CommentNotNeeded}, nil
		case len(ours) == 0:
			body, err := compose(merge(nil, mine))
			if err != nil {
				return out, err
			}
			created, err := s.Comments.CreateComment(ctx, pr, body)
			if err != nil {
				return out, err
			}
			author = created.Author // here GitHub says who the token is, also where Viewer does not
			out = Outcome{State: CommentCreated, URL: created.URL}
		default:
			wrote, err := s.settleOn(ctx, ours, mine)
			if err != nil {
				return out, err
			}
			out.URL = ours[0].URL
			if !wrote {
				return out, nil
			}
			if out.State != CommentCreated {
				out.State = CommentUpdated
			}
		}
		if round == maxRounds {
			if len(ours) == 0 {
				return out, nil
			}
			return out, &Skip{Reason: "other jobs kept writing over the comment"}
		}
		if err := s.Sleep(ctx, settle+s.Jitter(time.Duration(round)*maxJitter)); err != nil {
			return out, err
		}
	}
}

// settleOn makes the oldest comment say what all of them and the section say, and
// deletes the others. It returns false when all was so already.
func (s *Sticky) settleOn(ctx context.Context, ours []Comment, mine Section) (wrote bool, err error) {
	var known []stored
	for _, c := range ours {
		known = append(known, parseSections(c.Body)...)
	}
	body, err := compose(merge(known, mine))
	if err != nil {
		return false, err
	}
	if normalize(ours[0].Body) != normalize(body) {
		wrote = true
		// One that is gone by now is created again in the next round.
		if _, err := s.Comments.UpdateComment(ctx, ours[0].ID, body); err != nil && !isGone(err) {
			return false, err
		}
	}
	// Only now: until the oldest has their sections, nothing else holds them.
	for _, c := range ours[1:] {
		wrote = true
		if err := s.Comments.DeleteComment(ctx, c.ID); err != nil && !isGone(err) {
			return false, err
		}
	}
	return wrote, nil
}

// author is whose comments are ours.
func (s *Sticky) author(ctx context.Context) (string, error) {
	login, err := s.Comments.Viewer(ctx)
	switch {
	case ctx.Err() != nil:
		return "", ctx.Err()
	case err != nil || login == "":
		return workflowBot, nil
	}
	return login, nil
}

// ours are our comments, the oldest first.
func (s *Sticky) ours(ctx context.Context, pr int, author string) ([]Comment, error) {
	var ours []Comment
	for page, n := 1, 0; page > 0 && n < maxPages; n++ {
		list, next, err := s.Comments.ListComments(ctx, pr, page)
		if err != nil {
			return nil, err
		}
		for _, c := range list {
			if strings.EqualFold(c.Author, author) && isOurs(c.Body) {
				ours = append(ours, c)
			}
		}
		page = next
	}
	return ours, nil
}

func isGone(err error) bool {
	var failure *APIError
	return errors.As(err, &failure) && (failure.Kind == NotFound || failure.Kind == Gone)
}
