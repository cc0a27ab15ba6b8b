package vex

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	cyclonedx "github.com/CycloneDX/cyclonedx-go"
	"github.com/google/go-cmp/cmp"
	openvex "github.com/openvex/go-vex/pkg/vex"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/org/imgscan-action/internal/exceptions"
	"github.com/org/imgscan-action/internal/finding"
)

var update = flag.Bool("update", false, "write the golden files")

var (
	testNow   = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	testImage = finding.Image{
		Ref:         "ghcr.io/acme/api:1.4",
		Name:        "ghcr.io/acme/api",
		Names:       []string{"api"},
		Source:      "registry",
		Digest:      "sha256:4b4c1f0d6f0a3d6c6f0c0c9f8f6f5c1e2d3c4b5a69788796a5b4c3d2e1f00112",
		IndexDigest: "sha256:1111111111111111111111111111111111111111111111111111111111111111",
		ID:          "sha256:2222222222222222222222222222222222222222222222222222222222222222",
		Platform:    "linux/amd64",
	}
	testOptions = WriteOptions{Author: "Acme Security", Role: "Vendor", Tool: "imgscan 1.2.0", Now: testNow}
)

// formats are the two writers, with the judge of each.
var formats = map[string]struct {
	write func([]*exceptions.File, finding.Image, WriteOptions) ([]byte, []string, error)
	judge func(*testing.T, []byte)
}{
	"openvex":   {WriteOpenVEX, judgeOpenVEX},
	"cyclonedx": {WriteCycloneDX, judgeCycloneDX},
}

func TestWrite(t *testing.T) {
	t.Parallel()
	files := testFiles(t)
	local := testImage
	local.Source, local.Name, local.Ref = "docker archive", "ghcr.io/acme/api", "api.tar"
	local.Digest, local.IndexDigest = "", ""
	layout := testImage
	layout.Source, layout.IndexDigest = "oci layout", ""
	for name, img := range map[string]finding.Image{"registry": testImage, "archive": local, "layout": layout, "no-image": {}} {
		for format, f := range formats {
			t.Run(format+"/"+name, func(t *testing.T) {
				t.Parallel()
				got, unsaid, err := f.write(files, img, testOptions)
				if err != nil {
					t.Fatal(err)
				}
				f.judge(t, got)
				golden(t, name+"."+format+".json", got)
				golden(t, name+".unsaid.txt", []byte(strings.Join(unsaid, "\n")+"\n"))

				again, _, err := f.write([]*exceptions.File{files[1], files[0]}, img, testOptions)
				if err != nil {
					t.Fatal(err)
				}
				if !bytes.Equal(got, again) {
					t.Error("the order of the files matters")
				}
			})
		}
	}
}

func TestWriteNothing(t *testing.T) {
	t.Parallel()
	for format, f := range formats {
		t.Run(format, func(t *testing.T) {
			t.Parallel()
			got, unsaid, err := f.write(nil, testImage, WriteOptions{Now: testNow})
			if err != nil || len(unsaid) > 0 {
				t.Fatal(unsaid, err)
			}
			f.judge(t, got)
			if claims, err := Read("nothing.json", got); err != nil || len(claims) > 0 {
				t.Errorf("Read = %v, %v", claims, err)
			}
		})
	}
}

