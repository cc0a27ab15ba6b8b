package gate_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/org/imgscan-action/internal/finding"
	"github.com/org/imgscan-action/internal/gate"
	"github.com/org/imgscan-action/internal/image"
	"github.com/org/imgscan-action/internal/imagetest"
	"github.com/org/imgscan-action/internal/lineage"
	"github.com/org/imgscan-action/internal/vulndb"
)

var now = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// The advisories of these tests, by package: what is fixed in which version.
var advisories = []struct{ id, ecosystem, name, fixed string }{
	{"CVE-2099-0001", "Debian:12", "curl", "2.0-1"},
	{"CVE-2099-0002", "Debian:12", "curl", "3.0-1"},
	{"CVE-2099-0003", "Debian:12", "acme-old", "9.0-1"},
	{"CVE-2099-0004", "PyPI", "requests", "2.1"},
	{"CVE-2099-0005", "PyPI", "requests", "3.0"},
	{"CVE-2099-0006", "Debian:12", "bash", "9.0-1"},
}

// opensDatabase makes a database of the advisories and returns what opens it.
func opensDatabase(t *testing.T) func(context.Context) (*vulndb.DB, error) {
	t.Helper()
	osv, out := t.TempDir(), filepath.Join(t.TempDir(), "db")
	for _, a := range advisories {
		record := fmt.Sprintf(`{"schema_version": "1.7.3", "id": %q, "modified": "2026-01-01T00:00:00Z", "affected": [{
			"package": {"ecosystem": %q, "name": %q},
			"ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": %q}]}]}]}`, a.id, a.ecosystem, a.name, a.fixed)
		if err := os.WriteFile(filepath.Join(osv, a.id+".json"), []byte(record), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := vulndb.Build(t.Context(), vulndb.BuildOptions{OSV: []string{osv}, Out: out, Now: now}); err != nil {
		t.Fatal(err)
	}
	return func(ctx context.Context) (*vulndb.DB, error) {
		return vulndb.Open(ctx, vulndb.Options{Source: out, Now: now})
	}
}

// The image of these tests stands on two layers: a Debian, and a base on it that
// brings a Python package. Its own layer upgrades curl and requests to versions
// that still have a vulnerability, and removes acme-old.
const (
	system = `
-- system/etc/os-release --
ID=debian
VERSION_ID="12"
-- system/etc/debian_version --
12.5
`
	libraries = `
-- libraries/srv/requests-2.0.dist-info/METADATA --
Metadata-Version: 2.1
Name: requests
Version: 2.0

`
	own = `
-- own/srv/.wh.requests-2.0.dist-info --
-- own/srv/requests-2.1.dist-info/METADATA --
Metadata-Version: 2.1
Name: requests
Version: 2.1

`
)

// status is a dpkg database in a layer, of packages written "curl=1.0-1".
func status(layer string, packages ...string) string {
	text := "-- " + layer + "/var/lib/dpkg/status --\n"
	for _, p := range packages {
		name, version, _ := strings.Cut(p, "=")
		text += fmt.Sprintf("Package: %s\nStatus: install ok installed\nArchitecture: amd64\nVersion: %s\n\n", name, version)
	}
	return text
}

func baseText() string {
	return system + status("system", "acme-old=1.0-1", "bash=5.2-1", "curl=1.0-1") + libraries
}

func imageText() string {
	return baseText() + own + status("own", "bash=5.2-1", "curl=2.0-1")
}

// opens is what opens the image that a text describes.
func opens(t *testing.T, text string) func(context.Context) (*image.Image, error) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "image.tar")
	if err := imagetest.WriteDockerArchive(file, imagetest.Modern, imagetest.Tagged{Ref: "acme/app:1", Image: imagetest.Must(t, text)}); err != nil {
		t.Fatal(err)
	}
	return func(ctx context.Context) (*image.Image, error) { return image.Open(ctx, file, image.Options{}) }
}

// tells is a lineage that is always the same.
func tells(r *lineage.Result) func(context.Context, *image.Image) (*lineage.Result, error) {
	return func(context.Context, *image.Image) (*lineage.Result, error) { return r, nil }
}

var fromLine = finding.Line{File: "Dockerfile", Start: 1, End: 1}

// layered is the true lineage of the image.
func layered() *lineage.Result {
	from := finding.Instruction{Kind: "FROM", Line: fromLine}
	return &lineage.Result{
		Lineage: finding.Lineage{Bases: []finding.Base{
			{Ref: "acme/base:1", Layers: 2, Confidence: finding.Proven, From: fromLine},
			{Ref: "debian:12", Layers: 1, Confidence: finding.Inferred},
		}},
		Layers: []lineage.Layer{
			{Base: 2, Instruction: from},
			{Base: 1, Instruction: from},
			{Instruction: finding.Instruction{Kind: "RUN", Line: finding.Line{File: "Dockerfile", Start: 2, End: 2}}},
		},
	}
}

// flattened is the lineage of the image in a single layer.
func flattened() *lineage.Result {
	return &lineage.Result{
		Lineage: finding.Lineage{
			Squashed: true,
			Bases:    []finding.Base{{Ref: "acme/base:1", Confidence: finding.Declared, From: fromLine}},
		},
		Layers: make([]lineage.Layer, 1),
	}
}

// flat is such an image: one layer, with requests in another place.
func flat() string {
	return system + status("system", "bash=5.2-1", "curl=2.0-1") + strings.ReplaceAll(own, "own/srv", "system/opt")
}

// scan runs the gate and wants no error.
func scan(t *testing.T, g gate.Gate) *finding.Report {
	t.Helper()
	g.Now = now
	rep, err := g.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return rep
}

// origins are findings with who brought them, a line each, sorted.
func origins(all []finding.Finding) []string {
	var lines []string
	for _, f := range all {
		line := fmt.Sprintf("%s %s %s: %s", f.ID, f.Package.Name, f.Package.FullVersion(), f.Origin.Kind)
		if f.Origin.Base > 0 {
			line += fmt.Sprintf(" base %d, %s", f.Origin.Base, f.Origin.Confidence)
		}
		if f.Origin.Estimate {
			line += ", estimate"
		}
		if f.Origin.Line.Start > 0 {
			line += fmt.Sprintf(", line %d", f.Origin.Line.Start)
		}
		lines = append(lines, line)
	}
	slices.Sort(lines)
	return lines
}
