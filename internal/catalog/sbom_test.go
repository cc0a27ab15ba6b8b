package catalog

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/org/imgscan-action/internal/finding"
)

const trivySBOMs = "pkg/fanal/analyzer/sbom/testdata/"

// billSays is what is in an SBOM at path, one line for each package.
func billSays(t testing.TB, path string, content []byte) []string {
	t.Helper()
	said, err := analyze(t.Context(), billOfMaterials{}, languageFile(path, content))
	if err != nil {
		return []string{"error: " + detail(err)}
	}
	if said == nil {
		return nil
	}
	var lines []string
	for _, p := range said.Packages {
		lines = append(lines, fmt.Sprintf("%s %s %s src %s %s in %q needs %v %v %s", p.Type, p.Name, p.FullVersion(), p.SrcName, p.FullSrcVersion(), p.Path, p.DependsOn, p.Licenses, p.PURL))
	}
	return lines
}

// The answers are those of Trivy's own test of these files.
func TestBillOfMaterials(t *testing.T) {
	t.Parallel()
	const apm = "jar co.elastic.apm:%s 1.36.0 src   in %q needs [] [] pkg:maven/co.elastic.apm/%[1]s@1.36.0"
	const agent = "opt/bitnami/elasticsearch/modules/apm/elastic-apm-agent-1.36.0.jar"
	tests := []struct {
		file, path string
		want       []string
	}{
		{"elasticsearch.spdx.json", "opt/bitnami/elasticsearch/.spdx-elasticsearch.spdx", []string{
			`bitnami elasticsearch 8.9.1 src   in "opt/bitnami/elasticsearch" needs [] [Elastic-2.0] pkg:bitnami/elasticsearch@8.9.1?arch=arm64`,
			fmt.Sprintf(apm, "apm-agent-cached-lookup-key", "opt/bitnami/elasticsearch"),
			fmt.Sprintf(apm, "apm-agent-common", "opt/bitnami/elasticsearch"),
			fmt.Sprintf(apm, "apm-agent-core", "opt/bitnami/elasticsearch"),
			fmt.Sprintf(apm, "apm-agent", "opt/bitnami/elasticsearch"),
		}},
		{"cdx.json", "opt/bitnami/elasticsearch/.spdx-elasticsearch.cdx", []string{
			fmt.Sprintf(apm, "apm-agent-cached-lookup-key", agent),
			fmt.Sprintf(apm, "apm-agent", agent),
		}},
		{"cdx.json", "srv/app.cdx.json", []string{
			fmt.Sprintf(apm, "apm-agent-cached-lookup-key", "modules/apm/elastic-apm-agent-1.36.0.jar"),
			fmt.Sprintf(apm, "apm-agent", "modules/apm/elastic-apm-agent-1.36.0.jar"),
		}},
		{"sbom-without-app-component.spdx.json", "layers/sbom.spdx.json", []string{
			`gobinary github.com/buildpacks/lifecycle v0.20.2 src   in "" needs [] [NOASSERTION] pkg:golang/github.com/buildpacks/lifecycle@v0.20.2`,
			fmt.Sprintf(apm, "apm-agent", ""),
		}},
		{"postgresql.spdx.json", "opt/bitnami/postgresql/.spdx-postgresql.spdx", []string{
			`bitnami gdal 3.7.1 src   in "opt/bitnami/postgresql" needs [] [MIT] pkg:bitnami/gdal@3.7.1`,
			`bitnami geos 3.8.3 src   in "opt/bitnami/postgresql" needs [] [LGPL-2.1-only] pkg:bitnami/geos@3.8.3`,
			`bitnami postgresql 15.3.0 src   in "opt/bitnami/postgresql" needs [gdal@3.7.1 geos@3.8.3 proj@6.3.2] [PostgreSQL] pkg:bitnami/postgresql@15.3.0`,
			`bitnami proj 6.3.2 src   in "opt/bitnami/postgresql" needs [] [MIT] pkg:bitnami/proj@6.3.2`,
		}},
		{"ca-certificates.spdx.json", "opt/bitnami/ca-certificates/.spdx-ca-certificates.spdx", []string{
			`dpkg ca-certificates 20230311 src ca-certificates 20230311 in "" needs [] [GPL-2.0-or-later AND GPL-2.0-only AND MPL-2.0] pkg:deb/debian/ca-certificates@20230311?arch=all&distro=debian-12.9`,
		}},
		{"invalid_spdx.json", "a.spdx", nil},
	}
	for _, tt := range tests {
		if diff := cmp.Diff(tt.want, billSays(t, tt.path, trivyContent(t, trivySBOMs+tt.file))); diff != "" {
			t.Errorf("%s as %s (-want +got):\n%s", tt.file, tt.path, diff)
		}
	}
}

