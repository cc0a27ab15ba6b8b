package dockerfile

import (
	"strings"

	"github.com/containerd/platforms"
	"github.com/distribution/reference"
)

// scratch is the name of the image with nothing in it.
const scratch = "scratch"

// familiar returns a reference as Docker prints it, empty when the text is none.
func familiar(text string) string {
	named, err := reference.ParseNormalizedNamed(text)
	if err != nil {
		return ""
	}
	return reference.FamiliarString(reference.TagNameOnly(named))
}

// contexts are named contexts under the names that BuildKit looks them up by.
type contexts map[string]string

func newContexts(named map[string]string) contexts {
	c := contexts{}
	for name, source := range named {
		c[contextName(name)] = source
	}
	return c
}

// contextName is the name of an image as Docker prints it, without the tag
// "latest".
func contextName(name string) string {
	if ref := familiar(name); ref != "" {
		return strings.TrimSuffix(ref, ":latest")
	}
	return name
}

// replace puts a named context in the place of what the image names, and says
// whether there is one.
func (c contexts) replace(image *Image, name string) bool {
	if strings.EqualFold(name, scratch) || strings.EqualFold(name, "context") {
		return false // BuildKit keeps these for itself
	}
	source, ok := c[contextName(name)]
	if !ok {
		return false
	}
	image.Context = true
	if ref, ok := strings.CutPrefix(source, "docker-image:"); ok {
		ref = strings.TrimPrefix(ref, "//")
		image.Scratch = ref == scratch
		if !image.Scratch {
			image.Ref = familiar(ref)
		}
	}
	return true
}

// parsePlatform normalises a platform; it is empty when the text is none.
func parsePlatform(text string) string {
	p, err := platforms.Parse(text)
	if err != nil {
		return ""
	}
	return platforms.FormatAll(p)
}

// isWindows says whether a platform, which may be empty, is one of Windows.
func isWindows(platform string) bool {
	return strings.HasPrefix(platform, "windows")
}
