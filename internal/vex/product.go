package vex

import (
	"slices"
	"strings"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/package-url/packageurl-go"

	"github.com/org/imgscan-action/internal/exceptions"
	"github.com/org/imgscan-action/internal/finding"
)

// product is what a statement is about.
type product struct {
	id    string   // a package URL
	hash  string   // of an image: its SHA-256 digest in hexadecimal; may be empty
	parts []string // the package URLs that it is limited to; empty means all of it
}

// repositoryURL is the qualifier of an image's package URL that says where it is.
const repositoryURL = "repository_url"

// packageURLs are the package URLs that select what a selector does, neither more
// nor less; or why there are none.
func packageURLs(p exceptions.Package) (urls []string, why string) {
	parsed, err := parsePURL(p.PURL)
	switch {
	case p.PURL == "":
		return nil, "a package without its package URL"
	case err != nil:
		return nil, "the package URL " + p.PURL
	case p.Source != "":
		return nil, "the packages of a source package"
	case len(p.Paths) > 0:
		return nil, "a package in certain paths"
	case p.Type != "" && p.Type != parsed.Type,
		p.Name != "" && p.Name != parsed.Name && p.Name != parsed.Namespace+"/"+parsed.Name:
		return nil, "a package by more than its package URL"
	}
	if len(p.Versions) == 0 {
		return []string{parsed.ToString()}, ""
	}
	for _, version := range p.Versions {
		at := parsed
		at.Qualifiers = slices.Clone(parsed.Qualifiers)
		at.Version = version
		// The epoch of a dpkg or rpm version is a qualifier in package URLs.
		epoch, rest, found := strings.Cut(version, ":")
		if found && (at.Type == packageurl.TypeDebian || at.Type == packageurl.TypeRPM) && strings.Trim(epoch, "0123456789") == "" {
			at.Version = rest
			at.Qualifiers = append(at.Qualifiers, packageurl.Qualifier{Key: "epoch", Value: epoch})
		}
		if strings.ContainsAny(version, `*?[{\`) || parsed.Version != "" && parsed.Version != at.Version {
			return nil, "versions that are globs, or others than that of the package URL"
		}
		urls = append(urls, at.ToString())
	}
	return urls, ""
}

// imageURLs are the package URLs that an image has: Trivy's, with its whole
// repository and its architecture, and Grype's, with its repository without the last
// part. They are no match for each other, so both are needed. An empty version
// means any, an empty architecture all.
func imageURLs(repository name.Repository, version, arch string) []string {
	whole := repository.Name()
	slash := strings.LastIndexByte(whole, '/')
	base := strings.ToLower(whole[slash+1:])
	url := func(qualifiers ...packageurl.Qualifier) string {
		return packageurl.NewPackageURL(packageurl.TypeOCI, "", base, version, qualifiers, "").ToString()
	}
	trivy := packageurl.Qualifiers{{Key: repositoryURL, Value: whole}}
	if arch != "" {
		trivy = append(trivy, packageurl.Qualifier{Key: "arch", Value: arch})
	}
	return []string{url(trivy...), url(packageurl.Qualifier{Key: repositoryURL, Value: whole[:slash]})}
}

// imageProducts is an image in all the ways in which it is known, by certain of its
// digests. Empty when it has no digest, as an image that was never pushed.
func imageProducts(img finding.Image, digests []string) []product {
	var repository name.Repository
	placed := img.Source == "registry" || img.Source == "docker daemon"
	if placed {
		parsed, err := name.NewRepository(img.Name)
		if placed = err == nil; placed {
			repository = parsed
		}
	}
	arch := ""
	if parts := strings.Split(img.Platform, "/"); len(parts) > 1 {
		arch = parts[1]
	}
	var products []product
	for _, digest := range digests {
		hash, found := strings.CutPrefix(digest, "sha256:")
		if !found {
			continue
		}
		if !placed {
			// Without a place, the digest alone says which image it is.
			base := strings.ToLower(img.Name[strings.LastIndexByte(img.Name, '/')+1:])
			id := packageurl.NewPackageURL(packageurl.TypeOCI, "", base, digest, nil, "").ToString()
			products = append(products, product{id: id, hash: hash})
			continue
		}
		for _, id := range imageURLs(repository, digest, arch) {
			products = append(products, product{id: id, hash: hash})
		}
	}
	return products
}

// patternProducts are the images that a pattern covers, when no image is given:
// those of a repository, or one digest in it. None for what has no package URL:
// globs, tags and logical names.
func patternProducts(pattern string) []product {
	if strings.ContainsAny(pattern, `*?[{\`) || strings.HasPrefix(pattern, "name:") {
		return nil
	}
	if _, _, pinned := strings.Cut(pattern, "@"); pinned {
		digest, err := name.NewDigest(pattern)
		if err != nil {
			return nil
		}
		hash := strings.TrimPrefix(digest.DigestStr(), "sha256:")
		var products []product
		for _, id := range imageURLs(digest.Context(), digest.DigestStr(), "") {
			products = append(products, product{id: id, hash: hash})
		}
		return products
	}
	repository, err := name.NewRepository(pattern)
	if err != nil {
		return nil // a tag among others
	}
	var products []product
	for _, id := range imageURLs(repository, "", "") {
		products = append(products, product{id: id})
	}
	return products
}
