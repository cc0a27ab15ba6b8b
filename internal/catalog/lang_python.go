package catalog

import (
	"context"
	"io/fs"
	"path"
	"strings"

	"github.com/aquasecurity/trivy/pkg/dependency/parser/python/packaging"
	ftypes "github.com/aquasecurity/trivy/pkg/fanal/types"
)

// pythonPackage reads the metadata of installed wheels and unpacked eggs.
type pythonPackage struct{}

func (pythonPackage) name() string { return "python-pkg" }

func (pythonPackage) wants(p string, _ int64, _ fs.FileMode) bool {
	return isEggMetadata(p) || path.Base(p) == "METADATA" && strings.Contains(p, ".dist-info")
}

func (pythonPackage) analyze(ctx context.Context, f *file) (*facts, error) {
	if f.size == 0 {
		return nil, nil // a placeholder
	}
	return parseMetadata(ctx, packaging.NewParser(), ftypes.PythonPkg, f)
}

// isEggMetadata says whether p holds an egg's metadata: EGG-INFO/PKG-INFO of an
// egg, NAME.egg-info as a file, or the files of NAME.egg-info as a folder.
// Debian writes METADATA there (aquasecurity/trivy#9171).
func isEggMetadata(p string) bool {
	for _, suffix := range []string{"EGG-INFO/PKG-INFO", ".egg-info", ".egg-info/PKG-INFO", ".egg-info/METADATA"} {
		if strings.HasSuffix(p, suffix) {
			return true
		}
	}
	return false
}