// TestWriteSays holds what documents say about certain packages of certain images
// to go-vex's own matching, which is what other programs use.
func TestWriteSays(t *testing.T) {
	t.Parallel()
	src, _, err := WriteOpenVEX(testFiles(t), testImage, testOptions)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := openvex.Parse(src)
	if err != nil {
		t.Fatal(err)
	}
	const (
		trivy      = "pkg:oci/api@sha256%3A4b4c1f0d6f0a3d6c6f0c0c9f8f6f5c1e2d3c4b5a69788796a5b4c3d2e1f00112?arch=amd64&repository_url=ghcr.io%2Facme%2Fapi"
		trivyIndex = "pkg:oci/api@sha256%3A1111111111111111111111111111111111111111111111111111111111111111?arch=amd64&repository_url=ghcr.io%2Facme%2Fapi"
		grype      = "pkg:oci/api@sha256%3A4b4c1f0d6f0a3d6c6f0c0c9f8f6f5c1e2d3c4b5a69788796a5b4c3d2e1f00112?repository_url=ghcr.io%2Facme"
		bare       = "4b4c1f0d6f0a3d6c6f0c0c9f8f6f5c1e2d3c4b5a69788796a5b4c3d2e1f00112"
		other      = "pkg:oci/api@sha256%3A3333333333333333333333333333333333333333333333333333333333333333?arch=amd64&repository_url=ghcr.io%2Facme%2Fapi"
		libdb      = "pkg:deb/debian/libdb5.3@5.3.28?arch=amd64&distro=debian-12.7"
		openssl    = "pkg:deb/debian/openssl@3.0.14-1~deb12u2?arch=amd64&distro=debian-12.7&epoch=1"
		zlib       = "pkg:deb/debian/zlib1g@1.2.13?arch=amd64&distro=debian-12.7"
	)
	tests := []struct {
		name, product, part, vulnerability string
		want                               openvex.Status // empty when nothing is said
	}{
		{"a package of any image", zlib, "", "CVE-2023-45853", openvex.StatusNotAffected},
		{"Trivy's name of the image", trivy, libdb, "CVE-2019-8457", openvex.StatusNotAffected},
		{"Trivy's name with the index", trivyIndex, libdb, "CVE-2019-8457", openvex.StatusNotAffected},
		{"Grype's name of the image", grype, libdb, "CVE-2019-8457", openvex.StatusNotAffected},
		{"the digest alone", bare, libdb, "CVE-2019-8457", openvex.StatusNotAffected},
		{"another image", other, libdb, "CVE-2019-8457", ""},
		{"another package", trivy, zlib, "CVE-2019-8457", ""},
		{"a version with an epoch", trivy, openssl, "CVE-2024-0001", openvex.StatusFixed},
		{"the version without its epoch", trivy, strings.TrimSuffix(openssl, "&epoch=1"), "CVE-2024-0001", ""},
		{"an alias", trivy, "pkg:golang/golang.org/x/net@v0.10.0", "GHSA-qppj-fm5r-hxr3", openvex.StatusAffected},
		{"a digest is not its index", trivyIndex, libdb, "CVE-2024-6119", ""},
		{"what has expired", trivy, libdb, "CVE-2024-0007", openvex.StatusUnderInvestigation},
		{"what nobody approved", trivy, libdb, "CVE-2024-0008", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var parts []string
			if tt.part != "" {
				parts = []string{tt.part}
			}
			said := doc.Matches(tt.vulnerability, tt.product, parts)
			var got openvex.Status
			if len(said) > 0 {
				got = said[len(said)-1].Status
			}
			if got != tt.want {
				t.Errorf("said %q, want %q", got, tt.want)
			}
		})
	}
}

func TestPackageURLs(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		pkg  exceptions.Package
		want []string // nil when it cannot be said
	}{
		{"any version", exceptions.Package{PURL: "pkg:npm/lodash"}, []string{"pkg:npm/lodash"}},
		{"versions", exceptions.Package{PURL: "pkg:npm/lodash", Versions: []string{"1.0.0", "1.1.0"}}, []string{"pkg:npm/lodash@1.0.0", "pkg:npm/lodash@1.1.0"}},
		{"one version twice", exceptions.Package{PURL: "pkg:npm/lodash@1.0.0", Versions: []string{"1.0.0"}}, []string{"pkg:npm/lodash@1.0.0"}},
		{"two versions at once", exceptions.Package{PURL: "pkg:npm/lodash@1.0.0", Versions: []string{"2.0.0"}}, nil},
		{"a glob of versions", exceptions.Package{PURL: "pkg:npm/lodash", Versions: []string{"1.*"}}, nil},
		{"an epoch", exceptions.Package{PURL: "pkg:rpm/redhat/bind", Versions: []string{"32:9.11-1.el8"}}, []string{"pkg:rpm/redhat/bind@9.11-1.el8?epoch=32"}},
		{"its own name and type", exceptions.Package{PURL: "pkg:golang/golang.org/x/net", Name: "golang.org/x/net", Type: "golang"}, []string{"pkg:golang/golang.org/x/net"}},
		{"another name", exceptions.Package{PURL: "pkg:npm/lodash", Name: "underscore"}, nil},
		{"another type", exceptions.Package{PURL: "pkg:npm/lodash", Type: "deb"}, nil},
		{"a name alone", exceptions.Package{Name: "lodash"}, nil},
		{"a source package", exceptions.Package{PURL: "pkg:deb/debian/libssl3", Source: "openssl"}, nil},
		{"paths", exceptions.Package{PURL: "pkg:npm/lodash", Paths: []string{"/app/**"}}, nil},
		{"no package URL", exceptions.Package{PURL: "lodash"}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, why := packageURLs(tt.pkg)
			if diff := cmp.Diff(tt.want, got); diff != "" || (why == "") != (tt.want != nil) {
				t.Errorf("why %q, difference:\n%s", why, diff)
			}
		})
	}
}

