package catalog

import (
	"cmp"
	"context"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"

	debversion "github.com/knqyf263/go-deb-version"

	"github.com/org/imgscan-action/internal/finding"
)

const (
	dpkgStatusFile = "var/lib/dpkg/status"
	dpkgStatusDir  = "var/lib/dpkg/status.d/" // distroless: a file for each package
)

// dpkgStatus is the analyzer of the dpkg database.
type dpkgStatus struct{}

func (dpkgStatus) name() string   { return "dpkg" }
func (dpkgStatus) readsDatabase() {}

func (dpkgStatus) wants(name string, _ int64, _ fs.FileMode) bool {
	if name == dpkgStatusFile {
		return true
	}
	dir, base := path.Split(name)
	return dir == dpkgStatusDir && !strings.HasSuffix(base, md5sumsSuffix)
}

func (dpkgStatus) analyze(_ context.Context, f *file) (*facts, error) {
	var (
		said     facts
		rejected rejects
		room     quota
		full     error                     // once there is no more room
		index    = make(map[string]int)    // by ID
		ids      = make(map[string]string) // by name
	)
	wanted := []string{"Package", "Status", "Version", "Source", "Depends", "Maintainer", "Architecture"}
	err := eachParagraph(f.reader(), wanted, func(p paragraph) {
		if full != nil {
			return
		}
		pkg, ok := dpkgPackage(p)
		if !ok {
			return
		}
		if full = room.take(1, len(pkg.DependsOn)); full != nil {
			return
		}
		if err := setDpkgVersions(&pkg, p); err != nil {
			rejected.add(pkg.Name, err)
			return
		}
		ids[pkg.Name] = pkg.ID
		// The last of two architectures of one version stands for both, as in Trivy.
		if i, ok := index[pkg.ID]; ok {
			said.Packages[i] = pkg
			return
		}
		index[pkg.ID] = len(said.Packages)
		said.Packages = append(said.Packages, pkg)
	})
	resolveDependencies(said.Packages, ids)
	said.Gaps = rejected.gaps()
	return &said, cmp.Or(full, err)
}

// dpkgPackage is the package that a paragraph of the status file declares,
// without its versions; false when it is not installed or not complete. As in
// Trivy, what is wanted to be gone does not count, and half-installed packages
// do.
func dpkgPackage(p paragraph) (finding.Package, bool) {
	for word := range strings.FieldsSeq(p["Status"]) {
		if word == "deinstall" || word == "purge" {
			return finding.Package{}, false
		}
	}
	if p["Package"] == "" || p["Version"] == "" {
		return finding.Package{}, false
	}
	return finding.Package{
		Class:      finding.ClassOS,
		Type:       "dpkg",
		ID:         p["Package"] + "@" + p["Version"],
		Name:       p["Package"],
		Arch:       p["Architecture"],
		Maintainer: p["Maintainer"],
		ThirdParty: isThirdParty(p["Maintainer"]),
		DependsOn:  dpkgDepends(p["Depends"]),
	}, true
}

var dpkgSource = regexp.MustCompile(`([^\s]*)( \((.*)\))?`)

// setDpkgVersions fills in the package's version and its source's name and
// version, which are the package's own when the paragraph names no others.
func setDpkgVersions(pkg *finding.Package, p paragraph) error {
	srcVersion := p["Version"]
	pkg.SrcName = pkg.Name
	if m := dpkgSource.FindStringSubmatch(p["Source"]); m != nil {
		if m[1] != "" {
			pkg.SrcName = m[1]
		}
		if v := strings.TrimSpace(m[3]); v != "" {
			srcVersion = v
		}
	}
	v, err := debversion.NewVersion(p["Version"])
	if err != nil {
		return fmt.Errorf("version %q: %w", p["Version"], err)
	}
	pkg.Epoch, pkg.Version, pkg.Release = v.Epoch(), v.Version(), v.Revision()

	v, err = debversion.NewVersion(srcVersion)
	if err != nil {
		return fmt.Errorf("source version %q: %w", srcVersion, err)
	}
	pkg.SrcEpoch, pkg.SrcVersion, pkg.SrcRelease = v.Epoch(), v.Version(), v.Revision()
	return nil
}

// dpkgDepends is the names in a Depends field, alternatives included:
// "passwd, debconf (>= 0.5) | debconf-2.0".
func dpkgDepends(s string) []string {
	var names []string
	for clause := range strings.SplitSeq(s, ",") {
		for alternative := range strings.SplitSeq(clause, "|") {
			name, _, _ := strings.Cut(alternative, "(")
			if name = strings.TrimSpace(name); name != "" {
				names = append(names, name)
			}
		}
	}
	return names
}

// resolveDependencies replaces what packages depend on, by name or by what is
// provided, with the IDs of those that are installed, sorted and each once.
func resolveDependencies(packages []finding.Package, ids map[string]string) {
	for i := range packages {
		var found []string
		for _, name := range packages[i].DependsOn {
			if id, ok := ids[name]; ok {
				found = append(found, id)
			}
		}
		slices.Sort(found)
		packages[i].DependsOn = slices.Compact(found)
	}
}

// isThirdParty says whether the maintainer is one of those whose packages come
// from repositories of their own. The dpkg database has no better sign of it;
// the names are Trivy's.
func isThirdParty(maintainer string) bool {
	switch maintainer {
	case "GitHub", "HashiCorp":
		return true
	}
	return slices.ContainsFunc(thirdPartyMaintainers, func(part string) bool {
		return strings.Contains(maintainer, part)
	})
}

var thirdPartyMaintainers = []string{
	"support@docker.com",
	"@nvidia.com",
	"Google Cloud CLI Authors",
	"sapmachine@sap.com",
	"@hashicorp.com",
	"@microsoft.com",
	"@mongodb.com",
	"developers@lists.mariadb.org",
	"dev@couchdb.apache.org",
	"info@elastic.co",
	"nginx-packaging@f5.com",
	"@konghq.com",
	"@cloudflare.com",
	"support@influxdb.com",
	"support@gitlab.com",
	"contact@grafana.com",
	"@datadoghq.com",
	"@nodesource.com",
	"info@tailscale.com",
	"@openrobotics.org",
	"@osrfoundation.org",
}

// rejects are the entries of a package database that cannot be used. Trivy
// drops them; they are a gap here.
type rejects struct {
	count int
	first string
}

func (r *rejects) add(name string, err error) {
	if r.count == 0 {
		r.first = fmt.Sprintf("%q: %v", name, err)
	}
	r.count++
}

func (r *rejects) gaps() []finding.Gap {
	if r.count == 0 {
		return nil
	}
	return []finding.Gap{{
		Kind:   finding.GapPackageDatabase,
		Detail: detail(fmt.Errorf("%d packages have no usable version, first %s", r.count, r.first)),
	}}
}
