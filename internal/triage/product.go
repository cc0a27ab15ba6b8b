package triage

import (
	"slices"
	"strings"

	"github.com/package-url/packageurl-go"
)

// product is an image as a VEX statement names it.
type product struct {
	// repos are the repositories that the name may mean, in full; empty when only the
	// digest says what it is.
	repos []string

	tag, digest string // may be empty

	// os, arch and platform narrow it to a platform; may be empty.
	os, arch, platform string
}

// newProduct reads an image's name in any of the forms that scanners and vendors
// use. What does not say which image it is, is none: a bare "debian" may be the
// distribution as well as the image.
func newProduct(wrote string) (product, bool) {
	if isHex64(wrote) {
		wrote = "sha256:" + wrote
	}
	switch {
	case isDigest(wrote):
		return product{digest: wrote}, true
	case strings.HasPrefix(wrote, "pkg:"):
		url, err := parsePURL(wrote)
		if err != nil || url.Subpath != "" {
			return product{}, false
		}
		switch url.Type {
		case packageurl.TypeOCI:
			return productOfOCI(url)
		case packageurl.TypeDocker:
			return productOfDocker(url)
		}
		return product{}, false
	case strings.Contains(wrote, "://") || !strings.ContainsAny(wrote, "/:@"):
		return product{}, false
	}
	ref := splitReference(wrote)
	if ref.repo == "" || ref.digest == "" && strings.Contains(wrote, "@") || ref.digest != "" && !isDigest(ref.digest) {
		return product{}, false
	}
	if ref.digest != "" {
		ref.tag = "" // the digest says which image the tag meant
	}
	return product{repos: []string{ref.repo}, tag: ref.tag, digest: ref.digest}, true
}

// productOfOCI reads pkg:oci. Trivy writes the whole repository into
// repository_url, Grype all but the last part, and nothing tells which it was.
func productOfOCI(url packageurl.PackageURL) (product, bool) {
	p, location, ok := qualified(url)
	if !ok || url.Namespace != "" || location == "" && p.digest == "" || url.Version != "" && p.digest == "" {
		return product{}, false
	}
	if location != "" {
		p.repos = []string{fullName(location + "/" + url.Name)}
		if whole := fullName(location); strings.HasSuffix(whole, "/"+url.Name) {
			p.repos = append(p.repos, whole)
		}
	}
	return p, true
}

// productOfDocker reads pkg:docker, whose registry is Docker Hub unless it names
// another, and whose version is a tag or a digest.
func productOfDocker(url packageurl.PackageURL) (product, bool) {
	p, location, ok := qualified(url)
	if !ok {
		return product{}, false
	}
	if p.digest == "" && url.Version != "" {
		if p.tag != "" && p.tag != url.Version {
			return product{}, false
		}
		p.tag = url.Version
	}
	repo := url.Name
	if url.Namespace != "" {
		repo = url.Namespace + "/" + repo
	}
	switch location {
	case "", "hub.docker.com", hub:
		location = hub
	}
	p.repos = []string{fullName(location + "/" + repo)}
	return p, true
}

// qualified reads the version and the qualifiers. One that is not known may say
// that another image is meant.
func qualified(url packageurl.PackageURL) (p product, location string, ok bool) {
	if isDigest(url.Version) {
		p.digest = url.Version
	}
	for _, q := range url.Qualifiers {
		switch q.Key {
		case "repository_url":
			location = q.Value
			for _, scheme := range []string{"https://", "oci://"} {
				location = strings.TrimPrefix(location, scheme)
			}
			location = strings.TrimSuffix(location, "/")
		case "tag":
			p.tag = q.Value
		case "os":
			p.os = q.Value
		case "arch":
			p.arch = q.Value
		case "platform":
			p.platform = q.Value
		default:
			return product{}, "", false
		}
	}
	return p, location, true
}

// is says whether an image is the product, in all that the product says of it.
func (p product) is(id identity) bool {
	os, arch, _ := strings.Cut(id.platform, "/")
	arch, _, _ = strings.Cut(arch, "/")
	switch {
	case p.digest != "" && !slices.Contains(id.digests, p.digest),
		p.os != "" && p.os != os,
		p.arch != "" && p.arch != arch,
		p.platform != "" && p.platform != id.platform:
		return false
	case len(p.repos) == 0:
		return p.digest != "" && p.tag == ""
	}
	return slices.ContainsFunc(id.names, func(name reference) bool {
		return slices.Contains(p.repos, name.repo) && (p.tag == "" || p.tag == name.tag)
	})
}
