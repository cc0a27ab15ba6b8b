package manifest

import (
	"errors"
	"fmt"
	"strings"

	"github.com/BurntSushi/toml"
)

// tomlFile is where the values of a TOML file stand. What they are is for the
// library to say, which does not tell lines.
type tomlFile struct {
	file   *file
	values map[tomlKey]tomlPlace
	counts map[string]int // of the [[tables]], by name
}

// tomlKey is a path of keys, and the number from 0 of the [[table]] that it is
// in; the number is -1 outside such tables.
type tomlKey struct {
	path  string // joined by zero bytes
	block int
}

// tomlPlace is the lines of a value, and of its elements if it is an array.
type tomlPlace struct {
	start, end int
	raw        string
	elements   []int
	header     bool // of a table, and so not of all that is in it
}

// The limits of a TOML file, which the library reads recursively.
const (
	maxTOMLDepth = 64
	maxTOMLPath  = 32
)

// readTOML decodes a file into v and returns the places of its values.
func readTOML(f *file, v any) (*tomlFile, error) {
	t := &tomlFile{file: f, values: make(map[tomlKey]tomlPlace), counts: make(map[string]int)}
	s := tomlScanner{file: f, text: f.text}
	if err := s.scan(t); err != nil {
		return nil, &lineError{f.lineAt(min(s.at, len(s.text))), err.Error()}
	}
	if _, err := toml.Decode(f.text, v); err != nil {
		var at toml.ParseError
		if errors.As(err, &at) {
			return nil, &lineError{at.Position.Line, at.Message}
		}
		return nil, err
	}
	return t, nil
}

// place is where the value at path stands, or the nearest around it that is
// written on its own, as an inline table; the zero place when there is none.
func (t *tomlFile) place(path ...string) tomlPlace {
	for n := len(path); n > 0; n-- {
		if p, found := t.values[tomlKey{strings.Join(path[:n], "\x00"), -1}]; found && (n == len(path) || !p.header) {
			return p
		}
	}
	return tomlPlace{}
}

// inBlock is the place of a key in the n-th [[table]].
func (t *tomlFile) inBlock(table string, n int, key string) tomlPlace {
	return t.values[tomlKey{table + "\x00" + key, n}]
}

// packageLines returns the function that tells the lines of the n-th
// [[package]], from its name to its version. It is an error when the places do
// not belong to count tables.
func (t *tomlFile) packageLines(count int) (func(n int, name string) (start, end int, err error), error) {
	if t.counts["package"] != count {
		return nil, errors.New("the lines of its packages cannot be told apart")
	}
	return func(n int, name string) (int, int, error) {
		at := t.inBlock("package", n, "name")
		if at.start == 0 || strings.Trim(at.raw, `"'`) != name {
			return 0, 0, &lineError{at.start, "the lines of its packages cannot be told apart"}
		}
		return at.start, t.inBlock("package", n, "version").start, nil
	}, nil
}

// tomlScanner finds keys and values. It does not check them.
type tomlScanner struct {
	file *file
	text string
	at   int
}

var errTOML = errors.New("it is not TOML")

func (s *tomlScanner) scan(t *tomlFile) error {
	var header []string
	for {
		s.space(true)
		if s.at >= len(s.text) {
			return nil
		}
		if s.text[s.at] == '[' {
			var repeated bool
			var err error
			if header, repeated, err = s.header(); err != nil {
				return err
			}
			name := strings.Join(header, "\x00")
			if repeated {
				t.counts[name]++
			}
			// A table may be there only to be there, as [profile.dev].
			if key := t.key(header); !repeated {
				line := s.file.lineAt(s.at - 1)
				t.values[key] = tomlPlace{start: line, end: line, header: true}
			}
			continue
		}
		start := s.at
		keys, err := s.keys('=')
		if err != nil {
			return err
		}
		s.space(false)
		path := append(header[:len(header):len(header)], keys...)
		if len(path) > maxTOMLPath {
			return fmt.Errorf("a key has more than %d parts", maxTOMLPath)
		}
		place := tomlPlace{start: s.file.lineAt(start)}
		from := s.at
		if place.elements, err = s.value(); err != nil {
			return err
		}
		place.raw = strings.TrimSpace(s.text[from:s.at])
		place.end = s.file.lineAt(max(start, s.at-1))
		t.values[t.key(path)] = place
		// "a.b = 1" is also where a begins.
		for n := len(header) + 1; n < len(path); n++ {
			if key := t.key(path[:n]); t.values[key].start == 0 {
				t.values[key] = tomlPlace{start: place.start, end: place.end, header: true}
			}
		}
	}
}

