package catalog

import (
	"context"
	"io/fs"
	"regexp"

	"github.com/aquasecurity/trivy/pkg/dependency/parser/conda/meta"
	ftypes "github.com/aquasecurity/trivy/pkg/fanal/types"
)

// condaPackage reads what conda records of the packages in its environments.
// The base environment lies elsewhere and is not read, as in Trivy.
type condaPackage struct{}

// condaPath is Trivy's pattern.
var condaPath = regexp.MustCompile(`.*/envs/.+/conda-meta/.+-.+-.+\.json`)

func (condaPackage) name() string { return "conda-pkg" }

func (condaPackage) wants(p string, _ int64, _ fs.FileMode) bool { return condaPath.MatchString(p) }

func (condaPackage) analyze(ctx context.Context, f *file) (*facts, error) {
	return parseMetadata(ctx, meta.NewParser(), ftypes.CondaPkg, f)
}
