package catalog

import (
	"context"
	"encoding/json"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/aquasecurity/trivy/pkg/dependency"
	"github.com/aquasecurity/trivy/pkg/dependency/parser/nuget/config"
	"github.com/aquasecurity/trivy/pkg/dependency/parser/nuget/packagesprops"
	"github.com/aquasecurity/trivy/pkg/dependency/parser/utils"
	ftypes "github.com/aquasecurity/trivy/pkg/fanal/types"
	xio "github.com/aquasecurity/trivy/pkg/x/io"
)

// nuGet reads the two files in which a .NET project lists its packages. Trivy
// reads them in images too, although they say what was built and not what is
// installed.
type nuGet struct{}

func (nuGet) name() string { return "nuget" }

func (nuGet) wants(p string, _ int64, _ fs.FileMode) bool {
	name := path.Base(p)
	return name == "packages.lock.json" || name == "packages.config"
}

func (nuGet) analyze(ctx context.Context, f *file) (*facts, error) {
	if path.Base(f.path) == "packages.config" {
		return parseMetadata(ctx, config.NewParser(), ftypes.NuGet, f)
	}
	return parseMetadata(ctx, nuGetLock{}, ftypes.NuGet, f)
}

// packagesProps reads the central list of package versions of a .NET project.
type packagesProps struct{}

func (packagesProps) name() string { return "packages-props" }

func (packagesProps) wants(p string, _ int64, _ fs.FileMode) bool {
	return strings.HasSuffix(strings.ToLower(p), "packages.props")
}

func (packagesProps) analyze(ctx context.Context, f *file) (*facts, error) {
	return parseMetadata(ctx, packagesprops.NewParser(), ftypes.PackagesProps, f)
}

// nuGetLock does what Trivy's parser does; that one needs json/v2, which is an
// experiment of the toolchain.
type nuGetLock struct{}

func (nuGetLock) Parse(_ context.Context, r xio.ReadSeekerAt) ([]ftypes.Package, []ftypes.Dependency, error) {
	type lockedPackage struct {
		Type         string            `json:"type"`
		Resolved     string            `json:"resolved"`
		Dependencies map[string]string `json:"dependencies"`
	}
	var lock struct {
		// By target framework and name.
		Targets map[string]map[string]lockedPackage `json:"dependencies"`
	}
	if err := json.NewDecoder(r).Decode(&lock); err != nil {
		return nil, nil, err
	}

	var packages []ftypes.Package
	dependsOn := make(map[string][]string)
	for _, target := range lock.Targets {
		for name, p := range target {
			if p.Type == "Project" || name == "" {
				continue // the project itself
			}
			id := dependency.ID(ftypes.NuGet, name, p.Resolved)
			packages = append(packages, ftypes.Package{ID: id, Name: name, Version: p.Resolved})
			for need := range p.Dependencies {
				dependsOn[id] = append(dependsOn[id], dependency.ID(ftypes.NuGet, need, target[need].Resolved))
			}
		}
	}

	packages = utils.UniquePackages(packages) // sorted too
	var dependencies []ftypes.Dependency
	for _, p := range packages {
		needs := dependsOn[p.ID]
		slices.Sort(needs)
		dependencies = append(dependencies, ftypes.Dependency{ID: p.ID, DependsOn: slices.Compact(needs)})
	}
	return packages, dependencies, nil
}
