package image

import (
	"cmp"
	"fmt"
	"runtime"
	"slices"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// PlatformError is that an image exists, and not for the platform that was asked
// for.
type PlatformError struct {
	Ref  string
	Want string   // "os/arch[/variant]"
	Have []string // in the order of the index, without repetition
}

// Error names the platforms that exist and the flag that chooses one.
func (e *PlatformError) Error() string {
	if len(e.Have) == 0 {
		return fmt.Sprintf("%q has no image for %s, nor for any other platform", e.Ref, e.Want)
	}
	return fmt.Sprintf("%q has no image for %s; it has %s: choose one with --platform", e.Ref, e.Want, strings.Join(e.Have, ", "))
}

// parsePlatform reads "os/arch" or "os/arch/variant"; nil when s is empty.
func parsePlatform(s string) (*v1.Platform, error) {
	if s == "" {
		return nil, nil
	}
	parts := strings.Split(s, "/")
	if len(parts) < 2 || len(parts) > 3 || slices.Contains(parts, "") {
		return nil, fmt.Errorf("platform %q is not of the form os/arch or os/arch/variant, such as linux/arm64", s)
	}
	p := &v1.Platform{OS: parts[0], Architecture: parts[1]}
	if len(parts) == 3 {
		p.Variant = parts[2]
	}
	return p, nil
}

// hostPlatform is what is taken when several platforms exist and none was asked
// for: containers are linux, on whatever this program runs on.
func hostPlatform() v1.Platform {
	return v1.Platform{OS: "linux", Architecture: runtime.GOARCH}
}

func platformString(p v1.Platform) string {
	s := cmp.Or(p.OS, "unknown") + "/" + cmp.Or(p.Architecture, "unknown")
	if p.Variant != "" {
		s += "/" + p.Variant
	}
	return s
}

// configPlatform is the platform in a configuration, completed from the index
// entry that led to it.
func configPlatform(c *v1.ConfigFile, listed *v1.Platform) v1.Platform {
	p := v1.Platform{OS: c.OS, Architecture: c.Architecture, Variant: c.Variant}
	if listed != nil {
		p.OS = cmp.Or(p.OS, listed.OS)
		p.Architecture = cmp.Or(p.Architecture, listed.Architecture)
	}
	return p
}

// normal is a platform in the spelling that Docker and containerd compare:
// other names of architectures are replaced, and a variant that every machine of
// the architecture has is left out (containerd's platforms.Normalize).
func normal(p v1.Platform) v1.Platform {
	n := v1.Platform{OS: strings.ToLower(p.OS), Architecture: strings.ToLower(p.Architecture), Variant: strings.ToLower(p.Variant)}
	switch n.Architecture {
	case "x86_64", "x86-64":
		n.Architecture = "amd64"
	case "aarch64":
		n.Architecture = "arm64"
	case "armhf":
		n.Architecture, n.Variant = "arm", "v7"
	case "i386":
		n.Architecture = "386"
	}
	switch {
	case n.Architecture == "amd64" && n.Variant == "v1",
		n.Architecture == "arm64" && (n.Variant == "v8" || n.Variant == "8"):
		n.Variant = ""
	case n.Architecture == "arm" && len(n.Variant) == 1:
		n.Variant = "v" + n.Variant
	}
	return n
}

// satisfies says whether an image for have is an answer to a request for want. A
// request without a variant takes any.
func satisfies(have, want v1.Platform) bool {
	h, w := normal(have), normal(want)
	return h.OS == w.OS && h.Architecture == w.Architecture && (w.Variant == "" && want.Variant == "" || h.Variant == w.Variant)
}

// choose picks the index of the platform to take, and -1 when none fits. Want is
// nil when no platform was asked for.
func choose(have []v1.Platform, want *v1.Platform) int {
	if want == nil {
		if len(platformNames(have)) == 1 {
			return 0
		}
		host := hostPlatform()
		want = &host
	}
	// Without a variant the plain one comes first and then the newest: arm without
	// a variant means v7 to Docker, before v6 and v5. Among equals the index's
	// order is its publisher's preference (OCI image index specification).
	best := -1
	for i, h := range have {
		if !satisfies(h, *want) {
			continue
		}
		if best < 0 || variantRank(h) > variantRank(have[best]) {
			best = i
		}
	}
	return best
}

func variantRank(p v1.Platform) string {
	n := normal(p)
	if n.Variant == "" {
		return "\xff"
	}
	if n.Architecture == "amd64" {
		return "" // v2 and v3 need a newer machine: only when there is nothing else
	}
	return n.Variant
}

// platformNames are the names of platforms, each once, in order.
func platformNames(platforms []v1.Platform) []string {
	var names []string
	for _, p := range platforms {
		if name := platformString(p); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}
