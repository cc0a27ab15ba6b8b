package cli

import (
	"fmt"
	"io/fs"
	"os"
	"strings"
)

// plainFS are the plain files and folders below a root. A link is none, wherever it
// leads to: in a change that somebody proposes it could lead to what a step of the
// workflow has left, and what stands there would be quoted. A pipe is none either,
// because reading it waits for a writer.
type plainFS struct{ root *os.Root }

// Open implements fs.FS.
func (p plainFS) Open(name string) (fs.File, error) {
	if !fs.ValidPath(name) {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrInvalid}
	}
	for i := range len(name) + 1 {
		if i < len(name) && name[i] != '/' {
			continue
		}
		info, err := p.root.Lstat(name[:i])
		if err != nil {
			return nil, err
		}
		if !info.Mode().IsRegular() && !info.IsDir() {
			return nil, &fs.PathError{Op: "open", Path: name, Err: fmt.Errorf("%q is %s, and only plain files are read", name[:i], kindOf(info.Mode()))}
		}
	}
	return p.root.Open(name)
}

// kindOf is what a file is that is neither plain nor a folder, with its article.
func kindOf(mode fs.FileMode) string {
	switch {
	case mode&fs.ModeSymlink != 0:
		return "a link"
	case mode&fs.ModeNamedPipe != 0:
		return "a pipe"
	}
	return "a special file (" + strings.TrimRight(mode.Type().String(), "-") + ")"
}
