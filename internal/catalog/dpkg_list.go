package catalog

import (
	"bufio"
	"bytes"
	"context"
	"io/fs"
	"path"
	"strings"
)

const dpkgListSuffix = ".list"

// dpkgList is the analyzer of dpkg's own lists of files, one for each package.
// They tell whose native code is: packages that were made by hand have no
// checksums. Which language packages are the distribution's they do not tell, as
// in Trivy.
type dpkgList struct{}

func (dpkgList) name() string { return "dpkg-list" }

func (dpkgList) wants(name string, _ int64, _ fs.FileMode) bool {
	dir, base := path.Split(name)
	return dir == dpkgInfoDir && strings.HasSuffix(base, dpkgListSuffix)
}

// analyze reads lines of absolute paths, folders included. A line that is too
// long ends it, and at worst a file is unidentified.
func (dpkgList) analyze(_ context.Context, f *file) (*facts, error) {
	l := fileList{Package: strings.TrimSuffix(path.Base(f.path), dpkgListSuffix)}
	s := bufio.NewScanner(f.reader())
	for len(l.Files) < maxListed && s.Scan() {
		if line := s.Bytes(); len(line) > 1 && line[0] == '/' && !isDocumentation(line) {
			l.Files = append(l.Files, string(line[1:]))
		}
	}
	return &facts{Installed: []fileList{l}}, nil
}

// isDocumentation says whether a line is about a folder without any code, of
// which Debian's packages have many files.
func isDocumentation(line []byte) bool {
	rest, ok := bytes.CutPrefix(line, []byte("/usr/share/"))
	if !ok {
		return false
	}
	dir, _, _ := bytes.Cut(rest, []byte("/"))
	switch string(dir) {
	case "doc", "info", "locale", "man", "zoneinfo":
		return true
	}
	return false
}
