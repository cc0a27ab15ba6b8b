package triage_test

import (
	"testing"

	"github.com/org/imgscan-action/internal/exceptions"
	"github.com/org/imgscan-action/internal/finding"
	"github.com/org/imgscan-action/internal/triage"
)

func TestImagePatterns(t *testing.T) {
	image := func(change func(*finding.Image)) finding.Image {
		img := api()
		change(&img)
		return img
	}
	debian := image(func(i *finding.Image) { i.Ref, i.Name = "debian:12", "debian" })
	local := finding.Image{Ref: "out/api.tar", Name: "api", Source: "docker archive", ID: configDigest}
	pinned := image(func(i *finding.Image) { i.Ref = "ghcr.io/acme/api@" + indexDigest })

	for _, tt := range []struct {
		pattern string
		image   finding.Image
		want    bool
	}{
		{"*", api(), true},
		{"", api(), false},
		{"ghcr.io/acme/api", api(), true},
		{"GHCR.io/acme/api", api(), true},
		{"ghcr.io/acme/api", pinned, true},
		{"ghcr.io/acme/ap", api(), false},
		{"acme/api", api(), false},
		{"ghcr.io/acme/*", api(), true},
		{"ghcr.io/*", api(), false},
		{"ghcr.io/**", api(), true},
		{"ghcr.io/acme/{api,web}", api(), true},
		{"ghcr.io/acme/a[pi", api(), false},
		{"*.io/acme/api", api(), true},
		{"**/api", api(), true},
		{"*/acme/api", api(), false}, // a name space on Docker Hub, as everywhere

		{"ghcr.io/acme/api:1.2", api(), true},
		{"ghcr.io/acme/api:1.*", api(), true},
		{"ghcr.io/acme/api:1.3", api(), false},
		{"ghcr.io/acme/*:1.2", api(), true},
		{"ghcr.io/acme/api:", api(), false},
		{"ghcr.io/acme/api:*", pinned, false}, // whatever its tag is, nobody said so
		{"ghcr.io/acme/api:latest", image(func(i *finding.Image) { i.Ref = i.Name }), true},
		{"ghcr.io/acme/api:1.2", image(func(i *finding.Image) { i.Ref = "docker:ghcr.io/acme/api:1.2" }), true},
		{"ghcr.io/acme/api:1.2", image(func(i *finding.Image) { i.Ref = "ghcr.io/acme/api:1.2@" + indexDigest }), true},
		{"registry:2", image(func(i *finding.Image) { i.Ref, i.Name = "registry:2", "registry" }), true},
		{"localhost:5000/api", image(func(i *finding.Image) { i.Ref, i.Name = "localhost:5000/api:1", "localhost:5000/api" }), true},
		{"localhost:5000/api:1", image(func(i *finding.Image) { i.Ref, i.Name = "localhost:5000/api:1", "localhost:5000/api" }), true},

		{"ghcr.io/acme/api@" + manifestDigest, api(), true},
		{"ghcr.io/acme/api@" + indexDigest, api(), true},
		{"ghcr.io/acme/api@" + configDigest, api(), true},
		{"ghcr.io/acme/api@" + otherDigest, api(), false},
		{"ghcr.io/acme/api:9@" + manifestDigest, api(), true},
		{"ghcr.io/acme/web@" + manifestDigest, api(), false},
		{"ghcr.io/acme/*@" + manifestDigest, api(), true},
		{manifestDigest, api(), true},
		{"@" + manifestDigest, api(), true},
		{otherDigest, api(), false},
		{"ghcr.io/acme/api@", api(), false},
		{"ghcr.io/acme/api@sha256:11", api(), false},
		{"@", finding.Image{Name: "x"}, false},
		{"ghcr.io/acme/api@" + configDigest, image(func(i *finding.Image) { i.Digest, i.IndexDigest = "", "" }), true},
		{"ghcr.io/acme/api@" + manifestDigest, image(func(i *finding.Image) { i.Digest, i.IndexDigest = "", "" }), false},

		{"debian", debian, true},
		{"library/debian:12", debian, true},
		{"docker.io/debian", debian, true},
		{"docker.io/library/debian:12", debian, true},
		{"index.docker.io/library/debian", debian, true},
		{"docker.io/*", debian, true},
		{"docker.io/**", debian, true},
		{"docker.io/**", api(), false},
		{"**", api(), false},
		{"quay.io/debian", debian, false},

		{"name:api", api(), true},
		{"name:ap*", api(), false},
		{"name:web", api(), false},
		{"name:", api(), false},

		{"api", local, true},
		{"out/api.tar", local, true},
		{"out/*.tar", local, false}, // a repository, and not this image's
		{"api:latest", local, false},
		{"api@" + configDigest, local, true},
	} {
		rep := report(minizip())
		rep.Image = tt.image
		opts := options()
		opts.Names = []string{"api"}
		triage.Apply(rep, file(entry("EX-1", func(e *exceptions.Entry) { e.Images = []string{tt.pattern} })), nil, opts)
		if got := rep.Findings[0].Disposition.Suppressed; got != tt.want {
			t.Errorf("%q matches %q (%q): %v, want %v", tt.pattern, tt.image.Name, tt.image.Ref, got, tt.want)
		}
		if got := triage.Covers(tt.pattern, tt.image, opts.Names); got != tt.want {
			t.Errorf("Covers(%q, %q) = %v, want %v", tt.pattern, tt.image.Name, got, tt.want)
		}
	}
}

