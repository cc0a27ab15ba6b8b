package image

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/remote/transport"
)

// registryJobs is how many blobs one image reads at a time.
const registryJobs = 8

// registry opens images from registries.
type registry struct {
	transport *registryTransport
	pullers   *pullers
	opts      Options
}

// newRegistry reaches registries, with the user name and the password of the
// options for the one of that host, as registryKey spells it.
func newRegistry(opts Options, login string) *registry {
	transport := newRegistryTransport(opts.Insecure)
	return &registry{
		transport: transport,
		opts:      opts,
		pullers: &pullers{
			transport: transport,
			keychain:  givenFirst{registry: login, username: opts.Username, password: opts.Password, next: opts.Keychain},
			userAgent: "imgscan/" + opts.Version,
		},
	}
}

// Close drops the connections.
func (r *registry) Close() error {
	r.transport.closeIdle()
	return nil
}

// open asks the mirrors of a reference's registry and then the registry itself.
// Each one that does not answer with the image becomes an attempt; the error is
// set for what ends the search.
func (r *registry) open(ctx context.Context, ref name.Reference, want *v1.Platform) (*Image, []Attempt, error) {
	var attempts []Attempt
	places, err := r.places(ref)
	if err != nil {
		return nil, nil, err
	}
	for i, place := range places {
		img, err := r.openAt(ctx, place, want)
		if err == nil {
			img.Repository = familiarRepo(ref.Context())
			img.Name = img.Repository
			img.Source = SourceRegistry
			return img, nil, nil
		}
		if ctx.Err() != nil {
			return nil, nil, ctx.Err()
		}
		attempt := registryAttempt(place, err)
		attempt.origin = i == len(places)-1
		attempts = append(attempts, attempt)
	}
	return nil, attempts, nil
}

// head is the digest to which a reference leads now. The registry itself is asked
// first, unlike when opening: a mirror may have kept an older answer. Its mirrors
// are asked when it does not say; that it has no such tag is an answer.
func (r *registry) head(ctx context.Context, ref name.Reference) (string, []Attempt, error) {
	places, err := r.places(ref)
	if err != nil {
		return "", nil, err
	}
	origin := places[len(places)-1]
	var attempts []Attempt
	for i, place := range append([]name.Reference{origin}, places[:len(places)-1]...) {
		digest, err := r.pullers.head(ctx, place)
		if err == nil {
			return digest, nil, nil
		}
		if ctx.Err() != nil {
			return "", nil, ctx.Err()
		}
		attempt := registryAttempt(place, err)
		attempt.origin = i == 0
		attempts = append(attempts, attempt)
		if attempt.origin && attempt.kind == notThere {
			break
		}
	}
	return "", attempts, nil
}

// places are the references to try, in order.
func (r *registry) places(ref name.Reference) ([]name.Reference, error) {
	origin := registryKey(ref.Context().RegistryStr())
	var places []name.Reference
	for _, host := range slices.Sorted(maps.Keys(r.opts.Mirrors)) {
		if registryKey(host) != origin {
			continue
		}
		for _, mirror := range r.opts.Mirrors[host] {
			place, err := r.at(strings.TrimSuffix(mirror, "/"), ref)
			if err != nil {
				return nil, fmt.Errorf("mirror %q of %q: %w", mirror, host, err)
			}
			places = append(places, place)
		}
	}
	place, err := r.at(ref.Context().RegistryStr(), ref)
	if err != nil {
		return nil, err
	}
	return append(places, place), nil
}

// at is a reference to the same image at another host, which may have a path.
func (r *registry) at(host string, ref name.Reference) (name.Reference, error) {
	registryHost, prefix, _ := strings.Cut(host, "/")
	var nameOpts []name.Option
	if r.transport.insecureHost(registryHost) {
		nameOpts = append(nameOpts, name.Insecure)
	}
	reg, err := name.NewRegistry(registryHost, nameOpts...)
	if err != nil {
		return nil, err
	}
	repo := reg.Repo(ref.Context().RepositoryStr())
	if prefix != "" {
		repo = reg.Repo(prefix, ref.Context().RepositoryStr())
	}
	if _, ok := ref.(name.Digest); ok {
		return repo.Digest(ref.Identifier()), nil
	}
	return repo.Tag(ref.Identifier()), nil
}

