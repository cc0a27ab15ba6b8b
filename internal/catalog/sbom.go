package catalog

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	ftypes "github.com/aquasecurity/trivy/pkg/fanal/types"
	sbomio "github.com/aquasecurity/trivy/pkg/sbom/io"
	"github.com/aquasecurity/trivy/pkg/types"
	"github.com/package-url/packageurl-go"

	"github.com/org/imgscan-action/internal/finding"
)

// billOfMaterials reads the SBOM files that images carry: Bitnami's about each
// of its components, Chainguard's about each apk, and what builders leave there.
//
// Two things are not Trivy's. The layer of a package is the one that brought the
// file, and not the one of some other image that the file may name. And a package
// without a file of its own is in the SBOM file, where Trivy says "Java".
type billOfMaterials struct{}

// maxBill is the size in bytes of an SBOM file; those that list every file of an
// image get into the tens of millions.
const maxBill = 32 << 20

func (billOfMaterials) name() string { return "sbom" }

func (billOfMaterials) wants(p string, _ int64, _ fs.FileMode) bool { return isBill(p) }

// isBill is asked about every file, so it looks at the end of the name first.
func isBill(p string) bool {
	name := strings.TrimSuffix(p, ".json")
	// What PEP 770 puts beside a wheel is left out, as in Trivy.
	return (strings.HasSuffix(name, ".spdx") || strings.HasSuffix(name, ".cdx")) && !strings.Contains(p, ".dist-info/sboms/")
}

func (billOfMaterials) analyze(ctx context.Context, f *file) (*facts, error) {
	content, err := f.bytes(maxBill)
	if err != nil {
		return nil, err
	}
	bom, err := decodeBill(content)
	if err != nil || bom == nil {
		return nil, err
	}
	if isTangled(bom) {
		return nil, errors.New("the dependencies in the SBOM are nested too deep")
	}
	var decoded types.SBOM
	if err := sbomio.NewDecoder(bom).Decode(ctx, &decoded); err != nil {
		// What follows is a list in random order.
		reason, _, _ := strings.Cut(err.Error(), " (")
		return nil, fmt.Errorf("reading the SBOM: %s", reason)
	}
	return billFacts(f.path, decoded), nil
}

// billFacts is nil when the SBOM lists no packages that we know of.
func billFacts(file string, bill types.SBOM) *facts {
	var said facts
	for _, info := range bill.Packages {
		for _, p := range info.Packages {
			converted := billPackage(p)
			converted.Class, converted.Type = finding.ClassOS, packageManager(p)
			converted.Path = cleanPath(p.FilePath)
			converted.Licenses = withoutEmpty(p.Licenses)
			said.Packages = append(said.Packages, converted)
		}
	}
	for _, app := range bill.Applications {
		for _, p := range app.Packages {
			converted := billPackage(p)
			converted.Class, converted.Type = finding.ClassLanguage, string(app.Type)
			converted.Path = cleanPath(billPath(file, app, p))
			converted.Licenses = licenseNames(withoutEmpty(p.Licenses))
			said.Packages = append(said.Packages, converted)
		}
	}
	if len(said.Packages) == 0 {
		return nil
	}
	// Trivy lists them in random order.
	slices.SortFunc(said.Packages, func(a, b finding.Package) int {
		return cmp.Or(
			strings.Compare(a.Type, b.Type), strings.Compare(a.PURL, b.PURL), strings.Compare(a.Path, b.Path),
			strings.Compare(a.ID, b.ID), slices.Compare(a.DependsOn, b.DependsOn), slices.Compare(a.Licenses, b.Licenses),
		)
	})
	return &said
}

// billPath is where a package of an application is; empty for the SBOM file.
// Bitnami's files are in the folder of the component that they are about, and
// name files from there.
func billPath(file string, app ftypes.Application, p ftypes.Package) string {
	switch inBitnami := strings.HasPrefix(file, "opt/bitnami/"); {
	case inBitnami && app.Type == ftypes.Bitnami:
		return cmp.Or(p.FilePath, path.Dir(file))
	case inBitnami:
		return path.Join(path.Dir(file), p.FilePath)
	}
	return cmp.Or(p.FilePath, app.FilePath)
}

func billPackage(p ftypes.Package) finding.Package {
	converted := finding.Package{
		ID:         p.ID,
		Name:       p.Name,
		Version:    p.Version,
		Release:    p.Release,
		Epoch:      p.Epoch,
		Arch:       p.Arch,
		SrcName:    p.SrcName,
		SrcVersion: p.SrcVersion,
		SrcRelease: p.SrcRelease,
		SrcEpoch:   p.SrcEpoch,
		Modularity: p.Modularitylabel,
		DependsOn:  slices.Compact(slices.Sorted(slices.Values(p.DependsOn))),
		PURL:       p.Identifier.PURL.String(), // never nil: packages without are skipped
	}
	if b := p.BuildInfo; b != nil {
		converted.ContentSets, converted.NVR, converted.BuildArch = b.ContentSets, b.Nvr, b.Arch
	}
	return converted
}

// packageManager is our name for a package's format.
func packageManager(p ftypes.Package) string {
	if kind := p.Identifier.PURL.Type; kind != packageurl.TypeDebian {
		return kind
	}
	return "dpkg"
}

func withoutEmpty(texts []string) []string {
	return keepIf(texts, func(s string) bool { return s != "" })
}

// isForeign says whether a package that an SBOM lists is of another distribution
// than the image, so that nobody installed it here.
func isForeign(p finding.Package, os finding.OS) bool {
	if p.Class != finding.ClassOS || p.PURL == "" || os.Family == "" {
		return false
	}
	url, err := packageurl.FromString(p.PURL)
	return err == nil && url.Namespace != "" && url.Namespace != ftypes.OSType(os.Family).PurlNamespace()
}

// withoutListed drops what was found in files that an SBOM of the same layer has
// listed already. It holds for the analyzers that Trivy runs last, which have
// only the word of a file to go by.
func withoutListed(files []facts) []facts {
	listed := make(map[string]bool)
	for _, f := range files {
		if f.Analyzer != (billOfMaterials{}).name() {
			continue
		}
		for _, p := range f.Packages {
			if p.Class == finding.ClassLanguage {
				listed[p.Path] = true
			}
		}
	}
	if len(listed) == 0 {
		return files
	}
	runsLast := []string{
		javaArchive{}.name(), pythonPackage{}.name(), nuGet{}.name(), cargoLock{}.name(), juliaManifest{}.name(),
	}
	return keepIf(files, func(f facts) bool { return !listed[f.Path] || !slices.Contains(runsLast, f.Analyzer) })
}
