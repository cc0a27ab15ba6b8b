package image

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
)

// skimBuffer is how many bytes are read around a tar header: the headers of
// small files that follow come along, the content of a large one does not.
const skimBuffer = 16 << 10

// Skim gives the layer as an uncompressed tar stream of which parts can be left
// out by seeking forward. It also has a method
//
//	Section(n int64) (io.ReaderAt, error)
//
// for the next n bytes, which can be used until the stream has moved past them;
// the error is io.ErrUnexpectedEOF when there are fewer.
//
// What is left out is not checked, so nothing is: a skimmed layer need not have
// the digests that the image gives. Whatever is wrong with it otherwise is better
// told by [Layer.Open].
//
// The error is errors.ErrUnsupported when the layer has to be read in order: it is
// compressed, or comes over a connection. Any other error may be the fault of the
// way and not of the layer.
func (l *Layer) Skim(ctx context.Context) (io.ReadSeekCloser, error) {
	if l.folder != nil {
		return l.folder.skim(l)
	}
	if !l.anyOrder() || strings.HasSuffix(string(l.mediaType), "+encrypted") {
		return nil, errors.ErrUnsupported
	}
	f, err := l.file(ctx)
	if err != nil {
		return nil, fmt.Errorf("opening layer %s: %w", l.DiffID(), err)
	}
	s, err := l.skim(f)
	if err != nil {
		f.Close()
		return nil, err
	}
	return s, nil
}

func (l *Layer) skim(f fs.File) (*skimReader, error) {
	content, ok := f.(io.ReaderAt)
	if !ok {
		return nil, errors.ErrUnsupported
	}
	info, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("opening layer %s: %w", l.DiffID(), err)
	}
	head := make([]byte, 4)
	n, err := content.ReadAt(head, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("reading layer %s: %w", l.DiffID(), err)
	}
	if sniff(head[:n]) != uncompressed || info.Size() > l.maxSize {
		return nil, errors.ErrUnsupported
	}
	return &skimReader{content: content, size: info.Size(), closer: f, onBytes: l.onBytes}, nil
}

// skimReader reads pieces of content in ascending order, through a buffer that
// seeking does not throw away.
type skimReader struct {
	content io.ReaderAt
	size    int64
	closer  io.Closer
	onBytes func(int64)

	at     int64 // of the next byte
	told   int64 // to onBytes
	buffer []byte
	start  int64 // of buffer
}

func (s *skimReader) Read(p []byte) (int, error) {
	if s.at >= s.size {
		return 0, io.EOF
	}
	p = p[:min(int64(len(p)), s.size-s.at)]
	if s.at < s.start || s.at >= s.start+int64(len(s.buffer)) {
		if len(p) >= skimBuffer {
			n, err := s.content.ReadAt(p, s.at)
			return s.advance(n, err)
		}
		if s.buffer == nil {
			s.buffer = make([]byte, 0, skimBuffer)
		}
		s.start = s.at
		n, err := s.content.ReadAt(s.buffer[:min(skimBuffer, s.size-s.at)], s.at)
		s.buffer = s.buffer[:n]
		if n == 0 {
			return s.advance(0, err)
		}
	}
	return s.advance(copy(p, s.buffer[s.at-s.start:]), nil)
}

// advance moves on by n bytes. The content cannot end here: a file that does has
// become shorter since it was opened.
func (s *skimReader) advance(n int, err error) (int, error) {
	s.at += int64(n)
	if n > 0 {
		return n, nil
	}
	if err == nil || errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return 0, err
}

// Seek moves forward from where the stream stands, or says where that is.
func (s *skimReader) Seek(offset int64, whence int) (int64, error) {
	if whence != io.SeekCurrent || offset < 0 {
		return 0, fmt.Errorf("seeking a layer other than forward: %w", errors.ErrUnsupported)
	}
	// The end is as far as it goes, so that huge sizes do not add up to less.
	s.at += min(offset, s.size-s.at)
	s.tell()
	return s.at, nil
}

func (s *skimReader) tell() {
	if s.at > s.told {
		s.onBytes(s.at - s.told)
		s.told = s.at
	}
}

// Section is the next n bytes, without moving.
func (s *skimReader) Section(n int64) (io.ReaderAt, error) {
	if n < 0 || n > s.size-s.at {
		return nil, io.ErrUnexpectedEOF
	}
	return io.NewSectionReader(s.content, s.at, n), nil
}

// Close releases the file. The bytes after the end of the tar count as read.
func (s *skimReader) Close() error {
	s.at = s.size
	s.tell()
	return s.closer.Close()
}
