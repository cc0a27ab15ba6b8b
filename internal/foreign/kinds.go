package foreign

import "strings"

// A packageKind is a kind of package in the words of the other scanners. The purl
// type is ours.
type packageKind struct {
	purl string

	grype    string // Syft's type
	language string // Syft's language; empty when other types have it, too
	osv      string // the ecosystem; empty for distributions, whose names there are those of source packages
}

// packageKinds are those kinds of which every scanner means the same packages.
var packageKinds = []packageKind{
	{purl: "apk", grype: "apk"},
	{purl: "deb", grype: "deb"},
	{purl: "rpm", grype: "rpm"},
	{purl: "npm", grype: "npm", language: "javascript", osv: "npm"},
	{purl: "pypi", grype: "python", language: "python", osv: "PyPI"},
	{purl: "gem", grype: "gem", language: "ruby", osv: "RubyGems"},
	{purl: "golang", grype: "go-module", language: "go", osv: "Go"},
	{purl: "maven", grype: "java-archive", osv: "Maven"},
	{purl: "cargo", grype: "rust-crate", language: "rust", osv: "crates.io"},
	{purl: "composer", grype: "php-composer", osv: "Packagist"},
	{purl: "nuget", grype: "dotnet", language: "dotnet", osv: "NuGet"},
	{purl: "hex", grype: "hex", osv: "Hex"},
	{purl: "pub", grype: "dart-pub", language: "dart", osv: "Pub"},
	{purl: "conan", grype: "conan", osv: "ConanCenter"},
}

// purlTypeOf is the type for Syft's type and language, each of which may be empty;
// ok is false when none says the same.
func purlTypeOf(grype, language string) (purl string, ok bool) {
	if grype == "" && language == "" {
		return "", true
	}
	for _, k := range packageKinds {
		if (grype == "" || grype == k.grype) && (language == "" || language == k.language) {
			return k.purl, true
		}
	}
	return "", false
}

// kindOfEcosystem is the kind of OSV's ecosystem; ok is false for those of
// distributions and those that are not known.
func kindOfEcosystem(name string) (packageKind, bool) {
	for _, k := range packageKinds {
		if k.osv != "" && k.osv == name {
			return k, true
		}
	}
	return packageKind{}, false
}

// kindOfPURL is the kind of a purl type.
func kindOfPURL(purl string) (packageKind, bool) {
	for _, k := range packageKinds {
		if strings.EqualFold(k.purl, purl) {
			return k, true
		}
	}
	return packageKind{}, false
}
