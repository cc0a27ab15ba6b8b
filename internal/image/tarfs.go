package image

import (
	"archive/tar"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"
	"time"
)

// maxLinks is how many links in a row an archive may use to name a file.
const maxLinks = 16

// maxName is the longest file name that is indexed. Image archives use names of
// about 80 bytes.
const maxName = 4096

// tarFS is an uncompressed tar as a file system: one pass notes where each file
// is, and opening one seeks there. Links are followed inside the tar and never
// out of it. It implements Open and nothing of directories.
type tarFS struct {
	content io.ReaderAt
	entries map[string]tarEntry

	// archive tells the file that content came from, as fileKey does; empty when
	// there is none.
	archive string
}

type tarEntry struct {
	offset, size int64
	link         string // where it points, from the root of the tar; empty for a file
}

// indexTar reads the headers of the tar in content, which has size bytes. A tar
// that is cut short is an error here, whichever file is concerned.
func indexTar(content io.ReaderAt, size int64) (*tarFS, error) {
	t := &tarFS{content: content, entries: make(map[string]tarEntry)}
	section := io.NewSectionReader(content, 0, size)
	for r := tar.NewReader(section); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return t, nil
		}
		const block = 512 // what every header of a tar fills
		if err != nil && len(t.entries) == 0 && (size < block || !errors.Is(err, io.ErrUnexpectedEOF)) {
			return nil, errors.New("it is no tar: expected what docker save writes, or an OCI layout as a tar, plain or compressed with gzip or zstd")
		}
		if errors.Is(err, io.ErrUnexpectedEOF) {
			return nil, fmt.Errorf("the tar is cut short after %d files: %w", len(t.entries), err)
		}
		if err != nil {
			return nil, fmt.Errorf("reading tar headers: %w", err)
		}
		if len(t.entries) >= maxEntries {
			return nil, fmt.Errorf("the tar has more than %d files", maxEntries)
		}
		if len(h.Name) > maxName || len(h.Linkname) > maxName {
			continue
		}
		name := tarName(h.Name)
		if !fs.ValidPath(name) {
			continue // such as ../x: nothing in an image archive is outside of it
		}
		// The reader takes headers block by block, so the section stands at the
		// content of the file now.
		offset, err := section.Seek(0, io.SeekCurrent)
		if err != nil {
			return nil, err
		}
		switch h.Typeflag {
		case tar.TypeReg:
			if sparse(h) {
				continue // its bytes are not where its size says
			}
			// The last of several entries with one name counts, as when unpacking.
			t.entries[name] = tarEntry{offset: offset, size: h.Size}
		case tar.TypeSymlink:
			// A link that starts at the root means the root of the archive.
			target := h.Linkname
			if !path.IsAbs(target) {
				target = path.Join(path.Dir(name), target)
			}
			t.entries[name] = tarEntry{link: tarName(target)}
		case tar.TypeLink:
			t.entries[name] = tarEntry{link: tarName(h.Linkname)}
		}
	}
}

// tarName is the name of an entry from the root, without "./" and "/".
func tarName(name string) string {
	return path.Clean(strings.TrimLeft(name, "/"))
}

func sparse(h *tar.Header) bool {
	for key := range h.PAXRecords {
		if strings.HasPrefix(key, "GNU.sparse.") {
			return true
		}
	}
	return false
}

// Open implements fs.FS for regular files.
func (t *tarFS) Open(name string) (fs.File, error) {
	at := name
	for range maxLinks {
		e, ok := t.entries[at]
		if !ok {
			return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
		}
		if e.link == "" {
			return &tarFile{SectionReader: io.NewSectionReader(t.content, e.offset, e.size), name: path.Base(name), archive: t.archive}, nil
		}
		at = e.link
	}
	return nil, &fs.PathError{Op: "open", Path: name, Err: errors.New("too many links")}
}

// tarFile is one file of a tarFS, and its own fs.FileInfo.
type tarFile struct {
	*io.SectionReader
	name    string
	archive string // see tarFS
}

func (f *tarFile) Stat() (fs.FileInfo, error) { return f, nil }
func (f *tarFile) Close() error               { return nil }
func (f *tarFile) Name() string               { return f.name }
func (f *tarFile) Mode() fs.FileMode          { return 0o444 }
func (f *tarFile) ModTime() time.Time         { return time.Time{} }
func (f *tarFile) IsDir() bool                { return false }
func (f *tarFile) Sys() any                   { return nil }
