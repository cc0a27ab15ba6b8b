package catalog

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	ftypes "github.com/aquasecurity/trivy/pkg/fanal/types"
	"github.com/aquasecurity/trivy/pkg/licensing"
	xio "github.com/aquasecurity/trivy/pkg/x/io"

	"github.com/org/imgscan-action/internal/finding"
)

// maxMetadata is the size in bytes up to which a file that describes packages
// in text is read; real ones are far below it.
const maxMetadata = 16 << 20

// A languageParser is one of Trivy's parsers. They log through the default slog
// logger, which belongs to main.
type languageParser interface {
	Parse(ctx context.Context, r xio.ReadSeekerAt) ([]ftypes.Package, []ftypes.Dependency, error)
}

// parseLanguage translates what parser finds in r. Path is the file's, unless
// the parser knows of one inside it.
func parseLanguage(ctx context.Context, parser languageParser, typ ftypes.LangType, path string, r xio.ReadSeekerAt) ([]finding.Package, error) {
	found, dependencies, err := parser.Parse(ctx, r)
	if err != nil {
		return nil, err
	}
	dependsOn := make(map[string][]string, len(dependencies))
	for _, d := range dependencies {
		dependsOn[d.ID] = d.DependsOn
	}
	packages := make([]finding.Package, 0, len(found))
	for _, p := range found {
		packages = append(packages, finding.Package{
			Class:     finding.ClassLanguage,
			Type:      string(typ),
			ID:        p.ID,
			Name:      p.Name,
			Version:   p.Version,
			Licenses:  licenseNames(p.Licenses),
			DependsOn: slices.Sorted(slices.Values(dependsOn[p.ID])),
			Path:      cmp.Or(p.FilePath, path),
		})
	}
	return packages, nil
}

// parseMetadata is the facts that parser finds in a file of text; nil facts when
// it finds none.
func parseMetadata(ctx context.Context, parser languageParser, typ ftypes.LangType, f *file) (*facts, error) {
	if f.size > maxMetadata {
		return nil, fmt.Errorf("%d bytes is over the limit of %d", f.size, maxMetadata)
	}
	packages, err := parseLanguage(ctx, parser, typ, f.path, f.reader())
	if err != nil {
		return nil, err
	}
	return languageFacts(packages), nil
}

// languageFacts is nil when there are no packages, as for a file that turns out
// to be something else.
func languageFacts(packages []finding.Package) *facts {
	if len(packages) == 0 {
		return nil
	}
	return &facts{Packages: packages}
}

// licenseNames is what Trivy reports as licenses, except that a license given
// as the name of a file is left out: that file is not read and classified.
func licenseNames(raw []string) []string {
	var names []string
	for _, l := range raw {
		if strings.HasPrefix(l, licensing.LicenseFilePrefix) {
			continue
		}
		if text, found := strings.CutPrefix(l, licensing.LicenseTextPrefix); found {
			l = licensing.TrimLicenseText(text)
		}
		names = append(names, l)
	}
	return licensing.NormalizeLicenses(names)
}
