package image

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/remote/transport"
	"github.com/google/go-containerregistry/pkg/v1/static"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// MaxAttachment is how many bytes an attachment may have.
const MaxAttachment = 64 << 20

// annotationCreated dates an attachment (OCI image specification).
const annotationCreated = "org.opencontainers.image.created"

// Attachment is a document that hangs on an image in its registry: an artifact of
// OCI 1.1 whose subject is the image's manifest. No signature is made or verified;
// whoever can push to the repository can attach one, and whoever can pull from it
// can read one.
type Attachment struct {
	// Type is the artifact type, and the media type of the content.
	Type string

	// Content is the document, of at most MaxAttachment bytes.
	Content []byte

	// Created is when the document was made; the latest one is the one that counts.
	// It is kept to the second.
	Created time.Time

	// Annotations say what the document is; the date is not among them. What is read
	// from a registry is untrusted text.
	Annotations map[string]string

	// Digest is that of the manifest ("sha256:…"); set by what reads.
	Digest string
}

// ErrAttachedAlready is that the newest attachment of an image has the very
// annotations of the one to attach.
var ErrAttachedAlready = errors.New("the image has the same one attached already")

// AttachError is that nothing could be attached to an image. It is one line that
// says why and, where somebody can, what to do.
type AttachError struct {
	Ref    string // the image
	Reason string
	Err    error // what a registry said; nil when none was asked
}

func (e *AttachError) Error() string {
	return fmt.Sprintf("cannot attach anything to image %q: %s", e.Ref, e.Reason)
}

func (e *AttachError) Unwrap() error { return e.Err }

// Attach attaches a document to the manifest of an image, the one of its platform,
// and gives the digest of what it wrote. It writes to the registry that the image
// is named after, never to a mirror, and asks that registry for the right to push.
// A registry without the referrers API gets the tag that stands in for it,
// "sha256-…" and the digest of the image.
//
// When the newest attachment of that type has the same annotations, nothing is
// written: the error is [ErrAttachedAlready], beside the digest of that one. So
// annotations have to tell contents apart.
//
// An image has one attachment of a type, the newest; its scheduled scans would
// fill the registry otherwise. What is older goes, once the new one is in place:
// out of the tag, and then out of the registry. Only what the image's list of
// referrers dates as older and what its own manifest says to be of that type and
// about that image is deleted. Many registries do not allow that; it then stays,
// and is no error. Of two at the same time the later one stays.
//
// Any other error is an [*AttachError]: the image is from elsewhere than a
// registry, the registry refuses, or it does not answer.
func (f *Finder) Attach(ctx context.Context, img *Image, a Attachment) (digest string, err error) {
	if reason := unattachable(img, a); reason != "" {
		return "", &AttachError{Ref: img.Ref, Reason: reason}
	}
	repo, err := name.NewRepository(img.Repository)
	if err != nil {
		return "", &AttachError{Ref: img.Ref, Reason: fmt.Sprintf("%q is not the name of a repository", img.Repository)}
	}
	place, err := f.registry.origin(repo.Digest(img.Digest))
	if err == nil {
		digest, err = f.attach(ctx, place, a)
	}
	switch {
	case err == nil, errors.Is(err, ErrAttachedAlready):
		return digest, err
	case ctx.Err() != nil:
		return "", ctx.Err()
	}
	return "", attachError(img.Ref, repo.Registry, err)
}

// unattachable is why the image or the attachment will not do; empty when they do.
func unattachable(img *Image, a Attachment) string {
	switch {
	case img.Source != SourceRegistry:
		return fmt.Sprintf("it was read from a place (%s) that cannot hold attachments; scan it in its registry, with the prefix registry:", cmp.Or(img.Source, "unknown"))
	case img.Digest == "":
		return "it has no manifest"
	case len(a.Content) > MaxAttachment:
		return fmt.Sprintf("the document has %d bytes, more than %d", len(a.Content), MaxAttachment)
	case a.Created.IsZero():
		return "the document has no date"
	}
	return ""
}

// attachError puts what a registry said in one line.
func attachError(ref string, host name.Registry, err error) *AttachError {
	kind, answer := registryAnswer(err)
	where := displayHost(host.RegistryStr())
	reason := fmt.Sprintf("registry %s (%s)", where, answer)
	if kind == notAllowed {
		reason += fmt.Sprintf("; log in to %s with an account that may push to the repository (on GitHub, give the job the permission packages: write)", where)
	}
	return &AttachError{Ref: ref, Reason: reason, Err: err}
}

