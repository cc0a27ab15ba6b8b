package catalog

import (
	"context"
	"encoding/json"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"github.com/aquasecurity/trivy/pkg/dependency"
	ftypes "github.com/aquasecurity/trivy/pkg/fanal/types"
	xio "github.com/aquasecurity/trivy/pkg/x/io"
)

// dotNetDeps reads the list of libraries that goes with a published .NET
// application, the bundled runtime included.
type dotNetDeps struct{}

func (dotNetDeps) name() string { return "dotnet-core" }

func (dotNetDeps) wants(p string, _ int64, _ fs.FileMode) bool {
	return strings.HasSuffix(p, ".deps.json")
}

func (dotNetDeps) analyze(ctx context.Context, f *file) (*facts, error) {
	return parseMetadata(ctx, depsJSON{}, ftypes.DotNetCore, f)
}

// depsJSON does what Trivy's parser does; that one needs json/v2, which is an
// experiment of the toolchain. For the format see "runtime-configuration-file"
// in the documentation of dotnet/sdk.
type depsJSON struct{}

type depsLibrary struct {
	Type string `json:"type"`
}

// depsTarget is a library in the target that the application runs on.
type depsTarget struct {
	Dependencies   map[string]string `json:"dependencies"`
	Runtime        any               `json:"runtime"`
	RuntimeTargets any               `json:"runtimeTargets"`
	Native         any               `json:"native"`
}

func (depsJSON) Parse(_ context.Context, r xio.ReadSeekerAt) ([]ftypes.Package, []ftypes.Dependency, error) {
	var deps struct {
		Libraries     map[string]depsLibrary `json:"libraries"`
		RuntimeTarget struct {
			Name string `json:"name"`
		} `json:"runtimeTarget"`
		Targets map[string]map[string]depsTarget `json:"targets"`
	}
	if err := json.NewDecoder(r).Decode(&deps); err != nil {
		return nil, nil, err
	}

	// Without the target, every library counts and the graph is not known.
	target := make(map[string]depsTarget)
	for key, t := range deps.Targets[deps.RuntimeTarget.Name] {
		name, version, _ := strings.Cut(key, "/")
		target[depsID(name, version)] = t
	}

	byID := make(map[string]ftypes.Package, len(deps.Libraries))
	project := false
	for _, key := range slices.Sorted(maps.Keys(deps.Libraries)) {
		name, version, found := strings.Cut(key, "/")
		if !found || name == "" {
			continue
		}
		id := depsID(name, version)
		if t, known := target[id]; known && t.Runtime == nil && t.RuntimeTargets == nil && t.Native == nil {
			continue // needed to build, not to run
		}
		switch strings.ToLower(deps.Libraries[key].Type) {
		case "package", "runtimepack":
		case "project":
			if project {
				continue // only one is the application
			}
			project = true
		default:
			continue
		}
		byID[id] = ftypes.Package{ID: id, Name: strings.TrimPrefix(name, runtimePack), Version: version}
	}

	var packages []ftypes.Package
	var dependencies []ftypes.Dependency
	for _, id := range slices.Sorted(maps.Keys(byID)) {
		packages = append(packages, byID[id])
		var needs []string
		for name, version := range target[id].Dependencies {
			if need := depsID(name, version); byID[need].ID != "" {
				needs = append(needs, need)
			}
		}
		slices.Sort(needs)
		dependencies = append(dependencies, ftypes.Dependency{ID: id, DependsOn: needs})
	}
	return packages, dependencies, nil
}

// runtimePack is what the SDK puts before the name of a bundled runtime.
const runtimePack = "runtimepack."

func depsID(name, version string) string {
	return dependency.ID(ftypes.DotNetCore, strings.TrimPrefix(name, runtimePack), version)
}
