package catalog

import (
	"bufio"
	"context"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/aquasecurity/trivy/pkg/dependency/parser/nodejs/packagejson"
	ftypes "github.com/aquasecurity/trivy/pkg/fanal/types"
	xio "github.com/aquasecurity/trivy/pkg/x/io"
)

// nodePackage reads every package.json, as Trivy does: those of installed
// packages and the application's own.
type nodePackage struct{}

func (nodePackage) name() string { return "node-pkg" }

func (nodePackage) wants(p string, _ int64, _ fs.FileMode) bool {
	return path.Base(p) == "package.json"
}

func (nodePackage) analyze(ctx context.Context, f *file) (*facts, error) {
	found, err := parseMetadata(ctx, packageJSON{}, ftypes.NodePkg, f)
	if err != nil && !installedByNPM(f.path) {
		// Broken on purpose: a template or a test's input, which packages like to
		// ship.
		return nil, nil
	}
	return found, err
}

// installedByNPM says whether p is where a package manager puts a package's own
// package.json: node_modules/NAME/ or node_modules/@SCOPE/NAME/, at any depth.
func installedByNPM(p string) bool {
	parts := strings.Split(path.Dir(p), "/")
	slices.Reverse(parts)
	switch i := slices.Index(parts, "node_modules"); i {
	case 1:
		return !strings.HasPrefix(parts[0], "@")
	case 2:
		return strings.HasPrefix(parts[1], "@")
	default:
		return false
	}
}

// utf8BOM is the mark that some editors put before a text in UTF-8.
const utf8BOM = "\uFEFF"

// packageJSON gives packagejson the shape of Trivy's other parsers. A file
// without a name or a version is a hint to a bundler, or private, and no
// package.
type packageJSON struct{}

func (packageJSON) Parse(_ context.Context, r xio.ReadSeekerAt) ([]ftypes.Package, []ftypes.Dependency, error) {
	text := bufio.NewReader(r)
	if mark, _ := text.Peek(len(utf8BOM)); string(mark) == utf8BOM {
		// npm installs such packages; Trivy does not see them.
		_, _ = text.Discard(len(utf8BOM))
	}
	p, err := packagejson.NewParser().Parse(text)
	if err != nil || p.ID == "" {
		return nil, nil, err
	}
	return []ftypes.Package{p.Package}, nil, nil
}
