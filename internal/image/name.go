package image

import (
	"net/url"
	"path/filepath"
	"strings"

	dockerref "github.com/distribution/reference"
	"github.com/google/go-containerregistry/pkg/name"
)

// familiar is a reference as Docker prints it: without the parts that Docker Hub
// references may leave out, and with a tag or a digest. What is no reference
// comes back as it is.
func familiar(ref string) string {
	parsed, err := name.ParseReference(ref)
	if err != nil {
		return ref
	}
	separator := ":"
	if _, ok := parsed.(name.Digest); ok {
		separator = "@"
	}
	return familiarRepo(parsed.Context()) + separator + parsed.Identifier()
}

func familiarRepo(repo name.Repository) string {
	if repo.RegistryStr() != name.DefaultRegistry {
		return repo.Name()
	}
	return strings.TrimPrefix(repo.RepositoryStr(), "library/")
}

// ParseName reads a logical name for an image: a repository in Docker's grammar,
// "ghcr.io/org/app" or "app", without tag, digest and prefix. It comes back as
// Docker prints it. The error is a [*ReferenceError].
func ParseName(text string) (string, error) {
	parsed, err := dockerref.ParseNormalizedNamed(text)
	if err != nil || !dockerref.IsNameOnly(parsed) || len(dockerref.Domain(parsed)) > maxHost {
		return "", &ReferenceError{Ref: clip(text), logical: true}
	}
	return dockerref.FamiliarName(parsed), nil
}

// registryKey is a registry's host in one spelling: Docker Hub has several.
func registryKey(host string) string {
	switch host = strings.ToLower(host); host {
	case "docker.io", "registry-1.docker.io", "registry.hub.docker.com":
		return name.DefaultRegistry
	}
	return host
}

// fileName is the logical name of an image in a file: its repository when its
// tags agree on one, else the file's base name without extension.
func fileName(path string, repoTags []string) string {
	var repos []string
	for _, tag := range repoTags {
		if parsed, err := name.ParseReference(tag); err == nil {
			repos = appendNew(repos, familiarRepo(parsed.Context()))
		}
	}
	if len(repos) == 1 {
		return repos[0]
	}
	if absolute, err := filepath.Abs(path); err == nil {
		path = absolute // so that "." has a name
	}
	base := filepath.Base(path)
	for _, ext := range []string{".gz", ".zst", ".tgz", ".tzst", ".tar"} {
		base = strings.TrimSuffix(base, ext)
	}
	return base
}

// redactURL is a URL without user, password and query, which carry credentials
// and signatures.
func redactURL(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return "(malformed URL)"
	}
	if u.User != nil {
		u.User = url.User("redacted")
	}
	if u.RawQuery != "" {
		u.RawQuery = "redacted"
	}
	return u.String()
}
