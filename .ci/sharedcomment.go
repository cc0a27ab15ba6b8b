//go:build ignore

// Sharedcomment prints the comment on a pull request after jobs have written their
// sections into it, one job after the other and as the action does:
//
//	go run .ci/sharedcomment.go shop/api=section.md shop/web=section.md clean:shop/web=later.md
package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/org/imgscan-action/internal/github"
)

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "usage: sharedcomment [clean:]KEY=FILE...")
		os.Exit(2)
	}
	c := &conversation{}
	for _, arg := range os.Args[1:] {
		if err := c.write(arg); err != nil {
			fmt.Fprintln(os.Stderr, "sharedcomment:", err)
			os.Exit(1)
		}
	}
	fmt.Print(c.comment.Body)
}

// conversation is a pull request with room for one comment.
type conversation struct{ comment github.Comment }

const author = "github-actions[bot]"

// write puts a section, given as [clean:]KEY=FILE, into the comment.
func (c *conversation) write(arg string) error {
	arg, clean := strings.CutPrefix(arg, "clean:")
	key, file, ok := strings.Cut(arg, "=")
	if !ok {
		return fmt.Errorf("%q: expected KEY=FILE", arg)
	}
	body, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	sticky := github.Sticky{
		Comments: c,
		Sleep:    func(context.Context, time.Duration) error { return nil },
		Jitter:   func(time.Duration) time.Duration { return 0 },
	}
	_, err = sticky.Put(context.Background(), 1, github.Section{Key: key, Body: string(body), Clean: clean})
	return err
}

func (c *conversation) Viewer(context.Context) (string, error) { return author, nil }

func (c *conversation) ListComments(context.Context, int, int) ([]github.Comment, int, error) {
	if c.comment.ID == 0 {
		return nil, 0, nil
	}
	return []github.Comment{c.comment}, 0, nil
}

func (c *conversation) CreateComment(_ context.Context, _ int, body string) (github.Comment, error) {
	c.comment = github.Comment{ID: 1, Author: author, Body: body}
	return c.comment, nil
}

func (c *conversation) UpdateComment(_ context.Context, _ int64, body string) (github.Comment, error) {
	c.comment.Body = body
	return c.comment, nil
}

func (c *conversation) DeleteComment(context.Context, int64) error {
	c.comment = github.Comment{}
	return nil
}
