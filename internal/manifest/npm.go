package manifest

import (
	"path"
	"slices"
	"strings"

	"github.com/org/imgscan-action/internal/finding"
)

// npmSystem joins packages in node_modules with package.json and the lock files
// of npm, yarn and pnpm.
type npmSystem struct {
	projects []*project
}

func newNPMSystem(docs []*document) system {
	return &npmSystem{newProjects(docs, npmRange)}
}

func (s *npmSystem) find(p finding.Package, siblings []finding.Package) []finding.Manifest {
	at, ok := parseInstallPath(p.Path)
	if !ok {
		return nil
	}
	projects := s.projects
	if i := slices.IndexFunc(siblings, func(s finding.Package) bool { return s.Path == path.Join(at.root, "package.json") }); i >= 0 {
		// The image says whose node_modules it is.
		projects = slices.DeleteFunc(slices.Clone(projects), func(pr *project) bool {
			return !slices.ContainsFunc(pr.manifests, func(m *document) bool { return m.name == siblings[i].Name })
		})
	} else if isGlobal(at.root) {
		return nil
	}
	return findAll(projects, ask{
		name:     p.Name,
		title:    p.Name,
		version:  p.Version,
		tied:     true,
		is:       at.fits,
		lockOnly: at.nested,
	})
}

// installPath is where a package of a node_modules folder is installed.
type installPath struct {
	root   string // the folder that the outermost node_modules is in; "." for the image's root
	below  string // the package's folder, from root: "node_modules/a/node_modules/b"
	nested bool   // the package is below another, so that no project asked for it by its place
	pnpm   bool   // in pnpm's store, whose places are not in its lock file
}

const nodeModules = "node_modules"

// parseInstallPath reads the path of a package.json in an image. It is not ok
// for files that package managers do not put there: the project's own and
// copies that packages carry inside them.
func parseInstallPath(p string) (installPath, bool) {
	parts := strings.Split(path.Clean(p), "/")
	first := slices.Index(parts, nodeModules)
	if first < 0 || parts[len(parts)-1] != "package.json" {
		return installPath{}, false
	}
	at := installPath{
		root:  path.Join(".", path.Join(parts[:first]...)),
		below: strings.Join(parts[first:len(parts)-1], "/"),
	}
	// Every package is one folder, or two with a scope.
	packages := 0
	for rest := parts[first : len(parts)-1]; len(rest) > 0; packages++ {
		rest = rest[1:] // node_modules
		n := 1
		if len(rest) > 0 && strings.HasPrefix(rest[0], "@") {
			n = 2
		}
		if len(rest) > 0 && rest[0] == ".pnpm" {
			at.pnpm, n = true, 2
		}
		if len(rest) < n || len(rest) > n && rest[n] != nodeModules {
			return installPath{}, false
		}
		rest = rest[n:]
	}
	at.nested = packages > 1 && !at.pnpm
	return at, true
}

// fits says whether a lock entry is installed where the package is. The image
// may hold the repository below any folder, and may leave out the folders above
// a member of a workspace.
func (at installPath) fits(e entry) bool {
	if e.at == "" || at.pnpm {
		return true // the lock file does not tell places
	}
	full := path.Join(at.root, at.below)
	return e.at == at.below || e.at == full || strings.HasSuffix(full, "/"+e.at) && strings.HasSuffix(e.at, "/"+at.below)
}

// isGlobal says whether root is where package managers install for a whole
// system or user: PREFIX/lib for npm, a folder "global" for yarn and pnpm,
// /usr/share/nodejs for Debian.
func isGlobal(root string) bool {
	parts := strings.Split(root, "/")
	return strings.HasPrefix(root+"/", "usr/share/nodejs/") || parts[len(parts)-1] == "lib" || slices.ContainsFunc(parts, func(p string) bool {
		return slices.Contains([]string{"global", "_npx", ".nvm", ".volta", ".npm-global"}, p)
	})
}
