package vulndb

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"
)

func FuzzParseRecord(f *testing.F) {
	for _, seed := range []string{
		`{"id":"A-1","affected":[{"package":{"ecosystem":"Alpine:v3.10","name":"a"},"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":"1"}]}],"ecosystem_specific":{"urgency":"low","binaries":[{"a":"1"}]}}]}`,
		`{"id":"A-2","aliases":["CVE-1","CVE-2"],"severity":[{"type":"CVSS_V3","score":"CVSS:3.1/AV:N"}],"affected":[{"package":{"ecosystem":"npm","name":"a"}}]}`,
		`{"affected":[{"affected":[]}]}`, `[]`, `{"related":5}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		r, err := parseRecord("x.json", content)
		if err != nil || r.check() != nil {
			return
		}
		if len(r.extras) != len(r.Affected) {
			t.Fatalf("%d extras for %d packages", len(r.extras), len(r.Affected))
		}
		for i, affected := range r.Affected {
			d, _, ok := distroOf(affected.Package.Ecosystem)
			if !ok {
				continue
			}
			if ids, _ := r.distroIdentifiers(); len(ids) == 0 {
				t.Fatal("a record about nothing")
			}
			r.detail(d)
			_, _, _ = d.fixes(affected, r.extras[i])
		}
		for _, entry := range perVulnerability([]record{r}) {
			if entry.ID == "" {
				t.Fatal("an entry without an identifier")
			}
		}
	})
}

func FuzzParseNVD(f *testing.F) {
	f.Add([]byte(`{"vulnerabilities":[{"cve":{"id":"CVE-1","metrics":{"cvssMetricV31":[{"source":"nvd@nist.gov"}]}}}]}`))
	f.Add([]byte(`{"cve":{"id":"CVE-1"}}`))
	f.Add([]byte(`{"id":"CVE-1"}`))
	f.Fuzz(func(t *testing.T, content []byte) {
		cves, err := parseNVD(content)
		if (err == nil) != (len(cves) > 0) {
			t.Fatalf("%d records and %v", len(cves), err)
		}
	})
}

func FuzzUnpack(f *testing.F) {
	f.Add([]byte("\x1f\x8b"))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, content []byte) {
		const limit = 1 << 16
		dir := t.TempDir()
		unpackErr := unpack(context.Background(), bytes.NewReader(content), dir, limit)
		files, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			stat, err := os.Stat(filepath.Join(dir, file.Name()))
			if err != nil {
				t.Fatal(err)
			}
			if file.Name() != databaseFile && file.Name() != metadataFile {
				t.Fatalf("unpacked %q", file.Name())
			}
			if unpackErr == nil && stat.Size() > limit {
				t.Fatalf("%d bytes", stat.Size())
			}
		}
	})
}
