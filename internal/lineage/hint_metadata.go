package lineage

import (
	"cmp"
	"fmt"

	"github.com/org/imgscan-action/internal/provenance"
)

// readMetadata takes the build of the scanned image from the metadata file.
func (r *record) readMetadata(img Image, opts Options) error {
	if len(opts.Metadata) == 0 {
		return nil
	}
	name := cmp.Or(opts.MetadataName, "build metadata")
	builds, err := provenance.ParseMetadata(opts.Metadata)
	if err != nil {
		return &InputError{fmt.Errorf("reading build metadata %q: %w", name, err)}
	}
	source := "build metadata"
	if opts.MetadataName != "" {
		source += " " + clean(opts.MetadataName, maxText)
	}
	n, found := chooseBuild(builds, img, opts.Target)
	switch {
	case !found && len(builds) > 0:
		r.reject(source, "it has several builds and none of them is known to be this image")
	case !found:
		r.reject(source, "it tells of no build")
	case aboutAnother(n, img):
		r.reject(source, "it is about another image, "+clean(cmp.Or(n.ConfigDigest, n.Digest), maxRef))
	case n.Provenance == nil:
		r.reject(source, "it has no provenance")
	default:
		r.metadata = &claim{source, n.Provenance}
	}
	return nil
}

// chooseBuild picks the build of an image: by digest, else by platform and
// target, else the only one.
func chooseBuild(builds []provenance.Named, img Image, target string) (provenance.Named, bool) {
	for _, b := range builds {
		if b.Digest != "" && b.Digest == img.Digest || b.ConfigDigest != "" && b.ConfigDigest == img.ID {
			return b, true
		}
	}
	var fit []provenance.Named
	for _, b := range builds {
		if (b.Platform == "" || samePlatform(b.Platform, img.Platform)) && (target == "" || b.Target == "" || b.Target == target) {
			fit = append(fit, b)
		}
	}
	if len(fit) != 1 {
		return provenance.Named{}, false
	}
	return fit[0], true
}

// aboutAnother says whether a build's digests are known to be those of another
// image.
func aboutAnother(n provenance.Named, img Image) bool {
	if n.ConfigDigest == "" || img.ID == "" || n.ConfigDigest == img.ID {
		return false
	}
	return n.Digest == "" || n.Digest != img.Digest && n.Digest != img.IndexDigest
}
