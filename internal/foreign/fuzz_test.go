package foreign

import (
	"testing"

	"github.com/org/imgscan-action/internal/exceptions"
)

func FuzzImportTrivyignore(f *testing.F) { fuzz(f, ".trivyignore", "trivyignore.txt") }

func FuzzImportTrivyYAML(f *testing.F) { fuzz(f, ".trivyignore.yaml", "trivyignore.yaml") }

func FuzzImportGrype(f *testing.F) { fuzz(f, ".grype.yaml", "grype.yaml") }

func FuzzImportSnyk(f *testing.F) { fuzz(f, ".snyk", "snyk.yaml") }

func FuzzImportOSV(f *testing.F) { fuzz(f, "osv-scanner.toml", "osv-scanner.toml") }

// FuzzImport is about files that are told by their content.
func FuzzImport(f *testing.F) {
	fuzz(f, "ignored", "trivyignore.txt", "trivyignore.yaml", "grype.yaml", "snyk.yaml", "osv-scanner.toml")
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
