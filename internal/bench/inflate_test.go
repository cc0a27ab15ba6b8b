package bench

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	bolt "go.etcd.io/bbolt"
)

func TestInflate(t *testing.T) {
	path := filepath.Join(t.TempDir(), "trivy.db")
	const size = 1 << 20
	err := inflate(path, []advisory{{"debian 12", "zlib", "CVE-1999-0001", fixedIn("os", "2")}}, size)
	if err != nil {
		t.Fatal(err)
	}
	stat, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if stat.Size() < size || stat.Size() > 40*size {
		t.Errorf("the database has %d bytes, want %d and not much more", stat.Size(), size)
	}
	db, err := bolt.Open(path, 0o600, &bolt.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	err = db.View(func(tx *bolt.Tx) error {
		for _, at := range []struct{ path []string }{
			{[]string{"debian 12", "zlib", "CVE-1999-0001"}},
			{[]string{"vulnerability", "CVE-1999-0001"}},
			{[]string{"data-source", "debian 12"}},
			{[]string{"vulnerability", "CVE-8000-000000"}},
			{[]string{"Filling Linux 1", "package-0000000", "CVE-8000-000000"}},
		} {
			b := tx.Bucket([]byte(at.path[0]))
			for _, name := range at.path[1 : len(at.path)-1] {
				if b != nil {
					b = b.Bucket([]byte(name))
				}
			}
			if b == nil || b.Get([]byte(at.path[len(at.path)-1])) == nil {
				t.Errorf("the database has no %q", at.path)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestPackDatabase(t *testing.T) {
	from, dir := t.TempDir(), filepath.Join(t.TempDir(), "artifact")
	if err := os.WriteFile(filepath.Join(from, "trivy.db"), bytes.Repeat([]byte("page"), 1000), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := writeMetadata(from, schemaVersion, time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)); err != nil {
		t.Fatal(err)
	}
	if err := packDatabase(from, dir); err != nil {
		t.Fatal(err)
	}
	_, manifest, err := layoutManifest(dir)
	if err != nil {
		t.Fatal(err)
	}
	layer := manifest.Layers[0]
	if layer.MediaType != databaseLayer || layer.Annotations["org.opencontainers.image.title"] != "db.tar.gz" {
		t.Errorf("the layer is %+v", layer)
	}
	if err := Limit(t.Context(), dir, Gzip); err != nil {
		t.Error(err)
	}
}

func TestAdvisories(t *testing.T) {
	r, err := parseReport([]byte(`{"os": {"family": "debian", "version": "12.11"}, "packages": [
		{"class": "os", "type": "debian", "name": "zlib1g", "sourceName": "zlib"},
		{"class": "os", "type": "debian", "name": "zlib1g-dev", "sourceName": "zlib"},
		{"class": "language", "type": "node-pkg", "name": "lodash"},
		{"class": "language", "type": "jar", "name": "org.example:a"},
		{"class": "language", "type": "unheard-of", "name": "a"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, a := range r.advisories() {
		got = append(got, a.bucket+" / "+a.name+" / "+a.id)
	}
	want := []string{
		"debian 12 / zlib / CVE-1998-0001",
		"npm::GitHub Security Advisory npm / lodash / CVE-1998-0002",
		"maven::GitHub Security Advisory Maven / org.example:a / CVE-1998-0003",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("advisories (-want +got):\n%s", diff)
	}
}

// One package in eight has a finding: otherwise nothing but "no" would be timed.
func TestAdvisoriesFind(t *testing.T) {
	r := report{}
	r.OS.Family, r.OS.Version = "alpine", "3.10.2"
	for i := range 80 {
		r.Packages = append(r.Packages, installed{Class: "os", SourceName: string(rune('a' + i))})
	}
	all := r.advisories()
	if got, want := len(all), 80+10; got != want {
		t.Errorf("%d advisories, want %d", got, want)
	}
	if got, want := all[0].bucket, "alpine 3.10"; got != want {
		t.Errorf("bucket is %q, want %q", got, want)
	}
}
