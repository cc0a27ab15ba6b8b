package report

import (
	"strings"
	"time"

	"github.com/org/imgscan-action/internal/finding"
)

// A service on debian:12, whose history is known: a base with a tag that has
// moved, an install, a program copied from a builder, a front end with a lock
// file, and a package that the build removed.

func layerDigest(digit string) string { return "sha256:" + strings.Repeat(digit, 64) }

const dockerfile = "deploy/Dockerfile"

func fromLine() finding.Line {
	return finding.Line{File: dockerfile, Start: 9, End: 9, Text: "FROM debian:12"}
}

func instruction(kind string, start, end int, text string) finding.Instruction {
	return finding.Instruction{
		Kind: kind, Line: finding.Line{File: dockerfile, Start: start, End: end, Text: text}, Stage: "1", Confidence: finding.Proven,
	}
}

func installCurl() finding.Instruction {
	return instruction("RUN", 10, 12, "RUN apt-get update && \\")
}

func copyProgram() finding.Instruction {
	i := instruction("COPY", 14, 14, "COPY --from=build /out/api /usr/local/bin/api")
	i.Source = "build"
	return i
}

func copyFrontEnd() finding.Instruction { return instruction("COPY", 15, 15, "COPY web /srv/web") }

func debianTeam() finding.Owner {
	return finding.Owner{Kind: finding.OwnerBase, Names: []string{"Docker Official Image debian"}, Because: "the namespace of debian:12"}
}

func shopTeam() finding.Owner {
	return finding.Owner{Kind: finding.OwnerApp, Names: []string{"@acme/shop"}, Because: ".github/CODEOWNERS:3", Trusted: true}
}

func debian(name, source, version, layer string) finding.Package {
	return finding.Package{
		Class: finding.ClassOS, Type: "debian", ID: name + "@" + version, Name: name, Version: version, Arch: "amd64",
		SrcName: source, SrcVersion: version, Path: "var/lib/dpkg/status",
		PURL: "pkg:deb/debian/" + name + "@" + version + "?arch=amd64&distro=debian-12.7", Layer: layer,
	}
}

func inherited() finding.Origin {
	from := finding.Instruction{Kind: "FROM", Line: fromLine(), Stage: "1", Confidence: finding.Proven}
	return finding.Origin{
		Kind: finding.OriginInherited, Base: 1, Confidence: finding.Proven, Instruction: from, Line: fromLine(), Owner: debianTeam(),
	}
}

func introduced(by finding.Instruction) finding.Origin {
	return finding.Origin{
		Kind: finding.OriginIntroduced, Confidence: finding.Proven, Instruction: by, Line: by.Line, Owner: shopTeam(),
	}
}

func installedByCurl(path ...string) finding.Origin {
	o := introduced(installCurl())
	o.Line.Start, o.Line.End, o.Line.Text = 11, 11, "apt-get install -y --no-install-recommends curl && \\"
	o.Asked, o.Path = "apt-get install curl", path
	return o
}

func fromManifest(by finding.Instruction, manifests ...finding.Manifest) finding.Origin {
	o := introduced(by)
	o.Manifests, o.Line = manifests, manifests[0].Line
	return o
}

func manifest(file string, line int, text, role string, path ...string) finding.Manifest {
	return finding.Manifest{
		Line: finding.Line{File: file, Start: line, End: line, Text: text}, Role: role, Confidence: finding.Proven, Path: path,
	}
}

func with(f finding.Finding, o finding.Origin) finding.Finding {
	f.Origin = o
	f.Advisory = finding.Source{ID: "debian", Name: "Debian Security Tracker", URL: "https://security-tracker.debian.org/"}
	return f
}

