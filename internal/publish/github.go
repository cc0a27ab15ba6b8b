package publish

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/org/imgscan-action/internal/finding"
	"github.com/org/imgscan-action/internal/github"
	"github.com/org/imgscan-action/internal/report"
)

// CodeScanning uploads the report as alerts. A clean report is uploaded too: that
// is what closes the alerts of the one before.
type CodeScanning struct {
	Upload  func(sarif []byte) error
	Options report.Options
}

var _ Publisher = CodeScanning{}

func (CodeScanning) String() string { return "code scanning" }

// Publish uploads the report. Whatever GitHub says to that is no failure: alerts
// are a place to read the report, and the verdict has been given.
func (c CodeScanning) Publish(rep *finding.Report) error {
	format, err := report.For("sarif")
	if err != nil {
		return err
	}
	var sarif bytes.Buffer
	if err := format.Write(&sarif, rep, c.Options); err != nil {
		return err
	}
	return unheard(c.Upload(sarif.Bytes()))
}

// Comment keeps the section of the image in the comment on the pull request.
type Comment struct {
	Put func(github.Section) (github.Outcome, error)
}

var _ Publisher = Comment{}

func (Comment) String() string { return "the comment on the pull request" }

// Publish writes the section, or leaves it when it says the same already.
func (c Comment) Publish(rep *finding.Report) error {
	var body strings.Builder
	if err := report.WriteComment(&body, rep, report.Options{}); err != nil {
		return err
	}
	_, err := c.Put(github.Section{
		Key:   rep.Image.Name + " " + rep.Image.Platform,
		Body:  body.String(),
		Clean: report.NothingToDo(rep),
	})
	return unheard(err)
}

// unheard turns an error of GitHub's API into the reason for having done nothing.
func unheard(err error) error {
	if err == nil {
		return nil
	}
	if notice, ok := github.Downgrade(err); ok {
		return Skip(notice)
	}
	return Skip(fmt.Sprintf("it failed: %v", err))
}
