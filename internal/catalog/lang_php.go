package catalog

import (
	"context"
	"encoding/json"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/aquasecurity/trivy/pkg/dependency"
	ftypes "github.com/aquasecurity/trivy/pkg/fanal/types"
	"github.com/aquasecurity/trivy/pkg/licensing"
	xio "github.com/aquasecurity/trivy/pkg/x/io"
)

// composerVendor reads what Composer 2 installed.
type composerVendor struct{}

func (composerVendor) name() string { return "composer-vendor" }

func (composerVendor) wants(p string, _ int64, _ fs.FileMode) bool {
	return path.Base(p) == "installed.json"
}

func (composerVendor) analyze(ctx context.Context, f *file) (*facts, error) {
	return parseMetadata(ctx, composerInstalled{}, ftypes.ComposerVendor, f)
}

// composerInstalled does what Trivy's parser does; that one needs json/v2, which
// is an experiment of the toolchain.
type composerInstalled struct{}

type composerPackage struct {
	Name    string            `json:"name"`
	Version string            `json:"version"`
	Require map[string]string `json:"require"`
	License any               `json:"license"` // a text, or a list of alternatives
}

func (composerInstalled) Parse(_ context.Context, r xio.ReadSeekerAt) ([]ftypes.Package, []ftypes.Dependency, error) {
	var installed struct {
		Packages []composerPackage `json:"packages"`
	}
	if err := json.NewDecoder(r).Decode(&installed); err != nil {
		return nil, nil, err
	}

	ids := make(map[string]string, len(installed.Packages)) // by name; the first of a name counts
	kept := installed.Packages[:0]
	for _, p := range installed.Packages {
		if _, found := ids[p.Name]; found || p.Name == "" {
			continue
		}
		ids[p.Name] = dependency.ID(ftypes.Composer, p.Name, p.Version)
		kept = append(kept, p)
	}

	var packages []ftypes.Package
	var dependencies []ftypes.Dependency
	for _, p := range kept {
		packages = append(packages, ftypes.Package{
			ID:       ids[p.Name],
			Name:     p.Name,
			Version:  p.Version,
			Licenses: composerLicenses(p.License),
		})
		var needs []string
		for name := range p.Require {
			if id, found := ids[name]; found && name != "php" && !strings.HasPrefix(name, "ext") {
				needs = append(needs, id)
			}
		}
		slices.Sort(needs)
		dependencies = append(dependencies, ftypes.Dependency{ID: ids[p.Name], DependsOn: needs})
	}
	return packages, dependencies, nil
}

func composerLicenses(license any) []string {
	switch l := license.(type) {
	case string:
		return licensing.SplitLicenses(l)
	case []any:
		var names []string
		for _, e := range l {
			if name, ok := e.(string); ok {
				names = append(names, name)
			}
		}
		return names
	}
	return nil
}
