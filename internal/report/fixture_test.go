package report

import (
	"strings"
	"time"

	"github.com/org/imgscan-action/internal/finding"
)

// The reports that the goldens show. Each is built afresh, so that a test may
// change its own.
func fixtures() map[string]*finding.Report {
	return map[string]*finding.Report{
		"clean":        cleanReport(),
		"failing":      failingReport(),
		"observe":      observeReport(),
		"inconclusive": inconclusiveReport(),
		"hostile":      hostileReport(),
		"debian-app":   debianApp(),

		"triaged":        triagedReport(),
		"hostile-triage": hostileTriage(),
	}
}

var (
	now = time.Date(2026, 11, 23, 13, 0, 0, 0, time.UTC)

	baseLayer = "sha256:" + strings.Repeat("03901b4a2ea88eeaad62dbe59b072b28", 2)
	appLayer  = "sha256:" + strings.Repeat("b1c0237ebd29860066656372da10d8d7", 2)
)

func newReport() *finding.Report {
	return &finding.Report{
		Tool: "0.1.0",
		Now:  now,
		Image: finding.Image{
			Ref:      "registry.example.com:5000/shop/api:1.4.2",
			Name:     "registry.example.com:5000/shop/api",
			Source:   "registry",
			Digest:   "sha256:" + strings.Repeat("72c42ed48c3a2db31b7dafe17d275b63", 2),
			ID:       "sha256:" + strings.Repeat("961769676411f082461f9ef46626dd7a", 2),
			Platform: "linux/amd64",
			Created:  time.Date(2026, 11, 23, 12, 41, 0, 0, time.UTC),
			Layers: []finding.Layer{
				{DiffID: baseLayer, Size: 2789742, CreatedBy: "/bin/sh -c #(nop) ADD file:fe6407fb in / "},
				{DiffID: appLayer, Size: 9001234, CreatedBy: "COPY /out /usr/local # buildkit"},
			},
		},
		Database: finding.Database{
			Source:     "mirror.gcr.io/aquasec/trivy-db:2",
			Digest:     "sha256:" + strings.Repeat("4f2d8e0c11aa45d0b5f4f3f6f3a1c2d9", 2),
			Built:      time.Date(2026, 11, 22, 6, 12, 0, 0, time.UTC),
			NextUpdate: time.Date(2026, 11, 23, 6, 12, 0, 0, time.UTC),
		},
		OS:       finding.OS{Family: "alpine", Version: "3.10.2", RepositoryFamily: "alpine", RepositoryRelease: "3.10"},
		Packages: []finding.Package{musl(), libcrypto(), libssl(), apiModule(), textModule(), stdlib(), lodash()},
		Verdict: finding.Verdict{
			Outcome:   finding.Pass,
			Judged:    finding.Pass,
			Mode:      finding.Block,
			Reasons:   []string{"No finding is high or worse with a fix."},
			Threshold: "high or worse, fixable only",
		},
	}
}

func alpine(name, source, version, release string) finding.Package {
	return finding.Package{
		Class: finding.ClassOS, Type: "alpine", ID: name + "@" + version + "-" + release, Name: name,
		Version: version + "-" + release, Arch: "x86_64", SrcName: source, SrcVersion: version + "-" + release,
		Licenses: []string{"OpenSSL"}, Path: "lib/apk/db/installed",
		PURL: "pkg:apk/alpine/" + name + "@" + version + "-" + release + "?arch=x86_64&distro=3.10.2", Layer: baseLayer,
	}
}

func musl() finding.Package      { return alpine("musl", "musl", "1.1.22", "r3") }
func libcrypto() finding.Package { return alpine("libcrypto1.1", "openssl", "1.1.1c", "r0") }
func libssl() finding.Package    { return alpine("libssl1.1", "openssl", "1.1.1c", "r0") }

func goModule(name, version string) finding.Package {
	return finding.Package{
		Class: finding.ClassLanguage, Type: "gobinary", Name: name, Version: version, Path: "usr/local/bin/api",
		PURL: "pkg:golang/" + name + "@" + version, Layer: appLayer,
	}
}

func apiModule() finding.Package  { return goModule("github.com/shop/api", "v1.4.2") }
func textModule() finding.Package { return goModule("golang.org/x/text", "v0.3.6") }
func stdlib() finding.Package     { return goModule("stdlib", "v1.20.1") }