// spdxOf is an SPDX document that lists packages by their PURLs.
func spdxOf(t testing.TB, purls ...string) string {
	t.Helper()
	type object = map[string]any
	var packages []object
	for i, purl := range purls {
		name, version, _ := strings.Cut(purl[strings.LastIndexByte(purl, '/')+1:], "@")
		packages = append(packages, object{
			"SPDXID": fmt.Sprint("SPDXRef-Package-", i), "name": name, "versionInfo": version, "downloadLocation": "NONE",
			"externalRefs": []object{{"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator": purl}},
		})
	}
	content, err := json.Marshal(object{
		"spdxVersion": "SPDX-2.3", "SPDXID": spdxDocument, "dataLicense": "CC0-1.0", "name": "x", "documentNamespace": "https://example.org/x",
		"creationInfo": object{"created": "2024-01-01T00:00:00Z", "creators": []string{"Tool: x"}}, "packages": packages,
	})
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

func TestBillFormats(t *testing.T) {
	t.Parallel()
	const (
		cyclonedx = `{"bomFormat":"CycloneDX","specVersion":"1.5","components":[{"type":"library","name":"a","version":"1","purl":"pkg:npm/a@1"}]}`
		tagValue  = "SPDXVersion: SPDX-2.3\nDataLicense: CC0-1.0\nSPDXID: SPDXRef-DOCUMENT\nDocumentName: x\nDocumentNamespace: https://example.org/x\n" +
			"Creator: Tool: x\nCreated: 2024-01-01T00:00:00Z\n\nPackageName: a\nSPDXID: SPDXRef-Package-a\nPackageVersion: 1\n" +
			"PackageDownloadLocation: NONE\nExternalRef: PACKAGE-MANAGER purl pkg:npm/a@1\n"
	)
	spdx := spdxOf(t, "pkg:npm/a@1")
	attested := func(kind, predicate string) string {
		payload := base64.StdEncoding.EncodeToString([]byte(`{"predicateType":"` + kind + `","predicate":` + predicate + `}`))
		return `{"payloadType":"application/vnd.in-toto+json","payload":"` + payload + `","signatures":[]}`
	}
	const bundle = `{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json","dsseEnvelope":%s}`

	a := []string{`node-pkg a 1 src   in "" needs [] [] pkg:npm/a@1`}
	tests := []struct {
		name, content string
		want          []string
	}{
		{"CycloneDX", cyclonedx, a},
		{"SPDX", spdx, a},
		{"SPDX as tags and values", tagValue, a},
		{"attested CycloneDX", attested("https://cyclonedx.org/bom", cyclonedx), a},
		{"attested by the first cosign", attested("https://cyclonedx.org/schema", `{"Data":`+cyclonedx+`}`), a},
		{"attested SPDX", attested("https://spdx.dev/Document", spdx), a},
		{"a bundle with CycloneDX", fmt.Sprintf(bundle, attested("https://cyclonedx.org/bom", cyclonedx)), a},
		{"a bundle with SPDX", fmt.Sprintf(bundle, attested("https://spdx.dev/Document", spdx)), a},
		{"something else attested", attested("https://slsa.dev/provenance/v1", `{}`), nil},
		{"with more behind it", cyclonedx + "\nand so on", a},
		{"CycloneDX in XML", `<bom xmlns="http://cyclonedx.org/schema/bom/1.5"/>`, []string{"error: CycloneDX is read in JSON only, not in XML"}},
		{"text", "a licence", nil},
		{"JSON", `{"SPDXID":7}`, nil},
		{"empty", "", nil},
		{"without packages", spdxOf(t), nil},
		{"packages that nobody knows", spdxOf(t, "pkg:generic/a@1"), nil},
		{
			"two distributions", spdxOf(t, "pkg:apk/wolfi/a@1", "pkg:deb/debian/a@1"),
			[]string{"error: reading the SBOM: failed to aggregate packages: multiple types of OS packages in SBOM are not supported"},
		},
		{"no version of SPDX", strings.Replace(spdx, "SPDX-2.3", "SPDX-9", 1), []string{"error: failed to load spdx json: unsupported SDPX version: SPDX-9"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := billSays(t, "a.spdx", []byte(tt.content))
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("packages (-want +got):\n%s", diff)
			}
		})
	}
}

func TestBillWants(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]bool{
		"opt/bitnami/redis/.spdx-redis.spdx": true,
		"var/lib/db/sbom/ca.spdx.json":       true,
		"a.cdx":                              true,
		"a.cdx.json":                         true,
		"a.json":                             false,
		"usr/lib/python3/numpy.dist-info/sboms/auditwheel.cdx.json": false,
	} {
		if got := (billOfMaterials{}).wants(path, 1, 0o644); got != want {
			t.Errorf("%s: %t", path, got)
		}
	}
}

// A file ten times as long as this one would keep Trivy's decoder busy for hours.
func TestBillWithAChain(t *testing.T) {
	t.Parallel()
	const length = 10_000
	var b strings.Builder
	b.WriteString(`{"bomFormat":"CycloneDX","specVersion":"1.5","components":[` +
		`{"type":"application","bom-ref":"0","name":"x","properties":[{"name":"aquasecurity:trivy:Type","value":"npm"}]}`)
	for i := range length {
		fmt.Fprintf(&b, `,{"type":"library","bom-ref":"%d","name":"a","purl":"pkg:npm/a@%[1]d"}`, i+1)
	}
	b.WriteString(`],"dependencies":[{"ref":"-"}`)
	for i := range length {
		fmt.Fprintf(&b, `,{"ref":"%d","dependsOn":["%d"]}`, i, i+1)
	}
	b.WriteString(`]}`)
	want := []string{"error: the dependencies in the SBOM are nested too deep"}
	if diff := cmp.Diff(want, billSays(t, "a.cdx", []byte(b.String()))); diff != "" {
		t.Error(diff)
	}
}

