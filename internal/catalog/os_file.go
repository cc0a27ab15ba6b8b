package catalog

import (
	"bufio"
	"context"
	"io"
	"io/fs"
	"slices"

	"github.com/org/imgscan-action/internal/finding"
)

// releaseFile is the analyzer of a text file that says which operating system
// this is. The rules of each are Trivy's.
type releaseFile struct {
	id    string
	paths []string
	parse func(*lines) *finding.OS
}

// releaseFiles are the release files from the general to the particular, which
// is the order in which they overrule each other.
func releaseFiles() []analyzer {
	return []analyzer{
		releaseFile{"redhat-release", []string{"etc/redhat-release"}, parseRedHatRelease},
		releaseFile{"debian-version", []string{"etc/debian_version"}, parseDebianVersion},
		releaseFile{"oracle-release", []string{"etc/oracle-release"}, parseOracleRelease},
		releaseFile{"centos-release", []string{"etc/centos-release"}, parseCentOSRelease},
		releaseFile{"almalinux-release", []string{"etc/almalinux-release"}, parseAlmaRelease},
		releaseFile{"rocky-release", []string{"etc/rocky-release"}, parseRockyRelease},
		releaseFile{"fedora-release", []string{"etc/fedora-release", "usr/lib/fedora-release"}, parseFedoraRelease},
		releaseFile{"system-release", []string{"etc/system-release", "usr/lib/system-release"}, parseAmazonRelease},
		releaseFile{"alpine-release", []string{"etc/alpine-release"}, parseAlpineRelease},
		releaseFile{"lsb-release", []string{"etc/lsb-release"}, parseUbuntuRelease},
		osRelease{},
		releaseFile{"apk-repositories", []string{"etc/apk/repositories"}, parseAPKRepositories},
		ubuntuPro{},
	}
}

func (r releaseFile) name() string { return r.id }

func (r releaseFile) wants(path string, _ int64, _ fs.FileMode) bool {
	return slices.Contains(r.paths, path)
}

func (r releaseFile) analyze(_ context.Context, f *file) (*facts, error) {
	os := r.parse(newLines(f.reader()))
	if os == nil {
		return nil, nil
	}
	return &facts{OS: os}, nil
}

// lines are the lines of a release file, of which only the beginning counts: a
// real one has a few dozen.
type lines struct{ s *bufio.Scanner }

func newLines(r io.Reader) *lines {
	return &lines{bufio.NewScanner(io.LimitReader(r, 1<<20))}
}

// next is the next line; false at the end, and at a line too long for a
// release file.
func (l *lines) next() (string, bool) {
	ok := l.s.Scan()
	return l.s.Text(), ok
}
