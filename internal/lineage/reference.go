package lineage

import (
	"errors"
	"fmt"
	"strings"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// reference names an image. Unlike go-containerregistry's it keeps the tag of
// "repo:tag@digest", which says what the digest was meant to be.
type reference struct {
	repo   name.Repository
	tag    string // empty only with a digest
	digest string // "sha256:…"; may be empty
}

// parseReference reads a reference that may leave out what Docker fills in: the
// registry, "library/" and ":latest".
func parseReference(s string) (reference, error) {
	if len(s) > maxRef {
		return reference{}, fmt.Errorf("it is longer than %d characters", maxRef)
	}
	if s == "" {
		return reference{}, errors.New("it is empty")
	}
	base, digest, pinned := strings.Cut(s, "@")
	if pinned {
		if err := checkDigest(digest); err != nil {
			return reference{}, err
		}
	}
	tag, err := name.NewTag(base)
	if err != nil {
		return reference{}, errors.New("it is not a valid image reference")
	}
	// A host is compared byte by byte with those that may be asked. A letter that
	// only looks like one of ASCII must not get that far.
	for _, r := range base {
		if r <= ' ' || r > '~' {
			return reference{}, errors.New("it is not a valid image reference")
		}
	}
	ref := reference{repo: tag.Repository, tag: tag.TagStr(), digest: digest}
	if pinned && !strings.HasSuffix(base, ":"+ref.tag) {
		ref.tag = "" // only the digest says what it is
	}
	return ref, nil
}

func checkDigest(s string) error {
	if _, err := v1.NewHash(s); err != nil || !strings.HasPrefix(s, "sha256:") {
		return errors.New("its digest is not one")
	}
	return nil
}

// host is the registry in the one spelling that hosts are compared in.
func (r reference) host() string { return hostKey(r.repo.RegistryStr()) }

// name is the repository as Docker prints it.
func (r reference) name() string {
	if r.host() == name.DefaultRegistry {
		return strings.TrimPrefix(r.repo.RepositoryStr(), "library/")
	}
	return r.repo.Name()
}

// String is the reference as Docker prints it, with its tag and without its
// digest.
func (r reference) String() string {
	if r.tag == "" {
		return r.name()
	}
	return r.name() + ":" + r.tag
}

// at is the reference to one digest in the same repository.
func (r reference) at(digest string) string { return r.name() + "@" + digest }