func TestBillsAmongPackages(t *testing.T) {
	wolfi := entry{name: "etc/os-release", content: "ID=wolfi\nVERSION_ID=1\n"}
	installed := entry{name: "lib/apk/db/installed", content: "P:ca\nV:1-r0\no:certificates\n"}
	bill := func(purls ...string) entry { return entry{name: "a.spdx.json", content: spdxOf(t, purls...)} }
	const (
		ca  = "wolfi ca 1-r0 in lib/apk/db/installed by 0"
		npm = "node-pkg a 1 in a.spdx.json by "
	)
	tests := []struct {
		name   string
		layers [][]entry
		want   []string
	}{
		{"the package manager knows best", [][]entry{{wolfi, installed, bill("pkg:apk/wolfi/ca@1-r0")}}, []string{ca}},
		{"what it does not know counts", [][]entry{{wolfi, installed, bill("pkg:apk/wolfi/ca@2-r0")}}, []string{ca, "wolfi ca 2-r0 in a.spdx.json by 0"}},
		{"other distributions do not", [][]entry{{wolfi, installed, bill("pkg:apk/alpine/b@1-r0")}}, []string{ca}},
		{"unless nobody knows which this is", [][]entry{{bill("pkg:apk/alpine/b@1-r0")}}, []string{
			"apk b 1-r0 in a.spdx.json by 0",
			"unknown-os : there is a package database and no release file that says whose it is",
		}},
		{"a file removed", [][]entry{{bill("pkg:npm/a@1")}, {{name: ".wh.a.spdx.json"}}}, nil},
		{"a file replaced", [][]entry{{bill("pkg:npm/a@1", "pkg:npm/b@1")}, {bill("pkg:npm/a@1")}}, []string{npm + "1"}},
		{"a package that is there too", [][]entry{{
			{name: "node_modules/a/package.json", content: `{"name":"a","version":"1"}`},
			{name: "a.cdx.json", content: `{"bomFormat":"CycloneDX","specVersion":"1.5","components":[{"type":"library","name":"a","version":"1","purl":"pkg:npm/a@1",` +
				`"properties":[{"name":"aquasecurity:trivy:FilePath","value":"node_modules/a/package.json"}]}]}`},
		}}, []string{"node-pkg a 1 in node_modules/a/package.json by 0"}},
		{"an archive that is listed is not opened", [][]entry{{
			{name: "lib/x.jar", content: string(zipOf(t, pomProperties("shaded")))},
			{name: "a.cdx.json", content: `{"bomFormat":"CycloneDX","specVersion":"1.5","components":[{"type":"library","name":"a","group":"g","version":"1","purl":"pkg:maven/g/a@1",` +
				`"properties":[{"name":"aquasecurity:trivy:FilePath","value":"lib/x.jar"}]}]}`},
		}}, []string{"jar g:a 1 in lib/x.jar by 0"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var layers []Layer
			for i, entries := range tt.layers {
				layers = append(layers, layer(t, fmt.Sprint(i), entries...))
			}
			if diff := cmp.Diff(tt.want, summary(read(t, layers...))); diff != "" {
				t.Errorf("inventory (-want +got):\n%s", diff)
			}
		})
	}
}

func FuzzBillOfMaterials(f *testing.F) {
	for _, seed := range []string{"cdx.json", "elasticsearch.spdx.json", "ca-certificates.spdx.json"} {
		f.Add(trivyContent(f, trivySBOMs+seed))
	}
	f.Add([]byte("SPDXVersion: SPDX-2.3\nPackageName: a\nSPDXID: SPDXRef-Package-a\nExternalRef: PACKAGE-MANAGER purl pkg:npm/a@1\n"))
	f.Add([]byte(`{"payloadType":"application/vnd.in-toto+json","payload":"eyJwcmVkaWNhdGVUeXBlIjoiaHR0cHM6Ly9zcGR4LmRldi9Eb2N1bWVudCJ9"}`))
	f.Fuzz(func(t *testing.T, content []byte) {
		said, err := analyze(t.Context(), billOfMaterials{}, languageFile("opt/bitnami/a/.spdx-a.spdx", content))
		if said == nil {
			return
		}
		if err != nil {
			t.Errorf("facts and an error: %v", err)
		}
		for _, p := range said.Packages {
			if p.Type == "" || p.PURL == "" || strings.HasPrefix(p.Path, "/") || slices.Contains(strings.Split(p.Path, "/"), "..") {
				t.Errorf("incomplete package %+v", p)
			}
			if p.Class != finding.ClassOS && p.Class != finding.ClassLanguage {
				t.Errorf("class %q", p.Class)
			}
		}
	})
}