func TestPackageSelectors(t *testing.T) {
	golang := finding.Package{
		Class: finding.ClassLanguage, Type: "gobinary", Name: "golang.org/x/net", Version: "v0.1.0", Path: "usr/local/bin/app",
		PURL: "pkg:golang/golang.org/x/net@v0.1.0",
	}
	jar := finding.Package{Class: finding.ClassLanguage, Type: "jar", Name: "org.x:lib", Version: "1.2.3", Path: "app/../lib/x.jar"}
	purl := func(s string) exceptions.Package { return exceptions.Package{PURL: s} }

	for _, tt := range []struct {
		name     string
		selector exceptions.Package
		pkg      finding.Package
		want     bool
	}{
		{"any version", purl("pkg:deb/debian/zlib1g"), zlib(), true},
		{"type", purl("pkg:apk/debian/zlib1g"), zlib(), false},
		{"namespace", purl("pkg:deb/ubuntu/zlib1g"), zlib(), false},
		{"no namespace", purl("pkg:deb/zlib1g"), zlib(), false},
		{"name", purl("pkg:deb/debian/zlib1"), zlib(), false},
		{"a slash in the name is not one of the namespace", purl("pkg:golang/golang.org%2Fx/net"), golang, true},
		{"a slash in the name of a package", purl("pkg:golang/golang.org/x%2Fnet"), golang, false},
		{"version", purl("pkg:deb/debian/zlib1g@1.2.13.dfsg-1"), zlib(), true},
		{"version with its epoch", purl("pkg:deb/debian/zlib1g@1:1.2.13.dfsg-1"), zlib(), true},
		{"other version", purl("pkg:deb/debian/zlib1g@1.2.13.dfsg-2"), zlib(), false},
		{"no glob in a package URL", purl("pkg:deb/debian/zlib1g@1.*"), zlib(), false},
		{"release of the distribution", purl("pkg:deb/debian/zlib1g?distro=debian-12"), zlib(), true},
		{"point release", purl("pkg:deb/debian/zlib1g?distro=debian-12.13"), zlib(), true},
		{"half a point release", purl("pkg:deb/debian/zlib1g?distro=debian-12.1"), zlib(), false},
		{"more than is known", purl("pkg:deb/debian/zlib1g?distro=debian-12.13.1"), zlib(), false},
		{"arch", purl("pkg:deb/debian/zlib1g?arch=amd64"), zlib(), true},
		{"other arch", purl("pkg:deb/debian/zlib1g?arch=arm64"), zlib(), false},
		{"a qualifier that it lacks", purl("pkg:golang/golang.org/x/net?arch=amd64"), golang, false},
		{"a subpath that it lacks", purl("pkg:golang/golang.org/x/net#http2"), golang, false},
		{"no package URL", purl("zlib1g"), zlib(), false},
		{"a package without one", purl("pkg:maven/org.x/lib"), jar, false},

		{"by name", exceptions.Package{Name: "zlib1g"}, zlib(), true},
		{"by part of a name", exceptions.Package{Name: "zlib"}, zlib(), false},
		{"by source", exceptions.Package{Source: "zlib"}, zlib(), true},
		{"by a source that it lacks", exceptions.Package{Source: "golang.org/x/net"}, golang, false},
		{"by type", exceptions.Package{Source: "zlib", Type: "deb"}, zlib(), true},
		{"by other type", exceptions.Package{Source: "zlib", Type: "rpm"}, zlib(), false},
		{"by a type that it lacks", exceptions.Package{Name: "org.x:lib", Type: "maven"}, jar, false},

		{"one of the versions", exceptions.Package{Name: "zlib1g", Versions: []string{"2", "1:1.2.13.dfsg-1"}}, zlib(), true},
		{"none of the versions", exceptions.Package{Name: "zlib1g", Versions: []string{"2", "1.2.13.dfsg-1"}}, zlib(), false},
		{"glob of versions", exceptions.Package{Name: "zlib1g", Versions: []string{"1:1.2.*"}}, zlib(), true},
		{"other glob of versions", exceptions.Package{Name: "zlib1g", Versions: []string{"1:1.3.*"}}, zlib(), false},

		{"paths", exceptions.Package{Name: "golang.org/x/net", Paths: []string{"/opt/**", "/usr/**"}}, golang, true},
		{"paths alone", exceptions.Package{Paths: []string{"usr/local/bin/*"}}, golang, true},
		{"other paths", exceptions.Package{Name: "golang.org/x/net", Paths: []string{"usr/*"}}, golang, false},
		{"a path that leads elsewhere", exceptions.Package{Name: "org.x:lib", Paths: []string{"app/**"}}, jar, false},
		{"a path that it lacks", exceptions.Package{Name: "x", Paths: []string{"**"}}, finding.Package{Name: "x"}, false},
		{"everything at once", exceptions.Package{
			PURL: "pkg:deb/debian/zlib1g", Name: "zlib1g", Source: "zlib", Type: "DEB", Versions: []string{"1:*"}, Paths: []string{"var/**"},
		}, zlib(), true},
		{"everything but one", exceptions.Package{
			PURL: "pkg:deb/debian/zlib1g", Name: "zlib1g", Source: "glibc", Type: "deb", Versions: []string{"1:*"}, Paths: []string{"var/**"},
		}, zlib(), false},
		{"nothing", exceptions.Package{}, zlib(), false},
		{"only a type", exceptions.Package{Type: "deb"}, zlib(), false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := minizip()
			f.Package = tt.pkg
			got := settled(t, f, entry("EX-1", func(e *exceptions.Entry) { e.Packages = []exceptions.Package{tt.selector} }))
			if got.Disposition.Suppressed != tt.want {
				t.Errorf("matches: %v, want %v", !tt.want, tt.want)
			}
			// Alternatives are alternatives.
			got = settled(t, f, entry("EX-1", func(e *exceptions.Entry) {
				e.Packages = []exceptions.Package{{Name: "another"}, tt.selector}
			}))
			if got.Disposition.Suppressed != tt.want {
				t.Errorf("matches beside another: %v, want %v", !tt.want, tt.want)
			}
		})
	}
}

