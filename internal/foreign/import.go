package foreign

import (
	"fmt"
	"path"
	"strings"
	"time"

	"github.com/org/imgscan-action/internal/exceptions"
	"github.com/org/imgscan-action/internal/finding"
)

// ImportOptions say what the files leave open.
type ImportOptions struct {
	Now time.Time

	// Expires is how long an entry without an end of its own holds from now; 0 means
	// 90 days.
	Expires time.Duration

	// Reports are of the images that alerts of code scanning are about; they say
	// where packages are that an alert shows at a line of the repository. May be empty.
	Reports []*finding.Report

	// OwnDismissal says whether the comment of a dismissed alert is that of imgscan
	// itself, which has an exception already. Nil means that none is.
	OwnDismissal func(comment string) bool
}

const (
	maxSize     = 1 << 20 // bytes of a file that people write
	maxEntries  = 20_000
	maxPackages = 40_000 // of all rules of a file

	defaultExpires = 90 * 24 * time.Hour
)

// A format is one kind of ignore file.
type format struct {
	tool  string
	name  string   // for messages
	files []string // base names; may be empty
	size  int      // bytes that a file may have
	read  func(*importer, []byte) error

	// is says by its content whether a file of another name is one.
	is func(content) bool
}

// formats are tried in this order: every file that is not empty looks a little
// like the last.
func formats() []format {
	return []format{
		{"github", "the alerts of code scanning", nil, maxAlertsSize, readAlerts, content.isAlerts},
		{"trivy", ".trivyignore.yaml", []string{".trivyignore.yaml", ".trivyignore.yml"}, maxSize, readTrivyYAML, content.isTrivy},
		{"grype", ".grype.yaml", []string{".grype.yaml", ".grype.yml", "grype.yaml", "grype.yml"}, maxSize, readGrype, content.isGrype},
		{"snyk", ".snyk", []string{".snyk"}, maxSize, readSnyk, content.isSnyk},
		{"osv", "osv-scanner.toml", []string{"osv-scanner.toml", ".osv-scanner.toml"}, maxSize, readOSV, content.isOSV},
		{"trivy", ".trivyignore", []string{".trivyignore"}, maxSize, readTrivyignore, content.isTrivyignore},
	}
}

// Import reads an ignore file of Trivy, Grype, Snyk or OSV-Scanner, or the alerts
// that were dismissed in code scanning, which is told by its name and else by its
// content. No entry has an approver, so none acts before
// somebody signs it. Lost are sentences about what was not carried over, each with its
// place.
func Import(name string, src []byte, opts ImportOptions) (entries []exceptions.Entry, lost []string, err error) {
	f, err := recognise(name, src)
	if err != nil {
		return nil, nil, fmt.Errorf("importing %q: %w", name, err)
	}
	if len(src) > f.size {
		return nil, nil, fmt.Errorf("importing %q: %d bytes are too many: the limit is %d", name, len(src), f.size)
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
		names = append(names, f.name)
	}
	c := newContent(src)
	for _, f := range formats() {
		if f.is(c) {
			return f, nil
		}
	}
	return format{}, fmt.Errorf("neither its name nor its content is that of a file that is read here: %s", strings.Join(names, ", "))
}
