package github

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
)

// GitHub keeps the content of artifacts in a store of another host, and hands out
// addresses that are signed: who has one may read. So an address is a secret, is in
// no error, and is fetched without the token.

const (
	// maxReport caps the bytes of an artifact, as it is stored and as it is inflated.
	// The report of an image with 10,000 findings has some 20 MB.
	maxReport = 64 << 20

	// maxStoreRedirects bounds how often the store sends us on.
	maxStoreRedirects = 3
)

// storeAddress is where a redirect of the API leads to. Without TLS, only an API
// that has none itself may send us there.
func (c *Client) storeAddress(location string) (*url.URL, error) {
	at, err := url.Parse(location)
	if err != nil || at.Host == "" {
		return nil, errors.New("GitHub's API does not say where the artifact is") // the parser would print the address
	}
	if !c.mayFetch(at) {
		return nil, fmt.Errorf("GitHub's API keeps the artifact at %q, which is not encrypted", at.Scheme+"://"+at.Host)
	}
	return at, nil
}

func (c *Client) mayFetch(at *url.URL) bool {
	return at.Scheme == "https" || at.Scheme == "http" && c.client.BaseURL.Scheme == "http"
}

// fetchStored reads what is at an address of the store. Its error is an [*APIError],
// or that of the context.
func (c *Client) fetchStored(ctx context.Context, at *url.URL) ([]byte, error) {
	content, err := c.get(ctx, at)
	var failure *APIError
	switch {
	case err == nil:
		return content, nil
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case errors.As(err, &failure):
		return nil, err
	}
	var where *url.Error
	if errors.As(err, &where) {
		err = where.Err // without the address
	}
	said := afterQuestionMark.ReplaceAllString(err.Error(), "?…")
	return nil, c.storeError(Unavailable, fmt.Sprintf("fetching the artifact from %q: %s", at.Host, said))
}

// afterQuestionMark is the part of an address that holds its signature.
var afterQuestionMark = regexp.MustCompile(`\?[^\s"]*`)

func (c *Client) get(ctx context.Context, at *url.URL) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, at.String(), nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("User-Agent", c.client.UserAgent)
	// Of its own, because steady serves one at a time.
	client := &http.Client{Transport: &steady{next: c.store, attempt: c.attempt}, CheckRedirect: c.checkStoreRedirect}
	resp, err := client.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	switch resp.StatusCode {
	case http.StatusOK:
	case http.StatusNotFound, http.StatusGone:
		return nil, c.storeError(NotFound, fmt.Sprintf("the artifact is not at %q any more", at.Host))
	default:
		return nil, c.storeError(Unavailable, fmt.Sprintf("%q, where the artifact is, answered %d %s", at.Host, resp.StatusCode, http.StatusText(resp.StatusCode)))
	}
	content, err := io.ReadAll(io.LimitReader(resp.Body, maxReport+1))
	if err == nil && len(content) > maxReport {
		err = c.storeError(TooLarge, fmt.Sprintf("the artifact has more than %d bytes", maxReport))
	}
	return content, err
}

// checkStoreRedirect keeps an address to itself: the client would tell it to the
// next host as where it comes from.
func (c *Client) checkStoreRedirect(req *http.Request, via []*http.Request) error {
	req.Header.Del("Referer")
	if len(via) > maxStoreRedirects {
		return fmt.Errorf("it redirects more than %d times", maxStoreRedirects)
	}
	if !c.mayFetch(req.URL) {
		return fmt.Errorf("it redirects to %q, which is not encrypted", req.URL.Scheme+"://"+req.URL.Host)
	}
	return nil
}

// storeError is a failure of the store. It has no status, which would be taken for
// the API's: 403 is an address that is no longer good, and no missing permission.
func (c *Client) storeError(kind ErrorKind, message string) error {
	return &APIError{Kind: kind, Message: c.harmless(message), Permission: mayReadArtifacts, Retryable: kind == Unavailable}
}
