package lineage

import (
	"fmt"
	"path"
	"regexp"
	"strings"
)

var leadingVersion = regexp.MustCompile(`^v?(\d+(?:\.\d+)*)`)

// wrongPin says, as a note, that a FROM line names one version by its tag and
// another by its digest; empty when it does not, or that does not show. A builder
// takes the digest and ignores the tag, so such a line looks newer or older than
// it is.
func wrongPin(r *record, nearest *node) string {
	if r.from == nil || !nearest.has(r.from) || r.from.Digest == "" || r.from.ref.tag == "" {
		return ""
	}
	tag := leadingVersion.FindStringSubmatch(r.from.ref.tag)
	version, where := versionOf(nearest.members[0].img, r.from.ref)
	is := leadingVersion.FindStringSubmatch(version)
	if tag == nil || is == nil || agree(tag[1], is[1]) {
		return ""
	}
	return fmt.Sprintf("%s pins %s to a digest that is version %s by its %s", r.from.Source, r.from.ref, is[1], where)
}

// versionOf is an image's version and where it says so. Labels do not count: an
// image inherits them from its base.
func versionOf(img Image, ref reference) (version, where string) {
	const key = "org.opencontainers.image.version"
	for _, annotations := range []map[string]string{img.Annotations, img.Listed} {
		if v := annotations[key]; v != "" {
			return v, "annotation " + key
		}
	}
	if img.Config == nil {
		return "", ""
	}
	name := strings.ToUpper(path.Base(ref.repo.RepositoryStr())) + "_VERSION" // NODE_VERSION
	for _, env := range img.Config.Config.Env {
		if v, ok := strings.CutPrefix(env, name+"="); ok {
			return v, name
		}
	}
	return "", ""
}

// agree says whether one version is the other with fewer numbers.
func agree(a, b string) bool {
	return strings.HasPrefix(a+".", b+".") || strings.HasPrefix(b+".", a+".")
}
