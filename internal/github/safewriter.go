package github

import (
	"bytes"
	"io"
	"sync"
)

// maxLine is the longest line that a SafeWriter holds back in bytes. A longer one
// is broken in two, so that hostile text cannot fill the memory.
const maxLine = 64 << 10

// SafeWriter passes text on line by line, each through [Sanitize]. A line is held
// back until it is complete, because only whole lines can be judged: half a
// command is not a command. It is safe for concurrent use.
type SafeWriter struct {
	mu      sync.Mutex
	w       io.Writer
	pending []byte
}

// NewSafeWriter wraps a stream that a runner reads.
func NewSafeWriter(w io.Writer) *SafeWriter { return &SafeWriter{w: w} }

// Write takes over all of p; an error comes from the stream underneath.
func (s *SafeWriter) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for rest := p; len(rest) > 0; {
		line, after, complete := bytes.Cut(rest, []byte{'\n'})
		if room := maxLine - len(s.pending); len(line) > room {
			line, after, complete = rest[:room], rest[room:], true
		}
		s.pending = append(s.pending, line...)
		rest = after
		if complete {
			if err := s.flush(); err != nil {
				return 0, err
			}
		}
	}
	return len(p), nil
}

// Flush writes out an unfinished line, and ends it.
func (s *SafeWriter) Flush() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.pending) == 0 {
		return nil
	}
	return s.flush()
}

// command writes one line as it is, on a line of its own.
func (s *SafeWriter) command(line string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.pending) > 0 {
		if err := s.flush(); err != nil {
			return err
		}
	}
	_, err := io.WriteString(s.w, line+"\n")
	return err
}

func (s *SafeWriter) flush() error {
	line := string(bytes.TrimSuffix(s.pending, []byte{'\r'}))
	s.pending = s.pending[:0]
	_, err := io.WriteString(s.w, Sanitize(line)+"\n")
	return err
}
