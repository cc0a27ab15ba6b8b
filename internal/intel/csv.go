package intel

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// sheet is a CSV file with a header, read row by row. Lines that begin with "#"
// before the header are its comments.
type sheet struct {
	in       *input
	items    *capped
	csv      *csv.Reader
	comments []string

	header []string // in lower case
	row    []string
	line   int
}

func newSheet(in *input) (*sheet, error) {
	s := &sheet{in: in, items: newItems(in.text)}
	for {
		if next, _ := in.text.Peek(1); string(next) != "#" {
			break
		}
		comment, err := in.text.ReadSlice('\n')
		if err != nil {
			return nil, in.at(len(s.comments)+1, fmt.Errorf("a comment without an end: %w", err))
		}
		if s.comments = append(s.comments, strings.TrimSpace(string(comment))); len(s.comments) > maxComments {
			return nil, in.at(len(s.comments), errors.New("more comments than any source writes"))
		}
	}
	s.csv = csv.NewReader(s.items)
	s.csv.ReuseRecord = true
	more, err := s.next()
	if err != nil {
		return nil, err
	}
	if !more {
		return nil, in.at(0, errors.New("the file is empty"))
	}
	for _, name := range s.row {
		s.header = append(s.header, strings.ToLower(strings.TrimSpace(name)))
	}
	return s, nil
}

const maxComments = 20

// next reads a row; false after the last.
func (s *sheet) next() (bool, error) {
	s.items.refill()
	row, err := s.csv.Read()
	var parse *csv.ParseError
	switch {
	case errors.Is(err, io.EOF):
		return false, nil
	case errors.As(err, &parse):
		return false, s.in.at(parse.Line+len(s.comments), parse.Err)
	case err != nil:
		return false, s.in.at(s.line, err)
	}
	s.row = row
	s.line, _ = s.csv.FieldPos(0)
	s.line += len(s.comments)
	if s.header == nil {
		return true, nil
	}
	if err := s.in.countRow(); err != nil {
		return false, s.fail(err)
	}
	return true, nil
}

// fail says on which line err was found.
func (s *sheet) fail(err error) error { return s.in.at(s.line, err) }

// columns are the places of the named columns, all of which have to be there.
func (s *sheet) columns(names ...string) ([]int, error) {
	var places []int
	for _, name := range names {
		i := slices.Index(s.header, strings.ToLower(name))
		if i < 0 {
			return nil, s.fail(fmt.Errorf("there is no column %q: expected a header with %s", name, strings.Join(names, ", ")))
		}
		places = append(places, i)
	}
	return places, nil
}
