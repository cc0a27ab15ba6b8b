package catalog

import (
	"context"
	"io"
	"io/fs"
	"regexp"
	"strings"
)

// apkRepositories reads where apk installs from (apk-repositories(5)).
type apkRepositories struct{}

func (apkRepositories) name() string { return "apk-sources" }

func (apkRepositories) wants(p string, _ int64, _ fs.FileMode) bool {
	if p == "etc/apk/repositories" {
		return true
	}
	name, ok := strings.CutPrefix(p, "etc/apk/repositories.d/")
	return ok && strings.HasSuffix(name, ".list") && !strings.Contains(name, "/")
}

func (apkRepositories) analyze(_ context.Context, f *file) (*facts, error) {
	var names []string
	for l := newLines(io.LimitReader(f.reader(), maxRepositories)); ; {
		line, ok := l.next()
		if !ok {
			return thirdParty(names), nil
		}
		if name := apkThirdParty(line); name != "" {
			names = append(names, name)
		}
	}
}

// apkThirdParty is what to call the repository in a line, which is an address or
// a folder, perhaps after a tag ("@edge"); empty when it is the distribution's
// own, or there is none.
func apkThirdParty(line string) string {
	line, _, _ = strings.Cut(line, "#")
	words := strings.Fields(line)
	if len(words) > 1 && strings.HasPrefix(words[0], "@") {
		words = words[1:]
	}
	if len(words) == 0 {
		return ""
	}
	r, ok := parseRepository(words[0])
	switch {
	case !ok:
		return unreadableAddress
	case r.under("alpinelinux.org", "wolfi.dev", "cgr.dev", "mini.dev") || r.isAlpine():
		return ""
	}
	return r.String()
}

// isAlpine says whether the path ends as in Alpine's own tree and its mirrors':
// "/alpine/v3.20/main".
func (r repository) isAlpine() bool {
	n := len(r.path)
	return n >= 3 && alpineBranch.MatchString(r.path[n-2]) && alpineRepository.MatchString(r.path[n-1]) &&
		isMirror(r.path[:n-2], func(segment string) bool { return hasWord(segment, "alpine") })
}

var (
	alpineBranch     = regexp.MustCompile(`^(edge|latest-stable|v[0-9]+\.[0-9]+)$`)
	alpineRepository = regexp.MustCompile(`^(main|community|testing|releases)$`)
)
