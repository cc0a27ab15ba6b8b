package catalog

import (
	"context"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/org/imgscan-action/internal/finding"
)

// rpmPaths are the places of an rpm database, of which an image has one.
var rpmPaths = []string{
	// Berkeley DB, until RHEL 8
	"usr/lib/sysimage/rpm/Packages",
	"var/lib/rpm/Packages",

	// NDB, of SUSE
	"usr/lib/sysimage/rpm/Packages.db",
	"var/lib/rpm/Packages.db",

	// SQLite
	"usr/lib/sysimage/rpm/rpmdb.sqlite",
	"var/lib/rpm/rpmdb.sqlite",
	"usr/share/rpm/rpmdb.sqlite", // CoreOS
}

// rpmDatabase is the analyzer of the rpm database in its three formats.
type rpmDatabase struct{}

func (rpmDatabase) name() string   { return "rpm" }
func (rpmDatabase) readsDatabase() {}

func (rpmDatabase) wants(path string, _ int64, _ fs.FileMode) bool {
	return slices.Contains(rpmPaths, path)
}

// analyze returns what it read before an error together with the error.
func (rpmDatabase) analyze(_ context.Context, f *file) (*facts, error) {
	var (
		said     facts
		room     quota
		provides = make(map[string]string) // IDs, by what is provided
	)
	err := eachRPMBlob(f.content, f.size, func(blob []byte) error {
		h, err := parseRPMHeader(blob)
		if err != nil {
			return err
		}
		if err := room.take(1, len(h.provides)+len(h.requires)+len(h.baseNames)); err != nil {
			return err
		}
		pkg := rpmPackage(h)
		for _, name := range h.provides {
			provides[name] = pkg.ID
		}
		said.Packages = append(said.Packages, pkg)
		installed := fileList{Package: pkg.Name, Hides: hidesAlways, Files: h.files()}
		if pkg.ThirdParty {
			installed.Hides = hidesNothing // what others install is left to the analyzers of languages
		}
		said.Installed = append(said.Installed, installed)
		return nil
	})
	resolveDependencies(said.Packages, provides)
	for i, p := range said.Packages {
		// Most packages require something that they provide themselves.
		said.Packages[i].DependsOn = slices.DeleteFunc(p.DependsOn, func(id string) bool { return id == p.ID })
	}
	return &said, err
}

func rpmPackage(h rpmHeader) finding.Package {
	pkg := finding.Package{
		Class:      finding.ClassOS,
		Type:       "rpm",
		ID:         fmt.Sprintf("%s@%s-%s.%s", h.name, h.version, h.release, h.arch),
		Name:       h.name,
		Version:    h.version,
		Release:    h.release,
		Epoch:      h.epoch,
		Arch:       h.arch,
		SrcEpoch:   h.epoch, // the name of a source package does not say it
		Modularity: h.modularity,
		Maintainer: h.vendor,
		ThirdParty: !h.fromVendor(),
		DependsOn:  h.requires,
	}
	if pkg.Arch == "" {
		pkg.Arch = "None" // Trivy's word; public keys have none
	}
	if h.license != "" {
		pkg.Licenses = []string{h.license}
	}
	pkg.SrcName, pkg.SrcVersion, pkg.SrcRelease, _ = splitSourceRPM(h.sourceRPM)
	return pkg
}

// splitSourceRPM splits "bash-5.1.8-6.el9.src.rpm" into bash, 5.1.8 and 6.el9;
// false when it has another shape.
func splitSourceRPM(file string) (name, version, release string, ok bool) {
	file = strings.TrimSuffix(file, ".rpm")
	arch := strings.LastIndexByte(file, '.')
	if arch < 0 {
		return "", "", "", false
	}
	file = file[:arch]
	rel := strings.LastIndexByte(file, '-')
	if rel < 0 {
		return "", "", "", false
	}
	ver := strings.LastIndexByte(file[:rel], '-')
	if ver < 0 {
		return "", "", "", false
	}
	return file[:ver], file[ver+1 : rel], file[rel+1:], true
}

// files are the files of the package, without a leading slash.
func (h rpmHeader) files() []string {
	files := make([]string, 0, len(h.baseNames))
	for i, base := range h.baseNames {
		if d := h.dirIndexes; i < len(d) && int(d[i]) < len(h.dirNames) {
			files = append(files, strings.TrimPrefix(path.Join(h.dirNames[d[i]], base), "/"))
		}
	}
	return files
}

// fromVendor says whether a distribution itself made the package. The names
// are Trivy's.
func (h rpmHeader) fromVendor() bool {
	if h.vendor == "" {
		// Amazon's own packages may have no vendor.
		return strings.Contains(h.release, "amzn")
	}
	return slices.ContainsFunc(rpmVendors, func(v string) bool { return strings.HasPrefix(h.vendor, v) })
}

var rpmVendors = []string{
	"Amazon Linux",
	"Amazon.com",
	"CentOS",
	"Fedora Project",
	"Oracle America",
	"Red Hat",
	"AlmaLinux",
	"CloudLinux",
	"VMware",
	"SUSE",
	"openSUSE",
	"Microsoft Corporation",
	"Rocky",
}
