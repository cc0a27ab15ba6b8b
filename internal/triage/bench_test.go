package triage_test

import (
	"fmt"
	"testing"

	"github.com/org/imgscan-action/internal/exceptions"
	"github.com/org/imgscan-action/internal/finding"
	"github.com/org/imgscan-action/internal/triage"
)

// BenchmarkApply is a project with 10,000 entries, half of them out of use, and an
// image with 50,000 findings in 5,000 packages.
func BenchmarkApply(b *testing.B) {
	rep := report()
	for i := range 50_000 {
		f := minizip()
		f.ID, f.Aliases = fmt.Sprintf("CVE-2026-%d", i%20_000), []string{fmt.Sprintf("GHSA-%d", i%20_000)}
		f.Package.Name = fmt.Sprintf("p%d", i%5_000)
		f.Package.PURL = fmt.Sprintf("pkg:deb/debian/p%d@1.2.13.dfsg-1?arch=amd64&distro=debian-12.13&epoch=1", i%5_000)
		rep.Findings = append(rep.Findings, f)
		if i < 5_000 {
			rep.Packages = append(rep.Packages, f.Package)
		}
	}
	var entries []*exceptions.Entry
	for i := range 10_000 {
		entries = append(entries, entry(fmt.Sprintf("EX-%d", i), func(e *exceptions.Entry) {
			e.Vulnerabilities = []string{fmt.Sprintf("CVE-2026-%d", i*4)}
			e.Images = []string{"ghcr.io/acme/*"}
			e.Packages = []exceptions.Package{{PURL: fmt.Sprintf("pkg:deb/debian/p%d", i*4%5_000)}}
		}))
	}
	var claims []triage.VendorClaim
	for i := range 10_000 {
		claims = append(claims, claim(func(c *triage.VendorClaim) { c.Vulnerabilities = []string{fmt.Sprintf("CVE-2026-%d", i)} }))
	}
	for b.Loop() {
		triage.Apply(rep, file(entries...), claims, trusting())
	}
	if suppressed(rep) == 0 || len(rep.Triage.Unused) == 0 {
		b.Errorf("%d findings are suppressed and %d entries unused", suppressed(rep), len(rep.Triage.Unused))
	}
}

func suppressed(rep *finding.Report) int {
	n := 0
	for _, f := range rep.Findings {
		if f.Disposition.Suppressed {
			n++
		}
	}
	return n
}