// key is that of a path at this point of the file.
func (t *tomlFile) key(path []string) tomlKey {
	block := -1
	if n := t.counts[path[0]]; n > 0 {
		block = n - 1
	}
	return tomlKey{strings.Join(path, "\x00"), block}
}

// space skips white space and comments, and line ends if lines is set.
func (s *tomlScanner) space(lines bool) {
	for s.at < len(s.text) {
		switch c := s.text[s.at]; {
		case c == ' ' || c == '\t', lines && (c == '\n' || c == '\r'):
			s.at++
		case c == '#':
			s.toLineEnd()
		default:
			return
		}
	}
}

func (s *tomlScanner) toLineEnd() {
	if i := strings.IndexByte(s.text[s.at:], '\n'); i >= 0 {
		s.at += i
	} else {
		s.at = len(s.text)
	}
}

// header reads "[a.b]" or "[[a.b]]".
func (s *tomlScanner) header() (path []string, repeated bool, err error) {
	s.at++
	if repeated = strings.HasPrefix(s.text[s.at:], "["); repeated {
		s.at++
	}
	if path, err = s.keys(']'); err != nil {
		return nil, false, err
	}
	if repeated {
		if !strings.HasPrefix(s.text[s.at:], "]") {
			return nil, false, errTOML
		}
		s.at++
	}
	return path, repeated, nil
}

// keys reads keys with dots between them, up to and with the byte end.
func (s *tomlScanner) keys(end byte) ([]string, error) {
	var path []string
	for {
		s.space(false)
		if s.at >= len(s.text) {
			return nil, errTOML
		}
		key := ""
		if c := s.text[s.at]; c == '"' || c == '\'' {
			from := s.at
			if err := s.quoted(); err != nil {
				return nil, err
			}
			key = scalar(s.text[from:s.at])
		} else {
			n := strings.IndexFunc(s.text[s.at:], func(r rune) bool {
				return r != '_' && r != '-' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
			})
			if n <= 0 {
				return nil, errTOML
			}
			key = s.text[s.at : s.at+n]
			s.at += n
		}
		if path = append(path, key); len(path) > maxTOMLPath {
			return nil, fmt.Errorf("a key has more than %d parts", maxTOMLPath)
		}
		s.space(false)
		if s.at >= len(s.text) {
			return nil, errTOML
		}
		c := s.text[s.at]
		s.at++
		switch c {
		case end:
			return path, nil
		case '.':
		default:
			return nil, errTOML
		}
	}
}

// value skips a value, up to the end of its line, and tells the lines of the
// elements if it is an array.
func (s *tomlScanner) value() (elements []int, err error) {
	var (
		depth   int
		isArray = strings.HasPrefix(s.text[s.at:], "[")
		fresh   bool // an element has not begun yet
	)
	for s.at < len(s.text) {
		c := s.text[s.at]
		if fresh && depth == 1 && !strings.ContainsRune(" \t\r\n#],", rune(c)) {
			elements = append(elements, s.file.lineAt(s.at))
			fresh = false
		}
		switch c {
		case '"', '\'':
			if err := s.quoted(); err != nil {
				return nil, err
			}
			continue
		case '#':
			s.toLineEnd()
			continue
		case '\n':
			if depth == 0 {
				return elements, nil
			}
		case '[', '{':
			if depth++; depth > maxTOMLDepth {
				return nil, fmt.Errorf("it is nested more than %d deep", maxTOMLDepth)
			}
			fresh = isArray && depth == 1
		case ']', '}':
			if depth--; depth < 0 {
				return nil, errTOML
			}
		case ',':
			fresh = isArray && depth == 1
		}
		s.at++
	}
	if depth > 0 {
		return nil, errTOML
	}
	return elements, nil
}

// quoted skips a text in quotes, of one line or of several.
func (s *tomlScanner) quoted() error {
	quote := s.text[s.at : s.at+1]
	if long := strings.Repeat(quote, 3); strings.HasPrefix(s.text[s.at:], long) {
		s.at += 3
		for s.at < len(s.text) {
			switch {
			case quote == `"` && s.text[s.at] == '\\':
				s.at += 2
			case strings.HasPrefix(s.text[s.at:], long):
				s.at += 3
				// Up to two quotes may belong to the text.
				for range 2 {
					if strings.HasPrefix(s.text[s.at:], quote) {
						s.at++
					}
				}
				return nil
			default:
				s.at++
			}
		}
		return errTOML
	}
	for s.at++; s.at < len(s.text) && s.text[s.at] != '\n'; s.at++ {
		switch {
		case quote == `"` && s.text[s.at] == '\\':
			s.at++
		case s.text[s.at] == quote[0]:
			s.at++
			return nil
		}
	}
	return errTOML
}
