package vex

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/org/imgscan-action/internal/finding"
	"github.com/org/imgscan-action/internal/triage"
)

// TestWrittenIsUnderstood holds that a project that trusts our documents comes to
// the same as the project whose decisions they say, for all that VEX can suppress.
func TestWrittenIsUnderstood(t *testing.T) {
	t.Parallel()
	files := testFiles(t)
	report := func() *finding.Report {
		rep := &finding.Report{Now: testNow, Image: testImage}
		for _, f := range []struct{ id, url string }{
			{"CVE-2023-45853", "pkg:deb/debian/zlib1g@1.2.13?arch=amd64&distro=debian-12.7"},
			{"CVE-2023-45853", "pkg:deb/debian/minizip@1.2.13?arch=amd64&distro=debian-12.7"},
			{"CVE-2024-0001", "pkg:deb/debian/openssl@3.0.14-1~deb12u2?arch=amd64&distro=debian-12.7&epoch=1"},
			{"CVE-2024-0001", "pkg:deb/debian/openssl@3.0.14-1~deb12u3?arch=amd64&distro=debian-12.7&epoch=1"},
			{"CVE-2019-8457", "pkg:deb/debian/libdb5.3@5.3.28?arch=amd64&distro=debian-12.7"},
			{"CVE-2019-8457", "pkg:deb/debian/sqlite3@3.40?arch=amd64&distro=debian-12.7"},
			{"CVE-2024-0002", "pkg:npm/%40acme/parser@1.0.0"},
			{"CVE-2024-0002", "pkg:npm/parser@1.0.0"},
			{"CVE-2024-0006", "pkg:npm/anything@1.0.0"},
			{"CVE-2024-0007", "pkg:npm/anything@1.0.0"},
			{"CVE-2024-0008", "pkg:npm/anything@1.0.0"},
			{"CVE-2024-0010", "pkg:npm/anything@1.0.0"},
		} {
			parsed, err := parsePURL(f.url)
			if err != nil {
				t.Fatal(err)
			}
			name := parsed.Name
			if parsed.Type == "npm" && parsed.Namespace != "" {
				name = parsed.Namespace + "/" + name
			}
			p := finding.Package{Type: parsed.Type, Name: name, Version: parsed.Version, PURL: f.url}
			if parsed.Qualifiers.Map()["epoch"] != "" {
				p.Epoch = 1
			}
			rep.Findings = append(rep.Findings, finding.Finding{ID: f.id, Package: p})
		}
		return rep
	}
	suppressed := func(rep *finding.Report) (all []finding.Finding) {
		for _, f := range rep.Findings {
			if f.Disposition.Suppressed {
				all = append(all, f)
			}
		}
		return all
	}

	own := report()
	triage.Apply(own, files, nil, triage.Options{Now: testNow, Names: testImage.Names})
	want := keys(suppressed(own))
	if len(want) != 5 {
		t.Fatalf("the decisions suppress %q, want 5 findings", want)
	}
	for format, f := range formats {
		t.Run(format, func(t *testing.T) {
			src, _, err := f.write(files, testImage, testOptions)
			if err != nil {
				t.Fatal(err)
			}
			claims, err := Read("ours.json", src)
			if err != nil {
				t.Fatal(err)
			}
			rep := report()
			triage.Apply(rep, nil, claims, triage.Options{Now: testNow, TrustVEX: []string{testOptions.Author}})
			if diff := cmp.Diff(want, keys(suppressed(rep))); diff != "" {
				t.Errorf("-exceptions +claims:\n%s", diff)
			}
		})
	}
}
