package match_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	bolt "go.etcd.io/bbolt"

	"github.com/org/imgscan-action/internal/finding"
	"github.com/org/imgscan-action/internal/match"
	"github.com/org/imgscan-action/internal/vulndb"
)

// databaseOf builds a database of OSV records, each an ecosystem, an identifier
// and the version of openssl that fixes it.
func databaseOf(t *testing.T, records ...[3]string) string {
	t.Helper()
	osv := t.TempDir()
	for _, r := range records {
		content := fmt.Sprintf(`{"schema_version":"1.7.3","id":%q,"modified":"2021-01-01T00:00:00Z","affected":[{"package":{"ecosystem":%q,"name":"openssl"},`+
			`"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":%q}]}]}]}`, r[1], r[0], r[2])
		if err := os.WriteFile(filepath.Join(osv, r[1]+".json"), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	out := filepath.Join(t.TempDir(), "db")
	if _, err := vulndb.Build(t.Context(), vulndb.BuildOptions{OSV: []string{osv}, Out: out, Now: now}); err != nil {
		t.Fatal(err)
	}
	return out
}

// openssl is an image of one package.
func openssl(os finding.OS, version, release string) finding.Inventory {
	return finding.Inventory{OS: os, Packages: []finding.Package{{
		Class: finding.ClassOS, Type: os.Family, Name: "openssl", Version: version, Release: release,
		SrcName: "openssl", SrcVersion: version, SrcRelease: release, Path: "var/lib/dpkg/status",
	}}}
}

func matched(t *testing.T, inv finding.Inventory) []string {
	t.Helper()
	found, _, err := match.Matcher{Now: now}.Match(t.Context(), inv)
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, f := range found {
		ids = append(ids, f.ID+" fixed in "+f.FixedIn)
	}
	return ids
}

// A subscribed image is matched against the extended release, whose fixes others
// cannot get.
func TestMatchExtendedMaintenance(t *testing.T) {
	openDatabase(t, databaseOf(t,
		[3]string{"Ubuntu:18.04:LTS", "CVE-2020-0001", "1.1.1-2"},
		[3]string{"Ubuntu:Pro:18.04:LTS", "CVE-2020-0002", "1.1.1-1+esm1"},
	))
	for _, tt := range []struct {
		extended bool
		want     []string
	}{
		{false, []string{"CVE-2020-0001 fixed in 1.1.1-2"}},
		{true, []string{"CVE-2020-0002 fixed in 1.1.1-1+esm1"}},
	} {
		got := matched(t, openssl(finding.OS{Family: "ubuntu", Version: "18.04", Extended: tt.extended}, "1.1.1", "1"))
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("extended %t (-want +got):\n%s", tt.extended, diff)
		}
	}
}

// Root.io's packages are recognised by their versions and matched against Root.io's
// advisories as well as the distribution's.
func TestMatchRebuiltPackages(t *testing.T) {
	dir := databaseOf(t, [3]string{"Debian:12", "CVE-2020-0001", "9"})
	db, err := bolt.Open(filepath.Join(dir, "trivy.db"), 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	err = db.Update(func(tx *bolt.Tx) error {
		release, err := tx.CreateBucketIfNotExists([]byte("root.io debian 12"))
		if err != nil {
			return err
		}
		pkg, err := release.CreateBucketIfNotExists([]byte("openssl"))
		if err != nil {
			return err
		}
		return pkg.Put([]byte("CVE-2020-0003"), []byte(`{"VulnerableVersions":["<3.0-1.root.io.2"],"PatchedVersions":["3.0-1.root.io.2"]}`))
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	openDatabase(t, dir)

	debian := finding.OS{Family: "debian", Version: "12.5"}
	if diff := cmp.Diff([]string{"CVE-2020-0001 fixed in 9"}, matched(t, openssl(debian, "3.0", "1"))); diff != "" {
		t.Errorf("Debian's (-want +got):\n%s", diff)
	}
	got := matched(t, openssl(debian, "3.0", "1.root.io.1"))
	if diff := cmp.Diff([]string{"CVE-2020-0001 fixed in 9", "CVE-2020-0003 fixed in 3.0-1.root.io.2"}, got); diff != "" {
		t.Errorf("Root.io's (-want +got):\n%s", diff)
	}
}
