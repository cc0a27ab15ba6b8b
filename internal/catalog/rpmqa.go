package catalog

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"strconv"
	"strings"

	"github.com/org/imgscan-action/internal/finding"
)

// rpmManifest is the analyzer of the list of packages that the distroless
// images of CBL-Mariner and Azure Linux have in place of a database.
type rpmManifest struct{}

func (rpmManifest) name() string   { return "rpm-manifest" }
func (rpmManifest) readsDatabase() {}

func (rpmManifest) wants(path string, _ int64, _ fs.FileMode) bool {
	return path == "var/lib/rpmmanifest/container-manifest-2"
}

func (rpmManifest) analyze(_ context.Context, f *file) (*facts, error) {
	return parseRPMManifest(f.reader())
}

// parseRPMManifest reads lines of ten fields with tabs between them: name,
// version-release, time of installation, time of build, vendor, "(none)", size,
// architecture, epoch and source package. What could be read before an error is
// returned with it; Trivy returns nothing.
func parseRPMManifest(r io.Reader) (*facts, error) {
	var (
		said facts
		room quota
	)
	s := newLongLines(r)
	for n := 1; s.Scan(); n++ {
		pkg, err := rpmManifestLine(s.Text())
		if err != nil {
			return &said, fmt.Errorf("line %d: %w", n, err)
		}
		if err := room.take(1, 0); err != nil {
			return &said, err
		}
		said.Packages = append(said.Packages, pkg)
	}
	return &said, lineError(s)
}

func rpmManifestLine(line string) (finding.Package, error) {
	fields := strings.Split(line, "\t")
	if len(fields) != 10 {
		return finding.Package{}, fmt.Errorf("%d fields, not 10", len(fields))
	}
	version, release, ok := strings.Cut(fields[1], "-")
	if !ok || strings.Contains(release, "-") {
		return finding.Package{}, fmt.Errorf("%q is no version and release", fields[1])
	}
	epoch, err := strconv.Atoi(fields[8])
	if err != nil {
		return finding.Package{}, fmt.Errorf("reading the epoch: %w", err)
	}
	srcName, srcVersion, srcRelease, ok := splitSourceRPM(fields[9])
	if !ok {
		return finding.Package{}, fmt.Errorf("%q is no source package", fields[9])
	}
	return finding.Package{
		Class:      finding.ClassOS,
		Type:       "rpm",
		Name:       fields[0],
		Version:    version,
		Release:    release,
		Epoch:      epoch,
		Arch:       fields[7],
		SrcName:    srcName,
		SrcVersion: srcVersion,
		SrcRelease: srcRelease,
		SrcEpoch:   epoch,
	}, nil
}
