package vex

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/org/imgscan-action/internal/finding"
	"github.com/org/imgscan-action/internal/triage"
)

const openVEXDocument = `{
  "@context": "https://openvex.dev/ns/v0.2.0",
  "@id": "https://vendor.example/vex/1",
  "author": "Vendor",
  "role": "ignored",
  "timestamp": "2026-01-02T03:04:05+01:00",
  "version": 3,
  "later": {"versions": ["may add", "fields"]},
  "statements": [
    {
      "vulnerability": {"@id": "https://vendor.example/1", "name": "CVE-2024-0001", "aliases": ["GHSA-aaaa-bbbb-cccc", "CVE-2024-0001"]},
      "products": [
        {"@id": "pkg:oci/app@sha256%3Aaa", "identifiers": {"purl": "pkg:oci/app2", "cpe23": "cpe:2.3:a:x"}, "hashes": {"sha-256": "AB"}, "subcomponents": [{"@id": "pkg:npm/a"}]},
        {"@id": "pkg:oci/other", "subcomponents": [{"@id": "pkg:npm/a"}]},
        {"@id": "pkg:npm/b"},
        {"@id": "pkg:oci/part-without-a-name", "subcomponents": [{"supplier": "x"}]}
      ],
      "status": "not_affected",
      "justification": "vulnerable_code_not_present",
      "impact_statement": "Not built.",
      "status_notes": "a note"
    },
    {"vulnerability": {"name": "CVE-2024-0002"}, "timestamp": "2026-02-01T00:00:00Z", "products": [{"@id": "pkg:npm/b"}], "status": "affected", "action_statement": "Update."}
  ]
}`

func openVEXClaims(name string) []triage.VendorClaim {
	first := triage.VendorClaim{
		Claim: finding.Claim{
			Author: "Vendor", Document: "https://vendor.example/vex/1", Status: "not_affected",
			Justification: "vulnerable_code_not_present", Statement: "Not built.", Timestamp: time.Date(2026, 1, 2, 2, 4, 5, 0, time.UTC),
		},
		Vulnerabilities: []string{"CVE-2024-0001", "GHSA-aaaa-bbbb-cccc", "https://vendor.example/1"},
		Products:        []string{"pkg:oci/app@sha256%3Aaa", "pkg:oci/app2", "sha256:ab", "pkg:oci/other"},
		Subcomponents:   []string{"pkg:npm/a"},
		Notes:           "a note",
		At:              finding.Line{File: name, Start: 10, End: 22},
	}
	second := first
	second.Products, second.Subcomponents = []string{"pkg:npm/b"}, nil
	third := triage.VendorClaim{
		Claim: finding.Claim{
			Author: "Vendor", Document: "https://vendor.example/vex/1", Status: "affected", Statement: "Update.",
			Timestamp: time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC),
		},
		Vulnerabilities: []string{"CVE-2024-0002"},
		Products:        []string{"pkg:npm/b"},
		At:              finding.Line{File: name, Start: 23, End: 23},
	}
	return []triage.VendorClaim{first, second, third}
}

func TestReadOpenVEX(t *testing.T) {
	t.Parallel()
	got, err := Read("vendor.json", []byte(openVEXDocument))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(openVEXClaims("vendor.json"), got); diff != "" {
		t.Error(diff)
	}
}

