package foreign

import (
	"fmt"
	"path"
	"strings"
	"time"

	"github.com/org/imgscan-action/internal/exceptions"
)

// ImportOptions say what the files leave open.
type ImportOptions struct {
	Now time.Time

	// Expires is how long an entry without an end of its own holds from now; 0 means
	// 90 days.
	Expires time.Duration
}

const (
	maxSize     = 1 << 20 // bytes of a file
	maxEntries  = 20_000
	maxPackages = 40_000 // of all rules of a file

	defaultExpires = 90 * 24 * time.Hour
)

// A format is one kind of ignore file.
type format struct {
	tool  string
	files []string // base names; the first is the one for messages
	read  func(*importer, []byte) error

	// is says by its content whether a file of another name is one.
	is func(content) bool
}

// formats are tried in this order: every file that is not empty looks a little
// like the last.
func formats() []format {
	return []format{
		{"trivy", []string{".trivyignore.yaml", ".trivyignore.yml"}, readTrivyYAML, content.isTrivy},
		{"grype", []string{".grype.yaml", ".grype.yml", "grype.yaml", "grype.yml"}, readGrype, content.isGrype},
		{"snyk", []string{".snyk"}, readSnyk, content.isSnyk},
		{"osv", []string{"osv-scanner.toml", ".osv-scanner.toml"}, readOSV, content.isOSV},
		{"trivy", []string{".trivyignore"}, readTrivyignore, content.isTrivyignore},
	}
}

// Import reads an ignore file of Trivy, Grype, Snyk or OSV-Scanner, which is told by
// its name and else by its content. No entry has an approver, so none acts before
// somebody signs it. Lost are sentences about what was not carried over, each with its
// place.
func Import(name string, src []byte, opts ImportOptions) (entries []exceptions.Entry, lost []string, err error) {
	if len(src) > maxSize {
		return nil, nil, fmt.Errorf("importing %q: %d bytes are too many: the limit is %d", name, len(src), maxSize)
	}
	f, err := recognise(name, src)
	if err != nil {
		return nil, nil, fmt.Errorf("importing %q: %w", name, err)
	}
	im := newImporter(f.tool, name, opts)
	if err := f.read(im, src); err != nil {
		return nil, nil, fmt.Errorf("importing %q: %w", name, err)
	}
	switch {
	case len(im.entries) > maxEntries:
		return nil, nil, fmt.Errorf("importing %q: %d rules are too many: the limit is %d", name, len(im.entries), maxEntries)
	case im.packages > maxPackages:
		return nil, nil, fmt.Errorf("importing %q: the rules name too many packages: the limit is %d", name, maxPackages)
	}
	return im.entries, im.lost, nil
}

func recognise(name string, src []byte) (format, error) {
	base := path.Base(strings.ReplaceAll(name, `\`, "/"))
	var names []string
	for _, f := range formats() {
		for _, known := range f.files {
			if base == known {
				return f, nil
			}
		}
		names = append(names, f.files[0])
	}
	c := newContent(src)
	for _, f := range formats() {
		if f.is(c) {
			return f, nil
		}
	}
	return format{}, fmt.Errorf("neither its name nor its content is that of a file that is read here: %s", strings.Join(names, ", "))
}
