package catalog

import (
	"cmp"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/org/imgscan-action/internal/finding"
)

// executables says how far the native code among files was identified by
// packages, and leaves a gap for each of the layers that has code of which
// nothing is known.
func executables(files []placed, packages []finding.Package, layers []layerFacts) (finding.Executables, []finding.Gap) {
	var (
		known   = newOwners(packages)
		all     finding.Executables
		byLayer = make(map[int][]finding.Executable)
	)
	for _, f := range files {
		if f.Native == nil {
			continue
		}
		all.Total++
		if known.own(f.Path, *f.Native) {
			continue
		}
		e := finding.Executable{Path: f.Path, Size: int64(f.Native.Size), Layer: layers[f.layer].DiffID}
		all.Unidentified = append(all.Unidentified, e)
		byLayer[f.layer] = append(byLayer[f.layer], e)
	}
	var gaps []finding.Gap
	for _, layer := range slices.Sorted(maps.Keys(byLayer)) {
		sortLargest(byLayer[layer])
		gaps = append(gaps, finding.Gap{
			Kind:   finding.GapUnidentified,
			Detail: unidentified(byLayer[layer]),
			Layer:  layers[layer].DiffID,
		})
	}
	sortLargest(all.Unidentified)
	all.Unknown = len(all.Unidentified)
	all.Unidentified = slices.Clip(all.Unidentified[:min(all.Unknown, finding.MaxUnidentified)])
	return all, gaps
}

func sortLargest(all []finding.Executable) {
	slices.SortFunc(all, func(a, b finding.Executable) int {
		return cmp.Or(cmp.Compare(b.Size, a.Size), strings.Compare(a.Path, b.Path))
	})
}

// unidentified is the detail of the gap that all, the largest first, leave.
func unidentified(all []finding.Executable) string {
	var size int64
	var named []string
	for i, e := range all {
		size += e.Size
		if i < maxNamed {
			named = append(named, fmt.Sprintf("%s (%s)", shortened(e.Path), bytesText(e.Size)))
		}
	}
	if len(all) == 1 {
		return "1 executable belongs to no package and does not say what it was built from: " + named[0]
	}
	return fmt.Sprintf("%d executables, %s, belong to no package and do not say what they were built from: %s",
		len(all), bytesText(size), listed(named, len(all)))
}

// owners tells whether a file belongs to a package that is in the list. What was
// left behind by a package that has gone does not.
type owners struct {
	names   map[string]bool // packages of the distribution
	files   map[string]bool // files that packages of languages are, or are described by
	folders map[string]bool // folders that packages of languages have for themselves
}

func newOwners(packages []finding.Package) owners {
	o := owners{names: make(map[string]bool), files: make(map[string]bool), folders: make(map[string]bool)}
	for i := range packages {
		p := &packages[i]
		if p.Class == finding.ClassOS {
			o.names[p.Name] = true
			continue
		}
		o.files[p.Path] = true
		// A package at the root would have the whole image.
		if dir := ownFolder(p); dir != "" && dir != "." {
			o.folders[dir] = true
		}
	}
	return o
}

func (o owners) own(file string, n native) bool {
	if n.Package != "" && o.names[n.Package] || n.Metadata != "" && o.files[n.Metadata] || o.files[file] {
		return true
	}
	if len(o.folders) == 0 {
		return false
	}
	for dir := path.Dir(file); dir != "."; dir = path.Dir(dir) {
		if o.folders[dir] || o.folders[gemOfExtension(dir)] {
			return true
		}
	}
	return false
}

// ownFolder is the folder whose whole content came with packages such as p;
// empty when p shares its folder with other things.
func ownFolder(p *finding.Package) string {
	dir, base := path.Split(p.Path)
	dir = strings.TrimSuffix(dir, "/")
	switch p.Type {
	case "node-pkg":
		if installedByNPM(p.Path) {
			return dir // and not the application's own, which may be anywhere
		}
	case "python-pkg":
		if !strings.HasSuffix(base, ".egg-info") {
			dir = path.Dir(dir)
		}
		switch name := path.Base(dir); {
		case name == "site-packages", name == "dist-packages", strings.HasSuffix(name, ".egg"):
			return dir
		}
	case "gemspec":
		home, _, _ := strings.Cut(dir, "/specifications")
		return home + "/gems/" + strings.TrimSuffix(base, ".gemspec")
	case "conda-pkg", "composer-vendor":
		return path.Dir(dir) // of conda-meta in an environment, of composer in vendor
	case "dotnet-core", "bitnami":
		return dir
	}
	return ""
}

// gemOfExtension is the folder of the gem that dir has the compiled part of:
// "extensions/PLATFORM/RUBY/GEM" beside "gems/GEM". It is empty for other folders.
func gemOfExtension(dir string) string {
	home, rest, ok := strings.Cut(dir, "/extensions/")
	if !ok || strings.Count(rest, "/") != 2 {
		return ""
	}
	return home + "/gems/" + path.Base(dir)
}
