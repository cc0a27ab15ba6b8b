package vex

import (
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"

	"github.com/org/imgscan-action/internal/exceptions"
	"github.com/org/imgscan-action/internal/finding"
	"github.com/org/imgscan-action/internal/imagetest"
	"github.com/org/imgscan-action/internal/triage"
)

// trivyExceptions are decisions about the image that TestTrivy scans, of every kind
// that other programs act on and of those that they do not.
const trivyExceptions = `version: 1
exceptions:
  - {id: EX-package, vulnerabilities: [CVE-2021-36159], images: ["*"], packages: [{purl: pkg:apk/alpine/apk-tools}],
     decision: false_positive, reason: A package of any image., approved_by: [a], approved_on: 2026-11-01, expires: 2027-01-01}
  - {id: EX-version, vulnerabilities: [CVE-2020-28928], images: ["*"], packages: [{purl: pkg:apk/alpine/musl, versions: [1.1.22-r3]}],
     decision: false_positive, cause: fixed_by_backport, reason: Only this version of musl., approved_by: [a], approved_on: 2026-11-01, expires: 2027-01-01}
  - {id: EX-other-version, vulnerabilities: [CVE-2020-28928], images: ["*"], packages: [{purl: pkg:apk/alpine/musl-utils@1.1.22-r4}],
     decision: false_positive, reason: Another version of musl-utils., approved_by: [a], approved_on: 2026-11-01, expires: 2027-01-01}
  - {id: EX-image, vulnerabilities: [CVE-2020-1967, CVE-2021-23840], images: ["**/acme/api"], packages: [{purl: pkg:apk/alpine/libssl1.1}],
     decision: not_in_execute_path, reason: A package of this image only., approved_by: [a], approved_on: 2026-11-01, expires: 2027-01-01}
  - {id: EX-whole, vulnerabilities: [CVE-2021-3450], images: ["**/acme/api"],
     decision: not_exploitable, reason: Every package of this image., approved_by: [a], approved_on: 2026-11-01, expires: 2027-01-01}
  - {id: EX-inline, vulnerabilities: [CVE-2021-28831], images: ["**/acme/api:1"], packages: [{purl: pkg:apk/alpine/busybox}, {purl: pkg:apk/alpine/ssl_client}],
     decision: mitigated, cause: inline, reason: Two packages of one tag., approved_by: [a], approved_on: 2026-11-01, expires: 2027-01-01}
  - {id: EX-other-image, vulnerabilities: [CVE-2020-1971], images: [ghcr.io/acme/other],
     decision: false_positive, reason: An image that this is not., approved_by: [a], approved_on: 2026-11-01, expires: 2027-01-01}
  - {id: EX-expired, vulnerabilities: [CVE-2021-23841], images: ["*"], packages: [{purl: pkg:apk/alpine/libssl1.1}],
     decision: false_positive, reason: It held until a while ago., approved_by: [a], approved_on: 2026-10-01, expires: 2026-11-01}
  - {id: EX-unsigned, vulnerabilities: [CVE-2021-3449], images: ["*"], packages: [{purl: pkg:apk/alpine/libssl1.1}],
     decision: false_positive, reason: Nobody has approved it., approved_by: [], approved_on: 2026-10-01, expires: 2027-01-01}
  - {id: EX-accepted, vulnerabilities: [CVE-2021-23839], images: ["*"], packages: [{purl: pkg:apk/alpine/libssl1.1}],
     decision: risk_accepted, reason: Accepted is still affected., approved_by: [a], approved_on: 2026-11-01, expires: 2027-01-01}
`

