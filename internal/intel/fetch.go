package intel

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// A download takes at most fetchTimeout and follows at most maxRedirects.
const (
	fetchTimeout = 5 * time.Minute
	maxRedirects = 5
)

// fetcher keeps the last download of a URL and asks the server whether there is a
// newer one.
type fetcher struct {
	client *http.Client
	hosts  []string // that may be talked to
	folder string
	limit  int64

	// check reads a download before it replaces the last: a server's page of
	// apologies must not.
	check func(path, name string) error
}

// download is a file on disk.
type download struct {
	path  string
	name  string // the URL, fit to be shown
	notes []string
}

// receipt says what the file beside it is. Its digest ties the two together: they
// are renamed into place one after the other, and other processes do the same.
type receipt struct {
	URL          string `json:"url"` // for people; fit to be shown
	ETag         string `json:"etag,omitempty"`
	LastModified string `json:"last_modified,omitempty"`
	SHA256       string `json:"sha256"`
}

// fetch is the newest download that can be had. When the server has no answer,
// that is the last one, with a note.
func (f fetcher) fetch(ctx context.Context, kind, address string, offline bool) (download, error) {
	u, err := f.parse(address)
	if err != nil {
		return download{}, err
	}
	sum := sha256.Sum256([]byte(address))
	path := filepath.Join(f.folder, kind+"-"+hex.EncodeToString(sum[:8]))
	got := download{path: path, name: shown(u)}
	last, have := readReceipt(path)
	switch {
	case offline && have:
		got.notes = []string{"downloads are off, so the last one is used"}
		return got, nil
	case offline:
		return download{}, fmt.Errorf("downloads are off, and there is no earlier one of %q", got.name)
	}
	err = f.update(ctx, u, got, last, have)
	switch {
	case err == nil:
		return got, nil
	case ctx.Err() != nil:
		return download{}, ctx.Err() // whatever half an answer looked like
	case have:
		got.notes = []string{fmt.Sprintf("it could not be updated, so the last download is used: %v", err)}
		return got, nil
	}
	return download{}, err
}

// parse accepts https, because what is in a file decides whether a build passes.
func (f fetcher) parse(address string) (*url.URL, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, errors.New("the address is not a URL") // err has it with its password
	}
	switch {
	case u.Scheme != "https" || u.Host == "":
		return nil, fmt.Errorf("%q: expected a file or an https URL", shown(u))
	case f.folder == "":
		return nil, errors.New("there is no folder to keep downloads in")
	}
	return u, nil
}

// shown is a URL without what may be secret in it.
func shown(u *url.URL) string {
	bare := *u
	bare.User, bare.RawQuery, bare.Fragment = nil, "", ""
	return bare.String()
}

// hosts are those of the URLs among the addresses.
func hosts(addresses ...string) []string {
	var hosts []string
	for _, address := range addresses {
		if u, err := url.Parse(address); err == nil && u.Host != "" {
			hosts = append(hosts, u.Host)
		}
	}
	return hosts
}

// update asks the server and, when it has something new, puts it in place.
func (f fetcher) update(ctx context.Context, u *url.URL, to download, last receipt, have bool) error {
	if f.client == nil {
		return errors.New("there is no client to download with")
	}
	ctx, cancel := context.WithTimeout(ctx, fetchTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return fmt.Errorf("asking for %q: %w", to.name, err)
	}
	req.Header.Set("User-Agent", "imgscan")
	if have && last.ETag != "" {
		req.Header.Set("If-None-Match", last.ETag)
	}
	if have && last.LastModified != "" {
		req.Header.Set("If-Modified-Since", last.LastModified)
	}
	client := *f.client
	client.CheckRedirect = f.redirect
	resp, err := client.Do(req)
	if err != nil {
		var wrapped *url.Error
		if errors.As(err, &wrapped) {
			err = wrapped.Err // it says the URL, secrets and all
		}
		return fmt.Errorf("asking for %q: %w", to.name, err)
	}
	defer resp.Body.Close()
	switch {
	case resp.StatusCode == http.StatusNotModified && have:
		return nil
	case resp.StatusCode != http.StatusOK:
		return fmt.Errorf("asking for %q: the server answered %d %s", to.name, resp.StatusCode, http.StatusText(resp.StatusCode))
	}
	now := receipt{URL: to.name, ETag: header(resp, "ETag"), LastModified: header(resp, "Last-Modified")}
	return f.store(resp.Body, to, now)
}

// redirect lets the server send us only to hosts that are configured.
func (f fetcher) redirect(req *http.Request, via []*http.Request) error {
	switch {
	case len(via) > maxRedirects:
		return fmt.Errorf("more than %d redirects", maxRedirects)
	case req.URL.Scheme != "https" || !slices.Contains(f.hosts, req.URL.Host):
		return fmt.Errorf("the server redirects to %q, which is not configured", req.URL.Scheme+"://"+req.URL.Host)
	}
	return nil
}

// header is a header of a size that can be sent back.
func header(resp *http.Response, name string) string {
	if value := resp.Header.Get(name); len(value) <= 1<<10 {
		return value
	}
	return ""
}

// store writes a download beside the last one, checks it, and renames it into
// place.
func (f fetcher) store(body io.Reader, to download, r receipt) (err error) {
	if err := os.MkdirAll(f.folder, 0o755); err != nil {
		return fmt.Errorf("storing the download: %w", err)
	}
	temp, err := os.CreateTemp(f.folder, ".download-*")
	if err != nil {
		return fmt.Errorf("storing the download: %w", err)
	}
	defer os.Remove(temp.Name())
	digest := sha256.New()
	limited := &capped{r: body, left: f.limit, tooMuch: fmt.Errorf("the file is larger than %d MiB", f.limit>>20)}
	_, err = io.Copy(io.MultiWriter(temp, digest), limited)
	if err := errors.Join(err, temp.Close()); err != nil {
		return fmt.Errorf("storing %q: %w", to.name, err)
	}
	if err := f.check(temp.Name(), to.name); err != nil {
		return err
	}
	r.SHA256 = hex.EncodeToString(digest.Sum(nil))
	if err := os.Rename(temp.Name(), to.path); err != nil {
		return fmt.Errorf("storing the download: %w", err)
	}
	return writeReceipt(to.path, r)
}

func receiptPath(path string) string { return path + ".json" }

func writeReceipt(path string, r receipt) error {
	data, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("storing the download: %w", err)
	}
	temp, err := os.CreateTemp(filepath.Dir(path), ".receipt-*")
	if err != nil {
		return fmt.Errorf("storing the download: %w", err)
	}
	defer os.Remove(temp.Name())
	_, err = temp.Write(data)
	if err := errors.Join(err, temp.Close()); err != nil {
		return fmt.Errorf("storing the download: %w", err)
	}
	if err := os.Rename(temp.Name(), receiptPath(path)); err != nil {
		return fmt.Errorf("storing the download: %w", err)
	}
	return nil
}

// readReceipt is false unless there is a download with a receipt that is about it.
func readReceipt(path string) (receipt, bool) {
	data, err := os.ReadFile(receiptPath(path))
	if err != nil {
		return receipt{}, false
	}
	var r receipt
	if json.Unmarshal(data, &r) != nil {
		return receipt{}, false
	}
	file, err := os.Open(path)
	if err != nil {
		return receipt{}, false
	}
	defer file.Close()
	digest := sha256.New()
	if _, err := io.Copy(digest, file); err != nil {
		return receipt{}, false
	}
	return r, hex.EncodeToString(digest.Sum(nil)) == r.SHA256
}
