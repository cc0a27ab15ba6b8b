package finding

import "strings"

// Place is Path without the version of the package, for package managers write it
// into the names of folders and files: "requests-2.31.0.dist-info", "log4j-2.17.jar",
// ".pnpm/lodash@4.17.21". It stays the same when the package is upgraded in place.
func (p Package) Place() string {
	if p.Version == "" {
		return p.Path
	}
	return strings.NewReplacer("-"+p.Version, "", "@"+p.Version, "").Replace(p.Path)
}