func debianApp() *finding.Report {
	const pinned, patched = "3.0.11-1~deb12u2", "3.0.14-1~deb12u2"
	zlib := debian("zlib1g", "zlib", "1:1.2.13.dfsg-1", layerDigest("1"))
	perl := debian("perl-base", "perl", "5.36.0-7+deb12u1", layerDigest("1"))
	libc := debian("libc6", "glibc", "2.36-9+deb12u8", layerDigest("1"))
	libc.DependsOn = nil
	libssl := debian("libssl3", "openssl", pinned, layerDigest("2"))
	libcurl := debian("libcurl4", "curl", "7.88.1-10+deb12u5", layerDigest("2"))
	gnutls := debian("libgnutls30", "gnutls28", "3.7.9-2+deb12u3", layerDigest("2"))
	tar := debian("tar", "tar", "1.34+dfsg-1.2", layerDigest("1"))
	text, std, express := textModule(), stdlib(), lodash()
	text.Layer, std.Layer, express.Layer = layerDigest("3"), layerDigest("3"), layerDigest("4")
	express.Path = "srv/web/node_modules/lodash/package.json"

	goMod := fromManifest(copyProgram(), manifest("go.mod", 7, "golang.org/x/text v0.3.6 // indirect", "direct"))
	goMod.Builder = "golang:1.20"
	toolchain := fromManifest(copyProgram(), manifest("go.mod", 3, "go 1.20.1", "toolchain"), manifest(dockerfile, 1, "FROM golang:1.20 AS build", "toolchain"))
	toolchain.Builder = "golang:1.20"
	lock := fromManifest(copyFrontEnd(),
		manifest("web/package.json", 12, `"async": "^3.2.0",`, "parent", "async", "lodash"),
		manifest("web/package-lock.json", 431, `"node_modules/lodash": {`, "lock"))
	lock.Shared = []string{"tools/package-lock.json"}
	moved := installedByCurl("curl", "libcurl4", "libgnutls30")
	moved.Kind = finding.OriginUpgraded

	rep := newReport()
	rep.Image.Layers = []finding.Layer{
		{DiffID: layerDigest("1"), Size: 49_554_234, CreatedBy: "/bin/sh -c #(nop) ADD file:b4987bca8c4c4c640d6b71dcccfd7172b44771e0f851a47d05c00c2bebd9d1a0 in / ", Base: 1, Instruction: finding.Instruction{Kind: "FROM", Line: fromLine(), Confidence: finding.Proven}},
		{DiffID: layerDigest("2"), Size: 12_300_456, CreatedBy: "RUN |1 TOKEN=hunter2 /bin/sh -c apt-get update && apt-get install -y --no-install-recommends curl # buildkit", Instruction: installCurl()},
		{DiffID: layerDigest("3"), Size: 9_001_234, CreatedBy: "COPY /out/api /usr/local/bin/api # buildkit", Instruction: copyProgram()},
		{DiffID: layerDigest("4"), Size: 801, CreatedBy: "COPY web /srv/web # buildkit", Instruction: copyFrontEnd()},
	}
	rep.OS = finding.OS{Family: "debian", Version: "12.7"}
	rep.Packages = []finding.Package{libc, libcurl, gnutls, libssl, perl, zlib, text, std, express}
	finding.SortPackages(rep.Packages)
	rep.Lineage = finding.Lineage{
		Bases: []finding.Base{{
			Ref: "debian:12", Aliases: []string{"debian:12.7", "debian:bookworm"}, Digest: layerDigest("a"), IndexDigest: layerDigest("b"),
			Layers: 1, Confidence: finding.Proven, Evidence: []string{"the lowest layer of the image is the layer of debian:12"}, From: fromLine(),
			Tag:    finding.Tag{State: finding.TagMoved, Digest: layerDigest("c")},
			Vendor: "Debian", Owner: debianTeam(),
		}},
		Scratch:  true,
		Builders: []finding.Builder{{Ref: "golang:1.20", Stage: "build", From: finding.Line{File: dockerfile, Start: 1, End: 1, Text: "FROM golang:1.20 AS build"}}},
		Hints: []finding.Hint{
			{Source: "deploy/Dockerfile:9", Ref: "debian:12", Used: true, Why: "its layers are the lowest of the image"},
			{Source: "label org.opencontainers.image.base.name", Ref: "scratch", Why: "the base has the same label, so it is inherited"},
		},
		Dockerfile: dockerfile,
	}
	rep.Findings = []finding.Finding{
		with(fixed("CVE-2024-37371", perl, "5.36.0-7+deb12u2", nvd(finding.Critical, 9.1), "perl: a flaw"), inherited()),
		with(fixed("CVE-2024-2961", libc, "2.36-9+deb12u10", nvd(finding.High, 7.3), "glibc: Out of bounds write in iconv"), inherited()),
		with(unfixed("CVE-2023-45853", zlib, finding.StatusWillNotFix, nvd(finding.Critical, 9.8), "zlib: integer overflow in zipOpenNewFileInZip4_64"), inherited()),
		with(fixed("CVE-2024-5535", libssl, patched, nvd(finding.Critical, 9.1), "openssl: SSL_select_next_proto buffer overread"), installedByCurl("curl", "libcurl4", "libssl3")),
		with(fixed("CVE-2024-7264", libcurl, "7.88.1-10+deb12u7", nvd(finding.Medium, 6.5), "curl: ASN.1 date parser overread"), installedByCurl("curl", "libcurl4")),
		with(fixed("CVE-2024-28834", gnutls, "3.7.9-2+deb12u4", nvd(finding.Medium, 5.3), "gnutls: timing side-channel"), moved),
		with(fixed("CVE-2022-32149", text, "0.3.8", nvd(finding.High, 7.5), "golang.org/x/text: denial of service in ParseAcceptLanguage"), goMod),
		with(fixed("CVE-2023-24540", std, "1.19.9, 1.20.4", nvd(finding.Critical, 9.8), "html/template: improper handling of JavaScript whitespace"), toolchain),
		with(fixed("CVE-2021-23337", express, "4.17.21", nvd(finding.High, 7.2), "nodejs-lodash: command injection via template"), lock),
	}
	finding.Sort(rep.Findings)
	rep.Removed = []finding.Finding{with(unfixed("CVE-2022-48303", tar, finding.StatusAffected, nvd(finding.Medium, 5.5), "tar: heap buffer overflow"), inherited())}
	rep.Owner = shopTeam()
	rep.Plan = []finding.Step{
		{Owner: shopTeam(), Base: 1, Do: "rebuild on debian:12: its tag has moved since this build", Findings: 3, Fixable: 2, Breaking: 2},
		{Owner: shopTeam(), Do: "upgrade 2 packages in go.mod, web/package.json; move to a newer compiler in go.mod:3; rebuild without cache: deploy/Dockerfile:10 installs curl", Findings: 6, Fixable: 6, Breaking: 4},
	}
	rep.Asked = []finding.Attributed{{Package: debian("curl", "curl", "7.88.1-10+deb12u5", layerDigest("2")), Origin: installedByCurl("curl")}}
	rep.Executables = finding.Executables{Total: 214, Unknown: 1, Unidentified: []finding.Executable{{Path: "usr/local/bin/tini", Size: 861_000, Layer: layerDigest("3")}}}
	rep.Gaps = []finding.Gap{
		{Kind: finding.GapThirdParty, Where: "etc/apt/sources.list.d/node.list", Detail: "packages from deb.nodesource.com are not in Debian's advisories", Layer: layerDigest("2"), Accepted: true},
		{Kind: finding.GapUnidentified, Where: "layer 3", Detail: "1 executable, 861 kB, belongs to no package and does not say what it was built from", Layer: layerDigest("3"), Accepted: true},
	}
	rep.Verdict = finding.Verdict{
		Outcome: finding.Fail, Judged: finding.Fail, Mode: finding.Block, Breaking: 6,
		Reasons:   []string{"6 findings are high or worse and have a fix."},
		Threshold: "high or worse, fixable only",
	}
	rep.Database.Built = time.Date(2026, 11, 23, 6, 12, 0, 0, time.UTC)
	return rep
}

