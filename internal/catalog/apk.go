package catalog

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"

	apkversion "github.com/knqyf263/go-apk-version"

	"github.com/org/imgscan-action/internal/finding"
)

// apkInstalled is the analyzer of the apk database, of Alpine, Wolfi and the
// distributions built like them.
type apkInstalled struct{}

func (apkInstalled) name() string   { return "apk" }
func (apkInstalled) readsDatabase() {}

func (apkInstalled) wants(path string, _ int64, _ fs.FileMode) bool {
	return path == "lib/apk/db/installed" || path == "usr/lib/apk/db/installed"
}

func (apkInstalled) analyze(_ context.Context, f *file) (*facts, error) { return parseAPK(f.reader()) }

// parseAPK reads paragraphs of lines with a letter, a colon and a value
// (https://wiki.alpinelinux.org/wiki/Apk_spec). What could be read before an
// error is returned with it.
func parseAPK(r io.Reader) (*facts, error) {
	var (
		said     facts
		rejected rejects
		room     quota
		pkg      finding.Package
		version  string
		dir      string
		files    []string
		provides = make(map[string]string) // IDs, by name and by what is provided
		seen     = make(map[string]bool)   // names
	)
	flush := func() error {
		defer func() { pkg, files = finding.Package{}, nil }()
		// Like Trivy, the first of a name counts.
		if pkg.Name != "" && pkg.Version != "" && !seen[pkg.Name] {
			if err := room.take(1, 0); err != nil {
				return err
			}
			seen[pkg.Name] = true
			said.Packages = append(said.Packages, pkg)
		}
		if len(files) > 0 {
			said.Installed = append(said.Installed, fileList{Package: pkg.Name, Hides: hidesAlways, Files: files})
		}
		return nil
	}
	s := newLongLines(r)
	var full error
	for full == nil && s.Scan() {
		line := s.Bytes()
		if len(line) < 2 {
			full = flush()
			continue
		}
		value := string(line[2:])
		switch string(line[:2]) {
		case "P:":
			pkg.Name = value
		case "V:":
			version = value
			if !apkversion.Valid(version) {
				rejected.add(pkg.Name, fmt.Errorf("version %q is invalid", version))
				continue
			}
			pkg.Version = version
		case "o:":
			// Versions come before origins.
			pkg.SrcName, pkg.SrcVersion = value, version
		case "A:":
			pkg.Arch = value
		case "m:":
			pkg.Maintainer = value
		case "L:":
			pkg.Licenses = apkLicenses(value)
		case "D:":
			pkg.DependsOn = apkDepends(value)
			full = room.take(0, len(pkg.DependsOn))
		case "p:":
			for p := range strings.FieldsSeq(value) {
				provides[withoutRequirement(p)] = pkg.ID
				full = cmp.Or(full, room.take(0, 1))
			}
		case "F:":
			dir = value
		case "R:":
			files = append(files, path.Join(dir, value))
			full = room.take(0, 1)
		}
		if pkg.Name != "" && pkg.Version != "" {
			pkg.Class, pkg.Type = finding.ClassOS, "apk"
			pkg.ID = pkg.Name + "@" + pkg.Version
			provides[pkg.Name] = pkg.ID
		}
	}
	if full == nil {
		full = flush()
	}
	resolveDependencies(said.Packages, provides)
	said.Gaps = rejected.gaps()
	return &said, cmp.Or(full, lineError(s))
}

// apkDepends is the names in a D: line, without those that must be absent.
func apkDepends(s string) []string {
	var names []string
	for name := range strings.FieldsSeq(s) {
		if !strings.HasPrefix(name, "!") {
			names = append(names, withoutRequirement(name))
		}
	}
	return names
}

// withoutRequirement is "so:libssl.so.1.1" for "so:libssl.so.1.1=1.1".
func withoutRequirement(s string) string {
	if i := strings.IndexAny(s, "<>="); i >= 0 {
		return s[:i]
	}
	return s
}

// apkLicenses is the licences in an expression such as "MIT AND (GPL-2.0 OR
// BSD)", an exception staying with the licence it belongs to.
func apkLicenses(s string) []string {
	var licenses []string
	with := false
	for word := range strings.FieldsSeq(s) {
		switch word = strings.Trim(word, "()"); {
		case word == "" || word == "AND" || word == "OR":
		case word == "WITH":
			with = true
		case with && len(licenses) > 0:
			licenses[len(licenses)-1] += " WITH " + word
			with = false
		default:
			licenses = append(licenses, word)
		}
	}
	return licenses
}
