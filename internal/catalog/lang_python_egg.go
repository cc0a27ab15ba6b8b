package catalog

import (
	"archive/zip"
	"bytes"
	"context"
	"io/fs"
	"path"
	"slices"

	"github.com/aquasecurity/trivy/pkg/dependency/parser/python/packaging"
	ftypes "github.com/aquasecurity/trivy/pkg/fanal/types"
)

// pythonEgg reads eggs that are zip files.
type pythonEgg struct{}

func (pythonEgg) name() string { return "python-egg" }

func (pythonEgg) wants(p string, _ int64, _ fs.FileMode) bool { return path.Ext(p) == ".egg" }

func (pythonEgg) analyze(ctx context.Context, f *file) (*facts, error) {
	egg, err := openZip(f.content, f.size)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(egg.File, func(e *zip.File) bool { return isEggMetadata(e.Name) })
	if i < 0 {
		return nil, nil
	}
	metadata, err := readZipEntry(egg.File[i], maxMetadata)
	if err != nil {
		return nil, err
	}
	packages, err := parseLanguage(ctx, packaging.NewParser(), ftypes.PythonPkg, f.path, bytes.NewReader(metadata))
	if err != nil {
		return nil, err
	}
	return languageFacts(packages), nil
}