func lodash() finding.Package {
	return finding.Package{
		Class: finding.ClassLanguage, Type: "node-pkg", ID: "lodash@4.17.20", Name: "lodash", Version: "4.17.20",
		Licenses: []string{"MIT"}, Path: "usr/local/share/api/assets/node_modules/lodash/package.json",
		PURL: "pkg:npm/lodash@4.17.20", Layer: appLayer,
	}
}

func cleanReport() *finding.Report { return newReport() }

func nvd(severity finding.Severity, score float64) finding.Rating {
	return finding.Rating{
		Severity: severity, Score: score, Version: "3.1", Source: "nvd",
		Vector: "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H",
	}
}

func fixed(id string, p finding.Package, fixedIn string, r finding.Rating, title string) finding.Finding {
	f := finding.Finding{
		ID: id, Package: p, FixedIn: fixedIn, Status: finding.StatusFixed, Rating: r, Title: title,
		Description: title + ". An attacker on the network can stop the service.",
		URL:         "https://avd.aquasec.com/nvd/" + strings.ToLower(id),
		References:  []string{"https://nvd.nist.gov/vuln/detail/" + id},
		CWEs:        []string{"CWE-476"},
		Published:   time.Date(2020, 4, 21, 14, 15, 0, 0, time.UTC),
		Modified:    time.Date(2023, 11, 7, 3, 15, 0, 0, time.UTC),
		Advisory:    finding.Source{ID: "alpine", Name: "Alpine Secdb", URL: "https://secdb.alpinelinux.org/"},
	}
	if r.Severity >= finding.High {
		f.Judgement = finding.Judgement{
			Breaks: true, Rule: "severity",
			Reason: r.Severity.String() + " is at or above the threshold high",
		}
	}
	return f
}

func unfixed(id string, p finding.Package, status finding.Status, r finding.Rating, title string) finding.Finding {
	f := fixed(id, p, "", r, title)
	f.Status = status
	f.Judgement = finding.Judgement{Rule: "only-fixable", Reason: "no fix is known"}
	return f
}

func failingFindings() []finding.Finding {
	word := finding.Rating{Severity: finding.Low, Source: "alpine"}
	ghsa := finding.Rating{
		Severity: finding.High, Score: 7.2, Version: "3.1", Source: "ghsa",
		Vector: "CVSS:3.1/AV:N/AC:L/PR:H/UI:N/S:U/C:H/I:H/A:H",
	}
	branches := fixed("CVE-2023-24540", stdlib(), "1.19.9, 1.20.4", nvd(finding.Critical, 9.8), "html/template: improper handling of JavaScript whitespace")
	branches.Aliases = []string{"GO-2023-1752"}
	injection := fixed("CVE-2021-23337", lodash(), "4.17.21", ghsa, "nodejs-lodash: command injection via template")
	injection.Aliases = []string{"GHSA-35jh-r3h4-6jhm"}
	injection.Beaten = []finding.Rating{{Severity: finding.Medium, Score: 6.5, Version: "2.0", Vector: "AV:N/AC:L/Au:S/C:P/I:P/A:P", Source: "nvd"}}
	list := []finding.Finding{
		fixed("CVE-2020-1967", libcrypto(), "1.1.1g-r0", nvd(finding.High, 7.5), "openssl: Segmentation fault in SSL_check_chain causes denial of service"),
		fixed("CVE-2020-1967", libssl(), "1.1.1g-r0", nvd(finding.High, 7.5), "openssl: Segmentation fault in SSL_check_chain causes denial of service"),
		fixed("CVE-2019-1549", libcrypto(), "1.1.1d-r0", nvd(finding.Medium, 5.3), "openssl: information disclosure in fork()"),
		fixed("CVE-2019-1551", libssl(), "1.1.1d-r2", word, "openssl: Integer overflow in RSAZ modular exponentiation on x86_64"),
		unfixed("CVE-2020-28928", musl(), finding.StatusWillNotFix, nvd(finding.Medium, 5.5), "musl: wcsnrtombs destination buffer overflow"),
		unfixed("CVE-2021-38561", textModule(), finding.StatusAffected, nvd(finding.High, 7.5), "golang.org/x/text: out-of-bounds read in language.Parse"),
		branches,
		injection,
	}
	unrated := unfixed("CVE-2025-26519", musl(), finding.StatusEndOfLife, finding.Rating{}, "")
	unrated.Description = ""
	list = append(list, unrated)
	finding.Sort(list)
	return list
}

