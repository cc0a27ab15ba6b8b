package image

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote/transport"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

const (
	// maxAttachedRead is how many manifests are read to find the newest attachment.
	maxAttachedRead = 32

	// maxClockSkew is how far ahead the clock of the machine may be that dated an
	// attachment. One that is dated later than that would be the newest for good.
	maxClockSkew = time.Hour
)

// ErrNotAttached is that an image has no attachment of a type.
var ErrNotAttached = errors.New("nothing of this kind is attached to the image")

// Attached reads the newest attachment of a type to an image. Platform is what it
// is to [Finder.Describe]; of an index, the image of the platform is asked about.
//
// Only the registry that the reference names is asked and no mirror of it, since
// mirrors keep the images and rarely what hangs on them. What counts is the
// attachment's own manifest: it must have the image as its subject, be of the type,
// and have a date that is not in the future. The error is [ErrNotAttached] when there
// is none, and otherwise as for [Finder.Describe].
func (f *Finder) Attached(ctx context.Context, ref, platform, artifactType string) (Attachment, error) {
	want, err := parsePlatform(platform)
	if err != nil {
		return Attachment{}, err
	}
	parsed, named, err := f.parse(ref)
	if err != nil {
		return Attachment{}, err
	}
	if parsed.path != "" || parsed.scheme == schemeDaemon {
		return Attachment{}, fmt.Errorf("%q is no image in a registry, and only a registry has attachments", ref)
	}
	place, err := f.registry.origin(named)
	if err != nil {
		return Attachment{}, err
	}
	found, err := f.attached(ctx, place, want, artifactType)
	switch {
	case err == nil:
		return found, nil
	case ctx.Err() != nil:
		return Attachment{}, ctx.Err()
	case errors.Is(err, ErrNotAttached):
		return Attachment{}, fmt.Errorf("reading what is attached to %q: %w", ref, err)
	}
	attempt := registryAttempt(place, err)
	attempt.origin = true
	return Attachment{}, diagnose(ref, []Attempt{attempt})
}

func (f *Finder) attached(ctx context.Context, place name.Reference, want *v1.Platform, artifactType string) (Attachment, error) {
	img, err := f.registry.openAt(ctx, place, want)
	if err != nil {
		return Attachment{}, err
	}
	subject, err := v1.NewHash(img.Digest)
	if err != nil {
		return Attachment{}, err
	}
	session, err := f.registry.login(ctx, place.Context(), transport.PullScope)
	if err != nil {
		return Attachment{}, err
	}
	puller, err := f.registry.pullers.of(place.Context().Registry)
	if err != nil {
		return Attachment{}, err
	}
	refs := newReferrers(session, puller, subject, artifactType)
	newest, err := refs.newest(ctx, time.Now())
	if err != nil {
		return Attachment{}, err
	}
	if newest == nil {
		return Attachment{}, ErrNotAttached
	}
	content, err := refs.content(ctx, newest)
	if err != nil {
		return Attachment{}, err
	}
	return Attachment{
		Type:        artifactType,
		Content:     content,
		Created:     newest.created,
		Annotations: newest.annotations,
		Digest:      newest.digest.String(),
	}, nil
}

// attached is an attachment whose manifest is what it should be.
type attached struct {
	digest      v1.Hash
	content     v1.Descriptor
	created     time.Time
	annotations map[string]string // without the date
}

// newest is the attachment with the latest date; nil when there is none. The dates in
// the list save reading most of them: from the latest on, the first that turns out
// right is the newest of these. The list of some registries has none.
func (r *referrers) newest(ctx context.Context, now time.Time) (*attached, error) {
	listed, err := r.list(ctx)
	if err != nil {
		return nil, err
	}
	var withDate, without []v1.Descriptor
	for _, d := range listed {
		switch at, ok := dated(d); {
		case d.Annotations[annotationCreated] == "":
			without = append(without, d)
		case ok && plausible(at, now):
			withDate = append(withDate, d)
		}
	}
	slices.SortStableFunc(withDate, func(a, b v1.Descriptor) int { return byDate(b, a) })
	var newest *attached
	reads := 0
	for i, d := range append(withDate, without...) {
		if i < len(withDate) && newest != nil {
			continue
		}
		if reads++; reads > maxAttachedRead {
			break
		}
		found, err := r.read(ctx, d)
		if err != nil {
			return nil, fmt.Errorf("reading attachment %s: %w", d.Digest, err)
		}
		if found != nil && plausible(found.created, now) && (newest == nil || found.created.After(newest.created)) {
			newest = found
		}
	}
	return newest, nil
}

// dated is when an entry of a list says that it was made; false when it does not, or
// in words that are no date.
func dated(d v1.Descriptor) (time.Time, bool) {
	at, err := time.Parse(time.RFC3339, d.Annotations[annotationCreated])
	return at.UTC(), err == nil
}

// byDate compares two entries by their dates.
func byDate(a, b v1.Descriptor) int {
	x, _ := dated(a)
	y, _ := dated(b)
	return x.Compare(y)
}

func plausible(at, now time.Time) bool { return !at.After(now.Add(maxClockSkew)) }

// read reads the manifest of a referrer; nil when it is gone, or no attachment of
// this type to this image.
func (r *referrers) read(ctx context.Context, d v1.Descriptor) (*attached, error) {
	if d.Size > maxManifest {
		return nil, nil
	}
	resolver := &resolver{store: r.store}
	raw, err := resolver.manifest(ctx, d)
	if isGone(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	found := parseAttached(raw, r.subject, r.artifactType)
	if found != nil {
		found.digest = d.Digest
	}
	return found, nil
}

// parseAttached takes the manifest of an attachment apart; nil when it is none of the
// type, or about something else, or larger than any of ours.
func parseAttached(raw []byte, subject v1.Hash, artifactType string) *attached {
	m, err := asManifest(raw)
	if err != nil || m.Subject == nil || m.Subject.Digest != subject || m.ArtifactType != artifactType {
		return nil
	}
	if len(m.Layers) != 1 || m.Layers[0].MediaType != types.MediaType(artifactType) || m.Layers[0].Size > MaxAttachment {
		return nil
	}
	created, ok := dated(v1.Descriptor{Annotations: m.Annotations})
	if !ok {
		return nil
	}
	return &attached{content: m.Layers[0], created: created, annotations: withoutDate(m.Annotations)}
}

// content reads and checks the document.
func (r *referrers) content(ctx context.Context, a *attached) ([]byte, error) {
	rc, err := r.store.blob(ctx, a.content)
	if err != nil {
		return nil, fmt.Errorf("opening attachment %s: %w", a.digest, err)
	}
	defer rc.Close()
	content, err := io.ReadAll(io.LimitReader(rc, MaxAttachment+1))
	if err != nil {
		return nil, fmt.Errorf("reading attachment %s: %w", a.digest, err)
	}
	if len(content) > MaxAttachment {
		return nil, fmt.Errorf("attachment %s has more than %d bytes", a.digest, MaxAttachment)
	}
	if got := digestOf(content); got != a.content.Digest {
		return nil, fmt.Errorf("attachment %s has the content of %s instead of %s", a.digest, got, a.content.Digest)
	}
	return content, nil
}
