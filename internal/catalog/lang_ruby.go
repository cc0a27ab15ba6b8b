package catalog

import (
	"context"
	"io/fs"
	"regexp"
	"strings"

	"github.com/aquasecurity/trivy/pkg/dependency/parser/ruby/gemspec"
	ftypes "github.com/aquasecurity/trivy/pkg/fanal/types"
)

// gemSpec reads the specifications that RubyGems writes for installed gems.
type gemSpec struct{}

// gemSpecPath is Trivy's pattern, open at its end.
var gemSpecPath = regexp.MustCompile(`.*/specifications/.+\.gemspec`)

func (gemSpec) name() string { return "gemspec" }

// wants is asked about every file, and nearly all lack what is cheap to look for.
func (gemSpec) wants(p string, _ int64, _ fs.FileMode) bool {
	return strings.Contains(p, "/specifications/") && gemSpecPath.MatchString(p)
}

func (gemSpec) analyze(ctx context.Context, f *file) (*facts, error) {
	return parseMetadata(ctx, gemspec.NewParser(), ftypes.GemSpec, f)
}
