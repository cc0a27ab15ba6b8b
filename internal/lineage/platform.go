package lineage

import (
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// samePlatform says whether two platforms, "os/arch[/variant]", can be one. What
// one of them leaves out or calls unknown can be anything.
func samePlatform(a, b string) bool {
	aos, aarch, avariant := splitPlatform(a)
	bos, barch, bvariant := splitPlatform(b)
	same := func(a, b string) bool { return a == b || a == "" || b == "" || a == "unknown" || b == "unknown" }
	return same(aos, bos) && same(aarch, barch) && same(avariant, bvariant)
}

func splitPlatform(p string) (os, arch, variant string) {
	os, rest, _ := strings.Cut(p, "/")
	arch, variant, _ = strings.Cut(rest, "/")
	return os, arch, variant
}

// platformOf is the platform that a configuration names; empty when it names
// none, which old ones may do.
func platformOf(c *v1.ConfigFile) string {
	if c == nil || c.OS == "" || c.Architecture == "" {
		return ""
	}
	p := c.OS + "/" + c.Architecture
	if c.Variant != "" {
		p += "/" + c.Variant
	}
	return p
}
