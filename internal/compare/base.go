package compare

import (
	"strings"

	"github.com/org/imgscan-action/internal/finding"
)

// tagMoved says whether both images stand on the same tag, and the tag leads to
// another image for the one than for the other.
//
// An image says itself what it stands on, and a change may edit what it says. So the
// layers must prove it, the registry must say that this is where the tag leads now,
// and neither FROM line may pin a digest, for then it is the line that has changed.
func tagMoved(is, was finding.Lineage) bool {
	if len(is.Bases) == 0 || len(was.Bases) == 0 {
		return false
	}
	a, b := is.Bases[0], was.Bases[0]
	return a.Ref == b.Ref && tagged(a.Ref) && !pinned(a) && !pinned(b) &&
		a.Confidence == finding.Proven && a.Tag.State == finding.TagCurrent && otherImage(a, b)
}

// otherImage is false when nothing that both are known by tells them apart.
func otherImage(a, b finding.Base) bool {
	for _, digests := range [][2]string{{a.ID, b.ID}, {a.Digest, b.Digest}, {a.IndexDigest, b.IndexDigest}} {
		if digests[0] != "" && digests[1] != "" {
			return digests[0] != digests[1]
		}
	}
	return false
}

// tagged says whether a reference has a tag. The colon of a port comes before the
// last slash.
func tagged(ref string) bool {
	return strings.LastIndexByte(ref, ':') > strings.LastIndexByte(ref, '/')
}

func pinned(b finding.Base) bool { return strings.Contains(b.From.Text, "@") }

// inherited says whether a finding is known to have come with the base.
func inherited(f finding.Finding) bool {
	return f.Origin.Kind == finding.OriginInherited && !f.Origin.Estimate
}
