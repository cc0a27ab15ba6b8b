package lineage

// The annotations of the OCI image specification that name a base. The same
// words serve as labels.
const (
	baseName   = "org.opencontainers.image.base.name"
	baseDigest = "org.opencontainers.image.base.digest"
)

// annotationHints are what the manifest says, and what the index says about the
// manifest. Builders mean the index by the digest, or the manifest of one
// platform; either leads to the image.
func annotationHints(img Image) []*hint {
	hints := baseKeys(byAnnotation, "annotation", img.Annotations)
	if img.Listed[baseName] == img.Annotations[baseName] && img.Listed[baseDigest] == img.Annotations[baseDigest] {
		return hints // Docker Official Images say it twice
	}
	return append(hints, baseKeys(byDescriptor, "index annotation", img.Listed)...)
}

// baseKeys reads the two keys; empty when neither is set.
func baseKeys(k kind, where string, values map[string]string) []*hint {
	ref, digest := values[baseName], values[baseDigest]
	if ref == "" && digest == "" {
		return nil
	}
	key := baseName
	if ref == "" {
		key = baseDigest // buildah leaves out short names
	}
	return []*hint{newHint(k, where+" "+key, ref, digest)}
}
