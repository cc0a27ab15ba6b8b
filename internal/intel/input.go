package intel

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"time"

	"github.com/org/imgscan-action/internal/finding"
)

// limits are what a file may ask of us. They are several times what the sources
// publish today.
type limits struct {
	stored   int64 // bytes of the file as it is
	unpacked int64 // bytes
	rows     int
}

// maxItem is the largest entry, in bytes unpacked: what has to be in memory at
// once.
const maxItem = 8 << 20

const byteOrderMark = "\ufeff"

// input is a context file that is being read: unpacked when it is a gzip file,
// hashed as it is, and held to its limits.
type input struct {
	name   string
	rows   int // that are still allowed
	digest hash.Hash
	text   *bufio.Reader
}

func newInput(name string, r io.Reader, limits limits) (*input, error) {
	in := &input{name: name, rows: limits.rows, digest: sha256.New()}
	stored := &capped{r: r, left: limits.stored, tooMuch: fmt.Errorf("the file is larger than %d MiB", limits.stored>>20)}
	raw := bufio.NewReader(io.TeeReader(stored, in.digest))
	var unpacked io.Reader = raw
	if magic, _ := raw.Peek(2); bytes.Equal(magic, []byte{0x1f, 0x8b}) {
		gz, err := gzip.NewReader(raw)
		if err != nil {
			return nil, in.at(0, fmt.Errorf("unpacking: %w", err))
		}
		unpacked = &capped{r: gz, left: limits.unpacked, tooMuch: fmt.Errorf("the file unpacks to more than %d MiB", limits.unpacked>>20)}
	}
	in.text = bufio.NewReader(unpacked)
	if mark, _ := in.text.Peek(len(byteOrderMark)); string(mark) == byteOrderMark {
		_, _ = in.text.Discard(len(byteOrderMark))
	}
	return in, nil
}

// first is the first byte that is not a space, which tells JSON from CSV; 0 when
// there is none near the beginning.
func (in *input) first() byte {
	start, _ := in.text.Peek(512)
	if start = bytes.TrimLeft(start, " \t\r\n"); len(start) > 0 {
		return start[0]
	}
	return 0
}

// countRow fails when there are more entries than any source has.
func (in *input) countRow() error {
	if in.rows--; in.rows < 0 {
		return errors.New("more entries than any source publishes")
	}
	return nil
}

// source describes the file once it has been read.
func (in *input) source(kind string, date time.Time) (finding.ContextSource, error) {
	switch n, err := io.Copy(io.Discard, in.text); {
	case err != nil:
		return finding.ContextSource{}, in.at(0, err)
	case n > 0: // it would be in the digest and nobody would have looked at it
		return finding.ContextSource{}, in.at(0, errors.New("something follows the end of the data"))
	}
	return finding.ContextSource{
		Name:   kind,
		File:   in.name,
		SHA256: hex.EncodeToString(in.digest.Sum(nil)),
		Date:   date,
	}, nil
}

// at says on which line err was found; 0 is the file as a whole.
func (in *input) at(line int, err error) error {
	if line == 0 {
		return fmt.Errorf("%s: %w", in.name, err)
	}
	return fmt.Errorf("%s:%d: %w", in.name, line, err)
}

// capped is a reader that fails at a limit. One that only ended there would make a
// file that was cut off look whole.
type capped struct {
	r       io.Reader
	left    int64
	tooMuch error
}

func (c *capped) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	if c.left -= int64(n); c.left < 0 {
		return 0, c.tooMuch
	}
	return n, err
}

// newItems caps what is read for one entry; refill before each.
func newItems(r io.Reader) *capped {
	items := &capped{r: r, tooMuch: fmt.Errorf("an entry is larger than %d MiB", maxItem>>20)}
	items.refill()
	return items
}

func (c *capped) refill() { c.left = maxItem }
