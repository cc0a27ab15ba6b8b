package parity

import (
	"slices"
	"testing"

	"github.com/aquasecurity/trivy-db/pkg/db"
	"github.com/aquasecurity/trivy/pkg/detector/library"
	"github.com/aquasecurity/trivy/pkg/detector/ospkg/debian"
	ftypes "github.com/aquasecurity/trivy/pkg/fanal/types"
	"github.com/google/go-cmp/cmp"
	bolt "go.etcd.io/bbolt"
)

// Trivy's own detectors must find some of the made-up advisories, and not others.
func TestMadeUp(t *testing.T) {
	if err := db.Init(t.TempDir()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	packages := []Package{
		{Type: "node-pkg", Name: "Lodash", Version: "4.17.4"},
		{Type: "debian", Name: "tar", Version: "1.34-1", distro: true, release: "12.1", Fields: PackageFields{Source: "tar", SourceVersion: "1.34-1"}},
	}
	var made int
	err := db.Config{}.BatchUpdate(func(tx *bolt.Tx) (err error) {
		made, err = putMadeUp(tx, packages)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if want := len(languageAdvisories("npm", "1")) + len(dpkgAdvisories("1")); made != want {
		t.Errorf("%d advisories, want %d", made, want)
	}

	driver, _ := library.NewDriver(ftypes.NodePkg)
	vulns, err := driver.DetectVulnerabilities("", "lodash", "4.17.4")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, v := range vulns {
		got = append(got, v.VulnerabilityID)
	}
	slices.Sort(got)
	want := []string{
		"CVE-1901-0000", "CVE-1902-0000", "CVE-1903-0000", "CVE-1904-0000", "CVE-1907-0000", "CVE-1908-0000",
		"CVE-1909-0000", "CVE-1910-0000", "CVE-1911-0000", "CVE-1916-0000",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}

	found, err := debian.NewScanner().Detect(t.Context(), "12.1", nil, []ftypes.Package{{Name: "tar", SrcName: "tar", SrcVersion: "1.34", SrcRelease: "1"}})
	if err != nil {
		t.Fatal(err)
	}
	fixed := make(map[string]bool)
	for _, v := range found {
		fixed[v.FixedVersion] = true
	}
	for version, vulnerable := range map[string]bool{
		"1.34-1": false, "1.34-1~rc1": false, "1.34-0": false, "1.34-1+b1": true, "1.34-1.1": true, "1.34-2": true, "9:1.34-1": true, "": true,
	} {
		if fixed[version] != vulnerable {
			t.Errorf("fixed in %q: vulnerable %t, want %t", version, fixed[version], vulnerable)
		}
	}
	for _, v := range found {
		if _, err := (db.Config{}).GetVulnerability(v.VulnerabilityID); err != nil {
			t.Error(err)
		}
	}
}