func (r *registry) openAt(ctx context.Context, ref name.Reference, want *v1.Platform) (*Image, error) {
	desc, puller, err := r.pullers.get(ctx, ref)
	if err != nil {
		return nil, err
	}
	store := &registryStore{puller: puller, repo: ref.Context(), root: desc}
	resolver := &resolver{store: store, ref: ref.String(), want: want, opts: r.opts, lazy: true}
	img, err := resolver.resolve(ctx, []v1.Descriptor{{Digest: desc.Digest, Size: int64(len(desc.Manifest)), MediaType: desc.MediaType}})
	if err != nil {
		return nil, err
	}
	// An index leads to the platform; a manifest alone has to be it.
	if want != nil && !satisfies(configPlatform(img.Config, nil), *want) && img.IndexDigest == "" {
		return nil, &PlatformError{Ref: ref.String(), Want: platformString(*want), Have: []string{img.Platform}}
	}
	return img, nil
}

// registryStore is one repository of a registry.
type registryStore struct {
	puller *remote.Puller
	repo   name.Repository
	root   *remote.Descriptor // already read
}

func (s *registryStore) manifest(ctx context.Context, d v1.Descriptor) ([]byte, error) {
	if d.Digest == s.root.Digest {
		return s.root.Manifest, nil
	}
	desc, err := s.puller.Get(ctx, s.repo.Digest(d.Digest.String()))
	if err != nil {
		return nil, err
	}
	return desc.Manifest, nil
}

func (s *registryStore) verifies() bool { return true }

func (s *registryStore) blob(ctx context.Context, d v1.Descriptor) (io.ReadCloser, error) {
	layer, err := s.puller.Layer(ctx, s.repo.Digest(d.Digest.String()))
	if err != nil {
		return nil, err
	}
	rc, err := layer.Compressed()
	var answer *transport.Error
	if errors.As(err, &answer) && answer.StatusCode == http.StatusNotFound {
		return nil, fmt.Errorf("%w: %w", fs.ErrNotExist, err)
	}
	return rc, err
}

// referrers lists what refers to a manifest, by digest: what order a registry gives
// them means nothing.
func (s *registryStore) referrers(ctx context.Context, about v1.Hash) ([]v1.Descriptor, error) {
	listed, err := remote.Referrers(s.repo.Digest(about.String()), remote.WithContext(ctx), remote.Reuse(s.puller))
	if err != nil {
		return nil, err
	}
	raw, err := listed.RawManifest()
	if err != nil {
		return nil, err
	}
	if len(raw) > maxManifest {
		return nil, fmt.Errorf("the list has %d bytes, more than %d", len(raw), maxManifest)
	}
	index, err := asIndex(raw)
	if err != nil {
		return nil, err
	}
	if index == nil {
		return nil, errors.New(`it lists no "manifests"`)
	}
	slices.SortFunc(index.Manifests, func(a, b v1.Descriptor) int { return strings.Compare(a.Digest.String(), b.Digest.String()) })
	return index.Manifests, nil
}

// tagged is the manifest under a tag; nil when there is none.
func (s *registryStore) tagged(ctx context.Context, tag string) ([]byte, error) {
	desc, err := s.puller.Get(ctx, s.repo.Tag(tag))
	var answer *transport.Error
	if errors.As(err, &answer) && answer.StatusCode == http.StatusNotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if len(desc.Manifest) > maxManifest {
		return nil, fmt.Errorf("the manifest has %d bytes, more than %d", len(desc.Manifest), maxManifest)
	}
	return desc.Manifest, nil
}
