package foreign

import (
	"slices"
	"testing"

	"github.com/org/imgscan-action/internal/exceptions"
)

func FuzzImportTrivyignore(f *testing.F) { fuzz(f, ".trivyignore", "trivyignore.txt") }

func FuzzImportTrivyYAML(f *testing.F) { fuzz(f, ".trivyignore.yaml", "trivyignore.yaml") }

func FuzzImportGrype(f *testing.F) { fuzz(f, ".grype.yaml", "grype.yaml") }

func FuzzImportSnyk(f *testing.F) { fuzz(f, ".snyk", "snyk.yaml") }

func FuzzImportOSV(f *testing.F) { fuzz(f, "osv-scanner.toml", "osv-scanner.toml") }

// FuzzImportAlerts imports anything that is a list: an entry is always about certain
// images and packages.
func FuzzImportAlerts(f *testing.F) {
	f.Add(read(f, "codescanning.json"))
	f.Add([]byte(dismissed("CVE-2020-1-node-pkg-@a/b", "imgscan/localhost-5000/api/linux/arm/v7/app/", "api/%40a/b/package.json", 1)))
	f.Add([]byte(dismissed("GHSA-67hx-6x53-jw92-debian-a-debian-b", "imgscan/api/linux/amd64/base", "Dockerfile", 1)))
	f.Fuzz(func(t *testing.T, src []byte) {
		entries, _, err := Import("alerts.json", src, ImportOptions{Now: now, OwnDismissal: own})
		if err != nil || !alertList.Match(src) {
			return
		}
		if _, err := exceptions.Marshal(entries); err != nil {
			t.Error(err)
		}
		inert(t, entries)
		for _, e := range entries {
			anyImage := slices.ContainsFunc(e.Images, func(image string) bool { return !isLiteral(image) })
			if anyImage || len(e.Images) == 0 || len(e.Packages) != 1 || e.Packages[0].PURL+e.Packages[0].Name == "" {
				t.Errorf("the scope is %s", describe(e))
			}
		}
	})
}

// FuzzImport is about files that are told by their content.
func FuzzImport(f *testing.F) {
	fuzz(f, "ignored", "trivyignore.txt", "trivyignore.yaml", "grype.yaml", "snyk.yaml", "osv-scanner.toml", "codescanning.json")
}

// fuzz imports anything: what comes out is a file of exceptions that no one has
// signed.
func fuzz(f *testing.F, name string, seeds ...string) {
	for _, seed := range seeds {
		f.Add(read(f, seed))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		entries, _, err := Import(name, src, ImportOptions{Now: now})
		if err != nil {
			return
		}
		if _, err := exceptions.Marshal(entries); err != nil {
			t.Error(err)
		}
		inert(t, entries)
	})
}
