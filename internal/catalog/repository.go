package catalog

import (
	"net/url"
	"slices"
	"strings"

	"github.com/org/imgscan-action/internal/finding"
)

// maxRepositories is the size in bytes of a list of repositories; a real one has
// a few hundred.
const maxRepositories = 1 << 20

// repository is an address that packages are installed from.
type repository struct {
	scheme string
	host   string   // lower case, without a port; empty for a folder
	folder string   // as it is written
	path   []string // the folder's segments, lower case, without empty ones
}

// unreadableAddress stands for an address that cannot be split, of which no part
// is shown: any may be a password.
const unreadableAddress = "an address that cannot be read"

// parseRepository splits the address of a repository. The scheme may have a
// method before it ("mirror+https"), or be a variable; false when the rest is no
// address.
func parseRepository(address string) (repository, bool) {
	scheme, rest, ok := strings.Cut(address, ":")
	if _, method, found := strings.Cut(scheme, "+"); found {
		address = method + ":" + rest
	}
	if ok && strings.HasPrefix(scheme, "$") {
		address = "https:" + rest
	}
	u, err := url.Parse(address)
	if err != nil || strings.Contains(u.Path+u.Opaque, "@") || !isHost(u.Hostname()) {
		return repository{}, false
	}
	r := repository{scheme: scheme, host: strings.ToLower(u.Hostname()), folder: u.Path + u.Opaque}
	r.path = strings.FieldsFunc(strings.ToLower(r.folder), func(c rune) bool { return c == '/' })
	return r, true
}

// isMedium says whether the repository is a disc, or whatever a plug-in or a list
// of mirrors on the same disc gives: there is no saying whose it is.
func (r repository) isMedium() bool {
	return slices.Contains([]string{"cdrom", "cd", "dvd", "hd", "plugin", "mirror+file"}, r.scheme)
}

// isHost says whether s can be shown as a host. Those of yum may have variables
// in them; an empty one is a folder's.
func isHost(s string) bool {
	const maxHost = 253
	return len(s) <= maxHost && !strings.ContainsFunc(s, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune(".-_:$", r))
	})
}

// under says whether the repository is on one of the domains.
func (r repository) under(domains ...string) bool {
	return slices.ContainsFunc(domains, func(d string) bool { return r.host == d || strings.HasSuffix(r.host, "."+d) })
}

// String is what to call the repository: its host, or its folder. Users,
// passwords and tokens are in neither.
func (r repository) String() string {
	if r.host == "" {
		return r.folder
	}
	return r.host
}

// isMirror says whether path has the shape that mirrors give their copy of a
// distribution: a segment for which isDistribution holds, among others that only
// say that it is a mirror. A vendor's own repository has the vendor's words
// around it: "/linux/debian" is a mirror's, "/stable/debian" a product's.
func isMirror(path []string, isDistribution func(segment string) bool) bool {
	found := false
	for _, segment := range path {
		switch {
		case isDistribution(segment):
			found = true
		case !slices.Contains(mirrorWords, segment):
			return false
		}
	}
	return found
}

// hasWord says whether segment is word, alone or between hyphens with words of
// mirrors: "debian-security", "ubuntu-ports", "apt-debian-remote".
func hasWord(segment, word string) bool {
	found := false
	for part := range strings.SplitSeq(segment, "-") {
		switch {
		case part == word:
			found = true
		case !slices.Contains(mirrorWords, part) && !slices.Contains(mirrorParts, part):
			return false
		}
	}
	return found
}

var mirrorParts = []string{"all", "backports", "old", "ports", "snapshot", "stream", "updates", "vault", "virtual"}

var mirrorWords = []string{
	"apt", "archive", "archives", "artifactory", "cache", "deb", "dists", "distributions", "ftp", "linux", "mirror",
	"mirrors", "os", "packages", "proxy", "pub", "public", "remote", "repo", "repos", "repository", "security", "unix",
}

// thirdParty is the gap of a file that names repositories other than the
// distribution's own; nil facts when it names none.
func thirdParty(names []string) *facts {
	if len(names) == 0 {
		return nil
	}
	slices.Sort(names)
	names = slices.Compact(names)
	text := "packages may come from a repository other than the distribution's own: "
	return &facts{Gaps: []finding.Gap{{
		Kind:   finding.GapThirdParty,
		Detail: shortened(text + listed(names[:min(len(names), maxNamed)], len(names))),
	}}}
}
