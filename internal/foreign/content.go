package foreign

import (
	"regexp"
	"strings"

	"github.com/org/imgscan-action/internal/strictyaml"
)

// content is a file of a name that says nothing.
type content struct {
	src  []byte
	root *node // nil when it is not YAML that people write, or is empty
}

func newContent(src []byte) content {
	root, err := parseYAML(src)
	if err != nil {
		root = nil // another format, then
	}
	return content{src, root}
}

func (c content) isTrivy() bool {
	for _, section := range trivySections {
		if n := get(c.root, section); n != nil && n.Kind == strictyaml.List {
			return true
		}
	}
	return false
}

func (c content) isGrype() bool {
	n := get(c.root, "ignore")
	return n != nil && n.Kind == strictyaml.List
}

func (c content) isSnyk() bool {
	n := get(c.root, "ignore")
	return n != nil && n.Kind == strictyaml.Mapping
}

func (c content) isOSV() bool { return osvTable.Match(c.src) }

var osvTable = regexp.MustCompile(`(?mi)^[ \t]*(\[\[[ \t]*)?(IgnoredVulns|PackageOverrides)[ \t]*(\]\]|=)`)

// isTrivyignore says whether every line that is not a comment begins with what may
// be an identifier, and one does with that of a vulnerability.
func (c content) isTrivyignore() bool {
	found := false
	for line := range strings.Lines(string(c.src)) {
		fields := strings.Fields(line)
		if len(fields) == 0 || strings.HasPrefix(fields[0], "#") {
			continue
		}
		if !identifier.MatchString(fields[0]) {
			return false
		}
		found = found || isVulnerability(fields[0])
	}
	return found
}
