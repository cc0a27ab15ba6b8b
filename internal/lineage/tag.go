package lineage

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/org/imgscan-action/internal/finding"
)

// checkTag asks where the tag of a base leads now. The digest is asked for with
// HEAD, which no registry counts as a pull; only when it is another one is the
// image looked at, because an index also changes when another platform's image
// does.
func (c *chain) checkTag(ctx context.Context, n *node) finding.Tag {
	i := slices.IndexFunc(n.members, func(m member) bool { return m.ref.tag != "" })
	if i < 0 || c.registry.find == nil {
		return finding.Tag{}
	}
	m := n.members[i]
	if why := c.registry.spend(ctx, m.ref); why != "" {
		return finding.Tag{State: finding.TagUnknown, Detail: why}
	}
	now, err := c.registry.find.Head(ctx, m.ref.String())
	if err == nil {
		err = checkDigest(now)
	}
	switch {
	case errors.Is(err, ErrNotFound):
		return finding.Tag{State: finding.TagGone, Detail: fmt.Sprintf("the registry does not have %s", m.ref)}
	case err != nil:
		return finding.Tag{State: finding.TagUnknown, Detail: failure(err)}
	case slices.Contains(m.digests(), now):
		return finding.Tag{State: finding.TagCurrent, Digest: now}
	}
	return c.compareTag(ctx, n, m, now)
}

// digests are those that the image was used under, as far as they are known.
func (m member) digests() []string {
	return slices.DeleteFunc([]string{m.digest, m.img.IndexDigest, m.img.Digest}, func(s string) bool { return s == "" })
}

// compareTag decides on a tag that leads to another digest than before.
func (c *chain) compareTag(ctx context.Context, n *node, m member, digest string) finding.Tag {
	tag := finding.Tag{State: finding.TagMoved, Digest: digest}
	known := len(m.digests()) > 0 || m.img.Config != nil
	now, why := c.registry.at(ctx, m.ref, digest)
	switch {
	case why != "" && !known:
		tag.State, tag.Detail = finding.TagUnknown, "it is not known which image was used"
	case why != "":
		tag.Detail = "what it leads to now was not looked at: " + why
	case now.ID != "" && now.ID == m.img.ID, now.Digest != "" && slices.Contains(m.digests(), now.Digest):
		tag.State = finding.TagCurrent
		if len(m.digests()) > 0 {
			tag.Detail = "it has another digest now and still leads to the same image for " + c.registry.platform
		}
	case n.confidence == finding.Proven && slices.Equal(diffIDs(now), c.diffIDs[:n.layers]):
		tag.State, tag.Detail = finding.TagCurrent, "it leads to another image now, with the same layers"
	case !known && n.layers == 0:
		tag.State, tag.Detail = finding.TagUnknown, "it is not known which image was used"
	case !known:
		tag.Detail = "the image that it leads to now is not below this one"
	}
	return tag
}

// at looks at the image that a tag leads to. It may have been looked at before,
// by the tag.
func (r *registry) at(ctx context.Context, ref reference, digest string) (Image, string) {
	if a, ok := r.asked[ref.String()]; ok && a.why == "" && (a.img.Digest == digest || a.img.IndexDigest == digest) {
		return a.img, ""
	}
	return r.describe(ctx, ref, ref.at(digest))
}
