package github

import (
	"bytes"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"
)

// memoryFS is a tree of files in memory: their contents by path. Folders are
// those that the paths imply. Nobody changes it once it is made, so it is safe for
// concurrent use.
type memoryFS map[string][]byte

var _ fs.ReadFileFS = memoryFS(nil)

// Open implements fs.FS.
func (m memoryFS) Open(name string) (fs.File, error) {
	if !fs.ValidPath(name) {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrInvalid}
	}
	if content, ok := m[name]; ok {
		return &memoryFile{Reader: bytes.NewReader(content), info: memoryInfo{name: path.Base(name), size: int64(len(content))}}, nil
	}
	entries := m.entries(name)
	if entries == nil && name != "." {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	return &memoryFolder{path: name, entries: entries, info: memoryInfo{name: path.Base(name), folder: true}}, nil
}

// ReadFile implements fs.ReadFileFS. The content is a copy.
func (m memoryFS) ReadFile(name string) ([]byte, error) {
	f, err := m.Open(name)
	if err != nil {
		return nil, err
	}
	file, ok := f.(*memoryFile)
	if !ok {
		return nil, &fs.PathError{Op: "read", Path: name, Err: fs.ErrInvalid}
	}
	return io.ReadAll(file)
}

// entries are what a folder holds, sorted by name; nil when there is no such
// folder, as Git has no empty ones.
func (m memoryFS) entries(folder string) []fs.DirEntry {
	found := make(map[string]memoryInfo)
	for name, content := range m {
		if folder != "." {
			inside, ok := strings.CutPrefix(name, folder+"/")
			if !ok {
				continue
			}
			name = inside
		}
		first, _, deeper := strings.Cut(name, "/")
		if deeper {
			found[first] = memoryInfo{name: first, folder: true}
		} else {
			found[first] = memoryInfo{name: first, size: int64(len(content))}
		}
	}
	var entries []fs.DirEntry
	for _, info := range found {
		entries = append(entries, fs.FileInfoToDirEntry(info))
	}
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return entries
}

// memoryFile is an open file.
type memoryFile struct {
	*bytes.Reader
	info memoryInfo
}

func (f *memoryFile) Stat() (fs.FileInfo, error) { return f.info, nil }
func (f *memoryFile) Close() error               { return nil }

// memoryFolder is an open folder.
type memoryFolder struct {
	path    string
	info    memoryInfo
	entries []fs.DirEntry // those that ReadDir has not given yet
}

func (d *memoryFolder) Stat() (fs.FileInfo, error) { return d.info, nil }
func (d *memoryFolder) Close() error               { return nil }

func (d *memoryFolder) Read([]byte) (int, error) {
	return 0, &fs.PathError{Op: "read", Path: d.path, Err: fs.ErrInvalid}
}

// ReadDir implements fs.ReadDirFile.
func (d *memoryFolder) ReadDir(n int) ([]fs.DirEntry, error) {
	if n > 0 && len(d.entries) == 0 {
		return nil, io.EOF
	}
	if n <= 0 || n > len(d.entries) {
		n = len(d.entries)
	}
	given := d.entries[:n:n]
	d.entries = d.entries[n:]
	return given, nil
}

// memoryInfo describes a file or a folder, which nobody may write.
type memoryInfo struct {
	name   string
	size   int64
	folder bool
}

func (i memoryInfo) Name() string       { return i.name }
func (i memoryInfo) Size() int64        { return i.size }
func (i memoryInfo) ModTime() time.Time { return time.Time{} }
func (i memoryInfo) IsDir() bool        { return i.folder }
func (i memoryInfo) Sys() any           { return nil }

func (i memoryInfo) Mode() fs.FileMode {
	if i.folder {
		return fs.ModeDir | 0o555
	}
	return 0o444
}
