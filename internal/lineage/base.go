package lineage

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/org/imgscan-action/internal/finding"
)

// base is a node as the result has it.
func (n *node) base() finding.Base {
	first := n.members[0]
	b := finding.Base{
		Ref:         first.ref.String(),
		Digest:      first.img.Digest,
		IndexDigest: first.img.IndexDigest,
		ID:          first.img.ID,
		Layers:      n.layers,
		Confidence:  n.confidence,
		Vendor:      vendor(first.img),
	}
	if first.digest != b.Digest && b.IndexDigest == "" {
		// Only a local daemon or nobody had the image: builders mean the index.
		b.IndexDigest = first.digest
	}
	if n.confidence == finding.Proven {
		b.Evidence = append(b.Evidence, fmt.Sprintf("its %s the lowest of the image", are(n.layers)))
	}
	for _, m := range n.members {
		for _, h := range m.hints {
			b.Evidence = appendNew(b.Evidence, h.says())
		}
		if m.ref.String() != b.Ref {
			b.Aliases = appendNew(b.Aliases, m.ref.String())
		}
	}
	b.Evidence = append(b.Evidence, n.evidence...)
	slices.Sort(b.Aliases)
	return b
}

// vendor is who publishes an image, by its own account.
func vendor(img Image) string {
	for _, from := range []map[string]string{img.Annotations, img.Listed, labels(img)} {
		who := cmp.Or(from["org.opencontainers.image.vendor"], from["org.opencontainers.image.authors"], from["maintainer"])
		if who = clean(who, maxLabel); who != "" {
			return who
		}
	}
	return ""
}

func appendNew(list []string, s string) []string {
	if slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}