// chainReport is debianApp on a base of a base, which is the end of what is known.
func chainReport() *finding.Report {
	rep := debianApp()
	rootfs := finding.Layer{DiffID: layerDigest("9"), Size: 1_000_000, CreatedBy: "ADD rootfs / # buildkit", Base: 2}
	rep.Image.Layers = append([]finding.Layer{rootfs}, rep.Image.Layers...)
	rep.Lineage.Bases[0].Layers = 2
	rep.Lineage.Bases = append(rep.Lineage.Bases, finding.Base{
		Ref: "ghcr.io/acme/rootfs:1", Layers: 1, Confidence: finding.Declared,
		Owner: finding.Owner{Kind: finding.OwnerBase, Names: []string{"@acme/platform"}, Because: ".imgscan/config.yaml:4", Trusted: true},
	})
	rep.Lineage.Scratch = false
	rep.Lineage.Notes = []string{"what ghcr.io/acme/rootfs:1 stands on is not known"}
	return rep
}

// hostileLineage puts text wherever an image or a manifest speaks of itself.
func hostileLineage(rep *finding.Report, text string) {
	line := finding.Line{File: "../../" + text, Start: 3, End: 1, Text: text}
	owner := finding.Owner{Kind: finding.OwnerBase, Names: []string{"@acme/team", text}, Because: text}
	instruction := finding.Instruction{Kind: text, Line: line, Stage: text, Source: text, Confidence: finding.Declared}
	rep.Image.Layers[0].Base, rep.Image.Layers[0].Instruction = 1, instruction
	rep.Image.Layers[1].Instruction = instruction
	rep.Lineage = finding.Lineage{
		Bases: []finding.Base{{
			Ref: text, Aliases: []string{text}, Layers: 1, Confidence: finding.Declared, Evidence: []string{text}, From: line,
			Tag: finding.Tag{State: finding.TagMoved, Detail: text}, Vendor: text, Owner: owner,
		}},
		Builders:   []finding.Builder{{Ref: text, Digest: text, Stage: text, From: line}},
		Hints:      []finding.Hint{{Source: text, Ref: text, Digest: text, Why: text}},
		Dockerfile: text,
		Notes:      []string{text},
	}
	base := rep.Findings[0]
	base.ID = "CVE-2020-0002"
	base.Origin = finding.Origin{Kind: finding.OriginInherited, Base: 1, Instruction: instruction, Line: line, Owner: owner, Shared: []string{text}}
	app := owner
	app.Kind = finding.OwnerApp
	rep.Findings[0].Origin = finding.Origin{
		Kind: finding.OriginIntroduced, Instruction: instruction, Asked: text, Path: []string{text, "::error::", text}, Builder: text,
		Manifests: []finding.Manifest{{Line: line, Role: "lock", Path: []string{text, text}}}, Owner: app,
	}
	rep.Findings = append(rep.Findings, base)
	rep.Removed = []finding.Finding{base}
	rep.Asked = []finding.Attributed{{Package: base.Package, Origin: base.Origin}}
	rep.Plan = []finding.Step{{Owner: owner, Base: 1, Do: text, Findings: 1}, {Owner: app, Do: text, Findings: 1}}
	rep.Executables = finding.Executables{Total: 1, Unknown: 1, Unidentified: []finding.Executable{{Path: text, Size: 1}}}
	rep.Gaps = append(rep.Gaps, finding.Gap{Kind: finding.GapThirdParty, Where: text, Detail: text})
}
