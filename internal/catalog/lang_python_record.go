package catalog

import (
	"bufio"
	"context"
	"io/fs"
	"path"
	"strings"
)

// pythonRecord reads the list of files that comes with an installed wheel, since
// wheels also bring programs, and put them into a folder of the system.
// See "Recording installed projects" of the Python packaging specifications.
type pythonRecord struct{}

func (pythonRecord) name() string { return "python-record" }

func (pythonRecord) wants(p string, _ int64, _ fs.FileMode) bool {
	return path.Base(p) == "RECORD" && strings.HasSuffix(path.Dir(p), ".dist-info")
}

// analyze reads lines of comma-separated values, of which the first is a path
// from the folder that the .dist-info is in.
func (pythonRecord) analyze(_ context.Context, f *file) (*facts, error) {
	info := path.Dir(f.path)
	l := fileList{Metadata: path.Join(info, "METADATA")}
	s := bufio.NewScanner(f.reader())
	for len(l.Files) < maxListed && s.Scan() {
		name := firstValue(s.Text())
		if extension := path.Ext(name); name != "" && (extension == "" || extension == ".exe" || isLibrary(name)) {
			l.Files = append(l.Files, fromFolder(path.Dir(info), name))
		}
	}
	return &facts{Installed: []fileList{l}}, nil
}

// firstValue is the first value in a line of comma-separated values.
func firstValue(line string) string {
	quoted, ok := strings.CutPrefix(line, `"`)
	if !ok {
		value, _, _ := strings.Cut(line, ",")
		return value
	}
	value, _, _ := strings.Cut(strings.ReplaceAll(quoted, `""`, "\x00"), `"`)
	return strings.ReplaceAll(value, "\x00", `"`)
}

// fromFolder is the path that name, which may be absolute, leads to from dir.
func fromFolder(dir, name string) string {
	if !strings.HasPrefix(name, "/") {
		name = dir + "/" + name
	}
	return cleanPath(name)
}