func TestReadWrapped(t *testing.T) {
	t.Parallel()
	statement := func(kind string) string {
		return fmt.Sprintf(`{"_type": %q, "predicateType": "https://openvex.dev/ns", "subject": [{"name": "app", "digest": {"sha256": "CC"}}], "predicate": %s}`, kind, openVEXDocument)
	}
	envelope := func(encoding *base64.Encoding, content string) string {
		return fmt.Sprintf(`{"payloadType": "application/vnd.in-toto+json", "payload": %q, "signatures": []}`, encoding.EncodeToString([]byte(content)))
	}
	v1 := statement("https://in-toto.io/Statement/v1")
	want := openVEXClaims("")
	for i := range want {
		want[i].At = finding.Line{} // its lines are not those of the file
	}
	for name, src := range map[string]string{
		"in-toto v0.1": statement("https://in-toto.io/Statement/v0.1"),
		"in-toto v1":   v1,
		"envelope":     envelope(base64.StdEncoding, v1),
		"URL alphabet": envelope(base64.URLEncoding, v1+strings.Repeat(" ", 3)),
		"bundle":       `{"mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json", "dsseEnvelope": ` + envelope(base64.StdEncoding, v1) + `}`,
	} {
		t.Run(name, func(t *testing.T) {
			got, err := Read("att.json", []byte(src))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestReadSubject holds that statements of an attestation that name no product are
// about what is attested.
func TestReadSubject(t *testing.T) {
	t.Parallel()
	const bare = `{"@context": "https://openvex.dev/ns/v0.2.0", "statements": [{"vulnerability": {"name": "CVE-2024-0001"}, "status": "fixed"}]}`
	got, err := Read("bare.json", []byte(bare))
	if err != nil || len(got) != 0 {
		t.Errorf("without a subject: %v, %v; want nothing, for it is about nothing", got, err)
	}
	got, err = Read("bare.json", []byte(`{"_type": "https://in-toto.io/Statement/v1", "subject": [{"digest": {"sha256": "CC"}}, {"digest": {"sha1": "x"}}], "predicate": `+bare+`}`))
	if err != nil {
		t.Fatal(err)
	}
	want := []triage.VendorClaim{{
		Claim:           finding.Claim{Document: "bare.json", Status: "fixed"},
		Vulnerabilities: []string{"CVE-2024-0001"},
		Products:        []string{"sha256:cc"},
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

const csafDocument = `{
  "document": {
    "category": "csaf_vex", "csaf_version": "2.0",
    "publisher": {"category": "vendor", "name": "Vendor", "namespace": "https://vendor.example"},
    "tracking": {"id": "VEX-1", "current_release_date": "2026-01-02T03:04:05Z", "initial_release_date": "2025-01-01T00:00:00Z"}
  },
  "product_tree": {
    "branches": [{"category": "vendor", "branches": [
      {"category": "product_name", "product": {"product_id": "lib", "product_identification_helper": {"purl": "pkg:golang/example.com/lib@v1"}}},
      {"category": "product_name", "product": {"product_id": "app", "product_identification_helper": {"purl": "pkg:oci/app"}}},
      {"category": "product_name", "product": {"product_id": "os", "product_identification_helper": {"cpe": "cpe:/o:vendor:os:9"}}},
      {"category": "product_name", "product": {"product_id": "nameless"}}
    ]}],
    "full_product_names": [{"product_id": "tool", "product_identification_helper": {"purl": "pkg:npm/tool"}}],
    "relationships": [
      {"category": "installed_on", "product_reference": "app:lib", "relates_to_product_reference": "os", "full_product_name": {"product_id": "os:app:lib"}},
      {"category": "default_component_of", "product_reference": "lib", "relates_to_product_reference": "app", "full_product_name": {"product_id": "app:lib"}}
    ],
    "product_groups": [{"group_id": "g", "product_ids": ["app:lib", "tool"]}]
  },
  "vulnerabilities": [
    {
      "cve": "CVE-2024-0001", "ids": [{"system_name": "x", "text": "GO-2024-1"}],
      "product_status": {"known_not_affected": ["app:lib", "tool", "os:app:lib", "nameless", "unheard-of"], "known_affected": ["lib"], "under_investigation": ["app"]},
      "flags": [{"label": "vulnerable_code_not_present", "group_ids": ["g"]}, {"label": "component_not_present"}],
      "threats": [{"category": "exploit_status", "details": "none"}, {"category": "impact", "details": "Not called.", "product_ids": ["app:lib"]}],
      "remediations": [{"category": "vendor_fix", "details": "Take v2."}]
    },
    {"cve": "CVE-2024-0002", "product_status": {"fixed": ["tool"], "first_fixed": ["lib"]}}
  ]
}`

func TestReadCSAF(t *testing.T) {
	t.Parallel()
	got, err := Read("vendor.json", []byte(csafDocument))
	if err != nil {
		t.Fatal(err)
	}
	said := func(status, justification, words string) finding.Claim {
		return finding.Claim{
			Author: "Vendor", Document: "VEX-1", Status: status, Justification: justification, Statement: words,
			Timestamp: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
		}
	}
	ids := []string{"CVE-2024-0001", "GO-2024-1"}
	first, second := finding.Line{File: "vendor.json", Start: 22, End: 28}, finding.Line{File: "vendor.json", Start: 29, End: 29}
	want := []triage.VendorClaim{
		{
			Claim: said("not_affected", "vulnerable_code_not_present", "Not called."), Vulnerabilities: ids,
			Products: []string{"pkg:oci/app"}, Subcomponents: []string{"pkg:golang/example.com/lib@v1"}, At: first,
		},
		{
			Claim: said("not_affected", "vulnerable_code_not_present", ""), Vulnerabilities: ids,
			Products: []string{"pkg:npm/tool"}, At: first,
		},
		{
			Claim: said("not_affected", "component_not_present", ""), Vulnerabilities: ids,
			Products: []string{"cpe:/o:vendor:os:9"}, Subcomponents: []string{"pkg:golang/example.com/lib@v1"}, At: first,
		},
		{
			Claim: said("affected", "", "Take v2."), Vulnerabilities: ids,
			Products: []string{"pkg:golang/example.com/lib@v1"}, At: first,
		},
		{
			Claim: said("under_investigation", "", ""), Vulnerabilities: ids,
			Products: []string{"pkg:oci/app"}, At: first,
		},
		{
			Claim: said("fixed", "", ""), Vulnerabilities: []string{"CVE-2024-0002"},
			Products: []string{"pkg:npm/tool", "pkg:golang/example.com/lib@v1"}, At: second,
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestReadCycloneDX(t *testing.T) {
	t.Parallel()
	// read is what one vulnerability says of components, as
	// "status justification | products | subcomponents".
	tests := []struct {
		name          string
		components    string
		vulnerability string
		want          []string
	}{
		{
			"a package for itself",
			`"components": [{"type": "library", "bom-ref": "1", "name": "a", "purl": "pkg:npm/a"}]`,
			`"analysis": {"state": "not_affected", "justification": "code_not_reachable"}, "affects": [{"ref": "1"}]`,
			[]string{"not_affected vulnerable_code_not_in_execute_path|pkg:npm/a|"},
		},
		{
			"a package of the document's product",
			`"metadata": {"component": {"type": "container", "bom-ref": "0", "name": "x", "purl": "pkg:oci/x", "hashes": [{"alg": "SHA-256", "content": "AA"}]}},
			 "components": [{"type": "library", "bom-ref": "1", "name": "a", "purl": "pkg:npm/a"}]`,
			`"analysis": {"state": "resolved"}, "affects": [{"ref": "1"}, {"ref": "0"}]`,
			[]string{"fixed |pkg:oci/x sha256:aa|pkg:npm/a", "fixed |pkg:oci/x sha256:aa|"},
		},
		{
			"a product without a URL has only its name",
			`"metadata": {"component": {"type": "application", "bom-ref": "0", "name": "product"}},
			 "components": [{"type": "library", "bom-ref": "1", "name": "a", "purl": "pkg:npm/a"}]`,
			`"analysis": {"state": "false_positive"}, "affects": [{"ref": "1"}]`,
			[]string{"not_affected vulnerable_code_not_present|product|pkg:npm/a"},
		},
		{
			"nested in a container",
			`"components": [{"type": "container", "bom-ref": "0", "name": "x", "purl": "pkg:oci/x", "components": [
			   {"type": "library", "name": "between", "components": [{"type": "library", "bom-ref": "1", "name": "a", "purl": "pkg:npm/a"}]}]}]`,
			`"analysis": {"state": "in_triage"}, "affects": [{"ref": "1"}]`,
			[]string{"under_investigation |pkg:oci/x|pkg:npm/a"},
		},
		{
			"a BOM-Link",
			`"components": []`,
			`"analysis": {"state": "exploitable"}, "affects": [{"ref": "urn:cdx:3e671687-395b-41f5-a30f-a58921a69b79/1#pkg:deb/ubuntu/libstdc%2B%2B6@12"}, {"ref": "urn:cdx:x/1#opaque"}, {"ref": "unheard-of"}]`,
			[]string{"affected |pkg:deb/ubuntu/libstdc%2B%2B6@12|"},
		},
		{
			"versions",
			`"components": [{"type": "library", "bom-ref": "1", "name": "a", "purl": "pkg:npm/a"}]`,
			`"analysis": {"state": "not_affected", "justification": "protected_at_perimeter"}, "affects": [{"ref": "1", "versions": [{"version": "1.0.0"}, {"range": "vers:npm/<2"}]}]`,
			[]string{"not_affected protected_at_perimeter|pkg:npm/a@1.0.0|"},
		},
		{
			"a range alone is about nothing",
			`"components": [{"type": "library", "bom-ref": "1", "name": "a", "purl": "pkg:npm/a"}]`,
			`"analysis": {"state": "not_affected"}, "affects": [{"ref": "1", "versions": [{"range": "vers:npm/<2"}]}]`,
			nil,
		},
		{
			"another version is about nothing",
			`"components": [{"type": "library", "bom-ref": "1", "name": "a", "purl": "pkg:npm/a@2.0.0"}]`,
			`"analysis": {"state": "not_affected"}, "affects": [{"ref": "1", "versions": [{"version": "1.0.0"}]}]`,
			nil,
		},
		{
			"a finding of a scanner",
			`"components": [{"type": "library", "bom-ref": "1", "name": "a", "purl": "pkg:npm/a"}]`,
			`"affects": [{"ref": "1"}]`,
			nil,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			src := fmt.Sprintf(`{"bomFormat": "CycloneDX", "specVersion": "1.5", %s, "vulnerabilities": [{"id": "CVE-2024-0001", "references": [{"id": "GHSA-x"}], %s}]}`, tt.components, tt.vulnerability)
			claims, err := Read("bom.json", []byte(src))
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, c := range claims {
				got = append(got, fmt.Sprintf("%s %s|%s|%s", c.Status, c.Justification, strings.Join(c.Products, " "), strings.Join(c.Subcomponents, " ")))
				if diff := cmp.Diff([]string{"CVE-2024-0001", "GHSA-x"}, c.Vulnerabilities); diff != "" {
					t.Error(diff)
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestReadErrors(t *testing.T) {
	t.Parallel()
	nested := func(open, inner, end string) string {
		return strings.Repeat(open, maxNesting+2) + inner + strings.Repeat(end, maxNesting+2)
	}
	many := strings.TrimSuffix(strings.Repeat(`{},`, maxStatements+1), ",")
	wrapped := openVEXDocument
	for range maxWrappings + 1 {
		wrapped = fmt.Sprintf(`{"_type": "https://in-toto.io/Statement/v1", "predicate": %s}`, wrapped)
	}
	group, _ := json.Marshal(strings.Split(strings.Repeat("p,", 2000), ","))
	expensive := fmt.Sprintf(`{"document": {"csaf_version": "2.0"}, "product_tree": {"product_groups": [{"group_id": "g", "product_ids": %s}]}, "vulnerabilities": [{"cve": "CVE-1", "flags": [{"label": "x", "group_ids": [%s]}]}]}`,
		group, strings.TrimSuffix(strings.Repeat(`"g",`, 1000), ","))
	tests := []struct{ name, src, want string }{
		{"nothing", ``, "expected a JSON object"},
		{"not JSON", `vulnerabilities: []`, "expected a JSON object"},
		{"an array", `[]`, "expected a JSON object"},
		{"another format", `{"runs": []}`, `expected OpenVEX with "@context", CSAF with "document", or CycloneDX with "bomFormat"`},
		{"another CycloneDX", `{"bomFormat": "SPDX"}`, "expected OpenVEX"},
		{"an older OpenVEX", `{"@context": "https://openvex.dev/ns"}`, `expected "https://openvex.dev/ns/v0.2.0"`},
		{"another context", `{"@context": ["https://schema.org"]}`, "OpenVEX"},
		{"a status", `{"@context": "https://openvex.dev/ns/v0.2.0", "statements": [{"vulnerability": {"name": "CVE-1"}, "status": "ok"}]}`, `statement 1: expected a status of not_affected, affected, fixed, under_investigation, not "ok"`},
		{"no vulnerability", `{"@context": "https://openvex.dev/ns/v0.2.0", "statements": [{"status": "fixed"}]}`, "statement 1: it names no vulnerability"},
		{"a long status", `{"@context": "https://openvex.dev/ns/v0.2.0", "statements": [{"vulnerability": {"name": "CVE-1"}, "status": "` + strings.Repeat("é", 5000) + `"}]}`, "é…"},
		{"a date", `{"@context": "https://openvex.dev/ns/v0.2.0", "timestamp": "yesterday"}`, "yesterday"},
		{"statements that are none", `{"@context": "https://openvex.dev/ns/v0.2.0", "statements": {}}`, `expected an array in "statements"`},
		{"too many statements", `{"@context": "https://openvex.dev/ns/v0.2.0", "statements": [` + many + `]}`, `"statements" has more than 100000 members`},
		{"CSAF 1", `{"document": {"csaf_version": "1.2"}}`, `expected version 2.0 in "csaf_version", not "1.2"`},
		{"CSAF without an identifier", `{"document": {"csaf_version": "2.0"}, "vulnerabilities": [{}]}`, "vulnerability 1: it has no identifier"},
		{"deep branches", `{"document": {"csaf_version": "2.0"}, "product_tree": {"branches": ` + nested(`[{"branches":`, `[]`, `}]`) + `}}`, "nested more than 64 deep"},
		{"deep components", `{"bomFormat": "CycloneDX", "components": ` + nested(`[{"components":`, `[]`, `}]`) + `}`, "nested more than 64 deep"},
		{"expensive groups", expensive, "more than 1000000 times"},
		{"a state", `{"bomFormat": "CycloneDX", "vulnerabilities": [{"id": "CVE-1", "analysis": {"state": "fine"}}]}`, `vulnerability 1: unknown state "fine" of its analysis`},
		{"a payload", `{"payloadType": "application/vnd.in-toto+json", "payload": "%"}`, "the payload of the envelope"},
		{"no predicate", `{"_type": "https://in-toto.io/Statement/v1"}`, "no predicate"},
		{"wrapped too often", wrapped, "wrapped more than 4 times"},
		{"too large", strings.Repeat(" ", maxBytes+1), "more than 64 MiB"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			claims, err := Read("dir/some.json", []byte(tt.src))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Fatalf("error %v, want one with %q", err, tt.want)
			}
			if !strings.HasPrefix(err.Error(), `reading VEX "dir/some.json": `) || claims != nil || len(err.Error()) > 600 {
				t.Errorf("claims %v, error %v", claims, err)
			}
		})
	}
}

func TestReadRepository(t *testing.T) {
	t.Parallel()
	doc := func(id, purl string) string {
		return fmt.Sprintf(`{"@context": "https://openvex.dev/ns/v0.2.0", "@id": %q, "statements": [{"vulnerability": {"name": "CVE-1"}, "products": [{"@id": %q}], "status": "fixed"}]}`, id, purl)
	}
	files := map[string]string{
		"vex-repository.json": `{"name": "Hub", "versions": [{"spec_version": "0.1", "locations": [{"url": "https://vex.example/main.tar.gz"}]}]}`,
		"index.json": `{"updated_at": "2026-02-01T00:49:24Z", "packages": [
			{"id": "pkg:npm/a", "location": "pkg/npm/a/vex.json"},
			{"id": "pkg:npm/a", "location": "pkg/npm/a/more.json", "format": "openvex"},
			{"id": "pkg:npm/b", "location": "pkg/npm/b/vex.json"},
			{"id": "pkg:oci/app?repository_url=ghcr.io%2Facme%2Fapp", "location": "pkg/oci/acme.json"},
			{"id": "pkg:oci/app?repository_url=ghcr.io%2Fevil%2Fapp", "location": "pkg/oci/evil.json"},
			{"id": "pkg:npm/up", "location": "../outside.json"},
			{"id": "pkg:npm/root", "location": "/etc/passwd"},
			{"id": "pkg:npm/gone", "location": "pkg/npm/gone.json"},
			{"id": "pkg:npm/csaf", "location": "pkg/npm/csaf.json", "format": "csaf"}]}`,
		"pkg/npm/a/vex.json":  doc("a1", "pkg:npm/a"),
		"pkg/npm/a/more.json": doc("a2", "pkg:npm/a"),
		"pkg/npm/b/vex.json":  doc("b", "pkg:npm/b"),
		"pkg/oci/acme.json":   doc("acme", "pkg:oci/app"),
		"pkg/oci/evil.json":   doc("evil", "pkg:oci/app"),
		"pkg/npm/csaf.json":   csafDocument,
		"outside.json":        doc("outside", "pkg:npm/up"),
	}
	tests := []struct {
		name  string
		purls []string
		want  string // the documents, in order
		err   string
	}{
		{"every entry of a package", []string{"pkg:npm/a@1.0.0?x=y"}, "a2 a1", ""},
		{"several", []string{"pkg:npm/b@1", "pkg:npm/a@1", "pkg:npm/a@2"}, "a2 a1 b", ""},
		{"an image by its repository", []string{"pkg:oci/app@sha256:aa?arch=amd64&repository_url=ghcr.io/acme/app"}, "acme", ""},
		{"CSAF", []string{"pkg:npm/csaf@1"}, "VEX-1 VEX-1 VEX-1 VEX-1 VEX-1 VEX-1", ""},
		{"none", []string{"pkg:npm/c@1", "", "no purl"}, "", ""},
		{"a way out", []string{"pkg:npm/up@1", "pkg:npm/a@1"}, "a2 a1", `"../outside.json"`},
		{"an absolute path", []string{"pkg:npm/root@1"}, "", `"/etc/passwd"`},
		{"what is not there", []string{"pkg:npm/gone@1", "pkg:npm/b@1"}, "b", "pkg/npm/gone.json"},
	}
	cached := fstest.MapFS{}
	plain := fstest.MapFS{}
	for name, src := range files {
		plain[name] = &fstest.MapFile{Data: []byte(src)}
		if name != "vex-repository.json" {
			name = "0.1/" + name
		}
		cached[name] = &fstest.MapFile{Data: []byte(src)}
	}
	for _, tt := range tests {
		for layout, fsys := range map[string]fstest.MapFS{"archive": plain, "cache": cached} {
			t.Run(tt.name+"/"+layout, func(t *testing.T) {
				claims, err := ReadRepository(fsys, tt.purls)
				if (err == nil) != (tt.err == "") || err != nil && !strings.Contains(err.Error(), tt.err) {
					t.Errorf("error %v, want one with %q", err, tt.err)
				}
				var got []string
				for _, c := range claims {
					got = append(got, c.Document)
				}
				if strings.Join(got, " ") != tt.want {
					t.Errorf("documents %q, want %q", got, tt.want)
				}
			})
		}
	}
}

func TestReadRepositoryErrors(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		files map[string]string
		want  string
	}{
		"no index":        {nil, "index.json"},
		"a broken index":  {map[string]string{"index.json": "[]"}, `"index.json": expected an object with "packages"`},
		"another version": {map[string]string{"vex-repository.json": `{"versions": [{"spec_version": "1.0"}]}`, "index.json": "{}"}, "expected version 0.1"},
		"a broken head":   {map[string]string{"vex-repository.json": `"x"`, "index.json": "{}"}, `expected an object with "versions"`},
	} {
		t.Run(name, func(t *testing.T) {
			fsys := fstest.MapFS{}
			for name, src := range tt.files {
				fsys[name] = &fstest.MapFile{Data: []byte(src)}
			}
			if _, err := ReadRepository(fsys, []string{"pkg:npm/a"}); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want one with %q", err, tt.want)
			}
		})
	}
}

// FuzzRead holds that whatever is read can be compared, imported and read again.
func FuzzRead(f *testing.F) {
	f.Add([]byte(openVEXDocument))
	f.Add([]byte(csafDocument))
	f.Add([]byte(`{"bomFormat": "CycloneDX", "components": [{"type": "container", "bom-ref": "0", "purl": "pkg:oci/x", "components": [{"bom-ref": "1", "purl": "pkg:npm/a"}]}], "vulnerabilities": [{"id": "CVE-1", "analysis": {"state": "not_affected"}, "affects": [{"ref": "1", "versions": [{"version": "1"}]}, {"ref": "urn:cdx:x/1#pkg:npm/b"}], "properties": [{"name": "imgscan:id", "value": "EX-1"}]}]}`))
	f.Add([]byte(`{"payloadType": "x", "payload": "eyJfdHlwZSI6Imh0dHBzOi8vaW4tdG90by5pby9TdGF0ZW1lbnQvdjEifQ=="}`))
	f.Add([]byte(`{"@context": "https://openvex.dev/ns/v0.2.0", "statements": [{"vulnerability": {"name": "CVE-1"}, "products": [{"@id": "pkg:npm/a"}], "status": "fixed", "status_notes": "imgscan: id=EX-1; decision=rescored; expires=2026-12-10; vulnerability=CVE-1; image=*; package.1.purl=pkg:npm/a; cvss.modified=MAV:A; fedramp.pain=2"}]}`))
	f.Fuzz(func(t *testing.T, src []byte) {
		claims, err := Read("fuzz.json", src)
		if err != nil && claims != nil {
			t.Error("claims and an error")
		}
		for _, c := range claims {
			if len(c.Vulnerabilities) == 0 || len(c.Products) == 0 {
				t.Errorf("about nothing: %+v", c)
			}
			switch c.Status {
			case "not_affected", "affected", "fixed", "under_investigation":
			default:
				t.Errorf("status %q", c.Status)
			}
		}
		for _, e := range Import(claims, ImportOptions{Now: testNow}) {
			if len(e.ApprovedBy) > 0 || !e.ApprovedOn.IsZero() {
				t.Errorf("an import with an approval: %+v", e)
			}
			if e.ID == "" || len(e.Vulnerabilities) == 0 || len(e.Images) == 0 || e.Decision == "" || e.Expires.IsZero() {
				t.Errorf("half an entry: %+v", e)
			}
		}
	})
}
