package intel

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
)

// document is a JSON file that is read entry by entry.
type document struct {
	*json.Decoder

	in    *input
	items *capped
	lines *lineCounter
	raw   json.RawMessage // the last entry; its memory is used again
}

func newDocument(in *input) *document {
	items := newItems(in.text)
	lines := &lineCounter{r: items}
	return &document{Decoder: json.NewDecoder(lines), in: in, items: items, lines: lines}
}

// entry decodes the next value and returns the line that it begins on.
func (d *document) entry(into any) (line int, err error) {
	if err := d.in.countRow(); err != nil {
		return 0, d.fail(err)
	}
	d.items.refill()
	if err := d.Decode(&d.raw); err != nil {
		return 0, d.fail(err)
	}
	// The decoder tells where a value ends, and not where it begins.
	line = d.lines.at(d.InputOffset() - int64(len(d.raw)))
	if err := json.Unmarshal(d.raw, into); err != nil {
		return 0, d.in.at(line, explained(err))
	}
	return line, nil
}

// delimiter reads one of []{}.
func (d *document) delimiter(want json.Delim) error {
	token, err := d.Token()
	if err != nil {
		return d.fail(err)
	}
	if token != want {
		return d.fail(fmt.Errorf("expected %q here", want))
	}
	return nil
}

// end fails unless everything was read.
func (d *document) end() error {
	switch _, err := d.Token(); {
	case err == nil:
		return d.fail(errors.New("something follows the end of the data"))
	case !errors.Is(err, io.EOF):
		return d.fail(err)
	}
	return nil
}

// fail says on which line the decoder is.
func (d *document) fail(err error) error {
	return d.in.at(d.lines.at(d.InputOffset()), explained(err))
}

// explained puts encoding/json's words for a file of the wrong shape, which name Go
// types, into words about the file.
func explained(err error) error {
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &kind) && kind.Field != "":
		return fmt.Errorf("%q must not be a JSON %s", kind.Field, kind.Value)
	case errors.As(err, &kind):
		return fmt.Errorf("a JSON %s does not belong here", kind.Value)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return errors.New("the file ends in the middle")
	}
	return err
}

// lineCounter turns offsets into line numbers. It forgets the lines before an
// offset that was asked for, so that a large file costs no memory.
type lineCounter struct {
	r      io.Reader
	offset int64
	ends   []int64 // offsets behind line ends
	passed int     // line ends that were forgotten
}

func (c *lineCounter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	for i, b := range p[:n] {
		if b == '\n' {
			c.ends = append(c.ends, c.offset+int64(i)+1)
		}
	}
	c.offset += int64(n)
	return n, err
}

// at is the line, from 1, of an offset that is not before the last one.
func (c *lineCounter) at(offset int64) int {
	before, found := slices.BinarySearch(c.ends, offset)
	if found {
		before++
	}
	c.passed += before
	c.ends = slices.Delete(c.ends, 0, before)
	return c.passed + 1
}
