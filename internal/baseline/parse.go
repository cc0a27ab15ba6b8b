package baseline

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
)

// version is the format that this package reads and writes.
const version = 1

// maxSize is far above what the findings of a thousand images take.
const maxSize = 64 << 20

// Parse reads a file strictly: an unknown key, a key set twice, and a fingerprint
// that is not that of the finding beside it are errors, which say where they are.
// The last of these keeps a line from sparing something else than it says. The name
// is for messages.
func Parse(name string, src []byte) (*File, error) {
	if len(src) > maxSize {
		return nil, fmt.Errorf("%s: %d bytes are too many for a baseline: the limit is %d", name, len(src), maxSize)
	}
	r := &reader{name: name, src: src, dec: json.NewDecoder(bytes.NewReader(src))}
	r.dec.UseNumber()
	file, err := r.file()
	if err != nil {
		return nil, err
	}
	if _, err := r.dec.Token(); !errors.Is(err, io.EOF) {
		return nil, r.errorf("there is something after the end")
	}
	file.sort()
	return file, nil
}

// reader reads token by token: decoding into a struct would let through keys in
// another case and keys set twice, and forget the lines.
type reader struct {
	name string
	src  []byte
	dec  *json.Decoder

	// counted is how much of src has been looked through for lines, of which there
	// were lines.
	counted, lines int
}

func (r *reader) file() (*File, error) {
	file := &File{}
	seen, err := r.object(func(key string) (err error) {
		switch key {
		case "version":
			return r.version()
		case "created":
			file.Created, err = r.day()
		case "tool":
			file.Tool, err = r.text(key)
		case "findings":
			file.Findings, err = r.findings()
		default:
			err = r.errorf("unknown key %.60q: expected version, created, tool, findings", key)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	for _, key := range []string{"version", "created", "findings"} {
		if !seen[key] {
			return nil, r.errorf("%s is missing", key)
		}
	}
	return file, nil
}

func (r *reader) findings() ([]Finding, error) {
	if err := r.delimiter('[', "a list of findings"); err != nil {
		return nil, err
	}
	var all []Finding
	lines := make(map[Finding]int)
	for r.dec.More() {
		one, err := r.finding()
		if err != nil {
			return nil, err
		}
		if first, twice := lines[one]; twice {
			return nil, r.errorf("this finding is there twice, first in line %d", first)
		}
		lines[one] = r.line()
		all = append(all, one)
	}
	return all, r.delimiter(']', "the end of the list")
}

func (r *reader) finding() (Finding, error) {
	var (
		one         Finding
		fingerprint string
	)
	seen, err := r.object(func(key string) (err error) {
		var into *string
		switch key {
		case "image":
			into = &one.Image
		case "vulnerability":
			into = &one.Vulnerability
		case "package":
			into = &one.Package
		case "type":
			into = &one.Type
		case "path":
			into = &one.Path
		case "fingerprint":
			into = &fingerprint
		default:
			return r.errorf("unknown key %.60q: expected %s", key, strings.Join(findingKeys(), ", "))
		}
		*into, err = r.text(key)
		return err
	})
	if err != nil {
		return Finding{}, err
	}
	for _, key := range findingKeys() {
		if !seen[key] {
			return Finding{}, r.errorf("%s is missing", key)
		}
	}
	if want := one.Fingerprint(); fingerprint != want {
		return Finding{}, r.errorf("the fingerprint %.60q is not that of %.60q in %.60q, which is %q: create the baseline anew rather than edit it",
			fingerprint, one.Vulnerability, one.Package, want)
	}
	return one, nil
}

func findingKeys() []string {
	return []string{"image", "vulnerability", "package", "type", "path", "fingerprint"}
}

// object reads an object whose values field reads, and returns the keys that it
// had.
func (r *reader) object(field func(key string) error) (map[string]bool, error) {
	if err := r.delimiter('{', "an object"); err != nil {
		return nil, err
	}
	seen := make(map[string]bool)
	for r.dec.More() {
		key, err := r.text("the name of a key")
		if err != nil {
			return nil, err
		}
		if seen[key] {
			return nil, r.errorf("%.60q is set twice", key)
		}
		seen[key] = true
		if err := field(key); err != nil {
			return nil, err
		}
	}
	return seen, r.delimiter('}', "the end of the object")
}

func (r *reader) version() error {
	token, err := r.token()
	if err != nil {
		return err
	}
	switch number, ok := token.(json.Number); {
	case !ok:
		return r.errorf("version: expected the number %d", version)
	case number.String() != fmt.Sprint(version):
		return r.errorf("version: this imgscan reads version %d, and the file is of version %.60s", version, number)
	}
	return nil
}

func (r *reader) day() (time.Time, error) {
	s, err := r.text("created")
	if err != nil {
		return time.Time{}, err
	}
	day, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return time.Time{}, r.errorf("created: expected a date such as 2026-03-01, found %.60q", s)
	}
	return day, nil
}

func (r *reader) text(what string) (string, error) {
	token, err := r.token()
	if err != nil {
		return "", err
	}
	s, ok := token.(string)
	if !ok {
		return "", r.errorf("%s: expected a text", what)
	}
	return s, nil
}

func (r *reader) delimiter(want json.Delim, what string) error {
	token, err := r.token()
	if err != nil {
		return err
	}
	if token != want {
		return r.errorf("expected %s", what)
	}
	return nil
}

func (r *reader) token() (json.Token, error) {
	token, err := r.dec.Token()
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return nil, r.errorf("the file ends too soon")
	case err != nil:
		return nil, r.errorf("malformed JSON: %w", err)
	}
	return token, nil
}

// errorf is an error at the line of the last token.
func (r *reader) errorf(format string, args ...any) error {
	return fmt.Errorf("%s:%d: %w", r.name, r.line(), fmt.Errorf(format, args...))
}

func (r *reader) line() int {
	read := min(int(r.dec.InputOffset()), len(r.src))
	r.lines += bytes.Count(r.src[r.counted:read], []byte("\n"))
	r.counted = read
	return r.lines + 1
}
