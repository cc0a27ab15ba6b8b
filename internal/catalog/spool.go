package catalog

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"sync"
)

// spoolInMemory is the size in bytes up to which a file is kept in memory while
// it is read; a larger one goes to the disk.
const spoolInMemory = 8 << 20

// spool keeps one file of a stream so that it can be read at any offset.
type spool struct {
	dir     string // for large files; empty means the system's temporary folder
	max     int64  // bytes; larger files are refused by the walker
	buffers *sync.Pool
}

// newBuffers is the pool of the memory that spools share.
func newBuffers() *sync.Pool { return &sync.Pool{New: func() any { return new([]byte) }} }

// keep reads size bytes, of which head has been read already. An error of the
// stream is an unreadable; any other is the machine's. The content is valid
// until release is called.
func (s spool) keep(head []byte, rest io.Reader, size int64) (content io.ReaderAt, release func(), err error) {
	if size > spoolInMemory {
		return s.keepOnDisk(head, rest, size)
	}
	buf := s.buffers.Get().(*[]byte)
	if int64(cap(*buf)) < size {
		*buf = make([]byte, size)
	}
	b := (*buf)[:size]
	release = func() { s.buffers.Put(buf) }
	n := copy(b, head)
	if _, err := io.ReadFull(rest, b[n:]); err != nil {
		release()
		return nil, nil, unreadable{err}
	}
	return bytes.NewReader(b), release, nil
}

func (s spool) keepOnDisk(head []byte, rest io.Reader, size int64) (io.ReaderAt, func(), error) {
	f, err := os.CreateTemp(s.dir, "imgscan-")
	if err != nil {
		return nil, nil, err
	}
	// Nothing is left behind when we are killed: the name goes at once where the
	// system lets it, and the content goes with the last reader.
	removed := os.Remove(f.Name()) == nil
	release := func() {
		f.Close()
		if !removed {
			os.Remove(f.Name())
		}
	}
	in := &sourceError{r: io.MultiReader(bytes.NewReader(head), rest)}
	switch n, err := io.Copy(f, in); {
	case in.err != nil:
		release()
		return nil, nil, unreadable{in.err}
	case err != nil:
		release()
		return nil, nil, fmt.Errorf("keeping a large file: %w", err)
	case n != size:
		release()
		return nil, nil, unreadable{io.ErrUnexpectedEOF}
	}
	return f, release, nil
}

// sourceError tells the errors of what is read from those of where it is
// written to.
type sourceError struct {
	r   io.Reader
	err error
}

func (s *sourceError) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	if err != nil && err != io.EOF {
		s.err = err
	}
	return n, err
}

// unreadable is an error of the layer, which makes a Gap, and not of the
// machine, which stops the scan.
type unreadable struct{ error }

func (u unreadable) Unwrap() error { return u.error }