// TestTrivy lets Trivy's own command read what WriteOpenVEX writes, and compares
// what it leaves out with what package triage suppresses. It needs TRIVY, the
// command, and TRIVY_DB, a folder with trivy.db and metadata.json; .ci/vex has both.
func TestTrivy(t *testing.T) {
	command, database := os.Getenv("TRIVY"), os.Getenv("TRIVY_DB")
	if command == "" || database == "" {
		t.Skip("TRIVY and TRIVY_DB are not set; .ci/vex sets them")
	}
	file, err := exceptions.Parse("exceptions.yaml", []byte(trivyExceptions))
	if err != nil {
		t.Fatal(err)
	}
	files := []*exceptions.File{file}
	archive := imagetest.ModuleFile(t, "github.com/aquasecurity/trivy", "pkg/fanal/test/testdata/alpine-310.tar.gz")
	image, err := tarball.Image(gunzipped(archive), nil)
	if err != nil {
		t.Fatal(err)
	}
	id, err := image.ConfigName()
	if err != nil {
		t.Fatal(err)
	}
	registry := imagetest.NewRegistry(t)
	index := mutate.AppendManifests(empty.Index, mutate.IndexAddendum{
		Add:        image,
		Descriptor: v1.Descriptor{Platform: &v1.Platform{OS: "linux", Architecture: "amd64"}},
	})
	push := func(repository string, image mutate.Appendable) string {
		ref, err := registry.Push(t.Context(), repository+":1", image)
		if err != nil {
			t.Fatal(err)
		}
		_, digest, _ := strings.Cut(ref, "@")
		return digest
	}
	digest, indexDigest := push("acme/api", image), push("platforms/acme/api", index)
	single, multi := registry.Host+"/acme/api", registry.Host+"/platforms/acme/api"

	tests := []struct {
		name  string
		img   finding.Image
		args  []string
		least int // how many findings are suppressed, so that the test sees something
	}{
		{
			"from a registry",
			finding.Image{Ref: single + ":1", Name: single, Source: "registry", Digest: digest, ID: id.String(), Platform: "linux/amd64"},
			[]string{"--insecure", single + ":1"},
			8,
		},
		{
			// Trivy calls an image by the digest of its index.
			"from an index",
			finding.Image{Ref: multi + ":1", Name: multi, Source: "registry", Digest: digest, IndexDigest: indexDigest, ID: id.String(), Platform: "linux/amd64"},
			[]string{"--insecure", "--platform", "linux/amd64", multi + ":1"},
			8,
		},
		{
			// An image that was never pushed has no package URL.
			"from an archive",
			finding.Image{Ref: archive, Name: "alpine-310", Source: "docker archive", ID: id.String(), Platform: "linux/amd64"},
			[]string{"--input", archive},
			2,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			trivy := trivyScanner{command: command, cache: t.TempDir()}
			if err := os.CopyFS(filepath.Join(trivy.cache, "db"), os.DirFS(database)); err != nil {
				t.Fatal(err)
			}
			doc, _, err := WriteOpenVEX(files, tt.img, testOptions)
			if err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(t.TempDir(), "openvex.json")
			if err := os.WriteFile(path, doc, 0o644); err != nil {
				t.Fatal(err)
			}

			all := trivy.scan(t, tt.args...)
			left := keys(trivy.scan(t, append(tt.args, "--vex", path)...))
			rep := finding.Report{Now: testNow, Image: tt.img, Findings: all}
			triage.Apply(&rep, files, nil, triage.Options{Now: testNow})
			var counted, suppressed []finding.Finding
			for _, f := range rep.Findings {
				// What is affected and accepted is not what VEX leaves out.
				if f.Disposition.Suppressed && f.Disposition.Decision != finding.RiskAccepted {
					suppressed = append(suppressed, f)
				} else {
					counted = append(counted, f)
				}
			}
			if diff := cmp.Diff(keys(counted), left); diff != "" {
				t.Errorf("-triage +Trivy:\n%s", diff)
			}
			if len(suppressed) < tt.least {
				t.Errorf("%d of %d findings are suppressed, want at least %d", len(suppressed), len(all), tt.least)
			}
			t.Logf("%d findings, %d suppressed by both: %q", len(all), len(suppressed), keys(suppressed))
		})
	}
}

// trivyScanner runs Trivy's command with a cache of its own.
type trivyScanner struct{ command, cache string }

// scan is what Trivy finds in an image.
func (s trivyScanner) scan(t *testing.T, args ...string) []finding.Finding {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, s.command, append([]string{
		"--cache-dir", s.cache, "image", "--format", "json", "--scanners", "vuln", "--image-src", "remote", "--offline-scan", "--quiet",
		"--skip-db-update", "--skip-java-db-update", "--skip-version-check", "--disable-telemetry",
	}, args...)...)
	out, err := cmd.Output()
	if err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			t.Fatalf("%v: %s", err, exit.Stderr)
		}
		t.Fatal(err)
	}
	var report struct {
		Results []struct {
			Type            string
			Vulnerabilities []struct {
				VulnerabilityID, PkgName, InstalledVersion, PkgPath string
				PkgIdentifier                                       struct{ PURL string }
			}
		}
	}
	if err := json.Unmarshal(out, &report); err != nil {
		t.Fatal(err)
	}
	var found []finding.Finding
	for _, r := range report.Results {
		for _, v := range r.Vulnerabilities {
			found = append(found, finding.Finding{
				ID:      v.VulnerabilityID,
				Package: finding.Package{Type: r.Type, Name: v.PkgName, Version: v.InstalledVersion, Path: v.PkgPath, PURL: v.PkgIdentifier.PURL},
			})
		}
	}
	return found
}

// keys are findings as text, sorted.
func keys(findings []finding.Finding) []string {
	var all []string
	for _, f := range findings {
		all = append(all, f.ID+" "+f.Package.PURL)
	}
	slices.Sort(all)
	return all
}

// gunzipped opens a compressed docker archive as an uncompressed one.
func gunzipped(path string) tarball.Opener {
	return func() (io.ReadCloser, error) {
		f, err := os.Open(path)
		if err != nil {
			return nil, err
		}
		z, err := gzip.NewReader(f)
		if err != nil {
			return nil, errors.Join(err, f.Close())
		}
		return struct {
			io.Reader
			io.Closer
		}{z, f}, nil
	}
}
