package vulndb

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
)

const (
	// writeBuffer times writeBuffers is how many bytes decompressing may be ahead
	// of the disk.
	writeBuffer  = 256 << 10
	writeBuffers = 8

	// syncEvery is after how many bytes the disk is made to begin with its work, so
	// that it does not have all of it left at the end.
	syncEvery = 128 << 20
)

// writeFile makes a new file of at most limit bytes, which is on the disk when it
// returns. Reading, which is decompressing, does not wait for writing.
func writeFile(ctx context.Context, path string, r io.Reader, limit int64) (int64, error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return 0, err
	}
	w := startWriting(f)
	written, err := w.fill(io.LimitReader(&cancellable{ctx: ctx, r: r}, limit+1))
	if err == nil && written > limit {
		err = fmt.Errorf("over the limit of %d bytes", limit)
	}
	return written, errors.Join(err, w.wait(), f.Sync(), f.Close())
}

// writing is a file that is being written in the background.
type writing struct {
	full chan []byte
	free chan []byte
	err  error // valid once free is closed
}

func startWriting(f *os.File) *writing {
	w := &writing{full: make(chan []byte, writeBuffers), free: make(chan []byte, writeBuffers)}
	for range writeBuffers {
		w.free <- nil // made when it is needed: most files are small
	}
	go func() {
		defer close(w.free)
		var unsynced int
		synced := make(chan struct{}, 1)
		synced <- struct{}{}
		for b := range w.full {
			if w.err == nil {
				_, w.err = f.Write(b)
			}
			if unsynced += len(b); unsynced >= syncEvery {
				select {
				case <-synced:
					unsynced = 0
					go func() {
						_ = f.Sync() // its error comes again from the last one
						synced <- struct{}{}
					}()
				default:
				}
			}
			w.free <- b
		}
		<-synced
	}()
	return w
}

// fill gives everything that r has to the writer.
func (w *writing) fill(r io.Reader) (int64, error) {
	var total int64
	for {
		b := <-w.free
		if b == nil {
			b = make([]byte, writeBuffer)
		}
		b = b[:writeBuffer]
		var n int
		var err error
		for n < len(b) && err == nil {
			var more int
			more, err = r.Read(b[n:])
			n += more
		}
		total += int64(n)
		w.full <- b[:n]
		if err == io.EOF {
			return total, nil
		}
		if err != nil {
			return total, err
		}
	}
}

// wait is the end of writing, after the last of it was given.
func (w *writing) wait() error {
	close(w.full)
	for range w.free {
	}
	return w.err
}
