package image

import (
	"errors"
	"io"
	"sync"
)

// How far a stream is read ahead of the one who reads it: enough that neither
// side waits for the other at every step, little enough for many layers at once.
const (
	aheadPieces = 4
	aheadPiece  = 128 << 10 // bytes
)

// readAhead reads a source in a goroutine of its own, so that decompressing goes
// on while what came out is hashed and parsed.
type readAhead struct {
	source io.Reader
	full   chan piece
	empty  chan []byte
	quit   chan struct{}
	stop   func() // lets the goroutine end when it has finished what it is at

	now piece // with the reader
}

// piece is one answer of the source.
type piece struct {
	content []byte
	err     error
}

// newReadAhead starts to read source, whose Read must not panic. It has to be
// stopped.
func newReadAhead(source io.Reader) *readAhead {
	quit := make(chan struct{})
	r := &readAhead{
		source: source,
		full:   make(chan piece, aheadPieces),
		empty:  make(chan []byte, aheadPieces),
		quit:   quit,
		stop:   sync.OnceFunc(func() { close(quit) }),
	}
	for range aheadPieces {
		r.empty <- nil // made when there is something to put in
	}
	go r.fill()
	return r
}

func (r *readAhead) fill() {
	defer close(r.full)
	for {
		var buffer []byte
		select {
		case buffer = <-r.empty:
		case <-r.quit:
			return
		}
		if buffer == nil {
			buffer = make([]byte, aheadPiece)
		}
		n, err := readFull(r.source, buffer)
		// Never blocks: there are no more pieces than places.
		r.full <- piece{buffer[:n], err}
		if err != nil {
			return
		}
	}
}

// readFull fills b as far as the source goes, and gives the source's own error.
func readFull(source io.Reader, b []byte) (n int, err error) {
	for n < len(b) && err == nil {
		var m int
		m, err = source.Read(b[n:])
		n += m
	}
	return n, err
}

// next is the next piece, valid until the one after it is asked for. It may come
// with the error that ends the source; nothing comes after that.
func (r *readAhead) next() ([]byte, error) {
	if cap(r.now.content) > 0 {
		r.empty <- r.now.content[:cap(r.now.content)]
	}
	var ok bool
	if r.now, ok = <-r.full; !ok {
		return nil, errors.New("reading a closed layer")
	}
	return r.now.content, r.now.err
}

// wait returns when source is no longer read, after stop.
func (r *readAhead) wait() {
	for range r.full {
		continue // it is closed when the goroutine ends
	}
}
