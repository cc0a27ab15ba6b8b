package image

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/remote/transport"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// session is a login to one repository, for the requests that go-containerregistry
// makes otherwise than we need them: it follows GitHub's redirect of the referrers
// API to a web page, takes that page for the API when it writes, and leaves the
// annotations out of the list that it keeps under a tag.
type session struct {
	client *http.Client
	repo   name.Repository
}

// origin is a reference at the registry that it names, and at no mirror of it.
func (r *registry) origin(ref name.Reference) (name.Reference, error) {
	return r.at(ref.Context().RegistryStr(), ref)
}

// login logs in to a repository; the scope is one of go-containerregistry's.
func (r *registry) login(ctx context.Context, repo name.Repository, scope string) (*session, error) {
	auth, err := authn.Resolve(ctx, r.pullers.keychain, repo)
	if err != nil {
		return nil, err
	}
	inner := transport.NewUserAgent(r.transport, r.pullers.userAgent)
	logged, err := transport.NewWithContext(ctx, repo.Registry, auth, inner, []string{repo.Scope(scope)})
	if err != nil {
		return nil, err
	}
	stay := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &session{repo: repo, client: &http.Client{Transport: logged, CheckRedirect: stay}}, nil
}

// do sends a request about something in the repository, such as
// "manifests/sha256:…". The body of the answer must be closed.
func (s *session) do(ctx context.Context, method, what string, query url.Values, mediaType string, body []byte) (*http.Response, error) {
	u := url.URL{
		Scheme:   s.repo.Scheme(),
		Host:     s.repo.RegistryStr(),
		Path:     "/v2/" + s.repo.RepositoryStr() + "/" + what,
		RawQuery: query.Encode(),
	}
	req, err := http.NewRequestWithContext(ctx, method, u.String(), bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	if body != nil {
		req.Header.Set("Content-Type", mediaType)
	} else {
		req.Header.Set("Accept", mediaType)
	}
	return s.client.Do(req)
}

// put stores a manifest under a digest or a tag. It gives the digest of the subject
// that the registry has put it in the list of; empty when it did not say so.
func (s *session) put(ctx context.Context, reference string, mediaType types.MediaType, raw []byte) (subject string, err error) {
	resp, err := s.do(ctx, http.MethodPut, "manifests/"+reference, nil, string(mediaType), raw)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	if err := transport.CheckError(resp, http.StatusOK, http.StatusCreated, http.StatusAccepted); err != nil {
		return "", err
	}
	return resp.Header.Get("OCI-Subject"), nil
}

// referrers are the manifests of one artifact type that refer to one manifest: by
// the referrers API of the OCI distribution specification 1.1, or as an index under
// a tag, which clients keep where there is no such API.
type referrers struct {
	session      *session
	store        *registryStore
	subject      v1.Hash
	artifactType string
}

func newReferrers(s *session, puller *remote.Puller, subject v1.Hash, artifactType string) *referrers {
	store := &registryStore{puller: puller, repo: s.repo, root: &remote.Descriptor{}}
	return &referrers{session: s, store: store, subject: subject, artifactType: artifactType}
}

// list is what may be of the type, by digest. A registry need not heed the filter,
// and some say "empty" or nothing where the type belongs.
func (r *referrers) list(ctx context.Context) ([]v1.Descriptor, error) {
	index, _, err := r.index(ctx)
	if err != nil {
		return nil, err
	}
	var listed []v1.Descriptor
	for _, d := range index.Manifests {
		if d.ArtifactType == r.artifactType || d.ArtifactType == "" || d.ArtifactType == string(mediaTypeEmpty) {
			listed = append(listed, d)
		}
	}
	slices.SortFunc(listed, func(a, b v1.Descriptor) int { return strings.Compare(a.Digest.String(), b.Digest.String()) })
	return slices.CompactFunc(listed, func(a, b v1.Descriptor) bool { return a.Digest == b.Digest }), nil
}

// index is the whole list, and whether it is the API's.
func (r *referrers) index(ctx context.Context) (index *v1.IndexManifest, api bool, err error) {
	raw, err := r.fromAPI(ctx)
	api = raw != nil
	if err == nil && !api {
		raw, err = r.store.tagged(ctx, r.tag())
	}
	if err != nil {
		return nil, false, fmt.Errorf("listing the referrers of %s: %w", r.subject, err)
	}
	if raw == nil {
		return &v1.IndexManifest{SchemaVersion: 2, MediaType: types.OCIImageIndex}, false, nil
	}
	index, err = asIndex(raw)
	if err == nil && index == nil {
		err = errors.New(`it lists no "manifests"`)
	}
	if err != nil {
		return nil, false, fmt.Errorf("parsing the list of referrers of %s: %w", r.subject, err)
	}
	return index, api, nil
}

// tag is the tag that stands in for the API.
func (r *referrers) tag() string { return r.subject.Algorithm + "-" + r.subject.Hex }

// fromAPI is the answer of the API; nil when there is no API. Registries say so in
// many ways: GitHub's sends us to a web page.
func (r *referrers) fromAPI(ctx context.Context) ([]byte, error) {
	query := url.Values{"artifactType": {r.artifactType}}
	resp, err := r.session.do(ctx, http.MethodGet, "referrers/"+r.subject.String(), query, string(types.OCIImageIndex), nil)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if busy(resp.StatusCode) {
		return nil, transport.CheckError(resp, http.StatusOK)
	}
	mediaType, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	if resp.StatusCode != http.StatusOK || mediaType != string(types.OCIImageIndex) {
		return nil, nil
	}
	raw, err := io.ReadAll(io.LimitReader(resp.Body, maxManifest+1))
	if err != nil {
		return nil, err
	}
	if len(raw) > maxManifest {
		return nil, fmt.Errorf("the list has more than %d bytes", maxManifest)
	}
	return raw, nil
}

// maxListTries is how often the list under a tag is written. There is no way to write
// it only if it is unchanged, so another job may write over it.
const maxListTries = 3

// add stores a manifest and sees to it that it is listed. Where the list is kept under
// a tag, it takes the place of others there.
func (r *referrers) add(ctx context.Context, entry v1.Descriptor, raw []byte, instead []v1.Descriptor) error {
	about, err := r.session.put(ctx, entry.Digest.String(), entry.MediaType, raw)
	if err != nil || about == r.subject.String() {
		return err
	}
	for try := 0; ; try++ {
		index, api, err := r.index(ctx)
		if err != nil {
			return err
		}
		if api || slices.ContainsFunc(index.Manifests, func(d v1.Descriptor) bool { return d.Digest == entry.Digest }) {
			return nil
		}
		if try == maxListTries {
			return fmt.Errorf("others write over the tag %q, which lists what is attached", r.tag())
		}
		if err := r.relist(ctx, index, entry, instead); err != nil {
			return fmt.Errorf("writing the tag %q, which lists what is attached: %w", r.tag(), err)
		}
	}
}

// relist writes the list under the tag with one entry instead of others.
func (r *referrers) relist(ctx context.Context, index *v1.IndexManifest, entry v1.Descriptor, instead []v1.Descriptor) error {
	dropped := make(map[v1.Hash]bool)
	for _, d := range instead {
		dropped[d.Digest] = true
	}
	index.Manifests = slices.DeleteFunc(index.Manifests, func(d v1.Descriptor) bool { return dropped[d.Digest] })
	index.Manifests = append(index.Manifests, entry)
	index.SchemaVersion, index.MediaType = 2, types.OCIImageIndex
	raw, err := json.Marshal(index)
	if err != nil {
		return err
	}
	_, err = r.session.put(ctx, r.tag(), types.OCIImageIndex, raw)
	return err
}

// isGone says whether an error is a registry's word that something is not there.
func isGone(err error) bool {
	var answer *transport.Error
	return errors.As(err, &answer) && answer.StatusCode == http.StatusNotFound
}
