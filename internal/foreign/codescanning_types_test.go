package foreign

import (
	"slices"
	"testing"

	ftypes "github.com/aquasecurity/trivy/pkg/fanal/types"
	"github.com/aquasecurity/trivy/pkg/purl"
	"github.com/aquasecurity/trivy/pkg/types"
)

// The types are Trivy's, and so are the package URLs that packages of a type have.
func TestAlertTypes(t *testing.T) {
	t.Parallel()
	var known []string
	for _, typ := range alertTypes {
		known = append(known, typ.name)
		metadata := types.Metadata{OS: &ftypes.OS{Family: ftypes.OSType(typ.name), Name: "1"}}
		url, err := purl.New(ftypes.TargetType(typ.name), metadata, ftypes.Package{Name: "a/b", Version: "1"})
		if err != nil || url == nil || url.Type != typ.purl || typ.namespace != "" && url.Namespace != typ.namespace {
			t.Errorf("%s: Trivy has %v, %v, want pkg:%s/%s", typ.name, url, err, typ.purl, typ.namespace)
		}
	}
	// These have advisories of languages only, none at all, or a type of their own.
	others := []ftypes.OSType{ftypes.ActiveState, ftypes.Bottlerocket, ftypes.CentOSStream}
	for _, os := range ftypes.OSTypes {
		if !slices.Contains(known, string(os)) && !slices.Contains(others, os) {
			t.Errorf("the packages of %s have no type here", os)
		}
	}
}
