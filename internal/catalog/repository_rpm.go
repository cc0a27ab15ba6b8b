package catalog

import (
	"context"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// rpmRepositories reads where yum, dnf and zypper install from (dnf.conf(5)).
type rpmRepositories struct{}

func (rpmRepositories) name() string { return "rpm-sources" }

func (rpmRepositories) wants(p string, _ int64, _ fs.FileMode) bool {
	dir, base := path.Split(p)
	return path.Ext(base) == ".repo" && (dir == "etc/yum.repos.d/" || dir == "etc/zypp/repos.d/")
}

func (rpmRepositories) analyze(_ context.Context, f *file) (*facts, error) {
	var names []string
	for _, r := range rpmSections(io.LimitReader(f.reader(), maxRepositories)) {
		if !r.off {
			names = append(names, r.thirdParty()...)
		}
	}
	return thirdParty(names), nil
}

// rpmRepository is one section of a .repo file.
type rpmRepository struct {
	id        string
	off       bool
	addresses []string // of the repository, or of lists of its mirrors
}

// rpmSections reads the sections of a .repo file: lines of a key, an equals sign
// and a value, which goes on in lines that are indented.
func rpmSections(r io.Reader) []rpmRepository {
	var sections []rpmRepository
	key := ""
	for l := newLines(r); ; {
		line, ok := l.next()
		if !ok {
			return sections
		}
		text := strings.TrimSpace(line)
		if text == "" || text[0] == '#' || text[0] == ';' {
			continue
		}
		if text[0] == '[' {
			id, _, _ := strings.Cut(text[1:], "]")
			sections, key = append(sections, rpmRepository{id: id}), ""
			continue
		}
		value := text
		if line[0] != ' ' && line[0] != '\t' {
			key, value, _ = strings.Cut(text, "=")
			key = strings.ToLower(strings.TrimSpace(key))
		}
		if len(sections) > 0 {
			sections[len(sections)-1].set(key, strings.TrimSpace(value))
		}
	}
}

func (r *rpmRepository) set(key, value string) {
	switch key {
	case "enabled":
		r.off = isOff(value)
	case "baseurl", "mirrorlist", "metalink":
		r.addresses = append(r.addresses, strings.FieldsFunc(value, func(c rune) bool { return c == ' ' || c == '\t' || c == ',' })...)
	}
}

// thirdParty is what to call the addresses that are not the distribution's own or
// a mirror's.
func (r rpmRepository) thirdParty() []string {
	var names []string
	for _, address := range r.addresses {
		at, ok := parseRepository(address)
		switch {
		case !ok:
			names = append(names, unreadableAddress)
		case at.isMedium():
		case strings.HasPrefix(strings.ToLower(r.id), "epel"):
			// Fedora makes these packages for distributions whose advisories do not
			// know them.
			names = append(names, at.String()+" (EPEL)")
		case !at.isRPMDistribution() && !at.isRPMMirror():
			names = append(names, at.String())
		}
	}
	return names
}

// isRPMDistribution says whether a distribution itself runs the repository. The
// addresses of Amazon and Oracle have variables in the place of their domains.
func (r repository) isRPMDistribution() bool {
	switch {
	case r.under("redhat.com", "centos.org", "almalinux.org", "rockylinux.org", "fedoraproject.org", "amazonlinux.com",
		"yum.oracle.com", "opensuse.org", "suse.com", "cloudlinux.com"):
		// Anybody may have a project on SUSE's build service.
		return !slices.Contains(r.path, "repositories") || !r.under("download.opensuse.org")
	case slices.ContainsFunc(rpmVariableHosts, func(prefix string) bool { return strings.HasPrefix(r.host, prefix) }):
		return true
	case r.under("packages.microsoft.com"):
		return len(r.path) > 0 && slices.Contains([]string{"azurelinux", "cbl-mariner"}, r.path[0])
	case r.under("packages.vmware.com", "packages.broadcom.com"):
		return slices.Contains(r.path, "photon")
	}
	return false
}

// isRPMMirror says whether the path is one of a mirror of a distribution, which
// has the distribution's repositories below a release of it.
func (r repository) isRPMMirror() bool {
	at := slices.IndexFunc(r.path, func(segment string) bool {
		return slices.ContainsFunc(rpmDistributions, func(name string) bool { return hasWord(segment, name) })
	})
	if at < 0 || slices.ContainsFunc(r.path[:at], func(segment string) bool { return !slices.Contains(mirrorWords, segment) }) {
		return false
	}
	return slices.ContainsFunc(r.path[at+1:], func(segment string) bool { return slices.Contains(rpmParts, segment) })
}

var (
	// rpmVariableHosts is how the hosts of Amazon and Oracle begin where the rest is
	// a variable.
	rpmVariableHosts = []string{"amazonlinux.", "$amazonlinux.", "amazonlinux-2-", "al2023-repos-", "repo.$awsregion.", "yum$ociregion."}

	rpmDistributions = []string{"centos", "rocky", "rockylinux", "almalinux", "fedora", "rhel", "oraclelinux", "opensuse"}

	// rpmParts are the names of repositories within a release, in lower case.
	rpmParts = []string{
		"os", "baseos", "appstream", "crb", "powertools", "highavailability", "extras", "updates", "centosplus", "everything",
		"oss", "non-oss", "update",
	}
)
