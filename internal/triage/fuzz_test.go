package triage

import (
	"strings"
	"testing"

	"github.com/org/imgscan-action/internal/finding"
)

// A pattern is the project's, an image's name may be anybody's. A name is matched
// by itself, and by no pattern that is not a glob and names another repository.
func FuzzImagePattern(f *testing.F) {
	for _, seed := range [][2]string{
		{"ghcr.io/acme/web-*", "ghcr.io/acme/web-1"},
		{"docker.io/**", "debian"},
		{"localhost:5000/api:1.*@sha256:", "localhost:5000/api"},
		{"name:api", "name"},
		{"{a,b}/[c-/**", "a/c"},
		{"a@b@c:d/e:f", "@:/"},
		{"**/{*,{*,{*,*}}}\\", "x/y"},
	} {
		f.Add(seed[0], seed[1], "1.2")
	}
	f.Fuzz(func(t *testing.T, wrote, name, tag string) {
		if once := fullName(name); fullName(once) != once {
			t.Errorf("the full name of %q is %q, and of that %q", name, once, fullName(once))
		}
		id := identityOf(finding.Image{Name: name, Ref: name + ":" + tag, Source: "registry"}, nil)
		rank := newImagePattern(wrote).match(id)
		if rank < imageNot || rank > imageDigest {
			t.Errorf("%q matches %q with rank %d", wrote, name, rank)
		}
		if rank == imageDigest {
			t.Errorf("%q matches the digest of an image that has none", wrote)
		}
		pattern := newImagePattern(wrote)
		if rank > imageAny && !isGlob(wrote) && wrote != id.raw && pattern.repo != fullName(name) {
			t.Errorf("%q, which is %q, matches %q", wrote, pattern.repo, name)
		}
		if name != "" && !strings.ContainsAny(name, "@:") && newImagePattern(name).match(id) == imageNot && len(name) < maxGlob/2 {
			t.Errorf("%q does not match itself", name)
		}
	})
}

// A package URL matches itself and, without its version and qualifiers, still
// does; what cannot be parsed matches nothing.
func FuzzPURL(f *testing.F) {
	for _, seed := range [][2]string{
		{"pkg:deb/debian/zlib1g", zlibPURL},
		{zlibPURL, zlibPURL},
		{"pkg:deb/debian/zlib1g@1:1.2.13.dfsg-1?distro=debian-12", zlibPURL},
		{"pkg:golang/golang.org%2Fx/net#a/b", "pkg:golang/golang.org/x/net@v1#a/b"},
		{"pkg:npm/%40scope/name@1", "pkg:npm/@scope/name@1"},
		{"pkg:", "PKG://?#@/"},
		{"pkg:deb/debian/a?distro=&arch=%00", "pkg:deb/debian/a"},
	} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, wrote, has string) {
		p := installedOf(&finding.Package{Name: "a", PURL: has})
		covers := alternative{tests: purlTests(wrote)}.holds(p)
		url, err := parsePURL(wrote)
		if _, hasErr := parsePURL(has); covers && (err != nil || hasErr != nil) {
			t.Errorf("%q covers %q, and one of them is none", wrote, has)
		}
		if covers && (url.Type != p.url.Type || url.Namespace != p.url.Namespace || url.Name != p.url.Name) {
			t.Errorf("%q covers %q, another package", wrote, has)
		}
		if p.base == "" {
			return
		}
		for _, own := range []string{has, p.base} {
			if !(alternative{tests: purlTests(own)}).holds(p) {
				t.Errorf("%q does not cover %q", own, has)
			}
		}
	})
}

const zlibPURL = "pkg:deb/debian/zlib1g@1.2.13.dfsg-1?arch=amd64&distro=debian-12.13&epoch=1"

// Products come from documents of anybody. None that names neither a repository nor
// a digest is an image.
func FuzzProduct(f *testing.F) {
	for _, seed := range []string{
		"pkg:oci/api@sha256%3A1111111111111111111111111111111111111111111111111111111111111111?repository_url=ghcr.io/acme",
		"pkg:oci/api?repository_url=https://ghcr.io/acme/api/&tag=1",
		"pkg:docker/acme/api@1.2?repository_url=ghcr.io",
		"ghcr.io/acme/api:1.2@sha256:1", "debian:12", "pkg:oci/", "@", ":", "/",
	} {
		f.Add(seed)
	}
	empty := identity{}
	f.Fuzz(func(t *testing.T, wrote string) {
		p, ok := newProduct(wrote)
		if ok && len(p.repos) == 0 && p.digest == "" {
			t.Errorf("%q is any image", wrote)
		}
		if ok && p.digest != "" && !isDigest(p.digest) {
			t.Errorf("%q has the digest %q", wrote, p.digest)
		}
		if ok && p.is(empty) {
			t.Errorf("%q is an image of which nothing is known", wrote)
		}
	})
}
