package catalog

import (
	"context"
	"debug/buildinfo"
	"go/version"
	"io"
	"io/fs"
	"path"
	"runtime/debug"
	"slices"
	"strings"

	gobinary "github.com/aquasecurity/trivy/pkg/dependency/parser/golang/binary"
	ftypes "github.com/aquasecurity/trivy/pkg/fanal/types"

	"github.com/org/imgscan-action/internal/finding"
)

// goBinary reads the modules that an executable was built from. A replaced
// module counts as its replacement, which is what is in the binary. Files are
// read where needed and never as a whole.
type goBinary struct{}

func (goBinary) name() string { return "gobinary" }

func (goBinary) wants(p string, _ int64, mode fs.FileMode) bool { return isExecutable(p, mode) }

func (goBinary) sniff(head []byte) bool { return isNativeCode(head) }

func (goBinary) analyze(ctx context.Context, f *file) (*facts, error) {
	info, err := buildinfo.Read(f.content)
	if err != nil {
		if !madeByGo(f.content) {
			return nil, nil
		}
		return &facts{Gaps: noBuildInfo("made by Go, without the build information that lists its modules")}, nil
	}
	content, size, err := versionSymbols(f.content, f.size)
	if err != nil {
		return nil, err
	}
	packages, err := parseLanguage(ctx, gobinary.NewParser(), ftypes.GoBinary, f.path, io.NewSectionReader(content, 0, size))
	if err != nil {
		return nil, err
	}
	found := &facts{Packages: packages, Gaps: replacedModules(info.Deps)}
	if !knowsModules(info) {
		found.Gaps = append(found.Gaps, noBuildInfo("made by Go without modules, so only its standard library is known")...)
	}
	return found, nil
}

func noBuildInfo(detail string) []finding.Gap {
	return []finding.Gap{{Kind: finding.GapNoBuildInfo, Detail: detail}}
}

// knowsModules says whether the absence of a module in info means that it is not
// in the executable.
func knowsModules(info *debug.BuildInfo) bool {
	switch {
	case info.Main.Path != "" || len(info.Deps) > 0:
		return true
	case strings.HasPrefix(info.Path, "cmd/"):
		// Go's own tools: everything in them comes with the Go version.
		return true
	case info.Path == "command-line-arguments":
		// "go build main.go" of a program that needs only the standard library
		// looks as a build outside modules does, except that since Go 1.21 the
		// latter sets DefaultGODEBUG.
		return version.Compare(info.GoVersion, "go1.21") >= 0 &&
			!slices.ContainsFunc(info.Settings, func(s debug.BuildSetting) bool { return s.Key == "DefaultGODEBUG" })
	}
	return false
}

// isExecutable is Trivy's rule for files that may be programs.
func isExecutable(p string, mode fs.FileMode) bool {
	return path.Ext(p) == ".exe" || mode.IsRegular() && mode.Perm()&0o111 != 0
}
