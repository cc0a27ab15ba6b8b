package image

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/klauspost/compress/gzip"
)

// maxSplitLine is the longest line in bytes of a daemon's record of a tar. The
// headers of one file take a few KiB; padding is recorded in pieces of 1 MiB.
const maxSplitLine = 8 << 20

// splitReader puts the tar of a layer together again from the folder that it was
// unpacked to and the record that Docker keeps of all the rest: headers, padding,
// and the order of the files (github.com/vbatts/tar-split). So it is the same tar
// that the daemon would save, whiteouts and hard links included, and a file that
// is sought over is never opened.
type splitReader struct {
	folder  *os.Root
	record  io.Closer
	inflow  *gzip.Reader
	lines   *bufio.Reader
	onBytes func(int64)
	maxSize int64

	pos  int64
	line []byte // reused

	// What comes next is header, then left bytes of the file called name from its
	// offset at on.
	header   []byte
	name     string
	size     int64
	at, left int64
	file     *os.File // nil when it was not needed so far

	sought bool // nothing was read since
}

// splitEntry is one line of the record.
type splitEntry struct {
	Type    int    `json:"type"` // splitFile or splitSegment
	Name    string `json:"name"`
	NameRaw []byte `json:"name_raw"` // in place of a Name that is not UTF-8
	Size    int64  `json:"size"`
	Payload []byte `json:"payload"` // of a segment; the checksum of a file
}

const (
	splitFile    = 1
	splitSegment = 2
)

// next takes the next line, after what came before has been used up.
func (s *splitReader) next() error {
	s.closeFile()
	line, err := s.readLine()
	if err != nil {
		return err
	}
	// Nearly all of the record is these lines, always written alike.
	if rest, ok := bytes.CutPrefix(line, []byte(`{"type":2,"payload":"`)); ok {
		if end := bytes.IndexByte(rest, '"'); end >= 0 {
			// What comes out is shorter and starts earlier than what goes in.
			n, err := base64.StdEncoding.Decode(line, rest[:end])
			if err != nil {
				return fmt.Errorf("reading the record of the tar: %w", err)
			}
			s.header = line[:n]
			return nil
		}
	}
	var e splitEntry
	if err := json.Unmarshal(line, &e); err != nil {
		return fmt.Errorf("reading the record of the tar: %w", err)
	}
	switch {
	case e.Type == splitSegment:
		s.header = e.Payload
	case e.Type == splitFile && e.Size >= 0 && e.Size <= s.maxSize-s.pos:
		s.name, s.size, s.at, s.left = e.Name, e.Size, 0, e.Size
		if e.Name == "" {
			s.name = string(e.NameRaw)
		}
	case e.Type == splitFile:
		return fmt.Errorf("the record of the tar lists a file of %d bytes", e.Size)
	default:
		return fmt.Errorf("the record of the tar has an entry of type %d", e.Type)
	}
	return nil
}

func (s *splitReader) readLine() ([]byte, error) {
	s.line = s.line[:0]
	for {
		piece, err := s.lines.ReadSlice('\n')
		s.line = append(s.line, piece...)
		switch {
		case err == nil:
			return s.line, nil
		case errors.Is(err, bufio.ErrBufferFull) && len(s.line) <= maxSplitLine:
		case errors.Is(err, bufio.ErrBufferFull):
			return nil, fmt.Errorf("the record of the tar has a line of more than %d bytes", maxSplitLine)
		case errors.Is(err, io.EOF) && len(s.line) > 0:
			return nil, io.ErrUnexpectedEOF
		default:
			return nil, err
		}
	}
}

func (s *splitReader) Read(p []byte) (int, error) {
	for len(s.header) == 0 && s.left == 0 {
		if err := s.next(); err != nil {
			return 0, err
		}
	}
	sought := s.sought
	s.sought = false
	if len(s.header) > 0 {
		n := copy(p, s.header)
		s.header = s.header[n:]
		s.pos += int64(n)
		return n, nil
	}
	// Having sought, archive/tar reads the last byte of a file to make sure that it
	// is there. It is not worth opening the file for.
	if sought && len(p) == 1 && s.left == 1 {
		p[0] = 0
		s.forward(1)
		return 1, nil
	}
	if err := s.open(); err != nil {
		return 0, err
	}
	n, err := s.file.ReadAt(p[:min(int64(len(p)), s.left)], s.at)
	s.forward(int64(n))
	if n > 0 {
		return n, nil
	}
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return 0, err
}

// forward moves on by n bytes of the file.
func (s *splitReader) forward(n int64) {
	s.pos += n
	s.at += n
	s.left -= n
	s.onBytes(n)
}

// Seek moves forward from where the stream stands, or says where that is.
func (s *splitReader) Seek(offset int64, whence int) (int64, error) {
	if whence != io.SeekCurrent || offset < 0 {
		return 0, fmt.Errorf("seeking a layer other than forward: %w", errors.ErrUnsupported)
	}
	s.sought = offset > 0
	for offset > 0 {
		if len(s.header) == 0 && s.left == 0 {
			if err := s.next(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				return 0, err
			}
		}
		n := min(offset, int64(len(s.header)))
		s.header = s.header[n:]
		s.pos += n
		offset -= n

		n = min(offset, s.left)
		s.forward(n)
		offset -= n
	}
	return s.pos, nil
}

// Section is the next n bytes, which are of one file, without moving.
func (s *splitReader) Section(n int64) (io.ReaderAt, error) {
	if len(s.header) == 0 && s.left == 0 {
		if err := s.next(); err != nil {
			return nil, err
		}
	}
	if len(s.header) > 0 || n < 0 || n > s.left {
		return nil, io.ErrUnexpectedEOF
	}
	if err := s.open(); err != nil {
		return nil, err
	}
	return io.NewSectionReader(s.file, s.at, n), nil
}

// open opens the file that comes next. Links in the folder belong to the image:
// they are followed inside it and never out of it.
func (s *splitReader) open() error {
	if s.file != nil {
		return nil
	}
	name := tarName(s.name)
	info, err := s.folder.Stat(name)
	if err != nil {
		return fmt.Errorf("looking at a file of the layer: %w", err)
	}
	if !info.Mode().IsRegular() || info.Size() != s.size {
		return fmt.Errorf("%q is not the file that was unpacked", s.name)
	}
	s.file, err = s.folder.Open(name)
	if err != nil {
		return fmt.Errorf("opening a file of the layer: %w", err)
	}
	return nil
}

func (s *splitReader) closeFile() {
	if s.file != nil {
		s.file.Close()
		s.file = nil
	}
}

// Close releases the folder and the record.
func (s *splitReader) Close() error {
	s.closeFile()
	return errors.Join(s.inflow.Close(), s.record.Close(), s.folder.Close())
}
