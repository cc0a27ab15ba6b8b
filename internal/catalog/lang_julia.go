package catalog

import (
	"bytes"
	"context"
	"io/fs"
	"maps"
	"path"
	"slices"

	julia "github.com/aquasecurity/trivy/pkg/dependency/parser/julia/manifest"
	ftypes "github.com/aquasecurity/trivy/pkg/fanal/types"
)

// juliaManifest reads the environments that Julia runs programs in. The manifest
// lists every package, and the project beside it those that are there to run;
// without a project, as in Trivy, a manifest is not an environment.
type juliaManifest struct{}

const (
	juliaLock    = "Manifest.toml"
	juliaProject = "Project.toml"
)

func (juliaManifest) name() string { return "julia" }

func (juliaManifest) wants(p string, _ int64, _ fs.FileMode) bool {
	base := path.Base(p)
	return base == juliaLock || base == juliaProject
}

func (juliaManifest) analyze(ctx context.Context, f *file) (*facts, error) {
	if path.Base(f.path) == juliaProject {
		return &facts{Project: readJuliaProject(f)}, nil
	}
	content, err := readTOML(f)
	if err != nil {
		return nil, err
	}
	packages, err := parseLanguage(ctx, julia.NewParser(), ftypes.Julia, f.path, bytes.NewReader(content))
	if err != nil && !bytes.Contains(content, []byte("julia_version")) {
		return nil, nil // some other program's manifest
	}
	return languageFacts(packages), err
}

func readJuliaProject(f *file) *project {
	var content struct {
		Deps map[string]string `toml:"deps"` // UUIDs, by name
	}
	said := &project{Broken: readProject(f, &content)}
	for _, id := range slices.Sorted(maps.Values(content.Deps)) {
		said.Needs = append(said.Needs, need{ID: id})
	}
	return said
}

func (juliaManifest) join(files map[string]*facts) {
	for name, f := range files {
		if path.Base(name) != juliaLock {
			continue
		}
		beside, found := files[path.Join(path.Dir(name), juliaProject)]
		switch {
		case !found:
			f.Packages = nil
		case beside.Project.Broken:
		default:
			var ids []string
			for _, n := range beside.Project.Needs {
				ids = append(ids, n.ID)
			}
			f.Packages = needed(f.Packages, ids)
		}
	}
}
