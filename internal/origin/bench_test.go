package origin_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/org/imgscan-action/internal/finding"
	"github.com/org/imgscan-action/internal/origin"
)

// BenchmarkAssign gives origins to 1000 findings of an image with 100,000
// packages, half of the distribution and half of npm, whose base had all of the
// former in another version and whose RUN installs fifty.
func BenchmarkAssign(b *testing.B) {
	const half = 50_000
	var (
		packages, before []finding.Package
		run              strings.Builder
	)
	for i := range half {
		p := deb(1, fmt.Sprintf("package-%d@1.2.3", i), fmt.Sprintf("package-%d@1.2.3", i*2+1), fmt.Sprintf("package-%d@1.2.3", i*2+2), fmt.Sprintf("package-%d@1.2.3", i-7))
		packages = append(packages, p, lang(2, "node-pkg", fmt.Sprintf("app/node_modules/name-%d/package.json", i), fmt.Sprintf("name-%d@1.2.3", i)))
		p.Version = "1.2.2"
		before = append(before, p)
		if i < 50 {
			fmt.Fprintf(&run, " package-%d", i)
		}
	}
	r := built(b, "FROM debian:12\nRUN apt-get install -y"+run.String()+"\nCOPY . /app", base(1))
	var findings []finding.Finding
	for i := 0; i < len(packages); i += len(packages) / 1000 {
		findings = append(findings, finding.Finding{Package: packages[i+i/100%2]})
	}
	for b.Loop() {
		origin.New(origin.Input{Packages: packages, Lineage: r, Base: before, Manifests: repository{}}).Assign(findings)
	}
	if o := findings[len(findings)-2].Origin; o.Asked == "" {
		b.Errorf("an install was not traced: %+v", o)
	}
}