func TestVulnerabilities(t *testing.T) {
	for _, tt := range []struct {
		name    string
		wrote   []string
		id      string
		aliases []string
		want    bool
	}{
		{"its identifier", []string{"CVE-2023-45853"}, "CVE-2023-45853", nil, true},
		{"in any case", []string{"cve-2023-45853"}, "CVE-2023-45853", nil, true},
		{"an alias of the finding", []string{"ghsa-mq29-j5xf-cjwr"}, "CVE-2023-45853", []string{"GHSA-mq29-j5xf-cjwr"}, true},
		{"the other way round", []string{"CVE-2023-45853"}, "GHSA-mq29-j5xf-cjwr", []string{"CVE-2023-45853"}, true},
		{"two names of one", []string{"CVE-2023-45853", "GHSA-mq29-j5xf-cjwr"}, "CVE-2023-45853", []string{"GHSA-mq29-j5xf-cjwr"}, true},
		{"another", []string{"CVE-2023-4585"}, "CVE-2023-45853", nil, false},
		{"no glob", []string{"CVE-2023-*"}, "CVE-2023-45853", nil, false},
		{"a wildcard among others", []string{"*", "CVE-1"}, "CVE-2023-45853", nil, false},
		{"a wildcard for every package", []string{"*"}, "CVE-2023-45853", nil, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := minizip()
			f.ID, f.Aliases = tt.id, tt.aliases
			got := settled(t, f, entry("EX-1", func(e *exceptions.Entry) { e.Vulnerabilities = tt.wrote }))
			if got.Disposition.Suppressed != tt.want {
				t.Errorf("matches: %v, want %v", !tt.want, tt.want)
			}
			if n := len(got.Disposition.Shadowed); n != 0 {
				t.Errorf("the entry shadows itself: %v", got.Disposition.Shadowed)
			}
		})
	}
}

func TestWildcard(t *testing.T) {
	headers := entry("EX-1", func(e *exceptions.Entry) {
		e.Vulnerabilities, e.Packages = []string{"*"}, []exceptions.Package{{Name: "zlib1g"}}
	})
	for _, allowed := range []bool{true, false} {
		rep, opts := report(minizip()), options()
		opts.AllowWildcard = allowed
		triage.Apply(rep, file(headers), nil, opts)
		if got := rep.Findings[0].Disposition.Suppressed; got != allowed {
			t.Errorf("with AllowWildcard %v the finding is suppressed: %v", allowed, got)
		}
		if got := len(rep.Findings[0].Disposition.Lapsed) == 0; got != allowed {
			t.Errorf("with AllowWildcard %v it says %q", allowed, lapsed(rep.Findings[0]))
		}
	}
}