func failingReport() *finding.Report {
	rep := newReport()
	rep.Findings = failingFindings()
	rep.Gaps = []finding.Gap{
		{Kind: finding.GapEndOfLifeOS, Where: "alpine 3.10.2", Detail: "Alpine 3.10 has had no security updates since 2021-05-01", Accepted: true},
		{Kind: finding.GapNoBuildInfo, Where: "usr/local/bin/tini", Detail: "the executable does not say which modules it was built from", Layer: appLayer, Accepted: true},
	}
	rep.Verdict = finding.Verdict{
		Outcome: finding.Fail, Judged: finding.Fail, Mode: finding.Block, Breaking: 4,
		Reasons:   []string{"4 findings are high or worse and have a fix."},
		Threshold: "high or worse, fixable only",
	}
	return rep
}

func observeReport() *finding.Report {
	rep := failingReport()
	rep.Verdict.Outcome = finding.Pass
	rep.Verdict.Mode = finding.Observe
	rep.Database.Notes = []string{"the database could not be updated, so the cached one is used: no mirror answered"}
	rep.Verdict.EnforceFrom = time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
	return rep
}

func inconclusiveReport() *finding.Report {
	rep := newReport()
	rep.Image.Ref, rep.Image.Name, rep.Image.Source, rep.Image.Digest = "build/image.tar", "image", "docker archive", ""
	rep.OS, rep.Packages = finding.OS{}, nil
	rep.Database.Built, rep.Database.NextUpdate = time.Time{}, time.Time{}
	rep.Gaps = []finding.Gap{
		{Kind: finding.GapUnknownOS, Detail: "no operating system was recognised"},
		{Kind: finding.GapUnreadableLayer, Where: "layer 2", Detail: "unexpected end of the gzip stream", Layer: appLayer},
	}
	rep.Verdict = finding.Verdict{
		Outcome: finding.Inconclusive, Judged: finding.Inconclusive, Mode: finding.Block, OpenGaps: 2,
		Reasons:   []string{"2 gaps are not accepted: unknown-os, unreadable-layer."},
		Threshold: "high or worse, fixable only",
	}
	return rep
}

// hostile is what an attacker would put wherever text is taken from an image or
// an advisory: terminal escapes, runner commands, line breaks, reordering,
// markup, mentions, references, closing keywords, bytes that are no UTF-8.
const hostile = "\x1b]8;;https://evil.example\x07x\x1b[2J\r\n::error::pwned ##[group]g `a`|b| \u202Egpj.exe\u200b\u009b31m " +
	"@octocat Fixes #1, GH-2, org/repo#3 https://evil.example www.evil.example <img src=x onerror=alert(1)> " +
	"![i](https://evil.example/p.png) [l](javascript:alert(1)) [x](1) {0} --> <!-- </details> 日本語 $x$ *b* _i_ ~~s~~ \xff"

func hostileReport() *finding.Report {
	rep := newReport()
	p := lodash()
	p.Name, p.Version, p.Path = "@evil/"+hostile, "1"+hostile, "../../etc/a b:c@d?e#f%/"+hostile
	p.PURL, p.Type = "pkg:npm/"+hostile, "node-pkg"
	f := fixed("CVE-2020-0001", p, "2"+hostile, nvd(finding.Critical, 9.0), hostile)
	f.ID, f.URL, f.Aliases, f.CWEs = "CVE-2020-0001 "+hostile, "https://github.com/o/r/issues/1\x1b", []string{hostile}, []string{hostile}
	f.Description, f.References, f.Advisory.Name = strings.Repeat(hostile, 20), []string{hostile}, hostile
	f.Rating.Source, f.Judgement.Reason = "nvd|"+hostile, hostile
	rep.Packages, rep.Findings = []finding.Package{p}, []finding.Finding{f}
	rep.Image.Ref, rep.Image.Name = "evil/"+hostile, "evil/"+hostile
	rep.Image.Platform, rep.Image.Layers[1].CreatedBy = "linux/"+hostile, hostile
	rep.OS.Version = hostile
	rep.Database.Notes = []string{hostile}
	rep.Gaps = []finding.Gap{{Kind: finding.GapUnreadableFile, Where: hostile, Detail: hostile, Layer: appLayer}}
	rep.Verdict = finding.Verdict{
		Outcome: finding.Fail, Judged: finding.Fail, Mode: finding.Block, Breaking: 1, OpenGaps: 1,
		Reasons: []string{"1. " + hostile}, Threshold: "high or worse",
	}
	hostileLineage(rep, hostile+" @team")
	return rep
}
