package match

import (
	"reflect"
	"testing"

	ftypes "github.com/aquasecurity/trivy/pkg/fanal/types"
	"github.com/google/go-cmp/cmp"

	"github.com/org/imgscan-action/internal/finding"
)

// Everything that decides which advisories apply reaches the detectors.
func TestToTrivy(t *testing.T) {
	p := finding.Package{
		ID: "id", Name: "name", Version: "1", Release: "2", Epoch: 3, Arch: "x86_64",
		SrcName: "source", SrcVersion: "4", SrcRelease: "5", SrcEpoch: 6,
		Modularity: "nodejs:18", ContentSets: []string{"rhel-8-for-x86_64-baseos-rpms"}, NVR: "ubi8-container-8.3-227", BuildArch: "x86_64",
		ThirdParty: true, Path: "var/lib/rpm/rpmdb.sqlite",
	}
	want := ftypes.Package{
		ID: "id", Name: "name", Identifier: ftypes.PkgIdentifier{UID: "7"}, Version: "1", Release: "2", Epoch: 3, Arch: "x86_64",
		SrcName: "source", SrcVersion: "4", SrcRelease: "5", SrcEpoch: 6, Modularitylabel: "nodejs:18",
		BuildInfo:  &ftypes.BuildInfo{ContentSets: []string{"rhel-8-for-x86_64-baseos-rpms"}, Nvr: "ubi8-container-8.3-227", Arch: "x86_64"},
		Repository: ftypes.PackageRepository{Class: ftypes.RepositoryClassThirdParty},
		FilePath:   "var/lib/rpm/rpmdb.sqlite",
	}
	if got := toTrivy(p, 7); !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if diff := cmp.Diff((*ftypes.BuildInfo)(nil), toTrivy(finding.Package{Name: "name"}, 0).BuildInfo); diff != "" {
		t.Errorf("build information of a package without (-want +got):\n%s", diff)
	}
}
