package manifest

import (
	"errors"
	"path"

	"golang.org/x/mod/modfile"

	"github.com/org/imgscan-action/internal/finding"
)

// goMod reads go.mod.
type goMod struct{}

// goWork reads go.work.
type goWork struct{}

// goModule is a go.mod or a go.work.
type goModule struct {
	module    finding.Line // zero for go.work
	toolchain finding.Line // the toolchain line, else the go line; may be zero
	version   string       // that the line names: "1.22.3"
	requires  []request
	replaces  []goReplace
	uses      []string // the folders of modules, from the root of the repository; go.work only
	isWork    bool
}

// goReplace is a replace line.
type goReplace struct {
	oldPath, oldVersion string // the version is empty for all versions
	newPath, newVersion string // the version is empty for a folder
	line                finding.Line
}

func (goMod) wants(p string) bool { return path.Base(p) == "go.mod" }

func (goMod) read(f *file) (*document, error) {
	// The lax parser leaves out replace lines; what only the strict one refuses
	// are lines of later Go versions, which are worth a note.
	parsed, err := modfile.Parse(f.path, []byte(f.text), nil)
	if err != nil {
		return nil, goError(err)
	}
	if parsed.Module == nil {
		// An empty file keeps a folder out of the module around it.
		return &document{goMod: &goModule{}}, nil
	}
	m := &goModule{module: goLine(f, parsed.Module.Syntax)}
	m.setToolchain(f, parsed.Go, parsed.Toolchain)
	for _, r := range parsed.Require {
		m.requires = append(m.requires, request{
			name: r.Mod.Path, want: r.Mod.Version, line: goLine(f, r.Syntax), role: roleDirect, indirect: r.Indirect,
		})
	}
	m.setReplaces(f, parsed.Replace)
	return &document{name: parsed.Module.Mod.Path, goMod: m}, nil
}

func (goWork) wants(p string) bool { return path.Base(p) == "go.work" }

func (goWork) read(f *file) (*document, error) {
	parsed, err := modfile.ParseWork(f.path, []byte(f.text), nil)
	if err != nil {
		return nil, goError(err)
	}
	m := &goModule{isWork: true}
	m.setToolchain(f, parsed.Go, parsed.Toolchain)
	for _, u := range parsed.Use {
		m.uses = append(m.uses, path.Join(path.Dir(f.path), u.Path))
	}
	m.setReplaces(f, parsed.Replace)
	return &document{goMod: m}, nil
}

func (m *goModule) setToolchain(f *file, version *modfile.Go, toolchain *modfile.Toolchain) {
	switch {
	case toolchain != nil && toolchain.Name != "default":
		m.toolchain, m.version = goLine(f, toolchain.Syntax), toolchain.Name
	case version != nil:
		m.toolchain, m.version = goLine(f, version.Syntax), version.Version
	}
}

func (m *goModule) setReplaces(f *file, replaces []*modfile.Replace) {
	for _, r := range replaces {
		m.replaces = append(m.replaces, goReplace{
			oldPath: r.Old.Path, oldVersion: r.Old.Version,
			newPath: r.New.Path, newVersion: r.New.Version,
			line: goLine(f, r.Syntax),
		})
	}
}

func goLine(f *file, l *modfile.Line) finding.Line {
	return f.span(l.Start.Line, l.End.Line)
}

// goError is the first mistake of a file.
func goError(err error) error {
	var list modfile.ErrorList
	if errors.As(err, &list) && len(list) > 0 {
		return &lineError{list[0].Pos.Line, list[0].Err.Error()}
	}
	return err
}
