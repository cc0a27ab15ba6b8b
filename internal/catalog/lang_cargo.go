package catalog

import (
	"bytes"
	"context"
	"io/fs"
	"maps"
	"path"
	"slices"

	"github.com/aquasecurity/go-version/pkg/semver"
	"github.com/aquasecurity/go-version/pkg/version"
	"github.com/aquasecurity/trivy/pkg/dependency"
	"github.com/aquasecurity/trivy/pkg/dependency/parser/rust/cargo"
	ftypes "github.com/aquasecurity/trivy/pkg/fanal/types"

	"github.com/org/imgscan-action/internal/finding"
)

// cargoLock reads the lock files of Rust projects. It is the one kind of lock
// file, with NuGet's, that Trivy reads in images too. The project file beside it,
// in the same layer, says what is needed only for development, which is left out.
//
// Trivy gives a workspace that has no package of its own a package without a name
// and a version; we do not.
type cargoLock struct{}

const (
	cargoLockFile = "Cargo.lock"
	cargoProject  = "Cargo.toml"
)

func (cargoLock) name() string { return "cargo" }

func (cargoLock) wants(p string, _ int64, _ fs.FileMode) bool {
	base := path.Base(p)
	return base == cargoLockFile || base == cargoProject
}

func (cargoLock) analyze(ctx context.Context, f *file) (*facts, error) {
	if path.Base(f.path) == cargoProject {
		return &facts{Project: readCargoProject(f)}, nil
	}
	content, err := readTOML(f)
	if err != nil {
		return nil, err
	}
	packages, err := parseLanguage(ctx, cargo.NewParser(), ftypes.Cargo, f.path, bytes.NewReader(content))
	return languageFacts(packages), err
}

// cargoNeeds are the requirements in a table of dependencies, by name: a text, or
// a table with the version and more.
type cargoNeeds map[string]any

// cargoManifest is what we use of a Cargo.toml
// (https://doc.rust-lang.org/cargo/reference/manifest.html).
type cargoManifest struct {
	Package struct {
		Name    string `toml:"name"`
		Version any    `toml:"version"` // a text, or { workspace = true }
	} `toml:"package"`
	Dependencies cargoNeeds                       `toml:"dependencies"`
	Target       map[string]map[string]cargoNeeds `toml:"target"`
	Workspace    struct {
		Dependencies cargoNeeds `toml:"dependencies"`
		Members      []string   `toml:"members"`
		Package      struct {
			Version string `toml:"version"`
		} `toml:"package"`
	} `toml:"workspace"`
}

func readCargoProject(f *file) *project {
	var content cargoManifest
	if readProject(f, &content) {
		return &project{Broken: true}
	}
	said := &project{
		Name:           content.Package.Name,
		Members:        content.Workspace.Members,
		MembersVersion: content.Workspace.Package.Version,
	}
	switch v := content.Package.Version.(type) {
	case string:
		said.Version = v
	case nil:
		said.Inherits = true
	case map[string]any:
		said.Inherits = v["workspace"] == true
	}

	// The later table wins, in Trivy's order.
	all := maps.Clone(content.Dependencies)
	if all == nil {
		all = make(cargoNeeds)
	}
	for _, platform := range slices.Sorted(maps.Keys(content.Target)) {
		maps.Copy(all, content.Target[platform]["dependencies"])
	}
	maps.Copy(all, content.Workspace.Dependencies)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		said.Needs = append(said.Needs, need{Name: name, Versions: cargoVersions(all[name])})
	}
	return said
}

// cargoVersions is the versions that a requirement asks for; empty when it names
// none, as for a folder.
func cargoVersions(requirement any) string {
	switch r := requirement.(type) {
	case string:
		return r
	case map[string]any:
		versions, _ := r["version"].(string)
		return versions
	}
	return ""
}

func (cargoLock) join(files map[string]*facts) {
	for name, f := range files {
		if path.Base(name) != cargoLockFile {
			continue
		}
		beside, found := files[path.Join(path.Dir(name), cargoProject)]
		if found && !beside.Project.Broken {
			f.Packages = cargoNeeded(f.Packages, *beside.Project, cargoMembers(path.Dir(name), *beside.Project, files))
		}
	}
}

// cargoMembers are the projects of the workspace in the folder dir, in Cargo's
// order.
func cargoMembers(dir string, workspace project, files map[string]*facts) []project {
	var members []project
	for _, pattern := range workspace.Members {
		pattern = path.Join(dir, pattern, cargoProject)
		for _, name := range slices.Sorted(maps.Keys(files)) {
			matched, err := path.Match(pattern, name)
			if err == nil && matched && files[name].Project != nil && !files[name].Project.Broken {
				members = append(members, *files[name].Project)
			}
		}
	}
	return members
}

// cargoNeeded are the packages that the workspace and its members need, and
// themselves.
func cargoNeeded(packages []finding.Package, root project, members []project) []finding.Package {
	own := make(map[string]bool)
	versions := make(map[string]string) // by name; the root's word counts first
	for _, p := range append([]project{root}, members...) {
		if p.Inherits {
			p.Version = root.MembersVersion
		}
		if p.Name != "" {
			own[dependency.ID(ftypes.Cargo, p.Name, p.Version)] = true
		}
		for _, n := range p.Needs {
			if _, said := versions[n.Name]; !said {
				versions[n.Name] = n.Versions
			}
		}
	}

	var direct []string
	for _, name := range slices.Sorted(maps.Keys(versions)) {
		i := slices.IndexFunc(packages, func(p finding.Package) bool {
			return p.Name == name && cargoSatisfies(p.Version, versions[name])
		})
		if i >= 0 {
			direct = append(direct, packages[i].ID)
		}
	}
	keep := maps.Clone(own)
	for _, p := range needed(packages, direct) {
		keep[p.ID] = true
	}
	kept := onceEach(packages, keep)
	for i, p := range kept {
		if own[p.ID] {
			// The lock file does not tell what they need only for development.
			kept[i].DependsOn = keepIf(p.DependsOn, func(id string) bool { return keep[id] })
		}
	}
	return kept
}

// cargoSatisfies says whether an installed version will do. A version alone means
// "or compatible"; see "specifying-dependencies" in Cargo's reference. No
// versions at all, a folder, is satisfied by none, as in Trivy.
func cargoSatisfies(installed, versions string) bool {
	if versions == "" {
		return false
	}
	if _, err := version.Parse(versions); err == nil {
		versions = "^" + versions
	}
	v, err := semver.Parse(installed)
	if err != nil {
		return false
	}
	constraints, err := semver.NewConstraints(versions)
	return err == nil && constraints.Check(v)
}
