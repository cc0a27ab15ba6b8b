package catalog

import (
	"context"
	"io/fs"
	"regexp"
	"strings"

	"github.com/aquasecurity/trivy/pkg/dependency/parser/conda/meta"
	ftypes "github.com/aquasecurity/trivy/pkg/fanal/types"
)

// condaPackage reads what conda records of the packages in its environments.
// The base environment lies elsewhere and is not read, as in Trivy.
type condaPackage struct{}

// condaPath is Trivy's pattern.
var condaPath = regexp.MustCompile(`.*/envs/.+/conda-meta/.+-.+-.+\.json`)

func (condaPackage) name() string { return "conda-pkg" }

// wants is asked about every file, and nearly all lack what is cheap to look for.
func (condaPackage) wants(p string, _ int64, _ fs.FileMode) bool {
	return strings.Contains(p, "/conda-meta/") && condaPath.MatchString(p)
}

func (condaPackage) analyze(ctx context.Context, f *file) (*facts, error) {
	return parseMetadata(ctx, meta.NewParser(), ftypes.CondaPkg, f)
}
