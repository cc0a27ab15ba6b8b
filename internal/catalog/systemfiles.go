package catalog

import "github.com/org/imgscan-action/internal/finding"

// distrolessFiles are installed by Debian packages whose lists of files the
// distroless images leave out. Trivy knows the same three.
var distrolessFiles = []string{
	"usr/lib/python2.7/argparse.egg-info",
	"usr/lib/python2.7/lib-dynload/Python-2.7.egg-info",
	"usr/lib/python2.7/wsgiref.egg-info",
}

// withoutSystemFiles drops the language packages that the distribution's
// package manager installed: they are reported as the distribution's, whose
// advisories know about its patches.
//
// The rule holds within one layer, as in Trivy: a file that a later layer
// changes without its package manager is no longer the distribution's.
func withoutSystemFiles(files []facts) []facts {
	system := make(map[string]bool)
	for _, path := range distrolessFiles {
		system[path] = true
	}
	official := officialPackages(files)
	for i := range files {
		for _, l := range files[i].Installed {
			if l.Hides == hidesAlways || l.Hides == hidesIfOfficial && official[l.Package] {
				for _, path := range l.Files {
					system[path] = true
				}
			}
		}
		files[i].Installed = nil
	}

	kept := files[:0]
	for _, f := range files {
		f.Packages = keepIf(f.Packages, func(p finding.Package) bool {
			return p.Class != finding.ClassLanguage || !system[f.Path] && !system[p.Path]
		})
		f.Gaps = keepIf(f.Gaps, func(g finding.Gap) bool {
			return !isAboutPackages(g.Kind) || !system[f.Path]
		})
		if len(f.Packages) > 0 || len(f.Gaps) > 0 || f.OS != nil || f.Distribution != "" || f.Build != nil || f.Native != nil {
			kept = append(kept, f)
		}
	}
	return kept
}

// isAboutPackages says whether a gap is about language packages in a file, which
// nobody misses where they are the distribution's.
func isAboutPackages(kind finding.GapKind) bool {
	return kind == finding.GapUnreadableFile || kind == finding.GapNoBuildInfo || kind == finding.GapReplaced
}

// officialPackages are the installed packages of the distribution proper, by
// the names that their lists of files go by: "name" and "name:arch".
func officialPackages(files []facts) map[string]bool {
	official := make(map[string]bool)
	for _, f := range files {
		for _, p := range f.Packages {
			if p.Class == finding.ClassOS && !p.ThirdParty {
				official[p.Name] = true
				official[p.Name+":"+p.Arch] = true
			}
		}
	}
	return official
}

// keepIf is the elements for which keep holds, nil when there are none.
func keepIf[E any](all []E, keep func(E) bool) []E {
	var kept []E
	for _, e := range all {
		if keep(e) {
			kept = append(kept, e)
		}
	}
	return kept
}
