package catalog

import (
	"bufio"
	"context"
	"io/fs"
	"path"
	"strings"
)

const (
	dpkgInfoDir   = "var/lib/dpkg/info/"
	md5sumsSuffix = ".md5sums"
)

// dpkgFiles is the analyzer of the lists of files that dpkg installed, one for
// each package. The lists of checksums are read, as in Trivy, because the
// distroless images have no others; they leave out links, which we do not read
// either.
type dpkgFiles struct{}

func (dpkgFiles) name() string { return "dpkg-files" }

func (dpkgFiles) wants(name string, _ int64, _ fs.FileMode) bool {
	dir, base := path.Split(name)
	return (dir == dpkgInfoDir || dir == dpkgStatusDir) && strings.HasSuffix(base, md5sumsSuffix)
}

// analyze reads lines of a checksum, two spaces and a path. A line of another
// shape names no file, and at worst a package is reported twice.
func (dpkgFiles) analyze(_ context.Context, f *file) (*facts, error) {
	l := fileList{Package: strings.TrimSuffix(path.Base(f.path), md5sumsSuffix), Hides: hidesIfOfficial}
	s := bufio.NewScanner(f.reader())
	for len(l.Files) < maxListed && s.Scan() {
		if _, name, ok := strings.Cut(s.Text(), "  "); ok && name != "" {
			l.Files = append(l.Files, name)
		}
	}
	return &facts{Installed: []fileList{l}}, nil
}