func (f *Finder) attach(ctx context.Context, place name.Reference, a Attachment) (string, error) {
	// The image may have been read from a mirror. A GET is what tells that the
	// registry itself has it, and its media type.
	image, puller, err := f.registry.pullers.get(ctx, place)
	if err != nil {
		return "", err
	}
	session, err := f.registry.login(ctx, place.Context(), transport.PushScope)
	if err != nil {
		return "", err
	}
	refs := newReferrers(session, puller, image.Digest, a.Type)
	newest, err := refs.newest(ctx, time.Now())
	if err != nil {
		return "", err
	}
	if newest != nil && maps.Equal(newest.annotations, withoutDate(a.Annotations)) {
		return newest.digest.String(), ErrAttachedAlready
	}
	entry, raw, err := attachmentManifest(image, a)
	if err != nil {
		return "", err
	}
	pusher, err := f.registry.pullers.pusher()
	if err != nil {
		return "", err
	}
	for _, blob := range []v1.Layer{static.NewLayer([]byte(emptyConfig), mediaTypeEmpty), static.NewLayer(a.Content, types.MediaType(a.Type))} {
		if err := pusher.Upload(ctx, place.Context(), blob); err != nil {
			return "", err
		}
	}
	// Before the list changes: the tag forgets what is older.
	older, err := refs.older(ctx, entry)
	if err != nil {
		return "", err
	}
	if err := refs.add(ctx, entry, raw, older); err != nil {
		return "", err
	}
	refs.remove(ctx, pusher, older)
	return entry.Digest.String(), nil
}

// emptyConfig is the content of mediaTypeEmpty.
const emptyConfig = "{}"

// attachmentTitle is the name of the file that oras and others pull an attachment as.
const attachmentTitle = "imgscan.json"

// attachmentManifest is the manifest of an attachment, and how a list of referrers
// describes it: with its artifact type and all of its annotations.
func attachmentManifest(image *remote.Descriptor, a Attachment) (v1.Descriptor, []byte, error) {
	about, err := asManifest(image.Manifest)
	if err != nil {
		return v1.Descriptor{}, nil, err
	}
	annotations := withoutDate(a.Annotations)
	annotations[annotationCreated] = a.Created.UTC().Format(time.RFC3339)
	empty := []byte(emptyConfig)
	raw, err := json.Marshal(v1.Manifest{
		SchemaVersion: 2,
		MediaType:     types.OCIManifestSchema1,
		ArtifactType:  a.Type,
		Config:        v1.Descriptor{MediaType: mediaTypeEmpty, Digest: digestOf(empty), Size: int64(len(empty))},
		Layers: []v1.Descriptor{{
			MediaType:   types.MediaType(a.Type),
			Digest:      digestOf(a.Content),
			Size:        int64(len(a.Content)),
			Annotations: map[string]string{"org.opencontainers.image.title": attachmentTitle},
		}},
		Subject:     &v1.Descriptor{MediaType: cmp.Or(about.MediaType, image.MediaType), Digest: image.Digest, Size: int64(len(image.Manifest))},
		Annotations: annotations,
	})
	if err != nil {
		return v1.Descriptor{}, nil, err
	}
	return v1.Descriptor{
		MediaType:    types.OCIManifestSchema1,
		ArtifactType: a.Type,
		Digest:       digestOf(raw),
		Size:         int64(len(raw)),
		Annotations:  annotations,
	}, raw, nil
}

// withoutDate is a copy of annotations without the date; never nil.
func withoutDate(annotations map[string]string) map[string]string {
	rest := make(map[string]string, len(annotations)+1)
	maps.Copy(rest, annotations)
	delete(rest, annotationCreated)
	return rest
}

// maxRemoved is how many older attachments one call deletes; the next one goes on.
const maxRemoved = 16

// older lists attachments that a new one takes the place of, the oldest first and
// maxRemoved at most: those that the list of referrers dates before it.
func (r *referrers) older(ctx context.Context, entry v1.Descriptor) ([]v1.Descriptor, error) {
	created, _ := dated(entry)
	listed, err := r.list(ctx)
	if err != nil {
		return nil, err
	}
	listed = slices.DeleteFunc(listed, func(d v1.Descriptor) bool {
		at, ok := dated(d)
		return d.ArtifactType != r.artifactType || !ok || !at.Before(created)
	})
	slices.SortStableFunc(listed, byDate)
	return listed[:min(len(listed), maxRemoved)], nil
}

// remove deletes older attachments as far as the registry allows it. Each is read
// first: the list under a tag is what anybody wrote who may push, and to push is
// less than to delete.
func (r *referrers) remove(ctx context.Context, pusher *remote.Pusher, older []v1.Descriptor) {
	for _, d := range older {
		found, err := r.read(ctx, d)
		if err != nil {
			return
		}
		if found == nil {
			continue
		}
		if err := pusher.Delete(ctx, r.store.repo.Digest(d.Digest.String())); err != nil && !isGone(err) {
			return
		}
	}
}