// testFiles are the entries of testdata/exceptions.yaml in two files.
func testFiles(t *testing.T) []*exceptions.File {
	t.Helper()
	src, err := os.ReadFile("testdata/exceptions.yaml")
	if err != nil {
		t.Fatal(err)
	}
	f, err := exceptions.Parse("exceptions.yaml", src)
	if err != nil {
		t.Fatal(err)
	}
	half := len(f.Entries) / 2
	return []*exceptions.File{{Name: "a.yaml", Entries: f.Entries[:half]}, {Name: "b.yaml", Entries: f.Entries[half:]}}
}

// judgeOpenVEX lets go-vex read and validate a document.
func judgeOpenVEX(t *testing.T, src []byte) {
	t.Helper()
	doc, err := openvex.Parse(src)
	if err != nil {
		t.Fatal(err)
	}
	if doc.Context != openvex.ContextLocator() || doc.Timestamp == nil || doc.Author == "" {
		t.Errorf("head of the document: %+v", doc.Metadata)
	}
	for _, s := range doc.Statements {
		if err := s.Validate(); err != nil {
			t.Errorf("%s: %v", s.Vulnerability.Name, err)
		}
		if s.Timestamp == nil || len(s.Products) == 0 {
			t.Errorf("%s: no time or no product", s.Vulnerability.Name)
		}
	}
	id := doc.ID
	doc.ID = ""
	if canonical, err := doc.GenerateCanonicalID(); err != nil || canonical != id {
		t.Errorf("@id is %q, and go-vex makes %q, %v", id, canonical, err)
	}
}

// judgeCycloneDX validates a document against CycloneDX's own schema, lets its
// library read it, and looks up every reference.
func judgeCycloneDX(t *testing.T, src []byte) {
	t.Helper()
	instance, err := jsonschema.UnmarshalJSON(bytes.NewReader(src))
	if err != nil {
		t.Fatal(err)
	}
	if err := cycloneDXSchema(t).Validate(instance); err != nil {
		t.Errorf("%v", err)
	}
	var bom cyclonedx.BOM
	if err := cyclonedx.NewBOMDecoder(bytes.NewReader(src), cyclonedx.BOMFileFormatJSON).Decode(&bom); err != nil {
		t.Fatal(err)
	}
	refs := make(map[string]bool)
	var collect func(*[]cyclonedx.Component)
	collect = func(components *[]cyclonedx.Component) {
		if components == nil {
			return
		}
		for _, c := range *components {
			if refs[c.BOMRef] {
				t.Errorf("two components are %q", c.BOMRef)
			}
			refs[c.BOMRef] = true
			collect(c.Components)
		}
	}
	collect(bom.Components)
	for _, v := range *bom.Vulnerabilities {
		for _, a := range *v.Affects {
			if !refs[a.Ref] {
				t.Errorf("%s is about %q, which is no component", v.ID, a.Ref)
			}
		}
	}
}

// cycloneDXSchema is the schema that comes with CycloneDX's library.
func cycloneDXSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	dir, err := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Dir}}", "github.com/CycloneDX/cyclonedx-go").Output()
	if err != nil {
		t.Fatal(err)
	}
	folder := filepath.Join(strings.TrimSpace(string(dir)), "schema")
	compiler := jsonschema.NewCompiler()
	for url, file := range map[string]string{
		"http://cyclonedx.org/schema/spdx.schema.json":     "spdx.schema.json",
		"http://cyclonedx.org/schema/jsf-0.82.schema.json": "jsf-0.82.schemax.json",
	} {
		src, err := os.ReadFile(filepath.Join(folder, file))
		if err != nil {
			t.Fatal(err)
		}
		var doc any
		if err := json.Unmarshal(src, &doc); err != nil {
			t.Fatal(err)
		}
		if err := compiler.AddResource(url, doc); err != nil {
			t.Fatal(err)
		}
	}
	schema, err := compiler.Compile(filepath.Join(folder, "bom-1.6.schema.json"))
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s differs (-want +got); run with -update if it should:\n%s", path, diff)
	}
}
