package manifest

import (
	"path"
	"regexp"
	"strings"

	"github.com/org/imgscan-action/internal/finding"
)

// pythonSystem joins the metadata of installed Python packages with requirement
// files, pyproject.toml, Pipfile and their lock files.
type pythonSystem struct {
	projects []*project
}

func newPythonSystem(docs []*document) system {
	return &pythonSystem{newProjects(docs, pythonRange)}
}

func (s *pythonSystem) find(p finding.Package, _ []finding.Package) []finding.Manifest {
	if !isInstalledByPip(p.Path) {
		return nil
	}
	return findAll(s.projects, ask{name: pythonName(p.Name), title: p.Name, version: p.Version})
}

// isInstalledByPip is false for what Debian's own packages install, which pip
// keeps away from, and for copies that packages carry inside them.
func isInstalledByPip(p string) bool {
	if strings.HasPrefix(p, "usr/lib/python") && strings.Contains(p, "/dist-packages/") {
		return false
	}
	for dir := path.Dir(p); dir != "." && dir != "/"; dir = path.Dir(dir) {
		switch path.Base(dir) {
		case "_vendor", "vendored", "_vendored", "extern":
			return false
		}
	}
	return true
}

var pythonSeparators = regexp.MustCompile(`[-_.]+`)

// pythonName is a name as PEP 503 compares it.
func pythonName(name string) string {
	return strings.ToLower(pythonSeparators.ReplaceAllString(name, "-"))
}

// pythonRequest is a requirement: a name, perhaps extras, and a range. See PEP
// 508.
var pythonRequest = regexp.MustCompile(`^([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:\[[^\]]*\])?\s*(.*)$`)

// parsePythonRequest splits a requirement. Its marker and hashes are left out.
func parsePythonRequest(text string) (name, want string, ok bool) {
	if len(text) > 64<<10 {
		text = text[:64<<10] // thousands of hashes
	}
	m := pythonRequest.FindStringSubmatch(strings.TrimSpace(text))
	if m == nil {
		return "", "", false
	}
	want, _, _ = strings.Cut(m[2], ";")
	want, _, _ = strings.Cut(want, " --")
	want = strings.TrimSpace(want)
	want = strings.TrimSuffix(strings.TrimPrefix(want, "("), ")")
	if want != "" && !strings.ContainsAny(want[:1], "=<>~!@") {
		return "", "", false // prose
	}
	return pythonName(m[1]), want, true
}
