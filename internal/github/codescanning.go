package github

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	gh "github.com/google/go-github/v60/github"
)

const (
	// maxPackedSARIF is the size in bytes of the largest compressed file that code
	// scanning takes.
	maxPackedSARIF = 10 << 20

	// mayUpload is what uploading needs. Reading contents is needed, too, in private
	// repositories.
	mayUpload = "security-events: write"

	// firstPoll and maxPolls are those of codeql-action: GitHub is asked after 5, 15,
	// 35, 75 and 155 seconds.
	firstPoll = 5 * time.Second
	maxPolls  = 5
)

// analysisRef is a ref that code scanning takes.
var analysisRef = regexp.MustCompile(`^refs/(?:heads|tags|pull)/.`)

// Upload is a SARIF file for code scanning. The same commit, tool and category
// replace what was uploaded before, so it may be repeated; a file without results
// closes the alerts of its category.
type Upload struct {
	SARIF []byte

	// Ref and SHA are what was scanned, see [Runner.AnalysisTarget].
	Ref, SHA string

	// CheckoutURI is the folder that the file's locations are relative to, such as
	// "file:///github/workspace/"; may be empty.
	CheckoutURI string

	// Tool is the name of the tool in the file; empty to leave it to GitHub.
	Tool string
}

// Uploaded is what became of an upload.
type Uploaded struct {
	ID  string
	URL string // where a person sees the alerts; empty when GITHUB_SERVER_URL is not set

	// Status is complete, failed, or pending when GitHub was still at it after the
	// last question.
	Status string

	// Errors are GitHub's words for a failure. They are untrusted.
	Errors []string
}

// UploadSARIF uploads a file to code scanning and waits until it is processed. The
// error of a file that GitHub took and could not process is an [*APIError] of the
// kind [Processing]; the result is then filled in, too.
func (c *Client) UploadSARIF(ctx context.Context, u Upload) (Uploaded, error) {
	up, err := c.uploadSARIF(ctx, u)
	if err != nil {
		return up, fmt.Errorf("uploading to code scanning: %w", err)
	}
	return up, nil
}

func (c *Client) uploadSARIF(ctx context.Context, u Upload) (Uploaded, error) {
	if !analysisRef.MatchString(u.Ref) || !objectName.MatchString(u.SHA) {
		return Uploaded{}, fmt.Errorf("the ref %.80q or the commit %.80q is none", u.Ref, u.SHA)
	}
	packed, err := pack(u.SARIF)
	if err != nil {
		return Uploaded{}, err
	}
	analysis := &gh.SarifAnalysis{CommitSHA: &u.SHA, Ref: &u.Ref, Sarif: &packed}
	if u.CheckoutURI != "" {
		analysis.CheckoutURI = &u.CheckoutURI
	}
	if u.Tool != "" {
		analysis.ToolName = &u.Tool
	}
	var id *gh.SarifID
	err = c.do(ctx, mayUpload, func() (resp *gh.Response, err error) {
		id, resp, err = c.client.CodeScanning.UploadSarif(ctx, c.owner, c.name, analysis)
		return resp, err
	})
	if err != nil {
		return Uploaded{}, err
	}
	up := Uploaded{ID: id.GetID(), URL: c.alertsURL(u), Status: "pending"}
	return c.processed(ctx, up)
}

// pack is a file as the API wants it.
func pack(sarif []byte) (string, error) {
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	if _, err := w.Write(sarif); err != nil {
		return "", fmt.Errorf("compressing the report: %w", err)
	}
	if err := w.Close(); err != nil {
		return "", fmt.Errorf("compressing the report: %w", err)
	}
	if packed.Len() > maxPackedSARIF {
		return "", &APIError{
			Status: http.StatusRequestEntityTooLarge, Kind: TooLarge,
			Message: fmt.Sprintf("not sent: %d bytes compressed, of at most %d", packed.Len(), maxPackedSARIF),
		}
	}
	return base64.StdEncoding.EncodeToString(packed.Bytes()), nil
}

// processed waits for the result of an upload. Not to learn it is no failure: the
// file has arrived, and the alerts will show.
func (c *Client) processed(ctx context.Context, up Uploaded) (Uploaded, error) {
	for n, pause := 0, firstPoll; n < maxPolls; n, pause = n+1, 2*pause {
		if err := sleepFor(ctx, pause); err != nil {
			return up, err
		}
		status, err := c.sarifStatus(ctx, up.ID)
		if ctx.Err() != nil {
			return up, ctx.Err()
		}
		if err != nil {
			continue
		}
		switch up.Status = status.Status; status.Status {
		case "complete":
			return up, nil
		case "failed":
			for _, text := range status.Errors {
				up.Errors = append(up.Errors, c.harmless(text))
			}
			return up, &APIError{Kind: Processing, Message: strings.Join(up.Errors, "; "), Permission: mayUpload}
		}
	}
	return up, nil
}

// sarifStatus is what go-github has not: it leaves out the errors.
type sarifStatus struct {
	Status string   `json:"processing_status"`
	Errors []string `json:"errors"`
}

func (c *Client) sarifStatus(ctx context.Context, id string) (sarifStatus, error) {
	var status sarifStatus
	path := fmt.Sprintf("repos/%s/%s/code-scanning/sarifs/%s", c.owner, c.name, url.PathEscape(id))
	err := c.do(ctx, mayUpload, func() (*gh.Response, error) {
		req, err := c.client.NewRequest(http.MethodGet, path, nil)
		if err != nil {
			return nil, err
		}
		return c.client.Do(ctx, req, &status)
	})
	return status, err
}

// pullRef is a ref of a pull request.
var pullRef = regexp.MustCompile(`^refs/pull/([0-9]{1,9})/`)

// alertsURL is the page of the alerts of an upload.
func (c *Client) alertsURL(u Upload) string {
	server := strings.TrimSuffix(c.runner.getenv("GITHUB_SERVER_URL"), "/")
	if server == "" {
		return ""
	}
	query := "is:open"
	if u.Tool != "" {
		query += " tool:" + u.Tool
	}
	if pull := pullRef.FindStringSubmatch(u.Ref); pull != nil {
		query += " pr:" + pull[1]
	} else if branch, ok := strings.CutPrefix(u.Ref, "refs/heads/"); ok {
		query += " branch:" + branch
	}
	return server + "/" + c.owner + "/" + c.name + "/security/code-scanning?query=" + url.QueryEscape(query)
}
