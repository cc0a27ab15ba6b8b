package catalog

import (
	"context"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// aptSources reads where apt installs from, in both of its formats
// (sources.list(5)).
type aptSources struct{}

func (aptSources) name() string { return "apt-sources" }

func (aptSources) wants(p string, _ int64, _ fs.FileMode) bool {
	if p == "etc/apt/sources.list" {
		return true
	}
	dir, base := path.Split(p)
	return dir == "etc/apt/sources.list.d/" && (path.Ext(base) == ".list" || path.Ext(base) == ".sources")
}

func (aptSources) analyze(_ context.Context, f *file) (*facts, error) {
	content := io.LimitReader(f.reader(), maxRepositories)
	var sources []aptSource
	if path.Ext(f.path) == ".sources" {
		sources = aptParagraphs(content)
	} else {
		sources = aptLines(content)
	}
	var names []string
	for _, s := range sources {
		if name := s.thirdParty(); name != "" {
			names = append(names, name)
		}
	}
	return thirdParty(names), nil
}

// aptSource is a repository that apt installs from, with one of its suites.
type aptSource struct {
	uri, suite string
	components []string
}

// aptLines reads the format of one line for each source:
//
//	deb [arch=amd64 signed-by=/usr/share/keyrings/x.gpg] https://example.com/debian bookworm main
//
// Lines of another shape, which apt refuses, are skipped.
func aptLines(r io.Reader) []aptSource {
	var sources []aptSource
	for l := newLines(r); ; {
		line, ok := l.next()
		if !ok {
			return sources
		}
		line, _, _ = strings.Cut(line, "#")
		kind, rest, _ := strings.Cut(strings.Join(strings.Fields(line), " "), " ")
		if strings.HasPrefix(rest, "[") {
			_, rest, _ = strings.Cut(rest, "]")
		}
		if words := strings.Fields(rest); kind == "deb" && len(words) >= 2 {
			sources = append(sources, aptSource{words[0], words[1], words[2:]})
		}
	}
}

// aptParagraphs reads the format of a paragraph for several sources.
func aptParagraphs(r io.Reader) []aptSource {
	var sources []aptSource
	wanted := []string{"Types", "URIs", "Suites", "Components", "Enabled"}
	// What comes after a line that is too long is not looked at.
	_ = eachParagraph(r, wanted, func(p paragraph) {
		if isOff(p["Enabled"]) || !slices.Contains(strings.Fields(p["Types"]), "deb") {
			return
		}
		for _, uri := range strings.Fields(p["URIs"]) {
			for _, suite := range strings.Fields(p["Suites"]) {
				sources = append(sources, aptSource{uri, suite, strings.Fields(p["Components"])})
			}
		}
	})
	return sources
}

// isOff is apt's rule for a setting that is no.
func isOff(s string) bool {
	return slices.Contains([]string{"no", "false", "without", "off", "disable", "0"}, strings.ToLower(s))
}

// thirdParty is what to call the source; empty when it is Debian's or Ubuntu's
// own, a mirror of theirs, or a medium that the system was installed from.
func (s aptSource) thirdParty() string {
	r, ok := parseRepository(s.uri)
	switch {
	case !ok:
		return unreadableAddress
	case r.isMedium() || r.under("debian.org", "ubuntu.com") || s.isMirror(r):
		return ""
	}
	return r.String()
}

// isMirror says whether the source is a copy of Debian or Ubuntu by all that it
// says: the path, the name of a release, which a vendor's "stable" is not, and
// the parts that a release is divided into.
func (s aptSource) isMirror(r repository) bool {
	release, pocket := s.suite, ""
	if i := strings.IndexAny(s.suite, "-/"); i >= 0 {
		release, pocket = s.suite[:i], s.suite[i+1:]
	}
	if !slices.Contains(aptReleases, release) || !slices.Contains(aptPockets, pocket) || len(s.components) == 0 {
		return false
	}
	for _, c := range s.components {
		if !slices.Contains(aptComponents, strings.TrimPrefix(c, "updates/")) {
			return false
		}
	}
	return isMirror(r.path, func(segment string) bool {
		return hasWord(segment, "debian") || hasWord(segment, "ubuntu")
	})
}

var (
	// aptReleases are the names of the releases of Debian and Ubuntu that are
	// supported in some way, or will be. A mirror that has only others is taken for
	// a third party.
	aptReleases = []string{
		"jessie", "stretch", "buster", "bullseye", "bookworm", "trixie", "forky", "duke", "sid",
		"trusty", "xenial", "bionic", "focal", "jammy", "noble", "oracular", "plucky", "questing", "resolute",
	}
	aptPockets    = []string{"", "updates", "security", "backports", "backports-sloppy", "proposed", "proposed-updates", "lts"}
	aptComponents = []string{
		"main", "contrib", "non-free", "non-free-firmware", // Debian's
		"restricted", "universe", "multiverse", // Ubuntu's
	}
)
